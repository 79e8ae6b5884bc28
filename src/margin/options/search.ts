/**
 * The cheapest point of whole numbers of a pairing's program, and the proof that it is: relaxation, cuts at the root, branch
 * and bound. Whatever is left out has a bound from the program as stated.
 */
import { movingCosts, solveDual } from "./dual-simplex.ts";
import { CutMaker } from "./gomory.ts";
import { Mender } from "./mender.ts";
import { type PairingProgram, SCALE } from "./pairing-program.ts";
import type { Relaxation } from "./relaxation.ts";

/** Costs are whole millionths of a dollar: half of one tells apart what differs. */
const HALF = 0.5 / SCALE;
const WHOLE = 1e-6;
/** How far above its bound the cheapest pairing is looked for at first, and how many times as far then. */
const REACH_FIRST = 100_000_000 / SCALE;
const REACH_GROWTH = 2;
/** Rounds of cuts at the root, cuts in one, and the share of the gap that a round closes if another is to follow. */
const ROUNDS_MOST = 12;
const CUTS_A_ROUND = 20;
const ROUND_WORTH = 0.03;
/** A search that has branched so often is a long one: then its nodes have cuts too, so many at most, and only deep ones. */
const BRANCHES_UNCUT = 20;
const CUTS_A_NODE = 16;
const NODE_CUT_DEPTH = 0.005;
/** Points are rounded and mended at every so many branches. */
const MEND_EVERY = 8;
/** Variables that are tried before a branch, and pivots of each side. */
const TRIED = 3;
const PIVOTS_TRIED = 10;

export class Search {
  readonly #program: PairingProgram;
  readonly #relaxation: Relaxation;
  #mender: Mender | undefined;
  #cutMaker: CutMaker | undefined;
  readonly #margin: number;
  /** Bounds that branches narrowed. */
  readonly #undo: number[] = [];
  #isDownFirst = true;
  /** Pairings that cost as much are not looked for. */
  #target = 0;
  /** How many of each column in the best pairing so far, and what it costs, in the program's units. */
  readonly counts: Float64Array;
  cost = 0;
  /** No other pairing costs less. */
  bound = Number.NEGATIVE_INFINITY;
  /** Whether another pairing of the same cost was met, or may have been passed over. */
  hasEqual = false;
  branches = 0;

  /** `isStrict`: another pairing of the same cost is looked for too. */
  constructor(program: PairingProgram, relaxation: Relaxation, { isStrict }: { readonly isStrict: boolean }) {
    this.#program = program;
    this.#relaxation = relaxation;
    this.#margin = isStrict ? HALF : -HALF;
    this.counts = new Float64Array(program.columns.list.length);
  }

  /** Whether the best pairing is proven to be the cheapest. */
  get isProven(): boolean {
    return this.bound >= this.cost - 2 * HALF;
  }

  /** Takes a pairing that is better than the best so far. */
  propose(counts: Float64Array): void {
    const cost = this.#program.costOf(counts);
    if (cost > this.cost - HALF) {
      if (cost < this.cost + HALF && this.counts.some((count, column) => count !== counts[column]))
        this.hasEqual = true;
      return;
    }
    this.hasEqual = false;
    this.cost = cost;
    this.counts.set(counts.subarray(0, this.counts.length));
  }

