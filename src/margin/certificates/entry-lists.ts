/**
 * Many short lists of entries, all in one array: whoever follows a list finds its entries side by side, and the lists close to
 * one another. An entry is whose it is, a whole number, and another number.
 */
import { grown } from "./grown.ts";

/** Of a list: its first entry, how many it has, and for how many there is room. */
const FIRST = 0;
const COUNT = 1;
const ROOM = 2;
const HEADER = 4;

/** Of an entry: Uint32, then Float64. */
const BYTES = 16;
const WORDS = BYTES / 4;
const F64 = BYTES / 8;
const NUMBER = 1;

const LEAST_ROOM = 2;

export class EntryLists {
  #words: Uint32Array;
  #numbers: Float64Array;
  #headers = new Uint32Array(1024 * HEADER);
  #size = 0;
  /** Stretches given back, by the entries that there is room for. */
  readonly #free: number[][] = [];

  constructor(room = 64) {
    this.#numbers = new Float64Array(room * F64);
    this.#words = new Uint32Array(this.#numbers.buffer);
  }

  get byteLength(): number {
    return this.#words.byteLength + this.#headers.byteLength;
  }

  owner(entry: number): number {
    return this.#words[entry * WORDS];
  }

  number(entry: number): number {
    return this.#numbers[entry * F64 + NUMBER];
  }

  /** The entries of a list are from its first one up to `end`, in no order. */
  first(list: number): number {
    return list * HEADER < this.#headers.length ? this.#headers[list * HEADER + FIRST] : 0;
  }

  end(list: number): number {
    return this.first(list) + this.count(list);
  }

  count(list: number): number {
    return list * HEADER < this.#headers.length ? this.#headers[list * HEADER + COUNT] : 0;
  }

  add(list: number, owner: number, number: number): void {
    const at = list * HEADER;
    if (at >= this.#headers.length)
      this.#headers = grown(this.#headers, new Uint32Array(Math.max(at + HEADER, this.#headers.length * 2)));
    if (this.#headers[at + COUNT] === this.#headers[at + ROOM]) this.#move(at);
    const entry = this.end(list);
    this.#headers[at + COUNT]++;
    this.#words[entry * WORDS] = owner;
    this.#numbers[entry * F64 + NUMBER] = number;
  }

  /** The first entry of an owner, with this number where one is given; -1 where there is none. */
  find(list: number, owner: number, number?: number): number {
    const end = this.end(list);
    for (let entry = this.first(list); entry < end; entry++)
      if (this.owner(entry) === owner && (number === undefined || this.number(entry) === number)) return entry;
    return -1;
  }

  /** Takes out an entry; the last one is in its place. */
  remove(list: number, entry: number): void {
    const last = this.end(list) - 1;
    this.#copy(last, entry, 1);
    this.#headers[list * HEADER + COUNT]--;
  }

  #move(at: number): void {
    const from = this.#headers[at + FIRST];
    const room = this.#headers[at + ROOM];
    const more = Math.max(LEAST_ROOM, room * 2);
    let to = this.#free[more]?.pop();
    if (to === undefined) {
      to = this.#size;
      this.#size += more;
      if (this.#size * F64 > this.#numbers.length) this.#grow();
    }
    this.#copy(from, to, room);
    if (room > 0) (this.#free[room] ??= []).push(from);
    this.#headers[at + FIRST] = to;
    this.#headers[at + ROOM] = more;
  }

  #copy(from: number, to: number, count: number): void {
    this.#numbers.copyWithin(to * F64, from * F64, (from + count) * F64);
  }

  #grow(): void {
    this.#numbers = grown(this.#numbers, new Float64Array(this.#size * 2 * F64));
    this.#words = new Uint32Array(this.#numbers.buffer);
  }
}
