/**
 * The acknowledged-up-to mark: a small file that says, beside the records, how far they were acknowledged. It is written
 * after a frame's sync and before the acknowledgement, so that what stands above it was provably never acknowledged.
 *
 * There are two slots, 4096 bytes apart. Only the slot that is not the last synced one is ever written, until a sync swaps
 * them: whatever a crash does to one slot, the other is whole.
 *
 *    0 u32 magic   8 f64 sequence number        16 u32 segment   24 f64 offset of the end of the frame in it
 *    4 u32 version                              20 u32 zero      32 chain hash (32 bytes)
 *   64 identity (16 bytes)   80 u32 CRC-32 of bytes 0 to 79
 */
import { crc32 } from "node:zlib";
import { Trouble } from "../base/errors.ts";
import { type FileLayer, readAll, writeAll } from "./file-layer.ts";
import { IDENTITY_BYTES, type Identity, identityOf } from "./identity.ts";
import { JOURNAL_VERSION } from "./segment-file.ts";

export const MARK_FILE = "acknowledged";
const MAGIC = 0x4b524d50;
const SLOT_STRIDE = 4096;
const SLOT_BYTES = 84;
const CHECKSUM_AT = 80;

/** The end of the last acknowledged frame. */
export interface Mark {
  readonly seq: number;
  readonly segment: number;
  readonly offset: number;
  readonly hash: Uint8Array;
}

function encode(identity: Identity, mark: Mark): Uint8Array {
  const slot = new Uint8Array(SLOT_BYTES);
  const view = new DataView(slot.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, JOURNAL_VERSION, true);
  view.setFloat64(8, mark.seq, true);
  view.setUint32(16, mark.segment, true);
  view.setFloat64(24, mark.offset, true);
  slot.set(mark.hash, 32);
  slot.set(identity.bytes, 64);
  view.setUint32(CHECKSUM_AT, crc32(slot.subarray(0, CHECKSUM_AT)), true);
  return slot;
}

interface Slot {
  readonly mark: Mark;
  readonly identity: Uint8Array;
}

function decode(slot: Uint8Array, path: string): Slot | undefined {
  const view = new DataView(slot.buffer, slot.byteOffset, SLOT_BYTES);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(CHECKSUM_AT, true) !== crc32(slot.subarray(0, CHECKSUM_AT)))
    return undefined;
  const version = view.getUint32(4, true);
  if (version > JOURNAL_VERSION) {
    throw new Trouble(
      "journal-version",
      `the journal has format version ${version}; this program knows up to ${JOURNAL_VERSION}`,
      { origin: { file: path } },
    );
  }
  const mark = {
    seq: view.getFloat64(8, true),
    segment: view.getUint32(16, true),
    offset: view.getFloat64(24, true),
    hash: slot.slice(32, 64),
  };
  return { mark, identity: slot.slice(64, 64 + IDENTITY_BYTES) };
}

/** What a mark file says. */
export interface MarkReading {
  readonly mark: Mark;
  readonly identity: Identity;
  /** Which slot, 0 or 1, `mark` stands in. */
  readonly slot: number;
  /** How many of the two slots could be read. */
  readonly readable: number;
}

/** Reads the higher of the two slots that are whole; undefined where neither is. Throws `journal-version`. */
export function readMark(layer: FileLayer, file: number, path: string): MarkReading | undefined {
  let best: { mark: Mark; identity: Uint8Array; slot: number } | undefined;
  let readable = 0;
  const bytes = new Uint8Array(SLOT_BYTES);
  for (const slot of [0, 1]) {
    if (readAll(layer, file, bytes, slot * SLOT_STRIDE) < SLOT_BYTES) continue;
    const found = decode(bytes, path);
    if (found === undefined) continue;
    readable++;
    if (best === undefined || found.mark.seq > best.mark.seq) best = { ...found, slot };
  }
  return best && { mark: best.mark, identity: identityOf(best.identity), slot: best.slot, readable };
}

/** The writer's side of the mark file. */
export class MarkFile {
  readonly #layer: FileLayer;
  readonly #file: number;
  readonly #identity: Identity;
  /** The slot to write: never the one that was synced last. */
  #slot: number;
  #synced = true;

  private constructor(layer: FileLayer, file: number, identity: Identity, slot: number) {
    this.#layer = layer;
    this.#file = file;
    this.#identity = identity;
    this.#slot = slot;
  }

  /** A new mark file that says "nothing yet" twice, durably; its directory entry is for the caller to sync. */
  static create(layer: FileLayer, path: string, identity: Identity, mark: Mark): MarkFile {
    const file = layer.open(path, "create");
    for (const slot of [0, 1]) writeAll(layer, file, [encode(identity, mark)], slot * SLOT_STRIDE);
    layer.sync(file);
    return new MarkFile(layer, file, identity, 0);
  }

  /** Goes on from what was read. Syncs first: after a crash of the process alone, what is read need not be on the disk. */
  static resume(layer: FileLayer, file: number, { identity, slot }: MarkReading): MarkFile {
    layer.sync(file);
    return new MarkFile(layer, file, identity, 1 - slot);
  }

  /** False while a mark is written that a loss of power could take back. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Writes the mark, for this and every other process to see. It survives the end of the process, not yet a loss of power. */
  write(mark: Mark): void {
    writeAll(this.#layer, this.#file, [encode(this.#identity, mark)], this.#slot * SLOT_STRIDE);
    this.#synced = false;
  }

  sync(): void {
    if (this.#synced) return;
    this.#layer.sync(this.#file);
    this.#slot = 1 - this.#slot;
    this.#synced = true;
  }

  close(): void {
    this.#layer.close(this.#file);
  }
}
