/** What every journal promises, held by the one in memory and the one on disk alike. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { AssertionError } from "../../src/base/assert.ts";
import { openJournal } from "../../src/journal/disk.ts";
import type { Frame, Journal } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory.ts";
import { withDirectory } from "./directory.ts";
import { checkFrames, numberedRecords } from "./records.ts";

const KINDS = {
  memory: (body: (journal: Journal) => Promise<void>) => body(new MemoryJournal()),
  disk: (body: (journal: Journal) => Promise<void>) =>
    withDirectory(async (directory) => {
      const journal = await openJournal({ directory, segmentBytes: 16_384 });
      await body(journal).finally(() => journal.close());
    }),
};

function append(journal: Journal, count: number): Promise<number> {
  return journal.append(numberedRecords(journal.lastSeq + 1, count), count);
}

for (const [kind, withJournal] of Object.entries(KINDS)) {
  suite(`the journal in ${kind}`, () => {
    test("numbers records from 1, in the order of calls, and resolves in that order", () =>
      withJournal(async (journal) => {
        assert.equal(journal.lastSeq, 0);
        const order: number[] = [];
        const appends = [3, 1, 400, 2].map((count) => append(journal, count).then((seq) => order.push(seq)));
        assert.equal(journal.lastSeq, 406, "numbers are given at the call");
        await Promise.all(appends);
        assert.deepEqual(order, [3, 4, 404, 406]);
        assert.equal(journal.durableSeq, 406);
      }));

    test("copies what it is given", () =>
      withJournal(async (journal) => {
        const records = numberedRecords(1, 5);
        const durable = journal.append(records, 5);
        records.fill(255);
        await durable;
        assert.equal(checkFrames(journal.read(1), 1), 5);
      }));

    test("reads from any record to the end as it was at the call", () =>
      withJournal(async (journal) => {
        const ends = [0];
        for (const count of [1, 7, 300, 2, 1, 600, 30]) ends.push(await append(journal, count));
        const frames = journal.read(4);
        await append(journal, 9);
        assert.equal(checkFrames(frames, 4), 941);
        for (const fromSeq of ends.flatMap((end) => [end, end + 1, end + 2]).filter((seq) => seq > 0)) {
          assert.equal(checkFrames(journal.read(fromSeq), fromSeq), Math.max(950, fromSeq - 1));
        }
        assert.deepEqual([...journal.read(951)], []);
      }));

    test("keeps an append whole: in one frame, never split", () =>
      withJournal(async (journal) => {
        const sizes = [5, 1, 90, 4, 200, 1, 1, 33];
        await Promise.all(sizes.map((count) => append(journal, count)));
        const ends = new Set(sizes.map((_, index) => sizes.slice(0, index + 1).reduce((sum, count) => sum + count)));
        for (const { firstSeq, count } of journal.read(1)) assert.ok(ends.has(firstSeq + count - 1));
      }));

    test("is followed, from the past into the future, until the signal aborts", () =>
      withJournal(async (journal) => {
        await append(journal, 10);
        const abort = new AbortController();
        const seen: Frame[] = [];
        const following = (async () => {
          for await (const frame of journal.follow(4, abort.signal)) seen.push(frame);
        })();
        for (let round = 0; round < 20; round++) await append(journal, 1 + round * 3);
        while (seen.length === 0 || checkFrames(seen, 4) < journal.lastSeq)
          await new Promise((resolve) => setTimeout(resolve, 1));
        abort.abort();
        await following;
        assert.equal(checkFrames(seen, 4), journal.lastSeq);
      }));

    test("is followed by several, one of which starts beyond the end and one of which leaves early", () =>
      withJournal(async (journal) => {
        const abort = new AbortController();
        const ahead = journal.follow(6, abort.signal)[Symbol.asyncIterator]();
        const first = ahead.next();
        for (let index = 0; index < 8; index++) await append(journal, 1);
        assert.equal((await first).value?.firstSeq, 6);
        for await (const frame of journal.follow(1, abort.signal)) if (frame.firstSeq >= 3) break;
        abort.abort();
        assert.equal((await ahead.next()).done, true);
      }));

    test("takes only whole records, as many as are said, and none after it was closed", () =>
      withJournal(async (journal) => {
        const record = numberedRecords(1, 1);
        for (const [records, count] of [
          [record, 2],
          [record, 0],
          [record.subarray(0, -8), 1],
          [new Uint8Array(16), 2],
        ] as const) {
          assert.throws(() => journal.append(records, count), AssertionError);
        }
        assert.equal(journal.lastSeq, 0);
        await journal.close();
        assert.throws(() => journal.append(record, 1), AssertionError);
      }));
  });
}

test("both journals read alike whatever was appended, except for how it is framed", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 30 }),
      fc.nat(1000),
      async (counts, from) => {
        const memory = new MemoryJournal();
        await withDirectory(async (directory) => {
          const disk = await openJournal({ directory, segmentBytes: 8192 });
          await Promise.all(counts.flatMap((count) => [append(memory, count), append(disk, count)]));
          const fromSeq = 1 + (from % memory.lastSeq);
          const bytes = (journal: Journal) => Buffer.concat([...journal.read(fromSeq)].map((frame) => frame.bytes));
          assert.deepEqual(bytes(disk), bytes(memory));
          assert.equal(disk.durableSeq, memory.durableSeq);
          await disk.close();
        });
      },
    ),
    { seed: 20261122, numRuns: 8 },
  ));
