/**
 * The positions of each account, side by side in a block of *slots* of 16 bytes. A slot is a position, or a *leg*: one side of
 * one instrument on which a group of the account depends. Each has a threshold; those of an account between two boundaries
 * have two, the second in the further half of the block.
 *
 * A threshold is kept as a *key*: the price itself where a falling price passes it, its negative where a rising one does. So
 * the sign says the side, and in both cases a price passes the keys that are greater than its own. Nothing outside refers to
 * a slot for longer than a call, so a block can move when it must grow.
 */
import { assert } from "../../base/assert.ts";
import type { Accounts } from "./accounts.ts";
import type { Charges } from "./charges.ts";
import { grown } from "./grown.ts";
import { accountOf, holderOf, NO_SIZE, sizeOf } from "./holders.ts";

export const NONE = -1;
/** No threshold. */
export const UNSET = Number.NaN;
/** The keys that no price passes: no price falls below zero or rises above infinity. */
export const NEVER_FALLING = 0;
export const NEVER_RISING = Number.NEGATIVE_INFINITY;

/** Beside the instrument: the slot is a leg. */
export const LEG = 0x80000000;
const INSTRUMENT = 0x7fffffff;

const BYTES = 16;
/** Float64: units, negative where short; of a leg, 1. */
const F64 = BYTES / 8;
/** Uint32: the instrument, with LEG. Float32: the key of the threshold. */
const WORDS = BYTES / 4;
const OF = 2;
/** The same, for who goes through many slots. */
export const UNITS_EVERY = F64;
export const OF_EVERY = WORDS;
export const OF_AT = OF;
const KEY = 3;

/** Bytes beyond the last slot, so that `touch` can read a whole block without asking where it ends. */
const BEYOND = 192;
/** Room beyond what an account has when it moves, at least. */
const SPARE_SLOTS = 4;

export class Slots {
  readonly #accounts: Accounts;
  readonly #charges: Charges;
  #f64: Float64Array;
  #u32: Uint32Array;
  #f32: Float32Array;
  /** Slots given out, and how many there is room for. */
  #size = 0;
  #room: number;
  /** Blocks given back, by their room. */
  readonly #free: number[][] = [];

  constructor(accounts: Accounts, charges: Charges, room = 8192) {
    this.#accounts = accounts;
    this.#charges = charges;
    this.#room = room;
    const buffer = new ArrayBuffer(room * BYTES + BEYOND);
    this.#f64 = new Float64Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#f32 = new Float32Array(buffer);
  }

  /** Units, and instruments with LEG: a slot's stand at `slot * UNITS_EVERY` and `slot * OF_EVERY + OF_AT`. Until blocks move. */
  get numbers(): Float64Array {
    return this.#f64;
  }

  get words(): Uint32Array {
    return this.#u32;
  }

  /** Bytes of slots that were given out. */
  get byteLength(): number {
    return this.#size * BYTES;
  }

  // ——— one slot ———

  /** Its instrument; of a leg too. */
  instrument(slot: number): number {
    return this.#u32[slot * WORDS + OF] & INSTRUMENT;
  }

  isLeg(slot: number): boolean {
    return this.#u32[slot * WORDS + OF] >= LEG;
  }

  /** Units held, negative where short; 0 where the slot is empty. */
  units(slot: number): number {
    return this.#f64[slot * F64];
  }

  setUnits(slot: number, units: number): void {
    this.#f64[slot * F64] = units;
  }

  /** The key of its threshold, as it was when the slot was last updated; `UNSET` where it has none. That of its second one is `half` slots behind. */
  key(slot: number): number {
    return this.#f32[slot * WORDS + KEY];
  }

  setKey(slot: number, key: number): void {
    this.#f32[slot * WORDS + KEY] = key;
  }

  /**
   * Whose a threshold of a slot with this key is. Its size is written down where the account's floor bears what is lost: a gap
   * needs no more then. What the group of a leg loses does not follow from it.
   */
  holder(account: number, slot: number, key: number): number {
    const units = this.units(slot);
    const isAdverse = key < 0 === units < 0;
    return holderOf(account, isAdverse && !this.isLeg(slot) ? sizeOf(Math.abs(units)) : NO_SIZE);
  }

  // ——— the slots of an account ———

  first(account: number): number {
    return this.#accounts.first(account);
  }

  /** One past its last slot. */
  end(account: number): number {
    return this.#accounts.first(account) + this.#accounts.count(account);
  }

