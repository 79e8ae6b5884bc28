/**
 * The firm's ladder above its minimum, and the tests of early warning of 17a-11 and FINRA 4120. Everything is compared by
 * multiplication in whole cents: "exceeds 1,200 percent" is false at exactly 1,200.
 */
import { assertNever } from "../base/assert.ts";
import { type Cents, ZERO } from "../base/money.ts";
import type { Rate } from "../base/rate.ts";
import { debitItemsBase } from "./minimum.ts";
import type { NetCapitalRules } from "./rules.ts";
import type { NoticeRule, Tier } from "./watch/rules.ts";

/** Of the sign of `amount` less `share` of `of`, exactly. Products of whole numbers are exact while they are below 2^53. */
function compareShare(amount: Cents, share: Rate, of: Cents): number {
  const left = amount * share.denominator;
  const right = of * share.numerator;
  if (Math.abs(left) + Math.abs(right) <= Number.MAX_SAFE_INTEGER) return left - right;
  const difference = BigInt(amount) * BigInt(share.denominator) - BigInt(of) * BigInt(share.numerator);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isBelow(amount: Cents, share: Rate, of: Cents): boolean {
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
  /** Net capital before haircuts and before charges on futures and commodities, 15c3-1(c)(15). */
  readonly tentativeByRule: Cents;
  /** Payable against securities loaned or sold under repos; contract value of borrows and reverse repos. No governments. */
  readonly financingPayable: Cents;
  readonly financingReceivable: Cents;
}

/** The tests that are met now. */
export function noticesDue(figures: NoticeFigures, rules: NetCapitalRules): NoticeRule[] {
  return noticesThatBind(rules).filter((notice) => isMet(notice, figures, rules));
}

/** The tests that bind the firm, by what it does and by its method. */
export function noticesThatBind(rules: NetCapitalRules): readonly NoticeRule[] {
  const { carries } = rules.minimum;
  return rules.notices.filter(({ test, ifCarrying }) => (!ifCarrying || carries) && applies(test, rules));
}

function applies(test: NoticeRule["test"], { firm, minimum }: NetCapitalRules): boolean {
  if (test === "indebtedness-over-net-capital") return firm.method === "aggregate-indebtedness";
  if (test === "net-capital-under-debit-items") return firm.method === "alternative";
  if (test === "tentative-net-capital-under-minimum") return minimum.tentative !== undefined;
  return test !== "tentative-net-capital-under-notice-level" || minimum.tentativeNotice !== undefined;
}

/** Whether a test that binds the firm is met by figures that are known. */
export function isMet({ test, share }: NoticeRule, figures: NoticeFigures, rules: NetCapitalRules): boolean {
  const { tentative = ZERO, tentativeNotice = ZERO } = rules.minimum;
  switch (test) {
    case "indebtedness-over-net-capital":
      return isAbove(figures.aggregateIndebtedness, share, figures.netCapital);
    case "net-capital-under-debit-items":
      return isBelow(figures.netCapital, share, debitItemsBase(figures.aggregateDebitItems, rules));
    case "net-capital-under-requirement":
      return isBelow(figures.netCapital, share, figures.requirement);
    case "net-capital-under-dollar-minimum":
      return isBelow(figures.netCapital, share, figures.dollarMinimum);
    case "financing-over-tentative-net-capital":
      return (
        exceeds(figures.financingPayable, share, figures.tentativeByRule) ||
        exceeds(figures.financingReceivable, share, figures.tentativeByRule)
      );
    case "tentative-net-capital-under-minimum":
      return isBelow(figures.tentativeByRule, share, tentative);
    case "tentative-net-capital-under-notice-level":
      return isBelow(figures.tentativeByRule, share, tentativeNotice);
    case "cannot-compute":
      return false;
    default:
      return assertNever(test);
  }
}

/** The same, of an amount that there is: nothing exceeds nothing, even where it is compared with less. */
function exceeds(amount: Cents, share: Rate, of: Cents): boolean {
  return amount > 0 && isAbove(amount, share, of);
}

export function isAbove(amount: Cents, share: Rate, of: Cents): boolean {
  return compareShare(amount, share, of) > 0;
}
