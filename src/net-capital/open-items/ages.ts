/**
 * How old things are on a business day. The day from which an age counts is day 0; the business days, or the calendar days,
 * after it are counted up to and including the day that is open. What begins later has no age yet.
 */
import { type Day, formatDay } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import type { Age } from "../../rulebook/terms.ts";

export class Ages {
  readonly #calendar: Calendar;
  readonly #asOf: Day;
  /** Business days since the days that were asked for. */
  readonly #businessDays = new Map<Day, number>();

  constructor(calendar: Calendar, asOf: Day) {
    this.#calendar = calendar;
    this.#asOf = asOf;
  }

  /** Throws `missing-input` where the calendar does not reach back so far. */
  count(since: Day, unit: Age["unit"]): number {
    if (since >= this.#asOf) return 0;
    return unit === "days" ? this.#asOf - since : this.#businessDaysSince(since);
  }

  /** Whether the age is reached; `extension` puts it off by so many days of its own unit. */
  isReached(since: Day, { unit, from }: Age, extension = 0): boolean {
    return this.count(since, unit) >= from + extension;
  }

  /** "6 business days since 2026-11-12". */
  words(since: Day, unit: Age["unit"]): string {
    const count = this.count(since, unit);
    return `${count} ${count === 1 ? unit.slice(0, -1) : unit} since ${formatDay(since)}`;
  }

  #businessDaysSince(since: Day): number {
    const known = this.#businessDays.get(since);
    if (known !== undefined) return known;
    let count = 0;
    for (let day = since + 1; day <= this.#asOf; day++) if (this.#calendar.isSettlementDay(day as Day)) count++;
    this.#businessDays.set(since, count);
    return count;
  }
}

/** "5 business days or longer". */
export function formatAge({ unit, from }: Age): string {
  return `${from} ${from === 1 ? unit.slice(0, -1) : unit} or longer`;
}
