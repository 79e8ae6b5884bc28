import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { addMonths, type Day, formatDay, formatInstant, type Instant, parseDay, weekday } from "../../src/base/time.ts";
import { Calendar } from "../../src/books/calendar.ts";
import { newYorkDay, newYorkInstant } from "../../src/books/new-york-time.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import { readTestCsv } from "./csv.ts";

const calendar = new Calendar();
const FIRST = parseDay("2015-01-01");
const LAST = parseDay("2028-12-31");

function* days(from: string, to: string): Generator<Day> {
  for (let day = parseDay(from); day <= parseDay(to); day = (day + 1) as Day) yield day;
}

// ——— against the published lists ———

test("full closures are those published for 2015 to July 2021", () => {
  const published = readTestCsv("nyse_closures.csv", "day").map(({ day }) => day);
  const closed = [...days("2015-01-01", "2021-07-05")].filter(
    (day) => weekday(day) % 6 !== 0 && !calendar.isSession(day),
  );
  assert.deepEqual(closed.map(formatDay), published);
});

test("sessions and their hours, in UTC, are those of 2015 to January 2023", () => {
  const published = readTestCsv("nyse_sessions.csv", "day", "open", "close");
  const sessions = [...days("2015-01-01", "2023-01-13")].filter((day) => calendar.isSession(day));
  const hours = (day: Day) => ({
    day: formatDay(day),
    open: formatInstant(calendar.sessionOpen(day)).slice(11, 16),
    close: formatInstant(calendar.sessionClose(day)).slice(11, 16),
  });
  assert.deepEqual(sessions.map(hours), published);
});

test("closures and early closes of 2023 to 2028 are those that the exchange announced", () => {
  const announced = {
    "2023": ["01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25", "07-03 11-24"],
    "2024": ["01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25", "07-03 11-29 12-24"],
    "2025": ["01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25", "07-03 11-28 12-24"],
    "2026": ["01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25", "11-27 12-24"],
    "2027": ["01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24", "11-26"],
    "2028": ["01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25", "07-03 11-24"],
  };
  for (const [year, [closed, early]] of Object.entries(announced)) {
    const weekdays = [...days(`${year}-01-01`, `${year}-12-31`)].filter((day) => weekday(day) % 6 !== 0);
    const having = (session: string) =>
      weekdays
        .filter((day) => calendar.sessionOf(day) === session)
        .map((day) => formatDay(day).slice(5))
        .join(" ");
    assert.equal(having("closed"), closed, year);
    assert.equal(having("early-close"), early, year);
  }
});

// ——— against the rules, written once more ———

/** The `count`-th of a weekday in a month; from the end where negative. */
function nth(year: number, month: string, dayOfWeek: number, count: number): Day {
  const first = parseDay(`${year}-${month}-01`);
  if (count < 0) {
    const last = (addMonths(first, 1) - 1) as Day;
    return (last - ((weekday(last) - dayOfWeek + 7) % 7)) as Day;
  }
  return (first + ((dayOfWeek - weekday(first) + 7) % 7) + (count - 1) * 7) as Day;
}

/** Gauss's Easter, by the anonymous Gregorian algorithm, less two days. */
function goodFriday(year: number): Day {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const date = ((h + l - 7 * m + 114) % 31) + 1;
  return (parseDay(`${year}-0${month}-${String(date).padStart(2, "0")}`) - 2) as Day;
}

/** Rule 7.2: a Saturday's holiday is kept on the Friday, a Sunday's on the Monday; but New Year's never in the old year. */
function observed(day: Day): Day {
  return (day + (weekday(day) === 6 ? -1 : weekday(day) === 0 ? 1 : 0)) as Day;
}

function closuresByRule(year: number): Day[] {
  const fixed = ["07-04", "12-25", ...(year >= 2022 ? ["06-19"] : [])].map((date) =>
    observed(parseDay(`${year}-${date}`)),
  );
  const newYear = parseDay(`${year}-01-01`);
  return [
    ...fixed,
    ...(weekday(newYear) === 6 ? [] : [observed(newYear)]),
    nth(year, "01", 1, 3),
    nth(year, "02", 1, 3),
    goodFriday(year),
    nth(year, "05", 1, -1),
    nth(year, "09", 1, 1),
    nth(year, "11", 4, 4),
  ];
}

