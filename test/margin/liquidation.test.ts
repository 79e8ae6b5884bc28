/**
 * Proposals to close positions: the least burden against every set there is, on small accounts; never a leg out of a spread;
 * the worked cures M02, M04 and M38; costs, lots, wishes.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Cents, toCents } from "../../src/base/money.ts";
import { parseRate, rate } from "../../src/base/rate.ts";
import type { Day } from "../../src/base/time.ts";
import { burdenOf } from "../../src/margin/liquidation/burden.ts";
import { type LiquidationCase, outcomeOf, type Position } from "../../src/margin/liquidation/case.ts";
import { expectedCost } from "../../src/margin/liquidation/costs.ts";
import { securitiesToBring, unitsWorth, valueToClose } from "../../src/margin/liquidation/cures.ts";
import { gainOf } from "../../src/margin/liquidation/propose.ts";
import type { LiquidationRules } from "../../src/margin/liquidation/rules.ts";
import { search, searchAll, searchBySlices } from "../../src/margin/liquidation/search.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { RULEBOOK } from "./ladder-desk.ts";

const cents = (dollars: number): Cents => toCents(Math.round(dollars * 100));

interface Stock {
  readonly units: number;
  /** Dollars. */
  readonly price: number;
  readonly rate: number;
  readonly costRate: number;
}

function positionOf({ units, price, costRate }: Stock, index: number, group = index): Position {
  const value = (closed: number): Cents => cents(closed * price);
  const cost = (closed: number): Cents => toCents(Math.ceil(value(closed) * costRate));
  return {
    instrument: index,
    account: 0,
    units,
    step: 1,
    group,
    isOption: false,
    deliverable: 0,
    value,
    cost,
    burden: cost,
  };
}

/** Positions margined one by one. */
function linear(stocks: readonly Stock[], cash: number, cushion = rate(0, 1)): LiquidationCase {
  return {
    cash: cents(cash),
    cushion,
    positions: stocks.map((stock, index) => positionOf(stock, index)),
    marginAfter: (left, cashLeft) => {
      let equity: number = cashLeft;
      let requirement = 0;
      for (const [index, { price, rate: m }] of stocks.entries()) {
        equity += Math.round(left[index] * price * 100);
        requirement += Math.round(Math.abs(left[index]) * price * 100 * m);
      }
      return { equity: toCents(equity), requirement: toCents(requirement) };
    },
  };
}

const NONE = (given: LiquidationCase): number[] => given.positions.map(() => 0);

test("M02: 158 shares at 38 free 1,500 at 25 percent; M04: 84 shares short at 48 free 1,200 at 30 percent", () => {
  const long = linear([{ units: 1000, price: 38, rate: 0.25, costRate: 0 }], -30_000);
  const free = { ...long, positions: long.positions.map((position) => ({ ...position, burden: position.value })) };
  assert.deepEqual(search(free)?.outcome.closing, [158]);
  const short = linear([{ units: -500, price: 48, rate: 0.3, costRate: 0 }], 30_000);
  const covered = search({
    ...short,
    positions: short.positions.map((position) => ({ ...position, burden: position.value })),
  });
  assert.deepEqual(covered?.outcome.closing, [84]);
  assert.deepEqual([covered?.outcome.equity, covered?.outcome.requirement], [600_000, 599_040]);
});

test("M38: without cost, at a cost of 1 percent, and with a cushion of 5 percent, to the cent", () => {
  const short = { equity: cents(20_000), requirement: cents(26_000) };
  const [m, s, b, none] = [parseRate("30%"), parseRate("1%"), parseRate("5%"), parseRate("0%")];
  assert.equal(valueToClose(short, m, none, none), cents(20_000));
  assert.equal(valueToClose(short, m, s, none), cents(20_689.66));
  assert.equal(valueToClose(short, m, s, b), cents(23_934.43));
  assert.equal(valueToClose(short, s, s, none), undefined, "what costs as much as it frees cures nothing");
  assert.equal(securitiesToBring({ equity: cents(8000), requirement: cents(9500) }, parseRate("25%")), cents(2000));
  assert.equal(unitsWorth(cents(4000), 500, cents(24_000), 1), 84);
  assert.equal(unitsWorth(cents(24_001), 500, cents(24_000), 1), undefined);
});

const stock = fc.record({
  units: fc.integer({ min: -6, max: 6 }).filter((units) => units !== 0),
  price: fc.integer({ min: 5, max: 200 }),
  rate: fc.constantFrom(0.25, 0.3, 0.4, 0.5, 0.75, 1),
  costRate: fc.constantFrom(0.001, 0.005, 0.01, 0.02, 0.05),
});

