/**
 * From what a position may lose or gain to the price at which it would have: the inverse of a unit value, on the safe side.
 * Thresholds are single precision; what a unit is worth is always taken at the threshold as it was rounded, so that a
 * certificate holds exactly, wherever the search ended.
 */
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

/** The lowest price found, from `price` where it is `now`, at which a unit is still worth `least`; 0 where it always is. */
export function lowestFor(
  values: UnitValues,
  boundary: number,
  instrument: number,
  isLong: boolean,
  price: number,
  now: number,
  least: number,
): number {
  if (least <= 0 || unitValue(values, boundary, instrument, isLong, 0) >= least) return 0;
  const guess = singleAbove((price * least) / now);
  if (guess <= price && unitValue(values, boundary, instrument, isLong, guess) >= least) return guess;
  let below = 0;
  let at = price;
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (below + at) / 2;
    if (unitValue(values, boundary, instrument, isLong, middle) >= least) at = middle;
    else below = middle;
  }
  return singleAbove(at);
}

/** The highest price found, from `price` where it is `now`, at which a unit is worth no more than `most`; above zero. */
export function highestFor(
  values: UnitValues,
  boundary: number,
  instrument: number,
  isLong: boolean,
  price: number,
  now: number,
  most: number,
): number {
  if (now > 0) {
    const guess = singleBelow((price * most) / now);
    if (guess >= price && unitValue(values, boundary, instrument, isLong, guess) <= most) return positive(guess);
  }
  let at = price;
  let above = price * FARTHEST;
  if (unitValue(values, boundary, instrument, isLong, above) <= most) return positive(singleBelow(above));
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (at + above) / 2;
    if (unitValue(values, boundary, instrument, isLong, middle) <= most) at = middle;
    else above = middle;
  }
  return positive(singleBelow(at));
}

/** A rising threshold is above zero, so that its key is negative. */
function positive(threshold: number): number {
  return threshold > 0 ? threshold : 2 ** -149;
}
