/** Small books for tests of margin: instruments with prices, accounts with cash and positions, made without an engine. */
import { parseDecimal } from "../../src/base/decimal.ts";
import { type Instant, parseDay } from "../../src/base/time.ts";
import { Books } from "../../src/books/books.ts";
import type { Fact, FactOfKind } from "../../src/facts/kinds.ts";
import { parseFact } from "../../src/facts/parse.ts";
import type { ReportFact } from "../../src/books/reports.ts";

export const TODAY = parseDay("2026-11-20");
const AT = "2026-11-20T12:00:00Z";
const PRICE_SCALE = 8;

type Entry<K extends Fact["kind"]> = Omit<FactOfKind<K>, "kind" | "at">;

/** An instrument as a document lists it, dollars where it does not say. */
export type Listed = Omit<Entry<"instrument-listed">, "currency"> & {
  readonly currency?: string;
  readonly price?: string;
};

export class SmallBooks {
  readonly books = new Books();
  readonly #contra: number;

  constructor() {
    this.list({ instrument: "USD", type: "currency" });
    this.#contra = this.open("contra", "suspense");
  }

  list({ price, ...listed }: Listed): number {
    const { books } = this;
    const fact = parseFact({
      kind: "instrument-listed",
      at: AT,
      ...listed,
      currency: listed.currency ?? (listed.type === "currency" ? listed.instrument : "USD"),
    }) as FactOfKind<"instrument-listed">;
    books.instruments.check(fact);
    const row = books.instruments.list(fact, books.names.intern(listed.instrument));
    if (price !== undefined) this.price(row, parseDecimal(price, PRICE_SCALE));
    return row;
  }

  open(account: string, type: Entry<"account-opened">["type"]): number {
    const fact = parseFact({ kind: "account-opened", at: AT, account, type }) as FactOfKind<"account-opened">;
    return this.books.accounts.open(fact, this.books.names.intern(account));
  }

  say(said: { readonly kind: ReportFact["kind"] } & Record<string, unknown>): void {
    this.books.reports.report(parseFact({ at: AT, ...said }) as ReportFact);
  }

  /** `price` in 10^-8. */
  price(row: number, price: number): void {
    this.books.market.mark(row, price, "manual", 0 as Instant);
  }

  /** Adds so many units (negative: takes them) to what the account has. */
  add(account: number, row: number, units: number): void {
    if (units >= 0) this.books.ledger.transfer(row, this.#contra, account, units);
    else this.books.ledger.transfer(row, account, this.#contra, -units);
  }
}
