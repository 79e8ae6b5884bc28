/**
 * What of an account is margined together: an underlying, with stock long and short, what converts into it, and warrants
 * and options on it; with options written on an index, funds that follow it. A group without options and without an offset
 * is the sum of its positions; every other group is asked as a whole.
 */
import type { Trouble } from "../base/errors.ts";
import type { Line } from "../base/line.ts";
import type { Cents } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import type { InstrumentType } from "../books/instrument-types.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import { type Holding, type MarginAccount, type MarginBooks, valueOf } from "./account.ts";
import type { MarginRules } from "./rules.ts";

export interface Group {
  /** The row of the underlying; of what is on nothing, its own. */
  readonly underlying: number;
  /** By instrument, then by member account. */
  readonly holdings: readonly Holding[];
}

/** What a group is margined in. Prices are those of `books.market`, or of `price` where that is given. */
export interface GroupContext {
  readonly books: MarginBooks;
  readonly rules: MarginRules;
  readonly account: MarginAccount;
  readonly asOf: Day;
  /** By instrument, in place of the market's valuation price: 10^-8, NaN where unknown. */
  readonly price?: (instrument: number) => number;
}

/** What a group requires, and why. With troubles, nothing of it is known. */
export interface GroupAnswer {
  /** Cents, not negative; what short options are worth is part of it. */
  readonly requirement: Cents;
  /** Cents that the group adds to margin equity beside the market value of stock and bonds, often negative. */
  readonly equityAdjustment: Cents;
  /** In a cash account: what of the requirement is at risk in options, which cash equivalents may secure. Absent: nothing. */
  readonly atRisk?: Cents;
  /** Their amounts sum to the requirement. */
  readonly lines: readonly Line[];
  /** Each a `missing-input` or a `missing-rule`. */
  readonly troubles: readonly Trouble[];
}

/**
 * How fast the excess of a group can fall: for each instrument whose price it depends on, cents for each dollar of a move in
 * either direction, while the price stays from `low` to `high` (dollars).
 */
export interface GroupSlopes {
  readonly instruments: Int32Array;
  readonly slope: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The price that a context values an instrument at: 10^-8, NaN where unknown. */
export function priceIn({ books, price }: GroupContext, instrument: number): number {
  return price === undefined ? books.market.price(instrument) : price(instrument);
}

/** What `units` of an instrument are worth in cents at the context's prices, a short negative. Throws `missing-input`. */
export function valueIn(context: GroupContext, instrument: number, units: number): Cents {
  return valueOf(context.books, instrument, units, priceIn(context, instrument), context.price);
}

/** The row that an instrument is grouped under: what it is an option or a warrant on, or converts into, else itself. */
export function underlyingOf({ instruments }: Pick<MarginBooks, "instruments">, instrument: number): number {
  const type = instruments.type(instrument);
  if (type === "option") {
    const underlying = instruments.columns.underlying[instrument];
    return underlying === -1 ? instrument : underlying;
  }
  const into = exchangeOf({ instruments }, instrument)?.into ?? -1;
  return into === -1 ? instrument : into;
}

/** What a security becomes when its holder exchanges, converts or exercises it, paying money for it or not. */
export interface Exchange {
  /** The row of the other security; -1 while it is not listed. */
  readonly into: number;
  /** How many of it for one, 10^-6; undefined where the listing does not say. */
  readonly wireUnits: number | undefined;
  /** The first day on which that is possible; undefined: at any time. */
  readonly from: Day | undefined;
}

/** Of what converts, and of a warrant on a stock, which is for one of it where it says nothing else. */
export function exchangeOf(
  { instruments }: Pick<MarginBooks, "instruments">,
  instrument: number,
): Exchange | undefined {
  const { convertsInto, conversionUnits, convertibleFrom: from } = instruments.attributes(instrument);
  if (convertsInto !== undefined) return { into: instruments.findText(convertsInto), wireUnits: conversionUnits, from };
  if (instruments.type(instrument) !== "warrant") return undefined;
  const into = instruments.columns.underlying[instrument];
  if (into === -1 || !STOCKS.has(instruments.type(into))) return undefined;
  return { into, wireUnits: conversionUnits ?? 10 ** QUANTITY_SCALE, from };
}

const STOCKS: ReadonlySet<InstrumentType> = new Set(["equity", "etf", "preferred"]);

/**
 * The index that a fund follows one for one, by its row, -1 of anything else: the fund may protect options written on it,
 * (f)(2)(H)(v)f.
 */
export function followedIndex({ instruments }: Pick<MarginBooks, "instruments">, instrument: number): number {
  if (instruments.type(instrument) !== "etf") return -1;
  const index = instruments.columns.underlying[instrument];
  if (index === -1 || instruments.type(index) !== "index") return -1;
  const { numerator, denominator } = instruments.attributes(instrument).leverage;
  return numerator === denominator ? index : -1;
}

/**
 * The groups of an account, by the row of their underlying. Every holding is in exactly one: a fund of which the account has
 * nothing else stands with the options on the index that it follows, where some of these are written.
 */
export function groupsOf(books: Pick<MarginBooks, "instruments">, holdings: readonly Holding[]): readonly Group[] {
  const byUnderlying = new Map<number, Holding[]>();
  for (const holding of holdings) {
    const underlying = underlyingOf(books, holding.instrument);
    const group = byUnderlying.get(underlying);
    if (group === undefined) byUnderlying.set(underlying, [holding]);
    else group.push(holding);
  }
  joinFunds(books, byUnderlying);
  const groups: Group[] = [];
  for (const [underlying, held] of byUnderlying) {
    if (held.length > 1) held.sort((a, b) => a.instrument - b.instrument || a.account - b.account);
    groups.push({ underlying, holdings: held });
  }
  return groups.sort((a, b) => a.underlying - b.underlying);
}

/** By instrument: the row that its group is of. */
export function groupRows(groups: readonly Group[]): ReadonlyMap<number, number> {
  return new Map(
    groups.flatMap(({ underlying, holdings }) => holdings.map(({ instrument }) => [instrument, underlying] as const)),
  );
}

function joinFunds(books: Pick<MarginBooks, "instruments">, byUnderlying: Map<number, Holding[]>): void {
  for (const [fund, held] of byUnderlying) {
    const index = followedIndex(books, fund);
    if (index === -1 || held.some(({ instrument }) => instrument !== fund)) continue;
    const options = byUnderlying.get(index);
    // An index itself is nobody's holding.
    if (options === undefined || options.every(({ units }) => units > 0)) continue;
    options.push(...held);
    byUnderlying.delete(fund);
  }
}

/** Whether options stand in the group. */
export function hasOptions({ instruments }: Pick<MarginBooks, "instruments">, group: Group): boolean {
  return group.holdings.some(({ instrument }) => instruments.type(instrument) === "option");
}
