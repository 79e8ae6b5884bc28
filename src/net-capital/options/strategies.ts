/**
 * The charges of Appendix A on options and what they are paired with, one function for one paragraph: listed options by
 * strategies, 15c3-1a(b)(2), and unlisted ones, 15c3-1a(c). Each function serves two measures: cents for the lines, and
 * fine amounts of one contract for choosing pairs.
 *
 * Words of the rule: the *percentage* is the haircut of the underlying on its market value; *time value* is the part of an
 * option's market value above what it is in the money.
 */
import { assertNever } from "../../base/assert.ts";
import type { Rate } from "../../base/rate.ts";
import type { NetCapitalRules } from "../rules.ts";
import { type OptionsRules, shareOf } from "./rules.ts";
import type { Measure, Series } from "./series.ts";

/** What the charges of a class depend on besides its series. */
export interface ClassTerms {
  /** Of the underlying, in units of 10^-8. */
  price: number;
  /** The haircut of the underlying, (c)(2)(vi). */
  readonly rate: Rate;
  /** The least share of it, as a rate. */
  readonly floorRate: Rate;
  readonly conversionRate: Rate;
  readonly rules: OptionsRules;
  readonly readings: NetCapitalRules["readings"];
}

export function classTerms(rate: Rate, isOrdinary: boolean, { options, readings }: NetCapitalRules): ClassTerms {
  const stated = readings.conversionRate === "stated" && isOrdinary;
  return {
    price: Number.NaN,
    rate,
    floorRate: shareOf(rate, options.strategies.uncoveredShare),
    conversionRate: stated ? options.unlisted.conversion : shareOf(rate, { numerator: 1, denominator: 2 }),
    rules: options,
    readings,
  };
}

export const STRATEGIES = [
  "uncovered",
  "long",
  "protective",
  "covered",
  "spread",
  "unlisted-short",
  "unlisted-long",
  "unlisted-covered",
  "conversion",
] as const;
export type Strategy = (typeof STRATEGIES)[number];

export function inTheMoney(m: Measure, { price }: ClassTerms, series: Series): number {
  const depth = series.isCall ? price - series.strike : series.strike - price;
  return m.at(series, depth > 0 ? depth : 0);
}

export function outOfTheMoney(m: Measure, { price }: ClassTerms, series: Series): number {
  const depth = series.isCall ? series.strike - price : price - series.strike;
  return m.at(series, depth > 0 ? depth : 0);
}

export function timeValue(m: Measure, terms: ClassTerms, series: Series): number {
  return above(m.at(series, series.price), inTheMoney(m, terms, series));
}

function above(amount: number, limit: number): number {
  return amount > limit ? amount - limit : 0;
}

/** The percentage of the market value of the underlying. */
export function percentage(m: Measure, { price, rate }: ClassTerms, series: Series): number {
  return m.share(m.at(series, price), rate);
}

/** (b)(2)(iii)(A), (B): a short option by itself. */
function uncovered(m: Measure, terms: ClassTerms, short: Series): number {
  const { uncoveredMinimum } = terms.rules.strategies;
  return Math.max(
    above(percentage(m, terms, short), outOfTheMoney(m, terms, short)),
    m.minimum(uncoveredMinimum, short),
    m.share(m.at(short, terms.price), terms.floorRate),
  );
}

/** (b)(2)(iii)(C): a long option by itself. */
function long(m: Measure, { rules }: ClassTerms, series: Series): number {
  return m.share(m.at(series, series.price), rules.strategies.long);
}

/** (b)(2)(iii)(D)(1), (2): the underlying, and a long option that bounds its loss. */
function protective(m: Measure, terms: ClassTerms, series: Series): number {
  const minimum = Math.min(m.minimum(terms.rules.strategies.hedgedMinimum, series), inTheMoney(m, terms, series));
  return Math.max(Math.min(percentage(m, terms, series), outOfTheMoney(m, terms, series)), minimum);
}

/** (b)(2)(iii)(D)(3): the underlying, and a short option that it covers. */
function covered(m: Measure, terms: ClassTerms, short: Series): number {
  return Math.max(
    above(percentage(m, terms, short), inTheMoney(m, terms, short)),
    m.minimum(terms.rules.strategies.hedgedMinimum, short),
  );
}

