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
import type { Prices } from "./prices.ts";
import { NONE, type Slots } from "./slots.ts";
import type { StandingValues } from "./standing-values.ts";
import { FLOAT_GUARD, type GroupValues, type UnitValues } from "./unit-values.ts";

/** A position that is watched: the watcher, and units. */
const POSITION = 2;
/** A group on an instrument: the watcher; cents for a price of one; where the price was, and its band; what the guard grew by. */
const LEG = 6;

/** In a watcher's record, behind its excess over each boundary: the guard, its rung, and ticks until it is looked at. */
const GUARD = 0;
const RUNG = 1;
const TICKS = 2;
const RECORD = 3;
/** Records begin where lines of memory do. */
const LINE = 8;

/** After so many ticks of what it holds an account is looked at: may it be let go? What float64 loses cannot add up. */
const LOOKED_EVERY = 512;

export class WatchList {
  readonly #values: UnitValues;
  readonly #groupValues: GroupValues;
  readonly #accounts: Accounts;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #groups: AccountGroups;
  readonly #standing: StandingValues;
  /** By instrument: what watched accounts hold long, and short; and their groups that depend on it. */
  readonly #longs = new EntryLists(POSITION);
  readonly #shorts = new EntryLists(POSITION);
  readonly #legs = new EntryLists(LEG);
  /** By account: its number here. */
  readonly #numbers = new Map<number, number>();
  /** By number: the account; the instruments that it has positions in, and those that its groups depend on. */
  readonly #watched: number[] = [];
  readonly #instruments: number[][] = [];
  readonly #groupInstruments: number[][] = [];
  readonly #free: number[] = [];
  /** By number, `#stride` apart. */
  #records: Float64Array;
  readonly #stride: number;
  /** By boundary: what the tick that is going on has changed. */
  readonly #change: Float64Array;
  /** Accounts whose rung the last tick left uncertain, and others that are to be looked at. */
  readonly uncertain: number[] = [];
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
    this.#stride = Math.ceil((values.boundaries + RECORD) / LINE) * LINE;
    this.#records = new Float64Array(64 * this.#stride);
    this.#change = new Float64Array(values.boundaries);
  }

  /** How many accounts are watched. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Bytes, those of a watched account's objects by estimate. */
  get byteLength(): number {
    const lists = this.#longs.byteLength + this.#shorts.byteLength + this.#legs.byteLength;
    return lists + this.#records.byteLength + this.size * 300;
  }

  /** The watched accounts that depend on an instrument. */
  accounts(instrument: number): readonly number[] {
    const found = new Set<number>();
    for (const [lists, width] of [
      [this.#longs, POSITION],
      [this.#shorts, POSITION],
      [this.#legs, LEG],
    ] as const)
      for (let at = lists.first(instrument); at < lists.end(instrument); at += width)
        found.add(this.#watched[lists.numbers[at]]);
    return [...found];
  }

  // ——— ticks ———

  /** The price of an instrument in dollars is another: fills `uncertain` and `due`. */
  tick(instrument: number): void {
    if (this.uncertain.length > 0) this.uncertain.length = 0;
    if (this.due.length > 0) this.due.length = 0;
    if (this.#longs.count(instrument) > 0) this.#movePositions(this.#longs, instrument, true);
    if (this.#shorts.count(instrument) > 0) this.#movePositions(this.#shorts, instrument, false);
    if (this.#legs.count(instrument) > 0) this.#moveLegs(instrument);
  }

  #movePositions(positions: EntryLists, instrument: number, isLong: boolean): void {
    const { boundaries } = this.#values;
    const records = this.#records;
    const change = this.#change;
    const { numbers } = positions;
    this.#takeChange(instrument, isLong);
    const end = positions.end(instrument);
    for (let position = positions.first(instrument); position < end; position += POSITION) {
      const at = numbers[position] * this.#stride;
      const held = numbers[position + 1];
      for (let boundary = 0; boundary < boundaries; boundary++) records[at + boundary] += held * change[boundary];
      if (!this.#isCertain(at)) this.uncertain.push(this.#watched[numbers[position]]);
      this.#countTick(at, numbers[position]);
    }
  }

  /** Counts a tick of what an account depends on. */
  #countTick(at: number, watcher: number): void {
    const ticks = at + this.#values.boundaries + TICKS;
    if (--this.#records[ticks] > 0) return;
    this.#records[ticks] = LOOKED_EVERY;
    this.due.push(this.#watched[watcher]);
  }

  /** What a unit is worth at the price that stands, less what it was worth when it was last asked. */
  #takeChange(instrument: number, isLong: boolean): void {
    const standing = this.#standing;
    const { rows } = standing;
    const change = this.#change;
    const first = standing.place(instrument, isLong);
    for (let boundary = 0; boundary < change.length; boundary++) change[boundary] = -rows[first + boundary];
    standing.at(instrument, isLong);
    for (let boundary = 0; boundary < change.length; boundary++) change[boundary] += rows[first + boundary];
  }

  #moveLegs(instrument: number): void {
    const { boundaries } = this.#values;
    const records = this.#records;
    const { numbers } = this.#legs;
    const price = this.#prices.dollars[instrument];
    const end = this.#legs.end(instrument);
    for (let leg = this.#legs.first(instrument); leg < end; leg += LEG) {
      const at = numbers[leg] * this.#stride;
      const isWithin = price >= numbers[leg + 3] && price <= numbers[leg + 4];
      const loses = isWithin ? numbers[leg + 1] * Math.abs(price - numbers[leg + 2]) : Number.POSITIVE_INFINITY;
      records[at + boundaries + GUARD] += loses - numbers[leg + 5];
      numbers[leg + 5] = loses;
      if (!this.#isCertain(at)) this.uncertain.push(this.#watched[numbers[leg]]);
      this.#countTick(at, numbers[leg]);
    }
  }

  /** A comparison with NaN fails: a price that is unknown leaves the account uncertain. */
  #isCertain(at: number): boolean {
    const { boundaries } = this.#values;
    const records = this.#records;
    const rung = records[at + boundaries + RUNG];
    const guard = records[at + boundaries + GUARD];
    return (rung === boundaries || records[at + rung] >= guard) && (rung === 0 || records[at + rung - 1] < -guard);
  }

  // ——— accounts ———

  /** An account has been measured: its rung, its excess over every boundary, and the guard of that. */
  measured(account: number, rung: number, excess: Float64Array, guard: number): void {
    const { boundaries } = this.#values;
    const watcher = this.#number(account);
    const at = watcher * this.#stride;
    this.#records.set(excess, at);
    this.#records[at + boundaries + GUARD] = guard;
    this.#records[at + boundaries + RUNG] = rung;
    if (this.#accounts.grouped(account) !== 0) this.#followGroups(account, watcher);
  }

  /** From now on the guard grows with what the account's groups may have lost. */
  #followGroups(account: number, watcher: number): void {
    const { boundaries, one } = this.#values;
    this.#leaveGroups(watcher);
    for (const group of this.#groups.of(account)) {
      const { instruments, slope, low, high } = this.#groupValues.slopes(group);
      this.#records[watcher * this.#stride + boundaries + GUARD] += this.#groupValues.rounding(group) + FLOAT_GUARD;
      for (const [index, instrument] of instruments.entries()) {
        const leg = this.#legs.add(instrument);
        const price = this.#prices.dollars[instrument];
        this.#legs.numbers.set([watcher, slope[index] / one, price, low[index] * one, high[index] * one, 0], leg);
        this.#groupInstruments[watcher].push(instrument);
        this.#mark(instrument);
      }
    }
  }

  #leaveGroups(watcher: number): void {
    for (const instrument of this.#groupInstruments[watcher]) {
      this.#legs.remove(instrument, this.#legs.find(instrument, watcher));
      this.#mark(instrument);
    }
    this.#groupInstruments[watcher].length = 0;
  }

  /** Watches an account in all that it depends on, once `measured` has been told. */
  add(account: number): void {
    const watcher = this.#free.pop() ?? this.#watched.length;
    this.#numbers.set(account, watcher);
    this.#watched[watcher] = account;
    this.#instruments[watcher] = [];
    this.#groupInstruments[watcher] = [];
    const from = watcher * this.#stride;
    if (from === this.#records.length) this.#records = grown(this.#records, new Float64Array(from * 2));
    this.#records[from + this.#values.boundaries + TICKS] = LOOKED_EVERY;
    const slots = this.#slots;
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++)
      if (slots.units(slot) !== 0 && !slots.isLeg(slot))
        this.setUnits(account, slots.instrument(slot), slots.units(slot));
  }

  /** A watched account holds so many units now. */
  setUnits(account: number, instrument: number, units: number): void {
    const watcher = this.#number(account);
    const instruments = this.#instruments[watcher];
    if (instruments.includes(instrument)) this.#leave(watcher, instrument);
    else instruments.push(instrument);
    const lists = units < 0 ? this.#shorts : this.#longs;
    const at = lists.add(instrument);
    lists.numbers[at] = watcher;
    lists.numbers[at + 1] = units;
    this.#mark(instrument);
  }

  #leave(watcher: number, instrument: number): void {
    const isLong = this.#longs.find(instrument, watcher) !== NONE;
    const lists = isLong ? this.#longs : this.#shorts;
    lists.remove(instrument, lists.find(instrument, watcher));
  }

  remove(account: number): void {
    const watcher = this.#number(account);
    this.#leaveGroups(watcher);
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

  #mark(instrument: number): void {
    const entries = this.#longs.count(instrument) + this.#shorts.count(instrument) + this.#legs.count(instrument);
    this.#prices.markWatched(instrument, entries > 0);
  }
}
