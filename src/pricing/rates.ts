/** Time and interest as the models take them: actual days over 365, and a curve of continuously compounded rates. */
import { assert } from "../base/assert.ts";
import type { Day } from "../base/time.ts";

/** Years from one day to another: actual/365. Negative where `to` is the earlier. */
export function yearFraction(from: Day, to: Day): number {
  return (to - from) / 365;
}

export interface RatePoint {
  readonly day: Day;
  /** Continuously compounded, a year: 0.05 is 5%. */
  readonly rate: number;
}

/** A few rates by day, linear in days between them and flat outside. */
export class RateCurve {
  readonly #points: readonly RatePoint[];

  /** Takes the points in any order; no two of the same day, and at least one. */
  constructor(points: readonly RatePoint[]) {
    assert(points.length > 0, "a curve has at least one point");
    this.#points = points.toSorted((a, b) => a.day - b.day);
    assert(
      this.#points.every(({ day }, index) => index === 0 || day > this.#points[index - 1].day),
      "a curve has one rate for a day",
    );
  }

  /** The rate to `day`. */
  rate(day: Day): number {
    const points = this.#points;
    const after = points.findIndex((point) => point.day >= day);
    if (after === 0) return points[0].rate;
    if (after === -1) return points[points.length - 1].rate;
    const [left, right] = [points[after - 1], points[after]];
    return left.rate + ((right.rate - left.rate) * (day - left.day)) / (right.day - left.day);
  }
}
