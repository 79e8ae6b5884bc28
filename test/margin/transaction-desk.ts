/** A small firm for tests of transactions: books, a state that follows them, and words for what customers do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDecimal } from "../../src/base/decimal.ts";
import { type Cents, formatDollars } from "../../src/base/money.ts";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { type Day, formatDay, parseDay, parseInstant } from "../../src/base/time.ts";
import { Books } from "../../src/books/books.ts";
import { isPosted, Postings } from "../../src/books/postings.ts";
import { isReport } from "../../src/books/reports.ts";
import type { Fact, FactOfKind, UnstampedFact } from "../../src/facts/kinds.ts";
import { parseFact } from "../../src/facts/parse.ts";
import { marginAccountOf } from "../../src/margin/account.ts";
import { figuresFromBooks } from "../../src/margin/reg-t/account-figures.ts";
import { followFact } from "../../src/margin/reg-t/transaction-facts.ts";
import { type DayAsked, TransactionState } from "../../src/margin/reg-t/transaction-state.ts";
import { mayWithdraw, type Withdrawal, type WithdrawalAnswer } from "../../src/margin/reg-t/withdrawals.ts";
import { type MarginRules, readMarginRules } from "../../src/margin/rules.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8");
export const RULES = readMarginRules(TEXT);

export class Desk {
  readonly books = new Books();
  readonly state: TransactionState;
  readonly rules: MarginRules;
  readonly facts: Fact[] = [];
  readonly figuresOf: ReturnType<typeof figuresFromBooks>;
  /** The terms of the last execution. */
  executed: Omit<FactOfKind<"trade-executed">, "kind" | "at"> | undefined = undefined;
  readonly #postings = new Postings(this.books);
  #second = 0;
  #executions = 0;

  constructor(day = "2026-11-20", rules: MarginRules = RULES) {
    this.rules = rules;
    this.figuresOf = figuresFromBooks(
      this.books,
      () => rules,
      () => this.state.day,
    );
    this.state = new TransactionState(this.books, { figuresOf: this.figuresOf, rulesOn: () => rules });
    this.apply({ kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD" });
    for (const [account, type] of [
      ["M", "customer-margin"],
      ["C", "customer-cash"],
      ["bank", "bank"],
      ["street", "clearing"],
      ["box", "depository-free"],
    ] as const)
      this.apply({ kind: "account-opened", account, type });
    this.open(day);
  }

  apply(unstamped: UnstampedFact & { readonly at?: string }): DayAsked | undefined {
    const day = this.state.day < 0 ? parseDay("2015-01-02") : this.state.day;
    const seconds = this.#second++;
    const clock = [14 + Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const at = `${formatDay(day)}T${clock.map((part) => String(part).padStart(2, "0")).join(":")}Z`;
    return this.follow(parseFact({ at, ...unstamped }));
  }

  follow(fact: Fact): DayAsked | undefined {
    this.facts.push(fact);
    return followFact(this.state, this.books, fact, (each) => this.#post(each));
  }

  #post(fact: Fact): void {
    const { books } = this;
    if (isPosted(fact)) this.#postings.post(fact);
    else if (fact.kind === "instrument-listed") books.instruments.list(fact, books.names.intern(fact.instrument));
    else if (fact.kind === "account-opened") books.accounts.open(fact, books.names.intern(fact.account));
    else if (fact.kind === "mark")
      books.market.mark(
        this.instrument(fact.instrument),
        parseDecimal(fact.price, 8),
        fact.basis,
        parseInstant(fact.at),
      );
    else if (isReport(fact)) books.reports.report(fact);
  }

  instrument(name: string): number {
    return this.books.instruments.findText(name);
  }

  account(name: string): number {
    return this.books.accounts.findText(name);
  }

  list(instrument: string, price: string, more: object = {}): void {
    const listed = { kind: "instrument-listed", instrument, currency: "USD", type: "equity", listing: "XNYS", ...more };
    this.apply(listed as UnstampedFact);
    this.mark(instrument, price);
  }

  mark(instrument: string, price: string | number): void {
    this.apply({ kind: "mark", instrument, price: String(price), basis: "manual" });
  }

  open(day: string): DayAsked | undefined {
    this.#second = 0;
    return this.apply({ kind: "business-day-opened", day });
  }

  close(): DayAsked | undefined {
    return this.apply({ kind: "business-day-closed", day: formatDay(this.state.day) });
  }

  /** The next business day. */
  next(days = 1): DayAsked | undefined {
    let asked: DayAsked | undefined;
    for (let count = 0; count < days; count++)
      asked = this.open(formatDay(this.books.calendar.nextBusinessDay(this.state.day)));
    return asked;
  }

  trade(
    account: string,
    side: "buy" | "sell" | "sell-short",
    instrument: string,
    quantity: number,
    price: number | string,
    at?: string,
  ): void {
    this.executed = {
      account,
      instrument,
      contra: "street",
      side,
      quantity: String(quantity),
      price: String(price),
      tradeDay: formatDay(this.state.day),
      execution: `e${this.#executions++}`,
    };
    this.apply({ kind: "trade-executed", ...this.executed, ...(at !== undefined && { at }) });
  }

  /** Takes an execution back; the last one where none is given. */
  bust(executed = this.executed): void {
    if (executed !== undefined) this.apply({ kind: "trade-busted", ...executed });
  }

  /** Positive: from the bank to the account. */
  cash(
    account: string,
    dollars: number,
    reason?: "deposit" | "withdrawal" | "dividend" | "interest",
    at?: string,
  ): void {
    const [from, to] = dollars > 0 ? ["bank", account] : [account, "bank"];
    this.apply({
      kind: "cash-moved",
      from,
      to,
      currency: "USD",
      amount: String(Math.abs(dollars)),
      reason: reason ?? (dollars > 0 ? "deposit" : "withdrawal"),
      ...(at !== undefined && { at }),
    });
  }

  sma(account = "M"): string {
    const { balance } = this.state.memoranda.of(this.account(account));
    return balance === undefined ? "unknown" : formatDollars(balance);
  }

  asked(account = "M"): readonly (readonly [string, string, string])[] {
    return this.state.memoranda
      .calls(this.account(account))
      .map(({ day, due, remaining }) => [formatDay(day), formatDay(due), formatDollars(remaining)]);
  }

  cashAccount(day: Day = this.state.day) {
    return this.state.cash.of(this.account("C"), day, this.rules.cashAccounts);
  }

  withdraw(withdrawal: Withdrawal): WithdrawalAnswer {
    const row = this.account("M");
    const account = marginAccountOf(this.books, row);
    if (account === undefined) throw new Error("M is a margin account");
    const context = { books: this.books, rules: this.rules, account, asOf: this.state.day };
    return mayWithdraw(this.state, context, this.figuresOf(row), withdrawal);
  }

  hash(): string {
    return hashSections(this.state.sections());
  }

  /** The same facts again, in a firm of their own, which at fact `restoreAt` goes on from a snapshot. */
  replay(restoreAt = -1): string {
    const again = new Desk("2026-11-20", this.rules);
    for (const [index, fact] of this.facts.slice(again.facts.length).entries()) {
      if (index === restoreAt) again.state.restore(new SectionReader(copies(again.state)));
      again.follow(fact);
    }
    return again.hash();
  }
}

function copies(state: TransactionState): { name: string; bytes: Uint8Array }[] {
  return state.sections().map(({ name, bytes }) => ({ name, bytes: Uint8Array.from(bytes) }));
}

export const cents = (dollars: number): Cents => Math.round(dollars * 100) as Cents;
