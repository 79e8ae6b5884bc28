/**
 * The computation of net capital, 15c3-1, in the order of the rule: equity, what is added to it, what is not allowable,
 * charges, haircuts, and the requirement that it is held against. Pure: the inputs and the rules decide everything.
 *
 *   ownership equity − not allowable + satisfactory subordinated loans + other credits    = total capital
 *   total capital − non-allowable assets − charges + other additions                      = tentative net capital
 *   tentative net capital − haircuts − undue concentration − commitments                  = net capital
 */
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { type Line, line } from "../base/line.ts";
import { type Cents, subtract, sum } from "../base/money.ts";
import { type Day, formatDay } from "../base/time.ts";
import { NO_DAY } from "../books/settlement.ts";
import { noCash } from "./cash.ts";
import { completeFigures, emptyFigures, FIGURE, fillGiven, itemTotals } from "./figures.ts";
import { concentrationBase, concentrationDeduction, issueSize } from "./haircuts/concentration.ts";
import { commitmentsDeduction } from "./haircuts/commitments.ts";
import { familyDeduction, positionDeductions } from "./haircuts/positions.ts";
import { missingDay } from "./holdings.ts";
import type { NetCapitalInputs } from "./inputs.ts";
import { debitItemsBase, dollarMinimum, requirementLine } from "./minimum.ts";
import { haircutLinesOn, linesAt, linesOn, sumsOf } from "./part.ts";
import { type Ratio, ratioOf } from "./ratio.ts";
import type { NetCapitalRules } from "./rules.ts";
import type { NoticeRule, Tier } from "./watch/rules.ts";
import { NO_TIER, type NoticeFigures, noticesDue, tierIndex } from "./tiers.ts";
import {
  capitalLine,
  debitItemsLine,
  haircutsLine,
  haircutView,
  indebtednessLine,
  type PositionsNamed,
  reportedLines,
  tentativeLine,
} from "./waterfall.ts";

export interface NetCapitalFigure extends NoticeFigures {
  readonly kind: "figure";
  /** Net capital less the requirement; negative where the firm is below it. */
  readonly excess: Cents;
  /** Net capital before haircuts. */
  readonly tentative: Cents;
  readonly ratio: Ratio;
  /** The gravest tier that holds. */
  readonly tier: Tier | undefined;
  /** Its index among the tiers of the rules, or -1. */
  readonly tierIndex: number;
  /** The tests of early warning that are met. */
  readonly notices: readonly NoticeRule[];
  /** "net-capital" and all below it. */
  readonly waterfall: Line;
  /** "excess": net capital less the requirement, with both trees below it. */
  readonly computation: Line;
}

/** Inputs or rules are missing; there is no figure, and none is guessed. */
export interface NetCapitalUnknown {
  readonly kind: "unknown";
  readonly troubles: readonly Trouble[];
}

export type NetCapitalAnswer = NetCapitalFigure | NetCapitalUnknown;

/** How many positions a bucket names in its lines; the largest. `Infinity` names all. */
const POSITIONS_NAMED = 20;

/** Rules are in force from a day on: without a day there are none to look for. */
export function noRulesInForce(asOf: Day): NetCapitalUnknown {
  const trouble =
    asOf === NO_DAY
      ? missingDay()
      : new Trouble("missing-rule", "no net-capital rulebook is in force", { field: "rulebook" });
  return { kind: "unknown", troubles: [trouble] };
}

