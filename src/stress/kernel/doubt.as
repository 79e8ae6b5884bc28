/**
 * Which thirds of an account's lanes need sweeping. That its figures in a third are not below zero is shown by a bound: the account
 * summed over the worst of those lanes (the least of a row for a long, the greatest for a short) instead of over each of them.
 *
 * A bound is at or below each figure of its lanes, as computed, without any margin for rounding. Both sums take the same steps in
 * the same order, from the same cash. In each step units × worst ≤ units × figure; rounding never turns an order round, whether
 * the product is rounded by itself or together with the sum (of which a machine does one, always); so what was at or below stays
 * so. As for NaN: a row that is not finite has NaN for its bounds. Of finite rows a figure becomes NaN only where plus and minus
 * infinity meet, and from there on the bound, at or below, is minus infinity or NaN, which shows nothing.
 *
 * Of the last lane the bound is the figure itself, so the requirement now is, to the bit, what a sweep of all lanes has.
 */
import { add, BOUND, GROUP_ROW, ROW } from "./layout";

/** Bytes of an entry: account (u32), the requirement now in dollars (f32), a bit for each third in doubt (u32). */
export const ENTRY: usize = 12;
const EVERY_THIRD = 7;

/**
 * Lists those of the accounts `from` to `to` (exclusive) that are in doubt, and returns the end of the list. An account with
 * groups is in doubt everywhere, and only its last lane is worked out. No branch depends on what is found.
 */
@inline
export function listDoubtful(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: usize,
  to: usize,
  list: usize,
  isEquityAlone: bool,
  isRelaxed: bool,
): usize {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const allSeries = <usize>load<u32>(book, 12);
  const allUnits = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  const bounds = <usize>load<u32>(tables, 8);
  const valueBounds = <usize>load<u32>(tables, 12);
  let entry = list;
  for (let account = from; account < to; account++) {
    const at = <usize>load<u32>(starts + (account << 2));
    let series = allSeries + (at << 1);
    let units = allUnits + (at << 2);
    const end = units + (<usize>load<u16>(counts + (account << 1)) << 2);
    let equity = v128.load32_splat(cashes + (account << 2));
    let excess = equity;
    const group = <usize>load<u32>(groups + (account << 2));
    if (group !== 0) {
      const row = groupTable + group * GROUP_ROW;
      equity = f32x4.add(equity, v128.load32_splat(row + GROUP_ROW - 4));
      excess = f32x4.add(excess, v128.load32_splat(row + ROW - 4));
    }
    while (units < end) {
      const bound = <usize>load<u16>(series) * BOUND;
      const held = v128.load32_splat(units);
      equity = add(held, v128.load(valueBounds + bound), equity, isRelaxed);
      if (!isEquityAlone) excess = add(held, v128.load(bounds + bound), excess, isRelaxed);
      series += 2;
      units += 4;
    }
    const required: f32 = isEquityAlone ? 0 : f32x4.extract_lane(equity, 3) - f32x4.extract_lane(excess, 3);
    let clear = f32x4.ge(equity, f32x4.splat(max(required, 0)));
    if (!isEquityAlone) clear = v128.and(clear, f32x4.ge(excess, f32x4.splat(0)));
    const doubts = 15 ^ i32x4.bitmask(clear);
    // The last lane is one of the last third.
    const thirds = (doubts & EVERY_THIRD) | ((doubts & 8) >> 1);
    store<u32>(entry, <u32>account);
    store<f32>(entry, required, 4);
    const swept = select(EVERY_THIRD, thirds, group !== 0);
    store<u32>(entry, swept, 8);
    entry += select(ENTRY, 0, swept !== 0);
  }
  return entry;
}
