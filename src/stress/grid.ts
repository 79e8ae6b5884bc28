/**
 * The memory of a stress grid, which threads share: two copies of the book (who holds what, in the order of accounts), the
 * prices and moves of the moment, and the tables of unit values that the kernel fills from them. What is linear in a price is
 * a position: units × the row of its instrument, long or short. What is not (options, offsets, portfolio margin) is a group:
 * an account's groups come to one row of figures that somebody else worked out.
 *
 *   instrument, side → row     excess with the requirement recomputed, dollars a unit, by scenario
 *   instrument → row           equity, likewise
 *   account → figures          cash + row of its groups + Σ units × row
 *   instrument, side → bound   the worst of each third of a row, so that most accounts need not be swept in full (kernel/doubt.as)
 *
 * Figures are single precision. An account's is within (n + 6) × 2^-24 × (gross there + gross now) of exact, n its positions and
 * gross |cash| + |groups| + Σ |units| × (value + change + requirement); sums of shortfalls are within the sum of that. It is a
 * measure of the whole; no call and no charge rests on it.
 */
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import {
  GROUP_ROW_BYTES,
  kernelOver,
  LANES,
  RESULT_BYTES,
  RESULT_COUNTS,
  sharedMemory,
  type StressKernel,
  SUM_BYTES,
} from "./kernel.ts";

/** A position names its row in sixteen bits: an instrument and a side. */
export const INSTRUMENTS_MOST = 32_768;
/** Positions of one account, in sixteen bits. */
const POSITIONS_OF_ACCOUNT_MOST = 65_535;
/** Accounts that a thread takes at a time; in each it finds out anew whether bounds pay. */
const CHUNK = 8192;
/** Spare positions that an account gets when it is first laid out, beyond an eighth of what it has. */
const SPARE = 1;

export interface GridSize {
  readonly accounts: number;
  /** Positions, room for new ones included. */
  readonly positions: number;
  readonly instruments: number;
  /** Accounts with groups. */
  readonly groups: number;
  /** Sets of scenarios, NOW to each; one where absent. */
  readonly sets?: number;
}

/** What a unit held on one side requires: rate × value, at least a floor; another pair below a price. All in dollars. */
export interface SideTerms {
  /** Below this price the low pair counts. */
  readonly below: number;
  readonly lowRate: number;
  readonly lowFloor: number;
  readonly rate: number;
  readonly floor: number;
}

const SIDE_NUMBERS = 6;
const BOOK_FIELDS = ["starts", "cash", "groups", "series", "units", "counts"] as const;
const BOOK_BYTES = 64;
/** Figures in a row of groups: both tables. */
export const ROW_FIGURES = GROUP_ROW_BYTES / 4;
/** Figures in a bound: for each third of a row, and the market as it stands. */
const BOUND_FIGURES = 4;

/** One of the two copies of the book. */
class GridBook {
  /** Where the kernel finds its columns. */
  readonly address: number;
  readonly starts: Uint32Array;
  readonly counts: Uint16Array;
  readonly room: Uint16Array;
  readonly cash: Float32Array;
  readonly groups: Uint32Array;
  readonly series: Uint16Array;
  readonly units: Float32Array;
  readonly prices: Float64Array;
  readonly pricesAddress: number;
  /** By set, by group, in dollars: LANES figures of the excess, LANES of the equity. Group 0 is none. */
  readonly groupRows: Float32Array;
  readonly groupAddress: number;
  /** Positions that have been given room. */
  used = 0;

