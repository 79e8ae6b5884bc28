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
 */

/** Figures in a row, bytes of a row, and of a row of groups. */
const LANES = 24;
const ROW: usize = LANES * 4;
const GROUP_ROW: usize = 2 * ROW;

/** Bytes of what is summed of one figure: amounts (f64) and counts (u32), LANES of each. */
const SUMS: usize = LANES * 12;

@inline
function add(units: v128, row: v128, sum: v128, isRelaxed: bool): v128 {
  return isRelaxed ? f32x4.relaxed_madd(units, row, sum) : f32x4.add(f32x4.mul(units, row), sum);
}

@inline
function least(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
  return f32x4.pmin(f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d)), f32x4.pmin(e, f));
}

@inline
function isBelow(figures: v128): bool {
  return v128.any_true(f32x4.lt(figures, f32x4.splat(0)));
}

@inline
function keep(at: usize, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): void {
  v128.store(at, a, 0);
  v128.store(at, b, 16);
  v128.store(at, c, 32);
  v128.store(at, d, 48);
  v128.store(at, e, 64);
  v128.store(at, f, 80);
}

/** Adds what of the figures in `scratch`, less `less`, lies below zero to the sums. */
@inline
function addShortfalls(scratch: usize, less: f32, sums: usize): void {
  const counts = sums + LANES * 8;
  const taken = f32x4.splat(less);
  for (let at: usize = 0; at < ROW; at += 16) {
    const figure = f32x4.sub(v128.load(scratch + at), taken);
    const below = f32x4.lt(figure, f32x4.splat(0));
    const amount = v128.and(figure, below);
    const low = sums + (at << 1);
    v128.store(low, f64x2.sub(v128.load(low), f64x2.promote_low_f32x4(amount)));
    const high = i8x16.shuffle(amount, amount, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    v128.store(low, f64x2.sub(v128.load(low, 16), f64x2.promote_low_f32x4(high)), 16);
    v128.store(counts + at, i32x4.sub(v128.load(counts + at), below));
  }
}

/** `book` lists addresses: starts, cash, groups, series, units, counts. */
@inline
function sweepAccounts(book: usize, table: usize, values: usize, groupTable: usize, from: i32, to: i32, result: usize, isRelaxed: bool): void {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const allSeries = <usize>load<u32>(book, 12);
  const allUnits = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  const scratch = result + 3 * SUMS;
  const unknown = scratch + GROUP_ROW;
  for (let account = <usize>from; account < <usize>to; account++) {
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
    if (v128.any_true(f32x4.ne(a, a))) {
      store<u32>(unknown, load<u32>(unknown) + 1);
      continue;
    }
    // The last lane of each table is the market as it stands.
    const required = f32x4.extract_lane(l, 3) - f32x4.extract_lane(f, 3);
    const lowest = least(g, h, i, j, k, l);
    if (isBelow(least(a, b, c, d, e, f))) {
      keep(scratch, a, b, c, d, e, f);
      addShortfalls(scratch, 0, result);
    }
    const isShort = isBelow(f32x4.sub(lowest, f32x4.splat(required)));
    const isUnderWater = isBelow(lowest);
    if (!isShort && !isUnderWater) continue;
    keep(scratch, g, h, i, j, k, l);
    if (isShort) addShortfalls(scratch, required, result + SUMS);
    if (isUnderWater) addShortfalls(scratch, 0, result + 2 * SUMS);
  }
}

/**
 * Sums the shortfalls of the accounts `from` to `to` (exclusive). At `result`: amounts and counts of the excess with the
 * requirement worked out anew, with the requirement held, and of equity; room for a row; and the number of accounts that hold
 * something without a price, which are in no sum.
 */
export function sweep(book: usize, table: usize, values: usize, groupTable: usize, from: i32, to: i32, result: usize): void {
  sweepAccounts(book, table, values, groupTable, from, to, result, false);
}

/** The same, with products and sums fused where the machine can. */
export function sweepRelaxed(book: usize, table: usize, values: usize, groupTable: usize, from: i32, to: i32, result: usize): void {
  sweepAccounts(book, table, values, groupTable, from, to, result, true);
}

/** Equity alone, products and sums fused: only the third sums of `result`, in half the time. */
export function sweepEquity(book: usize, _table: usize, values: usize, groupTable: usize, from: i32, to: i32, result: usize): void {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const allSeries = <usize>load<u32>(book, 12);
  const allUnits = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  const scratch = result + 3 * SUMS;
  const unknown = scratch + GROUP_ROW;
  for (let account = <usize>from; account < <usize>to; account++) {
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
    if (v128.any_true(f32x4.ne(g, g))) {
      store<u32>(unknown, load<u32>(unknown) + 1);
      continue;
    }
    if (!isBelow(least(g, h, i, j, k, l))) continue;
    keep(scratch, g, h, i, j, k, l);
    addShortfalls(scratch, 0, result + 2 * SUMS);
  }
}

/**
 * Each account's lowest excess (f32), requirement worked out anew, and its scenario (u8), the first of equals, among the first
 * `scenarios` lanes; NaN where something it holds has no price.
 */
export function worst(
  book: usize,
  table: usize,
  groupTable: usize,
  from: i32,
  to: i32,
  scenarios: i32,
  amounts: usize,
  scenario: usize,
): void {
  const starts = <usize>load<u32>(book, 0);
  const cashes = <usize>load<u32>(book, 4);
  const groups = <usize>load<u32>(book, 8);
  const series = <usize>load<u32>(book, 12);
  const units = <usize>load<u32>(book, 16);
  const counts = <usize>load<u32>(book, 20);
  for (let account = <usize>from; account < <usize>to; account++) {
    const at = <usize>load<u32>(starts + (account << 2));
    const end = at + <usize>load<u16>(counts + (account << 1));
    const cash = load<f32>(cashes + (account << 2));
    const group = <usize>load<u32>(groups + (account << 2));
    let lowest: f32 = Infinity;
    let where = 0;
    for (let lane = 0; lane < scenarios; lane++) {
      const ofLane = <usize>lane << 2;
      let figure = group === 0 ? cash : cash + load<f32>(groupTable + group * GROUP_ROW + ofLane);
      for (let slot = at; slot < end; slot++) {
        const row = table + <usize>load<u16>(series + (slot << 1)) * ROW;
        figure = load<f32>(units + (slot << 2)) * load<f32>(row + ofLane) + figure;
      }
      if (figure < lowest) {
        lowest = figure;
        where = lane;
      } else if (figure !== figure) {
        lowest = NaN;
        break;
      }
    }
    store<f32>(amounts + (account << 2), lowest);
    store<u8>(scenario + account, <u8>where);
  }
}

/** Bytes of the terms of one side of an instrument: six numbers (see ../grid.ts). */
const SIDE: usize = 48;

/** What a unit requires at a price, dollars: rate and floor, others below a price. */
@inline
function requirement(terms: usize, price: f64, value: f64): f64 {
  return price < load<f64>(terms, 0)
    ? max(load<f64>(terms, 8) * value, load<f64>(terms, 16))
    : max(load<f64>(terms, 24) * value, load<f64>(terms, 32));
}

/** The rows of the instruments `from` to `to` (exclusive) in both tables, from `prices` (f64) and `moves` (f32). */
export function fillRows(prices: usize, moves: usize, terms: usize, table: usize, values: usize, from: i32, to: i32): void {
  for (let instrument = <usize>from; instrument < <usize>to; instrument++) {
    const price = load<f64>(prices + (instrument << 3));
    const ofInstrument = moves + instrument * ROW;
    for (let side: usize = 0; side < 2; side++) {
      const ofSide = terms + ((instrument << 1) + side) * SIDE;
      const worth = load<f64>(ofSide, 40);
      const sign: f64 = side === 0 ? -1 : 1;
      const row = table + ((instrument << 1) + side) * ROW;
      for (let lane: usize = 0; lane < ROW; lane += 4) {
        const after = max(0, price * (1 + <f64>load<f32>(ofInstrument + lane)));
        const value = after * worth;
        store<f32>(row + lane, <f32>(value + sign * requirement(ofSide, after, value)));
        if (side === 0) store<f32>(values + instrument * ROW + lane, <f32>value);
      }
    }
  }
}
