/** Pairing is the least over all permitted pairings: against an exhaustive search, and by its own bound. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Day } from "../../src/base/time.ts";
import type { Leg, Stock, Terms } from "../../src/margin/options/legs.ts";
import { pair } from "../../src/margin/options/pairing.ts";
import { leastCost, type Market, type Unit } from "./options-exhaustive.ts";

const MICROS = 1_000_000;
const SPOT = 50;

const TERMS: Terms = {
  hedgedStock: true,
  isCash: false,
  hedgedShare: 0.1,
  conversionShare: 0.1,
  collarShare: 0.25,
  boxShare: 0.5,
  boxHasLoanValue: true,
};

/** A leg of so many contracts of a unit, its amounts by the formulas of the rule. */
function legOf(unit: Unit, contracts: number, spot: number): Leg {
  const isCall = unit.form === "call";
  const points = isCall ? spot - unit.strike : unit.strike - spot;
  const out = Math.max(0, -points);
  const micros = (dollars: number): number => Math.round(dollars * 100 * MICROS);
  return {
    isCall,
    strike: Math.round(unit.strike * 1e8),
    expiry: unit.expiry as Day,
    kind: unit.kind,
    isEuropean: unit.isEuropean,
    units: 100,
    contracts: unit.long ? contracts : -contracts,
    perPoint: 1,
    value: micros(unit.price),
    uncovered: micros(unit.price + Math.max(0.2 * spot - out, 0.1 * (isCall ? spot : unit.strike))),
    loan: micros(unit.loan),
    inTheMoney: micros(Math.max(0, points)),
    outOfTheMoney: micros(out),
  };
}

function stockOf(units: readonly Unit[], { spot, longRate, shortRate }: Market): Stock {
  const lots = (long: boolean): number => units.filter((unit) => unit.form === "stock" && unit.long === long).length;
  return {
    long: lots(true) * 100,
    short: lots(false) * 100,
    longUnit: longRate * spot * MICROS,
    shortUnit: shortRate * spot * MICROS,
    bothUnit: 0.05 * spot * MICROS,
  };
}

/** Units that are alike as one leg. */
function legsOf(units: readonly Unit[], spot: number): Leg[] {
  const counts = new Map<string, { readonly unit: Unit; count: number }>();
  for (const unit of units) {
    if (unit.form === "stock") continue;
    const key = JSON.stringify(unit);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { unit, count: 1 });
    else known.count++;
  }
  return [...counts.values()].map(({ unit, count }) => legOf(unit, count, spot));
}

const stockUnit = fc
  .boolean()
  .map((long): Unit => ({ form: "stock", long, strike: 0, expiry: 0, price: 0, isEuropean: false, kind: 0, loan: 0 }));

/** Few strikes and expiries, so that legs meet; prices follow from the series, so that alike units are alike. */
const optionUnit = fc
  .record({
    form: fc.constantFrom("call" as const, "put" as const),
    long: fc.boolean(),
    strike: fc.constantFrom(40, 45, 50, 52.5, 55, 70),
    expiry: fc.constantFrom(30, 30, 60),
    isEuropean: fc.constantFrom(true, true, false),
    kind: fc.constantFrom(0, 0, 0, 0, 0, 1),
  })
  .map((unit): Unit => {
    const intrinsic = Math.max(0, unit.form === "call" ? SPOT - unit.strike : unit.strike - SPOT);
    const price = intrinsic + unit.expiry / 20 / (1 + Math.abs(unit.strike - SPOT) / 5);
    const loan = unit.long && unit.expiry === 60 ? price / 4 : 0;
    return { ...unit, price: Math.round(price * 100) / 100, loan };
  });

const group = fc.record({
  units: fc.array(fc.oneof({ weight: 5, arbitrary: optionUnit }, { weight: 2, arbitrary: stockUnit }), {
    minLength: 1,
    maxLength: 7,
  }),
  hedgedStock: fc.boolean(),
});

test("the pairing costs what an exhaustive search finds, to the cent", () => {
  fc.assert(
    fc.property(group, ({ units, hedgedStock }) => {
      const market = { spot: SPOT, longRate: 0.25, shortRate: 0.3, hedgedStock };
      const found = pair(legsOf(units, SPOT), stockOf(units, market), { ...TERMS, hedgedStock });
      assert.ok(Math.abs(found.cost / MICROS - leastCost(units, market)) < 0.005, `${found.cost / MICROS}`);
      assert.ok(found.cost - found.bound < 1001, "and is proven");
    }),
    { seed: 4210, numRuns: 3000 },
  );
});

/** Many contracts of many series: what the search says of itself. */
const large = fc.record({
  legs: fc.uniqueArray(fc.record({ unit: optionUnit, contracts: fc.integer({ min: 1, max: 20 }) }), {
    minLength: 10,
    maxLength: 24,
    selector: ({ unit }) => `${unit.form} ${unit.strike} ${unit.expiry} ${unit.isEuropean} ${unit.kind}`,
  }),
  lots: fc.integer({ min: -10, max: 10 }),
});

test("a large group lies between its bound and any simpler pairing, and comes out the same in any order", () => {
  fc.assert(
    fc.property(large, ({ legs, lots }) => {
      const market = { spot: SPOT, longRate: 0.25, shortRate: 0.3, hedgedStock: true };
      const stock: Stock = {
        ...stockOf([], market),
        long: Math.max(0, lots) * 100,
        short: Math.max(0, -lots) * 100,
      };
      const listed = legs.map(({ unit, contracts }) => legOf(unit, contracts, SPOT));
      const found = pair(listed, stock, TERMS);
      assert.ok(found.bound <= found.cost + 1 && found.cost <= found.columns.alone + 1);
      const again = pair([...listed].reverse(), stock, TERMS);
      // Either search may have stopped early; neither may pass under what the other has proven.
      assert.ok(again.cost >= found.bound - 1 && found.cost >= again.bound - 1);
    }),
    { seed: 15, numRuns: 60 },
  );
});
