/**
 * What transactions ask of an account, stated to the ladder layer by layer: Regulation T calls, payment in cash accounts,
 * intraday deficits, day-trade calls. Stated when a day ends or opens, and whenever a fact touches an account that is called.
 */
import { type Cents, negate, sum, toCents, ZERO } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { BASE_CURRENCY, type MarginBooks } from "../account.ts";
import type { Cause } from "../ladder/call.ts";
import type { MarginLadder } from "../ladder/ladder.ts";
import type { DayAsked, TransactionState } from "../reg-t/transaction-state.ts";
import type { MarginRules } from "../rules.ts";

const LAYERS = ["reg-t", "cash-payment", "intraday", "day-trade"] as const;
type TransactionLayer = (typeof LAYERS)[number];

interface Given {
  readonly books: MarginBooks;
  readonly ladder: MarginLadder;
  readonly transactions: TransactionState;
  readonly rules: () => MarginRules | undefined;
}

export class TransactionLayers {
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
  }

  /** What transactions asked for on a day, as it ended. */
  asked({ day, regT, intraday, dayTrading }: DayAsked): void {
    for (const { account } of regT) this.#state(account, "reg-t", "positions", day);
    for (const { account } of intraday) this.#state(account, "intraday", "positions", day);
    for (const { account } of dayTrading) this.#state(account, "day-trade", "positions", day);
  }

  /** Purchases in cash accounts are asked to be paid from the day of the oldest: at the day's end, and as days open. */
  paymentsAsked(day: Day): void {
    const { ladder, transactions } = this.#given;
    const called = ladder.calls.standing().filter(({ layer }) => layer === "cash-payment");
    for (const account of new Set([...transactions.cash.accounts(), ...called.map((call) => call.account)])) {
      const { amount, since } = this.#payment(account, day);
      ladder.stated(account, "cash-payment", amount, "positions", since ?? day);
    }
  }

  /** A fact changed what an account with standing calls has. */
  touched(account: number, cause: Cause): void {
    for (const layer of LAYERS)
      if (this.#given.ladder.calls.find(account, layer) !== undefined) this.#state(account, layer, cause);
  }

  #state(account: number, layer: TransactionLayer, cause: Cause, day?: Day): void {
    this.#given.ladder.stated(account, layer, this.#lacking(account, layer), cause, day);
  }

  #lacking(account: number, layer: TransactionLayer): Cents {
    const { memoranda, levels, dayTrades, day } = this.#given.transactions;
    if (layer === "cash-payment") return this.#payment(account, day).amount;
    if (layer === "reg-t") return sum(memoranda.calls(account).map(({ remaining }) => remaining));
    if (layer === "intraday") return sum(levels.outstanding(account, day).map(({ amount }) => amount));
    const rules = this.#given.rules();
    if (rules === undefined) return ZERO;
    const { calls } = dayTrades.of(account, day, rules.intraday.dayTrading, this.#given.books.calendar);
    return sum(calls.map(({ remaining }) => remaining));
  }

  #payment(account: number, day: Day): { readonly amount: Cents; readonly since: Day | undefined } {
    const { instruments, ledger } = this.#given.books;
    const balance = toCents(ledger.balance(account, instruments.findText(BASE_CURRENCY)));
    return this.#given.transactions.cash.asked(account, day, balance < 0 ? negate(balance) : ZERO);
  }
}
