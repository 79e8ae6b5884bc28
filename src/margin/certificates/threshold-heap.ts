/**
 * The thresholds of one instrument on one side: the one that a moving price passes first is on top. A 4-ary heap of keys in
 * single precision with the holder that each is of, eight bytes an entry, side by side. A price *passes* the keys that are
 * greater than its own.
 *
 * An entry is never looked for. Where a threshold moves nearer, a new entry is made, and the old one is *void*: its account
 * has no such key any more. What is void is dropped when it comes to the top, or is swept out from the end.
 */
import { accountOf } from "./holders.ts";

const ENTRY = 2;
const ARITY = 4;
/** A heap grows by an eighth. */
const GROWTH = 3;
const LEAST_ROOM = 4;

export class ThresholdHeap {
  #keys: Float32Array;
  #holders: Uint32Array;
  #size = 0;
  #room: number;
  /** How many entries are void, as far as was counted; and whether they are going to be swept out. */
  voids = 0;
  isToBeSwept = false;

  constructor(room = LEAST_ROOM) {
    this.#room = room;
    const buffer = new ArrayBuffer(room * ENTRY * 4);
    this.#keys = new Float32Array(buffer);
    this.#holders = new Uint32Array(buffer);
  }

  get size(): number {
    return this.#size;
  }

  get byteLength(): number {
    return this.#room * ENTRY * 4;
  }

  /** The greatest key, which a price passes first; -Infinity where there is none. */
  get top(): number {
    return this.#size === 0 ? Number.NEGATIVE_INFINITY : this.#keys[0];
  }

  /** Whose the top is. There is one. */
  get topAccount(): number {
    return accountOf(this.#holders[1]);
  }

  /** The key of an entry, and its account, in no order. */
  key(index: number): number {
    return this.#keys[index * ENTRY];
  }

  account(index: number): number {
    return accountOf(this.#holders[index * ENTRY + 1]);
  }

  /** A heap of entries, keys and holders side by side in a buffer, in any order; with some room to grow. */
  static of(entries: Uint32Array): ThresholdHeap {
    const size = entries.length / ENTRY;
    const heap = new ThresholdHeap(size + Math.max(LEAST_ROOM, size >>> (GROWTH + 1)));
    heap.#holders.set(entries);
    heap.#size = size;
    for (let index = Math.floor((size - 2) / ARITY); index >= 0; index--)
      heap.#sink(index, heap.#keys[index * ENTRY], heap.#holders[index * ENTRY + 1]);
    return heap;
  }

  push(key: number, holder: number): void {
    if (this.#size === this.#room) this.#resize(this.#room + Math.max(LEAST_ROOM, this.#room >>> GROWTH));
    this.#rise(this.#size++, key, holder);
  }

  /** Takes the top out. */
  pop(): void {
    const last = --this.#size;
    if (last > 0) this.#sink(0, this.#keys[last * ENTRY], this.#holders[last * ENTRY + 1]);
  }

  /** Gives the top a key that is not greater, and its holder as it is now. */
  lowerTop(key: number, holder: number): void {
    this.#sink(0, key, holder);
  }

  /** Whether a price with the key `limit` passes more than so many entries. */
  passesMore(limit: number, most: number): boolean {
    const passed = this.top > limit ? [0] : [];
    // The passed entries are the upper end of the tree: their parents are passed too.
    for (let next = 0; next < passed.length && passed.length <= most; next++) {
      const first = passed[next] * ARITY + 1;
      const end = Math.min(first + ARITY, this.#size);
      for (let child = first; child < end; child++) if (this.#keys[child * ENTRY] > limit) passed.push(child);
    }
    return passed.length > most;
  }

  /**
   * Gives every entry that a price with the key `limit` passes the key `to`, and writes their holders to `passed`, which has
   * room for all. Returns how many. `to` is the greatest single precision number that is not above `limit`, so that the
   * order holds as it stands: no entry that was not passed has a greater key.
   */
  lowerPassed(limit: number, to: number, passed: Uint32Array, before: Float32Array): number {
    const keys = this.#keys;
    const end = this.#size * ENTRY;
    let found = 0;
    for (let at = 0; at < end; at += ENTRY) {
      const key = keys[at];
      if (!(key > limit)) continue;
      keys[at] = to;
      before[found] = key;
      passed[found++] = this.#holders[at + 1];
    }
    return found;
  }

  /**
   * Drops the void ones among the entries from `from` down, `count` of them; those behind `from` have been looked at. Returns
   * where to go on, -1 at the end.
   */
  sweep(from: number, count: number, isLive: (key: number, account: number) => boolean): number {
    let index = Math.min(from, this.#size - 1);
    for (const stop = Math.max(-1, index - count); index > stop; index--) {
      const at = index * ENTRY;
      if (isLive(this.#keys[at], accountOf(this.#holders[at + 1]))) continue;
      const last = --this.#size;
      if (index === last) continue;
      const key = this.#keys[last * ENTRY];
      const holder = this.#holders[last * ENTRY + 1];
      if (key > this.#keys[at]) this.#rise(index, key, holder);
      else this.#sink(index, key, holder);
    }
    return index;
  }

  /** Gives back room that is not needed soon. */
  trim(): void {
    const room = this.#size + Math.max(LEAST_ROOM, this.#size >>> (GROWTH + 1));
    if (room < this.#room) this.#resize(room);
  }

  #rise(from: number, key: number, holder: number): void {
    const keys = this.#keys;
    const holders = this.#holders;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >>> 2;
      if (keys[parent * ENTRY] >= key) break;
      keys[index * ENTRY] = keys[parent * ENTRY];
      holders[index * ENTRY + 1] = holders[parent * ENTRY + 1];
      index = parent;
    }
    keys[index * ENTRY] = key;
    holders[index * ENTRY + 1] = holder;
  }

  #sink(from: number, key: number, holder: number): void {
    const keys = this.#keys;
    const holders = this.#holders;
    const size = this.#size;
    let index = from;
    for (;;) {
      const first = index * ARITY + 1;
      if (first >= size) break;
      const end = Math.min(first + ARITY, size);
      let largest = first;
      let most = keys[first * ENTRY];
      for (let child = first + 1; child < end; child++) {
        const other = keys[child * ENTRY];
        if (other > most) {
          largest = child;
          most = other;
        }
      }
      if (most <= key) break;
      keys[index * ENTRY] = most;
      holders[index * ENTRY + 1] = holders[largest * ENTRY + 1];
      index = largest;
    }
    keys[index * ENTRY] = key;
    holders[index * ENTRY + 1] = holder;
  }

  #resize(room: number): void {
    const buffer = new ArrayBuffer(room * ENTRY * 4);
    const holders = new Uint32Array(buffer);
    holders.set(this.#holders.subarray(0, this.#size * ENTRY));
    this.#room = room;
    this.#holders = holders;
    this.#keys = new Float32Array(buffer);
  }
}
