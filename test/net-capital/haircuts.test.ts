/** The haircuts by their promises, and against slow computations written another way: big rationals, one position at a time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Cents, ZERO } from "../../src/base/money.ts";
import { parseRate } from "../../src/base/rate.ts";
import { concentrationDeduction } from "../../src/net-capital/haircuts/concentration.ts";
import { equityDeduction } from "../../src/net-capital/haircuts/equities.ts";
import { governmentDeduction } from "../../src/net-capital/haircuts/governments.ts";
import { commitmentDeduction } from "../../src/net-capital/haircuts/commitments.ts";
import { greaterSidesDeduction } from "../../src/net-capital/haircuts/view.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { addValue, emptySides, removeValue } from "../../src/net-capital/schedule.ts";
import { RULEBOOK, rulebook } from "./firm.ts";

const rules = readNetCapitalRules(RULEBOOK);
const strict = readNetCapitalRules(rulebook(["governmentNetting: (A)(1)", "governmentNetting: (A)(2)"]));
const cents = fc.integer({ min: 0, max: 10 ** 13 }).map((value) => value as Cents);
const options = { seed: 15031, numRuns: 300 };

test("(J): exchanging long and short changes nothing, and adding to a side never lowers the deduction", () => {
  fc.assert(
    fc.property(cents, cents, cents, (long, short, more) => {
      const deduction = equityDeduction(long, short, rules.equities);
      assert.equal(equityDeduction(short, long, rules.equities), deduction);
      assert.ok(equityDeduction((long + more) as Cents, short, rules.equities) >= deduction);
      assert.ok(equityDeduction(long, (short + more) as Cents, rules.equities) >= deduction);
    }),
    options,
  );
});

test("(J): fifteen percent of the greater side is the least, of both sides the most", () => {
  fc.assert(
    fc.property(cents, cents, (long, short) => {
      const deduction = equityDeduction(long, short, rules.equities);
      assert.ok(deduction >= Math.floor(Math.max(long, short) * 0.15));
      assert.ok(deduction <= Math.ceil((long + short) * 0.15) + 1);
    }),
    options,
  );
});

/** Months of the 12 subcategories, and their rates in hundredths of a percent, typed again from the rule. */
const GOVERNMENT_RATES = [
  [0n, 50n, 75n, 100n],
  [150n, 200n],
  [300n, 400n],
  [450n, 500n, 550n, 600n],
];

test("(A)(1) against big integers; (A)(2) is never smaller", () => {
  const value = fc.integer({ min: -(10 ** 8), max: 10 ** 8 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 12, maxLength: 12 }), (dollars) => {
      const sides = emptySides(rules.schedule);
      let bucket = 0;
      let twice = 0n;
      for (const category of GOVERNMENT_RATES) {
        let long = 0n;
        let short = 0n;
        for (const rate of category) {
          addValue(sides, bucket, dollars[bucket] * 100);
          const deduction = BigInt(Math.abs(dollars[bucket])) * rate;
          if (dollars[bucket] > 0) long += deduction;
          else short += deduction;
          bucket++;
        }
        const [more, less] = long > short ? [long, short] : [short, long];
        twice += 2n * (more - less) + less;
      }
      // Whole dollars at hundredths of a percent are whole hundredths of a cent: exact but for half a cent in each category.
      const exact = Number(twice) / 200;
      const deduction = governmentDeduction(sides, rules.schedule.governmentCategories, rules);
      assert.ok(Math.abs(deduction - exact) <= 8, `${deduction} against ${exact}`);
      assert.ok(governmentDeduction(sides, strict.schedule.governmentCategories, strict) >= deduction);
    }),
    options,
  );
});

test("longs and shorts net inside a subcategory of governments, and only there", () => {
  const sides = emptySides(rules.schedule);
  const { from } = rules.schedule.families.governments;
  addValue(sides, from + 1, 1_000_000);
  addValue(sides, from + 1, -1_000_000);
  assert.equal(governmentDeduction(sides, rules.schedule.governmentCategories, rules), 0);
  removeValue(sides, from + 1, -1_000_000);
  addValue(sides, from + 4, -1_000_000);
  assert.equal(
    governmentDeduction(sides, rules.schedule.governmentCategories, rules),
    5_000 + 15_000,
    "across categories nothing offsets",
  );
});

test("a ladder charges the greater side of each bucket, which is never more than each position by itself", () => {
  const range = rules.schedule.families["corporate-debt"];
  const position = fc.tuple(
    fc.integer({ min: range.from, max: range.to - 1 }),
    fc.integer({ min: -(10 ** 10), max: 10 ** 10 }),
  );
  fc.assert(
    fc.property(fc.array(position, { maxLength: 30 }), (positions) => {
      const sides = emptySides(rules.schedule);
      let apart = 0;
      for (const [bucket, value] of positions) {
        addValue(sides, bucket, value);
        const { numerator, denominator } = rules.schedule.buckets[bucket].rate;
        apart += (Math.abs(value) * numerator) / denominator;
      }
      const deduction = greaterSidesDeduction(sides, rules.schedule, range);
      assert.ok(deduction <= apart + positions.length);
      for (const [bucket, value] of positions) removeValue(sides, bucket, value);
      assert.equal(greaterSidesDeduction(sides, rules.schedule, range), 0, "what was put in can be taken out");
    }),
    options,
  );
});

test("(M): nothing up to the threshold, nothing of what is exempt, and no sign matters", () => {
  const rate = parseRate("15%");
  const charge = (kind: Parameters<typeof concentrationDeduction>[0], value: number, base: number, shares = 0): Cents =>
    concentrationDeduction(kind, value as Cents, base as Cents, shares as Cents, rate, rules.concentration);
  assert.equal(charge("equity", 20_000_00, 20_000_00), 0);
  assert.equal(charge("equity", 20_000_01 + 99, 20_000_00), 15);
  assert.equal(charge("equity", -30_000_00, 20_000_00), 1_500_00);
  assert.equal(charge("equity", 11_000_00, 0), 150_00, "the floor of equities");
  assert.equal(charge("equity", 30_000_00, 0, 40_000_00), 0, "500 shares");
  assert.equal(charge("debt", 25_000_00, 0), 0, "the floor of debt");
  assert.equal(charge("municipal-note", 5_000_000_00, 0), 0);
  assert.equal(
    charge("municipal-note", 5_000_001_00, 4_000_001_00),
    150_000_00,
    "past its trigger, all above the tenth",
  );
  assert.equal(charge("exempt", 10 ** 12, 0), 0);
});

test("(viii): a commitment to deliver is charged as one to take, and its profit is the other way round", () => {
  const rate = parseRate("15%");
  assert.equal(commitmentDeduction(1_000_00 as Cents, 900_00 as Cents, rate), 50_00);
  assert.equal(commitmentDeduction(-1_000_00 as Cents, -1_100_00 as Cents, rate), 50_00);
  assert.equal(commitmentDeduction(-1_000_00 as Cents, -900_00 as Cents, rate), 250_00);
  assert.equal(commitmentDeduction(ZERO, ZERO, rate), 0);
});
