/**
 * A broker-dealer for tests of net capital: books, postings and the monitors, told of everything as the engine tells it.
 * Nobody is margined until a margin rulebook is activated.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDecimal } from "../../src/base/decimal.ts";
import { findLine } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { addMonths, type Day, formatDay, type Instant, parseDay, parseInstant } from "../../src/base/time.ts";
import { Books } from "../../src/books/books.ts";
import { newYorkInstant } from "../../src/books/new-york-time.ts";
import { isPosted, Postings } from "../../src/books/postings.ts";
import { isReport } from "../../src/books/reports.ts";
import { type MarginReport, Monitors } from "../../src/engine/monitors.ts";
import { PRICE_SCALE } from "../../src/facts/define.ts";
import type { Fact, FactOfKind, UnstampedFact } from "../../src/facts/kinds.ts";
import { MarginMonitor } from "../../src/margin/monitor.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { type BookDocument, rulebookFor } from "../../src/net-capital/book-document.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
import type { NetCapitalFigure } from "../../src/net-capital/computation.ts";
import { countMarketDay } from "../../src/net-capital/capital/minimums.ts";
import { NetCapitalMonitor } from "../../src/net-capital/monitor.ts";

export const RULEBOOK = readFileSync(join(import.meta.dirname, "../../rulebooks/net-capital.yaml"), "utf8");
export const AS_OF = parseDay("2026-11-20");
const AT = "2026-11-20T15:00:00Z";

/** The shipped rulebook with parts of its text replaced, each of which must be there. */
export function rulebook(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `the rulebook says "${from}"`);
    return text.replace(from, to);
  }, RULEBOOK);
}

export const ALTERNATIVE = ["method: aggregate-indebtedness", "method: alternative"] as const;

/** So many months from the as-of day. */
export function inMonths(months: number): string {
  return formatDay(addMonths(AS_OF, months));
}

export function inDays(days: number): string {
  return formatDay((AS_OF + days) as Day);
}

type Listing = Partial<Omit<FactOfKind<"instrument-listed">, "kind" | "at">> &
  Pick<FactOfKind<"instrument-listed">, "type">;

/** Dollars, a few accounts, and the business day opened. */
function chart(): Fact[] {
  return [
    { kind: "instrument-listed", at: AT, instrument: "USD", type: "currency", currency: "USD" },
    ...ACCOUNTS.map((account) => ({ kind: "account-opened", at: AT, ...account }) as const),
    { kind: "business-day-opened", at: AT, day: formatDay(AS_OF) },
  ];
}

const ACCOUNTS = [
  { account: "capital", type: "general-ledger", ledgerClass: "ownership-equity" },
  { account: "inventory", type: "firm-inventory" },
  { account: "error", type: "error" },
  { account: "bank", type: "bank" },
  { account: "clearing", type: "clearing" },
  { account: "customer", type: "customer-margin" },
] as const;

export class Firm {
  readonly books = new Books();
  readonly cursor = { seq: 0, at: parseInstant(AT) };
  readonly margin = new MarginMonitor(this.books, this.cursor, () => `effect-${this.cursor.seq}-${this.#effects++}`);
  readonly monitor: NetCapitalMonitor;
  readonly #monitors: Monitors;
  readonly #postings = new Postings(this.books);
  #effects = 0;
  #count = 0;

  constructor(
    document: string = RULEBOOK,
    Monitor: typeof NetCapitalMonitor = NetCapitalMonitor,
    facts: readonly Fact[] = chart(),
  ) {
    this.monitor = new Monitor(this.books, undefined, this.margin.charges);
    this.#monitors = new Monitors(this.books, this.monitor, this.margin);
    this.books.ledger.observer = this.#monitors;
    this.#postings.transactions = this.margin;
    this.activate(document);
    for (const fact of facts) this.apply(fact);
  }

  /** A firm whose books are those of a document, under its own firm section. */
  static of(document: BookDocument): Firm {
    return new Firm(rulebookFor(document, RULEBOOK), NetCapitalMonitor, documentToFacts(document));
  }

