/**
 * What one unit of an instrument requires, as the sweep takes it: two pairs of rate and floor, found by asking margin's compiled
 * values and held against further answers. What does not fit that form is margined in groups.
 */
import { PRICE_SCALE } from "../facts/define.ts";
import type { MaintenanceValues } from "../margin/maintenance/unit-values.ts";
import type { SideTerms } from "./grid.ts";

const UNITS = 10 ** PRICE_SCALE;
/** Prices, in dollars, at which terms that were found are held against margin's own figure. */
const PROBES = [0.01, 0.5, 1, 2.4, 2.6, 4.99, 5, 5.01, 9, 16.6, 16.7, 40, 99, 101, 320, 1500, 25_000];
const HIGHEST = 1e6;

/** Dollars that a unit is worth for each dollar of price. */
export function worthOf(values: MaintenanceValues, instrument: number): number {
  return values.valuePerUnit(instrument, UNITS) / 100;
}

/** Undefined where what a unit requires has another form, or no rule says. `side`: 1 long, -1 short. */
export function termsOf(values: MaintenanceValues, instrument: number, side: 1 | -1): SideTerms | undefined {
  const required = (price: number): number => values.requirementPerUnit(instrument, side, price * UNITS) / 100;
  const worth = worthOf(values, instrument);
  const rate = required(HIGHEST) / (HIGHEST * worth);
  const lowFloor = required(0);
  const below = lowPrice(required, rate, worth);
  const floor = below === 0 ? lowFloor : required(below);
  const lowRate = below === 0 ? rate : Math.max(0, required(below * 0.999_999) / (below * 0.999_999 * worth));
  const terms = { below, lowRate, lowFloor, rate, floor: floor > rate * below * worth ? floor : lowFloor };
  const isRight = PROBES.every((price) => {
    const value = price * worth;
    const [least, share] = price < below ? [terms.lowFloor, terms.lowRate] : [terms.floor, terms.rate];
    const figure = Math.max(least, share * value);
    return Math.abs(figure - required(price)) <= 1e-9 * Math.max(1, figure);
  });
  return isRight ? terms : undefined;
}

/** The price below which other terms hold, to a hundred-millionth: where a unit requires less than from there on; 0 for none. */
function lowPrice(required: (price: number) => number, rate: number, worth: number): number {
  const [floor, low] = [plateau(required, rate, worth), required(0)];
  if (!(floor > low)) return 0;
  let [under, over] = [0, floor / (rate * worth)];
  while (over - under > 1e-8) {
    const middle = (under + over) / 2;
    if (required(middle) < floor) under = middle;
    else over = middle;
  }
  return Math.round(over * 1e6) / 1e6;
}

/** The least that a unit requires just where the rate begins to count: where rate × value meets a floor from above. */
function plateau(required: (price: number) => number, rate: number, worth: number): number {
  let [low, high] = [0, HIGHEST];
  while (high - low > 1e-7) {
    const middle = (low + high) / 2;
    if (required(middle) > rate * middle * worth * (1 + 1e-12)) low = middle;
    else high = middle;
  }
  return required(high) > 1e-6 ? Math.round(required(high) * 1e6) / 1e6 : 0;
}
