/**
 * The stress kernel: every account under 23 scenarios and none at once, single precision, four to a vector. Compiled by
 * `npm run kernels` into ../kernel-code.ts. The memory is shared and belongs to the caller (see ../grid.ts); nothing here has
 * static data, so that any number of threads run over one memory.
 *
 * An account's figure under a scenario is its cash, plus what its groups come to, plus units × the row of each position. There
 * are two tables: the excess over the requirement, worked out anew at the moved price, with a row for each instrument and
 * side; and the equity, with a row for each instrument, apart so that ten thousand names stay in a core's cache. The last
 * lane of a row is the market as it stands, so equity less excess there is the requirement now, and equity less that the
 * excess with the requirement held. A row of groups holds both, side by side.
 *
 * `sweep` rounds every product and sum alike on every machine; `sweepRelaxed` may fuse them, as the machine likes: faster,
 * for what nobody replays.
 *
 * Most accounts are short of nothing in most lanes, and bounds show it for a sixth of the work (doubt.as). What they leave in doubt
 * is swept by thirds (thirds.as), and stretches of the book in which bounds do not pay are swept whole (whole.as). The sums are
 * the same to the bit, whichever it is.
 */
import { ENTRY, listDoubtful } from "./doubt";
import { DOUBTFUL, LIST } from "./layout";
import { sweepThirds } from "./thirds";
import { sweepWhole, sweepWholeEquity } from "./whole";

export { fillRows } from "./rows";
export { worst } from "./worst";

/** Accounts that are bounded before those in doubt are swept; with more thirds than that in doubt bounds do not pay. */
const BLOCK: usize = 128;
/** Blocks that go without bounds after one in which they did not. */
const BLOCKS_WITHOUT = 31;

@inline
function whole(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: usize,
  to: usize,
  result: usize,
  isEquityAlone: bool,
  isRelaxed: bool,
): void {
  if (isEquityAlone) sweepWholeEquity(book, tables, groupTable, from, to, result);
  else sweepWhole(book, tables, groupTable, from, to, result, isRelaxed);
  store<u32>(result + DOUBTFUL, load<u32>(result + DOUBTFUL) + <u32>(to - from));
}

/** Sweeps accounts with bounds, and says how many thirds were in doubt. */
@inline
function bounded(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: usize,
  to: usize,
  result: usize,
  isEquityAlone: bool,
  isRelaxed: bool,
): i32 {
  const list = result + LIST;
  const end = listDoubtful(book, tables, groupTable, from, to, list, isEquityAlone, isRelaxed);
  store<u32>(result + DOUBTFUL, load<u32>(result + DOUBTFUL) + <u32>((end - list) / ENTRY));
  return sweepThirds(book, tables, groupTable, list, end, result, isEquityAlone, isRelaxed);
}

@inline
function sweepAccounts(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: i32,
  to: i32,
  result: usize,
  isPlain: bool,
  isEquityAlone: bool,
  isRelaxed: bool,
): void {
  let without = isPlain ? i32.MAX_VALUE : 0;
  for (let first = <usize>from; first < <usize>to; first += BLOCK) {
    const end = min(first + BLOCK, <usize>to);
    if (without > 0) {
      whole(book, tables, groupTable, first, end, result, isEquityAlone, isRelaxed);
      without--;
    } else if (bounded(book, tables, groupTable, first, end, result, isEquityAlone, isRelaxed) > <i32>BLOCK) {
      without = BLOCKS_WITHOUT;
    }
  }
}

/**
 * Sums the shortfalls of the accounts `from` to `to` (exclusive). `book` lists addresses: starts, cash, groups, series, units,
 * counts; `tables` those of the excess, the equity, and the bounds of each. At `result`: amounts and counts of the excess with the
 * requirement worked out anew, with the requirement held, and of equity; and what else layout.as says. An account that holds
 * something without a price is counted and in no sum. A plain sweep does without bounds.
 */
export function sweep(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: i32,
  to: i32,
  result: usize,
  isPlain: bool,
): void {
  sweepAccounts(book, tables, groupTable, from, to, result, isPlain, false, false);
}

/** The same, with products and sums fused where the machine can. */
export function sweepRelaxed(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: i32,
  to: i32,
  result: usize,
  isPlain: bool,
): void {
  sweepAccounts(book, tables, groupTable, from, to, result, isPlain, false, true);
}

/** Equity alone, products and sums fused: only the third sums of `result`, in half the time. */
export function sweepEquity(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: i32,
  to: i32,
  result: usize,
  isPlain: bool,
): void {
  sweepAccounts(book, tables, groupTable, from, to, result, isPlain, true, true);
}
