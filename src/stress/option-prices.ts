/**
 * What options would cost at other prices of what they are on: the price now, plus what a model says that it changes by. So
 * without a move an option costs what it costs. Never below what it pays when exercised, nor below nothing.
 *
 * The volatility is the one that the price now implies, times the scenario's factor. A price that implies none (below what
 * exercise pays, above what it could ever pay) takes what was stated of the option or its underlying; else what the nearest
 * option on the same underlying implies, by life, then by strike; else the underlying's volatility of past days as stated,
 * else the rulebook's. What is taken from the nearest on is an assumption, and is counted.
 */
import type { Day } from "../base/time.ts";
import { modelTermsOf } from "../books/model-terms.ts";
import { StatedValues, type ValueBooks } from "../books/stated-values.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { parseRate } from "../base/rate.ts";
import { americanValue } from "../pricing/american.ts";
import { europeanValue, payoff } from "../pricing/black-scholes.ts";
import { impliedVolatility } from "../pricing/implied-volatility.ts";
import type { ExerciseStyle } from "../pricing/option-grid.ts";
import type { OptionTerms } from "../pricing/terms.ts";
import type { StressRules } from "./rules.ts";

const UNITS = 10 ** PRICE_SCALE;

interface Known {
  readonly style: ExerciseStyle;
  readonly terms: OptionTerms;
  /** The price now, and the model's where the underlying stands now; dollars. */
  readonly price: number;
  readonly value: number;
}

type PricedBooks = ValueBooks & { readonly market: { price(row: number): number } };

export class OptionPrices {
  /** Options that were valued at an assumed volatility. */
  readonly assumed = new Set<number>();
  readonly #books: PricedBooks;
  readonly #rules: StressRules;
  readonly #asOf: Day;
  readonly #values: StatedValues;
  readonly #known = new Map<number, Known | undefined>();
  /** By option: what its price implies, if anything. */
  readonly #implied = new Map<number, number | undefined>();
  #chains: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(books: PricedBooks, rules: StressRules, asOf: Day) {
    this.#books = books;
    this.#rules = rules;
    this.#asOf = asOf;
    this.#values = new StatedValues(books, asOf);
  }

  /** The price of an option (10^-8) when what it is on costs what `prices` says; NaN where no model can say. */
  price(row: number, prices: Float64Array, volatility: number): number {
    const now = this.#books.market.price(row);
    const underlying = this.#books.instruments.columns.underlying[row];
    if (underlying === -1 || Number.isNaN(now)) return now;
    const spot = prices[underlying] / UNITS;
    if (volatility === 1 && prices[underlying] === this.#books.market.price(underlying)) return now;
    if (!this.#known.has(row)) this.#known.set(row, this.#know(row, underlying));
    const known = this.#known.get(row);
    if (known === undefined) return Number.NaN;
    const { style, terms, price, value } = known;
    const moved = { ...terms, volatility: terms.volatility * volatility };
    const change = modelValue(spot, style, moved) - value;
    const least = style === "american" ? payoff(spot, terms) : 0;
    return Math.round(Math.max(price + change, least) * UNITS);
  }

  /** The volatility that the option is valued with now; undefined where no model can say. */
  volatility(row: number): number | undefined {
    const underlying = this.#books.instruments.columns.underlying[row];
    if (underlying === -1) return undefined;
    if (!this.#known.has(row)) this.#known.set(row, this.#know(row, underlying));
    return this.#known.get(row)?.terms.volatility;
  }

  #know(row: number, underlying: number): Known | undefined {
    const { instruments, market } = this.#books;
    const { style, stated, terms } = modelTermsOf(instruments, row, underlying, this.#values, this.#asOf);
    if (terms === undefined) return undefined;
    const price = market.price(row) / UNITS;
    const spot = market.price(underlying) / UNITS;
    const known = { ...terms, volatility: this.#impliedBy(row, underlying) ?? stated ?? 1 };
    if (terms.years > 0 && stated === undefined && this.#impliedBy(row, underlying) === undefined) {
      known.volatility = this.#assume(row, underlying);
      this.assumed.add(row);
    }
    const value = modelValue(spot, style, known);
    return Number.isNaN(value) ? undefined : { style, terms: known, price, value };
  }

  /** The volatility that the price now implies; undefined at the end of its life, too. */
  #impliedBy(row: number, underlying: number): number | undefined {
    if (this.#implied.has(row)) return this.#implied.get(row);
    const { instruments, market } = this.#books;
    const { style, terms } = modelTermsOf(instruments, row, underlying, this.#values, this.#asOf);
    const [price, spot] = [market.price(row) / UNITS, market.price(underlying) / UNITS];
    const implied =
      terms !== undefined && terms.years > 0 ? impliedVolatility(price, spot, terms, { style }) : undefined;
    this.#implied.set(row, implied);
    return implied;
  }

  #assume(row: number, underlying: number): number {
    const { instruments, reports } = this.#books;
    const { maturity = 0, strike = 0 } = instruments.attributes(row);
    const others = this.#chain(underlying)
      .filter((other) => other !== row)
      .map((other) => {
        const terms = instruments.attributes(other);
        const apart = Math.abs((terms.maturity ?? 0) - maturity);
        return { other, apart, strikes: Math.abs((terms.strike ?? 0) - strike) };
      })
      .sort((a, b) => a.apart - b.apart || a.strikes - b.strikes || a.other - b.other);
    for (const { other } of others) {
      const implied = this.#impliedBy(other, underlying);
      if (implied !== undefined) return implied;
    }
    const { instrument: name } = instruments.attributes(underlying);
    const said = reports.list("market-statistics-stated").find(({ instrument }) => instrument === name)?.volatility;
    if (said === undefined) return this.#rules.defaultVolatility;
    const { numerator, denominator } = parseRate(said);
    return numerator / denominator;
  }

  /** Every option on an underlying. */
  #chain(underlying: number): readonly number[] {
    const { instruments } = this.#books;
    this.#chains ??= Map.groupBy(
      Array.from({ length: instruments.size }, (_, row) => row).filter((row) => instruments.type(row) === "option"),
      (row) => instruments.columns.underlying[row],
    );
    return this.#chains.get(underlying) ?? [];
  }
}

/** NaN where the model cannot say. Of what is worth nothing a call is worth nothing, and a put its strike, paid at the end. */
function modelValue(spot: number, style: ExerciseStyle, terms: OptionTerms): number {
  if (spot <= 0) {
    if (terms.right === "call" || Number.isNaN(spot)) return spot <= 0 ? 0 : Number.NaN;
    return style === "american" ? terms.strike : terms.strike * Math.exp(-terms.rate * terms.years);
  }
  return style === "american" ? americanValue(spot, terms) : europeanValue(spot, terms);
}
