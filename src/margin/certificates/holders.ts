/**
 * Whose a threshold is, in 32 bits: its account, and above that about how many units the position has. That is never too few:
 * what the position loses is bounded without a look at it.
 *
 * What is written down is not written again when the position grows. The account remembers by how many steps of size its
 * positions have grown at most (accounts.ts), and all its sizes count for so much more.
 */

/** There are not more accounts. */
export const ACCOUNTS_MOST = 2 ** 24;
const ACCOUNT_BITS = 24;

/** In place of a size: nothing is said. */
export const NO_SIZE = 0;
/** An account that has grown by so many steps, or more: its sizes say nothing. */
export const GROWN_MOST = 15;

/** Sizes are a quarter of an octave apart. In single precision, they are told by the bits above these. */
const STEP_BITS = 21;
const STEPS_AN_OCTAVE = 4;
const SIZES = 256;
const single = new Float32Array([1]);
const bits = new Uint32Array(single.buffer);
const ONE = bits[0] >>> STEP_BITS;

/** By size: units that it stands for at most. Nowhere is the way up steeper than from the first one on. */
const UNITS = Float64Array.from({ length: SIZES }, (_, size) => {
  if (size === NO_SIZE) return Number.NaN;
  const steps = size - 1;
  return 2 ** Math.floor(steps / STEPS_AN_OCTAVE) * (1 + (steps % STEPS_AN_OCTAVE) / STEPS_AN_OCTAVE);
});

/** A size for more than so many units, which are not negative. */
export function sizeOf(units: number): number {
  single[0] = units;
  return Math.max(0, Math.min(SIZES - 2, (bits[0] >>> STEP_BITS) - ONE + 1)) + 1;
}

export function holderOf(account: number, size: number): number {
  return account + size * ACCOUNTS_MOST;
}

export function accountOf(holder: number): number {
  return holder & (ACCOUNTS_MOST - 1);
}

/** As many units as the holder has, or more, its account having grown by so many steps; NaN where nothing is said. */
export function unitsOf(holder: number, grown: number): number {
  return grown === GROWN_MOST ? Number.NaN : UNITS[holder >>> ACCOUNT_BITS] * UNITS[1 + grown];
}
