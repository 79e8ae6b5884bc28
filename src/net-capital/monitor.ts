/**
 * Net capital after every event. The monitor is told of each changed balance and price and keeps sums by deltas; a figure
 * is made from the sums when it is asked for, by the same functions, paragraph by paragraph, that explain it. Running
 * figures and figures from scratch agree to the cent; `audit.ts` compares them line by line.
 *
 * It observes: it reads the books and writes nothing to them, and `rebuild` makes it from them at any time. Which rules
 * are in force follows from the books' rulebooks and the business day.
 */
import { Trouble } from "../base/errors.ts";
import type { Cents } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import { NO_DAY } from "../books/settlement.ts";
import { INSTRUMENT_TYPES } from "../facts/kinds.ts";
import type { ActivatedRulebook, RulebookStore } from "../rulebook/store.ts";
import { BASE_CURRENCY, type CashCategory, noCash } from "./cash.ts";
import { Classifier } from "./classify.ts";
import { computeNetCapital, type NetCapitalAnswer, noRulesInForce } from "./computation.ts";
import {
  completeFigures,
  emptyFigures,
  FIGURE,
  fillPriced,
  fillUnpriced,
  type GivenSums,
  itemTotals,
} from "./figures.ts";
import { concentrationBase } from "./haircuts/concentration.ts";
import {
  byCode,
  distinctTroubles,
  holdsForFirm,
  missingDay,
  missingPrice,
  openCommitment,
  positionsOverflow,
} from "./holdings.ts";
import type { CashAmount, FirmPosition, NetCapitalBooks, NetCapitalInputs, OpenCommitment } from "./inputs.ts";
import { type MarginCharges, NO_MARGIN_CHARGES } from "./margin-charges.ts";
import { Reading, type RunningFigures } from "./reading.ts";
import { type NetCapitalRules, rulesOfActivated } from "./rules.ts";
import { NET_CAPITAL } from "./rules-document.ts";
import { RunningCash } from "./running-cash.ts";
import { RunningCommitments } from "./running-commitments.ts";
import { RunningParts } from "./running-parts.ts";
import { RunningPositions } from "./running-positions.ts";
import type { PositionsNamed } from "./waterfall.ts";

const NOT_MET = -1;
const CURRENCY = INSTRUMENT_TYPES.indexOf("currency");

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Of the positions and issues that the computation could read, those that it is to. */
interface Needed {
  /** Rows of their instruments; undefined: all. */
  readonly positions: ReadonlySet<number> | undefined;
  /** Cents; no issue up to this size is charged. */
  readonly issuesAbove: number;
}

const EVERYTHING: Needed = { positions: undefined, issuesAbove: 0 };
const NO_POSITIONS: ReadonlySet<number> = new Set();

/** The books, and which rules are in force over them. */
export type MonitoredBooks = NetCapitalBooks & { readonly rulebooks: Pick<RulebookStore, "inForce"> };

export class NetCapitalMonitor {
  /** What accounts without their margin are charged, as whoever margins them says. */
  readonly charges: MarginCharges;
  readonly #books: MonitoredBooks;
  readonly #cash: RunningCash;
  readonly #positions: RunningPositions;
  readonly #commitments: RunningCommitments;
  readonly #parts: RunningParts;
  #active: ActivatedRulebook | undefined;
  #rules: NetCapitalRules | undefined;
  /** Why there are no rules. */
  #rulesTrouble: Trouble | undefined;
  #asOf: Day = NO_DAY;
  /** The revision of the charges of margin when it was last asked for. */
  #chargesAsOf = -1;
  /** Instrument rows of the currencies met; the first is the dollar. */
  readonly #currencies: number[] = [];
  readonly #given: Mutable<GivenSums> & { readonly cash: Record<CashCategory, number> };
  readonly #figures = emptyFigures();
  readonly #reading = new Reading(this.#figures);
  /** Whether figures that no price moves may be others than they were. */
  #givenStale = true;
  #stale = true;
  #cashStale = true;

