/**
 * How fast what the rules for whole accounts add can change, and in which band of prices: for the certificate index, which
 * asks such an account again only when a price leaves its band or the sum of moves may have used up its excess.
 *
 * Tiers are steps, so the band ends before the first that could be crossed: a share of the account, the point of no return,
 * exposure against equity, a price below which a rate holds. All prices of the account may move at once by the same share x
 * of themselves, up or down; x is the largest for which no step is met even then. Within it, each name's requirement moves
 * at most by its highest rate times the move.
 */
import { Trouble } from "../../base/errors.ts";
import type { Rate } from "../../base/rate.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { BASE_CURRENCY } from "../account.ts";
import { type GroupSlopes, priceIn } from "../group.ts";
import { betaWeighted } from "./beta.ts";
import { type AccountExposures, type Exposure, exposuresOf, type HouseContext, type HousePart } from "./exposures.ts";
import { type House, houseOf } from "./house.ts";
import { rangeOf, worstLoss } from "./loss-capacity.ts";
import type { ConcentrationRule, LossRule } from "./rules.ts";
import { concentrated } from "./sizes.ts";

/** Cents that a value may be rounded by. */
const ROUNDED = 1;
/** No band is wider than this share of a price. */
const WIDEST = 0.5;
/** Where nothing can be said. */
const EMPTY = { low: Number.POSITIVE_INFINITY, high: 0 } as const;

/**
 * The slopes of `all − rates` of `houseAddition`, in cents for each dollar. `ruled` has the slopes of the rules' requirement
 * of parts that are not plain, by part; without them such a part has an empty band. Throws as `houseAddition` does.
 */
export function houseSlopes(
  context: HouseContext,
  parts: readonly HousePart[],
  ruled: readonly (GroupSlopes | undefined)[] = [],
): GroupSlopes {
  const house = houseOf(context.books, context.rules.house, context.asOf, context.tape);
  const account = exposuresOf(context, parts);
  const share = largestMove(context, house, account);
  const rows = new Map<number, { slope: number; low: number; high: number }>();
  for (const [index, exposure] of account.names.entries()) {
    for (const [instrument, slope] of slopesOf(context, house, exposure)) {
      const price = priceIn(context, instrument) / 10 ** PRICE_SCALE;
      const band = isInDollars(context, instrument) ? ownBand(context, house, exposure, instrument) : EMPTY;
      rows.set(instrument, {
        slope: slope + (rows.get(instrument)?.slope ?? 0),
        low: Math.max(price * (1 - share), band.low),
        high: Math.min(price * (1 + share), band.high),
      });
    }
    if (!exposure.isPlain) meet(rows, ruled[index], exposure);
  }
  const instruments = [...rows.keys()].sort((a, b) => a - b);
  const column = (field: "slope" | "low" | "high"): Float64Array =>
    Float64Array.from(instruments, (instrument) => rows.get(instrument)?.[field] ?? 0);
  return {
    instruments: Int32Array.from(instruments),
    slope: column("slope"),
    low: column("low"),
    high: column("high"),
  };
}

/** Takes in the slopes and bands of a part's own requirement; where they are not given, nothing can be said. */
function meet(
  rows: Map<number, { slope: number; low: number; high: number }>,
  ruled: GroupSlopes | undefined,
  { part }: Exposure,
): void {
  if (ruled === undefined) {
    for (const { instrument } of part.holdings) rows.set(instrument, { slope: 0, ...EMPTY });
    return;
  }
  for (const [at, instrument] of ruled.instruments.entries()) {
    const row = rows.get(instrument) ?? { slope: 0, low: 0, high: Number.POSITIVE_INFINITY };
    rows.set(instrument, {
      slope: row.slope + 2 * ruled.slope[at],
      low: Math.max(row.low, ruled.low[at]),
      high: Math.min(row.high, ruled.high[at]),
    });
  }
}

/** What is priced in another currency moves with that too: it has no band. */
function isInDollars({ books: { instruments } }: HouseContext, instrument: number): boolean {
  return instruments.attributes(instruments.columns.currency[instrument]).instrument === BASE_CURRENCY;
}

/** Cents for each dollar of each price that a name depends on; twice, for what it is with and without the account's rules. */
function slopesOf(context: HouseContext, house: House, exposure: Exposure): Map<number, number> {
  const { instruments } = context.books;
  const { underlying, holdings } = exposure.part;
  const rate = highestRate(context, house, exposure);
  const slopes = new Map<number, number>();
  const put = (instrument: number, slope: number): void => {
    slopes.set(instrument, (slopes.get(instrument) ?? 0) + slope);
  };
  for (const { instrument, units } of holdings) {
    const { valueNumerator, valueDivisor } = instruments.columns;
    const perDollar = (Math.abs(units) * valueNumerator[instrument] * 10 ** PRICE_SCALE) / valueDivisor[instrument];
    if (instruments.type(instrument) === "option") {
      put(instrument, 2 * perDollar);
      put(underlying, 2 * perDollar * rate);
    } else put(instrument, 2 * perDollar * rate);
  }
  return slopes;
}

