/**
 * What is known of each account, side by side in one record of 48 bytes: whoever comes to an account waits for memory once. Its
 * positions are in slots (slots.ts); where, is said here.
 *
 * What a gap reads of an account, FLOOR to TRAITS, is 16 bytes that lie in one line of memory.
 */
import { assert } from "../../base/assert.ts";
import { accountOf, ACCOUNTS_MOST, GROWN_MOST } from "./holders.ts";

const BYTES = 48;
const F64 = BYTES / 8;
const U32 = BYTES / 4;

/** Float64: cents. */
const CASH = 0;
const CEILING = 1;
const FLOOR = 2;
/** Uint32. */
const FIRST = 6;
const COUNT = 8;
const ROOM = 9;
const WOKEN_AT = 10;
const CHARGED = 11;
/** Int8. */
const RUNG = 28;
const CONDITION = 29;
const WAKES = 30;
const TRAITS = 31;

/** Traits; above them, by how much its positions have grown. */
const GROUPED = 1;
const DOUBLED = 2;
const GROWN = 4;

/** How an account's rung is known: see conditions.ts. */
export const CERTIFIED = 0;
export const WATCHED = 1;
export const OVERDUE = 2;
export const UNKNOWN = 3;

export class Accounts {
  /** How many there are. */
  size = 0;
  #f64: Float64Array;
  #u32: Uint32Array;
  #i8: Int8Array;

  constructor(room = 1024) {
    const buffer = new ArrayBuffer(room * BYTES);
    this.#f64 = new Float64Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#i8 = new Int8Array(buffer);
  }

  get byteLength(): number {
    return this.#i8.byteLength;
  }

