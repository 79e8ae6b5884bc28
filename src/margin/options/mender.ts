/**
 * Makes a good pairing of one that was rounded down: takes up contracts that rounding left, one at a time, wherever that
 * saves most. What it gives is a pairing like any other; how good it is, the bound of the search says.
 */
import type { Columns, Cut } from "./columns.ts";
import { intrinsic } from "./costs.ts";

/** Contracts taken up at most. */
const STEPS_MOST = 400;

export class Mender {
  readonly #columns: Columns;
  readonly #left: Float64Array;
  #stockLong = 0;
  #stockShort = 0;
  /** By cut, by price: what the spread loses there. */
  readonly #losses: Float64Array[];
  /** By column of a spread: what one contract loses at each price of its cut. */
  readonly #worth: Float64Array[] = [];
  #best = 0;
  #bestOne = -1;
  #bestOther = -1;

  constructor(columns: Columns) {
    this.#columns = columns;
    const { legs, cuts, list } = columns;
    this.#left = new Float64Array(legs.length);
    this.#losses = cuts.map(({ prices }) => new Float64Array(prices.length));
    for (const { prices, members } of cuts) {
      for (const column of members) {
        const leg = legs[list[column].legs[0]];
        const sign = leg.contracts > 0 ? -1 : 1;
        this.#worth[column] = Float64Array.from(prices, (price) => sign * intrinsic(leg, price));
      }
    }
  }

  /** Adds to the counts, by column, while that saves anything. */
  mend(counts: Float64Array): void {
    this.#read(counts);
    for (let step = 0; step < STEPS_MOST; step++) {
      this.#best = 1;
      this.#bestOne = -1;
      this.#bestOther = -1;
      this.#lookAtColumns();
      for (let cut = 0; cut < this.#losses.length; cut++) this.#lookAtCut(cut);
      if (this.#bestOne === -1) return;
      this.#take(counts, this.#bestOne);
      if (this.#bestOther !== -1) this.#take(counts, this.#bestOther);
    }
  }

  #read(counts: Float64Array): void {
    const { legs, stock, list } = this.#columns;
    for (let leg = 0; leg < legs.length; leg++) this.#left[leg] = Math.abs(legs[leg].contracts);
    this.#stockLong = stock.long;
    this.#stockShort = stock.short;
    for (const losses of this.#losses) losses.fill(0);
    for (let column = 0; column < list.length; column++) if (counts[column] > 0) this.#count(column, counts[column]);
  }

  #take(counts: Float64Array, column: number): void {
    counts[column]++;
    this.#count(column, 1);
  }

  #count(column: number, by: number): void {
    const { kind, legs, stock, cut } = this.#columns.list[column];
    for (let index = 0; index < legs.length; index++) this.#left[legs[index]] -= by;
    if (stock > 0) this.#stockLong -= by * stock;
    if (stock < 0 || kind === "stock-both") this.#stockShort -= by * Math.abs(stock);
    if (cut < 0) return;
    const losses = this.#losses[cut];
    for (let at = 0; at < losses.length; at++) losses[at] += by * this.#worth[column][at];
  }

  #lookAtColumns(): void {
    const { list } = this.#columns;
    for (let column = 0; column < list.length; column++) {
      const { kind, legs, stock, cut, saves } = list[column];
      if (cut >= 0 || saves <= this.#best || !legs.every((leg) => this.#left[leg] >= 1)) continue;
      if (stock > 0 && this.#stockLong < stock) continue;
      if ((stock < 0 || kind === "stock-both") && this.#stockShort < Math.abs(stock)) continue;
      this.#best = saves;
      this.#bestOne = column;
    }
  }

  /** One contract short and one long of a right, added to the spread of a cut. */
  #lookAtCut(at: number): void {
    const { cuts, list, legs } = this.#columns;
    const { members } = cuts[at] satisfies Cut;
    const before = greatest(this.#losses[at]);
    for (const one of members) {
      const short = legs[list[one].legs[0]];
      if (short.contracts > 0 || this.#left[list[one].legs[0]] < 1 || list[one].saves <= this.#best) continue;
      for (const other of members) {
        const long = legs[list[other].legs[0]];
        if (long.contracts < 0 || long.isCall !== short.isCall || this.#left[list[other].legs[0]] < 1) continue;
        const saves = list[one].saves + list[other].saves + before - this.#lossWith(at, one, other);
        if (saves <= this.#best) continue;
        this.#best = saves;
        this.#bestOne = one;
        this.#bestOther = other;
      }
    }
  }

  #lossWith(cut: number, one: number, other: number): number {
    const losses = this.#losses[cut];
    let most = 0;
    for (let at = 0; at < losses.length; at++) {
      const loss = losses[at] + this.#worth[one][at] + this.#worth[other][at];
      if (loss > most) most = loss;
    }
    return most;
  }
}

function greatest(losses: Float64Array): number {
  let most = 0;
  for (let at = 0; at < losses.length; at++) if (losses[at] > most) most = losses[at];
  return most;
}
