/**
 * Undue concentration kept by deltas, (M): the longs and shorts of each issue, options on it included. Charging it needs more
 * than sums, so candidates are kept: every issue worth more than a floor somewhat below the present threshold. The list is
 * made anew only when the threshold has left its neighbourhood.
 */
import type { Cents } from "../base/money.ts";
import type { ConcentrationKind } from "./classify.ts";
import { concentrationDeduction, issueSize } from "./haircuts/concentration.ts";
import type { NetCapitalRules } from "./rules.ts";

/** The floor for candidates as a share of the threshold, and how far the threshold may rise before a new list pays. */
const CANDIDATE_SHARE = 0.8;
const CANDIDATE_RISE = 4;
const NONE = -1;

/** What (M) asks of an issue, by its row. */
export interface IssueClasses {
  readonly size: number;
  /** -1 where it has no class. */
  bucketOf(row: number): number;
  kindOf(row: number): ConcentrationKind;
  /** NaN where it has no price. */
  fiveHundredShares(row: number, kind: ConcentrationKind): number;
}

export class RunningIssues {
  readonly #classes: IssueClasses;
  /** By row of the positions: cents, both positive. */
  #long = new Float64Array(1024);
  #short = new Float64Array(1024);
  #isCandidate = new Uint8Array(1024);
  #candidates = new Int32Array(64);
  #count = 0;
  /** The threshold that the candidates are complete for; none yet. */
  #base = Number.POSITIVE_INFINITY;
  #floor = Number.POSITIVE_INFINITY;
  /** No candidate is worth more. Falls only when the list is made anew. */
  #most = 0;

  constructor(classes: IssueClasses) {
    this.#classes = classes;
  }

  clear(): void {
    this.#long.fill(0);
    this.#short.fill(0);
    this.#isCandidate.fill(0);
    this.#count = 0;
    this.#base = Number.POSITIVE_INFINITY;
    this.#floor = Number.POSITIVE_INFINITY;
    this.#most = 0;
  }

  /** The same issues as another's, to be kept apart from them. */
  takeOver(other: RunningIssues): void {
    this.#long = other.#long.slice();
    this.#short = other.#short.slice();
    this.#isCandidate = other.#isCandidate.slice();
    this.#candidates = other.#candidates.slice();
    this.#count = other.#count;
    this.#base = other.#base;
    this.#floor = other.#floor;
    this.#most = other.#most;
  }

  /** Room for so many rows. */
  reserve(rows: number): void {
    if (rows <= this.#long.length) return;
    const size = Math.max(rows, this.#long.length * 2);
    const grow = (values: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(size);
      grown.set(values);
      return grown;
    };
    this.#long = grow(this.#long);
    this.#short = grow(this.#short);
    const isCandidate = new Uint8Array(size);
    isCandidate.set(this.#isCandidate);
    this.#isCandidate = isCandidate;
  }

  /** A market value (negative: short) counts with the issue. */
  add(row: number, value: number): void {
    if (value > 0) this.#long[row] += value;
    else this.#short[row] -= value;
    this.#consider(row);
  }

  /** It does no longer. */
  remove(row: number, value: number): void {
    if (value > 0) this.#long[row] -= value;
    else this.#short[row] += value;
  }

  long(row: number): Cents {
    return this.#long[row] as Cents;
  }

  short(row: number): Cents {
    return this.#short[row] as Cents;
  }

  /** The charge on all issues, given a tenth of net capital before haircuts. Allocates nothing. */
  deduction(base: Cents, rules: NetCapitalRules): Cents {
    if (base < this.#base || base * CANDIDATE_SHARE > this.#base * CANDIDATE_RISE) this.#list(base, rules);
    // No threshold lies below the tenth.
    if (this.#most <= base) return 0 as Cents;
    const classes = this.#classes;
    let deduction = 0;
    for (let index = 0; index < this.#count; index++) {
      const row = this.#candidates[index];
      const size = this.#sizeOf(row);
      if (size <= base) continue;
      const bucket = classes.bucketOf(row);
      if (bucket === NONE) continue;
      const kind = classes.kindOf(row);
      const fiveHundredShares = classes.fiveHundredShares(row, kind);
      if (Number.isNaN(fiveHundredShares)) continue;
      deduction += concentrationDeduction(
        kind,
        issueSize(this.long(row), this.short(row), rules.concentration),
        base,
        fiveHundredShares as Cents,
        rules.schedule.buckets[bucket].concentrationRate,
        rules.concentration,
      );
    }
    return deduction as Cents;
  }

  /** Its larger side: no reading of (M) counts more. */
  #sizeOf(row: number): number {
    return this.#long[row] > this.#short[row] ? this.#long[row] : this.#short[row];
  }

  /** What is worth more than the floor is a candidate. */
  #consider(row: number): void {
    const size = this.#sizeOf(row);
    if (size <= this.#floor) return;
    if (size > this.#most) this.#most = size;
    if (this.#isCandidate[row] === 0) this.#nominate(row);
  }

  #nominate(row: number): void {
    if (this.#count === this.#candidates.length) {
      const grown = new Int32Array(this.#candidates.length * 2);
      grown.set(this.#candidates);
      this.#candidates = grown;
    }
    this.#isCandidate[row] = 1;
    this.#candidates[this.#count++] = row;
  }

  #list(base: Cents, { concentration }: NetCapitalRules): void {
    this.#base = Math.floor(base * CANDIDATE_SHARE);
    this.#floor = Math.max(this.#base, concentration.leastFloor);
    this.#count = 0;
    this.#isCandidate.fill(0);
    this.#most = 0;
    for (let row = 0; row < this.#classes.size; row++) this.#consider(row);
  }
}
