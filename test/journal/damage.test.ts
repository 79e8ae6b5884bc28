/**
 * Damage at rest: an acknowledged record that cannot be read stops the opening, with its number and its file, and is never
 * cut. Damage to what nobody was promised does no harm.
 */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import { MARK_FILE, readMark } from "../../src/journal/mark.ts";
import { SEGMENT_HEADER_BYTES, segmentPath } from "../../src/journal/segment-file.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { numberedRecords } from "./records.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import { DIRECTORY, openLog, SimulatedJournal } from "./simulated-journal.ts";

interface Extent {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly firstSeq: number;
}

/** A journal of several segments, closed in good order, and where each frame and each header lies. */
function soundJournal(): {
  disk: SimulatedDisk;
  extents: Extent[];
  lastSeq: number;
  end: { path: string; offset: number };
} {
  const journal = new SimulatedJournal();
  const log = openLog(journal.disk);
  const extents: Extent[] = [];
  let path = "";
  for (let seq = 0, count = 1; log.end.segment < 4; seq += count, count = 1 + (count % 9)) {
    const before = log.end;
    log.append([numberedRecords(seq + 1, count)], count);
    const from = log.end.segment === before.segment ? before.offset : SEGMENT_HEADER_BYTES;
    path = segmentPath(DIRECTORY, log.end.segment);
    if (from === SEGMENT_HEADER_BYTES) extents.push({ path, from: 0, to: SEGMENT_HEADER_BYTES, firstSeq: seq + 1 });
    extents.push({ path, from, to: log.end.offset, firstSeq: seq + 1 });
  }
  log.close();
  return { disk: journal.disk, extents, lastSeq: log.lastSeq, end: { path, offset: log.end.offset } };
}

const sound = soundJournal();

/** A copy of the sound journal with something done to a file. */
function changed(path: string, change: (content: Uint8Array) => Uint8Array): SimulatedDisk {
  const disk = sound.disk.copy();
  disk.replaceContent(path, change(disk.content(path).slice()));
  return disk;
}

function flipped(bit: number): (content: Uint8Array) => Uint8Array {
  return (content) => {
    content[bit >> 3] ^= 1 << (bit & 7);
    return content;
  };
}

function assertRefused(disk: SimulatedDisk, seq: number, file: string): void {
  assert.throws(
    () => openLog(disk),
    (error) => {
      assert.ok(error instanceof Trouble);
      assert.equal(error.code, "journal-corrupt");
      assert.match(error.message, new RegExp(`\\brecord ${seq} `));
      assert.equal(error.details.origin?.file, file);
      return true;
    },
  );
  assert.equal(disk.openFiles, 0, "a refused opening leaves no file open");
  const { problems } = verifyJournal(DIRECTORY, disk);
  assert.deepEqual({ seq: problems[0]?.seq, file: problems[0]?.file }, { seq, file });
}

function assertWhole(disk: SimulatedDisk): void {
  const journal = new SimulatedJournal(disk);
  journal.acknowledged = journal.attempted = sound.lastSeq;
  assert.equal(journal.readAll(journal.reopenAndCheck()), sound.lastSeq);
}

