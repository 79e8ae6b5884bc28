/** The equity of an account in both conventions, 4210(a)(5), with its lines. */
import { Trouble } from "../base/errors.ts";
import { type Line, line, total } from "../base/line.ts";
import { add, type Cents, negate, subtract, sum, ZERO } from "../base/money.ts";
import { cashOf } from "./account.ts";
import { type Group, type GroupAnswer, type GroupContext, valueIn } from "./group.ts";
import { marketValues } from "./maintenance/plain-group.ts";

export interface Valued {
  readonly cash: Cents;
  readonly longMarketValue: Cents;
  readonly shortMarketValue: Cents;
  readonly longOptionValue: Cents;
  readonly shortOptionValue: Cents;
  /** What each group is worth, in their order; undefined where a price is missing. */
  readonly groupValues: readonly (Cents | undefined)[];
  readonly troubles: readonly Trouble[];
}

/** What an account is worth, part by part. Parts without a price are left out, and named. */
export function valueAccount(context: GroupContext, groups: readonly Group[]): Valued {
  const troubles: Trouble[] = [];
  const attempt = <T>(what: () => T): T | undefined => {
    try {
      return what();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      troubles.push(error);
      return undefined;
    }
  };
  const cash = attempt(() => cashOf(context.books, context.account)) ?? ZERO;
  const totals = { long: ZERO, short: ZERO, longOptions: ZERO, shortOptions: ZERO };
  const groupValues = groups.map((group) => {
    const found = attempt(() => valueGroup(group, context));
    if (found === undefined) return undefined;
    const { long, short, longOptions, shortOptions } = found;
    totals.long = add(totals.long, long);
    totals.short = add(totals.short, short);
    totals.longOptions = add(totals.longOptions, longOptions);
    totals.shortOptions = add(totals.shortOptions, shortOptions);
    return subtract(add(long, longOptions), add(short, shortOptions));
  });
  return {
    cash,
    longMarketValue: totals.long,
    shortMarketValue: totals.short,
    longOptionValue: totals.longOptions,
    shortOptionValue: totals.shortOptions,
    groupValues,
    troubles,
  };
}

interface GroupValue {
  readonly long: Cents;
  readonly short: Cents;
  readonly longOptions: Cents;
  readonly shortOptions: Cents;
}

function valueGroup(group: Group, context: GroupContext): GroupValue {
  const { instruments } = context.books;
  let longOptions = ZERO;
  let shortOptions = ZERO;
  for (const { instrument, units } of group.holdings) {
    if (instruments.type(instrument) !== "option") continue;
    const value = valueIn(context, instrument, units);
    if (units > 0) longOptions = add(longOptions, value);
    else shortOptions = subtract(shortOptions, value);
  }
  const { long, short } = marketValues(group, context);
  return { long, short, longOptions, shortOptions };
}

export function netLiquidationOf(valued: Valued): Cents {
  const { cash, longMarketValue, shortMarketValue, longOptionValue, shortOptionValue } = valued;
  return subtract(sum([cash, longMarketValue, longOptionValue]), add(shortMarketValue, shortOptionValue));
}

/** Margin equity: cash, stock and bonds, and what groups add or take. */
export function marginEquity(valued: Valued, answers: readonly GroupAnswer[]): Cents {
  const { cash, longMarketValue, shortMarketValue } = valued;
  return add(subtract(add(cash, longMarketValue), shortMarketValue), adjustmentOf(answers));
}

function adjustmentOf(answers: readonly GroupAnswer[]): Cents {
  return sum(answers.map(({ equityAdjustment }) => equityAdjustment));
}

/** What a group adds to margin equity beside stock and bonds, by the name that it is grouped under. */
export interface Adjusted {
  readonly name: string;
  /** Cents, often negative. */
  readonly adjustment: Cents;
}

/** Margin equity with its lines; what options and when-issued positions add or take stands by group. */
export function marginEquityLine(code: string, valued: Valued, groups: readonly Adjusted[]): Line {
  const { cash, longMarketValue, shortMarketValue } = valued;
  const parts = [
    line(`${code}/cash`, "Cash", "4210(a)(5)", cash),
    line(`${code}/long`, "Long stock and bonds", "4210(a)(5)", longMarketValue),
    line(`${code}/short`, "Less short stock and bonds", "4210(a)(5)", negate(shortMarketValue)),
  ];
  const adjusted = groups.flatMap(({ name, adjustment }) =>
    adjustment === 0 ? [] : [line(`${code}/adjustments/${name}`, name, "4210(f)(2)-(3)", adjustment)],
  );
  if (adjusted.length > 0)
    parts.push(
      total(`${code}/adjustments`, "Loan value of options, less what does not count", "4210(f)(2)-(3)", adjusted),
    );
  return total(code, "Margin equity", "4210(a)(5)", parts, { "net liquidation value": netLiquidationOf(valued) });
}
