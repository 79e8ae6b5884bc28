/**
 * What an option is to a model. All figures are float64 model values, not money: rates and volatilities as fractions a
 * year (0.05 is 5%), continuously compounded; times in years of 365 days.
 */
import { exp } from "./kernel.ts";

export interface OptionTerms {
  readonly right: "call" | "put";
  readonly strike: number;
  /** Time to expiry. At nothing the option is worth its payoff. */
  readonly years: number;
  readonly volatility: number;
  readonly rate: number;
  /** Continuous yield of the underlying. For an option on a future it equals `rate`. */
  readonly dividendYield: number;
}

/** An amount of cash that the underlying pays to those who hold it just before the ex-date, `years` from now. */
export interface CashDividend {
  readonly years: number;
  readonly amount: number;
}

/** Those that go ex within the option's life, expiry included. */
export function within(dividends: readonly CashDividend[], years: number): CashDividend[] {
  return dividends.filter((dividend) => dividend.years > 0 && dividend.years <= years);
}

/** The present value of cash dividends: what a holder of the option does not get. */
export function presentValue(dividends: readonly CashDividend[], rate: number): number {
  let sum = 0;
  for (const dividend of dividends) sum += dividend.amount * exp(-rate * dividend.years);
  return sum;
}

/**
 * Whether a model can say anything: finite figures, a strike and a volatility above nothing, an expiry not in the past.
 */
export function isPriceable({ strike, years, volatility, rate, dividendYield }: OptionTerms): boolean {
  return (
    strike > 0 &&
    years >= 0 &&
    volatility > 0 &&
    Number.isFinite(strike) &&
    Number.isFinite(years) &&
    Number.isFinite(volatility) &&
    Number.isFinite(rate) &&
    Number.isFinite(dividendYield)
  );
}