  activate(document: string, rulebook = "net-capital"): void {
    const [, version = ""] = /^version: "?([^"\n]+)"?$/m.exec(document) ?? [];
    const [, effective = ""] = /^effective: "?([^"\n]+)"?$/m.exec(document) ?? [];
    this.apply({
      kind: "rulebook-activated",
      rulebook,
      version,
      effective,
      document,
      approvedBy: "first",
      secondApproval: "second",
    });
  }

  apply(unstamped: UnstampedFact): void {
    this.cursor.seq++;
    this.cursor.at = (this.cursor.at + 1_000_000) as Instant;
    try {
      this.#apply({ at: AT, ...unstamped });
    } finally {
      this.margin.settle();
      this.monitor.marginSettled();
    }
  }

  /** Time passes until ten in the morning of a day that opens. */
  #openDay(day: Day): void {
    this.cursor.at = Math.max(this.cursor.at, newYorkInstant(day, 600)) as Instant;
    countMarketDay(this.books, day);
    this.#monitors.rulesOrDayChanged(day);
  }

  #apply(fact: Fact): void {
    const { books } = this;
    const monitor = this.#monitors;
    if (isPosted(fact)) {
      this.#postings.post(fact);
      if (fact.kind === "business-day-opened") this.#openDay(books.settlement.openedDay);
    } else if (fact.kind === "instrument-listed") {
      books.instruments.check(fact);
      monitor.instrumentChanged(books.instruments.list(fact, books.names.intern(fact.instrument)));
    } else if (fact.kind === "account-opened") {
      books.accounts.check(fact);
      monitor.accountChanged(books.accounts.open(fact, books.names.intern(fact.account)));
    } else if (fact.kind === "mark") {
      const row = books.instruments.findText(fact.instrument);
      const changed = books.market.mark(row, parseDecimal(fact.price, PRICE_SCALE), fact.basis, parseInstant(fact.at));
      if (changed) monitor.priceChanged(row);
    } else if (fact.kind === "capital-item-reported" || fact.kind === "commitment-reported") {
      books.capitalItems.check(fact);
      books.capitalItems.report(fact);
      monitor.itemsChanged();
    } else if (fact.kind === "calendar-day-set") {
      books.calendar.set(fact);
      monitor.calendarChanged();
    } else if (isReport(fact)) {
      books.reports.check(fact);
      books.reports.report(fact);
      if (isMarginReport(fact)) monitor.marginReported(fact);
      else monitor.itemsChanged();
    } else {
      assert.ok(fact.kind === "rulebook-activated", fact.kind);
      books.rulebooks.activate({ ...fact, effective: parseDay(fact.effective) });
      monitor.rulesOrDayChanged(books.settlement.openedDay);
    }
  }

  list(instrument: string, listing: Listing): void {
    this.apply({ kind: "instrument-listed", instrument, currency: "USD", ...listing });
  }

  mark(instrument: string, price: string): void {
    this.apply({ kind: "mark", instrument, price, basis: "close" });
  }

  cash(from: string, to: string, dollars: number, currency = "USD"): void {
    this.apply({ kind: "cash-moved", from, to, currency, amount: String(dollars), reason: "adjustment" });
  }

  /** Capital that stands in the bank. */
  capital(dollars: number): void {
    this.cash("bank", "capital", dollars);
  }

  open(account: string, rest: Omit<FactOfKind<"account-opened">, "kind" | "at" | "account">): void {
    this.apply({ kind: "account-opened", account, ...rest });
  }

  /** A balance of the general ledger: credit positive. */
  ledger(
    account: string,
    ledgerClass: NonNullable<FactOfKind<"account-opened">["ledgerClass"]>,
    dollars: number,
  ): void {
    this.open(account, { type: "general-ledger", ledgerClass });
    if (dollars > 0) this.cash("bank", account, dollars);
    else this.cash(account, "bank", -dollars);
  }

  item(
    treatment: FactOfKind<"capital-item-reported">["treatment"],
    dollars: number,
    label = treatment as string,
  ): void {
    this.apply({
      kind: "capital-item-reported",
      item: `item-${this.#count++}`,
      treatment,
      label,
      paragraph: "15c3-1",
      amount: String(dollars),
    });
  }

  /** A position of this market value, bought or sold short at it, so that equity stays what it was. Debt is at par. */
  hold(listing: Listing, dollars: number, price = "100"): string {
    const instrument = `${listing.type}-${this.#count++}`;
    this.list(instrument, listing);
    this.mark(instrument, price);
    const perUnit = Number(price) * Number(DEBT.has(listing.type) ? "0.01" : "1");
    this.move(instrument, dollars / perUnit, "inventory");
    if (dollars > 0) this.cash("inventory", "bank", dollars);
    else this.cash("bank", "inventory", -dollars);
    return instrument;
  }

  /** Puts so many units into an account of the firm. */
  move(instrument: string, units: number, account: string): void {
    const [from, to] = units > 0 ? ["clearing", account] : [account, "clearing"];
    this.apply({
      kind: "securities-moved",
      from,
      to,
      instrument,
      quantity: String(Math.abs(units)),
      reason: "opening",
      cost: "0",
    });
  }

  /** The figure; the auditor finds nothing. */
  figure(): NetCapitalFigure {
    assert.deepEqual(auditNetCapital(this.books, this.monitor), []);
    const answer = this.monitor.answer();
    assert.ok(
      answer.kind === "figure",
      answer.kind === "unknown" ? answer.troubles.map(({ message }) => message).join("; ") : "",
    );
    return answer;
  }

  /** What is missing, where there is no figure. */
  troubles(): string[] {
    assert.deepEqual(auditNetCapital(this.books, this.monitor), []);
    const answer = this.monitor.answer();
    assert.ok(answer.kind === "unknown", "there is a figure");
    return answer.troubles.map(({ code, message }) => `${code}: ${message}`);
  }

  /** The amount of a line, in dollars: "16250.00". */
  line(code: string): string {
    const line = findLine(this.figure().computation, code);
    assert.ok(line !== undefined, `there is a line ${code}`);
    return formatDollars(line.amount);
  }
}

function isMarginReport(fact: Fact): fact is MarginReport {
  return (
    fact.kind === "margin-terms-stated" ||
    fact.kind === "special-memorandum-stated" ||
    fact.kind === "market-statistics-stated" ||
    fact.kind === "borrow-terms-stated" ||
    fact.kind === "outside-position-stated"
  );
}

const DEBT: ReadonlySet<string> = new Set([
  "treasury",
  "agency",
  "municipal",
  "corporate",
  "commercial-paper",
  "certificate-of-deposit",
]);
