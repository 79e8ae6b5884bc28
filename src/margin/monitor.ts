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
import { type Cents, parseDollars, ZERO } from "../base/money.ts";
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import type { Day } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import { NO_DAY } from "../books/settlement.ts";
import type { TransactionObserver } from "../books/postings.ts";
import { type CorporateAction, Splits } from "../books/splits.ts";
import type { SecuritiesMove } from "../books/securities-postings.ts";
import { TapeStatistics } from "../books/tape-statistics.ts";
import type { FactOfKind } from "../facts/kinds.ts";
import type { TradeTerms } from "../books/trade-postings.ts";
import type { ActivatedRulebook } from "../rulebook/store.ts";
import { BASE_CURRENCY, marginAccountOf } from "./account.ts";
import type { AccountMargin } from "./answer.ts";
import { marginFigures, marginOf } from "./computation.ts";
import { houseOf } from "./house/house.ts";
import type { Cause } from "./ladder/call.ts";
import { MarginLadder, type MarginView } from "./ladder/ladder.ts";
import type { LadderFact } from "./ladder/requests.ts";
import type { CallLayer } from "./ladder/rules.ts";
import type { AccountFigures } from "./ladder/view.ts";
import { accountFigures, figuresWith } from "./ladder/figures.ts";
import { proposalFor } from "./liquidation/answer.ts";
import { callCures } from "./liquidation/call-cures.ts";
import type { ProposedLiquidation } from "./liquidation/propose.ts";
import { checkSevereStress, severeStressOf, stressedAccounts } from "./severe-stress.ts";
import type { CashReason, SecuritiesReason } from "./reg-t/entries.ts";
import { figuresFromBooks } from "./reg-t/account-figures.ts";
import type { AccountFigures as TransactionFigures, FiguresOf } from "./reg-t/figures.ts";
import { TransactionState } from "./reg-t/transaction-state.ts";
import { marginRulesOfActivated, type MarginRules } from "./rules.ts";
import { MARGIN } from "./rules-document.ts";
import { RunningCharges } from "./running/charges.ts";
import { FirmLimit } from "./running/firm-limit.ts";
import { LeastEquities } from "./running/least-equities.ts";
import { RunningRungs } from "./running/rungs.ts";
import { TransactionLayers } from "./running/transaction-layers.ts";
import { Transactions } from "./running/transactions.ts";

/** No clock of a call, an extension or a deficit runs for more business days. */
const DAYS_AHEAD = 30;

export class MarginMonitor implements Stateful, TransactionObserver {
  readonly ladder: MarginLadder;
  readonly transactions: TransactionState;
  readonly tape: TapeStatistics;
  /** What net capital is charged for accounts without their margin. */
  readonly charges: RunningCharges;
  readonly firmLimit: FirmLimit;
  readonly #books: Books;
  readonly #entered: Transactions;
  readonly #splits = new Splits();
  readonly #leastEquities: LeastEquities;
  readonly #layers: TransactionLayers;
  readonly #figuresFromBooks: FiguresOf;
  readonly #cursor: Cursor;
  #active: ActivatedRulebook | undefined;
  #rules: MarginRules | undefined;
  #rulesTrouble: Trouble | undefined;
  #asOf: Day = NO_DAY;
  #rungs: RunningRungs | undefined;

