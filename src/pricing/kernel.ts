/**
 * The door to the compiled kernel (sources in kernel/, see kernel/index.as) and the elementary functions that all
 * pricing takes from it, so that a figure is the same bits on every machine. Nothing here reads a file: the code is a
 * module.
 */
import { KERNEL_CODE } from "./kernel-code.ts";

/** Numbers of a row, as in kernel/row.as: what an option is. What is derived from it follows and is the kernel's. */
export const ROW = {
  strike: 0,
  /** +1 for a put, −1 for a call. */
  side: 2,
  mode: 3,
  underlying: 4,
  years: 5,
  volatility: 6,
  rate: 7,
  dividendYield: 8,
  /** Cash dividends within the option's life. */
  dividends: 9,
  /** Steps of its tree, odd. */
  steps: 12,
} as const;
/** Numbers in a row. */
export const ROW_LENGTH = 64;

/** What the kernel does with a row. */
export const MODE = { unknown: 0, european: 1, american: 2, tree: 3, expired: 4 } as const;

/** Steps of a tree are odd and at most this. */
export const STEPS_MAX = 2047;

export interface Kernel {
  readonly memory: WebAssembly.Memory;
  freeMemory(): number;
  prepareRow(row: number): void;
  prepareBoundaries(list: number, count: number): void;
  valueRows(
    rows: number,
    rowBytes: number,
    underlyings: number,
    underlyingBytes: number,
    values: number,
    from: number,
    to: number,
    points: number,
    stride: number,
  ): void;
  readonly exp: (x: number) => number;
  readonly log: (x: number) => number;
  readonly normalCdf: (x: number) => number;
  readonly normalDensity: (x: number) => number;
  readonly normalMills: (x: number) => number;
}

const compiled = new WebAssembly.Module(Buffer.from(KERNEL_CODE, "base64"));

/** A kernel with a memory of its own. */
export function newKernel(): Kernel {
  return new WebAssembly.Instance(compiled).exports as unknown as Kernel;
}

const elementary = newKernel();

export const exp = elementary.exp;
export const log = elementary.log;
/** The probability that a standard normal variable stays below `x`; relative error near 1e-15 in both tails. */
export const normalCdf = elementary.normalCdf;
/** The density of the standard normal. */
export const normalDensity = elementary.normalDensity;
/** N(x)/n(x), which neither underflows nor loses digits far to the left, where it tends to −1/x. */
export const normalMills = elementary.normalMills;
