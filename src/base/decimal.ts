/**
 * Decimal strings to whole numbers of a smallest unit and back, exactly. A string that cannot be held exactly is
 * refused: nothing here rounds.
 */
import { Trouble } from "./errors.ts";

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** The powers of ten that are exact in a float64 and used as scales, 10^0 to 10^15. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/**
 * The whole number of units of 10^-scale that `text` stands for. `parseDecimal("12.34", 2)` is 1234.
 * Throws `bad-value` for what is not a plain decimal, and `not-exact` for excess decimals or a magnitude over 2^53 - 1.
 */
export function parseDecimal(text: string, scale: number, field = "number"): number {
  const match = DECIMAL.exec(text);
  if (match === null) {
    throw new Trouble("bad-value", "not a decimal number", { field, value: text, expected: 'a plain decimal such as "12.34"' });
  }
  const [, sign, whole, fraction = ""] = match;
  const kept = fraction.slice(0, scale).padEnd(scale, "0");
  if (/[1-9]/.test(fraction.slice(scale))) {
    throw new Trouble("not-exact", "too many decimals", { field, value: text, expected: `at most ${scale} decimals` });
  }
  const units = Number(whole + kept);
  if (!Number.isSafeInteger(units)) {
    throw new Trouble("not-exact", "too large to hold exactly", { field, value: text, expected: `at most ${formatDecimal(Number.MAX_SAFE_INTEGER, scale)}` });
  }
  return sign === "-" && units !== 0 ? -units : units;
}

/** The shortest decimal string of `units` of 10^-scale: `formatDecimal(1250, 3)` is "1.25". Keeps at least `minimumDecimals`. */
export function formatDecimal(units: number, scale: number, minimumDecimals = 0): string {
  const negative = units < 0;
  const digits = String(Math.abs(units)).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let fraction = digits.slice(digits.length - scale);
  let end = fraction.length;
  while (end > minimumDecimals && fraction.charCodeAt(end - 1) === 48) end--;
  fraction = fraction.slice(0, end).padEnd(minimumDecimals, "0");
  return (negative ? "-" : "") + (fraction === "" ? whole : `${whole}.${fraction}`);
}
