/**
 * The firm's own positions kept by deltas: units, market value, and the sums by bucket. A tick in something that the firm
 * does not hold costs one look-up; in something that it holds, a handful of additions.
 *
 * Parts of the computation may claim units of a position, because they charge them elsewhere: these leave the bucket, and
 * stay in net worth and in undue concentration.
 */
import { assert } from "../base/assert.ts";
import type { Trouble } from "../base/errors.ts";
import type { Cents } from "../base/money.ts";
import { Table } from "../base/table.ts";
import { type Classifier, CONCENTRATION_KINDS, WORTHS } from "./classify.ts";
import { ClaimBook, type Claims, unitsLeft } from "./claims.ts";
import {
  cannotClassify,
  firmIssue,
  firmPosition,
  fiveHundredShares,
  issueOf,
  missingPrice,
  pricedBy,
  principalOf,
  valueOrNaN,
  worthPrice,
} from "./holdings.ts";
import type { FirmIssue, FirmPosition, NetCapitalBooks } from "./inputs.ts";
import type { SparedUnits } from "./open-items/underwritings.ts";
import type { RunningPart } from "./part.ts";
import type { NetCapitalRules } from "./rules.ts";
import { RunningDeductions } from "./running-deductions.ts";
import { type IssueClasses, RunningIssues } from "./running-issues.ts";
import { addValue, emptySides, removeValue, type Sides } from "./schedule.ts";

const NONE = -1;

/** One row for each instrument that the firm held, or watches. */
const ROW = {
  instrument: "u32",
  units: "f64",
  /** Units that parts claim, of the sign of the position. */
  claimed: "f64",
  /** Cents, signed; zero while flat or unknown. */
  value: "f64",
  /** The same of what is not claimed: what stands in the bucket. */
  charged: "f64",
  /** Units, long, that (M) does not count yet; and the value that it counts. */
  spared: "f64",
  unconcentrated: "f64",
  counted: "f64",
  /** The bucket that the value stands in now; -1 while it stands in none. */
  bucket: "i32",
  /** Its bucket by class and life, and at its principal (convertibles only); -1: it cannot be classified. */
  classBucket: "i32",
  principalBucket: "i32",
  /** Cents: what the units are worth at their principal. */
  principal: "f64",
  /** Index in CONCENTRATION_KINDS. */
  concentration: "u8",
  /** Index in WORTHS. */
  worth: "u8",
  /** The row of the issue with which it counts for concentration. */
  issue: "i32",
  /** The row whose price its worth follows; the first row that follows this one, and the next one beside it; -1: none. */
  leader: "i32",
  firstFollower: "i32",
  nextFollower: "i32",
  /** 1 while there is something of it that has no value. */
  unknown: "u8",
} as const;

