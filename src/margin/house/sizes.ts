/**
 * Rules by the size of a position: its share of the account, of the issue and of a week's volume, and how long it takes to
 * liquidate. The last three turn with fills and with the day, never with a tick.
 */
import { Trouble } from "../../base/errors.ts";
import type { Cents } from "../../base/money.ts";
import { formatRate, type Rate } from "../../base/rate.ts";
import type { AccountExposures, Exposure } from "./exposures.ts";
import { type Demand, type House, undecided } from "./house.ts";
import type { Asked, BlockSizeRule, ConcentrationRule, HouseRule, LiquidityRule } from "./rules.ts";
import { rateOf } from "./variables.ts";

/** A demand, nothing, or that it cannot be said. */
export type Found = Demand | Trouble | undefined;

const SESSIONS_A_WEEK = 5;

/** The highest tier that the name's share of the account is above. A short is part of the gross value only. */
export function concentrationDemand(
  house: House,
  rule: ConcentrationRule,
  account: AccountExposures,
  exposure: Exposure,
): Found {
  const value = concentrated(rule, exposure);
  if (value <= 0) return undefined;
  const holds = house.holds(rule, exposure.part.underlying);
  if (holds !== true) return holds === false ? undefined : holds;
  const whole = account[rule.of];
  const tier = rule.tiers.findLast(({ above }) => isAbove(value, whole, above));
  if (tier === undefined) return undefined;
  return demandOf(rule, tier, { share: shareInWords(value / whole), above: formatRate(tier.above) });
}

/** The value of a name that a rule of concentration measures, without a sign; zero: none of it counts. */
export function concentrated({ of }: ConcentrationRule, { stock }: Exposure): number {
  return of === "gross" ? Math.abs(stock) : Math.max(0, stock);
}

/** value ÷ whole > share, in whole numbers. */
function isAbove(value: number, whole: Cents, { numerator, denominator }: Rate): boolean {
  return BigInt(value) * BigInt(denominator) > BigInt(whole) * BigInt(numerator);
}

/** The highest tier that the block reaches by its share of the issue or of a week's volume, 4210(e)(8). */
export function blockSizeDemand(house: House, rule: BlockSizeRule, exposure: Exposure): Found {
  const shares = Math.abs(exposure.shares);
  if (shares === 0) return undefined;
  const holds = house.holds(rule, exposure.part.underlying);
  if (holds !== true) return holds === false ? undefined : holds;
  const { outstanding, averageDailyVolume } = house.statistics(exposure.part.underlying);
  const needs = (field: "outstanding" | "weeklyVolume") => rule.tiers.some((tier) => tier[field] !== undefined);
  if (outstanding === undefined && needs("outstanding"))
    return undecided(rule, "statistics.outstanding", exposure.name);
  if (averageDailyVolume === undefined && needs("weeklyVolume"))
    return undecided(rule, "statistics.averageDailyVolume", exposure.name);
  const reaches = (whole: number, from: Rate | undefined): boolean =>
    from !== undefined && shares * from.denominator >= whole * from.numerator;
  const week = (averageDailyVolume ?? 0) * SESSIONS_A_WEEK;
  const tier = rule.tiers.findLast(
    (each) => reaches(outstanding ?? 0, each.outstanding) || reaches(week, each.weeklyVolume),
  );
  if (tier === undefined) return undefined;
  return demandOf(rule, tier, {
    ...(outstanding !== undefined && { ofOutstanding: shareInWords(shares / outstanding) }),
    ...(averageDailyVolume !== undefined && { ofWeeklyVolume: shareInWords(shares / week) }),
  });
}

/** The highest tier that liquidating takes longer than: quantity ÷ (participation × average daily volume). */
export function liquidityDemand(house: House, rule: LiquidityRule, exposure: Exposure): Found {
  if (exposure.shares === 0) return undefined;
  const holds = house.holds(rule, exposure.part.underlying);
  if (holds !== true) return holds === false ? undefined : holds;
  const { averageDailyVolume } = house.statistics(exposure.part.underlying);
  if (averageDailyVolume === undefined) return undecided(rule, "statistics.averageDailyVolume", exposure.name);
  const sessions = sessionsToLiquidate(Math.abs(exposure.shares), rule.participation, averageDailyVolume);
  const tier = rule.tiers.findLast(({ longerThan }) => sessions > longerThan);
  if (tier === undefined) return undefined;
  return demandOf(rule, tier, { sessionsToLiquidate: sessions.toFixed(2) });
}

/** Whole units, a share of a day's volume, units a day. */
export function sessionsToLiquidate(units: number, participation: Rate, averageDailyVolume: number): number {
  return (units * participation.denominator) / (participation.numerator * averageDailyVolume);
}

function demandOf(rule: HouseRule, { raise, words }: Asked, inputs: Readonly<Record<string, string>>): Found {
  if (raise.kind === "at-least" || raise.kind === "add") return { rule, words, raise, inputs };
  return new Trouble("missing-rule", `house rule "${rule.name}" asks for neither a rate nor points`, {});
}

function shareInWords(share: number): string {
  return Number.isFinite(share)
    ? `${((rateOf(share).numerator / rateOf(share).denominator) * 100).toFixed(2)}%`
    : "all";
}
