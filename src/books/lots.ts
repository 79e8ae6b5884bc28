/**
 * Tax lots: what each position was acquired for, and when. A position equals the sum of its lots, to the unit and to the
 * cent, at all times; profit realised = what the position cost after − before − what this trade cost.
 *
 * Costs carry the sign of the position: what was paid for a long lot is positive, what was received for a short one is
 * negative. A lot's cost never has the other sign: charges above the proceeds of a short sale are realised at once.
 *
 * A position of one lot keeps it in its ledger row. Several lots are a ring in order of acquisition; the row refers to the
 * newest, whose successor is the oldest, so that both ends are at hand.
 */
import { assert } from "../base/assert.ts";
import { multiplyDivide } from "../base/divide.ts";
import type { Cents } from "../base/money.ts";
import { bytesOf, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Day } from "../base/time.ts";
import { type Ledger, SINGLE_LOT } from "./ledger.ts";

/** Which lots leave first. The first five stand in the order of `LOT_METHODS`. */
export const RELIEF = {
  /** The oldest. */
  fifo: 0,
  /** The newest. */
  lifo: 1,
  /** The one that gives the least profit: the highest cost per unit, or for a short position the lowest proceeds. */
  hifo: 2,
  /** The oldest, at the average cost of all; what remains stands at the average. */
  average: 3,
  /** Those of one day only, oldest first. */
  specific: 4,
  /** To undo a trade: its own lot if it is still whole, else the lots of its day, else the oldest. */
  undo: 5,
} as const;

export type Relief = (typeof RELIEF)[keyof typeof RELIEF];

export interface Lot {
  /** Units of the asset; negative where short. */
  readonly quantity: number;
  /** Cents, of the quantity's sign. */
  readonly cost: Cents;
  readonly opened: Day;
}

/** The largest position with lots, in units: what `multiplyDivide` can divide by. */
const LOT_UNITS_MAX = 2 ** 52;

