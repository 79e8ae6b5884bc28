/**
 * The whole book under every scenario, in the background, over one instant of it. The thread that applies facts never waits:
 *
 *   facts ──▶ books ── accountChanged, priceChanged ──▶ two lists, one for each copy of the book
 *                                                          │ slice(): some tens of microseconds of copying, when asked
 *             copy being swept (frozen) ◀── exchanged ── copy being brought up to date
 *                  │
 *             worker threads ──▶ sums by scenario
 *
 * A copy is exchanged only at the end of a slice in which nothing is left to bring over; at that moment it equals the books,
 * account by account and price by price, and it is not written again until its sweep is over. So a result is of one fact's
 * books, however many follow while it is made: `asOf` says which.
 *
 * It must be told of every account whose cash or holdings changed and of every price, after they changed.
 */
import type { Instant } from "../base/time.ts";
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { Worker } from "node:worker_threads";
import {
  CONTROL,
  type GridSize,
  type GridTotals,
  ROW_FIGURES,
  type SideTerms,
  StressGrid,
  type SweepTask,
  type SweepWay,
} from "./grid.ts";
import { LANES, NOW } from "./kernel.ts";

/** Positions of one account that are linear in prices, as a source writes them. */
export class Positions {
  instruments = new Uint32Array(64);
  units = new Float64Array(64);
  count = 0;

  add(instrument: number, units: number): void {
    if (this.count === this.units.length) {
      const [instruments, held] = [this.instruments, this.units];
      this.instruments = new Uint32Array(2 * this.count);
      this.units = new Float64Array(2 * this.count);
      this.instruments.set(instruments);
      this.units.set(held);
    }
    this.instruments[this.count] = instrument;
    this.units[this.count++] = units;
  }
}

/** A fact, and when the firm learned it. */
export interface Standing {
  readonly seq: number;
  readonly at: Instant;
}

/** What is swept. Accounts and instruments are numbered from 0 without gaps, and their numbers stay. */
export interface SweepSource {
  /** How many accounts there are; of a new one the sweep is told as of one that changed. All there is room for where absent. */
  readonly size?: number;
  /** Which instant the source stands at. */
  readonly standing: Standing;
  /** Dollars; NaN where unknown. */
  price(instrument: number): number;
  /**
   * Adds the account's linear positions, and returns its cash in dollars: NaN where nothing can be said of it, because a group
   * of it has no row.
   */
  read(account: number, positions: Positions): number;
  /** What the account's groups come to, dollars: for each set LANES excesses and LANES equities. Undefined where it has none. */
  groups(account: number): ArrayLike<number> | undefined;
}

export interface SweepResult {
  /** What the source stood at. */
  readonly asOf: Standing;
  /** By set of scenarios. */
  readonly sets: readonly GridTotals[];
  readonly scenarios: number;
  /** Milliseconds of the sweep alone. */
  readonly took: number;
}

/** Where the figures of a scenario stand: its set, and its lane there. */
export function laneOf(scenario: number): readonly [set: number, lane: number] {
  return [Math.floor(scenario / NOW), scenario % NOW];
}

/** How many sets so many scenarios take. */
export function setsFor(scenarios: number): number {
  return Math.max(1, Math.ceil(scenarios / NOW));
}

export interface SweepOptions {
  readonly threads?: number;
  readonly way?: SweepWay;
  /** Without bounds, to compare with. */
  readonly isPlain?: boolean;
  /** Microseconds of copying in a slice; it looks at the clock after every few accounts. */
  readonly sliceMicros?: number;
}

const SLICE_MICROS = 50;
/** Accounts, or prices, between looks at the clock. */
const ACCOUNTS_AT_ONCE = 4;
const PRICES_AT_ONCE = 64;

/** Which accounts and prices a copy lacks. */
class Lacking {
  readonly #flags: Uint8Array;
  readonly list: Uint32Array;
  count = 0;

  constructor(size: number) {
    this.#flags = new Uint8Array(size);
    this.list = new Uint32Array(size);
  }

