/**
 * What is no sum of positions, in a firm of the exactness walk: straddles, baskets, and what loses a fixed sum where a price
 * falls below a barrier. Each says how fast it can fall, no more than that, and how far that holds.
 */
import type { GroupValues } from "../../../src/margin/certificates/unit-values.ts";
import type { GroupSlopes } from "../../../src/margin/group.ts";
import { roughness } from "./rules.ts";
import type { Shape } from "./shape.ts";

export type GroupKind = "straddle" | "basket" | "barrier" | "unbounded";

export interface Group {
  readonly kind: GroupKind;
  readonly account: number;
  /** The instruments that it depends on, each once. */
  readonly legs: readonly number[];
  /** A price for each leg, in dollars × one. */
  readonly strikes: readonly number[];
  readonly count: number;
}

/** Of what a group loses, the boundaries count so much. */
const FACTORS = [1.2, 1.1, 1, 0.9] as const;

export class Groups implements GroupValues {
  /** By number; undefined where there is none. */
  readonly groups: (Group | undefined)[] = [];
  readonly #one: number;
  readonly #rough: number;
  readonly #dollars: (instrument: number) => number;

  /** `dollars`: the price that stands, in dollars × one; NaN where unknown. */
  constructor({ one, rough }: Shape, dollars: (instrument: number) => number) {
    this.#one = one;
    this.#rough = rough;
    this.#dollars = dollars;
  }

  measure(group: number, excess: Float64Array): void {
    const { legs, count } = this.#group(group);
    const loss = this.#loss(this.#group(group));
    const off = roughness(this.#rough, count, this.#dollars(legs[0]));
    for (let boundary = 0; boundary < excess.length; boundary++)
      excess[boundary] = off - Math.round(loss * FACTORS[boundary]);
  }

  slopes(group: number): GroupSlopes {
    const { kind, legs, strikes, count } = this.#group(group);
    const one = this.#one;
    const instruments = new Int32Array(legs.length);
    const slope = new Float64Array(legs.length).fill(count * 100 * FACTORS[0]);
    const low = new Float64Array(legs.length);
    const high = new Float64Array(legs.length);
    const reach = kind === "unbounded" ? 0 : 0.3;
    for (let leg = 0; leg < legs.length; leg++) {
      instruments[leg] = legs[leg];
      const price = this.#dollars(legs[leg]) / one;
      low[leg] = price * (1 - reach);
      high[leg] = price * (1 + reach);
    }
    if (kind === "straddle") slope[1] /= 4;
    const barrier = strikes[0] / one;
    if (kind === "barrier" && this.#dollars(legs[0]) >= strikes[0]) low[0] = barrier;
    else if (kind === "barrier") high[0] = barrier * (1 - 1e-9);
    return { instruments, slope, low, high };
  }

  rounding(): number {
    return 1 + 2 * this.#rough;
  }

  /** Cents, a real number. */
  #loss({ kind, legs, strikes, count }: Group): number {
    const price = this.#dollars(legs[0]);
    const away = Math.abs(price - strikes[0]);
    let sum = away;
    if (kind === "straddle") sum = Math.max(away, price / 5) + Math.abs(this.#dollars(legs[1]) - strikes[1]) / 4;
    else for (let leg = 1; leg < legs.length; leg++) sum += Math.abs(this.#dollars(legs[leg]) - strikes[leg]);
    if (kind === "barrier" && price < strikes[0]) sum += strikes[0] / 4;
    return (sum * count * 100) / this.#one;
  }

  #group(group: number): Group {
    const found = this.groups[group];
    if (found === undefined) throw new Error(`there is no group ${group}`);
    return found;
  }
}
