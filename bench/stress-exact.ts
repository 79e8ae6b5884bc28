/**
 * The exact stress of a firm with 20,000 margin accounts, 200,000 positions and 5,000 positions of its own, beside the functions
 * that explain an account, asked of some of them; and what telling a running sweep of a price costs whoever applies facts.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marginFigures } from "../src/margin/computation.ts";
import { readMarginRules } from "../src/margin/rules.ts";
import { LiveSweep } from "../src/stress/live-sweep.ts";
import { Preparing } from "../src/stress/preparation.ts";
import { readStressRules } from "../src/stress/rules.ts";
import { Stress } from "../src/stress/stress.ts";
import type { SweepResult } from "../src/stress/sweep.ts";
import { bigFirm } from "./big-firm.ts";
import type { BenchResult } from "./result.ts";

const SIZE = { customers: 20_000, positions: 200_000 };
/** Accounts that are explained under each scenario, and scenarios under which they are. */
const EXPLAINED = 1000;
const EXPLAINED_UNDER = 2;
const TOLD = 2_000_000;

const rulebook = (name: string): string => readFileSync(join(import.meta.dirname, `../rulebooks/${name}.yaml`), "utf8");

export async function exactResults(): Promise<readonly BenchResult[]> {
  const state = bigFirm(SIZE);
  const margin = readMarginRules(rulebook("margin"));
  const rules = readStressRules(rulebook("stress"));
  const started = performance.now();
  const stress = new Stress({ books: state.books, margin, rules });
  const made = performance.now();
  const preparing = new Preparing(stress, rules.scenarios);
  const prepared = performance.now();
  const results = rules.scenarios.map((scenario) => {
    const result = stress.run(scenario);
    preparing.add(result.accounts.figures);
    return result;
  });
  const each = (performance.now() - prepared) / rules.scenarios.length;
  assert.ok(
    results.every(({ accounts, netCapital }) => accounts.unknown.length === 0 && netCapital?.kind === "figure"),
  );

  const places = Array.from({ length: EXPLAINED }, (_, index) =>
    Math.floor((index * stress.table.accounts.length) / EXPLAINED),
  );
  let explaining = 0;
  for (const scenario of rules.scenarios.slice(-EXPLAINED_UNDER)) {
    const { figures } = stress.run(scenario).accounts;
    const moved = stress.moved(scenario);
    const from = performance.now();
    const excesses = places.map(
      (place) => marginFigures(moved, margin, stress.table.accounts[place], stress.asOf).excess,
    );
    explaining += performance.now() - from;
    assert.deepEqual(
      places.map((place) => figures.excess[place]),
      excesses,
    );
  }
  const explained = (explaining / EXPLAINED / EXPLAINED_UNDER) * stress.table.accounts.length;
  return [
    {
      name: "stress, exact: 20,000 accounts and net capital, one scenario",
      unit: "ms",
      value: each,
      aim: "< 125 ms",
      against: { name: "accounts explained one by one, extrapolated", value: explained, ratio: explained / each },
      detail: { readyAfterMs: made - started, preparingTheSweepMs: prepared - made, scenarios: rules.scenarios.length },
    },
    await toldResult(state, preparing.prepared(state.seq)),
  ];
}

/** A follower that is told of every price again and again, some of which are news to it. */
async function toldResult(
  state: ReturnType<typeof bigFirm>,
  preparation: ReturnType<Preparing["prepared"]>,
): Promise<BenchResult> {
  let swept: (result: SweepResult) => void = () => undefined;
  const first = new Promise<SweepResult>((resolve) => (swept = resolve));
  const sweep = new LiveSweep(state.books, state, {
    pauseMillis: 60_000,
    threads: 1,
    each: (result) => swept(result),
    failed: (error) => {
      throw error;
    },
  });
  sweep.prepare(preparation);
  const { took } = await first;
  const { size } = state.books.instruments;
  const from = process.hrtime.bigint();
  for (let index = 0; index < TOLD; index++) sweep.priceChanged(index % size);
  const nanoseconds = Number(process.hrtime.bigint() - from) / TOLD;
  await sweep.close();
  return {
    name: "stress: telling the sweep of a price",
    unit: "ns",
    value: nanoseconds,
    aim: "< 50 ns",
    detail: { sweepMs: took },
  };
}
