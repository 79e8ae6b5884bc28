/**
 * What closing a position is expected to cost: half a spread and fees, and market impact by the square-root model: a share of
 * the day's volatility times the square root of the part of a day's volume that is traded. It is a model, in floating point,
 * and says so wherever it is shown; no requirement and no balance rests on it.
 */
import { type Cents, toCents } from "../../base/money.ts";
import { portionUp, type Rate } from "../../base/rate.ts";
import type { LiquidationRules } from "./rules.ts";

/** Trading days in the year that a volatility is stated for. */
const DAYS_PER_YEAR = 252;

/** What the tape says of an instrument; undefined where it does not say. */
export interface TradingStatistics {
  /** Of daily returns, per year: 0.35. */
  readonly volatility: number | undefined;
  /** Whole shares or contracts that trade in a day. */
  readonly averageDailyVolume: number | undefined;
  readonly beta: number | undefined;
}

/** Expected cost in cents, rounded up, of closing so many whole shares or contracts that are worth `value`. */
export function expectedCost(
  value: Cents,
  quantity: number,
  { volatility, averageDailyVolume }: TradingStatistics,
  costs: LiquidationRules["costs"],
): Cents {
  if (volatility === undefined || averageDailyVolume === undefined || averageDailyVolume <= 0)
    return portionUp(value, costs.withoutStatistics);
  const share = quantity / averageDailyVolume;
  const impact = toNumber(costs.impact) * (volatility / Math.sqrt(DAYS_PER_YEAR)) * Math.sqrt(share);
  return toCents(portionUp(value, costs.spread) + Math.ceil(value * Math.min(1, impact)));
}

export function toNumber({ numerator, denominator }: Rate): number {
  return numerator / denominator;
}
