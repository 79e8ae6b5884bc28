/** The door to the compiled stress kernel (sources in kernel/, see kernel/index.as): its functions over a shared memory. */
import { KERNEL_CODE } from "./kernel-code.ts";

/** Figures of a table in a row. */
export const LANES = 24;
/** The last of them is the market as it stands, so that there is room for so many scenarios. */
export const NOW = LANES - 1;
/** Bytes of a row of groups: both tables. */
export const GROUP_ROW_BYTES = 2 * LANES * 4;
/** Bytes that one figure's amounts and counts take in a result. */
export const SUM_BYTES = LANES * 12;
/** Where in a result, after the sums of three figures and a row, two numbers of accounts stand: unknown, in doubt (u32). */
export const RESULT_COUNTS = 3 * SUM_BYTES + LANES * 4;
/** Bytes of a result, with those numbers and room for a block of accounts in doubt; a multiple of 64. */
export const RESULT_BYTES = 2560;

type Sweep = (
  book: number,
  tables: number,
  groups: number,
  from: number,
  to: number,
  result: number,
  isPlain: boolean,
) => void;

/** Numbers are addresses, but for ranges of accounts and instruments. What each does, the sources in kernel/ say. */
export interface StressKernel {
  readonly sweep: Sweep;
  /** The same, with products and sums fused where the machine can: not the same bits on every machine. */
  readonly sweepRelaxed: Sweep;
  readonly sweepEquity: Sweep;
  worst(
    book: number,
    table: number,
    groups: number,
    from: number,
    to: number,
    scenarios: number,
    amounts: number,
    scenario: number,
  ): void;
  fillRows(prices: number, moves: number, terms: number, tables: number, from: number, to: number): void;
}

const PAGE = 65_536;
/** The kernel is compiled for a memory of at most so many pages: 4 GiB. */
const PAGES_MOST = 65_536;

/** A memory that threads share, of at least so many bytes. Untouched pages cost nothing. */
export function sharedMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: PAGES_MOST, shared: true });
}

const compiled = new WebAssembly.Module(Buffer.from(KERNEL_CODE, "base64"));

export function kernelOver(memory: WebAssembly.Memory): StressKernel {
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as StressKernel;
}