test("one by one margined: within one step's burden of the least there is, and no order can be cut", () => {
  let cured = 0;
  fc.assert(
    fc.property(
      fc.array(stock, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: -900, max: 900 }),
      (stocks, cash) => {
        const given = linear(stocks, cash, parseRate("5%"));
        const start = outcomeOf(given, NONE(given));
        assert.ok(start !== undefined);
        if (start.above >= 0) return;
        const best = searchAll(given, start.requirement);
        const found = searchBySlices(given, start);
        assert.equal(found.above >= 0, best !== undefined, "cures where anything does");
        if (best === undefined) return;
        cured++;
        const step = Math.max(...given.positions.map(({ burden }) => burden(1)));
        assert.ok(found.burden >= best.burden);
        // A cent for each order, because costs are rounded up.
        assert.ok(found.burden <= best.burden + step + stocks.length * 6, `${found.burden} against ${best.burden}`);
        assertNotCut(given, found.closing, start.requirement);
      },
    ),
    { numRuns: 600, seed: 38 },
  );
  assert.ok(cured > 60, `${cured} cures were compared`);
});

function assertNotCut(given: LiquidationCase, closing: readonly number[], most: number): void {
  for (const [index, closed] of closing.entries()) {
    if (closed === 0) continue;
    const less = outcomeOf(
      given,
      closing.map((units, other) => (other === index ? closed - 1 : units)),
    );
    assert.ok(less === undefined || less.above < 0 || less.requirement > most, `order ${index} can be cut`);
  }
}

interface Spreads {
  readonly shorts: number;
  readonly longs: number;
  readonly shortPrice: number;
  readonly longPrice: number;
  readonly cash: number;
  readonly stock: number;
}

/** Short calls, covered by long calls to a width of 500 a pair, else naked at 3,000; with another stock beside them. */
function spreadCase({ shorts, longs, shortPrice, longPrice, cash, stock: shares }: Spreads): LiquidationCase {
  const option = (units: number, price: number, index: number): Position => {
    const value = (closed: number): Cents => cents(closed * price);
    const cost = (closed: number): Cents => toCents(Math.ceil(value(closed) * 0.02) + closed * 100);
    return {
      instrument: index,
      account: 0,
      units,
      step: 1,
      group: 9,
      isOption: true,
      deliverable: 100,
      value,
      cost,
      burden: cost,
    };
  };
  const other = positionOf({ units: shares, price: 50, rate: 0.25, costRate: 0.01 }, 2);
  return {
    cash: cents(cash),
    cushion: parseRate("5%"),
    positions: [option(-shorts, shortPrice, 0), option(longs, longPrice, 1), other],
    marginAfter: ([short, long, held], cashLeft) => {
      const pairs = Math.min(-short, long);
      const requirement = pairs * 500 + (-short - pairs) * 3000 + held * 50 * 0.25;
      return { equity: toCents(cashLeft + held * 5000), requirement: cents(requirement) };
    },
  };
}

