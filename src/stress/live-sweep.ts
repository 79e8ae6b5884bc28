/**
 * The sweep of a running firm: told of every account and price that changed, it brings its copy of the book up to date in
 * slices of some tens of microseconds, one in each turn of the event loop, and has its threads sweep it about once a second.
 * Where the firm outgrows it, it is made anew.
 */
import { LiveBook, type ReadBooks } from "./live-book.ts";
import type { Preparation } from "./preparation.ts";
import { type Standing, setsFor, StressSweep, type SweepResult } from "./sweep.ts";

export interface LiveSweepOptions {
  /** Milliseconds from the end of one sweep to the start of the next. */
  readonly pauseMillis: number;
  readonly threads: number;
  /** Told of each result, and of what it was prepared with. */
  readonly each: (result: SweepResult, book: LiveBook, preparation: Preparation) => void;
  /** Told what ended the sweeps for good. */
  readonly failed: (error: unknown) => void;
}

/** Instruments whose terms and moves are brought over at a time. */
const INSTRUMENTS_AT_ONCE = 16;

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class LiveSweep {
  readonly #books: ReadBooks;
  readonly #cursor: Standing;
  readonly #options: LiveSweepOptions;
  #book: LiveBook | undefined;
  #sweep: StressSweep | undefined;
  #preparation: Preparation | undefined;
  /** What is still to be brought over. */
  #next: Preparation | undefined;
  #isRunning = false;
  #isClosed = false;
  /** Whether the firm has outgrown the grid. */
  #isOutgrown = false;

  constructor(books: ReadBooks, cursor: Standing, options: LiveSweepOptions) {
    this.#books = books;
    this.#cursor = cursor;
    this.#options = options;
  }

  /** What an exact run found. The first starts the sweeps. */
  prepare(preparation: Preparation): void {
    this.#next = preparation;
    if (this.#isRunning || this.#isClosed) return;
    this.#isRunning = true;
    this.#run().catch((error: unknown) => this.#options.failed(error));
  }

  // ——— what it is told ———

  balanceChanged(account: number): void {
    const place = this.#book?.place(account) ?? -1;
    if (place >= 0) this.#sweep?.accountChanged(place);
  }

  priceChanged(instrument: number): void {
    const number = this.#book?.number(instrument) ?? -1;
    if (number >= 0) this.#sweep?.priceChanged(number);
  }

  accountChanged(account: number): void {
    const touched = this.#book?.accountChanged(account);
    if (this.#book !== undefined && touched === undefined) this.#isOutgrown = true;
    for (const place of touched ?? []) this.#sweep?.accountChanged(place);
  }

  // ——— how it runs ———

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      if (this.#next !== undefined) await this.#adopt(this.#next);
      const result = await this.#once();
      const [book, preparation] = [this.#book, this.#preparation];
      if (result !== undefined && book !== undefined && preparation !== undefined && !this.#isClosed)
        this.#options.each(result, book, preparation);
      await new Promise((resolve) => void setTimeout(resolve, this.#options.pauseMillis).unref());
    }
  }

  /** A sweep of the books as they stand; undefined where the firm outgrew the grid meanwhile. */
  async #once(): Promise<SweepResult | undefined> {
    const sweep = this.#sweep;
    if (sweep === undefined) return undefined;
    try {
      for (;;) {
        if (this.#isClosed || this.#isOutgrown) return await this.#outgrown();
        const started = sweep.slice() ? undefined : sweep.begin();
        if (started !== undefined) return await started;
        await turn();
      }
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "table-full") throw error;
      return this.#outgrown();
    }
  }

  async #outgrown(): Promise<undefined> {
    this.#isOutgrown = false;
    const sweep = this.#sweep;
    this.#sweep = undefined;
    this.#book = undefined;
    await sweep?.close();
    this.#next ??= this.#preparation;
    return undefined;
  }

  /** Between two sweeps: terms, moves and figures of groups, in slices. */
  async #adopt(preparation: Preparation): Promise<void> {
    this.#next = undefined;
    if (this.#preparation?.scenarios.length !== preparation.scenarios.length) await this.#outgrown();
    this.#next = undefined;
    const before = this.#preparation;
    this.#preparation = preparation;
    const book = (this.#book ??= new LiveBook(this.#books, this.#cursor));
    book.prepare(preparation.terms, preparation.rows);
    this.#sweep ??= this.#make(book, preparation);
    for (let number = 0; number < book.instruments.length; number++) {
      this.#tellInstrument(book.instruments[number], number);
      if (number % INSTRUMENTS_AT_ONCE === 0) await turn();
    }
    for (const row of new Set([...preparation.rows.keys(), ...(before?.rows.keys() ?? [])])) this.balanceChanged(row);
  }

  #make(book: LiveBook, { scenarios }: Preparation): StressSweep {
    const sweep = new StressSweep(book, book.gridSize(setsFor(scenarios.length)), {
      way: "sweepRelaxed",
      threads: this.#options.threads,
    });
    sweep.scenarios = scenarios.length;
    book.met = (instrument, number) => this.#tellInstrument(instrument, number, sweep);
    return sweep;
  }

  #tellInstrument(instrument: number, number: number, sweep = this.#sweep): void {
    const preparation = this.#preparation;
    const terms = preparation?.terms[instrument];
    if (sweep === undefined || preparation === undefined || terms === undefined) return;
    sweep.setTerms(number, terms.worth, terms.long ?? NO_TERMS, terms.short ?? NO_TERMS);
    for (const [scenario, factors] of preparation.factors.entries())
      sweep.setMove(preparation.numbers[scenario], number, factors[instrument]);
    sweep.priceChanged(number);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sweep?.close();
  }
}

/** No position on this side is linear. */
const NO_TERMS = { below: 0, lowRate: 0, lowFloor: 0, rate: Number.NaN, floor: Number.NaN };
