/**
 * The minimum net capital, 15c3-1(a): the greater of the ratio requirement and the dollar minimum, plus what is added to
 * it. The ratio requirement is rounded up to the cent, so that a firm that has it also keeps the ratio.
 */
import { type Line, line, total } from "../base/line.ts";
import { add, type Cents, greater, subtract, sum, ZERO } from "../base/money.ts";
import { formatRate, portion, portionUp, type Rate } from "../base/rate.ts";
import type { Day } from "../base/time.ts";
import { addSpan } from "../rulebook/terms.ts";
import type { NetCapitalRules } from "./rules.ts";

/** 1500 percent, or 800 percent in the twelve months after commencing business, as the share of indebtedness to be had. */
function indebtednessShare({ firm, minimum }: NetCapitalRules, asOf: Day): Rate {
  const { share, firstYearShare, firstYear } = minimum.indebtedness;
  const { commencedBusiness } = firm;
  return commencedBusiness !== undefined && asOf < addSpan(commencedBusiness, firstYear) ? firstYearShare : share;
}

/** The debit items that shares are taken of: before the reserve formula reduces them, or after, by the reading taken. */
export function debitItemsBase(debitItems: Cents, { minimum, readings }: NetCapitalRules): Cents {
  return readings.debitItems === "before-reduction"
    ? debitItems
    : subtract(debitItems, portion(debitItems, minimum.alternative.reduction));
}

/** (a)(1)(i) or (ii); nothing where the firm's activity has no ratio, (a)(5). `share` is that of the firm's method. */
export function ratioRequirement(indebtedness: Cents, debitItems: Cents, share: Rate, rules: NetCapitalRules): Cents {
  if (rules.minimum.withoutRatio) return ZERO;
  return portionUp(rules.firm.method === "alternative" ? debitItemsBase(debitItems, rules) : indebtedness, share);
}

/** (a)(2), or what the alternative asks of everyone where that is more. */
export function dollarMinimum({ firm, minimum }: NetCapitalRules): Cents {
  return firm.method === "alternative" ? greater(minimum.dollars, minimum.alternative.dollars) : minimum.dollars;
}

/** The share that the firm's method takes. */
export function ratioShare(rules: NetCapitalRules, asOf: Day): Rate {
  return rules.firm.method === "alternative" ? rules.minimum.alternative.share : indebtednessShare(rules, asOf);
}

export function requiredNetCapital(ratio: Cents, dollars: Cents, marketMaking: Cents, additions: Cents): Cents {
  return add(greater(greater(ratio, dollars), marketMaking), additions);
}

/** What stands beside the ratio and the dollar minimum. */
interface FurtherRequirements {
  /** On top of the ratio. */
  readonly ratioAdditions: readonly Line[];
  readonly marketMaking: readonly Line[];
  /** Each a minimum by itself. */
  readonly others: readonly Line[];
  /** On top of whatever is the greatest. */
  readonly additions: readonly Line[];
}

/** `measure` is the tree of aggregate indebtedness or of debit items, whichever the method takes. */
export function requirementLine(
  measure: Line,
  { ratioAdditions, marketMaking, others, additions }: FurtherRequirements,
  rules: NetCapitalRules,
  asOf: Day,
): Line {
  const { firm, minimum } = rules;
  const share = ratioShare(rules, asOf);
  const { paragraph } = firm.method === "alternative" ? minimum.alternative : minimum.indebtedness;
  const ofMeasure = ratioRequirement(measure.amount, measure.amount, share, rules);
  const ratio = line(
    "requirement/ratio",
    `${formatRate(share)} of ${measure.label.toLowerCase()}`,
    paragraph,
    add(ofMeasure, sum(ratioAdditions.map(({ amount }) => amount))),
    {
      share: formatRate(share),
      ...(minimum.withoutRatio && { applies: "not to this activity" }),
      ...(firm.method === "alternative" && rules.readings.debitItems !== "before-reduction"
        ? { of: debitItemsBase(measure.amount, rules) }
        : {}),
    },
    [measure, ...ratioAdditions],
  );
  const dollars = line(
    "requirement/dollars",
    "Minimum dollar requirement",
    minimum.dollarsParagraph,
    dollarMinimum(rules),
    { activity: firm.activity },
  );
  const making = total("requirement/market-making", "Minimum for markets made", "15c3-1(a)(4)", marketMaking);
  const added = total("requirement/additions", "Additions to the requirement", "15c3-1(a)(9)", additions);
  const other = others.map((each) => each.amount).reduce(greater, ZERO);
  const amount = requiredNetCapital(ratio.amount, dollars.amount, greater(making.amount, other), added.amount);
  return line("requirement", "Minimum net capital: the greatest of its parts", minimum.paragraph, amount, {}, [
    ratio,
    dollars,
    ...(marketMaking.length > 0 ? [making] : []),
    ...others,
    added,
  ]);
}
