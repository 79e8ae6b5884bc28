/**
 * The least that a group can require, over all pairings that 4210(f)(2) permits, found exactly.
 *
 * Every leg stands by itself, or in one of the strategies of `columns.ts`: a straddle, a cover, stock that an option hedges,
 * a box. Spreads need no columns of their own. By (f)(2)(A)(xxxii) a spread may have any number of legs, it requires the
 * greatest loss at expiry, and two spreads together never lose more than the sum of what each can lose. So all spreads
 * whose shorts expire by one day and whose longs live to it are one, and which contracts are in it is what is sought: for
 * each such day (a *cut*) a column for each leg and one for the loss, as many longs as shorts of either right, and for
 * each exercise price a row which says that the loss is at least what it is there.
 *
 * docs/rules/margin-options.md has the proof, and how the program is solved.
 */
import { Columns } from "./columns.ts";
import type { KnownPairing } from "./known-pairing.ts";
import type { Leg, Stock, Terms } from "./legs.ts";
import { PairingProgram, SCALE } from "./pairing-program.ts";
import { Relaxation } from "./relaxation.ts";
import { Search } from "./search.ts";
import { NO_FAMILY } from "./stated-program.ts";

/** Pivots after which the search stops, and says how good its answer is proven to be. */
const PIVOTS_MOST = 40_000;
/** Pivots that are worth spending on what was known, before starting from nothing. */
const KNOWN_PIVOTS_MOST = 3000;

/** One program serves every pairing: nothing of it outlives one. */
const program = new PairingProgram();
const relaxation = new Relaxation(program.stated);

export interface Paired {
  readonly columns: Columns;
  /** By column: how many. */
  readonly counts: Float64Array;
  /** What the pairing costs, in millionths of a dollar: requirements less what they add to equity. */
  readonly cost: number;
  /** No pairing costs less than this: proven. It is `cost` unless the search was stopped. */
  readonly bound: number;
  readonly branches: number;
  readonly pivots: number;
}

/**
 * The cheapest pairing of the legs and the stock. `known` is what was known of the group at other prices, and is told what
 * is found: the answer is the same without it.
 */
export function pair(legs: readonly Leg[], stock: Stock, terms: Terms, known?: KnownPairing): Paired {
  const columns = new Columns(legs, stock, terms);
  program.state(columns);
  if (columns.list.length === 0)
    return { columns, counts: new Float64Array(0), cost: columns.alone, bound: columns.alone, branches: 0, pivots: 0 };
  const isKnown = known?.knows(columns) ?? false;
  const answer = isKnown ? known?.answer(program) : undefined;
  if (answer !== undefined) return provenOf(columns, answer);
  const search = (isKnown && known !== undefined ? searchFrom(known) : undefined) ?? searchAnew(known);
  known?.keepAnswer(program, search.counts);
  return pairedOf(columns, search);
}

/** From what is known; undefined where that does not lead to the one cheapest pairing soon. */
function searchFrom(known: KnownPairing): Search | undefined {
  const counts = known.restore(program, relaxation, KNOWN_PIVOTS_MOST);
  const search = new Search(program, relaxation, { isStrict: true });
  if (counts !== undefined) search.propose(counts);
  search.run(() => known.keepRoot(program, relaxation));
  if (search.isProven && !search.hasEqual) return search;
  program.state(program.columns);
  return undefined;
}

function searchAnew(known: KnownPairing | undefined): Search {
  startWhole();
  const search = new Search(program, relaxation, { isStrict: false });
  search.run(() => known?.keepRoot(program, relaxation));
  if (!search.isProven) known?.forget();
  return search;
}

/** All columns that are worth something, and all rows but those of which there are many: they enter when they are violated. */
function startWhole(): void {
  const { stated, columns } = program;
  const { tableau } = relaxation;
  relaxation.start(PIVOTS_MOST);
  for (let column = 0; column < stated.columns; column++)
    if (stated.cost.array[column] < 0 || !(columns.list[column]?.cut === -1)) tableau.activate(column);
  for (let row = 0; row < stated.rows; row++) if (stated.family.array[row] === NO_FAMILY) tableau.enter(row);
}

function pairedOf(columns: Columns, { counts, cost, bound, isProven, branches }: Search): Paired {
  const exact = columns.alone + cost * SCALE - program.chargedOf(counts);
  const least = columns.alone + bound * SCALE - program.chargedMost;
  return {
    columns,
    counts,
    cost: exact,
    bound: isProven ? exact : Math.min(exact, least),
    branches,
    pivots: relaxation.tableau.pivots,
  };
}

function provenOf(columns: Columns, counts: Float64Array): Paired {
  const cost = columns.alone + program.costOf(counts) * SCALE - program.chargedOf(counts);
  return { columns, counts, cost, bound: cost, branches: 0, pivots: 0 };
}
