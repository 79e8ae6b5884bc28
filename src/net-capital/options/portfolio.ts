/**
 * A class of options as a portfolio of theoretical values, 15c3-1a(b)(1): what it gains and loses at ten points of the
 * underlying. Of options and of futures a vendor says the values; the underlying itself, and a basket of the stocks of an
 * index, move with the point where nobody says otherwise.
 *
 * All that the firm has of the underlying is in the portfolio. A future is in it where a vendor says its values; else it
 * stays with the charges on futures, 15c3-1b.
 */
import { parseDecimal } from "../../base/decimal.ts";
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import { type Cents, ZERO } from "../../base/money.ts";
import { cannotClassify, missingPrice } from "../holdings.ts";
import { Estimates } from "./estimates.ts";
import type { IndexPortfolio, PortfolioType, Range } from "./rules.ts";
import { MULTIPLIER_SCALE, type Series } from "./series.ts";
import { POINTS, POINTS_EACH_WAY, stepOf } from "../../books/stated-values.ts";
import type { OptionsView } from "./view.ts";

const INDEX_PORTFOLIOS = {
  "high-capitalization": "highCapitalization",
  "non-high-capitalization": "nonHighCapitalization",
  "narrow-based": "narrowBased",
} as const satisfies Record<string, IndexPortfolio>;

/** A future or a basket that is in the portfolio. */
interface Other {
  readonly row: number;
  readonly isBasket: boolean;
  /** In units of 10^-8. */
  readonly multiplier: number;
}

export class Portfolio {
  readonly underlying: number;
  /** Undefined where the underlying makes none. */
  readonly type: PortfolioType | undefined;
  /** Cents at each point: options, futures and the underlying together; and baskets, apart. */
  readonly profit = new Float64Array(POINTS);
  readonly basketProfit = new Float64Array(POINTS);
  /** The least charge, (v)(C)(2). */
  minimum: Cents = ZERO;
  /** Market value of the baskets. */
  basketValue: Cents = ZERO;
  /** The listed options, futures and baskets in it. */
  series: readonly Series[] = [];
  #others: readonly Other[] = [];
  readonly #view: OptionsView;
  /** Undefined where the firm does not elect them. */
  readonly #estimates: Estimates | undefined;
  /** How far something moves at each point, in units of 10^-8: what it is at the moment. */
  readonly #moves = new Float64Array(POINTS);
  /** Stated changes at the points of another range. */
  readonly #between = new Float64Array(POINTS);

  constructor(underlying: number, view: OptionsView) {
    this.underlying = underlying;
    this.#view = view;
    this.type = portfolioType(underlying, view);
    this.#estimates = view.rules.firm.ownModelEstimate ? new Estimates(underlying, view) : undefined;
  }

  /** Of an index; undefined of an equity or a currency, which offsets nothing but itself. */
  get index(): IndexPortfolio | undefined {
    const { type } = this;
    return type === "highCapitalization" || type === "nonHighCapitalization" || type === "narrowBased"
      ? type
      : undefined;
  }

  /** How far down and up the underlying is taken. */
  get range(): Range {
    return this.#view.ranges[this.type ?? "equity"];
  }

  /** The largest net loss at any point, positive. */
  get loss(): Cents {
    let loss = 0;
    for (let point = 0; point < POINTS; point++) if (-this.profit[point] > loss) loss = -this.profit[point];
    return loss as Cents;
  }

  /** The charge of a portfolio that offsets no other. */
  get charge(): Cents {
    const { loss, minimum } = this;
    return loss > minimum ? loss : minimum;
  }

