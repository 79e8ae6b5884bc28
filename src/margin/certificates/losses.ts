/**
 * What a unit has lost in a gap, from the threshold that the gap passed to the price behind it: never less than it is, and too
 * much by a step at most. So unit values are taken some hundred times in a gap, and not twice for each threshold.
 */
import { priceOf } from "./keys.ts";
import { unitValue } from "./thresholds.ts";
import type { UnitValues } from "./unit-values.ts";

/** A gap is taken in so many steps; the last key of all is one more. */
const STEPS = 256;
const ROW = STEPS + 1;
/** Each is taken to end so much of a step later, for what float64 may lose. */
const LATER = 1e-3;

export class Losses {
  readonly #values: UnitValues;
  /** By boundary and step: cents for a unit; NaN where it was not asked for yet. */
  readonly #most: Float64Array;
  #instrument = 0;
  #isLong = true;
  /** The keys before the gap and behind it. */
  #from = 0;
  #to = 0;
  #stepsPerKey = 0;

  constructor(values: UnitValues) {
    this.#values = values;
    this.#most = new Float64Array(values.boundaries * ROW);
  }

  get byteLength(): number {
    return this.#most.byteLength;
  }

  /** The gap goes from the key `from` to the key `to`, which is less; those lose who are long, or those who are short. */
  over(instrument: number, isLong: boolean, from: number, to: number): void {
    this.#instrument = instrument;
    this.#isLong = isLong;
    this.#from = from;
    this.#to = to;
    this.#stepsPerKey = STEPS / (from - to);
    this.#most.fill(Number.NaN);
  }

  /** Cents that a unit has lost over a boundary since a key that the gap passed, or more. */
  most(boundary: number, key: number): number {
    const step = Math.floor((key - this.#to) * this.#stepsPerKey);
    const most = this.#most[boundary * ROW + step];
    return Number.isNaN(most) ? this.#take(boundary, step) : most;
  }

  #take(boundary: number, step: number): number {
    const end = Math.min(this.#from, this.#to + (step + 1 + LATER) / this.#stepsPerKey);
    const before = unitValue(this.#values, boundary, this.#instrument, this.#isLong, priceOf(end));
    const after = unitValue(this.#values, boundary, this.#instrument, this.#isLong, priceOf(this.#to));
    const most = Math.abs(after - before);
    this.#most[boundary * ROW + step] = most;
    return most;
  }
}