  add(index: number): void {
    if (this.#flags[index] === 1) return;
    this.#flags[index] = 1;
    this.list[this.count++] = index;
  }

  /** So that they are taken in their order: what lies in the order in which it is swept is read much faster. */
  addAll(size: number): void {
    for (let index = size - 1; index >= 0; index--) this.add(index);
  }

  take(): number {
    const index = this.list[--this.count];
    this.#flags[index] = 0;
    return index;
  }
}

export class StressSweep {
  readonly grid: StressGrid;
  readonly #source: SweepSource;
  readonly #workers: readonly Worker[];
  readonly #way: SweepWay;
  readonly #isPlain: boolean;
  readonly #sliceMillis: number;
  readonly #accounts: readonly [Lacking, Lacking];
  readonly #prices: readonly [Lacking, Lacking];
  readonly #groupOf: readonly [Map<number, number>, Map<number, number>];
  readonly #positions = new Positions();
  /** Whether a copy is being laid out anew, because it was full. */
  readonly #isLaidAnew: [boolean, boolean] = [false, false];
  /** The copy that is brought up to date. */
  #filling: 0 | 1 = 0;
  #running: Promise<SweepResult> | undefined;
  /** How many there are, where they are set one by one. */
  scenarios = 0;

  constructor(
    source: SweepSource,
    size: GridSize,
    { threads = 2, way = "sweep", isPlain = false, sliceMicros = SLICE_MICROS }: SweepOptions = {},
  ) {
    this.#source = source;
    this.grid = new StressGrid(size);
    this.#way = way;
    this.#isPlain = isPlain;
    this.#sliceMillis = sliceMicros / 1000;
    this.#accounts = [new Lacking(size.accounts), new Lacking(size.accounts)];
    this.#prices = [new Lacking(size.instruments), new Lacking(size.instruments)];
    this.#groupOf = [new Map(), new Map()];
    for (const lacking of this.#accounts) lacking.addAll(source.size ?? size.accounts);
    for (const lacking of this.#prices) lacking.addAll(size.instruments);
    const workerData = { size, memory: this.grid.memory };
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL("./sweep-worker.ts", import.meta.url), { workerData });
      worker.unref();
      return worker;
    });
  }

  /** What a unit of an instrument is worth and requires; before the first sweep, or between two. */
  setTerms(instrument: number, worth: number, long: SideTerms, short: SideTerms): void {
    this.grid.setTerms(instrument, worth, long, short);
  }

