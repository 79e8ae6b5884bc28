/** The grid beside the plain tree and beside itself: one option at a time, in another order, on another machine. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { americanValue } from "../../src/pricing/american.ts";
import { europeanValue } from "../../src/pricing/black-scholes.ts";
import { OptionGrid } from "../../src/pricing/option-grid.ts";
import { plainTreeValue } from "../../src/pricing/plain-tree.ts";
import type { OptionTerms } from "../../src/pricing/terms.ts";
import { americanTerms, near } from "./terms.ts";

/** The points of 15c3-1a(b)(1) for equities: −15% to +15% in steps of 3%. */
const MOVES = [-0.15, -0.12, -0.09, -0.06, -0.03, 0.03, 0.06, 0.09, 0.12, 0.15];
const SMALL = { options: 8, underlyings: 2, points: 10, dividends: 8, steps: 51 };
const OPTION: OptionTerms = { right: "put", strike: 100, years: 0.5, volatility: 0.3, rate: 0.05, dividendYield: 0.01 };

function around(spot: number): number[] {
  return MOVES.map((move) => spot * (1 + move));
}

test("a grid says what its options say one by one", () => {
  const options = fc.sample(americanTerms(), { seed: 7, numRuns: 40 });
  const grid = new OptionGrid({ ...SMALL, options: 80 });
  grid.setSpots(0, around(110));
  for (const [index, option] of options.entries()) {
    grid.setOption(2 * index, 0, "american", option);
    grid.setOption(2 * index + 1, 0, "european", option);
  }
  grid.revalue();
  for (const [index, option] of options.entries()) {
    for (const [point, spot] of around(110).entries()) {
      assert.equal(grid.value(2 * index, point), americanValue(spot, option), "in company or alone: the same bits");
      near(grid.value(2 * index + 1, point), europeanValue(spot, option), 1e-11 * spot);
    }
  }
});

test("the same bits on every machine", () => {
  const options = fc.sample(americanTerms(), { seed: 9, numRuns: 200 });
  const grid = new OptionGrid({ ...SMALL, options: 200 });
  grid.setSpots(0, around(100));
  grid.setSpots(1, around(90));
  grid.setDividends(1, [
    { years: 0.1, amount: 0.5 },
    { years: 0.35, amount: 0.5 },
  ]);
  for (const [index, option] of options.entries()) grid.setOption(index, index % 2, "american", option);
  grid.revalue();
  const { values } = grid;
  assert.ok(values.every((value) => value >= 0));
  const hash = createHash("sha256").update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  assert.equal(hash.digest("hex").slice(0, 16), "2b4c8bcdcaca5da9");
});

test("the kernel's tree is the plain one, digit by digit", () => {
  fc.assert(
    fc.property(
      americanTerms(),
      fc.double({ min: 60, max: 160, noNaN: true }),
      fc.array(fc.record({ years: fc.double({ min: 0.01, max: 2, noNaN: true }), amount: fc.constantFrom(0.3, 1.1) }), {
        minLength: 1,
        maxLength: 6,
      }),
      (option, spot, some) => {
        // So far from the strike that nothing is left to chance, the plain tree has no digits left.
        fc.pre(Math.abs(Math.log(spot / option.strike)) < 5 * option.volatility * Math.sqrt(option.years));
        // The first step of the option's life always pays, which leaves no room for another number of steps to be the better.
        const dividends = [{ years: 1e-13, amount: 0.2 }, ...some.toSorted((a, b) => a.years - b.years)];
        const grid = new OptionGrid({ options: 1, underlyings: 1, points: 1, dividends: 8, steps: 41 });
        grid.setSpots(0, [spot]);
        grid.setDividends(0, dividends);
        grid.setOption(0, 0, "american", option);
        grid.revalue();
        const plain = [41, 43, 45, 47, 49, 51].map((steps) =>
          plainTreeValue(spot, option, { steps, style: "american", dividends }),
        );
        const off = Math.min(...plain.map((value) => Math.abs(value - grid.value(0, 0))));
        assert.ok(off < 1e-9 * spot, `${grid.value(0, 0)} is none of ${plain.join()}`);
      },
    ),
    { seed: 12, numRuns: 150 },
  );
});

