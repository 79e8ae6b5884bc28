/** Volatility, beta and volume from the tape: against a slow obvious version, across a real split, and restored. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { type Day, parseDay } from "../../src/base/time.ts";
import type { InstrumentType } from "../../src/books/instrument-types.ts";
import { SESSIONS_KEPT, TapeStatistics } from "../../src/books/tape-statistics.ts";

const TYPES: readonly InstrumentType[] = ["equity", "etf", "equity", "option"];
const instruments = { type: (row: number) => TYPES[row] };
const DAY = parseDay("2026-01-05");

function close(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, ${expected}`);
}

test("what Apple's volatility, beta and volume were in July 2014, through its split", () => {
  const rows = readFileSync(join(import.meta.dirname, "../data/aapl_spy_daily.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  const tape = new TapeStatistics(instruments);
  for (const row of rows) {
    const [day = "", aapl, aaplVolume, spy, spyVolume] = row.split(",");
    tape.dayOpened(parseDay(day));
    if (day === "2014-06-09") tape.split(0, 7, 1);
    tape.traded(0, Number(aapl) * 1e8, Number(aaplVolume) * 1e6);
    tape.traded(1, Number(spy) * 1e8, Number(spyVolume) * 1e6);
    tape.dayClosed(parseDay(day));
  }
  assert.equal(tape.sessionsEnded, rows.length);
  close(tape.dailyVolatility(0, 30) * Math.sqrt(252), VOLATILITY, "volatility");
  close(tape.beta(0, 1, 60), BETA, "beta");
  close(tape.averageDailyVolume(0, 40), VOLUME, "volume");
  close(tape.beta(1, 1, 60), 1, "the market's own beta");
  assert.ok(Number.isNaN(tape.dailyVolatility(0, rows.length)), "one close too few");
});

/** As a spreadsheet would have them, from the same rows. */
const VOLATILITY = 0.14207082426005058;
const BETA = 0.9847146987710458;
const VOLUME = 55_005_299.125;

test("a close that was stated counts before the last trade; volume is of the session", () => {
  const tape = new TapeStatistics(instruments);
  tape.dayOpened(DAY);
  tape.traded(0, 100e8, 5e6);
  tape.traded(0, 101e8, 7e6);
  tape.closeStated(0, 102e8);
  tape.dayOpened((DAY + 1) as Day);
  assert.deepEqual(
    [tape.sessionsEnded, tape.close(0, 0), tape.volume(0, 0)],
    [1, 102e8, 12],
    "a new day ends the last",
  );
  tape.traded(1, 50e8, 1e6);
  tape.dayClosed((DAY + 1) as Day);
  assert.deepEqual([tape.close(0, 0), tape.volume(0, 0)], [Number.NaN, 0], "what did not trade has no close");
  assert.deepEqual([tape.close(1, 1), tape.volume(1, 1)], [Number.NaN, Number.NaN], "nothing was known of it yet");
  tape.traded(0, 7e8, 3e6);
  tape.dayOpened((DAY + 2) as Day);
  tape.dayClosed((DAY + 2) as Day);
  assert.deepEqual(
    [tape.sessionsEnded, tape.close(0, 0), tape.volume(0, 0)],
    [3, 7e8, 3],
    "after the close is the next day's",
  );
  tape.dayOpened((DAY + 3) as Day);
  tape.dayClosed((DAY + 3) as Day);
  assert.equal(tape.sessionsEnded, 3, "a day on which nothing was said is no session");
  tape.dayOpened((DAY + 4) as Day);
  tape.closeStated(2, 5e8);
  tape.dayClosed((DAY + 4) as Day);
  assert.deepEqual([tape.close(2, 0), tape.volume(2, 0)], [5e8, Number.NaN], "a stated close says nothing of volume");
  tape.traded(3, 1e8, 1e6);
  assert.ok(Number.isNaN(tape.close(3, 0)), "options are not kept");
});

/** The slow obvious version: every session in full, by instrument. */
class Slow {
  readonly sessions: Map<number, { close: number; volume: number }>[] = [];
  #prices = new Map<number, number>();
  #volumes = new Map<number, number>();
  readonly #everTraded = new Set<number>();

