/**
 * Hedges that the firm elects, (A)(3) to (5) and (F)(2) to (5), and what (J) frees. W3, W7 and W8 stand as book documents in
 * docs/examples.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findLine } from "../../src/base/line.ts";
import { type Cents, formatDollars } from "../../src/base/money.ts";
import { portion } from "../../src/base/rate.ts";
import { type Day, formatDay } from "../../src/base/time.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { governmentDeduction } from "../../src/net-capital/haircuts/governments.ts";
import { greaterSidesDeduction } from "../../src/net-capital/haircuts/view.ts";
import type { NetCapitalRules } from "../../src/net-capital/rules.ts";
import { addValue, emptySides } from "../../src/net-capital/schedule.ts";
import { AS_OF, Firm, inDays, inMonths, rulebook } from "./firm.ts";

const FIRM_END = "  commitmentAddBack: false\n";
const electing = (...hedges: readonly string[]): string =>
  rulebook([FIRM_END, `${FIRM_END}  hedges: [${hedges.map((hedge) => `"${hedge}"`).join(", ")}]\n`]);

const treasury = (months: number) => ({ type: "treasury", maturity: inMonths(months) }) as const;
const corporate = (months: number) =>
  ({ type: "corporate", maturity: inMonths(months), minimalCreditRisk: true }) as const;

function firmWith(document: string, capital = 100_000_000): Firm {
  const firm = new Firm(document);
  firm.capital(capital);
  return firm;
}

function haircuts(firm: Firm): string {
  return firm.line("haircuts");
}

test("(A)(3): only opposite sides, of two categories, within a band, near enough", () => {
  const cases: readonly (readonly [months: readonly [number, number], sides: readonly [1 | -1, 1 | -1], string])[] = [
    [[11, 13], [1, -1], "0.00"],
    [[11, 13], [-1, 1], "0.00"],
    [[11, 13], [1, 1], "25000.00"],
    [[9, 12], [1, -1], "0.00"],
    [[9, 13], [1, -1], "25000.00"],
    [[12, 15], [1, -1], "0.00"],
    [[30, 40], [1, -1], "0.00"],
    [[24, 36], [1, -1], "0.00"],
    [[24, 37], [1, -1], "50000.00"],
    [[108, 130], [1, -1], "0.00"],
    [[95, 120], [1, -1], "85000.00"],
  ];
  for (const [[first, second], [one, other], expected] of cases) {
    const firm = firmWith(electing("(A)(3)"));
    firm.hold(treasury(first), one * 1_000_000);
    firm.hold(treasury(second), other * 1_000_000);
    assert.equal(haircuts(firm), expected, `${first} and ${second} months`);
  }
});

test("the reading of bounds: a pair on the bounds, or not", () => {
  const document = electing("(A)(3)", "(F)(2)").replace("hedgeBounds: inclusive", "hedgeBounds: exclusive");
  const pair = firmWith(document);
  pair.hold(treasury(9), 1_000_000);
  pair.hold(treasury(12), -1_000_000);
  assert.equal(haircuts(pair), "25000.00");
  const corporates = (text: string): string => {
    const firm = firmWith(text);
    firm.hold(corporate(20), 1_000_000);
    firm.hold(treasury(26), -1_000_000);
    return haircuts(firm);
  };
  assert.equal(corporates(electing("(F)(2)")), "15000.00");
  assert.equal(corporates(document), "50000.00");
});

test("the reading of partial hedges: equal values, or positions equal as a whole", () => {
  const whole = electing("(F)(2)").replace("partialHedges: equal-values", "partialHedges: whole-positions");
  for (const [document, treasuries, expected] of [
    [electing("(F)(2)"), 600_000, "43000.00"],
    [whole, 600_000, "94000.00"],
    [whole, 1_000_000, "25000.00"],
  ] as const) {
    const firm = firmWith(document);
    firm.hold(corporate(84), 1_000_000);
    firm.hold(treasury(90), -treasuries);
    assert.equal(haircuts(firm), expected);
  }
});

test("units that do not divide leave less than one of them unhedged", () => {
  const firm = firmWith(electing("(F)(2)"));
  const bond = firm.hold(corporate(84), 1_000_000);
  firm.mark(bond, "99.97");
  firm.hold(treasury(90), -700_000);
  const hedges = findLine(firm.figure().computation, "haircuts/hedges");
  const [{ inputs }] = hedges?.children ?? [];
  assert.deepEqual([inputs.long, inputs.short], [699_999_94, 700_000_00]);
});

test("(A)(4) and (F)(5): what is deliverable against futures nets with governments, and hedges corporates", () => {
  const book = (...hedges: string[]): Firm => {
    const firm = firmWith(hedges.length === 0 ? electing() : electing(...hedges));
    firm.list("T10", { ...treasury(100), description: "the deliverable" });
    firm.mark("T10", "100");
    firm.list("FUT", {
      type: "future",
      underlying: "T10",
      maturity: inMonths(3),
      multiplier: "1000",
      clearingMargin: "1",
      maintenanceMargin: "1",
      initialMargin: "1",
    });
    firm.mark("FUT", "100");
    firm.move("FUT", -10, "inventory");
    return firm;
  };
  const netted = book("(A)(4)");
  netted.hold(treasury(100), 1_000_000);
  assert.equal(netted.line("haircuts/governments"), "40000.00");
  assert.equal(netted.line("haircuts/hedges/deliverables"), "-40000.00");
  const alone = book("(A)(4)");
  assert.equal(alone.line("haircuts/hedges/deliverables"), "40000.00");
  const hedged = book("(F)(5)");
  hedged.hold(corporate(98), 1_000_000);
  assert.equal(haircuts(hedged), "25000.00");
  const neither = book("(F)(2)");
  neither.hold(corporate(98), 1_000_000);
  assert.equal(haircuts(neither), "70000.00");
});

test("(J)(1) frees what is short enough, once, and no more; (J)(2) what is called within 90 days", () => {
  const firm = firmWith(electing());
  const stock = firm.hold({ type: "equity", listing: "XNYS" }, -1_000_000, "10");
  const into = { listing: "XNYS", convertsInto: stock, conversionUnits: "4" } as const;
  firm.hold({ type: "preferred", ...into }, 400_000, "40");
  firm.hold({ type: "preferred", ...into, convertibleFrom: inDays(90) }, 800_000, "40");
  const freed = (): string[] =>
    (findLine(firm.figure().computation, "haircuts/hedges")?.children ?? []).map(
      ({ code, inputs }) => `${code.split("/").at(-1)} ${formatDollars(inputs.marketValue as Cents)}`,
    );
  assert.deepEqual(freed(), ["preferred-1 400000.00", "preferred-2 600000.00"]);
  // 200,000 long and 1,000,000 short are left in (J).
  assert.equal(firm.line("haircuts/equities"), "150000.00");
  firm.list("preferred-2", { type: "preferred", ...into, convertibleFrom: inDays(91) });
  assert.deepEqual(freed(), ["preferred-1 400000.00"]);
  firm.list("preferred-2", { type: "preferred", listing: "XNYS", called: inDays(90) });
  assert.deepEqual(freed(), ["preferred-1 400000.00", "preferred-2 800000.00"]);
  firm.list("preferred-2", { type: "preferred", listing: "XNYS", called: inDays(91) });
  assert.deepEqual(freed(), ["preferred-1 400000.00"]);
});

test("the reading of (J)(1): the security alone, or what is short against it too", () => {
  const document = electing().replace("convertibleHedges: security-alone", "convertibleHedges: both-sides");
  for (const [text, expected] of [
    [electing(), "150000.00"],
    [document, "90000.00"],
  ] as const) {
    const firm = firmWith(text);
    const stock = firm.hold({ type: "equity", listing: "XNYS" }, -1_000_000, "10");
    firm.hold(
      { type: "convertible", listing: "XNYS", principal: "30", convertsInto: stock, conversionUnits: "4" },
      400_000,
      "40",
    );
    assert.equal(firm.line("haircuts/equities"), expected);
  }
});

/** The deduction on a set of market values, whose buckets are given. */
function costOf(values: readonly (readonly [bucket: number, value: number])[], rules: NetCapitalRules): number {
  const sides = emptySides(rules.schedule);
  for (const [bucket, value] of values) addValue(sides, bucket, value);
  return (
    governmentDeduction(sides, rules.schedule.governmentCategories, rules) +
    greaterSidesDeduction(sides, rules.schedule, rules.schedule.families["corporate-debt"])
  );
}

