/**
 * The security master. Every asset of the ledger is a row here, currencies too; rows are numbered in the order of listing
 * and never change, whatever becomes of symbols and CUSIPs. What the hot paths need is in columns; the rest is an
 * immutable object of attributes.
 *
 * Market value is rounded once, half to even, from quantity × price × multiplier; scale, type, currency and multiplier
 * are fixed at the first listing, because every balance and every lot is counted in them.
 */
import { assert } from "../base/assert.ts";
import { multiplyDivide } from "../base/divide.ts";
import { Trouble } from "../base/errors.ts";
import type { Cents } from "../base/money.ts";
import type { Names } from "../base/names.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import { type Day, parseDay, parseInstant } from "../base/time.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import { type FactOfKind, INSTRUMENT_TYPES } from "../facts/kinds.ts";
import { checkIdentifiers } from "./identifiers.ts";
import { canonical, decodeAttributes, type InstrumentAttributes, type Listing } from "./instrument-attributes.ts";
import { checkAttributes, type InstrumentListed, type InstrumentType } from "./instrument-types.ts";
import { type Terms, termsOf } from "./instrument-terms.ts";
import { newYorkDay } from "./new-york-time.ts";
import { RowsByName } from "./rows-by-name.ts";
import { Symbols } from "./symbols.ts";

const WHOLE_MAX = Number.MAX_SAFE_INTEGER;
const WHY_FIXED = "balances, lots and the journal are counted in it";

type SymbolChanged = FactOfKind<"symbol-changed">;

const SCHEMA = {
  /** The instrument's name. */
  name: "u32",
  /** Index in INSTRUMENT_TYPES. */
  type: "u8",
  /** Decimals of its smallest unit. */
  scale: "u8",
  /** The row of the currency in which it is priced; a currency's own row. */
  currency: "i32",
  /** The row of the instrument that it is on, or -1. */
  underlying: "i32",
  /** cents = quantity units × price units × valueNumerator ÷ valueDivisor. */
  valueNumerator: "f64",
  valueDivisor: "f64",
  /** Wire units (10^-6) in one unit of the asset. */
  wireUnits: "f64",
} as const;

