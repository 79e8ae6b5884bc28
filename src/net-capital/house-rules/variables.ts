/** What the house rules of a net-capital rulebook may speak of, and where each value comes from. */
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { INSTRUMENT_VARIABLES, instrumentConditionValues } from "../../books/instrument-conditions.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { ConditionLanguage } from "../../rulebook/conditions/condition.ts";

const VARIABLES = {
  instrument: {
    ...INSTRUMENT_VARIABLES,
    readyMarket: { type: "flag", meaning: "Whether it has a ready market, (c)(11)." },
    marketMakers: { type: "number", meaning: "How many independent market makers it has." },
    minimalCreditRisk: { type: "flag", meaning: "Whether the firm found its credit risk minimal." },
    coupon: { type: "rate", meaning: "Its coupon." },
    floating: { type: "flag", meaning: "Whether its rate floats." },
    fundClass: { type: "text", meaning: "What kind of fund it is." },
    called: { type: "day", meaning: "The day on which it is redeemed." },
    productGroup: { type: "text", meaning: "Its product group." },
  },
  position: {
    side: { type: "text", meaning: '"long" or "short": the firm\'s net position, over all its accounts.' },
    quantity: { type: "number", meaning: "How much of it, without a sign." },
    price: { type: "number", meaning: "Its valuation price, as quoted." },
    value: { type: "dollars", meaning: "Market value without a sign; of a future, the value of the contracts." },
    haircut: { type: "rate", meaning: "The rate of its bucket under (c)(2)(vi), before anything nets." },
  },
  firm: {
    method: { type: "text", meaning: '"aggregate-indebtedness" or "alternative".' },
    activity: { type: "text", meaning: "Which activity sets its dollar minimum." },
  },
} as const;

/** The language of house rules. */
export const HOUSE_LANGUAGE = new ConditionLanguage(VARIABLES);
export type HouseVariables = typeof VARIABLES;

const PRICE_UNIT = 10 ** PRICE_SCALE;

export function instrumentValues(of: InstrumentAttributes, asOf: Day): object {
  return HOUSE_LANGUAGE.values("instrument", {
    ...instrumentConditionValues(of, asOf),
    readyMarket: of.readyMarket,
    marketMakers: of.marketMakers,
    minimalCreditRisk: of.minimalCreditRisk,
    coupon: of.coupon,
    floating: of.floating,
    fundClass: of.fundClass,
    called: of.called,
    productGroup: of.productGroup,
  });
}

export function firmValues({ method, activity }: { readonly method: string; readonly activity: string }): object {
  return HOUSE_LANGUAGE.values("firm", { method, activity });
}

/** What a position is in, and under which rate; NaN and undefined: not known. */
export interface HousePosition {
  /** Signed. */
  readonly units: number;
  /** Decimal places of a unit. */
  readonly scale: number;
  /** 10^-8. */
  readonly price: number;
  /** Cents, without a sign. */
  readonly value: number;
  /** Of its bucket; undefined where other paragraphs charge it. */
  readonly haircut: Rate | undefined;
}

export function positionValues({ units, scale, price, value, haircut }: HousePosition): object {
  return HOUSE_LANGUAGE.values("position", {
    side: units < 0 ? "short" : "long",
    quantity: Math.abs(units) / 10 ** scale,
    price: Number.isNaN(price) ? undefined : price / PRICE_UNIT,
    value: Number.isNaN(value) ? undefined : (value as Cents),
    haircut,
  });
}
