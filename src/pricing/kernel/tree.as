/**
 * The binomial tree of D. Leisen and M. Reimer (1996) for American options with cash dividends. The tree is of the spot
 * less the present value of the dividends to come (the escrowed spot); to exercise brings the escrow back. Within each
 * step the holder may exercise at once, or bind himself to exercise at a dividend that falls within the step: a call
 * just before it, a put just after it. Without that a dividend between two steps would cost the interest of the rest of
 * the step; what remains is that he decides at the beginning of the step, which is why the caller picks a number of
 * steps that brings the dividends near to such beginnings.
 */
import { SIDE, STEPS, STRIKE, YEARS, VOLATILITY, RATE, YIELD, DIVIDENDS } from "./row";

export const STEPS_MAX: i32 = 2047;

/**
 * Of each step: what exercise adds to the tree's spot (dividends to come less the strike), and the factor on the spot.
 */
const CASH = memory.data(8 * (STEPS_MAX + 1), 16);
const FACTOR = memory.data(8 * (STEPS_MAX + 1), 16);
/** Whether a dividend falls within the step. */
const PAYING = memory.data(STEPS_MAX + 1, 16);
const SPOTS = memory.data(8 * (STEPS_MAX + 5), 16);
const VALUES = memory.data(8 * (STEPS_MAX + 5), 16);

/** The present value of the first `count` dividends: pairs of years and amount. */
export function escrow(dividends: usize, count: i32, rate: f64): f64 {
  let sum: f64 = 0;
  for (let index = 0; index < count; index++) {
    const entry = dividends + (index << 4);
    sum += load<f64>(entry, 8) * Math.exp(-rate * load<f64>(entry));
  }
  return sum;
}

/** Fills what exercise at each step is worth. Depends on the option and its dividends, not on the spot. */
export function planExercise(row: usize, dividends: usize): void {
  const steps = <i32>load<f64>(row + STEPS);
  const side = load<f64>(row + SIDE);
  const strike = load<f64>(row + STRIKE);
  const years = load<f64>(row + YEARS);
  const rate = load<f64>(row + RATE);
  const carry = load<f64>(row + YIELD);
  const count = <i32>load<f64>(row + DIVIDENDS);
  const step = years / <f64>steps;
  // A dividend at a step belongs to the step that begins there, in spite of rounding; one at expiry to the last step.
  const slack = 1e-9 * years;
  // Of the dividends still ahead, today's value.
  let held = escrow(dividends, count, rate);
  let next = 0;
  for (let k = 0; k < steps; k++) {
    const now = <f64>k * step;
    const end = k === steps - 1 ? Infinity : now + step - slack;
    const grown = Math.exp(rate * now);
    let cash = held * grown - strike;
    let factor: f64 = 1;
    store<u8>(PAYING + k, 0);
    while (next < count && load<f64>(dividends + (next << 4)) < end) {
      const entry = dividends + (next << 4);
      const at = load<f64>(entry);
      const discount = Math.exp(-rate * at);
      const before = held;
      held = next === count - 1 ? 0 : held - load<f64>(entry, 8) * discount;
      // A call takes the dividend with it; a put waits until the spot is free of it.
      const bound = ((side > 0 ? held : before) - strike * discount) * grown;
      const boundFactor = Math.exp(-carry * max(0, at - now));
      const gain = bound + strike * boundFactor - (cash + strike * factor);
      if (side * gain < 0) {
        cash = bound;
        factor = boundFactor;
      }
      store<u8>(PAYING + k, 1);
      next++;
    }
    store<f64>(CASH + (k << 3), cash);
    store<f64>(FACTOR + (k << 3), factor);
  }
}

/**
 * The inversion of the normal by Peizer and Pratt: the smaller of p and 1 − p, so that neither tail is rounded away.
 */
function smallerTail(z: f64, steps: i32): f64 {
  const n = <f64>steps;
  const a = z / (n + 1.0 / 3 + 0.1 / (n + 1));
  const w = Math.exp(-a * a * (n + 1.0 / 6));
  return (0.5 * w) / (1 + sqrt(1 - w));
}

/**
 * What the option is worth if nothing is left to chance: the best of exercising at the start of any step, or at expiry.
 */
function certain(escrowed: f64, row: usize, steps: i32): f64 {
  const side = load<f64>(row + SIDE);
  const years = load<f64>(row + YEARS);
  const rate = load<f64>(row + RATE);
  const carry = load<f64>(row + YIELD);
  const atExpiry = escrowed * Math.exp(-carry * years) - load<f64>(row + STRIKE) * Math.exp(-rate * years);
  let best = max(0, -side * atExpiry);
  for (let k = 0; k < steps; k++) {
    const now = (years * <f64>k) / <f64>steps;
    const spot = escrowed * Math.exp(-carry * now) * load<f64>(FACTOR + (k << 3));
    best = max(best, -side * (spot + load<f64>(CASH + (k << 3)) * Math.exp(-rate * now)));
  }
  return best;
}