suite("a flipped bit", () => {
  const files = [...new Set(sound.extents.map(({ path }) => path))];
  const place = fc
    .constantFrom(...files)
    .chain((path) => fc.record({ path: fc.constant(path), bit: fc.nat(sound.disk.content(path).byteLength * 8 - 1) }));

  test("in a segment is refused by the number of the record, or was in unused space", () => {
    fc.assert(
      fc.property(place, ({ path, bit }) => {
        const disk = changed(path, flipped(bit));
        const hit = sound.extents.find(
          (extent) => extent.path === path && bit >> 3 >= extent.from && bit >> 3 < extent.to,
        );
        if (hit === undefined) assertWhole(disk);
        else assertRefused(disk, hit.firstSeq, path);
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  test("anywhere in the last frame is refused: the mark knows that it was acknowledged", () => {
    const last = sound.extents.at(-1);
    assert.ok(last !== undefined);
    for (let bit = last.from * 8; bit < last.to * 8; bit += 13)
      assertRefused(changed(last.path, flipped(bit)), last.firstSeq, last.path);
  });

  test("in either copy of the mark is made good by the other", () => {
    const path = `${DIRECTORY}/${MARK_FILE}`;
    for (const slot of [0, 4096]) {
      for (let bit = 0; bit < 84 * 8; bit += 11) {
        const disk = changed(path, flipped(slot * 8 + bit));
        assert.match(verifyJournal(DIRECTORY, disk).problems[0].what, /one of the two copies of the mark/);
        assertWhole(disk);
      }
    }
  });
});

suite("what is missing", () => {
  test("the last frame, as if it had never been written", () => {
    const last = sound.extents.at(-1);
    assert.ok(last !== undefined);
    assertRefused(
      changed(last.path, (content) => content.fill(0, last.from)),
      last.firstSeq,
      last.path,
    );
    assertRefused(
      changed(last.path, (content) => content.subarray(0, last.from)),
      last.firstSeq,
      last.path,
    );
  });

  for (const segment of [1, 2, 4]) {
    test(`segment ${segment} of 4`, () => {
      const path = segmentPath(DIRECTORY, segment);
      const first = sound.extents.find((extent) => extent.path === path);
      assert.ok(first !== undefined);
      const disk = sound.disk.copy();
      disk.delete(path);
      assertRefused(disk, first.firstSeq, path);
    });
  }

  test("all segments", () => {
    const disk = sound.disk.copy();
    for (const name of disk.list(DIRECTORY)) if (name.endsWith(".journal")) disk.delete(`${DIRECTORY}/${name}`);
    assert.throws(() => openLog(disk), /record 1 .*file is missing/);
  });

  test("the mark: both copies damaged, or the file gone", () => {
    const path = `${DIRECTORY}/${MARK_FILE}`;
    const gone = sound.disk.copy();
    gone.delete(path);
    for (const disk of [changed(path, (content) => content.fill(0)), gone]) {
      assert.throws(
        () => openLog(disk),
        (error) => error instanceof Trouble && error.code === "journal-corrupt" && error.details.origin?.file === path,
      );
      const { problems, lastSeq } = verifyJournal(DIRECTORY, disk);
      assert.equal(lastSeq, sound.lastSeq);
      assert.match(problems[0].what, /neither copy/);
    }
  });
});

suite("when a loss of power took back the mark", () => {
  /** Three frames in one segment, the mark of none of them synced, and then damage to one. */
  function damagedAfterPowerLoss(frame: number): SimulatedJournal {
    const journal = new SimulatedJournal();
    const log = openLog(journal.disk);
    const ends = [log.end.offset];
    for (const first of [1, 11, 21]) {
      log.append([numberedRecords(first, 10)], 10);
      ends.push(log.end.offset);
    }
    journal.disk.crash(() => 0);
    const path = segmentPath(DIRECTORY, 1);
    journal.disk.replaceContent(path, flipped((ends[frame] + 120) * 8)(journal.disk.content(path).slice()));
    return journal;
  }

  test("the frames after a damaged one still prove that it was acknowledged", () => {
    for (const frame of [0, 1]) {
      assertRefused(damagedAfterPowerLoss(frame).disk, 1 + frame * 10, segmentPath(DIRECTORY, 1));
    }
  });

  test("damage to the very last frame cannot be told from a torn tail: the residual that the decision names", () => {
    const { recovery } = openLog(damagedAfterPowerLoss(2).disk);
    assert.equal(recovery.lastSeq, 20);
    assert.equal(recovery.cut?.afterSeq, 20);
  });

  test("it took back no more than the current segment", () => {
    const journal = new SimulatedJournal();
    const log = openLog(journal.disk);
    let endOfPrevious = 0;
    while (log.end.segment < 4) {
      endOfPrevious = log.lastSeq;
      log.append([numberedRecords(log.lastSeq + 1, 10)], 10);
    }
    journal.disk.crash(() => 0);
    const path = `${DIRECTORY}/${MARK_FILE}`;
    const reading = readMark(journal.disk, journal.disk.open(path, "read"), path);
    assert.equal(reading?.mark.seq, endOfPrevious);
  });
});

suite("what does not belong", () => {
  test("a segment of a copy that went its own way is refused: it does not follow from the one before", () => {
    const forks = [0, 12_000].map((shift) => {
      const disk = sound.disk.copy();
      const log = openLog(disk);
      for (let seq = sound.lastSeq; log.end.segment < 6; seq += 6) log.append([numberedRecords(seq + 1 + shift, 6)], 6);
      log.close();
      return disk;
    });
    const path = segmentPath(DIRECTORY, 6);
    const [ours, theirs] = forks;
    const first = new DataView(ours.content(path).buffer).getFloat64(SEGMENT_HEADER_BYTES + 8, true);
    ours.replaceContent(path, theirs.content(path));
    assertRefused(ours, first, path);
  });

  test("a segment of another journal, or under another number, is refused", () => {
    const second = segmentPath(DIRECTORY, 2);
    const first = sound.extents.find(({ path }) => path === second);
    assert.ok(first !== undefined);
    const other = soundJournal().disk.content(second);
    assertRefused(
      changed(second, () => other),
      first.firstSeq,
      second,
    );
    assertRefused(
      changed(second, () => sound.disk.content(segmentPath(DIRECTORY, 3))),
      first.firstSeq,
      second,
    );
  });

  test("a record altered with its checksums made good breaks the chain, which verify recomputes", async () => {
    const { crc32 } = await import("node:zlib");
    const { identityOf } = await import("../../src/journal/identity.ts");
    const target = sound.extents.filter(({ from }) => from > 0)[3];
    const disk = changed(target.path, (content) => {
      const view = new DataView(content.buffer, content.byteOffset);
      content[target.from + 104 + 16] ^= 1;
      view.setUint32(target.from + 20, crc32(content.subarray(target.from + 104, target.to)), true);
      const { salt } = identityOf(content.slice(16, 32));
      view.setUint32(target.from + 100, crc32(content.subarray(target.from, target.from + 100), salt), true);
      return content;
    });
    const { problems } = verifyJournal(DIRECTORY, disk);
    assert.equal(problems[0].seq, target.firstSeq);
    assert.match(problems[0].what, /chain hash/);
  });

  test("several damaged places are all reported, and the walk goes on after each", () => {
    const frames = sound.extents.filter(({ from }) => from > 0);
    const disk = sound.disk.copy();
    for (const extent of [frames[2], frames[7]])
      disk.replaceContent(extent.path, flipped((extent.from + 110) * 8)(disk.content(extent.path).slice()));
    const { problems, frames: walked, lastSeq } = verifyJournal(DIRECTORY, disk);
    assert.deepEqual(
      problems.map(({ seq }) => seq),
      [frames[2].firstSeq, frames[7].firstSeq],
    );
    assert.equal(walked, frames.length - 2);
    assert.equal(lastSeq, sound.lastSeq);
  });
});

suite("the format version", () => {
  const newer = (at: number, checksumAt: number) => async (content: Uint8Array) => {
    const { crc32 } = await import("node:zlib");
    const view = new DataView(content.buffer, content.byteOffset);
    view.setUint32(at, 2, true);
    view.setUint32(checksumAt, crc32(content.subarray(0, checksumAt)), true);
    return content;
  };
  const isVersionTrouble = (error: unknown): boolean => error instanceof Trouble && error.code === "journal-version";

  test("of a newer program is refused, by the mark and by a segment", async () => {
    for (const [path, at, checksumAt] of [
      [`${DIRECTORY}/${MARK_FILE}`, 4, 80],
      [segmentPath(DIRECTORY, 1), 8, 60],
    ] as const) {
      const content = await newer(at, checksumAt)(sound.disk.content(path).slice());
      const disk = changed(path, () => content);
      assert.throws(() => openLog(disk), isVersionTrouble);
      assert.throws(() => verifyJournal(DIRECTORY, disk), isVersionTrouble);
    }
  });
});

suite("a journal checked from a record on", () => {
  const damaged = changed(segmentPath(DIRECTORY, 1), flipped(8 * 200));

  test("opens though an older segment is damaged, says so when that is read, and takes more", () => {
    assert.throws(() => openLog(damaged.copy()), Trouble);
    const journal = new SimulatedJournal(damaged.copy());
    const log = openLog(journal.disk, sound.lastSeq);
    assert.equal(log.lastSeq, sound.lastSeq);
    assert.throws(
      () => journal.readAll(log),
      (error) => error instanceof Trouble && error.code === "journal-corrupt",
    );
    log.append([numberedRecords(sound.lastSeq + 1, 2)], 2);
    assert.equal(log.lastSeq, sound.lastSeq + 2);
  });

  test("still misses a segment before it", () => {
    const disk = sound.disk.copy();
    disk.delete(segmentPath(DIRECTORY, 2));
    assert.throws(() => openLog(disk, sound.lastSeq), /file is missing/);
  });
});
