/**
 * A linear program whose variables all have two bounds, solved by the dual simplex method on a dense tableau. Because every
 * variable is boxed, any basis can be made dual feasible by putting each variable at the right bound: so one method serves
 * the first solution, new rows, changed bounds and changed costs, each from wherever the last one ended.
 *
 * The answer's proof is `safeBound`: for any multipliers whatever, the Lagrangian bound computed from the program as it was
 * stated is a lower bound of every feasible point. It does not depend on the tableau, nor on its rounding errors.
 */
import { cutWeight } from "./cut-weight.ts";

const FEASIBLE = 1e-7;
const PIVOT_LEAST = 1e-8;
/** A cut is made of a value that is so far from whole, has no larger coefficient, and is loosened by so little. */
const CUT_LEAST = 0.05;
const CUT_MOST = 1e3;
const CUT_SLACK = 1e-7;
/** The place of a variable that is not in the tableau. */
const OUTSIDE = -1;
/** An entry of the tableau that is smaller is a rounding error. */
const NOISE = 1e-11;
/** A row whose slack is at least this does not bind. */
const LOOSE = 1e-6;
const BASIC = 2;
const LOWER = 0;
const UPPER = 1;

type Solved = "optimal" | "infeasible" | "stuck";

export class BoxedProgram {
  /** Structural variables, in the tableau or not; the slack of row r is variable `columns + r`. */
  columns = 0;
  rows = 0;
  /** Columns of the tableau: nonbasic variables that can move. */
  #width = 0;
  /** Rows of the tableau: basic variables that are looked after. */
  #height = 0;
  /** Pivots since `start`. */
  pivots = 0;
  #stride = 64;
  #capacity = 64;
  /** The program as stated: rows × columns. */
  #stated = new Float64Array(64 * 64);
  #cost = new Float64Array(64);
  #right = new Float64Array(64);
  #tableau = new Float64Array(64 * 64);
  #value = new Float64Array(64);
  #reduced = new Float64Array(64);
  #basic = new Int32Array(64);
  #nonbasic = new Int32Array(64);
  /** By variable: its bounds, where it stands, and its row or its place among the nonbasic. */
  #low = new Float64Array(128);
  #high = new Float64Array(128);
  #stands = new Uint8Array(128);
  #place = new Int32Array(128);
  #multiplier = new Float64Array(64);
  #candidates = new Int32Array(64);
  #ratios = new Float64Array(64);
  /** By variable: whether it is whole in every point that counts. */
  #whole = new Uint8Array(128);

  /** Empties it for `columns` variables. */
  clear(columns: number): void {
    this.columns = columns;
    this.rows = 0;
    this.#width = 0;
    this.#height = 0;
    this.pivots = 0;
    if (columns > this.#stride) {
      this.#stride = columns * 2;
      this.#capacity = Math.max(this.#capacity, 64);
      this.#stated = new Float64Array(this.#stride * this.#capacity);
      this.#tableau = new Float64Array(this.#stride * this.#capacity);
      this.#cost = new Float64Array(this.#stride);
      this.#reduced = new Float64Array(this.#stride);
      this.#nonbasic = new Int32Array(this.#stride);
      this.#candidates = new Int32Array(this.#stride);
      this.#ratios = new Float64Array(this.#stride);
      this.#growVariables();
    }
  }

  /** A variable from 0 to `high`, which is 0 until it is activated. All are set before the first row is closed. */
  setColumn(column: number, cost: number, high: number, isWhole: boolean): void {
    this.#cost[column] = cost;
    this.#place[column] = OUTSIDE;
    this.#low[column] = 0;
    this.#high[column] = high;
    this.#stands[column] = LOWER;
    this.#whole[column] = isWhole ? 1 : 0;
  }

  isActive(column: number): boolean {
    return this.#stands[column] === BASIC || this.#place[column] !== OUTSIDE;
  }