/** (b)(2)(iii)(E): what the exercise of both can lose. */
function spread(m: Measure, short: Series, bought: Series): number {
  const width = short.isCall ? bought.strike - short.strike : short.strike - bought.strike;
  return m.at(short, width > 0 ? width : 0);
}

/** (c)(1), (2). */
function unlistedShort(m: Measure, terms: ClassTerms, short: Series): number {
  return Math.max(
    above(percentage(m, terms, short), outOfTheMoney(m, terms, short)),
    m.minimum(terms.rules.unlisted.minimum, short),
  );
}

/** (c)(7). */
function unlistedLong(m: Measure, terms: ClassTerms, series: Series): number {
  return Math.min(percentage(m, terms, series), inTheMoney(m, terms, series));
}

/** (c)(3), (4). */
function unlistedCovered(m: Measure, terms: ClassTerms, short: Series): number {
  return above(percentage(m, terms, short), inTheMoney(m, terms, short));
}

/** (c)(5), (6). */
function conversion(m: Measure, { price, conversionRate }: ClassTerms, short: Series): number {
  return m.share(m.at(short, price), conversionRate);
}

/** The deduction on a strategy; `other` is the long option of a spread or of a conversion. */
export function deductionOf(strategy: Strategy, m: Measure, terms: ClassTerms, series: Series, other: Series): number {
  switch (strategy) {
    case "uncovered":
      return uncovered(m, terms, series);
    case "long":
      return long(m, terms, series);
    case "protective":
      return protective(m, terms, series);
    case "covered":
      return covered(m, terms, series);
    case "spread":
      return spread(m, series, other);
    case "unlisted-short":
      return unlistedShort(m, terms, series);
    case "unlisted-long":
      return unlistedLong(m, terms, series);
    case "unlisted-covered":
      return unlistedCovered(m, terms, series);
    case "conversion":
      return conversion(m, terms, series);
    default:
      return assertNever(strategy);
  }
}

/**
 * What a strategy adds to net worth, (b)(2)(ii): (A) the time value of a short listed option; (B) less that of a long one
 * which bounds the loss of the underlying; (C) of a spread, what the short one is worth less what the long one is, in place
 * of (A). Unlisted options are in net worth at what they are in the money, and are not adjusted.
 */
export function adjustmentOf(strategy: Strategy, m: Measure, terms: ClassTerms, series: Series, other: Series): number {
  switch (strategy) {
    case "uncovered":
    case "covered":
      return timeValue(m, terms, series);
    case "protective":
      return -timeValue(m, terms, series);
    case "spread": {
      const net = m.at(series, series.price) - m.at(other, other.price);
      return terms.readings.optionSpreadAdjustment === "adds" ? net + timeValue(m, terms, series) : net;
    }
    case "long":
    case "unlisted-short":
    case "unlisted-long":
    case "unlisted-covered":
    case "conversion":
      return 0;
    default:
      return assertNever(strategy);
  }
}

/** The paragraph of a strategy's deduction, and of its adjustment of net worth. */
export function paragraphsOf(strategy: Strategy, { isCall }: Series): readonly [deduction: string, adjustment: string] {
  const listed = "15c3-1a(b)(2)";
  switch (strategy) {
    case "uncovered":
      return [`${listed}(iii)(${isCall ? "A" : "B"})`, `${listed}(ii)(A)`];
    case "long":
      return [`${listed}(iii)(C)`, ""];
    case "protective":
      return [`${listed}(iii)(D)(${isCall ? 2 : 1})`, `${listed}(ii)(B)`];
    case "covered":
      return [`${listed}(iii)(D)(3)`, `${listed}(ii)(A)`];
    case "spread":
      return [`${listed}(iii)(E)(${isCall ? 1 : 2})`, `${listed}(ii)(C)`];
    case "unlisted-short":
      return [`15c3-1a(c)(${isCall ? 1 : 2})`, ""];
    case "unlisted-long":
      return ["15c3-1a(c)(7)", ""];
    case "unlisted-covered":
      return [`15c3-1a(c)(${isCall ? 3 : 4})`, ""];
    case "conversion":
      return [`15c3-1a(c)(${isCall ? 5 : 6})`, ""];
    default:
      return assertNever(strategy);
  }
}
