/** What the rules read of an option series and of its class: all series on one underlying, with the underlying. */
import { parseDecimal } from "../../base/decimal.ts";
import { multiplyDivide } from "../../base/divide.ts";
import type { Cents } from "../../base/money.ts";
import { portion, type Rate } from "../../base/rate.ts";
import type { Day } from "../../base/time.ts";
import type { Instruments } from "../../books/instruments.ts";
import { PRICE_SCALE } from "../../facts/define.ts";

/** Decimals of a multiplier. */
export const MULTIPLIER_SCALE = 8;
/** The rules state their minimums for contracts of so many units. */
const STANDARD_UNITS = 100 * 10 ** MULTIPLIER_SCALE;
/** From units of 10^-8 dollars to millionths of a dollar. */
const PER_MICRO = 10 ** (PRICE_SCALE - 6);

export interface Series {
  readonly row: number;
  readonly instrument: string;
  readonly isCall: boolean;
  /** Units of 10^-8. */
  readonly strike: number;
  readonly expiry: Day;
  readonly isListed: boolean;
  /** Units of the underlying for each contract, in units of 10^-8. */
  readonly multiplier: number;
  /** Contracts that the firm has, negative where it wrote them. */
  contracts: number;
  /** Units of 10^-8; of no use for an unlisted one, which is worth what it is in the money. */
  price: number;
}

/** The series of an option's row. */
export function seriesOf(instruments: Instruments, row: number): Series {
  const attributes = instruments.attributes(row);
  const { instrument, right, strike = Number.NaN, maturity = Number.NaN as Day, listing, multiplier } = attributes;
  return {
    row,
    instrument,
    isCall: right === "call",
    strike,
    expiry: maturity,
    isListed: listing !== undefined,
    multiplier: parseDecimal(multiplier, MULTIPLIER_SCALE, "multiplier"),
    contracts: 0,
    price: Number.NaN,
  };
}

/** Units of the underlying, at its own scale, for each contract; NaN where that is no whole number. */
export function unitsPerContract({ multiplier }: Series, scale: number): number {
  const units = (multiplier * 10 ** scale) / 10 ** MULTIPLIER_SCALE;
  return Number.isSafeInteger(units) && units > 0 ? units : Number.NaN;
}

/** In what amounts are measured: the cents of so many contracts, or, to weigh pairs, fine units of one contract. */
export interface Measure {
  /** The contracts at a price in units of 10^-8. */
  at(series: Series, price: number): number;
  share(amount: number, rate: Rate): number;
  /** So many dollars for each contract for 100 units. */
  minimum(dollars: Cents, series: Series): number;
}

/** Whole cents of `contracts` contracts, rounded as every line is. */
export class InCents implements Measure {
  contracts = 0;
  readonly #instruments: Instruments;

  constructor(instruments: Instruments) {
    this.#instruments = instruments;
  }

  at({ row }: Series, price: number): Cents {
    return this.#instruments.value(row, this.contracts, price);
  }

  share(amount: number, rate: Rate): Cents {
    return portion(amount as Cents, rate);
  }

  minimum(dollars: Cents, { multiplier }: Series): Cents {
    return multiplyDivide(dollars * this.contracts, multiplier, STANDARD_UNITS) as Cents;
  }
}

/** Millionths of a dollar of one contract, as whole numbers, so that sums of them compare exactly. */
export const IN_MICROS: Measure = {
  at: ({ multiplier }, price) => Math.round((price / PER_MICRO) * (multiplier / 10 ** MULTIPLIER_SCALE)),
  share: (amount, { numerator, denominator }) => Math.round((amount * numerator) / denominator),
  minimum: (dollars, { multiplier }) => Math.round((dollars * 10_000 * multiplier) / STANDARD_UNITS),
};
