/**
 * quantity × factor ÷ divisor, rounded once, half to even, in float64 arithmetic that is exact at every step and
 * allocates nothing. This is the only place where the program rounds money.
 */

const SPLIT = 2 ** 20;
/** Adding and taking away 1.5 × 2^52 rounds a float64 below 2^51 to a whole number. */
const ROUNDER = 6_755_399_441_055_744;
const NARROW = 2 ** 51;

/** Rounds `remainder / divisor` (0 <= remainder < divisor) onto `whole`, half to even. */
function roundHalfEven(whole: number, remainder: number, divisor: number): number {
  const twice = remainder * 2;
  if (twice > divisor || (twice === divisor && whole % 2 !== 0)) return whole + 1;
  return whole;
}

/** The same by big integers: for the rare operands whose intermediates pass 2^53. Allocates. */
function multiplyDivideWide(x: number, y: number, divisor: number): number {
  const product = BigInt(x) * BigInt(y);
  const wide = BigInt(divisor);
  const whole = product / wide;
  const twice = (product % wide) * 2n;
  const rounded = twice > wide || (twice === wide && whole % 2n !== 0n) ? whole + 1n : whole;
  return rounded <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(rounded) : Number.NaN;
}

/**
 * `a × b ÷ divisor`, rounded half to even; sign follows the operands. All three are whole numbers below 2^53, `divisor`
 * positive and at most 2^52. Returns NaN where the result cannot be held exactly: the caller reports `overflow`.
 */
export function multiplyDivide(a: number, b: number, divisor: number): number {
  const narrow = a * b;
  if (narrow < NARROW && narrow > -NARROW) {
    const nearest = narrow / divisor + ROUNDER - ROUNDER;
    const twice = (narrow - nearest * divisor) * 2;
    // Every step is exact, and no other whole number is as near. A tie goes the long way.
    if (twice < divisor && twice > -divisor) return nearest === 0 ? 0 : nearest;
  }
  const negative = a < 0 !== b < 0;
  let x = a < 0 ? -a : a;
  let y = b < 0 ? -b : b;
  const product = x * y;
  let rounded: number;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const whole = Math.floor(product / divisor);
    const remainder = product - whole * divisor;
    if (remainder < 0) rounded = roundHalfEven(whole - 1, remainder + divisor, divisor);
    else if (remainder >= divisor) rounded = roundHalfEven(whole + 1, remainder - divisor, divisor);
    else rounded = roundHalfEven(whole, remainder, divisor);
  } else {
    // y = q·divisor + r, so x·y/divisor = x·q + x·r/divisor; the second term is split once more, by 2^20.
    if (y < x) [x, y] = [y, x];
    const q = Math.floor(y / divisor);
    const r = y - q * divisor;
    const high = Math.floor(x / SPLIT);
    const highProduct = high * r;
    const k = Math.floor(highProduct / divisor);
    const rest = (highProduct - k * divisor) * SPLIT + (x - high * SPLIT) * r;
    const base = x * q + k * SPLIT;
    if (highProduct <= Number.MAX_SAFE_INTEGER && rest <= Number.MAX_SAFE_INTEGER && base <= Number.MAX_SAFE_INTEGER) {
      const whole = Math.floor(rest / divisor);
      const remainder = rest - whole * divisor;
      rounded =
        remainder < 0
          ? roundHalfEven(base + whole - 1, remainder + divisor, divisor)
          : roundHalfEven(base + whole, remainder, divisor);
      if (rounded > Number.MAX_SAFE_INTEGER) return Number.NaN;
    } else {
      rounded = multiplyDivideWide(x, y, divisor);
    }
  }
  return rounded === 0 ? 0 : negative ? -rounded : rounded;
}
