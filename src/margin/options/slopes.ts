/**
 * How fast the excess of a group with options can change. What a group costs is the least over pairings; each pairing's cost
 * changes no faster than the sum of its strategies' costs, and so neither does the least. The bounds here hold for every
 * pairing at once, so that they need no pairing to be found.
 *
 * One cost jumps: that of a straddle, where its other side becomes the greater one, (f)(2)(G). The band ends before that.
 * Where a pairing is not proven to be the least, the band is the price itself; where stock sold short may be offset by what
 * options leave of a convertible, because two pairings that cost the same may leave unlike offsets; and where funds protect
 * options on an index, because a contract is protected or not.
 */
import { Trouble } from "../../base/errors.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { type Group, type GroupContext, type GroupSlopes, priceIn } from "../group.ts";
import { treatmentsIn } from "../maintenance/plain-group.ts";
import { mayOffset } from "./covers.ts";
import { mayProtect } from "./protection.ts";
import { multiplierOf, type Series, seriesOf, uncoveredPoints } from "./series.ts";

const DOLLAR = 10 ** PRICE_SCALE;
const CENTS = 100;

/** Bounds by instrument; undefined where the group has no figure. `isProven`: of the answer that they belong to. */
export function optionsSlopes(group: Group, context: GroupContext, isProven: boolean): GroupSlopes | undefined {
  const { series, troubles } = seriesOf(group, context);
  if (troubles.length > 0) return undefined;
  const slopes = new Map<number, number>([[group.underlying, 0]]);
  const steepen = (instrument: number, by: number): void => {
    slopes.set(instrument, (slopes.get(instrument) ?? 0) + by);
  };
  for (const one of series) {
    const size = Math.abs(one.contracts) * multiplierOf(context, one.row) * CENTS;
    steepen(one.row, size * ofOwnPrice(one));
    if (one.contracts < 0 && one.uncoveredTerms.principal === undefined)
      steepen(group.underlying, size * ofUnderlying(one));
    else if (one.contracts < 0) steepen(group.underlying, size);
  }
  for (const { instrument, units } of group.holdings)
    if (context.books.instruments.type(instrument) !== "option")
      steepen(instrument, ofStock(context, instrument, units));
  const isSmooth = isProven && !mayOffset(group, context) && !mayProtect(group, context);
  return bandOf(slopes, context, group.underlying, isSmooth ? leastDistance(series) : 0);
}

/** A short one costs what it is worth in any strategy or nothing; a long one adds loan value, or a box. */
function ofOwnPrice({ contracts, isEuropean, isLongDated }: Series): number {
  if (contracts < 0 || isEuropean) return 1;
  return isLongDated ? 1 : 0;
}

/** (f)(2)(E): the basic share, less what it is out of the money. */
function ofUnderlying({ isCall, uncoveredTerms: { basic, least } }: Series): number {
  const share = basic.numerator / basic.denominator;
  return isCall ? 1 + share : Math.max(share, 1, least.numerator / least.denominator);
}

/** Stock counts at its value or less in equity, and requires no more than a share of it; what it is sold short for besides. */
function ofStock(context: GroupContext, instrument: number, units: number): number {
  const { instruments } = context.books;
  const { long, short } = treatmentsIn(context).of(instrument);
  const side = units > 0 ? long : short;
  const rates =
    side instanceof Trouble ? [] : [side.rate, ...(side.lowPriced === undefined ? [] : [side.lowPriced.rate])];
  const rate = Math.max(1, ...rates.map(({ numerator, denominator }) => numerator / denominator));
  const { valueNumerator, valueDivisor } = instruments.columns;
  const dollarValue = (Math.abs(units) * valueNumerator[instrument] * DOLLAR) / valueDivisor[instrument];
  return dollarValue * (units > 0 ? rate : 1 + rate);
}

/** In dollars: how near the requirements of a short call and a short put come to each other. */
function leastDistance(series: readonly Series[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const call of series) {
    if (!call.isCall || call.contracts > 0) continue;
    for (const put of series) {
      if (put.isCall || put.contracts > 0 || put.kind !== call.kind) continue;
      const [a, b] = [uncoveredPoints(call), uncoveredPoints(put)];
      least = Math.min(least, Math.abs(a.numerator / a.denominator - b.numerator / b.denominator));
    }
  }
  return least / DOLLAR;
}

/** Options may move by a quarter of the distance, the underlying by a share that its slopes leave of half of it. */
function bandOf(
  slopes: ReadonlyMap<number, number>,
  context: GroupContext,
  underlying: number,
  distance: number,
): GroupSlopes {
  const entries = [...slopes].sort(([a], [b]) => a - b);
  const around = (sign: 1 | -1): Float64Array =>
    Float64Array.from(entries, ([instrument]) => {
      const price = priceIn(context, instrument) / DOLLAR;
      const by = instrument === underlying ? distance / UNDERLYING_SHARE : distance / 4;
      return Math.max(0, price + sign * by);
    });
  return {
    instruments: Int32Array.from(entries, ([instrument]) => instrument),
    slope: Float64Array.from(entries, ([, slope]) => slope),
    low: around(-1),
    high: around(1),
  };
}

/** Both sides of a straddle move with the underlying by at most twice its move, for a fund of any leverage up to five. */
const UNDERLYING_SHARE = 8;
