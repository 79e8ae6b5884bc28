/**
 * The conditions behind notices: since when each stands, whether it has ended, and on how many consecutive business days it
 * stood. A condition stands from the fact that meets its test; it has ended when its test has not been met for the time
 * that the rulebook gives, so that a figure that hovers at a threshold is one condition, not hundreds.
 *
 * A business day counts if the condition stood at any moment of it. A condition that ends and is back on the same or the
 * next business day goes on counting.
 */
import type { Day, Instant } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import {
  addBusinessDays,
  businessDayFrom,
  businessDayUpTo,
  countBusinessDays,
  endOfDay,
} from "../../books/deadlines.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import { NO_DAY } from "../../books/settlement.ts";
import type { Moment } from "./restrictions.ts";

export interface Condition {
  readonly code: string;
  /** The fact that first met the test; of the last time that it stood, where it has ended. */
  since: Moment;
  /** It stands: it was met and has not ended. */
  stands: boolean;
  /** The fact since which the test has not been met; null while it is met. */
  cleared: Moment | null;
  /** The identifier of the effect that announced it. */
  announced: string;
  /** The run of consecutive business days on which it stood; `last` while it has ended. */
  first: Day;
  last: Day;
  /** Whether it was said that this run is longer than the rule allows. */
  lasted: boolean;
}

export class Conditions {
  readonly #calendar: Calendar;
  readonly #byCode = new Map<string, Condition>();

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** What is known of a condition; undefined where it never stood. */
  get(code: string): Condition | undefined {
    return this.#byCode.get(code);
  }

  standing(): Condition[] {
    return [...this.#byCode.values()].filter(({ stands }) => stands);
  }

  /** Its test is met, and it did not stand. */
  begin(code: string, at: Instant, seq: number): Condition {
    const known = this.#byCode.get(code);
    const day = businessDayFrom(newYorkDay(at), this.#calendar);
    const goesOn =
      known !== undefined && known.last !== NO_DAY && day <= addBusinessDays(known.last, 1, this.#calendar);
    const condition: Condition = {
      code,
      since: { seq, at },
      stands: true,
      cleared: null,
      announced: "",
      first: goesOn ? known.first : day,
      last: NO_DAY,
      lasted: goesOn && known.lasted,
    };
    this.#byCode.set(code, condition);
    return condition;
  }

  /** It has not been met since `cleared`, for long enough. */
  end(condition: Condition): void {
    const { cleared } = condition;
    condition.stands = false;
    const last = businessDayUpTo(newYorkDay(cleared === null ? condition.since.at : cleared.at), this.#calendar);
    condition.last = last < condition.first ? NO_DAY : last;
  }

  /** The consecutive business days of its run up to `at`, today's included. */
  businessDays({ first, last, stands }: Condition, at: Instant): number {
    return countBusinessDays(first, stands ? newYorkDay(at) : last, this.#calendar);
  }

  /** When its run becomes longer than so many business days: as the next one begins. */
  longerThan({ first }: Condition, days: number): Instant {
    return endOfDay((addBusinessDays(first, days, this.#calendar) - 1) as Day);
  }

  toJSON(): readonly Condition[] {
    return [...this.#byCode.values()];
  }

  restore(all: readonly Condition[]): void {
    this.#byCode.clear();
    for (const condition of all) this.#byCode.set(condition.code, { ...condition });
  }
}
