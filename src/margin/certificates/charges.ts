/**
 * What gaps have charged: a gap sets every threshold that it passes to the price, but writes that down once for the instrument,
 * and not in a hundred thousand slots. A slot is brought up to date when somebody asks for its threshold (slots.ts); until then
 * its key is greater than the one that counts.
 *
 * Charges are numbered, and an account remembers up to which of them its slots are up to date. By instrument and side only
 * those charges are kept that no later one went beyond.
 */
import { grown } from "./grown.ts";

const NONE_KEPT: Kept = { numbers: [], keys: [] };

/** The charges of a heap: numbers that rise, and the keys to which they went, which rise too. */
interface Kept {
  readonly numbers: number[];
  readonly keys: number[];
}

export class Charges {
  /** How many there have been: the number of the last one. */
  count = 0;
  /** By heap: the number of its last charge. */
  #last = new Uint32Array(2048);
  #kept: (Kept | undefined)[] = [];

  /** Bytes, by estimate. */
  get byteLength(): number {
    return this.#last.byteLength + this.#kept.length * 8;
  }

  /** Every threshold of a heap with a greater key has been set to this one. */
  add(heap: number, key: number): void {
    if (heap >= this.#last.length)
      this.#last = grown(this.#last, new Uint32Array(Math.max(heap + 1, this.#last.length * 2)));
    const { numbers, keys } = (this.#kept[heap] ??= { numbers: [], keys: [] });
    while (keys.length > 0 && keys[keys.length - 1] >= key) {
      keys.pop();
      numbers.pop();
    }
    keys.push(key);
    numbers.push(++this.count);
    this.#last[heap] = this.count;
  }

  /** What a key in an instrument that was up to date with the charge `since` is now. */
  keyNow(instrument: number, key: number, since: number): number {
    const heap = instrument * 2 + (key < 0 ? 1 : 0);
    if (heap >= this.#last.length || this.#last[heap] <= since) return key;
    const { numbers, keys } = this.#kept[heap] ?? NONE_KEPT;
    let first = 0;
    while (numbers[first] <= since) first++;
    return Math.min(key, keys[first]);
  }

  clear(): void {
    this.#last.fill(0);
    this.#kept = [];
  }
}
