/** Accounts swept in every lane: the plain method. */
import { add, ANEW, EQUITY, GROUP_ROW, HELD, ROW, SCRATCH, UNKNOWN } from "./layout";
import { addShortfalls, isBelow, isUnknown, keep, least } from "./shortfalls";

/** All figures of the accounts `from` to `to` (exclusive). */
@inline
export function sweepWhole(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: usize,
  to: usize,
  result: usize,
  isRelaxed: bool,
): void {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const allSeries = <usize>load<u32>(book, 12);
  const allUnits = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  const table = <usize>load<u32>(tables, 0);
  const values = <usize>load<u32>(tables, 4);
  const scratch = result + SCRATCH;
  for (let account = from; account < to; account++) {
    const at = <usize>load<u32>(starts + (account << 2));
    let series = allSeries + (at << 1);
    let units = allUnits + (at << 2);
    const end = units + (<usize>load<u16>(counts + (account << 1)) << 2);
    let a = v128.load32_splat(cashes + (account << 2));
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let f = a;
    let g = a;
    let h = a;
    let i = a;
    let j = a;
    let k = a;
    let l = a;
    const group = <usize>load<u32>(groups + (account << 2));
    if (group !== 0) {
      const row = groupTable + group * GROUP_ROW;
      a = f32x4.add(a, v128.load(row, 0));
      b = f32x4.add(b, v128.load(row, 16));
      c = f32x4.add(c, v128.load(row, 32));
      d = f32x4.add(d, v128.load(row, 48));
      e = f32x4.add(e, v128.load(row, 64));
      f = f32x4.add(f, v128.load(row, 80));
      g = f32x4.add(g, v128.load(row, 96));
      h = f32x4.add(h, v128.load(row, 112));
      i = f32x4.add(i, v128.load(row, 128));
      j = f32x4.add(j, v128.load(row, 144));
      k = f32x4.add(k, v128.load(row, 160));
      l = f32x4.add(l, v128.load(row, 176));
    }
    while (units < end) {
      const which = <usize>load<u16>(series);
      const row = table + which * ROW;
      const value = values + (which >> 1) * ROW;
      const held = v128.load32_splat(units);
      a = add(held, v128.load(row, 0), a, isRelaxed);
      b = add(held, v128.load(row, 16), b, isRelaxed);
      c = add(held, v128.load(row, 32), c, isRelaxed);
      d = add(held, v128.load(row, 48), d, isRelaxed);
      e = add(held, v128.load(row, 64), e, isRelaxed);
      f = add(held, v128.load(row, 80), f, isRelaxed);
      g = add(held, v128.load(value, 0), g, isRelaxed);
      h = add(held, v128.load(value, 16), h, isRelaxed);
      i = add(held, v128.load(value, 32), i, isRelaxed);
      j = add(held, v128.load(value, 48), j, isRelaxed);
      k = add(held, v128.load(value, 64), k, isRelaxed);
      l = add(held, v128.load(value, 80), l, isRelaxed);
      series += 2;
      units += 4;
    }
    // What has no price is NaN in every lane.
    if (isUnknown(a)) {
      store<u32>(result + UNKNOWN, load<u32>(result + UNKNOWN) + 1);
      continue;
    }
    // The last lane of each table is the market as it stands.
    const required = f32x4.extract_lane(l, 3) - f32x4.extract_lane(f, 3);
    const lowest = least(g, h, i, j, k, l);
    if (isBelow(least(a, b, c, d, e, f))) {
      keep(scratch, a, b, c, d, e, f);
      addShortfalls(scratch, 0, result + ANEW);
    }
    const isShort = isBelow(f32x4.sub(lowest, f32x4.splat(required)));
    const isUnderWater = isBelow(lowest);
    if (!isShort && !isUnderWater) continue;
    keep(scratch, g, h, i, j, k, l);
    if (isShort) addShortfalls(scratch, required, result + HELD);
    if (isUnderWater) addShortfalls(scratch, 0, result + EQUITY);
  }
}

/** Equity alone, products and sums fused. */
@inline
export function sweepWholeEquity(
  book: usize,
  tables: usize,
  groupTable: usize,
  from: usize,
  to: usize,
  result: usize,
): void {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const allSeries = <usize>load<u32>(book, 12);
  const allUnits = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  const values = <usize>load<u32>(tables, 4);
  const scratch = result + SCRATCH;
  for (let account = from; account < to; account++) {
    const at = <usize>load<u32>(starts + (account << 2));
    let series = allSeries + (at << 1);
    let units = allUnits + (at << 2);
    const end = units + (<usize>load<u16>(counts + (account << 1)) << 2);
    let g = v128.load32_splat(cashes + (account << 2));
    let h = g;
    let i = g;
    let j = g;
    let k = g;
    let l = g;
    const group = <usize>load<u32>(groups + (account << 2));
    if (group !== 0) {
      const row = groupTable + group * GROUP_ROW;
      g = f32x4.add(g, v128.load(row, 96));
      h = f32x4.add(h, v128.load(row, 112));
      i = f32x4.add(i, v128.load(row, 128));
      j = f32x4.add(j, v128.load(row, 144));
      k = f32x4.add(k, v128.load(row, 160));
      l = f32x4.add(l, v128.load(row, 176));
    }
    while (units < end) {
      const value = values + <usize>(load<u16>(series) >> 1) * ROW;
      const held = v128.load32_splat(units);
      g = add(held, v128.load(value, 0), g, true);
      h = add(held, v128.load(value, 16), h, true);
      i = add(held, v128.load(value, 32), i, true);
      j = add(held, v128.load(value, 48), j, true);
      k = add(held, v128.load(value, 64), k, true);
      l = add(held, v128.load(value, 80), l, true);
      series += 2;
      units += 4;
    }
    if (isUnknown(g)) {
      store<u32>(result + UNKNOWN, load<u32>(result + UNKNOWN) + 1);
      continue;
    }
    if (!isBelow(least(g, h, i, j, k, l))) continue;
    keep(scratch, g, h, i, j, k, l);
    addShortfalls(scratch, 0, result + EQUITY);
  }
}
