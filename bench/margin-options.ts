/**
 * The margin of an account with options on one underlying: 40 series of a real chain day (Time Warner, 5 June 2014), in
 * the trade's strategies and others at random, with stock. Timed: the whole answer with its lines, the first time and after
 * its prices moved, and what pairing alone takes. Beside them, in the same run, stands the exhaustive search over all partitions, on groups small enough for it;
 * the run fails where they differ. Says how many of the large groups were proven least, and within what the others are.
 */
import assert from "node:assert/strict";
import { optionsGroup } from "../src/margin/options/group-answer.ts";
import { KnownPairing } from "../src/margin/options/known-pairing.ts";
import type { Leg } from "../src/margin/options/legs.ts";
import { NO_STOCK } from "../src/margin/options/legs.ts";
import { pair } from "../src/margin/options/pairing.ts";
import { fullBook, random, SPOT, ticking } from "../test/margin/options-chain.ts";
import { leastCost, type Unit } from "../test/margin/options-exhaustive.ts";
import type { BenchResult } from "./result.ts";

const LEGS = 40;
const GROUPS = 60;
/** Prices of each group after its first. */
const TICKS = Number(process.env["PLIMSOLL_TICKS"] ?? 20);
const SMALL_GROUPS = 40;
const SMALL_LEGS = 7;

function milliseconds(run: () => void): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function quantile(values: readonly number[], share: number): number {
  const rising = [...values].sort((a, b) => a - b);
  return rising[Math.min(rising.length - 1, Math.floor(rising.length * share))];
}

const books = Array.from({ length: GROUPS }, (_, index) => fullBook(index + 1, LEGS));
// Both are run before they are timed, as in an engine that has been up for a while.
for (const { group, context } of books) {
  const known = new KnownPairing();
  optionsGroup(group, context, { known });
  optionsGroup(group, ticking(context, group.underlying, GROUPS)(), { known });
}
const first: number[] = [];
const repriced: number[] = [];
let proven = 0;
let provenAfter = 0;
let worst = 0;
for (const [index, { group, context }] of books.entries()) {
  const known = new KnownPairing();
  let answer = optionsGroup(group, context);
  first.push(milliseconds(() => (answer = optionsGroup(group, context, { known }))));
  assert.deepEqual(answer.troubles, []);
  if (answer.provenWithin === 0) proven++;
  worst = Math.max(worst, answer.provenWithin / answer.requirement);
  const tick = ticking(context, group.underlying, index);
  for (let ticks = 0; ticks < TICKS; ticks++) {
    const now = tick();
    repriced.push(milliseconds(() => (answer = optionsGroup(group, now, { known }))));
    if (answer.provenWithin === 0) provenAfter++;
  }
}

/** Small groups, for which every partition can be tried. */
function smallGroup(seed: number): Unit[] {
  const next = random(seed);
  return Array.from({ length: SMALL_LEGS }, (): Unit => {
    const form = next() < 0.5 ? "call" : "put";
    const strike = 65 + Math.floor(next() * 5) * 2.5;
    const price = 1 + Math.floor(Math.max(0, form === "call" ? SPOT - strike : strike - SPOT));
    return { form, long: next() < 0.5, strike, expiry: 30, price, isEuropean: false, kind: 0, loan: 0 };
  });
}

function legOf({ form, long, strike, expiry, price }: Unit): Leg {
  const inside = form === "call" ? SPOT - strike : strike - SPOT;
  const micros = (dollars: number): number => Math.round(dollars * 1e8);
  const least = 0.1 * (form === "call" ? SPOT : strike);
  return {
    isCall: form === "call",
    strike: micros(strike),
    expiry: expiry as Leg["expiry"],
    kind: 0,
    isEuropean: false,
    units: 100,
    contracts: long ? 1 : -1,
    perPoint: 1,
    value: micros(price),
    uncovered: micros(price + Math.max(0.2 * SPOT - Math.max(0, -inside), least)),
    loan: 0,
    inTheMoney: micros(Math.max(0, inside)),
    outOfTheMoney: micros(Math.max(0, -inside)),
  };
}

const TERMS = {
  hedgedStock: true,
  isCash: false,
  hedgedShare: 0.1,
  conversionShare: 0.1,
  collarShare: 0.25,
  boxShare: 0.5,
  boxHasLoanValue: true,
};
const market = { spot: SPOT, longRate: 0.25, shortRate: 0.3, hedgedStock: true };
let pairingTime = 0;
let exhaustiveTime = 0;
for (let seed = 1; seed <= SMALL_GROUPS; seed++) {
  const units = smallGroup(seed);
  const legs = units.map(legOf);
  let cost = 0;
  let least = 0;
  pairingTime += milliseconds(() => (cost = pair(legs, NO_STOCK, TERMS).cost));
  exhaustiveTime += milliseconds(() => (least = leastCost(units, market)));
  assert.ok(Math.abs(cost / 1e6 - least) < 0.005, `group ${seed}: ${cost / 1e6}, exhaustively ${least}`);
}

const results: BenchResult[] = [
  {
    name: "margin of an options account, 40 legs, first pairing, p50",
    unit: "ms",
    value: quantile(first, 0.5),
    detail: {
      p25: quantile(first, 0.25),
      p90: quantile(first, 0.9),
      p99: quantile(first, 0.99),
      "proven least": `${proven} of ${GROUPS}`,
      "others within": `${(worst * 100).toFixed(2)}%`,
    },
  },
  {
    name: "margin of an options account, 40 legs, at another price, p50",
    unit: "ms",
    value: quantile(repriced, 0.5),
    aim: "under 1 ms, exact",
    detail: {
      p90: quantile(repriced, 0.9),
      p99: quantile(repriced, 0.99),
      "proven least": `${provenAfter} of ${repriced.length}`,
    },
  },
  {
    name: "pairing of 7 legs",
    unit: "µs",
    value: (pairingTime * 1000) / SMALL_GROUPS,
    against: {
      name: "all partitions",
      value: (exhaustiveTime * 1000) / SMALL_GROUPS,
      ratio: pairingTime / exhaustiveTime,
    },
  },
];
process.stdout.write(`${JSON.stringify(results)}\n`);
