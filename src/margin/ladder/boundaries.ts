/**
 * The rungs that figures decide. A boundary asks whether equity is below so much of the requirement and so much of a
 * cushion; boundaries are nested, so that their number that an account is past, its *band*, says all of them. What holds
 * a rung for longer than its figure (a warning is released higher than it begins) is a boundary of its own, so that whoever
 * knows the bands exactly knows every rung exactly, with no figure between.
 *
 *     excess over a boundary = equity − share of the requirement − share of the cushion's base
 *     base = market value of what is held long + requirement of all else (shorts, options)
 *
 * Between the requirement of the rule and nothing lies where a deficit is released: a share of the way from zero equity to that
 * requirement. It is a mean of the two boundaries around it, and so nested between them whatever the account holds.
 *
 * Of a book of shorts alone the share is one of its requirement: market value would divide by zero, or turn its sign.
 */
import { assertNever } from "../../base/assert.ts";
import { multiplyDivide } from "../../base/divide.ts";
import { type Cents, subtract } from "../../base/money.ts";
import { portion, type Rate, rate } from "../../base/rate.ts";
import type { LadderRules } from "./rules.ts";

/** Decided by figures alone, from the best to the worst. */
export const FIGURE_RUNGS = ["healthy", "warning", "call", "deficit"] as const;
export type FigureRung = (typeof FIGURE_RUNGS)[number];

/** In place of a band: a figure is not known. */
export const BAND_UNKNOWN = -1;

/** The figures of an account that boundaries compare, in cents. */
export interface BandFigures {
  readonly equity: Cents;
  /** The requirement that binds. */
  readonly requirement: Cents;
  /** What 4210(c), (e) and (f) alone require; at most `requirement`. */
  readonly regulatory: Cents;
  /** See the head of this file. */
  readonly base: Cents;
}

export interface Boundary {
  readonly code:
    | "warning-released"
    | "warning"
    | "call-released"
    | "call"
    | "maintenance"
    | "deficit-released"
    | "deficit";
  /** Whose requirement is taken, in full; a share of the rule's where a deficit is released; none at the deficit's own. */
  readonly requirement: "binding" | "regulatory" | "share" | "none";
  /** Of the rule's requirement, where a share of it is taken; none elsewhere. */
  readonly share: Rate;
  /** Of the base. */
  readonly cushion: Rate;
  /** What shorts add to the base: their requirement, or what they are worth. */
  readonly shortsBy: LadderRules["shortsBy"];
}

const NOTHING = rate(0, 1);

/** The boundaries of a ladder from the mildest: whoever is past one is past all before it. The same one is there once. */
export function boundariesOf({ warning, call, deficit, shortsBy }: LadderRules): readonly Boundary[] {
  const boundaries: Boundary[] = [];
  const put = (code: Boundary["code"], requirement: Boundary["requirement"], cushion: Rate, share = NOTHING): void => {
    boundaries.push({ code, requirement, share, cushion, shortsBy });
  };
  if (!isSame(warning.releasedAt, warning.excessUnder)) put("warning-released", "binding", warning.releasedAt);
  put("warning", "binding", warning.excessUnder);
  if (call.releasedAt.numerator > 0) put("call-released", "binding", call.releasedAt);
  put("call", "binding", NOTHING);
  put("maintenance", "regulatory", NOTHING);
  if (deficit.releasedAt.numerator > 0) put("deficit-released", "share", NOTHING, deficit.releasedAt);
  put("deficit", "none", NOTHING);
  return boundaries;
}

/** What the account has above a boundary; past it where below zero. */
export function excessOverBoundary(boundary: Boundary, figures: BandFigures): Cents {
  const { equity, requirement, regulatory, base } = figures;
  switch (boundary.requirement) {
    case "binding":
      return subtract(subtract(equity, requirement), portion(base, boundary.cushion));
    case "regulatory":
      return subtract(subtract(equity, regulatory), portion(base, boundary.cushion));
    case "share":
      return meanOver(boundary, subtract(equity, regulatory), equity);
    case "none":
      return equity;
    default:
      return assertNever(boundary.requirement);
  }
}

/**
 * Over the boundary where a deficit is released, from what is over the ones around it: the requirement of the rule in full, and
 * none. In whole cents it is never below the first, nor above the second.
 */
export function meanOver({ share }: Boundary, overRule: number, overNothing: number): Cents {
  const required = Math.max(0, overNothing - overRule);
  return (overNothing - multiplyDivide(required, share.numerator, share.denominator)) as Cents;
}

/** How many boundaries the account is past. */
export function bandOf(boundaries: readonly Boundary[], figures: BandFigures): number {
  let band = 0;
  while (band < boundaries.length && excessOverBoundary(boundaries[band], figures) < 0) band++;
  return band;
}

/** By band the rung where nothing holds a worse one, and the worst that an account can still be held on. */
export class Rungs {
  readonly boundaries: readonly Boundary[];
  readonly #begun: readonly number[];
  readonly #held: readonly number[];

  constructor(rules: LadderRules) {
    this.boundaries = boundariesOf(rules);
    this.#begun = this.#worst((code) => ({ warning: 1, call: 2, deficit: 3 })[code as string] ?? 0);
    this.#held = this.#worst(
      (code) =>
        ({ "warning-released": 1, warning: 1, "call-released": 2, call: 2, "deficit-released": 3, deficit: 3 })[
          code as string
        ] ?? 0,
    );
  }

  #worst(rungAt: (code: Boundary["code"]) => number): number[] {
    const found = [0];
    for (const [index, { code }] of this.boundaries.entries()) found.push(Math.max(found[index], rungAt(code)));
    return found;
  }

  /** The rung of an account in this band that stood on `before`: none milder has begun, none worse is held. */
  after(before: FigureRung, band: number): FigureRung {
    const stood = FIGURE_RUNGS.indexOf(before);
    const held = Math.min(stood, this.#held[band]);
    return FIGURE_RUNGS[Math.max(this.#begun[band], held)];
  }
}

function isSame(a: Rate, b: Rate): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}
