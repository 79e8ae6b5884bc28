/**
 * Since when subordinated debt has been over its share of debt and equity, 15c3-1(d), which may last ninety days. Judged
 * once each business day, when it opens; a day on which net capital is unknown changes nothing.
 */
import { bytesOf, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import type { Day } from "../../base/time.ts";
import { NO_DAY } from "../../books/settlement.ts";

export class DebtEquityClock implements Stateful {
  /** The last day judged, and the day from which it is over. */
  readonly #days = new Int32Array([NO_DAY, NO_DAY]);

  /** Whether the day has not been judged yet. */
  isDue(day: Day): boolean {
    return day > this.#days[0];
  }

  judge(day: Day, isOver: boolean): void {
    this.#days[0] = day;
    if (!isOver) this.#days[1] = NO_DAY;
    else if (this.#days[1] === NO_DAY) this.#days[1] = day;
  }

  /** The first business day of those on end on which it was over; undefined where it was not on the last. */
  get overSince(): Day | undefined {
    return this.#days[1] === NO_DAY ? undefined : (this.#days[1] as Day);
  }

  sections(): Section[] {
    return [{ name: "debt-equity.days", bytes: bytesOf(this.#days) }];
  }

  restore(sections: SectionReader): void {
    bytesOf(this.#days).set(sections.bytes("debt-equity.days"));
  }
}
