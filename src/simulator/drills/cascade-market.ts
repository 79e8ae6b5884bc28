/**
 * The prices of the margin cascade: five sessions of one real stock, minute by minute, on the days of the drill. The source
 * has no prices of one day between them; the drill goes on without it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "../../base/assert.ts";
import { formatDecimal, parseDecimal } from "../../base/decimal.ts";
import { Trouble } from "../../base/errors.ts";
import { type Day, type Instant, parseDay } from "../../base/time.ts";
import { yearFraction } from "../../pricing/rates.ts";
import { europeanValue } from "../../pricing/black-scholes.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { UnstampedFact } from "../../facts/kinds.ts";
import { csvRows } from "../csv-rows.ts";
import { wallTime } from "./drill.ts";

const FILE = "gme-2022-04.csv";
const PATH = join(import.meta.dirname, "../../../data/market-days", FILE);

/** The days of the drill, each with the day whose prices it has. */
export const SESSIONS = [
  { day: "2026-07-10", priced: "2022-04-01" },
  { day: "2026-07-13", priced: "2022-04-04" },
  { day: "2026-07-14", priced: "2022-04-05" },
  { day: "2026-07-15", priced: "2022-04-07" },
  { day: "2026-07-16", priced: "2022-04-08" },
] as const;

const CENT = 10 ** (PRICE_SCALE - 2);
/** Half of the spread of its quotes. */
const HALF_SPREAD = 2 * CENT;
/** Minutes between marks of the options. */
const OPTIONS_EVERY = 5;
const VOLATILITY = 0.9;

type Timed = readonly [Instant, UnstampedFact];

export interface CascadeOption {
  readonly instrument: string;
  readonly right: "call" | "put";
  readonly strike: number;
  readonly maturity: string;
}

/** Prices of the stock in the order of time, in units of 10^-8. */
export class CascadePath {
  readonly #at: Instant[] = [];
  readonly #price: number[] = [];

  constructor() {
    for (const row of csvRows(readFileSync(PATH, "utf8"), FILE)) {
      const session = SESSIONS.find(({ priced }) => priced === row["day"]);
      if (session === undefined) continue;
      this.#at.push(wallTime(parseDay(session.day), `${row["time"] ?? ""}:00`));
      this.#price.push(parseDecimal(row["price"] ?? "", PRICE_SCALE, "price"));
    }
    if (this.#price.length === 0)
      throw new Trouble("missing-input", "no prices for the drill", { origin: { file: FILE } });
  }

  /** What it opened at on the first day. */
  get first(): number {
    return this.#price[0];
  }

  /** The last price up to an instant. */
  at(instant: Instant): number {
    const after = this.#at.findIndex((at) => at > instant);
    assert(after !== 0, "the drill has a price from its first instant on");
    return this.#price[(after === -1 ? this.#price.length : after) - 1];
  }

  *quotes(instrument: string): Generator<Timed> {
    for (const [index, at] of this.#at.entries()) {
      const price = this.#price[index];
      const [bid, ask] = [price - HALF_SPREAD, price + HALF_SPREAD].map((side) => formatDecimal(side, PRICE_SCALE));
      yield [at, { kind: "quote", instrument, bid, ask }];
    }
  }

  /** An option on it by the model, every five minutes. */
  *options(option: CascadeOption): Generator<Timed> {
    for (const [index, at] of this.#at.entries())
      if (index % OPTIONS_EVERY === 0) yield [at, optionMark(option, dayOf(at), this.#price[index])];
  }
}

function dayOf(at: Instant): Day {
  const days = SESSIONS.map(({ day }) => parseDay(day));
  return days.findLast((day) => wallTime(day, "00:00:00") <= at) ?? days[0];
}

/** What the model says of an option at a price of its stock: one volatility, no rate, so that it is never exercised early. */
export function optionMark(
  { instrument, right, strike, maturity }: CascadeOption,
  day: Day,
  spot: number,
): UnstampedFact {
  const years = yearFraction(day, parseDay(maturity));
  const terms = { right, strike, years, volatility: VOLATILITY, rate: 0, dividendYield: 0 };
  const value = europeanValue(spot / 10 ** PRICE_SCALE, terms);
  return { kind: "mark", instrument, price: Math.max(0.01, value).toFixed(2), basis: "model" };
}
