/**
 * The walk over a journal's files that recovery and `verifyJournal` share: from frame to frame as long as each follows from
 * the one before, then a look at everything that lies above. Writes nothing.
 *
 * What decides between a torn tail and a damaged record is one number: how far the journal was acknowledged. It is the
 * highest that the mark says or that any header says, found anywhere. A frame is written only after its predecessor was
 * acknowledged, so a header that is found above a fault proves by itself that the fault lies among acknowledged records.
 */
import type { FileLayer } from "./file-layer.ts";
import { FileWindow } from "./file-window.ts";
import {
  computeHash,
  contentIntact,
  FRAME_HEADER_BYTES,
  FRAME_MAGIC,
  type FrameHeader,
  readFrameHeader,
} from "./frame.ts";
import { type Identity, sameBytes } from "./identity.ts";
import { READ_CHUNK_BYTES } from "./limits.ts";
import type { Mark } from "./mark.ts";
import { countRecords } from "./records.ts";
import { listSegments, SEGMENT_HEADER_BYTES, segmentHeaderFault, segmentPath } from "./segment-file.ts";

export interface Damage {
  /** The first record that cannot be read. */
  readonly seq: number;
  readonly file: string;
  readonly what: string;
}

/** Bytes other than zero above the last record: a frame that was being written, or nothing that anyone wrote. */
export interface Debris {
  readonly segment: number;
  readonly from: number;
  readonly to: number;
}

export interface SurveyOptions {
  readonly layer: FileLayer;
  readonly directory: string;
  readonly identity: Identity;
  /** Undefined where neither slot can be read. */
  readonly mark: Mark | undefined;
  /** Starts at the segment that holds this record; those before are taken as they are. */
  readonly fromSeq: number;
  /** Also recomputes the chain hash and counts the records of every frame, and goes on after damage. */
  readonly thorough: boolean;
}

interface Above {
  debris: Debris[];
  acknowledgedSeq: number;
  next: { segment: number; offset: number; header: FrameHeader } | undefined;
}

export class Survey {
  readonly #options: SurveyOptions;
  readonly #windows = new Map<number, FileWindow>();
  readonly #checked = new Set<number>();
  readonly segments: readonly number[];
  readonly damage: Damage[] = [];
  debris: Debris[] = [];
  frames = 0;
  records = 0;
  recordBytes = 0;
  /** The end of the last frame that follows from those before it. */
  segment = 1;
  offset = SEGMENT_HEADER_BYTES;
  lastSeq = 0;
  hash: Uint8Array;
  acknowledgedSeq: number;
  #markPassed: boolean;

  constructor(options: SurveyOptions) {
    this.#options = options;
    this.segments = listSegments(options.layer, options.directory);
    this.hash = options.identity.genesis;
    this.acknowledgedSeq = options.mark?.seq ?? 0;
    this.#start();
    this.#markPassed = this.acknowledgedSeq <= this.lastSeq;
  }

  run(): this {
    try {
      for (let going = true; going;) {
        this.#walk();
        const above = this.#lookAbove();
        this.debris = above.debris;
        this.acknowledgedSeq = Math.max(this.acknowledgedSeq, above.acknowledgedSeq);
        if (this.lastSeq < this.acknowledgedSeq) this.damage.push(this.#damageHere());
        going = this.#options.thorough && this.lastSeq < this.acknowledgedSeq && above.next !== undefined;
        if (going && above.next !== undefined) this.#jump(above.next.segment, above.next.offset, above.next.header);
      }
      const { mark, directory } = this.#options;
      if (mark !== undefined && !this.#markPassed && this.damage.length === 0) {
        const what = "no frame ends where the mark says that one does";
        this.damage.push({ seq: mark.seq, file: segmentPath(directory, mark.segment), what });
      }
      return this;
    } finally {
      for (const window of this.#windows.values()) window?.close();
    }
  }

  /** The file of a segment, its header checked when it is first opened; undefined where it is missing. */
  #window(segment: number): FileWindow | undefined {
    const open = this.#windows.get(segment);
    if (open !== undefined || !this.segments.includes(segment)) return open;
    const { layer, directory, identity } = this.#options;
    const window = new FileWindow(layer, segmentPath(directory, segment));
    this.#windows.set(segment, window);
    if (!this.#checked.has(segment)) {
      this.#checked.add(segment);
      const fault = segmentHeaderFault(window.bytes(0, SEGMENT_HEADER_BYTES), identity, segment, window.path);
      if (fault !== undefined) this.damage.push({ seq: this.lastSeq + 1, file: window.path, what: fault });
    }
    return window;
  }

  #release(segment: number): void {
    this.#windows.get(segment)?.close();
    this.#windows.delete(segment);
  }

