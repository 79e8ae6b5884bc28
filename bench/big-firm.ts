/**
 * A firm as large as the benchmarks of net capital ask for: 5,000 positions of its own in stocks and bonds, a few dozen of
 * them unduly concentrated, and a million customers with ten positions each. What is the firm's comes in as facts; customers
 * are entered in the books directly, because ten million facts would take longer than all else.
 */
import assert from "node:assert/strict";
import type { Day } from "../src/base/time.ts";
import { RELIEF } from "../src/books/lots.ts";
import { NO_DAY } from "../src/books/settlement.ts";
import { FirmState } from "../src/engine/firm-state.ts";
import { applyHypothetical } from "../src/engine/hypothetical.ts";
import type { Fact, FactOfKind } from "../src/facts/kinds.ts";
import { openingFacts } from "./small-firm.ts";

export const AT = "2026-03-02T13:30:00Z";
export const INVENTORY = 5_000;

export interface BigFirmSize {
  readonly customers: number;
  readonly positions: number;
}

export const BIG: BigFirmSize = { customers: 1_000_000, positions: 10_000_000 };

type Listing = Omit<FactOfKind<"instrument-listed">, "kind" | "at" | "instrument">;

/** One in ten is a treasury, a municipal, a corporate bond; one in ten a preferred; the others are listed stocks. */
function listing(index: number): Listing {
  const maturity = `${2027 + (index % 28)}-0${1 + (index % 9)}-15`;
  switch (index % 10) {
    case 0:
      return { type: "treasury", currency: "USD", maturity };
    case 1:
      return { type: "municipal", currency: "USD", maturity };
    case 2:
      return { type: "corporate", currency: "USD", maturity, minimalCreditRisk: true };
    case 3:
      return { type: "preferred", currency: "USD", cumulative: true, minimalCreditRisk: true, listing: "XNYS" };
    default:
      return { type: "equity", currency: "USD", listing: "XNYS" };
  }
}

export function instrumentName(index: number): string {
  return `I${index}`;
}

function* inventoryFacts(): Generator<Fact> {
  for (let index = 0; index < INVENTORY; index++) {
    const instrument = instrumentName(index);
    yield { kind: "instrument-listed", at: AT, instrument, ...listing(index) };
    yield { kind: "mark", at: AT, instrument, price: "100", basis: "close" };
    const isLong = index % 3 !== 2;
    yield {
      kind: "securities-moved",
      at: AT,
      from: isLong ? "dtc" : "desk",
      to: isLong ? "desk" : "dtc",
      instrument,
      quantity: String(index % 250 === 4 ? 600_000 : 1_000 + index),
      reason: "opening",
      cost: "100000",
    };
  }
}

/** The firm, with so many customers; the last position of its own is entered after the last of theirs. */
export function bigFirm({ customers, positions }: BigFirmSize): FirmState {
  const state = new FirmState();
  applyHypothetical(state, [...openingFacts({ accounts: 0, instruments: 0, inventory: 0 })]);
  applyHypothetical(state, [...inventoryFacts()]);
  const { accounts, names, ledger, lots, instruments } = state.books;
  const depository = accounts.findText("dtc");
  const first = instruments.findText(instrumentName(0));
  const rows = Array.from({ length: customers }, (_, index) => {
    const account = `C${index}`;
    const row = accounts.open(
      { kind: "account-opened", at: AT, account, type: "customer-margin" },
      names.intern(account),
    );
    state.netCapital.accountChanged(row);
    return row;
  });
  for (let position = 0; position < positions; position++) {
    const account = rows[position % customers];
    const asset = first + (((position % customers) * 7 + Math.floor(position / customers) * 499) % INVENTORY);
    const units = 1 + (position % 1_000);
    const row = ledger.rowFor(account, asset);
    lots.trade(row, ledger.rows.columns.quantity[row], units, units * 9_000, 20_000 as Day, RELIEF.fifo, NO_DAY);
    ledger.transfer(asset, depository, account, units);
  }
  assert.equal(state.refusals.count, 0);
  return state;
}
