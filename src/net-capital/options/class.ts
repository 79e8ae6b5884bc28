/**
 * One class of options: all series on one underlying that the firm has, with what it has of the underlying. The class knows
 * its charge by strategies, 15c3-1a(b)(2) and (c), and where the firm elected theoretical pricing its portfolio, (b)(1).
 *
 * It is made once and computed again when a price or a position in it changes; computing allocates nothing. From scratch
 * and running use it the same way.
 */
import { Trouble } from "../../base/errors.ts";
import { type Cents, ZERO } from "../../base/money.ts";
import { type Day, formatDay } from "../../base/time.ts";
import { cannotClassify, missingPrice } from "../holdings.ts";
import { Pairing } from "./pairing.ts";
import { Portfolio } from "./portfolio.ts";
import { InCents, type Series, seriesOf } from "./series.ts";
import { adjustmentOf, type ClassTerms, classTerms, deductionOf } from "./strategies.ts";
import type { OptionsView } from "./view.ts";

export class OptionClass {
  /** The instrument row of the underlying. */
  readonly underlying: number;
  readonly name: string;
  /** Rows of the options, futures and baskets on the underlying that the firm has, or had. */
  readonly rows: number[] = [];
  readonly pairing = new Pairing();
  /** Undefined where listed options go by strategies. */
  readonly portfolio: Portfolio | undefined;
  /** What strategies charge, and a portfolio where it offsets no other. */
  deduction: Cents = ZERO;
  /** What strategies add to net worth. */
  adjustment: Cents = ZERO;
  /** Why there is no charge; empty where there is one. */
  troubles: readonly Trouble[] = [];
  /** The series that strategies charge, in the order of listing: all, or the unlisted ones. */
  series: readonly Series[] = [];
  terms: ClassTerms | undefined;
  readonly #view: OptionsView;
  readonly #cents: InCents;
  #all: readonly Series[] = [];
  #isListed = false;
  #hasMoved = true;

  constructor(underlying: number, view: OptionsView) {
    this.underlying = underlying;
    this.name = view.books.instruments.attributes(underlying).instrument;
    this.#view = view;
    this.#cents = new InCents(view.books.instruments);
    this.portfolio = view.rules.firm.options === "theoretical-pricing" ? new Portfolio(underlying, view) : undefined;
  }

  /** The instrument is on the underlying. */
  add(row: number): void {
    if (!this.rows.includes(row)) {
      this.rows.push(row);
      this.rows.sort((a, b) => a - b);
    }
    this.#hasMoved = true;
  }

  /** A position in it changed. */
  moved(): void {
    this.#hasMoved = true;
  }

  /** Whether theoretical values are the charge of its listed options and of all that it has of the underlying. */
  get isPortfolio(): boolean {
    return this.portfolio !== undefined && this.#isListed;
  }

  /** Units of the underlying that are charged here. */
  get stockClaimed(): number {
    if (this.troubles.length > 0) return 0;
    return this.isPortfolio ? this.#view.left(this.underlying) : this.pairing.stockUnits;
  }

  /** Units of a future or a basket that are charged here. */
  otherClaimed(row: number): number {
    return this.isPortfolio && this.troubles.length === 0 && this.portfolio?.has(row) === true
      ? this.#view.left(row)
      : 0;
  }

  /** The charge anew, from positions and prices as they are. */
  compute(): void {
    this.deduction = ZERO;
    this.adjustment = ZERO;
    if (this.#hasMoved) this.#readPositions();
    this.troubles = this.#readPrices() ? NONE_WRONG : this.#findTroubles();
    if (this.troubles.length > 0) return;
    try {
      this.#charge();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.troubles = [error];
    }
  }

  #charge(): void {
    const { terms } = this;
    if (terms === undefined) return;
    const { books, left } = this.#view;
    const stock = this.isPortfolio ? 0 : left(this.underlying);
    this.pairing.pair(terms, this.series, stock, books.instruments.columns.scale[this.underlying]);
    let deduction = 0;
    let adjustment = 0;
    for (let index = 0; index < this.pairing.count; index++) {
      deduction += this.deductionAt(index);
      adjustment += this.adjustmentAt(index);
    }
    this.adjustment = adjustment as Cents;
    if (this.isPortfolio && this.portfolio !== undefined) {
      this.portfolio.compute();
      if (this.portfolio.index === undefined) deduction += this.portfolio.charge;
    }
    this.deduction = deduction as Cents;
  }

