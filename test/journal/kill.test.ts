/**
 * A process that appends is killed without warning, again and again, on the same journal. Every record that it said was
 * acknowledged is there, nothing is torn, and the next process goes on. PLIMSOLL_KILLS says how often; 20 unless told.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openJournal } from "../../src/journal/disk.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { withDirectory } from "./directory.ts";
import { checkFrames } from "./records.ts";

const KILLS = Number(process.env.PLIMSOLL_KILLS ?? 20);
const WRITER = new URL("./writer-process.ts", import.meta.url).pathname;
/** Compiled code is kept from child to child: they start in half the time. */
const ENVIRONMENT = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "plimsoll-compile-cache") };

/** Starts a writer, kills it at a random moment, and returns the last sequence number that it acknowledged. */
async function killWriter(directory: string): Promise<number> {
  const child = spawn(process.execPath, [WRITER, directory], {
    stdio: ["ignore", "pipe", "inherit"],
    env: ENVIRONMENT,
  });
  const exited = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  child.stdout.setEncoding("utf8");
  // Mostly while it appends; now and then while it starts, or recovers from the last time.
  const early = Math.random() < 0.15;
  const kill = (): void => void child.kill("SIGKILL");
  if (early) setTimeout(kill, Math.random() * 150);
  let begun = false;
  child.stdout.on("data", (text: string) => {
    output += text;
    if (!begun && !early) setTimeout(kill, Math.random() * 50);
    begun = true;
  });
  await exited;
  // The last line may be cut short: the process was killed while it printed.
  return Math.max(
    0,
    ...output
      .slice(0, output.lastIndexOf("\n") + 1)
      .trim()
      .split("\n")
      .map(Number),
  );
}

async function killRepeatedly(kills: number): Promise<number> {
  let checked = 0;
  await withDirectory(async (directory) => {
    for (let round = 0; round < kills; round++) {
      const acknowledged = await killWriter(directory);
      const journal = await openJournal({ directory, segmentBytes: 131_072 });
      assert.ok(journal.lastSeq >= acknowledged, `${acknowledged} was acknowledged, and ${journal.lastSeq} is there`);
      assert.ok(journal.recovery.acknowledgedSeq >= acknowledged, "the mark is written before the acknowledgement");
      assert.ok(journal.lastSeq >= checked, "nothing found before is gone");
      assert.equal(checkFrames(journal.read(checked + 1), checked + 1), journal.lastSeq);
      checked = journal.lastSeq;
      await journal.close();
    }
    const { problems, tailBytes, lastSeq } = verifyJournal(directory);
    assert.deepEqual({ problems, tailBytes, lastSeq }, { problems: [], tailBytes: 0, lastSeq: checked });
  });
  return checked;
}

test(`${KILLS} kills at random moments lose no acknowledged record`, async () => {
  const half = Math.ceil(KILLS / 2);
  const [first, second] = await Promise.all([killRepeatedly(half), killRepeatedly(KILLS - half)]);
  assert.ok(first + second > 0, "the writers wrote");
});