test("of few pairs the plan is as good as the best of all ways to share hedges in steps of 100,000", () => {
  const step = 100_000;
  const size = fc.integer({ min: 1, max: 6 });
  const bond = fc.record({
    size,
    months: fc.constantFrom(62, 68, 80),
    isLong: fc.boolean(),
    isCorporate: fc.boolean(),
  });
  let hedged = 0;
  fc.assert(
    fc.property(fc.array(bond, { minLength: 2, maxLength: 4 }), (bonds) => {
      const firm = firmWith(electing("(F)(2)"));
      for (const { size: steps, months, isLong, isCorporate } of bonds)
        firm.hold((isCorporate ? corporate : treasury)(months), (isLong ? 1 : -1) * steps * step);
      const { rules } = firm.monitor;
      assert.ok(rules !== undefined, "there are rules");
      const legs = bonds.map(({ size: steps, months, isLong, isCorporate }) => ({
        bucket: bucketIn(rules, isCorporate ? "corporate-debt" : "governments", months),
        isCorporate,
        months,
        value: (isLong ? 1 : -1) * steps,
      }));
      const pairs = legs.flatMap((long, i) =>
        legs.flatMap((short, j) =>
          long.value > 0 &&
          short.value < 0 &&
          (long.isCorporate || short.isCorporate) &&
          Math.abs(long.months - short.months) <= 9
            ? [
                {
                  i,
                  j,
                  rate: rules.hedgeRules.corporates.bands[1][
                    long.isCorporate && short.isCorporate ? "againstCorporates" : "againstGovernments"
                  ],
                },
              ]
            : [],
        ),
      );
      const left = legs.map(({ value }) => value);
      let best = Number.POSITIVE_INFINITY;
      const search = (pair: number, charges: number): void => {
        if (pair === pairs.length) {
          const cost = costOf(
            legs.map(({ bucket }, index) => [bucket, left[index] * step * 100] as const),
            rules,
          );
          best = Math.min(best, cost + charges);
          return;
        }
        const { i, j, rate } = pairs[pair];
        const most = Math.min(left[i], -left[j]);
        for (let taken = 0; taken <= most; taken++) {
          left[i] -= taken;
          left[j] += taken;
          search(pair + 1, charges + portion((taken * step * 100) as Cents, rate));
          left[i] += taken;
          left[j] -= taken;
        }
      };
      search(0, 0);
      if (findLine(firm.figure().computation, "haircuts/hedges") !== undefined) hedged++;
      assert.equal(haircuts(firm), formatDollars(best as Cents));
    }),
    { numRuns: 60, seed: 155 },
  );
  assert.ok(hedged > 20, `${hedged} plans had pairs`);
});

