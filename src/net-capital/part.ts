/**
 * A part of the computation beside balances, positions by bucket and reported items: open items, options, futures, the
 * rules of the house. Each part says what it enters and where, from scratch as lines, and running as sums in cents; the
 * waterfall adds the parts at each place without knowing what they are.
 */
import type { Trouble } from "../base/errors.ts";
import type { Line } from "../base/line.ts";
import type { Cents } from "../base/money.ts";
import type { Day } from "../base/time.ts";
import type { Holdings } from "./claims.ts";
import type { NetCapitalRules } from "./rules.ts";

/**
 * Where an amount enters. Amounts are positive where the place deducts; net worth takes either sign, and what of the
 * subordinated loans does not count is below zero.
 */
export const PLACES = [
  "net-worth",
  "subordinated",
  "non-allowable",
  "charges",
  "commodity-charges",
  "haircuts",
  "indebtedness",
  "indebtedness-excluded",
  "debit-items",
  "ratio-additions",
  "market-maker-minimum",
  "other-minimum",
  "requirement-additions",
] as const;
export type Place = (typeof PLACES)[number];

/** The index of each place in an array of sums. */
export const PLACE = Object.fromEntries(PLACES.map((place, index) => [place, index])) as Readonly<
  Record<Place, number>
>;

/** What a part says, with its reasons. */
export interface PartAnswer {
  readonly lines: Readonly<Partial<Record<Place, readonly Line[]>>>;
  /** Charges that depend on net capital before haircuts, which is computed without them: `base` is that figure. */
  readonly chargesOn?: (base: Cents) => readonly Line[];
  /** What depends on net capital before haircuts, `tentative`, and enters among them; below zero where it frees. */
  readonly haircutsOn?: (tentative: Cents) => readonly Line[];
  /** Units, long, that undue concentration does not count, (M). */
  readonly unconcentrated?: Holdings;
  /** What it takes of the firm's positions out of the buckets where they stand, because it charges them itself. */
  readonly claims?: Holdings;
  /** Each a `missing-input` or a `missing-rule`. */
  readonly troubles: readonly Trouble[];
}

/** The same kept by deltas. A part is told of what happened after it happened. */
export interface RunningPart {
  /** Other books, other rules or another day: everything anew. */
  reset(rules: NetCapitalRules, asOf: Day): void;
  /** The firm's own position in an instrument changed, or what earlier parts leave of it. */
  moved(instrument: number): void;
  /** The valuation price of an instrument changed. Whether it matters here. */
  priced(instrument: number): boolean;
  /** An instrument was listed, or says something else of itself. */
  relisted(instrument: number): void;
  /** An account was opened, or says something else of itself. Whether it matters here; absent: only its balances do. */
  accountChanged?(account: number): boolean;
  /** What is reported beside the ledger changed: items, agreements, values of vendors. */
  reported(): void;
  /** A trade-date balance of any account changed. Whether it matters here. Must not look into the ledger yet. */
  balanceChanged?(account: number): boolean;
  /** Charges of margin are others. Whether it matters here; absent: they never do. */
  marginCharged?(): boolean;
  /** Before its first reset, over books that branch off those of `trunk`: what it need not look up again. */
  takeOver?(trunk: RunningPart): void;
  /** Adds what it enters, in cents by place. False where that cannot be said. Allocates nothing. */
  addTo(sums: Float64Array): boolean;
  /** The sum of `chargesOn`, where the part has any. */
  chargeOn?(base: Cents): Cents;
  /** The sum of `haircutsOn`, where the part has any. */
  haircutOn?(tentative: Cents): Cents;
  /** The explained answer, from what is kept. */
  answer(): PartAnswer;
}

/** The lines of all parts at one place. */
export function linesAt(parts: readonly PartAnswer[], place: Place): readonly Line[] {
  return parts.flatMap(({ lines }) => lines[place] ?? []);
}

/** The lines of all parts that are charged on `base`. */
export function linesOn(parts: readonly PartAnswer[], base: Cents): readonly Line[] {
  return parts.flatMap(({ chargesOn }) => chargesOn?.(base) ?? []);
}

/** The lines of all parts among the haircuts that depend on `tentative`. */
export function haircutLinesOn(parts: readonly PartAnswer[], tentative: Cents): readonly Line[] {
  return parts.flatMap(({ haircutsOn }) => haircutsOn?.(tentative) ?? []);
}

/** What the answers of parts sum to, by place. */
export function sumsOf(parts: readonly PartAnswer[]): Float64Array {
  const sums = new Float64Array(PLACES.length);
  for (const [index, place] of PLACES.entries()) for (const { amount } of linesAt(parts, place)) sums[index] += amount;
  return sums;
}
