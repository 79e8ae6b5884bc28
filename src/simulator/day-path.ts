/**
 * Where in the day a stock's four real prices stand, and what is assumed between them. The data say the open, high, low
 * and close of each stock but not when it reached its high and its low. The rule, the same for every stock:
 *
 * - the first print comes within 90 seconds of the opening bell, the last within 5 seconds of the closing bell;
 * - the low and the high stand near the instants at which the guide (SPY) made its own, within the same bar of its, at most
 *   eight minutes to either side; a stock that gapped against the guide at the open has them exchanged;
 * - an extreme that equals the open is at the open, one that equals the close is at the close;
 * - between two real prices more than an hour apart the stock follows the guide's own path, scaled to run from the one to
 *   the other and kept within the stock's range of the day; between nearer ones, or where the guide hardly moves, it goes
 *   in a straight line.
 *
 * All spreads come from a hash of the symbol. No price ever leaves the stock's real range of the day.
 */
import { assert } from "../base/assert.ts";
import type { DayBar, HourBar } from "./market-files.ts";
import { spread } from "./random.ts";

export const SESSION_OPEN_MS = 34_200_000;
export const SESSION_CLOSE_MS = 57_600_000;
const HOUR_MS = 3_600_000;
const OPENING_SPREAD_MS = 90_000;
const CLOSING_SPREAD_MS = 5_000;
const EXTREME_SPREAD_MS = 8 * 60_000;
/** Below this move of the guide, as a fraction, a stock's path between two prices is a straight line. */
const GUIDE_MOVE_MIN = 0.0025;
const CENT = 1_000_000;
const TENTH_OF_A_MILL = 10_000;
const DOLLAR = 100 * CENT;

/** A real price of the day: `ms` from New York midnight, the price in 10^-8, shares. */
export interface Anchor {
  readonly ms: number;
  readonly price: number;
  readonly shares: number;
}

/** A path through real prices in time order. */
export type Path = readonly Anchor[];

/** A path through the bars of a day: each bar's open at its start, low and high at its thirds, close just before its end. */
export function barsPath(bars: readonly HourBar[]): Path {
  return bars.flatMap((bar) => {
    const start = Math.max(bar.fromMs, SESSION_OPEN_MS);
    const length = bar.fromMs + HOUR_MS - start;
    const [first, second] = bar.close >= bar.open ? [bar.low, bar.high] : [bar.high, bar.low];
    const shares = Math.floor(bar.volume / 4);
    return [
      { ms: start, price: bar.open, shares },
      { ms: start + Math.floor(length / 3), price: first, shares },
      { ms: start + Math.floor((length * 2) / 3), price: second, shares },
      { ms: start + length - 1000, price: bar.close, shares: bar.volume - shares * 3 },
    ];
  });
}

/** The price on a path at an instant, in a straight line between its anchors. */
export function priceAt(path: Path, ms: number): number {
  let next = 0;
  while (next < path.length - 1 && path[next].ms < ms) next++;
  const to = path[next];
  const from = path[Math.max(0, next - 1)];
  if (ms >= to.ms || to.ms === from.ms) return to.price;
  return from.price + ((to.price - from.price) * Math.max(0, ms - from.ms)) / (to.ms - from.ms);
}

/** The leader of the day: its path, and when it was lowest and highest. */
export class Guide {
  readonly path: Path;
  readonly previousClose: number;
  readonly low: { readonly ms: number; readonly bar: HourBar };
  readonly high: { readonly ms: number; readonly bar: HourBar };
  /** The path at each second of the session, so that looking up is one step. */
  readonly #bySecond: Float64Array;

