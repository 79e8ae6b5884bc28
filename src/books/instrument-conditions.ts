/** What conditions of every rulebook may speak of an instrument: its variables, and their values on a day. */
import type { Day } from "../base/time.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import type { InstrumentAttributes } from "./instrument-attributes.ts";

export const INSTRUMENT_VARIABLES = {
  name: { type: "text", meaning: "The firm's own identifier of it." },
  type: { type: "text", meaning: 'What it is: "equity", "treasury", "option", as in the security master.' },
  issuer: { type: "text", meaning: "Who issued it." },
  sector: { type: "text", meaning: "Its sector." },
  country: { type: "text", meaning: "Its country." },
  listing: { type: "text", meaning: "Where it is listed." },
  restricted: { type: "flag", meaning: "Whether its sale is restricted." },
  inDefault: { type: "flag", meaning: "Whether it is in default." },
  issued: { type: "day", meaning: "The day of its issue." },
  maturity: { type: "day", meaning: "The day on which it matures or expires." },
  daysToMaturity: { type: "number", meaning: "Calendar days until then, from the business day." },
  leverage: {
    type: "number",
    meaning: "Daily leverage of a fund, negative for an inverse one; 1 for anything else.",
  },
  underlying: { type: "text", meaning: "Of an option or future, what it is on." },
  right: { type: "text", meaning: '"call" or "put".' },
  strike: { type: "number", meaning: "Its strike, in dollars." },
} as const;

/** By variable; undefined: not known. */
export function instrumentConditionValues(of: InstrumentAttributes, asOf: Day) {
  return {
    name: of.instrument,
    type: of.type,
    issuer: of.issuer,
    sector: of.sector,
    country: of.country,
    listing: of.listing,
    restricted: of.restricted,
    inDefault: of.inDefault,
    issued: of.issued,
    maturity: of.maturity,
    daysToMaturity: of.maturity === undefined ? undefined : of.maturity - asOf,
    leverage: of.leverage.numerator / of.leverage.denominator,
    underlying: of.underlying,
    right: of.right,
    strike: of.strike === undefined ? undefined : of.strike / 10 ** PRICE_SCALE,
  };
}
