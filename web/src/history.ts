/** Net capital over time, in the columns that the chart draws. Bounded: when full, every second point goes. */
import type { HistoryPoint } from "../../src/server/live-firm.ts";

const POINTS_MAX = 6000;

export class History {
  /** Seconds since 1970, strictly ascending. */
  at: number[] = [];
  /** Dollars, for drawing only; null where it could not be said. */
  netCapital: (number | null)[] = [];
  /** The same as they came, for the readout. */
  points: HistoryPoint[] = [];

  reset(points: readonly HistoryPoint[]): void {
    this.at = [];
    this.netCapital = [];
    this.points = [];
    for (const point of points) this.add(point);
  }

  /** Adds the newest point; one of the same instant replaces the last, one of an earlier instant starts anew. */
  add(point: HistoryPoint): void {
    const at = Date.parse(point.at) / 1000;
    const last = this.at.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (at < last) this.reset([]);
    if (at === last) this.#cut(this.at.length - 1);
    if (this.at.length === POINTS_MAX) this.#thin();
    this.at.push(at);
    this.netCapital.push(point.netCapital === null ? null : Number(point.netCapital));
    this.points.push(point);
  }

  /**
   * What the day is compared with: the last figure before the session opened, or the first one that could be said. Nothing
   * before the session has opened.
   */
  opening(opens: string | undefined): HistoryPoint | undefined {
    const start = opens === undefined ? Number.NEGATIVE_INFINITY : Date.parse(opens) / 1000;
    if ((this.at.at(-1) ?? start) <= start) return undefined;
    const known = (index: number): boolean => this.netCapital[index] !== null;
    const before = this.at.findLastIndex((at, index) => at <= start && known(index));
    return this.points[before === -1 ? this.at.findIndex((_at, index) => known(index)) : before];
  }

  #cut(length: number): void {
    this.at.length = length;
    this.netCapital.length = length;
    this.points.length = length;
  }

  /** Keeps the first of each two points, so that the day's opening stays. */
  #thin(): void {
    const even = (_value: unknown, index: number): boolean => index % 2 === 0;
    this.at = this.at.filter(even);
    this.netCapital = this.netCapital.filter(even);
    this.points = this.points.filter(even);
  }
}
