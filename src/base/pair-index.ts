/**
 * A hash map from a pair of 32-bit numbers to a row number, on one typed array, open addressing, no deletion. The keys
 * themselves live in the caller's columns, so that an entry costs four bytes over its load.
 */
import { bytesOf, type Section, type SectionReader } from "./state.ts";

const EMPTY = -1;

function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b ^ (b >>> 15), 0x85ebca77);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Where the keys of a row are: row `r` stands for the pair (`first[r]`, `second[r]`). */
export interface PairKeys {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

export class PairIndex {
  readonly name: string;
  readonly #keys: () => PairKeys;
  #slots: Int32Array;
  #mask: number;
  #count = 0;

  /** `keys` gives the current key columns; they may be replaced as their table grows. */
  constructor(name: string, keys: () => PairKeys, capacity = 1024) {
    this.name = name;
    this.#keys = keys;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, capacity / 0.75)));
    this.#slots = new Int32Array(slots).fill(EMPTY);
    this.#mask = slots - 1;
  }

  /** The row of the pair, or -1. */
  find(first: number, second: number): number {
    const keys = this.#keys();
    const slots = this.#slots;
    const mask = this.#mask;
    for (let slot = hash(first, second) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot];
      if (row === EMPTY || (keys.first[row] === first && keys.second[row] === second)) return row;
    }
  }

  /** Enters a row whose keys already stand in the key columns and whose pair is not yet entered. */
  insert(row: number): void {
    if ((this.#count + 1) * 4 > this.#slots.length * 3) this.#grow();
    this.#place(row, this.#keys());
    this.#count++;
  }

  #place(row: number, keys: PairKeys): void {
    let slot = hash(keys.first[row], keys.second[row]) & this.#mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = row;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2).fill(EMPTY);
    this.#mask = this.#slots.length - 1;
    const keys = this.#keys();
    for (const row of old) if (row !== EMPTY) this.#place(row, keys);
  }

  sections(): Section[] {
    return [
      { name: `${this.name}.slots`, bytes: bytesOf(this.#slots), derived: true },
      { name: `${this.name}.count`, bytes: bytesOf(Float64Array.of(this.#count)), derived: true },
    ];
  }

  restore(sections: SectionReader): void {
    const bytes = sections.bytes(`${this.name}.slots`);
    this.#slots = new Int32Array(bytes.byteLength / 4);
    bytesOf(this.#slots).set(bytes);
    this.#mask = this.#slots.length - 1;
    const count = new Float64Array(1);
    bytesOf(count).set(sections.bytes(`${this.name}.count`));
    this.#count = count[0];
  }

  get byteLength(): number {
    return this.#slots.byteLength;
  }
}
