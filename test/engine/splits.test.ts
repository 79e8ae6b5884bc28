/** A split that an issuer announced rescales what the tape kept of past sessions, once, on the day on which it takes effect. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SectionReader } from "../../src/base/state.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import type { Fact } from "../../src/facts/kinds.ts";

const ACTION = "S-1";
/** While no margin rules are in force, nothing of the tape is kept. */
const RULES = {
  kind: "rulebook-activated",
  rulebook: "margin",
  version: "2026-06-04",
  effective: "2026-06-04",
  document: readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8"),
  approvedBy: "ann",
  secondApproval: "ben",
};

function told(state: FirmState, at: string, ...facts: readonly object[]): void {
  applyHypothetical(state, facts.map((fact) => ({ at, ...fact })) as Fact[]);
}

/** Two sessions: closes of 100 and 104, a thousand shares each. */
function traded(): FirmState {
  const state = new FirmState();
  told(
    state,
    "2026-11-16T13:00:00Z",
    { kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" },
    { kind: "instrument-listed", instrument: "AAA", type: "equity", currency: "USD", listing: "XNYS" },
    RULES,
  );
  for (const [day, price] of [
    ["2026-11-16", "100"],
    ["2026-11-17", "104"],
  ])
    told(
      state,
      `${day}T15:00:00Z`,
      { kind: "business-day-opened", day },
      { kind: "market-trade", instrument: "AAA", price, quantity: "1000" },
    );
  told(state, "2026-11-17T15:00:00Z", { kind: "business-day-closed", day: "2026-11-17" });
  return state;
}

const announced = (type: string, ratio: object): object => ({
  kind: "corporate-action-announced",
  action: ACTION,
  type,
  instrument: "AAA",
  exDay: "2026-11-18",
  ...ratio,
});
const effective = { kind: "corporate-action-effective", action: ACTION, effective: "2026-11-18" };

/** Of the last two sessions, the newest first: closes in dollars, and units traded. */
function kept(state: FirmState): number[][] {
  const row = state.books.instruments.findText("AAA");
  const { tape } = state.margin;
  return [0, 1].map((back) => [tape.close(row, back) / 1e8, tape.volume(row, back)]);
}

test("a split counts past closes and volumes in new units, once; restored in between it does the same", () => {
  const state = traded();
  const before = [
    [104, 1000],
    [100, 1000],
  ];
  assert.deepEqual(kept(state), before);
  told(state, "2026-11-17T16:00:00Z", announced("split", { newUnits: 3, oldUnits: 2 }));
  told(state, "2026-11-17T17:00:00Z", announced("split", { newUnits: 4, oldUnits: 1 }));
  assert.deepEqual(kept(state), before, "announced is not effective");
  const restored = new FirmState();
  restored.restore(new SectionReader(state.sections()));
  for (const each of [state, restored]) {
    for (let again = 0; again < 2; again++) told(each, "2026-11-18T12:00:00Z", effective);
    assert.deepEqual(kept(each), [
      [26, 4000],
      [25, 4000],
    ]);
    assert.equal(each.refusals.count, 0);
  }
  assert.equal(restored.hash(), state.hash());
});

test("a reverse split the other way; what has no ratio, and what is no split, changes nothing", () => {
  const state = traded();
  told(state, "2026-11-17T16:00:00Z", announced("reverse-split", { newUnits: 1, oldUnits: 10 }));
  told(state, "2026-11-18T12:00:00Z", effective);
  assert.deepEqual(kept(state)[0], [1040, 100]);
  for (const other of [announced("split", {}), announced("cash-dividend", { rate: "1" })]) {
    told(state, "2026-11-18T16:00:00Z", other, effective);
    assert.deepEqual(kept(state)[0], [1040, 100]);
  }
});
