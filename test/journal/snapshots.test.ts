/** Snapshots: the newest good one is found, a damaged one is passed over and named, a half-written one is never seen. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { suite, test } from "node:test";
import { jsonSection, type Section, type SectionReader } from "../../src/base/state.ts";
import { type SnapshotMeta, SnapshotStore } from "../../src/journal/snapshots.ts";
import { SNAPSHOT_SLICE_BYTES } from "../../src/journal/limits.ts";
import { withDirectory } from "./directory.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { chanceFrom } from "./simulated-journal.ts";

const DIRECTORY = "/snapshots";

function metaOf(seq: number): SnapshotMeta {
  return {
    seq,
    stateHash: `state-${seq}`,
    codeVersion: "0.1.0",
    rulebooks: ["net-capital 3"],
    chainHash: `chain-${seq}`,
  };
}

function sectionsOf(seq: number): Section[] {
  return [
    { name: "odd", bytes: new Uint8Array(13).fill(seq) },
    { name: "amounts", bytes: new Uint8Array(new Float64Array(100).fill(seq).buffer) },
    { name: "index", bytes: new Uint8Array(new Int32Array(5).fill(seq).buffer), derived: true },
    jsonSection("names", { seq }),
    { name: "empty", bytes: new Uint8Array(0) },
  ];
}

function assertSections(sections: SectionReader, seq: number): void {
  assert.deepEqual(sections.bytes("odd"), new Uint8Array(13).fill(seq));
  const { buffer, byteOffset } = sections.bytes("amounts");
  assert.deepEqual(new Float64Array(buffer, byteOffset, 100), new Float64Array(100).fill(seq));
  assert.deepEqual(sections.json("names"), { seq });
  assert.equal(sections.bytes("empty").byteLength, 0);
}

function fileOf(seq: number): string {
  return `${DIRECTORY}/${String(seq).padStart(16, "0")}.snapshot`;
}

/** A store on a simulated disk with snapshots of the given records. */
function storeWith(...seqs: number[]): { disk: SimulatedDisk; store: SnapshotStore } {
  const disk = new SimulatedDisk();
  const store = new SnapshotStore(DIRECTORY, disk);
  for (const seq of seqs) store.save(metaOf(seq), sectionsOf(seq));
  return { disk, store };
}

suite("the snapshot store", () => {
  test("gives back what was saved, on the real disk, and keeps the newest three", () =>
    withDirectory(async (directory) => {
      const store = new SnapshotStore(`${directory}/snapshots`);
      assert.deepEqual([store.list(), store.latest(() => true)], [[], { skipped: [] }]);
      for (const seq of [5, 20, 100, 1_000_000]) store.save(metaOf(seq), sectionsOf(seq));
      assert.deepEqual(
        store.list().map(({ seq }) => seq),
        [1_000_000, 100, 20],
      );
      const { snapshot, skipped } = store.latest(() => true);
      assert.deepEqual(snapshot?.meta, metaOf(1_000_000));
      assertSections(snapshot.sections, 1_000_000);
      assert.deepEqual(skipped, []);
      assert.equal(readdirSync(`${directory}/snapshots`).length, 3);
    }));

  test("holds sections larger than a slice", () => {
    const { store } = storeWith();
    const bytes = new Uint8Array(SNAPSHOT_SLICE_BYTES * 2 + 12_345);
    for (let index = 0; index < bytes.length; index++) bytes[index] = index * 31;
    store.save(metaOf(1), [{ name: "large", bytes }]);
    const { snapshot } = store.latest(() => true);
    assert.ok(snapshot !== undefined && Buffer.compare(snapshot.sections.bytes("large"), bytes) === 0);
  });

  test("passes over what is not accepted, such as a snapshot of another journal, and says so", () => {
    const { store } = storeWith(10, 20, 30);
    const { snapshot, skipped } = store.latest(({ chainHash }) => chainHash === "chain-10");
    assert.equal(snapshot?.meta.seq, 10);
    assert.deepEqual(
      skipped.map(({ file }) => file),
      [fileOf(30), fileOf(20)],
    );
    assert.match(skipped[0].reason, /record 30 does not belong/);
  });

  test("falls back to an older snapshot for a flipped bit anywhere that matters", () => {
    const { disk } = storeWith(10, 20);
    const sound = disk.content(fileOf(20));
    let harmless = 0;
    for (let at = 0; at < sound.byteLength; at++) {
      const damaged = disk.copy();
      const content = sound.slice();
      content[at] ^= 1 << (at % 8);
      damaged.replaceContent(fileOf(20), content);
      const { snapshot, skipped } = new SnapshotStore(DIRECTORY, damaged).latest(() => true);
      assert.ok(snapshot !== undefined);
      assertSections(snapshot.sections, snapshot.meta.seq);
      if (snapshot.meta.seq === 20) harmless++;
      else
        assert.deepEqual(
          skipped.map(({ file }) => file),
          [fileOf(20)],
        );
    }
    assert.ok(harmless <= 64 + 5 * 8, "only the first line of the file and padding carry nothing");
  });

  test("falls back for a file cut short anywhere, and for one of another format", () => {
    const { disk } = storeWith(10, 20);
    const sound = disk.content(fileOf(20)).slice();
    for (let length = 0; length < sound.byteLength; length += 17) {
      disk.replaceContent(fileOf(20), sound.slice(0, length));
      assert.equal(new SnapshotStore(DIRECTORY, disk).latest(() => true).snapshot?.meta.seq, 10);
    }
  });

  test("is sound after a crash at any step of saving: the new snapshot or the old ones", () => {
    const whole = storeWith(10, 20, 30);
    const before = whole.disk.copy();
    whole.store.save(metaOf(40), sectionsOf(40));
    const steps = whole.disk.steps;
    for (let step = 1; step <= steps; step++) {
      const disk = before.copy();
      disk.fault = { atStep: step, kind: step % 2 === 0 ? "power-loss" : "ENOSPC" };
      const store = new SnapshotStore(DIRECTORY, disk);
      try {
        store.save(metaOf(40), sectionsOf(40));
      } catch {
        // The plug was pulled, or the disk was full.
      }
      disk.crash(chanceFrom(step));
      const { snapshot } = store.latest(() => true);
      assert.ok(snapshot !== undefined && (snapshot.meta.seq === 40 || snapshot.meta.seq === 30));
      assertSections(snapshot.sections, snapshot.meta.seq);
      store.save(metaOf(50), sectionsOf(50));
      assert.equal(disk.list(DIRECTORY).length, 3, "what the crash left is cleared away");
    }
  });
});
