/** What closing so many units weighs in each policy of the rulebook: what a set of closing orders is the smallest by. */
import { assertNever } from "../../base/assert.ts";
import type { Cents } from "../../base/money.ts";
import { toNumber, type TradingStatistics } from "./costs.ts";
import type { LiquidationRules } from "./rules.ts";

/** A beta nearer to zero weighs as this one. */
const LEAST_BETA = 0.1;
/** What its customer asked to close last weighs so many times as much: a wish, which gives way where nothing else cures. */
const LAST = 1000;

export interface Weighed {
  readonly statistics: TradingStatistics;
  /** Whole shares or contracts of the position, not negative. */
  readonly quantity: number;
  readonly isLast: boolean;
  readonly value: (units: number) => Cents;
  readonly cost: (units: number) => Cents;
  /** Cents gained, a loss negative, by closing so many in the lots that harm least. */
  readonly gain: (units: number) => number;
}

export function burdenOf(rules: LiquidationRules, weighed: Weighed): (units: number) => number {
  const weight = weighed.isLast ? LAST : 1;
  const burden = policyBurden(rules, weighed);
  return (units) => (units === 0 ? 0 : weight * burden(units));
}

function policyBurden({ policy, costs }: LiquidationRules, weighed: Weighed): (units: number) => number {
  const { statistics, value, cost, gain } = weighed;
  switch (policy) {
    case "least-cost":
      return cost;
    case "least-value":
      return value;
    case "highest-beta": {
      const beta = Math.max(LEAST_BETA, Math.abs(statistics.beta ?? 1));
      return (units) => value(units) / beta;
    }
    case "most-liquid": {
      // Without a volume, as if the position were what trades in a day.
      const volume = statistics.averageDailyVolume ?? 0;
      const days = volume > 0 ? weighed.quantity / volume : 1;
      return (units) => value(units) * days;
    }
    case "least-tax":
      return (units) => cost(units) + Math.max(0, gain(units)) * toNumber(costs.tax);
    default:
      return assertNever(policy);
  }
}
