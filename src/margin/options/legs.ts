/**
 * What pairing reads of a group: legs, which are series held long or short, and the stock beside them. All amounts are
 * millionths of a dollar of one contract, or of one unit of stock, whole numbers wherever they can be, so that sums of
 * them compare exactly.
 */
import type { Day } from "../../base/time.ts";

export interface Leg {
  readonly isCall: boolean;
  /** Units of 10^-8. */
  readonly strike: number;
  readonly expiry: Day;
  /** Equal for series that may be in one strategy: the same deliverable and multiplier, both listed or both not. */
  readonly kind: number;
  readonly isEuropean: boolean;
  /** Units of stock that one contract delivers; NaN where stock cannot cover it. */
  readonly units: number;
  /** Positive long, negative short. */
  readonly contracts: number;
  /** What 10^-8 of price is worth in one contract: a hundredth of the multiplier. */
  readonly perPoint: number;
  /** Market value. */
  readonly value: number;
  /**
   * Of a short leg: what it requires uncovered, (f)(2)(E), with its market value where it is listed.
   * Infinity where it may not stand so.
   */
  readonly uncovered: number;
  /** Of a long leg: what it adds to margin equity while it stands by itself, (f)(2)(D). */
  readonly loan: number;
  readonly inTheMoney: number;
  readonly outOfTheMoney: number;
  /** Of what is no option but stands against short ones, a lot of it in place of a contract. */
  readonly covers?: ExchangeCover | Protection;
}

/** Becomes the stock, and so covers a short call on so many units of it. */
export interface ExchangeCover {
  readonly by: "exchange";
  readonly units: number;
  readonly isWarrant: boolean;
}

/** A fund that follows an index protects a short option on it: held long a call, held short a put. */
export interface Protection {
  readonly by: "protection";
  /** What the lot lacks to the index value of a contract. */
  readonly lacks: number;
}

/** Stock of the group. The amounts are what one unit requires, real numbers. */
export interface Stock {
  readonly long: number;
  readonly short: number;
  /** One unit long by itself, 4210(c)(1). */
  readonly longUnit: number;
  /** One unit short by itself, (c)(2) or (c)(3), without what it is worth. */
  readonly shortUnit: number;
  /** One unit long and one short, (e)(1). */
  readonly bothUnit: number;
}

export const NO_STOCK: Stock = { long: 0, short: 0, longUnit: 0, shortUnit: 0, bothUnit: 0 };

/** What may be recognised, and at what rates. */
export interface Terms {
  /** Maintenance lets hedged stock require less, (f)(2)(H)(v); initial margin does not. */
  readonly hedgedStock: boolean;
  /** A cash account: spreads are European, cash-settled and expire together; no straddle; the stock is paid for. */
  readonly isCash: boolean;
  /** Of the aggregate exercise price: stock with a long option. */
  readonly hedgedShare: number;
  /** Of the aggregate exercise price: conversions and reversals. */
  readonly conversionShare: number;
  /** Of the call's aggregate exercise price: the most that a collar requires. */
  readonly collarShare: number;
  /** Of the difference of strikes: a long European box. */
  readonly boxShare: number;
  /** Whether a long European box adds to margin equity. */
  readonly boxHasLoanValue: boolean;
}

/** What one strategy is: the words are those of explanations. */
export type StrategyKind =
  | "long"
  | "uncovered"
  | "straddle"
  | "spread"
  | "long-box"
  | "covered-call"
  | "exchange-covered-call"
  | "protected-option"
  | "covered-put"
  | "protective-put"
  | "protective-call"
  | "conversion"
  | "reversal"
  | "collar"
  | "stock-both";

/** One strategy of an answer: so many times these legs, with the stock that belongs to it. */
export interface Strategy {
  readonly kind: StrategyKind;
  /** Indices of legs, in their order. */
  readonly legs: readonly number[];
  /** Contracts of each leg, positive. */
  readonly contracts: readonly number[];
  /** Units of stock, negative where short; of both sides, those of one. */
  readonly stock: number;
}
