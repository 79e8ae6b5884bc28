/** Moves of prices and volatilities as facts: each is worked out upon what those before it made, and rounded once. */
import { formatDecimal, parseDecimal } from "../../base/decimal.ts";
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import type { Books } from "../../books/books.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import type { UnstampedFact } from "../../facts/kinds.ts";
import { decimalText } from "./decimal-text.ts";
import type { PriceMove, VolatilityMove } from "./question.ts";

/** Decimals of a percentage, and of a beta. */
const PERCENT_SCALE = 6;
const BETA_SCALE = 4;
/** A rate is worked out to so many decimals of a per cent. */
const VOLATILITY_SCALE = 4;

/** The valuation prices as they would be, by instrument row. */
export class MovedPrices {
  readonly #books: Pick<Books, "instruments" | "market">;
  readonly #moved = new Map<number, number>();

  constructor(books: Pick<Books, "instruments" | "market">) {
    this.#books = books;
  }

  /** In units of 10^-8; NaN where it is not known. */
  price(row: number): number {
    return this.#moved.get(row) ?? this.#books.market.price(row);
  }

  /** The facts of one move. `place` is where it stands in the question. */
  move(move: PriceMove, place: string): UnstampedFact[] {
    const { price, change, betas = {} } = move;
    if ((price === undefined) === (change === undefined))
      throw new Trouble("bad-value", "a move is to a price, or by a change", {
        field: place,
        expected: "one of the two",
      });
    for (const name of Object.keys(betas)) this.#row(name, `${place}.betas`);
    const { instruments } = this.#books;
    return this.#rows(move, place).map((row): UnstampedFact => {
      const { instrument } = instruments.attributes(row);
      const beta = betas[instrument];
      const after =
        change === undefined
          ? parseDecimal(decimalText(price ?? "", place), PRICE_SCALE, `${place}.price`)
          : this.#changed(row, partsOf(change, beta === undefined ? "1" : decimalText(beta, `${place}.betas`)), place);
      this.#moved.set(row, after);
      return { kind: "mark", instrument, price: formatDecimal(after, PRICE_SCALE), basis: "model" };
    });
  }

  #changed(row: number, { by, of }: Parts, place: string): number {
    const price = this.price(row);
    if (Number.isNaN(price))
      throw new Trouble("missing-input", "it has no price that could change", {
        field: place,
        value: this.#books.instruments.attributes(row).instrument,
        expected: "a price to move to",
      });
    return by <= -of ? 0 : price + multiplyDivide(price, by, of);
  }

  #rows({ instrument, instruments, all }: PriceMove, place: string): number[] {
    const named = [...(instrument === undefined ? [] : [instrument]), ...(instruments ?? [])];
    if (named.length > 0 === (all === true)) throw notNamed(place);
    if (all !== true) return named.map((name) => this.#row(name, place));
    const { size } = this.#books.instruments;
    return Array.from({ length: size }, (_, row) => row).filter((row) => this.#moves(row));
  }

  /** "all": what has a price, but for currencies, and options, whose price does not go in per cent with the rest. */
  #moves(row: number): boolean {
    const type = this.#books.instruments.type(row);
    return type !== "currency" && type !== "option" && !Number.isNaN(this.price(row));
  }

  #row(name: string, place: string): number {
    const row = this.#books.instruments.findText(name);
    if (row < 0) throw this.#books.instruments.unknownText(name, place);
    return row;
  }
}

/** Volatilities as they would be stated. */
export class MovedVolatilities {
  readonly #stated: Map<string, string>;

  constructor({ reports }: Pick<Books, "reports">) {
    const stated = reports.list("volatility-stated");
    this.#stated = new Map(stated.map(({ instrument, volatility }) => [instrument, volatility]));
  }

  move({ instrument, instruments, all, volatility, change }: VolatilityMove, place: string): UnstampedFact[] {
    if ((volatility === undefined) === (change === undefined))
      throw new Trouble("bad-value", "a move is to a volatility, or by a change", {
        field: place,
        expected: "one of the two",
      });
    const named = [...(instrument === undefined ? [] : [instrument]), ...(instruments ?? [])];
    if (named.length > 0 === (all === true)) throw notNamed(place);
    return (all === true ? [...this.#stated.keys()] : named).map((name): UnstampedFact => {
      const after = volatility ?? this.#changed(name, partsOf(change ?? "+0%", "1"), place);
      this.#stated.set(name, after);
      return { kind: "volatility-stated", instrument: name, volatility: after };
    });
  }

  #changed(name: string, { by, of }: Parts, place: string): string {
    const before = this.#stated.get(name);
    if (before === undefined)
      throw new Trouble("missing-input", "no volatility of it was stated", {
        field: place,
        value: name,
        expected: "a volatility to move to",
      });
    const { numerator, denominator }: Rate = parseRate(before, place);
    const units = multiplyDivide(numerator, 100 * 10 ** VOLATILITY_SCALE, denominator);
    return `${formatDecimal(Math.max(0, units + multiplyDivide(units, by, of)), VOLATILITY_SCALE)}%`;
  }
}

/** A change as `by` parts `of` the whole. */
interface Parts {
  readonly by: number;
  readonly of: number;
}

function partsOf(change: string, beta: string): Parts {
  const percent = parseDecimal(change.replace(/ ?%$/, ""), PERCENT_SCALE, "change");
  return { by: percent * parseDecimal(beta, BETA_SCALE, "betas"), of: 100 * 10 ** (PERCENT_SCALE + BETA_SCALE) };
}

function notNamed(place: string): Trouble {
  return new Trouble("bad-value", "does not say what moves", {
    field: place,
    expected: 'an instrument, a list of instruments, or "all: true"',
  });
}
