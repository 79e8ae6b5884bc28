/** A small firm for the engine's tests: two customers, an inventory, a clearing account, a bank, two stocks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fact } from "../../src/facts/kinds.ts";
import { Engine } from "../../src/engine/engine.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { MemoryJournal } from "../../src/journal/memory.ts";

export const RULEBOOK = readFileSync(join(import.meta.dirname, "../../rulebooks/net-capital.yaml"), "utf8");

export function rulebookFact(at = "2026-03-02T13:00:00Z"): Fact {
  const version = /^version: "?([^"\n]+)"?$/m.exec(RULEBOOK)?.[1] ?? "";
  const effective = /^effective: "?([^"\n]+)"?$/m.exec(RULEBOOK)?.[1] ?? "";
  return {
    kind: "rulebook-activated",
    at,
    rulebook: "net-capital",
    version,
    effective,
    document: RULEBOOK,
    approvedBy: "first",
    secondApproval: "second",
  };
}

const at = "2026-03-02T13:30:00Z";

/** Everything but the rulebook, which comes in a batch of its own. */
export const SETUP: readonly Fact[] = [
  { kind: "business-day-opened", at, day: "2026-03-02" },
  { kind: "instrument-listed", at, instrument: "USD", type: "currency", currency: "USD" },
  {
    kind: "instrument-listed",
    at,
    instrument: "AAPL",
    type: "equity",
    currency: "USD",
    listing: "XNAS",
    symbol: "AAPL",
  },
  { kind: "instrument-listed", at, instrument: "IBM", type: "equity", currency: "USD", listing: "XNYS", symbol: "IBM" },
  { kind: "account-opened", at, account: "ann", type: "customer-cash" },
  { kind: "account-opened", at, account: "bob", type: "customer-margin" },
  { kind: "account-opened", at, account: "desk", type: "firm-inventory" },
  { kind: "account-opened", at, account: "nscc", type: "clearing" },
  { kind: "account-opened", at, account: "bank", type: "bank" },
  { kind: "account-opened", at, account: "dtc", type: "depository-free" },
  { kind: "account-opened", at, account: "capital", type: "general-ledger", ledgerClass: "ownership-equity" },
  { kind: "account-opened", at, account: "commission-revenue", type: "general-ledger", ledgerClass: "revenue" },
  { kind: "account-opened", at, account: "fees-payable", type: "general-ledger", ledgerClass: "liability" },
  { kind: "mark", at, instrument: "AAPL", price: "200", basis: "close" },
  { kind: "mark", at, instrument: "IBM", price: "250.5", basis: "close" },
  {
    kind: "cash-moved",
    at,
    from: "bank",
    to: "capital",
    currency: "USD",
    amount: "5000000",
    reason: "capital-contributed",
  },
  { kind: "cash-moved", at, from: "bank", to: "ann", currency: "USD", amount: "100000", reason: "deposit" },
];

export function trade(fields: Partial<Extract<Fact, { kind: "trade-executed" }>> = {}): Fact {
  return {
    kind: "trade-executed",
    at,
    account: "ann",
    instrument: "AAPL",
    contra: "nscc",
    side: "buy",
    quantity: "100",
    price: "200",
    tradeDay: "2026-03-02",
    execution: "x1",
    ...fields,
  };
}

export async function newFirm(): Promise<{ engine: Engine; journal: MemoryJournal }> {
  const journal = new MemoryJournal();
  const engine = new Engine(journal, new FirmState());
  await engine.submit([rulebookFact()]);
  await engine.submit(SETUP);
  return { engine, journal };
}
