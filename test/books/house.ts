/** A small broker-dealer for tests: its books, its chart of accounts, and balances as a table that people can read. */
import assert from "node:assert/strict";
import { formatDecimal } from "../../src/base/decimal.ts";
import { hashSections } from "../../src/base/state.ts";
import { parseInstant } from "../../src/base/time.ts";
import { Books } from "../../src/books/books.ts";
import { isPosted, Postings } from "../../src/books/postings.ts";
import type { FactOfKind, UnstampedFact } from "../../src/facts/kinds.ts";

const AT = "2026-11-16T15:00:00Z";

const INSTRUMENTS: readonly Omit<FactOfKind<"instrument-listed">, "kind" | "at">[] = [
  { instrument: "USD", type: "currency", currency: "USD" },
  { instrument: "EUR", type: "currency", currency: "EUR" },
  { instrument: "XYZ", type: "equity", currency: "USD" },
  { instrument: "FRAC", type: "equity", currency: "USD", scale: 6 },
  { instrument: "NOTE", type: "treasury", currency: "USD", coupon: "4%", maturity: "2030-11-15" },
  { instrument: "SPX", type: "index", currency: "USD" },
];

/** Account, type, and where it matters ledger class or lot method. */
const ACCOUNTS = `
  alice               customer-cash
  bob                 customer-margin          lifo
  carol               customer-margin          hifo
  dave                customer-cash            average
  erin                pab                      specific
  inventory           firm-inventory
  error               error
  clearing            clearing
  fail-to-receive     fail-to-receive
  fail-to-deliver     fail-to-deliver
  depository          depository-free
  segregated          depository-segregated
  pledged             pledged
  bank                bank
  reserve             reserve-bank
  loan                bank-loan
  lender              stock-borrowed
  borrower            stock-loaned
  suspense            suspense
  capital             general-ledger           ownership-equity
  commission-revenue  general-ledger           revenue
  fees-payable        general-ledger           liability
  rent                general-ledger           expense
  furniture           general-ledger           non-allowable-asset
`;

export type Unstamped = UnstampedFact & { readonly at?: string };

export class House {
  readonly books = new Books();
  readonly postings = new Postings(this.books);

  constructor() {
    for (const listing of INSTRUMENTS) {
      this.books.instruments.list(
        { kind: "instrument-listed", at: AT, ...listing },
        this.books.names.intern(listing.instrument),
      );
    }
    for (const [account = "", type, detail] of words(ACCOUNTS)) {
      const fact = {
        kind: "account-opened",
        at: AT,
        account,
        type,
        ...(detail !== undefined && { [type === "general-ledger" ? "ledgerClass" : "lotMethod"]: detail }),
      } as FactOfKind<"account-opened">;
      this.books.accounts.check(fact);
      this.books.accounts.open(fact, this.books.names.intern(account));
    }
  }

  account(name: string): number {
    return this.books.accounts.find(this.books.names.find(name) ?? -1);
  }

  instrument(name: string): number {
    return this.books.instruments.findText(name);
  }

  mark(instrument: string, price: number): void {
    this.books.market.mark(this.instrument(instrument), Math.round(price * 1e8), "close", parseInstant(AT));
  }

  /** Posts a fact, having seen that `check` finds nothing wrong and leaves no trace. */
  post(unstamped: Unstamped): void {
    const fact = { at: AT, ...unstamped };
    assert.ok(isPosted(fact));
    const before = this.hash();
    assert.equal(this.postings.check(fact)?.message, undefined);
    assert.equal(this.hash(), before, "checking changes nothing");
    this.postings.post(fact);
    assert.deepEqual(this.books.ledger.verifyConservation(), []);
    assert.deepEqual(this.books.lots.verify(), []);
  }

  /** Sees that a fact is refused with this code and field, by `check` and by `post`, and changes nothing. */
  refuse(unstamped: Unstamped, code: string, field: string): void {
    const fact = { at: AT, ...unstamped };
    assert.ok(isPosted(fact));
    const before = this.hash();
    const trouble = this.postings.check(fact);
    assert.deepEqual([trouble?.code, trouble?.details.field], [code, field], trouble?.message ?? "not refused");
    assert.throws(() => this.postings.post(fact), { message: trouble?.message });
    assert.equal(this.hash(), before, "a refused fact changes nothing");
  }

  hash(): string {
    return hashSections(this.books.sections());
  }

  /** Every balance that is not zero, on trade date and, where that differs, as settled: "alice XYZ 100 (settled 0)". */
  balances(): string[] {
    const { ledger, names, accounts, instruments } = this.books;
    const lines: string[] = [];
    for (let row = 0; row < ledger.size; row++) {
      const [balance, settled] = [ledger.balanceOf(row, "trade-date"), ledger.balanceOf(row, "settlement")];
      if (balance === 0 && settled === 0) continue;
      const asset = ledger.rows.columns.asset[row];
      const scale = instruments.columns.scale[asset];
      const line = [
        names.text(accounts.nameId(ledger.rows.columns.account[row])),
        names.text(instruments.nameId(asset)),
        formatDecimal(balance, scale),
      ];
      lines.push(line.join(" ") + (settled === balance ? "" : ` (settled ${formatDecimal(settled, scale)})`));
    }
    return lines.sort((a, b) => (a < b ? -1 : 1));
  }

  /** Sees that exactly these balances are not zero. */
  expect(table: string): void {
    assert.deepEqual(
      this.balances(),
      words(table)
        .map((line) => line.join(" "))
        .sort((a, b) => (a < b ? -1 : 1)),
    );
  }

  /** The lots of an account: units, cost in cents, day, each as "100 1900500 20408". */
  lots(account: string, instrument: string): { quantity: number; cost: number; opened: number }[] {
    const row = this.books.ledger.row(this.account(account), this.instrument(instrument));
    return row === -1 ? [] : this.books.lots.list(row);
  }

  /** Profit realised, in cents. */
  realised(account: string): number {
    return this.books.lots.realised(this.account(account));
  }
}

function words(table: string): string[][] {
  return table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== "");
}
