/** Appends numbered records as fast as it can, many at a time, and prints each sequence number once it is acknowledged. To be killed. */
import { writeSync } from "node:fs";
import { openJournal } from "../../src/journal/disk.ts";
import { numberedRecords } from "./records.ts";

const [directory] = process.argv.slice(2);
const journal = await openJournal({ directory, segmentBytes: 131_072 });
let next = journal.lastSeq + 1;

function countAt(seq: number): number {
  return seq % 97 === 0 ? 3000 : 1 + (seq % 5);
}

async function append(): Promise<never> {
  for (;;) {
    const first = next;
    const count = countAt(first);
    next += count;
    writeSync(1, `${await journal.append(numberedRecords(first, count), count)}\n`);
  }
}

writeSync(1, "0\n");
await Promise.all(Array.from({ length: 32 }, append));
