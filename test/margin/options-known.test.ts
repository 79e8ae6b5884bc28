/**
 * From eight legs to forty: what a general solver of mixed-integer programs found to be the least; and one price after
 * another, where what is known of a group never changes an answer.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { optionsGroup } from "../../src/margin/options/group-answer.ts";
import { KnownPairing } from "../../src/margin/options/known-pairing.ts";
import { fullBook, ticking } from "./options-chain.ts";

test("what is known of a group from other prices does not change its answer", () => {
  for (const seed of [1, 2, 10, 13, 27]) {
    const { group, context } = fullBook(seed, 40);
    assert.equal(group.holdings.filter(({ instrument }) => instrument !== group.underlying).length, 40);
    const known = new KnownPairing();
    const tick = ticking(context, group.underlying, seed);
    for (let ticks = 0; ticks < 12; ticks++) {
      const now = tick();
      const answer = optionsGroup(group, now, { known });
      assert.deepEqual(answer, optionsGroup(group, now));
      assert.deepEqual(optionsGroup(group, now, { known }), answer, "nor when it is asked twice");
      assert.equal(answer.provenWithin, 0);
    }
  }
});

test("what is known is dropped where the legs are others", () => {
  const known = new KnownPairing();
  for (const legs of [40, 39, 12, 40]) {
    const { group, context } = fullBook(4, legs);
    assert.deepEqual(optionsGroup(group, context, { known }), optionsGroup(group, context));
  }
});

test("what is known of one purpose does not answer for the other", () => {
  const { group, context } = fullBook(10, 40);
  const known = new KnownPairing();
  for (const purpose of ["maintenance", "initial", "maintenance"] as const)
    assert.deepEqual(optionsGroup(group, context, { purpose, known }), optionsGroup(group, context, { purpose }));
});

/**
 * Requirement less what it adds to equity, in dollars, by seed: the optimum of the program as the document states it, with
 * every row and one column for each pair of a straddle, by HiGHS 1.15 with no gap.
 */
const LEAST: readonly (readonly [number, number])[] = [
  [1, 170319.3],
  [2, 164267.4],
  [5, 115633.2],
  [6, 78459.7],
  [7, 108922.2],
  [9, 184735.5],
  [10, 164068.6],
  [11, 107117.4],
  [12, 146790.7],
  [13, 111684.1],
  [15, 83111.4],
  [16, 224234.8],
  [17, 116215.8],
  [18, 72007.4],
  [20, 92691.1],
  [21, 163126.6],
  [23, 57765.6],
  [26, 276348.1],
  [27, 102187.5],
  [28, 121574.3],
  [29, 152070.6],
  [30, 208352.0],
  [31, 159240.4],
  [32, 90673.4],
  [34, 155968.7],
  [35, 168284.3],
  [36, 162172.9],
  [37, 106766.8],
  [39, 120574.8],
  [46, 119262.2],
  [53, 89435.3],
  [59, 140945.6],
  [60, 136046.2],
];

test("forty legs ask what another solver finds to be the least, to the cent", () => {
  for (const [seed, least] of LEAST) {
    const { group, context } = fullBook(seed, 40);
    const { requirement, equityAdjustment, provenWithin } = optionsGroup(group, context);
    assert.ok(Math.abs(requirement - equityAdjustment - least * 100) <= 1, `book ${seed}: ${least}`);
    assert.equal(provenWithin, 0);
  }
});

/**
 * Seed, legs, and requirement less what it adds to equity, in dollars, of groups too large to try every partition of. Each is
 * the optimum that HiGHS 1.15 (python package highspy, both gaps zero) found for a program written from the document alone, in
 * another language: each contract in exactly one of all strategies as the table there has them; a column for each pair of a
 * straddle; a spread for each day on which a short expires, with a row for each exercise price of the group.
 */
const LEAST_BY_SIZE: readonly (readonly [number, number, number])[] = [
  [101, 8, 5956.8],
  [102, 8, 28152.5],
  [103, 9, 5341.5],
  [104, 10, 43017.3],
  [105, 11, 39419.75],
  [106, 12, 19737.2],
  [107, 12, 24152.9],
  [108, 13, 13045.6],
  [109, 14, 48590.2],
  [110, 15, 76811.4],
  [111, 16, 49485.8],
  [112, 16, 61932.7],
  [113, 17, 51235.35],
  [114, 18, 111453.9],
  [115, 19, 76472.4],
  [116, 20, 68289.8],
  [117, 20, 72569.3],
  [118, 21, 46879.8],
  [119, 22, 77966.5],
  [120, 23, 123579.2],
  [121, 24, 81686.4],
  [122, 24, 93571.9],
  [123, 25, 61868.2],
  [124, 26, 118842],
  [125, 27, 92675.6],
  [126, 28, 62536.6],
  [127, 28, 86606.5],
  [128, 29, 91560.3],
  [129, 30, 62030.2],
  [130, 31, 87772.8],
  [131, 32, 128186.9],
  [132, 32, 122801.4],
  [133, 33, 116454.2],
  [134, 34, 101966.8],
  [135, 35, 74380],
  [136, 36, 192780.4],
  [137, 36, 62999.2],
  [138, 37, 114498.5],
  [139, 38, 121796.4],
  [140, 39, 156202.9],
];

test("from eight legs to thirty-nine they ask what an independent program says is the least, to the cent", () => {
  for (const [seed, legs, least] of LEAST_BY_SIZE) {
    const { group, context } = fullBook(seed, legs);
    assert.equal(group.holdings.filter(({ instrument }) => instrument !== group.underlying).length, legs);
    const { requirement, equityAdjustment, provenWithin } = optionsGroup(group, context);
    assert.equal(requirement - equityAdjustment, Math.round(least * 100), `book ${seed} of ${legs} legs`);
    assert.equal(provenWithin, 0);
  }
});
