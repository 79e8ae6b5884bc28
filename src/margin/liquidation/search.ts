/**
 * The smallest set of closing orders that cures: the one with the least burden, a sum over positions of what closing so many
 * units weighs in the rulebook's policy. A set cures where equity is at least the requirement with its cushion, costs paid.
 *
 * Small accounts are searched whole. Of others, slices are taken in the order of what they free for each unit of burden;
 * the account is computed anew after each; the last is cut to as few steps as cure, and then every order is cut as far as the
 * cure holds, so that no order can be reduced by one step. Where positions are margined one by one and weigh the same for
 * every unit, that is less than one step's burden above the least there is (the fractional covering problem is solved by
 * that order, and only the last step is rounded up). Where costs rise with size it is within one slice. Where pairings make
 * requirements jump there is no such bound: it cures, and no single order can be cut.
 *
 * A slice never raises the requirement: a leg of a spread is closed only together with the other, or where the account is
 * better off without.
 */
import {
  type Closing,
  type LiquidationCase,
  type Outcome,
  outcomeOf,
  type Position,
  stepsOf,
  unitsOf,
} from "./case.ts";

/** Accounts with no more sets than these are searched whole. */
const SETS_SEARCHED_MAX = 256;
/** A position is taken in so many slices, the last one cut. */
const SLICES = 8;
/** Pairs of legs are looked at in groups of no more positions. */
const PAIRED_MAX = 24;

export interface Found {
  readonly outcome: Outcome;
  /** Every set was looked at: there is none with less burden. */
  readonly exact: boolean;
  /** False: closing everything that helps is not enough. */
  readonly cures: boolean;
}

/** The set found; undefined where the account cannot be computed as it stands. */
export function search(given: LiquidationCase): Found | undefined {
  const start = outcomeOf(
    given,
    given.positions.map(() => 0),
  );
  if (start === undefined) return undefined;
  if (start.above >= 0) return { outcome: start, exact: true, cures: true };
  const whole = countSets(given.positions) <= SETS_SEARCHED_MAX ? searchAll(given, start.requirement) : undefined;
  if (whole !== undefined) return { outcome: whole, exact: true, cures: true };
  const outcome = searchBySlices(given, start);
  return { outcome, exact: false, cures: outcome.above >= 0 };
}

/** The set that slices lead to from `start`, cut as far as the cure holds; the most that helps where nothing cures. */
export function searchBySlices(given: LiquidationCase, start: Outcome): Outcome {
  const taken = takeSlices(given, start);
  return taken.above >= 0 ? cut(given, taken, start.requirement) : taken;
}

/** How many sets of orders there are. */
function countSets(positions: readonly Position[]): number {
  return positions.reduce((count, position) => count * (stepsOf(position) + 1), 1);
}

/** The least burden among all sets that cure, ties by the lesser cost; undefined where none does. */
export function searchAll(given: LiquidationCase, requirementMost: number): Outcome | undefined {
  const { positions } = given;
  const steps = positions.map(() => 0);
  let best: Outcome | undefined;
  for (;;) {
    const outcome = outcomeOf(
      given,
      steps.map((count, index) => unitsOf(positions[index], count)),
    );
    const cures = outcome !== undefined && outcome.above >= 0 && outcome.requirement <= requirementMost;
    if (cures && (best === undefined || isLess(outcome, best))) best = outcome;
    let index = 0;
    while (index < steps.length && steps[index] === stepsOf(positions[index])) steps[index++] = 0;
    if (index === steps.length) return best;
    steps[index]++;
  }
}

function isLess(a: Outcome, b: Outcome): boolean {
  return a.burden < b.burden || (a.burden === b.burden && a.cost < b.cost);
}

/** What is closed together: one contract with another, or with the stock that it delivers. */
interface Parcel {
  readonly legs: readonly { readonly index: number; readonly each: number }[];
  /** How many of it there are at the start. */
  readonly count: number;
}

/** Every position by itself, and every two of one group of which an option is one. */
function parcelsOf(positions: readonly Position[]): Parcel[] {
  const parcels: Parcel[] = positions.map((position, index) => ({
    legs: [{ index, each: position.step }],
    count: stepsOf(position),
  }));
  const groups = Map.groupBy(positions.keys(), (index) => positions[index].group);
  for (const indexes of groups.values()) {
    if (indexes.length > PAIRED_MAX || !indexes.some((index) => positions[index].isOption)) continue;
    for (const [place, first] of indexes.entries())
      for (const second of indexes.slice(place + 1)) {
        const pair = pairOf(positions, first, second);
        if (pair !== undefined) parcels.push(pair);
      }
  }
  return parcels;
}

function pairOf(positions: readonly Position[], first: number, second: number): Parcel | undefined {
  const [a, b] = [positions[first], positions[second]];
  if (!a.isOption && !b.isOption) return undefined;
  const [x, y] = [Math.abs(a.units), Math.abs(b.units)];
  const each = [a.isOption ? a.step : b.deliverable, b.isOption ? b.step : a.deliverable] as const;
  if (!(each[0] > 0 && each[1] > 0)) return undefined;
  const count = Math.min(Math.floor(x / each[0]), Math.floor(y / each[1]));
  if (count === 0) return undefined;
  return {
    legs: [
      { index: first, each: each[0] },
      { index: second, each: each[1] },
    ],
    count,
  };
}

