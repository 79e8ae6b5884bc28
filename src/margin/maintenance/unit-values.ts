/**
 * Maintenance of positions by themselves, for those who ask often: the rules of each instrument and side, compiled once into
 * columns, so that a position costs some tens of nanoseconds and allocates nothing. It is the same figure to the cent as
 * the lines of `position.ts` explain.
 *
 * For one instrument the value of a unit less what it requires never falls as the price rises, and what a unit held short
 * costs (its value and what it requires) never falls either: rates of long positions are at most 100%, and no step of a
 * short stock goes down.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import type { Day } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { BASE_CURRENCY, type MarginBooks } from "../account.ts";
import type { MaintenanceRules } from "./rules.ts";
import { type Ask, rateAtSize, type Side, type Treatment } from "./treatment.ts";
import { Treatments } from "./treatments.ts";

const PAR = 10 ** PRICE_SCALE;

const NOT_COMPILED = 0;
const PLAIN = 1;
/** Margined by more than units and price: its size, what it cost, or what it is on; or not part of equity. */
const NOT_PLAIN = 2;

/** State, currency and value by instrument; the rest by side: held long, then held short. */
interface Columns {
  readonly state: Uint8Array;
  /** 1 where there is a rule. */
  readonly hasRule: Uint8Array;
  readonly rateNumerator: Float64Array;
  readonly rateDenominator: Float64Array;
  /** Price at which the least is the market value; 0 for none. */
  readonly leastPrice: Float64Array;
  /** 1 where the least is in dollars whatever the currency. */
  readonly leastInDollars: Uint8Array;
  /** Below this price in dollars, the other three hold; 0 for none. */
  readonly lowBelow: Float64Array;
  readonly lowNumerator: Float64Array;
  readonly lowDenominator: Float64Array;
  readonly lowLeast: Float64Array;
  /** The currency's row, or -1 for dollars. */
  readonly currency: Int32Array;
  /** As in the security master. */
  readonly valueNumerator: Float64Array;
  readonly valueDivisor: Float64Array;
}

function columnsOf(instruments: number): Columns {
  const sides = instruments * 2;
  return {
    state: new Uint8Array(instruments),
    currency: new Int32Array(instruments).fill(-1),
    valueNumerator: new Float64Array(instruments),
    valueDivisor: new Float64Array(instruments).fill(1),
    hasRule: new Uint8Array(sides),
    rateNumerator: new Float64Array(sides),
    rateDenominator: new Float64Array(sides).fill(1),
    leastPrice: new Float64Array(sides),
    leastInDollars: new Uint8Array(sides),
    lowBelow: new Float64Array(sides),
    lowNumerator: new Float64Array(sides),
    lowDenominator: new Float64Array(sides).fill(1),
    lowLeast: new Float64Array(sides),
  };
}

export class MaintenanceValues {
  readonly #books: MarginBooks;
  readonly #exempt: boolean;
  #treatments: Treatments;
  #columns: Columns;
  #capacity: number;

  /** `exempt`: of exempt accounts, 4210(a)(13), whose rules for debt are others. */
  constructor(books: MarginBooks, rules: MaintenanceRules, asOf: Day, exempt = false) {
    this.#books = books;
    this.#exempt = exempt;
    this.#treatments = new Treatments(books, rules, asOf, exempt);
    this.#capacity = Math.max(16, books.instruments.size);
    this.#columns = columnsOf(this.#capacity);
  }

  /** Other rules, or another day: everything anew. */
  reset(rules: MaintenanceRules, asOf: Day): void {
    this.#treatments = new Treatments(this.#books, rules, asOf, this.#exempt);
    this.#columns.state.fill(NOT_COMPILED);
  }

