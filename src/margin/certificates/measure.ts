/**
 * The exact excess of one account over each boundary, from cash, positions and groups, at the prices that stand; and the rung
 * that follows. Boundaries are nested, so that the one ahead and the one behind decide: the others need not be measured.
 */
import type { AccountGroups } from "./account-groups.ts";
import type { Accounts } from "./accounts.ts";
import type { Slots } from "./slots.ts";
import { FOREIGN, type Prices } from "./prices.ts";
import type { GroupValues, UnitValues } from "./unit-values.ts";

/** In place of a rung: something that the account holds has no price. */
export const RUNG_UNKNOWN = -1;

export class Measure {
  /** Of the account measured last, by boundary: cents; valid for the boundary ahead of its rung and the one behind. */
  readonly excess: Float64Array;
  /** Of it, by boundary: what its groups add. */
  readonly fromGroups: Float64Array;
  readonly #values: UnitValues;
  readonly #groupValues: GroupValues;
  readonly #accounts: Accounts;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #groups: AccountGroups;
  readonly #fromGroup: Float64Array;

  constructor(
    values: UnitValues,
    groupValues: GroupValues,
    { accounts, slots, prices, groups }: { accounts: Accounts; slots: Slots; prices: Prices; groups: AccountGroups },
  ) {
    this.#values = values;
    this.#groupValues = groupValues;
    this.#accounts = accounts;
    this.#slots = slots;
    this.#prices = prices;
    this.#groups = groups;
    this.excess = new Float64Array(values.boundaries);
    this.fromGroups = new Float64Array(values.boundaries);
    this.#fromGroup = new Float64Array(values.boundaries);
  }

  /** The rung of an account: how many boundaries it is past; or `RUNG_UNKNOWN`. Quickest where it is still `near`. */
  rung(account: number, near: number): number {
    const { boundaries } = this.#values;
    this.#measureGroups(account);
    let rung = Math.max(0, Math.min(near, boundaries - 1));
    let excess = this.#over(account, rung);
    if (Number.isNaN(excess)) return RUNG_UNKNOWN;
    if (excess < 0) {
      do rung++;
      while (rung < boundaries && this.#over(account, rung) < 0);
      return rung;
    }
    while (rung > 0) {
      excess = this.#over(account, rung - 1);
      if (excess < 0) break;
      rung--;
    }
    return rung;
  }

  /** Fills the excess over every boundary; returns the rung. */
  all(account: number): number {
    const { boundaries } = this.#values;
    this.#measureGroups(account);
    for (let boundary = 0; boundary < boundaries; boundary++) this.#over(account, boundary);
    return rungOf(this.excess, 0, boundaries);
  }

  #over(account: number, boundary: number): number {
    const slots = this.#slots;
    const values = this.#values;
    const { dollars, marks } = this.#prices;
    const end = slots.end(account);
    let sum = this.#accounts.cash(account) + this.fromGroups[boundary];
    for (let slot = slots.first(account); slot < end; slot++) {
      const of = slots.instrument(slot);
      const held = slots.units(slot);
      if (held === 0 || slots.isLeg(slot)) continue;
      const price = dollars[of];
      if (Number.isNaN(price)) sum = Number.NaN;
      else if ((marks[of] & FOREIGN) === 0) sum += values.contribution(boundary, of, held, price, values.one);
      else sum += values.contribution(boundary, of, held, this.#prices.price(of), this.#prices.rate(of));
    }
    this.excess[boundary] = sum;
    return sum;
  }

  #measureGroups(account: number): void {
    const sums = this.fromGroups;
    const groups = this.#groups.of(account);
    for (let boundary = 0; boundary < sums.length; boundary++) sums[boundary] = 0;
    for (const group of groups) {
      this.#groupValues.measure(group, this.#fromGroup);
      for (let boundary = 0; boundary < sums.length; boundary++) sums[boundary] += this.#fromGroup[boundary];
    }
  }
}

/** The rung that excesses, from `from` on, put an account on. */
export function rungOf(excess: Float64Array, from: number, boundaries: number): number {
  if (Number.isNaN(excess[from])) return RUNG_UNKNOWN;
  let rung = 0;
  while (rung < boundaries && excess[from + rung] < 0) rung++;
  return rung;
}
