/**
 * The embedded journal: the default of the engine. The appending thread copies records into a ring and goes on; a writing
 * thread makes them durable frame by frame; promises are kept in order when it says how far it came.
 */
import { mkdirSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import type { Limit } from "./cursor.ts";
import { nodeFiles } from "./file-layer.ts";
import { Listeners } from "./follow.ts";
import { type Identity, identityOf } from "./identity.ts";
import type { Frame, Journal } from "./journal.ts";
import { APPEND_BYTES_MAX, RING_BYTES, SEGMENT_BYTES_DEFAULT, SEGMENT_BYTES_MIN, WAITING_BYTES_MAX } from "./limits.ts";
import { takeLock } from "./lock.ts";
import { PendingAppends } from "./pending.ts";
import { FrameReader } from "./reader.ts";
import { countRecords } from "./records.ts";
import { Ring } from "./ring.ts";
import type { Recovery } from "./segment-log.ts";
import { SharedNumbers } from "./shared-numbers.ts";
import {
  DURABLE,
  type LargeAppend,
  type PreparerData,
  REQUESTED,
  SPARE,
  SPARE_STATE,
  type WriterData,
  type WriterMessage,
} from "./threads.ts";
import { fromPortable } from "./trouble.ts";

export interface DiskJournalOptions {
  readonly directory: string;
  /** Bytes of each new segment file. */
  readonly segmentBytes?: number;
  /**
   * The oldest record that will be read soon, such as the one after a snapshot. Segments before the one that holds it are
   * checked when they are read, and by `verifyJournal`, not at opening. By default everything is checked.
   */
  readonly checkFromSeq?: number;
}

/** An append that waits for room in the ring. */
interface Waiting extends LargeAppend {
  readonly lastSeq: number;
}

interface Parts {
  readonly directory: string;
  readonly segmentBytes: number;
  readonly worker: Worker;
  readonly ring: Ring;
  readonly requested: SharedNumbers;
  readonly durable: SharedNumbers;
  readonly spare: Int32Array;
  readonly identity: Identity;
  readonly recovery: Recovery;
  readonly unlock: () => void;
}

/**
 * Opens the journal in a directory, or creates it, and makes this process its only writer. Rejects with `journal-in-use`,
 * `journal-corrupt`, `journal-version`, `disk-full` or `journal-failed`.
 */
export async function openJournal(options: DiskJournalOptions): Promise<DiskJournal> {
  const { directory, segmentBytes = SEGMENT_BYTES_DEFAULT, checkFromSeq = 1 } = options;
  assert(
    segmentBytes >= SEGMENT_BYTES_MIN && segmentBytes % 8 === 0,
    "segmentBytes is a multiple of eight, and not too small",
  );
  mkdirSync(directory, { recursive: true });
  const unlock = takeLock(directory);
  try {
    const ring = new Ring(new SharedArrayBuffer(RING_BYTES));
    const requested = SharedNumbers.create(REQUESTED.count);
    const durable = SharedNumbers.create(DURABLE.count);
    const spare = new Int32Array(new SharedArrayBuffer(SPARE.count * 4));
    const data: WriterData = {
      directory,
      segmentBytes,
      checkFromSeq,
      ring: ring.buffer,
      requested: requested.buffer,
      durable: durable.buffer,
      spare: spare.buffer,
    };
    const worker = new Worker(new URL("./writer-worker.ts", import.meta.url), { workerData: data });
    const opened = await new Promise<WriterMessage>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    if (opened.kind === "failed") throw fromPortable(opened.trouble);
    const identity = identityOf(opened.identity);
    return new DiskJournal({
      directory,
      segmentBytes,
      worker,
      ring,
      requested,
      durable,
      spare,
      identity,
      recovery: opened.recovery,
      unlock,
    });
  } catch (error) {
    unlock();
    throw error;
  }
}

export class DiskJournal implements Journal {
  /** What opening found, and did. */
  readonly recovery: Recovery;
  readonly #parts: Parts;
  readonly #reader: FrameReader;
  readonly #listeners = new Listeners();
  readonly #pending = new PendingAppends();
  readonly #request = new Float64Array(REQUESTED.count);
  readonly #result = new Float64Array(DURABLE.count);
  readonly #ended: Promise<void>;
  /** Appends that wait for room, oldest first; `#waitingFrom` of them are already gone. */
  #waiting: Waiting[] = [];
  #waitingFrom = 0;
  #waitingBytes = 0;
  /** While a large append is being written, nothing enters the ring. */
  #largeSeq = 0;
  #lastSeq: number;
  #preparer: Worker | undefined;
  #failure: Trouble | undefined;
  /** True when the writing thread is gone. */
  #over = false;
  #closing: Promise<void> | undefined;

  /** See `openJournal`. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.recovery = parts.recovery;
    this.#lastSeq = parts.recovery.lastSeq;
    this.#request[REQUESTED.lastSeq] = this.#lastSeq;
    const { directory, identity, worker } = parts;
    this.#reader = new FrameReader(
      { layer: nodeFiles, directory, identity },
      () => this.#limit(),
      (listener) => this.#listeners.add(listener),
    );
    worker.on("message", (message: WriterMessage) => {
      if (message.kind === "failed") this.#fail(fromPortable(message.trouble));
    });
    worker.on("error", (error) =>
      this.#fail(new Trouble("journal-failed", `the writing thread ended: ${String(error)}`)),
    );
    this.#ended = new Promise((resolve) => worker.once("exit", () => resolve(this.#end())));
    worker.unref();
    parts.durable.read(this.#result);
    void this.#listen();
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get durableSeq(): number {
    return this.#result[DURABLE.seq];
  }

  append(records: Uint8Array, count: number): Promise<number> {
    assert(this.#closing === undefined, "a closed journal takes no records");
    assert(count > 0 && countRecords(records) === count, "an append is one or more whole records, as many as it says");
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const bytes = records.byteLength;
    if (this.#isIdle() && this.#hasRoom(bytes)) {
      this.#lastSeq += count;
      this.#enterRing(records, this.#lastSeq);
      this.#publish();
    } else {
      const full = this.#fullness(bytes);
      if (full !== undefined) return Promise.reject(full);
      this.#lastSeq += count;
      this.#waiting.push({ records: new Uint8Array(records), count, lastSeq: this.#lastSeq });
      this.#waitingBytes += bytes;
      this.#moveWaiting();
    }
    if (this.#pending.size === 0) this.#parts.worker.ref();
    return this.#pending.add(this.#lastSeq);
  }

  read(fromSeq: number): Iterable<Frame> {
    return this.#reader.read(fromSeq);
  }

  follow(fromSeq: number, signal: AbortSignal): AsyncIterable<Frame> {
    return this.#reader.follow(fromSeq, signal);
  }

  /**
   * The chain hash of the frame that holds `seq`, in hexadecimal: what binds a snapshot to this journal. For 0, that of the
   * empty journal; undefined where `seq` is not durable here.
   */
  chainHashAt(seq: number): string | undefined {
    return this.#reader.chainHashAt(seq);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#parts.worker.ref();
    if (this.#pending.size > 0) await this.#pending.add(this.#lastSeq).catch(() => undefined);
    this.#request[REQUESTED.closing] = 1;
    this.#publish();
    await this.#ended;
    await this.#preparer?.terminate();
    this.#parts.unlock();
  }

  /** Whether an append may go straight into the ring: nothing is before it that has not. */
  #isIdle(): boolean {
    return this.#waiting.length === 0 && this.durableSeq >= this.#largeSeq;
  }

  /** Whether the ring takes so many bytes; looks anew at how much was released before it says no. */
  #hasRoom(bytes: number): boolean {
    const after = this.#request[REQUESTED.ringEnd] + bytes - this.#parts.ring.capacity;
    if (after <= this.#result[DURABLE.ringReleased]) return true;
    this.#parts.durable.read(this.#result);
    return after <= this.#result[DURABLE.ringReleased];
  }

  #fullness(bytes: number): Trouble | undefined {
    if (bytes > APPEND_BYTES_MAX) {
      return new Trouble("table-full", "the append is too large", {
        field: "bytes",
        value: bytes,
        expected: `at most ${APPEND_BYTES_MAX}`,
      });
    }
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      return new Trouble("table-full", "too much waits for the disk", {
        field: "bytes",
        value: this.#waitingBytes + bytes,
        expected: `at most ${WAITING_BYTES_MAX}`,
      });
    }
    return undefined;
  }

  #enterRing(records: Uint8Array, lastSeq: number): void {
    const end = this.#request[REQUESTED.ringEnd];
    this.#parts.ring.write(end, records);
    this.#request[REQUESTED.ringEnd] = end + records.byteLength;
    this.#request[REQUESTED.lastSeq] = lastSeq;
  }

  #publish(): void {
    this.#parts.requested.publish(this.#request);
  }

  /** Moves what waits into the ring as far as there is room; a large append goes over by itself, when nothing is before it. */
  #moveWaiting(): void {
    const { ring, worker } = this.#parts;
    const from = this.#waitingFrom;
    while (this.#waitingFrom < this.#waiting.length && this.durableSeq >= this.#largeSeq) {
      const { records, count, lastSeq } = this.#waiting[this.#waitingFrom];
      const bytes = records.byteLength;
      if (bytes <= ring.capacity) {
        if (!this.#hasRoom(bytes)) break;
        this.#enterRing(records, lastSeq);
      } else {
        if (!this.#hasRoom(ring.capacity)) break;
        const large: LargeAppend = { records, count };
        worker.postMessage(large, [large.records.buffer as ArrayBuffer]);
        this.#request[REQUESTED.largeAppends]++;
        this.#largeSeq = lastSeq;
      }
      this.#waitingBytes -= bytes;
      this.#waitingFrom++;
    }
    if (this.#waitingFrom === from) return;
    this.#publish();
    if (this.#waitingFrom * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#waitingFrom);
    this.#waitingFrom = 0;
  }

  async #listen(): Promise<void> {
    const { durable } = this.#parts;
    for (let version = durable.read(this.#result); ; version = durable.read(this.#result)) {
      this.#advance();
      if (this.#over) return;
      await durable.changed(version);
    }
  }

  /** Everything that follows from the progress of the writing thread. */
  #advance(): void {
    if (this.#pending.size > 0) {
      this.#pending.settle(this.durableSeq);
      if (this.#pending.size === 0 && this.#closing === undefined) this.#parts.worker.unref();
    }
    this.#moveWaiting();
    this.#listeners.tell();
    const { spare, directory, segmentBytes, identity } = this.#parts;
    if (this.#preparer === undefined && Atomics.load(spare, SPARE.state) === SPARE_STATE.wanted) {
      const data: PreparerData = {
        directory,
        segmentBytes,
        identity: identity.bytes,
        spare: spare.buffer as SharedArrayBuffer,
      };
      this.#preparer = new Worker(new URL("./preparer-worker.ts", import.meta.url), { workerData: data });
      this.#preparer.unref();
    }
  }

  #end(): void {
    this.#over = true;
    this.#parts.durable.wake();
  }

  #fail(trouble: Trouble): void {
    this.#parts.durable.read(this.#result);
    this.#pending.settle(this.durableSeq);
    this.#failure = trouble;
    this.#waiting = [];
    this.#pending.reject(trouble);
  }

  #limit(): Limit {
    const { durable } = this.#parts;
    durable.read(this.#result);
    return {
      seq: this.#result[DURABLE.seq],
      segment: this.#result[DURABLE.segment],
      offset: this.#result[DURABLE.offset],
    };
  }
}