  /** The instrument says something else of itself, or what the tape says of it is new. */
  forget(instrument: number): void {
    this.#treatments.forget(instrument);
    if (instrument < this.#capacity) this.#columns.state[instrument] = NOT_COMPILED;
  }

  /**
   * Whether units and price (and that of its currency) are all that a position depends on, and its value is part of
   * equity. Of the rest `positionRequirement` still says what a position requires by itself, but of warrants held short.
   */
  isPlain(instrument: number): boolean {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    return this.#columns.state[instrument] === PLAIN;
  }

  /** What the rules say of an instrument, in words that are the same where it is. */
  terms(instrument: number): string {
    return JSON.stringify(this.#treatments.of(instrument));
  }

  /** Whether what a unit requires on the side of `units` is in proportion to its price: no least, and no other rate below a price. */
  isProportional(instrument: number, units: number): boolean {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    const { hasRule, lowBelow, leastPrice } = this.#columns;
    const side = instrument * 2 + (units < 0 ? 1 : 0);
    return hasRule[side] === 1 && lowBelow[side] === 0 && leastPrice[side] === 0;
  }

  /** 10^-8 dollars for one of the instrument's currency at market: what the methods below take where they are not told. */
  rate(instrument: number): number {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    const currency = this.#columns.currency[instrument];
    return currency === -1 ? PAR : this.#books.market.price(currency);
  }

  /** Cents that one unit is worth at `price` (10^-8), not rounded. NaN where a price is not known. */
  valuePerUnit(instrument: number, price: number, rate = this.rate(instrument)): number {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    const { valueNumerator, valueDivisor } = this.#columns;
    return ((price * valueNumerator[instrument]) / valueDivisor[instrument]) * (rate / PAR);
  }

  /**
   * Cents that one unit of a position of `units` requires at `price` (10^-8), not rounded. NaN where that is not known, or
   * where no rule says.
   */
  requirementPerUnit(instrument: number, units: number, price: number, exchange = this.rate(instrument)): number {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    const columns = this.#columns;
    const side = instrument * 2 + (units < 0 ? 1 : 0);
    if (columns.hasRule[side] === 0) return Number.NaN;
    const dollars = exchange / PAR;
    const low = columns.lowBelow[side] > price * dollars;
    const least = low ? columns.lowLeast[side] : columns.leastPrice[side];
    let rate = low
      ? columns.lowNumerator[side] / columns.lowDenominator[side]
      : columns.rateNumerator[side] / columns.rateDenominator[side];
    if (columns.state[instrument] === NOT_PLAIN && units > 0) {
      const sized = this.#rateAtSize(instrument, units);
      rate = sized.numerator / sized.denominator;
    }
    const { valueNumerator, valueDivisor } = this.#columns;
    const perPrice = valueNumerator[instrument] / valueDivisor[instrument];
    const required = rate * price * perPrice * dollars;
    const atLeast = least * perPrice * (columns.leastInDollars[side] === 1 ? 1 : dollars);
    return required >= atLeast || required !== required ? required : atLeast;
  }

  /** Cents that a position is worth, a short negative, rounded as every value is. NaN where a price is not known. */
  positionValue(instrument: number, units: number, price: number, rate = this.rate(instrument)): number {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    return this.#worth(instrument, units, price, rate);
  }

  /**
   * Cents that a position requires by itself: its value, rounded, times its rate, rounded once more; or its least. NaN where
   * that is not known, or where no rule says. `worth`: its value, where that is known already. Allocates nothing.
   */
  positionRequirement(
    instrument: number,
    units: number,
    price: number,
    rate = this.rate(instrument),
    worth = this.positionValue(instrument, units, price, rate),
  ): number {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    return this.#required(instrument, units, price, rate, worth);
  }

  /** Cents that a position adds to the excess of its account: what it is worth less what it requires. NaN as above. */
  contribution(instrument: number, units: number, price: number, rate = this.rate(instrument)): number {
    if (!this.#isCompiled(instrument)) this.#compile(instrument);
    const worth = this.#worth(instrument, units, price, rate);
    return worth - this.#required(instrument, units, price, rate, worth);
  }

  /** `worth` is the position's value in dollars, a short negative. */
  #required(instrument: number, units: number, price: number, rate: number, worth: number): number {
    const columns = this.#columns;
    const side = units < 0 ? instrument * 2 + 1 : instrument * 2;
    if (columns.hasRule[side] === 0 || worth !== worth) return units === 0 ? 0 : Number.NaN;
    const value = worth < 0 ? -worth : worth;
    const low = columns.lowBelow[side];
    const isLow = low > 0 && low > price * (rate / PAR);
    let numerator = isLow ? columns.lowNumerator[side] : columns.rateNumerator[side];
    let denominator = isLow ? columns.lowDenominator[side] : columns.rateDenominator[side];
    if (columns.state[instrument] === NOT_PLAIN && units > 0) {
      const sized = this.#rateAtSize(instrument, units);
      numerator = sized.numerator;
      denominator = sized.denominator;
    }
    const required = multiplyDivide(value, numerator, denominator);
    const least = isLow ? columns.lowLeast[side] : columns.leastPrice[side];
    if (least === 0) return required;
    const atLeast = this.#valueAt(instrument, units < 0 ? -units : units, least);
    const floor = columns.leastInDollars[side] === 1 ? atLeast : inDollars(atLeast, rate);
    return required > floor ? required : floor;
  }

  /** Market value in dollars. */
  #worth(instrument: number, units: number, price: number, rate: number): number {
    return price === price ? inDollars(this.#valueAt(instrument, units, price), rate) : Number.NaN;
  }

  /** `instruments.value`, from columns that stand here; where that would overflow, it is asked, and throws. */
  #valueAt(instrument: number, units: number, price: number): number {
    const { valueNumerator, valueDivisor } = this.#columns;
    const factor = price * valueNumerator[instrument];
    const cents =
      factor <= Number.MAX_SAFE_INTEGER ? multiplyDivide(units, factor, valueDivisor[instrument]) : Number.NaN;
    return cents === cents ? cents : this.#books.instruments.value(instrument, units, price);
  }

  #rateAtSize(instrument: number, units: number) {
    const { long, steps } = this.#treatments.of(instrument);
    if (long instanceof Trouble) throw long;
    return rateAtSize(steps, units, long.rate);
  }

