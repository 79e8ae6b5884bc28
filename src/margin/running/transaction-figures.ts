/**
 * The figures that transactions are entered by, of an account of plain positions: equity, maintenance, and what Regulation T
 * asks initially, each position by its compiled rule. The same to the cent as the explained computation says.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import type { Cents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import type { MarginBooks } from "../account.ts";
import type { AccountFigures } from "../reg-t/figures.ts";
import { type InitialKind, initialKind } from "../reg-t/initial.ts";
import type { RegTRules } from "../reg-t/rules.ts";

/** Cents of a position. NaN where something is not known. */
export interface PositionFigures {
  value(instrument: number, units: number, price: number): number;
  requirement(instrument: number, units: number, price: number): number;
}

export class PlainTransactionFigures {
  readonly #books: MarginBooks;
  readonly #rules: RegTRules;
  /** By instrument row; undefined where nobody asked, a Trouble where the Supplement does not speak of it. */
  readonly #kinds: (InitialKind | Trouble | undefined)[] = [];

  constructor(books: MarginBooks, rules: RegTRules) {
    this.#books = books;
    this.#rules = rules;
  }

  #kindOf(instrument: number): InitialKind | Trouble {
    const known = this.#kinds[instrument];
    if (known !== undefined) return known;
    let kind: InitialKind | Trouble;
    try {
      kind = initialKind(this.#books, instrument);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      kind = error;
    }
    this.#kinds[instrument] = kind;
    return kind;
  }

  /** Of one ledger account that holds plain positions alone; undefined where something is not known. */
  of(row: number, positions: PositionFigures): AccountFigures | undefined {
    const { instruments, ledger, market } = this.#books;
    const { asset, quantity } = ledger.rows.columns;
    let equity = 0;
    let maintenance = 0;
    let regT = 0;
    for (let at = ledger.firstRow(row); at !== -1; at = ledger.nextRow(at)) {
      const units = quantity[at];
      if (units === 0) continue;
      const instrument = asset[at];
      if (instruments.type(instrument) === "currency") {
        equity += this.#cash(instrument, units);
        continue;
      }
      const price = market.price(instrument);
      const value = positions.value(instrument, units, price);
      const required = positions.requirement(instrument, units, price);
      if (Number.isNaN(value) || Number.isNaN(required)) return undefined;
      equity += value;
      maintenance += required;
      regT += this.#initial(instrument, units, value, required);
    }
    if (!Number.isSafeInteger(equity) || !Number.isSafeInteger(maintenance) || !Number.isSafeInteger(regT))
      return undefined;
    return { equity: equity as Cents, maintenance: maintenance as Cents, regT: regT as Cents };
  }

  #cash(currency: number, units: number): number {
    const { instruments, market } = this.#books;
    if (instruments.attributes(currency).instrument === "USD") return units;
    const price = market.price(currency);
    return Number.isNaN(price) ? Number.NaN : instruments.value(currency, units, price);
  }

  #initial(instrument: number, units: number, value: number, maintenance: number): number {
    const kind = this.#kindOf(instrument);
    const { shortEquity, shortGoodFaith, notMarginable, marginEquity } = this.#rules;
    const size = Math.abs(value);
    if (kind instanceof Trouble || kind === "option") return Number.NaN;
    if (kind === "good-faith") return units >= 0 ? maintenance : part(size, shortGoodFaith.rate) + maintenance;
    if (units < 0) return part(size, shortEquity.rate);
    if (kind === "not-marginable") return part(size, notMarginable.rate);
    return Math.max(maintenance, part(size, marginEquity.rate));
  }
}

function part(value: number, { numerator, denominator }: Rate): number {
  return multiplyDivide(value, numerator, denominator);
}
