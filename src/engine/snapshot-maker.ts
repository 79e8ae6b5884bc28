/**
 * Takes snapshots without stopping the engine: another process derives the state again, from the newest snapshot and the
 * durable tail of the journal, and writes it. See docs/decisions/0002-snapshots.md.
 *
 * The same process audits: it computes net capital, and where accounts are margined their bands, from scratch and holds them
 * against the running ones, those that it derived and those of this engine after the same fact. Where a clock is given, what it found is submitted as an
 * `audit-completed` fact for each, so that a difference of one cent is an alert; on a schedule of its own it audits without a snapshot.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { formatInstant, type Instant } from "../base/time.ts";
import type { SnapshotMeta } from "../journal/snapshots.ts";
import { accountsByBand } from "../margin/audit.ts";
import { figuresByName } from "../net-capital/audit.ts";
import type { Engine } from "./engine.ts";
import type { SnapshotOutcome, SnapshotTask } from "./snapshot-process.ts";

const PROCESS = join(import.meta.dirname, "snapshot-process.ts");
/** The second copy of the state lives outside the JavaScript heap; names and attributes are in it. */
const HEAP_MIB = 4096;
/** Differences that the fact names; it says how many there are. */
const DIFFERENCES_NAMED = 5;

export interface Audit {
  /** The fact after which the figures were compared. */
  readonly asOfSeq: number;
  /** In words; none, if the program is right. */
  readonly differences: readonly string[];
}

export interface SnapshotOptions {
  /** Facts between snapshots; none are taken by themselves where absent. */
  readonly snapshotEvery?: number;
  /** Told of each snapshot, and of each that failed. */
  readonly onSnapshot?: (outcome: SnapshotMeta | Error) => void;
  /** The time now: audits are recorded as facts at it. Where absent, they are not recorded. */
  readonly auditAt?: () => Instant;
  /** Minutes between audits, whether a snapshot is due or not; none beside those of snapshots where absent. */
  readonly auditEveryMinutes?: number;
  /** Told of each audit, and of each that failed apart from a snapshot. */
  readonly onAudit?: (outcome: Audit | Error) => void;
}

/** What a run of the process gave. */
type Ran = SnapshotOutcome & { readonly asOfSeq: number };

export class SnapshotMaker {
  readonly #directory: string;
  readonly #engine: Engine;
  readonly #options: SnapshotOptions;
  readonly #unsubscribe: () => void;
  readonly #clock: NodeJS.Timeout | undefined;
  #running: Promise<Ran> | undefined;
  #lastSeq: number;
  /** The fact after which the figures were last compared. */
  #auditedSeq = 0;

  constructor(directory: string, engine: Engine, options: SnapshotOptions = {}) {
    const { snapshotEvery, auditEveryMinutes } = options;
    this.#directory = directory;
    this.#engine = engine;
    this.#options = options;
    this.#lastSeq = engine.durableSeq;
    this.#unsubscribe =
      snapshotEvery === undefined ? () => undefined : engine.subscribe(() => this.#takeIfDue(snapshotEvery));
    if (auditEveryMinutes !== undefined)
      this.#clock = setInterval(() => this.#auditIfIdle(), auditEveryMinutes * 60_000).unref();
  }

  /** A snapshot of what is applied now. */
  async take(): Promise<SnapshotMeta> {
    const { meta } = await this.#next(true);
    if (meta === undefined) throw new Error("the snapshot process wrote no snapshot");
    return meta;
  }

  /** Audits what is applied now; resolves when the outcome is recorded, where it is to be. */
  async audit(): Promise<Audit> {
    return auditOf(await this.#next(false));
  }

  /** The next run, after the one that goes on now. */
  async #next(write: boolean): Promise<Ran> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    this.#running = this.#run(write).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #takeIfDue(every: number): void {
    if (this.#running !== undefined || this.#engine.durableSeq - this.#lastSeq < every) return;
    const { onSnapshot = () => undefined } = this.#options;
    this.take().then(onSnapshot, (error: unknown) => onSnapshot(asError(error)));
  }

  /** Not where nothing but the last audit itself has happened since. */
  #auditIfIdle(): void {
    if (this.#running !== undefined || this.#engine.seq <= this.#auditedSeq + 1) return;
    this.audit().catch((error: unknown) => this.#options.onAudit?.(asError(error)));
  }

  async #run(write: boolean): Promise<Ran> {
    const { seq, state } = this.#engine;
    const figures = figuresByName(state.netCapital);
    const task: SnapshotTask = { directory: this.#directory, seq, figures, bands: accountsByBand(state.margin), write };
    if (write) this.#lastSeq = seq;
    await this.#engine.flushed();
    const { stdout } = await promisify(execFile)(process.execPath, [
      `--max-old-space-size=${HEAP_MIB}`,
      PROCESS,
      JSON.stringify(task),
    ]);
    const ran = { asOfSeq: seq, ...(JSON.parse(stdout) as SnapshotOutcome) };
    await this.#record(ran);
    return ran;
  }

  async #record(ran: Ran): Promise<void> {
    this.#auditedSeq = ran.asOfSeq;
    const { auditAt, onAudit } = this.#options;
    onAudit?.(auditOf(ran));
    if (auditAt === undefined) return;
    const { differences, marginDifferences } = ran;
    const completed = (figure: "net-capital" | "margin", found: readonly string[]) =>
      ({
        kind: "audit-completed",
        at: formatInstant(auditAt()),
        figure,
        asOfSeq: String(ran.asOfSeq),
        differences: found.length,
        ...(found.length > 0 && { detail: `${found.slice(0, DIFFERENCES_NAMED).join("; ")}.` }),
      }) as const;
    await this.#engine.submit([
      completed("net-capital", differences),
      ...(marginDifferences === undefined ? [] : [completed("margin", marginDifferences)]),
    ]);
  }

  /** Waits for what goes on, and takes no more. */
  async close(): Promise<void> {
    this.#unsubscribe();
    clearInterval(this.#clock);
    await this.#running?.catch(() => undefined);
  }
}

function auditOf({ asOfSeq, differences, marginDifferences = [] }: Ran): Audit {
  return { asOfSeq, differences: [...differences, ...marginDifferences] };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
