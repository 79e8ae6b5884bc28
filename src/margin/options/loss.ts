/**
 * The greatest loss of a spread, (f)(2)(A)(xxxii): over every exercise price, and beyond the outermost ones, because the
 * check that a spread has limited risk is made here and not taken on trust.
 */
import { assert } from "../../base/assert.ts";
import type { Leg } from "./legs.ts";

interface GreatestLoss {
  /** In points: 10^-8 of price for each unit of the multiplier, summed over contracts; not negative. */
  readonly loss: number;
  /** The price at which it is lost, 10^-8. */
  readonly price: number;
}

/** The greatest loss of so many contracts (positive) of each leg. The legs have limited risk: asserted. */
export function greatestLoss(legs: readonly Leg[], contracts: readonly number[]): GreatestLoss {
  let calls = 0;
  let puts = 0;
  for (const [index, leg] of legs.entries()) {
    const signed = Math.sign(leg.contracts) * contracts[index];
    if (leg.isCall) calls += signed;
    else puts += signed;
  }
  assert(calls === 0 && puts === 0, "a spread has as many contracts long as short, of calls and of puts");
  let most = 0;
  let at = legs.length === 0 ? 0 : legs[0].strike;
  for (const { strike } of legs) {
    const loss = lossAt(legs, contracts, strike);
    if (loss > most) {
      most = loss;
      at = strike;
    }
  }
  return { loss: most, price: at };
}

/** What the legs lose at expiry where the underlying stands at `price`, premiums aside; negative where they gain. */
function lossAt(legs: readonly Leg[], contracts: readonly number[], price: number): number {
  let loss = 0;
  for (const [index, { isCall, strike, contracts: held }] of legs.entries()) {
    const points = isCall ? price - strike : strike - price;
    if (points > 0) loss -= Math.sign(held) * contracts[index] * points;
  }
  return loss;
}
