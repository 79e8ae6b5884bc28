/**
 * The excess of one account over each boundary, from cash, positions and groups, at the prices that stand; and the rung that
 * follows. Measured as a real number, units × unit value, which lies within a guard of the exact one. Only where that leaves
 * in doubt on which side of a boundary the account stands, the boundary is measured in cents, as the rules round.
 */
import type { AccountGroups } from "./account-groups.ts";
import type { Accounts } from "./accounts.ts";
import { FOREIGN, type Prices } from "./prices.ts";
import { LEG, OF_AT, OF_EVERY, type Slots, UNITS_EVERY } from "./slots.ts";
import type { StandingValues } from "./standing-values.ts";
import { FLOAT_GUARD, type GroupValues, type UnitValues } from "./unit-values.ts";

/** In place of a rung: something that the account holds has no price. */
export const RUNG_UNKNOWN = -1;

export class Measure {
  /** Of the account measured last, by boundary: its excess, a real number of cents; and how far the exact one may be from it. */
  readonly excess: Float64Array;
  guard = 0;
  /** Of it, by boundary: what its positions are worth together, the short ones not negative. */
  readonly worth: Float64Array;
  /** Of it, by boundary: what its groups add. */
  readonly fromGroups: Float64Array;
  readonly #values: UnitValues;
  readonly #groupValues: GroupValues;
  readonly #accounts: Accounts;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #groups: AccountGroups;
  readonly #standing: StandingValues;
  readonly #fromGroup: Float64Array;

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
    this.excess = new Float64Array(values.boundaries);
    this.worth = new Float64Array(values.boundaries);
    this.fromGroups = new Float64Array(values.boundaries);
    this.#fromGroup = new Float64Array(values.boundaries);
  }

  /** The rung of an account: how many boundaries it is past; or `RUNG_UNKNOWN`. */
  rung(account: number): number {
    const { boundaries } = this.#values;
    const { excess } = this;
    this.#measureGroups(account);
    this.#measurePositions(account);
    if (Number.isNaN(excess[0])) return RUNG_UNKNOWN;
    let rung = 0;
    while (rung < boundaries && this.#isPast(account, rung)) rung++;
    return rung;
  }

  #isPast(account: number, boundary: number): boolean {
    const excess = this.excess[boundary];
    if (excess >= this.guard) return false;
    return excess < -this.guard || this.#inCents(account, boundary) < 0;
  }

  #measurePositions(account: number): void {
    const slots = this.#slots;
    const standing = this.#standing;
    const { excess, worth, fromGroups } = this;
    const { boundaries, rounding } = this.#values;
    const cash = this.#accounts.cash(account);
    for (let boundary = 0; boundary < boundaries; boundary++) {
      excess[boundary] = cash + fromGroups[boundary];
      worth[boundary] = 0;
    }
    const first = slots.first(account);
    const end = slots.end(account);
    const { numbers, words } = slots;
    for (let slot = first; slot < end; slot++) {
      const held = numbers[slot * UNITS_EVERY];
      const of = words[slot * OF_EVERY + OF_AT];
      if (held === 0 || of >= LEG) continue;
      const at = standing.at(of, held > 0);
      const { rows } = standing;
      for (let boundary = 0; boundary < boundaries; boundary++) {
        const adds = held * rows[at + boundary];
        excess[boundary] += adds;
        worth[boundary] += Math.abs(adds);
      }
    }
    this.guard = (end - first) * (rounding + FLOAT_GUARD);
  }

  /** The exact excess over a boundary. */
  #inCents(account: number, boundary: number): number {
    const slots = this.#slots;
    const values = this.#values;
    const { dollars, marks } = this.#prices;
    const end = slots.end(account);
    let sum = this.#accounts.cash(account) + this.fromGroups[boundary];
    for (let slot = slots.first(account); slot < end; slot++) {
      const of = slots.instrument(slot);
      const held = slots.units(slot);
      if (held === 0 || slots.isLeg(slot)) continue;
      if ((marks[of] & FOREIGN) === 0) sum += values.contribution(boundary, of, held, dollars[of], values.one);
      else sum += values.contribution(boundary, of, held, this.#prices.price(of), this.#prices.rate(of));
    }
    return sum;
  }

  #measureGroups(account: number): void {
    const sums = this.fromGroups;
    const groups = this.#groups.of(account);
    sums.fill(0);
    for (const group of groups) {
      this.#groupValues.measure(group, this.#fromGroup);
      for (let boundary = 0; boundary < sums.length; boundary++) sums[boundary] += this.#fromGroup[boundary];
    }
  }
}
