/** Decimal strings and whole units, exactly, beside big integers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { formatDecimal, parseDecimal } from "../../src/base/decimal.ts";
import { Trouble } from "../../src/base/errors.ts";

function outcome(action: () => number): number | string {
  try {
    return action();
  } catch (error) {
    assert.ok(error instanceof Trouble);
    return error.code;
  }
}

/** The obvious way, by a pattern and big integers. */
function slowParse(text: string, scale: number): number | string {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return "bad-value";
  const [, sign, whole = "", fraction = ""] = match;
  if (!/^0*$/.test(fraction.slice(scale))) return "not-exact";
  const units = BigInt(whole + fraction.slice(0, scale).padEnd(scale, "0"));
  if (units > BigInt(Number.MAX_SAFE_INTEGER)) return "not-exact";
  return Number(units) === 0 ? 0 : Number(sign === "-" ? -units : units);
}

test("examples", () => {
  const cases: [text: string, scale: number, outcome: number | string][] = [
    ["12.34", 2, 1234],
    ["12.3", 2, 1230],
    ["12", 2, 1200],
    ["-0.01", 2, -1],
    ["+5", 0, 5],
    ["007", 0, 7],
    ["-0", 4, 0],
    ["1.2300000", 2, 123],
    ["1.234", 2, "not-exact"],
    ["0.5", 0, "not-exact"],
    ["9007199254740991", 0, 9_007_199_254_740_991],
    ["9007199254740992", 0, "not-exact"],
    ["9007199254740993", 0, "not-exact"],
    ["90071992547409.92", 2, "not-exact"],
    ["0000000000000000000001", 0, 1],
    ["", 2, "bad-value"],
    ["-", 2, "bad-value"],
    [".", 2, "bad-value"],
    [".5", 2, "bad-value"],
    ["5.", 2, "bad-value"],
    ["1.2.3", 2, "bad-value"],
    ["1e3", 2, "bad-value"],
    [" 1", 2, "bad-value"],
    ["1,000", 2, "bad-value"],
    ["--1", 2, "bad-value"],
    ["٣", 0, "bad-value"],
    ["0x10", 0, "bad-value"],
    ["Infinity", 0, "bad-value"],
  ];
  for (const [text, scale, expected] of cases)
    assert.equal(
      outcome(() => parseDecimal(text, scale)),
      expected,
      `"${text}" at ${scale}`,
    );
});

test("any text reads as it does the obvious way", () => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789".split("")), maxLength: 18 });
  const decimal = fc
    .tuple(fc.constantFrom("", "-", "+"), digits, fc.constantFrom("", "."), digits)
    .map((parts) => parts.join(""));
  const noise = fc.string({ unit: fc.constantFrom(..."019.-+e ,".split("")), maxLength: 8 });
  fc.assert(
    fc.property(fc.oneof(decimal, noise), fc.nat(15), (text, scale) => {
      assert.equal(
        outcome(() => parseDecimal(text, scale)),
        slowParse(text, scale),
      );
    }),
    { seed: 10_001, numRuns: 5000 },
  );
});

test("what is written reads back, at its shortest and with decimals kept", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.nat(15), fc.nat(15), (units, scale, minimum) => {
      const shortest = formatDecimal(units, scale);
      assert.equal(parseDecimal(shortest, scale), units);
      assert.doesNotMatch(shortest, /^-?0\d|\.$|\.\d*0$|^-0(\.0*)?$/);
      const kept = formatDecimal(units, scale, minimum);
      assert.equal(parseDecimal(kept, scale), units);
      assert.ok((kept.split(".")[1] ?? "").length >= Math.min(minimum, scale));
    }),
    { seed: 10_002, numRuns: 3000 },
  );
  assert.equal(formatDecimal(1250, 3), "1.25");
  assert.equal(formatDecimal(-5, 2, 2), "-0.05");
  assert.equal(formatDecimal(500, 2, 2), "5.00");
  assert.equal(formatDecimal(-0, 2), "0");
});

test("a refusal names the field, the value and the limit", () => {
  assert.throws(
    () => parseDecimal("1.234", 2, "price"),
    /^Trouble: price = "1\.234": too many decimals; expected at most 2 decimals$/,
  );
  assert.throws(() => parseDecimal("99999999999999999", 2, "price"), /expected at most 90071992547409\.91$/);
});
