/**
 * Model values of single options at many spots, whatever they are on: places in grids that are added as they fill. A place
 * is set when a volatility is found and valued when its underlying moved; valuing allocates nothing.
 */
import { OptionGrid } from "../../pricing/option-grid.ts";
import type { ExerciseStyle } from "../../pricing/option-grid.ts";
import type { OptionTerms } from "../../pricing/terms.ts";

const PAGE = 256;
/** Without cash dividends no option is valued by a tree; the grid asks all the same. */
const TREE_STEPS = 51;

export class OptionPages {
  readonly points: number;
  readonly #pages: OptionGrid[] = [];
  #size = 0;

  constructor(points: number) {
    this.points = points;
  }

  /** A new place. */
  add(): number {
    if (this.#size % PAGE === 0)
      this.#pages.push(
        new OptionGrid({ options: PAGE, underlyings: PAGE, points: this.points, dividends: 0, steps: TREE_STEPS }),
      );
    return this.#size++;
  }

  set(place: number, style: ExerciseStyle, terms: OptionTerms): void {
    this.#page(place).setOption(place % PAGE, place % PAGE, style, terms);
  }

  /** Values the option at spots in dollars. */
  value(place: number, spots: Float64Array): void {
    const page = this.#page(place);
    page.setSpots(place % PAGE, spots);
    page.revalue(place % PAGE, (place % PAGE) + 1);
  }

  /** The value last computed, in dollars; NaN where the model cannot say. */
  at(place: number, point: number): number {
    return this.#page(place).value(place % PAGE, point);
  }

  #page(place: number): OptionGrid {
    return this.#pages[Math.floor(place / PAGE)];
  }
}
