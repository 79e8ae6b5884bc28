/**
 * Concentration by loss capacity. The *expected range* of a name is the move that the firm expects at most in a day, either
 * way; the *point of no return* is the move of that name alone which takes all of the account's net liquidation value. Where
 * that point lies inside the range, or on its edge, the name requires all that it would lose in the range.
 *
 * What converts into the name moves with it. An option is taken at the worse of what it may be: a long one at its intrinsic
 * value, a short one at its value and the whole adverse move. The loss is sought at both ends of the range and at every
 * strike inside it.
 */
import { Trouble } from "../../base/errors.ts";
import { type Cents, negate, toCents, ZERO } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import { missingPrice } from "../account.ts";
import { priceIn } from "../group.ts";
import { type AccountExposures, type Exposure, type HouseContext, valueAt } from "./exposures.ts";
import type { House } from "./house.ts";
import type { LossRule } from "./rules.ts";
import type { Found } from "./sizes.ts";

interface Range {
  readonly down: Rate;
  readonly up: Rate;
}

export function lossDemand(
  context: HouseContext,
  house: House,
  rule: LossRule,
  account: AccountExposures,
  exposure: Exposure,
): Found {
  const holds = house.holds(rule, exposure.part.underlying);
  if (holds !== true) return holds === false ? undefined : holds;
  const range = rangeOf(house, rule, exposure);
  if (range instanceof Trouble) return range;
  const loss = worstLoss(context, exposure, range);
  if (loss < account.netLiquidation || loss === 0) return undefined;
  const required = loss + exposure.shortOptions - exposure.longOptions;
  return {
    rule,
    words: `at least its loss in a move of ${inWords(range.down)} down or ${inWords(range.up)} up`,
    raise: { kind: "amount", cents: toCents(Math.max(0, required)) },
    inputs: { ...pointOfNoReturn(account, exposure) },
  };
}

export function rangeOf(house: House, rule: LossRule, { part }: Exposure): Range | Trouble {
  if ("down" in rule.range) return rule.range;
  const sigma = house.sigma(rule, rule.range, part.underlying);
  if (sigma instanceof Trouble) return sigma;
  const down = sigma.numerator > sigma.denominator ? { numerator: 1, denominator: 1 } : sigma;
  return { down, up: sigma };
}

/** To a hundredth of a percent: a range of so many standard deviations is no round number. */
function inWords({ numerator, denominator }: Rate): string {
  return `${Number(((numerator / denominator) * 100).toFixed(2))}%`;
}

/** The most that the name loses in the range, in cents; nothing where it only gains. Throws `missing-input`. */
export function worstLoss(context: HouseContext, exposure: Exposure, { down, up }: Range): Cents {
  const price = priceIn(context, exposure.part.underlying);
  const strikes = strikesOf(context, exposure);
  if (strikes.length > 0 && Number.isNaN(price)) throw missingPrice(exposure.name);
  const fall = -down.numerator / down.denominator;
  const rise = up.numerator / up.denominator;
  const moves = [
    fall,
    rise,
    ...strikes.map((strike) => strike / price - 1).filter((move) => move > fall && move < rise),
  ];
  return moves.reduce<Cents>((worst, move) => {
    const loss = lossAt(context, exposure, move);
    return loss > worst ? loss : worst;
  }, ZERO);
}

function strikesOf({ books }: HouseContext, { part }: Exposure): number[] {
  return part.holdings.flatMap(({ instrument }) =>
    books.instruments.type(instrument) === "option" ? (books.instruments.attributes(instrument).strike ?? []) : [],
  );
}

function lossAt(context: HouseContext, exposure: Exposure, move: number): Cents {
  const { books } = context;
  let after = 0;
  for (const { instrument, units } of exposure.part.holdings) {
    const price = priceIn(context, instrument);
    const moved =
      books.instruments.type(instrument) === "option"
        ? optionAt(context, instrument, units < 0, price, priceIn(context, exposure.part.underlying), move)
        : Math.round(price * (1 + move));
    after += valueAt(context, instrument, units, moved);
  }
  return toCents(exposure.stock + exposure.longOptions - exposure.shortOptions - after);
}

/** The price at which an option is taken after a move of its underlying from `spot`; all 10^-8. */
function optionAt(
  { books }: HouseContext,
  instrument: number,
  isShort: boolean,
  price: number,
  spot: number,
  move: number,
): number {
  const { right, strike = 0 } = books.instruments.attributes(instrument);
  const moved = Math.round(spot * (1 + move));
  const isCall = right === "call";
  if (!isShort) return Math.max(0, isCall ? moved - strike : strike - moved);
  const adverse = isCall ? moved - spot : spot - moved;
  return Math.max(0, price + Math.max(0, adverse));
}

/** For plain stock: the move of the name that leaves the account nothing. */
function pointOfNoReturn(
  { netLiquidation }: AccountExposures,
  { stock, longOptions, shortOptions }: Exposure,
): Readonly<Record<string, string>> {
  if (stock === 0 || longOptions !== 0 || shortOptions !== 0) return {};
  return { pointOfNoReturn: `${((negate(netLiquidation) / stock) * 100).toFixed(2)}%` };
}
