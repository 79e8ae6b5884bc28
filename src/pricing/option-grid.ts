/**
 * Values of many options at many spots: the points of Appendix A (15c3-1a(b)(1)), of portfolio margin, of a stress. All
 * of it lies in the kernel's memory; once set up nothing is allocated. What an option's terms decide (the exercise
 * boundary of an American option) is derived once, when they are set; a new spot costs only the sums.
 *
 * American options without cash dividends are valued by their exercise boundary (kernel/boundary.as), with cash
 * dividends by a tree of `steps` steps (kernel/tree.as); those that nobody would exercise early are European. See
 * docs/concepts/pricing.md for what each method promises.
 */
import { assert } from "../base/assert.ts";
import { log, MODE, newKernel, ROW, ROW_LENGTH, STEPS_MAX } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { isPriceable, within } from "./terms.ts";
import type { CashDividend, OptionTerms } from "./terms.ts";

export type ExerciseStyle = "american" | "european";

export interface OptionGridSize {
  readonly options: number;
  readonly underlyings: number;
  /** Spots of each underlying. */
  readonly points: number;
  /** Cash dividends kept for an underlying, at most. */
  readonly dividends: number;
  /** Steps of the tree for American options with cash dividends, at least: odd. */
  readonly steps: number;
}

const WORD = 8;
const PAGE = 65_536;

/**
 * Rate or yield times years beyond which neither method for American options can be trusted: 100% a year for two years.
 */
const GROWTH_MAX = 2;

/**
 * What a put earns on its strike when it is exercised, and what it then no longer earns; a call's are the other way
 * round.
 */
function interestAndCarry({ right, rate, dividendYield }: OptionTerms): [interest: number, carry: number] {
  return right === "put" ? [rate, dividendYield] : [dividendYield, rate];
}

function modeOf(style: ExerciseStyle, terms: OptionTerms, dividends: number): number {
  if (!isPriceable(terms)) return MODE.unknown;
  if (terms.years === 0) return MODE.expired;
  if (style === "european") return MODE.european;
  const [interest, carry] = interestAndCarry(terms);
  if (dividends === 0 && interest <= 0 && carry >= interest) return MODE.european;
  if (Math.max(Math.abs(interest), Math.abs(carry)) * terms.years > GROWTH_MAX) return MODE.unknown;
  // Where waiting costs less than nothing there are two boundaries, or one that the sweeps do not find.
  return dividends === 0 && interest > 0 && interest >= -carry ? MODE.american : MODE.tree;
}

/**
 * An odd number of steps, `steps` or up to a quarter more, of which the most nearly begin at a dividend: the holder
 * decides at the beginning of a step, and what he decides too early is the tree's largest error. The larger the
 * dividend, the more it counts.
 */
function alignedSteps(steps: number, years: number, dividends: readonly CashDividend[]): number {
  let best = steps;
  let least = Number.POSITIVE_INFINITY;
  for (let tried = steps; tried <= Math.min(steps * 1.25, STEPS_MAX); tried += 2) {
    let early = 0;
    for (const dividend of dividends) {
      const beginning = (dividend.years / years) * tried + 1e-9;
      early += (dividend.amount * (beginning - Math.floor(beginning))) / tried;
    }
    if (early < least) [best, least] = [tried, early];
  }
  return best;
}

/** Bytes from the start of the kernel's free memory. */
interface Layout {
  readonly rows: number;
  readonly underlyings: number;
  readonly underlyingBytes: number;
  readonly values: number;
  readonly list: number;
}

export class OptionGrid {
  /** Value of option `o` at point `p`: `values[o * stride + p]`. NaN where the model cannot say. */
  readonly values: Float64Array;
  /** `points`, made even. */
  readonly stride: number;
  readonly #size: OptionGridSize;
  readonly #kernel: Kernel;
  readonly #layout: Layout;
  readonly #rows: Float64Array;
  readonly #underlyings: Float64Array;
  /** Addresses of rows whose boundary is to be found, and whether a row is among them. */
  readonly #list: Uint32Array;
  readonly #listed: Uint8Array;
  #listCount = 0;
  readonly #terms: (OptionTerms | undefined)[];
  readonly #styles: ExerciseStyle[];
  readonly #dividends: CashDividend[][];

  constructor(size: OptionGridSize) {
    assert(size.points > 0 && size.options > 0 && size.underlyings > 0, "a grid has options, underlyings and points");
    assert(size.steps % 2 === 1 && size.steps <= STEPS_MAX, `the steps of a tree are odd and at most ${STEPS_MAX}`);
    this.#size = size;
    this.stride = size.points + (size.points % 2);
    this.#kernel = newKernel();
    const rows = this.#kernel.freeMemory();
    const underlyings = rows + size.options * ROW_LENGTH * WORD;
    const underlyingBytes = (2 * this.stride + 2 * size.dividends) * WORD;
    const values = underlyings + size.underlyings * underlyingBytes;
    const list = values + size.options * this.stride * WORD;
    this.#layout = { rows, underlyings, underlyingBytes, values, list };
    const { memory } = this.#kernel;
    const missing = list + (size.options + 1) * 4 - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    this.#rows = new Float64Array(memory.buffer, rows, size.options * ROW_LENGTH);
    this.#underlyings = new Float64Array(memory.buffer, underlyings, (size.underlyings * underlyingBytes) / WORD);
    this.values = new Float64Array(memory.buffer, values, size.options * this.stride);
    this.#list = new Uint32Array(memory.buffer, list, size.options);
    this.#listed = new Uint8Array(size.options);
    this.#underlyings.fill(Number.NaN);
    this.values.fill(Number.NaN);
    this.#terms = Array.from({ length: size.options });
    this.#styles = Array.from({ length: size.options }, () => "european");
    this.#dividends = Array.from({ length: size.underlyings }, () => []);
  }