/** No requirement of the name moves faster than this times its value. */
function highestRate(context: HouseContext, house: House, exposure: Exposure): number {
  const { rules } = house;
  const { leverage } = context.books.instruments.attributes(exposure.part.underlying);
  let least = Math.max(1, Math.abs(ratio(leverage)));
  let onTop = 0;
  const take = ({ raise }: { readonly raise: { readonly kind: string; readonly rate?: Rate } }): void => {
    if (raise.rate === undefined) return;
    if (raise.kind === "add") onTop += ratio(raise.rate);
    else least = Math.max(least, ratio(raise.rate));
  };
  const houseClass = house.classOf(context.account);
  for (const { instrument, units } of exposure.part.holdings)
    for (const step of house.rates(instrument, units < 0 ? "short" : "long", houseClass).steps)
      for (const demand of step.demands) take(demand);
  for (const { tiers } of [...rules.concentration, ...rules.blockSize, ...rules.liquidity])
    for (const tier of tiers) take(tier);
  for (const { add } of rules.betaWeighted) onTop += ratio(add);
  for (const rule of rules.lossCapacity) {
    const range = house.holds(rule, exposure.part.underlying) === true ? rangeOf(house, rule, exposure) : undefined;
    if (range !== undefined && !(range instanceof Trouble))
      least = Math.max(least, 1 + ratio(range.down), 1 + ratio(range.up));
  }
  return least + onTop;
}

/** Where, of this instrument's own price, no rate begins or ends: dollars. */
function ownBand(context: HouseContext, house: House, { part }: Exposure, instrument: number) {
  const price = priceIn(context, instrument);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  const houseClass = house.classOf(context.account);
  for (const holding of part.holdings) {
    if (holding.instrument !== instrument) continue;
    for (const { below } of house.rates(instrument, holding.units < 0 ? "short" : "long", houseClass).steps) {
      if (below <= price) low = Math.max(low, below);
      else high = Math.min(high, below - 1);
    }
  }
  return { low: low / 10 ** PRICE_SCALE, high: high / 10 ** PRICE_SCALE };
}

/** The share by which every price may move at once, either way, before any step can be met. */
function largestMove(context: HouseContext, house: House, account: AccountExposures): number {
  const { rules } = house;
  let share = WIDEST;
  for (const rule of rules.concentration)
    if (house.covers(rule, context.account))
      for (const exposure of account.names) share = Math.min(share, concentrationMove(rule, account, exposure));
  for (const rule of rules.lossCapacity)
    if (house.covers(rule, context.account))
      for (const exposure of account.names) share = Math.min(share, lossMove(context, house, rule, account, exposure));
  for (const rule of rules.betaWeighted) {
    if (!house.covers(rule, context.account)) continue;
    const weighted = betaWeighted(context, house, rule, account);
    if (weighted instanceof Trouble) throw weighted;
    share = Math.min(share, betaMove(context, house, weighted, ratio(rule.moreThan), account));
  }
  return Math.max(0, share);
}

/** Odds of the name against the rest move at most by (1 + x) ÷ (1 − x). */
function concentrationMove(rule: ConcentrationRule, account: AccountExposures, exposure: Exposure): number {
  const value = concentrated(rule, exposure);
  const rest = account[rule.of] - value;
  if (rest === 0 && exposure.isPlain) return WIDEST;
  if (!exposure.isPlain) return value === 0 && exposure.stock === 0 ? WIDEST : 0;
  if (value === 0) return WIDEST;
  const slack = ROUNDED * account.names.length;
  return rule.tiers.reduce((share, { above }) => {
    const tier = ratio(above) / (1 - ratio(above));
    const most = (value + slack) / Math.max(1, rest - slack);
    const least = Math.max(0, value - slack) / (rest + slack);
    const factor = tier > most ? tier / most : tier < least ? least / tier : 1;
    return Math.min(share, Number.isFinite(factor) ? (factor - 1) / (factor + 1) : WIDEST);
  }, WIDEST);
}

function lossMove(
  context: HouseContext,
  house: House,
  rule: LossRule,
  account: AccountExposures,
  exposure: Exposure,
): number {
  if (house.holds(rule, exposure.part.underlying) !== true) return WIDEST;
  const range = rangeOf(house, rule, exposure);
  if (range instanceof Trouble) throw range;
  const apart = Math.abs(account.netLiquidation - worstLoss(context, exposure, range)) - slackOf(account);
  const reach = 1 + Math.max(ratio(range.down), ratio(range.up));
  const moved = (exposure.long + exposure.short + 2 * underlyingAmount(context, exposure)) * reach;
  return apart / (invested(account) + moved + exposure.longOptions + exposure.shortOptions);
}

function betaMove(
  context: HouseContext,
  house: House,
  weighted: number,
  moreThan: number,
  account: AccountExposures,
): number {
  const equity = account.netLiquidation;
  // Both what is over equity and equity's own sign are steps.
  const apart = Math.abs(Math.abs(weighted) - moreThan * Math.max(0, equity));
  const weights = account.names.reduce((sum, exposure) => {
    const beta = Math.abs(house.statistics(exposure.part.underlying).beta ?? 0);
    return sum + beta * (exposure.long + exposure.short + underlyingAmount(context, exposure));
  }, 0);
  const moved = weights + moreThan * invested(account);
  return moved === 0 ? WIDEST : (apart - slackOf(account) * (1 + moreThan)) / moved;
}

/** Cents of the underlying that the options of a name are on, without a sign. */
function underlyingAmount(context: HouseContext, { part }: Exposure): number {
  const { instruments } = context.books;
  const { valueNumerator, valueDivisor } = instruments.columns;
  return part.holdings.reduce((sum, { instrument, units }) => {
    if (instruments.type(instrument) !== "option") return sum;
    const price = priceIn(context, part.underlying);
    return sum + (Math.abs(units) * price * valueNumerator[instrument]) / valueDivisor[instrument];
  }, 0);
}

function invested({ names, gross }: AccountExposures): number {
  return names.reduce((sum, { longOptions, shortOptions }) => sum + longOptions + shortOptions, gross as number);
}

function slackOf({ names }: AccountExposures): number {
  return names.reduce((sum, { part }) => sum + 2 * ROUNDED * part.holdings.length, 2);
}

function ratio({ numerator, denominator }: Rate): number {
  return numerator / denominator;
}