  constructor(bars: readonly HourBar[]) {
    assert(bars.length > 0, "the guide has bars");
    this.path = barsPath(bars);
    this.previousClose = bars[0].previousClose;
    const extreme = (bar: HourBar, price: number) => ({
      bar,
      ms: this.path.find((anchor) => anchor.price === price && anchor.ms >= bar.fromMs)?.ms ?? bar.fromMs,
    });
    const lowest = bars.reduce((a, b) => (b.low < a.low ? b : a));
    const highest = bars.reduce((a, b) => (b.high > a.high ? b : a));
    this.low = extreme(lowest, lowest.low);
    this.high = extreme(highest, highest.high);
    const seconds = (SESSION_CLOSE_MS - SESSION_OPEN_MS) / 1000 + 1;
    this.#bySecond = Float64Array.from({ length: seconds }, (_, second) =>
      priceAt(this.path, SESSION_OPEN_MS + second * 1000),
    );
  }

  price(ms: number): number {
    const second = Math.round((ms - SESSION_OPEN_MS) / 1000);
    return this.#bySecond[Math.min(Math.max(second, 0), this.#bySecond.length - 1)];
  }
}

/** The four real prices of a stock in the order and at the times that the rule gives them. Each carries a quarter of the volume. */
export function dayPath(bar: DayBar, guide: Guide): Path {
  const { symbol, open, high, low, close, volume } = bar;
  const quarter = Math.floor(volume / 4);
  const openMs = SESSION_OPEN_MS + Math.floor(spread(symbol, "open") * OPENING_SPREAD_MS);
  const closeMs = SESSION_CLOSE_MS - 1 - Math.floor(spread(symbol, "close") * CLOSING_SPREAD_MS);
  const guideGap = guide.path[0].price - guide.previousClose;
  const against = (open - bar.previousClose) * guideGap < 0;
  const lowAt = against ? guide.high : guide.low;
  const highAt = against ? guide.low : guide.high;
  const anchors: Anchor[] = [{ ms: openMs, price: open, shares: quarter }];
  const place = (price: number, at: Guide["low"], salt: string): void => {
    if (price === open) anchors.push({ ms: openMs, price, shares: quarter });
    else if (price === close) anchors.push({ ms: closeMs, price, shares: quarter });
    else anchors.push({ ms: near(at, symbol, salt, openMs), price, shares: quarter });
  };
  place(low, lowAt, "low");
  place(high, highAt, "high");
  anchors.push({ ms: closeMs, price: close, shares: volume - quarter * 3 });
  return anchors.sort((a, b) => a.ms - b.ms);
}

/** An instant near the guide's extreme, more often close to it than far, inside the guide's bar and the session. */
function near({ ms, bar }: Guide["low"], symbol: string, salt: string, openMs: number): number {
  const offset = (spread(symbol, `${salt}/1`) + spread(symbol, `${salt}/2`) - 1) * EXTREME_SPREAD_MS;
  const earliest = Math.max(bar.fromMs, openMs + 1000);
  const latest = Math.min(bar.fromMs + HOUR_MS, SESSION_CLOSE_MS - CLOSING_SPREAD_MS) - 1000;
  return Math.min(Math.max(Math.floor(ms + offset), earliest), latest);
}

/** The assumed price between two real ones, a whole tick within the range of the day. */
export function betweenAnchors(from: Anchor, to: Anchor, ms: number, guide: Guide, { low, high }: PriceRange): number {
  const guideFrom = guide.price(from.ms);
  const guideMove = guide.price(to.ms) - guideFrom;
  const straight = to.ms - from.ms < HOUR_MS || Math.abs(guideMove) < guideFrom * GUIDE_MOVE_MIN;
  const weight = straight ? (ms - from.ms) / (to.ms - from.ms) : (guide.price(ms) - guideFrom) / guideMove;
  return toTick(from.price + (to.price - from.price) * weight, { low, high });
}

export interface PriceRange {
  readonly low: number;
  readonly high: number;
}

/** To a cent, below a dollar to a hundredth of a cent, and back inside the range. */
export function toTick(price: number, { low, high }: PriceRange): number {
  const tick = price >= DOLLAR ? CENT : TENTH_OF_A_MILL;
  return Math.min(Math.max(Math.round(price / tick) * tick, low), high);
}

/** The lowest and highest price of a path. */
export function rangeOf(path: Path): PriceRange {
  const prices = path.map(({ price }) => price);
  return { low: Math.min(...prices), high: Math.max(...prices) };
}
