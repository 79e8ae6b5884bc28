/**
 * The firm's own positions kept by deltas: units, market value, and the sums by bucket. A tick in something that the firm
 * does not hold costs one look-up; in something that it holds, a handful of additions.
 *
 * Concentration needs more than sums, so candidates are kept: every position worth more than a floor somewhat below the
 * present threshold. The list is made anew only when the threshold has left its neighbourhood.
 */
import { assert } from "../base/assert.ts";
import type { Trouble } from "../base/errors.ts";
import type { Cents } from "../base/money.ts";
import { Table } from "../base/table.ts";
import { type Classifier, CONCENTRATION_KINDS, type ConcentrationKind } from "./classify.ts";
import { concentrationDeduction } from "./haircuts/concentration.ts";
import { cannotClassify, firmPosition, missingPrice, principalOf, valueOrNaN } from "./holdings.ts";
import type { FirmPosition, NetCapitalBooks } from "./inputs.ts";
import type { NetCapitalRules } from "./rules.ts";
import { RunningDeductions } from "./running-deductions.ts";
import { addValue, emptySides, removeValue, type Sides } from "./schedule.ts";

const NONE = -1;

/** One row for each instrument that the firm held, or watches. */
const ROW = {
  instrument: "u32",
  units: "f64",
  /** Cents, signed; zero while flat or unknown. */
  value: "f64",
  /** The bucket that the value stands in now; -1 while it stands in none. */
  bucket: "i32",
  /** Its bucket by class and life, and at its principal (convertibles only); -1: it cannot be classified. */
  classBucket: "i32",
  principalBucket: "i32",
  /** Cents: what the units are worth at their principal. */
  principal: "f64",
  /** Index in CONCENTRATION_KINDS. */
  concentration: "u8",
  /** 1 while there is something of it that has no value. */
  unknown: "u8",
  candidate: "u8",
} as const;

/** The floor for candidates as a share of the threshold, and how far the threshold may rise before a new list pays. */
const CANDIDATE_SHARE = 0.8;
const CANDIDATE_RISE = 4;

export class RunningPositions {
  sides: Sides = { long: new Float64Array(0), short: new Float64Array(0) };
  /** Cents: longs less shorts. */
  value = 0;
  /** Positions whose value or class is not known. */
  unknown = 0;
  /** Cents: longs and shorts, both positive. While it is below 2^53, every sum here is exact. */
  #gross = 0;
  #isExact = true;
  readonly #books: NetCapitalBooks;
  readonly #deductions = new RunningDeductions();
  readonly #table = new Table("net-capital.positions", ROW);
  /** By instrument row: the row here, or -1. */
  #rowOf = new Int32Array(1024).fill(NONE);
  #rules: NetCapitalRules | undefined;
  #classifier: Classifier | undefined;
  #candidates = new Int32Array(64);
  #candidateCount = 0;
  /** The threshold that the candidates are complete for; none yet. */
  #candidateBase = Number.POSITIVE_INFINITY;
  #candidateFloor = Number.POSITIVE_INFINITY;

  constructor(books: NetCapitalBooks) {
    this.#books = books;
  }

  /** Forgets every position and the rules; until `reclassify`, whatever comes in counts as unknown. */
  clear(): void {
    this.#table.size = 0;
    this.#rowOf.fill(NONE);
    this.#rules = undefined;
    this.#classifier = undefined;
    this.value = 0;
    this.unknown = 0;
    this.#gross = 0;
    this.#isExact = true;
  }

  /** False once the positions were together worth more than can be held exactly; `reclassify` makes the sums anew. */
  get isExact(): boolean {
    return this.#isExact;
  }

  /** Whether a price of the instrument matters here. */
  watches(instrument: number): boolean {
    return instrument < this.#rowOf.length && this.#rowOf[instrument] !== NONE;
  }

  /** The price of the instrument matters from now on. */
  watch(instrument: number): void {
    this.#rowFor(instrument);
  }

  /** The firm's position changed by `units`. */
  moved(instrument: number, units: number): void {
    const row = this.#rowFor(instrument);
    const { columns } = this.#table;
    columns.units[row] += units;
    if (columns.principalBucket[row] !== NONE) this.#measurePrincipal(row);
    this.#revalue(row);
  }

