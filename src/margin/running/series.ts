/**
 * A series is an instrument as one class of accounts values it: accounts for which the same rules of the house hold, exempt
 * accounts apart. What the certificates call an instrument is a series, so that each class has unit values of its own.
 */
import type { MarginAccount } from "../account.ts";
import type { House } from "../house/house.ts";

const NONE = -1;

/** Accounts that every rule of a position sees alike. */
export interface SeriesClass {
  readonly index: number;
  /** One account of the class. */
  readonly like: MarginAccount;
}

export class SeriesTable {
  /** By series. */
  readonly instruments: number[] = [];
  readonly classes: SeriesClass[] = [];
  readonly #byKey = new Map<string, SeriesClass>();
  /** By class, by instrument row: the series, or -1. */
  readonly #rows: Int32Array[] = [];
  /** By instrument row: its series. */
  readonly #series: number[][] = [];

  /** The class of an account under the rules of the house. */
  classOf(account: MarginAccount, house: House): SeriesClass {
    const rules = house.classOf(account).rules.map(({ code }) => code);
    const key = `${account.terms.exempt} ${rules.join(" ")}`;
    let found = this.#byKey.get(key);
    if (found === undefined) {
      found = { index: this.#byKey.size, like: account };
      this.#byKey.set(key, found);
    }
    return found;
  }

  /** Every series of an instrument. */
  of(instrument: number): readonly number[] {
    return this.#series[instrument] ?? NO_SERIES;
  }

  /** The series of an instrument in a class; -1 where nobody asked for it yet. */
  find({ index }: SeriesClass, instrument: number): number {
    const rows = this.#rows[index];
    return rows === undefined || instrument >= rows.length ? NONE : rows[instrument];
  }

  /** A new series of an instrument in a class. */
  add(seriesClass: SeriesClass, instrument: number): number {
    const { index } = seriesClass;
    const series = this.instruments.push(instrument) - 1;
    this.classes.push(seriesClass);
    const rows = this.#rows[index] ?? new Int32Array(0);
    if (instrument >= rows.length) {
      const grown = new Int32Array(Math.max(instrument + 1, rows.length * 2, 256)).fill(NONE);
      grown.set(rows);
      this.#rows[index] = grown;
    }
    this.#rows[index][instrument] = series;
    (this.#series[instrument] ??= []).push(series);
    return series;
  }
}

const NO_SERIES: readonly number[] = Object.freeze([]);
