/**
 * The writing thread. It takes whatever has gathered since the last commit and makes it one frame: a lone append is committed at
 * once, and under load each commit takes what came during the one before.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { nodeFiles } from "./file-layer.ts";
import { MARK_IDLE_MS, SEGMENT_PREPARE_AT } from "./limits.ts";
import { Ring } from "./ring.ts";
import { SegmentLog } from "./segment-log.ts";
import { SharedNumbers } from "./shared-numbers.ts";
import {
  DURABLE,
  type LargeAppend,
  REQUESTED,
  SPARE,
  SPARE_STATE,
  type WriterData,
  type WriterMessage,
} from "./threads.ts";
import { diskTrouble, portable } from "./trouble.ts";

assert(parentPort !== null, "the writer runs as a worker thread");
const port = parentPort;
const data: WriterData = workerData;
const ring = new Ring(data.ring);
const requested = new SharedNumbers(data.requested);
const durable = new SharedNumbers(data.durable);
const spare = new Int32Array(data.spare);

function tell(message: WriterMessage): void {
  port.postMessage(message);
}

/** Has the next segment prepared once the current one is filled so far. */
function wantSpare(log: SegmentLog): void {
  const next = log.end.segment + 1;
  if (log.fill < SEGMENT_PREPARE_AT || Atomics.load(spare, SPARE.segment) === next) return;
  Atomics.store(spare, SPARE.segment, next);
  Atomics.store(spare, SPARE.state, SPARE_STATE.wanted);
  Atomics.notify(spare, SPARE.state);
}

/** Takes the request back if nobody has begun on it; otherwise waits for its end. */
function awaitSpare(): void {
  const state = Atomics.compareExchange(spare, SPARE.state, SPARE_STATE.wanted, SPARE_STATE.idle);
  if (state === SPARE_STATE.making) Atomics.wait(spare, SPARE.state, SPARE_STATE.making);
}

function run(log: SegmentLog): void {
  const request = new Float64Array(REQUESTED.count);
  const result = new Float64Array(DURABLE.count);
  let released = 0;
  let largeTaken = 0;

  const publish = () => {
    const { seq, segment, offset } = log.end;
    result[DURABLE.seq] = seq;
    result[DURABLE.ringReleased] = released;
    result[DURABLE.segment] = segment;
    result[DURABLE.offset] = offset;
    durable.publish(result);
  };

  publish();
  tell({ kind: "opened", recovery: log.recovery, identity: log.identity.bytes });
  for (;;) {
    const version = requested.read(request);
    const ringEnd = request[REQUESTED.ringEnd];
    if (ringEnd > released) {
      log.append(ring.parts(released, ringEnd), request[REQUESTED.lastSeq] - log.lastSeq);
      released = ringEnd;
      wantSpare(log);
      publish();
    } else if (request[REQUESTED.largeAppends] > largeTaken) {
      const large: LargeAppend | undefined = receiveMessageOnPort(port)?.message;
      assert(large !== undefined, "a large append is sent before it is announced");
      log.append([large.records], large.count);
      largeTaken++;
      publish();
    } else if (request[REQUESTED.closing] === 1) {
      return;
    } else if (!requested.wait(version, log.markSynced ? Infinity : MARK_IDLE_MS)) {
      log.syncMark();
    }
  }
}

try {
  const { directory, segmentBytes, checkFromSeq } = data;
  const log = SegmentLog.open({ layer: nodeFiles, directory, segmentBytes, checkFromSeq, awaitSegment: awaitSpare });
  try {
    run(log);
  } finally {
    log.close();
  }
} catch (error) {
  tell({ kind: "failed", trouble: portable(diskTrouble(error)) });
}
