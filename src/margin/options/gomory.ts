/**
 * Gomory's mixed-integer cuts: rows that no point of whole numbers violates, but that the relaxation does. Each is derived
 * from a sum of stated rows, with the multipliers that the tableau gives, and from the bounds of the program as stated: so
 * it holds at any cost of the columns and under any branch, and is worth keeping while the legs stay. Its coefficients
 * depend continuously on the multipliers, and it is loosened by more than rounding can move them.
 */
import type { Relaxation } from "./relaxation.ts";

/** A cut is made of a value that is so far from whole at least, has no larger coefficient, and is loosened by so little. */
const FRACTION_LEAST = 0.02;
const WEIGHT_MOST = 1e3;
const LOOSENED = 1e-9;
/** Smaller entries are rounding errors; what they could move is within what a cut is loosened by. */
const NOISE = 1e-11;
/** Cuts whose directions are nearer to each other than this say the same. */
const PARALLEL = 0.9;

/** Rows of the tableau that cuts are made of at once. */
const ROWS_MOST = 16;

interface Cut {
  /** Columns with a coefficient, and the coefficients: a sum of at least `least`. */
  readonly index: Int32Array;
  readonly coefficients: Float64Array;
  readonly least: number;
  /** How far the point is beyond it. */
  readonly depth: number;
  readonly norm: number;
}

/** Makes cuts of where one relaxation stands. */
export class CutMaker {
  readonly #relaxation: Relaxation;
  /** By column: the bound where it stands, if that is the upper one; else zero. */
  readonly #upper: Float64Array;
  /** By column: the sum of rows, and the coefficients of the cut. */
  readonly #sum: Float64Array;
  readonly #coefficients: Float64Array;
  /** Stated rows that are in the tableau. */
  readonly #inside: Int32Array;
  #insideCount = 0;
  /** The rows of the sum that is being made: the stated row, and its multiplier. */
  readonly #rows: Int32Array;
  readonly #multipliers: Float64Array;
  #rowCount = 0;
  /** By column: the coefficients of the cut that is compared with those taken. */
  readonly #compared: Float64Array;

  constructor(relaxation: Relaxation) {
    const { columns } = relaxation.program;
    const { rowsMost } = relaxation.tableau;
    this.#inside = new Int32Array(rowsMost);
    this.#rows = new Int32Array(rowsMost);
    this.#multipliers = new Float64Array(rowsMost);
    this.#relaxation = relaxation;
    this.#upper = new Float64Array(columns);
    this.#sum = new Float64Array(columns);
    this.#coefficients = new Float64Array(columns);
    this.#compared = new Float64Array(columns);
  }

  /**
   * Adds the deepest cuts that the tableau gives to the program and to the tableau: at most `most`, and none that the point is
   * not at least `depthLeast` beyond. Gives their number.
   */
  add(most: number, depthLeast: number): number {
    const relaxation = this.#relaxation;
    const { tableau, program } = relaxation;
    const { columns } = program;
    relaxation.readPoint();
    for (let column = 0; column < columns; column++) {
      const bound = program.most.array[column];
      this.#upper[column] = !tableau.isBasic(column) && 2 * tableau.valueOf(column) > bound ? bound : 0;
    }
    this.#insideCount = 0;
    for (let stated = 0; stated < program.rows; stated++)
      if (tableau.isIn(columns + stated)) this.#inside[this.#insideCount++] = stated;
    const cuts: Cut[] = [];
    for (const row of this.#mostFractional()) {
      const cut = this.#cutOf(row);
      if (cut !== undefined) cuts.push(cut);
    }
    cuts.sort((a, b) => b.depth - a.depth);
    const taken: Cut[] = [];
    for (const cut of cuts) {
      if (taken.length === most || cut.depth < depthLeast || !relaxation.hasRoom) break;
      if (this.#isLikeOneOf(taken, cut)) continue;
      taken.push(cut);
      tableau.enter(this.#state(cut));
    }
    return taken.length;
  }

  /** Rows of the tableau whose basic variables should be whole and are farthest from it. */
  #mostFractional(): readonly number[] {
    const { tableau, program } = this.#relaxation;
    const found: { readonly row: number; readonly away: number }[] = [];
    for (let row = 0; row < tableau.height; row++) {
      const slack = tableau.basic[row] - program.columns;
      if (slack >= 0 && program.isWhole.array[slack] === 0) continue;
      const fraction = tableau.value[row] - Math.floor(tableau.value[row]);
      if (isFractional(fraction)) found.push({ row, away: Math.abs(fraction - 0.5) });
    }
    found.sort((a, b) => a.away - b.away);
    return found.slice(0, ROWS_MOST).map(({ row }) => row);
  }

  #isLikeOneOf(taken: readonly Cut[], { index, coefficients, norm }: Cut): boolean {
    const compared = this.#compared;
    for (let at = 0; at < index.length; at++) compared[index[at]] = coefficients[at];
    const isLike = taken.some((other) => {
      let product = 0;
      for (let at = 0; at < other.index.length; at++) product += other.coefficients[at] * compared[other.index[at]];
      return product > PARALLEL * norm * other.norm;
    });
    for (let at = 0; at < index.length; at++) compared[index[at]] = 0;
    return isLike;
  }

