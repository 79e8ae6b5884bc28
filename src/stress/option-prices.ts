/**
 * What options would cost at other prices of what they are on: the price now, plus what a model says that it changes by. The
 * volatility is the one that the price now implies, or the one stated where it implies none, times the scenario's factor; so
 * without a move an option costs what it costs. Never below what it pays when exercised, nor below nothing.
 */
import type { Day } from "../base/time.ts";
import { modelTermsOf } from "../books/model-terms.ts";
import { StatedValues, type ValueBooks } from "../books/stated-values.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { americanValue } from "../pricing/american.ts";
import { europeanValue, payoff } from "../pricing/black-scholes.ts";
import { impliedVolatility } from "../pricing/implied-volatility.ts";
import type { ExerciseStyle } from "../pricing/option-grid.ts";
import type { OptionTerms } from "../pricing/terms.ts";

const UNITS = 10 ** PRICE_SCALE;

interface Known {
  readonly underlying: number;
  readonly style: ExerciseStyle;
  readonly terms: OptionTerms;
  /** The price now, and the model's where the underlying stands now; dollars. */
  readonly price: number;
  readonly value: number;
}

export class OptionPrices {
  readonly #books: ValueBooks & { readonly market: { price(row: number): number } };
  readonly #asOf: Day;
  readonly #values: StatedValues;
  readonly #known = new Map<number, Known | undefined>();

  constructor(books: ValueBooks & { readonly market: { price(row: number): number } }, asOf: Day) {
    this.#books = books;
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

  #know(row: number, underlying: number): Known | undefined {
    const { instruments, market } = this.#books;
    const { style, stated, terms } = modelTermsOf(instruments, row, underlying, this.#values, this.#asOf);
    if (terms === undefined) return undefined;
    const price = market.price(row) / UNITS;
    const spot = market.price(underlying) / UNITS;
    const implied = terms.years > 0 ? impliedVolatility(price, spot, terms, { style }) : undefined;
    const volatility = implied ?? stated ?? (terms.years > 0 ? Number.NaN : 1);
    const known = { ...terms, volatility };
    const value = modelValue(spot, style, known);
    return Number.isNaN(value) ? undefined : { underlying, style, terms: known, price, value };
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
