/** American options beside printed values, the plain tree and what must hold of any such option. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { americanValue } from "../../src/pricing/american.ts";
import { europeanValue, payoff } from "../../src/pricing/black-scholes.ts";
import { plainTreeValue } from "../../src/pricing/plain-tree.ts";
import type { CashDividend, OptionTerms } from "../../src/pricing/terms.ts";
import { americanTerms, near } from "./terms.ts";

/** A basis point of a spot. */
const BASIS_POINT = 1e-4;

function put(strike: number, years: number, volatility: number, rate: number, dividendYield = 0): OptionTerms {
  return { right: "put", strike, years, volatility, rate, dividendYield };
}

function call(strike: number, years: number, volatility: number, rate: number, dividendYield = 0): OptionTerms {
  return { ...put(strike, years, volatility, rate, dividendYield), right: "call" };
}

// ——— printed values ———

test("Andersen, Lake and Offengenden: the premium of their high-precision example", () => {
  // Table 2 of "High Performance American Option Pricing" (2015), as printed in QuantLib's test-suite/americanoption.cpp.
  for (const [rate, premium] of [
    [0.05, 0.1069527],
    [0.075, 0.3671112],
  ] as const) {
    const option = put(100, 1, 0.25, rate, 0.05);
    near(americanValue(100, option) - europeanValue(100, option), premium, 0.02 * BASIS_POINT * 100);
  }
});

test("QuantLib's edge cases", () => {
  // test-suite/americanoption.cpp, testQdAmericanEngines, "high precision edge cases": those whose value is known exactly.
  near(americanValue(100, call(100, 1, 0.25, 0.05)), 12.33599893, 1e-8);
  near(americanValue(100, put(120, 1 / 365, 0.25, 0.05)), 20, 1e-10);
  near(americanValue(100, put(120, 1, 1e-7, 0.05, 0.01)), 20, 1e-9);
  near(americanValue(100, put(120, 1, 1e-7, 0, 0.05)), 24.8770575499, 1e-6);
  near(americanValue(1e-6, put(120, 1, 0.25, -0.075, 0.05)), 129.346097155, 1e-8);
  near(americanValue(100, call(50, 1, 1e-8, 0.05, 0.01)), 51.44351215, 1e-7);
  near(americanValue(1e10, call(100, 1, 0.25, 0.01, 0.05)), 1e10 - 100, 1e-4);
});

test("short-dated puts of Geske and Johnson", () => {
  // S 40, r 4.88%; columns one, four and seven months. The "true" values, binomial with 10,000 steps, as printed by Huang,
  // Subrahmanyam and Yu (1996) and by Ju (1998); from memory.
  const printed = [
    [0.2, 35, 0.0062, 0.2004, 0.4329],
    [0.2, 40, 0.8523, 1.5799, 1.9906],
    [0.2, 45, 5, 5.0884, 5.2671],
    [0.3, 35, 0.0774, 0.6976, 1.2199],
    [0.3, 40, 1.3102, 2.4827, 3.1698],
    [0.3, 45, 5.0598, 5.7057, 6.2438],
    [0.4, 35, 0.2466, 1.3462, 2.1551],
    [0.4, 40, 1.7685, 3.3877, 4.3529],
    [0.4, 45, 5.287, 6.51, 7.3832],
  ] as const;
  for (const [volatility, strike, ...values] of printed) {
    for (const [index, years] of [0.0833, 0.3333, 0.5833].entries()) {
      near(
        americanValue(40, put(strike, years, volatility, 0.0488)),
        values[index],
        4e-4,
        `${volatility} ${strike} ${years}`,
      );
    }
  }
});