  /**
   * Over books that branch off those of another monitor, `trunk` says what it knows of them, so that only what follows from
   * it is made anew; nothing is shared but the charges of margin, which stand as they are in the trunk. Else everything is
   * read from the books.
   */
  constructor(
    books: MonitoredBooks,
    trunk?: NetCapitalMonitor,
    charges: MarginCharges = trunk?.charges ?? NO_MARGIN_CHARGES,
  ) {
    this.#books = books;
    this.charges = charges;
    this.#cash = trunk === undefined ? new RunningCash(books.accounts) : trunk.#cash.copy();
    this.#positions = new RunningPositions(books);
    this.#commitments = new RunningCommitments(books);
    const cash = noCash();
    this.#parts = new RunningParts(books, this.#positions, charges);
    this.#given = {
      ownCash: 0,
      ownSecurities: 0,
      positionHaircuts: 0,
      nonMarketable: 0,
      cash,
      financingPayable: 0,
      items: itemTotals([]),
      parts: this.#parts.sums,
      chargesOn: (base) => this.#parts.chargesOn(base),
      haircutsOn: (tentative) => this.#parts.haircutsOn(tentative),
    };
    if (trunk === undefined) this.rebuild();
    else this.#takeOver(trunk);
  }

  #takeOver(trunk: NetCapitalMonitor): void {
    this.#positions.takeOver(trunk.#positions);
    this.#currencies.push(...trunk.#currencies);
    this.#given.ownCash = trunk.#given.ownCash;
    this.#given.items = trunk.#given.items;
    this.#asOf = trunk.#asOf;
    this.#active = trunk.#active;
    this.#rules = trunk.#rules;
    this.#rulesTrouble = trunk.#rulesTrouble;
    this.#parts.takeOver(trunk.#parts);
    const active = this.#books.rulebooks.inForce(NET_CAPITAL, this.#asOf);
    if (active === this.#active) return this.#resetParts();
    this.#readRules(active);
    this.#classify();
  }

  // ——— what happened ———

  /** A trade-date balance changed. Call after it did. */
  balanceChanged(account: number, asset: number, before: number, after: number): void {
    if (this.#books.instruments.columns.type[asset] === CURRENCY) {
      const currency = this.#currency(asset);
      if (!this.#cash.isOwn(account)) {
        this.#cash.changed(account, currency, before, after);
        this.#cashStale = true;
      } else if (currency === 0) this.#given.ownCash += after - before;
      else this.#moved(asset, after - before);
      this.#stale = true;
    } else if (holdsForFirm(this.#books.accounts, account)) {
      this.#moved(asset, after - before);
      this.#stale = true;
    }
    if (this.#parts.balanceChanged(account)) this.#stale = true;
  }

  #moved(instrument: number, units: number): void {
    this.#positions.moved(instrument, units);
    this.#parts.moved(instrument);
  }

  /** The valuation price of an instrument, or of a currency, changed. */
  priceChanged(instrument: number): void {
    if (this.#positions.priced(instrument)) this.#stale = true;
    if (this.#parts.priced(instrument)) this.#stale = true;
  }

  /** An instrument was listed, or says something else of itself. */
  instrumentChanged(instrument: number): void {
    this.#positions.relisted(instrument);
    this.#parts.relisted(instrument);
    this.#classifyCommitments();
  }

  /** An account was opened, or says something else of itself. */
  accountChanged(account: number): void {
    const { ledger } = this.#books;
    this.#post(account, -1);
    this.#cash.forget(account);
    this.#post(account, 1);
    if (this.#parts.accountChanged(account) || ledger.firstRow(account) !== -1) this.#stale = true;
  }

  /** A capital item, a commitment, or what a part reads beside the ledger was reported. */
  itemsChanged(): void {
    this.#given.items = itemTotals(this.#books.capitalItems.items());
    this.#parts.reported();
    this.#givenStale = true;
    this.#classifyCommitments();
  }

  /** A fact is wholly in: the charges of margin are what it left. */
  marginSettled(): void {
    const { revision } = this.charges;
    if (revision === this.#chargesAsOf) return;
    this.#chargesAsOf = revision;
    this.#parts.marginCharged();
    this.#stale = true;
  }

  /** A day of the calendar is another than it was: ages count business days. */
  calendarChanged(): void {
    this.#classify();
  }

  /** A rulebook was activated, or a business day opened. */
  rulesOrDayChanged(day: Day): void {
    const active = this.#books.rulebooks.inForce(NET_CAPITAL, day);
    if (active === this.#active && day === this.#asOf) return;
    this.#asOf = day;
    if (active !== this.#active) this.#readRules(active);
    this.#classify();
  }

  /** Makes everything anew from the books: after a restore, and whenever in doubt. */
  rebuild(): void {
    const { accounts, instruments, ledger, rulebooks, capitalItems } = this.#books;
    const { account, asset } = ledger.rows.columns;
    this.#cash.clear();
    this.#cashStale = true;
    this.#positions.clear();
    this.#currencies.length = 0;
    this.#given.ownCash = 0;
    this.#given.items = itemTotals(capitalItems.items());
    // Most rows of a large ledger are customers' securities, which are none of net capital's business.
    const { type } = instruments.columns;
    const firm = Uint8Array.from({ length: accounts.size }, (_, row) => (holdsForFirm(accounts, row) ? 1 : 0));
    for (let row = 0; row < ledger.size; row++) {
      if (type[asset[row]] === CURRENCY || firm[account[row]] === 1) this.#postRow(account[row], row, 1);
    }
    this.#asOf = ledger.settlement.openedDay;
    this.#readRules(rulebooks.inForce(NET_CAPITAL, this.#asOf));
    this.#classify();
  }

  // ——— what it makes ———

  /** The rules in force, if any. */
  get rules(): NetCapitalRules | undefined {
    return this.#rules;
  }

  /** The business day as of which the figures are. */
  get asOf(): Day {
    return this.#asOf;
  }

  /** Whether anything happened since the figures were last asked for that may have changed them. */
  get isStale(): boolean {
    return this.#stale;
  }

  get figures(): RunningFigures {
    this.#refresh();
    return this.#reading;
  }

  /** Every figure by its place in `FIGURE`, copied; undefined while they are unknown. */
  allFigures(): Float64Array | undefined {
    this.#refresh();
    return this.#reading.unknown ? undefined : this.#figures.slice();
  }

  /** What the firm itself has of an instrument, in its units; negative where short. */
  units(instrument: number): number {
    return this.#positions.units(instrument);
  }

  /** The firm's own positions, in the order of listing. */
  positions(): readonly FirmPosition[] {
    return this.#positions.positions();
  }

  /** The explained computation, from the running sums. */
  answer(positionsNamed?: PositionsNamed): NetCapitalAnswer {
    this.#refresh();
    const rules = this.#rules;
    if (rules === undefined)
      return this.#rulesTrouble === undefined
        ? noRulesInForce(this.#asOf)
        : { kind: "unknown", troubles: [this.#rulesTrouble] };
    return computeNetCapital(this.#inputs(rules, this.#neededFor(rules, positionsNamed)), rules, positionsNamed);
  }

  /** What lines that name these positions read: those, and of the issues those large enough to be charged for it. */
  #neededFor(rules: NetCapitalRules, named: PositionsNamed | undefined): Needed {
    if (this.#reading.unknown) return EVERYTHING;
    return {
      positions: typeof named === "object" ? named : named === 0 ? NO_POSITIONS : undefined,
      issuesAbove: concentrationBase(this.#figures[FIGURE.tentative] as Cents, rules.concentration),
    };
  }

  /** What the explained computation reads, from the running sums; undefined where there are no rules. */
  inputs(): NetCapitalInputs | undefined {
    this.#refresh();
    return this.#rules === undefined ? undefined : this.#inputs(this.#rules, EVERYTHING);
  }

  /** The figures from the sums, where anything changed since the last time. Allocates nothing. */
  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#reading.unknown = true;
    const rules = this.#rules;
    if (rules === undefined || this.#asOf === NO_DAY || this.#positions.unknown > 0) return;
    if (!this.#positions.isExact) this.#positions.reclassify(rules, new Classifier(rules, this.#asOf));
    if (!this.#positions.isExact) return;
    // With foreign cash, its prices are part of the sums.
    if (this.#cashStale || this.#currencies.length > 1) {
      if (!this.#sumCash()) return;
      this.#cashStale = false;
      this.#givenStale = true;
    }
    const commitments = this.#commitments.deduction();
    if (Number.isNaN(commitments)) return;
    // Parts claim what they charge themselves before the rest is charged by its buckets.
    if (this.#parts.isStale) this.#givenStale = true;
    if (!this.#parts.refresh()) return;
    const figures = this.#figures;
    const given = this.#given;
    given.ownSecurities = this.#positions.value;
    given.positionHaircuts = this.#positions.haircuts(rules);
    given.nonMarketable = this.#positions.nonMarketable(rules);
    if (this.#givenStale) fillUnpriced(figures, given, rules, this.#asOf);
    this.#givenStale = false;
    const tentative = fillPriced(figures, given);
    figures[FIGURE.concentration] = this.#positions.concentration(concentrationBase(tentative, rules.concentration));
    figures[FIGURE.commitments] = commitments;
    completeFigures(figures, rules);
    this.#reading.unknown = false;
  }

  /** Sums the lines of cash by category, in dollars. False where a currency has no price. */
  #sumCash(): boolean {
    const { cash } = this.#given;
    cash.indebtedness =
      cash["debit-items"] =
      cash.subordinated =
      cash["subordinated-other"] =
      cash["non-allowable"] =
      cash["financing-receivable"] =
        0;
    this.#given.financingPayable = 0;
    for (let line = 0; line < this.#cash.lines.length; line++) {
      const amount = this.#lineAmount(line);
      if (Number.isNaN(amount)) return false;
      if (amount <= 0) continue;
      cash[this.#cash.category(line)] += amount;
      if (this.#cash.lines[line].financing) this.#given.financingPayable += amount;
    }
    return true;
  }

  /** What stands on a line, in cents of dollars; NaN where a currency on it has no price. */
  #lineAmount(line: number): number {
    const { instruments, market } = this.#books;
    let amount = this.#cash.sum(line, 0);
    for (let currency = 1; currency < this.#currencies.length; currency++) {
      const sum = this.#cash.sum(line, currency);
      if (sum === 0) continue;
      const price = market.price(this.#currencies[currency]);
      if (Number.isNaN(price)) return Number.NaN;
      amount += instruments.value(this.#currencies[currency], sum, price);
    }
    return amount;
  }

  /** What the computation reads, from the running sums. */
  #inputs(rules: NetCapitalRules, needed: Needed): NetCapitalInputs {
    const parts = this.#parts.answers();
    const troubles = this.#positions.troubles();
    if (this.#asOf === NO_DAY) troubles.push(missingDay());
    if (!this.#positions.isExact) troubles.push(positionsOverflow());
    const commitments: OpenCommitment[] = [];
    const classifier = new Classifier(rules, this.#asOf);
    for (const commitment of this.#books.capitalItems.commitments()) {
      const open = openCommitment(this.#books, classifier, commitment);
      if (open instanceof Trouble) troubles.push(open);
      else commitments.push(open);
    }
    const cash = this.#cash.lines.flatMap((line, index): CashAmount[] => {
      const amount = this.#lineAmount(index);
      if (Number.isNaN(amount)) troubles.push(...this.#unpricedCurrencies(index));
      return amount > 0 ? [{ ...line, amount: amount as Cents }] : [];
    });
    return {
      asOf: this.#asOf,
      ownCash: this.#given.ownCash as Cents,
      ownSecurities: this.#positions.value as Cents,
      sides: this.#positions.sides,
      positions: this.#positions.positions(needed.positions),
      issues: this.#positions.issues(needed.issuesAbove),
      cash: cash.sort(byCode),
      items: [...this.#books.capitalItems.items()],
      commitments,
      parts,
      troubles: distinctTroubles([...troubles, ...parts.flatMap((part) => part.troubles)]),
    };
  }

  #unpricedCurrencies(line: number): Trouble[] {
    const { instruments, market } = this.#books;
    return this.#currencies
      .filter((row, index) => index > 0 && this.#cash.sum(line, index) !== 0 && Number.isNaN(market.price(row)))
      .map((row) => missingPrice(instruments.attributes(row).instrument));
  }

  // ——— how it is kept ———

  #readRules(active: ActivatedRulebook | undefined): void {
    this.#active = active;
    this.#rules = undefined;
    this.#rulesTrouble = undefined;
    if (active === undefined) return;
    try {
      this.#rules = rulesOfActivated(active);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#rulesTrouble = error;
    }
  }

  #classify(): void {
    this.#stale = true;
    if (this.#rules === undefined) return;
    this.#positions.reclassify(this.#rules, new Classifier(this.#rules, this.#asOf));
    this.#resetParts();
  }

  #resetParts(): void {
    this.#stale = true;
    if (this.#rules === undefined) return;
    this.#parts.reset(this.#rules, this.#asOf);
    this.#givenStale = true;
    this.#classifyCommitments();
  }

  #classifyCommitments(): void {
    this.#stale = true;
    if (this.#rules === undefined) return;
    for (const { instrument } of this.#books.capitalItems.commitments()) this.#positions.watch(instrument);
    this.#commitments.classify(this.#rules, new Classifier(this.#rules, this.#asOf));
  }

  /** Takes every balance of an account in (`sign` 1) or out (-1), by the role that it has now. */
  #post(account: number, sign: 1 | -1): void {
    const { ledger } = this.#books;
    for (let row = ledger.firstRow(account); row !== -1; row = ledger.nextRow(row)) this.#postRow(account, row, sign);
  }

  #postRow(account: number, row: number, sign: 1 | -1): void {
    const { asset, quantity } = this.#books.ledger.rows.columns;
    const balance = quantity[row];
    if (balance === 0) return;
    if (sign === 1) this.balanceChanged(account, asset[row], 0, balance);
    else this.balanceChanged(account, asset[row], balance, 0);
  }

  /** The number of a currency: 0 for the dollar. A currency other than the dollar is watched from when it is met. */
  #currency(asset: number): number {
    const known = this.#currencies.indexOf(asset);
    if (known !== -1) return known;
    if (this.#currencies.length === 0) this.#currencies.push(NOT_MET);
    if (this.#books.names.text(this.#books.instruments.nameId(asset)) === BASE_CURRENCY) {
      this.#currencies[0] = asset;
      return 0;
    }
    this.#positions.watch(asset);
    return this.#currencies.push(asset) - 1;
  }
}
