/** The hash map of pairs, beside a Map. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { PairIndex } from "../../src/base/pair-index.ts";
import { SectionReader } from "../../src/base/state.ts";

const ROWS_MAX = 4096;

class Pairs {
  readonly first = new Uint32Array(ROWS_MAX);
  readonly second = new Uint32Array(ROWS_MAX);
  readonly index = new PairIndex("pairs", () => this, 4);
  size = 0;

  add(a: number, b: number): number {
    this.first[this.size] = a;
    this.second[this.size] = b;
    this.index.insert(this.size);
    return this.size++;
  }
}

/** Few numbers, so that pairs share halves, are each other's mirror and collide; and any number. */
const half = fc.oneof(fc.nat(6), fc.constantFrom(0xffff_ffff, 0x8000_0000, 0x7fff_ffff), fc.nat(0xffff_ffff));

test("finds what a Map finds, before and after it grows and is restored", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(half, half), { maxLength: 120 }),
      fc.array(fc.tuple(half, half), { maxLength: 20 }),
      (entered, asked) => {
        const pairs = new Pairs();
        const map = new Map<string, number>();
        for (const [a, b] of entered) {
          const key = `${a},${b}`;
          assert.equal(pairs.index.find(a, b), map.get(key) ?? -1);
          if (!map.has(key)) map.set(key, pairs.add(a, b));
        }
        const restored = new PairIndex("pairs", () => pairs, 1024);
        restored.restore(new SectionReader(pairs.index.sections()));
        for (const [a, b] of [...entered, ...asked]) {
          assert.equal(pairs.index.find(a, b), map.get(`${a},${b}`) ?? -1);
          assert.equal(restored.find(a, b), map.get(`${a},${b}`) ?? -1);
        }
      },
    ),
    { seed: 10_601, numRuns: 300 },
  );
});

test("dense numbers, as rows of accounts and instruments are, do not pile up", () => {
  const pairs = new Pairs();
  for (let a = 0; a < 64; a++) for (let b = 0; b < 64; b++) pairs.add(a, b);
  for (let a = 0; a < 64; a++) for (let b = 0; b < 64; b++) assert.equal(pairs.index.find(a, b), a * 64 + b);
  assert.equal(pairs.index.find(64, 0), -1);
  assert.ok(pairs.index.byteLength <= (ROWS_MAX / 0.75) * 2 * 4, "at most twice the room that its load needs");
});

test("a restored index goes on growing", () => {
  const pairs = new Pairs();
  for (let row = 0; row < 11; row++) pairs.add(row, 1);
  const sections = pairs.index.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }));
  pairs.index.restore(new SectionReader(sections));
  for (let row = 11; row < 500; row++) pairs.add(row, 1);
  for (let row = 0; row < 500; row++) assert.equal(pairs.index.find(row, 1), row);
});

test("the index is derived: it stays out of the state hash", () => {
  assert.deepEqual(
    new Pairs().index.sections().map(({ derived }) => derived),
    [true, true],
  );
});
