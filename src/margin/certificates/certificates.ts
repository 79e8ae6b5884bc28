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
import { LEG, NEVER_FALLING, OF_AT, OF_EVERY, type Slots, UNITS_EVERY, UNSET } from "./slots.ts";
import { keyOf, nearestKey, priceOf } from "./keys.ts";
import type { Measure } from "./measure.ts";
import type { Prices } from "./prices.ts";
import type { StandingValues } from "./standing-values.ts";
import { FALLING, RISING, type Side, sideOf, type ThresholdIndex } from "./threshold-index.ts";
import { singleAbove, singleBelow, type Thresholds, unitValue } from "./thresholds.ts";
import { FLOAT_GUARD, type GroupValues, type UnitValues } from "./unit-values.ts";

/** Of what an account can lose, so much is given to its thresholds; the rest is for borrowing. */
const ALLOTTED = 0.65;
const NO_SLOPES: readonly GroupSlopes[] = Object.freeze([]);
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
    slots.update(account);
    const { boundaries } = this.#values;
    const { excess, guard, fromGroups } = this.#measure;
    const groups = this.#groups.of(account);
    const slopes = groups.length === 0 ? NO_SLOPES : groups.map((group) => this.#groupValues.slopes(group));
    const guards = guard + this.#groupGuards(groups);
    let loss = Number.POSITIVE_INFINITY;
    let gain = Number.POSITIVE_INFINITY;
    if (rung < boundaries) loss = this.#share(slopes, rung, excess[rung] - guards);
    if (rung > 0) gain = this.#share(slopes, rung - 1, -1 - excess[rung - 1] - guards);
    const share = Math.min(loss, gain);
    if (!(share >= least)) return false;
    if (groups.length > 0) this.dropLegs(account);
    if (rung > 0 && rung < boundaries) slots.double(account);
    else this.#single(account);
    const cash = accounts.cash(account);
    const floor = rung < boundaries ? cash + fromGroups[rung] + this.#allot(account, rung, LOSS, loss) : 0;
    const ceiling = rung > 0 ? cash + fromGroups[rung - 1] + this.#allot(account, rung - 1, GAIN, gain) : -1;
    if (Number.isNaN(floor + ceiling)) return false;
    accounts.setBounds(account, floor, ceiling);
    for (let index = 0; index < groups.length; index++)
      if (!this.#guardGroup(account, groups[index], slopes[index], share)) return false;
    return accounts.isProven(account, rung, boundaries);
  }

  /**
   * The same, quickly, for an account that has no thresholds yet, where everything is built anew: as most accounts are, it must
   * be plain positions alone and clear of the first boundary. False where it is to be measured and certified in full. Standing
   * values are of the prices that stand, or not taken yet.
   */
  issueFirst(account: number): boolean {
    if (this.#accounts.grouped(account) !== 0) return false;
    const { numbers, words } = this.#slots;
    const standing = this.#standing;
    const { rows, stride, short } = standing;
    const cash = this.#accounts.cash(account);
    const first = this.#slots.first(account);
    const end = this.#slots.end(account);
    let excess = cash;
    let worth = 0;
    for (let slot = first; slot < end; slot++) {
      const held = numbers[slot * UNITS_EVERY];
      const of = words[slot * OF_EVERY + OF_AT];
      const at = of * stride + (held > 0 ? 0 : short);
      if (Number.isNaN(rows[at])) standing.at(of, held > 0);
      const adds = held * rows[at];
      excess += adds;
      worth += Math.abs(adds);
    }
    const room = excess - (end - first) * this.#guard;
    if (!(room >= 0)) return false;
    const floor = cash + this.#allotFirst(first, end, shareOf(room, worth));
    if (!(floor >= 0)) return false;
    this.#accounts.setBounds(account, floor, -1);
    return true;
  }

  /** Gives the positions in these slots their thresholds before the first boundary, as `#allot` does. */
  #allotFirst(first: number, end: number, share: number): number {
    const thresholds = this.#thresholds;
    const slots = this.#slots;
    const { numbers, words } = slots;
    const { rows, stride, short } = this.#standing;
    let sum = 0;
    for (let slot = first; slot < end; slot++) {
      const held = numbers[slot * UNITS_EVERY];
      if (held === 0) continue;
      const isLong = held > 0;
      const side: Side = isLong ? FALLING : RISING;
      const of = words[slot * OF_EVERY + OF_AT];
      const at = of * stride + (isLong ? 0 : short);
      const price = rows[at + short - 1];
      const key = thresholds.key(0, of, isLong, side, price, rows[at], rows[at] * share);
      if (key > nearestKey(price, side)) return Number.NaN;
      sum += Math.floor(held * thresholds.worth) - this.#guard;
      slots.setKey(slot, key);
    }
    return sum;
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
    return shareOf(room, worth);
  }

  /**
   * Gives each position of an account a threshold on one side (`which`: LOSS or GAIN), at which it has changed by `share` of its
   * worth; or leaves it the one that it has there, where that is nearer. Returns what all of them are worth there, on the safe
   * side; NaN where a threshold would be too near the price.
   */
  #allot(account: number, boundary: number, which: number, share: number): number {
    const slots = this.#slots;
    const standing = this.#standing;
    const thresholds = this.#thresholds;
    const { dollars } = this.#prices;
    const half = this.#accounts.half(account);
    const first = slots.first(account);
    const end = slots.end(account);
    let sum = 0;
    for (let slot = first; slot < end; slot++) {
      const held = slots.units(slot);
      if (held === 0) continue;
      const of = slots.instrument(slot);
      const isLong = held > 0;
      const side: Side = isLong === (which === LOSS) ? FALLING : RISING;
      const place = which === GAIN ? slot + half : slot;
      const price = dollars[of];
      const now = standing.rows[standing.at(of, isLong) + boundary];
      let key = thresholds.key(boundary, of, isLong, side, price, now, now * share);
      if (key > nearestKey(price, side)) return Number.NaN;
      const before = slots.key(place);
      const isBeforeHere = !Number.isNaN(before) && sideOf(before) === side;
      if (isBeforeHere && before > key && before <= keyOf(price, side)) {
        key = before;
        thresholds.worth = unitValue(this.#values, boundary, of, isLong, priceOf(before));
      }
      sum +=
        which === LOSS
          ? Math.floor(held * thresholds.worth) - this.#guard
          : Math.ceil(held * thresholds.worth) + this.#guard;
      this.#index.replace(of, account, before, key);
      slots.setKey(place, key);
    }
    return sum;
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
    this.#accounts.setDoubled(account, false);
  }
}

/** The share of what positions are worth, so that together they take their part of `room`. */
function shareOf(room: number, worth: number): number {
  return worth > 0 ? Math.min(SHARE_MOST, (room * ALLOTTED) / worth) : SHARE_MOST;
}
