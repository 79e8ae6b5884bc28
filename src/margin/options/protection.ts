/**
 * Funds that protect options written on the index that they follow, (f)(2)(H)(v)f: held long they protect calls, held short
 * puts. The fund is margined as it is in any case; the option requires what it is in the money or, where that is more, what
 * its protection lacks to the index value.
 *
 * A *lot* is as much of a fund as is worth the index value of one contract. What whole lots leave protects one contract more,
 * and lacks the rest, where all of it is then still worth enough. To protect more than that never pays: each contract that is
 * taken into a protection that is used up adds all of its index value to what lacks.
 */
import { type Cents, subtract, toCents, ZERO } from "../../base/money.ts";
import type { Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import { followedIndex, type Group, type GroupContext, valueIn } from "../group.ts";
import type { Leg, Protection } from "./legs.ts";
import { centsAt, type Series, whole } from "./series.ts";

/** Millionths of a dollar in a cent. */
const MICROS_PER_CENT = 10_000;

/** A leg of the pairing: a fund in lots. */
export interface ProtectionLots extends Leg {
  readonly row: number;
  readonly covers: Protection;
  /** What each lacks to the index value of a contract, in cents. */
  readonly lacks: Cents;
}

/** The lots of a group of options on an index, in the order of the funds' rows. `isInitial`: when a position is taken. */
export function protectionsOf(
  { underlying, holdings }: Group,
  context: GroupContext,
  series: readonly Series[],
  isInitial: boolean,
): ProtectionLots[] {
  const rule = context.rules.options.protected;
  if (rule === undefined || context.asOf < rule.effective) return [];
  const net = new Map<number, number>();
  for (const { instrument, units } of holdings)
    if (protects(context, instrument, underlying)) net.set(instrument, (net.get(instrument) ?? 0) + units);
  const covers: ProtectionLots[] = [];
  for (const [row, units] of net) {
    const option = series.find(({ contracts, isCall }) => contracts < 0 && isCall === units > 0);
    if (option === undefined || units === 0) continue;
    const aim = indexValue(context, option, 1);
    const worth = valueIn(context, row, Math.abs(units));
    const lots = Math.floor(worth / aim);
    if (lots > 0) covers.push(lotsOf(option, row, lots, aim, ZERO, covers.length));
    const rest = toCents(worth - lots * aim);
    if (isShare(worth, isInitial ? rule.established : rule.least, (lots + 1) * aim))
      covers.push(lotsOf(option, row, 1, rest, subtract(aim, rest), covers.length));
  }
  return covers;
}

/** What the index is worth in so many contracts of an option on it. */
export function indexValue(context: GroupContext, { row, underlyingPrice }: Series, contracts: number): Cents {
  return centsAt(context, row, contracts, whole(underlyingPrice));
}

/** Whether funds stand in the group: how much they protect jumps with the price of either. */
export function mayProtect({ underlying, holdings }: Group, { books }: GroupContext): boolean {
  return holdings.some(({ instrument }) => followedIndex(books, instrument) === underlying);
}

function protects({ books }: GroupContext, row: number, index: number): boolean {
  const { restricted, notMarginable, whenIssued } = books.instruments.attributes(row);
  return followedIndex(books, row) === index && !restricted && !notMarginable && !whenIssued;
}

function isShare(worth: number, { numerator, denominator }: Rate, of: number): boolean {
  return worth * denominator >= of * numerator;
}

/** So many lots of a fund, each worth `value` and lacking `lacks`, for contracts such as those of `option`. */
function lotsOf(
  { isCall, perPoint }: Series,
  row: number,
  lots: number,
  value: Cents,
  lacks: Cents,
  index: number,
): ProtectionLots {
  return {
    row,
    isCall,
    strike: 0,
    expiry: Number.POSITIVE_INFINITY as Day,
    // Of no series, so that no other strategy takes it.
    kind: -1 - index,
    isEuropean: false,
    units: Number.NaN,
    covers: { by: "protection", lacks: lacks * MICROS_PER_CENT },
    lacks,
    contracts: lots,
    perPoint,
    value: value * MICROS_PER_CENT,
    uncovered: 0,
    loan: 0,
    inTheMoney: 0,
    outOfTheMoney: 0,
  };
}
