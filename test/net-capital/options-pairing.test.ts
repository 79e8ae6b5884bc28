/** The pairing of options against every pairing there is, on small classes; the arithmetic is written out once more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRate } from "../../src/base/rate.ts";
import { Pairing } from "../../src/net-capital/options/pairing.ts";
import { IN_MICROS, type Series } from "../../src/net-capital/options/series.ts";
import { adjustmentOf, type ClassTerms, classTerms, deductionOf } from "../../src/net-capital/options/strategies.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { RULEBOOK, rulebook } from "./firm.ts";

const STOCK_RATE = 0.15;

/** One contract, or stock for one: what the brute force deals with. Dollars per contract of 100. */
interface Unit {
  readonly kind: "stock" | "option";
  readonly sign: 1 | -1;
  readonly series?: Series;
}

/** What units cost in a strategy of the rule: deductions less what is added to net worth. NaN: there is no such strategy. */
class Costs {
  readonly price: number;
  readonly adds: boolean;
  readonly coversPuts: boolean;

  constructor(price: number, adds: boolean, coversPuts: boolean) {
    this.price = price;
    this.adds = adds;
    this.coversPuts = coversPuts;
  }

  get percentage(): number {
    return this.price * 100 * STOCK_RATE;
  }
  inTheMoney({ isCall, strike }: Series): number {
    return Math.max(0, (isCall ? this.price - strike / 1e8 : strike / 1e8 - this.price) * 100);
  }
  outOfTheMoney({ isCall, strike }: Series): number {
    return Math.max(0, (isCall ? strike / 1e8 - this.price : this.price - strike / 1e8) * 100);
  }
  value({ price }: Series): number {
    return (price / 1e8) * 100;
  }
  timeValue(series: Series): number {
    return Math.max(0, this.value(series) - this.inTheMoney(series));
  }

  alone({ sign, series }: Unit): number {
    if (series === undefined) return this.percentage;
    const short = Math.max(0, this.percentage - this.outOfTheMoney(series));
    if (!series.isListed) return sign < 0 ? Math.max(short, 250) : Math.min(this.percentage, this.inTheMoney(series));
    if (sign > 0) return this.value(series) / 2;
    return Math.max(short, 250, this.percentage / 2) - this.timeValue(series);
  }

  two(a: Unit, b: Unit): number {
    const [stock, option] = a.series === undefined ? [a, b] : b.series === undefined ? [b, a] : [undefined, a];
    if (stock === undefined) return this.spread(a.sign < 0 ? a : b, a.sign < 0 ? b : a);
    const { series, sign } = option;
    if (series === undefined) return Number.NaN;
    // The option must lose where the stock gains.
    if ((series.isCall ? sign : -sign) === stock.sign) return Number.NaN;
    const inTheMoney = this.inTheMoney(series);
    if (!series.isListed) return sign < 0 ? Math.max(0, this.percentage - inTheMoney) : Number.NaN;
    if (sign > 0) {
      const least = Math.min(25, inTheMoney);
      return Math.max(Math.min(this.percentage, this.outOfTheMoney(series)), least) + this.timeValue(series);
    }
    if (stock.sign < 0 && !this.coversPuts) return Number.NaN;
    return Math.max(this.percentage - inTheMoney, 25) - this.timeValue(series);
  }

  spread({ series: short, sign: a }: Unit, { series: long, sign: b }: Unit): number {
    if (short === undefined || long === undefined || a === b) return Number.NaN;
    if (!short.isListed || !long.isListed || short.isCall !== long.isCall || long.expiry < short.expiry)
      return Number.NaN;
    const width = ((short.isCall ? long.strike - short.strike : short.strike - long.strike) / 1e8) * 100;
    const both = this.adds ? this.timeValue(short) : 0;
    return Math.max(0, width) - (this.value(short) - this.value(long)) - both;
  }

  conversion(stock: Unit, a: Unit, b: Unit): number {
    const [long, short] = a.sign > 0 ? [a, b] : [b, a];
    if (stock.series !== undefined || long.series === undefined || short.series === undefined) return Number.NaN;
    if (long.sign === short.sign || long.series.isListed || short.series.isListed) return Number.NaN;
    if (long.series.isCall === short.series.isCall || long.series.isCall === stock.sign > 0) return Number.NaN;
    if (long.series.strike !== short.series.strike || long.series.expiry !== short.series.expiry) return Number.NaN;
    return this.price * 100 * 0.05;
  }
}

/** The least cost over all ways to put units into strategies. */
function leastCost(units: readonly Unit[], costs: Costs): number {
  const [first, ...rest] = units;
  if (first === undefined) return 0;
  let least = costs.alone(first) + leastCost(rest, costs);
  for (let i = 0; i < rest.length; i++) {
    const others = rest.toSpliced(i, 1);
    const two = costs.two(first, rest[i]);
    if (!Number.isNaN(two)) least = Math.min(least, two + leastCost(others, costs));
    for (let j = i; j < others.length; j++) {
      const three = [first, rest[i], others[j]];
      const stock = three.find(({ series }) => series === undefined);
      const [a, b] = three.filter((unit) => unit !== stock);
      const cost = stock === undefined ? Number.NaN : costs.conversion(stock, a, b);
      if (!Number.isNaN(cost)) least = Math.min(least, cost + leastCost(others.toSpliced(j, 1), costs));
    }
  }
  return least;
}

