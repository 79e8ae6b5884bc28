/** Year fractions and the small curve of rates. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Day } from "../../src/base/time.ts";
import { parseDay } from "../../src/base/time.ts";
import { RateCurve, yearFraction } from "../../src/pricing/rates.ts";

test("a year fraction counts days and divides by 365, leap years too", () => {
  assert.equal(yearFraction(parseDay("2026-03-02"), parseDay("2027-03-02")), 1);
  assert.equal(yearFraction(parseDay("2024-01-01"), parseDay("2025-01-01")), 366 / 365);
  assert.equal(yearFraction(parseDay("2026-03-02"), parseDay("2026-03-02")), 0);
  assert.equal(yearFraction(parseDay("2026-03-03"), parseDay("2026-03-02")), -1 / 365);
});

test("a curve is straight between its points and flat outside", () => {
  const curve = new RateCurve([
    { day: 130 as Day, rate: 0.05 },
    { day: 100 as Day, rate: 0.02 },
    { day: 190 as Day, rate: 0.03 },
  ]);
  assert.deepEqual(
    [50, 100, 110, 130, 145, 190, 5000].map((day) => Number(curve.rate(day as Day).toFixed(12))),
    [0.02, 0.02, 0.03, 0.05, 0.045, 0.03, 0.03],
  );
  assert.equal(new RateCurve([{ day: 7 as Day, rate: -0.01 }]).rate(1000 as Day), -0.01);
});

test("a curve without points, or with two rates for a day, is a mistake", () => {
  assert.throws(() => new RateCurve([]), /at least one point/);
  const point = { day: 7 as Day, rate: 0.01 };
  assert.throws(() => new RateCurve([point, point]), /one rate for a day/);
});
