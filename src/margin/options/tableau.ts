/**
 * The dense tableau of a relaxation. Every variable has two bounds, so any basis is dual feasible once each variable stands
 * at the right one: the dual simplex method, `dual-simplex.ts`, serves the first solution, new rows, changed bounds and
 * changed costs, each from wherever the last one ended. Only the rows and columns that matter are in the tableau; who calls
 * looks after the others.
 *
 * Variable j below `columns` is a column of the program; variable `columns + r` is the slack of its row r.
 */
import { assert } from "../../base/assert.ts";
import type { StatedProgram } from "./stated-program.ts";

/** Smaller entries are no pivots, and smaller ones yet are rounding errors. */
export const PIVOT_LEAST = 1e-6;
const NOISE = 1e-12;
/** The smallest pivot of a basis that is built anew. */
const BASIS_LEAST = 1e-4;
/** Weights of the pricing start anew beyond this. */
const WEIGHT_MOST = 1e6;
/** Where a variable is that is not in the tableau. */
const OUTSIDE = -1;

/** Where a variable stands: at a bound, or wherever the others leave it. */
export const LOWER = 0;
const UPPER = 1;
const BASIC = 2;

export class Tableau {
  /** Nonbasic variables that are in it, and basic ones. */
  width = 0;
  height = 0;
  /** Rows of the program that there is room for. */
  rowsMost = 0;
  pivots = 0;
  /** What the point costs where it stands: never more than the optimum. */
  objective = 0;
  /** By variable. */
  low = new Float64Array(0);
  high = new Float64Array(0);
  stands = new Uint8Array(0);
  #place = new Int32Array(0);
  /** By place of a nonbasic variable. */
  nonbasic = new Int32Array(0);
  reduced = new Float64Array(0);
  /** By row of the tableau. */
  basic = new Int32Array(0);
  value = new Float64Array(0);
  /** A running estimate of how steep it is, for pricing. */
  weight = new Float64Array(0);
  /** The entry of a row at a place is at `row * stride + place`. */
  entries = new Float64Array(0);
  stride = 0;
  /** The row that is pivoted on, without its zeros. */
  #index = new Int32Array(0);
  #entry = new Float64Array(0);
  /** The row that nothing can mend, where the last solution found one; else -1. */
  stuckRow = -1;
  /** Rows of the program whose slacks have bounds. */
  #bounded = 0;
  readonly #program: StatedProgram;

  constructor(program: StatedProgram) {
    this.#program = program;
  }

  /** Empties it for a program whose columns are stated; all stand at zero, outside. */
  start(rowsMost: number): void {
    const { columns, most } = this.#program;
    const variables = columns + rowsMost;
    // Every nonbasic variable takes a place: never more than columns, because a row that enters brings its own basic one.
    if (this.low.length < variables || this.nonbasic.length < columns || this.basic.length < rowsMost)
      this.#allocate(Math.max(columns, this.nonbasic.length), Math.max(rowsMost, this.basic.length));
    this.stride = columns;
    this.rowsMost = rowsMost;
    this.width = 0;
    this.height = 0;
    this.pivots = 0;
    this.objective = 0;
    this.low.fill(0, 0, variables);
    this.high.set(most.array.subarray(0, columns));
    this.#bounded = 0;
    this.stands.fill(LOWER, 0, variables);
    this.#place.fill(OUTSIDE, 0, variables);
  }

