/** The embedded journal: its threads, its lock, its limits. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Trouble } from "../../src/base/errors.ts";
import { openJournal } from "../../src/journal/disk.ts";
import { LOCK_FILE } from "../../src/journal/lock.ts";
import { RING_BYTES } from "../../src/journal/limits.ts";
import { segmentPath } from "../../src/journal/segment-file.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { withDirectory } from "./directory.ts";
import { checkFrames, numberedRecords } from "./records.ts";

const SEGMENT_BYTES = 65_536;

function isTrouble(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Trouble && error.code === code;
}

suite("the embedded journal", () => {
  test("opens where it was closed", () =>
    withDirectory(async (directory) => {
      for (let life = 0; life < 3; life++) {
        const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
        assert.deepEqual(journal.recovery, { lastSeq: life * 50, acknowledgedSeq: life * 50, created: life === 0 });
        await journal.append(numberedRecords(journal.lastSeq + 1, 50), 50);
        assert.equal(checkFrames(journal.read(1), 1), (life + 1) * 50);
        await journal.close();
        await journal.close();
      }
      assert.deepEqual(verifyJournal(directory).problems, []);
    }));

  test("gathers what comes while a commit is under way into few frames, over many segments", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      const appends: Promise<number>[] = [];
      for (let seq = 1; seq <= 20_000; seq++) {
        appends.push(journal.append(numberedRecords(seq, 1), 1));
        if (seq % 500 === 0) await appends[seq - 1];
      }
      assert.equal(await appends[19_999], 20_000);
      const frames = [...journal.read(1)];
      assert.equal(checkFrames(frames, 1), 20_000);
      assert.ok(frames.length < 10_000, `${frames.length} frames`);
      await journal.close();
      const { problems, segments } = verifyJournal(directory);
      assert.deepEqual(problems, []);
      assert.ok(segments > 10);
    }));

  test("takes appends larger than the ring, in their turn, and more in one go than the ring holds", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      const many = Math.ceil((RING_BYTES * 1.3) / 60);
      const appends: Promise<number>[] = [];
      let seq = 0;
      for (const count of [2, many, 3, ...Array.from({ length: 12 }, () => Math.floor(many / 10)), 1, many, 5]) {
        appends.push(journal.append(numberedRecords(seq + 1, count), count));
        seq += count;
      }
      assert.equal(journal.lastSeq, seq);
      assert.equal((await Promise.all(appends)).at(-1), seq);
      assert.equal(checkFrames(journal.read(1), 1), seq);
      assert.deepEqual([...journal.read(3)][0].count, many, "a large append is a frame of its own");
      await journal.close();
      assert.deepEqual(verifyJournal(directory).problems, []);
    }));

  test("prepares the next segment ahead", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      await journal.append(numberedRecords(1, 10), 10);
      assert.ok(!existsSync(segmentPath(directory, 2)), "not before it is near");
      await journal.append(numberedRecords(11, 400), 400);
      const deadline = performance.now() + 5000;
      while (!existsSync(segmentPath(directory, 2)) && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 2));
      assert.equal(statSync(segmentPath(directory, 2)).size, SEGMENT_BYTES);
      await journal.close();
    }));

  test("closing waits for what was appended", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      const appends = [1, 2, 3].map((seq) => journal.append(numberedRecords(seq, 1), 1));
      await journal.close();
      assert.deepEqual(await Promise.all(appends), [1, 2, 3]);
      assert.equal(verifyJournal(directory).lastSeq, 3);
    }));

  test("gives the chain hash of the frame that holds a record", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      await journal.append(numberedRecords(1, 4), 4);
      const four = journal.chainHashAt(4);
      await journal.append(numberedRecords(5, 900), 900);
      await journal.append(numberedRecords(905, 900), 900);
      assert.match(four ?? "", /^[0-9a-f]{64}$/);
      assert.equal(journal.chainHashAt(2), four);
      assert.equal(journal.chainHashAt(4), four);
      assert.notEqual(journal.chainHashAt(5), four);
      assert.notEqual(journal.chainHashAt(0), four);
      assert.equal(journal.chainHashAt(1805), undefined);
      const last = journal.chainHashAt(1804);
      await journal.close();
      assert.equal(verifyJournal(directory).chainHash, last);
    }));
});

suite("the lock", () => {
  test("keeps a second writer out, in this process and in another, until the first closes", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      await assert.rejects(openJournal({ directory }), isTrouble("journal-in-use"));
      const program = `import { openJournal } from ${JSON.stringify(new URL("../../src/journal/disk.ts", import.meta.url).href)};
        await openJournal({ directory: ${JSON.stringify(directory)} }).catch((error) => process.stdout.write(error.code));`;
      const { stdout } = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", program], {
        encoding: "utf8",
      });
      assert.equal(stdout, "journal-in-use");
      assert.match(readFileSync(join(directory, LOCK_FILE), "utf8"), new RegExp(`^${process.pid} `));
      await journal.close();
      await (await openJournal({ directory, segmentBytes: SEGMENT_BYTES })).close();
      assert.ok(!existsSync(join(directory, LOCK_FILE)));
    }));

  test("of a dead process, or of an earlier process of the same number, is taken over", () =>
    withDirectory(async (directory) => {
      const dead = spawn(process.execPath, ["--eval", ""]);
      await new Promise((resolve) => dead.once("exit", resolve));
      for (const content of [`${dead.pid} 12345`, `${process.pid} 1`, "", "nonsense"]) {
        writeFileSync(join(directory, LOCK_FILE), content);
        await (await openJournal({ directory, segmentBytes: SEGMENT_BYTES })).close();
      }
    }));

  test("is given back when opening fails", () =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      await journal.append(numberedRecords(1, 1), 1);
      await journal.close();
      writeFileSync(segmentPath(directory, 1), "");
      await assert.rejects(openJournal({ directory }), isTrouble("journal-corrupt"));
      assert.ok(!existsSync(join(directory, LOCK_FILE)));
    }));
});

suite("a disk that refuses", () => {
  test("fails the append and every later one, and a new opening has what was acknowledged", () =>
    withDirectory(async (directory) => {
      const child = new URL("./limited-process.ts", import.meta.url).pathname;
      const { stdout, stderr } = spawnSync(
        "sh",
        ["-c", 'ulimit -f 1024; exec "$0" "$1" "$2"', process.execPath, child, directory],
        { encoding: "utf8" },
      );
      const report: unknown = JSON.parse(stdout || JSON.stringify({ stderr }));
      assert.deepEqual(report, {
        acknowledged: 500,
        failures: ["journal-failed", "journal-failed", "journal-failed"],
        durableSeq: 500,
      });
      const journal = await openJournal({ directory, segmentBytes: SEGMENT_BYTES });
      assert.equal(journal.recovery.lastSeq, 500);
      assert.ok((journal.recovery.cut?.bytes ?? 0) > 0, "the half-written frame was cut");
      assert.equal(checkFrames(journal.read(1), 1), 500);
      await journal.append(numberedRecords(501, 10), 10);
      await journal.close();
      assert.deepEqual(verifyJournal(directory).problems, []);
    }));
});