export class Instruments implements Stateful {
  readonly #names: Names;
  readonly #table = new Table("instruments", SCHEMA);
  readonly #rows = new RowsByName();
  readonly #symbols = new Symbols();
  /** The newest listing of each. */
  #listings: Listing[] = [];
  /** Decoded from the facts when first asked for. */
  #attributes: (InstrumentAttributes | undefined)[] = [];
  #revision = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  get size(): number {
    return this.#table.size;
  }

  /** Another number whenever an instrument is listed, or says something else of itself. */
  get revision(): number {
    return this.#revision;
  }

  /** The columns, by row. Read them through this property each time: growing replaces them. */
  get columns() {
    return this.#table.columns;
  }

  /** The row of the instrument with this name, or -1. */
  find(nameId: number): number {
    return this.#rows.find(nameId);
  }

  /** The row of the instrument named `text`, or -1. */
  findText(text: string): number {
    const nameId = this.#names.find(text);
    return nameId === undefined ? -1 : this.find(nameId);
  }

  /** What to throw where `find` or `findText` has no row. */
  unknown(nameId: number, field = "instrument"): Trouble {
    return this.unknownText(this.#names.text(nameId), field);
  }

  unknownText(text: string, field = "instrument"): Trouble {
    return new Trouble("unknown-instrument", "not in the security master", { field, value: text });
  }

  nameId(row: number): number {
    return this.#table.columns.name[row];
  }

  type(row: number): InstrumentType {
    return INSTRUMENT_TYPES[this.#table.columns.type[row]];
  }

  attributes(row: number): InstrumentAttributes {
    assert(row >= 0 && row < this.size, "an instrument's attributes are asked for by its row");
    return (this.#attributes[row] ??= decodeAttributes(this.#listings[row]));
  }

  /** The terms of its newest listing, as they were stated. */
  listing(row: number): Listing {
    assert(row >= 0 && row < this.size, "an instrument's listing is asked for by its row");
    return this.#listings[row];
  }

  /** Throws what keeps the fact from being applied: identifiers, attributes, references, and what may not change. */
  check(fact: InstrumentListed | SymbolChanged): void {
    if (fact.kind === "instrument-listed") this.#checkListing(fact);
    else this.#require("instrument", fact.instrument);
  }

  #checkListing(fact: InstrumentListed): void {
    checkIdentifiers(fact);
    checkAttributes(fact);
    decodeAttributes(fact);
    const terms = termsOf(fact);
    if (fact.type === "currency") {
      if (fact.currency !== fact.instrument) {
        throw new Trouble("bad-value", "a currency is priced in itself", {
          field: "currency",
          value: fact.currency,
          expected: fact.instrument,
        });
      }
    } else if (this.type(this.#require("currency", fact.currency)) !== "currency") {
      throw new Trouble("bad-value", "not a currency", {
        field: "currency",
        value: fact.currency,
        expected: "a currency",
      });
    }
    if (fact.underlying !== undefined) {
      this.#require("underlying", fact.underlying);
      if (fact.underlying === fact.instrument) {
        throw new Trouble("bad-value", "an instrument is not on itself", {
          field: "underlying",
          value: fact.underlying,
        });
      }
    }
    const row = this.findText(fact.instrument);
    if (row >= 0) this.#checkUnchanged(fact, terms, row);
  }

  #checkUnchanged(fact: InstrumentListed, terms: Terms, row: number): void {
    const { currency, scale, valueNumerator, valueDivisor } = this.#table.columns;
    const listed = this.#listings[row];
    const refuse = (field: "type" | "scale" | "currency" | "multiplier", why: string) => {
      throw new Trouble("not-allowed", `${why} of ${fact.instrument} cannot change: ${WHY_FIXED}`, {
        field,
        value: fact[field],
        expected: `${listed[field] ?? "the default"}, as first listed, or a new instrument`,
      });
    };
    if (this.type(row) !== fact.type) refuse("type", "the type");
    if (scale[row] !== terms.scale) refuse("scale", "the scale");
    if (currency[row] !== this.findText(fact.currency)) refuse("currency", "the currency");
    if (valueNumerator[row] !== terms.valueNumerator || valueDivisor[row] !== terms.valueDivisor) {
      refuse("multiplier", "the multiplier");
    }
  }

  #require(field: string, name: string): number {
    const row = this.findText(name);
    if (row < 0) throw this.unknownText(name, field);
    return row;
  }

  /** Lists the instrument, or replaces what it says of itself. The fact has been checked. Returns its row. */
  list(fact: InstrumentListed, nameId: number): number {
    this.#revision++;
    let row = this.find(nameId);
    if (row < 0) {
      row = this.#table.add();
      this.#rows.set(nameId, row);
      const columns = this.#table.columns;
      const terms = termsOf(fact);
      columns.name[row] = nameId;
      columns.type[row] = INSTRUMENT_TYPES.indexOf(fact.type);
      columns.scale[row] = terms.scale;
      columns.currency[row] = fact.type === "currency" ? row : this.findText(fact.currency);
      columns.valueNumerator[row] = terms.valueNumerator;
      columns.valueDivisor[row] = terms.valueDivisor;
      columns.wireUnits[row] = 10 ** (QUANTITY_SCALE - terms.scale);
      assert(columns.currency[row] >= 0, "an instrument is listed after its currency");
    }
    this.#table.columns.underlying[row] = fact.underlying === undefined ? -1 : this.findText(fact.underlying);
    this.#listings[row] = canonical(fact);
    this.#attributes[row] = undefined;
    if (fact.symbol !== undefined)
      this.#symbols.set(row, this.#names.intern(fact.symbol), newYorkDay(parseInstant(fact.at)));
    return row;
  }

  /**
   * Forgets every instrument from row `size` on: takes back what admission listed to check a batch. They must have been
   * listed without symbols: a history of symbols forgets nothing.
   */
  forgetFrom(size: number): void {
    this.#revision++;
    for (let row = size; row < this.size; row++) this.#rows.unset(this.nameId(row));
    this.#table.size = size;
    this.#listings.length = size;
    this.#attributes.length = size;
  }

  /** From its effective day the instrument trades under another symbol. The fact has been checked. */
  changeSymbol(fact: SymbolChanged): void {
    const row = this.findText(fact.instrument);
    assert(row >= 0, "a symbol is changed of a listed instrument");
    this.#symbols.set(row, this.#names.intern(fact.symbol), parseDay(fact.effective));
  }

  /** The instrument that trades under the symbol on the day, or -1. A symbol counts from the day it was learned for. */
  bySymbol(symbolNameId: number, day: Day): number {
    return this.#symbols.instrumentOf(symbolNameId, day);
  }

  /** The name of the symbol under which the instrument trades on the day, or -1. */
  symbolOf(row: number, day: Day): number {
    return this.#symbols.symbolOf(row, day);
  }

  /**
   * Market value in cents of the instrument's currency, rounded once, half to even. `quantityUnits` are units of the
   * asset, negative for a short; `priceUnits` are 10^-8. Throws `overflow` past 2^53.
   */
  value(row: number, quantityUnits: number, priceUnits: number): Cents {
    const { valueNumerator, valueDivisor } = this.#table.columns;
    const factor = priceUnits * valueNumerator[row];
    if (!(Math.abs(factor) <= WHOLE_MAX && Math.abs(quantityUnits) <= WHOLE_MAX))
      this.#refuseValue(row, quantityUnits, priceUnits);
    const cents = multiplyDivide(quantityUnits, factor, valueDivisor[row]);
    if (Number.isNaN(cents)) this.#refuseValue(row, quantityUnits, priceUnits);
    return cents as Cents;
  }

  #refuseValue(row: number, quantityUnits: number, priceUnits: number): never {
    assert(
      Number.isSafeInteger(quantityUnits) && Number.isSafeInteger(priceUnits),
      "a value is of whole units at a known price",
    );
    throw new Trouble("overflow", "the market value is not below 2^53 cents", {
      field: this.#names.text(this.nameId(row)),
      value: quantityUnits,
    });
  }

  /** A quantity as facts carry it (10^-6) in units of the asset, or NaN where it is finer than the asset's scale. */
  toUnits(row: number, wireQuantity: number): number {
    const wireUnits = this.#table.columns.wireUnits[row];
    return wireQuantity % wireUnits === 0 ? wireQuantity / wireUnits : Number.NaN;
  }

  sections(): Section[] {
    return [
      ...this.#table.sections(),
      jsonSection("instruments.listings", this.#listings),
      ...this.#symbols.sections(),
    ];
  }

  restore(sections: SectionReader): void {
    this.#revision++;
    this.#table.restore(sections);
    this.#rows.rebuild(this.#table.columns.name, this.size);
    this.#listings = sections.json("instruments.listings") as Listing[];
    this.#attributes = [];
    this.#symbols.restore(sections);
  }
}
