/** The preparing thread: makes the next segment before it is needed, so that a commit never waits for 64 MiB of zeros. */
import { workerData } from "node:worker_threads";
import { nodeFiles } from "./file-layer.ts";
import { identityOf } from "./identity.ts";
import { makeSegment } from "./segment-file.ts";
import { type PreparerData, SPARE, SPARE_STATE } from "./threads.ts";

const data: PreparerData = workerData;
const spare = new Int32Array(data.spare);
const identity = identityOf(data.identity);

for (;;) {
  const state = Atomics.compareExchange(spare, SPARE.state, SPARE_STATE.wanted, SPARE_STATE.making);
  if (state !== SPARE_STATE.wanted) {
    Atomics.wait(spare, SPARE.state, state);
    continue;
  }
  try {
    makeSegment(nodeFiles, data.directory, identity, Atomics.load(spare, SPARE.segment), data.segmentBytes);
  } catch {
    // The writing thread looks for the file, tries once more itself, and then has the error in its own hands.
  }
  Atomics.store(spare, SPARE.state, SPARE_STATE.over);
  Atomics.notify(spare, SPARE.state);
}