  #allocate(stride: number, rows: number): void {
    const variables = stride + rows;
    this.low = new Float64Array(variables);
    this.high = new Float64Array(variables);
    this.stands = new Uint8Array(variables);
    this.#place = new Int32Array(variables);
    this.nonbasic = new Int32Array(stride);
    this.reduced = new Float64Array(stride);
    this.basic = new Int32Array(rows);
    this.value = new Float64Array(rows);
    this.weight = new Float64Array(rows);
    this.entries = new Float64Array(stride * rows);
    this.#index = new Int32Array(stride);
    this.#entry = new Float64Array(stride);
  }

  /** Becomes what another tableau of the same program is. */
  copy(from: Tableau): void {
    const { width, height } = from;
    const variables = this.#program.columns + from.rowsMost;
    if (this.nonbasic.length !== from.nonbasic.length || this.basic.length !== from.basic.length)
      this.#allocate(from.nonbasic.length, from.basic.length);
    this.stride = from.stride;
    this.width = width;
    this.height = height;
    this.rowsMost = from.rowsMost;
    this.#bounded = from.#bounded;
    this.objective = from.objective;
    this.low.set(from.low.subarray(0, variables));
    this.high.set(from.high.subarray(0, variables));
    this.stands.set(from.stands.subarray(0, variables));
    this.#place.set(from.#place.subarray(0, variables));
    this.nonbasic.set(from.nonbasic.subarray(0, width));
    this.reduced.set(from.reduced.subarray(0, width));
    this.basic.set(from.basic.subarray(0, height));
    this.value.set(from.value.subarray(0, height));
    this.weight.set(from.weight.subarray(0, height));
    this.entries.set(from.entries.subarray(0, height * this.stride));
  }

  isIn(variable: number): boolean {
    return this.#place[variable] !== OUTSIDE;
  }

  isBasic(variable: number): boolean {
    return this.stands[variable] === BASIC;
  }

  valueOf(variable: number): number {
    const stands = this.stands[variable];
    if (stands === BASIC) return this.value[this.#place[variable]];
    return stands === LOWER ? this.low[variable] : this.high[variable];
  }

  /** The entry of a row of the tableau at a variable: zero where that is outside, or another basic one. */
  entryOf(row: number, variable: number): number {
    const place = this.#place[variable];
    if (place === OUTSIDE || this.stands[variable] === BASIC) return place === row ? 1 : 0;
    return this.entries[row * this.stride + place];
  }

  /** What a unit of each row is worth, by row of the program. */
  multipliers(to: Float64Array): void {
    const { columns, rows } = this.#program;
    for (let row = 0; row < rows; row++) {
      const slack = columns + row;
      const place = this.#place[slack];
      to[row] = place === OUTSIDE || this.stands[slack] === BASIC ? 0 : -this.reduced[place];
    }
  }

  /** Moves its rows together, after columns were removed, or apart. */
  layOut(stride = this.width): void {
    const entries = this.entries;
    const old = this.stride;
    if (stride < old)
      for (let row = 1; row < this.height; row++) entries.copyWithin(row * stride, row * old, row * old + this.width);
    else
      for (let row = this.height - 1; row > 0; row--)
        entries.copyWithin(row * stride, row * old, row * old + this.width);
    this.stride = stride;
  }

  /** Brings in a column that stands outside. */
  activate(column: number): void {
    const program = this.#program;
    if (this.width === this.stride) this.layOut(program.columns);
    const entries = this.entries;
    const stride = this.stride;
    const place = this.width++;
    let reduced = program.cost.array[column];
    this.nonbasic[place] = column;
    this.#place[column] = place;
    for (let row = 0; row < this.height; row++) entries[row * stride + place] = 0;
    const { rowOf, before, entry } = program;
    for (let each = program.last.array[column]; each !== -1; each = before.array[each]) {
      const slack = program.columns + rowOf.array[each];
      const from = this.#place[slack];
      if (from === OUTSIDE) continue;
      const coefficient = entry.array[each];
      if (this.stands[slack] === BASIC) {
        entries[from * stride + place] += coefficient;
        continue;
      }
      reduced += coefficient * this.reduced[from];
      for (let other = 0, at = 0; other < this.height; other++, at += stride)
        entries[at + place] += coefficient * entries[at + from];
    }
    this.reduced[place] = reduced;
    if (reduced < 0) this.flip(place);
  }

  /** Brings in a row of the program, with its slack basic. A slack has the bounds of the program when it first enters. */
  enter(row: number): void {
    const program = this.#program;
    const { columns } = program;
    const entries = this.entries;
    const stride = this.stride;
    const height = this.height++;
    const to = height * stride;
    const slack = columns + row;
    if (row >= this.#bounded) {
      for (let each = this.#bounded; each <= row; each++) this.high[columns + each] = program.slackMost.array[each];
      this.#bounded = row + 1;
    }
    this.stands[slack] = BASIC;
    this.#place[slack] = height;
    this.basic[height] = slack;
    this.weight[height] = 1;
    entries.fill(0, to, to + this.width);
    const index = program.index.array;
    const entry = program.entry.array;
    let value = program.right.array[row];
    for (let at = program.start.array[row], end = program.start.array[row + 1]; at < end; at++) {
      const column = index[at];
      const coefficient = entry[at];
      value -= coefficient * this.valueOf(column);
      const place = this.#place[column];
      if (place === OUTSIDE) continue;
      if (this.stands[column] !== BASIC) {
        entries[to + place] += coefficient;
        continue;
      }
      const other = place * stride;
      for (let k = 0; k < this.width; k++) entries[to + k] -= coefficient * entries[other + k];
    }
    this.value[height] = value;
  }

  /** Takes out a row of the tableau whose basic variable is a slack. It says nothing of the others. */
  leave(row: number): void {
    const slack = this.basic[row];
    this.#place[slack] = OUTSIDE;
    this.stands[slack] = LOWER;
    const last = --this.height;
    if (last === row) return;
    const stride = this.stride;
    this.entries.copyWithin(row * stride, last * stride, last * stride + this.width);
    this.value[row] = this.value[last];
    this.weight[row] = this.weight[last];
    this.basic[row] = this.basic[last];
    this.#place[this.basic[row]] = row;
  }

  /** Takes out the nonbasic variable at a place: it stays where it stands, for good. */
  remove(place: number): void {
    const variable = this.nonbasic[place];
    const value = this.valueOf(variable);
    this.low[variable] = value;
    this.high[variable] = value;
    this.#place[variable] = OUTSIDE;
    const last = --this.width;
    if (last === place) return;
    const moved = this.nonbasic[last];
    this.nonbasic[place] = moved;
    this.#place[moved] = place;
    this.reduced[place] = this.reduced[last];
    const entries = this.entries;
    for (let row = 0, at = 0; row < this.height; row++, at += this.stride) entries[at + place] = entries[at + last];
  }

  /** New bounds of a variable; a nonbasic one moves with them. */
  setBounds(variable: number, low: number, high: number): void {
    const before = this.valueOf(variable);
    this.low[variable] = low;
    this.high[variable] = high;
    if (this.stands[variable] === BASIC) return;
    const place = this.#place[variable];
    assert(place !== OUTSIDE, "only what is in the tableau moves");
    this.stands[variable] = this.reduced[place] < 0 ? UPPER : LOWER;
    this.#move(place, this.valueOf(variable) - before);
  }

  /**
   * Builds the tableau anew, with these rows and columns of the program in it and these columns basic: from the program as it
   * is stated now, so that no rounding error and no old cost is left in it. Bounds stay as they are.
   */
  rebuild(rows: Iterable<number>, columns: Iterable<number>, basic: Iterable<number>): void {
    const program = this.#program;
    for (let place = 0; place < this.width; place++) this.#place[this.nonbasic[place]] = OUTSIDE;
    for (let row = 0; row < this.height; row++) {
      this.#place[this.basic[row]] = OUTSIDE;
      this.stands[this.basic[row]] = LOWER;
    }
    this.width = 0;
    this.height = 0;
    this.objective = 0;
    const cost = program.cost.array;
    for (let column = 0; column < program.columns; column++) this.objective += cost[column] * this.valueOf(column);
    for (const column of columns) this.activate(column);
    for (const row of rows) this.enter(row);
    for (const column of basic) this.#makeBasic(column);
    this.weight.fill(1, 0, this.height);
    for (let place = 0; place < this.width; place++) {
      const variable = this.nonbasic[place];
      const isUpper = this.reduced[place] < 0;
      if (isUpper !== (this.stands[variable] === UPPER) && this.low[variable] !== this.high[variable]) this.flip(place);
    }
  }

  /** Makes a column basic in place of the slack of the row where it counts most, if there is one. */
  #makeBasic(column: number): void {
    const place = this.#place[column];
    let found = -1;
    let largest = BASIS_LEAST;
    for (let row = 0; row < this.height; row++) {
      if (this.basic[row] < this.#program.columns) continue;
      const size = Math.abs(this.entries[row * this.stride + place]);
      if (size <= largest) continue;
      largest = size;
      found = row;
    }
    if (found !== -1) this.pivot(found, place, this.low[this.basic[found]]);
  }

  /** Moves a nonbasic variable from one bound to the other. */
  flip(place: number): void {
    const variable = this.nonbasic[place];
    const span = this.high[variable] - this.low[variable];
    const isLower = this.stands[variable] === LOWER;
    this.stands[variable] = isLower ? UPPER : LOWER;
    this.#move(place, isLower ? span : -span);
  }

  /** Moves a nonbasic variable, and the basic ones with it. */
  #move(place: number, by: number): void {
    if (by === 0) return;
    const entries = this.entries;
    const stride = this.stride;
    const { value, height } = this;
    this.objective += this.reduced[place] * by;
    for (let row = 0, at = place; row < height; row++, at += stride) {
      const entry = entries[at];
      if (entry !== 0) value[row] -= entry * by;
    }
  }

  /** The basic variable of the row leaves to `target`, and the variable at the place enters. */
  pivot(row: number, place: number, target: number): void {
    const { value, basic, nonbasic, reduced, width, height } = this;
    const entries = this.entries;
    const weight = this.weight;
    const index = this.#index;
    const entry = this.#entry;
    const stride = this.stride;
    const from = row * stride;
    const inverse = 1 / entries[from + place];
    const leaving = basic[row];
    const entering = nonbasic[place];
    const by = (value[row] - target) * inverse;
    const enteringValue = this.valueOf(entering) + by;
    const cost = reduced[place];
    this.objective += cost * by;
    entries[from + place] = 0;
    let count = 0;
    for (let other = 0; other < width; other++) {
      const old = entries[from + other];
      if (old === 0) continue;
      const scaled = old * inverse;
      if (scaled < NOISE && scaled > -NOISE) {
        entries[from + other] = 0;
        continue;
      }
      entries[from + other] = scaled;
      reduced[other] -= cost * scaled;
      index[count] = other;
      entry[count++] = scaled;
    }
    entries[from + place] = inverse;
    reduced[place] = -cost * inverse;
    const steep = weight[row];
    for (let other = 0, at = 0; other < height; other++, at += stride) {
      const factor = entries[at + place];
      if (factor === 0 || other === row) continue;
      if (factor < NOISE && factor > -NOISE) {
        entries[at + place] = 0;
        continue;
      }
      value[other] -= factor * by;
      for (let k = 0; k < count; k++) entries[at + index[k]] -= factor * entry[k];
      const ratio = factor * inverse;
      entries[at + place] = -ratio;
      const grown = ratio * ratio * steep;
      if (grown > weight[other]) weight[other] = grown;
    }
    const steepness = Math.max(steep * inverse * inverse, 1);
    weight[row] = steepness;
    if (steepness > WEIGHT_MOST || steep > WEIGHT_MOST) weight.fill(1, 0, height);
    value[row] = enteringValue;
    basic[row] = entering;
    nonbasic[place] = leaving;
    this.stands[entering] = BASIC;
    this.#place[entering] = row;
    this.stands[leaving] = target === this.low[leaving] ? LOWER : UPPER;
    this.#place[leaving] = place;
    this.pivots++;
  }
}
