/**
 * The terms that rulebooks are written in, each a text that an officer can read aloud: "15%", "$250,000", "18 months",
 * "2026-10-01". A bare number is refused everywhere, because it does not say of what.
 */
import { type TSchema, Type } from "typebox";
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import type { Cents } from "../base/money.ts";
import { parseRate } from "../base/rate.ts";
import { addMonths, type Day, parseDay } from "../base/time.ts";

/** What each format of text is, for people. The schema names the format; the check and the messages come from here. */
export const TERMS: Readonly<Record<string, { readonly expected: string; readonly parse: (text: string) => unknown }>> =
  {
    rate: { expected: 'a percentage with its sign, such as "15%", "2.5%", "1/2%" or "6 2/3%"', parse: parseRate },
    dollars: { expected: 'dollars with their sign, such as "$250,000" or "$2.50"', parse: parseSignedDollars },
    day: { expected: 'a day such as "2026-10-01"', parse: parseDay },
    span: { expected: 'a length of time such as "30 days", "18 months" or "5 years"', parse: parseSpan },
  };

export const rateTerm = (description: string) => Type.String({ format: "rate", description });
export const dollarsTerm = (description: string) => Type.String({ format: "dollars", description });
export const dayTerm = (description: string) => Type.String({ format: "day", description });
export const spanTerm = (description: string) => Type.String({ format: "span", description });
export const textTerm = (description: string) => Type.String({ minLength: 1, description });

/** An object that takes no other field than these. */
export function closed<P extends Record<string, TSchema>>(properties: P, description = "") {
  return Type.Object(properties, { additionalProperties: false, ...(description !== "" && { description }) });
}

const DOLLARS = /^\$(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?$/;

/** Reads "$250,000" or "$2.50" as cents. */
export function parseSignedDollars(text: string, field = "amount"): Cents {
  const match = DOLLARS.exec(text.trim());
  if (match === null) {
    throw new Trouble("bad-value", "not an amount of dollars", {
      field,
      value: text,
      expected: 'dollars such as "$250,000"',
    });
  }
  const [, whole, fraction = ""] = match;
  return parseDecimal(whole.replaceAll(",", "") + fraction, 2, field) as Cents;
}

/** A length of time: so many calendar days, or so many calendar months. */
export interface Span {
  readonly unit: "days" | "months";
  readonly count: number;
}

const SPAN = /^(\d{1,4}) (day|month|year)s?$/;

/** Reads "30 days", "18 months" or "5 years". */
export function parseSpan(text: string, field = "span"): Span {
  const match = SPAN.exec(text.trim());
  if (match === null) {
    throw new Trouble("bad-value", "not a length of time", {
      field,
      value: text,
      expected: 'a length such as "30 days"',
    });
  }
  const count = Number(match[1]);
  switch (match[2]) {
    case "day":
      return { unit: "days", count };
    case "month":
      return { unit: "months", count };
    default:
      return { unit: "months", count: count * 12 };
  }
}

/** The day on which `span` counted from `start` is reached; months end at the last day of a shorter month. */
export function addSpan(start: Day, span: Span): Day {
  return span.unit === "days" ? ((start + span.count) as Day) : addMonths(start, span.count);
}

/** What every rulebook starts with. */
export const HEADER = {
  rulebook: textTerm("Which rulebook this is."),
  version: textTerm("Its version; two documents never share one."),
  effective: dayTerm("The first day on which it is in force."),
  replaces: Type.Optional(textTerm("The version that this one corrects, where both take effect on the same day.")),
  title: textTerm("Its name for people."),
  reference: textTerm("The text of law that it was taken from."),
} as const;

/** The header alone, whatever follows it. */
export const headerSchema = Type.Object(HEADER);
