/**
 * Random numbers that are the same on every machine: xoshiro128**, seeded by splitmix32 from a whole number and a label.
 * Each use takes its own stream by its own label, so that a change to one leaves the others as they were. Only whole-number
 * and exact float64 arithmetic is used.
 */
const UINT32 = 2 ** 32;

/** FNV-1a of a text's UTF-16 units: the same symbol always lands on the same number, 0 to 2^32 - 1. */
export function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  }
  // FNV leaves the high bits of short texts alike; one round of mixing spreads them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** `hashText` as a fraction, 0 <= x < 1. `salt` gives the same text several independent places. */
export function spread(text: string, salt: string): number {
  return hashText(`${salt}/${text}`) / UINT32;
}

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, label: string) {
    let state = (seed ^ hashText(label)) >>> 0;
    const next = (): number => {
      state = (state + 0x9e37_79b9) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
      return (mixed ^ (mixed >>> 15)) >>> 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next() | 1;
  }

  /** A whole number, 0 to 2^32 - 1. */
  uint32(): number {
    const timesFive = Math.imul(this.#b, 5);
    const result = Math.imul((timesFive << 7) | (timesFive >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** A fraction, 0 <= x < 1. */
  fraction(): number {
    return this.uint32() / UINT32;
  }

  /** A whole number below `bound`, which is positive and at most 2^32. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** A number from `low` to `high`, evenly. */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }
}

/** Draws indexes in proportion to weights, in constant time: the alias method. */
export class WeightedChoice {
  readonly #keep: Float64Array;
  readonly #alias: Uint32Array;

  /** Weights are not negative, and one at least is positive. */
  constructor(weights: ArrayLike<number>) {
    const size = weights.length;
    let total = 0;
    for (let index = 0; index < size; index++) total += weights[index] ?? 0;
    this.#keep = new Float64Array(size).fill(1);
    this.#alias = Uint32Array.from({ length: size }, (_, index) => index);
    const scaled = Float64Array.from({ length: size }, (_, index) => ((weights[index] ?? 0) * size) / total);
    const small: number[] = [];
    const large: number[] = [];
    for (let index = 0; index < size; index++) (scaled[index] < 1 ? small : large).push(index);
    for (;;) {
      const under = small.pop();
      const over = large.at(-1);
      if (under === undefined || over === undefined) break;
      this.#keep[under] = scaled[under];
      this.#alias[under] = over;
      scaled[over] -= 1 - scaled[under];
      if (scaled[over] < 1) small.push(large.pop() ?? over);
    }
  }

  draw(random: Random): number {
    const index = random.below(this.#keep.length);
    return random.fraction() < this.#keep[index] ? index : this.#alias[index];
  }
}
