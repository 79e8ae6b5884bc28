/**
 * The waterfall of net capital as numbers alone, in an array, so that it can be run after every event without allocating.
 * The running monitor and the explained computation both come through here; the latter asserts that its lines agree.
 */
import { add, type Cents, excessOver, subtract, toCents, ZERO } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import type { CapitalItem } from "../books/capital-items.ts";
import type { CashCategory } from "./cash.ts";
import { commitmentAddBack } from "./haircuts/commitments.ts";
import { dollarMinimum, ratioRequirement, ratioShare, requiredNetCapital } from "./minimum.ts";
import type { NetCapitalRules } from "./rules.ts";
import { tierIndex } from "./tiers.ts";

/** Where each figure stands. The first group is given, the second follows from it. */
export const FIGURE = {
  equity: 0,
  equityNotAllowable: 1,
  subordinated: 2,
  otherCredits: 3,
  nonAllowable: 4,
  charges: 5,
  otherAdditions: 6,
  positionHaircuts: 7,
  reportedHaircuts: 8,
  concentration: 9,
  /** Before any add-back. */
  commitments: 10,
  indebtedness: 11,
  debitItems: 12,
  requirementAdditions: 13,

  tentative: 14,
  /** Net capital before the add-back on commitments. */
  netCapitalBefore: 15,
  netCapital: 16,
  requirement: 17,
  excess: 18,
  /** Not cents: the index of the gravest tier that holds, or -1. */
  tier: 19,
} as const;

/** Room for every figure, in cents. */
export function emptyFigures(): Float64Array {
  return new Float64Array(Object.keys(FIGURE).length);
}

/** Everything that follows, once concentration and commitments stand too. */
export function completeFigures(figures: Float64Array, rules: NetCapitalRules, asOf: Day): void {
  const haircuts = figures[FIGURE.positionHaircuts] + figures[FIGURE.reportedHaircuts] + figures[FIGURE.concentration];
  const commitments = figures[FIGURE.commitments] as Cents;
  const before = toCents(figures[FIGURE.tentative] - haircuts - commitments);
  const netCapital = add(
    before,
    commitmentAddBack(commitments, before, rules.firm.commitmentAddBack, rules.commitments),
  );
  const ratio = ratioRequirement(
    figures[FIGURE.indebtedness] as Cents,
    figures[FIGURE.debitItems] as Cents,
    ratioShare(rules, asOf),
    rules,
  );
  const requirement = requiredNetCapital(ratio, dollarMinimum(rules), figures[FIGURE.requirementAdditions] as Cents);
  figures[FIGURE.netCapitalBefore] = before;
  figures[FIGURE.netCapital] = netCapital;
  figures[FIGURE.requirement] = requirement;
  figures[FIGURE.excess] = subtract(netCapital, requirement);
  figures[FIGURE.tier] = tierIndex(netCapital, requirement, rules.tiers);
}

/** What the items reported for one treatment add up to. */
function itemsTotal(items: Iterable<CapitalItem>, treatment: CapitalItem["treatment"]): Cents {
  let amount = ZERO;
  for (const item of items) if (item.treatment === treatment) amount = add(amount, item.amount);
  return amount;
}

/** What operations report, by where it enters. */
export interface ItemTotals {
  readonly equityNotAllowable: Cents;
  readonly otherCredits: Cents;
  readonly nonAllowable: Cents;
  readonly charges: Cents;
  readonly otherAdditions: Cents;
  readonly haircuts: Cents;
  readonly debitItems: Cents;
  readonly indebtedness: Cents;
  readonly indebtednessExcluded: Cents;
  readonly requirementAdditions: Cents;
}

export function itemTotals(items: Iterable<CapitalItem>): ItemTotals {
  const all = [...items];
  return {
    equityNotAllowable: itemsTotal(all, "equity-not-allowable"),
    otherCredits: itemsTotal(all, "other-credit"),
    nonAllowable: itemsTotal(all, "non-allowable"),
    charges: itemsTotal(all, "charge"),
    otherAdditions: itemsTotal(all, "other-addition"),
    haircuts: itemsTotal(all, "haircut"),
    debitItems: itemsTotal(all, "aggregate-debit-item"),
    indebtedness: itemsTotal(all, "aggregate-indebtedness"),
    indebtednessExcluded: itemsTotal(all, "indebtedness-excluded"),
    requirementAdditions: itemsTotal(all, "requirement-addition"),
  };
}

/** What the books give: sums over balances, positions and items. */
export interface GivenSums {
  readonly ownCash: number;
  readonly ownSecurities: number;
  /** Haircuts on positions, (c)(2)(vi), and what is deducted in full, (vii). */
  readonly positionHaircuts: number;
  readonly nonMarketable: number;
  /** Balances of cash, by category. */
  readonly cash: Readonly<Record<CashCategory, number>>;
  readonly items: ItemTotals;
}

/** Enters what the books give, and tentative net capital, which follows from it alone. */
export function fillGiven(
  figures: Float64Array,
  { ownCash, ownSecurities, positionHaircuts, nonMarketable, cash, items }: GivenSums,
): Cents {
  figures[FIGURE.equity] = ownCash + ownSecurities;
  figures[FIGURE.equityNotAllowable] = items.equityNotAllowable;
  figures[FIGURE.subordinated] = cash.subordinated;
  figures[FIGURE.otherCredits] = items.otherCredits;
  figures[FIGURE.nonAllowable] = cash["non-allowable"] + items.nonAllowable + nonMarketable;
  figures[FIGURE.charges] = items.charges;
  figures[FIGURE.otherAdditions] = items.otherAdditions;
  figures[FIGURE.positionHaircuts] = positionHaircuts;
  figures[FIGURE.reportedHaircuts] = items.haircuts;
  figures[FIGURE.indebtedness] = excessOver(
    (cash.indebtedness + items.indebtedness) as Cents,
    items.indebtednessExcluded,
  );
  figures[FIGURE.debitItems] = cash["debit-items"] + items.debitItems;
  figures[FIGURE.requirementAdditions] = items.requirementAdditions;
  return completeTentative(figures);
}

function completeTentative(figures: Float64Array): Cents {
  const capital =
    figures[FIGURE.equity] -
    figures[FIGURE.equityNotAllowable] +
    figures[FIGURE.subordinated] +
    figures[FIGURE.otherCredits];
  const tentative = toCents(
    capital - figures[FIGURE.nonAllowable] - figures[FIGURE.charges] + figures[FIGURE.otherAdditions],
  );
  figures[FIGURE.tentative] = tentative;
  return tentative;
}
