/** Crossings of the tiers, in words, newest first. */
import { type Cents, displayDollars } from "../base/money.ts";
import { formatRate } from "../base/rate.ts";
import { formatInstant, type Instant } from "../base/time.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { UNKNOWN_TIER } from "../engine/history.ts";
import type { Tier } from "../net-capital/rules.ts";
import { NO_TIER } from "../net-capital/tiers.ts";
import type { FirmEvent } from "./live-firm.ts";

/** The tiers are those in force now; a crossing under rules since replaced is told by its number alone. */
export function capitalEvents({ history: { crossings }, netCapital }: FirmState, count: number): FirmEvent[] {
  const tiers = netCapital.rules?.tiers ?? [];
  const events: FirmEvent[] = [];
  for (let row = crossings.size - 1; row >= Math.max(0, crossings.size - count); row--) {
    const { at, seq, tier, netCapital: figure, requirement } = crossings.columns;
    const before = row === 0 ? UNKNOWN_TIER : tier[row - 1];
    events.push({
      id: row,
      seq: seq[row],
      at: formatInstant(at[row] as Instant),
      ...inWords(before, tier[row], tiers),
      ...(tier[row] !== UNKNOWN_TIER && {
        detail: `Net capital ${displayDollars(figure[row] as Cents)}, minimum ${displayDollars(requirement[row] as Cents)}`,
        line: "net-capital",
      }),
    });
  }
  return events;
}

type Words = Pick<FirmEvent, "severity" | "title" | "paragraph">;

/** `before` and `after` are the gravest tier that holds, by its index. */
function inWords(before: number, after: number, tiers: readonly Tier[]): Words {
  if (after === UNKNOWN_TIER) return { severity: "critical", title: "Net capital cannot be said" };
  const standing = after === NO_TIER ? "above every tier" : `below ${levelOf(after, tiers)}`;
  if (before === UNKNOWN_TIER)
    return { severity: after === NO_TIER ? "good" : "warning", title: `Net capital can be said: ${standing}` };
  const fell = after > before;
  const crossed = fell ? after : before;
  const paragraph = tiers[crossed]?.paragraph;
  return {
    severity: !fell ? "good" : after === tiers.length - 1 ? "critical" : "warning",
    title: `${fell ? "Fell below" : "Rose to"} ${levelOf(crossed, tiers)}`,
    ...(paragraph !== undefined && { paragraph }),
  };
}

function levelOf(index: number, tiers: readonly Tier[]): string {
  const tier = tiers[index];
  return tier === undefined ? `tier ${index + 1}` : `${formatRate(tier.below)} of the minimum (${tier.name})`;
}
