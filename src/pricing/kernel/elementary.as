/**
 * Elementary functions from additions, multiplications, divisions and square roots alone, which WebAssembly rounds in
 * one way on every machine; what the processor or the compiler of a JavaScript engine does with `Math.exp` cannot
 * change a figure.
 *
 * The error function is that of W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of
 * Computation 23 (1969), 631-637: relative error near 1e-16 in both tails.
 */

/** The table of N ends at eight deviations: beyond, N(x) is below 7e-16 or above 1 − 7e-16. */
const TABLE_REACH: f64 = 8;
const KNOTS_PER_UNIT: f64 = 64;
const TABLE_HALF: i32 = 512;
const SQRT_HALF: f64 = 0.70710678118654752440;
const INV_SQRT_TWO_PI: f64 = 0.39894228040143267794;
const INV_SQRT_PI: f64 = 0.56418958354775628695;

export function exp(x: f64): f64 {
  return Math.exp(x);
}

export function log(x: f64): f64 {
  return Math.log(x);
}

/** exp(−½x²), with x² split so that its rounding is not magnified (Cody); nothing where it would underflow. */
function expMinusHalfSquare(x: f64): f64 {
  if (abs(x) > 40) return 0;
  const high = trunc(x * 16) / 16;
  return Math.exp(-0.5 * high * high) * Math.exp(-0.5 * (x - high) * (x + high));
}

/** erf(x), |x| ≤ 0.46875. */
function erfNearZero(x: f64): f64 {
  const s = x * x;
  let top = 1.85777706184603153e-1 * s;
  let below = s;
  top = (top + 3.1611237438705656) * s;
  below = (below + 23.6012909523441209) * s;
  top = (top + 113.864154151050156) * s;
  below = (below + 244.024637934444173) * s;
  top = (top + 377.485237685302021) * s;
  below = (below + 1282.61652607737228) * s;
  return (x * (top + 3209.37758913846947)) / (below + 2844.23683343917062);
}

/** erfc(x)·exp(x²), 0.46875 ≤ x ≤ 4. */
function scaledMiddle(x: f64): f64 {
  let top = 2.15311535474403846e-8 * x;
  let below = x;
  top = (top + 0.564188496988670089) * x;
  below = (below + 15.7449261107098347) * x;
  top = (top + 8.88314979438837594) * x;
  below = (below + 117.693950891312499) * x;
  top = (top + 66.1191906371416295) * x;
  below = (below + 537.181101862009858) * x;
  top = (top + 298.635138197400131) * x;
  below = (below + 1621.38957456669019) * x;
  top = (top + 881.95222124176909) * x;
  below = (below + 3290.79923573345963) * x;
  top = (top + 1712.04761263407058) * x;
  below = (below + 4362.61909014324716) * x;
  top = (top + 2051.07837782607147) * x;
  below = (below + 3439.36767414372164) * x;
  return (top + 1230.33935479799725) / (below + 1230.33935480374942);
}

/** erfc(x)·exp(x²), x ≥ 4. */
function scaledFar(x: f64): f64 {
  const s = 1 / (x * x);
  let top = 1.63153871373020978e-2 * s;
  let below = s;
  top = (top + 3.05326634961232344e-1) * s;
  below = (below + 2.56852019228982242) * s;
  top = (top + 3.60344899949804439e-1) * s;
  below = (below + 1.87295284992346047) * s;
  top = (top + 1.25781726111229246e-1) * s;
  below = (below + 5.27905102951428412e-1) * s;
  top = (top + 1.60837851487422766e-2) * s;
  below = (below + 6.05183413124413191e-2) * s;
  const tail = (s * (top + 6.58749161529837803e-4)) / (below + 2.33520497626869185e-3);
  return (INV_SQRT_PI - tail) / x;
}

/** The complementary error function times exp(x²), x ≥ 0.46875: never underflows. */
@inline
function scaledErfc(x: f64): f64 {
  return x <= 4 ? scaledMiddle(x) : scaledFar(x);
}

/** The probability that a standard normal variable stays below x. */
export function normalCdf(x: f64): f64 {
  const z = abs(x) * SQRT_HALF;
  if (!(z > 0.46875)) return 0.5 + 0.5 * erfNearZero(x * SQRT_HALF);
  const tail = 0.5 * expMinusHalfSquare(x) * scaledErfc(z);
  return x < 0 ? tail : 1 - tail;
}

/** N(x)/n(x), the cumulative normal over its density. Grows without bound for x ≫ 0, tends to −1/x for x ≪ 0. */
export function normalMills(x: f64): f64 {
  const z = -x * SQRT_HALF;
  const half = 0.5 / INV_SQRT_TWO_PI;
  if (z > 0.46875) return half * scaledErfc(z);
  return normalCdf(x) / normalDensity(x);
}

