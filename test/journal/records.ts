/** Numbered records for the journal's tests: a record says which one it is, and its filling follows from that. */
import assert from "node:assert/strict";
import type { Frame } from "../../src/journal/journal.ts";

/** Records `first`, `first + 1`, … back to back, of lengths that vary with the number. */
export function numberedRecords(first: number, count: number): Uint8Array {
  let bytes = 0;
  for (let number = first; number < first + count; number++) bytes += lengthOf(number);
  const records = new Uint8Array(bytes);
  const view = new DataView(records.buffer);
  for (let number = first, offset = 0; number < first + count; offset += lengthOf(number), number++) {
    view.setUint32(offset, lengthOf(number), true);
    view.setFloat64(offset + 8, number, true);
    records.fill(number % 251, offset + 16, offset + lengthOf(number));
  }
  return records;
}

/** Bytes of a record: a multiple of eight, from 16 to 104. */
function lengthOf(number: number): number {
  return 16 + ((number * 37) % 12) * 8;
}

/** Checks that the frames hold exactly the records `fromSeq`, `fromSeq + 1`, …, each numbered by its place. Returns the last. */
export function checkFrames(frames: Iterable<Frame>, fromSeq: number): number {
  let seq = fromSeq;
  for (const { firstSeq, count, bytes } of frames) {
    assert.equal(firstSeq, seq);
    assert.equal(bytes.byteOffset % 8, 0, "records are aligned");
    const same = Buffer.compare(bytes, numberedRecords(firstSeq, count)) === 0;
    assert.ok(same, `records ${firstSeq} to ${firstSeq + count - 1} are what was appended`);
    seq += count;
  }
  return seq - 1;
}
