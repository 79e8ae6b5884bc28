/**
 * How portfolios of index options offset each other, 15c3-1a(b)(1)(v)(B): at each point gains offset losses, first between
 * an index and a basket of its stocks, then between the classes of a product group, then between the diversified product
 * groups of a market. Each step counts only a share of a gain; what of it is not used goes on to the next.
 *
 * No basket offsets another one. Narrow-based indices do not offset beyond their product group.
 */
import type { Cents } from "../../base/money.ts";
import { portion, portionUp, type Rate } from "../../base/rate.ts";
import type { OptionsRules } from "./rules.ts";
import type { IndexPortfolio } from "./rules.ts";
import { POINTS } from "../../books/stated-values.ts";

/** What the offsets read of a class. Profits are cents at each point, negative where it loses. */
export interface IndexProfile {
  /** False while it is no portfolio. */
  readonly isPortfolio: boolean;
  readonly profit: Float64Array;
  readonly basketProfit: Float64Array;
}

/** The classes of one product group. */
export interface ProductGroup {
  readonly index: IndexPortfolio;
  readonly classes: readonly IndexProfile[];
}

/** The largest net loss at any point of product groups that may offset each other, positive. */
export function largestLoss(groups: readonly ProductGroup[], rules: OptionsRules["theoretical"]): Cents {
  let largest = 0;
  for (let point = 0; point < POINTS; point++) {
    const loss = lossAt(groups, point, rules);
    if (loss > largest) largest = loss;
  }
  return largest as Cents;
}

/** The net loss at one point, positive; zero where it is a gain. */
export function lossAt(groups: readonly ProductGroup[], point: number, rules: OptionsRules["theoretical"]): Cents {
  let gains = 0;
  let losses = 0;
  for (const group of groups) {
    const net = netOfGroup(group, point, rules);
    if (net > 0) gains += net;
    else losses -= net;
  }
  return lossLeft(losses, gains, rules.productGroupOffset) as Cents;
}

/** What a product group gains or loses at a point. */
function netOfGroup({ index, classes }: ProductGroup, point: number, rules: OptionsRules["theoretical"]): number {
  const share = rules.classOffset[index];
  let gain = 0;
  let loss = 0;
  let basketGain = 0;
  let basketLoss = 0;
  for (const { isPortfolio, profit, basketProfit } of classes) {
    if (!isPortfolio) continue;
    const [own, basket] = [profit[point], basketProfit[point]];
    const offset = own < 0 !== basket < 0;
    if (own < 0) loss += offset ? lossLeft(-own, basket, rules.basketOffset) : -own;
    else gain += offset ? gainLeft(own, -basket, rules.basketOffset) : own;
    if (basket < 0) basketLoss += offset ? lossLeft(-basket, own, rules.basketOffset) : -basket;
    else basketGain += offset ? gainLeft(basket, -own, rules.basketOffset) : basket;
  }
  // Gains of baskets first, because they may offset less.
  const lossAfterBaskets = lossLeft(loss, basketGain, share);
  const left = lossLeft(lossAfterBaskets + basketLoss, gain, share);
  if (left > 0) return -left;
  return gainLeft(gain, lossAfterBaskets + basketLoss, share) + gainLeft(basketGain, loss, share);
}

/** What `share` of a gain leaves of a loss. */
function lossLeft(loss: number, gain: number, share: Rate): number {
  const offset = portion(gain as Cents, share);
  return loss > offset ? loss - offset : 0;
}

/** What a loss leaves of a gain of which `share` counts. */
function gainLeft(gain: number, loss: number, { numerator, denominator }: Rate): number {
  if (loss === 0) return gain;
  if (numerator === 0) return gain;
  const used = portionUp(loss as Cents, { numerator: denominator, denominator: numerator });
  return gain > used ? gain - used : 0;
}
