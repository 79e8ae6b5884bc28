/**
 * The accounts that hug a boundary. There are few of them, but they would cause most of the work if they were woken by
 * thresholds. Their excess over every boundary is followed instead, through every tick of what they hold: as a real number,
 * units × unit value, that lies within a guard of the exact one. As long as it is clear of zero by the guard, the rung is
 * certain. Where it is not, or where a group has moved, the caller measures the account, and sets it again.
 */
import type { AccountGroups } from "./account-groups.ts";
import { grown } from "./grown.ts";
import type { Prices } from "./prices.ts";
import { NONE, type Slots } from "./slots.ts";
import { FLOAT_GUARD, type GroupValues, type UnitValues } from "./unit-values.ts";

/** What is watched of one instrument: by whom, how many units (NaN where a group depends on it), and what a unit is worth. */
interface WatchedPositions {
  watchers: Uint32Array;
  units: Float64Array;
  size: number;
  /** Long, then short, by boundary: unit values at the last price. */
  readonly worth: Float64Array;
}

/** So many ticks after an account was measured, it is looked at again: may it be let go? What float64 loses cannot add up. */
const LOOKED_EVERY = 512;

export class WatchList {
  readonly #values: UnitValues;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #groups: AccountGroups;
  readonly #groupValues: GroupValues;
  readonly #lists: (WatchedPositions | undefined)[] = [];
  /** By account: its number here, or `NONE`. */
  readonly #numbers = new Map<number, number>();
  /** By number: the account, and the instruments in whose lists it is. */
  readonly #accounts: number[] = [];
  readonly #instruments: number[][] = [];
  readonly #free: number[] = [];
  /** By number: the rung; its excess over each boundary, and the guard; ticks since it was measured. */
  #rung = new Int8Array(64);
  #excess: Float64Array;
  #guard = new Float64Array(64);
  #ticks = new Uint32Array(64);
  /** By boundary, long and short: what the tick that is going on has changed. */
  readonly #change: Float64Array;
  /** Accounts whose rung the last tick left uncertain. */
  readonly uncertain: number[] = [];

  constructor(
    values: UnitValues,
    groupValues: GroupValues,
    { slots, prices, groups }: { slots: Slots; prices: Prices; groups: AccountGroups },
  ) {
    this.#values = values;
    this.#groupValues = groupValues;
    this.#slots = slots;
    this.#prices = prices;
    this.#groups = groups;
    this.#excess = new Float64Array(64 * values.boundaries);
    this.#change = new Float64Array(2 * values.boundaries);
  }

  /** How many accounts are watched. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Bytes, those of a watched account's objects by estimate. */
  get byteLength(): number {
    return (
      this.#lists.reduce((sum, list) => sum + (list === undefined ? 0 : list.units.length * 12 + 200), 0) +
      this.size * 300
    );
  }

