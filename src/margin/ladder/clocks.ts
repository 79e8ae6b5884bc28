/**
 * The clocks of a call, counted from the day of its deficiency. Calls run on business days, freezes on calendar days. Under
 * T+1 the payment period of Regulation T, two business days after regular-way settlement (220.2), is T+3.
 */
import { Trouble } from "../../base/errors.ts";
import type { Day, Instant } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { addBusinessDays, businessDayFrom, endOfDay, isBusinessDay } from "../../books/deadlines.ts";
import { newYorkDay, newYorkInstant } from "../../books/new-york-time.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { LayerRules } from "./rules.ts";

export interface CallClocks {
  /** The last day on which it can be met. */
  readonly due: Day;
  /** The latest day that an extension can name. */
  readonly latest: Day;
  /** When net capital is charged from; undefined where it is not charged. */
  readonly chargedFrom: Instant | undefined;
  /** The last day that is charged; undefined: until it is met. */
  readonly chargedUntil: Day | undefined;
  /** After the close of this day it is over, met or not. */
  readonly lapses: Day | undefined;
  /** The last day of the freeze that follows where it is a practice. */
  readonly freezeEnds: Day | undefined;
}

/** The clocks of a deficiency of `day`, which need not be a business day. */
export function callClocks(rules: LayerRules, day: Day, calendar: Calendar): CallClocks {
  const first = businessDayFrom(day, calendar);
  const start = rules.countedFrom === "settlement" ? settlementDay(first, calendar) : first;
  const { charge, lapses, freeze } = rules;
  return {
    due: addBusinessDays(start, rules.due, calendar),
    latest: addBusinessDays(start, rules.latest, calendar),
    chargedFrom:
      charge &&
      (charge.begins === "close"
        ? closeOf(addBusinessDays(first, charge.after, calendar), calendar)
        : endOfDay((addBusinessDays(first, charge.after + 1, calendar) - 1) as Day)),
    chargedUntil: charge?.until === undefined ? undefined : addBusinessDays(first, charge.until, calendar),
    lapses: lapses === undefined ? undefined : addBusinessDays(first, lapses, calendar),
    freezeEnds: freeze && addSpan(addBusinessDays(first, freeze.after, calendar), freeze.lasts),
  };
}

/** When the business day `day` ends for a call that is due on it: its midnight in New York. */
export function endOfDue(day: Day): Instant {
  return endOfDay(day);
}

/** When a liquidation is proposed for a call that was due on `due`: on a business day, so long after it. */
export function liquidationAt(rules: LayerRules, due: Day, calendar: Calendar): number {
  const { liquidatesAfter } = rules;
  if (liquidatesAfter === undefined) return Number.POSITIVE_INFINITY;
  if (liquidatesAfter.kind === "same-day") return endOfDay(due);
  if (liquidatesAfter.kind === "business-days") return endOfDay(addBusinessDays(due, liquidatesAfter.count, calendar));
  const at = (endOfDay(due) + liquidatesAfter.micros) as Instant;
  const day = newYorkDay(at);
  return at + (businessDayFrom(day, calendar) - day) * 86_400_000_000;
}

/** The first of these times of day, in minutes, after `at` on a business day; Infinity where there are none. */
export function nextLook(at: Instant, minutes: readonly number[], calendar: Calendar): number {
  if (minutes.length === 0) return Number.POSITIVE_INFINITY;
  for (let day = newYorkDay(at); ; day = (day + 1) as Day) {
    if (!isBusinessDay(day, calendar)) continue;
    const next = minutes.map((each) => newYorkInstant(day, each)).find((instant) => instant > at);
    if (next !== undefined) return next;
  }
}

function settlementDay(day: Day, calendar: Calendar): Day {
  try {
    return calendar.settlementDay(day);
  } catch (error) {
    // Beyond the calendar the shortest cycle is taken: what is due is then never due later than the rule says.
    if (!(error instanceof Trouble)) throw error;
    return addBusinessDays(day, 1, calendar);
  }
}

function closeOf(day: Day, calendar: Calendar): Instant {
  try {
    return calendar.sessionClose(day);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return endOfDay(day);
  }
}