  /** The scenarios: factors of prices by instrument, as many as the sets have room for. Between two sweeps. */
  setScenarios(factors: readonly ArrayLike<number>[]): void {
    assert(this.#running === undefined, "scenarios change between sweeps");
    const { size } = this.grid;
    const most = (size.sets ?? 1) * NOW;
    if (factors.length > most)
      throw new Trouble("table-full", "too many scenarios for one sweep", {
        field: "scenarios",
        value: factors.length,
        expected: `at most ${most}`,
      });
    this.scenarios = factors.length;
    this.grid.moves.fill(0);
    for (const [scenario, ofInstruments] of factors.entries())
      for (let instrument = 0; instrument < size.instruments; instrument++)
        this.setMove(scenario, instrument, ofInstruments[instrument]);
  }

  /** By what one scenario multiplies the price of one instrument. Between two sweeps, or before the instrument has a price. */
  setMove(scenario: number, instrument: number, factor: number): void {
    const [set, lane] = laneOf(scenario);
    this.grid.moves[(set * this.grid.size.instruments + instrument) * LANES + lane] = factor - 1;
  }

  /** Whether a sweep goes on. */
  get isSweeping(): boolean {
    return this.#running !== undefined;
  }

  /** Its cash, holdings or groups changed. */
  accountChanged(account: number): void {
    this.#accounts[0].add(account);
    this.#accounts[1].add(account);
  }

  priceChanged(instrument: number): void {
    this.#prices[0].add(instrument);
    this.#prices[1].add(instrument);
  }

  /** Brings the copy further up to date, for as long as a slice may take. True while something is left. */
  slice(): boolean {
    const until = performance.now() + this.#sliceMillis;
    const [accounts, prices] = [this.#accounts[this.#filling], this.#prices[this.#filling]];
    while (accounts.count > 0) {
      for (let some = 0; some < ACCOUNTS_AT_ONCE && accounts.count > 0; some++) this.#bringAccount(accounts.take());
      if (performance.now() >= until) return true;
    }
    this.#isLaidAnew[this.#filling] = false;
    const book = this.grid.books[this.#filling];
    while (prices.count > 0) {
      for (let some = 0; some < PRICES_AT_ONCE && prices.count > 0; some++) {
        const instrument = prices.take();
        book.prices[instrument] = this.#source.price(instrument);
      }
      if (performance.now() >= until) return prices.count > 0;
    }
    return false;
  }

  /**
   * Starts a sweep of the books as they stand now, if the copy lacks nothing and none is running; undefined otherwise. The
   * copies are exchanged here, between two facts.
   */
  begin(): Promise<SweepResult> | undefined {
    if (this.#running !== undefined) return undefined;
    if (this.#accounts[this.#filling].count > 0 || this.#prices[this.#filling].count > 0) return undefined;
    const book = this.#filling;
    this.#filling = book === 0 ? 1 : 0;
    this.#running = this.#sweep(book, this.#source.standing);
    return this.#running;
  }

  /** Brings everything up to date, pausing between slices so that facts go on, and sweeps it. */
  async now(): Promise<SweepResult> {
    while (this.#running !== undefined) await this.#running;
    for (;;) {
      const started = this.slice() ? undefined : this.begin();
      if (started !== undefined) return started;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async close(): Promise<void> {
    await this.#running;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #sweep(book: 0 | 1, asOf: Standing): Promise<SweepResult> {
    const started = performance.now();
    const sets: GridTotals[] = [];
    for (let set = 0; set < (this.grid.size.sets ?? 1); set++) {
      const { control } = this.grid;
      for (const place of Object.values(CONTROL)) Atomics.store(control, place, 0);
      const task: SweepTask = { book, set, way: this.#way, isPlain: this.#isPlain, threads: this.#workers.length };
      await Promise.all(this.#workers.map((worker) => ask(worker, task)));
      sets.push(this.grid.totals());
    }
    this.#running = undefined;
    return { sets, asOf, scenarios: this.scenarios, took: performance.now() - started };
  }

  #bringAccount(account: number): void {
    const positions = this.#positions;
    const book = this.grid.books[this.#filling];
    positions.count = 0;
    book.cash[account] = this.#source.read(account, positions);
    const at = this.#place(account, positions.count);
    for (let index = 0; index < positions.count; index++) {
      book.series[at + index] = StressGrid.seriesOf(positions.instruments[index], positions.units[index]);
      book.units[at + index] = positions.units[index];
    }
    book.groups[account] = this.#bringGroups(account);
  }

  /** Room for an account's positions. Where there is none left, what moved about left gaps: the copy is laid out anew. */
  #place(account: number, count: number): number {
    const book = this.grid.books[this.#filling];
    const at = book.place(account, count);
    if (at >= 0) return at;
    if (this.#isLaidAnew[this.#filling]) throw fullGrid(this.grid.size);
    this.#isLaidAnew[this.#filling] = true;
    book.clear();
    this.#accounts[this.#filling].addAll(this.#source.size ?? this.grid.size.accounts);
    const again = book.place(account, count);
    if (again < 0) throw fullGrid(this.grid.size);
    return again;
  }

  /** The number of the account's row of groups in the copy, 0 where it has none. */
  #bringGroups(account: number): number {
    const row = this.#source.groups(account);
    if (row === undefined) return 0;
    const { groups, sets = 1 } = this.grid.size;
    assert(row.length === sets * ROW_FIGURES, "a row of groups has two tables for each set");
    const known = this.#groupOf[this.#filling];
    const group = known.get(account) ?? known.size + 1;
    if (group > groups) throw fullGrid(this.grid.size);
    known.set(account, group);
    const { groupRows } = this.grid.books[this.#filling];
    for (let set = 0; set < sets; set++)
      for (let figure = 0; figure < ROW_FIGURES; figure++)
        groupRows[(set * (groups + 1) + group) * ROW_FIGURES + figure] = row[set * ROW_FIGURES + figure];
    return group;
  }
}

function ask(worker: Worker, task: SweepTask): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    worker.once("error", failed);
    worker.once("message", () => {
      worker.off("error", failed);
      resolve();
    });
    worker.ref();
    worker.postMessage(task);
  }).then(() => worker.unref());
}

function fullGrid({ positions, groups }: GridSize): Trouble {
  return new Trouble("table-full", "the copy of the book for stress is full", {
    field: "positions",
    value: positions,
    expected: `a larger grid than ${positions} positions and ${groups} accounts with groups`,
  });
}
