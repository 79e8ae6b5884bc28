/**
 * Makes a pairing of a point of the relaxation: rounds it down, takes out of spreads what they then have too much of on one
 * side, and takes up contracts that this left, one at a time, wherever that saves most. What it gives is a pairing like any
 * other; how good it is, the bound of the search says.
 */
import type { Cut } from "./columns.ts";
import { intrinsic } from "./costs.ts";
import type { PairingProgram } from "./pairing-program.ts";

/** Contracts taken up at most. */
const STEPS_MOST = 400;
const WHOLE = 1e-5;

export class Mender {
  readonly #program: PairingProgram;
  readonly #counts: Float64Array;
  /** By row of the program that uses something up: how much is left. */
  readonly #room: Float64Array;
  /** By column: the rows that it uses something up of, and how much of each. */
  readonly #uses: (readonly { readonly row: number; readonly by: number }[])[];
  /** By cut, by price: what the spread loses there. */
  readonly #losses: Float64Array[];
  /** By column of a spread: what one contract loses at each price of its cut. */
  readonly #worth: Float64Array[] = [];
  #best = 0;
  #bestOne = -1;
  #bestOther = -1;

  constructor(program: PairingProgram) {
    const { legs, cuts, list } = program.columns;
    this.#program = program;
    this.#counts = new Float64Array(program.stated.columns);
    this.#room = new Float64Array(program.stated.rows);
    const uses: { row: number; by: number }[][] = list.map(() => []);
    program.forEachUse((column, row, by) => uses[column].push({ row, by }));
    this.#uses = uses;
    this.#losses = cuts.map(({ prices }) => new Float64Array(prices.length));
    for (const { prices, members } of cuts) {
      for (const column of members) {
        const leg = legs[list[column].legs[0]];
        const sign = leg.contracts > 0 ? -1 : 1;
        this.#worth[column] = Float64Array.from(prices, (price) => sign * intrinsic(leg, price));
      }
    }
  }

  /** How many of each column; the array is its own, and good until the next call. */
  mend(point: Float64Array): Float64Array {
    const { cuts, list } = this.#program.columns;
    const counts = this.#counts;
    for (let column = 0; column < list.length; column++) counts[column] = Math.floor(point[column] + WHOLE);
    for (const cut of cuts) {
      this.#evenOut(cut, true);
      this.#evenOut(cut, false);
    }
    this.#read();
    for (let step = 0; step < STEPS_MOST; step++) {
      this.#best = 1;
      this.#bestOne = -1;
      this.#bestOther = -1;
      for (let column = 0; column < list.length; column++) {
        const { cut, saves } = list[column];
        if (cut < 0 && saves > this.#best && this.#canTake(column)) this.#choose(saves, column, -1);
      }
      for (let cut = 0; cut < cuts.length; cut++) this.#lookAtCut(cut);
      if (this.#bestOne === -1) break;
      this.#take(this.#bestOne, 1);
      if (this.#bestOther !== -1) this.#take(this.#bestOther, 1);
    }
    return counts;
  }

  /** Takes out of a spread what it has too much of on one side. */
  #evenOut({ members }: Cut, isCall: boolean): void {
    const { list, legs } = this.#program.columns;
    const counts = this.#counts;
    let net = 0;
    for (const column of members) {
      const leg = legs[list[column].legs[0]];
      if (leg.isCall === isCall) net += Math.sign(leg.contracts) * counts[column];
    }
    for (const column of members) {
      const leg = legs[list[column].legs[0]];
      if (leg.isCall !== isCall || leg.contracts > 0 !== net > 0 || net === 0) continue;
      const out = Math.min(Math.abs(net), counts[column]);
      counts[column] -= out;
      net -= Math.sign(net) * out;
    }
  }

  #read(): void {
    const { list } = this.#program.columns;
    const { right } = this.#program.stated;
    this.#room.set(right.array.subarray(0, this.#room.length));
    for (const losses of this.#losses) losses.fill(0);
    for (let column = 0; column < list.length; column++)
      if (this.#counts[column] > 0) this.#count(column, this.#counts[column]);
  }

  #choose(saves: number, one: number, other: number): void {
    this.#best = saves;
    this.#bestOne = one;
    this.#bestOther = other;
  }

  #canTake(column: number): boolean {
    for (const { row, by } of this.#uses[column]) if (this.#room[row] < by) return false;
    return true;
  }

  #take(column: number, by: number): void {
    this.#counts[column] += by;
    this.#count(column, by);
  }

  #count(column: number, times: number): void {
    for (const { row, by } of this.#uses[column]) this.#room[row] -= times * by;
    const { cut } = this.#program.columns.list[column];
    if (cut < 0) return;
    const losses = this.#losses[cut];
    const worth = this.#worth[column];
    for (let at = 0; at < losses.length; at++) losses[at] += times * worth[at];
  }

  /** One contract short and one long of a right, added to the spread of a cut. */
  #lookAtCut(at: number): void {
    const { cuts, list, legs } = this.#program.columns;
    const { members } = cuts[at];
    const before = greatest(this.#losses[at]);
    for (const one of members) {
      const short = legs[list[one].legs[0]];
      const most = list[one].saves + before;
      if (short.contracts > 0 || most <= this.#best || !this.#canTake(one)) continue;
      for (const other of members) {
        const long = legs[list[other].legs[0]];
        if (long.contracts < 0 || long.isCall !== short.isCall || most + list[other].saves <= this.#best) continue;
        const saves = most + list[other].saves - this.#lossWith(at, one, other);
        if (saves > this.#best && this.#canTake(other)) this.#choose(saves, one, other);
      }
    }
  }

  #lossWith(cut: number, one: number, other: number): number {
    const losses = this.#losses[cut];
    const ofOne = this.#worth[one];
    const ofOther = this.#worth[other];
    let most = 0;
    for (let at = 0; at < losses.length; at++) most = Math.max(most, losses[at] + ofOne[at] + ofOther[at]);
    return most;
  }
}

function greatest(losses: Float64Array): number {
  let most = 0;
  for (let at = 0; at < losses.length; at++) if (losses[at] > most) most = losses[at];
  return most;
}
