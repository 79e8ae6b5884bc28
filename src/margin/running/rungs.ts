/**
 * The band of every margin account under one version of the rules on one day: cash, positions and groups of the books, told
 * to the certificates (../certificates/), which keep it exact after every price. Made from the books at any time; what has a
 * band is each account's principal.
 */
import { assert } from "../../base/assert.ts";
import type { Day } from "../../base/time.ts";
import { BASE_CURRENCY, type MarginAccount, marginAccountOf, type MarginBooks, marginAccounts } from "../account.ts";
import { AccountStates } from "../certificates/account-states.ts";
import { exchangeOf } from "../group.ts";
import { houseOf, type House } from "../house/house.ts";
import type { Tape } from "../house/statistics.ts";
import type { Boundary } from "../ladder/boundaries.ts";
import type { MarginRules } from "../rules.ts";
import { ExplainedGroups } from "./computer.ts";
import { measureFigures, type RunningGroup, RunningGroups } from "./group-values.ts";
import { isWhole, type Partition, partitionOf } from "./partition.ts";
import type { AccountFigures } from "../reg-t/figures.ts";
import { type BalanceChange, PlainTransactionFigures } from "./transaction-figures.ts";
import { PlainValues } from "./plain-values.ts";
import { type SeriesClass, SeriesTable } from "./series.ts";
import { WholeAccounts } from "./whole-accounts.ts";

const NONE = -1;
/** Told of every account whose band is another, once the fact is in. */
export type BandObserver = (account: number, band: number) => void;

/** What was told of an account whose positions are not all plain. */
interface Told {
  readonly plain: Map<number, number>;
  /** Numbers of its groups, by the row of their underlying; -1 for the whole account. */
  readonly groups: Map<number, number>;
}

interface Known {
  readonly account: MarginAccount;
  readonly seriesClass: SeriesClass;
  /** Undefined for an account of plain positions alone. */
  told: Told | undefined;
}

export class RunningRungs {
  readonly #books: MarginBooks;
  #house: House;
  readonly #tape: Tape | undefined;
  readonly #rules: MarginRules;
  #asOf: Day;
  readonly #ladder: readonly Boundary[];
  readonly #series = new SeriesTable();
  readonly #values: PlainValues;
  readonly #groups: RunningGroups;
  readonly #computer: ExplainedGroups;
  readonly #states: AccountStates;
  readonly #transactionFigures: PlainTransactionFigures;
  readonly #dollar: number;
  /** By row of the ledger's accounts: the principal, or -1. */
  #principals = new Int32Array(0);
  readonly #known = new Map<number, Known>();
  readonly #wholes: WholeAccounts;
  /** Principals whose parts are to be found anew. */
  readonly #stale = new Set<number>();
  #isTelling = false;
  #touched = false;

