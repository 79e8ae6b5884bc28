/**
 * The frame: what one group commit writes. A header of 104 bytes, then the records.
 *
 *    0 u32 magic              8 f64 sequence number of the first record     32 previous chain hash (32 bytes)
 *    4 u32 bytes of records  16 u32 number of records                       64 chain hash (32 bytes)
 *                            20 u32 CRC-32 of the records                   96 zeros (4 bytes)
 *                            24 f64 acknowledged up to, when it was formed 100 u32 CRC-32 of the identity and bytes 0 to 99
 *
 * The chain hash is SHA-256 over bytes 0 to 63 and the records; the first 32 of them hold the figures, the rest the previous
 * chain hash. A header stands by itself: whoever finds one knows the journal, the place in the sequence and the link before.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Identity } from "./identity.ts";

export const FRAME_HEADER_BYTES = 104;
const HASH_BYTES = 32;
const PREVIOUS_AT = 32;
const HASH_AT = 64;
const CHECKSUM_AT = 100;
const MAGIC = 0x4d524650;

/** The first bytes of every frame, "PFRM", to search for. */
export const FRAME_MAGIC = Buffer.from("PFRM", "latin1");

export interface FrameHeader {
  readonly firstSeq: number;
  readonly count: number;
  readonly lastSeq: number;
  readonly contentBytes: number;
  readonly contentChecksum: number;
  readonly acknowledgedSeq: number;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
}

function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) sum = crc32(part, sum);
  return sum;
}

function chain(header: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256").update(header.subarray(0, HASH_AT));
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export interface NewFrame {
  readonly firstSeq: number;
  readonly count: number;
  readonly acknowledgedSeq: number;
  readonly previous: Uint8Array;
}

/** The header of a new frame over `parts`, and its chain hash. */
export function sealFrame(
  identity: Identity,
  frame: NewFrame,
  parts: readonly Uint8Array[],
): { header: Uint8Array; hash: Uint8Array } {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  const view = new DataView(header.buffer);
  let contentBytes = 0;
  for (const part of parts) contentBytes += part.byteLength;
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, contentBytes, true);
  view.setFloat64(8, frame.firstSeq, true);
  view.setUint32(16, frame.count, true);
  view.setUint32(20, checksum(parts), true);
  view.setFloat64(24, frame.acknowledgedSeq, true);
  header.set(frame.previous, PREVIOUS_AT);
  const hash = chain(header, parts);
  header.set(hash, HASH_AT);
  view.setUint32(CHECKSUM_AT, crc32(header.subarray(0, CHECKSUM_AT), identity.salt), true);
  return { header, hash };
}

/** The header in `bytes`, where it is a whole one of this journal. */
export function readFrameHeader(identity: Identity, bytes: Uint8Array): FrameHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  if (view.getUint32(CHECKSUM_AT, true) !== crc32(bytes.subarray(0, CHECKSUM_AT), identity.salt)) return undefined;
  const firstSeq = view.getFloat64(8, true);
  const count = view.getUint32(16, true);
  return {
    firstSeq,
    count,
    lastSeq: firstSeq + count - 1,
    contentBytes: view.getUint32(4, true),
    contentChecksum: view.getUint32(20, true),
    acknowledgedSeq: view.getFloat64(24, true),
    previous: bytes.slice(PREVIOUS_AT, PREVIOUS_AT + HASH_BYTES),
    hash: bytes.slice(HASH_AT, HASH_AT + HASH_BYTES),
  };
}

export function contentIntact(header: FrameHeader, content: Uint8Array): boolean {
  return crc32(content) === header.contentChecksum;
}

/** The chain hash that the header's own bytes and the records give. */
export function computeHash(headerBytes: Uint8Array, content: Uint8Array): Uint8Array {
  return chain(headerBytes, [content]);
}
