/**
 * Every margin account at once, exactly: to the cent what margin explains of each (`marginFigures`), in the time that sums
 * take. What stands by itself is its units at compiled values, each rounded as its line is; what does not (options, offsets,
 * accounts that are margined as a whole) is asked of the functions that explain it, where a price that it rests on moved.
 * Accounts of which the sums cannot say anything are explained, for the reason.
 */
import { Trouble } from "../base/errors.ts";
import { type Cents, subtract, ZERO } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { BASE_CURRENCY, holdingsOf, type MarginAccount, marginAccounts } from "../margin/account.ts";
import type { MarginFigures } from "../margin/answer.ts";
import { maySecure } from "../margin/cash-equivalents.ts";
import { marginFigures } from "../margin/computation.ts";
import { valueAccount } from "../margin/equity.ts";
import { groupsOf, underlyingOf } from "../margin/group.ts";
import { House, type HouseClass } from "../margin/house/house.ts";
import { asksNothing } from "../margin/house/rules.ts";
import type { Tape } from "../margin/house/statistics.ts";
import { HouseValues } from "../margin/house/values.ts";
import { MaintenanceValues } from "../margin/maintenance/unit-values.ts";
import { PortfolioScans } from "../margin/portfolio/scans.ts";
import type { MarginRules } from "../margin/rules.ts";
import { ExplainedGroups, rowsOf } from "../margin/running/computer.ts";
import type { RunningGroup } from "../margin/running/group-values.ts";
import { isWhole, partitionOf } from "../margin/running/partition.ts";
import {
  type AccountFigures,
  type GroupLoss,
  stressedAccount,
  type StressedAccount,
  StressedAccounts,
  type UnknownAccount,
} from "./accounts.ts";
import type { MovedBooks } from "./moved-books.ts";

const PAR = 10 ** PRICE_SCALE;

/** How accounts are margined. */
export interface MarginPractice {
  readonly rules: MarginRules;
  readonly asOf: Day;
  /** What the house's rules know of past days. */
  readonly tape: Tape | undefined;
  /** What an option is valued with, for 4210(g) where its price implies no volatility. */
  readonly volatility: (option: number) => number | undefined;
}

/** A group that is asked as a whole, with the rows that it rests on. */
interface Asked {
  readonly group: RunningGroup;
  readonly rows: readonly number[];
  /** As it stands, cents; NaN where that is not known. */
  worth: number;
  excess: number;
  /** What it is worth where the books were moved to last. */
  moved: number;
}

/** Units of the currencies that an account has beside dollars, by row. */
type Balances = readonly (readonly [currency: number, units: number])[];

export class AccountTable {
  readonly accounts: readonly MarginAccount[];
  /** As they stand. */
  readonly standing: AccountFigures;
  readonly #practice: MarginPractice;
  readonly #values: MaintenanceValues;
  readonly #ofExempt: MaintenanceValues;
  readonly #house: House;
  readonly #houseValues: HouseValues | undefined;
  readonly #classes: readonly HouseClass[];
  /** By place: where its plain positions begin; then the instrument and units of each. */
  readonly #starts: Uint32Array;
  readonly #instruments: Int32Array;
  readonly #units: Float64Array;
  /** By place: cents of dollars. */
  readonly #cash: Float64Array;
  readonly #foreign = new Map<number, Balances>();
  readonly #asked = new Map<number, readonly Asked[]>();
  /** By instrument row, as they stand. */
  readonly #prices: Float64Array;
  readonly #standingTroubles = new Map<number, readonly Trouble[]>();
  readonly #explained = new WeakMap<MovedBooks["reports"], ExplainedGroups>();
  readonly #scans = new WeakMap<MovedBooks["reports"], PortfolioScans>();

