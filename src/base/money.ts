/** Dollars as whole cents: exact below 2^53 cents (about 90 trillion dollars), checked at every addition that can pass it. */
import { formatDecimal, parseDecimal } from "./decimal.ts";
import { Trouble } from "./errors.ts";

declare const cents: unique symbol;
/** A whole number of cents. Negative amounts are owed by the one whose figure it is. */
export type Cents = number & { readonly [cents]: true };

export const ZERO = 0 as Cents;

/** `value` as cents; throws `overflow` where it is not a whole number below 2^53. */
export function toCents(value: number): Cents {
  if (!Number.isSafeInteger(value)) {
    throw new Trouble("overflow", "not a whole number of cents below 2^53", { field: "amount", value });
  }
  return (value === 0 ? 0 : value) as Cents;
}

export function add(a: Cents, b: Cents): Cents {
  return toCents(a + b);
}

export function subtract(a: Cents, b: Cents): Cents {
  return toCents(a - b);
}

export function negate(a: Cents): Cents {
  return (0 - a) as Cents;
}

export function sum(amounts: Iterable<Cents>): Cents {
  let total = ZERO;
  for (const amount of amounts) total = add(total, amount);
  return total;
}

export function greater(a: Cents, b: Cents): Cents {
  return a > b ? a : b;
}

export function lesser(a: Cents, b: Cents): Cents {
  return a < b ? a : b;
}

/** What `amount` has above `limit`; zero where it has nothing. */
export function excessOver(amount: Cents, limit: Cents): Cents {
  return amount > limit ? subtract(amount, limit) : ZERO;
}

/** Cents from a decimal string of dollars: `parseDollars("12.34")` is 1234. Throws as `parseDecimal` does. */
export function parseDollars(text: string, field = "amount"): Cents {
  return parseDecimal(text, 2, field) as Cents;
}

/** Plain decimal dollars, always two decimals: "-1234.50". What `parseDollars` reads. */
export function formatDollars(amount: Cents): string {
  return formatDecimal(amount, 2, 2);
}

/** For people: thousands separated, negative in brackets: "(1,234.50)". */
export function displayDollars(amount: Cents): string {
  const text = formatDollars(Math.abs(amount) as Cents);
  const [whole = "0", fraction = "00"] = text.split(".");
  const grouped = `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
  return amount < 0 ? `(${grouped})` : grouped;
}