export function computeNetCapital(
  inputs: NetCapitalInputs,
  rules: NetCapitalRules,
  positionsNamed: PositionsNamed = POSITIONS_NAMED,
): NetCapitalAnswer {
  if (inputs.troubles.length > 0) return { kind: "unknown", troubles: inputs.troubles };
  const view = haircutView(inputs, rules, positionsNamed);

  const tentative = tentativeLine(inputs, view, capitalLine(inputs));
  const haircuts = haircutsLine(inputs, view, tentative);
  const netCapital = line(
    "net-capital",
    "Net capital",
    "15c3-1(c)(2)",
    subtract(tentative.amount, haircuts.amount),
    {
      rules: `version ${rules.version}`,
      asOf: formatDay(inputs.asOf),
    },
    [tentative, haircuts],
  );

  const indebtedness = indebtednessLine(inputs);
  const debitItems = debitItemsLine(inputs);
  const additions = [
    ...reportedLines(inputs.items, "requirement-addition", "requirement/additions"),
    ...linesAt(inputs.parts, "requirement-additions"),
  ];
  const requirement = requirementLine(
    rules.firm.method === "alternative" ? debitItems : indebtedness,
    {
      ratioAdditions: linesAt(inputs.parts, "ratio-additions"),
      marketMaking: linesAt(inputs.parts, "market-maker-minimum"),
      others: linesAt(inputs.parts, "other-minimum"),
      additions,
    },
    rules,
    inputs.asOf,
  );
  const computation = line(
    "excess",
    "Net capital above the minimum",
    "15c3-1(a)",
    subtract(netCapital.amount, requirement.amount),
    {},
    [netCapital, requirement],
  );

  const figures = figuresOf(inputs, rules);
  assert(
    figures[FIGURE.tentative] === tentative.amount,
    "tentative net capital is the same by its lines and by the numbers alone",
  );
  assert(
    figures[FIGURE.netCapital] === netCapital.amount,
    "net capital is the same by its lines and by the numbers alone",
  );
  assert(
    figures[FIGURE.requirement] === requirement.amount,
    "the requirement is the same by its lines and by the numbers alone",
  );
  return {
    kind: "figure",
    ...judged(
      {
        netCapital: netCapital.amount,
        requirement: requirement.amount,
        dollarMinimum: dollarMinimum(rules),
        aggregateIndebtedness: indebtedness.amount,
        aggregateDebitItems: debitItems.amount,
        tentativeByRule: (figures[FIGURE.tentative] + figures[FIGURE.commodityCharges]) as Cents,
        financingPayable: figures[FIGURE.financingPayable] as Cents,
        financingReceivable: figures[FIGURE.financingReceivable] as Cents,
      },
      rules,
    ),
    excess: computation.amount,
    tentative: tentative.amount,
    waterfall: netCapital,
    computation,
  };
}

/** The figures with what they mean: the ratio, the tier, the tests of early warning that are met. */
function judged(figures: NoticeFigures, rules: NetCapitalRules) {
  const { netCapital, requirement, aggregateIndebtedness, aggregateDebitItems } = figures;
  const gravest = tierIndex(netCapital, requirement, rules.tiers);
  return {
    ...figures,
    ratio:
      rules.firm.method === "alternative"
        ? ratioOf("net-capital-to-debit-items", netCapital, debitItemsBase(aggregateDebitItems, rules))
        : ratioOf("indebtedness-to-net-capital", aggregateIndebtedness, netCapital),
    tier: gravest === NO_TIER ? undefined : rules.tiers[gravest],
    tierIndex: gravest,
    notices: noticesDue(figures, rules),
  };
}

/** The figures as they would be with so much less capital: paid to owners, or to subordinated lenders. */
export function figuresAfter(inputs: NetCapitalInputs, rules: NetCapitalRules, paid: Cents): Float64Array {
  return figuresOf({ ...inputs, ownCash: subtract(inputs.ownCash, paid) }, rules);
}

/** The same figures by the numbers alone: what the running monitor does. Both must agree. */
function figuresOf(inputs: NetCapitalInputs, rules: NetCapitalRules): Float64Array {
  const { ownCash, ownSecurities, sides, issues, commitments, asOf } = inputs;
  const cash = noCash();
  for (const { category, amount } of inputs.cash) cash[category] += amount;
  const figures = emptyFigures();
  const positionHaircuts = positionDeductions(sides, rules);
  const nonMarketable = familyDeduction("non-marketable", sides, rules);
  const items = itemTotals(inputs.items);
  const parts = sumsOf(inputs.parts);
  const chargesOn = (charged: Cents): Cents => sum(linesOn(inputs.parts, charged).map(({ amount }) => amount));
  const given = {
    ownCash,
    ownSecurities,
    positionHaircuts,
    nonMarketable,
    cash,
    financingPayable: sum(inputs.cash.filter(({ financing }) => financing).map(({ amount }) => amount)),
    items,
    parts,
    chargesOn,
    haircutsOn: (before: Cents): Cents => sum(haircutLinesOn(inputs.parts, before).map(({ amount }) => amount)),
  };
  const tentative = fillGiven(figures, given, rules, asOf);
  const base = concentrationBase(tentative, rules.concentration);
  for (const issue of issues) {
    const { concentration, long, short, bucket } = issue;
    // No threshold lies below the tenth.
    if (long <= base && short <= base) continue;
    const { concentrationRate } = rules.schedule.buckets[bucket];
    figures[FIGURE.concentration] += concentrationDeduction(
      concentration,
      issueSize(long, short, rules.concentration),
      base,
      issue.fiveHundredShares,
      concentrationRate,
      rules.concentration,
    );
  }
  figures[FIGURE.commitments] = commitmentsDeduction(commitments, rules);
  completeFigures(figures, rules);
  return figures;
}
