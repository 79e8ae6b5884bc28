/**
 * Records in memory: bytes seen as u32, f64 and u8 at once, so that a field is read or written by its index, without a
 * copy and without a DataView. `layout.ts` says what stands where.
 */
import { assert } from "../base/assert.ts";
import { KIND_WORD, padded } from "./layout.ts";

assert(new Uint8Array(Uint32Array.of(1).buffer)[0] === 1, "the processor is little endian, as the records are");

/** Three views of the same bytes, which start at a multiple of eight. */
export interface Records {
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
  readonly u8: Buffer;
}

/** Views of records that stand back to back in `bytes`, for example a frame of the journal. Copies nothing. */
export function recordsOf(bytes: Uint8Array): Records {
  const { buffer, byteOffset, byteLength } = bytes;
  assert(byteOffset % 8 === 0, "records start at a multiple of eight bytes");
  assert(byteLength % 8 === 0, "records are a multiple of eight bytes long");
  return {
    u32: new Uint32Array(buffer, byteOffset, byteLength / 4),
    f64: new Float64Array(buffer, byteOffset, byteLength / 8),
    u8: Buffer.from(buffer, byteOffset, byteLength),
  };
}

/** Bytes of the record that starts at `byteOffset`; the next one starts right after. */
export function recordLength(records: Records, byteOffset: number): number {
  return records.u32[byteOffset / 4];
}

/** The number of the kind of the record that starts at `byteOffset`. */
export function recordKind(records: Records, byteOffset: number): number {
  return records.u32[byteOffset / 4 + KIND_WORD] & 0xffff;
}

/** The version of its kind that the record at `byteOffset` was written in. */
export function recordVersion(records: Records, byteOffset: number): number {
  return records.u32[byteOffset / 4 + KIND_WORD] >>> 16;
}

/**
 * Records being written, back to back, in one buffer that grows and is used again after `reset`. It can be read as
 * `Records` while it is being written; growing replaces the views, so read them through the writer and never keep them.
 */
export class RecordWriter implements Records {
  u32: Uint32Array;
  f64: Float64Array;
  u8: Buffer;
  #capacity: number;
  #byteLength = 0;
  #count = 0;

  /** `capacity` is the room to start with, in bytes. */
  constructor(capacity = 65_536) {
    this.#capacity = padded(capacity);
    const buffer = new ArrayBuffer(this.#capacity);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.u8 = Buffer.from(buffer);
  }

  /** Forgets every record, and keeps the room. */
  reset(): void {
    this.#byteLength = 0;
    this.#count = 0;
  }

  /** Records written since the last `reset`. */
  get count(): number {
    return this.#count;
  }

  /** Bytes in use; where the next record will start. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** The records: a view, valid until the writer is used again. */
  get bytes(): Uint8Array {
    return this.u8.subarray(0, this.#byteLength);
  }

  /**
   * Adds a record of `byteLength` bytes, a multiple of eight, and returns its byte offset. Its length, kind and version
   * are written; every other word holds old bytes and is the caller's to fill.
   */
  add(byteLength: number, kindWord: number): number {
    const start = this.#byteLength;
    const end = start + byteLength;
    if (end > this.#capacity) this.#grow(end);
    const word = start >>> 2;
    this.u32[word] = byteLength;
    this.u32[word + KIND_WORD] = kindWord;
    this.#byteLength = end;
    this.#count++;
    return start;
  }

  #grow(byteLength: number): void {
    this.#capacity = Math.max(byteLength, this.#capacity * 2);
    const buffer = new ArrayBuffer(this.#capacity);
    const grown = Buffer.from(buffer);
    grown.set(this.bytes);
    this.u8 = grown;
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}
