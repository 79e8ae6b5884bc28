/** Options drawn by chance, and the comparison of two figures: what the tests of this folder share. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { OptionTerms } from "../../src/pricing/terms.ts";

function between(min: number, max: number): fc.Arbitrary<number> {
  return fc.double({ min, max, noNaN: true });
}

function drawn(volatility: fc.Arbitrary<number>, rate: fc.Arbitrary<number>, years: fc.Arbitrary<number>) {
  return fc.record<OptionTerms>({
    right: fc.constantFrom("call", "put"),
    strike: between(50, 200),
    years,
    volatility,
    rate,
    dividendYield: fc.oneof(fc.constant(0), rate),
  });
}

/** European options, negative rates among them. */
export function europeanTerms(): fc.Arbitrary<OptionTerms> {
  return drawn(between(0.05, 1.2), between(-0.03, 0.12), between(0.02, 3));
}

/** American options as they are listed: up to three years, 5% to 120% of volatility, rates and yields up to 10%. */
export function americanTerms(): fc.Arbitrary<OptionTerms> {
  return drawn(between(0.05, 1.2), between(0, 0.1), between(0.005, 3));
}

/** Asserts that two figures differ by no more than `tolerance`. */
export function near(actual: number, expected: number, tolerance: number, what = ""): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what} ${actual} is not ${expected} ± ${tolerance}`.trimStart(),
  );
}
