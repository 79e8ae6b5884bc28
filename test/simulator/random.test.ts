import assert from "node:assert/strict";
import { test } from "node:test";
import { hashText, Random, spread, WeightedChoice } from "../../src/simulator/random.ts";

test("the same seed and label give the same numbers, another label others", () => {
  const draw = (seed: number, label: string) =>
    Array.from(
      { length: 5 },
      (
        (random) => () =>
          random.uint32()
      )(new Random(seed, label)),
    );
  assert.deepEqual(draw(1, "flow"), draw(1, "flow"));
  assert.notDeepEqual(draw(1, "flow"), draw(2, "flow"));
  assert.notDeepEqual(draw(1, "flow"), draw(1, "cash"));
});

test("the generator is pinned: a stored demo must resume with the numbers it started with", () => {
  const random = new Random(1, "pinned");
  assert.deepEqual([random.uint32(), random.uint32(), random.uint32()], [665_709_762, 1_271_445_417, 1_765_591_452]);
  assert.equal(hashText("AAPL"), 27_806_336);
});

test("fractions are even", () => {
  const random = new Random(3, "even");
  const buckets = new Uint32Array(10);
  for (let draw = 0; draw < 100_000; draw++) buckets[Math.floor(random.fraction() * 10)]++;
  for (const count of buckets) assert.ok(Math.abs(count - 10_000) < 400, `${count} of 10,000`);
});

test("spreads of symbols are even, and independent between salts", () => {
  const symbols = Array.from({ length: 4000 }, (_, number) => `S${number}`);
  const low = symbols.filter((symbol) => spread(symbol, "low") < 0.5);
  const both = low.filter((symbol) => spread(symbol, "high") < 0.5);
  assert.ok(Math.abs(low.length - 2000) < 150, `${low.length} of 2,000`);
  assert.ok(Math.abs(both.length - 1000) < 120, `${both.length} of 1,000`);
});

test("a weighted choice draws in proportion, and never what has no weight", () => {
  const choice = new WeightedChoice([1, 0, 3, 6]);
  const random = new Random(5, "weights");
  const counts = new Uint32Array(4);
  for (let draw = 0; draw < 50_000; draw++) counts[choice.draw(random)]++;
  assert.equal(counts[1], 0);
  for (const [index, share] of [
    [0, 0.1],
    [2, 0.3],
    [3, 0.6],
  ] as const) {
    assert.ok(Math.abs(counts[index] / 50_000 - share) < 0.01, `${counts[index]} at ${index}`);
  }
});