  /**
   * Writes down what gaps have charged since it was last done. Before that, keys are not to be relied on, and no threshold may
   * be made nearer.
   */
  update(account: number): void {
    const accounts = this.#accounts;
    const { count } = this.#charges;
    if (accounts.charged(account) === count) return;
    const end = this.end(account);
    for (let slot = this.first(account); slot < end; slot++) this.updateSlot(account, slot);
    accounts.setCharged(account, count);
  }

  /** The same for one slot. */
  updateSlot(account: number, slot: number): void {
    const accounts = this.#accounts;
    const charges = this.#charges;
    const since = accounts.charged(account);
    if (since === charges.count) return;
    const instrument = this.instrument(slot);
    const half = accounts.half(account);
    const key = this.key(slot);
    const now = charges.keyNow(instrument, key, since);
    if (now < key) this.setKey(slot, now);
    if (half > 0) this.setKey(slot + half, charges.keyNow(instrument, this.key(slot + half), since));
  }

  /** The slot of a position, or `NONE`. */
  find(account: number, instrument: number): number {
    const end = this.end(account);
    for (let slot = this.first(account); slot < end; slot++)
      if (this.#u32[slot * WORDS + OF] === instrument) return slot;
    return NONE;
  }

  /** The next slot of an instrument, legs too, from `slot` on; `end` where there is none. */
  seek(instrument: number, slot: number, end: number): number {
    const words = this.#u32;
    const stop = end * WORDS;
    let at = slot * WORDS + OF;
    while (at < stop && (words[at] & INSTRUMENT) !== instrument) at += WORDS;
    return at >= stop ? end : Math.floor(at / WORDS);
  }

  /** Where an account has this key in this instrument, or `NONE`: then an entry with that key is void. */
  findKey(account: number, instrument: number, key: number): number {
    const half = this.#accounts.half(account);
    const end = this.end(account);
    for (let slot = this.seek(instrument, this.first(account), end); slot < end;) {
      this.updateSlot(account, slot);
      if (this.key(slot) === key) return slot;
      if (half > 0 && this.key(slot + half) === key) return slot + half;
      slot = this.seek(instrument, slot + 1, end);
    }
    return NONE;
  }

  /** The slot to which the threshold at this place belongs. */
  slotOf(account: number, place: number): number {
    return place < this.end(account) ? place : place - this.#accounts.half(account);
  }

  /** The slot of an instrument whose holder stands for all of them: a leg, if there is one. */
  seekHolder(account: number, instrument: number): number {
    const end = this.end(account);
    let found = this.seek(instrument, this.first(account), end);
    if (this.#accounts.grouped(account) === 0) return found;
    for (let slot = found; slot < end && !this.isLeg(found); slot = this.seek(instrument, slot + 1, end)) found = slot;
    return found;
  }

  /** Whether an account, or a group of its, depends on an instrument. */
  dependsOn(account: number, instrument: number): boolean {
    const end = this.end(account);
    for (let slot = this.seek(instrument, this.first(account), end); slot < end;) {
      if (this.units(slot) !== 0) return true;
      slot = this.seek(instrument, slot + 1, end);
    }
    return false;
  }

  /** Adds a slot, of an instrument or of one with LEG, without units and without a threshold. */
  add(account: number, instrument: number): number {
    const accounts = this.#accounts;
    const half = accounts.half(account);
    if (accounts.count(account) >= (half > 0 ? half : accounts.room(account))) this.#makeRoom(account);
    const slot = this.end(account);
    accounts.setCount(account, accounts.count(account) + 1);
    this.#u32[slot * WORDS + OF] = instrument;
    this.setUnits(slot, 0);
    this.setKey(slot, UNSET);
    if (half > 0) this.setKey(slot + accounts.half(account), UNSET);
    return slot;
  }

  /** Room for the positions of an account that has none, and no more. */
  reserve(account: number, positions: number): void {
    const accounts = this.#accounts;
    if (accounts.room(account) > 0) return;
    accounts.setFirst(account, this.#take(positions));
    accounts.setRoom(account, positions);
  }

  /** Room for a second threshold in each slot, unset where there was none. */
  double(account: number): void {
    const accounts = this.#accounts;
    if (accounts.half(account) > 0) return;
    const count = accounts.count(account);
    if (count * 2 > accounts.room(account)) this.#move(account, roomFor(count) * 2);
    accounts.setDoubled(account, true);
    const half = accounts.half(account);
    const first = this.first(account);
    for (let slot = first; slot < first + half; slot++) this.setKey(slot + half, UNSET);
  }

  /** Removes the slots that hold nothing, and the legs too where `legs` says so. */
  compact(account: number, legs: boolean): void {
    const half = this.#accounts.half(account);
    const end = this.end(account);
    let to = this.first(account);
    for (let slot = to; slot < end; slot++) {
      if (this.units(slot) === 0 || (legs && this.isLeg(slot))) continue;
      if (to < slot) this.#copy(slot, to, 1);
      if (half > 0) this.setKey(to + half, this.key(slot + half));
      to++;
    }
    this.#accounts.setCount(account, to - this.first(account));
  }

  /** Forgets all thresholds and all legs of an account. */
  forget(account: number): void {
    this.#accounts.setDoubled(account, false);
    this.#accounts.forgetGrown(account);
    this.compact(account, true);
    const end = this.end(account);
    for (let slot = this.first(account); slot < end; slot++) this.#f32[slot * WORDS + KEY] = UNSET;
  }

  /** Counts all thresholds by heap: instrument × 2, and 1 for a rising one. */
  countKeys(counts: Uint32Array): void {
    for (let account = 0; account < this.#accounts.size; account++) {
      const end = this.end(account);
      const half = this.#accounts.half(account);
      for (let slot = this.first(account); slot < end; slot++) {
        const heap = this.instrument(slot) * 2;
        const key = this.key(slot);
        if (key === key) counts[key < 0 ? heap + 1 : heap]++;
        if (half === 0) continue;
        const other = this.key(slot + half);
        if (other === other) counts[other < 0 ? heap + 1 : heap]++;
      }
    }
  }

  /** Writes all thresholds, key and holder side by side: those of a heap from its `next` on, which moves on. */
  writeKeys(next: Uint32Array, keys: Float32Array, holders: Uint32Array): void {
    for (let account = 0; account < this.#accounts.size; account++) {
      const end = this.end(account);
      const half = this.#accounts.half(account);
      for (let slot = this.first(account); slot < end; slot++) {
        const heap = this.instrument(slot) * 2;
        const key = this.key(slot);
        if (key === key) {
          const entry = next[key < 0 ? heap + 1 : heap]++ * 2;
          keys[entry] = key;
          holders[entry + 1] = this.holder(account, slot, key);
        }
        if (half === 0) continue;
        const other = this.key(slot + half);
        if (other !== other) continue;
        const entry = next[other < 0 ? heap + 1 : heap]++ * 2;
        keys[entry] = other;
        holders[entry + 1] = this.holder(account, slot, other);
      }
    }
  }

  /** Reads the blocks of some accounts, as `Accounts.touch` does. */
  touch(holders: Uint32Array, from: number, to: number): number {
    let sum = this.#accounts.touch(holders, from, to);
    const words = this.#u32;
    for (let index = from; index < to; index++) {
      const at = this.first(accountOf(holders[index])) * WORDS;
      sum = (sum + words[at] + words[at + 16] + words[at + 32] + words[at + 38]) | 0;
    }
    return sum;
  }

  // ——— blocks ———

  #makeRoom(account: number): void {
    const accounts = this.#accounts;
    const half = accounts.half(account);
    const room = half > 0 ? half : accounts.room(account);
    this.compact(account, false);
    const count = accounts.count(account);
    if (count === room) this.#move(account, half > 0 ? roomFor(count + 1) * 2 : roomFor(count + 1));
  }

  #move(account: number, room: number): void {
    const accounts = this.#accounts;
    const from = accounts.first(account);
    const count = accounts.count(account);
    const half = accounts.half(account);
    const to = this.#take(room);
    this.#copy(from, to, count);
    if (half > 0) this.#copy(from + half, to + (room >>> 1), count);
    if (accounts.room(account) > 0) (this.#free[accounts.room(account)] ??= []).push(from);
    accounts.setFirst(account, to);
    accounts.setRoom(account, room);
  }

  #copy(from: number, to: number, count: number): void {
    this.#f64.copyWithin(to * F64, from * F64, (from + count) * F64);
  }

  #take(room: number): number {
    const free = this.#free[room]?.pop();
    if (free !== undefined) return free;
    const first = this.#size;
    this.#size += room;
    assert(this.#size < 2 ** 32, "a slot fits 32 bits");
    if (this.#size > this.#room) this.#grow();
    return first;
  }

  #grow(): void {
    this.#room = Math.max(this.#size, Math.ceil(this.#room * 1.5));
    this.#f64 = grown(this.#f64, new Float64Array(this.#room * F64 + BEYOND / 8));
    this.#u32 = new Uint32Array(this.#f64.buffer);
    this.#f32 = new Float32Array(this.#f64.buffer);
  }
}

function roomFor(count: number): number {
  return (count + Math.max(SPARE_SLOTS, count >>> 2) + 1) & ~1;
}
