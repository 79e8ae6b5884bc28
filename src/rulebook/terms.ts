/**
 * The terms that rulebooks are written in, each a text that an officer can read aloud: "15%", "$250,000", "18 months",
 * "2026-10-01". A bare number is refused everywhere, because it does not say of what.
 */
import { type TSchema, Type } from "typebox";
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import type { Cents } from "../base/money.ts";
import { parseRate, type Rate } from "../base/rate.ts";
import { addMonths, type Day, parseDay } from "../base/time.ts";

interface Term {
  /** What it is, for people. */
  readonly expected: string;
  /** Throws where the text is none. */
  readonly parse: (text: string) => unknown;
  /** What was probably meant by something that is none, or undefined. */
  readonly slip: (value: string | number) => string | undefined;
}

/** What each format of text is. The schema names the format; the check and the messages come from here. */
export const TERMS: Readonly<Record<string, Term>> = {
  rate: {
    expected: 'a percentage with its sign, such as "15%", "2.5%", "1/2%" or "6 2/3%"',
    parse: parseRate,
    slip: slipOfRate,
  },
  portion: {
    expected: 'a percentage from 0% to 100%, such as "15%", "2.5%", "1/2%" or "6 2/3%"',
    parse: parsePortion,
    slip: (value) => (isRate(value) ? "is more than the whole" : slipOfRate(value)),
  },
  dollars: {
    expected: 'dollars with their sign, such as "$250,000" or "$2.50"',
    parse: parseSignedDollars,
    slip: slipOfDollars,
  },
  day: { expected: 'a day such as "2026-10-01"', parse: parseDay, slip: slipOfDay },
  span: {
    expected: 'a length of time such as "30 days", "18 months" or "5 years"',
    parse: parseSpan,
    slip: (value) =>
      /^\d+$/.test(String(value)) ? `a bare ${value} does not say whether days, months or years` : undefined,
  },
  age: {
    expected: 'an age such as "5 business days or longer" or "longer than 30 days"',
    parse: parseAge,
    slip: (value) =>
      /^\d+( (business )?days?)?$/.test(String(value)) ? `${value} does not say whether it is enough` : undefined,
  },
  deadline: {
    expected: 'a time to act in, such as "same day", "24 hours" or "2 business days"',
    parse: parseDeadline,
    slip: slipOfDeadline,
  },
  duration: {
    expected: 'a time that clocks measure, such as "5 seconds", "30 minutes" or "24 hours"',
    parse: parseDuration,
    slip: slipOfDeadline,
  },
  timeOfDay: {
    expected: 'a time of day from "02:00" to "23:59", such as "10:00" or "16:15"',
    parse: parseTimeOfDay,
    slip: (value) => (/^\d{1,2}(:\d{2})? ?[ap]\.?m\.?$/i.test(String(value)) ? "hours are counted to 24" : undefined),
  },
};

const BARE_NUMBER = /^\d+(\.\d+)?$/;

function isRate(value: string | number): boolean {
  return /^[\d./ ]+ ?%$/.test(String(value));
}

function slipOfRate(value: string | number): string | undefined {
  const text = String(value).trim();
  if (text.startsWith("-")) return "is below zero";
  if (!BARE_NUMBER.test(text.replace(/ *(per ?cent|pct)\.?$/i, ""))) return undefined;
  if (!BARE_NUMBER.test(text)) return `did you mean "${Number.parseFloat(text)}%"`;
  const bare = Number(text);
  const meant = bare > 0 && bare < 1 ? `"${Number((bare * 100).toPrecision(12))}%", or "${text}%"` : `"${text}%"`;
  return `a bare ${text} does not say per cent of what; did you mean ${meant}`;
}

