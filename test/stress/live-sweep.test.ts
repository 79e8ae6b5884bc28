/** The sweep of a firm that goes on: told of accounts and prices, it says what the exact run says of the same fact. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveSweep } from "../../src/stress/live-sweep.ts";
import { type Preparation, Preparing } from "../../src/stress/preparation.ts";
import { readStressRules, type Scenario } from "../../src/stress/rules.ts";
import { Stress } from "../../src/stress/stress.ts";
import { laneOf, type SweepResult } from "../../src/stress/sweep.ts";
import { type RandomFirm, randomFirm } from "./random-firm.ts";

/** More scenarios than one set has lanes for. */
const TIMES = 5;

function stressOf({ state, scenarios }: RandomFirm): Stress {
  const { books, margin } = state;
  assert.ok(margin.rules !== undefined);
  return new Stress({ books, margin: margin.rules, rules: readStressRules(scenarios) });
}

function scenariosOf({ subject }: Stress): readonly Scenario[] {
  return Array.from({ length: TIMES }, () => subject.rules.scenarios).flat();
}

function prepared(stress: Stress, seq: number): Preparation {
  const scenarios = scenariosOf(stress);
  const preparing = new Preparing(stress, scenarios);
  for (const scenario of scenarios) preparing.add(stress.run(scenario).accounts.figures);
  return preparing.prepared(seq);
}

interface Swept {
  readonly result: SweepResult;
  readonly preparation: Preparation;
}

/** What the sweep says beside what the exact run says of the books as they stand; by counts, and by dollars. */
function compare({ result: { sets, scenarios }, preparation }: Swept, stress: Stress): void {
  assert.equal(scenarios, scenariosOf(stress).length);
  for (const [index, scenario] of scenariosOf(stress).entries()) {
    const [set, lane] = laneOf(preparation.numbers[index]);
    const exact = stress.run(scenario);
    const { equity, held, recomputed } = sets[set];
    const off = (figure: typeof equity, cents: number): number => Math.abs(figure.amounts[lane] - cents / 100);
    assert.equal(equity.counts[lane], exact.underWater, `${scenario.name}: under water`);
    assert.ok(off(equity, exact.unsecured) < 1, `${scenario.name}: ${equity.amounts[lane]} for ${exact.unsecured}`);
    assert.equal(recomputed.counts[lane], exact.called, `${scenario.name}: called`);
    assert.ok(off(recomputed, exact.calls) < 1, `${scenario.name}: ${recomputed.amounts[lane]} for ${exact.calls}`);
    assert.equal(held.counts[lane], exact.calledHeld, `${scenario.name}: held`);
    assert.ok(off(held, exact.callsHeld) < 1, `${scenario.name}: ${held.amounts[lane]} for ${exact.callsHeld}`);
  }
}

/** A live sweep whose results are awaited one at a time. */
class Watched {
  readonly sweep: LiveSweep;
  #resolve: ((swept: Swept) => void) | undefined;

  constructor({ state }: RandomFirm) {
    this.sweep = new LiveSweep(state.books, state, {
      pauseMillis: 1,
      threads: 1,
      each: (result, _, preparation) => this.#resolve?.({ result, preparation }),
      failed: (error) => {
        throw error;
      },
    });
    state.follow(this.sweep);
  }

  /** The first result of the fact that stands, or of a later one. */
  async next(seq: number): Promise<Swept> {
    for (;;) {
      const swept = await new Promise<Swept>((resolve) => (this.#resolve = resolve));
      if (swept.result.asOf.seq >= seq) return swept;
    }
  }
}

for (const seed of [11, 12, 14])
  test(`after facts of every kind the sweep is the exact run of the same fact: firm ${seed}`, async () => {
    // Rules of the house for whole accounts are in the exact run alone.
    const firm = randomFirm(seed, { house: 0, complete: true });
    const watched = new Watched(firm);
    try {
      watched.sweep.prepare(prepared(stressOf(firm), firm.state.seq));
      compare(await watched.next(firm.state.seq), stressOf(firm));
      for (let round = 0; round < 3; round++) {
        for (let index = 0; index < 12; index++) firm.happen();
        // What changed of groups is what the next exact run says of them; the rest the sweep has by itself.
        watched.sweep.prepare(prepared(stressOf(firm), firm.state.seq));
        await watched.next(firm.state.seq);
        compare(await watched.next(firm.state.seq), stressOf(firm));
      }
    } finally {
      await watched.sweep.close();
    }
  });

test("scenarios that move the market alike stand side by side in the sweep", () => {
  const stress = stressOf(randomFirm(11, { house: 0, complete: true }));
  const { numbers } = prepared(stress, 0);
  const sums: number[] = [];
  for (const [index, scenario] of scenariosOf(stress).entries())
    sums[numbers[index]] = stress.factors(scenario).reduce((sum, factor) => sum + factor, 0);
  assert.equal(sums.length, numbers.length);
  assert.deepEqual(
    sums,
    sums.toSorted((a, b) => a - b),
  );
});

/** The name of an account that some scenario calls. */
function shortIn(stress: Stress): string {
  const { books } = stress.subject;
  const short = scenariosOf(stress).flatMap((scenario) => stress.run(scenario).accounts.short);
  const called = short.find(({ call }) => call > 0);
  assert.ok(called !== undefined);
  return books.names.text(books.accounts.nameId(called.account.account));
}

test("what changes of linear accounts is in the next sweep without another exact run; so is an account that was opened", async () => {
  const firm = randomFirm(21, { house: 0, complete: true, linear: true });
  const watched = new Watched(firm);
  try {
    watched.sweep.prepare(prepared(stressOf(firm), firm.state.seq));
    await watched.next(firm.state.seq);
    for (let round = 0; round < 4; round++) {
      for (let index = 0; index < 10; index++) firm.happen();
      if (round % 2 === 0) firm.open(`N${round}`);
      else firm.join(`N${round}`, shortIn(stressOf(firm)));
      compare(await watched.next(firm.state.seq), stressOf(firm));
    }
  } finally {
    await watched.sweep.close();
  }
});