  /** The watched accounts that depend on an instrument. */
  accounts(instrument: number): number[] {
    const list = this.#lists[instrument];
    if (list === undefined) return [];
    return Array.from(list.watchers.subarray(0, list.size), (watcher) => this.#accounts[watcher]);
  }

  /** The price of an instrument in dollars is another: fills `uncertain`. */
  tick(instrument: number, price: number): void {
    this.uncertain.length = 0;
    const list = this.#lists[instrument];
    if (list === undefined) return;
    this.#revalue(list, instrument, price);
    const { boundaries } = this.#values;
    const { watchers, units, size } = list;
    const excess = this.#excess;
    const change = this.#change;
    for (let index = 0; index < size; index++) {
      const watcher = watchers[index];
      const held = units[index];
      const first = watcher * boundaries;
      const side = held > 0 ? 0 : boundaries;
      for (let boundary = 0; boundary < boundaries; boundary++)
        excess[first + boundary] += held * change[side + boundary];
      const rung = this.#rung[watcher];
      const guard = this.#guard[watcher];
      // A comparison with NaN fails: what a group depends on, or a price that is unknown, leaves the account uncertain.
      const isCertain =
        (rung === boundaries || excess[first + rung] >= guard) && (rung === 0 || excess[first + rung - 1] < -guard);
      if (!isCertain || --this.#ticks[watcher] === 0) this.uncertain.push(this.#accounts[watcher]);
    }
  }

  /** Takes what units are worth at the price, and how much that has changed. */
  #revalue({ worth }: WatchedPositions, instrument: number, price: number): void {
    const { boundaries } = this.#values;
    if (Number.isNaN(price)) {
      worth.fill(Number.NaN);
      this.#change.fill(Number.NaN);
      return;
    }
    for (let boundary = 0; boundary < boundaries; boundary++) {
      const long = this.#values.long(boundary, instrument, price);
      this.#change[boundary] = long - worth[boundary];
      worth[boundary] = long;
      const short = this.#values.short(boundary, instrument, price);
      this.#change[boundaries + boundary] = short - worth[boundaries + boundary];
      worth[boundaries + boundary] = short;
    }
  }

  /** An account has been measured: its rung, and its exact excess over every boundary. */
  measured(account: number, rung: number, excess: Float64Array): void {
    const watcher = this.#number(account);
    this.#rung[watcher] = rung;
    this.#excess.set(excess, watcher * this.#values.boundaries);
    this.#guard[watcher] = this.#instruments[watcher].length * (this.#values.rounding + FLOAT_GUARD);
    this.#ticks[watcher] = LOOKED_EVERY;
  }

  /** Watches an account in all that it depends on, once `measured` has been told. */
  add(account: number): void {
    const watcher = this.#free.pop() ?? this.#accounts.length;
    this.#numbers.set(account, watcher);
    this.#accounts[watcher] = account;
    this.#instruments[watcher] = [];
    if (watcher === this.#rung.length) this.#grow();
    for (const group of this.#groups.of(account))
      for (const instrument of this.#groupValues.slopes(group).instruments)
        this.setUnits(account, instrument, Number.NaN);
    const slots = this.#slots;
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++)
      if (slots.units(slot) !== 0 && !slots.isLeg(slot))
        this.setUnits(account, slots.instrument(slot), slots.units(slot));
  }

  /** A watched account holds so many units now. Where a group of its depends on the instrument, that stays so. */
  setUnits(account: number, instrument: number, units: number): void {
    const watcher = this.#number(account);
    const list = (this.#lists[instrument] ??= this.#newList());
    if (this.#instruments[watcher].includes(instrument)) {
      const index = list.watchers.indexOf(watcher);
      if (!Number.isNaN(list.units[index])) list.units[index] = units;
      return;
    }
    this.#instruments[watcher].push(instrument);
    if (list.size === list.units.length) {
      list.watchers = grown(list.watchers, new Uint32Array(list.size * 2));
      list.units = grown(list.units, new Float64Array(list.size * 2));
    }
    if (list.size === 0) {
      this.#prices.markWatched(instrument, true);
      this.#revalue(list, instrument, this.#prices.dollars[instrument]);
    }
    list.watchers[list.size] = watcher;
    list.units[list.size++] = units;
  }

  /** The unit values of an instrument are others: the caller measures whoever holds it. */
  valuesChanged(instrument: number): void {
    const list = this.#lists[instrument];
    if (list !== undefined) this.#revalue(list, instrument, this.#prices.dollars[instrument]);
  }

  remove(account: number): void {
    const watcher = this.#number(account);
    for (const instrument of this.#instruments[watcher]) {
      const list = this.#lists[instrument];
      if (list === undefined) continue;
      const index = list.watchers.indexOf(watcher);
      list.size--;
      list.watchers[index] = list.watchers[list.size];
      list.units[index] = list.units[list.size];
      if (list.size === 0) this.#prices.markWatched(instrument, false);
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

  #newList(): WatchedPositions {
    return {
      watchers: new Uint32Array(8),
      units: new Float64Array(8),
      size: 0,
      worth: new Float64Array(2 * this.#values.boundaries),
    };
  }

  #grow(): void {
    const length = this.#rung.length * 2;
    this.#rung = grown(this.#rung, new Int8Array(length));
    this.#excess = grown(this.#excess, new Float64Array(length * this.#values.boundaries));
    this.#guard = grown(this.#guard, new Float64Array(length));
    this.#ticks = grown(this.#ticks, new Uint32Array(length));
  }
}
