/** All accounts at once are to the cent what explains each of them; net capital told of moves is the one from scratch. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { sum } from "../../src/base/money.ts";
import type { MarginFigures } from "../../src/margin/answer.ts";
import { marginFigures } from "../../src/margin/computation.ts";
import { PortfolioScans } from "../../src/margin/portfolio/scans.ts";
import { computeNetCapital } from "../../src/net-capital/computation.ts";
import { inputsFromBooks } from "../../src/net-capital/inputs.ts";
import { readStressRules, type Scenario, searchScenario } from "../../src/stress/rules.ts";
import { Stress } from "../../src/stress/stress.ts";
import { randomFirm } from "./random-firm.ts";

function stressOf(seed: number): Stress {
  const { state, scenarios } = randomFirm(seed);
  const { books, margin } = state;
  assert.equal(state.refusals.count, 0);
  assert.ok(margin.rules !== undefined);
  return new Stress({ books, margin: margin.rules, tape: margin.tape, rules: readStressRules(scenarios) });
}

interface Tally {
  known: number;
  unknown: number;
  capital: number;
}

/** Every account as the explaining computation has it, an option whose price implies no volatility as the stress values it. */
function explained(stress: Stress, scenario: Scenario): Map<number, MarginFigures> {
  const { subject, asOf, table } = stress;
  const books = stress.moved(scenario);
  const { margin, tape } = subject;
  const assumed = (option: number): number | undefined => stress.volatility(option);
  const scans = new PortfolioScans({ books, rules: margin.portfolio, asOf, assumed });
  const options = { scans, ...(tape !== undefined && { tape }) };
  return new Map(
    table.accounts.map((account) => [account.account, marginFigures(books, margin, account, asOf, options)]),
  );
}

/** Where nothing moves, what margin itself knows is the same. */
function checkStanding({ subject, asOf, table }: Stress, standing: ReadonlyMap<number, MarginFigures>): void {
  const options = subject.tape === undefined ? {} : { tape: subject.tape };
  for (const account of table.accounts) {
    const own = marginFigures(subject.books, subject.margin, account, asOf, options);
    if (own.troubles.length === 0) assert.equal(standing.get(account.account)?.excess, own.excess);
  }
}

function checkAccounts(
  stress: Stress,
  scenario: Scenario,
  standing: ReadonlyMap<number, MarginFigures>,
  tally: Tally,
): void {
  const { subject } = stress;
  const result = stress.run(scenario);
  const known = new Map(result.accounts.accounts.map((account) => [account.account.account, account]));
  const moved = explained(stress, scenario);
  for (const account of stress.table.accounts) {
    const [before, after] = [standing.get(account.account), moved.get(account.account)];
    assert.ok(before !== undefined && after !== undefined);
    const found = known.get(account.account);
    const what = `${scenario.name}, ${subject.books.names.text(subject.books.accounts.nameId(account.account))}`;
    if (before.troubles.length + after.troubles.length > 0) {
      tally.unknown++;
      assert.equal(found, undefined, `${what}: ${[...before.troubles, ...after.troubles][0].message}`);
      continue;
    }
    tally.known++;
    assert.ok(found !== undefined, what);
    assert.equal(found.excess, after.excess, `${what}: excess`);
    assert.equal(found.netLiquidation, after.netLiquidation, `${what}: net liquidation value`);
    assert.equal(found.excessHeld, after.netLiquidation - (before.netLiquidation - before.excess), `${what}: held`);
    const lost = stress.table.losses(stress.moved(scenario), found.place);
    // What whole groups lost is left by the run.
    for (const { underlying, value = 0 } of before.groups) {
      const left: number = after.groups.find((group) => group.underlying === underlying)?.value ?? 0;
      assert.equal(lost.find((loss) => loss.underlying === underlying)?.loss, value - left, `${what}: losses`);
    }
  }
}

/** Net capital as it is without anything running. */
function checkCapital(stress: Stress, scenario: Scenario, tally: Tally): void {
  const { netCapitalRules: rules } = stress;
  const result = stress.run(scenario);
  assert.ok(rules !== undefined && result.netCapital !== undefined && result.netCapitalCallsUnmet !== undefined);
  if (result.netCapital.kind === "unknown") return;
  const moved = stress.moved(scenario);
  const { capitalItems } = moved;
  const { short } = result.accounts;
  const deficits = {
    item: "deficits",
    treatment: "non-allowable" as const,
    label: "",
    paragraph: "",
    amount: result.unsecured,
  };
  const unmet = {
    ...deficits,
    item: "calls",
    treatment: "charge" as const,
    amount: sum(short.map(({ call, unsecured }) => Math.max(0, call - unsecured) as typeof call)),
  };
  for (const [items, answer] of [
    [[deficits], result.netCapital],
    [[deficits, unmet], result.netCapitalCallsUnmet],
  ] as const) {
    const own = {
      items: () => [...capitalItems.items(), ...items],
      commitments: () => capitalItems.commitments(),
    };
    const fresh = computeNetCapital(inputsFromBooks({ ...moved, capitalItems: own }, rules), rules, 0);
    assert.ok(fresh.kind === "figure" && answer.kind === "figure");
    assert.equal(answer.netCapital, fresh.netCapital, scenario.name);
    assert.equal(answer.requirement, fresh.requirement, scenario.name);
    assert.equal(answer.tierIndex, fresh.tierIndex, scenario.name);
    tally.capital++;
  }
}

test("every account under every scenario is to the cent what explains it, and net capital what it is from scratch", () => {
  const tally: Tally = { known: 0, unknown: 0, capital: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const stress = stressOf(seed);
      const standing = explained(stress, searchScenario({ of: "all", change: 0 }));
      checkStanding(stress, standing);
      for (const scenario of stress.subject.rules.scenarios) {
        checkAccounts(stress, scenario, standing, tally);
        checkCapital(stress, scenario, tally);
      }
    }),
    { seed: 7, numRuns: 5 },
  );
  assert.ok(tally.known > 200 && tally.unknown > 3 && tally.capital > 10, JSON.stringify(tally));
});
