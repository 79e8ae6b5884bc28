/**
 * What net capital was: the figure at a cadence, and every crossing of a tier, by the figure and in force. Part of the state,
 * so that a restart shows the same line, and driven by the facts' time alone. The cadence is the rulebook's.
 */
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Instant } from "../base/time.ts";
import type { RunningFigures } from "../net-capital/reading.ts";

/** In place of a tier: net capital cannot be said; it is above every tier. */
const UNKNOWN = -2;
const NONE = -1;

/** What the history keeps of a figure. */
type CapitalReading = Pick<RunningFigures, "unknown" | "netCapitalCents" | "requirementCents">;

/** The names of the gravest tiers by the figure and in force; undefined where there is none. */
export interface TierReading {
  readonly byFigure: string | undefined;
  readonly inForce: string | undefined;
}

/** Where net capital stood; `unknown`: it could not be said. */
export interface Crossing extends TierReading {
  readonly seq: number;
  readonly at: Instant;
  readonly unknown: boolean;
  /** Cents; NaN where it could not be said. */
  readonly netCapital: number;
  readonly requirement: number;
}

const POINT = { at: "f64", seq: "f64", netCapital: "f64", requirement: "f64" } as const;
const CROSSING = { ...POINT, byFigure: "i32", inForce: "i32" } as const;

export class CapitalHistory implements Stateful {
  /** The figure at the cadence, 32 bytes each; NaN where it could not be said. */
  readonly points = new Table("history.points", POINT);
  /** One row for each change: where net capital stood from then on, as numbers of names. */
  readonly #crossings = new Table("history.crossings", CROSSING);
  /** Names of tiers that ever were, by their number. */
  #names: string[] = [];
  #unknown = true;
  #byFigure: string | undefined;
  #inForce: string | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** Whether the figure is to be kept at `at` even though it has not changed. */
  isDue(at: Instant, every: number): boolean {
    return at >= this.#lastAt + every;
  }

  /** Takes note of the figure after the fact `seq`: of every change of tier, and otherwise at the cadence. */
  observe(reading: CapitalReading, tiers: TierReading, every: number, seq: number, at: Instant): void {
    const { unknown } = reading;
    const { byFigure, inForce } = tiers;
    const crossed = unknown !== this.#unknown || byFigure !== this.#byFigure || inForce !== this.#inForce;
    if (crossed) {
      const row = this.#crossings.add();
      keep(this.#crossings.columns, row, reading, seq, at);
      this.#crossings.columns.byFigure[row] = unknown ? UNKNOWN : this.#numberOf(byFigure);
      this.#crossings.columns.inForce[row] = this.#numberOf(inForce);
      this.#unknown = unknown;
      this.#byFigure = byFigure;
      this.#inForce = inForce;
    }
    if (crossed || (!unknown && this.isDue(at, every))) {
      const row = this.points.add();
      keep(this.points.columns, row, reading, seq, at);
      this.#lastAt = at;
    }
  }

  #numberOf(name: string | undefined): number {
    if (name === undefined) return NONE;
    const known = this.#names.indexOf(name);
    return known === -1 ? this.#names.push(name) - 1 : known;
  }

  get crossingCount(): number {
    return this.#crossings.size;
  }

  /** The crossing with this number, from 0, oldest first. */
  crossing(row: number): Crossing {
    const { at, seq, netCapital, requirement, byFigure, inForce } = this.#crossings.columns;
    return {
      seq: seq[row],
      at: at[row] as Instant,
      unknown: byFigure[row] === UNKNOWN,
      netCapital: netCapital[row],
      requirement: requirement[row],
      byFigure: this.#names[byFigure[row]],
      inForce: this.#names[inForce[row]],
    };
  }

  sections(): Section[] {
    return [
      ...this.points.sections(),
      ...this.#crossings.sections(),
      jsonSection("history.tiers", { names: this.#names, lastAt: Number.isFinite(this.#lastAt) ? this.#lastAt : null }),
    ];
  }

  restore(sections: SectionReader): void {
    this.points.restore(sections);
    this.#crossings.restore(sections);
    const { names, lastAt } = sections.json("history.tiers") as { names: string[]; lastAt: number | null };
    this.#names = names;
    this.#lastAt = lastAt ?? Number.NEGATIVE_INFINITY;
    if (this.crossingCount === 0) return;
    const last = this.crossing(this.crossingCount - 1);
    this.#unknown = last.unknown;
    this.#byFigure = last.byFigure;
    this.#inForce = last.inForce;
  }
}

function keep(
  columns: Table<typeof POINT>["columns"],
  row: number,
  reading: CapitalReading,
  seq: number,
  at: Instant,
): void {
  columns.at[row] = at;
  columns.seq[row] = seq;
  columns.netCapital[row] = reading.unknown ? Number.NaN : reading.netCapitalCents;
  columns.requirement[row] = reading.unknown ? Number.NaN : reading.requirementCents;
}
