/**
 * What accounts lack of their margin, in net capital: charged by what is called and by the clock, once, and the same running,
 * from scratch and restored.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findLine } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { SectionReader } from "../../src/base/state.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { verifyState } from "../../src/engine/verify.ts";
import { Branch } from "../../src/engine/what-if/branch.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { accountsByBand, auditMargin, toldBandDifferences } from "../../src/margin/audit.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";

const RULEBOOKS = join(import.meta.dirname, "../../rulebooks");

function rulebook(name: "net-capital" | "margin", change: (text: string) => string = (text) => text): object {
  const document = change(readFileSync(join(RULEBOOKS, `${name}.yaml`), "utf8"));
  const [, version = ""] = /version: "([^"]+)"/.exec(document) ?? [];
  const [, effective = ""] = /effective: "([^"]+)"/.exec(document) ?? [];
  const officers = { approvedBy: "first officer", secondApproval: "second officer" };
  return { kind: "rulebook-activated", rulebook: name, version, effective, document, ...officers };
}

class Firm {
  readonly state = new FirmState();

  constructor(change?: (text: string) => string) {
    const account = (name: string, type: string, more: object = {}): object => ({
      kind: "account-opened",
      account: name,
      type,
      ...more,
    });
    this.apply("2026-11-20T14:00:00Z", [
      { kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" },
      { kind: "instrument-listed", instrument: "AAA", type: "equity", currency: "USD", listing: "XNYS" },
      account("bank", "bank"),
      account("market", "clearing"),
      account("capital", "general-ledger", { ledgerClass: "ownership-equity" }),
      account("alice", "customer-margin"),
      account("bob", "customer-margin"),
      { kind: "cash-moved", from: "bank", to: "capital", currency: "USD", amount: "1000000", reason: "adjustment" },
      { kind: "mark", instrument: "AAA", price: "100", basis: "close" },
      rulebook("net-capital", change),
      rulebook("margin"),
      { kind: "business-day-opened", day: "2026-11-20" },
    ]);
    for (const name of ["alice", "bob"])
      this.apply("2026-11-20T14:30:00Z", [
        { kind: "securities-moved", from: "market", to: name, instrument: "AAA", quantity: "100", reason: "transfer" },
        { kind: "cash-moved", from: name, to: "bank", currency: "USD", amount: "5000", reason: "withdrawal" },
      ]);
  }

  apply(at: string, facts: readonly object[]): void {
    applyHypothetical(
      this.state,
      facts.map((fact) => ({ at, ...fact }) as Fact),
    );
    const { books, netCapital, margin } = this.state;
    assert.deepEqual(auditNetCapital(books, netCapital), []);
    assert.deepEqual(auditMargin(margin), []);
  }

  mark(at: string, price: string): void {
    this.apply(at, [{ kind: "mark", instrument: "AAA", price, basis: "manual" }]);
  }

  /** The amount of a line, in dollars; none where there is no such line. */
  charged(code = "charges/under-margined"): string | undefined {
    const answer = this.state.netCapital.answer();
    assert.ok(answer.kind === "figure");
    const line = findLine(answer.computation, code);
    return line && formatDollars(line.amount);
  }
}

const ALICE = "charges/under-margined/alice/maintenance";

test("a deficiency is charged until it is called, beyond what was called, and from the sixth business day again", () => {
  const firm = new Firm();
  assert.equal(firm.charged(), undefined);
  // Equity 1,000 where 1,500 is required.
  firm.mark("2026-11-20T15:00:00Z", "60");
  assert.equal(firm.charged(ALICE), "500.00");
  assert.equal(firm.charged(), "1000.00");
  firm.apply("2026-11-20T15:10:00Z", [{ kind: "time-passed" }]);
  assert.equal(firm.state.margin.ladder.openCalls().length, 2);
  assert.equal(firm.charged(ALICE), "0.00");
  // Beyond what was called.
  firm.mark("2026-11-20T15:20:00Z", "59.6");
  assert.equal(firm.charged(ALICE), "30.00");
  firm.mark("2026-11-20T15:21:00Z", "60");
  // Called on a Friday; the week has Thanksgiving in it. The fifth business day is the Monday after.
  firm.apply("2026-11-30T14:00:00Z", [{ kind: "business-day-opened", day: "2026-11-30" }]);
  assert.equal(firm.charged(ALICE), "0.00");
  firm.apply("2026-12-01T05:00:00Z", [{ kind: "time-passed" }]);
  assert.equal(firm.charged(ALICE), "500.00");
});

