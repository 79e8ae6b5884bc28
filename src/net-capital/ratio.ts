/** The ratio that the rule speaks of, kept as its two amounts; the percentage is for people and decides nothing. */
import { formatDecimal } from "../base/decimal.ts";
import type { Cents } from "../base/money.ts";
import { multiplyDivide } from "../base/divide.ts";

export type RatioKind = "indebtedness-to-net-capital" | "net-capital-to-debit-items";

export interface Ratio {
  readonly kind: RatioKind;
  readonly amount: Cents;
  readonly to: Cents;
  /** "7.44", per cent, rounded half to even; undefined where there is nothing, or less, to divide by. */
  readonly percent: string | undefined;
}

const PERCENT_DECIMALS = 2;

export function ratioOf(kind: Ratio["kind"], amount: Cents, to: Cents): Ratio {
  return { kind, amount, to, percent: percentOf(amount, to) };
}

/** "7.44", per cent, rounded half to even; undefined where there is nothing, or less, to divide by. */
export function percentOf(amount: Cents, to: Cents): string | undefined {
  const units = to > 0 ? multiplyDivide(amount, 100 * 10 ** PERCENT_DECIMALS, to) : Number.NaN;
  return Number.isNaN(units) ? undefined : formatDecimal(units, PERCENT_DECIMALS, PERCENT_DECIMALS);
}
