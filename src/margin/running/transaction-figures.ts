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
  positionValue(instrument: number, units: number, price: number): number;
  positionRequirement(instrument: number, units: number, price: number): number;
}

/** What a transaction did to balances of one account: units of an instrument, -1 for none, and of a currency. */
export interface BalanceChange {
  account: number;
  instrument: number;
  units: number;
  currency: number;
  amount: number;
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

  /**
   * Of one ledger account that holds plain positions alone; undefined where something is not known. Where `change` is of it,
   * as it was before.
   */
  of(row: number, positions: PositionFigures, change?: Readonly<BalanceChange>): AccountFigures | undefined {
    const { instruments, ledger, market } = this.#books;
    const changed = change?.account === row ? change : undefined;
    const { asset, quantity } = ledger.rows.columns;
    let equity = 0;
    let long = 0;
    let maintenance = 0;
    let regT = 0;
    for (let at = ledger.firstRow(row); at !== -1; at = ledger.nextRow(at)) {
      const instrument = asset[at];
      const units = changed === undefined ? quantity[at] : quantity[at] - changeOf(changed, instrument);
      if (units === 0) continue;
      if (instruments.type(instrument) === "currency") {
        equity += this.#cash(instrument, units);
        continue;
      }
      const price = market.price(instrument);
      const value = positions.positionValue(instrument, units, price);
      const required = positions.positionRequirement(instrument, units, price);
      if (Number.isNaN(value) || Number.isNaN(required)) return undefined;
      equity += value;
      if (value > 0) long += value;
      maintenance += required;
      regT += this.#initial(instrument, units, Math.abs(value), required);
    }
    if (!Number.isSafeInteger(equity) || !Number.isSafeInteger(maintenance) || !Number.isSafeInteger(regT))
      return undefined;
    return {
      equity: equity as Cents,
      // Plain positions: no options, and nothing that equity leaves out.
      netLiquidation: equity as Cents,
      owed: Math.max(0, long - equity) as Cents,
      maintenance: maintenance as Cents,
      regT: regT as Cents,
    };
  }

  #cash(currency: number, units: number): number {
    const { instruments, market } = this.#books;
    if (instruments.attributes(currency).instrument === "USD") return units;
    const price = market.price(currency);
    return Number.isNaN(price) ? Number.NaN : instruments.value(currency, units, price);
  }

  /**
   * What the Supplement asks of a plain position that is worth `value` cents, not negative: what it cost or brought, or its
   * value at market. NaN where something is not known.
   */
  initialOn(instrument: number, units: number, value: number, positions: PositionFigures): number {
    const price = this.#books.market.price(instrument);
    const market = Math.abs(positions.positionValue(instrument, units, price));
    const required = positions.positionRequirement(instrument, units, price);
    // Of what 4210 asks now, the share of value.
    const maintenance =
      market === value || market === 0 || Number.isNaN(market) ? required : multiplyDivide(required, value, market);
    return this.#initial(instrument, units, value, maintenance);
  }

  #initial(instrument: number, units: number, value: number, maintenance: number): number {
    const kind = this.#kindOf(instrument);
    const { shortEquity, shortGoodFaith, notMarginable, marginEquity } = this.#rules;
    if (kind instanceof Trouble || kind === "option") return Number.NaN;
    if (kind === "security-future" || kind === "index-warrant") return maintenance;
    if (kind === "good-faith") return units >= 0 ? maintenance : part(value, shortGoodFaith.rate) + maintenance;
    if (units < 0) return part(value, shortEquity.rate);
    if (kind === "not-marginable") return part(value, notMarginable.rate);
    return Math.max(maintenance, part(value, marginEquity.rate));
  }
}

function changeOf({ instrument, units, currency, amount }: Readonly<BalanceChange>, asset: number): number {
  if (asset === instrument) return units;
  return asset === currency ? amount : 0;
}

function part(value: number, { numerator, denominator }: Rate): number {
  return multiplyDivide(value, numerator, denominator);
}
