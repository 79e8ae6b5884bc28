/**
 * The accounts that hug a boundary. There are few of them, but they would cause most of the work if they were woken by
 * thresholds. Their excess over every boundary is followed instead, through every tick of what they hold: as a real number,
 * units × unit value, that lies within a guard of the exact one. As long as it is clear of zero by the guard, the rung is
 * certain; where it is not, the caller measures the account. A group is not followed: the guard grows by its slope, as far as
 * the price is from where it was when the account was measured.
 */
import type { AccountGroups } from "./account-groups.ts";
import type { Accounts } from "./accounts.ts";
import { EntryLists } from "./entry-lists.ts";
import { grown } from "./grown.ts";
import { RUNG_UNKNOWN } from "./measure.ts";
import type { Prices } from "./prices.ts";
import { NONE, type Slots } from "./slots.ts";
import type { StandingValues } from "./standing-values.ts";
import { FLOAT_GUARD, type GroupValues, type UnitValues } from "./unit-values.ts";

/** The lists of an instrument, of what watched accounts hold long, hold short, and have groups on. */
const LISTS = 3;
const LONG = 0;
const SHORT = 1;
const LEG = 2;

/** In a watcher's record, Float64: its excess over each boundary from here on, between numbers that are below and above all. */
const EXCESS = 1;
/** From the end of that on: the guard; Int32: the account, its rung; ticks until it is looked at. */
const BEYOND = 3;
/** Records begin where lines of memory do. */
const LINE = 8;

/** After so many ticks of what it holds an account is looked at: may it be let go? What float64 loses cannot add up. */
const LOOKED_EVERY = 512;

/** The usual move of a tick is the mean of about so many. */
const USUAL_OF = 4096;
/** What moves by more is no usual tick. */
const MOVE_MOST = 0.01;

/** A group on an instrument. */
interface Leg {
  instrument: number;
  /** Cents for a price of one. */
  slope: number;
  /** Where the price was when the account was measured, and its band. */
  price: number;
  low: number;
  high: number;
  /** What the guard grew by since then. */
  loses: number;
}

export class WatchList {
  readonly #values: UnitValues;
  readonly #groupValues: GroupValues;
  readonly #accounts: Accounts;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #groups: AccountGroups;
  readonly #standing: StandingValues;
  /** By instrument: the watcher, and units, negative where short; of a leg, its place among the watcher's. */
  readonly #lists = new EntryLists();
  /** By account: its number here. */
  readonly #numbers = new Map<number, number>();
  /** By number: the instruments that it has positions in, and its groups. */
  readonly #instruments: number[][] = [];
  readonly #legs: Leg[][] = [];
  readonly #free: number[] = [];
  /** By number, `#stride` apart; the same memory, as words. */
  #records: Float64Array;
  #words: Int32Array;
  readonly #stride: number;
  /** In a record: the guard. In its words: the account, its rung, ticks until it is looked at. */
  readonly #guard: number;
  readonly #account: number;
  readonly #rung: number;
  readonly #ticks: number;
  /** By how much of its price a tick usually moves what is watched. */
  usualMove = 0;
  /** By boundary: what the tick that is going on has changed. */
  readonly #change: Float64Array;
  /** Accounts whose rung the last tick changed or left uncertain, and others that are to be looked at. */
  readonly doubtful: number[] = [];
  readonly due: number[] = [];

  constructor(
    values: UnitValues,
    groupValues: GroupValues,
    parts: { accounts: Accounts; slots: Slots; prices: Prices; groups: AccountGroups; standing: StandingValues },
  ) {
    this.#values = values;
    this.#groupValues = groupValues;
    this.#accounts = parts.accounts;
    this.#slots = parts.slots;
    this.#prices = parts.prices;
    this.#groups = parts.groups;
    this.#standing = parts.standing;
    const beyond = EXCESS + values.boundaries + 1;
    this.#guard = beyond;
    this.#account = (beyond + 1) * 2;
    this.#rung = this.#account + 1;
    this.#ticks = this.#rung + 1;
    this.#stride = Math.ceil((beyond + BEYOND) / LINE) * LINE;
    this.#records = new Float64Array(64 * this.#stride);
    this.#words = new Int32Array(this.#records.buffer);
    this.#change = new Float64Array(values.boundaries);
  }

  /** How many accounts are watched. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Bytes, those of a watched account's objects by estimate. */
  get byteLength(): number {
    return this.#lists.byteLength + this.#records.byteLength + this.size * 300;
  }

