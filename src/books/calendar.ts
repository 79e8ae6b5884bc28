/**
 * The NYSE's sessions and the days on which securities settle. A day is answered from the shipped tables (2015 to 2028)
 * or from a `calendar-day-set` fact, which wins; any other day is `missing-input`, never a guess.
 *
 * A business day here is a day on which securities settle, the meaning that settlement cycles, ex-dates and buy-ins
 * give it (FINRA 11000 series): Columbus Day has a session but is not a business day.
 */
import { Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { type Day, type Instant, formatDay, parseDay, weekday } from "../base/time.ts";
import type { FactOfKind } from "../facts/kinds.ts";
import { CALENDAR_YEARS, FIRST_YEAR, LAST_YEAR, SETTLED_WHILE_CLOSED, SETTLEMENT_CYCLES } from "./calendar-data.ts";
import { newYorkInstant } from "./new-york-time.ts";

type CalendarDaySet = FactOfKind<"calendar-day-set">;
export type Session = CalendarDaySet["session"];

interface CalendarDay {
  readonly session: Session;
  readonly settlement: boolean;
}

const WEEKEND: CalendarDay = { session: "closed", settlement: false };
const ORDINARY: CalendarDay = { session: "full", settlement: true };
const FIRST_DAY = parseDay(`${FIRST_YEAR}-01-01`);
const LAST_DAY = parseDay(`${LAST_YEAR}-12-31`);

const OPEN_MINUTES = 9 * 60 + 30;
const CLOSE_MINUTES = 16 * 60;
const EARLY_CLOSE_MINUTES = 13 * 60;

/** The weekdays of the tables that are not ordinary. */
const SHIPPED: ReadonlyMap<Day, CalendarDay> = new Map(
  CALENDAR_YEARS.flatMap(({ year, closed, early, bankHolidays }) => {
    const days = (list: string, what: CalendarDay) =>
      list.split(" ").map((day) => [parseDay(`${year}-${day}`), what] as const);
    return [
      ...days(closed, WEEKEND),
      ...days(early, { session: "early-close", settlement: true }),
      ...days(bankHolidays, { session: "full", settlement: false }),
    ];
  }).concat(SETTLED_WHILE_CLOSED.map((day) => [parseDay(day), { session: "closed", settlement: true }] as const)),
);

const CYCLES = SETTLEMENT_CYCLES.map(({ from, days }) => ({ from: parseDay(from), days }));

export class Calendar implements Stateful {
  readonly #set = new Map<Day, CalendarDay & { readonly reason: string }>();
  #revision = 0;

  /** Another number after every change. */
  get revision(): number {
    return this.#revision;
  }

  /** A day differs from the tables: a funeral, a storm, a correction. The newest fact about a day says all. */
  set(fact: CalendarDaySet): void {
    this.#revision++;
    this.#set.set(parseDay(fact.day), { session: fact.session, settlement: fact.settlement, reason: fact.reason });
  }

  sessionOf(day: Day): Session {
    return this.#day(day).session;
  }

  isSession(day: Day): boolean {
    return this.#day(day).session !== "closed";
  }

  /** Whether securities settle on the day: a business day. */
  isSettlementDay(day: Day): boolean {
    return this.#day(day).settlement;
  }

  /** When the session opens, 9:30 in New York. Throws `not-allowed` for a day without one. */
  sessionOpen(day: Day): Instant {
    this.#requireSession(day);
    return newYorkInstant(day, OPEN_MINUTES);
  }

  /** When the session closes, 16:00 in New York, or 13:00 of an early close. Throws `not-allowed` for a day without one. */
  sessionClose(day: Day): Instant {
    return newYorkInstant(day, this.#requireSession(day) === "early-close" ? EARLY_CLOSE_MINUTES : CLOSE_MINUTES);
  }

  /** The first business day after `day`. */
  nextBusinessDay(day: Day): Day {
    return this.addBusinessDays(day, 1);
  }

  /** The last business day before `day`. */
  previousBusinessDay(day: Day): Day {
    return this.addBusinessDays(day, -1);
  }

  /**
   * The `count`-th business day after `day`, or before it where negative; 0 is `day` itself, or the next business day
   * where it is none. `day` need not be a business day: one after a Saturday is the Monday.
   */
  addBusinessDays(day: Day, count: number): Day {
    let reached = day;
    if (count === 0 && !this.isSettlementDay(day)) return this.nextBusinessDay(day);
    const step = count < 0 ? -1 : 1;
    for (let left = Math.abs(count); left > 0;) {
      reached = (reached + step) as Day;
      if (this.isSettlementDay(reached)) left--;
    }
    return reached;
  }

  /** The day on which a regular-way trade of `tradeDay` settles: SEC Rule 15c6-1(a) as in force on that day. */
  settlementDay(tradeDay: Day): Day {
    this.#day(tradeDay);
    const cycle = CYCLES.find(({ from }) => tradeDay >= from);
    if (cycle === undefined) throw missing(tradeDay);
    return this.addBusinessDays(tradeDay, cycle.days);
  }

  /**
   * The ex-date of a distribution, FINRA 11140(b): a `large` one (25 percent of value or more) goes ex on the first
   * business day after it is payable; any other on the first business day whose buyers settle too late to be holders of
   * record. Under T+1 that is the record date, or the business day before where the record date is none.
   */
  exDate(record: Day, payable: Day, large: boolean): Day {
    if (large) return this.nextBusinessDay(payable);
    let ex = this.addBusinessDays(record, 0);
    for (let before = this.previousBusinessDay(ex); this.settlementDay(before) > record;) {
      ex = before;
      before = this.previousBusinessDay(ex);
    }
    return ex;
  }

  #requireSession(day: Day): Session {
    const session = this.sessionOf(day);
    if (session === "closed") {
      throw new Trouble("not-allowed", "the exchange has no session on this day", {
        field: "day",
        value: formatDay(day),
      });
    }
    return session;
  }

  #day(day: Day): CalendarDay {
    const set = this.#set.get(day);
    if (set !== undefined) return set;
    if (!(day >= FIRST_DAY && day <= LAST_DAY)) throw missing(day);
    const ofWeek = weekday(day);
    if (ofWeek === 0 || ofWeek === 6) return WEEKEND;
    return SHIPPED.get(day) ?? ORDINARY;
  }

  sections(): Section[] {
    return [jsonSection("calendar", [...this.#set])];
  }

  restore(sections: SectionReader): void {
    this.#revision++;
    this.#set.clear();
    for (const [day, what] of sections.json("calendar") as [Day, CalendarDay & { reason: string }][])
      this.#set.set(day, what);
  }
}

function missing(day: Day): Trouble {
  return new Trouble("missing-input", "the NYSE calendar does not cover this day", {
    field: "day",
    value: formatDay(day),
    expected: `a day from ${FIRST_YEAR} to ${LAST_YEAR}, or a calendar-day-set fact`,
  });
}
