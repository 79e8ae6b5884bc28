/**
 * Stress of a running firm, again and again: another process works out every scenario exactly (`stress-process.ts`), so that
 * the engine takes no part in it. What severe scenarios leave accounts owing goes into the journal as facts.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { formatInstant, type Instant } from "../base/time.ts";
import { FactsRefused } from "../engine/admission.ts";
import type { Engine } from "../engine/engine.ts";
import type { Fact } from "../facts/kinds.ts";
import { type LiveBook } from "../stress/live-book.ts";
import { LiveSweep } from "../stress/live-sweep.ts";
import type { Preparation } from "../stress/preparation.ts";
import { laneOf, type SweepResult } from "../stress/sweep.ts";
import type { LiveStress, StressNow, StressView, SweptView } from "../server/live-margin.ts";
import type { ScenarioDocument } from "../stress/rules-document.ts";
import { severeFacts, type SevereFound } from "../stress/severe.ts";
import type { StressSaid, StressTask } from "./stress-process.ts";

const PROCESS = join(import.meta.dirname, "stress-process.ts");
/** The whole firm is in its memory once more. */
const HEAP = "--max-old-space-size=16384";
const SOURCE = "stress";
/** Between the end of one run and the start of the next: so long, and so many times as long as the run took. */
const PAUSE_MS = 5000;
const PAUSE_TIMES = 1;
/** One run of so many looks for what breaks the firm, which takes as long as several runs. */
const REVERSE_EVERY = 5;
/** A process that failed is started anew after so long. */
const RESTART_MS = 60_000;
/** Between the end of one sweep and the start of the next. */
const SWEEP_MILLIS = 1000;
const SWEEP_THREADS = 2;
/** Facts that are recorded at once; others have their turn in between. */
const FACTS_AT_ONCE = 8;

interface Waiting {
  readonly resolve: (view: StressView) => void;
  readonly reject: (error: Error) => void;
}

interface StressRunsOptions {
  /** Dates facts. */
  readonly now: () => Instant;
  /** Told of each result of an exact run. */
  readonly changed: () => void;
  /** Milliseconds between sweeps of the whole book. */
  readonly sweepMillis?: number;
}

export class StressRuns implements LiveStress {
  readonly #directory: string;
  readonly #engine: Engine;
  readonly #now: () => Instant;
  readonly #changed: () => void;
  readonly #sweep: LiveSweep;
  readonly #unfollow: () => void;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #last: StressNow = { exact: null, reverse: null, swept: null };
  #next: NodeJS.Timeout | undefined;
  #started = 0;
  #runs = 0;
  #asked = 0;
  #isClosed = false;

