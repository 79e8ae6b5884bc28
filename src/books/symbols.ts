/**
 * Which instrument traded under a symbol on a day. Symbols are changed and re-used: FB was Facebook until 8 June 2022.
 * A symbol belongs on a day to the instrument that last took it, unless that instrument had already gone on to another;
 * before the first day that was ever stated for it, it belongs to none.
 */
import { type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Day } from "../base/time.ts";

export class Symbols implements Stateful {
  /** One row for each change, in the order in which they were learned. */
  readonly #changes = new Table("symbols", { instrument: "u32", symbol: "u32", from: "i32" }, { capacity: 64 });
  /** Rows of changes, ordered by day; of the same day, the one learned last comes last. */
  #bySymbol = new Map<number, number[]>();
  #byInstrument = new Map<number, number[]>();

  /** From the day `from` on, the instrument trades under the symbol. Both are numbers: its row, the symbol's name. */
  set(instrument: number, symbol: number, from: Day): void {
    if (this.symbolOf(instrument, from) === symbol) return;
    const change = this.#changes.add();
    const { columns } = this.#changes;
    columns.instrument[change] = instrument;
    columns.symbol[change] = symbol;
    columns.from[change] = from;
    this.#enter(change);
  }

  /** The instrument that trades under the symbol on the day, or -1. */
  instrumentOf(symbol: number, day: Day): number {
    const change = this.#latest(this.#bySymbol.get(symbol), day);
    if (change < 0) return -1;
    const instrument = this.#changes.columns.instrument[change];
    return this.#latest(this.#byInstrument.get(instrument), day) === change ? instrument : -1;
  }

  /** The symbol under which the instrument trades on the day, or -1 where it has none, or another has since taken it. */
  symbolOf(instrument: number, day: Day): number {
    const change = this.#latest(this.#byInstrument.get(instrument), day);
    if (change < 0) return -1;
    const symbol = this.#changes.columns.symbol[change];
    return this.#latest(this.#bySymbol.get(symbol), day) === change ? symbol : -1;
  }

  #latest(changes: readonly number[] | undefined, day: Day): number {
    if (changes === undefined) return -1;
    const { from } = this.#changes.columns;
    for (let index = changes.length - 1; index >= 0; index--) {
      if (from[changes[index]] <= day) return changes[index];
    }
    return -1;
  }

  #enter(change: number): void {
    const { instrument, symbol, from } = this.#changes.columns;
    for (const [index, key] of [
      [this.#bySymbol, symbol[change]],
      [this.#byInstrument, instrument[change]],
    ] as const) {
      const changes = index.get(key) ?? [];
      index.set(key, changes);
      let position = changes.length;
      while (position > 0 && from[changes[position - 1]] > from[change]) position--;
      changes.splice(position, 0, change);
    }
  }

  sections(): Section[] {
    return this.#changes.sections();
  }

  restore(sections: SectionReader): void {
    this.#changes.restore(sections);
    this.#bySymbol = new Map();
    this.#byInstrument = new Map();
    for (let change = 0; change < this.#changes.size; change++) this.#enter(change);
  }
}
