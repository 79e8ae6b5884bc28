/** What the parts of the stress kernel agree on: sizes of rows and results, and the one step that every sum is made of. */

/** Figures in a row, bytes of a row, and of a row of groups. */
export const LANES = 24;
export const ROW: usize = LANES * 4;
export const GROUP_ROW: usize = 2 * ROW;
/** Bytes of a third of a row. */
export const THIRD: usize = 32;

/** Bytes of a bound: the worst of lanes 0–7, of 8–15, of 16–22, and lane 23 itself. */
export const BOUND: usize = 16;

/** Bytes of what is summed of one figure: amounts (f64) and counts (u32), LANES of each. */
export const SUMS: usize = LANES * 12;

/**
 * Where in a result the sums of each figure begin, room for a row, how many accounts are unknown, how many are in doubt, and
 * room for a block of those.
 */
export const ANEW: usize = 0;
export const HELD: usize = SUMS;
export const EQUITY: usize = 2 * SUMS;
export const SCRATCH: usize = 3 * SUMS;
export const UNKNOWN: usize = SCRATCH + ROW;
export const DOUBTFUL: usize = UNKNOWN + 4;
export const LIST: usize = DOUBTFUL + 4;

/** Adds units × row to a sum; relaxed, in one step where the machine can. */
@inline
export function add(units: v128, row: v128, sum: v128, isRelaxed: bool): v128 {
  return isRelaxed ? f32x4.relaxed_madd(units, row, sum) : f32x4.add(f32x4.mul(units, row), sum);
}
