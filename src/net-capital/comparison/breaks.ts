/** Why two computations differ: each break has its line, its reason, and what it does to the total above it. */
import type { Cents } from "../../base/money.ts";

export type BreakReason =
  /** A line, an item or a position that only one side has. */
  | "only-ours"
  | "only-theirs"
  | "other-quantity"
  | "other-price"
  | "other-bucket"
  | "other-rate"
  /** Undue concentration over another tenth. */
  | "other-base"
  | "rounding"
  /** The line differs, and they give nothing below it that would say why. */
  | "other-amount"
  /** What their total has beyond the lines that they show. */
  | "not-detailed";

/** The line of the market value of all positions. */
export const MARKET_VALUE = "equity/securities";

/** Reasons that say that something differs, and not why. */
export const UNEXPLAINED: ReadonlySet<BreakReason> = new Set<BreakReason>(["other-amount", "not-detailed"]);

export interface Break {
  /** The line, by its code or box. */
  readonly code: string;
  readonly label: string;
  readonly reason: BreakReason;
  /** The position, where it is one. */
  readonly instrument: string | undefined;
  /** Ours and theirs of what differs, in words, where there is something to say. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
  /** What it makes of the difference, ours less theirs, in the total that it is listed under. */
  readonly amount: Cents;
}
