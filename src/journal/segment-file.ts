/**
 * Segment files: 00000001.journal, 00000002.journal, … Each is a header of 64 bytes, frames back to back, and zeros. A segment
 * is written full of zeros before its first frame, so that a commit changes no metadata and needs one flush of data only.
 *
 *    0 "PLIMSOLL"   8 u32 format version   12 u32 number of the segment   16 identity (16 bytes)   60 u32 CRC-32 of bytes 0 to 59
 *
 * These 64 bytes keep their shape in every version to come, so that an old program can tell a new journal from a damaged one.
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { Trouble } from "../base/errors.ts";
import { type FileLayer, writeAll } from "./file-layer.ts";
import { IDENTITY_BYTES, type Identity } from "./identity.ts";
import { PREPARE_SLICE_BYTES } from "./limits.ts";

/** The format that this program writes, and the newest that it reads. */
export const JOURNAL_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 64;
const CHECKSUM_AT = 60;
const MAGIC = Buffer.from("PLIMSOLL", "latin1");
const NAME = /^(\d{8})\.journal$/;
const UNFINISHED = /^\d{8}\.journal\.new$/;

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(8, "0")}.journal`);
}

/** The numbers of the segments in a directory, ascending. */
export function listSegments(layer: FileLayer, directory: string): number[] {
  const numbers: number[] = [];
  for (const name of layer.list(directory)) {
    const match = NAME.exec(name);
    if (match !== null) numbers.push(Number(match[1]));
  }
  return numbers.sort((a, b) => a - b);
}

/** Removes segments whose preparation a crash cut short: they were never in use. */
export function removeUnfinished(layer: FileLayer, directory: string): void {
  for (const name of layer.list(directory)) if (UNFINISHED.test(name)) layer.remove(join(directory, name));
}

/** Makes a segment: header and zeros, synced, under its name only when it is whole. */
export function makeSegment(
  layer: FileLayer,
  directory: string,
  identity: Identity,
  segment: number,
  bytes: number,
): void {
  const path = segmentPath(directory, segment);
  const header = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(MAGIC);
  view.setUint32(8, JOURNAL_VERSION, true);
  view.setUint32(12, segment, true);
  header.set(identity.bytes, 16);
  view.setUint32(CHECKSUM_AT, crc32(header.subarray(0, CHECKSUM_AT)), true);
  const file = layer.open(`${path}.new`, "create");
  try {
    const zeros = new Uint8Array(Math.min(PREPARE_SLICE_BYTES, bytes));
    for (let at = 0; at < bytes; at += zeros.byteLength) {
      writeAll(layer, file, [zeros.subarray(0, bytes - at)], at);
      if (at === 0) writeAll(layer, file, [header], 0);
      layer.sync(file);
    }
  } finally {
    layer.close(file);
  }
  layer.rename(`${path}.new`, path);
  layer.syncDirectory(directory);
}

/** What is wrong with a segment's header, in words; undefined where nothing is. Throws `journal-version` for a newer format. */
export function segmentHeaderFault(
  header: Uint8Array | undefined,
  identity: Identity,
  segment: number,
  path: string,
): string | undefined {
  if (header === undefined) return "the file ends within its header";
  const view = new DataView(header.buffer, header.byteOffset, SEGMENT_HEADER_BYTES);
  if (view.getUint32(CHECKSUM_AT, true) !== crc32(header.subarray(0, CHECKSUM_AT)))
    return "the file's header is damaged";
  if (Buffer.compare(header.subarray(0, MAGIC.byteLength), MAGIC) !== 0) return "the file is not a journal segment";
  const version = view.getUint32(8, true);
  if (version > JOURNAL_VERSION) {
    throw new Trouble(
      "journal-version",
      `the journal has format version ${version}; this program knows up to ${JOURNAL_VERSION}`,
      { origin: { file: path } },
    );
  }
  if (view.getUint32(12, true) !== segment) return `the file is segment ${view.getUint32(12, true)} under another name`;
  if (Buffer.compare(header.subarray(16, 16 + IDENTITY_BYTES), identity.bytes) !== 0)
    return "the file belongs to another journal";
  return undefined;
}

/** The identity that a segment's header states, to name what can be named when the mark is lost. */
export function statedIdentity(header: Uint8Array): Uint8Array {
  return header.slice(16, 16 + IDENTITY_BYTES);
}
