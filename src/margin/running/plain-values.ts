/**
 * What a position by itself adds to the excess over each boundary of the ladder: its value, less what the boundary takes of
 * its requirement, less the boundary's cushion. The requirement that binds is the rule's, raised by what the house asks of
 * the instrument. In whole cents as the explained lines have them, and as real numbers from which they can be bounded.
 */
import { multiplyDivide } from "../../base/divide.ts";
import type { Day } from "../../base/time.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { BASE_CURRENCY, type MarginAccount, type MarginBooks } from "../account.ts";
import type { UnitValues } from "../certificates/unit-values.ts";
import type { House, HouseClass } from "../house/house.ts";
import { HouseValues } from "../house/values.ts";
import { type Boundary, meanOver } from "../ladder/boundaries.ts";
import { MaintenanceValues } from "../maintenance/unit-values.ts";
import type { MarginRules } from "../rules.ts";
import type { SeriesTable } from "./series.ts";
import type { PositionFigures } from "./transaction-figures.ts";

const ONE = 10 ** PRICE_SCALE;

export class PlainValues implements UnitValues {
  readonly boundaries: number;
  readonly one = ONE;
  /** Value, requirement and cushion are rounded once each, what the house asks once more, of each currency once. */
  readonly rounding = 6;
  readonly #books: MarginBooks;
  readonly #series: SeriesTable;
  readonly #ladder: readonly Boundary[];
  readonly #values: MaintenanceValues;
  readonly #ofExempt: MaintenanceValues;
  #house: House;
  #houseValues: HouseValues;
  /** By index of the class: what the house sees of it. */
  #houseClasses: HouseClass[] = [];
  /**
   * By series, side and boundary: cents of a unit for one of price, where that is all there is to its value; NaN where it is
   * not, or was not looked at.
   */
  #factors = new Float64Array(0);

  constructor(
    books: MarginBooks,
    { maintenance }: MarginRules,
    { series, house, ladder, asOf }: { series: SeriesTable; house: House; ladder: readonly Boundary[]; asOf: Day },
  ) {
    this.#books = books;
    this.#series = series;
    this.#house = house;
    this.#houseValues = new HouseValues(books, house);
    this.#ladder = ladder;
    this.boundaries = ladder.length;
    this.#values = new MaintenanceValues(books, maintenance, asOf);
    this.#ofExempt = new MaintenanceValues(books, maintenance, asOf, true);
  }

  /** Whether a position of the series depends on its units and its price alone. */
  isPlain(series: number): boolean {
    const instrument = this.#series.instruments[series];
    if (this.isCash(instrument)) return true;
    const { instruments } = this.#books;
    const type = instruments.type(instrument);
    if (type === "option" || !this.#valuesOf(series).isPlain(instrument)) return false;
    // The least of a short bond is in its own currency, and so moves with two prices.
    return this.#isDollar(instruments.columns.currency[instrument]) || type === "equity" || type === "etf";
  }

  /** All that the values of a series rest on but its price, in words that are the same where it is. */
  terms(series: number): { readonly isPlain: boolean; readonly inWords: string } {
    const instrument = this.#series.instruments[series];
    const ruled = this.isCash(instrument) ? "" : this.#valuesOf(series).terms(instrument);
    const asked = this.#houseValues.terms(this.#classOf(series), instrument);
    return { isPlain: this.isPlain(series), inWords: `${ruled} ${asked}` };
  }

  isCash(instrument: number): boolean {
    return this.#books.instruments.type(instrument) === "currency";
  }

  #isDollar(currency: number): boolean {
    return this.#books.instruments.attributes(currency).instrument === BASE_CURRENCY;
  }

  /** What is known of the instrument is new, and with it what the house asks. */
  forget(instrument: number, house: House): void {
    this.#values.forget(instrument);
    this.#ofExempt.forget(instrument);
    for (const series of this.#series.of(instrument)) {
      const from = series * 2 * this.boundaries;
      this.#factors.fill(Number.NaN, from, from + 2 * this.boundaries);
    }
    this.#setHouse(house);
  }

  #setHouse(house: House): void {
    if (house === this.#house) return;
    this.#house = house;
    this.#houseValues = new HouseValues(this.#books, house);
    this.#houseClasses = [];
  }

  /** Another day: remaining lives are others, and so may be what the house asks. */
  reset({ maintenance }: MarginRules, house: House, asOf: Day): void {
    this.#values.reset(maintenance, asOf);
    this.#ofExempt.reset(maintenance, asOf);
    this.#factors.fill(Number.NaN);
    this.#setHouse(house);
  }

