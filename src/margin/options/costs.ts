/**
 * What each strategy costs: its requirement, less what it adds to margin equity, in millionths of a dollar of one contract
 * (see `legs.ts`). One function for one paragraph of 4210(f)(2). Pairing weighs with these; the answer's cents come from
 * the same formulas in exact arithmetic, `amounts.ts`.
 */
import type { ExchangeCover, Leg, Protection, Stock, Terms } from "./legs.ts";

/**
 * (f)(2)(G): the greater of the two requirements, and the market value of the other option. So the lesser side saves what it
 * requires beside its value. Where both are equal, the lesser is the one that is worth more.
 */
export function straddleSaves({ uncovered, value }: Leg): number {
  return uncovered - value;
}

/** Negative where `a` is the lesser side of a straddle of the two: zero where either may be. */
export function bySide(a: Leg, b: Leg): number {
  return a.uncovered - b.uncovered || straddleSaves(a) - straddleSaves(b);
}

/** (f)(2)(I)(i): the stock's own requirement; it counts in equity at no more than the exercise price. */
export function coveredCallCost(call: Leg, stock: Stock, { isCash }: Terms): number {
  return call.units * stock.longUnit + (isCash ? 0 : call.inTheMoney);
}

/**
 * (f)(2)(I)(i)-(ii): what covers in place of the stock requires what it does by itself, whether it covers or not. What converts counts
 * in equity at no more than the exercise price. A warrant counts for nothing, and the call requires what its exercise price
 * is below the warrant's.
 */
export function exchangeCoveredCost(call: Leg, { value, strike, perPoint }: Leg, { isWarrant }: ExchangeCover): number {
  if (isWarrant) return value + Math.max(0, strike - call.strike) * perPoint;
  return Math.max(0, value - exercise(call));
}

/** (f)(2)(I)(i): the stock's own requirement, and what the put is in the money. */
export function coveredPutCost(put: Leg, stock: Stock): number {
  return put.units * stock.shortUnit + put.inTheMoney;
}

/** (f)(2)(H)(v)f: what a protected option is in the money or, where that is more, what its protection lacks. */
export function protectedCost({ inTheMoney }: Leg, { lacks }: Protection): number {
  return Math.max(inTheMoney, lacks);
}

/** (f)(2)(H)(v)a: a share of the exercise price and what the option is out of the money, no more than the stock by itself. */
export function protectiveCost(option: Leg, unitCost: number, { hedgedShare }: Terms): number {
  return Math.min(hedgedShare * exercise(option) + option.outOfTheMoney, option.units * unitCost);
}

/** (f)(2)(H)(v)b: a share of the exercise price; the stock counts at no more than that price. */
export function conversionCost(call: Leg, { conversionShare }: Terms): number {
  return conversionShare * exercise(call) + call.inTheMoney;
}

/** (f)(2)(H)(v)c: a share of the exercise price, and what the put is in the money. */
export function reversalCost(put: Leg, { conversionShare }: Terms): number {
  return conversionShare * exercise(put) + put.inTheMoney;
}

/** (f)(2)(H)(v)d: the lesser of the protected stock and a share of the call's exercise price; stock at no more than that. */
export function collarCost(call: Leg, put: Leg, { hedgedShare, collarShare }: Terms): number {
  return Math.min(hedgedShare * exercise(put) + put.outOfTheMoney, collarShare * exercise(call)) + call.inTheMoney;
}

/** A long European box: a share of the difference of strikes; it counts in equity at its value, at most the difference. */
export function longBoxCost(difference: number, value: number, { boxShare }: Terms): number {
  return boxShare * difference - Math.max(0, Math.min(value, difference));
}

/** What a leg is in the money where the underlying stands at `price` (10^-8). */
export function intrinsic({ isCall, strike, perPoint }: Leg, price: number): number {
  const points = isCall ? price - strike : strike - price;
  return points > 0 ? perPoint * points : 0;
}

/** Aggregate exercise price. */
export function exercise({ strike, perPoint }: Leg): number {
  return strike * perPoint;
}
