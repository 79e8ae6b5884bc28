/** Instants as ISO 8601 in UTC, quickly for instants that follow one another: the second's text is kept. */
import { formatInstant, type Instant } from "../base/time.ts";

const MICROS_PER_SECOND = 1_000_000;

export class InstantText {
  #second = Number.NaN;
  #prefix = "";

  /** "2015-08-24T13:30:00.000001Z", always with six decimals. */
  of(at: number): string {
    const second = Math.floor(at / MICROS_PER_SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#prefix = formatInstant((second * MICROS_PER_SECOND) as Instant).slice(0, 19);
    }
    const micros = at - second * MICROS_PER_SECOND;
    return `${this.#prefix}.${String(MICROS_PER_SECOND + micros).slice(1)}Z`;
  }
}
