/**
 * Facts to what transactions make of accounts: which fact is a transaction of whom, told to the state before and after the
 * books take it. What came in or left is read from the books themselves, so that no posting is worked out twice.
 */
import { parseDecimal } from "../../base/decimal.ts";
import { negate, parseDollars, toCents, ZERO } from "../../base/money.ts";
import { parseDay, parseInstant } from "../../base/time.ts";
import type { Fact, FactOfKind } from "../../facts/kinds.ts";
import { type MarginBooks, principalOf, regimeOf } from "../account.ts";
import { dollarsOf } from "./entries.ts";
import type { DayAsked, TransactionState } from "./transaction-state.ts";

type Trade = FactOfKind<"trade-executed" | "trade-busted">;

/** Applies a fact to the books by `apply`, and tells the state of it. Returns what the end of a day asks for. */
export function followFact(
  state: TransactionState,
  books: MarginBooks,
  fact: Fact,
  apply: (fact: Fact) => void,
): DayAsked | undefined {
  const rows = accountsOf(books, fact);
  for (const row of rows) state.before(row);
  const cash = cashOfTrade(books, fact);
  // Closed before the books open the next day: an account's last close is by the prices and balances of its day.
  const asked = fact.kind === "business-day-closed" ? state.dayClosed(parseDay(fact.day)) : undefined;
  apply(fact);
  if (fact.kind === "business-day-opened") return state.dayOpened(parseDay(fact.day));
  if (fact.kind === "trade-executed" || fact.kind === "trade-busted")
    tradeBooked(state, books, fact, cashOfTrade(books, fact) - cash);
  else if (fact.kind === "cash-moved") cashMoved(state, books, fact);
  else if (fact.kind === "securities-moved") securitiesMoved(state, books, fact);
  else if (fact.kind === "special-memorandum-stated")
    state.smaStated(books.accounts.findText(fact.account), parseDollars(fact.amount));
  return asked;
}

/** Rows of margin and cash accounts whose money or securities the fact changes; none where it stays within one. */
function accountsOf(books: MarginBooks, fact: Fact): number[] {
  if (fact.kind === "trade-executed" || fact.kind === "trade-busted") return rowsOf(books, [fact.account]);
  if (fact.kind === "cash-moved" || fact.kind === "securities-moved") return parties(books, fact);
  return [];
}

function rowsOf({ accounts, ...books }: MarginBooks, names: readonly string[]): number[] {
  const found = names.map((name) => accounts.findText(name));
  return found.filter((row) => row >= 0 && regimeOf({ accounts, ...books }, row) !== undefined);
}

/** Both sides of a move that are customers', where they are not margined together. */
function parties(books: MarginBooks, { from, to }: { readonly from: string; readonly to: string }): number[] {
  const rows = rowsOf(books, [from, to]);
  if (rows.length === 2 && principalOf(books, rows[0]) === principalOf(books, rows[1])) return [];
  return rows;
}

/** The balance of the account that trades, in the currency of what it trades. */
function cashOfTrade(books: MarginBooks, fact: Fact): number {
  if (fact.kind !== "trade-executed" && fact.kind !== "trade-busted") return 0;
  const row = books.accounts.findText(fact.account);
  const instrument = books.instruments.findText(fact.instrument);
  if (row < 0 || instrument < 0) return 0;
  return books.ledger.balance(row, books.instruments.columns.currency[instrument]);
}

function tradeBooked(state: TransactionState, books: MarginBooks, fact: Trade, moved: number): void {
  const { accounts, instruments, calendar } = books;
  const account = accounts.findText(fact.account);
  if (regimeOf(books, account) === undefined) return;
  const instrument = instruments.findText(fact.instrument);
  const size = parseDecimal(fact.quantity, instruments.columns.scale[instrument]);
  const busted = fact.kind === "trade-busted";
  const tradeDay = parseDay(fact.tradeDay);
  state.tradeBooked({
    account,
    instrument,
    units: (fact.side === "buy") === busted ? -size : size,
    cash: dollarsOf(books, instrument, toCents(moved)) ?? ZERO,
    at: parseInstant(fact.at),
    tradeDay,
    settleDay: fact.settleDay === undefined ? calendar.settlementDay(tradeDay) : parseDay(fact.settleDay),
    busted,
  });
}

function cashMoved(state: TransactionState, books: MarginBooks, fact: FactOfKind<"cash-moved">): void {
  const currency = books.instruments.findText(fact.currency);
  const amount = parseDecimal(fact.amount, books.instruments.columns.scale[currency]);
  const dollars = dollarsOf(books, currency, toCents(amount));
  if (dollars === undefined) return;
  const at = parseInstant(fact.at);
  for (const row of parties(books, fact)) {
    const isGiver = row === books.accounts.findText(fact.from);
    state.cashMoved(row, isGiver ? negate(dollars) : dollars, fact.reason, at);
  }
}

function securitiesMoved(state: TransactionState, books: MarginBooks, fact: FactOfKind<"securities-moved">): void {
  const instrument = books.instruments.findText(fact.instrument);
  const size = parseDecimal(fact.quantity, books.instruments.columns.scale[instrument]);
  const at = parseInstant(fact.at);
  for (const row of parties(books, fact)) {
    const isGiver = row === books.accounts.findText(fact.from);
    state.securitiesMoved(row, instrument, isGiver ? -size : size, fact.reason, at);
  }
}
