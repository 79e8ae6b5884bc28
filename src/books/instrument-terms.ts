/**
 * How an instrument is counted and valued: its scale, and the one fraction that turns quantity × price into cents. Both
 * are fixed when it is first listed.
 */
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { rate } from "../base/rate.ts";
import { PRICE_SCALE, QUANTITY_SCALE } from "../facts/define.ts";
import { INSTRUMENT_TERMS, type InstrumentListed } from "./instrument-types.ts";

const CENTS_SCALE = 2;
const MULTIPLIER_SCALE = 8;
/** What `multiplyDivide` takes. */
const DIVISOR_MAX = 2 ** 52;

export interface Terms {
  /** Decimals of the smallest unit. */
  readonly scale: number;
  /** cents = quantity units × price units × valueNumerator ÷ valueDivisor, in lowest terms. */
  readonly valueNumerator: number;
  readonly valueDivisor: number;
}

/** Throws `bad-value` for a scale or a multiplier that the books cannot work with, `missing-field` for a future's. */
export function termsOf(fact: InstrumentListed): Terms {
  const scale = fact.scale ?? (fact.type === "currency" ? CENTS_SCALE : 0);
  const scaleField = { field: "scale", value: scale };
  if (scale > QUANTITY_SCALE) {
    throw new Trouble("bad-value", "finer than quantities are", {
      ...scaleField,
      expected: `at most ${QUANTITY_SCALE} decimals`,
    });
  }
  if (fact.type === "currency" && scale !== CENTS_SCALE) {
    throw new Trouble("bad-value", "amounts are whole cents", {
      ...scaleField,
      expected: "2, the only scale of a currency for now",
    });
  }
  const text = fact.multiplier ?? INSTRUMENT_TERMS[fact.type].multiplier;
  if (text === undefined)
    throw new Trouble("missing-field", `a ${fact.type} says its multiplier`, { field: "multiplier" });
  const multiplier = rate(parseDecimal(text, MULTIPLIER_SCALE, "multiplier"), 10 ** MULTIPLIER_SCALE);
  const field = { field: "multiplier", value: text };
  if (multiplier.numerator <= 0)
    throw new Trouble("bad-value", "not a multiplier", { ...field, expected: "a number above zero" });
  if (fact.type === "currency" && (multiplier.numerator !== 1 || multiplier.denominator !== 1)) {
    throw new Trouble("bad-value", "a currency is worth itself", { ...field, expected: "1" });
  }
  const cents = rate(10 ** CENTS_SCALE, 10 ** (scale + PRICE_SCALE));
  const value = rate(multiplier.numerator * cents.numerator, multiplier.denominator * cents.denominator);
  if (value.denominator > DIVISOR_MAX || !Number.isSafeInteger(value.numerator)) {
    throw new Trouble("bad-value", "too fine for this scale to value exactly", {
      ...field,
      expected: "fewer decimals",
    });
  }
  return { scale, valueNumerator: value.numerator, valueDivisor: value.denominator };
}
