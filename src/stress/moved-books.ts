/**
 * The books with other prices: what is held and owed is the trunk's, what it is worth is the scenario's. Everything that reads
 * prices through `market.price` and volatilities through `reports` can be computed from them, by its own code. The trunk must
 * stand still while they are in use.
 */
import { AssertionError } from "../base/assert.ts";
import type { Day } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import { Market } from "../books/market.ts";
import { MarketMakingCounts } from "../books/market-making-counts.ts";
import { SectionReader } from "../base/state.ts";
import { OptionPrices } from "./option-prices.ts";

/**
 * Moved prices in place of the market's. What the market said besides has no meaning here and is not given: it has no rows, so
 * that volatilities are implied by moved prices and not by closes of another day.
 */
class MovedMarket extends Market {
  /** By instrument row. */
  prices = new Float64Array(0);

  override get size(): number {
    return 0;
  }

  override get columns(): never {
    throw new AssertionError("a moved market has prices and nothing else");
  }

  override price(row: number): number {
    return row < this.prices.length ? this.prices[row] : Number.NaN;
  }

  override isHalted(): boolean {
    return false;
  }
}

export type MovedBooks = Pick<
  Books,
  | "names"
  | "instruments"
  | "accounts"
  | "calendar"
  | "ledger"
  | "lots"
  | "market"
  | "settlement"
  | "capitalItems"
  | "reports"
  | "capitalMoves"
  | "marketMaking"
  | "rulebooks"
>;

/** Moves the prices of one state of the books, as often as is asked; of the books that it gives, the last stand. */
export class BooksMover {
  readonly #books: Books;
  readonly #options: OptionPrices;
  readonly #market = new MovedMarket();
  /** By what stated volatilities are multiplied by. */
  readonly #moved = new Map<number, MovedBooks>();

  constructor(books: Books, asOf: Day) {
    this.#books = books;
    this.#options = new OptionPrices(books, asOf);
  }

  /** Prices by instrument row, 10^-8, rounded once; NaN where a price is unknown or a model cannot say. */
  prices(factors: Float64Array, volatility: number): Float64Array<ArrayBuffer> {
    const { instruments, market } = this.#books;
    const prices = Float64Array.from(factors, (factor, row) =>
      factor === 1 ? market.price(row) : Math.round(market.price(row) * factor),
    );
    for (let row = 0; row < instruments.size; row++)
      if (instruments.type(row) === "option") prices[row] = this.#options.price(row, prices, volatility);
    return prices;
  }

  /**
   * The books at those prices, with every stated volatility multiplied. Those of one volatility are the same ones with other
   * prices, so that what was worked out of them beside prices stays known.
   */
  books(prices: Float64Array<ArrayBuffer>, volatility: number): MovedBooks {
    this.#market.prices = prices;
    let moved = this.#moved.get(volatility);
    if (moved === undefined) {
      moved = this.#make(volatility);
      this.#moved.set(volatility, moved);
    }
    return moved;
  }

  #make(volatility: number): MovedBooks {
    const { names, instruments, accounts, calendar, ledger, lots, settlement, capitalItems, capitalMoves, rulebooks } =
      this.#books;
    const market = this.#market;
    const reports = this.#books.reports.copy();
    if (volatility !== 1)
      for (const stated of reports.list("volatility-stated"))
        reports.report({ ...stated, at: "", volatility: multiplied(stated.volatility, volatility) });
    const marketMaking = new MarketMakingCounts(reports, instruments, market);
    marketMaking.restore(new SectionReader(this.#books.marketMaking.sections()));
    return {
      names,
      instruments,
      accounts,
      calendar,
      ledger,
      lots,
      market,
      settlement,
      capitalItems,
      reports,
      capitalMoves,
      marketMaking,
      rulebooks,
    };
  }
}

/** A rate in words, times a factor, to four decimals of a per cent. */
function multiplied(rate: string, factor: number): string {
  return `${(Number.parseFloat(rate) * factor).toFixed(4)}%`;
}
