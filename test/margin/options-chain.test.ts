/**
 * A real chain day margined for books of strategies: every short leg stands in exactly one strategy, whose conditions a
 * slow checker reads anew from the listing; and the total is no more than simpler pairings would ask.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDollars, sum } from "../../src/base/money.ts";
import type { Line } from "../../src/base/line.ts";
import { optionsGroup } from "../../src/margin/options/group-answer.ts";
import { optionsSlopes } from "../../src/margin/options/slopes.ts";
import { CHAIN, groupOf, type Quoted, random, SPOT, strategyBook } from "./options-chain.ts";

const BY_NAME: ReadonlyMap<string, Quoted> = new Map(CHAIN.map((one) => [one.name, one]));

interface Part {
  readonly quoted: Quoted;
  /** Positive long, negative short. */
  readonly contracts: number;
}

/** The legs of a line, read from its inputs: "short TWX …": "3 at 1.25". */
function partsOf({ inputs }: Line): Part[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const [, side, name] = /^(long|short) (TWX \d.*)$/.exec(key) ?? [];
    const quoted = BY_NAME.get(name ?? "");
    if (quoted === undefined) return [];
    const contracts = Number(String(value).split(" ")[0]);
    return [{ quoted, contracts: side === "long" ? contracts : -contracts }];
  });
}

/** Dollars of one contract that nothing covers. */
function uncovered({ right, strike, price }: Quoted): number {
  const out = Math.max(0, right === "call" ? strike - SPOT : SPOT - strike);
  return 100 * (price + Math.max(0.2 * SPOT - out, 0.1 * (right === "call" ? SPOT : strike)));
}

function inside({ right, strike }: Quoted, price: number): number {
  return Math.max(0, right === "call" ? price - strike : strike - price);
}

/** What the shorts of a strategy are allowed to rest on, by the label of its line; throws where it is not there. */
function checkLine(line: Line): void {
  const parts = partsOf(line);
  const shorts = parts.filter(({ contracts }) => contracts < 0);
  const longs = parts.filter(({ contracts }) => contracts > 0);
  const dollars = line.amount / 100;
  const stock = Number(line.inputs["stock"] ?? 0);
  const size = Math.abs(parts[0]?.contracts ?? 0);
  if (/spread|condor|butterfly|box|same series/i.test(line.label)) {
    for (const right of ["call", "put"]) {
      const net = parts.filter(({ quoted }) => quoted.right === right).reduce((all, part) => all + part.contracts, 0);
      assert.equal(net, 0, `${line.label}: as many long as short`);
    }
    for (const short of shorts)
      for (const long of longs) assert.ok(short.quoted.expiry <= long.quoted.expiry, `${line.label}: outlives`);
    let most = 0;
    for (let price = 0; price <= 200; price += 0.5)
      most = Math.max(
        most,
        -100 * parts.reduce((all, { quoted, contracts }) => all + contracts * inside(quoted, price), 0),
      );
    assert.ok(Math.abs(most - dollars) < 0.01, `${line.label}: ${most}`);
  } else if (/uncovered/.test(line.label)) {
    assert.equal(parts.length, 1);
    assert.ok(Math.abs(size * uncovered(parts[0].quoted) - dollars) < 0.01, line.label);
  } else if (/straddle|combination/.test(line.label)) {
    assert.deepEqual(parts.map(({ quoted }) => quoted.right).sort(), ["call", "put"]);
    assert.equal(parts[0].contracts, parts[1].contracts);
    const [one, other] = parts.map(({ quoted }) => quoted);
    const larger = uncovered(one) >= uncovered(other) ? one : other;
    const smaller = larger === one ? other : one;
    assert.ok(Math.abs(size * (uncovered(larger) + 100 * smaller.price) - dollars) < 0.01, line.label);
  } else if (/^(Covered|Collar|Conversion|Reverse)/.test(line.label)) {
    for (const { quoted, contracts } of shorts) {
      assert.equal(quoted.right, stock > 0 ? "call" : "put", line.label);
      assert.equal(Math.abs(stock), -100 * contracts, `${line.label}: 100 shares for each`);
    }
  } else assert.equal(shorts.length, 0, `${line.label} has a short leg`);
}

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

test("no uncovered leg of a real chain day is misjudged", () => {
  let legs = 0;
  for (const seed of SEEDS) {
    const held = strategyBook(seed, 2 + (seed % 9));
    const { group, context } = groupOf(held);
    const answer = optionsGroup(group, context);
    assert.deepEqual(answer.troubles, []);
    const seen = new Map<string, number>();
    for (const line of answer.lines) {
      if (!line.code.startsWith("margin/A/options/")) continue;
      checkLine(line);
      for (const { quoted, contracts } of partsOf(line))
        seen.set(quoted.name, (seen.get(quoted.name) ?? 0) + contracts);
    }
    for (const [name, contracts] of held)
      if (name !== "TWX") assert.equal(seen.get(name), contracts, `${seed} ${name}`);
    assert.equal(answer.requirement, sum(answer.lines.map(({ amount }) => amount)));
    legs += seen.size;
  }
  assert.ok(legs > 300, `${legs} legs`);
});