  /** What option `option` is from now on. Terms that no model can price make its values NaN. */
  setOption(option: number, underlying: number, style: ExerciseStyle, terms: OptionTerms): void {
    assert(option >= 0 && option < this.#size.options, "the grid has room for the option");
    assert(underlying >= 0 && underlying < this.#size.underlyings, "the grid has room for the underlying");
    const at = option * ROW_LENGTH;
    this.#terms[option] = terms;
    this.#styles[option] = style;
    this.#rows[at + ROW.strike] = terms.strike;
    this.#rows[at + ROW.side] = terms.right === "put" ? 1 : -1;
    this.#rows[at + ROW.underlying] = underlying;
    this.#rows[at + ROW.years] = terms.years;
    this.#rows[at + ROW.volatility] = terms.volatility;
    this.#rows[at + ROW.rate] = terms.rate;
    this.#rows[at + ROW.dividendYield] = terms.dividendYield;
    this.#derive(option, underlying);
  }

  /** No option stands at `option` any more: its values are NaN. */
  clearOption(option: number): void {
    this.#terms[option] = undefined;
    this.#rows[option * ROW_LENGTH + ROW.mode] = MODE.unknown;
  }

  /** The spots of an underlying, one for each point. What is not above nothing has no values. */
  setSpots(underlying: number, spots: ArrayLike<number>): void {
    assert(spots.length === this.#size.points, "there is one spot for each point");
    const at = (underlying * this.#layout.underlyingBytes) / WORD;
    for (let point = 0; point < this.stride; point++) {
      const spot = spots[Math.min(point, spots.length - 1)];
      const known = spot > 0 && spot < Number.POSITIVE_INFINITY ? spot : Number.NaN;
      this.#underlyings[at + point] = known;
      this.#underlyings[at + this.stride + point] = log(known);
    }
  }

  /** The cash dividends of an underlying, in order of time. */
  setDividends(underlying: number, dividends: readonly CashDividend[]): void {
    assert(dividends.length <= this.#size.dividends, "the grid has room for the dividends");
    const future = within(dividends, Number.POSITIVE_INFINITY);
    assert(
      future.every(({ years }, index) => index === 0 || years >= future[index - 1].years),
      "dividends are in order of time",
    );
    this.#dividends[underlying] = future;
    const at = (underlying * this.#layout.underlyingBytes) / WORD + 2 * this.stride;
    for (const [index, { years, amount }] of future.entries()) {
      this.#underlyings[at + 2 * index] = years;
      this.#underlyings[at + 2 * index + 1] = amount;
    }
    for (let option = 0; option < this.#size.options; option++) {
      if (this.#rows[option * ROW_LENGTH + ROW.underlying] === underlying) this.#derive(option, underlying);
    }
  }

  /** Computes the values of the options from `from` to `to` (exclusive) at all points. */
  revalue(from = 0, to = this.#size.options): void {
    const { rows, underlyings, underlyingBytes, values, list } = this.#layout;
    if (this.#listCount > 0) {
      this.#kernel.prepareBoundaries(list, this.#listCount);
      this.#listCount = 0;
      this.#listed.fill(0);
    }
    const { points } = this.#size;
    const rowBytes = ROW_LENGTH * WORD;
    this.#kernel.valueRows(rows, rowBytes, underlyings, underlyingBytes, values, from, to, points, this.stride);
  }

  /** The value last computed, NaN where the model cannot say. */
  value(option: number, point: number): number {
    return this.values[option * this.stride + point];
  }

  /** Decides how a row is valued, and what of it can be derived before there is a spot. */
  #derive(option: number, underlying: number): void {
    const terms = this.#terms[option];
    if (terms === undefined) return;
    const at = option * ROW_LENGTH;
    const dividends = within(this.#dividends[underlying], terms.years);
    const mode = modeOf(this.#styles[option], terms, dividends.length);
    this.#rows[at + ROW.dividends] = dividends.length;
    this.#rows[at + ROW.steps] = alignedSteps(this.#size.steps, terms.years, dividends);
    this.#rows[at + ROW.mode] = mode;
    if (mode === MODE.unknown || mode === MODE.expired) return;
    const row = this.#layout.rows + at * WORD;
    this.#kernel.prepareRow(row);
    if (mode !== MODE.american || this.#listed[option] === 1) return;
    this.#listed[option] = 1;
    this.#list[this.#listCount] = row;
    this.#listCount += 1;
  }
}
