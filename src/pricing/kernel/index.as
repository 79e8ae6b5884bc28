/**
 * The kernel: values of many options at many spots, two at a time, and the elementary functions that all pricing takes
 * from here. Compiled by `npm run kernels` into ../kernel-code.ts. It knows no time, no memory but its own, and no
 * relaxed instruction: the same bits on every machine. The caller lays out the memory (see ../kernel.ts).
 */
import { cdfs, exactCdfs, exp, fillTable, log, normalCdf, normalDensity, normalMills } from "./elementary";
import { fillNodes, prepareTwo, spanOf } from "./boundary";
import {
  AMERICAN,
  DEVIATION,
  DIVIDENDS,
  EDGE,
  EUROPEAN,
  EXPIRED,
  LOG_STRIKE,
  MODE,
  PREMIUM_TERMS,
  RATE,
  SIDE,
  STRIKE,
  TERMS,
  TERM_BYTES,
  TERM_SCALE,
  TERM_SHIFT,
  TERM_SPOT,
  TERM_STRIKE,
  TREE,
  UNDERLYING,
  VOLATILITY,
  YEARS,
  YIELD,
} from "./row";
import { escrow, planExercise, treeValue } from "./tree";

export { exp, log, normalCdf, normalDensity, normalMills };

fillTable();
fillNodes();

/** Where the caller's part of the memory begins. */
export function freeMemory(): usize {
  return (__heap_base + 63) & ~63;
}

/** Derives from a row's terms what its values need, the boundary of an American option apart. */
export function prepareRow(row: usize): void {
  const years = load<f64>(row + YEARS);
  const volatility = load<f64>(row + VOLATILITY);
  const isPut = load<f64>(row + SIDE) > 0;
  const interest = load<f64>(row + (isPut ? RATE : YIELD));
  const carry = load<f64>(row + (isPut ? YIELD : RATE));
  const deviation = volatility * sqrt(years);
  store<f64>(row + LOG_STRIKE, Math.log(load<f64>(row + STRIKE)));
  store<f64>(row + DEVIATION, deviation);
  store<f64>(row + EDGE, -Infinity);
  store<f64>(row + TERMS + TERM_STRIKE, Math.exp(-interest * years));
  store<f64>(row + TERMS + TERM_SPOT, Math.exp(-carry * years));
  store<f64>(row + TERMS + TERM_SHIFT, ((interest - carry - 0.5 * volatility * volatility) * years) / deviation);
  store<f64>(row + TERMS + TERM_SCALE, 1 / deviation);
}

/** Finds the boundaries of `count` rows, whose addresses are listed at `list`. */
export function prepareBoundaries(list: usize, count: i32): void {
  for (let index = 0; index < count; index += 2) {
    const first = load<u32>(list + (index << 2));
    const second = index + 1 < count ? load<u32>(list + (index << 2), 4) : first;
    prepareTwo(first, second);
  }
}

