/**
 * A place in the journal that moves from frame to frame, up to a limit: what was acknowledged. It checks each frame that it
 * hands out: checksums, sequence, link to the frame before.
 */
import type { FileLayer } from "./file-layer.ts";
import { FileWindow } from "./file-window.ts";
import { contentIntact, FRAME_HEADER_BYTES, type FrameHeader, readFrameHeader } from "./frame.ts";
import { type Identity, sameBytes } from "./identity.ts";
import type { Frame } from "./journal.ts";
import { dropRecords } from "./records.ts";
import { SEGMENT_HEADER_BYTES, segmentPath } from "./segment-file.ts";
import { corrupt } from "./trouble.ts";

/** The end of the last frame that may be read. */
export interface Limit {
  readonly seq: number;
  readonly segment: number;
  readonly offset: number;
}

export interface JournalFiles {
  readonly layer: FileLayer;
  readonly directory: string;
  readonly identity: Identity;
}

export class FrameCursor {
  readonly #files: JournalFiles;
  readonly #fromSeq: number;
  #segment: number;
  #offset = SEGMENT_HEADER_BYTES;
  #window: FileWindow | undefined;
  /** Undefined until the first frame of the segment in which the cursor started. */
  #lastSeq: number | undefined;
  #hash: Uint8Array | undefined;

  constructor(files: JournalFiles, fromSeq: number, limit: Limit) {
    this.#files = files;
    this.#fromSeq = fromSeq;
    this.#segment = this.#locate(limit);
    if (this.#segment === 1) {
      this.#lastSeq = 0;
      this.#hash = files.identity.genesis;
    }
  }

  /** The last segment whose first record is not after `fromSeq`. */
  #locate(limit: Limit): number {
    let low = 1;
    let high = limit.segment;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const first = this.#firstSeqOf(middle);
      if (first <= this.#fromSeq) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #firstSeqOf(segment: number): number {
    const window = this.#openWindow(segment);
    try {
      const bytes = window.bytes(SEGMENT_HEADER_BYTES, FRAME_HEADER_BYTES);
      const header = bytes && readFrameHeader(this.#files.identity, bytes);
      if (header === undefined) throw corrupt(this.#fromSeq, window.path, "the first frame of the file is damaged");
      return header.firstSeq;
    } finally {
      window.close();
    }
  }

  #openWindow(segment: number): FileWindow {
    const path = segmentPath(this.#files.directory, segment);
    try {
      return new FileWindow(this.#files.layer, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw corrupt(this.#nextSeq, path, "the file is missing");
    }
  }

  get #nextSeq(): number {
    return this.#lastSeq === undefined ? this.#fromSeq : this.#lastSeq + 1;
  }

  /** The next frame that holds a record from `fromSeq` on; undefined where the limit is reached. Throws `journal-corrupt`. */
  next(limit: Limit): Frame | undefined {
    for (;;) {
      const header = this.#header(limit);
      if (header === undefined) return undefined;
      const { firstSeq, lastSeq, count } = header;
      if (lastSeq < this.#fromSeq) {
        this.#pass(header);
        continue;
      }
      const content = this.#window?.bytes(this.#offset + FRAME_HEADER_BYTES, header.contentBytes);
      if (content === undefined || !contentIntact(header, content))
        throw this.#damaged("the records of the frame are damaged");
      this.#pass(header);
      if (firstSeq >= this.#fromSeq) return { firstSeq, count, bytes: content };
      const dropped = this.#fromSeq - firstSeq;
      return { firstSeq: this.#fromSeq, count: count - dropped, bytes: dropRecords(content, dropped) };
    }
  }

  /** The chain hash of the frame that holds `fromSeq`; undefined where that lies beyond the limit. Reads headers only. */
  hash(limit: Limit): Uint8Array | undefined {
    for (;;) {
      const header = this.#header(limit);
      if (header === undefined || header.lastSeq >= this.#fromSeq) return header?.hash;
      this.#pass(header);
    }
  }

  close(): void {
    this.#window?.close();
    this.#window = undefined;
  }

  /** The header at the cursor, which goes on to the next segment where one ends. */
  #header(limit: Limit): FrameHeader | undefined {
    for (;;) {
      const last = this.#segment === limit.segment;
      if (last && this.#offset >= limit.offset) return undefined;
      this.#window ??= this.#openWindow(this.#segment);
      if (last) this.#window.end = limit.offset;
      else this.#window.extend();
      const bytes = this.#window.bytes(this.#offset, FRAME_HEADER_BYTES);
      const header = bytes && readFrameHeader(this.#files.identity, bytes);
      if (header !== undefined) {
        if (!this.#follows(header)) throw this.#damaged("the frame does not follow from the one before");
        return header;
      }
      if (last) throw this.#damaged("the frame is damaged");
      this.close();
      this.#segment++;
      this.#offset = SEGMENT_HEADER_BYTES;
    }
  }

  #follows(header: FrameHeader): boolean {
    if (this.#lastSeq === undefined || this.#hash === undefined) return true;
    return header.firstSeq === this.#lastSeq + 1 && sameBytes(header.previous, this.#hash);
  }

  #pass(header: FrameHeader): void {
    this.#lastSeq = header.lastSeq;
    this.#hash = header.hash;
    this.#offset += FRAME_HEADER_BYTES + header.contentBytes;
  }

  #damaged(what: string): Error {
    return corrupt(this.#nextSeq, this.#window?.path ?? "", what);
  }
}
