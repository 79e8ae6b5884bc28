/**
 * A what-if of a basket of 50 trades, whole: the question is read, the facts are applied to a branch, and net capital before
 * and after is explained and compared line by line. The firm holds 5,000 positions, its million customers ten million.
 * Beside it, in the same run, the same facts on a copy of the whole state. Both must give the same lines, and the state hash
 * of the firm must not change. Also the largest multiple of the basket that keeps the firm above a tier.
 */
import assert from "node:assert/strict";
import { lineToJson } from "../src/base/line.ts";
import type { FirmState } from "../src/engine/firm-state.ts";
import { applyHypothetical } from "../src/engine/hypothetical.ts";
import { Branch } from "../src/engine/what-if/branch.ts";
import { questionOf } from "../src/engine/what-if/question.ts";
import { whatIf } from "../src/engine/what-if/what-if.ts";
import { BIG, type BigFirmSize, bigFirm, instrumentName } from "./big-firm.ts";
import { random } from "./random.ts";
import type { BenchResult } from "./result.ts";

const LEGS = 50;
const WARM_UP = 30;
const RUNS = 200;

/** Fifty trades in what the firm holds, at a moved price each. */
function basket(seed: number): { readonly trades: object[] } {
  const draw = random(seed);
  const trades = Array.from({ length: LEGS }, (_, leg) => ({
    side: leg % 2 === 0 ? "buy" : "sell",
    instrument: instrumentName(Math.floor(draw() * 5_000)),
    quantity: 100 + Math.floor(draw() * 5_000),
    price: (95 + Math.floor(draw() * 1_000) / 100).toFixed(2),
  }));
  return { trades };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function milliseconds(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

function ask(state: FirmState, seed: number): number {
  const question = basket(seed);
  return milliseconds(() => {
    const { after, lines } = whatIf(state, questionOf(question));
    assert.ok(after.kind === "figure" && lines !== undefined);
  });
}

/** The same on a copy of everything; the lines must be the same. */
function onCopy(state: FirmState, seed: number): number {
  const { facts } = whatIf(state, questionOf({ ...basket(seed), lines: "none" }));
  const branch = new Branch(state);
  branch.apply(facts);
  let copy = state;
  const took = milliseconds(() => {
    copy = state.branch();
    applyHypothetical(copy, facts);
    copy.netCapital.answer();
  });
  const [ours, theirs] = [branch.netCapital.answer(Infinity), copy.netCapital.answer(Infinity)];
  assert.ok(ours.kind === "figure" && theirs.kind === "figure");
  assert.deepEqual(lineToJson(ours.computation), lineToJson(theirs.computation));
  return took;
}

export async function bench(size: BigFirmSize = BIG): Promise<BenchResult[]> {
  const state = bigFirm(size);
  const hash = state.hash();
  for (let run = 0; run < WARM_UP; run++) ask(state, 1 + run);
  const times = Array.from({ length: RUNS }, (_, run) => ask(state, 1_000 + run));
  const copy = onCopy(state, 77);
  const largest = { ...basket(5), largest: { keep: { tier: "yellow" } }, lines: "none" };
  const search = median(
    Array.from({ length: 5 }, () =>
      milliseconds(() => assert.ok(whatIf(state, questionOf(largest)).largest !== undefined)),
    ),
  );
  assert.equal(state.hash(), hash, "the firm is what it was");
  const value = median(times);
  const against = { name: "on a copy of the whole state", value: copy, ratio: copy / value };
  return [
    {
      name: `what-if of ${LEGS} trades, every line`,
      unit: "ms",
      value,
      aim: "under 5 ms",
      against,
      detail: {
        "p99 ms": times.toSorted((a, b) => a - b)[Math.floor(RUNS * 0.99)],
        "customer positions": size.positions,
      },
    },
    { name: `the largest multiple of ${LEGS} trades above a tier`, unit: "ms", value: search },
  ];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await bench())}\n`);
