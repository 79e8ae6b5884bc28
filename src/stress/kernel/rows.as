/** The rows of unit values, and the bounds of each. */
import { BOUND, ROW } from "./layout";

/** Bytes of the terms of one side of an instrument: six numbers (see ../grid.ts). */
const SIDE: usize = 48;

/** What a unit requires at a price, dollars: rate and floor, others below a price. */
@inline
function requirement(terms: usize, price: f64, value: f64): f64 {
  return price < load<f64>(terms, 0)
    ? max(load<f64>(terms, 8) * value, load<f64>(terms, 16))
    : max(load<f64>(terms, 24) * value, load<f64>(terms, 32));
}

@inline
function worse(a: v128, b: v128, isShort: bool): v128 {
  return isShort ? f32x4.max(a, b) : f32x4.min(a, b);
}

/**
 * The bound of a row for longs (the least of each third) or shorts (the greatest), NaN where the row is not finite; and the last
 * lane as it is.
 */
@inline
function boundOf(row: usize, isShort: bool): v128 {
  let finite = f32x4.splat(0);
  for (let at: usize = 0; at < ROW; at += 16) finite = f32x4.add(finite, f32x4.mul(v128.load(row + at), f32x4.splat(0)));
  const last = v128.load(row, 80);
  if (v128.any_true(f32x4.ne(finite, finite))) return f32x4.replace_lane(f32x4.splat(NaN), 3, f32x4.extract_lane(last, 3));
  const a = worse(v128.load(row, 0), v128.load(row, 16), isShort);
  const b = worse(v128.load(row, 32), v128.load(row, 48), isShort);
  // Lane 23 stands for itself: lane 22 takes its place here.
  const c = worse(v128.load(row, 64), i32x4.shuffle(last, last, 0, 1, 2, 2), isShort);
  const ab = worse(i32x4.shuffle(a, b, 0, 1, 4, 5), i32x4.shuffle(a, b, 2, 3, 6, 7), isShort);
  const cc = worse(c, i32x4.shuffle(c, c, 2, 3, 2, 3), isShort);
  const abc = worse(i32x4.shuffle(ab, cc, 0, 2, 4, 4), i32x4.shuffle(ab, cc, 1, 3, 5, 5), isShort);
  return i32x4.shuffle(abc, last, 0, 1, 2, 7);
}

/**
 * The rows of the instruments `from` to `to` (exclusive) in both tables, from `prices` (f64) and `moves` (f32), and the bounds of
 * both for each side.
 */
export function fillRows(prices: usize, moves: usize, terms: usize, tables: usize, from: i32, to: i32): void {
  const table = <usize>load<u32>(tables, 0);
  const values = <usize>load<u32>(tables, 4);
  const bounds = <usize>load<u32>(tables, 8);
  const valueBounds = <usize>load<u32>(tables, 12);
  for (let instrument = <usize>from; instrument < <usize>to; instrument++) {
    const price = load<f64>(prices + (instrument << 3));
    const ofInstrument = moves + instrument * ROW;
    for (let side: usize = 0; side < 2; side++) {
      const series = (instrument << 1) + side;
      const ofSide = terms + series * SIDE;
      const worth = load<f64>(ofSide, 40);
      const sign: f64 = side === 0 ? -1 : 1;
      const row = table + series * ROW;
      for (let lane: usize = 0; lane < ROW; lane += 4) {
        const after = max(0, price * (1 + <f64>load<f32>(ofInstrument + lane)));
        const value = after * worth;
        store<f32>(row + lane, <f32>(value + sign * requirement(ofSide, after, value)));
        if (side === 0) store<f32>(values + instrument * ROW + lane, <f32>value);
      }
      v128.store(bounds + series * BOUND, boundOf(row, side === 1));
      v128.store(valueBounds + series * BOUND, boundOf(values + instrument * ROW, side === 1));
    }
  }
}