/** What the pairing costs, and the stock that it leaves at its own rate; dollars. */
function costOf(pairing: Pairing, terms: ClassTerms, series: readonly Series[], stock: number): number {
  let micros = 0;
  for (let index = 0; index < pairing.count; index++) {
    const [strategy, contracts] = [pairing.strategy(index), pairing.contracts(index)];
    const [one, other] = [series[pairing.series(index)], series[pairing.other(index)]];
    micros += contracts * deductionOf(strategy, IN_MICROS, terms, one, other);
    micros -= contracts * adjustmentOf(strategy, IN_MICROS, terms, one, other);
  }
  return micros / 1e6 + (Math.abs(stock - pairing.stockUnits) / 100) * (terms.price / 1e8) * 100 * STOCK_RATE;
}

function seriesArbitrary(contractsMost: number): fc.Arbitrary<Series> {
  return fc
    .record({
      isCall: fc.boolean(),
      strike: fc.integer({ min: 9, max: 11 }).map((strike) => strike * 5e8),
      expiry: fc.integer({ min: 20_000, max: 20_001 }) as fc.Arbitrary<Series["expiry"]>,
      isListed: fc.boolean(),
      contracts: fc.integer({ min: -contractsMost, max: contractsMost }),
      price: fc.integer({ min: 1, max: 1_500 }).map((cents) => cents * 1e6),
    })
    .map((series) => ({ ...series, row: 0, instrument: "", multiplier: 100e8 }));
}

const stated = readNetCapitalRules(RULEBOOK);
const otherReadings = readNetCapitalRules(
  rulebook(
    ["optionSpreadAdjustment: replaces", "optionSpreadAdjustment: adds"],
    ["shortPutWithShortStock: apart", "shortPutWithShortStock: covered"],
  ),
);

test("the pairing costs the least of all pairings", () => {
  const seen = new Set<string>();
  const pairing = new Pairing();
  fc.assert(
    fc.property(
      fc.array(seriesArbitrary(2), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -2, max: 2 }),
      fc.integer({ min: 3_500, max: 6_500 }),
      fc.boolean(),
      (series, stockContracts, cents, isOther) => {
        const terms = classTerms(parseRate("15%"), true, isOther ? otherReadings : stated);
        terms.price = cents * 1e6;
        const stock = stockContracts * 100 + 30 * Math.sign(stockContracts);
        pairing.pair(terms, series, stock, 0);
        const units: Unit[] = [
          ...Array.from({ length: Math.abs(stockContracts) }, (): Unit => ({
            kind: "stock",
            sign: stock < 0 ? -1 : 1,
          })),
          ...series.flatMap((one) =>
            Array.from({ length: Math.abs(one.contracts) }, (): Unit => ({
              kind: "option",
              sign: one.contracts < 0 ? -1 : 1,
              series: one,
            })),
          ),
        ];
        const odd = ((0.3 * cents) / 100) * 100 * STOCK_RATE;
        const least = leastCost(units, new Costs(cents / 100, isOther, isOther)) + (stockContracts === 0 ? 0 : odd);
        const found = costOf(pairing, terms, series, stock);
        assert.ok(Math.abs(found - least) < 1e-6, `found ${found}, least ${least}`);
        for (let index = 0; index < pairing.count; index++) seen.add(pairing.strategy(index));
      },
    ),
    { numRuns: 4_000, seed: 15_031, endOnFailure: true },
  );
  assert.equal(seen.size, 9, [...seen].join(", "));
});

test("every contract is in one strategy, and no more stock is taken than there is", () => {
  const pairing = new Pairing();
  fc.assert(
    fc.property(
      fc.array(seriesArbitrary(5_000), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -400_000, max: 400_000 }),
      (series, stock) => {
        const terms = classTerms(parseRate("15%"), true, stated);
        terms.price = 50e8;
        pairing.pair(terms, series, stock, 0);
        const contracts = series.map(() => 0);
        for (let index = 0; index < pairing.count; index++) {
          contracts[pairing.series(index)] += pairing.contracts(index);
          if (pairing.other(index) !== pairing.series(index))
            contracts[pairing.other(index)] += pairing.contracts(index);
        }
        assert.deepEqual(
          contracts,
          series.map((one) => Math.abs(one.contracts)),
        );
        assert.ok(Math.abs(pairing.stockUnits) <= Math.abs(stock) && pairing.stockUnits * stock >= 0);
        const apart = new Pairing();
        apart.pair(terms, series, 0, 0);
        assert.ok(
          costOf(pairing, terms, series, stock) <= costOf(apart, terms, series, stock) + 1e-6,
          "stock that can be paired never costs more",
        );
      },
    ),
    { numRuns: 200, seed: 15_031, endOnFailure: true },
  );
});

test("contracts of another multiplier are paired among themselves, and with what stock is left", () => {
  const terms = classTerms(parseRate("15%"), true, stated);
  terms.price = 52e8;
  const call = { row: 0, instrument: "", isCall: true, strike: 50e8, expiry: 20_000 as Series["expiry"] } as const;
  const series: Series[] = [
    { ...call, isListed: true, multiplier: 100e8, contracts: -3, price: 3.5e8 },
    { ...call, isListed: true, multiplier: 10e8, contracts: -7, price: 3.5e8 },
    { ...call, isListed: true, multiplier: 10e8, contracts: 4, price: 3.5e8 },
  ];
  const pairing = new Pairing();
  pairing.pair(terms, series, 325, 0);
  const found = Array.from({ length: pairing.count }, (_, index) => [
    pairing.strategy(index),
    pairing.series(index),
    pairing.other(index),
    pairing.contracts(index),
  ]);
  assert.deepEqual(found, [
    ["covered", 0, 0, 3],
    ["covered", 1, 1, 2],
    ["spread", 1, 2, 4],
    ["uncovered", 1, 1, 1],
  ]);
  assert.equal(pairing.stockUnits, 320);
});
