/** What a stress is measured by on the page, and how much of it colours a cell or fills a bar. */
import type { StressRow, SweptView } from "../../src/server/live-margin.ts";
import { compact, count } from "./format.ts";

export const MEASURES = ["unsecured", "under-water", "calls", "net-capital"] as const;
export type Measure = (typeof MEASURES)[number];

export const MEASURE_NAMES: Readonly<Record<Measure, string>> = {
  unsecured: "Unsecured",
  "under-water": "Under water",
  calls: "Calls",
  "net-capital": "Net capital",
};

export const MEASURE_MEANS: Readonly<Record<Measure, string>> = {
  unsecured: "What accounts under water lack together, dollars",
  "under-water": "Accounts whose equity is below zero",
  calls: "What would be called, dollars",
  "net-capital": "Net capital as a percentage of the minimum, deficits charged",
};

/** The rows of the last exact run with what the last sweep says in place of what it says of accounts. */
export function liveRows(rows: readonly StressRow[], swept: SweptView | null): readonly StressRow[] {
  if (swept === null) return rows;
  const found = new Map(swept.rows.map((row) => [row.scenario, row]));
  return rows.map((row) => ({ ...row, ...found.get(row.scenario) }));
}

/** Of the minimum: from here down a cell is coloured, all of it at the minimum. */
const COLOURED_BELOW = 150;

/** In few words; undefined where it cannot be said. */
export function measured(row: StressRow, measure: Measure): string | undefined {
  if (measure === "unsecured") return compact(row.unsecured);
  if (measure === "under-water") return count(row.underWater);
  if (measure === "calls") return compact(row.calls);
  const percent = row.capital?.percentOfMinimum ?? undefined;
  return percent === undefined ? undefined : `${percent.replace(/\.\d+$/, "")}%`;
}

/** How grave each row is beside the others, 0 to 1; of net capital, beside its minimum. */
export function gravity(rows: readonly StressRow[], measure: Measure): (row: StressRow) => number {
  if (measure === "net-capital")
    return ({ capital }) => {
      const percent = capital?.percentOfMinimum ?? null;
      return percent === null
        ? 0
        : Math.min(1, Math.max(0, (COLOURED_BELOW - Number(percent)) / (COLOURED_BELOW - 100)));
    };
  const size = (row: StressRow): number =>
    measure === "under-water" ? row.underWater : Number(measure === "calls" ? row.calls : row.unsecured);
  const largest = Math.max(...rows.map(size), 0);
  return (row) => (largest === 0 ? 0 : size(row) / largest);
}

/** The one that is worst by what is unsecured, then by net capital. */
export function worst(rows: readonly StressRow[]): StressRow | undefined {
  const percent = ({ capital }: StressRow): number => Number(capital?.percentOfMinimum ?? Number.POSITIVE_INFINITY);
  return rows.toSorted((a, b) => Number(b.unsecured) - Number(a.unsecured) || percent(a) - percent(b))[0];
}

export interface Grid {
  /** From the largest fall to the largest rise. */
  readonly prices: readonly string[];
  /** Empty where every move of prices comes with one move of volatilities: then it is one column. */
  readonly volatilities: readonly string[];
  at(price: string, volatility: string | undefined): StressRow | undefined;
}

export function gridOf(rows: readonly StressRow[]): Grid | undefined {
  const cells = rows.filter(({ kind }) => kind === "grid");
  if (cells.length === 0) return undefined;
  const prices = ordered(cells.flatMap(({ price }) => price ?? []));
  const isOneColumn = prices.length === cells.length;
  return {
    prices,
    volatilities: isOneColumn ? [] : ordered(cells.flatMap(({ volatility }) => volatility ?? [])),
    at: (price, volatility) =>
      cells.find((cell) => cell.price === price && (volatility === undefined || cell.volatility === volatility)),
  };
}

function ordered(moves: readonly string[]): readonly string[] {
  return [...new Set(moves)].sort((a, b) => Number(a) - Number(b));
}

/** "−25%", "+10%", "0%". */
export function movePercent(move: string): string {
  const value = Number(move);
  if (value === 0) return "0%";
  return value < 0 ? `−${move.slice(1)}%` : `+${move}%`;
}
