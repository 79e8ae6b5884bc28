/**
 * Margin after every event: the band of every account exactly, from the certificates; what follows of it on the ladder, calls,
 * restrictions, proposals to close; what transactions ask for. It is told of each changed balance and price, reads the books,
 * and writes nothing to them. What it keeps beside the books is state: live, replayed and restored it is the same.
 *
 * To be told, in the order of a fact: `before` of the accounts that a transaction will change; the balances, prices, accounts
 * and reports that it changed; `traded`, `cashMoved` or `securitiesMoved` once the books have all of it; and `settle` when the
 * fact is wholly in. While no margin rulebook is in force there is nothing to say, and nothing is kept.
 */
import type { Cursor, Emit } from "../base/effect.ts";
import { formatDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { type Cents, parseDollars, sum, ZERO } from "../base/money.ts";
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import type { Day } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import { NO_DAY } from "../books/settlement.ts";
import type { TransactionObserver } from "../books/postings.ts";
import type { SecuritiesMove } from "../books/securities-postings.ts";
import { TapeStatistics } from "../books/tape-statistics.ts";
import type { TradeTerms } from "../books/trade-postings.ts";
import type { ActivatedRulebook } from "../rulebook/store.ts";
import { marginAccountOf } from "./account.ts";
import type { AccountMargin } from "./answer.ts";
import { marginOf } from "./computation.ts";
import { houseOf } from "./house/house.ts";
import type { Cause } from "./ladder/call.ts";
import { type LadderFact, MarginLadder, type MarginView } from "./ladder/ladder.ts";
import type { AccountFigures } from "./ladder/view.ts";
import { accountFigures } from "./ladder/figures.ts";
import { curesInWords, curesOf, proposalFor } from "./liquidation/answer.ts";
import type { ProposedLiquidation } from "./liquidation/propose.ts";
import type { CashReason, SecuritiesReason } from "./reg-t/entries.ts";
import type { AccountFigures as TransactionFigures } from "./reg-t/figures.ts";
import { type DayAsked, TransactionState } from "./reg-t/transaction-state.ts";
import { marginRulesOfActivated, type MarginRules } from "./rules.ts";
import { MARGIN } from "./rules-document.ts";
import { RunningCharges } from "./running/charges.ts";
import { RunningRungs } from "./running/rungs.ts";
import { Transactions } from "./running/transactions.ts";

/** No clock of a call, an extension or a deficit runs for more business days. */
const DAYS_AHEAD = 30;

export class MarginMonitor implements Stateful, TransactionObserver {
  readonly ladder: MarginLadder;
  readonly transactions: TransactionState;
  readonly tape: TapeStatistics;
  /** What net capital is charged for accounts without their margin. */
  readonly charges: RunningCharges;
  readonly #books: Books;
  readonly #entered: Transactions;
  readonly #cursor: Cursor;
  #active: ActivatedRulebook | undefined;
  #rules: MarginRules | undefined;
  #rulesTrouble: Trouble | undefined;
  #asOf: Day = NO_DAY;
  #rungs: RunningRungs | undefined;
  /** The ladder was told something since it last settled. */
  #told = false;

  constructor(books: Books, cursor: Cursor, emit: Emit) {
    this.#books = books;
    this.#cursor = cursor;
    this.tape = new TapeStatistics(books.instruments);
    this.ladder = new MarginLadder({ calendar: books.calendar, cursor, emit, view: this.#view() });
    this.transactions = new TransactionState(books, {
      figuresOf: (account) => this.#transactionFigures(account),
      rulesOn: () => this.#rules,
    });
    this.#entered = new Transactions(books, this.transactions, cursor);
    this.charges = new RunningCharges({
      books,
      cursor,
      ladder: this.ladder,
      layer: (layer) => (this.#rules === undefined ? undefined : this.ladder.calls.layer(layer)),
      rungs: () => this.#rungs,
      figures: (account) => this.#figures(account),
    });
  }

  // ——— what happened ———

  /** A trade-date balance changed. Call after it did. */
  balanceChanged(account: number, asset: number, before: number, after: number): void {
    if (this.#rungs === undefined) return;
    this.#rungs.balanceChanged(account, asset, before, after);
    this.charges.accountTouched(this.#rungs.principalOf(account));
  }

  /** The valuation price of an instrument, or of a currency, changed. */
  priceChanged(instrument: number): void {
    if (this.#rungs === undefined) return;
    this.#rungs.priceChanged(instrument);
    this.charges.priceChanged(instrument);
  }

  /** An instrument was listed, or says something else of itself. */
  instrumentChanged(instrument: number): void {
    if (this.#rungs?.knows(instrument) === true) this.rebuild();
  }

  /** An account was opened, says something else of itself, or is margined on other terms. */
  accountChanged(row: number): void {
    if (this.#rungs === undefined) return;
    this.charges.accountTouched(this.#rungs.principalOf(row));
    this.#rungs.accountChanged(row);
    this.charges.accountTouched(this.#rungs.principalOf(row));
  }

  /** Statistics of an instrument, or how hard it is to borrow, were stated. */
  statisticsChanged(instrument: number): void {
    if (this.#rungs === undefined) return;
    this.#rungs.statisticsChanged(instrument);
    this.charges.reset();
  }

  calendarChanged(): void {
    this.ladder.calendarChanged();
    if (this.#rungs !== undefined) return this.rebuild();
    const day = this.#asOf;
    if (day === NO_DAY) return;
    this.#asOf = NO_DAY;
    this.rulesOrDayChanged(day);
  }

  /** A rulebook was activated, or a business day opened. */
  rulesOrDayChanged(day: Day): void {
    const active = this.#books.rulebooks.inForce(MARGIN, day);
    const isNewDay = day !== this.#asOf;
    if (active === this.#active && !isNewDay) return;
    this.#asOf = day;
    const rulesBefore = this.#rules;
    this.#readRules(active);
    if (this.#rules === undefined) {
      this.#rungs = undefined;
      this.charges.reset();
      return;
    }
    if (this.#rules !== rulesBefore) this.ladder.setRules(this.#rules.ladder, this.#rules.liquidation);
    if (rulesBefore === undefined) this.transactions.begin();
    if (isNewDay) this.#dayOpened(day);
    if (this.#rules !== rulesBefore || this.#rungs?.dayOpened(day) !== true) this.rebuild();
  }

  #dayOpened(day: Day): void {
    this.tape.dayOpened(day);
    const asked = this.transactions.dayOpened(day);
    if (asked !== undefined) this.#ask(asked);
    this.ladder.dayOpened(day);
    this.#told = true;
    const rules = this.#rules;
    if (rules === undefined) return;
    for (const account of this.transactions.cash.accounts()) {
      const overdue = this.transactions.cash.overdue(account, day, rules.cashAccounts);
      const unpaid = sum(overdue.map(({ unpaid: cents }) => cents));
      this.ladder.stated(account, "cash-payment", unpaid, "positions", day);
    }
  }

  /** The firm's business day ended: what its transactions ask for. */
  dayClosed(day: Day): void {
    this.tape.dayClosed(day);
    if (this.#rules !== undefined && day >= this.transactions.day) this.#ask(this.transactions.dayClosed(day));
  }

  #ask({ day, regT, intraday, dayTrading }: DayAsked): void {
    for (const { account } of regT) this.#stateLayer(account, "reg-t", "positions", day);
    for (const { account } of intraday) this.#stateLayer(account, "intraday", "positions", day);
    for (const { account } of dayTrading) this.#stateLayer(account, "day-trade", "positions", day);
  }

  /** What a layer that transactions decide is short of now. */
  #stateLayer(account: number, layer: "reg-t" | "intraday" | "day-trade", cause: Cause, day?: Day): void {
    this.#told = true;
    this.ladder.stated(account, layer, this.#asked(account, layer), cause, day);
  }

  #asked(account: number, layer: "reg-t" | "intraday" | "day-trade"): Cents {
    const { memoranda, levels, dayTrades, day } = this.transactions;
    if (layer === "reg-t") return sum(memoranda.calls(account).map(({ remaining }) => remaining));
    if (layer === "intraday") return sum(levels.outstanding(account, day).map(({ amount }) => amount));
    const { rules } = this;
    if (rules === undefined) return ZERO;
    const { calls } = dayTrades.of(account, day, rules.intraday.dayTrading, this.#books.calendar);
    return sum(calls.map(({ remaining }) => remaining));
  }

  // ——— transactions ———

  /** A fact is about to change money or securities of these accounts. */
  before(first: number, second: number): void {
    if (this.#rules !== undefined) this.#entered.before([first, second]);
  }

  /** The books have a trade, or what took one back. */
  traded(terms: TradeTerms, busted: boolean): void {
    if (this.#rules === undefined) return;
    for (const account of this.#entered.traded(terms, busted)) this.#touched(account, "positions", ZERO);
  }

  /** The books have cash that moved. */
  cashMoved(from: number, to: number, currency: number, amount: number, reason: CashReason): void {
    if (this.#rules === undefined) return;
    for (const account of this.#entered.cashMoved({ from, to, currency, amount }, reason))
      this.#touched(account, "deposit", account === to ? (amount as Cents) : ZERO);
  }

  /** The books have securities that moved. */
  securitiesMoved(move: SecuritiesMove, reason: SecuritiesReason): void {
    if (this.#rules === undefined) return;
    for (const account of this.#entered.securitiesMoved(move, reason)) this.#touched(account, "deposit", ZERO);
  }

  #touched(row: number, cause: Cause, credit: Cents): void {
    const account = marginAccountOf(this.#books, row)?.account;
    if (account === undefined || this.ladder.calls.of(account).length === 0) return;
    this.ladder.touched(account, cause, credit);
    for (const layer of ["reg-t", "intraday", "day-trade"] as const)
      if (this.ladder.calls.find(account, layer) !== undefined) this.#stateLayer(account, layer, cause);
    this.#told = true;
  }

  /** An officer decided about a call or a proposal, or a deposit was announced; the fact has been checked. */
  followUp(fact: LadderFact): void {
    this.ladder.apply(fact);
    this.#told = true;
  }

  /** Where an SMA stands that was kept elsewhere. */
  memorandumStated({ account, amount }: { readonly account: string; readonly amount: string }): void {
    if (this.#rules === undefined) return;
    this.transactions.smaStated(this.#books.accounts.findText(account), parseDollars(amount));
  }

  /** Whether a clock of the ladder goes off at an instant. */
  isDue(at: number): boolean {
    return this.#rules !== undefined && this.ladder.isDue(at);
  }

  /** The fact is wholly in. */
  settle(): void {
    if (this.#rules === undefined) return;
    this.#rungs?.settle();
    if (this.#told || this.ladder.isDue(this.#cursor.at)) {
      this.#told = false;
      this.ladder.settle();
      this.charges.looked(this.ladder.calls.looked);
    }
    this.charges.passed(this.#cursor.at);
  }

  // ——— how it is kept ———

  #readRules(active: ActivatedRulebook | undefined): void {
    this.#active = active;
    this.#rules = undefined;
    this.#rulesTrouble = undefined;
    if (active === undefined) return;
    try {
      // What a day asks for is due on later ones: the calendar must reach them before anything of the day is done.
      if (this.#asOf !== NO_DAY) this.#books.calendar.addBusinessDays(this.#asOf, DAYS_AHEAD);
      this.#rules = marginRulesOfActivated(active);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#rulesTrouble = error;
    }
  }

  /** Makes the bands anew from the books, and tells the ladder those that are others than it knows. */
  rebuild(): void {
    if (this.#rules === undefined || this.#asOf === NO_DAY) return;
    const { ladder } = this;
    this.#rungs = new RunningRungs(this.#books, this.#rules, {
      ladder: ladder.boundaries,
      asOf: this.#asOf,
      tape: this.tape,
      cursor: this.#cursor,
      observer: (account, band) => {
        ladder.bandChanged(account, band);
        this.#told = true;
      },
    });
    this.charges.reset();
    for (const account of this.#rungs.principals()) {
      const band = this.#rungs.band(account);
      if (band === ladder.standing(account).band) continue;
      ladder.bandChanged(account, band);
      this.#told = true;
    }
    for (const account of ladder.accounts())
      if (this.#rungs.account(account) === undefined && ladder.standing(account).band !== 0)
        ladder.bandChanged(account, 0);
  }

  // ——— what is asked ———

  get rules(): MarginRules | undefined {
    return this.#rules;
  }

  /** Why there are no rules, where a rulebook is in force that cannot be read. */
  get rulesTrouble(): Trouble | undefined {
    return this.#rulesTrouble;
  }

  get asOf(): Day {
    return this.#asOf;
  }

  /** The bands of all accounts; undefined while there are no rules. */
  get rungs(): RunningRungs | undefined {
    return this.#rungs;
  }

  /** The name of an account of the ledger. */
  nameOf(row: number): string {
    return this.#books.names.text(this.#books.accounts.nameId(row));
  }

  /** The explained margin of the account that a row of the ledger is part of; undefined where it is no margin account. */
  marginOf(row: number): AccountMargin | undefined {
    const account = marginAccountOf(this.#books, row);
    if (account === undefined || this.#rules === undefined) return undefined;
    return marginOf(this.#books, this.#rules, account, this.#asOf, { tape: this.tape });
  }

  #transactionFigures(row: number): TransactionFigures | undefined {
    const quick = this.#rungs?.transactionFigures(row);
    if (quick !== undefined) return quick;
    const margin = this.marginOf(row);
    if (margin === undefined || margin.troubles.length > 0) return undefined;
    const { maintenance, regT } = margin.requirements;
    if (maintenance === undefined || regT === undefined || regT.troubles.length > 0) return undefined;
    return { equity: margin.equity, maintenance: maintenance.requirement, regT: regT.requirement };
  }

  #figures(row: number): AccountFigures | undefined {
    const margin = this.marginOf(row);
    if (margin === undefined || this.#rules === undefined) return undefined;
    return accountFigures(this.#books, margin, this.#rules.ladder);
  }

  #view(): MarginView {
    const books = this.#books;
    return {
      find: (name) => {
        const row = books.accounts.findText(name);
        return row < 0 ? -1 : (marginAccountOf(books, row)?.account ?? -1);
      },
      figures: (account) => this.#figures(account),
      name: (account) => this.nameOf(account),
      cures: (account) => this.#cures(account),
      propose: (account) => this.#propose(account),
      price: (instrument) => books.market.price(instrument),
      units: (account, instrument) => books.ledger.balance(account, instrument),
      quantityInWords: (instrument, units) =>
        `${formatDecimal(Math.abs(units), books.instruments.columns.scale[instrument])} ${books.instruments.attributes(instrument).instrument}`,
    };
  }

  /** What would meet what an account is short of, a sentence each. */
  #cures(row: number): readonly string[] {
    const margin = this.marginOf(row);
    const cures =
      margin === undefined || this.#rules === undefined ? undefined : curesOf(this.#books, this.#rules, margin);
    return cures === undefined ? [] : curesInWords(this.#books, cures);
  }

  /** The smallest set of closing orders of an account, by its rules and at the prices that stand. */
  #propose(row: number): ProposedLiquidation | undefined {
    const margin = this.marginOf(row);
    const rules = this.#rules;
    if (margin === undefined || rules === undefined) return undefined;
    const house = houseOf(this.#books, rules.house, this.#asOf, this.tape);
    return proposalFor(this.#books, rules, margin, this.#asOf, {
      statistics: (instrument) => house.statistics(instrument),
      tape: this.tape,
    });
  }

  sections(): Section[] {
    return [...this.tape.sections(), ...this.transactions.sections(), ...this.ladder.sections()];
  }

  /** The books have been restored. */
  restore(sections: SectionReader): void {
    this.tape.restore(sections);
    this.transactions.restore(sections);
    this.ladder.restore(sections);
    this.#asOf = this.#books.settlement.openedDay;
    this.#readRules(this.#books.rulebooks.inForce(MARGIN, this.#asOf));
    if (this.#rules === undefined) return;
    this.ladder.resume(this.#rules.ladder, this.#rules.liquidation);
    this.rebuild();
    this.#told = false;
  }
}
