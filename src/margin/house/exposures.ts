/**
 * An account as the house's rules for whole accounts see it: for each name what it holds of it, and the sums over all names.
 * A name is a group of the account: an underlying with what converts into it and the options on it.
 */
import { add, type Cents, subtract, toCents, ZERO } from "../../base/money.ts";
import { cashOf, type Holding } from "../account.ts";
import { type GroupContext, priceIn, valueIn } from "../group.ts";
import type { Tape } from "./statistics.ts";

/** What the house requirement of an account is computed in. */
export interface HouseContext extends GroupContext {
  /** Absent: only what was stated is known of instruments. */
  readonly tape?: Tape;
}

/** A group of the account and what the rules, without the house, require of it. */
export interface HousePart {
  /** The row that the group is of. */
  readonly underlying: number;
  readonly holdings: readonly Holding[];
  /** Cents, not negative; what short options are worth is part of it. */
  readonly requirement: Cents;
}

/** What the account has in one name. All but `stock` and `shares` without a sign. */
export interface Exposure {
  readonly part: HousePart;
  readonly name: string;
  /** Market value of everything but options, net, negative where short. */
  readonly stock: Cents;
  /** The long and the short of it. */
  readonly long: Cents;
  readonly short: Cents;
  readonly longOptions: Cents;
  readonly shortOptions: Cents;
  /** Whole units of the underlying itself, net. */
  readonly shares: number;
  /** Whether it is one side of plain positions: no options, and not long and short. */
  readonly isPlain: boolean;
}

export interface AccountExposures {
  readonly names: readonly Exposure[];
  readonly long: Cents;
  readonly gross: Cents;
  /** Cash and everything held, shorts negative: net liquidation value. */
  readonly netLiquidation: Cents;
}

/** What `units` of an instrument would be worth at another price of it, 10^-8. Throws as `valueIn` does. */
export function valueAt(context: HouseContext, instrument: number, units: number, price: number): Cents {
  const moved = (row: number): number => (row === instrument ? price : priceIn(context, row));
  return valueIn({ ...context, price: moved }, instrument, units);
}

/** Throws `missing-input` where a price is not known. */
export function exposuresOf(context: HouseContext, parts: readonly HousePart[]): AccountExposures {
  const names = parts.map((part) => exposureOf(context, part));
  let long = ZERO;
  let gross = ZERO;
  let netLiquidation = cashOf(context.books, context.account);
  for (const name of names) {
    long = add(long, name.long);
    gross = add(gross, add(name.long, name.short));
    netLiquidation = add(netLiquidation, add(name.stock, subtract(name.longOptions, name.shortOptions)));
  }
  return { names, long, gross, netLiquidation };
}

function exposureOf(context: HouseContext, part: HousePart): Exposure {
  const { instruments } = context.books;
  const sums = { long: 0, short: 0, longOptions: 0, shortOptions: 0 };
  let shares = 0;
  for (const { instrument, units } of part.holdings) {
    const value = valueIn(context, instrument, units);
    const isOption = instruments.type(instrument) === "option";
    if (units > 0) sums[isOption ? "longOptions" : "long"] += value;
    else sums[isOption ? "shortOptions" : "short"] -= value;
    if (instrument === part.underlying) shares += units / 10 ** instruments.columns.scale[instrument];
  }
  const { long, short, longOptions, shortOptions } = sums;
  const sides = part.holdings.map(({ units }) => units > 0);
  return {
    part,
    name: instruments.attributes(part.underlying).instrument,
    stock: toCents(long - short),
    long: toCents(long),
    short: toCents(short),
    longOptions: toCents(longOptions),
    shortOptions: toCents(shortOptions),
    shares,
    isPlain:
      sides.every((side) => side === sides[0]) &&
      part.holdings.every(({ instrument }) => instruments.type(instrument) !== "option"),
  };
}
