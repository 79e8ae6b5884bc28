/**
 * The core of the embedded journal: opens and recovers it, and appends one frame at a time, each durable and marked before
 * the call returns. It blocks, knows no threads, and reaches the disk only through a `FileLayer`.
 */
import { dirname, join } from "node:path";
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { type FileLayer, writeAll } from "./file-layer.ts";
import { FRAME_HEADER_BYTES, sealFrame } from "./frame.ts";
import { type Identity, newIdentity } from "./identity.ts";
import { PREPARE_SLICE_BYTES } from "./limits.ts";
import { type Mark, MARK_FILE, MarkFile, type MarkReading, readMark } from "./mark.ts";
import { listSegments, makeSegment, removeUnfinished, SEGMENT_HEADER_BYTES, segmentPath } from "./segment-file.ts";
import { type Debris, Survey } from "./survey.ts";
import { corrupt, diskTrouble } from "./trouble.ts";

export interface SegmentLogOptions {
  readonly layer: FileLayer;
  readonly directory: string;
  /** Bytes of each new segment. */
  readonly segmentBytes: number;
  /** Records before the segment that holds this one are checked when they are read, not at opening. */
  readonly checkFromSeq: number;
  /** Called when a segment is needed and was not there at opening: waits for whoever prepares it. Whether it came is looked up. */
  readonly awaitSegment?: (segment: number) => void;
}

/** What opening a journal found, and did. */
export interface Recovery {
  /** The last record, now acknowledged whether or not it was before. */
  readonly lastSeq: number;
  /** The last record that was known to be acknowledged. */
  readonly acknowledgedSeq: number;
  /** A torn tail, provably never acknowledged, that was overwritten with zeros. */
  readonly cut?: { readonly bytes: number; readonly afterSeq: number };
  readonly created: boolean;
}

export class SegmentLog {
  readonly identity: Identity;
  readonly recovery: Recovery;
  readonly #options: SegmentLogOptions;
  readonly #markFile: MarkFile;
  #file: number;
  #fileBytes: number;
  #mark: Mark;
  #failed: Trouble | undefined;

  private constructor(
    options: SegmentLogOptions,
    identity: Identity,
    markFile: MarkFile,
    mark: Mark,
    recovery: Recovery,
  ) {
    this.#options = options;
    this.identity = identity;
    this.recovery = recovery;
    this.#markFile = markFile;
    this.#mark = mark;
    this.#file = options.layer.open(segmentPath(options.directory, mark.segment), "write");
    this.#fileBytes = options.layer.size(this.#file);
  }

  /**
   * Opens the journal in a directory, or creates it. Throws `journal-corrupt` where a record that may have been acknowledged
   * cannot be read, `journal-version`, `disk-full`, `journal-failed`.
   */
  static open(options: SegmentLogOptions): SegmentLog {
    try {
      const { layer, directory } = options;
      removeUnfinished(layer, directory);
      const path = join(directory, MARK_FILE);
      const unused = listSegments(layer, directory).length === 0;
      if (!layer.list(directory).includes(MARK_FILE)) {
        if (unused) return SegmentLog.#create(options);
        throw markLost(path);
      }
      const markFile = layer.open(path, "write");
      try {
        const reading = readMark(layer, markFile, path);
        if (!unused || (reading !== undefined && reading.mark.seq > 0)) {
          if (reading === undefined) throw markLost(path);
          return SegmentLog.#recover(options, markFile, reading);
        }
      } catch (error) {
        layer.close(markFile);
        throw error;
      }
      layer.close(markFile);
      return SegmentLog.#create(options); // A crash cut the creation short.
    } catch (error) {
      throw diskTrouble(error);
    }
  }

