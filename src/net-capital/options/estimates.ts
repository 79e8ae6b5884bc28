/**
 * The program's own estimate of theoretical values, for a firm that elects it where no vendor stated any. Rule 15c3-1a
 * (b)(1)(i) asks for the values of an approved model that is not the firm's own, so that lines made from these say that
 * they are estimates. Volatilities are as stated, or implied by the option's price; the underlying pays the yield that it
 * was listed with, and none where it says none; the riskless rate is as stated.
 */
import { Trouble } from "../../base/errors.ts";
import { modelTermsOf } from "../../books/model-terms.ts";
import { POINTS } from "../../books/stated-values.ts";
import { PRICE_SCALE } from "../../facts/define.ts";
import { impliedVolatility } from "../../pricing/implied-volatility.ts";
import { type ExerciseStyle, OptionGrid } from "../../pricing/option-grid.ts";
import type { OptionTerms } from "../../pricing/terms.ts";
import type { Series } from "./series.ts";
import type { OptionsView } from "./view.ts";

/** Without cash dividends no option is valued by a tree; the grid asks all the same. */
const TREE_STEPS = 51;
const UNITS = 10 ** PRICE_SCALE;

interface Estimated {
  readonly series: Series;
  readonly style: ExerciseStyle;
  readonly stated: number | undefined;
  /** Undefined where no rate is stated. */
  terms: OptionTerms | undefined;
  /** Changes in value per unit at the ten points, in units of 10^-8; NaN where the model cannot say. */
  readonly changes: Float64Array;
}

export class Estimates {
  readonly #view: OptionsView;
  readonly #underlying: number;
  #estimated: readonly Estimated[] = [];
  #grid: OptionGrid | undefined;
  /** The ten points, and where the underlying stands. */
  readonly #spots = new Float64Array(POINTS + 1);

  constructor(underlying: number, view: OptionsView) {
    this.#underlying = underlying;
    this.#view = view;
  }

  /** These series are to be estimated from now on. */
  read(series: readonly Series[]): void {
    const { books, values, asOf } = this.#view;
    this.#estimated = series.map((one) => ({
      series: one,
      ...modelTermsOf(books.instruments, one.row, this.#underlying, values, asOf),
      changes: new Float64Array(POINTS),
    }));
    this.#grid =
      series.length === 0
        ? undefined
        : new OptionGrid({
            options: series.length,
            underlyings: 1,
            points: POINTS + 1,
            dividends: 0,
            steps: TREE_STEPS,
          });
    for (const [index, { terms, style, stated }] of this.#estimated.entries())
      if (terms !== undefined && stated !== undefined) this.#grid?.setOption(index, 0, style, terms);
  }

  /** Values with the underlying at `price`, which changes by `moves` at the points; both in units of 10^-8. */
  compute(price: number, moves: Float64Array): void {
    const grid = this.#grid;
    if (grid === undefined) return;
    for (let point = 0; point < POINTS; point++) this.#spots[point] = (price + moves[point]) / UNITS;
    this.#spots[POINTS] = price / UNITS;
    grid.setSpots(0, this.#spots);
    for (let index = 0; index < this.#estimated.length; index++) this.#imply(grid, index, price / UNITS);
    grid.revalue();
    for (let index = 0; index < this.#estimated.length; index++) {
      const { changes } = this.#estimated[index];
      const base = grid.value(index, POINTS);
      for (let point = 0; point < POINTS; point++)
        changes[point] = Math.round((grid.value(index, point) - base) * UNITS);
    }
  }

  /** Where nobody stated a volatility: the one that the option's price implies now. */
  #imply(grid: OptionGrid, index: number, spot: number): void {
    const { series, style, stated, terms } = this.#estimated[index];
    if (stated !== undefined || terms === undefined) return;
    const volatility =
      terms.years === 0 ? 1 : (impliedVolatility(series.price / UNITS, spot, terms, { style }) ?? Number.NaN);
    if (volatility === terms.volatility) return;
    const implied = { ...terms, volatility };
    this.#estimated[index].terms = implied;
    grid.setOption(index, 0, style, implied);
  }

  /** The changes of an option that is estimated; undefined where it is not, or the model cannot say. */
  changes(row: number): Float64Array | undefined {
    for (let index = 0; index < this.#estimated.length; index++) {
      const { series, changes, terms } = this.#estimated[index];
      if (series.row === row) return terms === undefined || Number.isNaN(changes[0]) ? undefined : changes;
    }
    return undefined;
  }

  /** What keeps the model from saying. */
  findTroubles(): Trouble[] {
    return this.#estimated
      .filter(({ series }) => this.changes(series.row) === undefined)
      .map(({ series, terms }) =>
        terms === undefined
          ? new Trouble("missing-input", "no riskless rate of dollars to estimate options with", {
              field: "interest-rate-stated",
              expected: "an interest-rate-stated fact",
            })
          : new Trouble("missing-input", `the price of ${series.instrument} implies no volatility`, {
              field: series.instrument,
              expected: "a volatility-stated fact",
            }),
      );
  }

  /** How many options are estimated. */
  get count(): number {
    return this.#estimated.length;
  }
}
