/** What Appendix B and the swaps read of the books: units that are left, prices (and whose), and what was missing. */
import { multiplyDivide } from "../../base/divide.ts";
import type { Trouble } from "../../base/errors.ts";
import type { Cents } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import type { Holdings } from "../claims.ts";
import { missingPrice, valueOrNaN } from "../holdings.ts";
import type { NetCapitalBooks } from "../inputs.ts";
import type { NetCapitalRules } from "../rules.ts";

/** What is left of a position. */
export interface Held {
  readonly row: number;
  readonly attributes: InstrumentAttributes;
  /** Negative where short. */
  readonly units: number;
}

export class Reader {
  readonly books: NetCapitalBooks;
  readonly rules: NetCapitalRules;
  readonly asOf: Day;
  /** In the order of listing; none is zero. */
  readonly held: readonly Held[];
  readonly troubles: Trouble[] = [];
  /** Rows whose price was read. */
  readonly priced = new Set<number>();

  constructor(books: NetCapitalBooks, rules: NetCapitalRules, asOf: Day, left: Holdings) {
    this.books = books;
    this.rules = rules;
    this.asOf = asOf;
    this.held = [...left]
      .filter(([, units]) => units !== 0)
      .sort(([a], [b]) => a - b)
      .map(([row, units]) => ({ row, units, attributes: books.instruments.attributes(row) }));
  }

  /** The market value of units of an instrument at the price of `pricedBy`; zero, with a trouble, where that is missing. */
  value(row: number, units: number, pricedBy = row): Cents {
    const { instruments, market } = this.books;
    this.priced.add(pricedBy);
    const price = market.price(pricedBy);
    const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(instruments, row, units, price);
    if (!Number.isNaN(value)) return value as Cents;
    this.troubles.push(missingPrice(instruments.attributes(pricedBy).instrument));
    return 0 as Cents;
  }

  /** So many units at their scale, times an amount for each whole one. */
  times(row: number, units: number, amount: Cents): Cents {
    return multiplyDivide(Math.abs(units), amount, 10 ** this.books.instruments.columns.scale[row]) as Cents;
  }
}
