/**
 * The firm's limit on portfolio margin, 4210(g)(12): what all accounts require together against ten times net capital; told
 * when it is crossed, when openings stop on the fourth business day, and when it is kept again.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SectionReader } from "../../src/base/state.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { EngineMargin } from "../../src/server/engine-margin.ts";
import { rulebookFact, SETUP } from "./firm.ts";

const MARGIN = readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8");
const VERSION = "2026-03-01";
const DAY = "2026-03-03";

class Firm {
  readonly state = new FirmState();

  /** Net capital of about five million dollars, and a customer with the requirement of 15% of what it holds. */
  constructor(shares: number) {
    this.tell(
      rulebookFact(),
      ...SETUP,
      {
        kind: "rulebook-activated",
        at: `${DAY}T12:00:00Z`,
        rulebook: "margin",
        version: VERSION,
        effective: VERSION,
        document: MARGIN.replace(/^(version|effective): ".+"/gm, `$1: "${VERSION}"`),
        approvedBy: "first officer",
        secondApproval: "second officer",
      },
      { kind: "account-opened", at: `${DAY}T12:00:00Z`, account: "big", type: "customer-portfolio-margin" },
    );
    this.open(DAY);
    this.deposit(String(shares * 200), `${DAY}T13:30:00Z`);
    this.tell({
      kind: "trade-executed",
      at: `${DAY}T14:00:00Z`,
      execution: "first",
      account: "big",
      contra: "nscc",
      instrument: "AAPL",
      side: "buy",
      quantity: String(shares),
      price: "200",
      tradeDay: DAY,
    });
  }

  tell(...facts: readonly object[]): void {
    for (const fact of facts) applyHypothetical(this.state, [fact as Fact]);
  }

  open(day: string): void {
    this.tell({ kind: "business-day-opened", at: `${day}T13:00:00Z`, day });
  }

  deposit(amount: string, at: string): void {
    this.tell({ kind: "cash-moved", at, from: "bank", to: "big", currency: "USD", amount, reason: "deposit" });
  }

  at(at: string): void {
    this.tell({ kind: "time-passed", at });
  }

  get told(): readonly string[] {
    return this.state.outbox.list({}).flatMap(({ kind }) => (kind.startsWith("firm-limit") ? [kind] : []));
  }

  get summary() {
    const margin = new EngineMargin(this.state);
    const { firmLimit } = margin.overview();
    margin.close();
    return firmLimit;
  }
}

test("above ten times net capital the desk is told, and from the fourth business day no account is to be opened", () => {
  const firm = new Firm(2_000_000);
  // 15% of 400 million, against ten times somewhat under five million.
  firm.at(`${DAY}T16:00:00Z`);
  assert.deepEqual(firm.told, ["firm-limit-exceeded"]);
  const { summary } = firm;
  const netCapital = firm.state.netCapital.figures.netCapitalCents;
  assert.deepEqual(
    [summary?.requirement, summary?.limit, summary?.over?.stopsFrom, summary?.stopped],
    ["60000000.00", (netCapital / 10).toFixed(2), "2026-03-09", false],
  );
  for (const day of ["2026-03-04", "2026-03-05", "2026-03-06"]) firm.open(day);
  assert.equal(firm.told.length, 1, "told once");
  firm.open("2026-03-09");
  assert.deepEqual(firm.told, ["firm-limit-exceeded", "firm-limit-stops-openings"]);
  assert.equal(firm.summary?.stopped, true);

  const copy = new FirmState();
  copy.restore(new SectionReader(firm.state.sections()));
  assert.equal(copy.hash(), firm.state.hash());

  firm.tell({ kind: "mark", at: "2026-03-09T14:00:00Z", instrument: "AAPL", price: "100", basis: "manual" });
  firm.at("2026-03-09T16:30:00Z");
  assert.deepEqual(firm.told.slice(2), ["firm-limit-kept"]);
  assert.deepEqual([firm.summary?.over, firm.summary?.stopped], [null, false]);
});

test("within the limit nothing is told, and the summary says both figures", () => {
  const firm = new Firm(1_000_000);
  firm.at(`${DAY}T16:00:00Z`);
  assert.deepEqual([firm.told, firm.summary?.requirement, firm.summary?.over], [[], "30000000.00", null]);
});