  #valuesOf(series: number): MaintenanceValues {
    return this.#series.classes[series].like.terms.exempt ? this.#ofExempt : this.#values;
  }

  /** Values and requirements by the rules alone, of positions of an account. */
  positionsOf({ terms }: MarginAccount): PositionFigures {
    return terms.exempt ? this.#ofExempt : this.#values;
  }

  long(boundary: number, series: number, price: number): number {
    const factor = this.#factors[series * 2 * this.boundaries + boundary];
    return factor === factor ? factor * price : this.#perUnit(boundary, series, 1, price);
  }

  short(boundary: number, series: number, price: number): number {
    const factor = this.#factors[(series * 2 + 1) * this.boundaries + boundary];
    return factor === factor ? factor * price : -this.#perUnit(boundary, series, -1, price);
  }

  /** Finds the factors of a series: called once it is there, and when `forget` or `reset` took them. */
  compile(series: number): void {
    const from = series * 2 * this.boundaries;
    if (from + 2 * this.boundaries > this.#factors.length) {
      const grown = new Float64Array((series + 256) * 4 * this.boundaries).fill(Number.NaN);
      grown.set(this.#factors);
      this.#factors = grown;
    }
    for (let boundary = 0; boundary < this.boundaries; boundary++) {
      this.#factors[from + boundary] = this.#factorOf(boundary, series, 1);
      this.#factors[from + this.boundaries + boundary] = this.#factorOf(boundary, series, -1);
    }
  }

  /** NaN where a least, a low price or a step of the house makes more of it than a factor. */
  #factorOf(boundary: number, series: number, sign: 1 | -1): number {
    const instrument = this.#series.instruments[series];
    const isAsked = this.#ladder[boundary].requirement !== "none" && !this.isCash(instrument);
    if (isAsked && !this.#valuesOf(series).isProportional(instrument, sign)) return Number.NaN;
    if (isAsked && !this.#houseValues.isProportional(this.#classOf(series), instrument, sign)) return Number.NaN;
    return (sign * this.#perUnit(boundary, series, sign, ONE)) / ONE;
  }

  /** Cents that one unit held on the side of `sign` adds, at a price in dollars. */
  #perUnit(boundary: number, series: number, sign: 1 | -1, dollars: number): number {
    const instrument = this.#series.instruments[series];
    const { valueNumerator, valueDivisor, currency } = this.#books.instruments.columns;
    const value = (dollars * valueNumerator[instrument]) / valueDivisor[instrument];
    const { requirement, share, cushion, shortsBy } = this.#ladder[boundary];
    if (requirement === "none" || this.isCash(instrument)) return sign * value;
    const isDollar = this.#isDollar(currency[instrument]);
    const price = isDollar ? dollars : (dollars * ONE) / this.#books.market.price(currency[instrument]);
    const ruled = this.#valuesOf(series).requirementPerUnit(instrument, sign, price);
    const required =
      requirement === "binding"
        ? this.#houseValues.requirementPerUnit(this.#classOf(series), instrument, sign, price, value, ruled)
        : ruled;
    const base = sign > 0 || shortsBy !== "requirement" ? value : required;
    const over = sign * value - required - (base * cushion.numerator) / cushion.denominator;
    const excess = sign > 0 && over < 0 ? 0 : over;
    return requirement === "share"
      ? sign * value - share.numerator * ((sign * value - excess) / share.denominator)
      : excess;
  }

  #classOf(series: number): HouseClass {
    const { index, like } = this.#series.classes[series];
    return (this.#houseClasses[index] ??= this.#house.classOf(like));
  }

  contribution(boundary: number, series: number, units: number, price: number): number {
    const instrument = this.#series.instruments[series];
    const values = this.#valuesOf(series);
    const value = this.isCash(instrument)
      ? this.#cash(instrument, units, price)
      : values.positionValue(instrument, units, price);
    const { requirement, cushion, shortsBy } = this.#ladder[boundary];
    if (requirement === "none" || this.isCash(instrument)) return value;
    const ruled = values.positionRequirement(instrument, units, price);
    const size = value < 0 ? -value : value;
    const required =
      requirement === "binding"
        ? this.#houseValues.positionRequirement(this.#classOf(series), instrument, units, price, size, ruled)
        : ruled;
    const base = units > 0 || shortsBy !== "requirement" ? size : required;
    // Of what is not known, no share can be taken.
    if (Number.isNaN(base) || Number.isNaN(required)) return Number.NaN;
    if (requirement === "share")
      return meanOver(this.#ladder[boundary], units > 0 ? Math.max(0, value - required) : value - required, value);
    const excess = value - required - multiplyDivide(base, cushion.numerator, cushion.denominator);
    return units > 0 && excess < 0 ? 0 : excess;
  }

  #cash(currency: number, units: number, price: number): number {
    return price === price ? this.#books.instruments.value(currency, units, price) : Number.NaN;
  }
}
