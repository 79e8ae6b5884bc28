/**
 * The charges on all options of the firm, class by class: told of what changed, it computes the classes that it concerns,
 * and no other. From scratch everything is new to it; running it is kept. What depends on whole markets of indices is
 * computed again when a class of them is.
 */
import type { Cents } from "../../base/money.ts";
import { INSTRUMENT_TYPES } from "../../facts/kinds.ts";
import { OptionClass } from "./class.ts";
import { IndexMarket, marketOf } from "./market.ts";
import type { OptionsView } from "./view.ts";

const NONE = -1;
const [OPTION, FUTURE, BASKET, COMMODITY] = ["option", "future", "stock-basket", "commodity"].map((type) =>
  INSTRUMENT_TYPES.indexOf(type as (typeof INSTRUMENT_TYPES)[number]),
);

export class OptionsCharge {
  readonly classes: OptionClass[] = [];
  readonly markets: IndexMarket[] = [];
  readonly #view: OptionsView;
  /** By instrument row: the index of the class that it concerns, or -1. */
  #classOf = new Int32Array(0);
  /** By class: whether it is to be computed. */
  readonly #isStale: boolean[] = [];
  readonly #stale: number[] = [];
  #deduction = 0;
  #adjustment = 0;
  /** Classes that cannot be charged. */
  #wrong = 0;

  /** `held` names everything of which there is some. */
  constructor(view: OptionsView, held: Iterable<number>) {
    this.#view = view;
    for (const row of held) if (view.left(row) !== 0) this.moved(row);
  }

  /** Whether an instrument concerns a class. */
  concerns(row: number): boolean {
    return row < this.#classOf.length && this.#classOf[row] !== NONE;
  }

  /** What the firm has of an instrument changed. */
  moved(row: number): void {
    const { type, underlying } = this.#view.books.instruments.columns;
    if (this.concerns(row)) {
      const index = this.#classOf[row];
      this.classes[index].moved();
      this.#markStale(index);
    } else if (type[row] === OPTION && this.#isOurs(underlying[row])) {
      this.#join(this.#classFor(underlying[row]), row);
    } else if ((type[row] === FUTURE || type[row] === BASKET) && underlying[row] !== NONE) {
      if (this.concerns(underlying[row])) this.#join(this.#classOf[underlying[row]], row);
    }
  }

  /** The price of an instrument changed. True where it matters. */
  priced(row: number): boolean {
    if (!this.concerns(row)) return false;
    this.#markStale(this.#classOf[row]);
    return true;
  }

  /** Vendors stated other values. */
  valuesStated(): void {
    if (this.#view.rules.firm.options !== "theoretical-pricing") return;
    for (const [index, one] of this.classes.entries()) {
      one.moved();
      this.#markStale(index);
    }
  }

  /** Computes what is stale. `computed` is told of each class, so that it can claim what the class charges. */
  refresh(computed: (one: OptionClass) => void): void {
    if (this.#stale.length === 0) return;
    let isMarketStale = false;
    for (const index of this.#stale) {
      this.#isStale[index] = false;
      const one = this.classes[index];
      this.#count(one, -1);
      one.compute();
      this.#count(one, 1);
      computed(one);
      if (one.portfolio?.index !== undefined) isMarketStale = true;
    }
    this.#stale.length = 0;
    if (!isMarketStale) return;
    for (const market of this.markets) {
      this.#deduction -= market.charge;
      market.compute();
      this.#deduction += market.charge;
    }
  }

  /** Whether every class can be charged. */
  get isGood(): boolean {
    return this.#wrong === 0;
  }

  get deduction(): Cents {
    return this.#deduction as Cents;
  }

  get adjustment(): Cents {
    return this.#adjustment as Cents;
  }

  #count(one: OptionClass, sign: 1 | -1): void {
    this.#deduction += sign * one.deduction;
    this.#adjustment += sign * one.adjustment;
    if (one.troubles.length > 0) this.#wrong += sign;
  }

  #markStale(index: number): void {
    if (this.#isStale[index]) return;
    this.#isStale[index] = true;
    this.#stale.push(index);
  }

  /** Options on futures and on commodities are Appendix B's. */
  #isOurs(underlying: number): boolean {
    if (underlying === NONE) return false;
    const type = this.#view.books.instruments.columns.type[underlying];
    return type !== FUTURE && type !== COMMODITY;
  }

  #join(index: number, row: number): void {
    this.#reach(row);
    this.#classOf[row] = index;
    this.classes[index].add(row);
    this.#markStale(index);
  }

  /** The class on an underlying; a new one takes the futures and baskets on it that the firm has. */
  #classFor(underlying: number): number {
    this.#reach(underlying);
    const known = this.#classOf[underlying];
    if (known !== NONE) return known;
    const one = new OptionClass(underlying, this.#view);
    const index = this.classes.push(one) - 1;
    this.#classOf[underlying] = index;
    this.#isStale.push(false);
    this.#enterMarket(one);
    const { instruments } = this.#view.books;
    for (let row = 0; row < instruments.size; row++) {
      const { type, underlying: on } = instruments.columns;
      const isOther = type[row] === FUTURE || type[row] === BASKET;
      if (isOther && on[row] === underlying && this.#view.left(row) !== 0) this.#join(index, row);
    }
    return index;
  }

  #enterMarket(one: OptionClass): void {
    const index = one.portfolio?.index;
    if (index === undefined) return;
    const { books, rules } = this.#view;
    const { group, market } = marketOf(books.instruments.attributes(one.underlying), index);
    let found = this.markets.find(({ name }) => name === market);
    if (found === undefined) {
      found = new IndexMarket(market, rules.options.theoretical);
      this.markets.push(found);
    }
    found.add(one, group, index);
  }

  #reach(row: number): void {
    if (row < this.#classOf.length) return;
    const grown = new Int32Array(Math.max(row + 1, this.#classOf.length * 2, 64)).fill(NONE);
    grown.set(this.#classOf);
    this.#classOf = grown;
  }
}
