/** The figures that transactions ask of a margin account, from scratch: the same parts as the computation that explains them. */
import type { Day } from "../../base/time.ts";
import { holdingsOf, type MarginBooks, marginAccountOf } from "../account.ts";
import { groupRequirement, initialRequirement } from "../computation.ts";
import { marginEquity, netLiquidationOf, valueAccount } from "../equity.ts";
import { type GroupContext, groupsOf } from "../group.ts";
import { add, excessOver, sum } from "../../base/money.ts";
import type { MarginRules } from "../rules.ts";
import type { AccountFigures, FiguresOf } from "./figures.ts";
import { regTInitial } from "./initial.ts";

/** Figures of accounts over these books, under the rules of the day. An account without rules, or not on margin, has none. */
export function figuresFromBooks(
  books: MarginBooks,
  rulesOn: (day: Day) => MarginRules | undefined,
  today: () => Day,
): FiguresOf {
  return (row): AccountFigures | undefined => {
    const rules = rulesOn(today());
    const account = marginAccountOf(books, row);
    if (rules === undefined || account?.regime !== "margin") return undefined;
    const context: GroupContext = { books, rules, account, asOf: today() };
    const groups = groupsOf(books, holdingsOf(books, account));
    const answers = groups.map((group) => groupRequirement(group, context));
    const valued = valueAccount(context, groups);
    const initial = regTInitial(groups, context, initialRequirement);
    const troubles = [...valued.troubles, ...initial.troubles, ...answers.flatMap((answer) => answer.troubles)];
    if (troubles.length > 0) return undefined;
    const netLiquidation = netLiquidationOf(valued);
    return {
      equity: marginEquity(valued, answers),
      netLiquidation,
      owed: excessOver(add(valued.longMarketValue, valued.longOptionValue), netLiquidation),
      maintenance: sum(answers.map(({ requirement }) => requirement)),
      regT: initial.requirement,
    };
  };
}
