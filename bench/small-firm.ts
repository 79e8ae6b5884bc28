/** A firm for the benchmarks of whole paths: opened by real facts, of a size that the caller says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FirmState } from "../src/engine/firm-state.ts";
import { applyHypothetical } from "../src/engine/hypothetical.ts";
import type { Fact } from "../src/facts/kinds.ts";

const at = "2026-03-02T13:00:00Z";
export const START_MICROS = Date.parse(at) * 1000;

function rulebook(): Fact {
  const document = readFileSync(join(import.meta.dirname, "../rulebooks/net-capital.yaml"), "utf8");
  const field = (name: string): string => new RegExp(`^${name}: "?([^"\\n]+)"?$`, "m").exec(document)?.[1] ?? "";
  return {
    kind: "rulebook-activated",
    at,
    rulebook: "net-capital",
    version: field("version"),
    effective: field("effective"),
    document,
    approvedBy: "a",
    secondApproval: "b",
  };
}

export interface FirmSize {
  readonly accounts: number;
  readonly instruments: number;
  /** Instruments that the firm itself holds: the first ones. */
  readonly inventory: number;
}

/** The facts that open the firm: customers C0…, stocks S0…, an inventory, a clearing account, a bank. */
export function* openingFacts({ accounts, instruments, inventory }: FirmSize): Generator<Fact> {
  yield rulebook();
  yield { kind: "business-day-opened", at, day: "2026-03-02" };
  yield { kind: "instrument-listed", at, instrument: "USD", type: "currency", currency: "USD" };
  for (let index = 0; index < instruments; index++) {
    yield { kind: "instrument-listed", at, instrument: `S${index}`, type: "equity", currency: "USD", listing: "XNYS" };
    yield { kind: "mark", at, instrument: `S${index}`, price: "100", basis: "close" };
  }
  const house: [string, Extract<Fact, { kind: "account-opened" }>["type"]][] = [
    ["desk", "firm-inventory"],
    ["nscc", "clearing"],
    ["bank", "bank"],
    ["dtc", "depository-free"],
  ];
  for (const [account, type] of house) yield { kind: "account-opened", at, account, type };
  yield { kind: "account-opened", at, account: "capital", type: "general-ledger", ledgerClass: "ownership-equity" };
  yield { kind: "account-opened", at, account: "commission-revenue", type: "general-ledger", ledgerClass: "revenue" };
  yield { kind: "account-opened", at, account: "fees-payable", type: "general-ledger", ledgerClass: "liability" };
  for (let index = 0; index < accounts; index++)
    yield { kind: "account-opened", at, account: `C${index}`, type: "customer-margin" };
  yield {
    kind: "cash-moved",
    at,
    from: "bank",
    to: "capital",
    currency: "USD",
    amount: "500000000",
    reason: "capital-contributed",
  };
  for (let index = 0; index < inventory; index++) {
    const short = index % 3 === 2;
    yield {
      kind: "securities-moved",
      at,
      from: short ? "desk" : "dtc",
      to: short ? "dtc" : "desk",
      instrument: `S${index}`,
      quantity: String(1000 + index),
      reason: "opening",
      cost: "100000",
    };
  }
}

export function openedFirm(size: FirmSize): FirmState {
  const state = new FirmState();
  applyHypothetical(state, [...openingFacts(size)]);
  return state;
}