  #isCompiled(instrument: number): boolean {
    return instrument < this.#capacity && this.#columns.state[instrument] !== NOT_COMPILED;
  }

  #compile(instrument: number): void {
    if (instrument >= this.#capacity) this.#grow(instrument);
    const { instruments } = this.#books;
    const treatment = this.#treatments.of(instrument);
    const currency = instruments.columns.currency[instrument];
    const isDollar = instruments.attributes(currency).instrument === BASE_CURRENCY;
    this.#columns.currency[instrument] = isDollar ? -1 : currency;
    this.#columns.valueNumerator[instrument] = instruments.columns.valueNumerator[instrument];
    this.#columns.valueDivisor[instrument] = instruments.columns.valueDivisor[instrument];
    this.#compileSide(instrument * 2, treatment.long);
    this.#compileSide(instrument * 2 + 1, treatment.short);
    this.#columns.state[instrument] = isPlainTreatment(treatment) ? PLAIN : NOT_PLAIN;
  }

  #compileSide(side: number, rule: Side): void {
    const columns = this.#columns;
    if (rule instanceof Trouble) {
      columns.hasRule[side] = 0;
      return;
    }
    const { rate, least, lowPriced } = rule;
    columns.hasRule[side] = 1;
    columns.rateNumerator[side] = rate.numerator;
    columns.rateDenominator[side] = rate.denominator;
    columns.leastPrice[side] = priceOf(least);
    columns.leastInDollars[side] = least?.inDollars === true ? 1 : 0;
    columns.lowBelow[side] = lowPriced?.below ?? 0;
    columns.lowNumerator[side] = lowPriced?.rate.numerator ?? 0;
    columns.lowDenominator[side] = lowPriced?.rate.denominator ?? 1;
    columns.lowLeast[side] = priceOf(lowPriced?.least);
  }

  #grow(instrument: number): void {
    const before = this.#columns;
    this.#capacity = Math.max(instrument + 1, this.#capacity * 2);
    const grown = columnsOf(this.#capacity);
    for (const [name, column] of Object.entries(before)) grown[name as keyof Columns].set(column);
    this.#columns = grown;
  }
}

/** `rate`: 10^-8 dollars for one of the currency. */
function inDollars(cents: number, rate: number): number {
  if (rate === PAR) return cents;
  return rate === rate ? multiplyDivide(cents, rate, PAR) : Number.NaN;
}

function priceOf(least: Ask["least"]): number {
  return least?.price ?? 0;
}

/** Whether nothing but units and price counts. */
export function isPlainTreatment({ steps, isValued, isWhenIssued, isWritten }: Treatment): boolean {
  return steps.length === 0 && isValued && !isWhenIssued && !isWritten;
}