  /** Makes room for accounts up to `account`: new ones have nothing, stand on rung 0, and are certified. */
  add(account: number): void {
    if (account < this.size) return;
    this.size = account + 1;
    assert(this.size <= ACCOUNTS_MOST, "an account fits 24 bits");
    if (this.size * BYTES <= this.#i8.length) return;
    const i8 = new Int8Array(Math.max(this.size * BYTES, this.#i8.length * 2));
    i8.set(this.#i8);
    this.#i8 = i8;
    this.#f64 = new Float64Array(i8.buffer);
    this.#u32 = new Uint32Array(i8.buffer);
  }

  /** Cents, credit positive. */
  cash(account: number): number {
    return this.#f64[account * F64 + CASH];
  }

  /** Cents: what its excess over the boundary ahead is at least. */
  floor(account: number): number {
    return this.#f64[account * F64 + FLOOR];
  }

  /** Cents: what its excess over the boundary behind is at most. */
  ceiling(account: number): number {
    return this.#f64[account * F64 + CEILING];
  }

  /** Its first slot, how many it uses, and how many it has. */
  first(account: number): number {
    return this.#u32[account * U32 + FIRST];
  }

  count(account: number): number {
    return this.#u32[account * U32 + COUNT];
  }

  room(account: number): number {
    return this.#u32[account * U32 + ROOM];
  }

  /** How far behind a slot its second threshold is; 0 where the account has one a slot. */
  half(account: number): number {
    return (this.#i8[account * BYTES + TRAITS] & DOUBLED) === 0 ? 0 : this.room(account) >>> 1;
  }

  /** The tick at which it was last woken, and how often it was woken lately. */
  wokenAt(account: number): number {
    return this.#u32[account * U32 + WOKEN_AT];
  }

  wakes(account: number): number {
    return this.#i8[account * BYTES + WAKES];
  }

  /** The number of the last charge that its slots have: see charges.ts. */
  charged(account: number): number {
    return this.#u32[account * U32 + CHARGED];
  }

  setCharged(account: number, number: number): void {
    this.#u32[account * U32 + CHARGED] = number;
  }

  /** How many boundaries it is past, or `RUNG_UNKNOWN`. */
  rung(account: number): number {
    return this.#i8[account * BYTES + RUNG];
  }

  /** CERTIFIED, WATCHED, OVERDUE or UNKNOWN. */
  condition(account: number): number {
    return this.#i8[account * BYTES + CONDITION];
  }

  /** 1 where it has groups. */
  grouped(account: number): number {
    return this.#i8[account * BYTES + TRAITS] & GROUPED;
  }

  setGrouped(account: number, grouped: number): void {
    this.#setTrait(account, GROUPED, grouped !== 0);
  }

  setDoubled(account: number, isDoubled: boolean): void {
    this.#setTrait(account, DOUBLED, isDoubled);
  }

  /** By how many steps of size its positions have grown at most since everything was built: see holders.ts. */
  grown(account: number): number {
    return Math.floor(this.#i8[account * BYTES + TRAITS] / GROWN);
  }

  /** A position grows by so many steps, if any. */
  addGrown(account: number, steps: number): void {
    const more = Math.min(steps, GROWN_MOST - this.grown(account));
    if (more > 0) this.#i8[account * BYTES + TRAITS] += more * GROWN;
  }

  forgetGrown(account: number): void {
    this.#i8[account * BYTES + TRAITS] %= GROWN;
  }

  #setTrait(account: number, trait: number, isSet: boolean): void {
    if (isSet) this.#i8[account * BYTES + TRAITS] |= trait;
    else this.#i8[account * BYTES + TRAITS] &= ~trait;
  }

  /** Whether floor and ceiling prove that the account is still on `rung`, of a ladder of so many boundaries. */
  isProven(account: number, rung: number, boundaries: number): boolean {
    return (rung === boundaries || this.floor(account) >= 0) && (rung === 0 || this.ceiling(account) < 0);
  }

  setFirst(account: number, first: number): void {
    this.#u32[account * U32 + FIRST] = first;
  }

  setCount(account: number, count: number): void {
    this.#u32[account * U32 + COUNT] = count;
  }

  setRoom(account: number, room: number): void {
    this.#u32[account * U32 + ROOM] = room;
  }

  setRung(account: number, rung: number): void {
    this.#i8[account * BYTES + RUNG] = rung;
  }

  setCondition(account: number, condition: number): void {
    this.#i8[account * BYTES + CONDITION] = condition;
  }

  addCash(account: number, cents: number): void {
    this.#f64[account * F64 + CASH] += cents;
  }

  addToFloor(account: number, cents: number): void {
    this.#f64[account * F64 + FLOOR] += cents;
  }

  addToCeiling(account: number, cents: number): void {
    this.#f64[account * F64 + CEILING] += cents;
  }

  /** A new certificate starts from these. */
  setBounds(account: number, floor: number, ceiling: number): void {
    this.#f64[account * F64 + FLOOR] = floor;
    this.#f64[account * F64 + CEILING] = ceiling;
  }

  setWoken(account: number, at: number, wakes: number): void {
    this.#u32[account * U32 + WOKEN_AT] = at;
    this.#i8[account * BYTES + WAKES] = wakes;
  }

  /**
   * Reads the records of some accounts, for no other reason than that the memory has them at hand afterwards: loads that do not
   * wait for one another take a tenth of the time. Returns a number of no meaning.
   */
  touch(holders: Uint32Array, from: number, to: number): number {
    const u32 = this.#u32;
    let sum = 0;
    // A record may lie across two lines of memory.
    for (let index = from; index < to; index++) {
      const at = accountOf(holders[index]) * U32;
      sum = (sum + u32[at + CASH] + u32[at + CHARGED]) | 0;
    }
    return sum;
  }

  /** The same for no more than floor, rung and condition. */
  touchFloors(holders: Uint32Array, from: number, to: number): number {
    const u32 = this.#u32;
    let sum = 0;
    for (let index = from; index < to; index++) sum = (sum + u32[accountOf(holders[index]) * U32 + FIRST]) | 0;
    return sum;
  }
}