  /** `unmoved` are books of the mover that will move them, as they stand. */
  constructor(unmoved: MovedBooks, practice: MarginPractice) {
    const { rules, asOf, tape } = practice;
    this.#practice = practice;
    this.#values = new MaintenanceValues(unmoved, rules.maintenance, asOf);
    this.#ofExempt = new MaintenanceValues(unmoved, rules.maintenance, asOf, true);
    this.#house = new House(unmoved, rules.house, asOf, tape);
    this.#houseValues = asksNothing(rules.house) ? undefined : new HouseValues(unmoved, this.#house);
    this.accounts = marginAccounts(unmoved);
    this.#classes = this.accounts.map((account) => this.#house.classOf(account));
    this.#cash = new Float64Array(this.accounts.length);
    this.#starts = new Uint32Array(this.accounts.length + 1);
    const [instruments, units] = [[] as number[], [] as number[]];
    for (const [place, account] of this.accounts.entries()) {
      this.#readCash(unmoved, place, account);
      for (const [instrument, held] of this.#readPositions(unmoved, place, account)) {
        instruments.push(instrument);
        units.push(held);
      }
      this.#starts[place + 1] = instruments.length;
    }
    this.#instruments = Int32Array.from(instruments);
    this.#units = Float64Array.from(units);
    this.#prices = Float64Array.from({ length: unmoved.instruments.size }, () => Number.NaN);
    for (let row = 0; row < this.#prices.length; row++) this.#prices[row] = unmoved.market.price(row);
    this.standing = this.figures(unmoved);
    for (let place = 0; place < this.accounts.length; place++)
      if (Number.isNaN(this.standing.excess[place]))
        this.#standingTroubles.set(place, this.explained(unmoved, place).troubles);
  }

  #readCash(books: MovedBooks, place: number, { members }: MarginAccount): void {
    const { instruments, ledger } = books;
    const { asset, quantity } = ledger.rows.columns;
    const foreign = new Map<number, number>();
    for (const member of members)
      for (let row = ledger.firstRow(member); row !== -1; row = ledger.nextRow(row)) {
        const currency = asset[row];
        if (quantity[row] === 0 || instruments.type(currency) !== "currency") continue;
        if (instruments.attributes(currency).instrument === BASE_CURRENCY) this.#cash[place] += quantity[row];
        else foreign.set(currency, (foreign.get(currency) ?? 0) + quantity[row]);
      }
    if (foreign.size > 0) this.#foreign.set(place, [...foreign]);
  }