  constructor(books: Books, cursor: Cursor, emit: Emit) {
    this.#books = books;
    this.#cursor = cursor;
    this.tape = new TapeStatistics(books.instruments);
    this.ladder = new MarginLadder({ calendar: books.calendar, cursor, emit, view: this.#view() });
    const [rules, asOf] = [() => this.#rules, () => this.#asOf] as const;
    this.#figuresFromBooks = figuresFromBooks(books, rules, asOf);
    this.transactions = new TransactionState(books, {
      figuresOf: (account) => this.#transactionFigures(account),
      plain: {
        canLookBack: (account) => this.#rungs?.isPlain(account) === true,
        lookBack: (account) => this.#rungs?.figuresBefore(account, this.#entered.change),
        initialOn: (...position) => this.#rungs?.initialOn(...position) ?? Number.NaN,
      },
      rulesOn: rules,
    });
    this.#entered = new Transactions(books, this.transactions, cursor);
    this.firmLimit = new FirmLimit({ calendar: books.calendar, cursor, emit, rules });
    const [ladder, limit, rungs] = [this.ladder, this.firmLimit, () => this.#rungs] as const;
    this.#leastEquities = new LeastEquities({ books, ladder, limit, rules, asOf, rungs });
    this.#layers = new TransactionLayers({ books, ladder, transactions: this.transactions, rules });
    this.charges = new RunningCharges({
      books,
      cursor,
      ladder: this.ladder,
      layer: (layer) => (this.#rules === undefined ? undefined : this.ladder.calls.layer(layer)),
      rungs: () => this.#rungs,
      trouble: () => this.#rulesTrouble,
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
    else this.#rungs?.valuesStated();
  }

  /** Values, volatilities or rates were stated. */
  valuesStated(): void {
    this.#rungs?.valuesStated();
    this.charges.reset();
  }

  /** A session's close of an instrument is another, or of all, -1. */
  closed(instrument: number): void {
    this.#rungs?.closed(instrument);
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

  /** A corporate action was announced or took effect: what was split has its past closes and volumes in new units. */
  corporateAction(fact: CorporateAction): void {
    const split = this.#splits.apply(fact);
    const instrument = split === undefined ? -1 : this.#books.instruments.findText(split.instrument);
    if (split === undefined || instrument < 0) return;
    this.tape.split(instrument, split.newUnits, split.oldUnits);
    this.statisticsChanged(instrument);
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
    if (this.#rules !== rulesBefore)
      for (const row of stressedAccounts(this.#books)) this.#stateSevereStress(row, "rules");
    if (rulesBefore === undefined) this.transactions.begin();
    if (isNewDay) this.#dayOpened(day);
    if (this.#rules !== rulesBefore || this.#rungs?.dayOpened(day) !== true) this.rebuild();
  }

  #dayOpened(day: Day): void {
    this.tape.dayOpened(day);
    const asked = this.transactions.dayOpened(day);
    if (asked !== undefined) this.#layers.asked(asked);
    this.ladder.dayOpened(day);
    this.#leastEquities.stateAll();
    this.#layers.paymentsAsked(day);
  }

  /** The firm's business day ended: what its transactions ask for. */
  dayClosed(day: Day): void {
    this.tape.dayClosed(day);
    if (this.#rules === undefined || day < this.transactions.day) return;
    this.#layers.asked(this.transactions.dayClosed(day));
    this.#layers.paymentsAsked(day);
  }

  // ——— transactions ———

  /** A fact is about to change securities of these accounts, and money in a currency; -1 where it moves none. */
  before(first: number, second: number, currency: number): void {
    if (this.#rules !== undefined) this.#entered.before(first, second, currency);
  }

  /** The books have a trade, or what took one back. */
  traded(terms: TradeTerms, busted: boolean): void {
    if (this.#rules === undefined) return;
    for (const account of this.#entered.traded(terms, busted)) this.#touched(account, "positions", ZERO);
  }

  /** The books have cash that moved. */
  cashMoved(from: number, to: number, currency: number, amount: number, reason: CashReason): void {
    if (this.#rules === undefined) return;
    const isDollar = currency === this.#books.instruments.findText(BASE_CURRENCY);
    for (const account of this.#entered.cashMoved({ from, to, currency, amount }, reason))
      this.#touched(account, "deposit", isDollar && account === to ? (amount as Cents) : ZERO);
  }

  /** The books have securities that moved. */
  securitiesMoved(move: SecuritiesMove, reason: SecuritiesReason): void {
    if (this.#rules === undefined) return;
    for (const account of this.#entered.securitiesMoved(move, reason)) this.#touched(account, "deposit", ZERO);
  }

  #touched(row: number, cause: Cause, credit: Cents): void {
    const { account, regime } = marginAccountOf(this.#books, row) ?? { account: -1, regime: undefined };
    if (regime === "portfolio") this.#leastEquities.state(account, cause);
    if (account === -1 || this.ladder.calls.of(account).length === 0) return;
    this.ladder.touched(account, cause, credit);
    this.#layers.touched(account, cause);
  }

  /** An officer decided about a call or a proposal, or a deposit was announced; the fact has been checked. */
  followUp(fact: LadderFact): void {
    this.ladder.apply(fact);
  }

  /** Where an SMA stands that was kept elsewhere. */
  memorandumStated({ account, amount }: { readonly account: string; readonly amount: string }): void {
    if (this.#rules === undefined) return;
    this.transactions.smaStated(this.#books.accounts.findText(account), parseDollars(amount));
  }

  /** Throws what keeps a stated stress from meaning anything under the rules in force. */
  checkSevereStress(fact: FactOfKind<"severe-stress-stated">): void {
    checkSevereStress(this.#books, this.#rules?.ladder, fact);
  }

  /** What a severe stress scenario leaves an account owing was stated; the fact has been checked, and the books have it. */
  severeStressStated({ account }: { readonly account: string }): void {
    if (this.#rules !== undefined) this.#stateSevereStress(this.#books.accounts.findText(account), "market");
  }

  #stateSevereStress(row: number, cause: Cause): void {
    const rules = this.#rules;
    if (rules === undefined) return;
    this.ladder.stated(row, "stress", severeStressOf(this.#books, rules.ladder, row)?.deficit ?? ZERO, cause);
  }

  /** The fact is wholly in. */
  settle(): void {
    if (this.#rules === undefined) return;
    this.#rungs?.settle();
    if (this.ladder.looksAt(this.#cursor.at)) this.#leastEquities.stateAll();
    if (this.ladder.isDue(this.#cursor.at)) {
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
      observer: (account, band) => ladder.bandChanged(account, band),
    });
    this.charges.reset();
    for (const account of this.#rungs.principals()) {
      const band = this.#rungs.band(account);
      if (band !== ladder.standing(account).band) ladder.bandChanged(account, band);
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

  /** By row: what severe stress scenarios leave accounts owing, as far as the ladder takes it in; cents. */
  severeStress(): Map<number, Cents> {
    const layer = this.ladder.calls.layer("stress");
    const rules = this.#rules;
    if (rules === undefined || layer === undefined) return new Map();
    return new Map(
      stressedAccounts(this.#books).flatMap((row) => {
        const found = severeStressOf(this.#books, rules.ladder, row);
        return found === undefined || found.deficit <= layer.ignoreUpTo ? [] : [[row, found.deficit] as const];
      }),
    );
  }

  /** The name of an account of the ledger. */
  nameOf(row: number): string {
    return this.#books.names.text(this.#books.accounts.nameId(row));
  }

  /** The explained margin of the account that a row of the ledger is part of; undefined where it is no margin account. */
  marginOf(row: number, inForceAlone = false): AccountMargin | undefined {
    const account = marginAccountOf(this.#books, row);
    if (account === undefined || this.#rules === undefined) return undefined;
    return marginOf(this.#books, this.#rules, account, this.#asOf, { tape: this.tape, inForceAlone });
  }

  #transactionFigures(row: number): TransactionFigures | undefined {
    return this.#rungs?.transactionFigures(row) ?? this.#figuresFromBooks(row);
  }

  #figures(row: number): AccountFigures | undefined {
    const rules = this.#rules;
    const account = rules === undefined ? undefined : marginAccountOf(this.#books, row);
    if (rules === undefined || account === undefined) return undefined;
    const figures = marginFigures(this.#books, rules, account, this.#asOf, { tape: this.tape });
    return figuresWith(figures, () => this.#explainedFigures(row)?.base ?? ZERO);
  }

  #explainedFigures(row: number): AccountFigures | undefined {
    const margin = this.marginOf(row);
    return margin && this.#rules && accountFigures(this.#books, margin, this.#rules.ladder);
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
      cures: (account, layer, deficiency) => this.cures(account, layer, deficiency),
      propose: (account) => this.#propose(account),
      price: (instrument) => books.market.price(instrument),
      units: (account, instrument) => books.ledger.balance(account, instrument),
      quantityInWords: (instrument, units) =>
        `${formatDecimal(Math.abs(units), books.instruments.columns.scale[instrument])} ${books.instruments.attributes(instrument).instrument}`,
    };
  }

  /** What would meet a call, a sentence each; `wholly`: each option too, which takes computing. */
  cures(row: number, layer: CallLayer, deficiency: Cents, wholly = false): readonly string[] {
    const margin = this.marginOf(row, !wholly);
    if (margin === undefined || this.#rules === undefined) return [];
    const terms = wholly ? { asOf: this.#asOf, tape: this.tape } : undefined;
    return callCures(this.#books, this.#rules, margin, layer, deficiency, terms);
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
    return [this.tape, this.#splits, this.transactions, this.ladder, this.firmLimit].flatMap((part) => part.sections());
  }

  /** The books have been restored. */
  restore(sections: SectionReader): void {
    for (const part of [this.tape, this.#splits, this.transactions, this.ladder, this.firmLimit])
      part.restore(sections);
    this.#asOf = this.#books.settlement.openedDay;
    this.#readRules(this.#books.rulebooks.inForce(MARGIN, this.#asOf));
    if (this.#rules === undefined) return;
    this.ladder.resume(this.#rules.ladder, this.#rules.liquidation);
    this.rebuild();
  }
}
