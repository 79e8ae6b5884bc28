/** What a draft of a rulebook would do to the firm's figures, as plain JSON. */
import { changedLines, type LineDifferenceJson, lineDifferenceToJson } from "../base/line-difference.ts";
import { type Cents, formatDollars, subtract } from "../base/money.ts";
import type { RulebookPreview } from "../engine/rulebooks.ts";
import type { NetCapitalAnswer, NetCapitalFigure } from "../net-capital/computation.ts";
import type { TroubleJson } from "./live-firm.ts";

/** The figures under one version of the rules. */
export type FiguresUnder =
  | {
      readonly answer: "figure";
      readonly netCapital: string;
      readonly requirement: string;
      readonly excess: string;
      /** Code of the gravest tier that holds, or null. */
      readonly tier: string | null;
      /** Codes of the tests of early warning that are met. */
      readonly notices: readonly string[];
    }
  | { readonly answer: "unknown"; readonly troubles: readonly TroubleJson[] };

export interface PreviewJson {
  readonly before: FiguresUnder;
  readonly after: FiguresUnder;
  /** After less before; absent where either is unknown. */
  readonly difference?: {
    readonly netCapital: string;
    readonly requirement: string;
    readonly excess: string;
    /** Codes of the tests of early warning that would be met, or met no more. */
    readonly noticesBegun: readonly string[];
    readonly noticesEnded: readonly string[];
    /** The computation, line by line. */
    readonly lines: LineDifferenceJson;
  };
}

/** `all`: also the lines that stay what they are. */
export function previewToJson({ before, after, lines }: RulebookPreview, all: boolean): PreviewJson {
  const figures = { before: figuresOf(before), after: figuresOf(after) };
  if (before.kind === "unknown" || after.kind === "unknown" || lines === undefined) return figures;
  const by = (figure: (of: NetCapitalFigure) => Cents): string =>
    formatDollars(subtract(figure(after), figure(before)));
  const codes = ({ notices }: NetCapitalFigure): string[] => notices.map(({ code }) => code);
  return {
    ...figures,
    difference: {
      netCapital: by(({ netCapital }) => netCapital),
      requirement: by(({ requirement }) => requirement),
      excess: by(({ excess }) => excess),
      noticesBegun: codes(after).filter((code) => !codes(before).includes(code)),
      noticesEnded: codes(before).filter((code) => !codes(after).includes(code)),
      lines: lineDifferenceToJson(all ? lines : changedLines(lines)),
    },
  };
}

function figuresOf(answer: NetCapitalAnswer): FiguresUnder {
  if (answer.kind === "unknown")
    return {
      answer: "unknown",
      troubles: answer.troubles.map(({ code, message, details }) => ({ code, message, ...details })),
    };
  const { netCapital, requirement, excess, tier, notices } = answer;
  return {
    answer: "figure",
    netCapital: formatDollars(netCapital),
    requirement: formatDollars(requirement),
    excess: formatDollars(excess),
    tier: tier?.name ?? null,
    notices: notices.map(({ code }) => code),
  };
}