  /** The account's plain positions, units by instrument; what is not is put among the groups that are asked. */
  #readPositions(books: MovedBooks, place: number, account: MarginAccount): Iterable<readonly [number, number]> {
    const whole = isWhole(this.#house, account) || maySecure(books, account);
    // In a cash account each holding is rounded by itself.
    const isSingle = account.regime !== "cash" || account.members.length === 1;
    const values = this.#valuesOf(account);
    const { plain, groups } = whole
      ? { plain: new Map<number, number>(), groups: [] }
      : partitionOf(
          books,
          account,
          (instrument) => isSingle && books.instruments.type(instrument) !== "option" && values.isPlain(instrument),
        );
    const asked: RunningGroup[] = groups.map((group) => ({ account, underlying: group.underlying, group }));
    if (whole) asked.push({ account, underlying: -1, group: undefined });
    if (asked.length > 0)
      this.#asked.set(
        place,
        asked.map((group) => ({
          group,
          rows: [...new Set(rowsOf(books, account, group.group))],
          worth: Number.NaN,
          excess: Number.NaN,
          moved: Number.NaN,
        })),
      );
    return plain;
  }

  #valuesOf({ terms }: MarginAccount): MaintenanceValues {
    return terms.exempt ? this.#ofExempt : this.#values;
  }

  /** Every account with the books moved. */
  under(moved: MovedBooks): StressedAccounts {
    const after = this.figures(moved);
    const unknown: UnknownAccount[] = [];
    for (const [place, account] of this.accounts.entries()) {
      const before = this.#standingTroubles.get(place);
      if (before !== undefined) unknown.push({ account, troubles: before });
      else if (Number.isNaN(after.excess[place]))
        unknown.push({ account, troubles: this.explained(moved, place).troubles });
    }
    return new StressedAccounts(this.accounts, this.standing, after, unknown);
  }

  /** One account with the books moved, by margin's own function: what a search asks many times. */
  underAlone(moved: MovedBooks, place: number): StressedAccount | UnknownAccount {
    const account = this.accounts[place];
    const known = this.#standingTroubles.get(place);
    if (known !== undefined) return { account, troubles: known };
    const { netLiquidation, excess, troubles } = this.explained(moved, place);
    if (troubles.length > 0) return { account, troubles };
    const kept = this.standing.netLiquidation[place] - this.standing.excess[place];
    return stressedAccount(place, account, { netLiquidation, excess, kept: kept as Cents });
  }

  /** One account by margin's own function, at the same prices. */
  explained(moved: MovedBooks, place: number): MarginFigures {
    const { rules, asOf, tape } = this.#practice;
    const account = this.accounts[place];
    return marginFigures(moved, rules, account, asOf, {
      ...(tape !== undefined && { tape }),
      ...(account.regime === "portfolio" && { scans: this.scans(moved) }),
    });
  }

  /** What portfolio margin scans the books with; it looks at prices anew by itself, so one serves all prices. */
  scans(books: MovedBooks): PortfolioScans {
    let scans = this.#scans.get(books.reports);
    if (scans === undefined) {
      const { rules, asOf, volatility } = this.#practice;
      scans = new PortfolioScans({ books, rules: rules.portfolio, asOf, assumed: volatility });
      this.#scans.set(books.reports, scans);
    }
    return scans;
  }

  /** The figures of every account at the prices of the books. */
  figures(books: MovedBooks): AccountFigures {
    const netLiquidation = new Float64Array(this.accounts.length);
    const excess = new Float64Array(this.accounts.length);
    for (let place = 0; place < this.accounts.length; place++) this.#sum(books, place, netLiquidation, excess);
    for (const [place, groups] of this.#asked)
      for (const group of groups) {
        const [worth, over] = group.group.group === undefined ? this.#askWhole(books, place) : this.#ask(books, group);
        group.moved = worth;
        netLiquidation[place] += worth;
        excess[place] += over;
      }
    for (let place = 0; place < excess.length; place++)
      if (Number.isNaN(excess[place])) netLiquidation[place] = Number.NaN;
    return { netLiquidation, excess };
  }

  /** Cash and plain positions of an account. */
  #sum(books: MovedBooks, place: number, netLiquidation: Float64Array, excess: Float64Array): void {
    const account = this.accounts[place];
    const values = this.#valuesOf(account);
    const isCash = account.regime === "cash";
    const houseClass = this.#classes[place];
    let worth = this.#cash[place] + this.#foreignCash(books, place);
    let over = worth;
    const end = this.#starts[place + 1];
    for (let at = this.#starts[place]; at < end; at++) {
      const [instrument, units] = [this.#instruments[at], this.#units[at]];
      const price = books.market.price(instrument);
      const rate = values.rate(instrument);
      const value = values.positionValue(instrument, units, price, rate);
      worth += value;
      if (isCash) {
        // 220.8: paid in full, and never short.
        over += units < 0 ? Number.NaN : value - value;
        continue;
      }
      const ruled = values.positionRequirement(instrument, units, price, rate, value);
      const required =
        this.#houseValues === undefined
          ? ruled
          : this.#houseValues.positionRequirement(houseClass, instrument, units, price, Math.abs(value), ruled);
      over += value - required;
    }
    netLiquidation[place] = worth;
    excess[place] = over;
  }

  #foreignCash({ instruments, market }: MovedBooks, place: number): number {
    let cash = 0;
    for (const [currency, units] of this.#foreign.get(place) ?? []) {
      if (units === 0) continue;
      const price = market.price(currency);
      cash += Number.isNaN(price) ? price : instruments.value(currency, units, price);
    }
    return cash;
  }

  /** What a group adds to net liquidation value and to the excess; as it stands where nothing that it rests on moved. */
  #ask(books: MovedBooks, asked: Asked): readonly [worth: number, excess: number] {
    const isStanding = asked.rows.every((row) => Object.is(books.market.price(row), this.#prices[row]));
    if (isStanding && !Number.isNaN(asked.excess)) return [asked.worth, asked.excess];
    try {
      const { equity, worth, binding } = this.#computer(books).figures(asked.group);
      if (isStanding) [asked.worth, asked.excess] = [worth, equity - binding];
      return [worth, equity - binding];
    } catch (error) {
      if (error instanceof Trouble) return [Number.NaN, Number.NaN];
      throw error;
    }
  }

  /** An account as a whole, without its cash. */
  #askWhole(books: MovedBooks, place: number): readonly [worth: number, excess: number] {
    const { netLiquidation, excess, troubles } = this.explained(books, place);
    const cash = this.#cash[place] + this.#foreignCash(books, place);
    return troubles.length > 0 ? [Number.NaN, Number.NaN] : [netLiquidation - cash, excess - cash];
  }

  #computer(books: MovedBooks): ExplainedGroups {
    let computer = this.#explained.get(books.reports);
    if (computer === undefined) {
      const { rules, asOf, tape } = this.#practice;
      computer = new ExplainedGroups(books, rules, { asOf, tape, ladder: [] });
      this.#explained.set(books.reports, computer);
    }
    return computer;
  }

  /** What the groups of an account lost by the move of the last `under`. */
  losses(moved: MovedBooks, place: number): readonly GroupLoss[] {
    const losses: GroupLoss[] = [];
    const values = this.#valuesOf(this.accounts[place]);
    for (let at = this.#starts[place]; at < this.#starts[place + 1]; at++) {
      const [instrument, units] = [this.#instruments[at], this.#units[at]];
      const before = values.positionValue(
        instrument,
        units,
        this.#prices[instrument],
        this.#rateBefore(moved, instrument),
      );
      const after = values.positionValue(instrument, units, moved.market.price(instrument));
      losses.push({ underlying: underlyingOf(moved, instrument), loss: subtract(before as Cents, after as Cents) });
    }
    for (const { group, worth, moved: now } of this.#asked.get(place) ?? [])
      if (group.group === undefined) losses.push(...this.#lossesOfWhole(moved, place));
      else losses.push({ underlying: group.underlying, loss: subtract(worth as Cents, now as Cents) });
    return losses;
  }

  #rateBefore({ instruments }: MovedBooks, instrument: number): number {
    const currency = instruments.columns.currency[instrument];
    return instruments.attributes(currency).instrument === BASE_CURRENCY ? PAR : this.#prices[currency];
  }

  #lossesOfWhole(books: MovedBooks, place: number): readonly GroupLoss[] {
    const account = this.accounts[place];
    const context = { books, rules: this.#practice.rules, account, asOf: this.#practice.asOf };
    const groups = groupsOf(books, holdingsOf(books, account));
    const after = valueAccount(context, groups).groupValues;
    const before = valueAccount({ ...context, price: (row) => this.#prices[row] }, groups).groupValues;
    return groups.map(({ underlying }, index) => ({
      underlying,
      loss: subtract(before[index] ?? ZERO, after[index] ?? ZERO),
    }));
  }

  /** Calls `each` with every position of every account: its place, instrument and units. */
  eachHolding(books: MovedBooks, each: (place: number, instrument: number, units: number) => void): void {
    for (const [place, account] of this.accounts.entries())
      for (const { instrument, units } of holdingsOf(books, account)) each(place, instrument, units);
  }
}
