/**
 * From a scenario to one factor for the price of every instrument. What the tape says of an instrument (beta, volatility,
 * volume) is taken where it was stated; where it was not, the rulebook's assumption stands, and the answer counts how often.
 */
import { assertNever } from "../base/assert.ts";
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { parseRate } from "../base/rate.ts";
import type { Instruments } from "../books/instruments.ts";
import type { Reports } from "../books/reports.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import { movesOfDay } from "./history.ts";
import type { Move, Scenario, StressRules } from "./rules.ts";

/** Sessions in a year: how daily deviations come from yearly ones. */
const SESSIONS = 252;

/** What all customers together hold of an instrument, in its units; both positive. */
export interface Totals {
  readonly long: Float64Array;
  readonly short: Float64Array;
}

interface MoveBooks {
  readonly instruments: Instruments;
  readonly reports: Pick<Reports, "list">;
  readonly market: { price(row: number): number };
}

export interface Factors {
  /** By instrument row: what its price is multiplied by; 1 where it does not move. Options are valued by a model instead. */
  readonly factors: Float64Array;
  /** How many instruments moved by an assumption of the rulebook, because nobody stated a beta, volatility or volume. */
  readonly assumed: number;
}

/** What the tape says of instruments, by row; NaN where nobody stated it. */
export class Statistics {
  readonly beta: Float64Array;
  readonly volatility: Float64Array;
  /** Units a day, at the instrument's scale. */
  readonly dailyVolume: Float64Array;
  readonly outstanding: Float64Array;
  readonly sector: (string | undefined)[];

  constructor({ instruments, reports }: Pick<MoveBooks, "instruments" | "reports">) {
    const { size } = instruments;
    const unknown = () => new Float64Array(size).fill(Number.NaN);
    [this.beta, this.volatility, this.dailyVolume, this.outstanding] = [unknown(), unknown(), unknown(), unknown()];
    this.sector = Array.from({ length: size }, (_, row) => instruments.attributes(row).sector);
    for (const stated of reports.list("market-statistics-stated")) {
      const row = instruments.findText(stated.instrument);
      const units = (text: string | undefined): number =>
        text === undefined ? Number.NaN : instruments.toUnits(row, parseDecimal(text, QUANTITY_SCALE));
      if (stated.beta !== undefined) this.beta[row] = Number(stated.beta);
      if (stated.volatility !== undefined) this.volatility[row] = fraction(stated.volatility);
      this.dailyVolume[row] = units(stated.averageDailyVolume);
      this.outstanding[row] = units(stated.outstanding);
      if (stated.sector !== undefined) this.sector[row] = stated.sector;
    }
  }
}

function fraction(text: string): number {
  const { numerator, denominator } = parseRate(text);
  return numerator / denominator;
}

/** Works scenarios out for one state of the books. */
export class Mover {
  readonly #books: MoveBooks;
  readonly #rules: StressRules;
  readonly #totals: Totals;
  readonly statistics: Statistics;
  readonly #assumed = new Set<number>();

  constructor(books: MoveBooks, rules: StressRules, totals: Totals) {
    this.#books = books;
    this.#rules = rules;
    this.#totals = totals;
    this.statistics = new Statistics(books);
  }

  factors(scenario: Scenario): Factors {
    const { size } = this.#books.instruments;
    const factors = new Float64Array(size).fill(1);
    this.#assumed.clear();
    for (const move of scenario.moves) this.#apply(move, factors);
    if (scenario.horizonDays !== undefined)
      for (let row = 0; row < size; row++)
        if (factors[row] !== 1)
          factors[row] = Math.max(0, 1 + (factors[row] - 1) * this.#horizon(row, scenario.horizonDays));
    return { factors, assumed: this.#assumed.size };
  }

  #apply(move: Move, factors: Float64Array): void {
    const day = move.day === undefined ? undefined : movesOfDay(move.day);
    for (const row of this.#rows(move)) {
      const change = day?.get(this.#books.instruments.attributes(row).instrument) ?? this.#change(move, row);
      factors[row] *= Math.max(0, 1 + change);
    }
  }

  #rows(move: Move): number[] {
    const { instruments } = this.#books;
    switch (move.of) {
      case "instruments":
        return move.instruments.map((name) => {
          const row = instruments.findText(name);
          if (row < 0) throw instruments.unknownText(name, "instruments");
          return row;
        });
      case "largest-longs":
        return this.#largest(this.#totals.long, move.count);
      case "largest-shorts":
        return this.#largest(this.#totals.short, move.count);
      case "sector": {
        const rows = this.#moving().filter((row) => this.statistics.sector[row] === move.sector);
        if (rows.length > 0) return rows;
        throw new Trouble("bad-value", "no instrument is in this sector", { field: "sector", value: move.sector });
      }
      case "index-products":
        return this.#moving().filter((row) => this.#isFund(row));
      case "single-names":
        return this.#moving().filter((row) => !this.#isFund(row));
      case "all":
      case "index":
      case "own-volatility":
        return this.#moving();
      default:
        return assertNever(move.of);
    }
  }

  /** What moves with the market: by type, and no option, whose price a model says. */
  #moving(): number[] {
    const { instruments } = this.#books;
    return Array.from({ length: instruments.size }, (_, row) => row).filter((row) =>
      this.#rules.types.has(instruments.type(row)),
    );
  }

  #isFund(row: number): boolean {
    const type = this.#books.instruments.type(row);
    return type === "etf" || type === "index" || type === "mutual-fund";
  }

  /** The rows of which most is held, by value; the first listed of equals. */
  #largest(units: Float64Array, count: number): number[] {
    const { instruments, market } = this.#books;
    const worth = (row: number): number => Math.abs(instruments.value(row, units[row], market.price(row)));
    return this.#moving()
      .filter((row) => units[row] > 0 && !Number.isNaN(market.price(row)))
      .map((row) => ({ row, value: worth(row) }))
      .sort((a, b) => b.value - a.value || a.row - b.row)
      .slice(0, count)
      .map(({ row }) => row);
  }

  #change({ of, change }: Move, row: number): number {
    switch (of) {
      case "index":
        return change * this.#beta(row);
      case "all":
        return change * this.#leverage(row);
      case "own-volatility":
        return (change * this.#volatility(row)) / Math.sqrt(SESSIONS);
      case "sector":
      case "instruments":
      case "index-products":
      case "single-names":
      case "largest-longs":
      case "largest-shorts":
        return change;
      default:
        return assertNever(of);
    }
  }

  /** Of a leveraged or inverse fund its multiple, 1 of all else. */
  #leverage(row: number): number {
    const { numerator, denominator } = this.#books.instruments.attributes(row).leverage;
    return numerator / denominator;
  }

  #beta(row: number): number {
    const stated = this.statistics.beta[row];
    if (!Number.isNaN(stated)) return stated;
    this.#assumed.add(row);
    return this.#rules.defaultBeta * this.#leverage(row);
  }

  #volatility(row: number): number {
    const stated = this.statistics.volatility[row];
    if (!Number.isNaN(stated)) return stated;
    this.#assumed.add(row);
    return this.#rules.defaultVolatility * Math.abs(this.#leverage(row));
  }

  /** The root of the days that selling what customers hold takes, from 1 to `most`. */
  #horizon(row: number, most: number): number {
    const { long, short } = this.#totals;
    const held = long[row] + short[row];
    if (held === 0) return 1;
    const aDay = this.statistics.dailyVolume[row] * this.#rules.participation;
    if (!(aDay > 0)) this.#assumed.add(row);
    return Math.sqrt(Math.min(most, Math.max(1, aDay > 0 ? held / aDay : most)));
  }
}
