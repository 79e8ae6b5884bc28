/**
 * What the program's own model needs to value an option: its terms as listed, the yield that its underlying was listed
 * with (none where it says none), the riskless rate as stated, and a volatility where somebody stated one.
 */
import type { Day } from "../base/time.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import type { ExerciseStyle } from "../pricing/option-grid.ts";
import { yearFraction } from "../pricing/rates.ts";
import type { OptionTerms } from "../pricing/terms.ts";
import type { Instruments } from "./instruments.ts";
import type { StatedValues } from "./stated-values.ts";

export interface ModelTerms {
  readonly style: ExerciseStyle;
  /** The volatility that was stated of the option, or of its underlying; undefined where nobody stated one. */
  readonly stated: number | undefined;
  /** Undefined where no rate is stated. The volatility is NaN where none was stated. */
  readonly terms: OptionTerms | undefined;
}

/**
 * The terms of an option's row on a day, or of a warrant's; one on an index is European where its listing does not say. A
 * warrant that does not say is a call.
 */
export function modelTermsOf(
  instruments: Instruments,
  row: number,
  underlying: number,
  values: StatedValues,
  asOf: Day,
): ModelTerms {
  const { type, dividendYield } = instruments.attributes(underlying);
  const {
    style = type === "index" ? "european" : "american",
    right = "call",
    strike = Number.NaN,
    maturity = Number.NaN as Day,
  } = instruments.attributes(row);
  const rate = values.rate(maturity);
  const stated = values.volatility(row, underlying);
  if (rate === undefined) return { style, stated, terms: undefined };
  const terms: OptionTerms = {
    right: right === "call" ? "call" : "put",
    strike: strike / 10 ** PRICE_SCALE,
    years: yearFraction(asOf, maturity),
    volatility: stated ?? Number.NaN,
    rate,
    dividendYield: dividendYield === undefined ? 0 : dividendYield.numerator / dividendYield.denominator,
  };
  return { style, stated, terms };
}
