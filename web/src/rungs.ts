/** The rungs of the ladder as the page names and colours them, and the regimes of a requirement. */
import type { MarginRegime, MarginRung } from "../../src/server/live-margin.ts";
import { tierColour } from "./tier-colour.ts";

/** Those that are worse than healthy by what an account has. */
const TROUBLED: readonly MarginRung[] = ["warning", "call", "restricted", "liquidating", "deficit"];

/** Always shown together with the rung's name. */
export function rungColour(rung: MarginRung): string {
  if (rung === "healthy") return "var(--good)";
  if (rung === "unknown") return "var(--ink-3)";
  return tierColour(TROUBLED.indexOf(rung), TROUBLED.length);
}

export const RUNG_MEANS: Readonly<Record<MarginRung, string>> = {
  healthy: "Above every boundary",
  warning: "Excess is a small share of market value",
  call: "Equity is below the requirement",
  restricted: "Closing orders only",
  liquidating: "A proposal to close positions stands",
  deficit: "Equity is below zero",
  unknown: "Something it holds has no price or no rule",
};

export const REGIME_NAMES: Readonly<Record<MarginRegime, string>> = {
  cash: "Cash account",
  regT: "Regulation T, initial",
  maintenance: "Maintenance",
  portfolio: "Portfolio margin",
  house: "House",
};
