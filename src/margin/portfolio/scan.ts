/**
 * What one unit of each instrument gains or loses at ten points, 4210(g)(2)(F): five equidistant ones below where its
 * underlying stands and five above, by a vendor's values or by our model. The table is shared by all accounts; a row is
 * computed when somebody needs it and its prices have changed.
 *
 * The change of a unit is a real number of cents; the profit of a position is units × change, rounded once to whole cents,
 * half to even. What a unit is worth where the underlying stands, its base, is what equity counts it at too, so that scan
 * and equity never disagree about an option's price.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import { formatDay } from "../../base/time.ts";
import { POINTS, POINTS_EACH_WAY, stepOf } from "../../books/stated-values.ts";
import { BASE_CURRENCY, missingPrice } from "../account.ts";
import type { ExerciseStyle } from "../../pricing/option-grid.ts";
import type { OptionTerms } from "../../pricing/terms.ts";
import { OptionPages } from "./option-pages.ts";
import type { Placement } from "./placement.ts";
import type { HouseScan, Range } from "./rules.ts";
import { type FoundVolatility, type PortfolioView, UNITS } from "./view.ts";

/** The point after the ten: where the underlying stands. */
const BASE_POINT = POINTS;
const NONE = -1;
/** How many slots a table starts with. */
const FIRST_SLOTS = 32;

/** Adding and taking away 1.5 × 2^52 rounds a float64 below 2^51 to a whole number, half to even. */
const ROUNDER = 6_755_399_441_055_744;

/** A real number of cents as whole cents, half to even; exact below 2^51. */
export function wholeCents(cents: number): number {
  return cents + ROUNDER - ROUNDER;
}

/** By how much a price moves at a point, as a share of it: never to below nothing. */
export function moveAt(point: number, { down, up }: Range, leverage: number): number {
  const step = stepOf(point);
  const { numerator, denominator } = step < 0 ? down : up;
  return Math.max(-1, ((numerator * step) / (denominator * POINTS_EACH_WAY)) * leverage);
}

/** What an account's computation reads of an instrument in the scan. */
interface Slot {
  readonly row: number;
  readonly placement: Placement;
  /** Its place among the options of the model, or -1; and that without a shock to its volatility. */
  place: number;
  basePlace: number;
  /** The volatility that its place was set with. */
  volatility: FoundVolatility | undefined;
  /** What is wrong, where it has no values. */
  trouble: Trouble | undefined;
}

export class ScanTable {
  readonly view: PortfolioView;
  readonly scan: HouseScan | undefined;
  /** By slot and point: cents per unit. */
  change: Float64Array;
  /** By slot: what a unit is worth where the underlying stands, 10^-8. */
  base: Float64Array;
  /** By slot: the prices it was last valued at, 10^-8; NaN where it must be valued anew. */
  #spotAt: Float64Array;
  #ownAt: Float64Array;
  #rateAt: Float64Array;
  #known: Uint8Array;
  /** By slot: 1 where a unit changes the more the further its underlying goes either way, and so most at one end. */
  isStraight: Uint8Array;
  /** By slot: the rows whose prices it depends on: of what is moved, of itself where that matters, of a foreign currency. */
  #spotRow: Int32Array;
  #ownRow: Int32Array;
  #foreign: Int32Array;
  /** By slot: its own row, -1 for a future, which is worth nothing where it stands: it is settled daily. */
  #worthRow: Int32Array;
  readonly #slots: Slot[] = [];
  readonly #bySlot = new Map<number, number>();
  readonly #pages = new OptionPages(POINTS + 1);
  readonly #spots = new Float64Array(POINTS + 1);
  readonly #dollar: number;

  /** The table of the rule, or that of one of the house's scans. */
  constructor(view: PortfolioView, scan?: HouseScan) {
    this.view = view;
    this.scan = scan;
    this.#dollar = view.books.instruments.findText(BASE_CURRENCY);
    const { change, base, spotAt, ownAt, rateAt, known, isStraight, spotRow, ownRow, foreign, worthRow } =
      columnsOf(FIRST_SLOTS);
    this.change = change;
    this.base = base;
    this.#spotAt = spotAt.fill(Number.NaN);
    this.#ownAt = ownAt;
    this.#rateAt = rateAt;
    this.#known = known;
    this.isStraight = isStraight;
    this.#spotRow = spotRow;
    this.#ownRow = ownRow;
    this.#foreign = foreign;
    this.#worthRow = worthRow;
  }

