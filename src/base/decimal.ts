/**
 * Decimal strings to whole numbers of a smallest unit and back, exactly. A string that cannot be held exactly is
 * refused: nothing here rounds.
 */
import { Trouble } from "./errors.ts";

const DECIMAL = /^[+-]?\d+(?:\.(\d+))?$/;

/** The powers of ten that are exact in a float64 and used as scales, 10^0 to 10^15. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

const ZERO_CODE = 48;
const POINT_CODE = 46;

/** The units of a plain decimal, or NaN where it has none; `refusal` then says why. Reads character by character: this is hot. */
function scanDecimal(text: string, scale: number): number {
  const negative = text.startsWith("-");
  let index = negative || text.startsWith("+") ? 1 : 0;
  const first = index;
  let units = 0;
  let decimals = -1;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const digit = code - ZERO_CODE;
    if (code === POINT_CODE && decimals < 0 && index > first) {
      decimals = 0;
    } else if (digit < 0 || digit > 9) {
      return Number.NaN;
    } else if (decimals < scale) {
      units = units * 10 + digit;
      if (units > Number.MAX_SAFE_INTEGER) return Number.NaN;
      if (decimals >= 0) decimals++;
    } else if (digit !== 0) {
      return Number.NaN;
    }
  }
  if (index === first || text.charCodeAt(index - 1) === POINT_CODE) return Number.NaN;
  units *= POWERS_OF_TEN[scale - Math.max(decimals, 0)];
  if (units > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative && units !== 0 ? -units : units;
}

function refusal(text: string, scale: number, field: string): Trouble {
  const match = DECIMAL.exec(text);
  if (match === null) {
    return new Trouble("bad-value", "not a decimal number", {
      field,
      value: text,
      expected: 'a plain decimal such as "12.34"',
    });
  }
  if (/[1-9]/.test((match[1] ?? "").slice(scale))) {
    return new Trouble("not-exact", "too many decimals", { field, value: text, expected: `at most ${scale} decimals` });
  }
  const expected = `at most ${formatDecimal(Number.MAX_SAFE_INTEGER, scale)}`;
  return new Trouble("not-exact", "too large to hold exactly", { field, value: text, expected });
}

/**
 * The whole number of units of 10^-scale that `text` stands for. `parseDecimal("12.34", 2)` is 1234.
 * Throws `bad-value` for what is not a plain decimal, and `not-exact` for excess decimals or a magnitude over 2^53 - 1.
 */
export function parseDecimal(text: string, scale: number, field = "number"): number {
  const units = scanDecimal(text, scale);
  if (Number.isNaN(units)) throw refusal(text, scale, field);
  return units;
}

/** The shortest decimal string of `units` of 10^-scale: `formatDecimal(1250, 3)` is "1.25". Keeps at least `minimumDecimals`. */
export function formatDecimal(units: number, scale: number, minimumDecimals = 0): string {
  const one = POWERS_OF_TEN[scale];
  const magnitude = Math.abs(units);
  const rest = magnitude % one;
  const whole = `${units < 0 ? "-" : ""}${(magnitude - rest) / one}`;
  if (rest === 0 && minimumDecimals === 0) return whole;
  const decimals = String(one + rest).slice(1);
  let end = scale;
  while (end > minimumDecimals && decimals.charCodeAt(end - 1) === ZERO_CODE) end--;
  const fraction = decimals.slice(0, end).padEnd(minimumDecimals, "0");
  return `${whole}.${fraction}`;
}
