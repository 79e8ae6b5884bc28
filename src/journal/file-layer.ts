/**
 * What the journal asks of a file system, and nothing more, so that tests can run it on a simulated disk which loses,
 * reorders and tears what was not synced. Every call blocks, and throws what node:fs throws.
 */
import * as fs from "node:fs";
import { assert } from "../base/assert.ts";

export interface FileLayer {
  /** Creates a directory, and its parents, where they are missing. */
  makeDirectory(path: string): void;
  /** The names in a directory; none where it does not exist. */
  list(directory: string): string[];
  /** `create` empties a file that exists; `write` also reads. Both `read` and `write` throw ENOENT where there is none. */
  open(path: string, mode: "read" | "write" | "create"): number;
  size(file: number): number;
  /** Fills `target` from `position`, or less at the end of the file. Returns the bytes read. */
  read(file: number, target: Uint8Array, position: number): number;
  /** Writes the parts one after the other. Returns the bytes written, which may be fewer than were given. */
  write(file: number, parts: readonly Uint8Array[], position: number): number;
  /** Returns when everything written to the file, and its length, would survive a loss of power. */
  sync(file: number): void;
  /** Returns when creations, renames and removals in the directory would survive a loss of power. */
  syncDirectory(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  close(file: number): void;
}

const FLAGS = { read: "r", write: "r+", create: "w+" } as const;

/** The real file system. */
export const nodeFiles: FileLayer = {
  makeDirectory: (path) => void fs.mkdirSync(path, { recursive: true }),
  list: (directory) => (fs.existsSync(directory) ? fs.readdirSync(directory) : []),
  open: (path, mode) => fs.openSync(path, FLAGS[mode]),
  size: (file) => fs.fstatSync(file).size,
  read: (file, target, position) => fs.readSync(file, target, 0, target.byteLength, position),
  write: (file, parts, position) => fs.writevSync(file, parts, position),
  sync: (file) => fs.fdatasyncSync(file),
  syncDirectory(path) {
    if (process.platform === "win32") return; // A directory cannot be opened there; NTFS journals its entries.
    const directory = fs.openSync(path, "r");
    try {
      fs.fsyncSync(directory);
    } finally {
      fs.closeSync(directory);
    }
  },
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  close: (file) => fs.closeSync(file),
};

function dropBytes(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  let drop = bytes;
  for (const part of parts) {
    if (drop < part.byteLength) rest.push(part.subarray(drop));
    drop = Math.max(0, drop - part.byteLength);
  }
  return rest;
}

/** Writes all of `parts` at `position`, continuing where the system wrote less than it was given. */
export function writeAll(layer: FileLayer, file: number, parts: readonly Uint8Array[], position: number): void {
  let remaining = 0;
  for (const part of parts) remaining += part.byteLength;
  let rest = parts;
  let at = position;
  while (remaining > 0) {
    const written = layer.write(file, rest, at);
    assert(written > 0 && written <= remaining, "a write that does not throw makes progress");
    at += written;
    remaining -= written;
    if (remaining > 0) rest = dropBytes(rest, written);
  }
}

/** Fills `target` from `position` as far as the file goes. Returns the bytes read. */
export function readAll(layer: FileLayer, file: number, target: Uint8Array, position: number): number {
  let filled = 0;
  while (filled < target.byteLength) {
    const read = layer.read(file, filled === 0 ? target : target.subarray(filled), position + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}
