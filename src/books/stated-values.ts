/**
 * What was stated to value options with: by vendors one base and ten points of each instrument, 15c3-1a(b)(1)(i) and
 * FINRA 4210(g); by anyone volatilities and interest rates, for a model of the program.
 */
import { parseDecimal } from "../base/decimal.ts";
import { parseRate } from "../base/rate.ts";
import type { Day } from "../base/time.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { RateCurve } from "../pricing/rates.ts";
import type { Instruments } from "./instruments.ts";
import type { Report, Reports } from "./reports.ts";

/** The currency whose interest rates value options. */
const BASE_CURRENCY = "USD";

/** The books, as far as values are read from them. */
export interface ValueBooks {
  readonly instruments: Instruments;
  readonly reports: Pick<Reports, "list">;
}

/** Another number whenever something of it was stated. */
export function valuesRevision(reports: Pick<Reports, "revision">): number {
  const kinds = ["theoretical-values-stated", "volatility-stated", "interest-rate-stated"] as const;
  return kinds.reduce((sum, kind) => sum + reports.revision(kind), 0);
}

/** Five points below where the underlying stands, from the lowest up, and five above. */
export const POINTS = 10;
export const POINTS_EACH_WAY = POINTS / 2;

/** How many steps a point is from where the underlying stands: -5 to -1 below it, 1 to 5 above. */
export function stepOf(point: number): number {
  return point < POINTS_EACH_WAY ? point - POINTS_EACH_WAY : point - POINTS_EACH_WAY + 1;
}

const POINT_FIELDS = ["down5", "down4", "down3", "down2", "down1", "up1", "up2", "up3", "up4", "up5"] as const;

export class StatedValues {
  readonly #books: ValueBooks;
  readonly #asOf: Day;
  readonly #changes = new Map<number, Float64Array>();
  readonly #bases = new Map<number, number>();
  readonly #volatilities = new Map<number, number>();
  #curve: RateCurve | undefined;

  constructor(books: ValueBooks, asOf: Day) {
    this.#books = books;
    this.#asOf = asOf;
    this.read();
  }

  /** Reads anew what is stated. */
  read(): void {
    const { instruments, reports } = this.#books;
    this.#changes.clear();
    this.#bases.clear();
    this.#volatilities.clear();
    for (const stated of reports.list("theoretical-values-stated")) {
      const row = instruments.findText(stated.instrument);
      this.#changes.set(row, changesOf(stated));
      this.#bases.set(row, parseDecimal(stated.base, PRICE_SCALE));
    }
    for (const { instrument, volatility } of reports.list("volatility-stated")) {
      this.#volatilities.set(instruments.findText(instrument), fraction(volatility));
    }
    const points = reports
      .list("interest-rate-stated")
      .filter(({ currency }) => currency === BASE_CURRENCY)
      .map(({ days, rate }) => ({ day: (this.#asOf + days) as Day, rate: fraction(rate) }));
    this.#curve = points.length === 0 ? undefined : new RateCurve(points);
  }

  /** By how much one unit changes at each point, in units of 10^-8; undefined where no vendor said. */
  changes(row: number): Float64Array | undefined {
    return this.#changes.get(row);
  }

  /** What the vendor values one unit at where the underlying stands, 10^-8; undefined where none said. */
  base(row: number): number | undefined {
    return this.#bases.get(row);
  }

  /** A year's volatility of an option: its own, or that of its underlying; undefined where nobody said. */
  volatility(row: number, underlying: number): number | undefined {
    return this.#volatilities.get(row) ?? this.#volatilities.get(underlying);
  }

  /** The riskless rate of dollars to a day; undefined where nobody said. */
  rate(day: Day): number | undefined {
    return this.#curve?.rate(day);
  }
}

function changesOf(stated: Report<"theoretical-values-stated">): Float64Array {
  const base = parseDecimal(stated.base, PRICE_SCALE);
  return Float64Array.from(POINT_FIELDS, (field) => parseDecimal(stated[field], PRICE_SCALE) - base);
}

function fraction(text: string): number {
  const { numerator, denominator } = parseRate(text);
  return numerator / denominator;
}
