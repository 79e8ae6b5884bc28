/** Books of a few accounts for tests of the grid: what they hold, and a grid that holds it. */
import { ROW_FIGURES, type SideTerms, StressGrid } from "../../src/stress/grid.ts";
import { LANES, NOW } from "../../src/stress/kernel.ts";

export const LONG: SideTerms = { below: 0, lowRate: 0.25, lowFloor: 0, rate: 0.25, floor: 0 };
export const SHORT: SideTerms = { below: 5, lowRate: 1, lowFloor: 2.5, rate: 0.3, floor: 5 };

export interface Account {
  readonly cash: number;
  readonly positions: readonly { readonly instrument: number; readonly units: number }[];
  readonly group: readonly number[] | undefined;
}

export interface Case {
  readonly prices: readonly number[];
  readonly moves: readonly (readonly number[])[];
  readonly accounts: readonly Account[];
}

export function required(price: number, { below, lowRate, lowFloor, rate, floor }: SideTerms): number {
  return price < below ? Math.max(lowRate * price, lowFloor) : Math.max(rate * price, floor);
}

export function gridOf({ prices, moves, accounts }: Case): StressGrid {
  const positions = accounts.reduce((sum, account) => sum + account.positions.length * 2 + 2, 0);
  const grid = new StressGrid({
    accounts: accounts.length,
    positions,
    instruments: prices.length,
    groups: accounts.length,
  });
  const book = grid.books[0];
  for (const [instrument, price] of prices.entries()) {
    book.prices[instrument] = price;
    grid.setTerms(instrument, 1, LONG, SHORT);
    for (let lane = 0; lane < NOW; lane++) grid.moves[instrument * LANES + lane] = moves[instrument][lane];
  }
  for (const [index, account] of accounts.entries()) {
    book.cash[index] = account.cash;
    const at = book.place(index, account.positions.length);
    for (const [offset, { instrument, units }] of account.positions.entries()) {
      book.series[at + offset] = StressGrid.seriesOf(instrument, units);
      book.units[at + offset] = units;
    }
    book.groups[index] = account.group === undefined ? 0 : index + 1;
    if (account.group !== undefined) book.groupRows.set(account.group, (index + 1) * ROW_FIGURES);
  }
  return grid;
}
