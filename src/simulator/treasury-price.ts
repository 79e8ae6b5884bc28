/**
 * Prices of Treasury bills and notes from a par yield curve, by the market's own conventions: yields compound twice a year,
 * a broken first period counts as the part of a half-year that its days are. Results are model values in float64, per 100
 * of par; the caller rounds. Only + - × ÷ are used, so every machine gives the same price.
 */
import { assert } from "../base/assert.ts";
import { addMonths, type Day } from "../base/time.ts";

/** Par yields (0.02 is 2 %) at rising terms in years. */
export interface ParCurve {
  readonly years: readonly number[];
  readonly yields: readonly number[];
}

const DAYS_PER_YEAR = 365;
const HALF_YEAR_MONTHS = 6;

/** The yield at a term: a straight line between the curve's points, level beyond its ends. */
export function yieldAt(curve: ParCurve, years: number): number {
  const { years: terms, yields } = curve;
  let above = 0;
  while (above < terms.length - 1 && terms[above] < years) above++;
  const below = Math.max(0, above - 1);
  const span = terms[above] - terms[below];
  if (span === 0 || years >= terms[above]) return yields[above];
  const weight = Math.max(0, (years - terms[below]) / span);
  return yields[below] + weight * (yields[above] - yields[below]);
}

/** The curve that stands `weight` of the way from one to the other; both have the same terms. */
export function curveBetween(from: ParCurve, to: ParCurve, weight: number): ParCurve {
  return { years: from.years, yields: from.yields.map((start, index) => start + weight * (to.yields[index] - start)) };
}

export interface NoteTerms {
  readonly maturity: Day;
  /** Per year, as a fraction. */
  readonly coupon: number;
}

/** What a note costs, and the part of it that is interest since the last coupon. */
export interface NotePrice {
  readonly clean: number;
  readonly accrued: number;
}

/**
 * A note's price for settlement on `day`, which is before its maturity, at a yield compounded twice a year:
 * Σ (c/2) ÷ (1+y/2)^(w+k) + 100 ÷ (1+y/2)^(w+n-1), less accrued interest, where w is the part of the current half-year that
 * is left, actual days over actual days. In the last half-year interest is simple: (100 + c/2) ÷ (1 + w·y/2).
 */
export function notePrice({ maturity, coupon }: NoteTerms, day: Day, yieldPerYear: number): NotePrice {
  assert(day < maturity, "a note is priced before its maturity");
  let periods = 1;
  while (addMonths(maturity, -HALF_YEAR_MONTHS * periods) > day) periods++;
  const nextCoupon = addMonths(maturity, -HALF_YEAR_MONTHS * (periods - 1));
  const lastCoupon = addMonths(maturity, -HALF_YEAR_MONTHS * periods);
  const left = (nextCoupon - day) / (nextCoupon - lastCoupon);
  const payment = (100 * coupon) / 2;
  const accrued = payment * (1 - left);
  const growth = 1 + yieldPerYear / 2;
  if (periods === 1) return { clean: (100 + payment) / (1 + (left * yieldPerYear) / 2) - accrued, accrued };
  let value = 100 + payment;
  for (let period = 1; period < periods; period++) value = value / growth + payment;
  return { clean: value / powerOfGrowth(growth, left) - accrued, accrued };
}

/** growth^exponent for 0 <= exponent <= 1 and growth near 1, by the binomial series: exact arithmetic, no `Math.pow`. */
function powerOfGrowth(growth: number, exponent: number): number {
  const rate = growth - 1;
  let term = 1;
  let sum = 1;
  for (let order = 1; order <= 24; order++) {
    term *= (rate * (exponent - order + 1)) / order;
    sum += term;
  }
  return sum;
}

/**
 * A bill's price for settlement on `day`. Up to half a year, interest is simple on a 365-day year: 100 ÷ (1 + y·t). Beyond,
 * the first half-year compounds: 100 ÷ ((1 + y/2) · (1 + y·(t - 1/2))).
 */
export function billPrice(maturity: Day, day: Day, yieldPerYear: number): number {
  assert(day < maturity, "a bill is priced before its maturity");
  const years = (maturity - day) / DAYS_PER_YEAR;
  if (years <= 0.5) return 100 / (1 + yieldPerYear * years);
  return 100 / ((1 + yieldPerYear / 2) * (1 + yieldPerYear * (years - 0.5)));
}

/** The price of a bill (no coupon) or note at its own point of the curve. */
export function treasuryPrice({ maturity, coupon }: NoteTerms, day: Day, curve: ParCurve): number {
  const rate = yieldAt(curve, (maturity - day) / DAYS_PER_YEAR);
  return coupon === 0 ? billPrice(maturity, day, rate) : notePrice({ maturity, coupon }, day, rate).clean;
}
