/**
 * The NYSE's closings and early closes, and the bank holidays on which it trades but nothing settles, 2015 to 2028.
 *
 * Sessions: the exchange's published holiday calendars (Rule 7.2), for 2025 the announcement of 8 November 2024, for 2026 to
 * 2028 that of 23 December 2025 ("NYSE Group Announces 2026, 2027 and 2028 Holiday and Early Closings Calendar", ir.theice.com).
 * A year is added here when the exchange publishes it; nothing is extrapolated.
 */

/** The first and the last year that the tables cover. */
export const FIRST_YEAR = 2015;
export const LAST_YEAR = 2028;

export interface CalendarYear {
  readonly year: number;
  /** Weekdays without a session, month-day. Nothing settles on them, but for `SETTLED_WHILE_CLOSED`. */
  readonly closed: string;
  /** Sessions that end at 13:00. */
  readonly early: string;
  /**
   * Sessions on which nothing settles because banks are closed: Columbus Day and Veterans Day. A bank holiday on a
   * Saturday (Veterans Day of 2017, 2023 and 2028) is not moved to the Friday by the Federal Reserve; one on a Sunday moves to
   * the Monday.
   */
  readonly bankHolidays: string;
}

export const CALENDAR_YEARS: readonly CalendarYear[] = [
  {
    year: 2015,
    closed: "01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25",
    early: "11-27 12-24",
    bankHolidays: "10-12 11-11",
  },
  {
    year: 2016,
    closed: "01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26",
    early: "11-25",
    bankHolidays: "10-10 11-11",
  },
  {
    year: 2017,
    closed: "01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25",
    early: "07-03 11-24",
    bankHolidays: "10-09",
  },
  {
    // 5 December: the funeral of President George H. W. Bush.
    year: 2018,
    closed: "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25",
    early: "07-03 11-23 12-24",
    bankHolidays: "10-08 11-12",
  },
  {
    year: 2019,
    closed: "01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25",
    early: "07-03 11-29 12-24",
    bankHolidays: "10-14 11-11",
  },
  {
    year: 2020,
    closed: "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25",
    early: "11-27 12-24",
    bankHolidays: "10-12 11-11",
  },
  {
    year: 2021,
    closed: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24",
    early: "11-26",
    bankHolidays: "10-11 11-11",
  },
  {
    // The first with Juneteenth. New Year's Day was a Saturday, for which the exchange does not close on the Friday.
    year: 2022,
    closed: "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26",
    early: "11-25",
    bankHolidays: "10-10 11-11",
  },
  {
    year: 2023,
    closed: "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25",
    early: "07-03 11-24",
    bankHolidays: "10-09",
  },
  {
    year: 2024,
    closed: "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
    early: "07-03 11-29 12-24",
    bankHolidays: "10-14 11-11",
  },
  {
    // 9 January: the funeral of President Carter.
    year: 2025,
    closed: "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
    early: "07-03 11-28 12-24",
    bankHolidays: "10-13 11-11",
  },
  {
    year: 2026,
    closed: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25",
    early: "11-27 12-24",
    bankHolidays: "10-12 11-11",
  },
  {
    year: 2027,
    closed: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24",
    early: "11-26",
    bankHolidays: "10-11 11-11",
  },
  {
    // New Year's Day is a Saturday: not observed, Rule 7.2.
    year: 2028,
    closed: "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25",
    early: "07-03 11-24",
    bankHolidays: "10-09",
  },
];

/**
 * Days of mourning on which the exchange was closed, but banks, DTC and NSCC were open: earlier trades settled as
 * scheduled.
 */
export const SETTLED_WHILE_CLOSED: readonly string[] = ["2018-12-05", "2025-01-09"];

/**
 * The standard settlement cycle, SEC Rule 15c6-1(a), by trade date: business days from trade to settlement. Three until
 * 4 September 2017; two from 5 September 2017 (Release 34-80295); one from 28 May 2024 (Release 34-96930).
 */
export const SETTLEMENT_CYCLES: readonly { readonly from: string; readonly days: number }[] = [
  { from: "2024-05-28", days: 1 },
  { from: "2017-09-05", days: 2 },
  { from: "1995-06-07", days: 3 },
];
