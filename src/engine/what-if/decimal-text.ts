/** Decimals of a question, which may be written as text or as numbers. */
import { Trouble } from "../../base/errors.ts";

/** Digits that a float64 gives back as they were written. */
const DIGITS_MAX = 15;

export function decimalText(value: string | number, field: string): string {
  if (typeof value === "string") return value;
  const text = String(value);
  if (/^-?\d+(\.\d+)?$/.test(text) && text.replaceAll(/\D/g, "").length <= DIGITS_MAX) return text;
  throw new Trouble("not-exact", "a number of more than fifteen digits", {
    field,
    value,
    expected: "a text in quotes",
  });
}
