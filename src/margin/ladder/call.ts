/**
 * A deficiency of one account in one layer, from the fact that first showed it to the one that ended it, and the call that
 * was made for it. There is one for an account, a layer and an episode: what deepens it is the same call.
 *
 * What a call was made for never changes: `amount`. What would meet it now is the deficiency, at prices of now wherever it is
 * shown. In between is what its customer was last told, `told`: who is further short than that is told again.
 */
import type { Cursor } from "../../base/effect.ts";
import type { Cents } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { portion } from "../../base/rate.ts";
import type { CallLayer, LayerRules } from "./rules.ts";

/** Which fact, when. */
export type Moment = Cursor;

/** What crossed the line: a price, money or securities brought in, a trade, other rules. */
export type Cause = "market" | "deposit" | "positions" | "rules";

/** How a call ended. `lapsed`: its time was over though it was not met. */
export type CallEnd = Cause | "lapsed";

export interface Extension extends Moment {
  readonly until: Day;
  readonly by: string;
  readonly reason: string;
}

/** A deposit on its way: it cures nothing until it is in. */
export interface AnnouncedDeposit extends Moment {
  readonly amount: Cents;
  readonly expected: Day;
}

export interface MarginCall {
  /** The identifier of the effect that made the call; empty while none was made. */
  id: string;
  readonly account: number;
  readonly layer: CallLayer;
  /** The fact that first showed the deficiency. */
  readonly since: Moment;
  /** The day from which its clocks count. */
  readonly day: Day;
  /** What was missing, and would have met it, when it was last looked at; zero while a recovery covers it. */
  deficiency: Cents;
  /** What was called, as it was issued; zero while no call was made. */
  amount: Cents;
  /** What its customer was last told would meet it: by the call, by a notice that it deepened, or that it was met in part. */
  told: Cents;
  /** What was brought in against it since it was made. */
  credited: Cents;
  issued: Moment | null;
  /** Since when prices alone cover it, without having ended it yet. */
  covered: Moment | null;
  /** The day on which it is due, extensions included. */
  due: Day;
  overdue: Moment | null;
  /** When the liquidation that follows was asked for. */
  liquidation: Moment | null;
  /** Until when nothing is done because its figures cannot be relied on, or prices cover it; else zero. */
  heldUntil: number;
  extensions: readonly Extension[];
  announced: readonly AnnouncedDeposit[];
  ended: (Moment & { readonly how: CallEnd }) | null;
}

/** Whether an account takes closing orders only because of a call of a layer that restricts so. */
export function restrictsNow({ overdue }: MarginCall, restricts: "at-once" | "when-overdue" | "never"): boolean {
  return restricts === "at-once" || (restricts === "when-overdue" && overdue !== null);
}

/** How much deeper than what was last told a call must be for its customer to be told again: more than this. */
export function leastDeeper(told: Cents, { raisedBy, raisedByAtLeast }: LayerRules): number {
  return Math.max(portion(told, raisedBy), raisedByAtLeast - 1);
}
