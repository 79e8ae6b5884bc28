/**
 * The dual simplex method on a tableau. The reduced costs keep their signs throughout, so that the objective only rises and
 * is a bound all the way; what is outside its bounds is brought in, row by row.
 */
import { LOWER, PIVOT_LEAST, type Tableau } from "./tableau.ts";

const FEASIBLE = 1e-7;
/** Ratios that differ by less are taken for equal: the larger pivot wins. */
const TIE = 1e-9;

/** What mends a row: places and their ratios. Nothing of it outlives one pivot. */
let candidates = new Int32Array(256);
let ratios = new Float64Array(256);

export type Solved = "optimal" | "closed" | "infeasible" | "stuck";

/** Pivots until every variable is within its bounds; once the objective is at `cutoff` it is "closed". */
export function solveDual(tableau: Tableau, pivotsMost: number, cutoff: number): Solved {
  tableau.stuckRow = -1;
  for (;;) {
    if (tableau.objective >= cutoff) return "closed";
    const row = mostInfeasible(tableau);
    if (row === -1) return "optimal";
    if (tableau.pivots >= pivotsMost) return "stuck";
    const entering = choose(tableau, row);
    if (entering === -1) {
      tableau.stuckRow = row;
      return "infeasible";
    }
    const leaving = tableau.basic[row];
    const isBelow = tableau.value[row] < tableau.low[leaving];
    tableau.pivot(row, entering, isBelow ? tableau.low[leaving] : tableau.high[leaving]);
  }
}

/** The row that is farthest outside its bounds, for its weight (a running estimate of its steepness). */
function mostInfeasible({ basic, value, low, high, weight, height }: Tableau): number {
  let best = 0;
  let found = -1;
  for (let row = 0; row < height; row++) {
    const variable = basic[row];
    const at = value[row];
    const miss = at < low[variable] ? low[variable] - at : at - high[variable];
    if (miss < FEASIBLE) continue;
    const score = (miss * miss) / weight[row];
    if (score > best) {
      best = score;
      found = row;
    }
  }
  return found;
}

/**
 * The place that enters: whose reduced cost is used up first, passing over those that would only go from one bound to the
 * other without mending the row (they are moved). -1 where nothing can mend it.
 */
function choose(tableau: Tableau, row: number): number {
  const { basic, value, low, high, nonbasic, entries } = tableau;
  const from = row * tableau.stride;
  const leaving = basic[row];
  const isBelow = value[row] < low[leaving];
  const count = findCandidates(tableau, from, isBelow);
  let left = isBelow ? low[leaving] - value[row] : value[row] - high[leaving];
  for (let passed = 0; passed < count; passed++) {
    const first = firstOf(tableau, from, passed, count);
    const place = candidates[first];
    const variable = nonbasic[place];
    const span = (high[variable] - low[variable]) * Math.abs(entries[from + place]);
    if (span >= left - FEASIBLE) {
      for (let at = 0; at < passed; at++) tableau.flip(candidates[at]);
      return place;
    }
    left -= span;
    candidates[first] = candidates[passed];
    candidates[passed] = place;
    ratios[first] = ratios[passed];
  }
  return -1;
}

/** The places that could move so that the row is mended, and what a unit of that costs. Gives their number. */
function findCandidates(tableau: Tableau, from: number, isBelow: boolean): number {
  const { nonbasic, stands, low, high, reduced, entries, width } = tableau;
  if (candidates.length < width) {
    candidates = new Int32Array(width * 2);
    ratios = new Float64Array(width * 2);
  }
  let count = 0;
  for (let place = 0; place < width; place++) {
    const entry = entries[from + place];
    if (entry < PIVOT_LEAST && entry > -PIVOT_LEAST) continue;
    const variable = nonbasic[place];
    if ((stands[variable] === LOWER) === (entry < 0 !== isBelow) || low[variable] === high[variable]) continue;
    candidates[count] = place;
    ratios[count++] = Math.abs(reduced[place] / entry);
  }
  return count;
}

/** Of the candidates from `passed` on, the one with the least ratio. */
function firstOf({ entries }: Tableau, from: number, passed: number, count: number): number {
  let first = passed;
  let least = ratios[first];
  for (let at = passed + 1; at < count; at++) {
    const lead = least - ratios[at];
    if (lead < -TIE) continue;
    if (lead <= TIE && Math.abs(entries[from + candidates[at]]) <= Math.abs(entries[from + candidates[first]]))
      continue;
    first = at;
    least = ratios[at];
  }
  return first;
}

/** What it costs at least, by one pivot, for each unit that the basic variable of a row is moved down, and up. */
export function movingCosts(tableau: Tableau, row: number): { readonly down: number; readonly up: number } {
  const { nonbasic, reduced, stands, low, high, width, entries } = tableau;
  const from = row * tableau.stride;
  let down = Number.POSITIVE_INFINITY;
  let up = Number.POSITIVE_INFINITY;
  for (let place = 0; place < width; place++) {
    const entry = entries[from + place];
    if (entry < PIVOT_LEAST && entry > -PIVOT_LEAST) continue;
    const variable = nonbasic[place];
    if (low[variable] === high[variable]) continue;
    const cost = Math.abs(reduced[place] / entry);
    if ((stands[variable] === LOWER) === entry > 0) down = Math.min(down, cost);
    else up = Math.min(up, cost);
  }
  return { down, up };
}