  /** The instrument's price changed. True where it matters. */
  priced(instrument: number): boolean {
    if (!this.watches(instrument)) return false;
    this.#revalue(this.#rowOf[instrument]);
    return true;
  }

  /** The instrument says something else of itself. */
  relisted(instrument: number): void {
    if (!this.watches(instrument)) return;
    this.#classify(this.#rowOf[instrument]);
    this.#revalue(this.#rowOf[instrument]);
  }

  /** Other rules or another day: every position is classified and valued anew. */
  reclassify(rules: NetCapitalRules, classifier: Classifier): void {
    this.#rules = rules;
    this.#classifier = classifier;
    this.sides = emptySides(rules.schedule);
    this.#deductions.reset(rules.schedule);
    this.value = 0;
    this.unknown = 0;
    this.#gross = 0;
    this.#isExact = true;
    const { columns, size } = this.#table;
    columns.bucket.fill(NONE, 0, size);
    columns.unknown.fill(0, 0, size);
    columns.candidate.fill(0, 0, size);
    this.#candidateCount = 0;
    this.#candidateBase = Number.POSITIVE_INFINITY;
    this.#candidateFloor = Number.POSITIVE_INFINITY;
    for (let row = 0; row < size; row++) {
      this.#classify(row);
      this.#revalue(row);
    }
  }

  /** All haircuts on positions, (c)(2)(vi), in cents. */
  haircuts(rules: NetCapitalRules): number {
    return this.#deductions.haircuts(this.sides, rules);
  }

  /** What is deducted in full, (c)(2)(vii), in cents. */
  nonMarketable(rules: NetCapitalRules): number {
    return this.#deductions.nonMarketable(this.sides, rules);
  }

  /** The charge for undue concentration, given a tenth of net capital before haircuts. */
  concentration(base: Cents): Cents {
    const rules = this.#rules;
    assert(rules !== undefined, "positions are classified before they are charged");
    if (base < this.#candidateBase || base * CANDIDATE_SHARE > this.#candidateBase * CANDIDATE_RISE)
      this.#listCandidates(base, rules);
    const { value, bucket, concentration } = this.#table.columns;
    let deduction = 0;
    for (let index = 0; index < this.#candidateCount; index++) {
      const row = this.#candidates[index];
      if (bucket[row] === NONE) continue;
      const { concentrationRate } = rules.schedule.buckets[bucket[row]];
      const kind = CONCENTRATION_KINDS[concentration[row]];
      deduction += concentrationDeduction(
        kind,
        value[row] as Cents,
        base,
        this.#fiveHundredShares(row, kind, rules),
        concentrationRate,
        rules.concentration,
      );
    }
    return deduction as Cents;
  }

  #fiveHundredShares(row: number, kind: ConcentrationKind, rules: NetCapitalRules): Cents {
    if (kind !== "equity") return 0 as Cents;
    const instrument = this.#table.columns.instrument[row];
    const { instruments, market } = this.#books;
    return instruments.value(
      instrument,
      rules.concentration.equityFloorShares * 10 ** instruments.columns.scale[instrument],
      market.price(instrument),
    );
  }

