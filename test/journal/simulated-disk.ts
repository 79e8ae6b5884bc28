/**
 * A disk in memory that forgets. What was written but not synced is kept apart from what is on the disk; a crash keeps an
 * arbitrary part of it: some writes, not others, and pieces of those, in any order. Directory entries are journaled as on ext4 or
 * NTFS: a crash keeps the first few of the changes that were not synced. Every call is a step at which a test may pull the plug
 * or have the disk refuse.
 */
import type { FileLayer } from "../../src/journal/file-layer.ts";

/** Thrown by every call from the step of the crash on: the process is gone. */
export class PowerLoss extends Error {}

interface PendingWrite {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

class SimulatedFile {
  durable: Uint8Array = new Uint8Array(0);
  current: Uint8Array = new Uint8Array(0);
  pending: PendingWrite[] = [];

  write(offset: number, bytes: Uint8Array): void {
    this.current = overlaid(this.current, offset, bytes);
    this.pending.push({ offset, bytes: bytes.slice() });
  }

  sync(): void {
    this.durable = this.current.slice();
    this.pending = [];
  }
}

function overlaid(content: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const target = new Uint8Array(Math.max(content.byteLength, offset + bytes.byteLength));
  target.set(content);
  target.set(bytes, offset);
  return target;
}

type EntryChange = (entries: Map<string, SimulatedFile>) => void;

/** Decides what survives: a number from 0 to 1 each time it is asked. */
export type Chance = () => number;

export interface Fault {
  /** The step, counted from 1, at which it happens, and every later one unless `once`. */
  readonly atStep: number;
  readonly kind: "power-loss" | "ENOSPC" | "EIO";
}

export class SimulatedDisk implements FileLayer {
  #entries = new Map<string, SimulatedFile>();
  #durableEntries = new Map<string, SimulatedFile>();
  #entryChanges: EntryChange[] = [];
  #open = new Map<number, SimulatedFile>();
  #nextHandle = 1;
  #writes = 0;
  /** Calls made so far that change something or make it durable. */
  steps = 0;
  fault: Fault | undefined;
  /** When set, every n-th write takes only part of what it is given. */
  shortWriteEvery = 0;

  makeDirectory(): void {}

  list(directory: string): string[] {
    const prefix = `${directory}/`;
    return [...this.#entries.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  }

  open(path: string, mode: "read" | "write" | "create"): number {
    let file = this.#entries.get(path);
    if (mode === "create") {
      this.#step();
      const created = new SimulatedFile();
      file = created;
      this.#changeEntries((entries) => entries.set(path, created));
    }
    if (file === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: "ENOENT" });
    this.#open.set(this.#nextHandle, file);
    return this.#nextHandle++;
  }

  size(handle: number): number {
    return this.#file(handle).current.byteLength;
  }

  read(handle: number, target: Uint8Array, position: number): number {
    const bytes = this.#file(handle).current.subarray(position, position + target.byteLength);
    target.set(bytes);
    return bytes.byteLength;
  }

  write(handle: number, parts: readonly Uint8Array[], position: number): number {
    const all = Buffer.concat(parts);
    this.#writes++;
    const short = this.shortWriteEvery > 0 && this.#writes % this.shortWriteEvery === 0 && all.byteLength > 1;
    const taken = short ? Math.ceil(all.byteLength / 3) : all.byteLength;
    // What was being written when the plug was pulled, or the disk filled up, may have come through in part.
    if (this.#stepFails()) this.#file(handle).write(position, all.subarray(0, Math.floor(taken / 2)));
    this.#step();
    this.#file(handle).write(position, all.subarray(0, taken));
    return taken;
  }

  sync(handle: number): void {
    this.#step();
    this.#file(handle).sync();
  }

  syncDirectory(): void {
    this.#step();
    this.#durableEntries = new Map(this.#entries);
    this.#entryChanges = [];
  }

  rename(from: string, to: string): void {
    this.#step();
    this.#changeEntries((entries) => {
      const file = entries.get(from);
      if (file !== undefined) entries.set(to, file);
      entries.delete(from);
    });
  }

  remove(path: string): void {
    this.#step();
    this.#changeEntries((entries) => entries.delete(path));
  }

  close(handle: number): void {
    this.#file(handle);
    this.#open.delete(handle);
  }

  /** Handles that nobody closed. */
  get openFiles(): number {
    return this.#open.size;
  }

  /** Loses power: what survives of everything unsynced is up to `chance`. The disk is then as the next process finds it. */
  crash(chance: Chance): void {
    this.fault = undefined;
    this.#open.clear();
    const kept = Math.floor(chance() * (this.#entryChanges.length + 1));
    const entries = new Map(this.#durableEntries);
    for (const change of this.#entryChanges.slice(0, kept)) change(entries);
    this.#entryChanges = [];
    for (const file of new Set(entries.values())) {
      for (const { offset, bytes } of shuffled(file.pending, chance)) keepPart(file, offset, bytes, chance);
      file.current = file.durable;
      file.durable = file.current.slice();
      file.pending = [];
    }
    this.#entries = entries;
    this.#durableEntries = new Map(entries);
  }

  /** The process dies, the machine does not: everything written is there, though not all of it on the disk. */
  killProcess(): void {
    this.fault = undefined;
    this.#open.clear();
  }

  /** The content of a file, to look at or to damage. */
  content(path: string): Uint8Array {
    const file = this.#entries.get(path);
    if (file === undefined) throw new Error(`no such file: ${path}`);
    return file.current;
  }

  replaceContent(path: string, content: Uint8Array): void {
    const file = this.#entries.get(path);
    if (file === undefined) throw new Error(`no such file: ${path}`);
    file.current = content;
    file.sync();
  }

  delete(path: string): void {
    this.#entries.delete(path);
    this.#durableEntries.delete(path);
  }

  copy(): SimulatedDisk {
    const copy = new SimulatedDisk();
    for (const [path, file] of this.#entries) {
      const twin = new SimulatedFile();
      twin.current = file.current.slice();
      twin.sync();
      copy.#entries.set(path, twin);
    }
    copy.#durableEntries = new Map(copy.#entries);
    return copy;
  }

  #file(handle: number): SimulatedFile {
    const file = this.#open.get(handle);
    if (file === undefined) throw new Error(`handle ${handle} is not open`);
    return file;
  }

  #changeEntries(change: EntryChange): void {
    change(this.#entries);
    this.#entryChanges.push(change);
  }

  #stepFails(): boolean {
    return this.fault !== undefined && this.steps + 1 >= this.fault.atStep;
  }

  #step(): void {
    const fails = this.#stepFails();
    this.steps++;
    if (!fails || this.fault === undefined) return;
    const { kind } = this.fault;
    if (kind === "power-loss") throw new PowerLoss();
    throw Object.assign(new Error(`simulated ${kind}`), { code: kind });
  }
}

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  return items
    .map((item) => ({ item, key: chance() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Applies all of a write, none of it, or some of its 64-byte pieces. */
function keepPart(file: SimulatedFile, offset: number, bytes: Uint8Array, chance: Chance): void {
  const fate = chance();
  if (fate < 1 / 3) return;
  if (fate > 2 / 3) {
    file.durable = overlaid(file.durable, offset, bytes);
    return;
  }
  for (let at = 0; at < bytes.byteLength; at += 64) {
    if (chance() < 0.5) file.durable = overlaid(file.durable, offset + at, bytes.subarray(at, at + 64));
  }
}
