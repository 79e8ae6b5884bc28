/**
 * When something that a rule gives time for is due, and how many business days something has lasted. Days are New York's.
 * Hours run through nights and weekends; a same day ends at its midnight; a business day ends at its midnight.
 *
 * Where the calendar does not reach, every weekday counts as a business day: what is due is then never due later than the
 * rule says.
 */
import { assertNever } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { type Day, type Instant, weekday } from "../base/time.ts";
import type { Deadline } from "../rulebook/terms.ts";
import type { Calendar } from "./calendar.ts";
import { newYorkDay, newYorkInstant } from "./new-york-time.ts";

const MINUTES_PER_DAY = 24 * 60;

/** Midnight in New York at which `day` ends. */
export function endOfDay(day: Day): Instant {
  return newYorkInstant(day, MINUTES_PER_DAY);
}

/** By when what came about at `from` must be done. */
export function dueAt(from: Instant, deadline: Deadline, calendar: Calendar): Instant {
  switch (deadline.kind) {
    case "same-day":
      return endOfDay(newYorkDay(from));
    case "elapsed":
      return (from + deadline.micros) as Instant;
    case "business-days":
      return endOfDay(addBusinessDays(newYorkDay(from), deadline.count, calendar));
    default:
      return assertNever(deadline);
  }
}

export function isBusinessDay(day: Day, calendar: Calendar): boolean {
  try {
    return calendar.isSettlementDay(day);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return weekday(day) !== 0 && weekday(day) !== 6;
  }
}

/** The `count`-th business day after `day`. */
export function addBusinessDays(day: Day, count: number, calendar: Calendar): Day {
  let reached = day;
  for (let left = count; left > 0;) {
    reached = (reached + 1) as Day;
    if (isBusinessDay(reached, calendar)) left--;
  }
  return reached;
}

/** `day`, or the first business day after it. */
export function businessDayFrom(day: Day, calendar: Calendar): Day {
  return isBusinessDay(day, calendar) ? day : addBusinessDays(day, 1, calendar);
}

/** `day`, or the last business day before it. */
export function businessDayUpTo(day: Day, calendar: Calendar): Day {
  let reached = day;
  while (!isBusinessDay(reached, calendar)) reached = (reached - 1) as Day;
  return reached;
}

/** How many business days there are from `first` to `last`, both counted. */
export function countBusinessDays(first: Day, last: Day, calendar: Calendar): number {
  let count = 0;
  for (let day = first; day <= last; day = (day + 1) as Day) if (isBusinessDay(day, calendar)) count++;
  return count;
}
