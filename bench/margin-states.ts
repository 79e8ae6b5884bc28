/**
 * Ticks to exact account states: certificates against visiting every holder, on the same book and the same ticks, in the same
 * run. Book and ticks are synthetic. Holders by rank to the power of -0.855, and an account holds a name once; eight of a
 * hundred positions are short; excess over the requirement is spread like 0.75 × Beta(2, 2), two accounts of a thousand begin
 * in deficit. The ladder has three boundaries (warning, call, deficit); five accounts of a hundred have a group that is no sum
 * of positions beside them (short straddles on one of the thousand names that tick). A thousand names tick, 100,000 ticks a
 * second in all:
 *
 *     realistic   50 % annual volatility, and a bounce of ±0.5–2 basis points
 *     brief       ±1–5 basis points each tick, far above any real day
 *     crash       realistic, and the most-held name falls 25 % in three minutes
 *     market      realistic, and all fall 10 % in three minutes
 *     gap         the most-held names fall 25 % (and 10, 50, 90 %, or rise 30 %) in one tick
 *
 * The baseline keeps the excess of every account over every boundary, rounded as the rules round, so that it has the same
 * answers: it visits the holders of what ticked. As it takes so long, it sees a part of the ticks; at the end it is brought to
 * the last prices, and the rungs of all accounts must be the same. Beside it, in `detail`, the same without any rounding.
 */
import assert from "node:assert/strict";
import { AccountStates } from "../src/margin/certificates/account-states.ts";
import {
  ACCOUNTS,
  type Book,
  CENT,
  drawBook,
  GROUP_EVERY,
  INSTRUMENTS,
  popularity,
  POSITIONS,
  POSITIONS_PER_ACCOUNT,
  Straddles,
  TICKING,
  VALUES,
  Visitors,
} from "./margin-book.ts";
import { random } from "./random.ts";
import type { BenchResult } from "./result.ts";

const PER_SECOND = 100_000;

// ——— ticks ———

interface Stream {
  readonly instrument: Uint32Array;
  readonly price: Float64Array;
}

/** Ticks from the prices that stand; `drift` is the share that a name has moved by when `share` of the ticks are over. */
function stream(
  { prices }: Book,
  ticks: number,
  seed: number,
  { isBrief = false, drift = (_name: number, _share: number) => 0 } = {},
): Stream {
  const chance = random(seed);
  const instrument = new Uint32Array(ticks);
  const price = new Float64Array(ticks);
  // Three uniform numbers less their mean have a deviation of one half.
  const deviation = (0.5 / Math.sqrt(252 * 23_400)) * Math.sqrt(TICKING / PER_SECOND);
  const walk = new Float64Array(TICKING).fill(1);
  for (let tick = 0; tick < ticks; tick++) {
    const name = Math.floor(chance() * TICKING);
    const way = chance() < 0.5 ? -1 : 1;
    if (isBrief) walk[name] *= 1 + way * (1 + chance() * 4) * 1e-4;
    else walk[name] *= 1 + deviation * (chance() + chance() + chance() - 1.5) * 2;
    const bounce = isBrief ? 1 : 1 + way * (0.5 + chance() * 1.5) * 1e-4;
    instrument[tick] = name;
    price[tick] = Math.max(CENT, Math.round(prices[name] * walk[name] * bounce * (1 + drift(name, tick / ticks))));
  }
  return { instrument, price };
}

class Match {
  readonly #book: Book;
  readonly states: AccountStates;
  readonly visitors: Visitors;
  moves = 0;
  readonly loadSeconds: number;
  readonly buildSeconds: number;