/** The value at one escrowed spot, after `planExercise`. NaN where the spot is not above its dividends. */
export function treeValue(row: usize, escrowed: f64): f64 {
  const steps = <i32>load<f64>(row + STEPS);
  if (!(escrowed > 0)) return NaN;
  const side = load<f64>(row + SIDE);
  const strike = load<f64>(row + STRIKE);
  const years = load<f64>(row + YEARS);
  const volatility = load<f64>(row + VOLATILITY);
  const rate = load<f64>(row + RATE);
  const carry = load<f64>(row + YIELD);
  const deviation = volatility * sqrt(years);
  const low = (Math.log(escrowed / strike) + (rate - carry - 0.5 * volatility * volatility) * years) / deviation;
  const high = low + deviation;
  const tailLow = smallerTail(low, steps);
  const tailHigh = smallerTail(high, steps);
  // So far from the strike the tails have no digits left, nor has chance any say.
  if (!(tailLow > 1e-290 && tailHigh > 1e-290)) return certain(escrowed, row, steps);
  const up = low < 0 ? tailLow : 1 - tailLow;
  const down = low < 0 ? 1 - tailLow : tailLow;
  const step = years / <f64>steps;
  const grow = Math.exp((rate - carry) * step);
  const rise = (grow * (high < 0 ? tailHigh : 1 - tailHigh)) / up;
  const fall = (grow * (high < 0 ? 1 - tailHigh : tailHigh)) / down;
  const discount = Math.exp(-rate * step);
  fillExpiry(-side, escrowed, strike, rise, fall, steps);
  return rollBack(-side, fall, discount * up, discount * down, steps);
}

/** Spots and values at expiry; the lowest spot first. */
function fillExpiry(sign: f64, escrowed: f64, strike: f64, rise: f64, fall: f64, steps: i32): void {
  const logFall = Math.log(fall);
  const spread = Math.log(rise) - logFall;
  const bottom = Math.log(escrowed) + <f64>steps * logFall;
  const apart = f64x2.splat(Math.exp(2 * spread));
  // Every 32nd is computed afresh, so that rounding does not add up.
  let pair = f64x2.splat(0);
  for (let j = 0; j <= steps; j += 2) {
    if ((j & 31) === 0) {
      const spot = Math.exp(bottom + <f64>j * spread);
      pair = f64x2.replace_lane(f64x2.splat(spot), 1, spot * Math.exp(spread));
    } else {
      pair = f64x2.mul(pair, apart);
    }
    v128.store(SPOTS + (j << 3), pair);
    const payoff = f64x2.mul(f64x2.sub(pair, f64x2.splat(strike)), f64x2.splat(sign));
    v128.store(VALUES + (j << 3), f64x2.max(payoff, f64x2.splat(0)));
  }
}

/**
 * The step of a dividend. Exercise is worth it on one side of a single spot, which lies between two nodes: the value of
 * the node next to that kink is its mean over the way to its neighbours, or the tree would err with the kink's place
 * between them.
 */
function rollSmoothly(onSpot: f64, cash: f64, up: f64, down: f64, nodes: i32): void {
  let kept = load<f64>(VALUES, 8) * up + load<f64>(VALUES) * down;
  let gain = load<f64>(SPOTS) * onSpot + cash - kept;
  let gainBefore: f64 = 0;
  for (let j = 0; j < nodes; j++) {
    const value = VALUES + (j << 3);
    const inside = j > 0 && j < nodes - 1;
    const nextKept = load<f64>(value, 16) * up + load<f64>(value, 8) * down;
    const nextGain = load<f64>(SPOTS + (j << 3), 8) * onSpot + cash - nextKept;
    const half = inside ? abs(nextGain - gainBefore) / 4 : 0;
    const more = gain + half;
    store<f64>(value, kept + (abs(gain) < half ? (more * more) / (4 * half) : max(0, gain)));
    gainBefore = gain;
    gain = nextGain;
    kept = nextKept;
  }
}

function rollBack(sign: f64, fall: f64, up: f64, down: f64, steps: i32): f64 {
  const ups = f64x2.splat(up);
  const downs = f64x2.splat(down);
  // The spots are those at expiry; the node `j` of an earlier step lies below them by as many falls as are left.
  const perFall = 1 / fall;
  let back: f64 = 1;
  for (let k = steps - 1; k >= 0; k--) {
    back *= perFall;
    if (load<u8>(PAYING + k) !== 0) {
      rollSmoothly(sign * back * load<f64>(FACTOR + (k << 3)), sign * load<f64>(CASH + (k << 3)), up, down, k + 1);
      continue;
    }
    const onSpot = f64x2.splat(sign * back * load<f64>(FACTOR + (k << 3)));
    const cash = f64x2.splat(sign * load<f64>(CASH + (k << 3)));
    const last = VALUES + (k << 3);
    let spot = SPOTS;
    for (let value = VALUES; value <= last; value += 16) {
      const kept = f64x2.add(f64x2.mul(v128.load(value, 8), ups), f64x2.mul(v128.load(value), downs));
      const taken = f64x2.add(f64x2.mul(v128.load(spot), onSpot), cash);
      v128.store(value, f64x2.pmax(taken, kept));
      spot += 16;
    }
  }
  return load<f64>(VALUES);
}
