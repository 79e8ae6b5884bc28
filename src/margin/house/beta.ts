/**
 * Beta-weighted exposure: what the account holds as if it were the market, each name's value times its beta, shorts against
 * longs. An option counts as the whole of its underlying, a long call and a short put as long, the others as short: without a
 * model that is neither the least nor the most that it may be, but it is known.
 */
import { Trouble } from "../../base/errors.ts";
import { type Cents, negate, toCents } from "../../base/money.ts";
import { portion } from "../../base/rate.ts";
import { priceIn } from "../group.ts";
import { type AccountExposures, type Exposure, type HouseContext, valueAt } from "./exposures.ts";
import { type House, undecided } from "./house.ts";
import type { BetaRule, HouseRule } from "./rules.ts";

/** What a rule charges on the whole account. */
export interface AccountCharge {
  readonly rule: HouseRule;
  readonly words: string;
  readonly amount: Cents;
  readonly inputs: Readonly<Record<string, Cents | string>>;
}

/** The charge; undefined where the exposure is not over its bound. */
export function betaCharge(
  context: HouseContext,
  house: House,
  rule: BetaRule,
  account: AccountExposures,
): AccountCharge | Trouble | undefined {
  const weighted = betaWeighted(context, house, rule, account);
  if (weighted instanceof Trouble) return weighted;
  if (!isOver(rule, weighted, account.netLiquidation)) return undefined;
  return {
    rule,
    words: rule.words,
    amount: portion(account[rule.of], rule.add),
    inputs: { betaWeightedExposure: toCents(Math.round(weighted)), equity: account.netLiquidation },
  };
}

/** Any exposure is more than equity that is not there. */
function isOver({ moreThan }: BetaRule, weighted: number, equity: Cents): boolean {
  return Math.abs(weighted) * moreThan.denominator > Math.max(0, equity) * moreThan.numerator;
}

/** Cents, signed; a model value. */
export function betaWeighted(
  context: HouseContext,
  house: House,
  rule: HouseRule,
  { names }: AccountExposures,
): number | Trouble {
  let weighted = 0;
  for (const exposure of names) {
    const value = exposure.stock + optionsAsUnderlying(context, exposure);
    if (value === 0) continue;
    const { beta } = house.statistics(exposure.part.underlying);
    if (beta === undefined) return undecided(rule, "statistics.beta", exposure.name);
    weighted += beta * value;
  }
  return weighted;
}

/** Cents, signed. Throws `missing-input` where the underlying has no price. */
function optionsAsUnderlying(context: HouseContext, { part }: Exposure): number {
  const { books } = context;
  let value = 0;
  for (const { instrument, units } of part.holdings) {
    if (books.instruments.type(instrument) !== "option") continue;
    // The option's own multiplier at the underlying's price.
    const amount = valueAt(context, instrument, units, priceIn(context, part.underlying));
    value += books.instruments.attributes(instrument).right === "put" ? negate(amount) : amount;
  }
  return value;
}
