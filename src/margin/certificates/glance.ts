/**
 * The rung of one account after another, for no more than to know it: the excess over the first boundary decides for most of
 * them. Where positions as real numbers leave a doubt, and where there are groups, it is measured in full (measure.ts).
 */
import type { Accounts } from "./accounts.ts";
import type { Measure } from "./measure.ts";
import type { Prices } from "./prices.ts";
import { OF_AT, OF_EVERY, type Slots, UNITS_EVERY } from "./slots.ts";
import type { StandingValues } from "./standing-values.ts";
import { FLOAT_GUARD, type UnitValues } from "./unit-values.ts";

export class Glance {
  readonly #values: UnitValues;
  readonly #accounts: Accounts;
  readonly #slots: Slots;
  readonly #prices: Prices;
  readonly #standing: StandingValues;
  readonly #measure: Measure;

  constructor(
    values: UnitValues,
    parts: { accounts: Accounts; slots: Slots; prices: Prices; standing: StandingValues; measure: Measure },
  ) {
    this.#values = values;
    this.#accounts = parts.accounts;
    this.#slots = parts.slots;
    this.#prices = parts.prices;
    this.#standing = parts.standing;
    this.#measure = parts.measure;
  }

  /** As `Measure.rung`. A price that is unknown leaves a doubt, because no comparison with NaN holds. */
  rung(account: number): number {
    const accounts = this.#accounts;
    if (accounts.grouped(account) !== 0) return this.#measure.rung(account);
    const slots = this.#slots;
    const standing = this.#standing;
    const { boundaries, rounding } = this.#values;
    const { numbers, words } = slots;
    const { rows, stride, short } = standing;
    const { dollars } = this.#prices;
    const first = slots.first(account);
    const end = slots.end(account);
    const guard = (end - first) * (rounding + FLOAT_GUARD);
    for (let boundary = 0; boundary < boundaries; boundary++) {
      let excess = accounts.cash(account);
      for (let slot = first; slot < end; slot++) {
        const held = numbers[slot * UNITS_EVERY];
        if (held === 0) continue;
        const of = words[slot * OF_EVERY + OF_AT];
        const row = of * stride + (held > 0 ? 0 : short);
        if (rows[row + boundaries] !== dollars[of]) standing.at(of, held > 0);
        excess += held * rows[row + boundary];
      }
      if (excess >= guard) return boundary;
      if (!(excess < -guard)) return this.#measure.rung(account);
    }
    return boundaries;
  }
}
