/** A journal on a simulated disk, with what a test knows of it: what it appended, and what was acknowledged. */
import assert from "node:assert/strict";
import { FrameReader } from "../../src/journal/reader.ts";
import { SegmentLog } from "../../src/journal/segment-log.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { checkFrames, numberedRecords } from "./records.ts";
import { type Chance, SimulatedDisk } from "./simulated-disk.ts";

export const DIRECTORY = "/journal";
/** Small, so that a few appends fill a segment. */
export const SEGMENT_BYTES = 4096;

export function openLog(layer: SimulatedDisk, checkFromSeq = 1): SegmentLog {
  return SegmentLog.open({ layer, directory: DIRECTORY, segmentBytes: SEGMENT_BYTES, checkFromSeq });
}

/** What a test does to a journal: appends so many records, syncs the mark as an idle writer does, or closes and opens it. */
export type Action = number | "idle" | "reopen";

export class SimulatedJournal {
  readonly disk: SimulatedDisk;
  /** The last record whose append returned. */
  acknowledged = 0;
  /** The last record whose append was called. */
  attempted = 0;
  log: SegmentLog | undefined;

  constructor(disk = new SimulatedDisk()) {
    this.disk = disk;
  }

  /** Opens the journal where need be and does `actions`, until they are done or the disk throws. */
  run(actions: readonly Action[]): void {
    this.log ??= this.#open();
    let log = this.log;
    for (const action of actions) {
      if (action === "idle") {
        log.syncMark();
      } else if (action === "reopen") {
        log.close();
        this.log = log = this.#open();
      } else {
        this.attempted = this.acknowledged + action;
        log.append([numberedRecords(this.acknowledged + 1, action)], action);
        this.acknowledged = this.attempted;
      }
    }
  }

  /** Opens, checking that everything acknowledged is there, and of the last attempt all or nothing; from then on it is acknowledged. */
  #open(): SegmentLog {
    const log = openLog(this.disk);
    const { lastSeq } = log.recovery;
    assert.ok(
      lastSeq === this.acknowledged || lastSeq === this.attempted,
      `${lastSeq} is ${this.acknowledged} or ${this.attempted}`,
    );
    this.acknowledged = this.attempted = lastSeq;
    return log;
  }

  /** Opens what is left after a fault, and checks every record. */
  reopenAndCheck(): SegmentLog {
    const log = this.#open();
    assert.equal(this.readAll(log), this.acknowledged);
    const { problems, tailBytes } = verifyJournal(DIRECTORY, this.disk);
    assert.deepEqual({ problems, tailBytes }, { problems: [], tailBytes: 0 });
    this.log = log;
    return log;
  }

  /** Reads and checks every record from the first on. Returns the last. */
  readAll(log: SegmentLog): number {
    const files = { layer: this.disk, directory: DIRECTORY, identity: log.identity };
    return checkFrames(
      new FrameReader(
        files,
        () => log.end,
        () => () => undefined,
      ).read(1),
      1,
    );
  }
}

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