  constructor(size: GridSize, take: Taker) {
    const { accounts, positions, instruments } = size;
    const [address, descriptor] = take.u32(BOOK_BYTES / 4);
    this.address = address;
    const at: Record<string, number> = {};
    [at["starts"], this.starts] = take.u32(accounts);
    [at["cash"], this.cash] = take.f32(accounts);
    [at["groups"], this.groups] = take.u32(accounts);
    [at["series"], this.series] = take.u16(positions);
    [at["units"], this.units] = take.f32(positions);
    [at["counts"], this.counts] = take.u16(accounts);
    [this.pricesAddress, this.prices] = take.f64(instruments);
    [this.groupAddress, this.groupRows] = take.f32((size.sets ?? 1) * (size.groups + 1) * ROW_FIGURES);
    for (const [index, field] of BOOK_FIELDS.entries()) descriptor[index] = at[field];
    this.room = new Uint16Array(accounts);
  }

  /** Gives the account `count` positions, to be filled from the returned one on; -1 where there is no room left. */
  place(account: number, count: number): number {
    assert(count <= POSITIONS_OF_ACCOUNT_MOST, "an account's positions are counted in sixteen bits");
    if (count > this.room[account]) {
      const room = Math.min(POSITIONS_OF_ACCOUNT_MOST, count + (count >>> 3) + SPARE);
      if (this.used + room > this.units.length) return -1;
      this.starts[account] = this.used;
      this.room[account] = room;
      this.used += room;
    }
    this.counts[account] = count;
    return this.starts[account];
  }

  /** Nobody holds anything. */
  clear(): void {
    this.used = 0;
    this.room.fill(0);
    this.counts.fill(0);
  }
}

/** Shortfalls by scenario: what lies below zero, in dollars, and how many accounts do. */
export interface Shortfalls {
  readonly amounts: Float64Array;
  readonly counts: Float64Array;
}

export interface GridTotals {
  /** Excess below zero with the requirement worked out at the moved prices: margin calls. */
  readonly recomputed: Shortfalls;
  /** The same with the requirement left where it was before the move. */
  readonly held: Shortfalls;
  /** Equity below zero: what is unsecured. */
  readonly equity: Shortfalls;
  /** Accounts that hold something without a price; they are in none of the sums. */
  readonly unknown: number;
  /** Accounts that bounds could not pass over; all of them in a plain sweep. */
  readonly doubtful: number;
}

/** `sweep` gives the same bits everywhere; `sweepRelaxed` is faster; `sweepEquity` leaves all but equity out. */
export type SweepWay = "sweep" | "sweepRelaxed" | "sweepEquity";

/** What threads that share a grid are asked to do together. */
export interface SweepTask {
  readonly book: 0 | 1;
  readonly set: number;
  readonly way: SweepWay;
  /** Without bounds: every account in every lane. The same sums, only slower. */
  readonly isPlain: boolean;
  readonly threads: number;
}

/** Places in the grid's `control`: the next chunk, the next instruments, threads that have filled their rows. */
export const CONTROL = { chunk: 0, instruments: 1, filled: 2 } as const;

export class StressGrid {
  readonly size: GridSize;
  readonly memory: WebAssembly.Memory;
  readonly books: readonly [GridBook, GridBook];
  /** By set, by instrument, LANES each: the change of its price under each scenario, as a share. */
  readonly moves: Float32Array;
  /** By account: its lowest excess, and the scenario of it, once `worst` was asked for. */
  readonly worstAmounts: Float32Array;
  readonly worstScenarios: Uint8Array;
  /** By place in CONTROL. */
  readonly control: Int32Array;
  readonly #terms: Float64Array;
  readonly #addresses: Readonly<
    Record<"moves" | "terms" | "table" | "tables" | "results" | "amounts" | "scenarios", number>
  >;
  readonly #results: Float64Array;
  readonly #kernel: StressKernel;

