import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Day, parseDay } from "../../src/base/time.ts";
import { billPrice, curveBetween, notePrice, treasuryPrice, yieldAt } from "../../src/simulator/treasury-price.ts";

const day = parseDay;
const close = (actual: number, expected: number, within = 1e-9): void => {
  assert.ok(Math.abs(actual - expected) <= within, `${actual}, expected ${expected}`);
};

test("a note whose coupon is its yield is worth par on a coupon day", () => {
  for (const coupon of [0.00625, 0.02, 0.0475]) {
    const { clean, accrued } = notePrice({ maturity: day("2025-08-15"), coupon }, day("2015-08-15"), coupon);
    close(clean, 100);
    assert.equal(accrued, 0);
  }
});

test("on a coupon day a note is worth its annuity plus its principal", () => {
  const [coupon, rate, periods] = [0.03, 0.0425, 14];
  const discount = (1 + rate / 2) ** -periods;
  const annuity = (1 - discount) / (rate / 2);
  close(
    notePrice({ maturity: day("2022-02-15"), coupon }, day("2015-02-15"), rate).clean,
    1.5 * annuity + 100 * discount,
  );
});

test("between coupon days, by the discount factors written out", () => {
  // 2 % of 15 August 2018, on 24 November 2015: 83 of the 182 days since 15 August are left to 15 February 2016.
  const [rate, left] = [0.013, 83 / 184];
  const growth = 1 + rate / 2;
  let dirty = 0;
  for (let period = 0; period < 6; period++) dirty += 1 / growth ** (left + period);
  dirty += 100 / growth ** (left + 5);
  const { clean, accrued } = notePrice({ maturity: day("2018-08-15"), coupon: 0.02 }, day("2015-11-24"), rate);
  close(accrued, 1 - left);
  close(clean, dirty - (1 - left));
});

test("in the last half-year interest is simple", () => {
  const left = 91 / 184;
  const { clean } = notePrice({ maturity: day("2015-11-15"), coupon: 0.04 }, day("2015-08-16"), 0.01);
  close(clean, 102 / (1 + (left * 0.01) / 2) - 2 * (1 - left));
});

test("bills: simple interest to half a year, then compounded", () => {
  close(billPrice(day("2015-11-23"), day("2015-08-24"), 0.01), 100 / (1 + (0.01 * 91) / 365));
  const years = 333 / 365;
  close(billPrice(day("2016-07-22"), day("2015-08-24"), 0.0036), 100 / (1.0018 * (1 + 0.0036 * (years - 0.5))));
});

test("a price falls when its yield rises", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 11_000 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 900 }),
      (days, eighths, points) => {
        const [start, rate] = [day("2015-08-24"), points / 10_000];
        const terms = { maturity: (start + days) as Day, coupon: eighths / 800 };
        const price = (at: number) => treasuryPrice(terms, start, { years: [1], yields: [at] });
        assert.ok(price(rate + 0.0001) < price(rate));
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

test("the curve is straight between its points and level beyond them", () => {
  const curve = { years: [1, 2, 5], yields: [0.01, 0.02, 0.05] };
  assert.deepEqual(
    [0.1, 1, 1.5, 4, 5, 30].map((years) => Math.round(yieldAt(curve, years) * 1e6)),
    [10_000, 10_000, 15_000, 40_000, 50_000, 50_000],
  );
  const middle = curveBetween(curve, { ...curve, yields: [0.03, 0.02, 0.01] }, 0.5).yields;
  for (const [index, expected] of [0.02, 0.02, 0.03].entries()) close(middle[index], expected);
});

test("a matured security has no price", () => {
  assert.throws(
    () => notePrice({ maturity: day("2015-08-15"), coupon: 0.02 }, day("2015-08-15"), 0.01),
    /before its maturity/,
  );
});
