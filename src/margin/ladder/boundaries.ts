/**
 * The rungs that figures decide. A boundary asks whether equity is below so much of the requirement and so much of a
 * cushion; boundaries are nested, so that their number that an account is past, its *band*, says all of them. What holds
 * a rung for longer than its figure (a warning is released higher than it begins) is a boundary of its own, so that whoever
 * knows the bands exactly knows every rung exactly, with no figure between.
 *
 *     excess over a boundary = equity − share of the requirement − share of the cushion's base
 *     base = market value of what is held long + requirement of all else (shorts, options)
 *
 * Of a book of shorts alone the share is one of its requirement: market value would divide by zero, or turn its sign.
 */
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
  readonly code: "warning-released" | "warning" | "call-released" | "call" | "maintenance" | "deficit";
  /** Whose requirement is taken, in full; none at the boundary of a deficit. */
  readonly requirement: "binding" | "regulatory" | "none";
  /** Of the base. */
  readonly cushion: Rate;
  /** What shorts add to the base: their requirement, or what they are worth. */
  readonly shortsBy: LadderRules["shortsBy"];
}

const NOTHING = rate(0, 1);

/** The boundaries of a ladder from the mildest: whoever is past one is past all before it. The same one is there once. */
export function boundariesOf({ warning, call, shortsBy }: LadderRules): readonly Boundary[] {
  const boundaries: Boundary[] = [];
  const put = (code: Boundary["code"], requirement: Boundary["requirement"], cushion: Rate): void => {
    boundaries.push({ code, requirement, cushion, shortsBy });
  };
  if (!isSame(warning.releasedAt, warning.excessUnder)) put("warning-released", "binding", warning.releasedAt);
  put("warning", "binding", warning.excessUnder);
  if (call.releasedAt.numerator > 0) put("call-released", "binding", call.releasedAt);
  put("call", "binding", NOTHING);
  put("maintenance", "regulatory", NOTHING);
  put("deficit", "none", NOTHING);
  return boundaries;
}

/** What the account has above a boundary; past it where below zero. */
export function excessOverBoundary(boundary: Boundary, figures: BandFigures): Cents {
  const { equity, requirement, regulatory, base } = figures;
  const required = { binding: requirement, regulatory, none: 0 as Cents }[boundary.requirement];
  return subtract(subtract(equity, required), portion(base, boundary.cushion));
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
      (code) => ({ "warning-released": 1, warning: 1, "call-released": 2, call: 2, deficit: 3 })[code as string] ?? 0,
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
