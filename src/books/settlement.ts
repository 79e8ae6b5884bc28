/**
 * Trades that have not settled. Each leg is a transfer between two ledger rows that already stands in the trade-date
 * balances and reaches the settled ones on its day: settled = balance − pending. What is pending sums to zero for every
 * asset, because every leg takes from one row what it gives to another.
 */
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import { bytesOf } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Day } from "../base/time.ts";
import { PendingAmounts } from "./pending.ts";

/** No business day has been opened yet. */
export const NO_DAY = -1 as Day;

export class Settlement implements Stateful {
  /** Unsettled legs and free ones; `next` links the legs of one day, or the free ones, as row + 1. */
  readonly #legs = new Table("settlement.legs", { from: "u32", to: "u32", units: "f64", next: "u32" });
  /** Days on which something settles, in no order; `first` is a leg's row + 1, or 0 where the row can be reused. */
  readonly #days = new Table("settlement.days", { day: "i32", first: "u32" }, { capacity: 64 });
  /** First free leg as row + 1; the last business day opened. */
  readonly #scalars = new Int32Array([0, NO_DAY]);
  readonly #pending = new PendingAmounts();

  /** The last business day that was opened: what was to settle by it has settled. `NO_DAY` before the first. */
  get openedDay(): Day {
    return this.#scalars[1] as Day;
  }

  /** What of the balance of the ledger row has not settled. */
  pending(row: number): number {
    return this.#pending.net(row);
  }

  /** The same amounts without their signs: how far settling can move the row in all. */
  pendingGross(row: number): number {
    return this.#pending.gross(row);
  }

  /** The same over all rows, roughly: an upper bound for each, where it is small. */
  get pendingTotal(): number {
    return this.#pending.total;
  }

  /** What `pending` and `pendingGross` would say of a row once `day` is open. Walks everything that is due by then. */
  pendingAfter(row: number, day: Day): { readonly net: number; readonly gross: number } {
    const { from, to, units, next } = this.#legs.columns;
    const days = this.#days.columns;
    let net = this.pending(row);
    let gross = this.pendingGross(row);
    for (let dayRow = 0; dayRow < this.#days.size; dayRow++) {
      if (days.day[dayRow] > day) continue;
      for (let leg = days.first[dayRow]; leg !== 0; leg = next[leg - 1]) {
        if (from[leg - 1] === row) net += units[leg - 1];
        if (to[leg - 1] === row) net -= units[leg - 1];
        if (from[leg - 1] === row || to[leg - 1] === row) gross -= Math.abs(units[leg - 1]);
      }
    }
    return { net, gross };
  }

  /** Whether what is due on `day` settles at once: its business day has already been opened. */
  isPast(day: Day): boolean {
    return day <= this.openedDay;
  }

  /** Makes room for `legs` more, so that adding them cannot fail. */
  reserve(legs: number): void {
    this.#legs.reserve(this.#legs.size + legs);
    this.#days.reserve(this.#days.size + legs);
  }

  /** `units` (signed), already moved between the trade-date balances of two rows, will settle on `day`. */
  expect(from: number, to: number, units: number, day: Day): void {
    const leg = this.#newLeg();
    const dayRow = this.#dayRow(day);
    const { columns } = this.#legs;
    columns.from[leg] = from;
    columns.to[leg] = to;
    columns.units[leg] = units;
    columns.next[leg] = this.#days.columns.first[dayRow];
    this.#days.columns.first[dayRow] = leg + 1;
    this.#pending.add(from, -units);
    this.#pending.add(to, units);
  }

  /** Opens a business day: settles every leg due on it or before. Returns how many settled. */
  settleDue(day: Day): number {
    const days = this.#days.columns;
    let settled = 0;
    for (let row = 0; row < this.#days.size; row++) {
      if (days.day[row] > day) continue;
      while (days.first[row] !== 0) {
        this.#settleFirst(row);
        settled++;
      }
    }
    if (day > this.openedDay) this.#scalars[1] = day;
    return settled;
  }

  #settleFirst(dayRow: number): void {
    const legs = this.#legs.columns;
    const leg = this.#days.columns.first[dayRow] - 1;
    this.#pending.remove(legs.from[leg], -legs.units[leg]);
    this.#pending.remove(legs.to[leg], legs.units[leg]);
    this.#days.columns.first[dayRow] = legs.next[leg];
    legs.next[leg] = this.#scalars[0];
    this.#scalars[0] = leg + 1;
  }

  #newLeg(): number {
    const free = this.#scalars[0];
    if (free === 0) return this.#legs.add();
    this.#scalars[0] = this.#legs.columns.next[free - 1];
    return free - 1;
  }

  /** The row of a day's list, entered now where the day has none. */
  #dayRow(day: Day): number {
    const { columns, size } = this.#days;
    let unused = -1;
    for (let row = 0; row < size; row++) {
      if (columns.first[row] === 0) unused = row;
      else if (columns.day[row] === day) return row;
    }
    const row = unused === -1 ? this.#days.add() : unused;
    this.#days.columns.day[row] = day;
    this.#days.columns.first[row] = 0;
    return row;
  }

  sections(): Section[] {
    return [
      ...this.#legs.sections(),
      ...this.#days.sections(),
      { name: "settlement.scalars", bytes: bytesOf(this.#scalars) },
    ];
  }

  restore(sections: SectionReader): void {
    this.#legs.restore(sections);
    this.#days.restore(sections);
    bytesOf(this.#scalars).set(sections.bytes("settlement.scalars"));
    this.#pending.clear();
    const { from, to, units, next } = this.#legs.columns;
    for (const first of this.#days.columns.first.subarray(0, this.#days.size)) {
      for (let leg = first; leg !== 0; leg = next[leg - 1]) {
        this.#pending.add(from[leg - 1], -units[leg - 1]);
        this.#pending.add(to[leg - 1], units[leg - 1]);
      }
    }
  }

  get byteLength(): number {
    return this.#legs.byteLength + this.#days.byteLength + this.#pending.byteLength;
  }
}