  /** Over a memory of its own, or over one that another thread laid out for the same size. */
  constructor(size: GridSize, memory?: WebAssembly.Memory) {
    if (size.instruments > INSTRUMENTS_MOST)
      throw new Trouble("table-full", "a stress grid has no room for so many instruments", {
        field: "instruments",
        value: size.instruments,
        expected: `at most ${INSTRUMENTS_MOST} that customers hold`,
      });
    this.size = size;
    this.memory = memory ?? sharedMemory(bytesOf(size));
    const parts = layOut(size, new Taker(this.memory.buffer));
    this.books = parts.books;
    this.moves = parts.moves[1];
    this.#terms = parts.terms[1];
    this.control = parts.control[1];
    this.#results = parts.results[1];
    this.worstAmounts = parts.amounts[1];
    this.worstScenarios = parts.scenarios[1];
    this.#addresses = {
      moves: parts.moves[0],
      terms: parts.terms[0],
      table: parts.table[0],
      tables: parts.tables[0],
      results: parts.results[0],
      amounts: parts.amounts[0],
      scenarios: parts.scenarios[0],
    };
    parts.tables[1].set([parts.table[0], parts.values[0], parts.bounds[0], parts.valueBounds[0]]);
    this.#kernel = kernelOver(this.memory);
  }

  /** Parts in which threads take the accounts. */
  get chunks(): number {
    return chunksOf(this.size);
  }

  /** What a unit of the instrument is worth for each dollar of price, and requires on each side. */
  setTerms(instrument: number, worth: number, long: SideTerms, short: SideTerms): void {
    let at = instrument * 2 * SIDE_NUMBERS;
    for (const { below, lowRate, lowFloor, rate, floor } of [long, short]) {
      this.#terms.set([below, lowRate, lowFloor, rate, floor, worth], at);
      at += SIDE_NUMBERS;
    }
  }

  /** The row of an instrument for so many units. */
  static seriesOf(instrument: number, units: number): number {
    return instrument * 2 + (units < 0 ? 1 : 0);
  }

  /** Fills the rows of some instruments from the prices of a book and the moves of a set. Any thread may. */
  fillRows(book: 0 | 1, set: number, from = 0, to = this.size.instruments): void {
    const { moves, terms, tables } = this.#addresses;
    const ofSet = moves + set * this.size.instruments * LANES * 4;
    this.#kernel.fillRows(this.books[book].pricesAddress, ofSet, terms, tables, from, to);
  }

  /** Sweeps the accounts of a chunk with filled rows. Any thread may; each chunk has a result of its own. */
  sweepChunk(book: 0 | 1, set: number, chunk: number, way: SweepWay, isPlain = false): void {
    const { results, tables } = this.#addresses;
    const from = chunk * CHUNK;
    const to = Math.min(this.size.accounts, from + CHUNK);
    const result = results + chunk * RESULT_BYTES;
    const at = (chunk * RESULT_BYTES) / 8;
    this.#results.fill(0, at, at + RESULT_BYTES / 8);
    const { address } = this.books[book];
    this.#kernel[way](address, tables, this.#groupRows(book, set), from, to, result, isPlain);
  }

  /** Finds each account's lowest excess among the first `scenarios`, with filled rows. */
  findWorst(book: 0 | 1, scenarios: number, from = 0, to = this.size.accounts): void {
    const { table, amounts, scenarios: where } = this.#addresses;
    const { address } = this.books[book];
    this.#kernel.worst(address, table, this.#groupRows(book, 0), from, to, scenarios, amounts, where);
  }

  #groupRows(book: 0 | 1, set: number): number {
    return this.books[book].groupAddress + set * (this.size.groups + 1) * GROUP_ROW_BYTES;
  }

  /** The sums of all chunks, in their order, so that they do not depend on who swept which. */
  totals(): GridTotals {
    const sums = { recomputed: noShortfalls(), held: noShortfalls(), equity: noShortfalls() };
    let [unknown, doubtful] = [0, 0];
    const { buffer } = this.#results;
    for (let chunk = 0; chunk < this.chunks; chunk++) {
      const at = this.#addresses.results + chunk * RESULT_BYTES;
      addResult(sums.recomputed, buffer, at);
      addResult(sums.held, buffer, at + SUM_BYTES);
      addResult(sums.equity, buffer, at + 2 * SUM_BYTES);
      const counts = new Uint32Array(buffer, at + RESULT_COUNTS, 2);
      unknown += counts[0];
      doubtful += counts[1];
    }
    return { ...sums, unknown, doubtful };
  }

  /** Everything in this thread, of the first set. */
  run(book: 0 | 1, way: SweepWay = "sweep", isPlain = false): GridTotals {
    this.fillRows(book, 0);
    for (let chunk = 0; chunk < this.chunks; chunk++) this.sweepChunk(book, 0, chunk, way, isPlain);
    return this.totals();
  }
}