  /** Runs once accounts are margined. */
  constructor(directory: string, engine: Engine, { now, changed, sweepMillis = SWEEP_MILLIS }: StressRunsOptions) {
    this.#directory = directory;
    this.#engine = engine;
    this.#now = now;
    this.#changed = changed;
    const { books, state } = engine;
    this.#sweep = new LiveSweep(books, state, {
      pauseMillis: sweepMillis,
      threads: SWEEP_THREADS,
      each: (result, book, preparation) => this.#swept(result, book, preparation),
      failed: (error) => complain(error),
    });
    this.#unfollow = state.follow(this.#sweep);
    this.#schedule(0);
  }

  now(): StressNow {
    return this.#last;
  }

  ask(scenarios: readonly ScenarioDocument[]): Promise<StressView> {
    const child = this.#child;
    if (child === undefined || this.#last.exact === null)
      return Promise.reject(new Trouble("not-ready", "the first stress of the firm has not been completed"));
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      tell(child, { kind: "ask", id, scenarios });
    });
  }

  #schedule(after: number): void {
    if (!this.#isClosed) this.#next = setTimeout(() => void this.#run(), after).unref();
  }

  async #run(): Promise<void> {
    const { state, seq } = this.#engine;
    if (state.margin.rules === undefined || this.#last.exact?.seq === seq) return this.#schedule(PAUSE_MS);
    try {
      await this.#engine.flushed();
    } catch {
      // A journal that failed takes no more facts: there is nothing new to stress.
      return;
    }
    if (this.#isClosed) return;
    this.#started = performance.now();
    this.#child ??= this.#start();
    tell(this.#child, { kind: "run", seq, reverse: this.#runs++ % REVERSE_EVERY === 1 });
  }

  #start(): ChildProcess {
    const child = fork(PROCESS, [this.#directory], { serialization: "advanced", execArgv: [HEAP] });
    child.unref();
    child.channel?.unref();
    child.on("message", (said: StressSaid) => this.#heard(said));
    child.on("exit", () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      for (const { reject } of this.#waiting.values())
        reject(new Trouble("not-ready", "the process that stresses the firm has ended"));
      this.#waiting.clear();
      this.#schedule(RESTART_MS);
    });
    return child;
  }

  #heard(said: StressSaid): void {
    if (said.kind === "ran") return this.#ran(said.ran);
    const waiting = this.#waiting.get(said.id);
    this.#waiting.delete(said.id);
    if (said.kind === "answered") return waiting?.resolve(said.view);
    const { code, summary, details } = said.trouble;
    waiting?.reject(new Trouble(code, summary, details));
  }

  #ran(ran: Extract<StressSaid, { kind: "ran" }>["ran"]): void {
    if (ran !== undefined) {
      this.#last = { ...this.#last, exact: ran.view, reverse: ran.reverse ?? this.#last.reverse };
      this.#sweep.prepare(ran.preparation);
      this.#changed();
      void this.#state(ran.severe);
    }
    this.#schedule(Math.max(PAUSE_MS, (performance.now() - this.#started) * PAUSE_TIMES));
  }

  #swept({ sets, scenarios, asOf, took }: SweepResult, book: LiveBook, preparation: Preparation): void {
    const dollars = (amount: number): string => `${Math.round(amount)}.00`;
    const rows = Array.from({ length: scenarios }, (_, scenario) => {
      const [set, lane] = laneOf(preparation.numbers[scenario]);
      const { equity, recomputed, held } = sets[set];
      return {
        scenario: preparation.scenarios[scenario],
        underWater: equity.counts[lane],
        unsecured: dollars(equity.amounts[lane]),
        called: recomputed.counts[lane],
        calls: dollars(recomputed.amounts[lane]),
        calledHeld: held.counts[lane],
        callsHeld: dollars(held.amounts[lane]),
      };
    });
    const swept: SweptView = {
      seq: asOf.seq,
      at: formatInstant(asOf.at),
      took: Math.round(took * 10) / 10,
      accounts: book.size,
      groups: book.groupsRead,
      groupsAsOf: preparation.asOf,
      unknown: sets[0].unknown,
      rows,
    };
    this.#last = { ...this.#last, swept };
  }

  /** Records what is news of severe scenarios. What the books refuse by now, the next run finds anew. */
  async #state(found: SevereFound): Promise<void> {
    const rules = this.#engine.state.margin.rules?.ladder;
    if (rules === undefined) return;
    const facts = severeFacts(this.#engine.books, rules, found);
    for (let from = 0; from < facts.length && !this.#isClosed; from += FACTS_AT_ONCE) {
      const at = formatInstant(this.#now());
      const some = facts.slice(from, from + FACTS_AT_ONCE).map((fact): Fact => ({ ...fact, at, source: SOURCE }));
      try {
        await this.#engine.submit(some);
      } catch (error) {
        if (error instanceof FactsRefused) continue;
        complain(error);
        return;
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#next);
    this.#unfollow();
    void this.#sweep.close();
    this.#child?.kill();
  }
}

function complain(error: unknown): void {
  process.stderr.write(`plimsoll: stress: ${error instanceof Error ? error.message : String(error)}\n`);
}

function tell(child: ChildProcess, task: StressTask): void {
  child.send(task, () => undefined);
}
