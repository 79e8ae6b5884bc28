/** Implied volatility there and back, where it must not be given, and of a real chain. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseDay } from "../../src/base/time.ts";
import { americanValue } from "../../src/pricing/american.ts";
import { europeanValue, payoff } from "../../src/pricing/black-scholes.ts";
import { impliedVolatility } from "../../src/pricing/implied-volatility.ts";
import { RateCurve, yearFraction } from "../../src/pricing/rates.ts";
import type { OptionTerms } from "../../src/pricing/terms.ts";
import { americanTerms, europeanTerms, near } from "./terms.ts";

const EUROPEAN = { style: "european" } as const;
const AMERICAN = { style: "american" } as const;
const OPTION: OptionTerms = { right: "put", strike: 100, years: 0.5, volatility: 0.3, rate: 0.05, dividendYield: 0.01 };

test("European: the model gives the price back wherever the price tells a volatility", () => {
  fc.assert(
    fc.property(europeanTerms(), fc.double({ min: 20, max: 500, noNaN: true }), (option, spot) => {
      const price = europeanValue(spot, option);
      const volatility = impliedVolatility(price, spot, option, EUROPEAN);
      const digits = Math.max(spot, option.strike);
      if (volatility === undefined) {
        const floor = europeanValue(spot, { ...option, volatility: 1e-4 });
        assert.ok(price - floor < 1e-11 * digits, `${price}, floor ${floor}`);
      } else near(europeanValue(spot, { ...option, volatility }), price, 4e-14 * digits);
    }),
    { seed: 21, numRuns: 2000 },
  );
});

test("European: far out of the money, long and short, to twelve digits", () => {
  for (const strike of [5, 50, 99, 100, 101, 150, 300]) {
    for (const volatility of [0.01, 0.1, 0.5, 2, 5]) {
      for (const years of [1 / 365, 0.1, 1, 5]) {
        const right = strike >= 100 ? "call" : "put";
        const option = { ...OPTION, right, strike, years, volatility, rate: 0, dividendYield: 0 } as const;
        const price = europeanValue(100, option);
        if (price < 1e-9 || price > 0.999_999 * Math.min(100, strike)) continue;
        const found = impliedVolatility(price, 100, option, EUROPEAN) ?? Number.NaN;
        near(found / volatility, 1, 1e-11, `${strike} ${volatility} ${years}`);
      }
    }
  }
});

test("American: the model gives the price back wherever the price tells a volatility", () => {
  fc.assert(
    fc.property(americanTerms(), fc.double({ min: 50, max: 200, noNaN: true }), (option, spot) => {
      const price = americanValue(spot, option);
      const volatility = impliedVolatility(price, spot, option, AMERICAN);
      if (volatility === undefined) {
        // Exercised at once, worthless, or so nearly so that the price does not tell.
        assert.ok(price - payoff(spot, option) < 2e-7 * option.strike, `${price} at ${spot}`);
        return;
      }
      near(americanValue(spot, { ...option, volatility }), price, 1e-9 * option.strike);
    }),
    { seed: 22, numRuns: 250 },
  );
});

test("American with cash dividends", () => {
  const dividends = [0.1, 0.35].map((years) => ({ years, amount: 0.8 }));
  for (const right of ["call", "put"] as const) {
    for (const spot of [85, 100, 115]) {
      const option = { ...OPTION, right, dividendYield: 0 };
      const price = americanValue(spot, option, dividends);
      const volatility = impliedVolatility(price, spot, option, { ...AMERICAN, dividends }) ?? Number.NaN;
      near(americanValue(spot, { ...option, volatility }, dividends), price, 1e-7);
      near(volatility, 0.3, 1e-6);
    }
  }
});

test("no volatility for a price that none can make", () => {
  const none = (price: number, spot: number, change: Partial<OptionTerms> = {}) => {
    for (const how of [EUROPEAN, AMERICAN]) {
      assert.equal(impliedVolatility(price, spot, { ...OPTION, ...change }, how), undefined, `${how.style} ${price}`);
    }
  };
  none(9.99, 90, { rate: 0, dividendYield: 0 });
  none(10, 90, { rate: 0, dividendYield: 0 });
  none(0, 120);
  none(-1, 120);
  none(100.5, 90);
  none(90.5, 90, { right: "call" });
  none(Number.NaN, 90);
  none(Number.POSITIVE_INFINITY, 90);
  none(12, Number.NaN);
  none(12, 0);
  none(12, 90, { years: 0 });
  none(12, 90, { strike: 0 });
  none(12, 90, { rate: Number.NaN });
  // Between the European floor and the payoff: a European price, not an American one.
  assert.ok((impliedVolatility(19.5, 80, OPTION, EUROPEAN) ?? 0) > 0);
  assert.equal(impliedVolatility(19.5, 80, OPTION, AMERICAN), undefined);
  assert.equal(impliedVolatility(20, 80, OPTION, AMERICAN), undefined);
});

/** Google at the close of 24 December 2015: no dividends then, options American. */
const SPOT = 748.4;
const TRADED = parseDay("2015-12-24");
/** Treasury par yields of that day for one month, three, six, one year and two. */
const CURVE = new RateCurve(
  [
    ["2016-01-24", 0.0015],
    ["2016-03-24", 0.002],
    ["2016-06-24", 0.0049],
    ["2016-12-24", 0.0064],
    ["2017-12-24", 0.0103],
  ].map(([day, rate]) => ({ day: parseDay(day), rate: Number(rate) })),
);

interface Quote {
  readonly price: number;
  readonly option: Omit<OptionTerms, "volatility">;
}

function chain(): Quote[] {
  const lines = readFileSync(join(import.meta.dirname, "../data/goog_options.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return lines.map((line) => {
    const [expiry, strike, right, close] = line.split(",");
    const day = parseDay(expiry.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3"));
    return {
      price: Number(close),
      option: {
        right: right === "C" ? "call" : "put",
        strike: Number(strike),
        years: yearFraction(TRADED, day),
        rate: CURVE.rate(day),
        dividendYield: 0,
      },
    };
  });
}

test("a real chain: every quote above its floor has a volatility that gives it back", () => {
  const quotes = chain();
  let found = 0;
  for (const { price, option } of quotes) {
    const volatility = impliedVolatility(price, SPOT, option, AMERICAN);
    const floor = americanValue(SPOT, { ...option, volatility: 0.001 });
    if (volatility === undefined) {
      assert.ok(price <= floor + 1e-6 * option.strike, `${option.right} ${option.strike}: ${price}, floor ${floor}`);
      continue;
    }
    found++;
    near(americanValue(SPOT, { ...option, volatility }), price, 1e-6);
    assert.ok(volatility > 0.15 && volatility < 1.2, `${option.right} ${option.strike}: ${volatility}`);
  }
  assert.ok(found >= 0.95 * quotes.length, `${found} of ${quotes.length}`);
});

test("a real chain: puts and calls of a strike agree, and the smile is smooth near the money", () => {
  const byStrike = new Map<string, number[]>();
  for (const { price, option } of chain()) {
    if (Math.abs(option.strike / SPOT - 1) > 0.1) continue;
    const key = `${option.years} ${option.strike}`;
    const volatility = impliedVolatility(price, SPOT, option, AMERICAN);
    if (volatility !== undefined) byStrike.set(key, [...(byStrike.get(key) ?? []), volatility]);
  }
  const pairs = [...byStrike.values()].filter(({ length }) => length === 2);
  for (const [one, other] of pairs) near(one, other, 0.02);
});