/** Two values from two spots and their logarithms. `terms` are those of the premium; none for a European option. */
@inline
function valuePair(row: usize, spots: v128, logSpots: v128, terms: i32): v128 {
  const zero = f64x2.splat(0);
  const isPut = load<f64>(row + SIDE) > 0;
  const strikes = f64x2.splat(load<f64>(row + STRIKE));
  const strikeSide = isPut ? strikes : spots;
  const spotSide = isPut ? spots : strikes;
  const apart = f64x2.sub(logSpots, f64x2.splat(load<f64>(row + LOG_STRIKE)));
  const away = f64x2.mul(apart, f64x2.splat(load<f64>(row + SIDE)));
  const deviation = load<f64>(row + DEVIATION);
  const low = f64x2.add(
    f64x2.mul(away, f64x2.splat(load<f64>(row + TERMS + TERM_SCALE))),
    f64x2.splat(load<f64>(row + TERMS + TERM_SHIFT)),
  );
  const high = f64x2.add(low, f64x2.splat(deviation));
  const difference = f64x2.sub(
    f64x2.mul(f64x2.mul(strikeSide, f64x2.splat(load<f64>(row + TERMS + TERM_STRIKE))), exactCdfs(f64x2.neg(low))),
    f64x2.mul(f64x2.mul(spotSide, f64x2.splat(load<f64>(row + TERMS + TERM_SPOT))), exactCdfs(f64x2.neg(high))),
  );
  const european = f64x2.pmax(difference, zero);
  if (terms === 0) return european;
  const carried = load<f64>(row + (isPut ? YIELD : RATE)) !== 0;
  let onStrike = zero;
  let onSpot = zero;
  for (let index = 1; index <= terms; index++) {
    const term = row + TERMS + TERM_BYTES * <usize>index;
    const d = f64x2.add(
      f64x2.mul(away, v128.load64_splat(term + TERM_SCALE)),
      v128.load64_splat(term + TERM_SHIFT),
    );
    onStrike = f64x2.add(onStrike, f64x2.mul(v128.load64_splat(term + TERM_STRIKE), cdfs(f64x2.neg(d))));
    if (carried) {
      const dHigh = f64x2.add(d, f64x2.splat(deviation * spanOf(index)));
      onSpot = f64x2.add(onSpot, f64x2.mul(v128.load64_splat(term + TERM_SPOT), cdfs(f64x2.neg(dHigh))));
    }
  }
  const premium = f64x2.sub(f64x2.mul(strikeSide, onStrike), f64x2.mul(spotSide, onSpot));
  const intrinsic = f64x2.sub(strikeSide, spotSide);
  const held = f64x2.pmax(f64x2.add(european, f64x2.pmax(premium, zero)), intrinsic);
  return v128.bitselect(intrinsic, held, f64x2.le(away, f64x2.splat(load<f64>(row + EDGE))));
}

/** One spot at a time: where dividends make the logarithm, or a tree makes the value, a matter of the single spot. */
function valueWithDividends(
  row: usize,
  mode: i32,
  spots: usize,
  points: i32,
  dividends: usize,
  values: usize,
): void {
  const held = escrow(dividends, <i32>load<f64>(row + DIVIDENDS), load<f64>(row + RATE));
  if (mode === TREE) planExercise(row, dividends);
  for (let point = 0; point < points; point++) {
    const escrowed = load<f64>(spots + (point << 3)) - held;
    let value: f64 = NaN;
    if (mode === TREE) value = treeValue(row, escrowed);
    else if (escrowed > 0) {
      value = f64x2.extract_lane(valuePair(row, f64x2.splat(escrowed), f64x2.splat(Math.log(escrowed)), 0), 0);
    }
    store<f64>(values + (point << 3), value);
  }
}

/**
 * Values of the rows `from` to `to` (exclusive) at all spots of their underlyings. `points` is the number of spots,
 * `stride` that number made even; an underlying's block holds `stride` spots, their logarithms, and its dividends.
 */
export function valueRows(
  rows: usize,
  rowBytes: usize,
  underlyings: usize,
  underlyingBytes: usize,
  values: usize,
  from: i32,
  to: i32,
  points: i32,
  stride: i32,
): void {
  for (let index = from; index < to; index++) {
    const row = rows + rowBytes * <usize>index;
    const result = values + ((index * stride) << 3);
    const mode = <i32>load<f64>(row + MODE);
    const spots = underlyings + underlyingBytes * <usize>load<f64>(row + UNDERLYING);
    const logs = spots + (stride << 3);
    const dividends = logs + (stride << 3);
    if (mode === TREE || (mode === EUROPEAN && load<f64>(row + DIVIDENDS) > 0)) {
      valueWithDividends(row, mode, spots, points, dividends, result);
    } else if (mode === EUROPEAN || mode === AMERICAN) {
      const terms = mode === AMERICAN ? PREMIUM_TERMS : 0;
      for (let point = 0; point < stride; point += 2) {
        const pair = valuePair(row, v128.load(spots + (point << 3)), v128.load(logs + (point << 3)), terms);
        v128.store(result + (point << 3), pair);
      }
    } else {
      const strike = load<f64>(row + STRIKE);
      const sign = -load<f64>(row + SIDE);
      for (let point = 0; point < stride; point++) {
        const payoff = max(0, sign * (load<f64>(spots + (point << 3)) - strike));
        store<f64>(result + (point << 3), mode === EXPIRED ? payoff : NaN);
      }
    }
  }
}
