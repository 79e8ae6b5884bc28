/**
 * From what a position may lose or gain to the price at which it would have: the inverse of a unit value, on the safe side.
 * Thresholds are single precision; what a unit is worth is always taken at the threshold as it was rounded, so that a
 * certificate holds exactly, wherever the search ended.
 */
import { FALLING, type Side } from "./threshold-index.ts";
import type { UnitValues } from "./unit-values.ts";

/** Steps of bisection where the straight guess fails: the rest of the interval is given away. */
const BISECTIONS = 12;
/** No rising threshold need be farther than this many times the price. */
const FARTHEST = 4;

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The greatest single precision number that is not above `value`. */
export function singleBelow(value: number): number {
  const rounded = Math.fround(value);
  if (rounded <= value) return rounded;
  if (rounded === 0) return -(2 ** -149);
  single[0] = rounded;
  bits[0] += rounded > 0 ? -1 : 1;
  return single[0];
}

/** The least single precision number that is not below `value`. */
export function singleAbove(value: number): number {
  return -singleBelow(-value);
}

/** Cents that a unit is worth at a price, on its side: neither falls as the price rises. */
export function unitValue(
  values: UnitValues,
  boundary: number,
  instrument: number,
  isLong: boolean,
  price: number,
): number {
  return isLong ? values.long(boundary, instrument, price) : values.short(boundary, instrument, price);
}

export class Thresholds {
  /** Cents that a unit is worth at the threshold that was found last. */
  worth = 0;
  readonly #values: UnitValues;

  constructor(values: UnitValues) {
    this.#values = values;
  }

  /**
   * The key of the price farthest from `price`, as far as was found, at which a unit's worth, which is `now`, has changed by no
   * more than `step` cents towards a side.
   */
  key(
    boundary: number,
    instrument: number,
    isLong: boolean,
    side: Side,
    price: number,
    now: number,
    step: number,
  ): number {
    if (side === FALLING) return this.#lowest(boundary, instrument, isLong, price, now, now - step);
    return -this.#highest(boundary, instrument, isLong, price, now, now + step);
  }

  /** The lowest price found at which a unit is still worth `least`; 0 where it always is. */
  #lowest(boundary: number, instrument: number, isLong: boolean, price: number, now: number, least: number): number {
    if (least > 0) {
      // Most values are in proportion to the price.
      const guess = singleAbove((price * least) / now);
      this.worth = unitValue(this.#values, boundary, instrument, isLong, guess);
      if (guess <= price && this.worth >= least) return guess;
    }
    this.worth = unitValue(this.#values, boundary, instrument, isLong, 0);
    if (least <= 0 || this.worth >= least) return 0;
    let below = 0;
    let at = price;
    for (let step = 0; step < BISECTIONS; step++) {
      const middle = (below + at) / 2;
      if (unitValue(this.#values, boundary, instrument, isLong, middle) >= least) at = middle;
      else below = middle;
    }
    const found = singleAbove(at);
    this.worth = unitValue(this.#values, boundary, instrument, isLong, found);
    return found;
  }

  /** The highest price found at which a unit is worth no more than `most`; above zero. */
  #highest(boundary: number, instrument: number, isLong: boolean, price: number, now: number, most: number): number {
    if (now > 0) {
      const guess = positive(singleBelow((price * most) / now));
      this.worth = unitValue(this.#values, boundary, instrument, isLong, guess);
      if (guess >= price && this.worth <= most) return guess;
    }
    let at = price;
    let above = price * FARTHEST;
    if (unitValue(this.#values, boundary, instrument, isLong, above) <= most) at = above;
    for (let step = 0; step < BISECTIONS && at < above; step++) {
      const middle = (at + above) / 2;
      if (unitValue(this.#values, boundary, instrument, isLong, middle) <= most) at = middle;
      else above = middle;
    }
    const found = positive(singleBelow(at));
    this.worth = unitValue(this.#values, boundary, instrument, isLong, found);
    return found;
  }
}

/** A rising threshold is above zero, so that its key is negative. */
function positive(threshold: number): number {
  return threshold > 0 ? threshold : 2 ** -149;
}
