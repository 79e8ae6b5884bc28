/** European options beside printed values, parity and differences of neighbouring prices. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  europeanGreeks,
  europeanValue,
  futuresOptionGreeks,
  futuresOptionValue,
} from "../../src/pricing/black-scholes.ts";
import type { CashDividend, OptionTerms } from "../../src/pricing/terms.ts";
import { europeanTerms, near } from "./terms.ts";

function terms(
  right: "call" | "put",
  strike: number,
  years: number,
  volatility: number,
  rate: number,
  dividendYield = 0,
) {
  return { right, strike, years, volatility, rate, dividendYield };
}

test("printed values", () => {
  // E. G. Haug, The Complete Guide to Option Pricing Formulas, 2nd ed., 1.1.1, 1.1.2, 1.1.3 (from memory; also in the
  // tests and documentation of the R package fOptions and of QuantLib).
  near(europeanValue(60, terms("call", 65, 0.25, 0.3, 0.08)), 2.1334, 5e-5);
  near(europeanValue(100, terms("put", 95, 0.5, 0.2, 0.1, 0.05)), 2.4648, 5e-5);
  near(futuresOptionValue(19, { right: "call", strike: 19, years: 0.75, volatility: 0.28, rate: 0.1 }), 1.7011, 5e-5);
  near(futuresOptionValue(19, { right: "put", strike: 19, years: 0.75, volatility: 0.28, rate: 0.1 }), 1.7011, 5e-5);
  // J. Hull, Options, Futures, and Other Derivatives, the chapter on Black-Scholes-Merton (from memory): the example with
  // S 42, K 40, and the one with dividends of 0.50 in two and in five months.
  near(europeanValue(42, terms("call", 40, 0.5, 0.2, 0.1)), 4.76, 0.005);
  near(europeanValue(42, terms("put", 40, 0.5, 0.2, 0.1)), 0.81, 0.005);
  const dividends = [
    { years: 2 / 12, amount: 0.5 },
    { years: 5 / 12, amount: 0.5 },
  ];
  near(europeanValue(40, terms("call", 40, 0.5, 0.3, 0.09), dividends), 3.67, 0.005);
  // Hull on futures: F 20, K 20, four months, 9%, 25%.
  near(futuresOptionValue(20, { right: "put", strike: 20, years: 4 / 12, volatility: 0.25, rate: 0.09 }), 1.12, 0.005);
});

test("printed greeks", () => {
  // Hull, the chapter on the Greek letters (from memory): S 49, K 50, 5%, 20%, 20 weeks.
  const greeks = europeanGreeks(49, terms("call", 50, 0.3846, 0.2, 0.05));
  near(greeks.delta, 0.522, 5e-4);
  near(greeks.gamma, 0.066, 5e-4);
  near(greeks.vega, 12.1, 0.05);
  near(greeks.theta, -4.31, 0.005);
  near(greeks.rho, 8.91, 0.005);
});

const DIVIDENDS: readonly CashDividend[] = [
  { years: 0.1, amount: 1 },
  { years: 0.7, amount: 0.5 },
  { years: 9, amount: 100 },
];

test("put-call parity", () => {
  fc.assert(
    fc.property(
      europeanTerms(),
      fc.double({ min: 40, max: 250, noNaN: true }),
      fc.boolean(),
      (shared, spot, paying) => {
        const dividends = paying ? DIVIDENDS : [];
        const held = dividends
          .filter(({ years }) => years <= shared.years)
          .reduce((sum, { years, amount }) => sum + amount * Math.exp(-shared.rate * years), 0);
        const call = europeanValue(spot, { ...shared, right: "call" }, dividends);
        const put = europeanValue(spot, { ...shared, right: "put" }, dividends);
        const forward =
          (spot - held) * Math.exp(-shared.dividendYield * shared.years) -
          shared.strike * Math.exp(-shared.rate * shared.years);
        near(call - put, forward, 1e-11 * spot);
      },
    ),
    { seed: 15, numRuns: 500 },
  );
});

/** A greek as the difference of two prices. */
function difference(
  spot: number,
  option: OptionTerms,
  dividends: readonly CashDividend[],
  by: Partial<OptionTerms> | number,
) {
  const at = (sign: number): number => {
    if (typeof by === "number") return europeanValue(spot + sign * by, option, dividends);
    const moved = Object.fromEntries(
      Object.entries(by).map(([name, step]) => [name, Number(option[name as keyof OptionTerms]) + sign * Number(step)]),
    );
    const passed = sign * (by.years ?? 0);
    const later = dividends.map(({ years, amount }) => ({ years: years + passed, amount }));
    return europeanValue(spot, { ...option, ...moved }, later);
  };
  return (at(1) - at(-1)) / 2;
}

