/** Runs the command line as a user does: a process of its own, in a directory of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly done: Promise<Ran>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when what it has printed, to either stream, matches. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Those that run; a test that fails leaves none behind. */
const children = new Set<ChildProcess>();

export function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  child.once("close", () => children.delete(child));
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const done = new Promise<Ran>((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (let ended = false; ;) {
      const found = pattern.exec(stdout + stderr);
      if (found !== null) return found;
      if (ended) throw new Error(`ended without ${String(pattern)}:\n${stdout}${stderr}`);
      ended = await Promise.race([
        done.then(() => true),
        new Promise<false>((resolve) => setTimeout(resolve, 20, false)),
      ]);
    }
  };
  return { done, printed, kill: (signal) => void child.kill(signal) };
}

export function run(...args: readonly string[]): Promise<Ran> {
  return start(...args).done;
}

export async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
  try {
    await use(directory);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  }
}
