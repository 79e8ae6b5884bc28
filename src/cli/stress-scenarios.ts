/** The scenarios of the page: a grid of prices by volatilities, and of the shipped ones those that are not in it. */
import { join } from "node:path";
import { readStressRules, type Scenario } from "../stress/rules.ts";
import { readText } from "./config.ts";

const RULEBOOKS = join(import.meta.dirname, "../../rulebooks");
const GRID = join(RULEBOOKS, "stress-grid.yaml");

export const SHIPPED_SCENARIOS = join(RULEBOOKS, "stress.yaml");

export function pageScenarios(scenarios: readonly Scenario[]): readonly Scenario[] {
  const grid = readStressRules(readText(GRID), { file: GRID });
  // What moves everything alike is in the grid.
  return [...grid.scenarios, ...scenarios.filter(({ moves }) => moves.length !== 1 || moves[0].of !== "all")];
}
