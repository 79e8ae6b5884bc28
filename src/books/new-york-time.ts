/**
 * New York wall time to instants and back, by the rule of the Energy Policy Act of 2005: summer time from the second
 * Sunday of March to the first Sunday of November, changing at 2:00 local time. Computed here, so that a replay does not
 * depend on a machine's time-zone tables. Valid from 2007 on.
 */
import {
  type Day,
  type Instant,
  formatDay,
  formatInstant,
  parseDay,
  startOfDay,
  utcDay,
  weekday,
} from "../base/time.ts";

const MICROS_PER_HOUR = 3_600_000_000;

/** The `count`-th Sunday of the month that starts on `first`. */
function sunday(first: Day, count: number): Day {
  return (first + ((7 - weekday(first)) % 7) + 7 * (count - 1)) as Day;
}

/** True where the day, from its 2:00 on, is in summer time. */
function summerTime(day: Day): boolean {
  const year = formatDay(day).slice(0, 4);
  return day >= sunday(parseDay(`${year}-03-01`), 2) && day < sunday(parseDay(`${year}-11-01`), 1);
}

/** The instant at which New York's clocks show `minutes` after midnight on a day, from 2:00 on. */
export function newYorkInstant(day: Day, minutes: number): Instant {
  const offsetHours = summerTime(day) ? 4 : 5;
  return (startOfDay(day) + (offsetHours * 60 + minutes) * 60_000_000) as Instant;
}

/** The day on New York's calendar at an instant. */
export function newYorkDay(at: Instant): Day {
  // Midnight keeps the offset of the day before, whichever way the clocks go at 2:00.
  const standard = utcDay((at - 5 * MICROS_PER_HOUR) as Instant);
  const shifted = utcDay((at - 4 * MICROS_PER_HOUR) as Instant);
  return summerTime((shifted - 1) as Day) ? shifted : standard;
}

/** Summer time begins at 7:00 and ends at 6:00 UTC, each 2:00 in New York. */
function isSummer(at: Instant): boolean {
  const year = formatDay(utcDay(at)).slice(0, 4);
  const begins = startOfDay(sunday(parseDay(`${year}-03-01`), 2)) + 7 * MICROS_PER_HOUR;
  const ends = startOfDay(sunday(parseDay(`${year}-11-01`), 1)) + 6 * MICROS_PER_HOUR;
  return at >= begins && at < ends;
}

/** What New York's clocks show, for people: "2026-11-20 10:31:07 EST". */
export function formatNewYork(at: Instant): string {
  const summer = isSummer(at);
  const wall = formatInstant((at - (summer ? 4 : 5) * MICROS_PER_HOUR) as Instant);
  return `${wall.slice(0, 10)} ${wall.slice(11, 19)} ${summer ? "EDT" : "EST"}`;
}