test("calls of Broadie and Detemple", () => {
  // "American option valuation: new bounds, approximations, and a comparison of existing methods" (1996), Table 1:
  // K 100, half a year, spots 80 to 120, binomial with 15,000 steps; from memory.
  const printed = [
    [0.03, 0.07, 0.2, 0.219, 1.386, 4.783, 11.098, 20],
    [0.03, 0.07, 0.4, 2.689, 5.722, 10.239, 16.181, 23.36],
    [0, 0.07, 0.3, 1.037, 3.123, 7.035, 12.955, 20.717],
    [0.07, 0.03, 0.3, 1.664, 4.495, 9.251, 15.798, 23.706],
  ] as const;
  for (const [rate, dividendYield, volatility, ...values] of printed) {
    for (const [index, value] of values.entries()) {
      near(americanValue(80 + 10 * index, call(100, 0.5, volatility, rate, dividendYield)), value, 8e-4);
    }
  }
});

test("puts of Longstaff and Schwartz", () => {
  // "Valuing American Options by Simulation" (2001), Table 1, the finite differences: K 40, r 6%, exercise on 50 days a year,
  // so that ours, on any day, is worth a little more; from memory, the first row also in public tests of their method.
  const printed = [
    [36, 4.478, 4.84, 7.101, 8.508],
    [38, 3.25, 3.745, 6.148, 7.67],
    [40, 2.314, 2.885, 5.312, 6.92],
    [42, 1.617, 2.212, 4.582, 6.248],
    [44, 1.11, 1.69, 3.948, 5.647],
  ] as const;
  for (const [spot, ...values] of printed) {
    for (const [index, [volatility, years]] of [
      [0.2, 1],
      [0.2, 2],
      [0.4, 1],
      [0.4, 2],
    ].entries()) {
      const more = americanValue(spot, put(40, years, volatility, 0.06)) - values[index];
      assert.ok(more > -5e-4 && more < 0.011, `${spot} ${volatility} ${years}: ${more}`);
    }
  }
});

test("Hull's put", () => {
  // Options, Futures, and Other Derivatives, binomial trees in practice: S 50, K 50, 10%, 40%, five months; the tree with 500
  // steps gives 4.283 (from memory).
  near(americanValue(50, put(50, 5 / 12, 0.4, 0.1)), 4.284, 1e-3);
});

// ——— beside the plain tree ———

test("listed options are within a basis point of the spot of a tree of 501 steps, nearly all far closer", () => {
  const errors: number[] = [];
  fc.assert(
    fc.property(americanTerms(), fc.double({ min: 0.75, max: 1.3, noNaN: true }), (option, moneyness) => {
      fc.pre(option.volatility >= 0.1);
      const spot = option.strike * moneyness;
      const tree = plainTreeValue(spot, option, { steps: 501, style: "american" });
      errors.push(Math.abs(americanValue(spot, option) - tree) / spot / BASIS_POINT);
    }),
    { seed: 51, numRuns: 60 },
  );
  errors.sort((a, b) => a - b);
  assert.ok(errors[Math.floor(errors.length / 2)] < 0.02, `median ${errors[Math.floor(errors.length / 2)]}`);
  assert.ok(errors[errors.length - 1] < 1, `worst ${errors[errors.length - 1]}`);
});

test("very small volatilities, where the exercise boundary is steepest", () => {
  for (const volatility of [0.005, 0.03]) {
    for (const [rate, dividendYield] of [
      [0.05, 0],
      [0.05, 0.05],
      [0.02, 0.05],
      [0.1, 0.01],
    ] as const) {
      for (const spot of [99.5, 100, 101]) {
        const option = put(100, 1, volatility, rate, dividendYield);
        const tree = plainTreeValue(spot, option, { steps: 501, style: "american" });
        near(
          americanValue(spot, option),
          tree,
          0.5 * BASIS_POINT * spot,
          `${volatility} ${rate} ${dividendYield} ${spot}`,
        );
      }
    }
  }
});

