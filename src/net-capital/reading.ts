/** The running figures as one reads them: each by its name, in cents, from the array in which they are made. */
import { FIGURE } from "./figures.ts";
import { NO_TIER } from "./tiers.ts";

/** The figures now, in cents; NaN and no tier while they are unknown. */
export interface RunningFigures {
  readonly unknown: boolean;
  readonly netCapitalCents: number;
  readonly requirementCents: number;
  readonly excessCents: number;
  readonly tentativeCents: number;
  readonly aggregateIndebtednessCents: number;
  readonly aggregateDebitItemsCents: number;
  /** Tentative net capital by the letter of (c)(15): before charges on futures and commodities too. */
  readonly tentativeByRuleCents: number;
  /** Payable against securities loaned or sold under repos, and contract value of borrows and reverse repos, 17a-11(b)(5). */
  readonly financingPayableCents: number;
  readonly financingReceivableCents: number;
  /** Index of the gravest tier that holds, or -1. */
  readonly tierIndex: number;
}

/** Always the figures of now. */
export class Reading implements RunningFigures {
  unknown = true;
  readonly #figures: Float64Array;

  constructor(figures: Float64Array) {
    this.#figures = figures;
  }

  get netCapitalCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.netCapital];
  }

  get requirementCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.requirement];
  }

  get excessCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.excess];
  }

  get tentativeCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.tentative];
  }

  get aggregateIndebtednessCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.indebtedness];
  }

  get aggregateDebitItemsCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.debitItems];
  }

  get tentativeByRuleCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.tentative] + this.#figures[FIGURE.commodityCharges];
  }

  get financingPayableCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.financingPayable];
  }

  get financingReceivableCents(): number {
    return this.unknown ? Number.NaN : this.#figures[FIGURE.financingReceivable];
  }

  get tierIndex(): number {
    return this.unknown ? NO_TIER : this.#figures[FIGURE.tier];
  }
}
