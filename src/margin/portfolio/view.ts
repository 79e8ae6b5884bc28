/**
 * What portfolio margin is computed from: the books, one day, one version of the rules, and what is worked out once for all
 * accounts, namely where each instrument stands and at what volatility each option is taken.
 *
 * The rule moves prices only, so a volatility is taken once and held: as stated of the option or of its underlying; else
 * implied by the prices of the last close, where both are known and the rulebook says so, or of now; else, where a price
 * implies none, that of the nearest option on the same underlying.
 */
import { StatedValues, valuesRevision } from "../../books/stated-values.ts";
import { type ModelTerms, modelTermsOf } from "../../books/model-terms.ts";
import { Trouble } from "../../base/errors.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { impliedVolatility } from "../../pricing/implied-volatility.ts";
import type { Report } from "../../books/reports.ts";
import type { MarginBooks } from "../account.ts";
import { placementOf, type Treatment } from "./placement.ts";
import type { PortfolioRules, Range } from "./rules.ts";

/** Of the volatility of a year, a day's is one part in the root of these. */
const SESSIONS_PER_YEAR = 252;
/** Units of price in a dollar. */
export const UNITS = 10 ** PRICE_SCALE;

/** The volatility of an option, and what it rests on. */
export interface FoundVolatility {
  readonly volatility: number;
  readonly from: "stated" | "close" | "now" | "neighbour";
  /** It does not move with the prices of now. */
  readonly isHeld: boolean;
  /** Where implied: the option's price and its underlying's, 10^-8. */
  readonly price: number;
  readonly spot: number;
}

const NO_PRICES = { isHeld: true, price: Number.NaN, spot: Number.NaN } as const;

export interface PortfolioContext {
  readonly books: MarginBooks;
  readonly rules: PortfolioRules;
  readonly asOf: Day;
  /** By instrument, in place of the market's valuation price: 10^-8, NaN where unknown. */
  readonly price?: (instrument: number) => number;
  /** The volatility to take where no price implies one: a stress knows what it valued the option with. */
  readonly assumed?: (option: number) => number | undefined;
}

export class PortfolioView {
  readonly books: MarginBooks;
  readonly rules: PortfolioRules;
  readonly asOf: Day;
  readonly values: StatedValues;
  readonly #price: ((instrument: number) => number) | undefined;
  readonly #assumed: PortfolioContext["assumed"];
  readonly #treatments: (Treatment | undefined)[] = [];
  readonly #models = new Map<number, ModelTerms>();
  readonly #found = new Map<number, FoundVolatility | undefined>();
  readonly #asOfRevision: number;
  #statistics: ReadonlyMap<string, Report<"market-statistics-stated">> | undefined;
  readonly #optionsOn = new Map<number, number[]>();
  #seen = 0;

  constructor({ books, rules, asOf, price, assumed }: PortfolioContext) {
    this.books = books;
    this.rules = rules;
    this.asOf = asOf;
    this.values = new StatedValues(books, asOf);
    this.#price = price;
    this.#assumed = assumed;
    this.#asOfRevision = revisionOf(books);
  }

  /** Whether nothing that it has worked out rests on, beside prices of now, has been stated, listed or closed since. */
  get isCurrent(): boolean {
    return revisionOf(this.books) === this.#asOfRevision;
  }

  /** Reads anew what is stated, and finds volatilities anew. */
  forget(): void {
    this.values.read();
    this.#models.clear();
    this.#found.clear();
    this.#statistics = undefined;
  }

  /** The valuation price, 10^-8, NaN where unknown. */
  price(row: number): number {
    return this.#price === undefined ? this.books.market.price(row) : this.#price(row);
  }

