/** Follows a journal that another process writes, checks each record, prints how far it came, and ends at the given record. */
import { openJournalReader } from "../../src/journal/reader.ts";
import { checkFrames } from "./records.ts";

const [directory, until] = process.argv.slice(2);
const reader = openJournalReader({ directory });
const abort = new AbortController();
let next = 1;
for await (const frame of reader.follow(1, abort.signal)) {
  next = checkFrames([frame], next) + 1;
  process.stdout.write(`${next - 1}\n`);
  if (next > Number(until)) abort.abort();
}
reader.close();