  /** Values everything anew when it is next needed. */
  forget(): void {
    this.#spotAt.fill(Number.NaN);
    for (const [slot, state] of this.#slots.entries()) {
      state.volatility = undefined;
      if (state.placement.form === "option") this.#ownRow[slot] = state.row;
    }
  }

  get size(): number {
    return this.#slots.length;
  }

  /** The slot of an instrument that is scanned. */
  slotOf(row: number, placement: Placement): number {
    const known = this.#bySlot.get(row);
    if (known !== undefined) return known;
    const slot = this.#slots.length;
    if (slot === this.base.length) this.#grow();
    this.#slots.push({ row, placement, place: NONE, basePlace: NONE, volatility: undefined, trouble: undefined });
    this.#bySlot.set(row, slot);
    const currency = this.view.books.instruments.columns.currency[row];
    this.#spotAt[slot] = Number.NaN;
    this.#spotRow[slot] = placement.spotRow;
    this.#ownRow[slot] = placement.form === "option" ? row : NONE;
    this.#foreign[slot] = currency === this.#dollar || currency === row ? NONE : currency;
    this.#worthRow[slot] = placement.form === "future" ? NONE : row;
    return slot;
  }

  row(slot: number): number {
    return this.#slots[slot].row;
  }

  placement(slot: number): Placement {
    return this.#slots[slot].placement;
  }

