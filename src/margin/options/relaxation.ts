/**
 * The relaxation of a stated program: a tableau with the columns that are wanted and the rows that bind. What it says it
 * proves: a solution that is closed has a bound from the program as stated, and columns are fixed by such bounds only.
 */
import { solveDual } from "./dual-simplex.ts";
import { NO_FAMILY, type StatedProgram } from "./stated-program.ts";
import { Tableau } from "./tableau.ts";

const VIOLATED = 1e-7;
const WANTED = 1e-9;
/** A row whose slack is at least this does not bind. */
const LOOSE = 1e-6;
/** How far along a ray without end a bound is looked for, in turn. */
const RAYS = [1e3, 1e6];

/** A multiplier of a cut that is smaller may be nothing at all. */
const SMALL = 1e-10;

/** Rounding errors are left behind after so many pivots. */
const REBUILT_AFTER = 500;

/** Room for rows that are added to a program while it is solved. */
const MORE_ROWS = 256;

export type Outcome = "optimal" | "closed" | "stuck";

export class Relaxation {
  readonly program: StatedProgram;
  readonly tableau: Tableau;
  /** Others, to try things on and to go back to. */
  readonly trial: Tableau;
  readonly saved: Tableau;
  /** Pivots after which it gives up. */
  pivotsMost = 0;
  /** The bound that the last proof found, at `multipliers` and with `reduced` costs. */
  bound = 0;
  multipliers = new Float64Array(0);
  reduced = new Float64Array(0);
  point = new Float64Array(0);
  #slack = new Float64Array(0);
  /** Pivots when the tableau was last built anew. */
  #rebuilt = 0;

  constructor(program: StatedProgram) {
    this.program = program;
    this.tableau = new Tableau(program);
    this.trial = new Tableau(program);
    this.saved = new Tableau(program);
  }

  /** Empties it: no row and no column is in it. */
  start(pivotsMost: number): void {
    const { columns, rows } = this.program;
    if (this.reduced.length < columns) {
      this.reduced = new Float64Array(columns * 2);
      this.point = new Float64Array(columns * 2);
    }
    if (this.multipliers.length < rows + MORE_ROWS) {
      this.multipliers = new Float64Array((rows + MORE_ROWS) * 2);
      this.#slack = new Float64Array((rows + MORE_ROWS) * 2);
    }
    this.pivotsMost = pivotsMost;
    this.tableau.start(rows + MORE_ROWS);
    this.#rebuilt = 0;
  }

  /** Whether another row may be stated. */
  get hasRoom(): boolean {
    return this.program.rows < this.tableau.rowsMost;
  }

