/**
 * Makes a pairing of a point of the relaxation: rounds it down, takes out of spreads what they then have too much of on one
 * side, and takes up contracts that this left, one at a time, wherever that saves most. What it gives is a pairing like any
 * other; how good it is, the bound of the search says.
 */
import type { Cut } from "./columns.ts";
import type { PairingProgram } from "./pairing-program.ts";

/** Contracts taken up at most. */
const STEPS_MOST = 400;
const WHOLE = 1e-5;

export class Mender {
  readonly #program: PairingProgram;
  readonly #counts: Float64Array;
  /** By row of the program that uses something up: how much is left. */
  readonly #room: Float64Array;
  /** The rows that column c uses something up of are from `#start[c]` to `#start[c + 1]`, with how much of each. */
  readonly #start: Int32Array;
  readonly #row: Int32Array;
  readonly #by: Float64Array;
  /** By cut, by price: what the spread loses there, in steps. */
  readonly #losses: Float64Array[];
  #best = 0;
  #bestOne = -1;
  #bestOther = -1;

  constructor(program: PairingProgram) {
    const { cuts, list } = program.columns;
    const { stated } = program;
    this.#program = program;
    this.#counts = new Float64Array(stated.columns);
    this.#room = new Float64Array(stated.rows);
    this.#start = new Int32Array(list.length + 1);
    this.#row = new Int32Array(stated.entries);
    this.#by = new Float64Array(stated.entries);
    let uses = 0;
    for (let column = 0; column < list.length; column++) {
      for (let at = stated.last.array[column]; at !== -1; at = stated.before.array[at]) {
        if (!program.isUse(stated.rowOf.array[at])) continue;
        this.#row[uses] = stated.rowOf.array[at];
        this.#by[uses++] = stated.entry.array[at];
      }
      this.#start[column + 1] = uses;
    }
    this.#losses = cuts.map(({ prices }) => new Float64Array(prices.length));
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
    for (let at = this.#start[column], end = this.#start[column + 1]; at < end; at++)
      if (this.#room[this.#row[at]] < this.#by[at]) return false;
    return true;
  }

  #take(column: number, by: number): void {
    this.#counts[column] += by;
    this.#count(column, by);
  }

  #count(column: number, times: number): void {
    for (let at = this.#start[column], end = this.#start[column + 1]; at < end; at++)
      this.#room[this.#row[at]] -= times * this.#by[at];
    const { cut } = this.#program.columns.list[column];
    if (cut < 0) return;
    const losses = this.#losses[cut];
    const each = this.#program.losses.array;
    const from = this.#program.lossesFrom.array[column];
    for (let at = 0; at < losses.length; at++) losses[at] += times * each[from + at];
  }

  /** One contract short and one long of a right, added to the spread of a cut. */
  #lookAtCut(at: number): void {
    const { cuts, list, legs } = this.#program.columns;
    const { members, step } = cuts[at];
    const before = greatest(this.#losses[at]) * step;
    for (const one of members) {
      const short = legs[list[one].legs[0]];
      const most = list[one].saves + before;
      if (short.contracts > 0 || most <= this.#best || !this.#canTake(one)) continue;
      for (const other of members) {
        const long = legs[list[other].legs[0]];
        if (long.contracts < 0 || long.isCall !== short.isCall || most + list[other].saves <= this.#best) continue;
        const saves = most + list[other].saves - this.#lossWith(at, one, other) * step;
        if (saves > this.#best && this.#canTake(other)) this.#choose(saves, one, other);
      }
    }
  }

  #lossWith(cut: number, one: number, other: number): number {
    const losses = this.#losses[cut];
    const each = this.#program.losses.array;
    const ofOne = this.#program.lossesFrom.array[one];
    const ofOther = this.#program.lossesFrom.array[other];
    let most = 0;
    for (let at = 0; at < losses.length; at++) {
      const loss = losses[at] + each[ofOne + at] + each[ofOther + at];
      if (loss > most) most = loss;
    }
    return most;
  }
}

function greatest(losses: Float64Array): number {
  let most = 0;
  for (let at = 0; at < losses.length; at++) if (losses[at] > most) most = losses[at];
  return most;
}
