/**
 * What the conditions of the house's margin rules may speak of, and where each value comes from. No price, value or size of a
 * position is among them: a condition turns with the day, the security master and the statistics, never with a tick.
 */
import { type Rate, rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { INSTRUMENT_VARIABLES, instrumentConditionValues } from "../../books/instrument-conditions.ts";
import { ConditionLanguage } from "../../rulebook/conditions/condition.ts";
import type { Statistics } from "./statistics.ts";

const VARIABLES = {
  instrument: {
    ...INSTRUMENT_VARIABLES,
    sector: { type: "text", meaning: "Its sector, as listed or as stated with its statistics." },
    daysSinceIssue: { type: "number", meaning: "Calendar days since the day of its issue, to the business day." },
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
      ...instrumentConditionValues(of, asOf),
      sector: stated.sector ?? of.sector,
      daysSinceIssue: of.issued === undefined ? undefined : asOf - of.issued,
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
