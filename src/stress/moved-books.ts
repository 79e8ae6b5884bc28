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
import type { StressRules } from "./rules.ts";

/**
 * Moved prices in place of the market's. What the market said besides has no meaning here and is not given: it has no rows, so
 * that volatilities are implied by moved prices and not by closes of another day. An option is valued when somebody asks.
 */
class MovedMarket extends Market {
  readonly #options: OptionPrices;
  /** By instrument row; of options what was asked for. */
  #prices: Float64Array = new Float64Array(0);
  /** Options that nobody asked for yet. */
  #pending: Uint8Array = new Uint8Array(0);
  volatility = 1;

  constructor(options: OptionPrices) {
    super();
    this.#options = options;
  }

  move(prices: Float64Array, pending: Uint8Array, volatility: number): void {
    this.#prices = prices;
    this.#pending = pending;
    this.volatility = volatility;
  }

  override get size(): number {
    return 0;
  }

  override get columns(): never {
    throw new AssertionError("a moved market has prices and nothing else");
  }

  override price(row: number): number {
    if (row >= this.#prices.length) return Number.NaN;
    if (this.#pending[row] === 1) {
      this.#pending[row] = 0;
      this.#prices[row] = this.#options.price(row, this.#prices, this.volatility);
    }
    return this.#prices[row];
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
  /** Options whose price implied no volatility where they were valued. */
  readonly options: OptionPrices;
  readonly #books: Books;
  readonly #market: MovedMarket;
  readonly #isOption: Uint8Array;
  /** By what stated volatilities are multiplied by. */
  readonly #moved = new Map<number, MovedBooks>();

  constructor(books: Books, rules: StressRules, asOf: Day) {
    this.#books = books;
    this.options = new OptionPrices(books, rules, asOf);
    this.#market = new MovedMarket(this.options);
    const { instruments } = books;
    this.#isOption = Uint8Array.from({ length: instruments.size }, (_, row) =>
      instruments.type(row) === "option" && instruments.columns.underlying[row] !== -1 ? 1 : 0,
    );
  }

  /** The volatility that an option is valued with where the books are moved to now; undefined where no model can say. */
  volatility(row: number): number | undefined {
    const volatility = this.options.volatility(row);
    return volatility === undefined ? undefined : volatility * this.#market.volatility;
  }

  /** The books as they stand, for those who compute from moved ones. */
  unmoved(): MovedBooks {
    return this.books(new Float64Array(this.#isOption.length).fill(1), 1);
  }

  /**
   * The books with prices multiplied by `factors` (by instrument row), rounded once to 10^-8, those of options by a model, and
   * with every stated volatility multiplied; NaN where a price is unknown or a model cannot say. Books of one volatility are
   * the same ones with other prices, so that what was worked out of them beside prices stays known.
   */
  books(factors: Float64Array, volatility: number): MovedBooks {
    const { market } = this.#books;
    const prices = Float64Array.from(factors, (factor, row) =>
      factor === 1 ? market.price(row) : Math.round(market.price(row) * factor),
    );
    this.#market.move(prices, this.#isOption.slice(), volatility);
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