test("a European option with cash dividends is the closed form on the escrowed spot", () => {
  const dividends = [
    { years: 0.1, amount: 1 },
    { years: 0.6, amount: 50 },
  ];
  const grid = new OptionGrid(SMALL);
  grid.setSpots(0, around(100));
  grid.setDividends(0, dividends);
  grid.setOption(0, 0, "european", OPTION);
  grid.revalue();
  for (const [point, spot] of around(100).entries()) {
    near(grid.value(0, point), europeanValue(spot, OPTION, dividends), 1e-11 * spot);
  }
});

test("new spots, terms and dividends replace the old ones, for what they concern", () => {
  const grid = new OptionGrid(SMALL);
  const values = (option: number) => MOVES.map((_, point) => grid.value(option, point));
  const alone = (terms: OptionTerms, spot: number) => around(spot).map((at) => americanValue(at, terms));
  grid.setSpots(0, around(100));
  grid.setSpots(1, around(50));
  grid.setOption(0, 0, "american", OPTION);
  grid.setOption(1, 1, "american", OPTION);
  grid.revalue();
  grid.setSpots(0, around(95));
  grid.revalue(0, 1);
  assert.deepEqual(values(0), alone(OPTION, 95));
  assert.deepEqual(values(1), alone(OPTION, 50));
  const wilder = { ...OPTION, volatility: 0.6 };
  grid.setOption(0, 1, "american", wilder);
  grid.setOption(0, 0, "american", wilder);
  grid.revalue();
  assert.deepEqual(values(0), alone(wilder, 95));
  grid.setDividends(0, [{ years: 0.2, amount: 3 }]);
  grid.revalue();
  assert.ok(grid.value(0, 4) > americanValue(95 * 0.97, wilder) + 0.5, "a put is dearer where the stock pays");
  assert.deepEqual(values(1), alone(OPTION, 50), "another stock's dividend");
  grid.setDividends(0, []);
  grid.revalue();
  assert.deepEqual(values(0), alone(wilder, 95));
});

test("unknown stays unknown: no terms, no spot, no volatility, no option any more", () => {
  const grid = new OptionGrid({ ...SMALL, points: 3 });
  grid.setSpots(0, [90, Number.NaN, 0]);
  for (const [index, style] of (["american", "european"] as const).entries()) grid.setOption(index, 0, style, OPTION);
  grid.setOption(2, 0, "american", { ...OPTION, volatility: Number.NaN });
  grid.setOption(3, 1, "american", OPTION);
  grid.setOption(4, 0, "american", { ...OPTION, years: 0 });
  grid.setOption(5, 0, "american", OPTION);
  grid.clearOption(5);
  grid.revalue();
  for (const option of [0, 1]) {
    assert.ok(grid.value(option, 0) > 10);
    assert.ok(Number.isNaN(grid.value(option, 1)) && Number.isNaN(grid.value(option, 2)), `option ${option}`);
  }
  for (const option of [2, 3, 5, 6]) assert.ok(Number.isNaN(grid.value(option, 0)), `option ${option}`);
  assert.equal(grid.value(4, 0), 10, "at expiry");
  assert.ok(Number.isNaN(grid.value(4, 1)));
});

test("a grid has room for what it was made for and no more", () => {
  const grid = new OptionGrid(SMALL);
  assert.throws(() => grid.setOption(8, 0, "american", OPTION), /room for the option/);
  assert.throws(() => grid.setOption(0, 2, "american", OPTION), /room for the underlying/);
  assert.throws(() => grid.setSpots(0, [1, 2]), /one spot for each point/);
  const late = [
    { years: 0.5, amount: 1 },
    { years: 0.2, amount: 1 },
  ];
  assert.throws(() => grid.setDividends(0, late), /in order of time/);
  assert.throws(() => new OptionGrid({ ...SMALL, steps: 50 }), /odd/);
});
