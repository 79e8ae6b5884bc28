/**
 * The clocks of portfolio margin, in business days: a deficiency, (g)(10); a shortfall of the least equity for unlisted
 * derivatives, (g)(9); the firm above its limit, (g)(12).
 */
import type { Day } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { addBusinessDays } from "../../books/deadlines.ts";
import type { PortfolioRules } from "./rules.ts";

export interface Deficiency {
  /** The last day to meet it, by deposit or by hedge. */
  readonly due: Day;
  /** From this day only orders that lower the requirement are taken, and the firm liquidates. */
  readonly blockedFrom: Day;
  /** At the close of this day what is not met is deducted from net capital, until it is met. */
  readonly chargedFrom: Day;
}

/** The days of a deficiency that came about on `day`, (g)(10). */
export function deficiencyDays(day: Day, { deficiency }: PortfolioRules, calendar: Calendar): Deficiency {
  return {
    due: addBusinessDays(day, deficiency.due, calendar),
    blockedFrom: addBusinessDays(day, deficiency.due + 1, calendar),
    chargedFrom: addBusinessDays(day, deficiency.charge, calendar),
  };
}

/** The days of a shortfall of the equity that unlisted derivatives ask for, (g)(9). */
export function unlistedDays(
  day: Day,
  { unlistedDerivatives: { due } }: PortfolioRules,
  calendar: Calendar,
): Pick<Deficiency, "due" | "blockedFrom"> {
  return { due: addBusinessDays(day, due, calendar), blockedFrom: addBusinessDays(day, due + 1, calendar) };
}

/** The first day on which a firm that came above its limit on `day` opens no portfolio margin account, (g)(12). */
export function openingStops(day: Day, { firmLimit: { after } }: PortfolioRules, calendar: Calendar): Day {
  return addBusinessDays(day, after + 1, calendar);
}
