/**
 * An account that is to be closed in part, as the search for a set of closing orders sees it: what it holds, what closing
 * so much of each costs, and what its margin is afterwards. Nothing here knows a rule of margin: every figure after a
 * slice is asked anew, because tiers, pairings and lots of 100 shares change with it.
 */
import { type Cents, toCents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";

/** Equity and requirement of an account in cents, in the gross convention. */
export interface Margin {
  readonly equity: Cents;
  readonly requirement: Cents;
}

/** One position that can be closed. */
export interface Position {
  readonly instrument: number;
  /** The ledger account that holds it. */
  readonly account: number;
  /** Units, negative where short. */
  readonly units: number;
  /** It is closed in multiples of this many units; a remainder goes as a whole. */
  readonly step: number;
  /** What is margined together has one number: legs are closed together only within it. */
  readonly group: number;
  readonly isOption: boolean;
  /** Of an option: units of its underlying that one step of it delivers; zero where it delivers none. */
  readonly deliverable: number;
  /** Market value in cents of so many of its units (positive), not negative. */
  readonly value: (units: number) => Cents;
  /** Expected cost in cents of closing so many. */
  readonly cost: (units: number) => Cents;
  /** What closing so many weighs in the policy; rises with units. Zero units weigh nothing. */
  readonly burden: (units: number) => number;
}

export interface LiquidationCase {
  readonly cash: Cents;
  readonly positions: readonly Position[];
  /** Above the requirement, as a share of it. */
  readonly cushion: Rate;
  /** Margin with these units left by position, in their order, and this cash; undefined where it cannot be said. */
  readonly marginAfter: (units: readonly number[], cash: Cents) => Margin | undefined;
}

/** By position, in their order: units closed, not negative. */
export type Closing = readonly number[];

export interface Outcome extends Margin {
  readonly closing: Closing;
  readonly cash: Cents;
  /** Equity less requirement with its cushion, times the cushion's denominator: exact; cured where not below zero. */
  readonly above: number;
  readonly cost: Cents;
  readonly burden: number;
}

/** What closing so much leaves; undefined where it cannot be said. Costs are paid from the account's cash. */
export function outcomeOf(given: LiquidationCase, closing: Closing): Outcome | undefined {
  const { positions, cushion } = given;
  let cash: number = given.cash;
  let cost = 0;
  let burden = 0;
  const left: number[] = [];
  for (const [index, { units, value, cost: costOf, burden: burdenOf }] of positions.entries()) {
    const closed = closing[index];
    left.push(units > 0 ? units - closed : units + closed);
    if (closed === 0) continue;
    const paid = costOf(closed);
    cash += (units > 0 ? value(closed) : 0 - value(closed)) - paid;
    cost += paid;
    burden += burdenOf(closed);
  }
  const margin = given.marginAfter(left, toCents(cash));
  if (margin === undefined) return undefined;
  const { numerator, denominator } = cushion;
  const above = margin.equity * denominator - margin.requirement * (denominator + numerator);
  return { ...margin, closing, cash: toCents(cash), above, cost: toCents(cost), burden };
}

/** How many steps closing the whole position takes, a remainder counted as one. */
export function stepsOf({ units, step }: Position): number {
  return Math.ceil(Math.abs(units) / step);
}

/** Units that so many steps close. */
export function unitsOf({ units, step }: Position, steps: number): number {
  return Math.min(Math.abs(units), steps * step);
}