  treatment(row: number): Treatment {
    return (this.#treatments[row] ??= placementOf(this.books.instruments, row, this.rules, (stated) =>
      this.isStated(stated),
    ));
  }

  /** Whether a vendor's values of the instrument are to be used. */
  isStated(row: number): boolean {
    return this.rules.values !== "model" && this.values.changes(row) !== undefined;
  }

  model(row: number, underlying: number): ModelTerms {
    let found = this.#models.get(row);
    if (found === undefined) {
      found = modelTermsOf(this.books.instruments, row, underlying, this.values, this.asOf);
      this.#models.set(row, found);
    }
    return found;
  }

  /** So many standard deviations of a day, up and down, of the volatility that the tape shows. */
  deviationRange(row: number, deviations: number): Range | Trouble {
    const { instrument } = this.books.instruments.attributes(row);
    const { reports } = this.books;
    this.#statistics ??= new Map(reports.list("market-statistics-stated").map((stated) => [stated.instrument, stated]));
    const volatility = this.#statistics.get(instrument)?.volatility;
    if (volatility === undefined)
      return new Trouble("missing-input", `no volatility of ${instrument} is stated`, {
        field: "market-statistics-stated",
        value: instrument,
        expected: "a market-statistics-stated fact",
      });
    const { numerator, denominator } = parseRate(volatility);
    const move: Rate = {
      numerator: (deviations * numerator) / Math.sqrt(SESSIONS_PER_YEAR),
      denominator,
    };
    return { down: move, up: move };
  }

  /** The volatility of an option; undefined where nothing says it. */
  volatility(row: number, underlying: number): FoundVolatility | undefined {
    const own = this.#own(row, underlying);
    if (own !== undefined) return own;
    const { instruments } = this.books;
    const { maturity = 0, strike = 0 } = instruments.attributes(row);
    const others = this.#options(underlying)
      .filter((other) => other !== row)
      .map((other) => {
        const terms = instruments.attributes(other);
        const apart = Math.abs((terms.maturity ?? 0) - maturity);
        return { row: other, apart, strikes: Math.abs((terms.strike ?? 0) - strike) };
      })
      .sort((a, b) => a.apart - b.apart || a.strikes - b.strikes || a.row - b.row);
    for (const other of others) {
      const found = this.#own(other.row, underlying);
      if (found !== undefined) return { ...found, from: "neighbour" };
    }
    const assumed = this.#assumed?.(row);
    // Like that of another option it rests on prices that are not this one's.
    return assumed === undefined ? undefined : { ...NO_PRICES, volatility: assumed, from: "neighbour" };
  }

  /** As stated of it, or implied by its own price. */
  #own(row: number, underlying: number): FoundVolatility | undefined {
    const { stated, style, terms } = this.model(row, underlying);
    if (stated !== undefined) return { ...NO_PRICES, volatility: stated, from: "stated" };
    if (terms === undefined || !(terms.years >= 0)) return undefined;
    const { price, spot, from } = this.#fixing(row, underlying);
    // At expiry the value is the payoff, whatever the volatility.
    if (terms.years === 0) return { ...NO_PRICES, volatility: 1, from };
    const known = this.#found.get(row);
    if (known !== undefined && known.price === price && known.spot === spot)
      return Number.isNaN(known.volatility) ? undefined : known;
    const volatility = impliedVolatility(price / UNITS, spot / UNITS, terms, { style }) ?? Number.NaN;
    const found: FoundVolatility = { volatility, from, isHeld: from === "close", price, spot };
    this.#found.set(row, found);
    return Number.isNaN(volatility) ? undefined : found;
  }

  /** The prices from which a volatility is implied: of the last close where both are known, else of now. */
  #fixing(
    row: number,
    underlying: number,
  ): { readonly price: number; readonly spot: number; readonly from: "close" | "now" } {
    if (this.rules.impliedFrom === "close") {
      const [price, spot] = [this.#close(row), this.#close(underlying)];
      if (price > 0 && spot > 0) return { price, spot, from: "close" };
    }
    return { price: this.price(row), spot: this.price(underlying), from: "now" };
  }

  #close(row: number): number {
    const { market } = this.books;
    if (row >= market.size) return Number.NaN;
    const { close, previousClose } = market.columns;
    return Number.isNaN(close[row]) ? previousClose[row] : close[row];
  }

  /** Every option on an underlying, in the order of listing. */
  #options(underlying: number): readonly number[] {
    const { instruments } = this.books;
    for (; this.#seen < instruments.size; this.#seen++) {
      if (instruments.type(this.#seen) !== "option") continue;
      const on = instruments.columns.underlying[this.#seen];
      const list = this.#optionsOn.get(on);
      if (list === undefined) this.#optionsOn.set(on, [this.#seen]);
      else list.push(this.#seen);
    }
    return this.#optionsOn.get(underlying) ?? [];
  }
}

function revisionOf({ reports, market, instruments }: MarginBooks): number {
  return (
    valuesRevision(reports) +
    reports.revision("market-statistics-stated") +
    market.closesRevision +
    instruments.revision
  );
}