  /** The watched accounts that depend on an instrument. */
  accounts(instrument: number): readonly number[] {
    const found = new Set<number>();
    for (let list = instrument * LISTS; list < (instrument + 1) * LISTS; list++)
      for (let entry = this.#lists.first(list); entry < this.#lists.end(list); entry++)
        found.add(this.#accountOf(this.#lists.owner(entry)));
    return [...found];
  }

  // ——— ticks ———

  /** The price of an instrument in dollars is another: fills `doubtful` and `due`. */
  tick(instrument: number): void {
    if (this.doubtful.length > 0) this.doubtful.length = 0;
    if (this.due.length > 0) this.due.length = 0;
    const lists = this.#lists;
    const list = instrument * LISTS;
    if (lists.count(list + LONG) > 0) this.#movePositions(list + LONG, instrument, true);
    if (lists.count(list + SHORT) > 0) this.#movePositions(list + SHORT, instrument, false);
    if (lists.count(list + LEG) > 0) this.#moveLegs(list + LEG, instrument);
  }

  #movePositions(list: number, instrument: number, isLong: boolean): void {
    const { boundaries } = this.#values;
    const lists = this.#lists;
    const records = this.#records;
    const change = this.#change;
    this.#takeChange(instrument, isLong);
    const end = lists.end(list);
    for (let entry = lists.first(list); entry < end; entry++) {
      const watcher = lists.owner(entry);
      const held = lists.number(entry);
      const at = watcher * this.#stride + EXCESS;
      for (let boundary = 0; boundary < boundaries; boundary++) records[at + boundary] += held * change[boundary];
      this.#ticked(watcher);
    }
  }

  /** What a unit is worth at the price that stands, less what it was worth when it was last asked. */
  #takeChange(instrument: number, isLong: boolean): void {
    const standing = this.#standing;
    const { rows } = standing;
    const change = this.#change;
    const first = standing.place(instrument, isLong);
    const before = rows[first + change.length];
    for (let boundary = 0; boundary < change.length; boundary++) change[boundary] = -rows[first + boundary];
    standing.at(instrument, isLong);
    const move = Math.abs(rows[first + change.length] - before) / before;
    if (move < MOVE_MOST) this.usualMove += (move - this.usualMove) / USUAL_OF;
    for (let boundary = 0; boundary < change.length; boundary++) change[boundary] += rows[first + boundary];
  }

