/**
 * One writer for each directory. The lock is a file that names the process which holds it, by its number and, where the system
 * tells, the time it started; a process that is gone holds nothing. The file appears whole or not at all.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";

export const LOCK_FILE = "writer.lock";

/** What tells a process from a later one with the same number: its start time in ticks since boot, on Linux; "" elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isHeld(content: string): boolean {
  const [pid, start] = content.trim().split(" ");
  if (!/^\d+$/.test(pid) || !isRunning(Number(pid))) return false;
  return start === undefined || start === "" || startOf(Number(pid)) === start;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Renames the lock and returns its content; undefined where another process was faster. */
function movedAside(path: string, aside: string): string | undefined {
  try {
    renameSync(path, aside);
    return contentOf(aside);
  } catch {
    return undefined;
  }
}

/** Takes the lock of a directory, also one that a dead process left. Returns what gives it back. Throws `journal-in-use`. */
export function takeLock(directory: string): () => void {
  const path = join(directory, LOCK_FILE);
  const own = `${path}.${process.pid}`;
  const inUse = (content: string) =>
    new Trouble("journal-in-use", `process ${content.split(" ")[0]} writes this journal`, { origin: { file: path } });
  writeFileSync(own, `${process.pid} ${startOf(process.pid)}`);
  try {
    while (!linked(own, path)) {
      const holder = contentOf(path);
      if (holder === undefined) continue;
      if (isHeld(holder)) throw inUse(holder);
      // Moved aside before it is removed: if another process was faster, it is that one's lock, and goes back.
      const aside = `${own}.stale`;
      const moved = movedAside(path, aside);
      if (moved !== undefined && moved !== holder && isHeld(moved)) {
        renameSync(aside, path);
        throw inUse(moved);
      }
      rmSync(aside, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(path, { force: true });
}
