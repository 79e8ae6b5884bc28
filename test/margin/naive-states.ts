/** The rungs of accounts the slow and obvious way: every account, every position, every group, after every fact. */
import { multiplyDivide } from "../../src/base/divide.ts";
import type { GroupValues, UnitValues } from "../../src/margin/certificates/unit-values.ts";
import type { GroupSlopes } from "../../src/margin/group.ts";

/** A price of one dollar. */
export const DOLLAR = 10_000;

export class NaiveStates {
  readonly #values: UnitValues;
  readonly #groupValues: GroupValues | undefined;
  readonly #prices = new Map<number, number>();
  readonly #currencies = new Map<number, number>();
  readonly #cash = new Map<number, number>();
  readonly #units = new Map<number, Map<number, number>>();
  readonly #groups = new Map<number, Set<number>>();

  constructor(values: UnitValues, groupValues?: GroupValues) {
    this.#values = values;
    this.#groupValues = groupValues;
  }

  priceChanged(instrument: number, price: number): void {
    this.#prices.set(instrument, price);
  }

  currencyChanged(instrument: number, currency: number): void {
    this.#currencies.set(instrument, currency);
  }

  cashChanged(account: number, change: number): void {
    this.#cash.set(account, (this.#cash.get(account) ?? 0) + change);
  }

  unitsChanged(account: number, instrument: number, change: number): void {
    const held = this.#units.get(account) ?? new Map<number, number>();
    held.set(instrument, (held.get(instrument) ?? 0) + change);
    this.#units.set(account, held);
  }

  groupChanged(account: number, group: number): void {
    this.#groups.set(account, (this.#groups.get(account) ?? new Set()).add(group));
  }

  groupRemoved(account: number, group: number): void {
    this.#groups.get(account)?.delete(group);
  }

  units(account: number, instrument: number): number {
    return this.#units.get(account)?.get(instrument) ?? 0;
  }

  rung(account: number): number {
    for (let boundary = 0; boundary < this.#values.boundaries; boundary++) {
      const excess = this.#excess(account, boundary);
      if (Number.isNaN(excess)) return -1;
      if (excess >= 0) return boundary;
    }
    return this.#values.boundaries;
  }

  #excess(account: number, boundary: number): number {
    let excess = this.#cash.get(account) ?? 0;
    for (const [instrument, units] of this.#units.get(account) ?? []) {
      if (units === 0) continue;
      const price = this.#prices.get(instrument) ?? Number.NaN;
      const currency = this.#currencies.get(instrument);
      const rate = currency === undefined ? this.#values.one : (this.#prices.get(currency) ?? Number.NaN);
      if (Number.isNaN(price + rate)) return Number.NaN;
      excess += this.#values.contribution(boundary, instrument, units, price, rate);
    }
    const measured = new Float64Array(this.#values.boundaries);
    for (const group of this.#groups.get(account) ?? []) {
      this.#groupValues?.measure(group, measured);
      excess += measured[boundary];
    }
    return excess;
  }
}

/**
 * Stock under 4210(c): long 25 percent, 100 percent below $5; short 30 percent and $5, or 100 percent and $2.50 below $5; by
 * instrument, a house rate on top. Boundaries: excess under 5 percent of market value, equity under the requirement, equity
 * under zero. Every step is rounded to cents as the rules' own are.
 */
export class Stocks implements UnitValues {
  readonly boundaries = 3;
  readonly one = DOLLAR;
  readonly rounding = 3;
  /** House rates, percent, by instrument. */
  readonly house = new Map<number, number>();

  long(boundary: number, instrument: number, price: number): number {
    const value = price / 100;
    if (boundary === 2) return value;
    return Math.max(0, value * (1 - this.#percent(instrument, price, 25) / 100 - (boundary === 0 ? 0.05 : 0)));
  }

  short(boundary: number, instrument: number, price: number): number {
    const value = price / 100;
    if (boundary === 2) return value;
    const requirement = Math.max(price < 5 * DOLLAR ? 250 : 500, (value * this.#percent(instrument, price, 30)) / 100);
    return value + requirement + (boundary === 0 ? value * 0.05 : 0);
  }

  contribution(boundary: number, instrument: number, units: number, price: number, rate: number): number {
    const local = multiplyDivide(units, price, 100);
    const value = rate === DOLLAR ? local : multiplyDivide(local, rate, DOLLAR);
    if (boundary === 2) return value;
    const dollars = price * (rate / DOLLAR);
    const cushion = boundary === 0 ? multiplyDivide(Math.abs(value), 5, 100) : 0;
    const share = multiplyDivide(Math.abs(value), this.#percent(instrument, dollars, units > 0 ? 25 : 30), 100);
    if (units > 0) return Math.max(0, value - share - cushion);
    return value - Math.max(-units * (dollars < 5 * DOLLAR ? 250 : 500), share) - cushion;
  }

  #percent(instrument: number, price: number, least: number): number {
    return price < 5 * DOLLAR ? 100 : Math.max(least, this.house.get(instrument) ?? 0);
  }
}

/** A group that is no sum of positions: `count` short straddles at `strike` on one instrument, `spreads` bull spreads on another. */
export interface Straddles {
  readonly of: number;
  readonly strike: number;
  readonly count: number;
  readonly spreadOf: number;
  readonly spreads: number;
}

const FACTORS = [1.25, 1.2, 1] as const;

export class StraddleValues implements GroupValues {
  readonly groups: Straddles[] = [];
  readonly #price: (instrument: number) => number;

  constructor(price: (instrument: number) => number) {
    this.#price = price;
  }

  measure(group: number, excess: Float64Array): void {
    const { of, strike, count, spreadOf, spreads } = this.groups[group];
    const price = this.#price(of);
    const other = this.#price(spreadOf);
    const loss = count * Math.max(Math.abs(price - strike), price * 0.2);
    const gain = spreads * Math.min(Math.max(other - strike, 0), strike / 4);
    for (let boundary = 0; boundary < excess.length; boundary++)
      excess[boundary] = Math.round((gain - loss * FACTORS[boundary]) / 100);
  }

  slopes(group: number): GroupSlopes {
    const { of, count, spreadOf, spreads } = this.groups[group];
    const centre = [this.#price(of) / DOLLAR, this.#price(spreadOf) / DOLLAR];
    return {
      instruments: Int32Array.of(of, spreadOf),
      slope: Float64Array.of(count * 125, spreads * 100),
      low: Float64Array.from(centre, (price) => price * 0.8),
      high: Float64Array.from(centre, (price) => price * 1.2),
    };
  }

  rounding(): number {
    return 1;
  }
}