  /** Every position in the order of listing, in the terms of the computation. */
  positions(): FirmPosition[] {
    const { instrument, units, value, bucket, concentration } = this.#table.columns;
    const rules = this.#rules;
    if (rules === undefined) return [];
    return this.#rowsInOrder()
      .filter((row) => bucket[row] !== NONE)
      .map((row) =>
        firmPosition(this.#books, rules, instrument[row], {
          units: units[row],
          price: this.#books.market.price(instrument[row]),
          value: value[row] as Cents,
          bucket: bucket[row],
          concentration: CONCENTRATION_KINDS[concentration[row]],
        }),
      );
  }

  /** Why the positions that count as unknown have no value. */
  troubles(): Trouble[] {
    const { instrument, unknown } = this.#table.columns;
    return this.#rowsInOrder()
      .filter((row) => unknown[row] === 1)
      .map((row) => {
        const attributes = this.#books.instruments.attributes(instrument[row]);
        const found = this.#classifier?.classify(attributes);
        if (found === undefined || found.kind === "bucket") return missingPrice(attributes.instrument);
        return cannotClassify(found.kind, found.what, attributes.instrument);
      });
  }

  #rowsInOrder(): number[] {
    const { instrument } = this.#table.columns;
    return Array.from({ length: this.#table.size }, (_, row) => row).sort((a, b) => instrument[a] - instrument[b]);
  }

  #rowFor(instrument: number): number {
    if (instrument >= this.#rowOf.length) {
      const grown = new Int32Array(Math.max(instrument + 1, this.#rowOf.length * 2)).fill(NONE);
      grown.set(this.#rowOf);
      this.#rowOf = grown;
    }
    const known = this.#rowOf[instrument];
    if (known !== NONE) return known;
    const row = this.#table.add();
    const { columns } = this.#table;
    columns.instrument[row] = instrument;
    columns.units[row] = 0;
    columns.value[row] = 0;
    columns.bucket[row] = NONE;
    columns.unknown[row] = 0;
    columns.candidate[row] = 0;
    this.#rowOf[instrument] = row;
    this.#classify(row);
    return row;
  }

  #classify(row: number): void {
    const { columns } = this.#table;
    const found = this.#classifier?.classify(this.#books.instruments.attributes(columns.instrument[row]));
    if (found?.kind !== "bucket") {
      columns.classBucket[row] = NONE;
      columns.principalBucket[row] = NONE;
      columns.concentration[row] = 0;
      return;
    }
    columns.classBucket[row] = found.bucket;
    columns.principalBucket[row] = found.bucketAtPrincipal ?? NONE;
    columns.concentration[row] = CONCENTRATION_KINDS.indexOf(found.concentration);
    if (found.bucketAtPrincipal !== undefined) this.#measurePrincipal(row);
  }

  #measurePrincipal(row: number): void {
    const { columns } = this.#table;
    columns.principal[row] = principalOf(this.#books.instruments, columns.instrument[row], columns.units[row]);
  }

  /** Takes the old value out of its bucket and puts the new one in. */
  #revalue(row: number): void {
    const { columns } = this.#table;
    if (columns.bucket[row] !== NONE) {
      removeValue(this.sides, columns.bucket[row], columns.value[row]);
      this.#deductions.touch(columns.bucket[row]);
      this.value -= columns.value[row];
      this.#gross -= Math.abs(columns.value[row]);
    }
    this.unknown -= columns.unknown[row];
    columns.bucket[row] = NONE;
    columns.value[row] = 0;
    columns.unknown[row] = 0;
    if (columns.units[row] === 0) return;
    const value = this.#valueOf(row);
    if (Number.isNaN(value)) {
      columns.unknown[row] = 1;
      this.unknown++;
      return;
    }
    const size = value < 0 ? -value : value;
    const atPrincipal = columns.principalBucket[row] !== NONE && size >= columns.principal[row];
    const bucket = atPrincipal ? columns.principalBucket[row] : columns.classBucket[row];
    columns.bucket[row] = bucket;
    columns.value[row] = value;
    addValue(this.sides, bucket, value);
    this.#deductions.touch(bucket);
    this.value += value;
    this.#gross += size;
    if (this.#gross > Number.MAX_SAFE_INTEGER) this.#isExact = false;
    if (size > this.#candidateFloor && columns.candidate[row] === 0) this.#nominate(row);
  }

  /** Cents, or NaN where the class, the price or the value cannot be said. */
  #valueOf(row: number): number {
    const { instrument, units, classBucket } = this.#table.columns;
    if (classBucket[row] === NONE) return Number.NaN;
    const price = this.#books.market.price(instrument[row]);
    return Number.isNaN(price) ? Number.NaN : valueOrNaN(this.#books.instruments, instrument[row], units[row], price);
  }

  #nominate(row: number): void {
    if (this.#candidateCount === this.#candidates.length) {
      const grown = new Int32Array(this.#candidates.length * 2);
      grown.set(this.#candidates);
      this.#candidates = grown;
    }
    this.#table.columns.candidate[row] = 1;
    this.#candidates[this.#candidateCount++] = row;
  }

  #listCandidates(base: Cents, { concentration }: NetCapitalRules): void {
    const { value, candidate } = this.#table.columns;
    this.#candidateBase = Math.floor(base * CANDIDATE_SHARE);
    this.#candidateFloor = Math.max(this.#candidateBase, concentration.leastFloor);
    this.#candidateCount = 0;
    candidate.fill(0, 0, this.#table.size);
    for (let row = 0; row < this.#table.size; row++)
      if (Math.abs(value[row]) > this.#candidateFloor) this.#nominate(row);
  }
}
