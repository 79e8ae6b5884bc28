/**
 * The options of a group as pairing and explanation read them: one leg for each series and side, with its amounts by price.
 * An amount of one contract is an exact number of *points*, 10^-8 of price over a small denominator, so that the cents of
 * any number of contracts are rounded once, and the weights of pairing come from the same formula.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import { type Cents, toCents } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import { type Day, formatDay } from "../../base/time.ts";
import type { InstrumentAttributes } from "../../books/instrument-attributes.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import { addSpan } from "../../rulebook/terms.ts";
import { missingPrice } from "../account.ts";
import { type Group, type GroupContext, priceIn } from "../group.ts";
import type { Leg } from "./legs.ts";
import { type UncoveredTerms, uncoveredTerms } from "./underlying.ts";

/** Price units of 10^-8, over a denominator, for each unit of the multiplier. */
export interface Points {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Series extends Leg {
  readonly row: number;
  readonly instrument: string;
  readonly isListed: boolean;
  readonly uncoveredTerms: UncoveredTerms;
  /** 10^-8. */
  readonly price: number;
  readonly underlyingPrice: number;
  /** Has loan value by itself: listed, and of more than nine months. */
  readonly isLongDated: boolean;
}

/** All of a group's options; `troubles` where one cannot be margined. */
export interface GroupSeries {
  readonly series: readonly Series[];
  readonly troubles: readonly Trouble[];
}

/** Reads the options of a group, in the order in which ties are decided: calls first, by strike, expiry, row, long first. */
export function seriesOf(group: Group, context: GroupContext): GroupSeries {
  const { books } = context;
  const held = new Map<number, { long: number; short: number }>();
  for (const { instrument, units } of group.holdings) {
    if (books.instruments.type(instrument) !== "option") continue;
    const sides = held.get(instrument) ?? { long: 0, short: 0 };
    held.set(instrument, sides);
    if (units > 0) sides.long += units;
    else sides.short -= units;
  }
  const reader = new SeriesReader(group, context);
  const series: Series[] = [];
  const troubles: Trouble[] = [];
  for (const [row, { long, short }] of held) {
    try {
      if (long > 0) series.push(reader.read(row, long));
      if (short > 0) series.push(reader.read(row, -short));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      troubles.push(error);
    }
  }
  series.sort(
    (a, b) =>
      Number(b.isCall) - Number(a.isCall) ||
      a.strike - b.strike ||
      a.expiry - b.expiry ||
      a.row - b.row ||
      b.contracts - a.contracts,
  );
  return { series, troubles };
}

/** The cents of so many contracts at an amount of points each, rounded once, half to even. */
export function centsAt(
  context: GroupContext,
  row: number,
  contracts: number,
  { numerator, denominator }: Points,
): Cents {
  const { valueNumerator, valueDivisor } = context.books.instruments.columns;
  const cents = multiplyDivide(contracts * valueNumerator[row], numerator, valueDivisor[row] * denominator);
  if (Number.isNaN(cents)) throw new Trouble("overflow", "not below 2^53 cents", { field: "option", value: contracts });
  return toCents(cents);
}

/** Units of the multiplier for each contract. */
export function multiplierOf({ books }: GroupContext, row: number): number {
  return Number(books.instruments.attributes(row).multiplier);
}

class SeriesReader {
  readonly #context: GroupContext;
  readonly #underlying: InstrumentAttributes;
  readonly #tracked: InstrumentAttributes | undefined;
  readonly #price: number;
  readonly #scale: number;
  readonly #longDatedAfter: Day;
  readonly #kinds: string[] = [];

  constructor({ underlying }: Group, context: GroupContext) {
    const { books, rules, asOf } = context;
    const { instruments } = books;
    const tracked = instruments.columns.underlying[underlying];
    this.#context = context;
    this.#underlying = instruments.attributes(underlying);
    this.#tracked = tracked === -1 ? undefined : instruments.attributes(tracked);
    this.#price = priceIn(context, underlying);
    this.#scale = instruments.columns.scale[underlying];
    this.#longDatedAfter = addSpan(asOf, rules.options.long.after);
  }

