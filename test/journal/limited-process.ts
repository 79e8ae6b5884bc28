/** Run under a limit of file size: appends until the disk refuses, and reports what became of each append. */
import { openJournal } from "../../src/journal/disk.ts";
import { Trouble } from "../../src/base/errors.ts";
import { numberedRecords } from "./records.ts";

const [directory] = process.argv.slice(2);
const journal = await openJournal({ directory, segmentBytes: 65_536 });
const failures: string[] = [];
const failed = (error: unknown): number => failures.push(error instanceof Trouble ? error.code : String(error));
const acknowledged = await journal.append(numberedRecords(1, 500), 500);
// One append too large for the limit, and one that waits behind it.
const tooLarge = journal.append(numberedRecords(501, 30_000), 30_000).catch(failed);
const behind = journal.append(numberedRecords(30_501, 1), 1).catch(failed);
await Promise.all([tooLarge, behind]);
await journal.append(numberedRecords(30_502, 1), 1).catch(failed);
const { durableSeq } = journal;
await journal.close();
process.stdout.write(JSON.stringify({ acknowledged, failures, durableSeq }));
