/**
 * The volatility that a price implies. Where there is none, or the price does not tell, the answer is `undefined`:
 * never a number that does not give the price back.
 */
import { americanValue } from "./american.ts";
import { payoff } from "./black-scholes.ts";
import { exp, log, normalDensity, normalMills } from "./kernel.ts";
import type { ExerciseStyle } from "./option-grid.ts";
import { isPriceable, presentValue, within } from "./terms.ts";
import type { CashDividend, OptionTerms } from "./terms.ts";

/** Volatilities are looked for between these: 0.01% and 1,000%. */
const VOLATILITY_MIN = 1e-4;
const VOLATILITY_MAX = 10;
/** Time value below this part of spot or strike is rounding, not information. */
const TIME_VALUE_MIN = 1e-12;
/** An American price must come back to this part of the strike. */
const REPRICE = 1e-9;
/** The time value at which an American price begins to tell: a thousandth of a basis point of the strike. */
const AMERICAN_TIME_VALUE_MIN = 1e-7;

type UnknownVolatility = Omit<OptionTerms, "volatility">;

/** ln of the out-of-the-money option's forward value over √(forward × strike), and its slope, by total deviation s. */
function logValue(distance: number, s: number): { value: number; slope: number } {
  const high = s / 2 - distance / s;
  const mills = normalMills(high) - normalMills(high - s);
  // ln n(high) by its formula: the density itself underflows.
  const logDensity = Math.abs(high) < 38 ? log(normalDensity(high)) : -0.9189385332046727 - high ** 2 / 2;
  return { value: log(mills) + logDensity - distance / 2, slope: 1 / mills };
}

/**
 * Solves for s by Newton's steps on the logarithm, inside a bracket that they may not leave. The logarithm is close to
 * −distance²/2s² far out of the money, so that the steps are taken in 1/s².
 */
function totalDeviation(distance: number, target: number, [from, to]: readonly [number, number]): number | undefined {
  let [low, high] = [from, to];
  if (logValue(distance, low).value > target || logValue(distance, high).value < target) return undefined;
  let s = Math.min(Math.max(Math.sqrt(2 * distance), 2.5 * exp(target), low * 2), high / 2);
  for (let step = 0; step < 200; step++) {
    const { value, slope } = logValue(distance, s);
    if (value < target) low = s;
    else high = s;
    const curve = 1 / s ** 2 + ((value - target) * 2) / (slope * s ** 3);
    const newton = curve > 0 ? 1 / Math.sqrt(curve) : Number.POSITIVE_INFINITY;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    if (Math.abs(next - s) <= 4e-16 * s || !(low < high)) return next;
    s = next;
  }
  return s;
}

/** Of a European option: exact to the digits that the price has. */
function europeanVolatility(
  price: number,
  spot: number,
  terms: UnknownVolatility,
  dividends: readonly CashDividend[],
): number | undefined {
  const { right, strike, years, rate, dividendYield } = terms;
  const onSpot = (spot - presentValue(within(dividends, years), rate)) * exp(-dividendYield * years);
  const onStrike = strike * exp(-rate * years);
  if (!(onSpot > 0)) return undefined;
  const timeValue = price - Math.max(0, right === "call" ? onSpot - onStrike : onStrike - onSpot);
  // By parity the time value is the price of the option, call or put, that is out of the money: it cannot pass this.
  const bound = Math.min(onSpot, onStrike);
  if (!(timeValue > TIME_VALUE_MIN * Math.max(onSpot, onStrike)) || !(timeValue < bound)) return undefined;
  const distance = Math.abs(log(onSpot / onStrike));
  const root = Math.sqrt(years);
  const target = log(timeValue / Math.sqrt(onSpot * onStrike));
  const s = totalDeviation(distance, target, [VOLATILITY_MIN * root, VOLATILITY_MAX * root]);
  return s === undefined ? undefined : s / root;
}

/** Two volatilities and by how much the model's price at each exceeds the price in question. */
interface Bracket {
  low: number;
  below: number;
  high: number;
  above: number;
}

/** Narrows a bracket by the Illinois variant of the false position, and by halves where that is slow. */
function narrow(excess: (volatility: number) => number, bracket: Bracket, tolerance: number): number | undefined {
  let { low, below, high, above } = bracket;
  for (let step = 1; step <= 200 && high - low > 1e-15 * high; step++) {
    const guess = (low * above - high * below) / (above - below);
    const volatility = guess > low && guess < high && step % 8 !== 0 ? guess : (low + high) / 2;
    const value = excess(volatility);
    if (Math.abs(value) <= tolerance) return volatility;
    if (value < 0) {
      [low, below] = [volatility, value];
      above /= 2;
    } else {
      [high, above] = [volatility, value];
      below /= 2;
    }
  }
  return undefined;
}

/** Of an American option: the European one's, moved until the model's price is passed, and then narrowed. */
function americanVolatility(
  price: number,
  spot: number,
  terms: UnknownVolatility,
  dividends: readonly CashDividend[],
): number | undefined {
  const { strike } = terms;
  if (!(price - payoff(spot, terms) > AMERICAN_TIME_VALUE_MIN * strike)) return undefined;
  if (!(price < (terms.right === "call" ? spot : strike))) return undefined;
  const tolerance = REPRICE * strike;
  const excess = (volatility: number) => americanValue(spot, { ...terms, volatility }, dividends) - price;
  // An American option is worth at least the European one, so that its volatility lies below the European one's, or,
  // since a tree errs by a little, next to it.
  let volatility = Math.min(europeanVolatility(price, spot, terms, dividends) ?? VOLATILITY_MAX, VOLATILITY_MAX);
  let value = excess(volatility);
  if (Number.isNaN(value)) return undefined;
  const isTooHigh = value > 0;
  for (let factor = 1.05; Math.abs(value) > tolerance; factor *= 1.25) {
    const next = isTooHigh ? volatility / factor : volatility * factor;
    const nextValue = excess(next);
    if (!(next >= VOLATILITY_MIN && next <= VOLATILITY_MAX) || Number.isNaN(nextValue)) return undefined;
    if (nextValue > 0 !== isTooHigh) {
      const [low, below, high, above] = isTooHigh
        ? [next, nextValue, volatility, value]
        : [volatility, value, next, nextValue];
      return narrow(excess, { low, below, high, above }, tolerance);
    }
    [volatility, value] = [next, nextValue];
  }
  return volatility;
}

/**
 * The volatility at which the model gives `price`. `undefined` where the price is at or below what the option is worth
 * without any volatility, or so close above that its time value is rounding (1e-12 of the spot for a European, 1e-7 of
 * the strike for an American option); where it is at or above what any volatility could make it; where the volatility
 * would lie outside 0.01% to 1,000%; and where terms, spot or dividends cannot be priced at all.
 */
export function impliedVolatility(
  price: number,
  spot: number,
  terms: UnknownVolatility,
  { style, dividends = [] }: { style: ExerciseStyle; dividends?: readonly CashDividend[] },
): number | undefined {
  if (!isPriceable({ ...terms, volatility: 1 }) || terms.years === 0) return undefined;
  if (!(spot > 0 && Number.isFinite(spot) && Number.isFinite(price))) return undefined;
  return style === "european"
    ? europeanVolatility(price, spot, terms, dividends)
    : americanVolatility(price, spot, terms, dividends);
}
