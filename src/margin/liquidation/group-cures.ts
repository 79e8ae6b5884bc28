/**
 * Which positions would meet a deficiency by being closed, each by itself, where they are margined together: the legs of options
 * and the stock with them, classes of portfolio margin. What closing a part of one does is asked of the same computation over a
 * branch of the books, because it may free what covers another, or uncover it. For those who look at one account: an
 * account is computed some ten times for each of its positions.
 */
import { type Cents, toCents } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { cashOf, type Holding, holdingsOf, type MarginBooks, valueOf } from "../account.ts";
import type { AccountMargin, RegimeName } from "../answer.ts";
import { marginFigures } from "../computation.ts";
import type { Tape } from "../house/statistics.ts";
import type { MarginRules } from "../rules.ts";
import { MarginBranch } from "./branch.ts";

/** What figures of an account that changed are worked out with. */
export interface GroupCureTerms {
  readonly asOf: Day;
  /** What the house's rules know of past days. */
  readonly tape?: Tape | undefined;
}

export interface GroupCure {
  readonly instrument: number;
  /** Units to close, not negative: that so many meet it is computed; fewer may, where less of a leg is no smaller relief. */
  readonly units: number;
  /** What they are worth in cents, before costs. */
  readonly value: Cents;
}

/** A position of a future is worth nothing by itself: closing it moves no cash. */
const WITHOUT_VALUE: ReadonlySet<string> = new Set(["future", "security-future"]);

/** Of the positions in `instruments`, those that by themselves meet what the regime asks; in the order of holdings. */
export function groupCures(
  books: MarginBooks,
  rules: MarginRules,
  { account }: AccountMargin,
  name: RegimeName,
  instruments: ReadonlySet<number>,
  { asOf, tape }: GroupCureTerms,
): readonly GroupCure[] {
  const holdings = holdingsOf(books, account);
  const cash = cashOf(books, account);
  const branch = new MarginBranch(books, account, (changed) => {
    const { requirements, troubles } = marginFigures(changed, rules, account, asOf, { ...(tape && { tape }) });
    return troubles.length > 0 ? undefined : requirements[name];
  });
  const worth = ({ instrument }: Holding, units: number): Cents =>
    valueOf(books, instrument, units, books.market.price(instrument));
  const meets = (holding: Holding, closed: number): boolean => {
    const units = holding.units - Math.sign(holding.units) * closed;
    const left = holdings.flatMap((each) => (each !== holding ? [each] : units === 0 ? [] : [{ ...holding, units }]));
    const after = branch.marginAfter(left, toCents(cash + worth(holding, holding.units - units)));
    return after !== undefined && after.equity >= after.requirement;
  };
  return holdings.flatMap((holding) => {
    const { instrument, units } = holding;
    if (!instruments.has(instrument) || WITHOUT_VALUE.has(books.instruments.type(instrument))) return [];
    const closed = fewest(Math.abs(units), 10 ** books.instruments.columns.scale[instrument], (some) =>
      meets(holding, some),
    );
    return closed === undefined
      ? []
      : [{ instrument, units: closed, value: toCents(Math.abs(worth(holding, closed))) }];
  });
}

/**
 * The fewest whole units found, of `all`, for which `isEnough`: all of them are tried, then half and so on down, for the whole of a
 * leg may uncover another; below what was enough it is bisected.
 */
function fewest(all: number, whole: number, isEnough: (units: number) => boolean): number | undefined {
  let enough = Math.ceil(all / whole);
  const unitsOf = (steps: number): number => Math.min(all, steps * whole);
  while (!isEnough(unitsOf(enough))) {
    if (enough === 1) return undefined;
    enough = Math.ceil(enough / 2);
  }
  let few = 0;
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(unitsOf(middle))) enough = middle;
    else few = middle;
  }
  return unitsOf(enough);
}
