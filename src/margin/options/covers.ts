/**
 * What stands against short options beside the stock itself: what converts into it and warrants for it, (f)(2)(I)(i)-(ii), and
 * for options on an index the funds that follow it (`protection.ts`). They stand after a group's series as legs that are in no
 * strategy but this one: as many *lots* as contracts that they could cover. Covering or not, they require what they do by
 * themselves; so a lot of what converts costs what it is then kept out of margin equity, and of a warrant what its exercise
 * price is above the call's.
 */
import { QUANTITY_SCALE } from "../../facts/define.ts";
import { exchangeOf, type Group, type GroupContext, valueIn } from "../group.ts";
import type { Day } from "../../base/time.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { ExchangeCover, Leg } from "./legs.ts";
import { type ProtectionLots, protectionsOf } from "./protection.ts";
import { multiplierOf, type Series } from "./series.ts";

/** Millionths of a dollar in a cent. */
const MICROS_PER_CENT = 10_000;

export type Cover = ExchangeLots | ProtectionLots;

export interface ExchangeLots extends Leg {
  readonly covers: ExchangeCover;
  readonly row: number;
  /** Units of it that a lot has: what one contract needs. */
  readonly lot: number;
}

/** In the order of their rows. None for a cash account. `isInitial`: when a position is taken. */
export function coversOf(
  group: Group,
  context: GroupContext,
  series: readonly Series[],
  isInitial: boolean,
): readonly Cover[] {
  if (context.account.regime === "cash") return [];
  return context.books.instruments.type(group.underlying) === "index"
    ? protectionsOf(group, context, series, isInitial)
    : exchangesOf(group, context, series);
}

function exchangesOf(group: Group, context: GroupContext, series: readonly Series[]): ExchangeLots[] {
  const { underlying, holdings } = group;
  const { offsets } = netStockOf(group, context);
  const call = series.find((one) => isCovered(context, one, underlying));
  if (call === undefined) return [];
  const held = new Map<number, number>();
  for (const { instrument, units } of holdings) {
    if (instrument === underlying || context.books.instruments.type(instrument) === "option") continue;
    held.set(instrument, (held.get(instrument) ?? 0) + units);
  }
  const covers: ExchangeLots[] = [];
  for (const [row, units] of held) {
    const lot = lotOf(context, row, underlying, call.units);
    const lots = lot === undefined ? 0 : Math.floor((units - (offsets.get(row) ?? 0)) / lot);
    if (lot !== undefined && lots > 0) covers.push(coverOf(context, row, lot, lots, call, covers.length));
  }
  return covers;
}

/** The stock that stands against options, and of what becomes it how many units offset stock sold short instead. */
export interface NetStock {
  readonly long: number;
  readonly short: number;
  /** By row. */
  readonly offsets: ReadonlyMap<number, number>;
}

/**
 * (f)(2)(I)(iii): what is held long and short of the same stock, and stock sold short against what becomes it, (e)(1), stands
 * against no option: only the rest does.
 */
export function netStockOf({ underlying, holdings }: Group, { books, rules, asOf }: GroupContext): NetStock {
  const { instruments } = books;
  let net = 0;
  for (const { instrument, units } of holdings) if (instrument === underlying) net += units;
  const latest = addSpan(asOf, rules.maintenance.offsets.convertible.within);
  const offsets = new Map<number, number>();
  let short = Math.max(0, -net);
  for (const { instrument, units } of holdings) {
    const exchange = exchangeOf(books, instrument);
    if (short === 0 || units <= 0 || exchange?.into !== underlying || exchange.wireUnits === undefined) continue;
    if ((exchange.from ?? asOf) > latest || instruments.attributes(instrument).whenIssued) continue;
    const { scale } = instruments.columns;
    const each = (exchange.wireUnits / 10 ** QUANTITY_SCALE) * 10 ** (scale[underlying] - scale[instrument]);
    const taken = Math.min(units, Math.ceil(short / each));
    offsets.set(instrument, (offsets.get(instrument) ?? 0) + taken);
    short = Math.max(0, Math.ceil(short - taken * each));
  }
  return { long: Math.max(0, net), short, offsets };
}

/** Whether the group is short of the stock and long of what becomes it, which may offset it, (e)(1). */
export function mayOffset({ underlying, holdings }: Group, { books }: GroupContext): boolean {
  return (
    holdings.some(({ instrument, units }) => instrument === underlying && units < 0) &&
    holdings.some(
      ({ instrument, units }) =>
        instrument !== underlying && units > 0 && books.instruments.type(instrument) !== "option",
    )
  );
}

/** A short call of a standard contract: of an adjusted one, its exercise price is not that of so much stock. */
function isCovered(context: GroupContext, { isCall, contracts, units, row }: Series, underlying: number): boolean {
  const scale = context.books.instruments.columns.scale[underlying];
  return isCall && contracts < 0 && units === multiplierOf(context, row) * 10 ** scale;
}

/** How many units become what one contract delivers, at once; undefined of what does not, or may not be sold or counted. */
function lotOf({ books, asOf }: GroupContext, row: number, underlying: number, delivered: number): number | undefined {
  const { instruments } = books;
  const { type, restricted, notMarginable, whenIssued, strike } = instruments.attributes(row);
  const exchange = exchangeOf(books, row);
  if (exchange?.into !== underlying || exchange.wireUnits === undefined) return undefined;
  if (restricted || notMarginable || whenIssued || (exchange.from !== undefined && exchange.from > asOf))
    return undefined;
  if (type === "warrant" && strike === undefined) return undefined;
  const { scale } = instruments.columns;
  return Math.ceil((delivered * 10 ** (QUANTITY_SCALE + scale[row] - scale[underlying])) / exchange.wireUnits);
}

function coverOf(
  context: GroupContext,
  row: number,
  lot: number,
  lots: number,
  { units, perPoint }: Series,
  index: number,
): ExchangeLots {
  const { type, strike = 0, maturity } = context.books.instruments.attributes(row);
  const isWarrant = type === "warrant";
  return {
    row,
    lot,
    isCall: true,
    // Its holder pays this for the stock; nothing for what converts.
    strike: isWarrant ? strike : 0,
    expiry: maturity ?? (Number.POSITIVE_INFINITY as Day),
    // Of no series, so that no other strategy takes it.
    kind: -1 - index,
    isEuropean: false,
    units: Number.NaN,
    covers: { by: "exchange", units, isWarrant },
    contracts: lots,
    perPoint,
    value: (valueIn(context, row, lot * lots) * MICROS_PER_CENT) / lots,
    uncovered: 0,
    loan: 0,
    inTheMoney: 0,
    outOfTheMoney: 0,
  };
}
