/**
 * All thresholds, by instrument and side: what a tick looks at. A quiet tick compares two numbers.
 */
import { grown } from "./grown.ts";
import { NONE, type Slots } from "./slots.ts";
import { ThresholdHeap } from "./threshold-heap.ts";

export type Side = 0 | 1;
/** Passed by a falling price, or by a rising one. */
export const FALLING = 0;
export const RISING = 1;

/** A heap with one void entry in so many is swept. */
const VOIDS_SHARE = 8;
const VOIDS_LEAST = 64;

/** The side that a key is on: keys of rising thresholds are negative. */
export function sideOf(key: number): Side {
  return key < 0 ? RISING : FALLING;
}

export class ThresholdIndex {
  /** By instrument and side: the greatest key. */
  tops = new Float32Array(2048).fill(Number.NEGATIVE_INFINITY);
  readonly #slots: Slots;
  readonly #heaps: (ThresholdHeap | undefined)[] = [];
  readonly #toBeSwept: (at: number) => void;
  /** While everything is built anew, entries are left for the end. */
  #isBuilding = false;

  /** `toBeSwept` is told when a heap, by its number, should be swept. */
  constructor(slots: Slots, toBeSwept: (at: number) => void) {
    this.#slots = slots;
    this.#toBeSwept = toBeSwept;
  }

  get byteLength(): number {
    return this.#heaps.reduce((sum, heap) => sum + (heap?.byteLength ?? 0), this.tops.byteLength);
  }

  heap(instrument: number, side: Side): ThresholdHeap | undefined {
    return this.#heaps[instrument * 2 + side];
  }

  /** How many entries an instrument has: at least one for each position in it, of an account that is not watched. */
  entries(instrument: number): number {
    return (this.#heaps[instrument * 2]?.size ?? 0) + (this.#heaps[instrument * 2 + 1]?.size ?? 0);
  }

  /** In place of the key `before` of a threshold, `after`; either may be unset. */
  replace(instrument: number, account: number, before: number, after: number): void {
    if (before === after || this.#isBuilding) return;
    if (!Number.isNaN(before)) this.#abandon(instrument, before);
    if (!Number.isNaN(after)) this.#enter(instrument, account, after);
  }

  #enter(instrument: number, account: number, key: number): void {
    const at = instrument * 2 + sideOf(key);
    const heap = (this.#heaps[at] ??= new ThresholdHeap());
    const slots = this.#slots;
    heap.push(key, slots.holder(account, slots.seekHolder(account, instrument), key));
    if (key > this.tops[at]) this.tops[at] = key;
  }

  /** The entry with this key is void from now on. */
  #abandon(instrument: number, key: number): void {
    const at = instrument * 2 + sideOf(key);
    const heap = this.#heaps[at];
    if (heap === undefined) return;
    heap.voids++;
    if (heap.isToBeSwept || heap.voids < VOIDS_LEAST || heap.voids * VOIDS_SHARE < heap.size) return;
    heap.isToBeSwept = true;
    this.#toBeSwept(at);
  }

  setTop(instrument: number, side: Side): void {
    const at = instrument * 2 + side;
    this.tops[at] = this.#heaps[at]?.top ?? Number.NEGATIVE_INFINITY;
  }

  /** Sweeps `count` entries of a heap; returns where to go on, -1 when it is done. */
  sweep(at: number, from: number, count: number): number {
    const heap = this.#heaps[at];
    if (heap === undefined) return NONE;
    const instrument = at >>> 1;
    const next = heap.sweep(from, count, (key, account) => {
      return this.#slots.findKey(account, instrument, key) !== NONE;
    });
    this.tops[at] = heap.top;
    if (next === NONE) {
      heap.voids = 0;
      heap.isToBeSwept = false;
      heap.trim();
    }
    return next;
  }

  /**
   * Empties every heap, lets `certify` set thresholds, and then puts all of them in order together: all entries are written
   * into one buffer, each heap's into its own stretch.
   */
  build(certify: () => void): void {
    this.#heaps.length = 0;
    this.tops.fill(Number.NEGATIVE_INFINITY);
    this.#isBuilding = true;
    certify();
    this.#isBuilding = false;
    const ends = new Uint32Array(this.tops.length);
    this.#slots.countKeys(ends);
    const next = new Uint32Array(ends.length);
    for (let at = 1; at < ends.length; at++) {
      next[at] = ends[at - 1];
      ends[at] += ends[at - 1];
    }
    const keys = new Float32Array((ends.at(-1) ?? 0) * 2);
    const holders = new Uint32Array(keys.buffer);
    this.#slots.writeKeys(next, keys, holders);
    for (let at = 0, from = 0; at < ends.length; from = ends[at++]) {
      if (ends[at] === from) continue;
      const heap = ThresholdHeap.of(holders.subarray(from * 2, ends[at] * 2));
      this.#heaps[at] = heap;
      this.tops[at] = heap.top;
    }
  }

  grow(instruments: number): void {
    const from = this.tops.length;
    if (instruments * 2 <= from) return;
    this.tops = grown(this.tops, new Float32Array(instruments * 2)).fill(Number.NEGATIVE_INFINITY, from);
  }
}
