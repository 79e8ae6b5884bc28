/**
 * Capital that its owners contributed and withdrew, day by day: what 15c3-1(e) and FINRA 4110(c) look back on. One row for
 * each day and currency with a move; fed by every `cash-moved` that says so, and never shortened: some hundred rows a year.
 */
import { type Section, SectionReader, type Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Day } from "../base/time.ts";
import { CASH_REASONS } from "../facts/choices.ts";

/** Positions in the list of reasons, as records hold them. */
const CONTRIBUTED = CASH_REASONS.indexOf("capital-contributed");
const WITHDRAWN = CASH_REASONS.indexOf("capital-withdrawn");

const COLUMNS = { day: "i32", currency: "u32", contributed: "f64", withdrawn: "f64" } as const;

export class CapitalMoves implements Stateful {
  readonly #moves = new Table("capital.moves", COLUMNS, { capacity: 64 });

  /** Cash moved for a reason, which is its position in the list of reasons. Most reasons are none of ours. */
  moved(reason: number, day: Day, currency: number, amount: number): void {
    if (reason !== CONTRIBUTED && reason !== WITHDRAWN) return;
    const row = this.#row(day, currency);
    const { contributed, withdrawn } = this.#moves.columns;
    if (reason === CONTRIBUTED) contributed[row] += amount;
    else withdrawn[row] += amount;
  }

  /** What was withdrawn after `after`, less what was contributed, in the currency's smallest unit. */
  netWithdrawn(currency: number, after: Day): number {
    const { contributed, withdrawn } = this.#moves.columns;
    return this.#since(currency, after, (row) => withdrawn[row] - contributed[row]);
  }

  /** What was contributed after `after`, whatever was withdrawn. */
  contributed(currency: number, after: Day): number {
    return this.#since(currency, after, (row) => this.#moves.columns.contributed[row]);
  }

  /** The currencies that were moved after `after`, as rows of their instruments. */
  currencies(after: Day): readonly number[] {
    const { day, currency } = this.#moves.columns;
    const rows = Array.from({ length: this.#moves.size }, (_, row) => row).filter((row) => day[row] > after);
    return [...new Set(rows.map((row) => currency[row]))];
  }

  #since(asset: number, after: Day, amountOf: (row: number) => number): number {
    const { day, currency } = this.#moves.columns;
    let sum = 0;
    for (let row = this.#moves.size - 1; row >= 0; row--)
      if (day[row] > after && currency[row] === asset) sum += amountOf(row);
    return sum;
  }

  /** Business days only go forward, so the row of the day is among the last. */
  #row(day: Day, currency: number): number {
    const { columns, size } = this.#moves;
    for (let row = size - 1; row >= 0 && columns.day[row] === day; row--)
      if (columns.currency[row] === currency) return row;
    const row = this.#moves.add();
    const added = this.#moves.columns;
    added.day[row] = day;
    added.currency[row] = currency;
    added.contributed[row] = 0;
    added.withdrawn[row] = 0;
    return row;
  }

  /** The same again, to be changed apart. */
  copy(): CapitalMoves {
    const copy = new CapitalMoves();
    copy.restore(new SectionReader(this.sections()));
    return copy;
  }

  sections(): Section[] {
    return this.#moves.sections();
  }

  restore(sections: SectionReader): void {
    this.#moves.restore(sections);
  }
}
