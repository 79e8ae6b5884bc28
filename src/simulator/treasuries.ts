/** The Treasuries of the demo: bills, notes and bonds as they stood around each day, valued from the par curve of the day. */
import { parseDecimal } from "../base/decimal.ts";
import { type Day, parseDay } from "../base/time.ts";
import { type ParCurve, treasuryPrice } from "./treasury-price.ts";

/** A model price is stated to a millionth of a point: 100 units of 10^-8. */
const PRICE_STEP = 100;
const UNITS = 1e8;

export interface Treasury {
  readonly id: string;
  readonly description: string;
  readonly issued: Day;
  readonly maturity: Day;
  /** Percent per year as facts hold it: "2%"; absent of a bill. */
  readonly coupon?: string;
  /** The same as a fraction; 0 of a bill. */
  readonly couponFraction: number;
}

type Terms = readonly [issued: string, maturity: string, couponPercent?: string];

const TERMS: Readonly<Record<string, readonly Terms[]>> = {
  "2015-08-24": [
    ["2015-08-20", "2015-09-17"],
    ["2015-08-20", "2015-11-19"],
    ["2015-08-20", "2016-02-18"],
    ["2015-07-23", "2016-07-21"],
    ["2015-07-31", "2017-07-31", "0.625"],
    ["2015-08-17", "2018-08-15", "1"],
    ["2015-07-31", "2020-07-31", "1.625"],
    ["2015-07-31", "2022-07-31", "2"],
    ["2015-05-15", "2025-05-15", "2.125"],
    ["2015-08-17", "2025-08-15", "2"],
    ["2011-02-15", "2041-02-15", "4.75"],
    ["2015-08-17", "2045-08-15", "2.875"],
  ],
  "2013-10-08": [
    ["2013-10-03", "2013-10-31"],
    ["2013-10-03", "2014-01-02"],
    ["2013-10-03", "2014-04-03"],
    ["2013-09-19", "2014-09-18"],
    ["2013-09-30", "2015-09-30", "0.25"],
    ["2013-09-16", "2016-09-15", "0.875"],
    ["2013-09-30", "2018-09-30", "1.375"],
    ["2013-09-30", "2020-09-30", "2"],
    ["2013-05-15", "2023-05-15", "1.75"],
    ["2013-08-15", "2023-08-15", "2.5"],
    ["2011-02-15", "2041-02-15", "4.75"],
    ["2013-08-15", "2043-08-15", "3.625"],
  ],
};

/** The Treasuries of a day, soonest maturity first; none for a day that the demo does not know. */
export function treasuriesOf(day: string): Treasury[] {
  return (TERMS[day] ?? []).map(([issued, maturity, percent]) => {
    const kind = percent === undefined ? "Bill" : parseDay(maturity) - parseDay(issued) > 20 * 365 ? "Bond" : "Note";
    return {
      id: percent === undefined ? `UST-BILL-${maturity}` : `UST-${percent}-${maturity}`,
      description: `U.S. Treasury ${kind}${percent === undefined ? "" : ` ${percent}%`} ${maturity}`,
      issued: parseDay(issued),
      maturity: parseDay(maturity),
      ...(percent !== undefined && { coupon: `${percent}%` }),
      couponFraction: percent === undefined ? 0 : parseDecimal(percent, 3) / 100_000,
    };
  });
}

/** The clean price in 10^-8 per 100 of par, on a day, from a curve. */
export function markOf({ maturity, couponFraction }: Treasury, day: Day, curve: ParCurve): number {
  return (
    Math.round((treasuryPrice({ maturity, coupon: couponFraction }, day, curve) * UNITS) / PRICE_STEP) * PRICE_STEP
  );
}
