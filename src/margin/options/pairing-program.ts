/**
 * The program whose cheapest point is the cheapest pairing: what may be used once only (a leg, the stock, the other sides of
 * straddles), that a spread has as many longs as shorts, and what it loses at each price. docs/rules/margin-options.md has
 * the proof.
 *
 * Which columns and rows there are follows from the legs and not from prices, but for the rows of straddles, which depend
 * on the order of what the legs require. Those are stated last.
 */
import type { Columns, Cut } from "./columns.ts";
import { bySide, intrinsic } from "./costs.ts";
import { Grown, StatedProgram } from "./stated-program.ts";

/** What costs are divided by inside the program, so that whole numbers stay exact: millionths of a dollar. */
export const SCALE = 2 ** 27;

/** Pairings whose costs differ by less than this, in millionths of a dollar, are as good as each other: a tenth of a cent. */
const ALIKE = 1000;
/** What a pairing is charged for preference at most, in millionths of a dollar. */
const CHARGED_MOST = 1_000_000;

export class PairingProgram {
  readonly stated = new StatedProgram();
  /** Rows below it use things up: their entries are not negative. */
  limitRows = 0;
  /** Rows from it on are of straddles. */
  straddleRows = 0;
  /** Rows from it on are cuts: no pairing violates them, and they are no part of the statement. */
  cutRows = 0;
  columns!: Columns;
  /** What a pairing is charged beside its cost, so that of equally cheap ones one is preferred: for each of a column, at most. */
  readonly #charged: number[] = [];
  /** By leg: the columns that it is in. */
  #columnsOf: readonly (readonly number[])[] = [];
  /** What one contract of a spread loses at each price of its cut, in steps of the cut: those of column c from `lossesFrom[c]`. */
  readonly losses = new Grown(Float64Array, 2048);
  readonly lossesFrom = new Grown(Int32Array, 256);
  chargedMost = 0;

  /** The column of the loss of a cut's spread. */
  lossColumn(cut: number): number {
    return this.columns.list.length + cut;
  }

  state(columns: Columns): void {
    this.columns = columns;
    const { list, cuts, legs } = columns;
    const { stated } = this;
    stated.clear(list.length + cuts.length);
    const most = stated.most.array;
    for (let column = 0; column < list.length; column++) most[column] = list[column].most;
    for (let cut = 0; cut < cuts.length; cut++) most[this.lossColumn(cut)] = cuts[cut].stepsMost;
    const columnsOf: number[][] = legs.map(() => []);
    for (let column = 0; column < list.length; column++)
      for (const leg of list[column].legs) columnsOf[leg].push(column);
    this.#columnsOf = columnsOf;
    this.#readLosses();
    this.#stateCosts();
    for (let leg = 0; leg < legs.length; leg++) this.#stateLeg(leg);
    this.#stateStock(1);
    this.#stateStock(-1);
    this.limitRows = stated.rows;
    for (const cut of cuts) {
      this.#stateBalance(cut, true);
      this.#stateBalance(cut, false);
    }
    for (let cut = 0; cut < cuts.length; cut++)
      for (let at = 0; at < cuts[cut].prices.length; at++) this.#stateLoss(cut, at);
    this.straddleRows = stated.rows;
    this.#stateStraddles();
    this.cutRows = stated.rows;
  }

  /** What a pairing costs beside all by themselves, in the program's units, with what it is charged: exact. */
  costOf(counts: Float64Array): number {
    const { list, cuts } = this.columns;
    let cost = 0;
    for (let column = 0; column < list.length; column++)
      if (counts[column] !== 0) cost += counts[column] * this.stated.cost.array[column];
    for (let cut = 0; cut < cuts.length; cut++)
      cost += this.#lossOf(cuts[cut], counts) * this.stated.cost.array[this.lossColumn(cut)];
    return cost;
  }

  /** What it is charged of that, in millionths of a dollar. */
  chargedOf(counts: Float64Array): number {
    let charged = 0;
    for (let column = 0; column < this.columns.list.length; column++) charged += counts[column] * this.#charged[column];
    return charged;
  }

