/** Capital moved in and out, and the clock of 15c3-1(d), as the engine keeps them: from records, and through a snapshot. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseDay } from "../../src/base/time.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import type { UnstampedFact } from "../../src/facts/kinds.ts";
import { capitalStanding } from "../../src/net-capital/capital/standing.ts";
import { subordinationTests } from "../../src/net-capital/capital/acts.ts";
import { dollars } from "../net-capital/borrower.ts";

const RULEBOOK = readFileSync(join(import.meta.dirname, "../../rulebooks/net-capital.yaml"), "utf8");

function apply(state: FirmState, day: string, ...facts: UnstampedFact[]): void {
  applyHypothetical(
    state,
    facts.map((fact) => ({ at: `${day}T15:00:00Z`, ...fact })),
  );
}

const move = (reason: "capital-withdrawn" | "capital-contributed" | "deposit", amount: string): UnstampedFact => {
  const [from, to] = reason === "capital-withdrawn" ? ["capital", "bank"] : ["bank", "capital"];
  return { kind: "cash-moved", from, to, currency: "USD", amount, reason };
};

function opened(): FirmState {
  const state = new FirmState();
  apply(
    state,
    "2026-11-02",
    { kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" },
    { kind: "account-opened", account: "capital", type: "general-ledger", ledgerClass: "ownership-equity" },
    { kind: "account-opened", account: "loan", type: "general-ledger", ledgerClass: "subordinated-satisfactory" },
    { kind: "account-opened", account: "bank", type: "bank" },
    {
      kind: "rulebook-activated",
      rulebook: "net-capital",
      version: "2025-03-14",
      effective: "2025-03-14",
      document: RULEBOOK,
      approvedBy: "first",
      secondApproval: "second",
    },
    { kind: "business-day-opened", day: "2026-11-02" },
  );
  return state;
}

test("records of cash moved feed the register by their reason, and a snapshot keeps it", () => {
  const state = opened();
  apply(state, "2026-11-02", move("deposit", "5000000"), move("capital-contributed", "300000.5"));
  apply(state, "2026-11-09", { kind: "business-day-opened", day: "2026-11-09" });
  apply(state, "2026-11-09", move("capital-withdrawn", "100000"), move("capital-withdrawn", "25.25"));
  for (const { books } of [state, state.branch()]) {
    const dollar = books.instruments.findText("USD");
    assert.equal(books.capitalMoves.netWithdrawn(dollar, parseDay("2026-11-02")), 100_025_25);
    assert.equal(books.capitalMoves.netWithdrawn(dollar, parseDay("2026-11-01")), 100_025_25 - 300_000_50);
    assert.equal(books.capitalMoves.contributed(dollar, parseDay("2026-11-01")), 300_000_50);
    assert.deepEqual(books.capitalMoves.currencies(parseDay("2026-11-09")), []);
  }
  assert.equal(state.branch().hash(), state.hash());
});

test("the clock of (d) starts on the first day that opens with too much debt", () => {
  const state = opened();
  apply(state, "2026-11-02", move("deposit", "1000000"));
  apply(state, "2026-11-02", {
    kind: "cash-moved",
    from: "bank",
    to: "loan",
    currency: "USD",
    amount: "2300000",
    reason: "loan",
  });
  assert.equal(capitalStandingOf(state).debtEquity.isOver, false);
  apply(state, "2026-11-02", move("capital-withdrawn", "100000"));
  apply(state, "2026-11-03", { kind: "business-day-opened", day: "2026-11-03" });
  apply(state, "2026-11-04", { kind: "business-day-opened", day: "2026-11-04" });
  assert.equal(state.branch().debtEquity.overSince, parseDay("2026-11-03"));
  assert.equal(capitalStandingOf(state).debtEquity.until, parseDay("2027-02-01"));
  apply(state, "2026-11-04", move("capital-contributed", "100000"));
  apply(state, "2026-11-05", { kind: "business-day-opened", day: "2026-11-05" });
  assert.equal(state.debtEquity.overSince, undefined);
});

test("a notice of the last thirty days forbids a temporary loan, though nothing is due now", () => {
  const state = opened();
  apply(state, "2026-11-02", move("deposit", "240000"));
  apply(state, "2026-11-03", move("deposit", "5000000"));
  const refusedOn = (day: string): string[] => {
    apply(state, day, { kind: "business-day-opened", day });
    const position = state.capitalPosition();
    assert.ok(position !== undefined);
    const act = { type: "temporary-subordination", amount: dollars(1), agreement: undefined, loss: undefined } as const;
    return subordinationTests(position, act)
      .tests.filter(({ passes }) => !passes)
      .map((each) => each.test);
  };
  assert.deepEqual(refusedOn("2026-11-04"), ["notice"]);
  assert.deepEqual(refusedOn("2026-12-02"), ["notice"]);
  assert.deepEqual(refusedOn("2026-12-04"), []);
});

function capitalStandingOf(state: FirmState) {
  const position = state.capitalPosition();
  assert.ok(position !== undefined, "there is a figure");
  return capitalStanding(position, state.debtEquity.overSince);
}
