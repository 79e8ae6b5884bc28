/**
 * Rates as exact ratios of whole numbers, in the words of the rules: "15%", "1/2%", "6 2/3%", "1/2 of 1%", "2.5%",
 * "100%". A rate applied to cents is rounded once, half to even.
 */
import { multiplyDivide } from "./divide.ts";
import { Trouble } from "./errors.ts";
import { type Cents, toCents } from "./money.ts";

/** `numerator / denominator`, in lowest terms, denominator positive. */
export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

export function rate(numerator: number, denominator: number): Rate {
  const divisor = gcd(Math.abs(numerator), denominator) || 1;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

// At most six digits in each place: every step of the arithmetic then stays below 2^53.
const PERCENT = /^(?:(\d{1,6}) +)?(\d{1,6})\/(\d{1,6}) ?(?:%|of 1%)$/;
const DECIMAL_PERCENT = /^(\d{1,6})(?:\.(\d{1,6}))? ?%$/;

/** Reads "15%", "2.5%", "1/2%", "6 2/3%" or "1/2 of 1%". A bare 15 or 0.15 is refused: a rate says its percent sign. */
export function parseRate(text: unknown, field = "rate"): Rate {
  const expected = 'a percentage such as "15%", "2.5%", "1/2%" or "6 2/3%"';
  if (typeof text !== "string") throw new Trouble("bad-value", "not a rate", { field, value: text, expected });
  const fraction = PERCENT.exec(text.trim());
  if (fraction !== null) {
    const [, whole = "0", top, bottom] = fraction;
    if (Number(bottom) === 0) throw new Trouble("bad-value", "divides by zero", { field, value: text, expected });
    return rate(Number(whole) * Number(bottom) + Number(top), Number(bottom) * 100);
  }
  const decimal = DECIMAL_PERCENT.exec(text.trim());
  if (decimal === null) throw new Trouble("bad-value", "not a rate", { field, value: text, expected });
  const [, whole, decimals = ""] = decimal;
  return rate(Number(whole + decimals), 100 * 10 ** decimals.length);
}

/** "15%", "6 2/3%": what `parseRate` reads. */
export function formatRate({ numerator, denominator }: Rate): string {
  const top = numerator * 100;
  const whole = Math.floor(top / denominator);
  const rest = rate(top - whole * denominator, denominator);
  if (rest.numerator === 0) return `${whole}%`;
  const fraction = `${rest.numerator}/${rest.denominator}`;
  return whole === 0 ? `${fraction}%` : `${whole} ${fraction}%`;
}

/** `amount` × `by`, in cents, rounded once, half to even. Throws `overflow` past 2^53. */
export function portion(amount: Cents, by: Rate): Cents {
  return toCents(multiplyDivide(amount, by.numerator, by.denominator));
}

/** `amount` × `by`, in cents, rounded up: for a minimum, so that whoever has it has enough. `amount` is not negative. */
export function portionUp(amount: Cents, by: Rate): Cents {
  const whole = Math.floor(amount / by.denominator);
  const rest = amount - whole * by.denominator;
  return toCents(whole * by.numerator + Math.ceil((rest * by.numerator) / by.denominator));
}