test("no simpler pairing asks less", () => {
  for (const seed of SEEDS) {
    const held = strategyBook(seed, 2 + (seed % 9));
    const { group, context } = groupOf(held);
    const { requirement, equityAdjustment } = optionsGroup(group, context);
    const cost = (requirement - equityAdjustment) / 100;
    assert.ok(cost <= allAlone(held) + 0.05, `${seed}: all uncovered`);
    assert.ok(cost <= greedy(held) + 0.05, `${seed}: greedy`);
  }
});

/** Dollars with every position by itself. */
function allAlone(held: ReadonlyMap<string, number>): number {
  const shares = held.get("TWX") ?? 0;
  let total = shares > 0 ? 0.25 * SPOT * shares : 0.3 * SPOT * -shares;
  for (const [name, contracts] of held) {
    const quoted = BY_NAME.get(name);
    if (quoted !== undefined) total += alone(quoted, contracts);
  }
  return total;
}

function alone(quoted: Quoted, contracts: number): number {
  if (contracts < 0) return -contracts * uncovered(quoted);
  return quoted.expiry > "2015-03-05" ? -25 * contracts * quoted.price : 0;
}

/** Dollars where shorts are covered by stock first, then by the nearest long of their right, the rest uncovered. */
function greedy(held: ReadonlyMap<string, number>): number {
  const left = new Map(held);
  let lots = Math.floor(Math.max(0, held.get("TWX") ?? 0) / 100);
  let total = 0;
  for (const [name, contracts] of held) {
    const quoted = BY_NAME.get(name);
    if (quoted === undefined || contracts >= 0) continue;
    let short = -contracts;
    if (quoted.right === "call") {
      const covered = Math.min(lots, short);
      lots -= covered;
      short -= covered;
      total += covered * 100 * inside(quoted, SPOT);
    }
    const covers = [...left]
      .map(([cover, count]) => ({ cover: BY_NAME.get(cover), count }))
      .filter(({ cover, count }) => count > 0 && cover?.right === quoted.right && cover.expiry >= quoted.expiry)
      .sort(
        (a, b) => Math.abs((a.cover?.strike ?? 0) - quoted.strike) - Math.abs((b.cover?.strike ?? 0) - quoted.strike),
      );
    for (const { cover, count } of covers) {
      if (cover === undefined) continue;
      const paired = Math.min(count, short);
      const width = quoted.right === "call" ? cover.strike - quoted.strike : quoted.strike - cover.strike;
      total += paired * Math.min(100 * Math.max(0, width), uncovered(quoted));
      left.set(cover.name, count - paired);
      short -= paired;
    }
    total += short * uncovered(quoted);
  }
  for (const [name, contracts] of left) {
    const quoted = BY_NAME.get(name);
    if (quoted !== undefined && contracts > 0) total += alone(quoted, contracts);
  }
  const shares = held.get("TWX") ?? 0;
  return total + (shares > 0 ? 0.25 * SPOT * shares : 0.3 * SPOT * -shares);
}

test("inside its band the excess changes no faster than its slopes say", () => {
  for (const seed of SEEDS) {
    const { group, context } = groupOf(strategyBook(seed, 1 + (seed % 3)));
    const answer = optionsGroup(group, context);
    const slopes = optionsSlopes(group, context, answer.provenWithin === 0);
    assert.ok(slopes !== undefined);
    const next = random(seed);
    const excessAt = (price?: (instrument: number) => number): number => {
      const moved = price === undefined ? context : { ...context, price };
      const { requirement, equityAdjustment, troubles } = optionsGroup(group, moved);
      assert.deepEqual(troubles, []);
      const shares = group.holdings.find(({ instrument }) => instrument === group.underlying)?.units ?? 0;
      const spot = price?.(group.underlying) ?? context.books.market.price(group.underlying);
      return Math.round((shares * spot) / 1e6) + equityAdjustment - requirement;
    };
    const before = excessAt();
    for (let turn = 0; turn < 4; turn++) {
      const prices = new Map<number, number>();
      let bound = 2 * (group.holdings.length + answer.lines.length) + 1;
      for (let index = 0; index < slopes.instruments.length; index++) {
        const instrument = slopes.instruments[index];
        const now = context.books.market.price(instrument);
        const low = Math.max(slopes.low[index] * 1e8, now / 2);
        const high = Math.min(slopes.high[index] * 1e8, now * 1.5);
        const then = Math.round(Math.min(high, Math.max(low, low + next() * (high - low))));
        const inBand = then / 1e8 >= slopes.low[index] && then / 1e8 <= slopes.high[index] ? then : now;
        prices.set(instrument, inBand);
        bound += (slopes.slope[index] * Math.abs(inBand - now)) / 1e8;
      }
      const after = excessAt((instrument) => prices.get(instrument) ?? Number.NaN);
      assert.ok(Math.abs(after - before) <= bound, `${seed}: ${after - before} beyond ${bound}`);
    }
  }
});

test("what is not known is said, never taken for nothing", () => {
  const { group, context } = groupOf(new Map([["TWX 20140719 C 70", -1]]));
  const unpriced = { ...context, price: (row: number) => (row === group.underlying ? Number.NaN : 1e8) };
  assert.equal(optionsGroup(group, unpriced).troubles[0]?.code, "missing-input");
  const cash = { ...context, account: { ...context.account, regime: "cash" as const } };
  assert.equal(optionsGroup(group, cash).troubles[0]?.code, "missing-rule");
  assert.equal(parseDollars("0.00"), optionsGroup(group, cash).requirement);
});
