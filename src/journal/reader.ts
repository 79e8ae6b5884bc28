/**
 * Reading a journal: what `DiskJournal` does for its own process, and `openJournalReader` for any other. Only frames up to the
 * acknowledged-up-to mark are ever seen.
 */
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { FrameCursor, type JournalFiles, type Limit } from "./cursor.ts";
import { nodeFiles } from "./file-layer.ts";
import { follow } from "./follow.ts";
import type { Frame } from "./journal.ts";
import { FOLLOW_POLL_MS } from "./limits.ts";
import { type Mark, MARK_FILE, type MarkReading, readMark } from "./mark.ts";
import { diskTrouble } from "./trouble.ts";

/** Reads frames up to a limit that someone else moves on. */
export class FrameReader {
  readonly #files: JournalFiles;
  readonly #limit: () => Limit;
  readonly #subscribe: (listener: () => void) => () => void;

  constructor(files: JournalFiles, limit: () => Limit, subscribe: (listener: () => void) => () => void) {
    this.#files = files;
    this.#limit = limit;
    this.#subscribe = subscribe;
  }

  /** See `Journal.read`. */
  read(fromSeq: number): Iterable<Frame> {
    return readFrames(this.#files, fromSeq, this.#limit());
  }

  /** See `Journal.follow`. */
  follow(fromSeq: number, signal: AbortSignal): AsyncIterable<Frame> {
    let limit = this.#limit();
    const cursor = new FrameCursor(this.#files, fromSeq, limit);
    const next = (): Frame | undefined => {
      const frame = cursor.next(limit);
      if (frame !== undefined) return frame;
      limit = this.#limit();
      return cursor.next(limit);
    };
    return follow({ next, subscribe: this.#subscribe, close: () => cursor.close() }, signal);
  }

  /** The chain hash of the frame that holds `seq`, in hexadecimal; of the empty journal for 0; undefined beyond the end. */
  chainHashAt(seq: number): string | undefined {
    const limit = this.#limit();
    if (seq > limit.seq) return undefined;
    if (seq === 0) return Buffer.from(this.#files.identity.genesis).toString("hex");
    const cursor = new FrameCursor(this.#files, seq, limit);
    try {
      const hash = cursor.hash(limit);
      return hash && Buffer.from(hash).toString("hex");
    } finally {
      cursor.close();
    }
  }
}

function* readFrames(files: JournalFiles, fromSeq: number, limit: Limit): Generator<Frame> {
  if (fromSeq > limit.seq) return;
  const cursor = new FrameCursor(files, fromSeq, limit);
  try {
    for (let frame = cursor.next(limit); frame !== undefined; frame = cursor.next(limit)) yield frame;
  } finally {
    cursor.close();
  }
}

/** A journal that this process only reads, while another may write it. */
export class JournalReader {
  readonly #markFile: number;
  readonly #path: string;
  readonly #frames: FrameReader;
  #mark: Mark;

  constructor(directory: string, markFile: number, path: string, { mark, identity }: MarkReading) {
    this.#markFile = markFile;
    this.#path = path;
    this.#mark = mark;
    const poll = (listener: () => void) => {
      const timer = setInterval(listener, FOLLOW_POLL_MS);
      return () => clearInterval(timer);
    };
    this.#frames = new FrameReader({ layer: nodeFiles, directory, identity }, () => this.#look(), poll);
  }

  /** The mark as it is now. A slot caught while it is being written does not count, so the other may seem to go back. */
  #look(): Mark {
    const reading = readMark(nodeFiles, this.#markFile, this.#path);
    if (reading !== undefined && reading.mark.seq > this.#mark.seq) this.#mark = reading.mark;
    return this.#mark;
  }

  /** Sequence number of the last acknowledged record. */
  get durableSeq(): number {
    return this.#look().seq;
  }

  /** See `Journal.read`. */
  read(fromSeq: number): Iterable<Frame> {
    return this.#frames.read(fromSeq);
  }

  /** See `Journal.follow`. Sees a frame within some 10 ms of its acknowledgement. */
  follow(fromSeq: number, signal: AbortSignal): AsyncIterable<Frame> {
    return this.#frames.follow(fromSeq, signal);
  }

  /** See `DiskJournal.chainHashAt`. */
  chainHashAt(seq: number): string | undefined {
    return this.#frames.chainHashAt(seq);
  }

  close(): void {
    nodeFiles.close(this.#markFile);
  }
}

/** Opens a journal for reading, also while another process writes it. Throws `bad-document` where there is none. */
export function openJournalReader({ directory }: { readonly directory: string }): JournalReader {
  const path = join(directory, MARK_FILE);
  if (!nodeFiles.list(directory).includes(MARK_FILE)) {
    throw new Trouble("bad-document", "there is no journal here", { origin: { file: directory } });
  }
  try {
    const file = nodeFiles.open(path, "read");
    const reading = readMark(nodeFiles, file, path);
    if (reading !== undefined) return new JournalReader(directory, file, path, reading);
    nodeFiles.close(file);
    throw new Trouble("journal-corrupt", "neither copy of the acknowledged-up-to mark can be read", {
      origin: { file: path },
    });
  } catch (error) {
    throw diskTrouble(error);
  }
}
