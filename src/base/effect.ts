/**
 * What follows from the facts and should reach somebody: an alert, a notice that is due, a call, a restriction. Whoever
 * finds that something follows says it in this form; the engine's outbox numbers it by the fact that caused it and keeps
 * it, and a channel delivers it.
 */
import type { Instant } from "./time.ts";

/** Every kind of effect; a monitor that has new ones to say appends them here. */
export const EFFECT_KINDS = [
  "figure-unknown",
  "figure-known",
  "tier-entered",
  "tier-left",
  "restriction-imposed",
  "restriction-ended",
  "condition-met",
  "condition-ended",
  "condition-lasting",
  "notice-due",
  "notice-overdue",
  "notice-sent",
  "audit-difference",
  "margin-standing",
  "margin-call-issued",
  "margin-call-deepened",
  "margin-call-reduced",
  "margin-call-extended",
  "margin-call-overdue",
  "margin-call-ended",
  "margin-restriction-imposed",
  "margin-restriction-ended",
  "liquidation-proposed",
  "liquidation-approved",
  "liquidation-rejected",
  "liquidation-ended",
  "closing-order",
  "firm-limit-exceeded",
  "firm-limit-stops-openings",
  "firm-limit-kept",
] as const;
export type EffectKind = (typeof EFFECT_KINDS)[number];

/** Of accounts: there may be thousands at one fact. All others are of the firm. */
const OF_ACCOUNTS = /^(margin|liquidation|closing)-/;

export function isOfAccount(kind: EffectKind): boolean {
  return OF_ACCOUNTS.test(kind);
}

export type Severity = "good" | "info" | "warning" | "critical";

/** An effect before it has its number. */
export interface EffectNote {
  readonly kind: EffectKind;
  readonly severity: Severity;
  /** Roles within the firm that are to hear of it; none: it is kept on record only. */
  readonly to: readonly string[];
  /** In few words: "Fell below 120% of the minimum (yellow)". */
  readonly title: string;
  /** The whole of it, fit to be sent. */
  readonly text: string;
  readonly paragraph?: string;
  /** Code of the line that explains the figure. */
  readonly line?: string;
  /** When something must have been done. */
  readonly due?: Instant;
  /** What it is about, where that has a name of its own: a tier, or the effect that a later one follows. */
  readonly subject?: string;
}

/** Takes note of an effect of the fact that is being applied, and gives its identifier: "184113.2". */
export type Emit = (note: EffectNote) => string;

/** The fact that is being applied. */
export interface Cursor {
  readonly seq: number;
  readonly at: Instant;
}