function chunksOf({ accounts }: GridSize): number {
  return Math.ceil(accounts / CHUNK);
}

/** Everything in the memory, in its order. */
function layOut(size: GridSize, take: Taker) {
  const { instruments } = size;
  const books = [new GridBook(size, take), new GridBook(size, take)] as const;
  return {
    books,
    moves: take.f32((size.sets ?? 1) * instruments * LANES),
    terms: take.f64(instruments * 2 * SIDE_NUMBERS),
    control: take.i32(16),
    table: take.f32(instruments * 2 * LANES),
    values: take.f32(instruments * LANES),
    bounds: take.f32(instruments * 2 * BOUND_FIGURES),
    valueBounds: take.f32(instruments * 2 * BOUND_FIGURES),
    tables: take.u32(4),
    results: take.f64((chunksOf(size) * RESULT_BYTES) / 8),
    amounts: take.f32(size.accounts),
    scenarios: take.u8(size.accounts),
  };
}

function bytesOf(size: GridSize): number {
  const counting = new Taker();
  layOut(size, counting);
  return counting.at;
}

function noShortfalls(): Shortfalls {
  return { amounts: new Float64Array(LANES), counts: new Float64Array(LANES) };
}

function addResult({ amounts, counts }: Shortfalls, buffer: ArrayBufferLike, at: number): void {
  const amount = new Float64Array(buffer, at, LANES);
  const count = new Uint32Array(buffer, at + LANES * 8, LANES);
  for (let lane = 0; lane < LANES; lane++) {
    amounts[lane] += amount[lane];
    counts[lane] += count[lane];
  }
}

/** Hands out parts of a buffer, one after another, each on a line of the cache; of none, it only counts. */
class Taker {
  readonly #buffer: ArrayBufferLike | undefined;
  /** The first line stays empty: no column is at address 0. */
  at = 64;

  constructor(buffer?: ArrayBufferLike) {
    this.#buffer = buffer;
  }

  #take(bytes: number): number {
    const { at } = this;
    this.at += (bytes + 63) & ~63;
    return at;
  }

  u8(length: number): [number, Uint8Array] {
    const at = this.#take(length);
    return [at, this.#buffer === undefined ? new Uint8Array(0) : new Uint8Array(this.#buffer, at, length)];
  }

  u32(length: number): [number, Uint32Array] {
    const at = this.#take(length * 4);
    return [at, this.#buffer === undefined ? new Uint32Array(0) : new Uint32Array(this.#buffer, at, length)];
  }

  i32(length: number): [number, Int32Array] {
    const at = this.#take(length * 4);
    return [at, this.#buffer === undefined ? new Int32Array(0) : new Int32Array(this.#buffer, at, length)];
  }

  f32(length: number): [number, Float32Array] {
    const at = this.#take(length * 4);
    return [at, this.#buffer === undefined ? new Float32Array(0) : new Float32Array(this.#buffer, at, length)];
  }

  f64(length: number): [number, Float64Array] {
    const at = this.#take(length * 8);
    return [at, this.#buffer === undefined ? new Float64Array(0) : new Float64Array(this.#buffer, at, length)];
  }

  u16(length: number): [number, Uint16Array] {
    const at = this.#take(length * 2);
    return [at, this.#buffer === undefined ? new Uint16Array(0) : new Uint16Array(this.#buffer, at, length)];
  }
}