export function normalDensity(x: f64): f64 {
  return INV_SQRT_TWO_PI * expMinusHalfSquare(x);
}

// ——— the same for two numbers at once ———

/** A constant in both halves of a vector, read from memory: engines build a constant of their own anew at each use. */
@inline
function both(address: usize): v128 {
  return v128.load64_splat(address);
}

const REACH = memory.data<f64>([TABLE_REACH]);
const MINUS_REACH = memory.data<f64>([-TABLE_REACH]);
const PER_UNIT = memory.data<f64>([KNOTS_PER_UNIT]);
const UNIT = memory.data<f64>([1 / KNOTS_PER_UNIT]);
const ONE = memory.data<f64>([1]);
const HALF = memory.data<f64>([0.5]);
const TWO = memory.data<f64>([2]);
const THREE = memory.data<f64>([3]);

/**
 * At the multiples of 1/64 from −8 to 8 the first four Taylor coefficients of N; only those within a few deviations are
 * ever hot. The rest of the 2,048 places is there for an index made from a NaN, which then finds a harmless nothing.
 */
const TABLE: usize = memory.data(32 * 2048, 32);
const PLACE_MASK: i32 = 2047;
/** Adding 2^52 + 2^51 rounds to a whole number and leaves it in the lowest bits: here the place in the table. */
const ROUNDER = memory.data<f64>([6755399441055744 + <f64>TABLE_HALF]);

export function fillTable(): void {
  for (let knot = -TABLE_HALF; knot <= TABLE_HALF; knot++) {
    const x = <f64>knot / KNOTS_PER_UNIT;
    const density = normalDensity(x);
    const entry = TABLE + ((knot + TABLE_HALF) << 5);
    store<f64>(entry, normalCdf(x));
    store<f64>(entry, density, 8);
    store<f64>(entry, (-x * density) / 2, 16);
    store<f64>(entry, ((x * x - 1) * density) / 6, 24);
  }
}

/** Two numbers, held within the table. A NaN stays one. */
@inline
function inTable(x: v128): v128 {
  return f64x2.pmax(f64x2.pmin(x, both(REACH)), both(MINUS_REACH));
}

@inline
function placed(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, both(PER_UNIT)), both(ROUNDER));
}

@inline
function knotOf(place: v128): v128 {
  return f64x2.mul(f64x2.sub(place, both(ROUNDER)), both(UNIT));
}

@inline
function firstEntry(place: v128): usize {
  return TABLE + ((i32x4.extract_lane(place, 0) & PLACE_MASK) << 5);
}

@inline
function secondEntry(place: v128): usize {
  return TABLE + ((i32x4.extract_lane(place, 2) & PLACE_MASK) << 5);
}

/** N at two numbers by the Taylor series of third order about their knots: absolute error below 1e-10. */
@inline
export function cdfs(x: v128): v128 {
  const within = inTable(x);
  const place = placed(within);
  const away = f64x2.sub(within, knotOf(place));
  const one = firstEntry(place);
  const other = secondEntry(place);
  const oneLow = v128.load(one);
  const otherLow = v128.load(other);
  const oneHigh = v128.load(one, 16);
  const otherHigh = v128.load(other, 16);
  let sum = f64x2.mul(v128.shuffle<f64>(oneHigh, otherHigh, 1, 3), away);
  sum = f64x2.mul(f64x2.add(sum, v128.shuffle<f64>(oneHigh, otherHigh, 0, 2)), away);
  sum = f64x2.mul(f64x2.add(sum, v128.shuffle<f64>(oneLow, otherLow, 1, 3)), away);
  return f64x2.add(sum, v128.shuffle<f64>(oneLow, otherLow, 0, 2));
}

/** The slope of `cdfs`: the density with an absolute error below 1e-7. */
@inline
export function slopes(x: v128): v128 {
  const within = inTable(x);
  const place = placed(within);
  const away = f64x2.sub(within, knotOf(place));
  const one = firstEntry(place);
  const other = secondEntry(place);
  const oneHigh = v128.load(one, 16);
  const otherHigh = v128.load(other, 16);
  const cubic = f64x2.mul(v128.shuffle<f64>(oneHigh, otherHigh, 1, 3), both(THREE));
  const square = f64x2.mul(v128.shuffle<f64>(oneHigh, otherHigh, 0, 2), both(TWO));
  const sum = f64x2.mul(f64x2.add(f64x2.mul(cubic, away), square), away);
  return f64x2.add(sum, v128.shuffle<f64>(v128.load(one), v128.load(other), 1, 3));
}

