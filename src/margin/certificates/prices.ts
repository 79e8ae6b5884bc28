/**
 * The price of every instrument in dollars. What is priced in another currency has a *series* of its own, price × rate: an
 * exchange rate is the price of the currency, which is an instrument like any other, and each of its ticks re-prices the
 * series that are in it. So there is one moving number for a position to have a threshold in.
 */
import { grown } from "./grown.ts";
import { NONE } from "./slots.ts";

/** Why a tick is not the plain case; bits of `marks`. */
export const FOREIGN = 1;
const CURRENCY = 2;
const UNKNOWN_PRICE = 4;
export const WATCHED = 8;

export class Prices {
  /** By instrument: its price in dollars, NaN where unknown. */
  dollars = new Float64Array(1024).fill(Number.NaN);
  /** By instrument: zero where it is priced in dollars, as no other is, at a known price, and nobody watches it. */
  marks = new Uint8Array(1024).fill(UNKNOWN_PRICE);
  readonly #one: number;
  /** Of what is priced in another currency: its price there, and the currency. */
  readonly #local = new Map<number, number>();
  readonly #currency = new Map<number, number>();
  /** By currency: what is priced in it. */
  readonly #priced = new Map<number, number[]>();

  constructor(one: number) {
    this.#one = one;
  }

  get capacity(): number {
    return this.dollars.length;
  }

  get byteLength(): number {
    return this.dollars.byteLength + this.marks.byteLength;
  }

  /** Whether a tick to `price` moves one series only, of an instrument whose price was known and will be. */
  isPlain(instrument: number, price: number): boolean {
    return (this.marks[instrument] & ~WATCHED) === 0 && !Number.isNaN(price);
  }

  isUnknown(instrument: number): boolean {
    return (this.marks[instrument] & UNKNOWN_PRICE) !== 0;
  }

  /** The price in the instrument's own currency. */
  price(instrument: number): number {
    if ((this.marks[instrument] & FOREIGN) === 0) return this.dollars[instrument];
    return this.#local.get(instrument) ?? Number.NaN;
  }

  /** The price of the instrument's currency. */
  rate(instrument: number): number {
    if ((this.marks[instrument] & FOREIGN) === 0) return this.#one;
    return this.dollars[this.#currency.get(instrument) ?? instrument];
  }

  /** Which series a price of this instrument moves: its own, and those of what is priced in it. */
  series(instrument: number): readonly number[] {
    return [instrument, ...(this.#priced.get(instrument) ?? [])];
  }

  setCurrency(instrument: number, currency: number): void {
    this.#local.set(instrument, this.price(instrument));
    const before = this.#priced.get(this.#currency.get(instrument) ?? NONE);
    if (before !== undefined) before.splice(before.indexOf(instrument), 1);
    this.#currency.set(instrument, currency);
    this.#priced.set(currency, [...(this.#priced.get(currency) ?? []), instrument]);
    this.marks[instrument] |= FOREIGN;
    this.marks[currency] |= CURRENCY;
    this.#reprice(instrument);
  }

  /** Sets the price in an instrument's own currency, and re-prices all the series that it moves. */
  setPrice(instrument: number, price: number): void {
    if ((this.marks[instrument] & FOREIGN) === 0) this.dollars[instrument] = price;
    else this.#local.set(instrument, price);
    this.#reprice(instrument);
    for (const each of this.#priced.get(instrument) ?? []) this.#reprice(each);
  }

  #reprice(instrument: number): void {
    if ((this.marks[instrument] & FOREIGN) !== 0)
      this.dollars[instrument] = this.price(instrument) * (this.rate(instrument) / this.#one);
    this.#mark(instrument, UNKNOWN_PRICE, Number.isNaN(this.dollars[instrument]));
  }

  markWatched(instrument: number, isWatched: boolean): void {
    this.#mark(instrument, WATCHED, isWatched);
  }

  #mark(instrument: number, bit: number, isSet: boolean): void {
    if (isSet) this.marks[instrument] |= bit;
    else this.marks[instrument] &= ~bit;
  }

  grow(least: number): void {
    const from = this.capacity;
    const length = Math.max(least, from * 2);
    this.dollars = grown(this.dollars, new Float64Array(length)).fill(Number.NaN, from);
    this.marks = grown(this.marks, new Uint8Array(length)).fill(UNKNOWN_PRICE, from);
  }
}
