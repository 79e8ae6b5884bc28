/**
 * The rules of a firm of the exactness walk: stock long at some percent, short at five more with a floor for each share, all
 * of it below five dollars; a ladder of one to four boundaries. Whole cents as rules round them, and the real numbers
 * that bound them.
 */
import type { UnitValues } from "../../../src/margin/certificates/unit-values.ts";
import type { Shape } from "./shape.ts";

/** What a boundary asks for: percent of the requirement, and percent of market value beside it. */
export interface Level {
  readonly requires: number;
  readonly cushion: number;
}

const WARNING: Level = { requires: 100, cushion: 5 };
const CALL: Level = { requires: 100, cushion: 0 };
const HALF: Level = { requires: 50, cushion: 0 };
const DEFICIT: Level = { requires: 0, cushion: 0 };

export const LADDERS: readonly (readonly Level[])[] = [
  [CALL],
  [CALL, DEFICIT],
  [WARNING, CALL, DEFICIT],
  [WARNING, CALL, HALF, DEFICIT],
];

/** Dollars, below which all of a long is required, and of a short all or `SHORT_LOW` a share. */
export const LOW = 5;
/** Cents that a share short requires at least. */
export const SHORT_LOW = 250;
export const SHORT = 500;
/** A share of this many dollars of another currency is the most that a rate of exchange makes of one. */
export const RATE_MOST = 3;

export class Rules implements UnitValues {
  readonly ladder: readonly Level[];
  readonly boundaries: number;
  readonly one: number;
  readonly rounding: number;
  readonly rough: number;
  /** What a long requires, by instrument: whole percent. */
  readonly percent: Float64Array;

  constructor({ ladder, one, instruments, foreign, rough }: Shape) {
    this.rough = rough;
    this.ladder = ladder;
    this.boundaries = ladder.length;
    this.one = one;
    this.percent = new Float64Array(instruments).fill(25);
    // Half a cent for each rounding: of a value, which a short counts twice and a cushion; of a requirement; of a cushion.
    const value = (one > 100 ? 0.5 : 0) * (foreign > 0 ? RATE_MOST : 1) + (foreign > 0 ? 0.5 : 0);
    this.rounding = value * 2.05 + 1 + rough;
  }

  long(boundary: number, instrument: number, price: number): number {
    const { requires, cushion } = this.ladder[boundary];
    const percent = price < LOW * this.one ? 100 : this.percent[instrument];
    return Math.max(0, (price / (this.one / 100)) * (1 - (percent * requires) / 10_000 - cushion / 100));
  }

  short(boundary: number, instrument: number, price: number): number {
    const { requires, cushion } = this.ladder[boundary];
    const isLow = price < LOW * this.one;
    const cents = price / (this.one / 100);
    const required = Math.max(isLow ? SHORT_LOW : SHORT, (cents * (isLow ? 100 : this.percent[instrument] + 5)) / 100);
    return cents + (required * requires) / 100 + (cents * cushion) / 100;
  }

  contribution(boundary: number, instrument: number, units: number, price: number, rate: number): number {
    const { requires, cushion } = this.ladder[boundary];
    const local = Math.round((units * price) / (this.one / 100));
    const value = rate === this.one ? local : Math.round((local * rate) / this.one);
    const size = Math.abs(value);
    const beside = Math.round((size * cushion) / 100);
    const isLow = price * (rate / this.one) < LOW * this.one;
    const percent = isLow ? 100 : this.percent[instrument] + (units > 0 ? 0 : 5);
    const required = Math.round((size * percent * requires) / 10_000);
    const off = roughness(this.rough, units, price);
    if (units > 0) return Math.max(0, value - required - beside) + off;
    return value - Math.max((-units * (isLow ? SHORT_LOW : SHORT) * requires) / 100, required) - beside + off;
  }
}

/** Whole cents from -rough to rough, which look like chance. */
export function roughness(rough: number, units: number, price: number): number {
  if (rough === 0) return 0;
  const mixed = Math.imul(Math.floor(price % 1_000_003) ^ (units << 20), 0x9e3779b1);
  return ((mixed >>> 8) % (2 * rough + 1)) - rough;
}
