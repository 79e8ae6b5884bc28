/**
 * What the server needs of what follows from the figure: effects, notices, restrictions, history. As in `live-firm.ts`,
 * everything is plain JSON, ready to send, and every method answers at once and writes nothing.
 */
import type { EffectKind, Severity } from "../base/effect.ts";
import type { Position } from "./live-firm.ts";

export interface EffectView extends Position {
  /** "184113.2": the second effect of fact 184,113. */
  readonly id: string;
  /** Which effect of all, from 1: where a reader goes on. */
  readonly number: number;
  readonly kind: EffectKind;
  readonly severity: Severity;
  readonly to: readonly string[];
  readonly title: string;
  readonly text: string;
  readonly paragraph?: string;
  readonly line?: string;
  readonly due?: string;
  /** A tier, or the identifier of the effect that this one follows. */
  readonly subject?: string;
  readonly status: "pending" | "delivered" | "failed";
  readonly deliveries: readonly (Position & {
    readonly channel: string;
    readonly outcome: "delivered" | "failed";
  })[];
}

/** Effects, and how a reader goes on. */
export interface EffectsView {
  readonly effects: readonly EffectView[];
  /** What to ask `after` next: nothing up to this number is left that the query wants. */
  readonly next: number;
  /** How many after `after`, of every kind, are no longer in memory: they are in the journal alone. */
  readonly missed: number;
  /** How many are no longer in memory at all. */
  readonly forgotten: number;
}

export interface EffectsQuery {
  /** Only those with a higher number. */
  readonly after?: number;
  /** A sequence number: of later facts; or an instant: at it or later. */
  readonly since?: string;
  readonly kind?: EffectKind;
  readonly status?: EffectView["status"];
  /** At most so many, the oldest first. */
  readonly count: number;
}

/** A notice to a regulator, drafted and due. */
export interface NoticeView extends Position {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly paragraph: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly due: string;
  readonly status: "open" | "sent" | "overdue";
  /** Since when its condition has not been met, once it has ended; null while it stands. */
  readonly ended: Position | null;
  readonly sent: (Position & { readonly by: string; readonly channel: string; readonly late: boolean }) | null;
}

/** A test that is met, or was met until a moment ago. */
export interface ConditionView extends Position {
  readonly code: string;
  readonly title: string;
  readonly paragraph: string;
  /** What the firm must do or leave; empty where it owes a notice and nothing else. */
  readonly meaning: string;
  /** Since when it has not been met; null while it is. It ends when that has lasted. */
  readonly cleared: Position | null;
  /** On how many consecutive business days it stood, today's included. */
  readonly businessDays: number;
  /** What binds the firm once it has stood on more than so many. */
  readonly lasting: {
    readonly longerThan: number;
    readonly binds: boolean;
    readonly meaning: string;
    readonly paragraph: string;
  } | null;
}

export interface RestrictionView extends Position {
  readonly id: string;
  readonly kind: "block-proprietary" | "halt-capital-commitments";
  /** In words: "Nothing that commits capital". */
  readonly title: string;
  /** Of a block: securities whose haircut is above this. */
  readonly haircutAbove?: string;
  readonly tier: string;
  readonly paragraph: string;
  /** Null while it is in force. */
  readonly ended:
    | (Position & {
        readonly how: "tier-left" | "rulebook-changed" | "released";
        readonly by?: string;
        readonly secondApproval?: string;
        readonly reason?: string;
        /** Of a release: whether the tier still held. */
        readonly tierHeld?: boolean;
      })
    | null;
}

export interface ProposedOrder {
  readonly account: string;
  readonly instrument: string;
  readonly side: "buy" | "sell" | "sell-short";
  readonly quantity: string;
}

export interface OrderCheckView extends Position {
  readonly allowed: boolean;
  /** For the firm's own account. */
  readonly proprietary: boolean;
  /** Leaves the firm with more of the security, on either side, or turns its position round. */
  readonly increasesPosition: boolean;
  /** The rate of its haircut, "15%"; null where it has no single one, which no block lets pass. */
  readonly haircut: string | null;
  readonly reasons: readonly {
    readonly restriction?: string;
    readonly paragraph: string;
    readonly message: string;
  }[];
}

export interface TimeRange {
  /** ISO 8601, inclusive. */
  readonly from?: string;
  readonly to?: string;
}

export interface CapitalPoint extends Position {
  readonly netCapital: string | null;
  readonly requirement: string | null;
}

export interface CapitalHistoryView {
  readonly points: readonly CapitalPoint[];
  /** Where there are more points than an answer holds: from when to ask on. */
  readonly next?: string;
}

/** From then on: the gravest tier by the figure, and the gravest in force, which holds until it is released. */
export interface CrossingView extends CapitalPoint {
  readonly known: boolean;
  readonly tier: string | null;
  readonly tierInForce: string | null;
}

/** What stands now, for a page that watches. */
export interface WatchView {
  /** The gravest tier in force. */
  readonly tierInForce: string | null;
  readonly restrictions: readonly RestrictionView[];
  /** Those not sent, and those whose condition stands; without their text. */
  readonly notices: readonly Omit<NoticeView, "text">[];
  readonly conditions: readonly ConditionView[];
}

export interface LiveWatch {
  effects(query: EffectsQuery): EffectsView;
  notices(status?: NoticeView["status"]): readonly NoticeView[];
  conditions(): readonly ConditionView[];
  restrictions(): readonly RestrictionView[];
  /** Throws `unknown-account`, `unknown-instrument` or what is wrong with the quantity. */
  checkOrder(order: ProposedOrder): OrderCheckView;
  /** The kept figures, the first at or after each `every` seconds. */
  history(range: TimeRange, every: number): CapitalHistoryView;
  crossings(range: TimeRange): readonly CrossingView[];
  standing(): WatchView;
}