test("an account is charged once: what is reported of it stands in place of what margin says", () => {
  const firm = new Firm((text) =>
    text.replace("  commitmentAddBack:", "  deficitsFromBooks: true\n  commitmentAddBack:"),
  );
  firm.mark("2026-11-20T15:00:00Z", "60");
  const item = { kind: "open-item-reported", item: "m-1", type: "under-margined-account", account: "alice" };
  firm.apply("2026-11-20T15:01:00Z", [{ ...item, amount: "450" }]);
  assert.equal(firm.charged(ALICE), undefined);
  assert.equal(firm.charged("charges/under-margined-accounts"), "450.00");
  assert.equal(firm.charged(), "500.00");
  firm.apply("2026-11-20T15:02:00Z", [{ ...item, amount: "450", closed: true }]);
  assert.equal(firm.charged(), "1000.00");
  // All is sold: a debit that nothing secures. Margin's charge has it, the books do not say it again.
  firm.apply("2026-11-20T15:03:00Z", [
    { kind: "securities-moved", from: "alice", to: "market", instrument: "AAA", quantity: "100", reason: "transfer" },
  ]);
  assert.equal(firm.charged(ALICE), "5000.00");
  assert.equal(firm.charged("non-allowable/unsecured-accounts"), undefined);
});

test("restored it stands as it stood, and a branch keeps the charges of its trunk", () => {
  const firm = new Firm();
  firm.mark("2026-11-20T15:00:00Z", "60");
  const copy = new FirmState();
  copy.restore(new SectionReader(firm.state.sections()));
  assert.equal(copy.netCapital.figures.netCapitalCents, firm.state.netCapital.figures.netCapitalCents);
  assert.deepEqual(
    verifyState(copy).filter(({ ok }) => !ok),
    [],
  );
  const branch = new Branch(firm.state);
  branch.apply([{ kind: "mark", at: "2026-11-20T15:00:01Z", instrument: "AAA", price: "40", basis: "manual" }]);
  assert.equal(branch.netCapital.figures.netCapitalCents, firm.state.netCapital.figures.netCapitalCents);
});

test("canary: a ladder that was told another band is noticed, and so is a firm that tells other numbers", () => {
  const firm = new Firm();
  firm.mark("2026-11-20T15:00:00Z", "60");
  const { margin, books } = firm.state;
  const told = accountsByBand(margin);
  assert.deepEqual(toldBandDifferences(told, margin), []);
  assert.equal(toldBandDifferences(told?.map((count) => count + 1) ?? null, margin).length, told?.length);
  // A price that never was: what a fault in the certificates would look like.
  margin.rungs?.balanceChanged(books.accounts.findText("alice"), books.instruments.findText("USD"), 0, 900_000);
  margin.rungs?.settle();
  const [difference = ""] = auditMargin(margin);
  assert.match(difference, /^alice: band 0 running, \d from scratch$/);
  assert.equal(
    auditMargin(margin, { accounts: 1, turn: 0 }).concat(auditMargin(margin, { accounts: 1, turn: 1 })).length,
    auditMargin(margin).length,
  );
});

test("where margin cannot say what accounts lack, net capital cannot be said either, and says why", () => {
  const firm = new Firm();
  firm.mark("2026-11-20T15:00:00Z", "60");
  assert.equal(firm.charged(), "1000.00");
  // No clock of a call runs beyond the last day of the calendar.
  firm.apply("2028-12-20T14:00:00Z", [{ kind: "business-day-opened", day: "2028-12-20" }]);
  firm.mark("2028-12-20T15:00:00Z", "40");
  const answer = firm.state.netCapital.answer();
  assert.ok(answer.kind === "unknown");
  const [trouble, ...others] = answer.troubles;
  assert.match(
    trouble.message,
    /^margin cannot say what accounts lack: day = "2029-01-01": the NYSE calendar does not cover/,
  );
  assert.equal(trouble.code, "missing-input");
  assert.deepEqual(others, []);
  assert.equal(firm.state.netCapital.figures.unknown, true);
  const restored = new FirmState();
  restored.restore(new SectionReader(firm.state.sections()));
  assert.deepEqual(restored.netCapital.answer(), answer);
  // Once the days are known it can be said. What the accounts lack, 4,000, is called then, and not charged while that is fresh.
  const days = Array.from({ length: 60 }, (_, index) => new Date(Date.UTC(2029, 0, 1 + index)));
  firm.apply(
    "2028-12-20T15:10:00Z",
    days.map((day) => ({
      kind: "calendar-day-set",
      day: day.toISOString().slice(0, 10),
      session: day.getUTCDay() % 6 === 0 ? "closed" : "full",
      settlement: day.getUTCDay() % 6 !== 0,
      reason: "the exchange published it",
    })),
  );
  assert.equal(firm.charged(), "0.00");
  firm.mark("2028-12-20T15:20:00Z", "30");
  assert.equal(firm.charged(), "1500.00");
});