test("closures follow the exchange's rule, but for two funerals", () => {
  const ruled: Day[] = [];
  for (let year = 2015; year <= 2028; year++) ruled.push(...closuresByRule(year));
  ruled.push(parseDay("2018-12-05"), parseDay("2025-01-09"));
  const closed = [...days("2015-01-01", "2028-12-31")].filter(
    (day) => weekday(day) % 6 !== 0 && !calendar.isSession(day),
  );
  assert.deepEqual(closed.map(formatDay), ruled.sort((a, b) => a - b).map(formatDay));
});

test("sessions without settlement are Columbus Day and Veterans Day, where banks keep them", () => {
  const ruled: Day[] = [];
  for (let year = 2015; year <= 2028; year++) {
    const veterans = parseDay(`${year}-11-11`);
    ruled.push(nth(year, "10", 1, 2));
    if (weekday(veterans) !== 6) ruled.push(observed(veterans));
  }
  const found = [...days("2015-01-01", "2028-12-31")].filter(
    (day) => calendar.isSession(day) && !calendar.isSettlementDay(day),
  );
  assert.deepEqual(found.map(formatDay), ruled.map(formatDay));
});

test("on the two days of mourning earlier trades settled", () => {
  for (const text of ["2018-12-05", "2025-01-09"]) {
    assert.equal(calendar.isSession(parseDay(text)), false);
    assert.equal(calendar.isSettlementDay(parseDay(text)), true);
  }
});

// ——— settlement ———

test("the settlement cycle is the one in force on the trade date", () => {
  const settles = {
    "2017-08-31": "2017-09-06", // T+3 over Labor Day
    "2017-09-01": "2017-09-07", // the last of T+3
    "2017-09-05": "2017-09-07", // the first of T+2
    "2018-12-03": "2018-12-05", // a day of mourning
    "2024-05-24": "2024-05-29", // the last of T+2, over Memorial Day
    "2024-05-28": "2024-05-29", // the first of T+1
    "2024-10-11": "2024-10-15", // over Columbus Day
    "2024-10-14": "2024-10-15", // traded on Columbus Day
    "2026-11-10": "2026-11-12", // over Veterans Day
    "2026-11-25": "2026-11-27", // over Thanksgiving, onto an early close
  };
  for (const [traded, settled] of Object.entries(settles)) {
    assert.equal(formatDay(calendar.settlementDay(parseDay(traded))), settled, traded);
  }
});

/** A business day by the rules alone. */
function isBusinessDay(day: Day): boolean {
  const year = Number(formatDay(day).slice(0, 4));
  const veterans = parseDay(`${year}-11-11`);
  const banksClosed = day === nth(year, "10", 1, 2) || (day === observed(veterans) && weekday(veterans) !== 6);
  return weekday(day) % 6 !== 0 && !banksClosed && !closuresByRule(year).includes(day);
}

test("business days are counted as by walking day by day", () => {
  const start = fc.integer({ min: FIRST + 200, max: LAST - 200 });
  fc.assert(
    fc.property(start, fc.integer({ min: -60, max: 60 }), (from, count) => {
      const step = count < 0 ? -1 : 1;
      const passed: Day[] = [];
      for (let day = count === 0 ? from : from + step; passed.length < Math.max(1, Math.abs(count)); day += step) {
        if (isBusinessDay(day as Day)) passed.push(day as Day);
      }
      assert.equal(calendar.addBusinessDays(from as Day, count), passed.at(-1));
    }),
    { seed: 5, numRuns: 400 },
  );
});

test("next, previous and zeroth business day", () => {
  const saturday = parseDay("2026-11-21");
  assert.equal(formatDay(calendar.nextBusinessDay(saturday)), "2026-11-23");
  assert.equal(formatDay(calendar.previousBusinessDay(saturday)), "2026-11-20");
  assert.equal(formatDay(calendar.addBusinessDays(saturday, 0)), "2026-11-23");
  assert.equal(formatDay(calendar.addBusinessDays(parseDay("2026-11-20"), 0)), "2026-11-20");
  assert.equal(formatDay(calendar.nextBusinessDay(parseDay("2026-11-10"))), "2026-11-12");
});