  #headerAt(window: FileWindow, offset: number): FrameHeader | undefined {
    const bytes = window.bytes(offset, FRAME_HEADER_BYTES);
    return bytes && readFrameHeader(this.#options.identity, bytes);
  }

  /** Goes to the segment that holds `fromSeq`, provided that none is missing before it. */
  #start(): void {
    const { layer, directory, fromSeq } = this.#options;
    if (fromSeq <= 1) return;
    const gap = this.segments.findIndex((segment, index) => segment !== index + 1);
    const unbroken = gap < 0 ? this.segments : this.segments.slice(0, gap);
    for (const segment of unbroken.toReversed()) {
      const window = new FileWindow(layer, segmentPath(directory, segment));
      const header = this.#headerAt(window, SEGMENT_HEADER_BYTES);
      window.close();
      if (header !== undefined && header.firstSeq <= fromSeq) return this.#jump(segment, SEGMENT_HEADER_BYTES, header);
    }
  }

  #jump(segment: number, offset: number, next: FrameHeader): void {
    this.segment = segment;
    this.offset = offset;
    this.lastSeq = next.firstSeq - 1;
    this.hash = next.previous;
  }

  /** Goes from frame to frame, and from the end of a segment to the next, until no frame follows. */
  #walk(): void {
    for (;;) {
      if (this.#step(this.segment, this.offset)) continue;
      if (!this.#step(this.segment + 1, SEGMENT_HEADER_BYTES)) return;
    }
  }

  /** Takes in the frame at this place if it is whole and follows from the last one. */
  #step(segment: number, offset: number): boolean {
    const window = this.#window(segment);
    const header = window && this.#headerAt(window, offset);
    if (window === undefined || header === undefined) return false;
    if (header.firstSeq !== this.lastSeq + 1 || !sameBytes(header.previous, this.hash)) return false;
    const content = window.bytes(offset + FRAME_HEADER_BYTES, header.contentBytes);
    if (content === undefined || !contentIntact(header, content)) return false;
    if (this.#options.thorough) this.#checkThoroughly(window, offset, header, content);
    if (segment !== this.segment) this.#release(this.segment);
    this.segment = segment;
    this.offset = offset + FRAME_HEADER_BYTES + header.contentBytes;
    this.lastSeq = header.lastSeq;
    this.hash = header.hash;
    this.acknowledgedSeq = Math.max(this.acknowledgedSeq, header.acknowledgedSeq);
    this.frames++;
    this.records += header.count;
    this.recordBytes += header.contentBytes;
    this.#compareWithMark(window.path);
    return true;
  }

  #checkThoroughly(window: FileWindow, offset: number, header: FrameHeader, content: Uint8Array): void {
    const report = (what: string) => this.damage.push({ seq: header.firstSeq, file: window.path, what });
    if (countRecords(content) !== header.count) report("the frame holds another number of records than it states");
    const headerBytes = window.bytes(offset, FRAME_HEADER_BYTES);
    if (headerBytes === undefined || !sameBytes(computeHash(headerBytes, content), header.hash)) {
      report("the records were changed: they do not give the chain hash");
    }
  }

  #compareWithMark(file: string): void {
    const { mark } = this.#options;
    if (mark === undefined || this.lastSeq !== mark.seq) return;
    this.#markPassed = true;
    const agrees = sameBytes(this.hash, mark.hash) && this.segment === mark.segment && this.offset === mark.offset;
    if (!agrees)
      this.damage.push({ seq: mark.seq, file, what: "the frame that ends here is not the one that the mark names" });
  }

  /** Everything from the end of the last good frame on, in this segment and those after it. */
  #lookAbove(): Above {
    const above: Above = { debris: [], acknowledgedSeq: 0, next: undefined };
    for (const segment of this.segments) {
      if (segment < this.segment) continue;
      if (above.acknowledgedSeq > this.lastSeq && (above.next !== undefined || !this.#options.thorough)) break;
      const window = this.#window(segment);
      if (window === undefined) continue;
      const from = segment === this.segment ? this.offset : SEGMENT_HEADER_BYTES;
      const to = lastNonZero(window, from);
      if (to > from) {
        above.debris.push({ segment, from, to });
        this.#searchHeaders(window, segment, from, to, above);
      }
      if (segment !== this.segment) this.#release(segment);
    }
    return above;
  }

  #searchHeaders(window: FileWindow, segment: number, from: number, to: number, above: Above): void {
    for (let offset = nextMagic(window, from, to); offset < to; offset = nextMagic(window, offset + 8, to)) {
      const header = this.#headerAt(window, offset);
      if (header === undefined) continue;
      above.acknowledgedSeq = Math.max(above.acknowledgedSeq, header.acknowledgedSeq);
      if (above.next !== undefined || header.firstSeq <= this.lastSeq + 1) continue;
      const content = window.bytes(offset + FRAME_HEADER_BYTES, header.contentBytes);
      if (content !== undefined && contentIntact(header, content)) above.next = { segment, offset, header };
    }
  }

  /** Why the next record is not where it must be. */
  #damageHere(): Damage {
    const { directory, mark } = this.#options;
    const seq = this.lastSeq + 1;
    const inThis = this.debris.some(({ segment }) => segment === this.segment) || !this.segments.includes(this.segment);
    const last = Math.max(this.segments.at(-1) ?? 0, mark?.segment ?? 0);
    const candidate = inThis || last === this.segment ? this.segment : this.segment + 1;
    const file = segmentPath(directory, candidate);
    if (!this.segments.includes(candidate)) return { seq, file, what: "the file is missing" };
    return {
      seq,
      file,
      what: `the frame is damaged, and the journal was acknowledged up to record ${this.acknowledgedSeq}`,
    };
  }
}

const ZEROS = new Uint8Array(READ_CHUNK_BYTES);

/** Where the last byte other than zero ends, or `from`. */
function lastNonZero(window: FileWindow, from: number): number {
  let last = from;
  let at = from;
  for (let chunk = window.some(at); chunk !== undefined; chunk = window.some(at)) {
    const slice = chunk.subarray(0, ZEROS.byteLength);
    if (!sameBytes(slice, ZEROS.subarray(0, slice.byteLength))) {
      let end = slice.byteLength;
      while (slice[end - 1] === 0) end--;
      last = at + end;
    }
    at += slice.byteLength;
  }
  return last;
}

/** The next place, a multiple of eight, from `from` on at which a frame may start; `to` or more where there is none. */
function nextMagic(window: FileWindow, from: number, to: number): number {
  let at = from;
  for (let chunk = window.some(at); chunk !== undefined && at < to; chunk = window.some(at)) {
    const found = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).indexOf(FRAME_MAGIC);
    // A magic at a multiple of eight never straddles two chunks: they are multiples of eight long.
    if (found < 0) at += chunk.byteLength;
    else if (found % 8 === 0) return at + found;
    else at += found - (found % 8) + 8;
  }
  return to;
}