  #readLosses(): void {
    const { list, legs, cuts } = this.columns;
    const froms = this.lossesFrom.reserve(list.length);
    let from = 0;
    for (const { prices, members, step } of cuts) {
      const losses = this.losses.reserve(from + members.length * prices.length);
      for (const column of members) {
        const leg = legs[list[column].legs[0]];
        const sign = leg.contracts > 0 ? -1 : 1;
        froms[column] = from;
        for (const price of prices) losses[from++] = sign * Math.round(intrinsic(leg, price) / step);
      }
    }
  }

  /** The greatest loss of a cut's spread, in steps. */
  #lossOf({ prices, members }: Cut, counts: Float64Array): number {
    const used = members.filter((column) => counts[column] !== 0);
    const losses = this.losses.array;
    const froms = this.lossesFrom.array;
    let most = 0;
    for (let at = 0; at < prices.length; at++) {
      let loss = 0;
      for (const column of used) loss += counts[column] * losses[froms[column] + at];
      if (loss > most) most = loss;
    }
    return most;
  }

  /** Whether these counts are a pairing: of what prices can change, whether each straddle has another side. */
  isPairing(counts: Float64Array): boolean {
    for (let row = this.straddleRows; row < this.cutRows; row++) if (this.stated.slackAt(row, counts) < 0) return false;
    return true;
  }

  /** Whether a column that is in the row uses something up there. */
  isUse(row: number): boolean {
    return row < this.limitRows || (row >= this.straddleRows && row < this.cutRows);
  }

  /**
   * Of two pairings that are equally cheap the one is taken that is charged less: a charge for each column, too small to
   * make a dearer pairing pass for a cheaper one. All costs are whole multiples of their greatest common divisor, so half
   * of that is room enough; where that is little, a tenth of a cent.
   */
  #stateCosts(): void {
    const { list, cuts, legs } = this.columns;
    const cost = this.stated.cost.array;
    let divisor = 0;
    for (const { saves } of list) divisor = commonDivisor(divisor, Math.abs(saves));
    for (const { step } of cuts) divisor = commonDivisor(divisor, step);
    const contracts = legs.reduce((sum, leg) => sum + Math.abs(leg.contracts), 1);
    this.chargedMost = Math.max(ALIKE, Math.min(divisor / 2, CHARGED_MOST));
    const room = this.chargedMost / contracts;
    for (let column = 0; column < list.length; column++) {
      this.#charged[column] = Math.floor(scattered(column) * room);
      cost[column] = (this.#charged[column] - list[column].saves) / SCALE;
    }
    for (let cut = 0; cut < cuts.length; cut++) cost[this.lossColumn(cut)] = cuts[cut].step / SCALE;
  }

  /** A leg is in no more strategies than it has contracts. */
  #stateLeg(leg: number): void {
    const { stated } = this;
    for (const column of this.#columnsOf[leg]) stated.put(column, 1);
    const contracts = Math.abs(this.columns.legs[leg].contracts);
    stated.closeRow(contracts, contracts, true);
  }

  /** Stock of one side is in no more strategies than there is of it; of whole lots, where all take the same. */
  #stateStock(side: 1 | -1): void {
    const { list, stock } = this.columns;
    const { stated } = this;
    const held = side > 0 ? stock.long : stock.short;
    if (held === 0) return;
    let lot = 0;
    let isMixed = false;
    let hasBoth = false;
    for (const { kind, stock: taken } of list) {
      if (kind === "stock-both") hasBoth = true;
      else if (taken * side > 0) {
        if (lot === 0) lot = taken * side;
        else if (taken * side !== lot) isMixed = true;
      }
    }
    if (lot > 0 && !isMixed) {
      for (let column = 0; column < list.length; column++)
        if (list[column].kind !== "stock-both" && list[column].stock * side > 0) stated.put(column, 1);
      stated.closeRow(Math.floor(held / lot), Math.floor(held / lot), true);
    }
    if (!hasBoth && !isMixed) return;
    const unit = lot === 0 ? 1 : lot;
    for (let column = 0; column < list.length; column++) {
      const taken = list[column].kind === "stock-both" ? 1 : list[column].stock * side;
      if (taken > 0) stated.put(column, taken / unit);
    }
    stated.closeRow(held / unit, held / unit, false);
  }

  /** Limited risk and limited reward: as many contracts long as short, of calls and of puts. */
  #stateBalance({ members }: Cut, isCall: boolean): void {
    const { list, legs } = this.columns;
    const { stated } = this;
    for (const column of members) {
      const leg = legs[list[column].legs[0]];
      if (leg.isCall === isCall) stated.put(column, Math.sign(leg.contracts));
    }
    stated.closeRow(0, 0, true);
  }

  /** The loss of a cut's spread is at least what it is where the underlying stands at one of its prices. */
  #stateLoss(cut: number, at: number): void {
    const { list, cuts } = this.columns;
    const { stated } = this;
    const { members, stepsMost } = cuts[cut];
    let most = stepsMost;
    for (const column of members) {
      const loss = this.losses.array[this.lossesFrom.array[column] + at];
      if (loss === 0) continue;
      stated.put(column, loss);
      if (loss < 0) most -= loss * list[column].most;
    }
    stated.put(this.lossColumn(cut), -1);
    stated.closeRow(0, most, true, cut);
  }

  /**
   * Each lesser side of a straddle rests on another short leg of the other right, which stands by itself otherwise and
   * requires no less. All that can serve one serve every smaller one too: so there are enough of them where, for any leg,
   * there are as many as lesser sides from that leg on.
   */
  #stateStraddles(): void {
    const { list, legs } = this.columns;
    const lesser: number[] = [];
    for (const [column, one] of list.entries()) if (one.kind === "straddle") lesser[one.legs[0]] = column;
    const shorts = lesser.map((_, leg) => leg).filter((leg) => lesser[leg] !== undefined);
    shorts.sort((a, b) => legs[a].kind - legs[b].kind || -bySide(legs[a], legs[b]));
    for (const [at, leg] of shorts.entries()) {
      const next = shorts.at(at + 1);
      const { kind, isCall } = legs[leg];
      if (next !== undefined && legs[next].kind === kind && legs[next].isCall === isCall) continue;
      this.#stateOthers(
        shorts.slice(0, at + 1).filter((one) => legs[one].kind === kind),
        isCall,
        lesser,
      );
    }
  }

  /** So many of these legs may be the lesser sides, of the one right, as there are of the other that nothing else uses. */
  #stateOthers(from: readonly number[], isCall: boolean, lesser: readonly number[]): void {
    const { legs } = this.columns;
    const { stated } = this;
    let others = 0;
    for (const leg of from) {
      if (legs[leg].isCall === isCall) {
        stated.put(lesser[leg], 1);
        continue;
      }
      others -= legs[leg].contracts;
      // A column has no two short legs of one right, so that none is put twice.
      for (const column of this.#columnsOf[leg]) stated.put(column, 1);
    }
    stated.closeRow(others, others, true, this.columns.cuts.length + (isCall ? 0 : 1));
  }
}

function commonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** A number from 0 to 1 that follows from a column's place and nothing else, like none of any other place. */
function scattered(column: number): number {
  let mixed = Math.imul(column + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