  trade(instrument: number, price: number, quantity: number): void {
    this.#prices.set(instrument, price);
    this.#volumes.set(instrument, (this.#volumes.get(instrument) ?? 0) + quantity);
    this.#everTraded.add(instrument);
  }

  end(): void {
    if (this.#prices.size === 0) return;
    const entries = [...this.#everTraded].map(
      (instrument) =>
        [
          instrument,
          { close: this.#prices.get(instrument) ?? Number.NaN, volume: this.#volumes.get(instrument) ?? 0 },
        ] as const,
    );
    this.sessions.push(new Map(entries));
    this.#prices = new Map();
    this.#volumes = new Map();
  }

  split(instrument: number, by: number): void {
    for (const session of this.sessions) {
      const known = session.get(instrument);
      if (known !== undefined) session.set(instrument, { close: known.close / by, volume: known.volume * by });
    }
  }

  returns(instrument: number, count: number): number[] {
    const closes = this.sessions.slice(-count - 1).map((session) => session.get(instrument)?.close ?? Number.NaN);
    if (closes.length <= count) return [Number.NaN];
    return closes.slice(1).map((price, index) => Math.log(price / closes[index]));
  }

  volume(instrument: number, count: number): number {
    const volumes = this.sessions.slice(-count).map((session) => session.get(instrument)?.volume ?? Number.NaN);
    return volumes.length < count ? Number.NaN : volumes.reduce((a, b) => a + b, 0) / count;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function same(actual: number, expected: number, what: string): void {
  if (Number.isNaN(expected) || Number.isNaN(actual)) assert.equal(actual, expected, what);
  else close(actual, expected, what);
}

test("random days: every figure as the slow version has it, and the same again when restored", () => {
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.tuple(fc.constant("trade" as const), fc.nat(2), fc.integer({ min: 1, max: 500 })) },
    { weight: 3, arbitrary: fc.tuple(fc.constant("day" as const), fc.nat(2), fc.constant(1)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant("split" as const), fc.nat(2), fc.integer({ min: 2, max: 4 })) },
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 250 }), (steps) => {
      let tape = new TapeStatistics(instruments);
      const slow = new Slow();
      let day = DAY;
      tape.dayOpened(day);
      for (const [kind, instrument, value] of steps) {
        if (kind === "trade") {
          tape.traded(instrument, value * 1e8, value * 1e6);
          slow.trade(instrument, value * 1e8, value);
        } else if (kind === "split") {
          tape.split(instrument, value, 1);
          slow.split(instrument, value);
        } else {
          day = (day + 1) as Day;
          tape.dayOpened(day);
          slow.end();
        }
      }
      const restored = new TapeStatistics(instruments);
      restored.restore(new SectionReader(tape.sections()));
      assert.equal(hashSections(restored.sections()), hashSections(tape.sections()));
      tape = restored;
      for (const instrument of [0, 1, 2]) {
        const own = slow.returns(instrument, 4);
        const market = slow.returns(1, 4);
        const deviation = own.reduce((sum, value) => sum + (value - mean(own)) ** 2, 0);
        same(tape.dailyVolatility(instrument, 4), Math.sqrt(deviation / 3), "volatility");
        const products = own.reduce((sum, value, at) => sum + (value - mean(own)) * (market[at] - mean(market)), 0);
        const squares = market.reduce((sum, value) => sum + (value - mean(market)) ** 2, 0);
        same(tape.beta(instrument, 1, 4), squares === 0 ? Number.NaN : products / squares, "beta");
        same(tape.averageDailyVolume(instrument, 3), slow.volume(instrument, 3), "volume");
      }
    }),
    { seed: 1934, numRuns: 300 },
  );
});

test("the ring keeps a year and forgets what is older", () => {
  const tape = new TapeStatistics(instruments);
  for (let index = 0; index < SESSIONS_KEPT + 10; index++) {
    tape.dayOpened((DAY + index) as Day);
    tape.traded(0, (100 + index) * 1e8, 1e6);
  }
  tape.dayOpened((DAY + 1000) as Day);
  assert.equal(tape.close(0, 0), (100 + SESSIONS_KEPT + 9) * 1e8);
  assert.equal(tape.close(0, SESSIONS_KEPT - 1), 110e8);
  assert.ok(Number.isNaN(tape.close(0, SESSIONS_KEPT)));
});