test("greeks are what prices do when their inputs move", () => {
  fc.assert(
    fc.property(
      europeanTerms(),
      fc.double({ min: 70, max: 140, noNaN: true }),
      fc.boolean(),
      (option, spot, paying) => {
        // Well away from ex-dates and expiry, so that a day more or less changes nothing but the time.
        fc.pre([0.1, 0.7].every((at) => Math.abs(option.years - at) > 0.02) && option.years > 0.05);
        const dividends = paying ? DIVIDENDS : [];
        const greeks = europeanGreeks(spot, option, dividends);
        const scale = 1e-5 * spot;
        near(greeks.value, europeanValue(spot, option, dividends), 0);
        near(greeks.delta, difference(spot, option, dividends, 1e-3) / 1e-3, 1e-5);
        near(greeks.vega, difference(spot, option, dividends, { volatility: 1e-5 }) / 1e-5, scale);
        near(greeks.rho, difference(spot, option, dividends, { rate: 1e-5 }) / 1e-5, scale);
        near(greeks.theta, -difference(spot, option, dividends, { years: 1e-5 }) / 1e-5, 20 * scale);
        const up = europeanGreeks(spot + 1e-3, option, dividends).delta;
        const down = europeanGreeks(spot - 1e-3, option, dividends).delta;
        near(greeks.gamma, (up - down) / 2e-3, 1e-5);
      },
    ),
    { seed: 3, numRuns: 300 },
  );
});

test("the rate of an option on a future discounts and does nothing else", () => {
  const option = { right: "call", strike: 95, years: 0.7, volatility: 0.3, rate: 0.05 } as const;
  const more = futuresOptionValue(100, { ...option, rate: 0.05 + 1e-6 });
  const less = futuresOptionValue(100, { ...option, rate: 0.05 - 1e-6 });
  near(futuresOptionGreeks(100, option).rho, (more - less) / 2e-6, 1e-5);
});

test("what no model can price is NaN, and an option at expiry is its payoff", () => {
  const option = terms("put", 100, 1, 0.2, 0.05);
  for (const bad of [
    { strike: 0 },
    { strike: -1 },
    { years: -0.001 },
    { volatility: 0 },
    { volatility: Number.NaN },
    { rate: Number.NaN },
    { years: Number.POSITIVE_INFINITY },
    { dividendYield: Number.POSITIVE_INFINITY },
  ]) {
    assert.ok(Number.isNaN(europeanValue(100, { ...option, ...bad })), JSON.stringify(bad));
    assert.ok(Object.values(europeanGreeks(100, { ...option, ...bad })).every(Number.isNaN));
  }
  assert.ok(Number.isNaN(europeanValue(0, option)));
  assert.ok(Number.isNaN(europeanValue(Number.NaN, option)));
  assert.ok(
    Number.isNaN(europeanValue(10, option, [{ years: 0.5, amount: 11 }])),
    "dividends worth more than the spot",
  );
  assert.equal(europeanValue(90, { ...option, years: 0 }), 10);
  assert.equal(europeanValue(110, { ...option, years: 0 }), 0);
  assert.ok(Number.isNaN(europeanGreeks(90, { ...option, years: 0 }).delta));
});