const INVERSE_FACTORIALS = memory.data<f64>([
  1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880,
]);

@inline
function inverseFactorial(order: i32): v128 {
  return both(INVERSE_FACTORIALS + (order << 3));
}

/** N at two numbers to the last digits: the series to the sixth order, by the recurrence of Hermite's polynomials. */
@inline
export function exactCdfs(x: v128): v128 {
  const within = inTable(x);
  const place = placed(within);
  const knot = knotOf(place);
  const away = f64x2.sub(within, knot);
  const first = v128.load(firstEntry(place));
  const second = v128.load(secondEntry(place));
  const square = f64x2.mul(knot, knot);
  const hermite2 = f64x2.sub(square, both(ONE));
  const hermite3 = f64x2.mul(knot, f64x2.sub(hermite2, both(TWO)));
  const hermite4 = f64x2.sub(f64x2.mul(knot, hermite3), f64x2.mul(hermite2, both(THREE)));
  const hermite5 = f64x2.sub(f64x2.mul(knot, hermite4), f64x2.mul(f64x2.add(hermite3, hermite3), both(TWO)));
  let sum = f64x2.mul(f64x2.mul(hermite5, inverseFactorial(6)), away);
  sum = f64x2.mul(f64x2.sub(f64x2.mul(hermite4, inverseFactorial(5)), sum), away);
  sum = f64x2.mul(f64x2.sub(f64x2.mul(hermite3, inverseFactorial(4)), sum), away);
  sum = f64x2.mul(f64x2.sub(f64x2.mul(hermite2, inverseFactorial(3)), sum), away);
  sum = f64x2.mul(f64x2.sub(f64x2.mul(knot, both(HALF)), sum), away);
  sum = f64x2.mul(f64x2.sub(both(ONE), sum), away);
  const density = v128.shuffle<f64>(first, second, 1, 3);
  return f64x2.add(v128.shuffle<f64>(first, second, 0, 2), f64x2.mul(density, sum));
}

const LOG2_E = memory.data<f64>([1.44269504088896340736]);
const LN2_HIGH = memory.data<f64>([6.93147180369123816490e-1]);
const LN2_LOW = memory.data<f64>([1.90821492927058770002e-10]);
const LN2 = memory.data<f64>([6.93147180559945286227e-1]);
const EXP_REACH = memory.data<f64>([700]);
const MINUS_EXP_REACH = memory.data<f64>([-700]);
const EXPONENT_ROUNDER = memory.data<f64>([6755399441055744 + 1023]);

/** exp of two numbers between −700 and 700, relative error below 1e-11. */
@inline
export function exps(x: v128): v128 {
  const within = f64x2.pmax(f64x2.pmin(x, both(EXP_REACH)), both(MINUS_EXP_REACH));
  // 2^n has the exponent n + 1023 and no fraction: the rounder leaves that whole number in the lowest bits.
  const bits = f64x2.add(f64x2.mul(within, both(LOG2_E)), both(EXPONENT_ROUNDER));
  const twos = f64x2.sub(bits, both(EXPONENT_ROUNDER));
  let rest = f64x2.sub(within, f64x2.mul(twos, both(LN2_HIGH)));
  rest = f64x2.sub(rest, f64x2.mul(twos, both(LN2_LOW)));
  let sum = inverseFactorial(9);
  for (let order = 8; order >= 0; order--) sum = f64x2.add(f64x2.mul(sum, rest), inverseFactorial(order));
  return f64x2.mul(sum, i64x2.shl(bits, 52));
}

const ROOT_HALF_BITS = memory.data<u64>([0x3fe6a09e667f3bcd]);
const INVERSE_ODDS = memory.data<f64>([1.0, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15]);

/** log of two positive normal numbers, error below 1e-13. */
@inline
export function logs(x: v128): v128 {
  // The exponent is counted from √½, so that the fraction lies between √½ and √2.
  const twos = i64x2.shr_s(i64x2.sub(x, both(ROOT_HALF_BITS)), 52);
  const fraction = i64x2.sub(x, i64x2.shl(twos, 52));
  const whole = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(twos, twos, 0, 2, 0, 2));
  const t = f64x2.div(f64x2.sub(fraction, both(ONE)), f64x2.add(fraction, both(ONE)));
  const s = f64x2.mul(t, t);
  let sum = both(INVERSE_ODDS + 7 * 8);
  for (let odd = 6; odd >= 0; odd--) sum = f64x2.add(f64x2.mul(sum, s), both(INVERSE_ODDS + (odd << 3)));
  return f64x2.add(f64x2.mul(f64x2.add(t, t), sum), f64x2.mul(whole, both(LN2)));
}