  constructor() {
    this.#book = drawBook();
    const { prices, instruments, units, cash } = this.#book;
    const states = new AccountStates(VALUES, { rungChanged: () => void this.moves++ }, new Straddles(prices));
    this.states = states;
    const loading = performance.now();
    for (let instrument = 0; instrument < INSTRUMENTS; instrument++)
      states.priceChanged(instrument, prices[instrument]);
    for (let account = 0, position = 0; account < ACCOUNTS; account++) {
      states.reserve(account, POSITIONS_PER_ACCOUNT);
      for (let each = 0; each < POSITIONS_PER_ACCOUNT; each++, position++)
        states.unitsChanged(account, instruments[position], units[position]);
      states.cashChanged(account, cash[account]);
      if (account % GROUP_EVERY === 0) states.groupChanged(account, account / GROUP_EVERY);
    }
    const building = performance.now();
    states.rebuild();
    this.loadSeconds = (building - loading) / 1000;
    this.buildSeconds = (performance.now() - building) / 1000;
    this.visitors = new Visitors(this.#book);
    this.check();
  }

  get bytesPerPosition(): number {
    return (this.states.byteLength - this.states.booksByteLength) / POSITIONS;
  }

  ticks(count: number, seed: number, options = {}): Stream {
    return stream(this.#book, count, seed, options);
  }

  price(instrument: number): number {
    return this.#book.prices[instrument];
  }

  tick(instrument: number, price: number): void {
    this.#book.prices[instrument] = price;
    this.states.priceChanged(instrument, price);
  }

  /** Brings the baseline to the prices that stand; the rungs of all accounts must be the same. */
  check(): void {
    for (let instrument = 0; instrument < INSTRUMENTS; instrument++)
      this.visitors.tick(instrument, this.price(instrument));
    for (let account = 0; account < ACCOUNTS; account++)
      assert.equal(this.states.rung(account), this.visitors.rung(account), `the rung of account ${account}`);
  }

  /** Mean nanoseconds of both ways; the baseline on as many ticks as two seconds allow. */
  run(name: string, { instrument, price }: Stream, aim?: string): BenchResult {
    const before = { ...this.states.statistics };
    const { moves } = this;
    const started = performance.now();
    for (let tick = 0; tick < instrument.length; tick++) this.tick(instrument[tick], price[tick]);
    const mean = ((performance.now() - started) * 1e6) / instrument.length;
    const visiting = performance.now();
    let visited = 0;
    for (; visited < instrument.length && performance.now() - visiting < 2000; visited++)
      this.visitors.tick(instrument[visited], price[visited]);
    const baseline = ((performance.now() - visiting) * 1e6) / visited;
    this.check();
    const now = this.states.statistics;
    const each = (key: keyof typeof now) => (now[key] - before[key]) / instrument.length;
    return {
      name: `tick to account states, ${name}: mean`,
      unit: "ns",
      value: mean,
      ...(aim === undefined ? {} : { aim }),
      against: { name: "visiting holders", value: baseline, ratio: baseline / mean },
      detail: {
        accounts: ACCOUNTS,
        positions: POSITIONS,
        ticks: instrument.length,
        "rungs changed": this.moves - moves,
        "wakes a tick": each("wakes"),
        "borrows a tick": each("borrows"),
        "certifications a tick": each("certifications"),
        "accounts watched": this.states.watched,
        "bytes a position": this.bytesPerPosition,
        "visiting holders without rounding, ns": this.#unrounded(instrument),
        ...this.#timed(instrument, price),
      },
    };
  }

  #unrounded(instrument: Uint32Array): number {
    const some = Math.min(instrument.length, 4000);
    const started = performance.now();
    for (let tick = 0; tick < some; tick++) {
      this.visitors.unrounded(instrument[tick], 1);
      this.visitors.unrounded(instrument[tick], -1);
    }
    return ((performance.now() - started) * 1e6) / some / 2;
  }

  /** The last ticks once more, each timed by itself, reading the clock included. */
  #timed(instrument: Uint32Array, price: Float64Array): Record<string, number> {
    const from = Math.max(0, instrument.length - 500_000);
    const micros = new Float64Array(instrument.length - from);
    for (let tick = from; tick < instrument.length; tick++) {
      const started = performance.now();
      this.tick(instrument[tick], price[tick]);
      micros[tick - from] = (performance.now() - started) * 1000;
    }
    micros.sort();
    const at = (part: number) => micros[Math.min(micros.length - 1, Math.floor(micros.length * part))];
    return { "p50 µs": at(0.5), "p99 µs": at(0.99), "p99.9 µs": at(0.999), "max µs": at(1) };
  }