  #state({ index, coefficients, least }: Cut): number {
    const { program } = this.#relaxation;
    let lowest = 0;
    for (let at = 0; at < index.length; at++) {
      program.put(index[at], -coefficients[at]);
      lowest += Math.min(0, -coefficients[at] * program.most.array[index[at]]);
    }
    const right = LOOSENED - least;
    return program.closeRow(right, right - lowest, false);
  }

  /** The cut of a row of the tableau: of its sum of stated rows, in distances of each variable from the bound where it stands. */
  #cutOf(row: number): Cut | undefined {
    const { program } = this.#relaxation;
    const sum = this.#sum;
    const coefficients = this.#coefficients;
    const upper = this.#upper;
    const { columns } = program;
    let right = this.#addUp(row);
    for (let column = 0; column < columns; column++) if (upper[column] > 0) right -= sum[column] * upper[column];
    const fraction = right - Math.floor(right);
    if (!isFractional(fraction)) return undefined;
    let least = 1;
    for (let column = 0; column < columns; column++) {
      const entry = sum[column];
      coefficients[column] = 0;
      if (entry < NOISE && entry > -NOISE) continue;
      const isUpper = upper[column] > 0;
      const weight = wholeWeight(isUpper ? -entry : entry, fraction);
      if (weight > WEIGHT_MOST) return undefined;
      coefficients[column] = isUpper ? -weight : weight;
      if (isUpper) least -= weight * upper[column];
    }
    for (let at = 0; at < this.#rowCount; at++) {
      const stated = this.#rows[at];
      const multiplier = this.#multipliers[at];
      const weight =
        program.isWhole.array[stated] === 1 ? wholeWeight(multiplier, fraction) : realWeight(multiplier, fraction);
      if (weight > WEIGHT_MOST) return undefined;
      if (weight === 0) continue;
      program.addRow(stated, -weight, coefficients);
      least -= weight * program.right.array[stated];
    }
    return this.#read(least);
  }

  /** Adds up stated rows, with the multipliers of a row of the tableau. Gives the sum of their right sides. */
  #addUp(row: number): number {
    const { tableau, program } = this.#relaxation;
    const { columns } = program;
    const rows = this.#rows;
    const multipliers = this.#multipliers;
    const sum = this.#sum.fill(0);
    let right = 0;
    let count = 0;
    for (let at = 0; at < this.#insideCount; at++) {
      const stated = this.#inside[at];
      const multiplier = tableau.entryOf(row, columns + stated);
      if (multiplier < NOISE && multiplier > -NOISE) continue;
      rows[count] = stated;
      multipliers[count++] = multiplier;
      program.addRow(stated, multiplier, sum);
      right += multiplier * program.right.array[stated];
    }
    this.#rowCount = count;
    return right;
  }

  #read(least: number): Cut {
    const { point } = this.#relaxation;
    const { columns } = this.#relaxation.program;
    let count = 0;
    for (let column = 0; column < columns; column++) if (this.#coefficients[column] !== 0) count++;
    const index = new Int32Array(count);
    const coefficients = new Float64Array(count);
    let depth = least;
    let square = 0;
    for (let column = columns - 1; column >= 0; column--) {
      const coefficient = this.#coefficients[column];
      if (coefficient === 0) continue;
      index[--count] = column;
      coefficients[count] = coefficient;
      depth -= coefficient * point[column];
      square += coefficient * coefficient;
    }
    const norm = Math.sqrt(square);
    return { index, coefficients, least, depth: depth / norm, norm };
  }
}

function isFractional(fraction: number): boolean {
  return fraction >= FRACTION_LEAST && fraction <= 1 - FRACTION_LEAST;
}

/** The coefficient of a whole variable. */
function wholeWeight(entry: number, fraction: number): number {
  const part = entry - Math.floor(entry);
  return part <= fraction ? part / fraction : (1 - part) / (1 - fraction);
}

/** The coefficient of any other. */
function realWeight(entry: number, fraction: number): number {
  return entry > 0 ? entry / fraction : -entry / (1 - fraction);
}
