/**
 * What net capital was: the figure at a cadence, and every crossing of a tier. Part of the state, so that a restart
 * shows the same line, and driven by the facts' time alone.
 */
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Instant } from "../base/time.ts";
import type { RunningFigures } from "../net-capital/monitor.ts";

/** Five seconds of the facts' time between kept figures: a trading day is some 5,000 points of 40 bytes. */
const HISTORY_CADENCE_MICROS = 5_000_000;

/** In place of a tier's index: net capital cannot be said. */
export const UNKNOWN_TIER = -2;

/** What the history keeps of a figure. */
type CapitalReading = Pick<RunningFigures, "unknown" | "netCapitalCents" | "requirementCents" | "tierIndex">;

const COLUMNS = { at: "f64", seq: "f64", netCapital: "f64", requirement: "f64", tier: "i32" } as const;

export class CapitalHistory implements Stateful {
  /** The figure at the cadence; NaN where it could not be said. */
  readonly points = new Table("history.points", COLUMNS);
  /** One row for each change of tier: the tier from then on. */
  readonly crossings = new Table("history.crossings", COLUMNS);
  #tier = UNKNOWN_TIER;
  #nextAt = 0;

  /** Whether the figure is to be kept at `at` even though it has not changed. */
  isDue(at: Instant): boolean {
    return at >= this.#nextAt;
  }

  /** Takes note of the figure after the fact `seq`: of every change of tier, and otherwise at the cadence. */
  observe(reading: CapitalReading, seq: number, at: Instant): void {
    const tier = reading.unknown ? UNKNOWN_TIER : reading.tierIndex;
    const crossed = tier !== this.#tier;
    if (crossed) this.#add(this.crossings, reading, tier, seq, at);
    if (crossed || (tier !== UNKNOWN_TIER && at >= this.#nextAt)) {
      this.#add(this.points, reading, tier, seq, at);
      this.#nextAt = at + HISTORY_CADENCE_MICROS;
    }
    this.#tier = tier;
  }

  #add(table: Table<typeof COLUMNS>, reading: CapitalReading, tier: number, seq: number, at: Instant): void {
    const row = table.add();
    const { columns } = table;
    columns.at[row] = at;
    columns.seq[row] = seq;
    columns.netCapital[row] = reading.unknown ? Number.NaN : reading.netCapitalCents;
    columns.requirement[row] = reading.unknown ? Number.NaN : reading.requirementCents;
    columns.tier[row] = tier;
  }

  sections(): Section[] {
    return [...this.points.sections(), ...this.crossings.sections()];
  }

  restore(sections: SectionReader): void {
    this.points.restore(sections);
    this.crossings.restore(sections);
    const { points, crossings } = this;
    this.#tier = crossings.size === 0 ? UNKNOWN_TIER : crossings.columns.tier[crossings.size - 1];
    this.#nextAt = points.size === 0 ? 0 : points.columns.at[points.size - 1] + HISTORY_CADENCE_MICROS;
  }
}
