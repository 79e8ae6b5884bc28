/**
 * Stress of a running firm, again and again: another process derives the firm from its journal, as a snapshot is made, works
 * out every scenario and says what it found, so that the engine takes no part in it. Ready to serve.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Engine } from "../engine/engine.ts";
import type { StressView } from "../server/live-margin.ts";

const MAIN = join(import.meta.dirname, "main.ts");
/** Between the end of one run and the start of the next: so long, and so many times as long as the run took. */
const PAUSE_MS = 20_000;
const PAUSE_TIMES = 4;
const OUTPUT_MOST = 2 ** 26;

export class StressRuns {
  readonly #directory: string;
  readonly #engine: Engine;
  readonly #changed: () => void;
  readonly #stopped = new AbortController();
  #view: StressView | undefined;
  #next: NodeJS.Timeout | undefined;

  /** Runs once accounts are margined. `changed` is told of each result. */
  constructor(directory: string, engine: Engine, changed: () => void) {
    this.#directory = directory;
    this.#engine = engine;
    this.#changed = changed;
    this.#schedule(0);
  }

  /** What the last run that completed found. */
  get view(): StressView | undefined {
    return this.#view;
  }

  #schedule(after: number): void {
    this.#next = setTimeout(() => void this.#run(), after).unref();
  }

  async #run(): Promise<void> {
    const { state, seq } = this.#engine;
    const started = performance.now();
    if (state.margin.rules !== undefined && this.#view?.seq !== seq) {
      try {
        await this.#engine.flushed();
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [MAIN, "stress", "--data", this.#directory, "--at", String(seq), "--view"],
          { maxBuffer: OUTPUT_MOST, signal: this.#stopped.signal },
        );
        this.#view = JSON.parse(stdout) as StressView;
        this.#changed();
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        process.stderr.write(`plimsoll: stress: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
    const took = performance.now() - started;
    if (!this.#stopped.signal.aborted) this.#schedule(Math.max(PAUSE_MS, took * PAUSE_TIMES));
  }

  close(): void {
    this.#stopped.abort();
    clearTimeout(this.#next);
  }
}