  constructor(
    books: MarginBooks,
    rules: MarginRules,
    given: {
      readonly ladder: readonly Boundary[];
      readonly asOf: Day;
      readonly tape: Tape | undefined;
      readonly observer: BandObserver;
    },
  ) {
    const { ladder, asOf, tape, observer } = given;
    this.#books = books;
    this.#ladder = ladder;
    this.#rules = rules;
    this.#asOf = asOf;
    this.#tape = tape;
    this.#house = houseOf(books, rules.house, asOf, tape);
    this.#values = new PlainValues(books, rules, { series: this.#series, house: this.#house, ladder, asOf });
    this.#computer = new ExplainedGroups(books, rules, given);
    this.#groups = new RunningGroups(ladder, this.#computer, ({ account }, instrument) => {
      const known = this.#known.get(account);
      assert(known !== undefined, "a group is of an account that is known");
      return this.#seriesFor(known, instrument);
    });
    this.#transactionFigures = new PlainTransactionFigures(books, rules.regT);
    this.#wholes = new WholeAccounts(books);
    this.#dollar = books.instruments.findText(BASE_CURRENCY);
    const rungChanged = (account: number, _from: number, to: number): void => {
      if (this.#isTelling) observer(account, to);
    };
    this.#states = new AccountStates(this.#values, { rungChanged }, this.#groups);
    this.#load();
  }

  #load(): void {
    const { accounts } = this.#books;
    this.#principals = new Int32Array(Math.max(accounts.size, 1024)).fill(NONE);
    const simple = new Map<number, boolean>();
    for (const account of marginAccounts(this.#books)) this.#take(account, simple);
    this.#states.rebuild();
    this.#isTelling = true;
  }

  /**
   * Which account of the ledger is whose, and what it has. Cash accounts have no requirement that prices move. `simple`: what
   * was found of each series, where many accounts are taken together.
   */
  #take(account: MarginAccount, simple = new Map<number, boolean>()): void {
    if (account.regime === "cash") return;
    const principal = account.account;
    for (const member of account.members) this.#principals[member] = principal;
    const known: Known = { account, seriesClass: this.#series.classOf(account, this.#house), told: undefined };
    this.#known.set(principal, known);
    const { ledger } = this.#books;
    const { asset, quantity } = ledger.rows.columns;
    const rows: number[] = [];
    for (const member of account.members)
      for (let row = ledger.firstRow(member); row !== NONE; row = ledger.nextRow(row)) {
        if (quantity[row] === 0) continue;
        if (this.#values.isCash(asset[row])) this.#tellCash(known, asset[row], quantity[row]);
        else rows.push(row);
      }
    const isSimple =
      account.members.length === 1 &&
      !isWhole(this.#house, account) &&
      rows.every((row) => {
        const series = this.#seriesFor(known, asset[row]);
        let found = simple.get(series);
        if (found === undefined) simple.set(series, (found = this.#isSimple(known, asset[row])));
        return found;
      });
    if (!isSimple) this.#repartition(known);
    else {
      this.#states.reserve(principal, rows.length);
      for (const row of rows) this.#tellUnits(known, asset[row], quantity[row]);
    }
  }

  /** Whether such a position stands by itself whatever else the account holds. */
  #isSimple(known: Known, instrument: number): boolean {
    return (
      exchangeOf(this.#books, instrument) === undefined && this.#values.isPlain(this.#seriesFor(known, instrument))
    );
  }

  #seriesFor({ seriesClass }: Known, instrument: number): number {
    const known = this.#series.find(seriesClass, instrument);
    if (known !== NONE) return known;
    const series = this.#series.add(seriesClass, instrument);
    this.#values.compile(series);
    const currency = this.#books.instruments.columns.currency[instrument];
    if (currency !== this.#dollar && !this.#values.isCash(instrument))
      this.#states.currencyChanged(series, this.#seriesFor({ seriesClass } as Known, currency));
    this.#states.priceChanged(series, this.#books.market.price(instrument));
    return series;
  }

  #tellCash(known: Known, currency: number, change: number): void {
    if (currency === this.#dollar) this.#states.cashChanged(known.account.account, change);
    else this.#tellUnits(known, currency, change);
  }

  #tellUnits(known: Known, instrument: number, change: number): void {
    if (change !== 0) this.#states.unitsChanged(known.account.account, this.#seriesFor(known, instrument), change);
  }

  // ——— what happened ———

  /** The principal that an account of the ledger is margined under, or -1. */
  principalOf(account: number): number {
    return account < this.#principals.length ? this.#principals[account] : NONE;
  }

  /** A trade-date balance changed. Call after it did. */
  balanceChanged(account: number, asset: number, before: number, after: number): void {
    const principal = this.principalOf(account);
    const known = principal === NONE ? undefined : this.#known.get(principal);
    if (known === undefined) return;
    this.#touched = true;
    if (this.#values.isCash(asset)) {
      this.#tellCash(known, asset, after - before);
      // What is asked of a whole account may depend on its cash.
      if (known.told?.groups.has(NONE) === true) this.#stale.add(principal);
    } else if (known.told === undefined && this.#isSimple(known, asset)) this.#tellUnits(known, asset, after - before);
    else this.#stale.add(principal);
  }

  /** The valuation price of an instrument changed. */
  priceChanged(instrument: number): void {
    const series = this.#series.of(instrument);
    if (series.length === 0) return;
    const price = this.#books.market.price(instrument);
    for (let index = 0; index < series.length; index++) this.#states.priceChanged(series[index], price);
  }

  /** Something else is known of an instrument: its statistics, or how hard it is to borrow. */
  statisticsChanged(instrument: number): void {
    this.#house = houseOf(this.#books, this.#rules.house, this.#asOf, this.#tape);
    this.#values.forget(instrument, this.#house);
    for (const series of this.#series.of(instrument)) {
      this.#values.compile(series);
      this.#states.valuesChanged(series);
    }
    for (const [principal, { told }] of this.#known) if (told !== undefined) this.#stale.add(principal);
    this.#touched = true;
  }

  /** A value, a volatility or a rate was stated, or an instrument listed, on which margin of whole accounts may rest. */
  valuesStated(): void {
    for (const principal of this.#wholes.all()) this.#stale.add(principal);
    this.#touched = true;
  }

  /** The close of an instrument is another; -1 for all. */
  closed(instrument: number): void {
    const concerned = instrument === NONE ? this.#wholes.all() : this.#wholes.withOptionsOn(instrument);
    for (const principal of concerned) {
      this.#stale.add(principal);
      this.#touched = true;
    }
  }

  /**
   * Another day under the same rules: lives are shorter, and the tape knows a session more. Only series whose terms are
   * others are looked at, and every group. False where more than that is another: then everything is to be made anew.
   */
  dayOpened(asOf: Day): boolean {
    const before = this.#house;
    const house = houseOf(this.#books, this.#rules.house, asOf, this.#tape);
    if (rulesOn(before) !== rulesOn(house)) return false;
    const count = this.#series.instruments.length;
    const terms = Array.from({ length: count }, (_, series) => this.#values.terms(series));
    this.#asOf = asOf;
    this.#house = house;
    this.#values.reset(this.#rules, house, asOf);
    this.#computer.reset(asOf);
    for (let series = 0; series < count; series++) {
      const now = this.#values.terms(series);
      if (now.isPlain !== terms[series].isPlain) return false;
      this.#values.compile(series);
      if (now.inWords !== terms[series].inWords) this.#states.valuesChanged(series);
    }
    for (const { account, told } of this.#known.values()) if (told !== undefined) this.#stale.add(account.account);
    this.#touched = true;
    return true;
  }

  /** An account was opened, or the terms on which it is margined are others. */
  accountChanged(row: number): void {
    if (row >= this.#principals.length) {
      const grown = new Int32Array(Math.max(row + 1, this.#principals.length * 2)).fill(NONE);
      grown.set(this.#principals);
      this.#principals = grown;
    }
    this.#touched = true;
    const before = this.#principals[row];
    if (before !== NONE) this.#drop(before);
    const after = marginAccountOf(this.#books, row);
    if (after !== undefined && after.account !== before) this.#drop(after.account);
    for (const principal of new Set([before, row, after?.account ?? NONE])) {
      const account = principal === NONE ? undefined : marginAccountOf(this.#books, principal);
      if (account !== undefined && !this.#known.has(account.account)) this.#take(account);
    }
  }

  /** Takes back all that was told of an account. */
  #drop(principal: number): void {
    const known = this.#known.get(principal);
    if (known === undefined) return;
    this.#stale.delete(principal);
    for (const [instrument, units] of this.#unitsTold(known)) this.#tellUnits(known, instrument, -units);
    this.#states.cashChanged(principal, -this.#states.cash(principal));
    if (known.told !== undefined) this.#tellGroups(known, known.told, []);
    this.#wholes.remove(principal);
    for (const member of known.account.members) this.#principals[member] = NONE;
    this.#known.delete(principal);
  }

  /** A fact is wholly in: the observer hears of every band that it changed. */
  settle(): void {
    if (!this.#touched) return;
    this.#touched = false;
    for (const principal of this.#stale) {
      const known = this.#known.get(principal);
      if (known !== undefined) this.#repartition(known);
    }
    this.#stale.clear();
    this.#states.settle();
  }

  /** Finds the parts of an account anew, and tells what is another than was told. */
  #repartition(known: Known): void {
    const { account } = known;
    const told = (known.told ??= {
      plain: new Map([...this.#unitsTold(known)].filter(([instrument]) => !this.#values.isCash(instrument))),
      groups: new Map(),
    });
    const partition: Partition = isWhole(this.#house, account)
      ? { plain: new Map(), groups: [], isWhole: true }
      : partitionOf(this.#books, account, (instrument) => this.#values.isPlain(this.#seriesFor(known, instrument)));
    for (const [instrument, units] of partition.plain) {
      this.#tellUnits(known, instrument, units - (told.plain.get(instrument) ?? 0));
      told.plain.set(instrument, units);
    }
    for (const [instrument, units] of told.plain) {
      if (partition.plain.has(instrument)) continue;
      this.#tellUnits(known, instrument, -units);
      told.plain.delete(instrument);
    }
    const wanted: RunningGroup[] = partition.groups.map((group) => ({ account, underlying: group.underlying, group }));
    if (partition.isWhole) {
      wanted.push({ account, underlying: NONE, group: undefined });
      this.#wholes.add(account);
    } else this.#wholes.remove(account.account);
    this.#tellGroups(known, told, wanted);
  }

  #tellGroups({ account }: Known, told: Told, wanted: readonly RunningGroup[]): void {
    for (const group of wanted) {
      const number = told.groups.get(group.underlying) ?? this.#groups.add(group);
      told.groups.set(group.underlying, number);
      this.#groups.replace(number, group);
      this.#states.groupChanged(account.account, number);
    }
    for (const [underlying, number] of told.groups) {
      if (wanted.some((group) => group.underlying === underlying)) continue;
      this.#states.groupRemoved(account.account, number);
      this.#groups.remove(number);
      told.groups.delete(underlying);
    }
  }

  /** Units that were told of an account, by instrument, currencies among them. */
  #unitsTold(known: Known): Map<number, number> {
    const { ledger } = this.#books;
    const { asset } = ledger.rows.columns;
    const told = new Map<number, number>();
    for (const member of known.account.members)
      for (let row = ledger.firstRow(member); row !== NONE; row = ledger.nextRow(row)) {
        const series = this.#series.find(known.seriesClass, asset[row]);
        const units = series === NONE ? 0 : this.#states.units(known.account.account, series);
        if (units !== 0) told.set(asset[row], units);
      }
    return told;
  }

  // ——— what is asked ———

  /** How many boundaries the account of a principal is past; -1 where it is not known. */
  band(principal: number): number {
    return this.#states.rung(principal);
  }

  /** The accounts past so many boundaries. */
  accountsIn(band: number): Uint32Array {
    return this.#states.accountsOn(band);
  }

  /** The principals of all accounts that have a band. */
  principals(): IterableIterator<number> {
    return this.#known.keys();
  }

  /** Whether anybody holds the instrument, or did. */
  knows(instrument: number): boolean {
    return this.#series.of(instrument).length > 0;
  }

  account(principal: number): MarginAccount | undefined {
    return this.#known.get(principal)?.account;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Whether the account holds plain positions alone. */
  isPlain(row: number): boolean {
    const known = this.#known.get(this.principalOf(row));
    return known !== undefined && known.told === undefined && !this.#stale.has(known.account.account);
  }

  /** What transactions are entered by, where the account holds plain positions alone; undefined elsewhere. */
  transactionFigures(row: number): AccountFigures | undefined {
    return this.isPlain(row) ? this.figuresBefore(row, undefined) : undefined;
  }

  /** The same of an account that held plain positions alone before `change`, as it was then. */
  figuresBefore(row: number, change: BalanceChange | undefined): AccountFigures | undefined {
    const known = this.#known.get(this.principalOf(row));
    if (known === undefined) return undefined;
    return this.#transactionFigures.of(known.account.account, this.#values.positionsOf(known.account), change);
  }

  /** What the Supplement asks of a plain position of the account that is worth `value` cents. NaN where that is not known. */
  initialOn(row: number, instrument: number, units: number, value: number): number {
    const known = this.#known.get(this.principalOf(row));
    if (known === undefined) return Number.NaN;
    return this.#transactionFigures.initialOn(instrument, units, value, this.#values.positionsOf(known.account));
  }

  /** The excess of an account over each boundary from the books alone: what the running bands must say. NaN: unknown. */
  excessFromScratch(principal: number): Float64Array {
    const excess = new Float64Array(this.#ladder.length);
    const known = this.#known.get(principal);
    if (known === undefined) return excess;
    const account = marginAccountOf(this.#books, principal) ?? known.account;
    const whole = isWhole(this.#house, account);
    const { plain, groups } = whole
      ? { plain: new Map<number, number>(), groups: [] }
      : partitionOf(this.#books, account, (instrument) => this.#values.isPlain(this.#seriesFor(known, instrument)));
    this.#addCash(account, known, excess);
    for (const [instrument, units] of plain) this.#addPosition(this.#seriesFor(known, instrument), units, excess);
    const part = new Float64Array(this.#ladder.length);
    // Nothing that was worked out before.
    const given = { asOf: this.#asOf, tape: this.#tape, ladder: this.#ladder };
    const computer = new ExplainedGroups(this.#books, this.#rules, given);
    const all: RunningGroup[] = groups.map((group) => ({ account, underlying: group.underlying, group }));
    if (whole) all.push({ account, underlying: NONE, group: undefined });
    for (const group of all) {
      measureOrUnknown(() => measureFigures(computer.figures(group), this.#ladder, part), part);
      for (let index = 0; index < excess.length; index++) excess[index] += part[index];
    }
    return excess;
  }

  #addCash(account: MarginAccount, known: Known, excess: Float64Array): void {
    const { ledger } = this.#books;
    const { asset, quantity } = ledger.rows.columns;
    const balances = new Map<number, number>();
    for (const member of account.members)
      for (let row = ledger.firstRow(member); row !== NONE; row = ledger.nextRow(row))
        if (this.#values.isCash(asset[row])) balances.set(asset[row], (balances.get(asset[row]) ?? 0) + quantity[row]);
    for (const [currency, balance] of balances) {
      if (balance === 0) continue;
      if (currency !== this.#dollar) this.#addPosition(this.#seriesFor(known, currency), balance, excess);
      else for (let index = 0; index < excess.length; index++) excess[index] += balance;
    }
  }

  #addPosition(series: number, units: number, excess: Float64Array): void {
    const price = this.#books.market.price(this.#series.instruments[series]);
    for (let index = 0; index < excess.length; index++)
      excess[index] += this.#values.contribution(index, series, units, price);
  }
}

function measureOrUnknown(measure: () => void, part: Float64Array): void {
  try {
    measure();
  } catch {
    part.fill(Number.NaN);
  }
}

/** The rules of the house that are in force on its day, whomever they are for. */
function rulesOn({ rules, asOf }: House): string {
  const { rates, concentration, blockSize, liquidity, lossCapacity, betaWeighted } = rules;
  return [...rates, ...concentration, ...blockSize, ...liquidity, ...lossCapacity, ...betaWeighted]
    .filter(({ from, until }) => (from === undefined || asOf >= from) && (until === undefined || asOf <= until))
    .map(({ code }) => code)
    .join(" ");
}
