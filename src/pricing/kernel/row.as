/**
 * One option as the kernel keeps it: 64 numbers in a row. The first sixteen say what it is; the rest is made from them
 * once, and with that its value at any spot is nine pairs of normal probabilities (see boundary.as).
 *
 * A call on S struck at K is worth what a put on K struck at S is worth with rate and yield exchanged, so that every
 * option is a put here: `interest` is the rate a put pays on its strike (a call's dividend yield), `carry` the yield of
 * its underlying.
 */

/** What is to be done with a row. Anything else is unknown, and its values are NaN. */
export const EUROPEAN: i32 = 1;
export const AMERICAN: i32 = 2;
export const TREE: i32 = 3;
export const EXPIRED: i32 = 4;

/** Byte offsets. Strike, its logarithm, +1 for a put and −1 for a call. */
export const STRIKE: usize = 0;
export const LOG_STRIKE: usize = 8;
export const SIDE: usize = 16;
export const MODE: usize = 24;
export const UNDERLYING: usize = 32;
export const YEARS: usize = 40;
export const VOLATILITY: usize = 48;
export const RATE: usize = 56;
export const YIELD: usize = 64;
/** Number of dividends that fall within the option's life. */
export const DIVIDENDS: usize = 72;
/** σ√T, and ln of the exercise boundary over the strike: at and below it a put is exercised. */
export const DEVIATION: usize = 80;
export const EDGE: usize = 88;
/** Steps of the tree, odd. */
export const STEPS: usize = 96;

/** Terms: four numbers for each. */
export const TERMS: usize = 128;
export const TERM_BYTES: usize = 32;
export const TERM_STRIKE: usize = 0;
export const TERM_SPOT: usize = 8;
export const TERM_SHIFT: usize = 16;
export const TERM_SCALE: usize = 24;

/** Nodes of the quadrature of the early-exercise premium: one term each, after the European term. */
export const PREMIUM_TERMS: i32 = 8;
