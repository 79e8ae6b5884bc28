/**
 * The tier in force: a tier begins when net capital falls below its share of the requirement, and once begun holds until
 * net capital is back at the share above which it is released. A graver tier is never released above a milder one (the
 * rulebook is judged for that), so that the gravest in force says which others are.
 */
import type { Cents } from "../../base/money.ts";
import { isBelow } from "../tiers.ts";
import type { Tier } from "./rules.ts";

/**
 * The index of the gravest tier in force, or `NO_TIER`. `before` is what it was, `byFigure` the gravest tier whose share
 * net capital is below now.
 */
export function tierInForce(
  before: number,
  byFigure: number,
  netCapital: Cents,
  requirement: Cents,
  tiers: readonly Tier[],
): number {
  let index = before > byFigure ? before : byFigure;
  while (index > byFigure && !isBelow(netCapital, tiers[index].releasedAbove, requirement)) index--;
  return index;
}
