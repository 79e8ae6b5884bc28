/**
 * A **certificate** is one threshold price for each position of an account, such that the account is still on its rung even
 * if every price stood at its threshold at once. What that would leave is the account's `floor`: a lower bound of its excess
 * over the boundary ahead, by
 *
 *     floor = cash + Σ (units × unit value at the threshold − guard) + Σ groups (excess − Σ slope × distance − guard)
 *
 * No unit value falls as its price rises, so no price on the near side of its threshold can take the excess below the floor;
 * while the floor is not below zero, the account has not passed the boundary. Behind an account that is past a boundary
 * stands a `ceiling`, the same with thresholds on the good side: while it is below zero, the account has not come back.
 *
 * Floor and ceiling are whole cents, every term rounded to the safe side, so that nothing is lost by adding up.
 */
import type { GroupSlopes } from "../group.ts";
import type { AccountGroups } from "./account-groups.ts";
import type { Accounts } from "./accounts.ts";
import { LEG, NEVER_FALLING, type Slots, UNSET } from "./slots.ts";
import { keyOf, nearestKey, priceOf } from "./keys.ts";
import type { Measure } from "./measure.ts";
import type { Prices } from "./prices.ts";
import type { StandingValues } from "./standing-values.ts";
import { FALLING, RISING, type Side, sideOf, type ThresholdIndex } from "./threshold-index.ts";
import { singleAbove, singleBelow, type Thresholds, unitValue } from "./thresholds.ts";
import { FLOAT_GUARD, type GroupValues, type UnitValues } from "./unit-values.ts";

/** Of what an account can lose, so much is given to its thresholds; the rest is for borrowing. */
const ALLOTTED = 0.65;
/** No position needs to lose or gain more than this many times its worth. */
const SHARE_MOST = 1000;
const LOSS = 0;
const GAIN = 1;

export class Certificates {
  readonly #values: UnitValues;
  readonly #groupValues: GroupValues;
  readonly #accounts: Accounts;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #groups: AccountGroups;
  readonly #index: ThresholdIndex;
  readonly #measure: Measure;
  readonly #standing: StandingValues;
  readonly #thresholds: Thresholds;
  readonly #guard: number;
  /** Of the certificate that is being made: what share of its worth each position may lose, and gain. */
  readonly #shares = new Float64Array(2);

  constructor(
    values: UnitValues,
    groupValues: GroupValues,
    parts: {
      accounts: Accounts;
      slots: Slots;
      prices: Prices;
      groups: AccountGroups;
      index: ThresholdIndex;
      measure: Measure;
      standing: StandingValues;
      thresholds: Thresholds;
    },
  ) {
    this.#values = values;
    this.#groupValues = groupValues;
    this.#accounts = parts.accounts;
    this.#slots = parts.slots;
    this.#prices = parts.prices;
    this.#groups = parts.groups;
    this.#index = parts.index;
    this.#measure = parts.measure;
    this.#standing = parts.standing;
    this.#thresholds = parts.thresholds;
    this.#guard = values.rounding + FLOAT_GUARD;
  }

  // ——— a new certificate ———

