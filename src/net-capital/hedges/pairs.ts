/**
 * Which positions may hedge one another, and which of them do: (A)(3), (F)(2) to (6).
 *
 * A pair is a long and a short of equal market value; what one of the two has more of stays where it stood, in whole units.
 * The firm may choose its pairs, so the plan looks for the least deduction: of few possible pairs it tries every order, of
 * many it takes first those that save most on each dollar. A pair that does not lower the whole deduction is not made, so
 * a plan never costs more than no plan.
 */
import { multiplyDivide } from "../../base/divide.ts";
import type { Cents } from "../../base/money.ts";
import { portion, type Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { Instruments } from "../../books/instruments.ts";
import { addSpan, type Span } from "../../rulebook/terms.ts";
import { governmentDeduction } from "../haircuts/governments.ts";
import { greaterSidesDeduction } from "../haircuts/view.ts";
import type { NetCapitalRules } from "../rules.ts";
import { addValue, emptySides, removeValue, type Sides } from "../schedule.ts";
import type { Leg } from "./legs.ts";
import type { HedgeRules } from "./rules.ts";

/** Up to so many possible pairs every order is tried: 5! = 120. */
const EXACT_PAIRS_MAX = 5;

/** Two legs that may hedge one another, by their places among the legs. */
export interface Candidate {
  readonly long: number;
  readonly short: number;
  /** What is charged on the hedged corporate, or on the pair of corporates; undefined for a pair of governments. */
  readonly rate: Rate | undefined;
  /** What a dollar of it saves at the most, by the rates alone. */
  readonly saving: number;
}

/** A pair that is made. */
export interface Pair {
  readonly long: Leg;
  readonly short: Leg;
  readonly longUnits: number;
  readonly shortUnits: number;
  /** Positive cents. */
  readonly longValue: number;
  readonly shortValue: number;
  readonly rate: Rate | undefined;
  readonly charge: Cents;
}

export interface Plan {
  readonly pairs: readonly Pair[];
  /** Market values that are left in their buckets; and the same with what is deliverable against futures, (A)(4). */
  readonly sides: Sides;
  readonly sidesWithDeliverables: Sides;
}

export function planHedges(
  legs: readonly Leg[],
  instruments: Instruments,
  rules: NetCapitalRules,
  candidates: readonly Candidate[],
): Plan {
  let best: Planning | undefined;
  for (const order of candidates.length <= EXACT_PAIRS_MAX ? orders(candidates) : [candidates]) {
    const planning = new Planning(legs, instruments, rules);
    for (const { long, short, rate } of order) planning.consider(legs[long], legs[short], rate);
    if (best === undefined || planning.cost < best.cost) best = planning;
  }
  return (best ?? new Planning(legs, instruments, rules)).plan();
}

/** Every order of a few. */
function orders<T>(of: readonly T[]): T[][] {
  if (of.length <= 1) return [[...of]];
  return of.flatMap((first, index) => orders(of.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

/** What is left of each leg while pairs are taken out of it. */
class Planning {
  readonly #instruments: Instruments;
  readonly #rules: NetCapitalRules;
  readonly #left = new Map<Leg, { units: number; value: number }>();
  readonly #sides: Sides;
  readonly #sidesWithDeliverables: Sides;
  readonly #pairs: Pair[] = [];
  #charges = 0;
  cost: number;

  constructor(legs: readonly Leg[], instruments: Instruments, rules: NetCapitalRules) {
    this.#instruments = instruments;
    this.#rules = rules;
    this.#sides = emptySides(rules.schedule);
    this.#sidesWithDeliverables = emptySides(rules.schedule);
    for (const leg of legs) {
      this.#left.set(leg, { units: leg.units, value: leg.value });
      this.#put(leg, leg.value);
    }
    this.cost = this.#costNow();
  }

  /** Makes the pair of what is left of its two legs, if the whole deduction falls. */
  consider(long: Leg, short: Leg, rate: Rate | undefined): void {
    const [longLeft, shortLeft] = [this.#leftOf(long), this.#leftOf(short)];
    const isPartial = longLeft.value !== -shortLeft.value;
    if (isPartial && this.#rules.readings.partialHedges === "whole-positions") return;
    const value = Math.min(longLeft.value, -shortLeft.value);
    if (value <= 0) return;
    const longTaken = this.#taken(long, longLeft, value);
    const shortTaken = this.#taken(short, shortLeft, value);
    if (longTaken.units === 0 || shortTaken.units === 0) return;
    const before = this.cost;
    const charge = rate === undefined ? 0 : portion(hedgedValue(long, short, longTaken.value, -shortTaken.value), rate);
    this.#take(long, longTaken.units);
    this.#take(short, shortTaken.units);
    this.#charges += charge;
    this.cost = this.#costNow();
    if (this.cost >= before) {
      this.#take(long, -longTaken.units);
      this.#take(short, -shortTaken.units);
      this.#charges -= charge;
      this.cost = before;
      return;
    }
    this.#pairs.push({
      long,
      short,
      longUnits: longTaken.units,
      shortUnits: shortTaken.units,
      longValue: longTaken.value,
      shortValue: -shortTaken.value,
      rate,
      charge: charge as Cents,
    });
  }

  plan(): Plan {
    return { pairs: this.#pairs, sides: this.#sides, sidesWithDeliverables: this.#sidesWithDeliverables };
  }

  #leftOf(leg: Leg): { units: number; value: number } {
    return this.#left.get(leg) ?? { units: 0, value: 0 };
  }

  /** As many whole units of a leg as are worth `value`, and no more: what is left over stays where it is charged in full. */
  #taken(leg: Leg, left: { readonly units: number; readonly value: number }, value: number) {
    const size = Math.abs(left.value);
    if (size === value) return { units: left.units, value: left.value };
    const most = Math.abs(left.units);
    let units = Math.min(most, multiplyDivide(most, value, size));
    while (units > 0 && this.#instruments.value(leg.row, units, leg.price) > value) units--;
    const sign = Math.sign(left.units);
    return { units: sign * units, value: sign * this.#instruments.value(leg.row, units, leg.price) };
  }

  #take(leg: Leg, units: number): void {
    const left = this.#leftOf(leg);
    const rest = left.units - units;
    const value = this.#instruments.value(leg.row, rest, leg.price);
    this.#remove(leg, left.value);
    this.#left.set(leg, { units: rest, value });
    this.#put(leg, value);
  }

  #put(leg: Leg, value: number): void {
    if (!leg.isFuture) addValue(this.#sides, leg.bucket, value);
    if (this.#isCategorised(leg)) addValue(this.#sidesWithDeliverables, leg.bucket, value);
  }

  #remove(leg: Leg, value: number): void {
    if (!leg.isFuture) removeValue(this.#sides, leg.bucket, value);
    if (this.#isCategorised(leg)) removeValue(this.#sidesWithDeliverables, leg.bucket, value);
  }

  #isCategorised({ isFuture }: Leg): boolean {
    return !isFuture || this.#rules.firm.hedges.has("(A)(4)");
  }

  #costNow(): number {
    const { schedule } = this.#rules;
    const sides = this.#sidesWithDeliverables;
    return (
      governmentDeduction(sides, schedule.governmentCategories, this.#rules) +
      greaterSidesDeduction(sides, schedule, schedule.families["corporate-debt"]) +
      this.#charges
    );
  }
}

/** Of a corporate and its government, the corporate; of two corporates, the larger by the rest of a unit. */
function hedgedValue(long: Leg, short: Leg, longValue: number, shortValue: number): Cents {
  if (long.kind === "government") return shortValue as Cents;
  if (short.kind === "government") return longValue as Cents;
  return Math.max(longValue, shortValue) as Cents;
}

/**
 * Finds every pair that the elections allow, the greatest saving by the rates first. Which pairs these are does not depend
 * on prices, so they are found anew only when the legs are others.
 */
export class CandidateFinder {
  #rows: readonly number[] = [];
  #found: readonly Candidate[] = [];
  readonly #rules: NetCapitalRules;
  readonly #isInclusive: boolean;
  readonly #governments: readonly { readonly from: Day; readonly to: Day; readonly apart: Span }[];
  readonly #corporates: readonly { readonly before: Day; readonly band: HedgeRules["corporates"]["bands"][number] }[];

  constructor(rules: NetCapitalRules, asOf: Day) {
    const { governments, corporates } = rules.hedgeRules;
    this.#rules = rules;
    this.#isInclusive = rules.readings.hedgeBounds === "inclusive";
    this.#governments = governments.bands.map(({ from, to, apart }) => ({
      from: addSpan(asOf, from),
      to: addSpan(asOf, to),
      apart,
    }));
    this.#corporates = corporates.bands.map((band) => ({
      before: band.under === undefined ? (Number.MAX_SAFE_INTEGER as Day) : addSpan(asOf, band.under),
      band,
    }));
  }

  candidates(legs: readonly Leg[]): readonly Candidate[] {
    const isSame = (leg: Leg, index: number): boolean => this.#rows[index] === rowAndSide(leg);
    if (legs.length === this.#rows.length && legs.every(isSame)) return this.#found;
    const places = legs.map((_, place) => place);
    const shorts = places.filter((place) => legs[place].units < 0);
    this.#rows = legs.map(rowAndSide);
    this.#found = places
      .filter((place) => legs[place].units > 0)
      .flatMap((long) => shorts.flatMap((short) => this.#candidate(legs, long, short) ?? []))
      .sort((a, b) => b.saving - a.saving || a.long - b.long || a.short - b.short);
    return this.#found;
  }

  #candidate(legs: readonly Leg[], longPlace: number, shortPlace: number): Candidate | undefined {
    const pair = this.#pair(legs[longPlace], legs[shortPlace]);
    return pair && { long: longPlace, short: shortPlace, ...pair };
  }

  #pair(long: Leg, short: Leg): Pick<Candidate, "rate" | "saving"> | undefined {
    const { hedges } = this.#rules.firm;
    if (long.kind === "government" && short.kind === "government") {
      const isFree = (leg: Leg): boolean => !leg.isFuture || hedges.has("(A)(4)");
      if (!hedges.has("(A)(3)") || !isFree(long) || !isFree(short) || !this.#isGovernmentPair(long, short))
        return undefined;
      return { rate: undefined, saving: this.#ownRates(long, short) };
    }
    if (!hedges.has(long.isFuture || short.isFuture ? "(F)(5)" : "(F)(2)")) return undefined;
    const band = this.#corporateBand(long, short);
    if (band === undefined) return undefined;
    const rate = long.kind === short.kind ? band.againstCorporates : band.againstGovernments;
    return { rate, saving: this.#ownRates(long, short) - rate.numerator / rate.denominator };
  }

  #ownRates(a: Leg, b: Leg): number {
    const { buckets } = this.#rules.schedule;
    const [one, other] = [buckets[a.bucket].rate, buckets[b.bucket].rate];
    return one.numerator / one.denominator + other.numerator / other.denominator;
  }

  /** Of two categories, within one band, not too far apart. */
  #isGovernmentPair(a: Leg, b: Leg): boolean {
    return (
      this.#category(a) !== this.#category(b) &&
      this.#governments.some(
        ({ from, to, apart }) =>
          this.#isIn(a.maturity, from, to) && this.#isIn(b.maturity, from, to) && this.#areNear(a, b, apart),
      )
    );
  }

  #category({ bucket }: Leg): number {
    return this.#rules.schedule.governmentCategories.findIndex(({ from, to }) => bucket >= from && bucket < to);
  }

  #isIn(day: Day, from: Day, to: Day): boolean {
    return this.#isInclusive ? day >= from && day <= to : day > from && day < to;
  }

  /** The band that both maturities lie in, if they are near enough. */
  #corporateBand(a: Leg, b: Leg): HedgeRules["corporates"]["bands"][number] | undefined {
    const bandOf = ({ maturity }: Leg) => this.#corporates.find(({ before }) => maturity < before)?.band;
    const band = bandOf(a);
    return band !== undefined && band === bandOf(b) && this.#areNear(a, b, band.apart) ? band : undefined;
  }

  #areNear(a: Leg, b: Leg, apart: Span): boolean {
    const [earlier, later] = a.maturity < b.maturity ? [a.maturity, b.maturity] : [b.maturity, a.maturity];
    const limit = addSpan(earlier, apart);
    return this.#isInclusive ? later <= limit : later < limit;
  }
}

/** The row of a leg, below zero where it is short; the first row is 1. */
function rowAndSide({ row, units }: Leg): number {
  return units < 0 ? -(row + 1) : row + 1;
}
