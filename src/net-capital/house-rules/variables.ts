/** What the house rules of a net-capital rulebook may speak of, and where each value comes from. */
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { ConditionLanguage } from "../../rulebook/conditions/condition.ts";

const VARIABLES = {
  instrument: {
    name: { type: "text", meaning: "The firm's own identifier of it." },
    type: { type: "text", meaning: 'What it is: "equity", "treasury", "option", as in the security master.' },
    issuer: { type: "text", meaning: "Who issued it." },
    sector: { type: "text", meaning: "Its sector." },
    country: { type: "text", meaning: "Its country." },
    listing: { type: "text", meaning: "Where it is listed." },
    readyMarket: { type: "flag", meaning: "Whether it has a ready market, (c)(11)." },
    marketMakers: { type: "number", meaning: "How many independent market makers it has." },
    restricted: { type: "flag", meaning: "Whether its sale is restricted." },
    minimalCreditRisk: { type: "flag", meaning: "Whether the firm found its credit risk minimal." },
    inDefault: { type: "flag", meaning: "Whether it is in default." },
    issued: { type: "day", meaning: "The day of its issue." },
    maturity: { type: "day", meaning: "The day on which it matures or expires." },
    daysToMaturity: { type: "number", meaning: "Calendar days until then, from the business day." },
    coupon: { type: "rate", meaning: "Its coupon." },
    floating: { type: "flag", meaning: "Whether its rate floats." },
    leverage: {
      type: "number",
      meaning: "Daily leverage of a fund, negative for an inverse one; 1 for anything else.",
    },
    fundClass: { type: "text", meaning: "What kind of fund it is." },
    underlying: { type: "text", meaning: "Of an option or future, what it is on." },
    right: { type: "text", meaning: '"call" or "put".' },
    strike: { type: "number", meaning: "Its strike, in dollars." },
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
    name: of.instrument,
    type: of.type,
    issuer: of.issuer,
    sector: of.sector,
    country: of.country,
    listing: of.listing,
    readyMarket: of.readyMarket,
    marketMakers: of.marketMakers,
    restricted: of.restricted,
    minimalCreditRisk: of.minimalCreditRisk,
    inDefault: of.inDefault,
    issued: of.issued,
    maturity: of.maturity,
    daysToMaturity: of.maturity === undefined ? undefined : of.maturity - asOf,
    coupon: of.coupon,
    floating: of.floating,
    leverage: of.leverage.numerator / of.leverage.denominator,
    fundClass: of.fundClass,
    underlying: of.underlying,
    right: of.right,
    strike: of.strike === undefined ? undefined : of.strike / PRICE_UNIT,
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