  read(row: number, contracts: number): Series {
    const { books, rules, account, asOf } = this.#context;
    const attributes = books.instruments.attributes(row);
    const {
      instrument,
      right,
      strike = Number.NaN,
      maturity = Number.NaN as Day,
      overTheCounter,
      currency,
    } = attributes;
    if (books.instruments.columns.scale[row] !== 0) throw noRule("fractions of an option", instrument);
    if (currency !== "USD") throw noRule("options in another currency", instrument);
    if (maturity < asOf) throw expired(instrument, maturity);
    const price = priceIn(this.#context, row);
    if (Number.isNaN(price)) throw missingPrice(instrument);
    if (Number.isNaN(this.#price)) throw missingPrice(this.#underlying.instrument);
    const terms = uncoveredTerms(this.#underlying, this.#tracked, overTheCounter, rules.options, asOf);
    if (terms instanceof Trouble) throw terms;
    const isCall = right === "call";
    const multiplier = multiplierOf(this.#context, row);
    const perPoint = multiplier / 100;
    const isLongDated = !overTheCounter && maturity > this.#longDatedAfter;
    const style = attributes.style ?? (this.#underlying.type === "index" ? "european" : "american");
    const base = {
      row,
      instrument,
      isCall,
      strike,
      expiry: maturity,
      kind: this.#kindOf(attributes),
      isEuropean: style === "european",
      units: this.#unitsOf(attributes, multiplier),
      contracts,
      perPoint,
      isListed: !overTheCounter,
      uncoveredTerms: terms,
      price,
      underlyingPrice: this.#price,
      isLongDated,
    };
    const weigh = ({ numerator, denominator }: Points): number => Math.round((numerator / denominator) * perPoint);
    const share = 1 - rules.options.long.rate.numerator / rules.options.long.rate.denominator;
    return {
      ...base,
      value: weigh(whole(price)),
      uncovered: account.regime === "cash" ? securedInCash(base, weigh) : weigh(uncoveredPoints(base)),
      loan: isLongDated && account.regime !== "cash" ? Math.round(share * price * perPoint) : 0,
      inTheMoney: weigh(whole(inTheMoneyPoints(base))),
      outOfTheMoney: weigh(whole(outOfTheMoneyPoints(base))),
    };
  }

  /** Units of stock that a contract delivers; none of an index, or where that is no whole number. */
  #unitsOf({ contractUnits }: InstrumentAttributes, multiplier: number): number {
    if (!STOCK_TYPES.has(this.#underlying.type)) return Number.NaN;
    const each = contractUnits === undefined ? multiplier : contractUnits / 10 ** QUANTITY_SCALE;
    const units = Math.round(each * 10 ** this.#scale * 1e6) / 1e6;
    return Number.isSafeInteger(units) && units > 0 ? units : Number.NaN;
  }

  /** Series of one kind may be in a strategy with each other: same multiplier, same deliverable, listed or not. */
  #kindOf({ multiplier, contractUnits, overTheCounter }: InstrumentAttributes): number {
    const key = `${Number(multiplier)} ${contractUnits ?? ""} ${overTheCounter}`;
    const known = this.#kinds.indexOf(key);
    return known === -1 ? this.#kinds.push(key) - 1 : known;
  }
}

const STOCK_TYPES: ReadonlySet<string> = new Set(["equity", "etf", "preferred", "convertible", "warrant"]);

type Priced = Pick<Series, "isCall" | "strike" | "price" | "underlyingPrice" | "uncoveredTerms">;

export function whole(points: number): Points {
  return { numerator: points, denominator: 1 };
}

export function inTheMoneyPoints({ isCall, strike, underlyingPrice }: Priced): number {
  return Math.max(0, isCall ? underlyingPrice - strike : strike - underlyingPrice);
}

export function outOfTheMoneyPoints({ isCall, strike, underlyingPrice }: Priced): number {
  return Math.max(0, isCall ? strike - underlyingPrice : underlyingPrice - strike);
}

/**
 * (f)(2)(E): market value, or over the counter what it is in the money; and the greater of the basic share less what it is out of
 * the money, and the least. The least of a put is of its exercise price; more than that price it never requires, FINRA's
 * interpretation (f)(2)(E)(i)/01.
 */
export function uncoveredPoints(series: Priced): Points {
  const { isCall, strike, price, underlyingPrice, uncoveredTerms: terms } = series;
  const base = terms.principal ?? underlyingPrice;
  const isOfStrike = !isCall && terms.isOfStrike;
  const leastBase = terms.principal ?? (isOfStrike ? strike : underlyingPrice);
  const own = terms.isOverTheCounter ? inTheMoneyPoints(series) : price;
  const basic = plus(times(base, terms.basic), own - outOfTheMoneyPoints(series));
  const least = plus(times(leastBase, terms.least), own);
  const asked = isGreater(basic, least) ? basic : least;
  return isOfStrike && isGreater(asked, whole(strike)) ? whole(strike) : asked;
}

/** A put in a cash account is secured by its exercise price; a call that nothing covers is not allowed there. */
function securedInCash({ isCall, strike }: Priced, weigh: (points: Points) => number): number {
  return isCall ? Number.POSITIVE_INFINITY : weigh(whole(strike));
}

export function times(points: number, { numerator, denominator }: Rate): Points {
  return { numerator: points * numerator, denominator };
}

export function plus({ numerator, denominator }: Points, points: number): Points {
  return { numerator: numerator + points * denominator, denominator };
}

export function isGreater(a: Points, b: Points): boolean {
  return a.numerator * b.denominator > b.numerator * a.denominator;
}

function noRule(what: string, value: string): Trouble {
  return new Trouble("missing-rule", `no margin rule for ${what}`, { field: "instrument", value });
}

function expired(instrument: string, expiry: Day): Trouble {
  return new Trouble("missing-input", `${instrument} expired on ${formatDay(expiry)} and is still held`, {
    field: instrument,
    expected: "its exercise, assignment or expiry in the books",
  });
}
