/**
 * The haircuts on the firm's positions, kept part by part: a changed value makes the deduction of its bucket, category or
 * family stale, and only stale ones are made anew, by the functions that explain them. A tick in a stock does not compute the
 * governments again, nor one in a bond those of other maturities.
 */
import { type DeductionPart, deductionParts } from "./haircuts/positions.ts";
import type { NetCapitalRules } from "./rules.ts";
import type { Schedule, Sides } from "./schedule.ts";

export class RunningDeductions {
  #parts: readonly DeductionPart[] = [];
  /** By part: its deduction, in cents; whether it is stale; and the stale ones, each once. */
  #deductions = new Float64Array(0);
  #isStale = new Uint8Array(0);
  #stale = new Uint16Array(0);
  #staleCount = 0;
  /** By bucket: its part. */
  #partOf = new Uint16Array(0);
  /** Of all parts but what is not marketable, and of that. */
  #haircuts = 0;
  #nonMarketable = 0;

  /** Other rules or other buckets: everything is stale. */
  reset(schedule: Schedule): void {
    this.#parts = deductionParts(schedule);
    this.#deductions = new Float64Array(this.#parts.length);
    this.#isStale = new Uint8Array(this.#parts.length);
    this.#stale = new Uint16Array(this.#parts.length);
    this.#staleCount = 0;
    this.#partOf = new Uint16Array(schedule.buckets.length);
    this.#haircuts = 0;
    this.#nonMarketable = 0;
    for (const [index, { range }] of this.#parts.entries()) {
      this.#partOf.fill(index, range.from, range.to);
      this.#markStale(index);
    }
  }

  /** The same deductions over the same buckets as another's, to be kept apart from them. */
  takeOver(other: RunningDeductions): void {
    this.#parts = other.#parts;
    this.#deductions = other.#deductions.slice();
    this.#isStale = other.#isStale.slice();
    this.#stale = other.#stale.slice();
    this.#staleCount = other.#staleCount;
    this.#partOf = other.#partOf;
    this.#haircuts = other.#haircuts;
    this.#nonMarketable = other.#nonMarketable;
  }

  /** A market value in the bucket changed. */
  touch(bucket: number): void {
    this.#markStale(this.#partOf[bucket]);
  }

  #markStale(part: number): void {
    if (this.#isStale[part] === 1) return;
    this.#isStale[part] = 1;
    this.#stale[this.#staleCount++] = part;
  }

  /** All haircuts on positions, (c)(2)(vi), in cents. */
  haircuts(sides: Sides, rules: NetCapitalRules): number {
    if (this.#staleCount > 0) this.#refresh(sides, rules);
    return this.#haircuts;
  }

  /** What is deducted in full, (c)(2)(vii), in cents. */
  nonMarketable(sides: Sides, rules: NetCapitalRules): number {
    if (this.#staleCount > 0) this.#refresh(sides, rules);
    return this.#nonMarketable;
  }

  #refresh(sides: Sides, rules: NetCapitalRules): void {
    while (this.#staleCount > 0) {
      const index = this.#stale[--this.#staleCount];
      this.#isStale[index] = 0;
      const part = this.#parts[index];
      const after = part.deduction(sides, rules);
      const change = after - this.#deductions[index];
      this.#deductions[index] = after;
      if (part.family === "non-marketable") this.#nonMarketable += change;
      else this.#haircuts += change;
    }
  }
}