function slipOfDollars(value: string | number): string | undefined {
  const text = String(value).trim();
  if (/^(-|\()|^\$-/.test(text)) return "is below zero";
  if (/^\$[\d,]+(\.\d{1,2})?$/.test(text)) return "its commas do not part thousands";
  return /^[\d,]+(\.\d{1,2})?$/.test(text) ? `a bare ${text} does not say dollars; did you mean "$${text}"` : undefined;
}

function slipOfDay(value: string | number): string | undefined {
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return "is no day of the calendar";
  return /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$/.test(text) ? "a day is written year-month-day" : undefined;
}

function slipOfDeadline(value: string | number): string | undefined {
  const text = String(value).trim();
  if (/^\d+$/.test(text)) return `a bare ${text} does not say whether minutes, hours or business days`;
  return /^\d+ days?$/.test(text)
    ? `does not say which days; did you mean "${text.replace(" ", " business ")}"`
    : undefined;
}

/** A rate that cannot be more than the whole: of what a haircut takes, for example. Throws as `parseRate` does. */
function parsePortion(text: string, field = "rate"): Rate {
  const found = parseRate(text, field);
  if (found.numerator <= found.denominator) return found;
  throw new Trouble("bad-value", "is more than the whole", { field, value: text, expected: "at most 100%" });
}

export const rateTerm = (description: string) => Type.String({ format: "rate", description });
/** A rate from 0% to 100%. */
export const portionTerm = (description: string) => Type.String({ format: "portion", description });
export const dollarsTerm = (description: string) => Type.String({ format: "dollars", description });
export const dayTerm = (description: string) => Type.String({ format: "day", description });
export const spanTerm = (description: string) => Type.String({ format: "span", description });
export const ageTerm = (description: string) => Type.String({ format: "age", description });
export const deadlineTerm = (description: string) => Type.String({ format: "deadline", description });
export const durationTerm = (description: string) => Type.String({ format: "duration", description });
/** Of New York. */
export const timeOfDayTerm = (description: string) => Type.String({ format: "timeOfDay", description });
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

/** An age that is reached after so many days, or business days. */
export interface Age {
  readonly unit: "days" | "business days";
  readonly from: number;
}

const AGE = /^(?:(longer than) )?(\d{1,4}) (business )?days?( or longer)?$/;

/** Reads "5 business days or longer", which begins with the fifth, or "longer than 30 days", which begins with the 31st. */
export function parseAge(text: string, field = "age"): Age {
  const [, longer, count, business, orLonger] = AGE.exec(text.trim()) ?? [];
  if ((longer === undefined) === (orLonger === undefined)) {
    throw new Trouble("bad-value", "not an age", {
      field,
      value: text,
      expected: 'an age such as "longer than 30 days"',
    });
  }
  const from = Number(count) + (longer === undefined ? 0 : 1);
  return { unit: business === undefined ? "days" : "business days", from };
}

/** The day on which `span` counted from `start` is reached; months end at the last day of a shorter month. */
export function addSpan(start: Day, span: Span): Day {
  return span.unit === "days" ? ((start + span.count) as Day) : addMonths(start, span.count);
}

/** By when something must be done, counted from when it came about. */
export type Deadline =
  | { readonly kind: "same-day" }
  | { readonly kind: "elapsed"; readonly micros: number }
  | { readonly kind: "business-days"; readonly count: number };

const BUSINESS_DAYS = /^(\d{1,3}) business days?$/;
const DURATION = /^(\d{1,5}) (second|minute|hour)s?$/;
const MICROS = { second: 1_000_000, minute: 60_000_000, hour: 3_600_000_000 } as const;

/** Reads "same day", "24 hours" or "2 business days". */
export function parseDeadline(text: string, field = "deadline"): Deadline {
  const words = text.trim().replace("-", " ");
  if (words === "same day") return { kind: "same-day" };
  const days = BUSINESS_DAYS.exec(words);
  return days === null
    ? { kind: "elapsed", micros: parseDuration(words, field) }
    : { kind: "business-days", count: Number(days[1]) };
}

/** Reads "5 seconds", "30 minutes" or "24 hours" as microseconds. */
export function parseDuration(text: string, field = "duration"): number {
  const match = DURATION.exec(text.trim());
  const count = Number(match?.[1] ?? 0);
  if (match !== null && count > 0) return count * MICROS[match[2] as keyof typeof MICROS];
  throw new Trouble("bad-value", "not a length of time", { field, value: text, expected: TERMS["duration"].expected });
}

/** Reads "10:00" or "16:15" as minutes after midnight. The hours before 2:00 are not among them: clocks change at their end. */
export function parseTimeOfDay(text: string, field = "time"): number {
  const match = /^(0[2-9]|1\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  if (match !== null) return Number(match[1]) * 60 + Number(match[2]);
  throw new Trouble("bad-value", "not a time of day", { field, value: text, expected: TERMS["timeOfDay"].expected });
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
