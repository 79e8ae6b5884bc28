/**
 * Time as numbers that replay the same everywhere. An instant is a whole number of microseconds since 1970 UTC (exact in
 * a float64 until 2255); a day is a whole number of days since 1970-01-01. Nothing here reads a clock, and the calendar is
 * counted here and not by `Date`, which takes February 30 for March 2 and costs a microsecond.
 */
import { POWERS_OF_TEN } from "./decimal.ts";
import { Trouble } from "./errors.ts";

declare const instant: unique symbol;
declare const day: unique symbol;
/** Microseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [instant]: true };
/** Days since 1970-01-01, on the proleptic Gregorian calendar. */
export type Day = number & { readonly [day]: true };

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_DAY = 86_400_000_000;
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** "00" to "99". */
const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, "0"));

/** A date of the calendar; `month` from 1. */
interface Civil {
  readonly year: number;
  readonly month: number;
  readonly date: number;
}

function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : MONTH_LENGTHS[month - 1];
}

/** Counts years from March, so that the leap day is the last of its year; 719,468 days lie between 0000-03-01 and 1970. */
function fromCivil({ year, month, date }: Civil): Day {
  const marchYear = month <= 2 ? year - 1 : year;
  const monthFromMarch = month <= 2 ? month + 9 : month - 3;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return (marchYear * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + date - 1 - 719_468) as Day;
}

/** The other way; an era is the 400 years, 146,097 days, after which the calendar repeats. */
function toCivil(value: Day): Civil {
  const fromMarch0000 = value + 719_468;
  const era = Math.floor(fromMarch0000 / 146_097);
  const dayOfEra = fromMarch0000 - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const date = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date };
}

/** The number that the characters from `start` to `end` write, or NaN where they are not all digits. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The day that the first ten characters write, or NaN. */
function scanDay(text: string): number {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const date = digits(text, 8, 10);
  if (text[4] !== "-" || text[7] !== "-" || Number.isNaN(year) || !(month >= 1 && month <= 12)) return Number.NaN;
  return date >= 1 && date <= daysInMonth(year, month) ? fromCivil({ year, month, date }) : Number.NaN;
}

/** The microseconds of the time of day in characters 11 to 18, or NaN. */
function scanTime(text: string): number {
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (text[10] !== "T" || text[13] !== ":" || text[16] !== ":") return Number.NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  return (hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND;
}

/** The microseconds by which the offset that starts at `index` is ahead of UTC, or NaN. */
function scanOffset(text: string, index: number): number {
  const sign = text[index];
  if (sign === "Z") return index + 1 === text.length ? 0 : Number.NaN;
  const hours = digits(text, index + 1, index + 3);
  const minutes = digits(text, index + 4, index + 6);
  const formed = (sign === "+" || sign === "-") && text[index + 3] === ":" && index + 6 === text.length;
  if (!formed || !(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes) * 60 * MICROS_PER_SECOND;
}

function scanInstant(text: string): number {
  let end = 19;
  let micros = 0;
  if (text[end] === ".") {
    end++;
    while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
    const places = end - 20;
    if (places < 1 || places > 9) return Number.NaN;
    const nanos = digits(text, 20, end) * POWERS_OF_TEN[9 - places];
    micros = Math.floor(nanos / 1000);
    if (micros * 1000 !== nanos) return Number.NaN;
  }
  return scanDay(text) * MICROS_PER_DAY + scanTime(text) + micros - scanOffset(text, end);
}

/**
 * Reads ISO 8601 with an offset, to the microsecond. Refused are finer digits unless zero, a day or an hour that does not
 * exist, and what lies too far from 1970 to be exact.
 */
export function parseInstant(text: unknown, field = "at"): Instant {
  const micros = typeof text === "string" ? scanInstant(text) : Number.NaN;
  if (!Number.isSafeInteger(micros)) {
    const expected = 'an instant such as "2026-11-20T14:30:00.123456Z"';
    throw new Trouble("bad-value", "not an instant", { field, value: text, expected });
  }
  return micros as Instant;
}

/** ISO 8601 in UTC, with as many of three or six decimals as are needed. */
export function formatInstant(at: Instant): string {
  const day = utcDay(at);
  const micros = at - startOfDay(day);
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const time = `${TWO_DIGITS[Math.floor(seconds / 3600)]}:${TWO_DIGITS[Math.floor(seconds / 60) % 60]}:${TWO_DIGITS[seconds % 60]}`;
  const fraction = String(MICROS_PER_SECOND + (micros % MICROS_PER_SECOND)).slice(1);
  return `${formatDay(day)}T${time}.${fraction.endsWith("000") ? fraction.slice(0, 3) : fraction}Z`;
}

/** Reads "2026-11-20"; refuses a date that does not exist. */
export function parseDay(text: unknown, field = "day"): Day {
  const value = typeof text === "string" && text.length === 10 ? scanDay(text) : Number.NaN;
  if (Number.isNaN(value)) {
    throw new Trouble("bad-value", "not a day", { field, value: text, expected: 'a day such as "2026-11-20"' });
  }
  return value as Day;
}

export function formatDay(value: Day): string {
  const { year, month, date } = toCivil(value);
  return `${String(year).padStart(4, "0")}-${TWO_DIGITS[month]}-${TWO_DIGITS[date]}`;
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
  const from = toCivil(value);
  const monthsFromZero = from.year * 12 + from.month - 1 + months;
  const year = Math.floor(monthsFromZero / 12);
  const month = monthsFromZero - year * 12 + 1;
  return fromCivil({ year, month, date: Math.min(from.date, daysInMonth(year, month)) });
}