export class Lots implements Stateful {
  readonly #ledger: Ledger;
  /** Lots of positions that have several, and free ones. `next` is a row of this table. */
  readonly #lots = new Table("lots", { quantity: "f64", cost: "f64", opened: "i32", next: "i32" });
  readonly #accounts = new Table("lots.accounts", { realised: "f64" });
  /** First free lot, or -1. */
  readonly #scalars = new Int32Array([-1]);
  /** What the last `withdraw` took, oldest day first as it was taken. Scratch, not state. */
  readonly #taken = new Table("lots.taken", { quantity: "f64", cost: "f64", opened: "i32" }, { capacity: 16 });
  #recording = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Profit that an account has realised since it was opened, in cents; a loss is negative. */
  realised(account: number): Cents {
    return (account < this.#accounts.size ? this.#accounts.columns.realised[account] : 0) as Cents;
  }

  /** Whether `units` more at `cost` keep the position, its cost and the account's profit within what is held exactly. */
  fits(account: number, row: number, units: number, cost: number): boolean {
    const { columns } = this.#ledger.rows;
    const held = row === -1 ? 0 : columns.quantity[row];
    const costs = Math.abs(cost) + (row === -1 ? 0 : Math.abs(columns.cost[row]));
    return (
      Math.abs(units) <= LOT_UNITS_MAX &&
      Math.abs(held + units) <= LOT_UNITS_MAX &&
      costs + Math.abs(this.realised(account)) <= Number.MAX_SAFE_INTEGER
    );
  }

  /** Makes room for an account's profit and `lots` more lots, so that entering them cannot fail. Throws `table-full`. */
  reserve(account: number, lots: number): void {
    this.#accounts.reserve(account + 1);
    this.#lots.reserve(this.#lots.size + lots + 1);
  }

  /** Units (positive) that the position of a row holds in lots of one day. */
  unitsOf(row: number, day: Day): number {
    const { columns } = this.#ledger.rows;
    const last = columns.lots[row];
    if (last === SINGLE_LOT) return columns.opened[row] === day ? Math.abs(columns.quantity[row]) : 0;
    const lots = this.#lots.columns;
    let units = 0;
    let lot = last;
    do {
      lot = lots.next[lot];
      if (lots.opened[lot] === day) units += Math.abs(lots.quantity[lot]);
    } while (lot !== last);
    return units;
  }

  /**
   * Enters a trade in the lots of a row that holds `held` units: relieves lots of the other sign, and opens one with what
   * is left. The caller has checked `fits` and posts the quantity afterwards.
   *
   * @param units bought (positive) or sold (negative)
   * @param cost in cents: paid (positive) or received (negative)
   * @param day acquisition day of a lot that is opened; with specific identification and undoing, `lotDay` names the lot
   */
  trade(row: number, held: number, units: number, cost: number, day: Day, relief: Relief, lotDay: Day): void {
    const { columns } = this.#ledger.rows;
    const before = columns.cost[row];
    let opening = units;
    let openingCost = cost;
    if (held !== 0 && held > 0 !== units > 0) {
      const closing = Math.min(Math.abs(units), Math.abs(held));
      opening = units > 0 ? units - closing : units + closing;
      openingCost = opening === 0 ? 0 : cost - multiplyDivide(cost, closing, Math.abs(units));
      this.#relieve(row, held, closing, relief, lotDay, openingCost - cost);
    }
    if (opening !== 0) this.#open(row, held + units - opening, opening, openingCost, day);
    this.realise(columns.account[row], columns.cost[row] - before - cost);
  }

  /** Takes `units` (positive, at most what is held) out of a row's lots at what they cost: no profit. Returns that cost. */
  withdraw(row: number, held: number, units: number, relief: Relief): number {
    this.#taken.size = 0;
    this.#recording = true;
    const before = this.#ledger.rows.columns.cost[row];
    this.#relieve(row, held, units, relief, 0 as Day, 0);
    this.#recording = false;
    return before - this.#ledger.rows.columns.cost[row];
  }

  /** How many pieces the last `withdraw` took. */
  get takenCount(): number {
    return this.#taken.size;
  }

  /** A piece that the last `withdraw` took: signed units and cost, and the day it was acquired. */
  get taken(): { readonly quantity: Float64Array; readonly cost: Float64Array; readonly opened: Int32Array } {
    return this.#taken.columns;
  }

  /** The lots of a row in order of acquisition; none where it holds nothing. For reports: allocates. */
  list(row: number): Lot[] {
    const { quantity, cost, opened, lots } = this.#ledger.rows.columns;
    if (quantity[row] === 0) return [];
    if (lots[row] === SINGLE_LOT)
      return [{ quantity: quantity[row], cost: cost[row] as Cents, opened: opened[row] as Day }];
    const found: Lot[] = [];
    const { columns } = this.#lots;
    let lot = lots[row];
    do {
      lot = columns.next[lot];
      found.push({
        quantity: columns.quantity[lot],
        cost: columns.cost[lot] as Cents,
        opened: columns.opened[lot] as Day,
      });
    } while (lot !== lots[row]);
    return found;
  }

  /** Gives a row of these books, which has its quantity and cost but no lots yet, the several lots of an equal one elsewhere. */
  take(row: number, lots: readonly Lot[]): void {
    const { columns } = this.#ledger.rows;
    let [first, last] = [SINGLE_LOT, SINGLE_LOT];
    for (const { quantity, cost, opened } of lots) {
      const lot = this.#newLot(quantity, cost, opened);
      if (last === SINGLE_LOT) first = lot;
      else this.#lots.columns.next[last] = lot;
      last = lot;
    }
    this.#lots.columns.next[last] = first;
    columns.lots[row] = last;
  }

  /** Rows whose lots do not add up to their quantity and cost; none, if all is right. A single lot is its row. */
  verify(): number[] {
    const { quantity, cost, lots } = this.#ledger.rows.columns;
    const wrong: number[] = [];
    for (let row = 0; row < this.#ledger.size; row++) {
      if (lots[row] === SINGLE_LOT) continue;
      const list = this.list(row);
      const units = list.reduce((sum, lot) => sum + lot.quantity, 0);
      const cents = list.reduce((sum, lot) => sum + lot.cost, 0);
      if (units !== quantity[row] || cents !== cost[row]) wrong.push(row);
    }
    return wrong;
  }

  /** How many lots a row has. */
  count(row: number): number {
    const last = this.#ledger.rows.columns.lots[row];
    if (last === SINGLE_LOT) return this.#ledger.rows.columns.quantity[row] === 0 ? 0 : 1;
    let lots = 1;
    for (let lot = this.#lots.columns.next[last]; lot !== last; lot = this.#lots.columns.next[lot]) lots++;
    return lots;
  }

  // ——— opening ———

  #open(row: number, held: number, units: number, cost: number, day: Day): void {
    const { columns } = this.#ledger.rows;
    const kept = cost !== 0 && units > 0 === cost > 0 ? cost : 0;
    if (held === 0) {
      columns.opened[row] = day;
    } else {
      if (columns.lots[row] === SINGLE_LOT) {
        const first = this.#newLot(held, columns.cost[row], columns.opened[row]);
        this.#lots.columns.next[first] = first;
        columns.lots[row] = first;
      }
      this.#insert(row, this.#newLot(units, kept, day), day);
    }
    columns.cost[row] += kept;
  }

  /** Links a lot into the ring behind the last one that is not younger. */
  #insert(row: number, lot: number, day: Day): void {
    const { columns } = this.#ledger.rows;
    const { next, opened } = this.#lots.columns;
    const last = columns.lots[row];
    let previous = last;
    if (opened[last] > day) while (opened[next[previous]] <= day) previous = next[previous];
    else columns.lots[row] = lot;
    next[lot] = next[previous];
    next[previous] = lot;
    columns.opened[row] = opened[next[columns.lots[row]]];
  }