  /** What the firm has now: its listed options, and of `rows` the futures and baskets that count. */
  readPositions(series: readonly Series[], rows: readonly number[]): void {
    const { books, left, values } = this.#view;
    const { instruments } = books;
    this.series = series;
    this.#estimates?.read(series.filter(({ row }) => values.changes(row) === undefined));
    this.#others = rows.flatMap((row): Other[] => {
      const { type, multiplier } = instruments.attributes(row);
      const counts = type === "stock-basket" || (type === "future" && values.changes(row) !== undefined);
      if (!counts || left(row) === 0) return [];
      return [{ row, isBasket: type === "stock-basket", multiplier: parseDecimal(multiplier, MULTIPLIER_SCALE) }];
    });
  }

  /** Whether a future or a basket is in it. */
  has(row: number): boolean {
    return this.#others.some((other) => other.row === row);
  }

  /** How many of its options are valued by the program's own model. */
  get estimated(): number {
    return this.#estimates?.count ?? 0;
  }

  /** Whether everything in it has its values; the underlying has a price. */
  isComplete(): boolean {
    const { books } = this.#view;
    if (this.type === undefined) return false;
    const price = books.market.price(this.underlying);
    this.#estimates?.compute(price, this.#move(price));
    for (let index = 0; index < this.series.length; index++)
      if (this.#changesOf(this.series[index].row) === undefined) return false;
    for (let index = 0; index < this.#others.length; index++) {
      const { row, isBasket } = this.#others[index];
      if (isBasket && Number.isNaN(books.market.price(row))) return false;
    }
    return true;
  }

  /** Why it is not complete; whether the model can say is known only where everything else is. */
  findTroubles(isEstimated: boolean): Trouble[] {
    const { books } = this.#view;
    const { instruments, market } = books;
    const { instrument, type } = instruments.attributes(this.underlying);
    const troubles: Trouble[] = [];
    if (this.type === undefined && type === "index")
      troubles.push(cannotClassify("missing-input", "its class of index", instrument));
    else if (this.type === undefined)
      troubles.push(cannotClassify("missing-rule", "options on what has no ready market", instrument));
    if (this.#estimates !== undefined && isEstimated && troubles.length === 0)
      troubles.push(...this.#estimates.findTroubles());
    for (const { row, instrument: option } of this.series)
      if (this.#estimates === undefined && this.#changesOf(row) === undefined) troubles.push(missingValues(option));
    for (const { row, isBasket } of this.#others) {
      if (isBasket && Number.isNaN(market.price(row)))
        troubles.push(missingPrice(instruments.attributes(row).instrument));
    }
    return troubles;
  }

  /** Gains and losses at the prices of now; it is complete. */
  compute(): void {
    const { books, left } = this.#view;
    this.profit.fill(0);
    this.basketProfit.fill(0);
    let minimum = 0;
    let basketValue = 0;
    for (let index = 0; index < this.series.length; index++) {
      const { row, contracts, multiplier } = this.series[index];
      this.#add(this.profit, row, contracts, this.#changesOf(row) ?? this.#moves);
      const least = this.#minimumOf(contracts, multiplier, true);
      const value = contracts > 0 ? books.instruments.value(row, contracts, this.series[index].price) : least;
      minimum += value < least ? value : least;
    }
    for (let index = 0; index < this.#others.length; index++) {
      const { row, isBasket, multiplier } = this.#others[index];
      const units = left(row);
      if (isBasket) {
        basketValue += Math.abs(books.instruments.value(row, units, books.market.price(row)));
        this.#add(this.basketProfit, row, units, this.#stated(row) ?? this.#move(books.market.price(row)));
      } else {
        this.#add(this.profit, row, units, this.#stated(row) ?? this.#moves);
        minimum += this.#minimumOf(units, multiplier, false);
      }
    }
    const stock = left(this.underlying);
    if (stock !== 0) {
      const changes = this.#stated(this.underlying) ?? this.#move(books.market.price(this.underlying));
      this.#add(this.profit, this.underlying, stock, changes);
    }
    this.minimum = minimum as Cents;
    this.basketValue = basketValue as Cents;
  }

  /** By how much one unit changes at the points; undefined where nobody said, and the model cannot. */
  #changesOf(row: number): Float64Array | undefined {
    return this.#stated(row) ?? this.#estimates?.changes(row);
  }

  /** As a vendor stated them, brought to the points of this range by straight lines between those that it stated. */
  #stated(row: number): Float64Array | undefined {
    const changes = this.#view.values.changes(row);
    const stated = this.#view.rules.options.theoretical.ranges[this.type ?? "equity"];
    const { range } = this;
    if (changes === undefined || range === stated) return changes;
    for (let point = 0; point < POINTS; point++) {
      const step = stepOf(point);
      const [own, whole] = step < 0 ? [range.down, stated.down] : [range.up, stated.up];
      const scaled = (step * own.numerator * whole.denominator) / (own.denominator * whole.numerator);
      this.#between[point] = Math.round(changeAt(changes, Math.abs(scaled), step < 0));
    }
    return this.#between;
  }

  #add(profit: Float64Array, row: number, units: number, changes: Float64Array): void {
    const { instruments } = this.#view.books;
    for (let point = 0; point < POINTS; point++) profit[point] += instruments.value(row, units, changes[point]);
  }

  /** What something at this price changes by where it moves with the underlying. */
  #move(price: number): Float64Array {
    const { down, up } = this.range;
    for (let point = 0; point < POINTS; point++) {
      const step = stepOf(point);
      const { numerator, denominator } = step < 0 ? down : up;
      this.#moves[point] = multiplyDivide(price, numerator * step, denominator * POINTS_EACH_WAY);
    }
    return this.#moves;
  }

  /** (v)(C)(2), (5): a share of the multiplier for each contract; of an option on a currency so many dollars. */
  #minimumOf(contracts: number, multiplier: number, isOption: boolean): number {
    const { minimum, currencyMinimum } = this.#view.rules.options.theoretical;
    const isCurrency = this.type === "majorCurrency" || this.type === "otherCurrency";
    const each =
      isOption && isCurrency
        ? currencyMinimum
        : multiplyDivide(multiplier, minimum.numerator * 100, minimum.denominator * 10 ** MULTIPLIER_SCALE);
    return Math.abs(contracts) * each;
  }
}

/** The change so many steps from where the underlying stands, on the straight line between two stated points. */
function changeAt(changes: Float64Array, steps: number, isDown: boolean): number {
  const at = (step: number): number => {
    if (step === 0) return 0;
    const most = Math.min(step, POINTS_EACH_WAY);
    return changes[isDown ? POINTS_EACH_WAY - most : POINTS_EACH_WAY + most - 1];
  };
  const nearer = Math.floor(steps);
  const share = steps - nearer;
  return at(nearer) + share * (at(nearer + 1) - at(nearer));
}

/** (b)(1)(ii): by what the underlying is; undefined where options on it have no portfolio. */
function portfolioType(underlying: number, { books, rules, classifier }: OptionsView): PortfolioType | undefined {
  const attributes = books.instruments.attributes(underlying);
  if (attributes.type === "index")
    return attributes.indexClass === undefined ? undefined : INDEX_PORTFOLIOS[attributes.indexClass];
  if (attributes.type === "currency")
    return rules.majorCurrencies.has(attributes.instrument) ? "majorCurrency" : "otherCurrency";
  const found = classifier.classify(attributes);
  return found.kind === "bucket" && rules.schedule.buckets[found.bucket].family === "equities" ? "equity" : undefined;
}

function missingValues(instrument: string): Trouble {
  return new Trouble("missing-input", `no theoretical values for ${instrument}`, {
    field: instrument,
    expected: "a theoretical-values-stated fact from an approved model, or the election ownModelEstimate",
  });
}
