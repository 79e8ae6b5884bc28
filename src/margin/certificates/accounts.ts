/**
 * What is known of each account, side by side in one record of 48 bytes: whoever comes to an account waits for memory once. Its
 * positions are in slots (slots.ts); where, is said here.
 */
const BYTES = 48;
const F64 = BYTES / 8;
const U32 = BYTES / 4;

/** Float64: cents. */
const CASH = 0;
const FLOOR = 1;
const CEILING = 2;
/** Uint32. */
const FIRST = 6;
const COUNT = 7;
const ROOM = 8;
const HALF = 9;
const WOKEN_AT = 10;
/** Int8. */
const RUNG = 44;
const CONDITION = 45;
const WAKES = 46;
const GROUPED = 47;

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
    return this.#u32[account * U32 + HALF];
  }

  /** The tick at which it was last woken, and how often it was woken lately. */
  wokenAt(account: number): number {
    return this.#u32[account * U32 + WOKEN_AT];
  }

  wakes(account: number): number {
    return this.#i8[account * BYTES + WAKES];
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
    return this.#i8[account * BYTES + GROUPED];
  }

  setGrouped(account: number, grouped: number): void {
    this.#i8[account * BYTES + GROUPED] = grouped;
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

  setHalf(account: number, half: number): void {
    this.#u32[account * U32 + HALF] = half;
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
  touch(accounts: Uint32Array, from: number, to: number): number {
    let sum = 0;
    // A record may lie across two lines of memory.
    for (let index = from; index < to; index++) {
      const at = accounts[index];
      sum = (sum + this.#u32[at * U32 + FLOOR * 2] + this.#i8[at * BYTES + CONDITION]) | 0;
    }
    return sum;
  }
}
