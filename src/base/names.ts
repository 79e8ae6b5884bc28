/**
 * Identifiers as small numbers: every name that a fact uses is given the next number the first time it is met. A million
 * names stand in three typed arrays (their characters back to back, where each ends, a hash index), so that a restart
 * reads them as bytes; a string is made of a name only when somebody asks for its text.
 */
import { Trouble } from "./errors.ts";
import { bytesOf, type Section, type SectionReader, type Stateful } from "./state.ts";

/** Marks an absent name. */
export const NO_NAME = 0xffff_ffff;

const EMPTY = -1;

const SEED = 0x811c9dc5;

/** One step of FNV-1a over UTF-16 units. */
function mixed(h: number, unit: number): number {
  return Math.imul(h ^ unit, 0x01000193);
}

function finished(h: number): number {
  const spread = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (spread ^ (spread >>> 13)) >>> 0;
}

function hash(text: string): number {
  let h = SEED;
  for (let index = 0; index < text.length; index++) h = mixed(h, text.charCodeAt(index));
  return finished(h);
}

function grown(array: Uint16Array, length: number): Uint16Array<ArrayBuffer>;
function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer>;
function grown(array: Uint16Array | Uint32Array, length: number): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  const size = Math.max(length, array.length * 2);
  const larger = array instanceof Uint16Array ? new Uint16Array(size) : new Uint32Array(size);
  larger.set(array);
  return larger;
}

export class Names implements Stateful {
  /** The characters of all names, as UTF-16. */
  #units = new Uint16Array(8192);
  /** By number: where the name ends. */
  #ends = new Uint32Array(1024);
  #slots = new Int32Array(2048).fill(EMPTY);
  #size = 0;
  /** By number: the text, where a string of it was ever made. */
  #texts: (string | undefined)[] = [];

  get size(): number {
    return this.#size;
  }

  /** The number of a name, or undefined where it has never been met. */
  find(text: string): number | undefined {
    const id = this.#slots[this.#slotOf(text)];
    return id === EMPTY ? undefined : id;
  }

  /** The number of a name, given now if it is new. Only the journal's order of facts may decide when this is called. */
  intern(text: string): number {
    const slot = this.#slotOf(text);
    if (this.#slots[slot] !== EMPTY) return this.#slots[slot];
    const id = this.#size;
    const start = this.#start(id);
    if (start + text.length > this.#units.length) this.#units = grown(this.#units, start + text.length);
    if (id === this.#ends.length) this.#ends = grown(this.#ends, id + 1);
    for (let index = 0; index < text.length; index++) this.#units[start + index] = text.charCodeAt(index);
    this.#ends[id] = start + text.length;
    this.#slots[slot] = id;
    this.#texts.push(text);
    this.#size++;
    if (this.#size * 2 > this.#slots.length) this.#index(this.#slots.length * 2);
    return id;
  }

  /** Forgets every name from number `size` on: undoes what a refused batch interned. */
  truncate(size: number): void {
    // Newest first: nothing that stays was placed past a slot that is freed.
    for (let id = this.#size - 1; id >= size; id--) this.#slots[this.#slotOf(this.text(id))] = EMPTY;
    this.#size = Math.min(this.#size, size);
    this.#texts.length = Math.min(this.#texts.length, size);
  }

  /** The text of a name; "" for `NO_NAME`. */
  text(id: number): string {
    if (id === NO_NAME) return "";
    if (!(id < this.#size)) throw new Trouble("bad-value", "no such name", { field: "name", value: id });
    return (this.#texts[id] ??= String.fromCharCode(...this.#units.subarray(this.#start(id), this.#ends[id])));
  }

  #start(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1];
  }

  /** The slot that holds the name, or the free one where it would go. */
  #slotOf(text: string): number {
    const mask = this.#slots.length - 1;
    let slot = hash(text) & mask;
    while (this.#slots[slot] !== EMPTY && !this.#is(this.#slots[slot], text)) slot = (slot + 1) & mask;
    return slot;
  }

  #is(id: number, text: string): boolean {
    const start = this.#start(id);
    if (this.#ends[id] - start !== text.length) return false;
    for (let index = 0; index < text.length; index++) {
      if (this.#units[start + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  #index(slots: number): void {
    this.#slots = new Int32Array(slots).fill(EMPTY);
    const mask = slots - 1;
    for (let id = 0; id < this.#size; id++) {
      let slot = this.#hashOf(id) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = id;
    }
  }

  #hashOf(id: number): number {
    let h = SEED;
    for (let index = this.#start(id); index < this.#ends[id]; index++) h = mixed(h, this.#units[index]);
    return finished(h);
  }

  sections(): Section[] {
    return [
      { name: "names.units", bytes: bytesOf(this.#units.subarray(0, this.#start(this.#size))) },
      { name: "names.ends", bytes: bytesOf(this.#ends.subarray(0, this.#size)) },
      { name: "names.slots", bytes: bytesOf(this.#slots), derived: true },
    ];
  }

  restore(sections: SectionReader): void {
    const units = sections.bytes("names.units");
    const ends = sections.bytes("names.ends");
    const slots = sections.bytes("names.slots");
    this.#size = ends.byteLength / 4;
    this.#texts = Array.from<string | undefined>({ length: this.#size });
    this.#units = new Uint16Array(Math.max(8192, units.byteLength / 2));
    this.#ends = new Uint32Array(Math.max(1024, this.#size));
    this.#slots = new Int32Array(slots.byteLength / 4);
    bytesOf(this.#units).set(units);
    bytesOf(this.#ends).set(ends);
    bytesOf(this.#slots).set(slots);
  }
}
