/**
 * Takes snapshots without stopping the engine: another process derives the state again, from the newest snapshot and the
 * durable tail of the journal, and writes it. See docs/decisions/0002-snapshots.md.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SnapshotMeta } from "../journal/snapshots.ts";
import type { Engine } from "./engine.ts";

const PROCESS = join(import.meta.dirname, "snapshot-process.ts");
/** The second copy of the state lives outside the JavaScript heap; names and attributes are in it. */
const HEAP_MIB = 4096;

export class SnapshotMaker {
  readonly #directory: string;
  readonly #engine: Engine;
  readonly #onSnapshot: (outcome: SnapshotMeta | Error) => void;
  readonly #unsubscribe: () => void;
  #running: Promise<SnapshotMeta> | undefined;
  #lastSeq: number;

  constructor(
    directory: string,
    engine: Engine,
    options: { readonly snapshotEvery?: number; readonly onSnapshot?: (outcome: SnapshotMeta | Error) => void } = {},
  ) {
    const { snapshotEvery, onSnapshot = () => undefined } = options;
    this.#directory = directory;
    this.#engine = engine;
    this.#onSnapshot = onSnapshot;
    this.#lastSeq = engine.durableSeq;
    this.#unsubscribe =
      snapshotEvery === undefined ? () => undefined : engine.subscribe(() => this.#takeIfDue(snapshotEvery));
  }

  /** A snapshot of what is durable now, or the one that is being taken. */
  take(): Promise<SnapshotMeta> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #takeIfDue(every: number): void {
    if (this.#running !== undefined || this.#engine.durableSeq - this.#lastSeq < every) return;
    this.take().then(this.#onSnapshot, (error: unknown) =>
      this.#onSnapshot(error instanceof Error ? error : new Error(String(error))),
    );
  }

  async #run(): Promise<SnapshotMeta> {
    this.#lastSeq = this.#engine.durableSeq;
    const { stdout } = await promisify(execFile)(process.execPath, [
      `--max-old-space-size=${HEAP_MIB}`,
      PROCESS,
      this.#directory,
    ]);
    return JSON.parse(stdout) as SnapshotMeta;
  }

  /** Waits for the snapshot that is being taken, and takes no more. */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#running?.catch(() => undefined);
  }
}
