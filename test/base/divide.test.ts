/** The one place where money is rounded, beside big integers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { multiplyDivide } from "../../src/base/divide.ts";

const DIVISOR_MAX = 2 ** 52;

/** a × b ÷ divisor, half to even, by big integers; NaN past 2^53 - 1. */
function slow(a: number, b: number, divisor: number): number {
  const product = BigInt(a) * BigInt(b);
  const magnitude = product < 0n ? -product : product;
  const wide = BigInt(divisor);
  let whole = magnitude / wide;
  const twice = (magnitude % wide) * 2n;
  if (twice > wide || (twice === wide && whole % 2n === 1n)) whole++;
  if (whole > BigInt(Number.MAX_SAFE_INTEGER)) return Number.NaN;
  return whole === 0n ? 0 : Number(product < 0n ? -whole : whole);
}

/** Whole numbers of every size up to `max`: as many of each bit length, and the edges. */
function sized(max: number, min = 0): fc.Arbitrary<number> {
  const bits = Math.floor(Math.log2(max));
  const any = fc.tuple(
    fc.integer({ min: 0, max: bits }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  );
  const edges = fc
    .tuple(fc.integer({ min: 0, max: bits }), fc.integer({ min: -2, max: 2 }))
    .map(([bit, by]) => 2 ** bit + by);
  return fc
    .oneof(
      any.map(([bit, part]) => Math.floor(2 ** bit * (1 + part))),
      edges,
    )
    .map((value) => Math.min(max, Math.max(min, value)));
}

const signed = fc
  .tuple(sized(Number.MAX_SAFE_INTEGER), fc.boolean())
  .map(([value, negative]) => (negative ? -value : value));

test("the same as by big integers, for operands of every size", () => {
  fc.assert(
    fc.property(signed, signed, sized(DIVISOR_MAX, 1), (a, b, divisor) => {
      assert.equal(multiplyDivide(a, b, divisor), slow(a, b, divisor));
    }),
    { seed: 10_101, numRuns: 30_000 },
  );
});

test("the same for quantity × price ÷ scale, where the result is near the edge or half way", () => {
  const scales = fc.constantFrom(1, 2, 3, 7, 100, 1e6, 1e8, 1e12, 1e14, 10_000_000_007, DIVISOR_MAX);
  fc.assert(
    fc.property(
      sized(Number.MAX_SAFE_INTEGER, 1),
      scales,
      sized(Number.MAX_SAFE_INTEGER),
      fc.integer({ min: -1, max: 1 }),
      (x, divisor, result, nudge) => {
        // chosen so that x × y ÷ divisor is close to result + 1/2
        const y = Math.min(
          Number.MAX_SAFE_INTEGER,
          Math.max(0, Number(((2n * BigInt(result) + 1n) * BigInt(divisor)) / (2n * BigInt(x))) + nudge),
        );
        if (!Number.isSafeInteger(y)) return;
        assert.equal(multiplyDivide(x, y, divisor), slow(x, y, divisor));
        assert.equal(multiplyDivide(-x, y, divisor), slow(-x, y, divisor));
      },
    ),
    { seed: 10_102, numRuns: 20_000 },
  );
});

test("half goes to even, on both sides of zero; zero has no sign", () => {
  for (const [a, rounded] of [
    [5, 0],
    [15, 2],
    [25, 2],
    [35, 4],
    [-5, 0],
    [-15, -2],
    [-25, -2],
    [-35, -4],
    [-4, 0],
  ] as const) {
    assert.ok(Object.is(multiplyDivide(a, 1, 10), rounded), String(a));
  }
  assert.ok(Object.is(multiplyDivide(-7, 0, 3), 0));
});

test("what cannot be held is NaN", () => {
  assert.ok(Number.isNaN(multiplyDivide(Number.MAX_SAFE_INTEGER, 2, 1)));
  assert.ok(Number.isNaN(multiplyDivide(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, DIVISOR_MAX)));
  assert.equal(multiplyDivide(Number.MAX_SAFE_INTEGER, 100, 100), Number.MAX_SAFE_INTEGER);
});
