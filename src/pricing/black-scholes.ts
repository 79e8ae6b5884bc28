/**
 * European options in closed form: Black, Scholes and Merton with a continuous yield, Black (1976) on futures. Cash
 * dividends are escrowed: the model's spot is the market's less the present value of the dividends before expiry, and
 * the volatility is that of the model's spot. Greeks are per unit: vega and rho for 1.00 of volatility and rate, theta
 * for a year.
 */
import { log, normalCdf, normalDensity, exp } from "./kernel.ts";
import { isPriceable, presentValue, within } from "./terms.ts";
import type { CashDividend, OptionTerms } from "./terms.ts";

export interface Greeks {
  readonly value: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  /** The change of the value in a year that passes, all else equal: of a day, divide by 365. */
  readonly theta: number;
  readonly rho: number;
}

const UNKNOWN: Greeks = {
  value: Number.NaN,
  delta: Number.NaN,
  gamma: Number.NaN,
  vega: Number.NaN,
  theta: Number.NaN,
  rho: Number.NaN,
};

/** d₁ of the formula; d₂ is σ√T less. */
function upperBound(escrowed: number, { strike, years, volatility, rate, dividendYield }: OptionTerms): number {
  const deviation = volatility * Math.sqrt(years);
  return (log(escrowed / strike) + (rate - dividendYield) * years) / deviation + deviation / 2;
}

/** What the option pays if it is exercised at `spot`. */
export function payoff(spot: number, { right, strike }: Pick<OptionTerms, "right" | "strike">): number {
  return Math.max(0, right === "call" ? spot - strike : strike - spot);
}

/**
 * The value of a European option. NaN where the terms are not priceable, the spot is not above nothing, or the
 * dividends before expiry are worth as much as the spot.
 */
export function europeanValue(spot: number, terms: OptionTerms, dividends: readonly CashDividend[] = []): number {
  if (!isPriceable(terms) || !(spot > 0)) return Number.NaN;
  if (terms.years === 0) return payoff(spot, terms);
  const escrowed = spot - presentValue(within(dividends, terms.years), terms.rate);
  if (!(escrowed > 0)) return Number.NaN;
  const high = upperBound(escrowed, terms);
  const low = high - terms.volatility * Math.sqrt(terms.years);
  const side = terms.right === "call" ? 1 : -1;
  const onSpot = escrowed * exp(-terms.dividendYield * terms.years) * normalCdf(side * high);
  const onStrike = terms.strike * exp(-terms.rate * terms.years) * normalCdf(side * low);
  return Math.max(0, side * (onSpot - onStrike));
}

/**
 * Value and greeks of a European option; NaN throughout where `europeanValue` is NaN, and for all but the value at
 * expiry.
 */
export function europeanGreeks(spot: number, terms: OptionTerms, dividends: readonly CashDividend[] = []): Greeks {
  const value = europeanValue(spot, terms, dividends);
  if (Number.isNaN(value) || terms.years === 0) return { ...UNKNOWN, value };
  const { strike, years, volatility, rate, dividendYield } = terms;
  const escrow = within(dividends, years);
  const held = presentValue(escrow, rate);
  const escrowed = spot - held;
  const deviation = volatility * Math.sqrt(years);
  const high = upperBound(escrowed, terms);
  const low = high - deviation;
  const side = terms.right === "call" ? 1 : -1;
  const carried = exp(-dividendYield * years);
  const discounted = strike * exp(-rate * years);
  const delta = side * carried * normalCdf(side * high);
  const density = carried * normalDensity(high);
  const onStrike = side * discounted * normalCdf(side * low);
  const decay = (escrowed * density * volatility) / (2 * Math.sqrt(years));
  // As time passes or the rate moves, the dividends to come change their value, and with it the escrowed spot.
  const held1 = escrow.reduce((sum, { years: wait, amount }) => sum + amount * wait * exp(-rate * wait), 0);
  return {
    value,
    delta,
    gamma: density / (escrowed * deviation),
    vega: escrowed * density * Math.sqrt(years),
    theta: dividendYield * escrowed * delta - rate * onStrike - decay - delta * rate * held,
    rho: years * onStrike + delta * held1,
  };
}

/** Terms of an option on a future. */
export type FuturesOptionTerms = Omit<OptionTerms, "dividendYield">;

/** The value of a European option on a future (Black 1976), paid for when bought. NaN as for `europeanValue`. */
export function futuresOptionValue(future: number, terms: FuturesOptionTerms): number {
  return europeanValue(future, { ...terms, dividendYield: terms.rate });
}

/** Value and greeks of a European option on a future; the price of the future does not move with the rate. */
export function futuresOptionGreeks(future: number, terms: FuturesOptionTerms): Greeks {
  const greeks = europeanGreeks(future, { ...terms, dividendYield: terms.rate });
  return { ...greeks, rho: -terms.years * greeks.value };
}
