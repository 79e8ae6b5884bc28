/**
 * The least equity of a portfolio margin account: to be margined so at all, by how it is watched, (g)(4); and to hold
 * derivatives that are not listed, (g)(9). An account that holds nothing lacks nothing.
 */
import { type Line, line } from "../../base/line.ts";
import { type Cents, negate } from "../../base/money.ts";
import type { PortfolioFigures } from "./portfolio.ts";
import type { PortfolioRules } from "./rules.ts";

export interface LeastEquity {
  readonly paragraph: string;
  /** What equity has to be, in cents. */
  readonly least: Cents;
  readonly equity: Cents;
  /** Above zero. */
  readonly lacking: Cents;
}

type Figures = Pick<PortfolioFigures, "equity" | "minimumEquity" | "minimumEquityShortfall" | "unlistedShortfall">;

/** What lacks to the larger of both; undefined where nothing does. */
export function leastEquityOf(
  { equity, minimumEquity, minimumEquityShortfall, unlistedShortfall }: Figures,
  { minimumEquity: toTrade, unlistedDerivatives }: PortfolioRules,
): LeastEquity | undefined {
  if (unlistedShortfall > 0 && unlistedShortfall >= minimumEquityShortfall) {
    const { paragraph, minimumEquity: least } = unlistedDerivatives;
    return { paragraph, least, equity, lacking: unlistedShortfall };
  }
  if (minimumEquityShortfall <= 0) return undefined;
  return { paragraph: toTrade.paragraph, least: minimumEquity, equity, lacking: minimumEquityShortfall };
}

/** As a line of an account's explanation: what lacks, below zero. */
export function leastEquityLine(code: string, { paragraph, least, equity, lacking }: LeastEquity): Line {
  return line(`${code}/least-equity`, "Lacking to the least equity", paragraph, negate(lacking), { least, equity });
}
