/**
 * The waterfall of net capital as numbers alone, in an array, so that it can be run after every event without allocating.
 * The running monitor and the explained computation both come through here; the latter asserts that its lines agree.
 */
import { add, type Cents, excessOver, greater, subtract, toCents, ZERO } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import type { CapitalItem } from "../books/capital-items.ts";
import type { CashCategory } from "./cash.ts";
import { commitmentAddBack } from "./haircuts/commitments.ts";
import { dollarMinimum, ratioRequirement, ratioShare, requiredNetCapital } from "./minimum.ts";
import { PLACE } from "./part.ts";
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

  /** What parts add to or take from net worth; signed. */
  netWorthAdjustments: 20,
  /** Charges on futures and commodities, 15c3-1b. */
  commodityCharges: 21,
  /** Charges that depend on net capital before haircuts. */
  chargesOnBase: 22,
  /** Haircuts of parts. */
  partHaircuts: 23,
  /** For the markets that the firm makes, (a)(4). */
  marketMakerMinimum: 24,

  /** Payable against securities loaned or sold under repos, and contract value of borrows and reverse repos, governments excluded. */
  financingPayable: 25,
  financingReceivable: 26,
  /** On top of the ratio requirement: of the risk margin amount, (a)(7) and (10). */
  ratioAdditions: 27,
  /** A requirement beside those of (a)(2) and (4): for futures, (a)(1)(iii). */
  otherMinimum: 28,
} as const;

/** Room for every figure, in cents. */
export function emptyFigures(): Float64Array {
  return new Float64Array(Object.keys(FIGURE).length);
}

/** Everything that follows, once concentration and commitments stand too. */
export function completeFigures(figures: Float64Array, rules: NetCapitalRules): void {
  const haircuts =
    figures[FIGURE.positionHaircuts] +
    figures[FIGURE.reportedHaircuts] +
    figures[FIGURE.partHaircuts] +
    figures[FIGURE.concentration];
  const commitments = figures[FIGURE.commitments] as Cents;
  const before = toCents(figures[FIGURE.tentative] - haircuts - commitments);
  const netCapital = add(
    before,
    commitmentAddBack(commitments, before, rules.firm.commitmentAddBack, rules.commitments),
  );
  const requirement = figures[FIGURE.requirement] as Cents;
  figures[FIGURE.netCapitalBefore] = before;
  figures[FIGURE.netCapital] = netCapital;
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
  readonly governmentPayable: Cents;
  readonly governmentReceivable: Cents;
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
    governmentPayable: itemsTotal(all, "government-financing-payable"),
    governmentReceivable: itemsTotal(all, "government-financing-receivable"),
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
  /** Of indebtedness: what is payable against securities loaned or sold under repos. */
  readonly financingPayable: number;
  readonly items: ItemTotals;
  /** What the parts enter, by `PLACE`. */
  readonly parts: Float64Array;
  /** What the parts charge on net capital before haircuts. */
  readonly chargesOn: (base: Cents) => number;
  /** What the parts enter among haircuts that depends on net capital before them. */
  readonly haircutsOn: (tentative: Cents) => number;
}

const NON_ALLOWABLE = PLACE["non-allowable"];
const HAIRCUTS = PLACE.haircuts;

/** Enters what the books give, with tentative net capital and the requirement, which follow from it alone. */
export function fillGiven(figures: Float64Array, given: GivenSums, rules: NetCapitalRules, asOf: Day): Cents {
  fillUnpriced(figures, given, rules, asOf);
  return fillPriced(figures, given);
}

/** Of that, what no price of a position moves. */
export function fillUnpriced(figures: Float64Array, given: GivenSums, rules: NetCapitalRules, asOf: Day): void {
  const { cash, financingPayable, items, parts } = given;
  figures[FIGURE.equityNotAllowable] = items.equityNotAllowable;
  figures[FIGURE.subordinated] = cash.subordinated + parts[PLACE.subordinated];
  figures[FIGURE.otherCredits] = items.otherCredits;
  figures[FIGURE.netWorthAdjustments] = parts[PLACE["net-worth"]];
  figures[FIGURE.charges] = items.charges + parts[PLACE.charges];
  figures[FIGURE.commodityCharges] = parts[PLACE["commodity-charges"]];
  figures[FIGURE.otherAdditions] = items.otherAdditions;
  figures[FIGURE.reportedHaircuts] = items.haircuts;
  figures[FIGURE.indebtedness] = excessOver(
    (cash.indebtedness + items.indebtedness + parts[PLACE.indebtedness]) as Cents,
    (items.indebtednessExcluded + parts[PLACE["indebtedness-excluded"]]) as Cents,
  );
  figures[FIGURE.debitItems] = cash["debit-items"] + items.debitItems + parts[PLACE["debit-items"]];
  figures[FIGURE.requirementAdditions] = items.requirementAdditions + parts[PLACE["requirement-additions"]];
  figures[FIGURE.ratioAdditions] = parts[PLACE["ratio-additions"]];
  figures[FIGURE.marketMakerMinimum] = parts[PLACE["market-maker-minimum"]];
  figures[FIGURE.otherMinimum] = parts[PLACE["other-minimum"]];
  figures[FIGURE.financingPayable] = excessOver(financingPayable as Cents, items.governmentPayable);
  figures[FIGURE.financingReceivable] = excessOver(cash["financing-receivable"] as Cents, items.governmentReceivable);
  figures[FIGURE.requirement] = requirementOf(figures, rules, asOf);
}

function requirementOf(figures: Float64Array, rules: NetCapitalRules, asOf: Day): Cents {
  const ratio = ratioRequirement(
    figures[FIGURE.indebtedness] as Cents,
    figures[FIGURE.debitItems] as Cents,
    ratioShare(rules, asOf),
    rules,
  );
  return requiredNetCapital(
    add(ratio, figures[FIGURE.ratioAdditions] as Cents),
    dollarMinimum(rules),
    greater(figures[FIGURE.marketMakerMinimum] as Cents, figures[FIGURE.otherMinimum] as Cents),
    figures[FIGURE.requirementAdditions] as Cents,
  );
}

/** The rest of it, after every tick: upon what stands already. */
export function fillPriced(figures: Float64Array, given: GivenSums): Cents {
  figures[FIGURE.equity] = given.ownCash + given.ownSecurities;
  figures[FIGURE.nonAllowable] =
    given.cash["non-allowable"] + given.items.nonAllowable + given.nonMarketable + given.parts[NON_ALLOWABLE];
  figures[FIGURE.positionHaircuts] = given.positionHaircuts;
  const tentative = completeTentative(figures, given.chargesOn);
  figures[FIGURE.partHaircuts] = given.parts[HAIRCUTS] + given.haircutsOn(tentative);
  return tentative;
}

function completeTentative(figures: Float64Array, chargesOn: (base: Cents) => number): Cents {
  const capital =
    figures[FIGURE.equity] -
    figures[FIGURE.equityNotAllowable] +
    figures[FIGURE.subordinated] +
    figures[FIGURE.otherCredits] +
    figures[FIGURE.netWorthAdjustments];
  const base = toCents(
    capital -
      figures[FIGURE.nonAllowable] -
      figures[FIGURE.charges] -
      figures[FIGURE.commodityCharges] +
      figures[FIGURE.otherAdditions],
  );
  figures[FIGURE.chargesOnBase] = chargesOn(base);
  const tentative = toCents(base - figures[FIGURE.chargesOnBase]);
  figures[FIGURE.tentative] = tentative;
  return tentative;
}
