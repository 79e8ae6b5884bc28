/**
 * The haircuts on the firm's positions, kept family by family: a changed value makes its family's deduction stale, and only
 * stale ones are made anew, by the functions that explain them. A tick in a stock does not compute the governments again.
 */
import { familyDeduction } from "./haircuts/positions.ts";
import type { NetCapitalRules } from "./rules.ts";
import { FAMILIES, type Schedule, type Sides } from "./schedule.ts";

const NON_MARKETABLE = FAMILIES.indexOf("non-marketable");

export class RunningDeductions {
  readonly #deductions = new Float64Array(FAMILIES.length);
  readonly #stale = new Uint8Array(FAMILIES.length).fill(1);
  #anyStale = true;
  /** By bucket: the index of its family. */
  #familyOf = new Uint8Array(0);
  #total = 0;

  /** Other rules or other buckets: everything is stale. */
  reset({ buckets }: Schedule): void {
    this.#familyOf = Uint8Array.from(buckets, ({ family }) => FAMILIES.indexOf(family));
    this.#stale.fill(1);
    this.#anyStale = true;
  }

  /** A market value in the bucket changed. */
  touch(bucket: number): void {
    this.#stale[this.#familyOf[bucket]] = 1;
    this.#anyStale = true;
  }

  /** All haircuts on positions, (c)(2)(vi), in cents. */
  haircuts(sides: Sides, rules: NetCapitalRules): number {
    if (this.#anyStale) this.#refresh(sides, rules);
    return this.#total;
  }

  /** What is deducted in full, (c)(2)(vii), in cents. */
  nonMarketable(sides: Sides, rules: NetCapitalRules): number {
    if (this.#anyStale) this.#refresh(sides, rules);
    return this.#deductions[NON_MARKETABLE];
  }

  #refresh(sides: Sides, rules: NetCapitalRules): void {
    this.#anyStale = false;
    let total = 0;
    for (let family = 0; family < FAMILIES.length; family++) {
      if (this.#stale[family] === 1) {
        this.#deductions[family] = familyDeduction(FAMILIES[family], sides, rules);
        this.#stale[family] = 0;
      }
      if (family !== NON_MARKETABLE) total += this.#deductions[family];
    }
    this.#total = total;
  }
}
