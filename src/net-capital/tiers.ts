/**
 * The firm's ladder above its minimum, and the tests of early warning of 17a-11 and FINRA 4120. Everything is compared by
 * multiplication in whole cents: "exceeds 1,200 percent" is false at exactly 1,200.
 */
import { assertNever } from "../base/assert.ts";
import type { Cents } from "../base/money.ts";
import type { Rate } from "../base/rate.ts";
import type { NetCapitalRules, NoticeRule, Tier } from "./rules.ts";

/** The sign of `amount` less `share` of `of`, exactly. */
function compareShare(amount: Cents, share: Rate, of: Cents): number {
  const left = amount * share.denominator;
  const right = of * share.numerator;
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return Math.sign(left - right);
  const difference = BigInt(amount) * BigInt(share.denominator) - BigInt(of) * BigInt(share.numerator);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function isBelow(amount: Cents, share: Rate, of: Cents): boolean {
  return compareShare(amount, share, of) < 0;
}

/** In place of a tier's index: none holds. */
export const NO_TIER = -1;

/** The index of the gravest tier that holds, or `NO_TIER`. Tiers are in order, so it is the last that holds. */
export function tierIndex(netCapital: Cents, requirement: Cents, tiers: readonly Tier[]): number {
  let gravest = NO_TIER;
  for (let index = 0; index < tiers.length; index++)
    if (isBelow(netCapital, tiers[index].below, requirement)) gravest = index;
  return gravest;
}

/** What the tests of early warning compare. */
export interface NoticeFigures {
  readonly netCapital: Cents;
  readonly requirement: Cents;
  readonly dollarMinimum: Cents;
  readonly aggregateIndebtedness: Cents;
  readonly aggregateDebitItems: Cents;
}

/** The tests that are met now. Those of a method that is not the firm's never are. */
export function noticesDue(figures: NoticeFigures, rules: NetCapitalRules): NoticeRule[] {
  return rules.notices.filter((notice) => isDue(notice, figures, rules.firm.method));
}

function isDue(
  { test, share }: NoticeRule,
  figures: NoticeFigures,
  method: NetCapitalRules["firm"]["method"],
): boolean {
  switch (test) {
    case "indebtedness-over-net-capital":
      return method === "aggregate-indebtedness" && isAbove(figures.aggregateIndebtedness, share, figures.netCapital);
    case "net-capital-under-debit-items":
      return method === "alternative" && isBelow(figures.netCapital, share, figures.aggregateDebitItems);
    case "net-capital-under-requirement":
      return isBelow(figures.netCapital, share, figures.requirement);
    case "net-capital-under-dollar-minimum":
      return isBelow(figures.netCapital, share, figures.dollarMinimum);
    default:
      return assertNever(test);
  }
}

function isAbove(amount: Cents, share: Rate, of: Cents): boolean {
  return compareShare(amount, share, of) > 0;
}
