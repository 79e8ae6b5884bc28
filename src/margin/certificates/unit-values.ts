/**
 * What one unit of an instrument is worth to an account's margin, as a function of the instrument's price. Everything that
 * the certificates know about the rules is here.
 *
 * An account stands on a ladder of *boundaries*: warning, call, deficit. Its excess over a boundary is
 *
 *     cash + Σ (units long × long value) − Σ (units short × short value) + Σ groups
 *
 * and it is past the boundary while that is below zero. The *rung* of an account is the number of boundaries that it is past.
 * Boundaries are nested: who is past one is past all before it, because no contribution to a boundary is less than the same
 * position's contribution to the one before.
 *
 * The excess itself is whole cents, each position rounded once as the rules round. Unit values are real numbers, from
 * which an excess can be bounded; how far the two may lie apart is `rounding`.
 */
import type { GroupSlopes } from "../group.ts";

/**
 * Prices count 10^-8 of a currency, or whatever else `one` says. They are never negative, and never unknown. Those that unit
 * values are asked for are in dollars: for what is priced in another currency, price × (rate ÷ `one`). Where a rule has a step
 * at some price, a contribution decides it on that same number.
 */
export interface UnitValues {
  /** How many boundaries the ladder has; from 1 to 8. */
  readonly boundaries: number;
  /** What a price of one dollar is. */
  readonly one: number;
  /** Cents by which a contribution may differ from units × unit value. */
  readonly rounding: number;
  /** Cents, a real number, that a unit held long adds to the excess over a boundary. Does not fall as the price rises. */
  long(boundary: number, instrument: number, price: number): number;
  /** Cents, a real number, that a unit held short takes from it: price and requirement. Does not fall as the price rises. */
  short(boundary: number, instrument: number, price: number): number;
  /**
   * Whole cents that `units` (negative: short) add to the excess over a boundary. `price` is in the instrument's currency,
   * `rate` the price of that currency in dollars; `one` for a dollar.
   */
  contribution(boundary: number, instrument: number, units: number, price: number, rate: number): number;
}

/**
 * What is not a sum of positions: option strategies, a portfolio-margin class, a concentration. A group adds whole cents to
 * each boundary, and says how fast that can fall.
 */
export interface GroupValues {
  /** Writes the cents that the group adds to the excess over each boundary, at the prices that stand; NaN where unknown. */
  measure(group: number, excess: Float64Array): void;
  /**
   * How fast it can change, in cents for each dollar of a move, over the boundary where that is fastest; every instrument
   * that the group depends on is listed. Where nothing can be said, an empty band.
   */
  slopes(group: number): GroupSlopes;
  /** Cents by which the bound that follows from the slopes may be off. */
  rounding(group: number): number;
}

/** A cent for what float64 may lose in one term of an excess, beside what the rules' rounding may. */
export const FLOAT_GUARD = 1;
