/**
 * One entry in the ledger: a few moves of assets between accounts that are posted together or not at all. First the moves
 * are listed, then all are checked, one after another as they will be made, and only then is anything changed. An entry
 * is used again and again and allocates nothing.
 */
import { assert } from "../base/assert.ts";
import type { Day } from "../base/time.ts";
import type { Ledger } from "./ledger.ts";
import { NO_DAY } from "./settlement.ts";

/** The longest entry: a stock borrow moves two assets, a trade with charges four amounts. */
const MOVES_MAX = 6;

export class Entry {
  readonly #ledger: Ledger;
  readonly #asset = new Uint32Array(MOVES_MAX);
  readonly #day = new Int32Array(MOVES_MAX);
  /** Two sides for each move, giver then taker: account, ledger row or -1, signed units, balance after. */
  readonly #account = new Uint32Array(MOVES_MAX * 2);
  readonly #row = new Int32Array(MOVES_MAX * 2);
  readonly #units = new Float64Array(MOVES_MAX * 2);
  readonly #after = new Float64Array(MOVES_MAX * 2);
  #count = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  clear(): void {
    this.#count = 0;
  }

  /**
   * Lists a move of whole `units` (negative: the other way round), which settles on `settleDay`, or at once where that is
   * absent or past. A move of nothing is left out.
   */
  move(asset: number, from: number, to: number, units: number, settleDay: Day = NO_DAY): void {
    if (units === 0) return;
    assert(this.#count < MOVES_MAX && from !== to, "an entry has a handful of moves between two accounts each");
    const move = this.#count++;
    this.#asset[move] = asset;
    this.#day[move] = this.#ledger.settlement.isPast(settleDay) ? NO_DAY : settleDay;
    this.#account[move * 2] = from;
    this.#account[move * 2 + 1] = to;
    this.#units[move * 2] = -units;
    this.#units[move * 2 + 1] = units;
  }

  /** Finds the rows and checks every balance on the way. Returns the account that would overflow, or -1. Changes nothing. */
  overflowingAccount(): number {
    let pending = 0;
    for (let side = 0; side < this.#count * 2; side++) {
      const row = this.#ledger.row(this.#account[side], this.#asset[side >> 1]);
      this.#row[side] = row;
      const earlier = this.#earlierSide(side);
      const balance = row === -1 ? 0 : this.#ledger.rows.columns.quantity[row];
      const after = (earlier === -1 ? balance : this.#after[earlier]) + this.#units[side];
      this.#after[side] = after;
      if (this.#day[side >> 1] !== NO_DAY) pending += Math.abs(this.#units[side]);
      // What is pending in the whole entry is no less than in this row, and is at hand.
      if (this.#ledger.fits(row, after, pending)) continue;
      if (!this.#ledger.fits(row, after, this.#pendingWithEarlier(side))) return this.#account[side];
    }
    return -1;
  }

  /** The last side before this one that is of the same row, or -1. */
  #earlierSide(side: number): number {
    for (let earlier = side - 1; earlier >= 0; earlier--) if (this.#sameRow(earlier, side)) return earlier;
    return -1;
  }

  #sameRow(a: number, b: number): boolean {
    return this.#account[a] === this.#account[b] && this.#asset[a >> 1] === this.#asset[b >> 1];
  }

  /** What this side and earlier ones of the same row add to what is pending there, without signs. */
  #pendingWithEarlier(side: number): number {
    let units = 0;
    for (let other = 0; other <= side; other++) {
      if (this.#day[other >> 1] !== NO_DAY && this.#sameRow(other, side)) units += Math.abs(this.#units[other]);
    }
    return units;
  }

  /** Makes room for every row and leg, so that `post` cannot fail half way. Throws `table-full`. */
  reserve(): void {
    let account = 0;
    for (let side = 0; side < this.#count * 2; side++) if (this.#account[side] > account) account = this.#account[side];
    this.#ledger.reserve(this.#count * 2, account);
    this.#ledger.settlement.reserve(this.#count);
  }

  /** The ledger row of the taker of a move, or -1 where it has none yet. Only after `overflowingAccount`. */
  takerRow(move: number): number {
    return this.#row[move * 2 + 1];
  }

  /** The same, made now where there is none. */
  takerRowFor(move: number): number {
    return (this.#row[move * 2 + 1] = this.#rowOf(move * 2 + 1));
  }

  /** Posts every move. Only after `overflowingAccount` returned -1 and with nothing posted since. */
  post(): void {
    for (let move = 0; move < this.#count; move++) {
      const giver = this.#rowOf(move * 2);
      const taker = this.#rowOf(move * 2 + 1);
      const units = this.#units[move * 2 + 1];
      if (this.#day[move] !== NO_DAY) this.#ledger.settlement.expect(giver, taker, units, this.#day[move] as Day);
      this.#ledger.post(giver, -units);
      this.#ledger.post(taker, units);
    }
  }

  #rowOf(side: number): number {
    const row = this.#row[side];
    return row === -1 ? this.#ledger.rowFor(this.#account[side], this.#asset[side >> 1]) : row;
  }
}
