/**
 * What a unit of each instrument is worth at the price that stands: unit values, taken once for each price that anybody asks
 * at, and kept side by side, so that an excess is bounded by a multiplication for each position.
 */
import { grown } from "./grown.ts";
import type { Prices } from "./prices.ts";
import type { UnitValues } from "./unit-values.ts";

/** Rows begin where lines of memory do. */
const LINE = 8;

export class StandingValues {
  /**
   * By instrument, `stride` numbers: cents that a unit held long adds to the excess over each boundary; the price at which that
   * is so; from `short`, cents that a unit held short takes from it, and the price at which that is so.
   */
  rows: Float64Array;
  readonly stride: number;
  readonly short: number;
  readonly #values: UnitValues;
  readonly #prices: Prices;

  constructor(values: UnitValues, prices: Prices) {
    this.#values = values;
    this.#prices = prices;
    this.short = values.boundaries + 1;
    this.stride = Math.ceil((2 * this.short) / LINE) * LINE;
    this.rows = new Float64Array(prices.capacity * this.stride).fill(Number.NaN);
  }

  get byteLength(): number {
    return this.rows.byteLength;
  }

  /** Where the values of an instrument on a side begin in `rows`, whatever price they are for. */
  place(instrument: number, isLong: boolean): number {
    return instrument * this.stride + (isLong ? 0 : this.short);
  }

  /** The same, the values being those at the price that stands: NaN where that is unknown. */
  at(instrument: number, isLong: boolean): number {
    const at = this.place(instrument, isLong);
    const price = this.#prices.dollars[instrument];
    if (this.rows[at + this.short - 1] !== price) this.#take(instrument, isLong, at, price);
    return at;
  }

  #take(instrument: number, isLong: boolean, at: number, price: number): void {
    const values = this.#values;
    const { rows } = this;
    const { boundaries } = values;
    rows[at + boundaries] = price;
    if (Number.isNaN(price)) rows.fill(Number.NaN, at, at + boundaries);
    else if (isLong)
      for (let boundary = 0; boundary < boundaries; boundary++)
        rows[at + boundary] = values.long(boundary, instrument, price);
    else
      for (let boundary = 0; boundary < boundaries; boundary++)
        rows[at + boundary] = values.short(boundary, instrument, price);
  }

  /** The unit values of an instrument are others. */
  forget(instrument: number): void {
    const at = instrument * this.stride;
    this.rows.fill(Number.NaN, at, at + this.stride);
  }

  forgetAll(): void {
    this.rows.fill(Number.NaN);
  }

  /** Makes room for as many instruments as have a price. */
  grow(): void {
    const from = this.rows.length;
    this.rows = grown(this.rows, new Float64Array(this.#prices.capacity * this.stride)).fill(Number.NaN, from);
  }
}
