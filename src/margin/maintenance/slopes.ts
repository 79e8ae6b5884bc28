/** How fast the excess of a group without options can fall: a bound, for those that ask such a group as a whole. */
import { Trouble } from "../../base/errors.ts";
import type { Rate } from "../../base/rate.ts";
import { BASE_CURRENCY } from "../account.ts";
import { type Group, type GroupContext, type GroupSlopes, priceIn } from "../group.ts";
import { treatmentsIn } from "./plain-group.ts";
import type { Side } from "./treatment.ts";
import { writtenTerms } from "./warrants.ts";

/** Units of price in a dollar. */
const DOLLAR = 10 ** 8;
const CENTS = 100;

/** Of a position in another currency, price and rate of exchange multiply: the bound holds while both stay so near. */
const NEAR = 0.05;

interface Bound {
  slope: number;
  low: number;
  high: number;
}

/**
 * Cents for each dollar of a move, by instrument: what is held times one and its rate, since no offset requires more than
 * its legs, and the least of several ways to offset moves no faster than the fastest of them. A group of which something is
 * not known has empty bands.
 */
export function plainSlopes(group: Group, context: GroupContext): GroupSlopes {
  const treatments = treatmentsIn(context);
  const bounds = new Map<number, Bound>();
  for (const { instrument, units } of group.holdings) {
    const { long, short, steps, isWritten } = treatments.of(instrument);
    if (isWritten && units < 0) {
      addWritten(bounds, context, instrument, -units);
      continue;
    }
    const rates = [greatestRate(units > 0 ? long : short), ...steps.map(({ rate }) => fraction(rate))];
    addPosition(bounds, context, instrument, Math.abs(units) * (1 + Math.max(...rates)));
  }
  const found = [...bounds].sort(([a], [b]) => a - b);
  return {
    instruments: Int32Array.from(found, ([instrument]) => instrument),
    slope: Float64Array.from(found, ([, { slope }]) => slope),
    low: Float64Array.from(found, ([, { low }]) => low),
    high: Float64Array.from(found, ([, { high }]) => high),
  };
}

/** `weight`: units times what a unit of value can take from the excess. NaN where no rule says. */
function addPosition(bounds: Map<number, Bound>, context: GroupContext, instrument: number, weight: number): void {
  const { instruments } = context.books;
  const { currency, valueNumerator, valueDivisor } = instruments.columns;
  const centsPerDollar = (DOLLAR * valueNumerator[instrument]) / valueDivisor[instrument];
  const exchange = currency[instrument];
  if (instruments.attributes(exchange).instrument === BASE_CURRENCY)
    return widen(bounds, instrument, weight * centsPerDollar, 0, Number.POSITIVE_INFINITY);
  const [price, rate] = [priceIn(context, instrument) / DOLLAR, priceIn(context, exchange) / DOLLAR];
  const near = (at: number): [number, number] => [at * (1 - NEAR), at * (1 + NEAR)];
  widen(bounds, instrument, weight * centsPerDollar * rate * (1 + NEAR), ...near(price));
  widen(bounds, exchange, weight * centsPerDollar * price * (1 + NEAR), ...near(rate));
}

/** A warrant held short: its value, and what it is on with the share that is asked of that. NaN where no rule says. */
function addWritten(bounds: Map<number, Bound>, context: GroupContext, instrument: number, units: number): void {
  const { columns } = context.books.instruments;
  addPosition(bounds, context, instrument, units);
  const terms = writtenTerms(context, instrument);
  const slope = terms instanceof Trouble ? Number.NaN : units * terms.perUnit * (1 + fraction(terms.basic)) * CENTS;
  widen(bounds, columns.underlying[instrument], slope, 0, Number.POSITIVE_INFINITY);
}

function widen(bounds: Map<number, Bound>, instrument: number, slope: number, low: number, high: number): void {
  const known = bounds.get(instrument) ?? { slope: 0, low: 0, high: Number.POSITIVE_INFINITY };
  bounds.set(instrument, known);
  const isKnown = slope === slope && low === low;
  known.slope += isKnown ? slope : 0;
  known.low = isKnown ? Math.max(known.low, low) : Number.POSITIVE_INFINITY;
  known.high = isKnown ? Math.min(known.high, high) : Number.NEGATIVE_INFINITY;
}

function greatestRate(side: Side): number {
  if (side instanceof Trouble) return Number.NaN;
  return Math.max(fraction(side.rate), side.lowPriced === undefined ? 0 : fraction(side.lowPriced.rate));
}

function fraction({ numerator, denominator }: Rate): number {
  return numerator / denominator;
}
