/** Cents: exact, or refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import {
  add,
  type Cents,
  displayDollars,
  excessOver,
  formatDollars,
  greater,
  lesser,
  negate,
  parseDollars,
  subtract,
  sum,
  toCents,
  ZERO,
} from "../../src/base/money.ts";

const cents = fc.maxSafeInteger() as unknown as fc.Arbitrary<Cents>;

/** What `action` gives, or "overflow". */
function outcome(action: () => Cents): number | string {
  try {
    return action();
  } catch (error) {
    assert.ok(error instanceof Trouble);
    return error.code;
  }
}

function held(exact: bigint): number | string {
  const magnitude = exact < 0n ? -exact : exact;
  return magnitude > BigInt(Number.MAX_SAFE_INTEGER) ? "overflow" : Number(exact);
}

test("sums and differences are exact or refused", () => {
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      assert.equal(
        outcome(() => add(a, b)),
        held(BigInt(a) + BigInt(b)),
      );
      assert.equal(
        outcome(() => subtract(a, b)),
        held(BigInt(a) - BigInt(b)),
      );
      assert.equal(greater(a, b), Math.max(a, b));
      assert.equal(lesser(a, b), Math.min(a, b));
      assert.equal(negate(a) + a, 0);
      assert.equal(
        outcome(() => excessOver(a, b)),
        a > b ? held(BigInt(a) - BigInt(b)) : 0,
      );
    }),
    { seed: 10_401, numRuns: 2000 },
  );
});

test("a sum is the same in any order, and refuses on the way only what it must", () => {
  const amounts = fc.array(fc.integer({ min: -1e12, max: 1e12 }) as unknown as fc.Arbitrary<Cents>, { maxLength: 40 });
  fc.assert(
    fc.property(amounts, (list) => assert.equal(sum(list), sum([...list].toReversed()))),
    { seed: 10_402, numRuns: 500 },
  );
  assert.equal(sum([]), ZERO);
  assert.equal(
    outcome(() => sum([Number.MAX_SAFE_INTEGER as Cents, 1 as Cents])),
    "overflow",
  );
});

test("only whole cents are cents, and zero has no sign", () => {
  for (const value of [0.5, Number.NaN, Infinity, 2 ** 53])
    assert.equal(
      outcome(() => toCents(value)),
      "overflow",
    );
  assert.ok(Object.is(toCents(-0), 0));
  assert.ok(Object.is(negate(ZERO), 0));
});

test("dollars read back from what they are written as, and are shown for people", () => {
  fc.assert(
    fc.property(cents, (amount) => {
      assert.equal(parseDollars(formatDollars(amount)), amount);
      assert.match(formatDollars(amount), /^-?\d+\.\d\d$/);
      const shown = displayDollars(amount);
      assert.match(shown, amount < 0 ? /^\(\d{1,3}(,\d{3})*\.\d\d\)$/ : /^\d{1,3}(,\d{3})*\.\d\d$/);
      assert.equal(parseDollars(shown.replaceAll(/[(),]/g, "")), Math.abs(amount));
    }),
    { seed: 10_403, numRuns: 1000 },
  );
  assert.equal(displayDollars(-123_450 as Cents), "(1,234.50)");
  assert.equal(displayDollars(ZERO), "0.00");
  assert.equal(formatDollars(5 as Cents), "0.05");
});
