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
  readonly #isStale = new Uint8Array(FAMILIES.length);
  /** The stale families, each once. */
  readonly #stale = new Uint8Array(FAMILIES.length);
  #staleCount = 0;
  /** By bucket: the index of its family. */
  #familyOf = new Uint8Array(0);
  /** Of all families but what is not marketable. */
  #total = 0;

  constructor() {
    for (let family = 0; family < FAMILIES.length; family++) this.#markStale(family);
  }

  /** Other rules or other buckets: everything is stale. */
  reset({ buckets }: Schedule): void {
    this.#familyOf = Uint8Array.from(buckets, ({ family }) => FAMILIES.indexOf(family));
    for (let family = 0; family < FAMILIES.length; family++) this.#markStale(family);
  }

  /** A market value in the bucket changed. */
  touch(bucket: number): void {
    this.#markStale(this.#familyOf[bucket]);
  }

  #markStale(family: number): void {
    if (this.#isStale[family] === 1) return;
    this.#isStale[family] = 1;
    this.#stale[this.#staleCount++] = family;
  }

  /** All haircuts on positions, (c)(2)(vi), in cents. */
  haircuts(sides: Sides, rules: NetCapitalRules): number {
    if (this.#staleCount > 0) this.#refresh(sides, rules);
    return this.#total;
  }

  /** What is deducted in full, (c)(2)(vii), in cents. */
  nonMarketable(sides: Sides, rules: NetCapitalRules): number {
    if (this.#staleCount > 0) this.#refresh(sides, rules);
    return this.#deductions[NON_MARKETABLE];
  }

  #refresh(sides: Sides, rules: NetCapitalRules): void {
    while (this.#staleCount > 0) {
      const family = this.#stale[--this.#staleCount];
      this.#isStale[family] = 0;
      const before = this.#deductions[family];
      const after = familyDeduction(FAMILIES[family], sides, rules);
      this.#deductions[family] = after;
      if (family !== NON_MARKETABLE) this.#total += after - before;
    }
  }
}
