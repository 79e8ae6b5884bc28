/**
 * Many short lists of entries, all in one array: whoever follows a list finds its entries side by side, and the lists close to
 * one another. An entry is some numbers.
 */
import { grown } from "./grown.ts";

/** Of a list: where its entries begin, how many it has, and for how many there is room. */
const FIRST = 0;
const COUNT = 1;
const ROOM = 2;
const HEADER = 4;

const LEAST_ROOM = 2;

export class EntryLists {
  /** The numbers of all entries. Those of a list are from `first` up to `end`, `width` apart; in no order. */
  numbers: Float64Array;
  readonly #width: number;
  #headers = new Uint32Array(1024 * HEADER);
  #size = 0;
  /** Stretches given back, by the entries that there is room for. */
  readonly #free: number[][] = [];

  constructor(width: number) {
    this.#width = width;
    this.numbers = new Float64Array(64 * width);
  }

  get byteLength(): number {
    return this.numbers.byteLength + this.#headers.byteLength;
  }

  first(list: number): number {
    return list * HEADER < this.#headers.length ? this.#headers[list * HEADER + FIRST] : 0;
  }

  end(list: number): number {
    return this.first(list) + this.count(list) * this.#width;
  }

  count(list: number): number {
    return list * HEADER < this.#headers.length ? this.#headers[list * HEADER + COUNT] : 0;
  }

  /** Adds an entry; returns where its numbers begin. */
  add(list: number): number {
    const at = list * HEADER;
    if (at >= this.#headers.length)
      this.#headers = grown(this.#headers, new Uint32Array(Math.max(at + HEADER, this.#headers.length * 2)));
    if (this.#headers[at + COUNT] === this.#headers[at + ROOM]) this.#move(at);
    this.#headers[at + COUNT]++;
    return this.end(list) - this.#width;
  }

  /** Where the entry begins whose first number is this one; -1 where there is none. */
  find(list: number, number: number): number {
    const end = this.end(list);
    for (let at = this.first(list); at < end; at += this.#width) if (this.numbers[at] === number) return at;
    return -1;
  }

  /** Takes out an entry; the last one is in its place. */
  remove(list: number, entry: number): void {
    const last = this.end(list) - this.#width;
    for (let each = 0; each < this.#width; each++) this.numbers[entry + each] = this.numbers[last + each];
    this.#headers[list * HEADER + COUNT]--;
  }

  #move(at: number): void {
    const from = this.#headers[at + FIRST];
    const room = this.#headers[at + ROOM];
    const more = Math.max(LEAST_ROOM, room * 2);
    let to = this.#free[more]?.pop();
    if (to === undefined) {
      to = this.#size;
      this.#size += more * this.#width;
      if (this.#size > this.numbers.length) this.numbers = grown(this.numbers, new Float64Array(this.#size * 2));
    }
    this.numbers.copyWithin(to, from, from + room * this.#width);
    if (room > 0) (this.#free[room] ??= []).push(from);
    this.#headers[at + FIRST] = to;
    this.#headers[at + ROOM] = more;
  }
}
