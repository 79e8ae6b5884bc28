/**
 * Facts that change money and securities, as the running states of transactions want them: figures kept before, and once the
 * books have the fact, what each margin account bought, sold, brought in or took out.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { toCents } from "../../base/money.ts";
import type { Cursor } from "../../base/effect.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { NO_DAY } from "../../books/settlement.ts";
import type { SecuritiesMove } from "../../books/securities-postings.ts";
import type { TradeTerms } from "../../books/trade-postings.ts";
import { BASE_CURRENCY, type MarginBooks, regimeOf } from "../account.ts";
import type { CashReason, SecuritiesReason } from "../reg-t/entries.ts";
import type { TransactionState } from "../reg-t/transaction-state.ts";

const BUY = 0;

export class Transactions {
  readonly #books: MarginBooks;
  readonly #state: TransactionState;
  readonly #cursor: Cursor;
  /** Dollars of the two accounts before the fact. */
  readonly #dollars = new Map<number, number>();

  constructor(books: MarginBooks, state: TransactionState, cursor: Cursor) {
    this.#books = books;
    this.#state = state;
    this.#cursor = cursor;
  }

  /** A fact is about to change what these accounts have. */
  before(accounts: readonly number[]): void {
    this.#dollars.clear();
    for (const account of accounts) {
      if (account < 0 || regimeOf(this.#books, account) === undefined) continue;
      this.#dollars.set(account, this.#balance(account));
      this.#state.before(account);
    }
  }

  #balance(account: number): number {
    return this.#books.ledger.balance(account, this.#books.instruments.findText(BASE_CURRENCY));
  }

  /** The books have a trade, or what took one back. Gives the margin accounts that it was of. */
  traded(terms: TradeTerms, busted: boolean): readonly number[] {
    const bought = (terms.side === BUY) !== busted ? terms.quantity : -terms.quantity;
    const { calendar } = this.#books;
    const settleDay = terms.settleDay === NO_DAY ? calendar.settlementDay(terms.tradeDay) : terms.settleDay;
    for (const [account, dollars] of this.#dollars) {
      this.#state.tradeBooked({
        account,
        instrument: terms.instrument,
        units: account === terms.account ? bought : -bought,
        cash: toCents(this.#balance(account) - dollars),
        at: this.#cursor.at,
        tradeDay: terms.tradeDay,
        settleDay,
        busted,
      });
    }
    return [...this.#dollars.keys()];
  }

  /** The books have cash that moved. Other currencies count at market; without a price they enter nothing. */
  cashMoved(
    move: { readonly from: number; readonly to: number; readonly currency: number; readonly amount: number },
    reason: CashReason,
  ): readonly number[] {
    const { from, to, currency, amount } = move;
    const price = this.#books.market.price(currency);
    const isDollar = this.#books.instruments.attributes(currency).instrument === BASE_CURRENCY;
    const dollars = isDollar ? amount : Number.isNaN(price) ? 0 : multiplyDivide(amount, price, 10 ** PRICE_SCALE);
    for (const account of this.#dollars.keys()) {
      if (account !== from && account !== to) continue;
      this.#state.cashMoved(account, toCents(account === to ? dollars : -dollars), reason, this.#cursor.at);
    }
    return [...this.#dollars.keys()];
  }

  /** The books have securities that moved. */
  securitiesMoved({ from, to, instrument, quantity }: SecuritiesMove, reason: SecuritiesReason): readonly number[] {
    for (const account of this.#dollars.keys()) {
      if (account !== from && account !== to) continue;
      this.#state.securitiesMoved(account, instrument, account === to ? quantity : -quantity, reason, this.#cursor.at);
    }
    return [...this.#dollars.keys()];
  }
}
