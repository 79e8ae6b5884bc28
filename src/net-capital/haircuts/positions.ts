/**
 * All haircuts that depend on nothing but the market values by bucket, 15c3-1(c)(2)(vi)(A) to (K) and currencies, in the
 * order of the rule. (vii), the full deduction of what has no ready market, comes before tentative net capital and so is
 * not among them.
 */
import type { Line } from "../../base/line.ts";
import { add, type Cents } from "../../base/money.ts";
import type { NetCapitalRules } from "../rules.ts";
import { longIn, shortIn, type Sides } from "../schedule.ts";
import { equityDeduction, equityLine } from "./equities.ts";
import { governmentDeduction, governmentLine } from "./governments.ts";
import { bothSidesDeduction, bucketLines, greaterSidesDeduction, type HaircutView } from "./view.ts";

/** Of the greater side in each bucket, with the words for people. */
const GREATER_SIDE = [
  ["municipal-notes", "Municipal notes"],
  ["municipals", "Municipal bonds"],
  ["funds", "Money market and other funds"],
  ["short-paper", "Commercial paper and certificates of deposit"],
  ["corporate-debt", "Corporate debt"],
  ["preferred", "Preferred stock"],
] as const;

/** The sum of all, in cents. Allocates nothing. */
export function positionDeductions(sides: Sides, rules: NetCapitalRules): Cents {
  const { schedule } = rules;
  const { families } = schedule;
  const equities = families.equities.from;
  let deduction = governmentDeduction(sides, schedule.governmentCategories, rules);
  deduction = add(deduction, governmentDeduction(sides, schedule.canadianCategories, rules));
  for (let index = 0; index < GREATER_SIDE.length; index++) {
    deduction = add(deduction, greaterSidesDeduction(sides, schedule, families[GREATER_SIDE[index][0]]));
  }
  deduction = add(deduction, equityDeduction(longIn(sides, equities), shortIn(sides, equities), rules.equities));
  deduction = add(deduction, bothSidesDeduction(sides, schedule, families["limited-market"]));
  return add(deduction, bothSidesDeduction(sides, schedule, families.currencies));
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
export function nonMarketableDeduction(sides: Sides, { schedule }: NetCapitalRules): Cents {
  return bothSidesDeduction(sides, schedule, schedule.families["non-marketable"]);
}

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