  /** The mark comes first: a segment without one is a journal that lost it. */
  static #create(options: SegmentLogOptions): SegmentLog {
    const { layer, directory, segmentBytes } = options;
    const identity = newIdentity();
    const mark = { seq: 0, segment: 1, offset: SEGMENT_HEADER_BYTES, hash: identity.genesis };
    layer.makeDirectory(directory);
    layer.syncDirectory(dirname(directory));
    const markFile = MarkFile.create(layer, join(directory, MARK_FILE), identity, mark);
    layer.syncDirectory(directory);
    makeSegment(layer, directory, identity, 1, segmentBytes);
    return new SegmentLog(options, identity, markFile, mark, { lastSeq: 0, acknowledgedSeq: 0, created: true });
  }

  static #recover(options: SegmentLogOptions, markFile: number, reading: MarkReading): SegmentLog {
    const { layer, directory, checkFromSeq } = options;
    const { identity } = reading;
    const survey = new Survey({
      layer,
      directory,
      identity,
      mark: reading.mark,
      fromSeq: checkFromSeq,
      thorough: false,
    }).run();
    if (survey.damage.length > 0) {
      const [{ seq, file, what }] = survey.damage;
      throw corrupt(seq, file, what);
    }
    let bytes = 0;
    for (const debris of survey.debris) bytes += eraseDebris(layer, directory, debris);
    const { segment, offset, lastSeq, hash, acknowledgedSeq } = survey;
    const cut = bytes > 0 ? { cut: { bytes, afterSeq: lastSeq } } : {};
    const mark = { seq: lastSeq, segment, offset, hash };
    const log = new SegmentLog(options, identity, MarkFile.resume(layer, markFile, reading), mark, {
      lastSeq,
      acknowledgedSeq,
      created: false,
      ...cut,
    });
    // After a crash of the process alone, the last frames, and the name of the last file, may stand in memory only.
    layer.sync(log.#file);
    layer.syncDirectory(directory);
    log.#markFile.write(mark);
    log.#markFile.sync();
    return log;
  }

  get lastSeq(): number {
    return this.#mark.seq;
  }

  /** The end of the last frame. */
  get end(): Mark {
    return this.#mark;
  }

  /** The part of the current segment in use, 0 to 1. */
  get fill(): number {
    return this.#mark.offset / this.#fileBytes;
  }

  /** False while the mark would not survive a loss of power. */
  get markSynced(): boolean {
    return this.#markFile.synced;
  }

  /**
   * Writes `count` records, given in parts, as one frame, and returns when they are durable and marked. Throws `disk-full` or
   * `journal-failed`, and then the same for ever after: what the failed call wrote may or may not be there at the next opening,
   * whole or not at all.
   */
  append(parts: readonly Uint8Array[], count: number): void {
    if (this.#failed !== undefined) throw this.#failed;
    try {
      this.#append(parts, count);
    } catch (error) {
      this.#failed = diskTrouble(error);
      throw this.#failed;
    }
  }

  #append(parts: readonly Uint8Array[], count: number): void {
    const { layer } = this.#options;
    const { seq, hash: previous } = this.#mark;
    assert(count > 0, "a frame holds at least one record");
    const sealed = sealFrame(this.identity, { firstSeq: seq + 1, count, acknowledgedSeq: seq, previous }, parts);
    let bytes = FRAME_HEADER_BYTES;
    for (const part of parts) bytes += part.byteLength;
    // A frame larger than a segment goes into a segment of its own, which grows.
    if (this.#mark.offset + bytes > this.#fileBytes && this.#mark.offset > SEGMENT_HEADER_BYTES)
      this.#startNextSegment();
    const { segment, offset } = this.#mark;
    writeAll(layer, this.#file, [sealed.header, ...parts], offset);
    layer.sync(this.#file);
    this.#mark = { seq: seq + count, segment, offset: offset + bytes, hash: sealed.hash };
    this.#fileBytes = Math.max(this.#fileBytes, this.#mark.offset);
    this.#markFile.write(this.#mark);
  }

  #startNextSegment(): void {
    const { layer, directory, segmentBytes, awaitSegment } = this.#options;
    const segment = this.#mark.segment + 1;
    this.#markFile.sync();
    awaitSegment?.(segment);
    if (!listSegments(layer, directory).includes(segment))
      makeSegment(layer, directory, this.identity, segment, segmentBytes);
    layer.close(this.#file);
    this.#file = layer.open(segmentPath(directory, segment), "write");
    this.#fileBytes = layer.size(this.#file);
    this.#mark = { ...this.#mark, segment, offset: SEGMENT_HEADER_BYTES };
  }

  /** Makes the mark survive a loss of power; for when there is nothing else to do. */
  syncMark(): void {
    try {
      this.#markFile.sync();
    } catch (error) {
      this.#failed = diskTrouble(error);
      throw this.#failed;
    }
  }

  /** Syncs the mark, unless the log has failed, and lets go of the files. */
  close(): void {
    if (this.#failed === undefined) this.syncMark();
    this.#markFile.close();
    this.#options.layer.close(this.#file);
  }
}

function markLost(path: string): Trouble {
  return new Trouble(
    "journal-corrupt",
    "neither copy of the acknowledged-up-to mark can be read, so record 1 and all after it cannot be vouched for",
    { origin: { file: path } },
  );
}

/** Overwrites a torn tail with zeros. Returns its bytes. */
function eraseDebris(layer: FileLayer, directory: string, { segment, from, to }: Debris): number {
  const file = layer.open(segmentPath(directory, segment), "write");
  try {
    const zeros = new Uint8Array(Math.min(PREPARE_SLICE_BYTES, to - from));
    for (let at = from; at < to; at += zeros.byteLength) writeAll(layer, file, [zeros.subarray(0, to - at)], at);
    layer.sync(file);
  } finally {
    layer.close(file);
  }
  return to - from;
}
