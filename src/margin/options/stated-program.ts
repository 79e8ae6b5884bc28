/**
 * A program of whole numbers as it is stated: columns from 0 to a bound, each with a cost, and rows. A row is a sum of
 * columns and a slack, from 0 to a bound, that equals its right side. Nothing here knows how it is solved.
 *
 * `bound` is the proof that an answer rests on: for any multipliers of the rows whatever, it gives a cost that no point
 * within the bounds is below. It reads the rows as they were stated, so that no error of the solver can fake it.
 */

/** A row as it was put and closed. */
export interface StatedRow {
  readonly index: Int32Array;
  readonly entry: Float64Array;
  readonly right: number;
  readonly slackMost: number;
}

export class StatedProgram {
  columns = 0;
  rows = 0;
  readonly cost = new Grown(Float64Array, 256);
  /** The most of a column. */
  readonly most = new Grown(Float64Array, 256);
  readonly right = new Grown(Float64Array, 256);
  readonly slackMost = new Grown(Float64Array, 256);
  /** Whether the slack is whole in every point of whole columns. */
  readonly isWhole = new Grown(Uint8Array, 256);
  /** Rows of one family say the same of different prices: one at a time is enough to look at. */
  readonly family = new Grown(Int32Array, 256);
  /** The entries of row r are from `start[r]` to `start[r + 1]`. */
  readonly start = new Grown(Int32Array, 256);
  readonly index = new Grown(Int32Array, 4096);
  readonly entry = new Grown(Float64Array, 4096);
  /** Of an entry: its row. The entries of a column are a chain: the last one, and the one before each; -1 ends it. */
  readonly rowOf = new Grown(Int32Array, 4096);
  readonly before = new Grown(Int32Array, 4096);
  readonly last = new Grown(Int32Array, 256);
  /** Entries put. */
  entries = 0;

  /** Empties it for so many columns, all of cost and bound zero. */
  clear(columns: number): void {
    this.columns = columns;
    this.rows = 0;
    this.entries = 0;
    this.cost.reserve(columns).fill(0, 0, columns);
    this.most.reserve(columns).fill(0, 0, columns);
    this.last.reserve(columns).fill(-1, 0, columns);
  }

  /** Adds an entry to the row that is next closed; a column at most once. */
  put(column: number, coefficient: number): void {
    const at = this.entries++;
    if (at >= this.index.array.length)
      for (const grown of [this.index, this.entry, this.rowOf, this.before]) grown.reserve(at + 1);
    const last = this.last.array;
    this.index.array[at] = column;
    this.entry.array[at] = coefficient;
    this.rowOf.array[at] = this.rows;
    this.before.array[at] = last[column];
    last[column] = at;
  }

  /** Gives the number of the row. */
  closeRow(right: number, slackMost: number, isWhole: boolean, family = NO_FAMILY): number {
    const row = this.rows++;
    const starts = this.start.reserve(row + 2);
    if (row === 0) starts[0] = 0;
    starts[row + 1] = this.entries;
    this.right.reserve(row + 1)[row] = right;
    this.slackMost.reserve(row + 1)[row] = slackMost;
    this.isWhole.reserve(row + 1)[row] = isWhole ? 1 : 0;
    this.family.reserve(row + 1)[row] = family;
    return row;
  }

  row(row: number): StatedRow {
    const from = this.start.array[row];
    const to = this.start.array[row + 1];
    return {
      index: this.index.array.slice(from, to),
      entry: this.entry.array.slice(from, to),
      right: this.right.array[row],
      slackMost: this.slackMost.array[row],
    };
  }

  /** What the row leaves for its slack where the columns stand at `point`. */
  slackAt(row: number, point: Float64Array): number {
    const index = this.index.array;
    const entry = this.entry.array;
    let slack = this.right.array[row];
    for (let at = this.start.array[row], end = this.start.array[row + 1]; at < end; at++)
      slack -= entry[at] * point[index[at]];
    return slack;
  }

  /** Adds a multiple of a row to a vector over the columns. */
  addRow(row: number, times: number, to: Float64Array): void {
    const index = this.index.array;
    const entry = this.entry.array;
    for (let at = this.start.array[row], end = this.start.array[row + 1]; at < end; at++)
      to[index[at]] += times * entry[at];
  }

  /** What each column costs beside what its rows are worth at these multipliers. */
  reducedCosts(multipliers: Float64Array, to: Float64Array): void {
    to.set(this.cost.array.subarray(0, this.columns));
    for (let row = 0; row < this.rows; row++) if (multipliers[row] !== 0) this.addRow(row, -multipliers[row], to);
  }

  /**
   * Lagrange's bound: no point within the bounds costs less. Bounds of the columns come first, then those of the slacks.
   * `reduced` are the reduced costs at the multipliers.
   */
  bound(multipliers: Float64Array, reduced: Float64Array, low: Float64Array, high: Float64Array): number {
    const { columns, rows } = this;
    const right = this.right.array;
    let bound = 0;
    for (let row = 0; row < rows; row++) {
      const multiplier = multipliers[row];
      if (multiplier === 0) continue;
      bound += multiplier * (right[row] - (multiplier > 0 ? high[columns + row] : low[columns + row]));
    }
    for (let column = 0; column < columns; column++)
      bound += reduced[column] * (reduced[column] < 0 ? high[column] : low[column]);
    return bound;
  }
}

export const NO_FAMILY = -1;

type Numbers = Float64Array | Int32Array | Uint8Array;

/** A typed array that grows by doubling. `array` is replaced when it does. */
export class Grown<Kind extends Numbers> {
  array: Kind;
  readonly #kind: new (length: number) => Kind;

  constructor(kind: new (length: number) => Kind, length: number) {
    this.#kind = kind;
    this.array = new kind(length);
  }

  /** The array, of at least this length. */
  reserve(length: number): Kind {
    if (length <= this.array.length) return this.array;
    const grown = new this.#kind(Math.max(length, this.array.length * 2));
    grown.set(this.array);
    return (this.array = grown);
  }
}
