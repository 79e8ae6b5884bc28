/** Rates in the words of the rules, as exact ratios. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import type { Cents } from "../../src/base/money.ts";
import { formatRate, parseRate, portion, rate } from "../../src/base/rate.ts";

test("the rules' own words", () => {
  const cases: [text: string, numerator: number, denominator: number, formatted: string][] = [
    ["15%", 3, 20, "15%"],
    ["100%", 1, 1, "100%"],
    ["0%", 0, 1, "0%"],
    ["2.5%", 1, 40, "2 1/2%"],
    ["1/2%", 1, 200, "1/2%"],
    ["1/2 of 1%", 1, 200, "1/2%"],
    ["6 2/3%", 1, 15, "6 2/3%"],
    [" 7 % ", 7, 100, "7%"],
    ["1/8 of 1%", 1, 800, "1/8%"],
    ["33 1/3%", 1, 3, "33 1/3%"],
    ["0.000001%", 1, 100_000_000, "1/1000000%"],
    ["999999 999998/999999%", 999_998_999_999, 99_999_900, "999999 999998/999999%"],
  ];
  for (const [text, numerator, denominator, formatted] of cases) {
    const parsed = parseRate(text);
    assert.equal(BigInt(parsed.numerator) * BigInt(denominator), BigInt(numerator) * BigInt(parsed.denominator), text);
    assert.equal(formatRate(parsed), formatted, text);
  }
});

test("what is no rate is refused", () => {
  for (const text of [
    "15",
    "0.15",
    "-5%",
    "1/0%",
    "%",
    "1.%",
    "1 2 %",
    "1.1234567%",
    "1/2",
    "5 of 1%",
    "1000000%",
    "٥%",
    "",
    undefined,
    null,
    0.15,
  ]) {
    assert.throws(
      () => parseRate(text, "coupon"),
      (error) => error instanceof Trouble && error.details.field === "coupon",
      String(text),
    );
  }
});

test("a rate reads back from what it is written as, in lowest terms", () => {
  const part = fc.nat(999_999);
  fc.assert(
    fc.property(part, part, fc.integer({ min: 1, max: 999_999 }), (whole, top, bottom) => {
      const parsed = parseRate(`${whole} ${top}/${bottom}%`);
      assert.equal(
        BigInt(parsed.numerator) * BigInt(bottom) * 100n,
        (BigInt(whole) * BigInt(bottom) + BigInt(top)) * BigInt(parsed.denominator),
      );
      assert.deepEqual(rate(parsed.numerator, parsed.denominator), parsed);
      if (parsed.numerator * 100 < 1_000_000 * parsed.denominator)
        assert.deepEqual(parseRate(formatRate(parsed)), parsed);
    }),
    { seed: 10_201, numRuns: 1000 },
  );
});

test("decimals and fractions of a percent say the same", () => {
  fc.assert(
    fc.property(fc.nat(999_999), fc.nat(999_999), (whole, millionths) => {
      const decimal = parseRate(`${whole}.${String(millionths).padStart(6, "0")}%`);
      const exact = BigInt(whole) * 1_000_000n + BigInt(millionths);
      assert.equal(BigInt(decimal.numerator) * 100_000_000n, exact * BigInt(decimal.denominator));
    }),
    { seed: 10_202, numRuns: 1000 },
  );
});

test("a portion is rounded once, half to even", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e14, max: 1e14 }),
      fc.nat(999),
      fc.integer({ min: 1, max: 9999 }),
      (amount, top, bottom) => {
        const by = rate(top, bottom * 10);
        const product = BigInt(amount) * BigInt(by.numerator) * 2n;
        const twice = BigInt(portion(amount as Cents, by)) * BigInt(by.denominator) * 2n;
        const off = product > twice ? product - twice : twice - product;
        assert.ok(off <= BigInt(by.denominator), "within half a cent");
        if (off === BigInt(by.denominator))
          assert.ok(portion(amount as Cents, by) % 2 === 0, "and even where it is half way");
      },
    ),
    { seed: 10_203, numRuns: 2000 },
  );
  assert.equal(portion(1_000_050 as Cents, parseRate("15%")), 150_008);
  assert.equal(portion(250 as Cents, parseRate("1%")), 2);
  assert.equal(portion(350 as Cents, parseRate("1%")), 4);
});
