/**
 * Time as numbers that replay the same everywhere. An instant is a whole number of microseconds since 1970 UTC (exact in
 * a float64 until 2255); a day is a whole number of days since 1970-01-01. Nothing here reads a clock.
 */
import { Trouble } from "./errors.ts";

declare const instant: unique symbol;
declare const day: unique symbol;
/** Microseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instant]: true };
/** Days since 1970-01-01, on the proleptic Gregorian calendar. */
export type Day = number & { readonly [day]: true };

const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MICROS_PER_DAY = 86_400_000_000;

/** Reads ISO 8601 with an offset, to the microsecond. Finer digits are refused unless zero. */
export function parseInstant(text: unknown, field = "at"): Instant {
  const expected = 'an instant such as "2026-11-20T14:30:00.123456Z"';
  const match = typeof text === "string" ? INSTANT.exec(text) : null;
  if (match === null) throw new Trouble("bad-value", "not an instant", { field, value: text, expected });
  const [, seconds, fraction = "", offset] = match;
  const millis = Date.parse(`${seconds}${offset}`);
  const digits = fraction.padEnd(9, "0");
  if (Number.isNaN(millis) || !digits.endsWith("000")) {
    throw new Trouble("bad-value", "not an instant", { field, value: text, expected });
  }
  return (millis * 1000 + Number(digits.slice(0, 6))) as Instant;
}

/** ISO 8601 in UTC, with as many of three or six decimals as are needed. */
export function formatInstant(at: Instant): string {
  const millis = Math.floor(at / 1000);
  const micros = at - millis * 1000;
  const text = new Date(millis).toISOString();
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}

/** Reads "2026-11-20"; refuses a date that does not exist. */
export function parseDay(text: unknown, field = "day"): Day {
  const millis = typeof text === "string" && DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 10) !== text) {
    throw new Trouble("bad-value", "not a day", { field, value: text, expected: 'a day such as "2026-11-20"' });
  }
  return (millis / 86_400_000) as Day;
}

export function formatDay(value: Day): string {
  return new Date(value * 86_400_000).toISOString().slice(0, 10);
}

/** The day in UTC on which an instant falls. */
export function utcDay(at: Instant): Day {
  return Math.floor(at / MICROS_PER_DAY) as Day;
}

/** Midnight UTC at which a day starts. */
export function startOfDay(value: Day): Instant {
  return (value * MICROS_PER_DAY) as Instant;
}

/** 0 Sunday … 6 Saturday. */
export function weekday(value: Day): number {
  return (((value + 4) % 7) + 7) % 7;
}

/** `value` plus whole calendar months, held at the last day of a shorter month. */
export function addMonths(value: Day, months: number): Day {
  const date = new Date(value * 86_400_000);
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(date.getUTCDate(), last));
  return (target.getTime() / 86_400_000) as Day;
}
