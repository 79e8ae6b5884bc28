/**
 * All haircuts that depend on nothing but the market values by bucket, 15c3-1(c)(2)(vi)(A) to (K) and currencies, in the
 * order of the rule. (vii), the full deduction of what has no ready market, comes before tentative net capital and so is
 * not among them.
 */
import type { Line } from "../../base/line.ts";
import { assertNever } from "../../base/assert.ts";
import { type Cents, sum, ZERO } from "../../base/money.ts";
import type { NetCapitalRules } from "../rules.ts";
import {
  type Category,
  FAMILIES,
  type FamilyName,
  longIn,
  type Range,
  type Schedule,
  shortIn,
  type Sides,
} from "../schedule.ts";
import { equityDeduction, equityLine } from "./equities.ts";
import { governmentDeduction, governmentLine } from "./governments.ts";
import { bothSidesDeduction, bucketLines, greaterSidesDeduction, type HaircutView } from "./view.ts";

/** What is deducted in full comes before tentative net capital. */
const HAIRCUT_FAMILIES = FAMILIES.filter((family) => family !== "non-marketable");

/** Of the greater side in each bucket, with the words for people. */
const GREATER_SIDE = [
  ["municipal-notes", "Municipal notes"],
  ["municipals", "Municipal bonds"],
  ["funds", "Money market and other funds"],
  ["short-paper", "Commercial paper and certificates of deposit"],
  ["corporate-debt", "Corporate debt"],
  ["preferred", "Preferred stock"],
] as const;

/** The deduction of one family, in cents. Allocates nothing. */
export function familyDeduction(family: FamilyName, sides: Sides, rules: NetCapitalRules): Cents {
  const { schedule } = rules;
  const range = schedule.families[family];
  switch (family) {
    case "governments":
      return governmentDeduction(sides, schedule.governmentCategories, rules);
    case "canadian-governments":
      return governmentDeduction(sides, schedule.canadianCategories, rules);
    case "municipal-notes":
    case "municipals":
    case "funds":
    case "short-paper":
    case "corporate-debt":
    case "preferred":
      return greaterSidesDeduction(sides, schedule, range);
    case "equities":
      return equityDeduction(longIn(sides, range.from), shortIn(sides, range.from), rules.equities);
    case "limited-market":
    case "currencies":
    case "non-marketable":
      return bothSidesDeduction(sides, schedule, range);
    case "elsewhere":
      return ZERO;
    default:
      return assertNever(family);
  }
}

/** A stretch of buckets whose deduction is a sum by itself: a category of governments, a bucket, or a whole family. */
export interface DeductionPart {
  readonly family: FamilyName;
  readonly range: Range;
  /** In cents. Allocates nothing. */
  readonly deduction: (sides: Sides, rules: NetCapitalRules) => Cents;
}

/** The parts of every family: their deductions add up to the family's. */
export function deductionParts(schedule: Schedule): DeductionPart[] {
  return FAMILIES.flatMap((family): DeductionPart[] => {
    const { from, to } = schedule.families[family];
    const eachBucket = (of: (sides: Sides, schedule: Schedule, range: Range) => Cents): DeductionPart[] =>
      Array.from({ length: to - from }, (_, index) => {
        const range = { from: from + index, to: from + index + 1 };
        return { family, range, deduction: (sides, rules) => of(sides, rules.schedule, range) };
      });
    const eachCategory = (categories: readonly Category[]): DeductionPart[] =>
      categories.map((category) => {
        const only = [category];
        return { family, range: category, deduction: (sides, rules) => governmentDeduction(sides, only, rules) };
      });
    switch (family) {
      case "governments":
        return eachCategory(schedule.governmentCategories);
      case "canadian-governments":
        return eachCategory(schedule.canadianCategories);
      case "municipal-notes":
      case "municipals":
      case "funds":
      case "short-paper":
      case "corporate-debt":
      case "preferred":
        return eachBucket(greaterSidesDeduction);
      case "limited-market":
      case "currencies":
      case "non-marketable":
        return eachBucket(bothSidesDeduction);
      case "equities":
      case "elsewhere":
        return [{ family, range: { from, to }, deduction: (sides, rules) => familyDeduction(family, sides, rules) }];
      default:
        return assertNever(family);
    }
  });
}

/** The sum of all, in cents. */
export function positionDeductions(sides: Sides, rules: NetCapitalRules): Cents {
  return sum(HAIRCUT_FAMILIES.map((family) => familyDeduction(family, sides, rules)));
}

/** The same as lines, one for each paragraph. */
export function positionLines(view: HaircutView): Line[] {
  const { schedule } = view.rules;
  const { families } = schedule;
  return [
    governmentLine(view, "haircuts/governments", "Governments and agencies", schedule.governmentCategories),
    governmentLine(view, "haircuts/canadian-governments", "Governments of Canada", schedule.canadianCategories),
    ...GREATER_SIDE.map(([family, label]) =>
      bucketLines(view, `haircuts/${family}`, label, families[family], "greater side"),
    ),
    equityLine(view),
    bucketLines(view, "haircuts/limited-market", "Limited market", families["limited-market"], "both sides"),
    bucketLines(view, "haircuts/currencies", "Foreign currencies", families.currencies, "both sides"),
  ];
}

/** (vii): what cannot be sold is worth nothing here, long or short. */
export function nonMarketableLine(view: HaircutView): Line {
  const range = view.rules.schedule.families["non-marketable"];
  return bucketLines(
    view,
    "non-allowable/securities",
    "Securities without a ready market, or restricted",
    range,
    "both sides",
  );
}
