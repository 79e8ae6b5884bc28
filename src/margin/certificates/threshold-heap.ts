/**
 * The thresholds of one instrument on one side: the one that a moving price passes first is on top. A 4-ary heap of keys in
 * single precision with the account that each is of, eight bytes an entry, side by side. A price *passes* the keys that are
 * greater than its own.
 *
 * An entry is never looked for. Where a threshold moves nearer, a new entry is made, and the old one is *void*: its account
 * has no such key any more. What is void is dropped when it comes to the top, or is swept out from the end.
 */
const ENTRY = 2;
const ARITY = 4;
/** A heap grows by an eighth. */
const GROWTH = 3;
const LEAST_ROOM = 4;

export class ThresholdHeap {
  #keys: Float32Array;
  #accounts: Uint32Array;
  #size = 0;
  #room: number;
  /** How many entries are void, as far as was counted; and whether they are going to be swept out. */
  voids = 0;
  isToBeSwept = false;

  constructor(room = LEAST_ROOM) {
    this.#room = room;
    const buffer = new ArrayBuffer(room * ENTRY * 4);
    this.#keys = new Float32Array(buffer);
    this.#accounts = new Uint32Array(buffer);
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
    return this.#accounts[1];
  }

  /** The key of an entry, and its account, in no order. */
  key(index: number): number {
    return this.#keys[index * ENTRY];
  }

  account(index: number): number {
    return this.#accounts[index * ENTRY + 1];
  }

  /** A heap of entries, keys and accounts side by side in a buffer, in any order; with some room to grow. */
  static of(entries: Uint32Array): ThresholdHeap {
    const size = entries.length / ENTRY;
    const heap = new ThresholdHeap(size + Math.max(LEAST_ROOM, size >>> (GROWTH + 1)));
    heap.#accounts.set(entries);
    heap.#size = size;
    for (let index = Math.floor((size - 2) / ARITY); index >= 0; index--)
      heap.#sink(index, heap.#keys[index * ENTRY], heap.account(index));
    return heap;
  }

  push(key: number, account: number): void {
    if (this.#size === this.#room) this.#resize(this.#room + Math.max(LEAST_ROOM, this.#room >>> GROWTH));
    this.#rise(this.#size++, key, account);
  }

  /** Takes the top out. */
  pop(): void {
    const last = --this.#size;
    if (last > 0) this.#sink(0, this.#keys[last * ENTRY], this.account(last));
  }

  /** Gives the top a key that is not greater. */
  lowerTop(key: number): void {
    this.#sink(0, key, this.#accounts[1]);
  }

  /**
   * Gives every entry that a price with the key `limit` passes the key `to`, and writes their accounts to `passed`, which has
   * room for all. Returns how many. `to` is the greatest single precision number that is not above `limit`, so that the
   * order holds as it stands: no entry that was not passed has a greater key.
   */
  lowerPassed(limit: number, to: number, passed: Uint32Array): number {
    const keys = this.#keys;
    const size = this.#size;
    if (!(this.top > limit)) return 0;
    let found = 1;
    passed[0] = 0;
    // The passed entries are the upper end of the tree: their parents are passed too.
    for (let next = 0; next < found; next++) {
      const first = passed[next] * ARITY + 1;
      const end = Math.min(first + ARITY, size);
      for (let child = first; child < end; child++) if (keys[child * ENTRY] > limit) passed[found++] = child;
    }
    for (let index = 0; index < found; index++) {
      const at = passed[index] * ENTRY;
      keys[at] = to;
      passed[index] = this.#accounts[at + 1];
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
      if (isLive(this.#keys[at], this.#accounts[at + 1])) continue;
      const last = --this.#size;
      if (index === last) continue;
      const key = this.#keys[last * ENTRY];
      const account = this.account(last);
      if (key > this.#keys[at]) this.#rise(index, key, account);
      else this.#sink(index, key, account);
    }
    return index;
  }

  /** Gives back room that is not needed soon. */
  trim(): void {
    const room = this.#size + Math.max(LEAST_ROOM, this.#size >>> (GROWTH + 1));
    if (room < this.#room) this.#resize(room);
  }

  #rise(from: number, key: number, account: number): void {
    const keys = this.#keys;
    const accounts = this.#accounts;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >>> 2;
      if (keys[parent * ENTRY] >= key) break;
      keys[index * ENTRY] = keys[parent * ENTRY];
      accounts[index * ENTRY + 1] = accounts[parent * ENTRY + 1];
      index = parent;
    }
    keys[index * ENTRY] = key;
    accounts[index * ENTRY + 1] = account;
  }

  #sink(from: number, key: number, account: number): void {
    const keys = this.#keys;
    const accounts = this.#accounts;
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
      accounts[index * ENTRY + 1] = accounts[largest * ENTRY + 1];
      index = largest;
    }
    keys[index * ENTRY] = key;
    accounts[index * ENTRY + 1] = account;
  }

  #resize(room: number): void {
    const buffer = new ArrayBuffer(room * ENTRY * 4);
    const accounts = new Uint32Array(buffer);
    accounts.set(this.#accounts.subarray(0, this.#size * ENTRY));
    this.#room = room;
    this.#accounts = accounts;
    this.#keys = new Float32Array(buffer);
  }
}