  /** One tick that moves a name by `share`, and what it leaves to be done. */
  gap(instrument: number, share: number): BenchResult {
    const { overdue, certifications } = this.states.statistics;
    const { moves } = this;
    const price = Math.round(this.price(instrument) * (1 + share));
    const started = performance.now();
    this.tick(instrument, price);
    const took = performance.now() - started;
    const visiting = performance.now();
    this.visitors.tick(instrument, price);
    const baseline = performance.now() - visiting;
    const gapMoves = this.moves - moves;
    this.check();
    const after = this.ticks(200_000, 17);
    let settled = 0;
    let settling = 0;
    let worst = 0;
    for (let tick = 0; tick < after.instrument.length; tick++) {
      const one = performance.now();
      this.tick(after.instrument[tick], after.price[tick]);
      const micros = (performance.now() - one) * 1000;
      if (!this.states.hasBacklog) continue;
      settled = tick + 1;
      settling += micros;
      // Visiting holders takes at least 2 ns each, and a tick at least 0.2 µs with the clock.
      worst = Math.max(worst, micros / Math.max(0.2, this.visitors.holders(after.instrument[tick]) * 0.002));
    }
    this.check();
    return {
      name: `one tick moves the name held by ${this.visitors.holders(instrument)} accounts by ${Math.round(share * 100)} %`,
      unit: "ms",
      value: took,
      aim: "at most 3 times visiting holders",
      against: { name: "visiting holders", value: baseline, ratio: baseline / took },
      detail: {
        "times slower": took / baseline,
        "rungs changed": gapMoves,
        "accounts overdue": this.states.statistics.overdue - overdue,
        "certified since": this.states.statistics.certifications - certifications,
        "ticks until settled": settled,
        "ms until settled": settling / 1000,
        "bytes a position": this.bytesPerPosition,
      },
    };
  }

  /** Fills: of positions held, of new ones, and closes, of accounts at random; the half of them of few accounts. */
  fills(count: number): BenchResult {
    const chance = random(23);
    const pick = popularity();
    const { instruments } = this.#book;
    const micros = new Float64Array(count);
    let isNew = 0;
    for (let fill = 0; fill < count; fill++) {
      const account = Math.floor(chance() * (chance() < 0.5 ? ACCOUNTS : ACCOUNTS / 100));
      const held = instruments[account * POSITIONS_PER_ACCOUNT + Math.floor(chance() * POSITIONS_PER_ACCOUNT)];
      const instrument = chance() < 0.2 ? pick(chance()) : held;
      if (instrument !== held) isNew++;
      const units = (1 + Math.floor(chance() * 20)) * (chance() < 0.5 ? -1 : 1);
      const cash = Math.round((-units * this.price(instrument)) / CENT);
      const started = performance.now();
      this.states.unitsChanged(account, instrument, units);
      this.states.cashChanged(account, cash);
      this.states.settle();
      micros[fill] = (performance.now() - started) * 1000;
    }
    micros.sort();
    return {
      name: "fill to account states, p50",
      unit: "µs",
      value: micros[count >>> 1],
      aim: "under 1 µs",
      detail: {
        fills: count,
        "in names perhaps not held": isNew,
        "p90 µs": micros[Math.floor(count * 0.9)],
        "p99 µs": micros[Math.floor(count * 0.99)],
        "p99.9 µs": micros[Math.floor(count * 0.999)],
      },
    };
  }
}

export function bench(): BenchResult[] {
  const match = new Match();
  const seconds = Number(process.env["PLIMSOLL_BENCH_SECONDS"] ?? 180);
  const ticks = seconds * PER_SECOND;
  const bytesBuilt = match.bytesPerPosition;
  match.run("warm-up", match.ticks(Math.min(ticks, 1_000_000), 2));
  const results = [
    match.run("realistic", match.ticks(Math.min(ticks, 6_000_000), 3), "under 40 ns, 1,000 times faster"),
    match.run("brief", match.ticks(Math.min(ticks, 3_000_000), 4, { isBrief: true })),
    match.run(
      "one name −25 % in three minutes",
      match.ticks(ticks, 5, { drift: (name: number, share: number) => (name === 0 ? -0.25 * share : 0) }),
    ),
    match.run(
      "market −10 % in three minutes",
      match.ticks(ticks, 6, { drift: (_name: number, share: number) => -0.1 * share }),
      "300 times faster",
    ),
    match.gap(1, -0.1),
    match.gap(2, -0.25),
    match.gap(3, 0.3),
    match.gap(4, -0.5),
    match.gap(5, -0.9),
  ];
  results.push(
    {
      name: "account states, memory after the crashes",
      unit: "bytes a position",
      value: match.bytesPerPosition,
      aim: "under 20",
      detail: {
        "when built": bytesBuilt,
        "cash and positions, beside that": match.states.booksByteLength / POSITIONS,
      },
    },
    {
      name: "account states, build",
      unit: "s",
      value: match.buildSeconds,
      aim: "under 1 s",
      detail: { "told of every position before, s": match.loadSeconds },
    },
    match.fills(200_000),
  );
  return results;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(bench())}\n`);