  #newLot(quantity: number, cost: number, opened: number): number {
    const free = this.#scalars[0];
    if (free !== -1) this.#scalars[0] = this.#lots.columns.next[free];
    const lot = free === -1 ? this.#lots.add() : free;
    const { columns } = this.#lots;
    columns.quantity[lot] = quantity;
    columns.cost[lot] = cost;
    columns.opened[lot] = opened;
    return lot;
  }

  // ——— relieving ———

  /** Takes `units` (positive) out of the lots of a row; `wholeCost` is that of the lot to undo. */
  #relieve(row: number, held: number, units: number, relief: Relief, lotDay: Day, wholeCost: number): void {
    const { columns } = this.#ledger.rows;
    const heldUnits = Math.abs(held);
    if (columns.lots[row] === SINGLE_LOT) {
      const share = multiplyDivide(columns.cost[row], units, heldUnits);
      this.#take(row, held > 0 ? units : -units, share, columns.opened[row]);
      if (units === heldUnits) columns.opened[row] = 0;
      return;
    }
    const pool = columns.cost[row];
    let rest = units;
    while (rest > 0) {
      const previous = this.#previousOf(row, relief, lotDay, rest, wholeCost);
      const lot = this.#lots.columns.next[previous];
      const { quantity, cost, opened } = this.#lots.columns;
      const inLot = Math.abs(quantity[lot]);
      const taken = Math.min(rest, inLot);
      const done = units - rest;
      const share =
        relief === RELIEF.average
          ? multiplyDivide(pool, done + taken, heldUnits) - multiplyDivide(pool, done, heldUnits)
          : multiplyDivide(cost[lot], taken, inLot);
      const signed = quantity[lot] > 0 ? taken : -taken;
      this.#take(row, signed, share, opened[lot]);
      quantity[lot] -= signed;
      cost[lot] -= share;
      rest -= taken;
      if (taken === inLot) this.#unlink(row, previous, lot);
    }
    this.#tidy(row, heldUnits - units, relief);
  }

  /** Takes one piece off the position's cost and notes it where that is asked for. */
  #take(row: number, quantity: number, cost: number, opened: number): void {
    this.#ledger.rows.columns.cost[row] -= cost;
    if (!this.#recording) return;
    const piece = this.#taken.add();
    this.#taken.columns.quantity[piece] = quantity;
    this.#taken.columns.cost[piece] = cost;
    this.#taken.columns.opened[piece] = opened;
  }

  /** After lots were taken: averages what remains where that is the method, and moves a last lot back into its row. */
  #tidy(row: number, unitsLeft: number, relief: Relief): void {
    const { columns } = this.#ledger.rows;
    const last = columns.lots[row];
    if (last === SINGLE_LOT) return;
    const lots = this.#lots.columns;
    columns.opened[row] = lots.opened[lots.next[last]];
    if (lots.next[last] === last) {
      this.#free(last);
      columns.lots[row] = SINGLE_LOT;
    } else if (relief === RELIEF.average) {
      let units = 0;
      let given = 0;
      let lot = last;
      do {
        lot = lots.next[lot];
        units += Math.abs(lots.quantity[lot]);
        const upToHere = multiplyDivide(columns.cost[row], units, unitsLeft);
        lots.cost[lot] = upToHere - given;
        given = upToHere;
      } while (lot !== last);
    }
  }

  /** The lot before the one that leaves next. */
  #previousOf(row: number, relief: Relief, lotDay: Day, units: number, wholeCost: number): number {
    const last = this.#ledger.rows.columns.lots[row];
    const { next } = this.#lots.columns;
    if (relief === RELIEF.fifo || relief === RELIEF.average) return last;
    let best = -1;
    let previous = last;
    do {
      if (best === -1 || this.#leavesBefore(next[previous], next[best], relief, lotDay, units, wholeCost))
        best = previous;
      previous = next[previous];
    } while (previous !== last);
    return best;
  }

  /** Whether `lot`, which is the younger, leaves before `other`. */
  #leavesBefore(lot: number, other: number, relief: Relief, lotDay: Day, units: number, wholeCost: number): boolean {
    const { quantity, cost, opened } = this.#lots.columns;
    if (relief === RELIEF.lifo) return true;
    if (relief === RELIEF.hifo) {
      return compareProducts(cost[lot], Math.abs(quantity[other]), cost[other], Math.abs(quantity[lot])) > 0;
    }
    if (opened[lot] !== lotDay) return false;
    if (opened[other] !== lotDay) return true;
    if (relief === RELIEF.specific) return false;
    return this.#isWhole(lot, units, wholeCost) && !this.#isWhole(other, units, wholeCost);
  }

  #isWhole(lot: number, units: number, cost: number): boolean {
    return Math.abs(this.#lots.columns.quantity[lot]) === units && this.#lots.columns.cost[lot] === cost;
  }

  #unlink(row: number, previous: number, lot: number): void {
    const { columns } = this.#ledger.rows;
    const { next } = this.#lots.columns;
    next[previous] = next[lot];
    if (columns.lots[row] === lot) columns.lots[row] = previous === lot ? SINGLE_LOT : previous;
    if (columns.lots[row] === SINGLE_LOT) columns.opened[row] = 0;
    this.#free(lot);
  }

  #free(lot: number): void {
    const { columns } = this.#lots;
    columns.quantity[lot] = 0;
    columns.cost[lot] = 0;
    columns.opened[lot] = 0;
    columns.next[lot] = this.#scalars[0];
    this.#scalars[0] = lot;
  }

  /** Adds to the profit of an account; it was checked before that there is room. */
  protected realise(account: number, profit: number): void {
    if (profit === 0) return;
    while (this.#accounts.size <= account) this.#accounts.columns.realised[this.#accounts.add()] = 0;
    const after = this.#accounts.columns.realised[account] + profit;
    assert(Number.isSafeInteger(after), "profit was checked before it was realised");
    this.#accounts.columns.realised[account] = after;
  }

  sections(): Section[] {
    return [
      ...this.#lots.sections(),
      ...this.#accounts.sections(),
      { name: "lots.scalars", bytes: bytesOf(this.#scalars) },
    ];
  }

  restore(sections: SectionReader): void {
    this.#lots.restore(sections);
    this.#accounts.restore(sections);
    bytesOf(this.#scalars).set(sections.bytes("lots.scalars"));
  }

  get byteLength(): number {
    return this.#lots.byteLength + this.#accounts.byteLength;
  }
}

/** The sign of a × b − c × d, exactly. */
function compareProducts(a: number, b: number, c: number, d: number): number {
  const left = a * b;
  const right = c * d;
  if (Math.abs(left) <= Number.MAX_SAFE_INTEGER && Math.abs(right) <= Number.MAX_SAFE_INTEGER) return left - right;
  const exact = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
  return exact === 0n ? 0 : exact > 0n ? 1 : -1;
}
