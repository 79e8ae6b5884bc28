/**
 * One snapshot as a file. It appears under its name only when it is whole and durable.
 *
 *   64 bytes: "PLIMSNAP", zeros · sections, each from a multiple of eight · table of contents (JSON) · 32 bytes of trailer:
 *   0 "PLIMSNAP"   8 f64 offset of the table   16 u32 its bytes   20 u32 its CRC-32   24 u32 format version   28 u32 CRC-32 of 0 to 27
 */
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { Trouble } from "../base/errors.ts";
import type { Section } from "../base/state.ts";
import { type FileLayer, readAll, writeAll } from "./file-layer.ts";
import { SNAPSHOT_SLICE_BYTES } from "./limits.ts";

const SNAPSHOT_VERSION = 1;
const MAGIC = Buffer.from("PLIMSNAP", "latin1");
const HEADER_BYTES = 64;
const TRAILER_BYTES = 32;
const CHECKSUM_AT = 28;

/** What a snapshot is of. */
export interface SnapshotMeta {
  /** The last record that is in it. */
  readonly seq: number;
  /** `hashSections` of the state. */
  readonly stateHash: string;
  /** The version of the program that took it. */
  readonly codeVersion: string;
  /** The rulebooks in force, each with its version. */
  readonly rulebooks: readonly string[];
  /** `DiskJournal.chainHashAt(seq)`: the journal that it belongs to. */
  readonly chainHash: string;
}

interface Entry {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  readonly checksum: number;
  readonly derived?: true;
}

export interface Contents {
  readonly meta: SnapshotMeta;
  readonly sections: readonly Entry[];
}

function unusable(path: string, why: string): Trouble {
  return new Trouble("snapshot-unusable", why, { origin: { file: path } });
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Writes a section slice by slice, each checksummed while it is in the cache. Returns the checksum. */
function writeSection(layer: FileLayer, file: number, bytes: Uint8Array, offset: number): number {
  let checksum = 0;
  for (let at = 0; at < bytes.byteLength; at += SNAPSHOT_SLICE_BYTES) {
    const slice = bytes.subarray(at, at + SNAPSHOT_SLICE_BYTES);
    checksum = crc32(slice, checksum);
    writeAll(layer, file, [slice], offset + at);
  }
  return checksum;
}

function trailerOf(table: Uint8Array, offset: number): Uint8Array {
  const trailer = new Uint8Array(TRAILER_BYTES);
  const view = new DataView(trailer.buffer);
  trailer.set(MAGIC);
  view.setFloat64(8, offset, true);
  view.setUint32(16, table.byteLength, true);
  view.setUint32(20, crc32(table), true);
  view.setUint32(24, SNAPSHOT_VERSION, true);
  view.setUint32(CHECKSUM_AT, crc32(trailer.subarray(0, CHECKSUM_AT)), true);
  return trailer;
}

export function writeSnapshot(layer: FileLayer, path: string, meta: SnapshotMeta, sections: Iterable<Section>): void {
  const file = layer.open(`${path}.new`, "create");
  try {
    const header = new Uint8Array(HEADER_BYTES);
    header.set(MAGIC);
    writeAll(layer, file, [header], 0);
    const entries: Entry[] = [];
    let offset = HEADER_BYTES;
    for (const { name, bytes, derived } of sections) {
      const checksum = writeSection(layer, file, bytes, offset);
      entries.push({ name, offset, bytes: bytes.byteLength, checksum, ...(derived && { derived }) });
      offset += padded(bytes.byteLength);
    }
    const contents: Contents = { meta, sections: entries };
    const table = Buffer.from(JSON.stringify(contents), "utf8");
    writeAll(layer, file, [table, trailerOf(table, offset)], offset);
    layer.sync(file);
  } finally {
    layer.close(file);
  }
  layer.rename(`${path}.new`, path);
  layer.syncDirectory(dirname(path));
}

function readContents(layer: FileLayer, file: number, path: string): Contents {
  const size = layer.size(file);
  const trailer = new Uint8Array(TRAILER_BYTES);
  const whole =
    size >= HEADER_BYTES + TRAILER_BYTES && readAll(layer, file, trailer, size - TRAILER_BYTES) === TRAILER_BYTES;
  const view = new DataView(trailer.buffer);
  if (
    !whole ||
    view.getUint32(CHECKSUM_AT, true) !== crc32(trailer.subarray(0, CHECKSUM_AT)) ||
    Buffer.compare(trailer.subarray(0, 8), MAGIC) !== 0
  ) {
    throw unusable(path, "the file does not end as a snapshot does");
  }
  const version = view.getUint32(24, true);
  if (version !== SNAPSHOT_VERSION)
    throw unusable(path, `it has format version ${version}, and this program reads ${SNAPSHOT_VERSION}`);
  const table = new Uint8Array(view.getUint32(16, true));
  readAll(layer, file, table, view.getFloat64(8, true));
  if (crc32(table) !== view.getUint32(20, true)) throw unusable(path, "its table of contents is damaged");
  const contents: Contents = JSON.parse(Buffer.from(table).toString("utf8"));
  return contents;
}

function withFile<T>(layer: FileLayer, path: string, read: (file: number) => T): T {
  const file = layer.open(path, "read");
  try {
    return read(file);
  } finally {
    layer.close(file);
  }
}

/** What a snapshot says of itself. Throws `snapshot-unusable`. */
export function readSnapshotContents(layer: FileLayer, path: string): Contents {
  return withFile(layer, path, (file) => readContents(layer, file, path));
}

/** Reads a section into a buffer of its own. Each slice is checksummed right after it was read, while it is in the cache. */
function readSection(
  layer: FileLayer,
  file: number,
  { name, offset, bytes, checksum }: Entry,
  path: string,
): Uint8Array {
  const target = new Uint8Array(bytes);
  let sum = 0;
  for (let at = 0; at < bytes; at += SNAPSHOT_SLICE_BYTES) {
    const slice = target.subarray(at, at + SNAPSHOT_SLICE_BYTES);
    if (readAll(layer, file, slice, offset + at) < slice.byteLength)
      throw unusable(path, `the file ends within section ${name}`);
    sum = crc32(slice, sum);
  }
  if (sum !== checksum) throw unusable(path, `section ${name} is damaged`);
  return target;
}

/** All sections, each in a buffer of its own, so that it can be viewed as any typed array. Throws `snapshot-unusable`. */
export function readSnapshotSections(layer: FileLayer, path: string, contents: Contents): Section[] {
  return withFile(layer, path, (file) =>
    contents.sections.map((entry) => ({
      name: entry.name,
      bytes: readSection(layer, file, entry, path),
      ...(entry.derived && { derived: true as const }),
    })),
  );
}
