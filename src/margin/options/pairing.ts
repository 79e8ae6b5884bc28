/**
 * The least that a group can require, over all pairings that 4210(f)(2) permits, found exactly.
 *
 * Every leg stands by itself, or in one of the strategies of `columns.ts`: a straddle, a cover, stock that an option hedges,
 * a box. Spreads need no columns of their own. By (f)(2)(A)(xxxii) a spread may have any number of legs, it requires the
 * greatest loss at expiry, and two spreads together never lose more than the sum of what each can lose. So all spreads
 * whose shorts expire by one day and whose longs live to it are one, and which contracts are in it is what is sought: for
 * each such day (a *cut*) a variable for each leg and one for the loss, as many longs as shorts of either right, and for
 * each exercise price a row which says that the loss is at least what it is there.
 *
 * That is a mixed-integer program of some hundred variables. Its relaxation is solved with the rows that bind (the others
 * are looked for, not listed), and branch and bound closes what is left. docs/rules/margin-options.md has the proof.
 */
import { BoxedProgram } from "./boxed-program.ts";
import { Columns, type Column, type Cut } from "./columns.ts";
import { intrinsic } from "./costs.ts";
import type { Leg, Stock, Terms } from "./legs.ts";
import { Mender } from "./mender.ts";

/** What costs are divided by inside the program: a hundred dollars, in millionths. */
const SCALE = 100_000_000;
/** A pairing that is cheaper by no more than this is not looked for: a tenth of a cent, in millionths of a dollar. */
const TOLERANCE = 1000;
const WHOLE = 1e-5;
const VIOLATED = 1e-7;
const WANTED = 1e-9;
/** Pivots after which the search stops, and says how good its answer is proven to be. */
const PIVOTS_MOST = 1500;
/** Cuts at the root: in all, and from one solution. */
const CUT_ROWS_MOST = 100;
const CUTS_A_ROUND = 20;
/** A round of cuts that closes less than this share of the gap is the last. */
const CUT_WORTH = 0.05;
/** Rounded points are mended at the root, and at every so many branches. */
const MEND_EVERY = 8;

/** One program serves every pairing: nothing of it outlives one. */
const program = new BoxedProgram();

export interface Paired {
  readonly columns: Columns;
  /** By column: how many. */
  readonly counts: Float64Array;
  /** What the pairing costs, in millionths of a dollar: requirements less what they add to equity. */
  readonly cost: number;
  /** No pairing costs less than this: proven. Within `TOLERANCE` of `cost` unless the search was stopped. */
  readonly bound: number;
  readonly nodes: number;
  readonly pivots: number;
}

/** The cheapest pairing of the legs and the stock. */
export function pair(legs: readonly Leg[], stock: Stock, terms: Terms): Paired {
  const columns = new Columns(legs, stock, terms);
  return new Search(columns).run();
}

class Search {
  readonly #columns: Columns;
  readonly #counts: Float64Array;
  readonly #trial: Float64Array;
  /** Savings, in the units of the program, negative: what the best pairing costs against all by themselves. */
  #best = 0;
  /** The least bound of branches that were cut off unfinished. */
  #open = Number.POSITIVE_INFINITY;
  /** The bound of the relaxation as stated, before any cut: it holds whatever rounding did. */
  #floor = Number.NEGATIVE_INFINITY;
  #nodes = 0;
  /** Whether the relaxation has every column that it wants. */
  #isComplete = false;
  /** By cut: the prices that have a row. */
  readonly #listed: Uint8Array[];
  /** By row of a loss: which it is. Rows before the first are never taken out. */
  readonly #rows = new Map<number, { readonly cut: number; readonly at: number }>();
  #firstLoss = 0;
  readonly #mender: Mender;

  constructor(columns: Columns) {
    this.#columns = columns;
    this.#counts = new Float64Array(columns.list.length);
    this.#trial = new Float64Array(columns.list.length);
    this.#mender = new Mender(columns);
    this.#listed = columns.cuts.map(({ prices }) => new Uint8Array(prices.length));
  }