test("negative rates: two boundaries, one, or none", () => {
  for (const [rate, dividendYield] of [
    [-0.02, -0.05],
    [-0.01, 0.03],
    [-0.02, -0.01],
    [0.02, -0.02],
    [0.0001, -0.02],
  ] as const) {
    for (const option of [put(100, 1, 0.2, rate, dividendYield), call(100, 1, 0.2, dividendYield, rate)]) {
      const tree = plainTreeValue(100, option, { steps: 501, style: "american" });
      near(americanValue(100, option), tree, 0.7 * BASIS_POINT * 100, `${option.right} ${rate} ${dividendYield}`);
    }
  }
});

// ——— what must hold of any American option ———

/** How far the approximation may bend a law of exact prices. */
const SLACK = 0.7 * BASIS_POINT;

test("not below the European option, not below its payoff, not above spot or strike", () => {
  fc.assert(
    fc.property(americanTerms(), fc.double({ min: 20, max: 500, noNaN: true }), (option, spot) => {
      const value = americanValue(spot, option);
      assert.ok(value >= payoff(spot, option) - 1e-12 * spot);
      assert.ok(value >= europeanValue(spot, option) - 1e-10 * spot);
      assert.ok(value <= (option.right === "call" ? spot : option.strike) * (1 + 1e-12));
    }),
    { seed: 1, numRuns: 600 },
  );
});

test("dearer with more volatility and more time; a put falls and a call rises with the spot", () => {
  fc.assert(
    fc.property(
      americanTerms(),
      fc.double({ min: 50, max: 200, noNaN: true }),
      fc.double({ min: 1.001, max: 1.5, noNaN: true }),
      (option, spot, more) => {
        const value = americanValue(spot, option);
        const slack = SLACK * spot;
        assert.ok(
          americanValue(spot, { ...option, volatility: option.volatility * more }) >= value - slack,
          "volatility",
        );
        assert.ok(americanValue(spot, { ...option, years: option.years * more }) >= value - slack, "time");
        const moved = americanValue(spot * more, option) - value;
        assert.ok(option.right === "call" ? moved >= -slack : moved <= slack, "spot");
        assert.ok(Math.abs(moved) <= spot * (more - 1) + slack, "no more than the spot itself");
      },
    ),
    { seed: 2, numRuns: 300 },
  );
});