test("BK-11: ex-dates", () => {
  const events = [
    ["ordinary", false, "2026-12-04", "2026-12-18", "2026-12-04"],
    ["record on Veterans Day", false, "2026-11-11", "2026-11-25", "2026-11-10"],
    ["record on a Saturday", false, "2026-12-05", "2026-12-18", "2026-12-04"],
    ["30 percent special", true, "2026-12-01", "2026-12-10", "2026-12-11"],
    ["one business day before record under T+2", false, "2023-03-15", "2023-03-31", "2023-03-14"],
    ["two business days before record under T+3", false, "2016-03-16", "2016-03-31", "2016-03-14"],
    ["the first record date of T+1 is not yet ex", false, "2024-05-28", "2024-06-14", "2024-05-24"],
  ] as const;
  for (const [name, large, record, payable, ex] of events) {
    assert.equal(formatDay(calendar.exDate(parseDay(record), parseDay(payable), large)), ex, name);
  }
});

// ——— what is not known, and what facts change ———

test("a day that the calendar does not cover is unknown, not guessed", () => {
  const refused = { code: "missing-input", message: /NYSE calendar does not cover/ };
  for (const text of ["2014-12-31", "2029-01-01"]) {
    const day = parseDay(text);
    assert.throws(() => calendar.isSession(day), refused);
    assert.throws(() => calendar.isSettlementDay(day), refused);
    assert.throws(() => calendar.settlementDay(day), refused);
  }
  assert.throws(() => calendar.settlementDay(LAST), refused);
  assert.throws(() => calendar.previousBusinessDay(FIRST), refused);
  assert.throws(() => calendar.isSession(Number.NaN as Day), { code: "missing-input" });
});

test("a day without a session has no hours", () => {
  assert.throws(() => calendar.sessionOpen(parseDay("2026-11-26")), { code: "not-allowed", message: /2026-11-26/ });
  assert.throws(() => calendar.sessionClose(parseDay("2026-11-22")), { code: "not-allowed" });
});

function daySet(
  day: string,
  session: "full" | "early-close" | "closed",
  settlement: boolean,
): FactOfKind<"calendar-day-set"> {
  return { kind: "calendar-day-set", at: "2026-11-20T00:00:00Z", day, session, settlement, reason: "a test" };
}

test("a fact changes a day, inside the tables and outside", () => {
  const changed = new Calendar();
  const monday = parseDay("2026-11-23");
  changed.set(daySet("2026-11-23", "closed", false));
  assert.equal(changed.isSession(monday), false);
  assert.equal(formatDay(changed.settlementDay(parseDay("2026-11-20"))), "2026-11-24");
  changed.set(daySet("2026-11-23", "early-close", true));
  assert.equal(formatInstant(changed.sessionClose(monday)), "2026-11-23T18:00:00.000Z");
  changed.set(daySet("2029-01-02", "full", true));
  assert.equal(formatDay(changed.nextBusinessDay(parseDay("2029-01-01"))), "2029-01-02");
});

test("a restored calendar is the calendar", () => {
  const original = new Calendar();
  original.set(daySet("2026-12-01", "closed", true));
  original.set(daySet("2026-11-23", "closed", false));
  const restored = new Calendar();
  restored.set(daySet("2026-11-24", "closed", false));
  restored.restore(new SectionReader(original.sections()));
  assert.equal(hashSections(restored.sections()), hashSections(original.sections()));
  assert.equal(restored.sessionOf(parseDay("2026-11-23")), "closed");
  assert.equal(restored.sessionOf(parseDay("2026-11-24")), "full");
});

// ——— New York time ———

test("New York's days and hours are those of the time-zone database", () => {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York", dateStyle: "short" });
  const agree = (seconds: number) =>
    assert.equal(formatDay(newYorkDay((seconds * 1e6) as Instant)), format.format(seconds * 1000), String(seconds));
  fc.assert(fc.property(fc.integer({ min: 1.2e9, max: 1.85e9 }), agree), { seed: 7, numRuns: 2000 });
  // Every half hour around the days on which the clocks change, where midnight keeps the old offset.
  for (const change of ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07"]) {
    const start = parseDay(change) * 86_400;
    for (let seconds = start - 86_400; seconds < start + 3 * 86_400; seconds += 1800) agree(seconds);
  }
  assert.equal(formatInstant(newYorkInstant(parseDay("2026-03-08"), 570)), "2026-03-08T13:30:00.000Z");
  assert.equal(formatInstant(newYorkInstant(parseDay("2026-11-01"), 570)), "2026-11-01T14:30:00.000Z");
});