  /**
   * Certifies the account that was measured last, on its rung: shares what it can lose, and what it can gain, among its
   * positions by what each is worth. Thresholds that are nearer already stay as they are: what they leave is there to borrow.
   * False where no position could lose or gain the share `least` of its worth, or a threshold would be too near the price; the
   * account's thresholds are then not to be used.
   */
  issue(account: number, rung: number, least = 0): boolean {
    const slots = this.#slots;
    const accounts = this.#accounts;
    const { boundaries } = this.#values;
    const { excess, guard, fromGroups } = this.#measure;
    const groups = this.#groups.of(account);
    const slopes = groups.map((group) => this.#groupValues.slopes(group));
    const guards = guard + this.#groupGuards(groups);
    let loss = Number.POSITIVE_INFINITY;
    let gain = Number.POSITIVE_INFINITY;
    if (rung < boundaries) loss = this.#share(slopes, rung, excess[rung] - guards);
    if (rung > 0) gain = this.#share(slopes, rung - 1, -1 - excess[rung - 1] - guards);
    const share = Math.min(loss, gain);
    if (!(share >= least)) return false;
    this.#shares[LOSS] = loss;
    this.#shares[GAIN] = gain;
    if (groups.length > 0) this.dropLegs(account);
    if (rung > 0 && rung < boundaries) slots.double(account);
    else this.#single(account);
    const cash = accounts.cash(account);
    accounts.setBounds(
      account,
      rung < boundaries ? cash + fromGroups[rung] : 0,
      rung > 0 ? cash + fromGroups[rung - 1] : -1,
    );
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++)
      if (slots.units(slot) !== 0 && !this.#allot(account, slot, rung)) return false;
    for (const [index, group] of groups.entries())
      if (!this.#guardGroup(account, group, slopes[index], share)) return false;
    return accounts.isProven(account, rung, boundaries);
  }

  #groupGuards(groups: readonly number[]): number {
    let sum = 0;
    for (const group of groups) sum += this.#groupValues.rounding(group) + FLOAT_GUARD;
    return sum;
  }

  /** What share of its worth each position may lose or gain, so that together they take their part of `room`; NaN for none. */
  #share(groups: readonly GroupSlopes[], boundary: number, room: number): number {
    if (room < 0) return Number.NaN;
    const { dollars } = this.#prices;
    let worth = this.#measure.worth[boundary];
    for (const { instruments, slope } of groups)
      for (let leg = 0; leg < instruments.length; leg++)
        worth += (slope[leg] / this.#values.one) * dollars[instruments[leg]];
    return worth > 0 ? Math.min(SHARE_MOST, (room * ALLOTTED) / worth) : SHARE_MOST;
  }

  /** Gives a position its thresholds, and adds what it is worth there to floor and ceiling. */
  #allot(account: number, slot: number, rung: number): boolean {
    const slots = this.#slots;
    const half = this.#accounts.half(account);
    const of = slots.instrument(slot);
    const held = slots.units(slot);
    const isLong = held > 0;
    const adverse: Side = isLong ? FALLING : RISING;
    const good: Side = isLong ? RISING : FALLING;
    const one = slots.key(slot);
    const other = half > 0 ? slots.key(slot + half) : UNSET;
    const isOneAdverse = !Number.isNaN(one) && sideOf(one) === adverse;
    const oldAdverse = isOneAdverse ? one : half > 0 && sideOf(other) === adverse ? other : UNSET;
    const oldGood = isOneAdverse ? other : one;
    let newAdverse: number = UNSET;
    let newGood: number = UNSET;
    if (rung < this.#values.boundaries) {
      newAdverse = this.#keyWithin(rung, of, isLong, adverse, LOSS, oldAdverse);
      if (Number.isNaN(newAdverse)) return false;
      this.#accounts.addToFloor(account, Math.floor(held * this.#thresholds.worth) - this.#guard);
    }
    if (rung > 0) {
      newGood = this.#keyWithin(rung - 1, of, isLong, good, GAIN, oldGood);
      if (Number.isNaN(newGood)) return false;
      this.#accounts.addToCeiling(account, Math.ceil(held * this.#thresholds.worth) + this.#guard);
    }
    this.#index.replace(of, account, oldAdverse, newAdverse);
    this.#index.replace(of, account, oldGood, newGood);
    slots.setKey(slot, rung < this.#values.boundaries ? newAdverse : newGood);
    if (half > 0) slots.setKey(slot + half, newGood);
    return true;
  }

  /** The key at which a unit has changed by its share (`which`: LOSS or GAIN) of its worth, or `old` where that is nearer; `UNSET` where it is too near. */
  #keyWithin(boundary: number, of: number, isLong: boolean, side: Side, which: number, old: number): number {
    const standing = this.#standing;
    const thresholds = this.#thresholds;
    const price = this.#prices.dollars[of];
    const now = standing.rows[standing.at(of, isLong) + boundary];
    const key = thresholds.key(boundary, of, isLong, side, price, now, now * this.#shares[which]);
    if (key > nearestKey(price, side)) return UNSET;
    if (!(old > key && old <= keyOf(price, side))) return key;
    thresholds.worth = unitValue(this.#values, boundary, of, isLong, priceOf(old));
    return old;
  }

  // ——— groups ———

  /** Two thresholds on each instrument of a group; what the group can lose within them is taken from the floor. */
  #guardGroup(account: number, group: number, slopes: GroupSlopes, share: number): boolean {
    const slots = this.#slots;
    const { one } = this.#values;
    const { instruments, slope, low, high } = slopes;
    let change = this.#groupValues.rounding(group) + FLOAT_GUARD;
    for (let leg = 0; leg < instruments.length; leg++) {
      const of = instruments[leg];
      const price = this.#prices.dollars[of];
      const fall = singleAbove(Math.max(0, low[leg] * one, price * (1 - share)));
      const rise = singleBelow(Math.min(high[leg] * one, price * (1 + share)));
      if (!(fall <= nearestKey(price, FALLING) && -rise <= nearestKey(price, RISING))) return false;
      change += (slope[leg] / one) * Math.max(price - fall, rise - price);
      for (const key of [fall, -rise]) {
        const slot = slots.add(account, of + LEG);
        slots.setUnits(slot, 1);
        slots.setKey(slot, key);
        this.#index.replace(of, account, UNSET, key);
      }
    }
    if (!(change < Number.POSITIVE_INFINITY)) return false;
    this.#accounts.addToFloor(account, -Math.ceil(change));
    this.#accounts.addToCeiling(account, Math.ceil(change));
    return true;
  }

  /** Takes out the legs of all its groups. */
  dropLegs(account: number): void {
    const slots = this.#slots;
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++)
      if (slots.isLeg(slot)) this.#index.replace(slots.instrument(slot), account, slots.key(slot), UNSET);
    slots.compact(account, true);
  }

  // ——— without a certificate ———

  /** Forgets the thresholds of a position. */
  unset(account: number, slot: number): void {
    const slots = this.#slots;
    const half = this.#accounts.half(account);
    this.#index.replace(slots.instrument(slot), account, slots.key(slot), UNSET);
    slots.setKey(slot, UNSET);
    if (half === 0) return;
    this.#index.replace(slots.instrument(slot), account, slots.key(slot + half), UNSET);
    slots.setKey(slot + half, UNSET);
  }

  /** Forgets all thresholds of an account. */
  unsetAll(account: number): void {
    const end = this.#slots.end(account);
    for (let slot = this.#slots.first(account); slot < end; slot++) this.unset(account, slot);
  }

  /** Enters every position without a threshold under one that is never passed, so that it can be found by its instrument. */
  enterUnset(account: number): void {
    const slots = this.#slots;
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++) {
      if (slots.units(slot) === 0 || !Number.isNaN(slots.key(slot))) continue;
      slots.setKey(slot, NEVER_FALLING);
      this.#index.replace(slots.instrument(slot), account, UNSET, NEVER_FALLING);
    }
  }

  #single(account: number): void {
    const slots = this.#slots;
    const half = this.#accounts.half(account);
    if (half === 0) return;
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++)
      this.#index.replace(slots.instrument(slot), account, slots.key(slot + half), UNSET);
    this.#accounts.setHalf(account, 0);
  }
}
