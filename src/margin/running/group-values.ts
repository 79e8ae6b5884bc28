/**
 * What of accounts is not a sum of positions, measured by the functions that explain it: an underlying with its options or
 * offsets, and accounts that are margined as a whole, under 4210(g) or rules of the house for whole accounts.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { Trouble } from "../../base/errors.ts";
import type { MarginAccount } from "../account.ts";
import type { GroupValues } from "../certificates/unit-values.ts";
import type { Group, GroupSlopes } from "../group.ts";
import { type Boundary, meanOver } from "../ladder/boundaries.ts";

/** Cents, by which boundaries are measured. */
export interface GroupFigures {
  /** What the group adds to equity as the regime counts it, and what it is worth. */
  readonly equity: number;
  readonly worth: number;
  /** The requirement that binds, and the rule's alone. */
  readonly binding: number;
  readonly ruled: number;
  /** Of what a cushion is taken. */
  readonly base: number;
}

/** One group of one account. `underlying` is -1 where it is the whole account. */
export interface RunningGroup {
  readonly account: MarginAccount;
  readonly underlying: number;
  readonly group: Group | undefined;
}

/** Who knows how a group is computed. */
export interface GroupComputer {
  /** Throws a `missing-input` or a `missing-rule`. */
  figures(group: RunningGroup): GroupFigures;
  slopes(group: RunningGroup): GroupSlopes;
}

export class RunningGroups implements GroupValues {
  readonly #ladder: readonly Boundary[];
  readonly #computer: GroupComputer;
  readonly #seriesOf: (account: MarginAccount, instrument: number) => number;
  readonly #groups: (RunningGroup | undefined)[] = [];
  readonly #free: number[] = [];

  /** `seriesOf`: the series in which an account's positions of an instrument are valued. */
  constructor(
    ladder: readonly Boundary[],
    computer: GroupComputer,
    seriesOf: (account: MarginAccount, instrument: number) => number,
  ) {
    this.#ladder = ladder;
    this.#computer = computer;
    this.#seriesOf = seriesOf;
  }

  add(group: RunningGroup): number {
    const free = this.#free.pop();
    if (free === undefined) return this.#groups.push(group) - 1;
    this.#groups[free] = group;
    return free;
  }

  replace(number: number, group: RunningGroup): void {
    this.#groups[number] = group;
  }

  remove(number: number): void {
    this.#groups[number] = undefined;
    this.#free.push(number);
  }

  measure(number: number, excess: Float64Array): void {
    const group = this.#groups[number];
    excess.fill(Number.NaN);
    if (group === undefined) return;
    try {
      measureFigures(this.#computer.figures(group), this.#ladder, excess);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
    }
  }

  slopes(number: number): GroupSlopes {
    const group = this.#groups[number];
    if (group === undefined) return NOTHING_SAID;
    const slopes = this.#computer.slopes(group);
    return { ...slopes, instruments: slopes.instruments.map((row) => this.#seriesOf(group.account, row)) };
  }

  /** Each holding is rounded as often as a position by itself, and the whole of it a few times more. */
  rounding(number: number): number {
    return 8 + 4 * (this.#groups[number]?.group?.holdings.length ?? 0);
  }
}

const NOTHING_SAID: GroupSlopes = {
  instruments: new Int32Array(0),
  slope: new Float64Array(0),
  low: new Float64Array(0),
  high: new Float64Array(0),
};

/** The excess over each boundary. Boundaries are nested, whatever quotes of options say of what they are worth. */
export function measureFigures(
  { equity, worth, binding, ruled, base }: GroupFigures,
  ladder: readonly Boundary[],
  excess: Float64Array,
): void {
  let before = Number.NEGATIVE_INFINITY;
  for (const [index, boundary] of ladder.entries()) {
    const { requirement, cushion } = boundary;
    const over =
      requirement === "none"
        ? worth
        : requirement === "share"
          ? meanOver(boundary, before, worth)
          : equity -
            (requirement === "binding" ? binding : ruled) -
            multiplyDivide(base, cushion.numerator, cushion.denominator);
    before = excess[index] = Math.max(before, over);
  }
}

/** Every instrument that holdings depend on, with a band that is left at the next tick: nothing can be said of how fast. */
export function unsaid(instruments: Iterable<number>): GroupSlopes {
  const rows = Int32Array.from(new Set(instruments));
  return {
    instruments: rows,
    slope: new Float64Array(rows.length),
    low: new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY),
    high: new Float64Array(rows.length).fill(Number.NEGATIVE_INFINITY),
  };
}
