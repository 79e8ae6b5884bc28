/**
 * A few numbers that one thread publishes and another reads, always a set that belongs together, without either ever
 * waiting for the other. The version is odd while a set is being written; it is also what a reader sleeps on.
 */
import { assert } from "../base/assert.ts";

const VERSION = 0;
/** 1 while the reader sleeps, or is about to: to wake nobody costs as much as to publish. */
const SLEEPING = 1;

export class SharedNumbers {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #values: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, 2);
    this.#values = new Float64Array(buffer, 8);
  }

  static create(count: number): SharedNumbers {
    return new SharedNumbers(new SharedArrayBuffer(8 + count * 8));
  }

  /** Publishes `values` for every later `read`, and wakes the reader if it sleeps. One thread only. */
  publish(values: Float64Array): void {
    const words = this.#words;
    const shared = this.#values;
    assert(values.length === shared.length, "a set is published whole");
    Atomics.add(words, VERSION, 1);
    for (let index = 0; index < shared.length; index++) shared[index] = values[index];
    Atomics.add(words, VERSION, 1);
    if (Atomics.load(words, SLEEPING) === 1) this.wake();
  }

  /** Copies the set published last into `target` and returns its version. */
  read(target: Float64Array): number {
    const words = this.#words;
    const shared = this.#values;
    for (;;) {
      const before = Atomics.load(words, VERSION);
      for (let index = 0; index < shared.length; index++) target[index] = shared[index];
      if (before % 2 === 0 && Atomics.load(words, VERSION) === before) return before;
    }
  }

  /** Sleeps until another version than `seen` is there, or `milliseconds` have passed. Returns true if it is there. */
  wait(seen: number, milliseconds: number): boolean {
    Atomics.store(this.#words, SLEEPING, 1);
    const outcome = Atomics.wait(this.#words, VERSION, seen, milliseconds);
    Atomics.store(this.#words, SLEEPING, 0);
    return outcome !== "timed-out";
  }

  /** Resolves when another version than `seen` is there, or on `wake`. Blocks nobody. */
  async changed(seen: number): Promise<void> {
    Atomics.store(this.#words, SLEEPING, 1);
    const result = Atomics.waitAsync(this.#words, VERSION, seen);
    if (result.async) await result.value;
    Atomics.store(this.#words, SLEEPING, 0);
  }

  /** Wakes the reader though nothing was published. */
  wake(): void {
    Atomics.notify(this.#words, VERSION);
  }
}
