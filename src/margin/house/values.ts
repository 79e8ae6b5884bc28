/**
 * House rates by themselves, for those who ask often: for each class of accounts, instrument and side the rates compiled into
 * numbers, so that a changed rate is only another unit value. To the cent it is what `requirement.ts` explains of a name that
 * is one plain position, before the rules for whole accounts; a name of several holdings must be asked as a whole.
 *
 * What a unit is worth less what it requires does not fall as the price rises, nor does what a short costs: long positions
 * require at most what they are worth, and steps by price are for long positions and go down.
 */
import { multiplyDivide } from "../../base/divide.ts";
import type { MarginBooks } from "../account.ts";
import { type House, type HouseClass, type RateDemand, type Side } from "./house.ts";
import { sumOf } from "./raise.ts";
import { NOTHING } from "./rules.ts";

/** What is asked below one price. */
interface Step {
  /** 10^-8, in the instrument's currency. */
  readonly below: number;
  /** At least this share of value and what is on top of it; and on top alone. */
  readonly leastNumerator: number;
  readonly leastDenominator: number;
  readonly onTopNumerator: number;
  readonly onTopDenominator: number;
  /** Cents a whole unit. */
  readonly perUnit: number;
}

interface Compiled {
  readonly steps: readonly Step[];
  /** Whether every rule could be decided. */
  readonly isKnown: boolean;
}

const SIDES: readonly Side[] = ["long", "short"];

export class HouseValues {
  readonly #books: MarginBooks;
  readonly #house: House;
  /** By class, then by instrument and side. */
  readonly #compiled: (Compiled | undefined)[][] = [];

  /** Good as long as `house` is: made anew with it. */
  constructor(books: MarginBooks, house: House) {
    this.#books = books;
    this.#house = house;
  }

  /** The instrument says something else of itself. */
  forget(instrument: number): void {
    for (const compiled of this.#compiled) compiled[instrument * 2] = compiled[instrument * 2 + 1] = undefined;
  }

  /**
   * Cents, not rounded, that a unit requires of a class: `value` and `ruled` are what it is worth and what the rules require
   * of it, likewise. `units` gives the side. NaN where a rule cannot be decided.
   */
  requirementPerUnit(
    houseClass: HouseClass,
    instrument: number,
    units: number,
    price: number,
    value: number,
    ruled: number,
  ): number {
    const { steps, isKnown } = this.#of(houseClass, instrument, units);
    if (!isKnown) return Number.NaN;
    const step = stepAt(steps, price);
    if (step === undefined) return ruled;
    const onTop = (value * step.onTopNumerator) / step.onTopDenominator;
    const least = (value * step.leastNumerator) / step.leastDenominator;
    const perUnit = step.perUnit / 10 ** this.#books.instruments.columns.scale[instrument];
    const asked = Math.max(ruled + onTop, least, perUnit === 0 ? 0 : perUnit + onTop);
    return units < 0 ? asked : Math.max(ruled, Math.min(value, asked));
  }

  /** Whole cents that a position requires: `value` without a sign and `ruled` are whole cents. NaN as above. */
  positionRequirement(
    houseClass: HouseClass,
    instrument: number,
    units: number,
    price: number,
    value: number,
    ruled: number,
  ): number {
    const { steps, isKnown } = this.#of(houseClass, instrument, units);
    if (!isKnown) return Number.NaN;
    const step = stepAt(steps, price);
    if (step === undefined) return ruled;
    const onTop = multiplyDivide(value, step.onTopNumerator, step.onTopDenominator);
    let asked = Math.max(ruled + onTop, multiplyDivide(value, step.leastNumerator, step.leastDenominator));
    if (step.perUnit > 0) {
      const quantity = Math.abs(units) / 10 ** this.#books.instruments.columns.scale[instrument];
      asked = Math.max(asked, Math.ceil(step.perUnit * quantity) + onTop);
    }
    return units < 0 ? asked : Math.max(ruled, Math.min(value, asked));
  }

  /** What is asked of an instrument, long and short, in words that are the same where it is. */
  terms(houseClass: HouseClass, instrument: number): string {
    return JSON.stringify([this.#of(houseClass, instrument, 1), this.#of(houseClass, instrument, -1)]);
  }

  /** Whether what a unit requires is in proportion to its price wherever the rules' requirement is. */
  isProportional(houseClass: HouseClass, instrument: number, units: number): boolean {
    const { steps, isKnown } = this.#of(houseClass, instrument, units);
    return isKnown && steps.every(({ below, perUnit }) => below === Number.POSITIVE_INFINITY && perUnit === 0);
  }

  #of(houseClass: HouseClass, instrument: number, units: number): Compiled {
    const side = units < 0 ? 1 : 0;
    const compiled = (this.#compiled[houseClass.index] ??= []);
    return (compiled[instrument * 2 + side] ??= this.#compile(houseClass, instrument, SIDES[side]));
  }

  #compile(houseClass: HouseClass, instrument: number, side: Side): Compiled {
    const { steps, troubles } = this.#house.rates(instrument, side, houseClass);
    return {
      isKnown: troubles.length === 0,
      steps: steps.flatMap(({ below, demands }, index) =>
        demands.length === 0 && index === steps.length - 1 ? [] : [stepOf(below, demands)],
      ),
    };
  }
}

function stepOf(below: number, demands: readonly RateDemand[]): Step {
  let least = NOTHING;
  let onTop = NOTHING;
  let perUnit = 0;
  for (const { raise } of demands) {
    if (raise.kind === "add") onTop = sumOf(onTop, raise.rate);
    else if (raise.kind === "per-unit") perUnit = Math.max(perUnit, raise.cents);
    else if (raise.rate.numerator * least.denominator > least.numerator * raise.rate.denominator) least = raise.rate;
  }
  const both = sumOf(least, onTop);
  return {
    below,
    leastNumerator: both.numerator,
    leastDenominator: both.denominator,
    onTopNumerator: onTop.numerator,
    onTopDenominator: onTop.denominator,
    perUnit,
  };
}

function stepAt(steps: readonly Step[], price: number): Step | undefined {
  for (const step of steps) if (price < step.below) return step;
  return undefined;
}
