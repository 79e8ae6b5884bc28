/** Something costly, made anew at most once for each fact, and never so often that making it takes much of the time. */
const MS_MIN = 500;
/** It may take one part of the time in so many. */
const SHARE = 10;

export class Seldom<T> {
  readonly #make: () => T;
  readonly #seqNow: () => number;
  readonly #again: (() => void) | undefined;
  #made: { readonly seq: number; readonly value: T; readonly until: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `again` is called once something newer can be had by who got something old. */
  constructor(make: () => T, seqNow: () => number, again?: () => void) {
    this.#make = make;
    this.#seqNow = seqNow;
    this.#again = again;
  }

  get(): T {
    const began = performance.now();
    const seq = this.#seqNow();
    if (this.#made !== undefined && (this.#made.seq === seq || began < this.#made.until)) {
      if (this.#made.seq !== seq) this.#remind(this.#made.until - began);
      return this.#made.value;
    }
    const value = this.#make();
    const took = performance.now() - began;
    this.#made = { seq, value, until: began + took + Math.max(MS_MIN, took * SHARE) };
    return value;
  }

  #remind(ms: number): void {
    if (this.#again === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#again?.();
    }, ms);
    this.#timer.unref();
  }

  /** Lets go of what waits. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
