/**
 * What happens to a certificate as it stands: thresholds that a price has passed, cash and units that came or went. Floor and
 * ceiling bear it, as far as they can.
 */
import type { Accounts } from "./accounts.ts";
import { nearestKey, priceOf } from "./keys.ts";
import type { Prices } from "./prices.ts";
import { type Slots, UNSET } from "./slots.ts";
import type { StandingValues } from "./standing-values.ts";
import { FALLING, RISING, type Side, sideOf, type ThresholdIndex } from "./threshold-index.ts";
import { type Thresholds, unitValue } from "./thresholds.ts";
import { FLOAT_GUARD, type UnitValues } from "./unit-values.ts";

/** Of what is left to borrow, a position takes so much. */
const BORROWED = 0.5;

export class Adjustments {
  readonly #values: UnitValues;
  readonly #accounts: Accounts;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #index: ThresholdIndex;
  readonly #standing: StandingValues;
  readonly #thresholds: Thresholds;
  readonly #guard: number;

  constructor(
    values: UnitValues,
    parts: {
      accounts: Accounts;
      slots: Slots;
      prices: Prices;
      standing: StandingValues;
      index: ThresholdIndex;
      thresholds: Thresholds;
    },
  ) {
    this.#values = values;
    this.#accounts = parts.accounts;
    this.#slots = parts.slots;
    this.#prices = parts.prices;
    this.#index = parts.index;
    this.#standing = parts.standing;
    this.#thresholds = parts.thresholds;
    this.#guard = values.rounding + FLOAT_GUARD;
  }

  /** Whether floor and ceiling prove that the account is still on `rung`. */
  holds(account: number, rung: number): boolean {
    const accounts = this.#accounts;
    return (
      (rung === this.#values.boundaries || accounts.floor(account) >= 0) &&
      (rung === 0 || accounts.ceiling(account) < 0)
    );
  }

  /** Cash came or went. */
  shiftCash(account: number, change: number): void {
    this.#accounts.addToFloor(account, change);
    this.#accounts.addToCeiling(account, change);
  }

  // ——— prices ———

  /**
   * A price has passed this threshold: moves it on, at the cost of the floor or the ceiling. Returns its new key, or `UNSET`
   * where they do not allow it. The heap's entry is the caller's to move.
   */
  borrow(account: number, place: number, rung: number, price: number): number {
    const slots = this.#slots;
    const slot = slots.slotOf(account, place);
    if (slots.isLeg(slot)) return UNSET;
    const of = slots.instrument(slot);
    const key = slots.key(place);
    const side = sideOf(key);
    const isLong = slots.units(slot) > 0;
    const isAdverse = (side === FALLING) === isLong;
    const room = isAdverse ? this.#accounts.floor(account) : -1 - this.#accounts.ceiling(account);
    if (!(room > 0)) return UNSET;
    const boundary = isAdverse ? rung : rung - 1;
    const size = Math.abs(slots.units(slot));
    const value = unitValue(this.#values, boundary, of, isLong, priceOf(key));
    const step = (room * BORROWED) / size;
    const next = this.#thresholds.key(boundary, of, isLong, side, priceOf(key), value, step);
    if (next > nearestKey(price, side)) return UNSET;
    const cost = Math.ceil(size * Math.abs(this.#thresholds.worth - value));
    if (cost > room) return UNSET;
    this.#bear(account, isAdverse, cost);
    slots.setKey(place, next);
    return next;
  }

  /** Takes cents from what there is to borrow towards the boundary ahead, or behind. */
  #bear(account: number, isAhead: boolean, cents: number): void {
    if (isAhead) this.#accounts.addToFloor(account, -cents);
    else this.#accounts.addToCeiling(account, cents);
  }

  // ——— units ———

  /**
   * Gives new positions of a certified account their thresholds, out of what there is to borrow. False where the account
   * must be certified anew.
   */
  arm(account: number, rung: number): boolean {
    const slots = this.#slots;
    slots.update(account);
    const end = slots.end(account);
    for (let slot = slots.first(account); slot < end; slot++) {
      if (slots.units(slot) === 0 || !Number.isNaN(slots.key(slot))) continue;
      if (slots.isLeg(slot) || (rung > 0 && rung < this.#values.boundaries)) return false;
      if (!this.#armPosition(account, slot, rung)) return false;
    }
    return true;
  }

  #armPosition(account: number, slot: number, rung: number): boolean {
    const accounts = this.#accounts;
    const of = this.#slots.instrument(slot);
    const price = this.#prices.dollars[of];
    if (Number.isNaN(price)) return false;
    const held = this.#slots.units(slot);
    const isLong = held > 0;
    const isAdverse = rung === 0;
    const boundary = isAdverse ? 0 : rung - 1;
    const side: Side = isLong === isAdverse ? FALLING : RISING;
    const standing = this.#standing;
    const now = standing.rows[standing.at(of, isLong) + boundary];
    const room =
      (isAdverse ? accounts.floor(account) + held * now : -1 - accounts.ceiling(account) - held * now) - this.#guard;
    if (!(room > 0)) return false;
    const key = this.#thresholds.key(boundary, of, isLong, side, price, now, (room * BORROWED) / Math.abs(held));
    if (key > nearestKey(price, side)) return false;
    const { worth } = this.#thresholds;
    if (isAdverse) accounts.addToFloor(account, Math.floor(held * worth) - this.#guard);
    else accounts.addToCeiling(account, Math.ceil(held * worth) + this.#guard);
    this.#slots.setKey(slot, key);
    this.#index.replace(of, account, UNSET, key);
    return true;
  }

  /** A position with thresholds has so many units more: floor and ceiling move by what they are worth at them. */
  shift(account: number, slot: number, rung: number, change: number): void {
    const slots = this.#slots;
    const of = slots.instrument(slot);
    const isLong = slots.units(slot) > 0;
    const { boundaries } = this.#values;
    if (rung < boundaries) {
      const worth = unitValue(this.#values, rung, of, isLong, priceOf(slots.key(slot)));
      this.#accounts.addToFloor(account, Math.floor(change * worth));
    }
    if (rung > 0) {
      const key = slots.key(rung === boundaries ? slot : slot + this.#accounts.half(account));
      const worth = unitValue(this.#values, rung - 1, of, isLong, priceOf(key));
      this.#accounts.addToCeiling(account, Math.ceil(change * worth));
    }
  }
}