test("a call is a put with spot and strike, rate and yield exchanged; prices scale", () => {
  fc.assert(
    fc.property(americanTerms(), fc.double({ min: 50, max: 200, noNaN: true }), (option, spot) => {
      const mirrored: OptionTerms = {
        ...option,
        right: option.right === "call" ? "put" : "call",
        strike: spot,
        rate: option.dividendYield,
        dividendYield: option.rate,
      };
      const value = americanValue(spot, option);
      near(americanValue(option.strike, mirrored), value, 1e-11 * spot);
      near(americanValue(spot * 8, { ...option, strike: option.strike * 8 }), value * 8, 1e-11 * spot);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test("without a yield a call is European, without a rate a put is", () => {
  for (const spot of [60, 100, 150]) {
    near(americanValue(spot, call(100, 1, 0.3, 0.05)), europeanValue(spot, call(100, 1, 0.3, 0.05)), 1e-11);
    near(americanValue(spot, put(100, 1, 0.3, 0, 0.02)), europeanValue(spot, put(100, 1, 0.3, 0, 0.02)), 1e-11);
  }
});

test("what no model can price is NaN", () => {
  const option = put(100, 1, 0.2, 0.05);
  assert.ok(Number.isNaN(americanValue(100, { ...option, volatility: 0 })));
  assert.ok(Number.isNaN(americanValue(Number.NaN, option)));
  assert.ok(Number.isNaN(americanValue(0, option)));
  assert.ok(Number.isNaN(americanValue(100, { ...option, rate: 2.1 })), "200% over the option's life");
  assert.ok(
    Number.isNaN(americanValue(10, option, [{ years: 0.5, amount: 11 }])),
    "dividends worth more than the spot",
  );
  const monthly = Array.from({ length: 65 }, (_, index) => ({ years: (index + 1) / 70, amount: 0.01 }));
  assert.ok(Number.isNaN(americanValue(100, option, monthly)), "more dividends than there is room for");
  assert.ok(americanValue(100, option, monthly.slice(1)) > 0);
  assert.equal(americanValue(90, { ...option, years: 0 }), 10);
});

// ——— cash dividends ———

/** Mean of `f` at escrowed spots after `years`, by Simpson's rule over ±9 deviations: slow and obvious. */
function expectation(
  start: number,
  { rate, volatility }: OptionTerms,
  years: number,
  f: (spot: number) => number,
): number {
  const count = 4000;
  let sum = 0;
  for (let index = 0; index <= count; index++) {
    const z = -9 + (18 * index) / count;
    const weight = index === 0 || index === count ? 1 : index % 2 === 1 ? 4 : 2;
    const drift = (rate - volatility ** 2 / 2) * years;
    const spot = start * Math.exp(drift + volatility * Math.sqrt(years) * z);
    sum += weight * Math.exp((-z * z) / 2) * f(spot);
  }
  return ((sum * 18) / count / 3 / Math.sqrt(2 * Math.PI)) * Math.exp(-rate * years);
}

/** An American call with one dividend is the better, at the ex-date, of exercise and of the European call that remains. */
function callWithOneDividend(spot: number, option: OptionTerms, { years, amount }: CashDividend): number {
  const escrowed = spot - amount * Math.exp(-option.rate * years);
  const rest = { ...option, years: option.years - years };
  const better = (at: number) => Math.max(at + amount - option.strike, europeanValue(at, rest));
  return Math.max(expectation(escrowed, option, years, better), payoff(spot, option));
}

test("a call with one dividend, the case of Roll, Geske and Whaley", () => {
  // Haug, 2nd ed., 9.1.2 (from memory; the example of the R package fOptions): S 80, K 82, four months, 6%, 30%, a
  // dividend of 4 in three months.
  const option = call(82, 1 / 3, 0.3, 0.06);
  const dividend = { years: 0.25, amount: 4 };
  near(callWithOneDividend(80, option, dividend), 4.386, 5e-5);
  near(americanValue(80, option, [dividend]), 4.386, 0.5 * BASIS_POINT * 80);
});

test("calls with one dividend of any size and date are within a basis point of the exact value", () => {
  fc.assert(
    fc.property(
      fc.record({
        spot: fc.double({ min: 70, max: 140, noNaN: true }),
        volatility: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
        years: fc.double({ min: 0.05, max: 1, noNaN: true }),
        part: fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        amount: fc.double({ min: 0.1, max: 3, noNaN: true }),
      }),
      ({ spot, volatility, years, part, amount }) => {
        const option = call(100, years, volatility, 0.04);
        const dividend = { years: part * years, amount };
        near(americanValue(spot, option, [dividend]), callWithOneDividend(spot, option, dividend), BASIS_POINT * spot);
      },
    ),
    { seed: 8, numRuns: 60 },
  );
});

test("dividends after expiry do not count, one on the day of expiry does", () => {
  const option = put(100, 0.5, 0.25, 0.04);
  assert.equal(americanValue(100, option, [{ years: 0.5001, amount: 2 }]), americanValue(100, option));
  assert.equal(americanValue(100, option, [{ years: -0.1, amount: 2 }]), americanValue(100, option));
  assert.ok(americanValue(100, option, [{ years: 0.5, amount: 2 }]) > americanValue(100, option) + 0.5);
});

test("exercise waits for a dividend: a put just after, a call just before", () => {
  // Deep in the money and all but certain: the put takes the strike tomorrow, without the dividend; the call takes the stock
  // tomorrow, with it.
  const dividend = [{ years: 1 / 365, amount: 4 }];
  const discount = Math.exp(-0.05 / 365);
  near(americanValue(50, put(100, 0.5, 0.1, 0.05), dividend), 100 * discount - 50 + 4 * discount, 2e-3);
  near(americanValue(150, call(100, 0.5, 0.1, 0.05), dividend), 150 - 100 * discount, 2e-3);
});
