/**
 * What the conditions of the house's margin rules may speak of, and where each value comes from. No price, value or size of a
 * position is among them: a condition turns with the day, the security master and the statistics, never with a tick.
 */
import { type Rate, rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { ConditionLanguage } from "../../rulebook/conditions/condition.ts";
import type { Statistics } from "./statistics.ts";

const VARIABLES = {
  instrument: {
    name: { type: "text", meaning: "The firm's own identifier of it." },
    type: { type: "text", meaning: 'What it is: "equity", "etf", "option", as in the security master.' },
    issuer: { type: "text", meaning: "Who issued it." },
    sector: { type: "text", meaning: "Its sector, as listed or as stated with its statistics." },
    country: { type: "text", meaning: "Its country." },
    listing: { type: "text", meaning: "Where it is listed." },
    restricted: { type: "flag", meaning: "Whether its sale is restricted." },
    inDefault: { type: "flag", meaning: "Whether it is in default." },
    issued: { type: "day", meaning: "The day of its issue." },
    daysSinceIssue: { type: "number", meaning: "Calendar days since then, to the business day." },
    maturity: { type: "day", meaning: "The day on which it matures or expires." },
    daysToMaturity: { type: "number", meaning: "Calendar days until then, from the business day." },
    leverage: {
      type: "number",
      meaning: "Daily leverage of a fund, negative for an inverse one; 1 for anything else.",
    },
    underlying: { type: "text", meaning: "Of an option or future, what it is on." },
    right: { type: "text", meaning: '"call" or "put".' },
    strike: { type: "number", meaning: "Its strike, in dollars." },
  },
  statistics: {
    volatility: { type: "rate", meaning: "Its volatility per year." },
    beta: { type: "number", meaning: "Its beta to the market." },
    averageDailyVolume: { type: "number", meaning: "Units traded a day." },
    outstanding: { type: "number", meaning: "Units outstanding." },
  },
  borrow: {
    hardToBorrow: { type: "flag", meaning: "Whether it is hard to borrow." },
    fee: { type: "rate", meaning: "What borrowing it costs per year." },
  },
} as const;

/** The language of the house's margin rules. */
export const HOUSE_LANGUAGE = new ConditionLanguage(VARIABLES);
export type HouseVariables = typeof VARIABLES;

const PRICE_UNIT = 10 ** PRICE_SCALE;
/** Six decimals: what a volatility is compared in. */
const RATE_PARTS = 1_000_000;

/** A model value as a ratio, to the millionth. */
export function rateOf(value: number): Rate {
  return rate(Math.round(value * RATE_PARTS), RATE_PARTS);
}

/** Everything that a condition reads of one instrument on one day. */
export function houseValues(of: InstrumentAttributes, stated: Statistics, asOf: Day) {
  const { volatility, beta, averageDailyVolume, outstanding } = stated;
  return {
    instrument: HOUSE_LANGUAGE.values("instrument", {
      name: of.instrument,
      type: of.type,
      issuer: of.issuer,
      sector: stated.sector ?? of.sector,
      country: of.country,
      listing: of.listing,
      restricted: of.restricted,
      inDefault: of.inDefault,
      issued: of.issued,
      daysSinceIssue: of.issued === undefined ? undefined : asOf - of.issued,
      maturity: of.maturity,
      daysToMaturity: of.maturity === undefined ? undefined : of.maturity - asOf,
      leverage: of.leverage.numerator / of.leverage.denominator,
      underlying: of.underlying,
      right: of.right,
      strike: of.strike === undefined ? undefined : of.strike / PRICE_UNIT,
    }),
    statistics: HOUSE_LANGUAGE.values("statistics", {
      volatility: volatility === undefined ? undefined : rateOf(volatility),
      beta,
      averageDailyVolume,
      outstanding,
    }),
    borrow: HOUSE_LANGUAGE.values("borrow", { hardToBorrow: stated.hardToBorrow, fee: stated.fee }),
  };
}