  /** Whether a vendor's values are used. */
  isStated(slot: number): boolean {
    return this.scan === undefined && this.view.isStated(this.#slots[slot].row);
  }

  /** What the model values an option's slot with in this scan; undefined where it does not. */
  modelOf(slot: number): { readonly style: ExerciseStyle; readonly terms: OptionTerms } | undefined {
    const { row, placement, volatility } = this.#slots[slot];
    const { style, terms } = this.view.model(row, placement.spotRow);
    if (terms === undefined || volatility === undefined) return undefined;
    return { style, terms: { ...terms, volatility: volatility.volatility * (this.scan?.volatility ?? 1) } };
  }

  /** Cents of a unit for each dollar of its price. */
  centsPerDollar(slot: number): number {
    const { row } = this.#slots[slot];
    const { valueNumerator, valueDivisor } = this.view.books.instruments.columns;
    return (valueNumerator[row] / valueDivisor[row]) * this.#rateAt[slot] * UNITS;
  }

  /** The row of the currency that an instrument is priced in, -1 where that is the dollar or itself. */
  foreignCurrency(slot: number): number {
    return this.#foreign[slot];
  }

  volatilityOf(slot: number): FoundVolatility | undefined {
    return this.#slots[slot].volatility;
  }

  /** Why a slot has no values. */
  trouble(slot: number): Trouble | undefined {
    return this.#slots[slot].trouble;
  }

  /** The range of a class in this scan, and what is missing to say it. */
  rangeOf({ kind, classRow }: Placement): Range | Trouble {
    const { ranges } = this.view.rules;
    const { scan } = this;
    if (scan === undefined || (scan.kinds !== undefined && !scan.kinds.includes(kind))) return ranges[kind];
    if (scan.deviations === undefined) return scan.range ?? ranges[kind];
    return this.view.deviationRange(classRow, scan.deviations);
  }

  /** By what the range is multiplied. */
  leverageOf({ leverage }: Placement): number {
    return this.scan?.isUnleveraged === true ? Math.sign(leverage) : leverage;
  }

  /** Values a slot anew if its prices changed; false where its values are unknown. Allocates nothing while terms stay. */
  ensure(slot: number): boolean {
    const { view } = this;
    const spot = view.price(this.#spotRow[slot]);
    const ownRow = this.#ownRow[slot];
    const own = ownRow === NONE ? 0 : view.price(ownRow);
    const foreign = this.#foreign[slot];
    const rate = foreign === NONE ? 1 : view.price(foreign) / UNITS;
    if (spot === this.#spotAt[slot] && rate === this.#rateAt[slot] && same(own, this.#ownAt[slot]))
      return this.#known[slot] === 1;
    this.#spotAt[slot] = spot;
    this.#rateAt[slot] = rate;
    this.#ownAt[slot] = own;
    const trouble = this.#value(slot, spot, rate);
    this.#slots[slot].trouble = trouble;
    this.#known[slot] = trouble === undefined ? 1 : 0;
    return trouble === undefined;
  }

  /** What units of it are worth where their underlying stands, in cents: of a future nothing. */
  worth(slot: number, units: number): number {
    const row = this.#worthRow[slot];
    if (row === NONE) return 0;
    const { instruments } = this.view.books;
    const value = instruments.value(row, units, this.base[slot]);
    const foreign = this.#foreign[slot];
    return foreign === NONE ? value : multiplyDivide(value, this.view.price(foreign), UNITS);
  }

  #value(slot: number, spot: number, rate: number): Trouble | undefined {
    const { view } = this;
    const { row, placement } = this.#slots[slot];
    const { instruments } = view.books;
    const name = (of: number) => instruments.attributes(of).instrument;
    if (!(spot >= 0)) return missingPrice(name(placement.spotRow));
    if (!(rate >= 0)) return missingPrice(name(instruments.columns.currency[row]));
    const range = this.rangeOf(placement);
    if (range instanceof Trouble) return range;
    this.isStraight[slot] = 0;
    const { valueNumerator, valueDivisor } = instruments.columns;
    const factor = (valueNumerator[row] / valueDivisor[row]) * rate;
    const stated = this.isStated(slot) ? view.values.changes(row) : undefined;
    if (stated !== undefined) {
      this.base[slot] = placement.form === "own" ? spot : (view.values.base(row) ?? Number.NaN);
      for (let point = 0; point < POINTS; point++) this.change[slot * POINTS + point] = stated[point] * factor;
      return undefined;
    }
    if (placement.form === "option") return this.#valueOption(slot, spot, factor, range);
    const leverage = this.leverageOf(placement);
    this.isStraight[slot] = 1;
    this.base[slot] = spot;
    for (let point = 0; point < POINTS; point++)
      this.change[slot * POINTS + point] = Math.round(spot * moveAt(point, range, leverage)) * factor;
    return undefined;
  }

  #valueOption(slot: number, spot: number, factor: number, range: Range): Trouble | undefined {
    const { view } = this;
    const { row, placement } = this.#slots[slot];
    const { instrument, maturity } = view.books.instruments.attributes(row);
    if (maturity !== undefined && maturity < view.asOf) return expired(instrument, formatDay(maturity));
    if (view.rules.values === "stated")
      return missing(instrument, "a vendor's theoretical values", "a theoretical-values-stated fact");
    const trouble = this.#setTerms(slot);
    if (trouble !== undefined) return trouble;
    const { place, volatility } = this.#slots[slot];
    const leverage = this.leverageOf(placement);
    for (let point = 0; point < POINTS; point++)
      this.#spots[point] = Math.max(1, spot + Math.round(spot * moveAt(point, range, leverage))) / UNITS;
    this.#spots[BASE_POINT] = spot / UNITS;
    this.#pages.value(place, this.#spots);
    const base = this.#baseOf(slot, spot, volatility);
    this.base[slot] = base;
    for (let point = 0; point < POINTS; point++)
      this.change[slot * POINTS + point] = (Math.round(this.#pages.at(place, point) * UNITS) - base) * factor;
    if (Number.isNaN(this.change[slot * POINTS] + this.change[slot * POINTS + POINTS - 1]))
      return missing(instrument, "a model that can value it", "a vendor's theoretical values");
    return undefined;
  }

  /** The price that implied the volatility, where the underlying stands as it stood; else the model's value. */
  #baseOf(slot: number, spot: number, found: FoundVolatility | undefined): number {
    if (found !== undefined && found.from !== "neighbour" && found.spot === spot) return found.price;
    const { place, basePlace } = this.#slots[slot];
    if (basePlace !== place) this.#pages.value(basePlace, this.#spots);
    return Math.round(this.#pages.at(basePlace, BASE_POINT) * UNITS);
  }

  /** Sets the option's place where its volatility is new. */
  #setTerms(slot: number): Trouble | undefined {
    const { view, scan } = this;
    const state = this.#slots[slot];
    const { row, placement } = state;
    const { instrument } = view.books.instruments.attributes(row);
    const { style, terms } = view.model(row, placement.spotRow);
    if (terms === undefined)
      return missing("interest-rate-stated", "a riskless rate of dollars", "an interest-rate-stated fact");
    const found = view.volatility(row, placement.spotRow);
    // Prices of other options may change unseen: valued anew each time.
    if (found === undefined || found.from === "neighbour") this.#spotAt[slot] = Number.NaN;
    if (found === undefined)
      return missing(instrument, "a price that implies a volatility", "a volatility-stated fact");
    if (state.volatility?.volatility !== found.volatility) {
      const { volatility } = found;
      const shock = scan?.volatility ?? 1;
      if (state.place === NONE) {
        state.basePlace = this.#pages.add();
        state.place = shock === 1 ? state.basePlace : this.#pages.add();
      }
      this.#pages.set(state.basePlace, style, { ...terms, volatility });
      if (shock !== 1) this.#pages.set(state.place, style, { ...terms, volatility: volatility * shock });
    }
    state.volatility = found;
    // A volatility that is held does not move with the option's price.
    this.#ownRow[slot] = found.isHeld ? NONE : row;
    return undefined;
  }

  #grow(): void {
    const slots = this.base.length * 2;
    this.change = enlarged(this.change, slots * POINTS);
    this.base = enlarged(this.base, slots);
    this.#spotAt = enlarged(this.#spotAt, slots);
    this.#ownAt = enlarged(this.#ownAt, slots);
    this.#rateAt = enlarged(this.#rateAt, slots);
    this.#known = enlarged(this.#known, slots);
    this.isStraight = enlarged(this.isStraight, slots);
    this.#spotRow = enlarged(this.#spotRow, slots);
    this.#ownRow = enlarged(this.#ownRow, slots);
    this.#foreign = enlarged(this.#foreign, slots);
    this.#worthRow = enlarged(this.#worthRow, slots);
  }
}

/** Columns for so many slots, in one piece of memory: a table is made for every account that is asked for by itself. */
function columnsOf(slots: number) {
  const buffer = new ArrayBuffer(slots * (8 * (POINTS + 4) + 4 * 4 + 2));
  const reals = (first: number, length = slots) => new Float64Array(buffer, 8 * slots * first, length);
  const rows = (first: number) => new Int32Array(buffer, slots * (8 * (POINTS + 4) + 4 * first), slots);
  return {
    change: reals(0, slots * POINTS),
    base: reals(POINTS),
    spotAt: reals(POINTS + 1),
    ownAt: reals(POINTS + 2),
    rateAt: reals(POINTS + 3),
    spotRow: rows(0),
    ownRow: rows(1),
    foreign: rows(2),
    worthRow: rows(3),
    known: new Uint8Array(buffer, slots * (8 * (POINTS + 4) + 4 * 4), slots),
    isStraight: new Uint8Array(buffer, slots * (8 * (POINTS + 4) + 4 * 4 + 1), slots),
  };
}

type Column = Float64Array | Int32Array | Uint8Array;

function enlarged<C extends Column>(column: C, length: number): C {
  const larger = new (column.constructor as new (length: number) => C)(length);
  larger.set(column);
  return larger;
}

/** Equal, or both unknown. */
function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function missing(field: string, what: string, expected: string): Trouble {
  return new Trouble("missing-input", `portfolio margin needs ${what}`, { field, expected });
}

function expired(instrument: string, day: string): Trouble {
  return new Trouble("missing-input", `${instrument} expired on ${day} and is still held`, {
    field: instrument,
    expected: "its exercise, assignment or expiry in the books",
  });
}