  deductionAt(index: number): Cents {
    const { pairing, series, terms } = this;
    if (terms === undefined) return ZERO;
    this.#cents.contracts = pairing.contracts(index);
    const [one, other] = [series[pairing.series(index)], series[pairing.other(index)]];
    return deductionOf(pairing.strategy(index), this.#cents, terms, one, other) as Cents;
  }

  adjustmentAt(index: number): Cents {
    const { pairing, series, terms } = this;
    if (terms === undefined) return ZERO;
    this.#cents.contracts = pairing.contracts(index);
    const [one, other] = [series[pairing.series(index)], series[pairing.other(index)]];
    return adjustmentOf(pairing.strategy(index), this.#cents, terms, one, other) as Cents;
  }

  /** The measure of the strategy at `index`, for its explanation. */
  measureAt(index: number): InCents {
    this.#cents.contracts = this.pairing.contracts(index);
    return this.#cents;
  }

  #readPositions(): void {
    const { books, left } = this.#view;
    this.#hasMoved = false;
    this.#all = this.rows
      .filter((row) => left(row) !== 0 && books.instruments.type(row) === "option")
      .map((row) => ({ ...seriesOf(books.instruments, row), contracts: left(row) }));
    this.#isListed = this.#all.some(({ isListed }) => isListed);
    this.series = this.portfolio === undefined ? this.#all : this.#all.filter(({ isListed }) => !isListed);
    this.terms = this.#readTerms();
    this.portfolio?.readPositions(
      this.#all.filter(({ isListed }) => isListed),
      this.rows,
    );
  }

  /** Undefined where the underlying falls under no rule. */
  #readTerms(): ClassTerms | undefined {
    const { books, rules, classifier } = this.#view;
    const attributes = books.instruments.attributes(this.underlying);
    if (attributes.type === "index") return classTerms(rules.options.indexRate, true, rules);
    const found = classifier.classify(attributes);
    if (found.kind !== "bucket") return undefined;
    const { rate, family } = rules.schedule.buckets[found.bucket];
    return classTerms(rate, family === "equities", rules);
  }

  /** False where something is missing, or a series cannot be charged. */
  #readPrices(): boolean {
    const { books, asOf } = this.#view;
    const { market, instruments } = books;
    if (this.#all.length === 0) return true;
    if (this.terms === undefined) return false;
    this.terms.price = market.price(this.underlying);
    let isGood = !Number.isNaN(this.terms.price);
    for (let index = 0; index < this.#all.length; index++) {
      const series = this.#all[index];
      series.price = market.price(series.row);
      if (series.isListed && Number.isNaN(series.price)) isGood = false;
      if (series.expiry < asOf || instruments.columns.scale[series.row] !== 0) isGood = false;
    }
    if (isGood && this.isPortfolio && this.portfolio !== undefined) return this.portfolio.isComplete();
    return isGood;
  }

  #findTroubles(): readonly Trouble[] {
    const { books, asOf, classifier } = this.#view;
    const { market, instruments } = books;
    const troubles: Trouble[] = [];
    const attributes = instruments.attributes(this.underlying);
    const found = attributes.type === "index" ? undefined : classifier.classify(attributes);
    if (found !== undefined && found.kind !== "bucket")
      troubles.push(cannotClassify(found.kind, found.what, this.name));
    if (Number.isNaN(market.price(this.underlying))) troubles.push(missingPrice(this.name));
    for (const { row, instrument, isListed, expiry } of this.#all) {
      if (isListed && Number.isNaN(market.price(row))) troubles.push(missingPrice(instrument));
      if (expiry < asOf) troubles.push(expired(instrument, expiry));
      if (instruments.columns.scale[row] !== 0)
        troubles.push(cannotClassify("missing-rule", "fractions of an option", instrument));
    }
    if (this.isPortfolio && this.portfolio !== undefined)
      troubles.push(...this.portfolio.findTroubles(troubles.length === 0));
    return troubles;
  }
}

const NONE_WRONG: readonly Trouble[] = [];

function expired(instrument: string, expiry: Day): Trouble {
  return new Trouble("missing-input", `${instrument} expired on ${formatDay(expiry)} and is still held`, {
    field: instrument,
    expected: "its exercise, assignment or expiry in the books",
  });
}