/** Takes the slice that frees the most for its burden, again and again, until the account is cured or nothing helps. */
function takeSlices(given: LiquidationCase, start: Outcome): Outcome {
  const parcels = parcelsOf(given.positions);
  // What each freed for its burden when it was last tried. It is tried again before it is taken: the best first.
  const worth = parcels.map(() => Number.POSITIVE_INFINITY);
  let reached = start;
  for (;;) {
    const slice = bestSlice(given, parcels, worth, reached);
    if (slice === undefined) return reached;
    if (slice.outcome.above >= 0) return fewest(given, slice.parcel, slice.count, reached) ?? slice.outcome;
    reached = slice.outcome;
    for (const [index, parcel] of parcels.entries())
      if (worth[index] === Number.NEGATIVE_INFINITY && sharesGroup(given, parcel, slice.parcel))
        worth[index] = Number.POSITIVE_INFINITY;
  }
}

interface Slice {
  readonly parcel: Parcel;
  readonly count: number;
  readonly outcome: Outcome;
}

function bestSlice(
  given: LiquidationCase,
  parcels: readonly Parcel[],
  worth: number[],
  from: Outcome,
): Slice | undefined {
  const tried = new Map<number, Slice>();
  for (;;) {
    let best = -1;
    for (const [index, value] of worth.entries())
      if (value > Number.NEGATIVE_INFINITY && (best === -1 || value > worth[best])) best = index;
    if (best === -1) return undefined;
    const known = tried.get(best);
    if (known !== undefined) return known;
    const parcel = parcels[best];
    const left = leftOf(given, parcel, from.closing);
    const count = Math.min(left, Math.ceil(parcel.count / SLICES));
    const outcome = count === 0 ? undefined : helpful(given, from, take(given, parcel, count, from.closing));
    if (outcome === undefined) worth[best] = Number.NEGATIVE_INFINITY;
    else {
      worth[best] = (outcome.above - from.above) / Math.max(outcome.burden - from.burden, Number.MIN_VALUE);
      tried.set(best, { parcel, count, outcome });
    }
  }
}

/** What a slice leads to, if the account is better off and its requirement no higher. */
function helpful(given: LiquidationCase, from: Outcome, closing: Closing): Outcome | undefined {
  const outcome = outcomeOf(given, closing);
  if (outcome === undefined || outcome.above <= from.above) return undefined;
  return outcome.requirement > from.requirement ? undefined : outcome;
}

function sharesGroup({ positions }: LiquidationCase, a: Parcel, b: Parcel): boolean {
  return positions[a.legs[0].index].group === positions[b.legs[0].index].group;
}

/** How many of a parcel are left; a remainder of a single position counts as one. */
function leftOf({ positions }: LiquidationCase, { legs }: Parcel, closing: Closing): number {
  return Math.min(
    ...legs.map(({ index, each }) => {
      const left = (Math.abs(positions[index].units) - closing[index]) / each;
      return legs.length === 1 ? Math.ceil(left) : Math.floor(left);
    }),
  );
}

function take({ positions }: LiquidationCase, { legs }: Parcel, count: number, closing: Closing): Closing {
  const after = [...closing];
  for (const { index, each } of legs)
    after[index] = Math.min(Math.abs(positions[index].units), after[index] + count * each);
  return after;
}

/** The fewest of a parcel that cure, of at most `count`; found by halving, and held to cure. */
function fewest(given: LiquidationCase, parcel: Parcel, count: number, from: Outcome): Outcome | undefined {
  let [low, high] = [0, count];
  let found: Outcome | undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const outcome = outcomeOf(given, take(given, parcel, middle, from.closing));
    if (outcome !== undefined && outcome.above >= 0 && outcome.requirement <= from.requirement) {
      found = outcome;
      high = middle;
    } else low = middle;
  }
  return found;
}

/** Cuts every order as far as the cure holds, the one that weighs most first, until none can be cut by a step. */
function cut(given: LiquidationCase, taken: Outcome, most: number): Outcome {
  const { positions } = given;
  const parcels = parcelsOf(positions);
  let reached = taken;
  // Each round lowers the burden, so that it ends.
  for (let isCut = true; isCut;) {
    isCut = false;
    for (const parcel of parcels) {
      const least = keepFewest(given, parcel, reached, most);
      if (least === undefined) continue;
      reached = least;
      isCut = true;
    }
  }
  return reached;
}

/** The same set with as many fewer of a parcel as the cure allows; undefined where not one step can go. */
function keepFewest(given: LiquidationCase, parcel: Parcel, from: Outcome, most: number): Outcome | undefined {
  const steps = Math.min(...parcel.legs.map(({ index, each }) => Math.ceil(from.closing[index] / each)));
  let kept = 0;
  let found: Outcome | undefined;
  let leap = 1;
  for (; kept + leap <= steps; leap *= 2) {
    const outcome = without(given, parcel, kept + leap, from, most);
    if (outcome === undefined) break;
    found = outcome;
    kept += leap;
  }
  for (; leap >= 1; leap = Math.floor(leap / 2)) {
    const outcome = kept + leap > steps ? undefined : without(given, parcel, kept + leap, from, most);
    if (outcome === undefined) continue;
    found = outcome;
    kept += leap;
  }
  return found;
}

/** `most`: the requirement that the account had at the start, which no set raises. */
function without(
  given: LiquidationCase,
  { legs }: Parcel,
  fewer: number,
  from: Outcome,
  most: number,
): Outcome | undefined {
  const closing = [...from.closing];
  for (const { index, each } of legs) {
    // A remainder is the last step: without it the position is closed in whole steps.
    const steps = Math.ceil(closing[index] / each) - fewer;
    if (steps < 0) return undefined;
    closing[index] = steps * each;
  }
  const outcome = outcomeOf(given, closing);
  if (outcome === undefined || outcome.above < 0 || outcome.requirement > most) return undefined;
  return outcome.burden < from.burden ? outcome : undefined;
}
