/** A stress of the whole book as the page shows it. */
import { formatDecimal } from "../base/decimal.ts";
import { formatDollars } from "../base/money.ts";
import type { NetCapitalAnswer } from "../net-capital/computation.ts";
import type { Move, Scenario } from "../stress/rules.ts";
import type { ScenarioResult, Stress } from "../stress/stress.ts";
import { STRESS_NAMED } from "./limits.ts";
import type { Position } from "./live-firm.ts";
import type { StressCapital, StressKind, StressRow, StressView } from "./live-margin.ts";

/** `took`: milliseconds. `position`: the fact that the books of the stress are of. */
export function stressView(
  { table }: Stress,
  rows: readonly StressRow[],
  netCapital: NetCapitalAnswer | undefined,
  { position, took }: { readonly position: Position; readonly took: number },
): StressView {
  return {
    ...position,
    took: Math.round(took),
    accounts: table.accounts.length,
    capital: capitalOf(netCapital),
    rows,
  };
}

export function stressRow(result: ScenarioResult): StressRow {
  const { scenario, accounts, names, clients, liquidity } = result;
  const kind = kindOf(scenario);
  const isGrid = kind === "grid";
  return {
    scenario: scenario.name,
    title: scenario.title,
    kind,
    price: isGrid ? percent(scenario.moves[0].change) : null,
    volatility: isGrid ? percent(scenario.volatility - 1) : null,
    underWater: result.underWater,
    unsecured: formatDollars(result.unsecured),
    called: result.called,
    calls: formatDollars(result.calls),
    capital: capitalOf(result.netCapital),
    capitalCallsUnmet: capitalOf(result.netCapitalCallsUnmet),
    uncovered: formatDollars(liquidity.uncovered),
    unknown: accounts.unknown.length,
    names: names.slice(0, STRESS_NAMED).map(({ instrument, unsecured }) => ({
      name: instrument,
      unsecured: formatDollars(unsecured),
    })),
    clients: clients.slice(0, STRESS_NAMED).map(({ client, unsecured, call, loss, lossElsewhere }) => ({
      name: client,
      unsecured: formatDollars(unsecured),
      call: formatDollars(call),
      loss: loss === undefined ? null : formatDollars(loss),
      lossElsewhere: lossElsewhere === undefined ? null : formatDollars(lossElsewhere),
    })),
  };
}

const CORRELATION: ReadonlySet<Move["of"]> = new Set(["own-volatility", "index-products", "single-names"]);

/** What a scenario moves, told from its moves: the rulebook names no kinds. */
function kindOf({ moves, horizonDays }: Scenario): StressKind {
  if (moves.some(({ day }) => day !== undefined)) return "historical";
  if (horizonDays === undefined && moves.every(({ of }) => CORRELATION.has(of))) return "correlation";
  if (moves.length > 1 || horizonDays !== undefined) return "combined";
  if (moves[0].of === "all") return "grid";
  return moves[0].of === "index" ? "index" : "names";
}

/** A share as a percentage, at most two decimals: -0.25 is "-25". */
function percent(share: number): string {
  return formatDecimal(Math.round(share * 10_000), 2);
}

function capitalOf(answer: NetCapitalAnswer | undefined): StressCapital | null {
  if (answer?.kind !== "figure") return null;
  const { netCapital, requirement, tier } = answer;
  return {
    netCapital: formatDollars(netCapital),
    percentOfMinimum: requirement > 0 ? formatDecimal(Math.floor((netCapital / requirement) * 10_000), 2, 2) : null,
    tier: tier?.name ?? null,
  };
}