  /**
   * From the relaxation where it stands. `onRoot` is told whenever the root is solved, with its cuts.
   *
   * A search does well that knows how little its bound can rise: almost everything is fixed at once. So it first looks only
   * for pairings that are so near to the bound, and looks farther only where it has proven that there is none.
   */
  run(onRoot: () => void): void {
    const relaxation = this.#relaxation;
    const { tableau, saved } = relaxation;
    let floor = Number.NEGATIVE_INFINITY;
    for (let reach = REACH_FIRST; ; reach *= REACH_GROWTH) {
      if (relaxation.solve(Number.POSITIVE_INFINITY) !== "optimal") {
        this.bound = Math.max(floor, relaxation.bound);
        return;
      }
      saved.copy(tableau);
      if (this.cost === 0) this.#mend();
      floor = Math.max(floor, relaxation.bound);
      this.#target = relaxation.bound + reach;
      this.bound = Number.POSITIVE_INFINITY;
      this.#cutRoot();
      onRoot();
      this.#branch();
      this.bound = Math.max(floor, Math.min(this.bound, this.#cutoff));
      floor = this.bound;
      if (this.cost <= this.#target || this.bound < this.#cutoff) return;
      const { pivots } = tableau;
      tableau.copy(saved);
      tableau.pivots = pivots;
      this.#enterCuts();
    }
  }

  get #cutoff(): number {
    return Math.min(this.cost + this.#margin, this.#target);
  }

  /** The cuts that were found since the tableau was saved. */
  #enterCuts(): void {
    const { tableau, program } = this.#relaxation;
    for (let row = this.#program.cutRows; row < program.rows; row++)
      if (!tableau.isIn(program.columns + row)) tableau.enter(row);
  }

  #mend(): void {
    this.#mender ??= new Mender(this.#program);
    this.#relaxation.readPoint();
    this.propose(this.#mender.mend(this.#relaxation.point));
  }

  /** Adds cuts while they close enough of the gap. */
  #cutRoot(): void {
    const relaxation = this.#relaxation;
    for (let round = 0; round < ROUNDS_MOST; round++) {
      const before = relaxation.bound;
      const gap = this.#cutoff - before;
      if (gap <= 0) return;
      relaxation.narrow(this.#cutoff, this.#undo);
      this.#undo.length = 0;
      relaxation.removeFixed(this.#cutoff);
      relaxation.dropLoose();
      if (!this.#addCuts(CUTS_A_ROUND, 0)) return;
      if (relaxation.solve(this.#cutoff) !== "optimal") return;
      if (relaxation.bound - before < ROUND_WORTH * gap) return;
    }
  }

  #addCuts(most: number, depthLeast: number): boolean {
    this.#cutMaker ??= new CutMaker(this.#relaxation);
    return this.#cutMaker.add(most, depthLeast) > 0;
  }

  /** The node where the relaxation stands, and all below it. */
  #branch(): void {
    const relaxation = this.#relaxation;
    const { tableau } = relaxation;
    let outcome = relaxation.solve(this.#cutoff);
    if (outcome === "optimal" && this.branches >= BRANCHES_UNCUT && this.#addCuts(CUTS_A_NODE, NODE_CUT_DEPTH))
      outcome = relaxation.solve(this.#cutoff);
    if (outcome !== "optimal") {
      // What is not closed was given up: its bound stays open.
      this.bound = Math.min(this.bound, relaxation.bound);
      return;
    }
    const variable = this.#mostWorth();
    if (variable === -1) {
      this.#takePoint();
      return;
    }
    if (++this.branches % MEND_EVERY === 0) this.#mend();
    const value = Math.floor(tableau.valueOf(variable));
    const depth = this.#undo.length;
    relaxation.narrow(this.#cutoff, this.#undo);
    const low = tableau.low[variable];
    const high = tableau.high[variable];
    if (this.#isDownFirst) this.#split(variable, [low, value], [value + 1, high]);
    else this.#split(variable, [value + 1, high], [low, value]);
    relaxation.widen(this.#undo, depth);
  }

  /** Branches: the variable within the one bounds, and then within the other. */
  #split(variable: number, ...sides: readonly (readonly [number, number])[]): void {
    const { tableau } = this.#relaxation;
    const low = tableau.low[variable];
    const high = tableau.high[variable];
    for (const side of sides) {
      tableau.setBounds(variable, ...side);
      this.#branch();
    }
    tableau.setBounds(variable, low, high);
  }

  /** The relaxation stands at whole numbers: a pairing. The only one here, where nothing else can move. */
  #takePoint(): void {
    const relaxation = this.#relaxation;
    const { tableau, point, program } = relaxation;
    relaxation.readPoint();
    for (let column = 0; column < program.columns; column++) point[column] = Math.round(point[column]);
    this.propose(point);
    const variable = relaxation.movable(this.#cutoff);
    if (variable === -1) return;
    if (!tableau.isIn(variable)) {
      tableau.activate(variable);
      this.#branch();
      return;
    }
    if (variable >= program.columns && program.isWhole.array[variable - program.columns] === 0) {
      this.hasEqual = true;
      this.bound = Math.min(this.bound, relaxation.bound);
      return;
    }
    const value = tableau.valueOf(variable);
    const low = tableau.low[variable];
    const high = tableau.high[variable];
    this.#split(variable, [value, value], value === low ? [value + 1, high] : [low, value - 1]);
  }

  /**
   * The variable to branch on: the one whose two sides cost most, by a few pivots of each; which are tried is judged by one
   * pivot. -1 where all are whole.
   */
  #mostWorth(): number {
    const { tableau, program } = this.#relaxation;
    const gap = this.#cutoff - tableau.objective;
    const candidates: { readonly variable: number; readonly value: number; readonly score: number }[] = [];
    for (let row = 0; row < tableau.height; row++) {
      const variable = tableau.basic[row];
      if (variable >= program.columns && program.isWhole.array[variable - program.columns] === 0) continue;
      const value = tableau.value[row];
      const fraction = value - Math.floor(value);
      if (fraction < WHOLE || fraction > 1 - WHOLE) continue;
      const { down, up } = movingCosts(tableau, row);
      candidates.push({ variable, value, score: scoreOf(down * fraction, up * (1 - fraction), gap) });
    }
    candidates.sort((a, b) => b.score - a.score);
    let found = -1;
    let most = -1;
    for (const { variable, value } of candidates.slice(0, TRIED)) {
      const down = this.#tried(variable, tableau.low[variable], Math.floor(value));
      const up = this.#tried(variable, Math.floor(value) + 1, tableau.high[variable]);
      const score = scoreOf(down, up, gap);
      if (score <= most) continue;
      most = score;
      found = variable;
      this.#isDownFirst = down <= up;
      if (down >= gap || up >= gap) break;
    }
    return found;
  }

  /** What the relaxation costs more at least, with other bounds of a variable. */
  #tried(variable: number, low: number, high: number): number {
    const { tableau, trial } = this.#relaxation;
    trial.copy(tableau);
    trial.pivots = 0;
    trial.setBounds(variable, low, high);
    const solved = solveDual(trial, PIVOTS_TRIED, this.#cutoff);
    tableau.pivots += trial.pivots;
    return solved === "infeasible" ? Number.POSITIVE_INFINITY : trial.objective - tableau.objective;
  }
}

/** How good it is to branch where the sides cost so much more: both should, up to the gap. */
function scoreOf(down: number, up: number, gap: number): number {
  const least = 1e-4 * gap;
  return Math.max(least, Math.min(down, gap)) * Math.max(least, Math.min(up, gap));
}