  /** Brings a variable into the tableau. Not after cuts: they know nothing of it. */
  activate(column: number): void {
    const place = this.#width++;
    this.#nonbasic[place] = column;
    this.#place[column] = place;
    this.#reduced[place] = this.reducedCost(column);
    for (let row = 0; row < this.#height; row++) this.#tableau[row * this.#stride + place] = 0;
    for (let row = 0; row < this.rows; row++) {
      const coefficient = this.#stated[row * this.#stride + column];
      if (coefficient === 0) continue;
      const slack = this.columns + row;
      const from = this.#place[slack];
      if (this.#stands[slack] === BASIC) {
        this.#tableau[from * this.#stride + place] += coefficient;
        continue;
      }
      for (let other = 0; other < this.#height; other++)
        this.#tableau[other * this.#stride + place] += coefficient * this.#tableau[other * this.#stride + from];
    }
    if (this.#reduced[place] < 0) this.#flip(place);
  }

  /** What a variable that is not in the tableau would change the cost by, for each unit. */
  reducedCost(column: number): number {
    let reduced = this.#cost[column];
    for (let row = 0; row < this.rows; row++) {
      const coefficient = this.#stated[row * this.#stride + column];
      if (coefficient === 0) continue;
      const slack = this.columns + row;
      if (this.#stands[slack] !== BASIC) reduced += coefficient * this.#reduced[this.#place[slack]];
    }
    return reduced;
  }

  /**
   * Takes out of the tableau, for good, the nonbasic variables that no point uses which costs less than the present one by
   * `gap`: moving one by a unit would cost more. They stay where they stand. Nothing can be activated after it.
   */
  fix(gap: number): void {
    for (let place = this.#width - 1; place >= 0; place--) {
      const variable = this.#nonbasic[place];
      const isFixed = this.#low[variable] === this.#high[variable];
      if (!isFixed && (this.#whole[variable] === 0 || Math.abs(this.#reduced[place]) <= gap)) continue;
      const value = this.valueOf(variable);
      this.#low[variable] = value;
      this.#high[variable] = value;
      this.#place[variable] = OUTSIDE;
      const last = --this.#width;
      if (last === place) continue;
      const moved = this.#nonbasic[last];
      this.#nonbasic[place] = moved;
      this.#place[moved] = place;
      this.#reduced[place] = this.#reduced[last];
      for (let row = 0; row < this.#height; row++)
        this.#tableau[row * this.#stride + place] = this.#tableau[row * this.#stride + last];
    }
  }

  /**
   * Takes out of the tableau, for good, the rows that do not bind now and that `isNeeded` does not ask to keep: such a row
   * says nothing of any other.
   */
  dropLoose(isNeeded: (row: number) => boolean): void {
    for (let at = this.#height - 1; at >= 0; at--) {
      const variable = this.#basic[at];
      if (variable < this.columns || this.#value[at] < LOOSE || isNeeded(variable - this.columns)) continue;
      this.#place[variable] = OUTSIDE;
      this.#stands[variable] = LOWER;
      const last = --this.#height;
      if (last === at) continue;
      this.#tableau.copyWithin(at * this.#stride, last * this.#stride, last * this.#stride + this.#width);
      this.#value[at] = this.#value[last];
      this.#basic[at] = this.#basic[last];
      this.#place[this.#basic[at]] = at;
    }
  }

  /** A new row of zeros; gives it to be filled with `setCoefficient`, and closed with `closeRow`. */
  openRow(): number {
    if (this.rows === this.#capacity) this.#growRows();
    const row = this.rows;
    this.#stated.fill(0, row * this.#stride, row * this.#stride + this.columns);
    return row;
  }

  setCoefficient(row: number, column: number, coefficient: number): void {
    this.#stated[row * this.#stride + column] = coefficient;
  }

  /** The sum of the row and a slack from 0 to `slack` is `right`. It enters the tableau with its slack basic. */
  closeRow(right: number, slack: number, isWhole: boolean): void {
    const row = this.rows++;
    const stride = this.#stride;
    const from = row * stride;
    const height = this.#height++;
    const to = height * stride;
    const variable = this.columns + row;
    this.#right[row] = right;
    this.#low[variable] = 0;
    this.#high[variable] = slack;
    this.#stands[variable] = BASIC;
    this.#place[variable] = height;
    this.#basic[height] = variable;
    this.#whole[variable] = isWhole ? 1 : 0;
    this.#tableau.fill(0, to, to + this.#width);
    let value = right;
    for (let column = 0; column < this.columns; column++) {
      const coefficient = this.#stated[from + column];
      if (coefficient === 0) continue;
      value -= coefficient * this.valueOf(column);
      const place = this.#place[column];
      if (place === OUTSIDE) continue;
      if (this.#stands[column] !== BASIC) {
        this.#tableau[to + place] += coefficient;
        continue;
      }
      const other = place * stride;
      for (let at = 0; at < this.#width; at++) this.#tableau[to + at] -= coefficient * this.#tableau[other + at];
    }
    this.#value[height] = value;
  }

  valueOf(variable: number): number {
    const stands = this.#stands[variable];
    if (stands === BASIC) return this.#value[this.#place[variable]];
    return stands === LOWER ? this.#low[variable] : this.#high[variable];
  }

  lowOf(variable: number): number {
    return this.#low[variable];
  }

  highOf(variable: number): number {
    return this.#high[variable];
  }

  /** New bounds of a variable; a nonbasic one moves with them. */
  setBounds(variable: number, low: number, high: number): void {
    const before = this.valueOf(variable);
    this.#low[variable] = low;
    this.#high[variable] = high;
    if (this.#stands[variable] === BASIC) return;
    const place = this.#place[variable];
    if (place === OUTSIDE) return;
    this.#stands[variable] = this.#reduced[place] < 0 ? UPPER : LOWER;
    this.#move(place, this.valueOf(variable) - before);
  }

  /** What the program costs where it stands. */
  get objective(): number {
    let total = 0;
    for (let column = 0; column < this.columns; column++) total += this.#cost[column] * this.valueOf(column);
    return total;
  }

  /**
   * Pivots until every variable is within its bounds. The reduced costs keep their signs throughout, so that the objective
   * only rises and is a bound all the way: from `cutoff` on it is not worth going on, "infeasible".
   */
  solve(pivotsMost: number, cutoff: number): Solved {
    for (let pivots = 0; pivots < pivotsMost; pivots++) {
      if (this.objective >= cutoff) return "infeasible";
      const row = this.#mostInfeasible();
      if (row === -1) return "optimal";
      const entering = this.#choose(row);
      if (entering === -1) return "infeasible";
      this.#pivot(row, entering);
      this.pivots++;
    }
    return "stuck";
  }

  /** A lower bound of every feasible point within the bounds, from the multipliers of the tableau as it stands. */
  safeBound(): number {
    const { columns, rows } = this;
    let bound = 0;
    const multiplier = this.#multiplier;
    for (let row = 0; row < rows; row++) {
      const slack = columns + row;
      multiplier[row] = this.#stands[slack] === BASIC ? 0 : -this.#reduced[this.#place[slack]];
      bound += multiplier[row] * this.#right[row];
      bound += Math.min(0, -multiplier[row] * this.#high[slack]);
    }
    for (let column = 0; column < columns; column++) {
      let reduced = this.#cost[column];
      for (let row = 0; row < rows; row++) {
        if (multiplier[row] !== 0) reduced -= multiplier[row] * this.#stated[row * this.#stride + column];
      }
      bound += reduced * (reduced < 0 ? this.#high[column] : this.#low[column]);
    }
    return bound;
  }

  /**
   * Adds Gomory's mixed-integer cuts of the rows whose basic variable should be whole and is not, at most `most`. They are
   * valid for the bounds as they stand, so only where no branch has narrowed them. Gives how many were added.
   */
  addCuts(most: number): number {
    const rows = this.#height;
    let added = 0;
    for (let row = 0; row < rows && added < most; row++) {
      const variable = this.#basic[row];
      if (this.#whole[variable] === 0) continue;
      const fraction = this.#value[row] - Math.floor(this.#value[row]);
      if (fraction < CUT_LEAST || fraction > 1 - CUT_LEAST) continue;
      if (this.#cut(row, fraction)) added++;
    }
    return added;
  }

  #cut(row: number, fraction: number): boolean {
    const { columns } = this;
    const stride = this.#stride;
    const from = row * stride;
    const cut = this.openRow();
    const to = cut * stride;
    let right = -1;
    for (let place = 0; place < this.#width; place++) {
      const variable = this.#nonbasic[place];
      if (this.#low[variable] === this.#high[variable]) continue;
      const isLower = this.#stands[variable] === LOWER;
      const entry = isLower ? this.#tableau[from + place] : -this.#tableau[from + place];
      const weight = cutWeight(entry, fraction, this.#whole[variable] === 1);
      if (weight === 0) continue;
      if (weight > CUT_MOST) return false;
      // weight × (distance from the bound) summed is at least 1, here written in the structural variables.
      const signed = isLower ? weight : -weight;
      right -= signed * (isLower ? this.#low[variable] : this.#high[variable]);
      if (variable < columns) {
        this.#stated[to + variable] -= signed;
        continue;
      }
      const other = (variable - columns) * stride;
      right += signed * this.#right[variable - columns];
      for (let column = 0; column < columns; column++)
        this.#stated[to + column] += signed * this.#stated[other + column];
    }
    let least = 0;
    for (let column = 0; column < columns; column++) {
      const coefficient = this.#stated[to + column];
      if (Math.abs(coefficient) < 1e-11) this.#stated[to + column] = 0;
      least += Math.min(coefficient * this.#low[column], coefficient * this.#high[column]);
    }
    this.closeRow(right + CUT_SLACK, right + CUT_SLACK - least, false);
    return true;
  }

  #mostInfeasible(): number {
    let worst = FEASIBLE;
    let found = -1;
    for (let row = 0; row < this.#height; row++) {
      const variable = this.#basic[row];
      const value = this.#value[row];
      const miss = Math.max(this.#low[variable] - value, value - this.#high[variable]);
      if (miss > worst) {
        worst = miss;
        found = row;
      }
    }
    return found;
  }

  /**
   * The variable that enters: the one whose reduced cost is used up first, passing over those that would only go from one
   * bound to the other without mending the row (they are moved). -1 where nothing can mend it.
   */
  #choose(row: number): number {
    const from = row * this.#stride;
    const leaving = this.#basic[row];
    const isBelow = this.#value[row] < this.#low[leaving];
    let left = isBelow ? this.#low[leaving] - this.#value[row] : this.#value[row] - this.#high[leaving];
    let count = 0;
    let mendable = 0;
    for (let place = 0; place < this.#width; place++) {
      const entry = isBelow ? -this.#tableau[from + place] : this.#tableau[from + place];
      if (entry < PIVOT_LEAST && entry > -PIVOT_LEAST) continue;
      const variable = this.#nonbasic[place];
      if (this.#stands[variable] === LOWER ? entry < 0 : entry > 0) continue;
      const span = this.#high[variable] - this.#low[variable];
      if (span === 0) continue;
      mendable += span * Math.abs(entry);
      this.#candidates[count] = place;
      this.#ratios[count++] = Math.abs(this.#reduced[place] / entry);
    }
    if (mendable < left - FEASIBLE) return -1;
    while (count > 0) {
      const next = this.#nextCandidate(from, count);
      const place = this.#candidates[next];
      const variable = this.#nonbasic[place];
      const span = this.#high[variable] - this.#low[variable];
      const mends = span * Math.abs(this.#tableau[from + place]);
      if (mends >= left || count === 1) return place;
      left -= mends;
      this.#flip(place);
      this.#candidates[next] = this.#candidates[--count];
      this.#ratios[next] = this.#ratios[count];
    }
    return -1;
  }

  /** Of the candidates, the least ratio; among equals the largest entry, then the first variable. */
  #nextCandidate(from: number, count: number): number {
    let best = 0;
    for (let index = 1; index < count; index++) {
      const difference = this.#ratios[index] - this.#ratios[best];
      if (difference > 1e-12) continue;
      if (difference < -1e-12) {
        best = index;
        continue;
      }
      const [one, other] = [this.#candidates[index], this.#candidates[best]];
      const larger = Math.abs(this.#tableau[from + one]) - Math.abs(this.#tableau[from + other]);
      if (larger > 1e-9 || (larger > -1e-9 && this.#nonbasic[one] < this.#nonbasic[other])) best = index;
    }
    return best;
  }

  #flip(place: number): void {
    const variable = this.#nonbasic[place];
    const toUpper = this.#stands[variable] === LOWER;
    this.#stands[variable] = toUpper ? UPPER : LOWER;
    this.#move(place, (this.#high[variable] - this.#low[variable]) * (toUpper ? 1 : -1));
  }

  /** The basic variables, where a nonbasic one has moved by so much. */
  #move(place: number, by: number): void {
    if (by === 0) return;
    for (let row = 0; row < this.#height; row++) this.#value[row] -= by * this.#tableau[row * this.#stride + place];
  }

  #pivot(row: number, place: number): void {
    const rows = this.#height;
    const tableau = this.#tableau;
    const stride = this.#stride;
    const from = row * stride;
    const leaving = this.#basic[row];
    const entering = this.#nonbasic[place];
    const pivot = tableau[from + place];
    const isBelow = this.#value[row] < this.#low[leaving];
    const bound = isBelow ? this.#low[leaving] : this.#high[leaving];
    const step = (this.#value[row] - bound) / pivot;
    const entered = this.valueOf(entering) + step;
    const inverse = 1 / pivot;
    const filled = this.#candidates;
    let count = 0;
    for (let at = 0; at < this.#width; at++) {
      if (tableau[from + at] === 0) continue;
      tableau[from + at] *= inverse;
      filled[count++] = at;
    }
    tableau[from + place] = inverse;
    for (let other = 0; other < rows; other++) {
      if (other === row) continue;
      const start = other * stride;
      const factor = tableau[start + place];
      if (factor === 0) continue;
      tableau[start + place] = 0;
      if (factor < NOISE && factor > -NOISE) continue;
      for (let index = 0; index < count; index++) {
        const at = filled[index];
        const next = tableau[start + at] - factor * tableau[from + at];
        tableau[start + at] = next < NOISE && next > -NOISE ? 0 : next;
      }
      this.#value[other] -= factor * step;
    }
    const reduced = this.#reduced[place];
    this.#reduced[place] = 0;
    for (let index = 0; index < count; index++) this.#reduced[filled[index]] -= reduced * tableau[from + filled[index]];
    this.#value[row] = entered;
    this.#basic[row] = entering;
    this.#nonbasic[place] = leaving;
    this.#stands[entering] = BASIC;
    this.#place[entering] = row;
    this.#stands[leaving] = isBelow ? LOWER : UPPER;
    this.#place[leaving] = place;
  }

  #growRows(): void {
    this.#capacity *= 2;
    const { length } = this.#tableau;
    this.#stated = kept(this.#stated, new Float64Array(length * 2));
    this.#tableau = kept(this.#tableau, new Float64Array(length * 2));
    this.#value = kept(this.#value, new Float64Array(this.#capacity));
    this.#right = kept(this.#right, new Float64Array(this.#capacity));
    this.#multiplier = kept(this.#multiplier, new Float64Array(this.#capacity));
    this.#basic = kept(this.#basic, new Int32Array(this.#capacity));
    this.#growVariables();
  }

  #growVariables(): void {
    const size = this.#stride + this.#capacity;
    if (this.#low.length >= size) return;
    this.#low = kept(this.#low, new Float64Array(size));
    this.#high = kept(this.#high, new Float64Array(size));
    this.#stands = kept(this.#stands, new Uint8Array(size));
    this.#place = kept(this.#place, new Int32Array(size));
    this.#whole = kept(this.#whole, new Uint8Array(size));
  }
}

/** The longer array, with what the shorter one held. */
function kept<T extends Float64Array | Int32Array | Uint8Array>(shorter: T, longer: T): T {
  longer.set(shorter);
  return longer;
}