test("spreads: both legs together, shorts never left alone; cured where anything cures, and no order can be cut", () => {
  let spreads = 0;
  let worst = 0;
  const books = fc.record({
    shorts: fc.integer({ min: 1, max: 5 }),
    longs: fc.integer({ min: 0, max: 6 }),
    shortPrice: fc.integer({ min: 50, max: 900 }),
    longPrice: fc.integer({ min: 10, max: 600 }),
    cash: fc.integer({ min: -4000, max: 6000 }),
    stock: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(books, (book) => {
      const given = spreadCase(book);
      const start = outcomeOf(given, NONE(given));
      assert.ok(start !== undefined);
      if (start.above >= 0) return;
      const best = searchAll(given, start.requirement);
      const found = searchBySlices(given, start);
      const naked = ([short, long]: readonly number[]): number =>
        Math.max(0, book.shorts - short - (book.longs - long));
      assert.ok(naked(found.closing) <= naked([0, 0]), "no short loses its cover");
      assert.ok(found.requirement <= start.requirement);
      if (best === undefined) return;
      assert.ok(found.above >= 0, JSON.stringify(book));
      assertNotCut(given, found.closing, start.requirement);
      worst = Math.max(worst, found.burden - best.burden);
      if (found.closing[0] > 0 && found.closing[1] > 0) spreads++;
    }),
    { numRuns: 300, seed: 32 },
  );
  assert.ok(spreads > 10, `${spreads} closed both legs`);
});

test("what cannot be cured is closed as far as it helps, and says so", () => {
  const given = linear([{ units: 10, price: 100, rate: 0.25, costRate: 0.01 }], -1500);
  const found = search(given);
  assert.equal(found?.cures, false);
  assert.deepEqual(found?.outcome.closing, [10]);
  const unknown = { ...given, marginAfter: () => undefined };
  assert.equal(search(unknown), undefined);
});

test("a large account is cured with few computations, the best first", () => {
  const stocks = Array.from({ length: 40 }, (_, index) => ({
    units: 1000 + index,
    price: 20 + index,
    rate: index === 17 ? 1 : 0.25,
    costRate: 0.01,
  }));
  const value = stocks.reduce((total, { units, price }) => total + units * price, 0);
  const given = linear(stocks, -0.74 * value, parseRate("5%"));
  let computed = 0;
  const counted = {
    ...given,
    marginAfter: (left: readonly number[], cash: Cents) => (computed++, given.marginAfter(left, cash)),
  };
  const found = search(counted);
  assert.equal(found?.cures, true);
  assert.deepEqual(
    found?.outcome.closing.flatMap((closed, index) => (closed > 0 ? [index] : [])).includes(17),
    true,
    "the position that frees its whole value goes first",
  );
  assert.ok(computed < 1500, `${computed} computations`);
});

const RULES: LiquidationRules = readMarginRules(RULEBOOK).liquidation;

test("impact grows with the square root of the share of a day's volume; without statistics a flat share", () => {
  const tape = { volatility: 0.4, averageDailyVolume: 1_000_000, beta: 1 };
  const value = cents(1_000_000);
  // 0.1% of value, and 60% of the day's 2.5198% times the root of 1%.
  assert.equal(
    expectedCost(value, 10_000, tape, RULES.costs),
    100_000 + Math.ceil(1e8 * 0.6 * (0.4 / Math.sqrt(252)) * 0.1),
  );
  const impact = (quantity: number): number => expectedCost(value, quantity, tape, RULES.costs) - 100_000;
  assert.ok(Math.abs(impact(40_000) / impact(10_000) - 2) < 1e-5);
  assert.equal(expectedCost(value, 10_000, { ...tape, volatility: undefined }, RULES.costs), 1_000_000);
});

test("policies weigh what they say; what is to be closed last gives way only to need", () => {
  const weighed = {
    statistics: { volatility: 0.4, averageDailyVolume: 500, beta: 2 },
    quantity: 1000,
    isLast: false,
    value: (units: number) => cents(units * 10),
    cost: (units: number) => cents(units),
    gain: (units: number) => units * 500,
  };
  const burden = (policy: LiquidationRules["policy"], more = {}): number =>
    burdenOf({ ...RULES, policy }, { ...weighed, ...more })(10);
  assert.equal(burden("least-cost"), 1000);
  assert.equal(burden("least-value"), 10_000);
  assert.equal(burden("highest-beta"), 5000);
  assert.equal(burden("most-liquid"), 20_000);
  assert.equal(burden("least-tax"), 1000 + 5000 * 0.2);
  assert.equal(burden("least-cost", { isLast: true }), 1_000_000);
  const stocks = [
    { units: 100, price: 10, rate: 0.5, costRate: 0.01 },
    { units: 100, price: 10, rate: 0.5, costRate: 0.02 },
  ];
  const given = linear(stocks, -1200);
  const last = {
    ...given,
    positions: given.positions.map((position, index) =>
      index === 0 ? { ...position, burden: (units: number) => position.cost(units) * 1000 } : position,
    ),
  };
  assert.deepEqual(
    search(given)?.outcome.closing.map((closed) => closed > 0),
    [true, false],
  );
  assert.deepEqual(
    search(last)?.outcome.closing.map((closed) => closed > 0),
    [false, true],
  );
});

test("gains are counted in the lots that harm least", () => {
  const lot = (quantity: number, cost: number) => ({ quantity, cost: cents(cost), opened: 0 as Day });
  const lots = [lot(100, 1000), lot(100, 3000), lot(100, 2000)];
  assert.equal(gainOf(lots, 150, cents(3750), false), cents(3750 - 3000 - 1000));
  const shorts = [lot(-100, -1000), lot(-100, -3000)];
  assert.equal(gainOf(shorts, 100, cents(1500), true), cents(1000 - 1500), "the short that brought the least");
});
