/** The answer to a what-if as plain JSON: what the API sends and what the command line prints with `--json`. */
import { formatDecimal } from "../../base/decimal.ts";
import { changedLines, type LineDifferenceJson, lineDifferenceToJson } from "../../base/line-difference.ts";
import { type Cents, formatDollars, subtract } from "../../base/money.ts";
import type { Fact } from "../../facts/kinds.ts";
import type { NetCapitalAnswer } from "../../net-capital/computation.ts";
import type { NetCapitalRules } from "../../net-capital/rules.ts";
import type { LargestAnswer } from "./largest.ts";
import type { Question } from "./question.ts";
import type { WhatIfAnswer } from "./what-if.ts";

export interface FigureJson {
  readonly answer: "figure";
  readonly netCapital: string;
  readonly requirement: string;
  readonly excess: string;
  /** Rounded down, "131.62"; null where nothing is required. */
  readonly percentOfMinimum: string | null;
  readonly tier: string | null;
  /** Codes of the tests of early warning that are met. */
  readonly notices: readonly string[];
}

export interface UnknownJson {
  readonly answer: "unknown";
  readonly troubles: readonly object[];
}

export interface LargestJson {
  /** In units of the instrument, or as a multiple of the basket; null where no size keeps the cushion. */
  readonly size: string | null;
  /** No bound was found. */
  readonly atLimit: boolean;
  readonly netCapital?: string;
  readonly excess?: string;
  /** What the next size would leave; null where it cannot be said, absent where there is none. */
  readonly nextExcess?: string | null;
  readonly tried: number;
}

export interface WhatIfJson {
  readonly before: FigureJson | UnknownJson;
  readonly after: FigureJson | UnknownJson;
  /** After less before; null where either is unknown. */
  readonly difference: { readonly netCapital: string; readonly requirement: string; readonly excess: string } | null;
  readonly lines: LineDifferenceJson | null;
  readonly facts: readonly Fact[];
  readonly largest?: LargestJson;
}

export function whatIfToJson({ before, after, lines, facts, largest }: WhatIfAnswer, question: Question): WhatIfJson {
  const shown = lines === undefined || question.lines === "all" ? lines : changedLines(lines);
  return {
    before: figureToJson(before),
    after: figureToJson(after),
    difference: differenceToJson(before, after),
    lines: shown === undefined ? null : lineDifferenceToJson(shown),
    facts,
    ...(largest !== undefined && { largest: largestToJson(largest) }),
  };
}

function figureToJson(answer: NetCapitalAnswer): FigureJson | UnknownJson {
  if (answer.kind === "unknown")
    return { answer: "unknown", troubles: answer.troubles.map((trouble) => trouble.toJSON()) };
  const { netCapital, requirement, excess, tier, notices } = answer;
  return {
    answer: "figure",
    netCapital: formatDollars(netCapital),
    requirement: formatDollars(requirement),
    excess: formatDollars(excess),
    percentOfMinimum: requirement > 0 ? formatDecimal(Math.floor((netCapital / requirement) * 10_000), 2, 2) : null,
    tier: tier?.name ?? null,
    notices: notices.map(({ code }: NetCapitalRules["notices"][number]) => code),
  };
}

function differenceToJson(before: NetCapitalAnswer, after: NetCapitalAnswer): WhatIfJson["difference"] {
  if (before.kind === "unknown" || after.kind === "unknown") return null;
  return {
    netCapital: formatDollars(subtract(after.netCapital, before.netCapital)),
    requirement: formatDollars(subtract(after.requirement, before.requirement)),
    excess: formatDollars(subtract(after.excess, before.excess)),
  };
}

function largestToJson({ size, atLimit, figures, next, tried }: LargestAnswer): LargestJson {
  const dollars = (cents: number): string => formatDollars(cents as Cents);
  return {
    size: size ?? null,
    atLimit,
    ...(figures !== undefined && {
      netCapital: dollars(figures.netCapitalCents),
      excess: dollars(figures.excessCents),
    }),
    ...(next !== undefined && { nextExcess: next.unknown ? null : dollars(next.excessCents) }),
    tried,
  };
}
