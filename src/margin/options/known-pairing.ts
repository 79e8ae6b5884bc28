/**
 * What stays true of a group's pairings while its prices move and its legs stay: the cuts, which hold at any cost; and what
 * is likely to stay near, the cheapest pairing and the basis where its proof stood. A new price then needs a few pivots and
 * no search, as a rule. Nothing of it is believed that the search does not prove anew, so that what is known never changes
 * an answer.
 */
import { assert } from "../../base/assert.ts";
import type { Columns } from "./columns.ts";
import type { PairingProgram } from "./pairing-program.ts";
import type { Relaxation } from "./relaxation.ts";
import type { StatedRow } from "./stated-program.ts";

interface Basis {
  /** Rows and columns of the program that were in the tableau, and the columns that were basic. */
  readonly rows: Int16Array;
  readonly columns: Int16Array;
  readonly basic: Int16Array;
}

/** A column that costs no more than this beside the basis is kept in view: some thirty dollars, in the program's units. */
const NEAR = 0.25;

export class KnownPairing {
  #legs: Float64Array = new Float64Array(0);
  #straddles: Float64Array = new Float64Array(0);
  #cuts: readonly StatedRow[] = [];
  #basis: Basis | undefined;
  #costs: Float64Array = new Float64Array(0);
  #counts: Float64Array = new Float64Array(0);

  /** Whether anything is known of these legs. Where they are others, all is forgotten. */
  knows(columns: Columns): boolean {
    const legs = legsOf(columns);
    if (!sameNumbers(legs, this.#legs)) this.#basis = undefined;
    this.#legs = legs;
    return this.#basis !== undefined;
  }

  /** The cheapest pairing, where it is known at the very costs of the program. */
  answer(program: PairingProgram): Float64Array | undefined {
    const { cost, columns } = program.stated;
    const areSame = sameNumbers(this.#costs, cost.array.subarray(0, columns));
    return areSame && sameNumbers(this.#straddles, straddlesOf(program)) ? this.#counts : undefined;
  }

  /** Puts the relaxation where the last proof stood. Gives the pairing that was cheapest, where it still is one. */
  restore(program: PairingProgram, relaxation: Relaxation, pivotsMost: number): Float64Array | undefined {
    assert(this.#basis !== undefined, "something is known");
    const { stated } = program;
    const areSame = sameNumbers(this.#straddles, straddlesOf(program));
    const cuts = areSame ? this.#cuts : [];
    for (const { index, entry, right, slackMost } of cuts) {
      for (let at = 0; at < index.length; at++) stated.put(index[at], entry[at]);
      stated.closeRow(right, slackMost, false);
    }
    relaxation.start(pivotsMost);
    const { rows, columns, basic } = this.#basis;
    const isThere = (row: number): boolean => (row < program.straddleRows || areSame) && row < stated.rows;
    relaxation.tableau.rebuild([...rows].filter(isThere), columns, basic);
    return program.isPairing(this.#counts) ? this.#counts : undefined;
  }

  /** Keeps the root where the relaxation stands: what is in it, and the cuts that bind. */
  keepRoot(program: PairingProgram, { tableau, reduced }: Relaxation): void {
    const { stated, cutRows } = program;
    const rows: number[] = [];
    const cuts: StatedRow[] = [];
    for (let row = 0; row < stated.rows; row++) {
      const slack = stated.columns + row;
      if (!tableau.isIn(slack) || (row >= cutRows && tableau.isBasic(slack))) continue;
      if (row < cutRows) rows.push(row);
      else {
        rows.push(cutRows + cuts.length);
        cuts.push(stated.row(row));
      }
    }
    const columns: number[] = [];
    const basic: number[] = [];
    for (let column = 0; column < stated.columns; column++) {
      if (tableau.isBasic(column)) basic.push(column);
      if (
        tableau.isIn(column) ? tableau.isBasic(column) || Math.abs(reduced[column]) < NEAR : tableau.valueOf(column) > 0
      )
        columns.push(column);
    }
    this.#basis = { rows: Int16Array.from(rows), columns: Int16Array.from(columns), basic: Int16Array.from(basic) };
    this.#cuts = cuts;
    this.#straddles = straddlesOf(program);
  }

  /** Keeps the answer, of the program's costs. */
  keepAnswer({ stated }: PairingProgram, counts: Float64Array): void {
    this.#costs = stated.cost.array.slice(0, stated.columns);
    this.#counts = counts.slice();
  }

  forget(): void {
    this.#basis = undefined;
    this.#costs = new Float64Array(0);
  }
}

/** Number by number; NaN is NaN. */
function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++)
    if (a[at] !== b[at] && !(Number.isNaN(a[at]) && Number.isNaN(b[at]))) return false;
  return true;
}

/** The rows of straddles, number by number. */
function straddlesOf({ stated, straddleRows, cutRows }: PairingProgram): Float64Array {
  const { start, index, right } = stated;
  const rows = cutRows - straddleRows;
  if (rows === 0) return new Float64Array(0);
  const from = start.array[straddleRows];
  const to = start.array[cutRows];
  const numbers = new Float64Array(rows + to - from);
  numbers.set(right.array.subarray(straddleRows, cutRows));
  numbers.set(index.array.subarray(from, to), rows);
  return numbers;
}

/** What of a group the columns and rows of its program follow from. */
function legsOf({ legs, stock, terms }: Columns): Float64Array {
  const values = new Float64Array(5 + 9 * legs.length);
  values[0] = stock.long;
  values[1] = stock.short;
  values[2] = Number(terms.hedgedStock);
  values[3] = Number(terms.isCash);
  values[4] = Number(terms.boxHasLoanValue);
  let at = 5;
  for (const { isCall, isEuropean, kind, strike, expiry, units, contracts, perPoint, covers } of legs) {
    values[at++] = kind;
    values[at++] = Number(isCall) * 2 + Number(isEuropean);
    values[at++] = strike;
    values[at++] = expiry;
    values[at++] = units;
    values[at++] = contracts;
    values[at++] = perPoint;
    values[at++] = covers === undefined ? 0 : covers.by === "protection" ? 1 : covers.isWarrant ? 2 : 3;
    values[at++] = covers?.by === "exchange" ? covers.units : 0;
  }
  return values;
}
