/** One American option at one spot: the grid with a single place. For many options or spots take an `OptionGrid`. */
import { OptionGrid } from "./option-grid.ts";
import type { CashDividend, OptionTerms } from "./terms.ts";
import { within } from "./terms.ts";

/** Steps of the tree at the close; a grid that follows the market may take 51. */
export const CLOSING_STEPS = 101;
/** Dividends within the life of one option: weekly for a year, monthly for five. */
const DIVIDENDS_MAX = 64;

const single = new OptionGrid({
  options: 1,
  underlyings: 1,
  points: 1,
  dividends: DIVIDENDS_MAX,
  steps: CLOSING_STEPS,
});
const spots = new Float64Array(1);

/**
 * The value of an American option. NaN where the terms are not priceable, the spot is not above nothing, the dividends
 * before expiry are worth as much as the spot or are more than 64, and where rate or yield over the option's life pass
 * 200%.
 */
export function americanValue(spot: number, terms: OptionTerms, dividends: readonly CashDividend[] = []): number {
  const escrow = within(dividends, terms.years).toSorted((a, b) => a.years - b.years);
  if (escrow.length > DIVIDENDS_MAX) return Number.NaN;
  spots[0] = spot;
  single.setSpots(0, spots);
  single.clearOption(0);
  single.setDividends(0, escrow);
  single.setOption(0, 0, "american", terms);
  single.revalue();
  return single.value(0, 0);
}