  run(): Paired {
    const { alone, list } = this.#columns;
    if (list.length > 0) {
      this.#state();
      this.#branch(0);
    }
    const cost = alone + this.#best * SCALE;
    const bound = Math.min(cost, alone + Math.max(this.#open, this.#floor) * SCALE);
    return { columns: this.#columns, counts: this.#counts, cost, bound, nodes: this.#nodes, pivots: program.pivots };
  }

  #state(): void {
    const { list, cuts, legs } = this.#columns;
    program.clear(list.length + cuts.length);
    for (let column = 0; column < list.length; column++)
      program.setColumn(column, -list[column].saves / SCALE, list[column].most, true);
    for (let cut = 0; cut < cuts.length; cut++) {
      const { step, lossMost } = cuts[cut];
      program.setColumn(list.length + cut, step / SCALE, Math.ceil(lossMost / step), true);
    }
    for (let leg = 0; leg < legs.length; leg++) this.#stateLeg(leg);
    this.#stateStock(1);
    this.#stateStock(-1);
    for (let column = 0; column < list.length + cuts.length; column++)
      if (column >= list.length || list[column].kind !== "straddle") program.activate(column);
    for (let cut = 0; cut < cuts.length; cut++) {
      this.#stateBalance(cuts[cut], true);
      this.#stateBalance(cuts[cut], false);
    }
    this.#firstLoss = program.rows;
    for (let cut = 0; cut < cuts.length; cut++) {
      this.#stateLoss(cut, 0);
      this.#stateLoss(cut, cuts[cut].prices.length - 1);
    }
  }

  /** A leg is in no more strategies than it has contracts. */
  #stateLeg(leg: number): void {
    const { list, legs } = this.#columns;
    let uses = 0;
    for (let column = 0; column < list.length; column++) if (list[column].legs.includes(leg)) uses++;
    if (uses < 2) return;
    const row = program.openRow();
    for (let column = 0; column < list.length; column++)
      if (list[column].legs.includes(leg)) program.setCoefficient(row, column, 1);
    const contracts = Math.abs(legs[leg].contracts);
    program.closeRow(contracts, contracts, true);
  }

  /** Stock of one side is in no more strategies than there is of it; of whole lots, where all take the same. */
  #stateStock(side: 1 | -1): void {
    const { list, stock } = this.#columns;
    const held = side > 0 ? stock.long : stock.short;
    let uses = 0;
    let lots = 0;
    let lot = 0;
    let isOneLot = true;
    for (const { kind, stock: units } of list) {
      if (kind === "stock-both") uses++;
      else if (units * side > 0) {
        uses++;
        lots++;
        if (lot !== 0 && lot !== units * side) isOneLot = false;
        lot = units * side;
      }
    }
    if (lots > 0 && isOneLot)
      this.#stateRow((one) => (one.kind !== "stock-both" && one.stock * side > 0 ? 1 : 0), Math.floor(held / lot));
    if (uses > lots || (lots > 0 && !isOneLot))
      this.#stateRow(
        ({ kind, stock: units }) => (kind === "stock-both" ? 1 : Math.max(0, units * side)) / (lot || 1),
        held / (lot || 1),
      );
  }

  #stateRow(coefficient: (column: Column) => number, most: number): void {
    const { list } = this.#columns;
    const row = program.openRow();
    for (let column = 0; column < list.length; column++) program.setCoefficient(row, column, coefficient(list[column]));
    program.closeRow(most, most, false);
  }

  /** Limited risk and limited reward: as many contracts long as short, of calls and of puts. */
  #stateBalance({ members }: Cut, isCall: boolean): void {
    const { list, legs } = this.#columns;
    const row = program.openRow();
    let uses = 0;
    for (const column of members) {
      const leg = legs[list[column].legs[0]];
      if (leg.isCall !== isCall) continue;
      program.setCoefficient(row, column, Math.sign(leg.contracts));
      uses++;
    }
    if (uses > 0) program.closeRow(0, 0, true);
  }

  /** The loss of a cut's spread is at least what it is where the underlying stands at one of its prices. */
  #stateLoss(cut: number, at: number): void {
    if (this.#listed[cut][at] === 1) return;
    this.#listed[cut][at] = 1;
    const { list, cuts, legs } = this.#columns;
    const { prices, members, step, lossMost } = cuts[cut];
    const row = program.openRow();
    this.#rows.set(row, { cut, at });
    let most = Math.ceil(lossMost / step);
    for (const column of members) {
      const leg = legs[list[column].legs[0]];
      const worth = Math.round(intrinsic(leg, prices[at]) / step);
      if (worth === 0) continue;
      program.setCoefficient(row, column, leg.contracts > 0 ? -worth : worth);
      if (leg.contracts > 0) most += worth * list[column].most;
    }
    program.setCoefficient(row, list.length + cut, -1);
    program.closeRow(0, most, true);
  }

  /** The node where the program stands, and all below it. */
  #branch(depth: number): void {
    if (!this.#relax()) return;
    if (depth === 0 && !(this.#complete() && this.#tighten())) return;
    const objective = program.objective;
    if (program.pivots >= PIVOTS_MOST) {
      this.#open = Math.min(this.#open, objective);
      return;
    }
    this.#nodes++;
    const column = this.#mostFractional();
    this.#offer(this.#nodes % MEND_EVERY === 0);
    if (column === -1) return;
    if (objective >= this.#best - TOLERANCE / SCALE) {
      this.#open = Math.min(this.#open, objective);
      return;
    }
    const value = program.valueOf(column);
    const [low, high] = [program.lowOf(column), program.highOf(column)];
    const down = Math.floor(value);
    const isDownFirst = value - down < 0.5;
    for (let turn = 0; turn < 2; turn++) {
      if ((turn === 0) === isDownFirst) program.setBounds(column, low, down);
      else program.setBounds(column, down + 1, high);
      this.#branch(depth + 1);
    }
    program.setBounds(column, low, high);
  }

  /** Brings in the straddles that the relaxation wants, and solves it anew, until it wants no more. */
  #complete(): boolean {
    const { list } = this.#columns;
    for (;;) {
      let isComplete = true;
      for (let column = 0; column < list.length; column++) {
        if (program.isActive(column) || program.reducedCost(column) >= -WANTED) continue;
        program.activate(column);
        isComplete = false;
      }
      if (isComplete) {
        this.#isComplete = true;
        return true;
      }
      if (!this.#relax()) return false;
    }
  }

  /** Takes rows out that do not bind: of losses, which are looked for again, and cuts. */
  #dropLoose(): void {
    program.dropLoose((row) => {
      if (row < this.#firstLoss) return true;
      const found = this.#rows.get(row);
      if (found !== undefined) this.#listed[found.cut][found.at] = 0;
      return false;
    });
  }

  /** The best pairing is as good as the relaxation: there is nothing better. */
  #close(): boolean {
    this.#open = Math.min(this.#open, program.objective);
    return false;
  }

  /** Cuts off what is not whole at the root; false where that leaves nothing better. */
  #tighten(): boolean {
    this.#floor = program.safeBound();
    this.#offer(true);
    const gap = this.#best - program.objective - TOLERANCE / SCALE;
    if (gap <= 0) return this.#close();
    const { list } = this.#columns;
    for (let column = 0; column < list.length; column++)
      if (!program.isActive(column) && program.reducedCost(column) <= gap) program.activate(column);
    program.fix(gap);
    this.#dropLoose();
    for (let cuts = 0; cuts < CUT_ROWS_MOST; cuts += CUTS_A_ROUND) {
      if (program.addCuts(CUTS_A_ROUND) === 0) return true;
      const before = program.objective;
      if (!this.#relax()) return false;
      this.#offer(true);
      this.#dropLoose();
      if (program.objective - before < CUT_WORTH * (this.#best - before)) return true;
    }
    return true;
  }

  /** Solves the relaxation with all rows that bind; false where nothing below it is worth having. */
  #relax(): boolean {
    const { cuts } = this.#columns;
    const cutoff = this.#isComplete ? this.#best - TOLERANCE / SCALE : Number.POSITIVE_INFINITY;
    for (;;) {
      const solved = program.solve(PIVOTS_MOST - program.pivots, cutoff);
      if (solved === "stuck") {
        this.#open = Math.min(this.#open, this.#floor);
        return false;
      }
      if (solved === "infeasible" || program.objective >= cutoff) {
        this.#open = Math.min(this.#open, cutoff);
        return false;
      }
      let isGood = true;
      for (let cut = 0; cut < cuts.length; cut++) if (this.#addViolated(cut)) isGood = false;
      if (isGood) return true;
    }
  }

  /** The row of the price at which the cut's spread loses most, where that is more than its loss. */
  #addViolated(cut: number): boolean {
    const { list, cuts, legs } = this.#columns;
    const { prices, members, step } = cuts[cut];
    let worst = program.valueOf(list.length + cut) + VIOLATED;
    let found = -1;
    for (let at = 0; at < prices.length; at++) {
      if (this.#listed[cut][at] === 1) continue;
      let loss = 0;
      for (const column of members) {
        const value = program.valueOf(column);
        if (value === 0) continue;
        const leg = legs[list[column].legs[0]];
        loss -= Math.sign(leg.contracts) * value * intrinsic(leg, prices[at]);
      }
      if (loss / step > worst) {
        worst = loss / step;
        found = at;
      }
    }
    if (found === -1) return false;
    this.#stateLoss(cut, found);
    return true;
  }

  /** The variable to branch on: not whole, and what rounding it may cost is most; -1 where all are whole. */
  #mostFractional(): number {
    const { list, cuts } = this.#columns;
    let found = -1;
    let most = 0;
    for (let column = 0; column < list.length + cuts.length; column++) {
      const value = program.valueOf(column);
      const fraction = Math.abs(value - Math.round(value));
      if (fraction <= WHOLE) continue;
      const weight = column < list.length ? Math.abs(list[column].saves) + 1 : cuts[column - list.length].step;
      if (fraction * weight > most) {
        most = fraction * weight;
        found = column;
      }
    }
    return found;
  }

  /** Takes the point, rounded down to what can be, where it is better than the best so far. Its cost is counted exactly. */
  #offer(mends: boolean): void {
    const { list, cuts } = this.#columns;
    const trial = this.#trial;
    for (let column = 0; column < list.length; column++) trial[column] = Math.floor(program.valueOf(column) + WHOLE);
    let cost = 0;
    for (const cut of cuts) {
      this.#evenOut(cut, true);
      this.#evenOut(cut, false);
    }
    if (mends) this.#mender.mend(trial);
    for (const cut of cuts) cost += this.#lossOf(cut);
    for (let column = 0; column < list.length; column++) cost -= trial[column] * list[column].saves;
    if (cost / SCALE >= this.#best) return;
    this.#best = cost / SCALE;
    this.#counts.set(trial);
  }

  /** After rounding: takes out of a spread what it has too much of on one side. */
  #evenOut({ members }: Cut, isCall: boolean): void {
    const { list, legs } = this.#columns;
    let net = 0;
    for (const column of members) {
      const leg = legs[list[column].legs[0]];
      if (leg.isCall === isCall) net += Math.sign(leg.contracts) * this.#trial[column];
    }
    for (const column of members) {
      const leg = legs[list[column].legs[0]];
      if (leg.isCall !== isCall || leg.contracts > 0 !== net > 0 || net === 0) continue;
      const out = Math.min(Math.abs(net), this.#trial[column]);
      this.#trial[column] -= out;
      net -= Math.sign(net) * out;
    }
  }

  #lossOf({ prices, members }: Cut): number {
    const { list, legs } = this.#columns;
    let most = 0;
    for (const price of prices) {
      let loss = 0;
      for (const column of members) {
        if (this.#trial[column] === 0) continue;
        const leg = legs[list[column].legs[0]];
        loss -= Math.sign(leg.contracts) * this.#trial[column] * intrinsic(leg, price);
      }
      if (loss > most) most = loss;
    }
    return most;
  }
}
