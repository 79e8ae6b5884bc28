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

interface Cut {
  /** By column: a sum of at least `least`. */
  readonly coefficients: Float64Array;
  readonly least: number;
  /** How far the point is beyond it. */
  readonly depth: number;
  readonly norm: number;
}

/** Adds the deepest cuts that the tableau gives, at most `most`, to the program and to the tableau. Gives their number. */
export function addCuts(relaxation: Relaxation, most: number): number {
  const { tableau, program } = relaxation;
  const { columns } = program;
  relaxation.readPoint();
  const cuts: Cut[] = [];
  for (let row = 0; row < tableau.height; row++) {
    const variable = tableau.basic[row];
    if (variable >= columns && program.isWhole.array[variable - columns] === 0) continue;
    const fraction = tableau.value[row] - Math.floor(tableau.value[row]);
    if (fraction < FRACTION_LEAST || fraction > 1 - FRACTION_LEAST) continue;
    const cut = cutOf(relaxation, row);
    if (cut !== undefined) cuts.push(cut);
  }
  cuts.sort((a, b) => b.depth - a.depth);
  const taken: Cut[] = [];
  for (const cut of cuts) {
    if (taken.length === most || !relaxation.hasRoom) break;
    if (taken.some((other) => likeness(cut, other) > PARALLEL)) continue;
    taken.push(cut);
    tableau.enter(stateCut(relaxation, cut));
  }
  return taken.length;
}

function likeness(a: Cut, b: Cut): number {
  let product = 0;
  for (let column = 0; column < a.coefficients.length; column++)
    product += a.coefficients[column] * b.coefficients[column];
  return product / (a.norm * b.norm);
}

function stateCut({ program }: Relaxation, { coefficients, least }: Cut): number {
  let lowest = 0;
  for (let column = 0; column < program.columns; column++) {
    const coefficient = coefficients[column];
    if (coefficient === 0) continue;
    program.put(column, -coefficient);
    lowest += Math.min(0, -coefficient * program.most.array[column]);
  }
  const right = LOOSENED - least;
  return program.closeRow(right, right - lowest, false);
}

/** The cut of a row of the tableau: of its sum of stated rows, in distances of each variable from the bound where it stands. */
function cutOf({ program, tableau, point }: Relaxation, row: number): Cut | undefined {
  const { columns, rows } = program;
  const sum = new Float64Array(columns);
  let right = 0;
  for (let stated = 0; stated < rows; stated++) {
    const multiplier = tableau.entryOf(row, columns + stated);
    if (multiplier < NOISE && multiplier > -NOISE) continue;
    program.addRow(stated, multiplier, sum);
    right += multiplier * program.right.array[stated];
  }
  const isUpper = (column: number): boolean =>
    !tableau.isBasic(column) && 2 * tableau.valueOf(column) > program.most.array[column];
  for (let column = 0; column < columns; column++)
    if (isUpper(column)) right -= sum[column] * program.most.array[column];
  const fraction = right - Math.floor(right);
  if (fraction < FRACTION_LEAST || fraction > 1 - FRACTION_LEAST) return undefined;
  const coefficients = new Float64Array(columns);
  let least = 1;
  for (let column = 0; column < columns; column++) {
    if (sum[column] < NOISE && sum[column] > -NOISE) continue;
    const upper = isUpper(column);
    const weight = wholeWeight(upper ? -sum[column] : sum[column], fraction);
    if (weight > WEIGHT_MOST) return undefined;
    coefficients[column] = upper ? -weight : weight;
    if (upper) least -= weight * program.most.array[column];
  }
  for (let stated = 0; stated < rows; stated++) {
    const multiplier = tableau.entryOf(row, columns + stated);
    if (multiplier < NOISE && multiplier > -NOISE) continue;
    const weight =
      program.isWhole.array[stated] === 1 ? wholeWeight(multiplier, fraction) : realWeight(multiplier, fraction);
    if (weight > WEIGHT_MOST) return undefined;
    if (weight === 0) continue;
    program.addRow(stated, -weight, coefficients);
    least -= weight * program.right.array[stated];
  }
  let depth = least;
  let square = 0;
  for (let column = 0; column < columns; column++) {
    depth -= coefficients[column] * point[column];
    square += coefficients[column] * coefficients[column];
  }
  const norm = Math.sqrt(square);
  return { coefficients, least, depth: depth / norm, norm };
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
