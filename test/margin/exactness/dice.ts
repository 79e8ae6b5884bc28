/** Chance from a seed: whole numbers that are the same in every run, and have nothing in common with those of the next seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1);
  }

  /** A number below `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    const state = this.#state;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.roll(times) === 0;
  }

  /** From `least` to `most`, both of them too. */
  between(least: number, most: number): number {
    return least + this.roll(most - least + 1);
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.roll(items.length)];
  }
}
