/**
 * What would meet a deficiency, each by itself: cash, securities brought in, each position sold or bought back. Exact ratios of
 * cents, rounded once, half to even; units are rounded up, so that whoever closes them has closed enough.
 *
 *     securities at a requirement of m     D / (1 − m)
 *     a position at m, cost s, buffer b    ((1 + b)·R − E) / ((1 + b)·m − s)
 */
import { type Cents, toCents } from "../../base/money.ts";
import { type Rate, rate } from "../../base/rate.ts";

interface Short {
  readonly equity: Cents;
  readonly requirement: Cents;
}

/** Market value of securities at a requirement of `at` that has to be brought in; undefined where none is enough. */
export function securitiesToBring({ equity, requirement }: Short, at: Rate): Cents | undefined {
  const deficiency = BigInt(requirement - equity);
  return quotient(deficiency * BigInt(at.denominator), BigInt(at.denominator - at.numerator));
}

/**
 * Market value to sell, or to buy back, of a position that requires `at` of its value, where closing costs `cost` of what is
 * closed and equity is to be `buffer` above the requirement afterwards; undefined where closing it cannot do it.
 */
export function valueToClose({ equity, requirement }: Short, at: Rate, cost: Rate, buffer: Rate): Cents | undefined {
  const [m, s, b] = [at, cost, buffer];
  const [md, sd, bd] = [BigInt(m.denominator), BigInt(s.denominator), BigInt(b.denominator)];
  const grown = BigInt(b.numerator) + bd;
  // Both sides times the denominators of all three.
  const short = (grown * BigInt(requirement) - bd * BigInt(equity)) * md * sd;
  const freed = grown * BigInt(m.numerator) * sd - bd * BigInt(s.numerator) * md;
  return quotient(short, freed);
}

/** The fewest units that are worth at least `value`, of `units` worth `worth`; undefined where all are not enough. */
export function unitsWorth(value: Cents, units: number, worth: Cents, step: number): number | undefined {
  if (worth < value || worth === 0) return undefined;
  const needed = (BigInt(value) * BigInt(units) + BigInt(worth) - 1n) / BigInt(worth);
  return Math.min(units, Math.ceil(Number(needed) / step) * step);
}

/** What a position requires as a share of its value. */
export function shareOf(requirement: Cents, value: Cents): Rate | undefined {
  return value <= 0 ? undefined : rate(requirement, value);
}

/** Half to even; undefined where the divisor is not above zero. */
function quotient(a: bigint, b: bigint): Cents | undefined {
  if (b <= 0n) return undefined;
  const whole = a / b;
  const rest = (a % b) * 2n;
  return toCents(Number(rest > b || (rest === b && whole % 2n !== 0n) ? whole + 1n : whole));
}
