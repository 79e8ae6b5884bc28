/** What of an account's figures lies below zero, and how it is added up. */
import { LANES, ROW } from "./layout";

/** The least figures, lane by lane of four; NaN is passed by, because it is only ever the second. */
@inline
export function least(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
  const most = f32x4.splat(Infinity);
  const abc = f32x4.pmin(f32x4.pmin(f32x4.pmin(most, a), b), c);
  const def = f32x4.pmin(f32x4.pmin(f32x4.pmin(most, d), e), f);
  return f32x4.pmin(abc, def);
}

@inline
export function isBelow(figures: v128): bool {
  return v128.any_true(f32x4.lt(figures, f32x4.splat(0)));
}

@inline
export function isUnknown(figures: v128): bool {
  return v128.any_true(f32x4.ne(figures, figures));
}

@inline
export function keep(at: usize, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): void {
  v128.store(at, a, 0);
  v128.store(at, b, 16);
  v128.store(at, c, 32);
  v128.store(at, d, 48);
  v128.store(at, e, 64);
  v128.store(at, f, 80);
}

/** Adds what of four figures, less `less`, lies below zero to the sums. `at`: bytes from the first lane of a row. */
@inline
export function addShortfall(figures: v128, less: f32, sums: usize, at: usize): void {
  const figure = f32x4.sub(figures, f32x4.splat(less));
  const below = f32x4.lt(figure, f32x4.splat(0));
  const amount = v128.and(figure, below);
  const low = sums + (at << 1);
  v128.store(low, f64x2.sub(v128.load(low), f64x2.promote_low_f32x4(amount)));
  const high = i8x16.shuffle(amount, amount, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  v128.store(low, f64x2.sub(v128.load(low, 16), f64x2.promote_low_f32x4(high)), 16);
  const count = sums + LANES * 8 + at;
  v128.store(count, i32x4.sub(v128.load(count), below));
}

/** The same of a row of figures. */
@inline
export function addShortfalls(scratch: usize, less: f32, sums: usize): void {
  for (let at: usize = 0; at < ROW; at += 16) addShortfall(v128.load(scratch + at), less, sums, at);
}