const MARKET = WORTHS.indexOf("market");
const IN_THE_MONEY = WORTHS.indexOf("in-the-money");
const NOTHING = WORTHS.indexOf("nothing");

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
  #inOrder: Uint32Array = new Uint32Array(0);
  #rules: NetCapitalRules | undefined;
  #classifier: Classifier | undefined;
  readonly #issues = new RunningIssues(this.#issueClasses());
  readonly #claims = new ClaimBook(this);

  constructor(books: NetCapitalBooks) {
    this.#books = books;
  }

  /** Forgets every position and the rules; until `reclassify`, whatever comes in counts as unknown. */
  clear(): void {
    this.#table.size = 0;
    this.#inOrder = new Uint32Array(0);
    this.#rowOf.fill(NONE);
    this.#rules = undefined;
    this.#classifier = undefined;
    this.value = 0;
    this.unknown = 0;
    this.#gross = 0;
    this.#isExact = true;
    this.#claims.clear();
    this.#issues.clear();
  }

  /**
   * Takes over what another one holds and watches, with its classes, values and sums, under the rules and on the day that it
   * stands at. What parts claim and spare is left to them. Only before anything else came in.
   */
  takeOver(other: RunningPositions): void {
    const { size } = other.#table;
    this.#table.take(other.#table);
    this.#rowOf = other.#rowOf.slice();
    this.#inOrder = other.#rowsInOrder();
    this.#rules = other.#rules;
    this.#classifier = other.#classifier;
    this.sides = { long: other.sides.long.slice(), short: other.sides.short.slice() };
    this.value = other.value;
    this.unknown = other.unknown;
    this.#gross = other.#gross;
    this.#isExact = other.#isExact;
    this.#deductions.takeOver(other.#deductions);
    this.#issues.takeOver(other.#issues);
    const { claimed, spared, unconcentrated } = this.#table.columns;
    for (let row = 0; row < size; row++) {
      if (claimed[row] === 0 && spared[row] === 0 && unconcentrated[row] === 0) continue;
      this.#takeOut(row);
      claimed[row] = spared[row] = unconcentrated[row] = 0;
      this.#putIn(row);
    }
  }

  /** What one more part may claim, after the parts that asked before it. */
  claimsOf(part: RunningPart): Claims {
    return this.#claims.open(part);
  }

  /** What the firm holds of the instrument, whoever claims it. */
  units(instrument: number): number {
    return this.watches(instrument) ? this.#table.columns.units[this.#rowOf[instrument]] : 0;
  }

  /** Parts claim so many more, or fewer, units of the position. */
  claimed(instrument: number, change: number): void {
    const row = this.#rowFor(instrument);
    this.#table.columns.claimed[row] += change;
    this.#revalue(row);
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
    const row = this.#rowOf[instrument];
    this.#revalue(row);
    const { firstFollower, nextFollower } = this.#table.columns;
    for (let follower = firstFollower[row]; follower !== NONE; follower = nextFollower[follower])
      this.#revalue(follower);
    return true;
  }

  /** The instrument says something else of itself. */
  relisted(instrument: number): void {
    if (!this.watches(instrument)) return;
    const row = this.#rowOf[instrument];
    this.#takeOut(row);
    this.#classify(row);
    this.#putIn(row);
  }

  /** Undue concentration does not count so many units yet, and all others. */
  spare(units: SparedUnits): void {
    for (const instrument of units.keys()) this.#rowFor(instrument);
    const { columns, size } = this.#table;
    for (let row = 0; row < size; row++) {
      const spared = units.get(columns.instrument[row]) ?? 0;
      if (spared === columns.spared[row]) continue;
      this.#takeOut(row);
      columns.spared[row] = spared;
      this.#putIn(row);
    }
  }

  /** Undue concentration does not count so many units of the position, long, because a part frees them. */
  unconcentrate(instrument: number, units: number): void {
    const row = this.#rowFor(instrument);
    const { columns } = this.#table;
    if (columns.unconcentrated[row] === units) return;
    this.#takeOut(row);
    columns.unconcentrated[row] = units;
    this.#putIn(row);
  }

  /** Other rules or another day: every position is classified and valued anew. */
  reclassify(rules: NetCapitalRules, classifier: Classifier): void {
    const isClassified = this.#classifier?.agrees(classifier) === true;
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
    this.#issues.clear();
    if (!isClassified) for (let row = 0; row < size; row++) this.#classify(row);
    for (let row = 0; row < this.#table.size; row++) this.#putIn(row);
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
    assert(this.#rules !== undefined, "positions are classified before they are charged");
    return this.#issues.deduction(base, this.#rules);
  }

  /** Every position in the order of listing, in the terms of the computation; or those in the instruments `among`. */
  positions(among?: ReadonlySet<number>): FirmPosition[] {
    const { instrument, units, claimed, worth, value, charged, bucket } = this.#table.columns;
    const positions: FirmPosition[] = [];
    for (const row of this.#rowsInOrder()) {
      if (bucket[row] === NONE || among?.has(instrument[row]) === false) continue;
      positions.push(
        firmPosition(this.#books, instrument[row], {
          units: units[row],
          unclaimed: unitsLeft(units[row], claimed[row]),
          price: worthPrice(this.#books, instrument[row], WORTHS[worth[row]]),
          value: value[row] as Cents,
          charged: charged[row] as Cents,
          bucket: bucket[row],
        }),
      );
    }
    return positions;
  }

  /** Every issue that (M) reaches and of which more than `above` is held on a side, in the order of listing. */
  issues(above = 0): FirmIssue[] {
    const { instrument, bucket: ofPosition, classBucket, concentration: kind } = this.#table.columns;
    const floorShares = this.#rules?.concentration.equityFloorShares ?? 0;
    const issues: FirmIssue[] = [];
    for (const row of this.#rowsInOrder()) {
      const long = this.#issues.long(row);
      const short = this.#issues.short(row);
      if (long <= above && short <= above) continue;
      const concentration = CONCENTRATION_KINDS[kind[row]];
      const bucket = ofPosition[row] === NONE ? classBucket[row] : ofPosition[row];
      if (concentration === "exempt" || bucket === NONE) continue;
      const price = this.#books.market.price(instrument[row]);
      if (concentration === "equity" && Number.isNaN(price)) continue;
      issues.push(firmIssue(this.#books, instrument[row], { bucket, concentration, long, short, price, floorShares }));
    }
    return issues;
  }

  /** How (M) looks at a row. Of an issue of which only options are held, the class says the bucket. */
  #issueClasses(): IssueClasses {
    const table = this.#table;
    const size = (): number => table.size;
    return {
      get size() {
        return size();
      },
      bucketOf: (row) =>
        table.columns.bucket[row] === NONE ? table.columns.classBucket[row] : table.columns.bucket[row],
      kindOf: (row) => CONCENTRATION_KINDS[table.columns.concentration[row]],
      fiveHundredShares: (row, kind) =>
        this.#rules === undefined
          ? Number.NaN
          : fiveHundredShares(this.#books, this.#rules, table.columns.instrument[row], kind),
    };
  }

  /** Why the positions that count as unknown have no value. */
  troubles(): Trouble[] {
    if (this.unknown === 0) return [];
    const { instrument, worth, unknown } = this.#table.columns;
    return [...this.#rowsInOrder()]
      .filter((row) => unknown[row] === 1)
      .map((row) => {
        const attributes = this.#books.instruments.attributes(instrument[row]);
        const found = this.#classifier?.classify(attributes);
        if (found === undefined || found.kind === "bucket")
          return missingPrice(pricedBy(this.#books, instrument[row], WORTHS[worth[row]]));
        return cannotClassify(found.kind, found.what, attributes.instrument);
      });
  }

  /** Rows in the order of listing; put in order again only when there are more. */
  #rowsInOrder(): Uint32Array {
    const { columns, size } = this.#table;
    if (this.#inOrder.length !== size)
      this.#inOrder = Uint32Array.from({ length: size }, (_, row) => row).sort(
        (a, b) => columns.instrument[a] - columns.instrument[b],
      );
    return this.#inOrder;
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
    columns.claimed[row] = 0;
    columns.value[row] = 0;
    columns.charged[row] = 0;
    columns.spared[row] = 0;
    columns.unconcentrated[row] = 0;
    columns.counted[row] = 0;
    columns.bucket[row] = NONE;
    columns.unknown[row] = 0;
    columns.issue[row] = row;
    columns.leader[row] = NONE;
    columns.firstFollower[row] = NONE;
    columns.nextFollower[row] = NONE;
    this.#issues.reserve(row + 1);
    this.#rowOf[instrument] = row;
    this.#classify(row);
    return row;
  }

  /** What the instrument is now. The row's value stands in no bucket while this is done. */
  #classify(row: number): void {
    const { instruments } = this.#books;
    const instrument = this.#table.columns.instrument[row];
    const found = this.#classifier?.classify(instruments.attributes(instrument));
    const worth = found?.kind === "bucket" ? WORTHS.indexOf(found.worth) : MARKET;
    const underlying = instruments.columns.underlying[instrument];
    this.#follow(row, worth === IN_THE_MONEY && underlying !== NONE ? this.#rowFor(underlying) : NONE);
    const issue = this.#rowFor(issueOf(instruments, instrument));
    const { columns } = this.#table;
    columns.worth[row] = worth;
    columns.issue[row] = issue;
    columns.classBucket[row] = found?.kind === "bucket" ? found.bucket : NONE;
    columns.principalBucket[row] = found?.kind === "bucket" ? (found.bucketAtPrincipal ?? NONE) : NONE;
    columns.concentration[row] = found?.kind === "bucket" ? CONCENTRATION_KINDS.indexOf(found.concentration) : 0;
    if (columns.principalBucket[row] !== NONE) this.#measurePrincipal(row);
  }

  /** The worth of `row` follows the price of `leader` from now on; of none where that is -1. */
  #follow(row: number, leader: number): void {
    const { leader: leaders, firstFollower, nextFollower } = this.#table.columns;
    const before = leaders[row];
    if (before === leader) return;
    if (before !== NONE) {
      if (firstFollower[before] === row) firstFollower[before] = nextFollower[row];
      else {
        let other = firstFollower[before];
        while (nextFollower[other] !== row) other = nextFollower[other];
        nextFollower[other] = nextFollower[row];
      }
    }
    leaders[row] = leader;
    if (leader === NONE) return;
    nextFollower[row] = firstFollower[leader];
    firstFollower[leader] = row;
  }

  #measurePrincipal(row: number): void {
    const { columns } = this.#table;
    columns.principal[row] = principalOf(this.#books.instruments, columns.instrument[row], columns.units[row]);
  }

  /** Takes the old value out of its bucket and puts the new one in. */
  #revalue(row: number): void {
    this.#takeOut(row);
    this.#putIn(row);
  }

  #takeOut(row: number): void {
    const { columns } = this.#table;
    const bucket = columns.bucket[row];
    if (bucket !== NONE) {
      const value = columns.value[row];
      removeValue(this.sides, bucket, columns.charged[row]);
      this.#deductions.touch(bucket);
      this.#issues.remove(columns.issue[row], columns.counted[row]);
      this.value -= value;
      this.#gross -= value < 0 ? -value : value;
    }
    this.unknown -= columns.unknown[row];
    columns.bucket[row] = NONE;
    columns.value[row] = 0;
    columns.charged[row] = 0;
    columns.unknown[row] = 0;
  }

  #putIn(row: number): void {
    const { columns } = this.#table;
    const units = columns.units[row];
    if (units === 0 || columns.worth[row] === NOTHING) return;
    const instrument = columns.instrument[row];
    const price =
      columns.classBucket[row] === NONE ? Number.NaN : worthPrice(this.#books, instrument, WORTHS[columns.worth[row]]);
    const value = Number.isNaN(price) ? Number.NaN : valueOrNaN(this.#books.instruments, instrument, units, price);
    if (Number.isNaN(value)) {
      columns.unknown[row] = 1;
      this.unknown++;
      return;
    }
    const size = value < 0 ? -value : value;
    const atPrincipal = columns.principalBucket[row] !== NONE && size >= columns.principal[row];
    const bucket = atPrincipal ? columns.principalBucket[row] : columns.classBucket[row];
    const claimed = columns.claimed[row];
    const charged = claimed === 0 ? value : this.#books.instruments.value(instrument, unitsLeft(units, claimed), price);
    const spared = columns.spared[row] + columns.unconcentrated[row];
    const counted =
      spared === 0 || value < 0 ? value : this.#books.instruments.value(instrument, Math.max(0, units - spared), price);
    columns.bucket[row] = bucket;
    columns.value[row] = value;
    columns.charged[row] = charged;
    columns.counted[row] = counted;
    addValue(this.sides, bucket, charged);
    this.#deductions.touch(bucket);
    this.#issues.add(columns.issue[row], counted);
    this.value += value;
    this.#gross += size;
    if (this.#gross > Number.MAX_SAFE_INTEGER) this.#isExact = false;
  }
}