  /** Solves it with all rows and columns; "closed" where no point below it costs less than `cutoff`: proven. */
  solve(cutoff: number): Outcome {
    const { tableau } = this;
    let isAnew = false;
    let goal = cutoff;
    for (;;) {
      if (tableau.pivots - this.#rebuilt > REBUILT_AFTER) this.rebuild();
      const solved = solveDual(tableau, Math.min(this.pivotsMost, this.#rebuilt + 2 * REBUILT_AFTER), goal);
      if (solved === "stuck" && tableau.pivots < this.pivotsMost) continue;
      if (solved === "stuck") {
        this.prove();
        return "stuck";
      }
      if (solved === "optimal") {
        if (this.#enterViolated()) continue;
        this.prove();
        if (this.#activateWanted()) continue;
        return this.bound >= cutoff ? "closed" : "optimal";
      }
      if (solved === "closed") {
        this.prove();
        if (this.bound >= cutoff) return "closed";
      } else if (this.#proveRay(cutoff)) return "closed";
      if (this.#activateWanted()) continue;
      // What is left is a matter of rounding: the tableau goes farther, or is built anew without it.
      if (solved === "closed") goal = tableau.objective + (cutoff - this.bound);
      else if (isAnew) return "stuck";
      else {
        this.rebuild();
        isAnew = true;
      }
    }
  }

  /** Builds the tableau anew, as it stands. */
  rebuild(): void {
    const { tableau, program } = this;
    const rows: number[] = [];
    const columns: number[] = [];
    const basic: number[] = [];
    for (let row = 0; row < program.rows; row++) if (tableau.isIn(program.columns + row)) rows.push(row);
    for (let column = 0; column < program.columns; column++) {
      if (tableau.isIn(column)) columns.push(column);
      if (tableau.isBasic(column)) basic.push(column);
    }
    tableau.rebuild(rows, columns, basic);
    this.#rebuilt = tableau.pivots;
  }

  /** The bound from the program as stated, at the multipliers of the tableau. */
  prove(): void {
    this.tableau.multipliers(this.multipliers);
    this.#prove();
  }

  #prove(): void {
    const { program, tableau } = this;
    program.reducedCosts(this.multipliers, this.reduced);
    this.bound = program.bound(this.multipliers, this.reduced, tableau.low, tableau.high);
  }

  /** That no point is within the bounds at all: along the row that nothing can mend, the bound rises without end. */
  #proveRay(cutoff: number): boolean {
    const { program, tableau } = this;
    const row = tableau.stuckRow;
    const variable = tableau.basic[row];
    const sign = tableau.value[row] < tableau.low[variable] ? -1 : 1;
    for (const far of RAYS) {
      tableau.multipliers(this.multipliers);
      for (let stated = 0; stated < program.rows; stated++)
        this.multipliers[stated] += sign * far * tableau.entryOf(row, program.columns + stated);
      this.#prove();
      if (this.bound >= cutoff) return true;
    }
    return false;
  }

  /** Where the columns stand, in `point`. */
  readPoint(): void {
    for (let column = 0; column < this.program.columns; column++) this.point[column] = this.tableau.valueOf(column);
  }

  /** Brings in the rows that the point violates: of a family, the one that it violates most. */
  #enterViolated(): boolean {
    const { program, tableau, point } = this;
    const { columns, rows } = program;
    const slack = this.#slack;
    const family = program.family.array;
    let isAny = false;
    this.readPoint();
    for (let row = 0; row < rows; row++) slack[row] = tableau.isIn(columns + row) ? 0 : program.slackAt(row, point);
    for (let row = 0; row < rows; row++) {
      if (slack[row] >= -VIOLATED) continue;
      isAny = true;
      let worst = row;
      let most = slack[row];
      for (let other = row + 1; other < rows && family[row] !== NO_FAMILY; other++) {
        if (family[other] !== family[row]) continue;
        if (slack[other] < most) {
          most = slack[other];
          worst = other;
        }
        slack[other] = 0;
      }
      tableau.enter(worst);
    }
    return isAny;
  }

  /** Brings in the columns outside that the last proof could use. */
  #activateWanted(): boolean {
    const { program, tableau, reduced } = this;
    let isAny = false;
    for (let column = 0; column < program.columns; column++) {
      if (reduced[column] >= -WANTED || tableau.isIn(column) || tableau.low[column] === tableau.high[column]) continue;
      tableau.activate(column);
      isAny = true;
    }
    return isAny;
  }

  /**
   * Narrows the bounds of what no point moves farther that costs less than `cutoff`: moving it so far would cost more, by the
   * last proof. Holds for whole numbers. What the bounds were is kept in `undo`, three numbers each.
   */
  narrow(cutoff: number, undo: number[]): void {
    const { program, tableau } = this;
    const { columns } = program;
    const gap = cutoff - this.bound;
    for (let place = 0; place < tableau.width; place++) {
      const variable = tableau.nonbasic[place];
      if (variable >= columns && program.isWhole.array[variable - columns] === 0) continue;
      const cost = Math.abs(variable < columns ? this.reduced[variable] : this.multipliers[variable - columns]);
      const low = tableau.low[variable];
      const high = tableau.high[variable];
      if (cost * (high - low) <= gap) continue;
      const steps = Math.floor(gap / cost);
      const at = tableau.valueOf(variable);
      undo.push(variable, low, high);
      if (at === low) tableau.high[variable] = low + steps;
      else tableau.low[variable] = high - steps;
    }
  }

  /** A variable that could move from where the tableau stands, and the cost stay below `cutoff`; -1 where there is none. */
  movable(cutoff: number): number {
    const { program, tableau, reduced, multipliers } = this;
    const { columns } = program;
    const gap = cutoff - this.bound;
    for (let column = 0; column < columns; column++)
      if (!tableau.isBasic(column) && tableau.low[column] !== tableau.high[column] && Math.abs(reduced[column]) <= gap)
        return column;
    for (let place = 0; place < tableau.width; place++) {
      const slack = tableau.nonbasic[place];
      if (slack < columns || tableau.low[slack] === tableau.high[slack]) continue;
      // One that is not whole could move by very little.
      const least = program.isWhole.array[slack - columns] === 1 ? gap : SMALL;
      if (Math.abs(multipliers[slack - columns]) <= least) return slack;
    }
    return -1;
  }

  /** Gives variables the bounds again that they had, back to this length of `undo`. */
  widen(undo: number[], length: number): void {
    while (undo.length > length) {
      const high = undo.pop() ?? 0;
      const low = undo.pop() ?? 0;
      this.tableau.setBounds(undo.pop() ?? 0, low, high);
    }
  }

  /** Takes out of the tableau, for good, what cannot move at all. */
  removeFixed(cutoff: number): void {
    const { program, tableau } = this;
    const gap = cutoff - this.bound;
    for (let column = 0; column < program.columns; column++)
      if (this.reduced[column] > gap && !tableau.isIn(column)) tableau.high[column] = tableau.low[column];
    for (let place = tableau.width - 1; place >= 0; place--) {
      const variable = tableau.nonbasic[place];
      if (variable < program.columns && tableau.low[variable] === tableau.high[variable]) tableau.remove(place);
    }
    tableau.layOut();
  }

  /** Takes out rows that do not bind now; they are looked at again. */
  dropLoose(): void {
    const { tableau } = this;
    for (let row = tableau.height - 1; row >= 0; row--)
      if (tableau.basic[row] >= this.program.columns && tableau.value[row] >= LOOSE) tableau.leave(row);
  }
}
