/** What a firm of the exactness walk is like: everything about it follows from its seed. */
import type { Dice } from "./dice.ts";
import { LADDERS, type Level } from "./rules.ts";

export interface Shape {
  readonly ladder: readonly Level[];
  /** What a price of one dollar is. */
  readonly one: number;
  /** How many accounts there can be; a part of them is opened on the way. */
  readonly accounts: number;
  readonly positionsMost: number;
  /** Instruments in dollars come first, then currencies, then what is priced in them. */
  readonly dollars: number;
  readonly currencies: number;
  readonly foreign: number;
  /** All three together. */
  readonly instruments: number;
  /** How many of the first instruments nearly everybody holds. */
  readonly hot: number;
  /** Of a hundred positions, so many are short. */
  readonly shorts: number;
  readonly groups: number;
  /** Some units at some dollars, where every rounding counts, instead of some hundreds at some hundreds. */
  readonly isSmall: boolean;
  /** Cents by which contributions are off, this way or that: as far as rounding is said to take them. */
  readonly rough: number;
  /** How much a price moves in one tick, at most: basis points. */
  readonly step: number;
}

/** The price of a cent: 100 cents a dollar, or finer. */
const ONES = [100, 10_000, 100_000_000] as const;

export function shapeOf(dice: Dice): Shape {
  const isSmall = dice.once(4);
  const currencies = dice.once(isSmall ? 2 : 4) ? dice.between(1, 2) : 0;
  const foreign = currencies === 0 ? 0 : dice.between(1, 3);
  const groups = dice.once(5) ? dice.between(6, 24) : 0;
  const dollars = groups > 0 ? dice.between(2, 6) : dice.between(4, 16);
  return {
    ladder: dice.oneOf(LADDERS),
    one: dice.oneOf(isSmall ? ONES.slice(1) : ONES),
    accounts: dice.once(25) ? dice.between(60, 200) : dice.between(8, groups > 0 ? 14 : 28),
    positionsMost: groups > 0 ? dice.between(0, 2) : dice.between(1, isSmall ? 2 : dice.once(4) ? 12 : 4),
    dollars,
    currencies,
    foreign,
    instruments: dollars + currencies + foreign,
    hot: groups > 0 ? 0 : dice.between(0, 2),
    shorts: isSmall ? 50 : dice.oneOf([0, 10, 25, 50]),
    groups,
    isSmall,
    rough: dice.once(4) ? (isSmall ? 3 : 100) : 0,
    step: dice.oneOf([2, 8, 30]),
  };
}