function bucketIn({ schedule }: NetCapitalRules, family: "governments" | "corporate-debt", months: number): number {
  const { from, to } = schedule.families[family];
  for (let bucket = from; bucket < to; bucket++) {
    const { under } = schedule.buckets[bucket];
    if (under === undefined || under.count > months) return bucket;
  }
  return to - 1;
}

test("hedges never cost more than none, and running is what comes from scratch", () => {
  const all = electing("(A)(3)", "(A)(4)", "(F)(2)", "(F)(5)").replace(FIRM_END, `${FIRM_END}  primaryDealer: true\n`);
  const none = electing();
  const step = fc.record({
    instrument: fc.integer({ min: 0, max: 11 }),
    units: fc.integer({ min: -2_000_000, max: 2_000_000 }).filter((units) => units !== 0),
    price: fc.integer({ min: 80_00, max: 130_00 }),
    what: fc.constantFrom("trade", "trade", "mark", "mark", "mark", "day", "relist"),
  });
  const LISTINGS = [
    treasury(10),
    treasury(14),
    treasury(26),
    treasury(40),
    treasury(100),
    treasury(122),
    corporate(22),
    corporate(64),
    corporate(70),
    corporate(100),
    corporate(124),
    corporate(200),
  ];
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
      const [hedged, plain] = [firmWith(all), firmWith(none)];
      for (const firm of [hedged, plain]) {
        for (const [index, listing] of LISTINGS.entries()) {
          firm.list(`I${index}`, listing);
          firm.mark(`I${index}`, "100");
        }
        firm.list("PREF", { type: "preferred", listing: "XNYS", convertsInto: "STOCK", conversionUnits: "0.5" });
        firm.list("STOCK", { type: "equity", listing: "XNYS" });
        firm.mark("PREF", "10");
        firm.mark("STOCK", "25");
      }
      let day = AS_OF;
      for (const { instrument, units, price, what } of steps) {
        if (what === "day") day = (day + 5) as Day;
        for (const firm of [hedged, plain]) {
          if (what === "trade")
            firm.move(instrument === 0 ? "PREF" : instrument === 1 ? "STOCK" : `I${instrument}`, units, "inventory");
          else if (what === "mark") firm.mark(instrument === 1 ? "STOCK" : `I${instrument}`, String(price / 100));
          else if (what === "day") firm.apply({ kind: "business-day-opened", day: formatDay(day) });
          else firm.list(`I${instrument}`, { ...LISTINGS[instrument], minimalCreditRisk: price % 2 === 0 });
          assert.deepEqual(auditNetCapital(firm.books, firm.monitor), []);
        }
        const [a, b] = [hedged.monitor.answer(), plain.monitor.answer()];
        assert.ok(a.kind === "figure" && b.kind === "figure");
        assert.ok(a.netCapital >= b.netCapital, `${a.netCapital} with hedges, ${b.netCapital} without`);
      }
    }),
    { numRuns: 12, seed: 156 },
  );
});