  #moveLegs(list: number, instrument: number): void {
    const lists = this.#lists;
    const price = this.#prices.dollars[instrument];
    const end = lists.end(list);
    for (let entry = lists.first(list); entry < end; entry++) {
      const watcher = lists.owner(entry);
      const leg = this.#legs[watcher][lists.number(entry)];
      const isWithin = price >= leg.low && price <= leg.high;
      const loses = isWithin ? leg.slope * Math.abs(price - leg.price) : Number.POSITIVE_INFINITY;
      this.#records[watcher * this.#stride + this.#guard] += loses - leg.loses;
      leg.loses = loses;
      this.#ticked(watcher);
    }
  }

  /** What a watcher depends on has ticked. */
  #ticked(watcher: number): void {
    const words = this.#words;
    const at = watcher * this.#stride;
    if (!this.#isOn(at, words[at * 2 + this.#rung])) this.doubtful.push(words[at * 2 + this.#account]);
    if (--words[at * 2 + this.#ticks] > 0) return;
    words[at * 2 + this.#ticks] = LOOKED_EVERY;
    this.due.push(words[at * 2 + this.#account]);
  }

  /** Whether it is certain that a record is on `rung`. A comparison with NaN fails: with a price unknown nothing is. */
  #isOn(at: number, rung: number): boolean {
    const records = this.#records;
    const guard = records[at + this.#guard];
    return records[at + EXCESS + rung] >= guard && records[at + EXCESS + rung - 1] < -guard;
  }

  /** The rung of a watched account by what is followed of it; `RUNG_UNKNOWN` where that leaves it in doubt. */
  rung(account: number): number {
    const at = this.#number(account) * this.#stride;
    let rung = 0;
    while (rung < this.#values.boundaries && this.#records[at + EXCESS + rung] < 0) rung++;
    if (!this.#isOn(at, rung)) return RUNG_UNKNOWN;
    this.#words[at * 2 + this.#rung] = rung;
    return rung;
  }

  // ——— accounts ———

  /** An account has been measured: its rung, its excess over every boundary, and the guard of that. */
  measured(account: number, rung: number, excess: Float64Array, guard: number): void {
    const watcher = this.#number(account);
    const at = watcher * this.#stride;
    for (let boundary = 0; boundary < excess.length; boundary++)
      this.#records[at + EXCESS + boundary] = excess[boundary];
    this.#records[at + this.#guard] = guard;
    this.#words[at * 2 + this.#rung] = rung;
    if (this.#accounts.grouped(account) !== 0) this.#followGroups(account, watcher);
  }

  /** From now on the guard grows with what the account's groups may have lost. */
  #followGroups(account: number, watcher: number): void {
    const { one } = this.#values;
    let place = 0;
    for (const group of this.#groups.of(account)) {
      const { instruments, slope, low, high } = this.#groupValues.slopes(group);
      this.#records[watcher * this.#stride + this.#guard] += this.#groupValues.rounding(group) + FLOAT_GUARD;
      for (let index = 0; index < instruments.length; index++) {
        const leg = this.#legAt(watcher, place++, instruments[index]);
        leg.slope = slope[index] / one;
        leg.price = this.#prices.dollars[leg.instrument];
        leg.low = low[index] * one;
        leg.high = high[index] * one;
        leg.loses = 0;
      }
    }
    this.#leaveLegs(watcher, place);
  }

  /** The leg at a place, on this instrument: the one that is there, if it is. */
  #legAt(watcher: number, place: number, instrument: number): Leg {
    const legs = this.#legs[watcher];
    if (legs[place]?.instrument === instrument) return legs[place];
    this.#leaveLegs(watcher, place);
    legs.push({ instrument, slope: 0, price: 0, low: 0, high: 0, loses: 0 });
    this.#lists.add(instrument * LISTS + LEG, watcher, place);
    this.#mark(instrument);
    return legs[place];
  }

  /** Takes out the legs of a watcher from this place on. */
  #leaveLegs(watcher: number, place: number): void {
    const legs = this.#legs[watcher];
    while (legs.length > place) {
      const { instrument } = legs[legs.length - 1];
      const list = instrument * LISTS + LEG;
      this.#lists.remove(list, this.#lists.find(list, watcher, legs.length - 1));
      this.#mark(instrument);
      legs.pop();
    }
  }

  /** Watches an account in all that it depends on, once `measured` has been told. */
  add(account: number): void {
    const watcher = this.#free.pop() ?? this.#instruments.length;
    this.#numbers.set(account, watcher);
    this.#instruments[watcher] = [];
    this.#legs[watcher] = [];
    const at = watcher * this.#stride;
    if (at === this.#records.length) this.#grow();
    this.#records[at] = Number.NEGATIVE_INFINITY;
    this.#records[at + EXCESS + this.#values.boundaries] = Number.POSITIVE_INFINITY;
    this.#words[at * 2 + this.#account] = account;
    this.#words[at * 2 + this.#ticks] = LOOKED_EVERY;
    const slots = this.#slots;
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++)
      if (slots.units(slot) !== 0 && !slots.isLeg(slot))
        this.setUnits(account, slots.instrument(slot), slots.units(slot));
  }

  #grow(): void {
    this.#records = grown(this.#records, new Float64Array(this.#records.length * 2));
    this.#words = new Int32Array(this.#records.buffer);
  }

  /** A watched account holds so many units now. */
  setUnits(account: number, instrument: number, units: number): void {
    const watcher = this.#number(account);
    const instruments = this.#instruments[watcher];
    if (instruments.includes(instrument)) this.#leave(watcher, instrument);
    else instruments.push(instrument);
    this.#lists.add(instrument * LISTS + (units < 0 ? SHORT : LONG), watcher, units);
    this.#mark(instrument);
  }

  #leave(watcher: number, instrument: number): void {
    const lists = this.#lists;
    for (const list of [instrument * LISTS + LONG, instrument * LISTS + SHORT]) {
      const entry = lists.find(list, watcher);
      if (entry !== NONE) lists.remove(list, entry);
    }
  }

  remove(account: number): void {
    const watcher = this.#number(account);
    this.#leaveLegs(watcher, 0);
    for (const instrument of this.#instruments[watcher]) {
      this.#leave(watcher, instrument);
      this.#mark(instrument);
    }
    this.#numbers.delete(account);
    this.#free.push(watcher);
  }

  clear(): void {
    for (const account of this.#numbers.keys()) this.remove(account);
  }

  #number(account: number): number {
    return this.#numbers.get(account) ?? NONE;
  }

  #accountOf(watcher: number): number {
    return this.#words[watcher * this.#stride * 2 + this.#account];
  }

  #mark(instrument: number): void {
    const { first, end } = { first: instrument * LISTS, end: (instrument + 1) * LISTS };
    let entries = 0;
    for (let list = first; list < end; list++) entries += this.#lists.count(list);
    this.#prices.markWatched(instrument, entries > 0);
  }
}
