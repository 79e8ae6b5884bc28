/**
 * Facts that change money and securities, as the running states of transactions want them: figures kept before, and once the
 * books have the fact, what each margin account bought, sold, brought in or took out. Allocates next to nothing for an
 * account of plain positions.
 */
import type { Cursor } from "../../base/effect.ts";
import { negate, toCents, ZERO } from "../../base/money.ts";
import type { SecuritiesMove } from "../../books/securities-postings.ts";
import { NO_DAY } from "../../books/settlement.ts";
import type { TradeTerms } from "../../books/trade-postings.ts";
import { type MarginBooks, principalOf, regimeOf } from "../account.ts";
import { type CashReason, dollarsOf, type SecuritiesReason } from "../reg-t/entries.ts";
import type { TransactionState } from "../reg-t/transaction-state.ts";
import type { BalanceChange } from "./transaction-figures.ts";

const BUY = 0;
const NONE = -1;

export class Transactions {
  /** What the transaction in hand did to the account in hand. */
  readonly change: Readonly<BalanceChange>;
  readonly #change: BalanceChange = { account: NONE, instrument: NONE, units: 0, currency: NONE, amount: 0 };
  readonly #books: MarginBooks;
  readonly #state: TransactionState;
  readonly #cursor: Cursor;
  /** The accounts of the fact that are customers', and what they had of its currency before it. */
  readonly #accounts: number[] = [];
  readonly #balances: number[] = [];
  #currency = NONE;

  constructor(books: MarginBooks, state: TransactionState, cursor: Cursor) {
    this.#books = books;
    this.#state = state;
    this.#cursor = cursor;
    this.change = this.#change;
  }

  /** A fact is about to change what these accounts have, and their balance of a currency; -1 for none. */
  before(first: number, second: number, currency: number): void {
    this.#accounts.length = 0;
    this.#balances.length = 0;
    this.#currency = currency;
    this.#keep(first);
    if (second !== first) this.#keep(second);
    // What moves between accounts that are margined together is no transaction.
    if (this.#accounts.length === 2 && principalOf(this.#books, first) === principalOf(this.#books, second))
      this.#accounts.length = 0;
    for (const account of this.#accounts) this.#state.before(account);
  }

  #keep(account: number): void {
    if (account < 0 || regimeOf(this.#books, account) === undefined) return;
    this.#accounts.push(account);
    this.#balances.push(this.#balance(account));
  }

  #balance(account: number): number {
    return this.#currency === NONE ? 0 : this.#books.ledger.balance(account, this.#currency);
  }

  /** Notes what an account's balances changed by, and gives the money that came in or left, in the currency's smallest unit. */
  #changed(index: number, instrument: number, units: number): number {
    const change = this.#change;
    const account = this.#accounts[index];
    change.account = account;
    change.instrument = instrument;
    change.units = units;
    change.currency = this.#currency;
    change.amount = this.#balance(account) - this.#balances[index];
    return change.amount;
  }

  /** The books have a trade, or what took one back. Gives the margin accounts that it was of. */
  traded(terms: TradeTerms, busted: boolean): readonly number[] {
    if (this.#accounts.length === 0) return this.#accounts;
    const bought = (terms.side === BUY) !== busted ? terms.quantity : -terms.quantity;
    const { calendar } = this.#books;
    const settleDay = terms.settleDay === NO_DAY ? calendar.settlementDay(terms.tradeDay) : terms.settleDay;
    for (let index = 0; index < this.#accounts.length; index++) {
      const account = this.#accounts[index];
      const units = account === terms.account ? bought : -bought;
      const moved = this.#changed(index, terms.instrument, units);
      this.#state.tradeBooked({
        account,
        instrument: terms.instrument,
        units,
        cash: dollarsOf(this.#books, terms.instrument, toCents(moved)) ?? ZERO,
        at: this.#cursor.at,
        tradeDay: terms.tradeDay,
        settleDay,
        busted,
      });
    }
    return this.#accounts;
  }

  /** The books have cash that moved. Other currencies count at market; without a price they enter nothing. */
  cashMoved(
    move: { readonly from: number; readonly to: number; readonly currency: number; readonly amount: number },
    reason: CashReason,
  ): readonly number[] {
    const { from, to, currency, amount } = move;
    const dollars = dollarsOf(this.#books, currency, toCents(amount)) ?? ZERO;
    for (let index = 0; index < this.#accounts.length; index++) {
      const account = this.#accounts[index];
      if (account !== from && account !== to) continue;
      this.#changed(index, NONE, 0);
      this.#state.cashMoved(account, account === to ? dollars : negate(dollars), reason, this.#cursor.at);
    }
    return this.#accounts;
  }

  /** The books have securities that moved. */
  securitiesMoved({ from, to, instrument, quantity }: SecuritiesMove, reason: SecuritiesReason): readonly number[] {
    for (let index = 0; index < this.#accounts.length; index++) {
      const account = this.#accounts[index];
      if (account !== from && account !== to) continue;
      const units = account === to ? quantity : -quantity;
      this.#changed(index, instrument, units);
      this.#state.securitiesMoved(account, instrument, units, reason, this.#cursor.at);
    }
    return this.#accounts;
  }
}
