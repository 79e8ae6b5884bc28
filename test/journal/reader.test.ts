/** A journal read from outside: only what was acknowledged, and live. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Trouble } from "../../src/base/errors.ts";
import { openJournal } from "../../src/journal/disk.ts";
import { MARK_FILE } from "../../src/journal/mark.ts";
import { openJournalReader } from "../../src/journal/reader.ts";
import { withDirectory } from "./directory.ts";
import { checkFrames, numberedRecords } from "./records.ts";

const FOLLOWER = new URL("./follower-process.ts", import.meta.url).pathname;

suite("a reader", () => {
  test("in another process follows the writer, over segments, record by record", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: 16_384 });
      let seq = await journal.append(numberedRecords(1, 700), 700);
      const follower = spawn(process.execPath, [FOLLOWER, directory, "2000"], { stdio: ["ignore", "pipe", "inherit"] });
      const exited = new Promise((resolve) => follower.once("close", resolve));
      let output = "";
      follower.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
      while (seq < 2000) {
        const count = Math.min(2000 - seq, 1 + (seq % 23));
        seq = await journal.append(numberedRecords(seq + 1, count), count);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assert.equal(await exited, 0);
      assert.match(output, /\n2000\n$/);
      await journal.close();
    }));

  test("sees what is acknowledged and nothing more, and the same chain hashes", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: 16_384 });
      const reader = openJournalReader({ directory });
      assert.deepEqual([reader.durableSeq, [...reader.read(1)]], [0, []]);
      await journal.append(numberedRecords(1, 30), 30);
      assert.equal(reader.durableSeq, 30);
      assert.equal(checkFrames(reader.read(7), 7), 30);
      assert.equal(reader.chainHashAt(30), journal.chainHashAt(30));
      await journal.close();
      assert.equal(checkFrames(reader.read(1), 1), 30, "the writer need not be there");
      reader.close();
    }));

  test("says where there is no journal, or no mark that can be read", () =>
    withDirectory(async (directory) => {
      assert.throws(
        () => openJournalReader({ directory }),
        (error) => error instanceof Trouble && error.code === "bad-document",
      );
      writeFileSync(join(directory, MARK_FILE), new Uint8Array(4180));
      assert.throws(
        () => openJournalReader({ directory }),
        (error) => error instanceof Trouble && error.code === "journal-corrupt",
      );
    }));
});
