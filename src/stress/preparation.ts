/**
 * What an exact run knows that the sweep needs: what units of instruments require, by what scenarios multiply prices, and the
 * figures of accounts that are groups. Plain data, to be sent from process to process.
 */
import type { Instant } from "../base/time.ts";
import { BASE_CURRENCY, type MarginAccount } from "../margin/account.ts";
import { exchangeOf } from "../margin/group.ts";
import { MaintenanceValues } from "../margin/maintenance/unit-values.ts";
import { ROW_FIGURES } from "./grid.ts";
import { LANES } from "./kernel.ts";
import { LiveBook, type UnitTerms } from "./live-book.ts";
import type { Scenario } from "./rules.ts";
import type { Stress } from "./stress.ts";
import { laneOf, Positions, setsFor } from "./sweep.ts";
import { termsOf, worthOf } from "./sweep-terms.ts";

export interface Preparation {
  /** The fact of whose books the figures of groups are. */
  readonly asOf: number;
  readonly scenarios: readonly string[];
  /** By scenario: its number in the sweep, where those that move the market alike stand side by side, so that bounds are tight. */
  readonly numbers: readonly number[];
  /** By scenario, by instrument row: what its price is multiplied by. */
  readonly factors: readonly Float64Array[];
  /** By instrument row. */
  readonly terms: readonly (UnitTerms | undefined)[];
  /** By row of the principal: for each set of scenarios LANES excesses and LANES equities, dollars. */
  readonly rows: ReadonlyMap<number, Float32Array>;
}

/** Takes in what each scenario of a run says, one after another, and gives what a sweep needs. */
export class Preparing {
  readonly #terms: readonly (UnitTerms | undefined)[];
  readonly #groups: readonly (readonly [place: number, account: MarginAccount])[];
  readonly #rows: readonly Float32Array[];
  readonly #scenarios: readonly Scenario[];
  readonly #factors: readonly Float64Array[];
  readonly #numbers: readonly number[];
  #added = 0;

  constructor(stress: Stress, scenarios: readonly Scenario[]) {
    const { books } = stress.subject;
    const { standing, accounts } = stress.table;
    this.#terms = unitTerms(stress);
    this.#scenarios = scenarios;
    this.#factors = scenarios.map((scenario) => stress.factors(scenario));
    this.#numbers = numbersOf(this.#factors);
    const book = new LiveBook(books, { seq: 0, at: 0 as Instant });
    book.prepare(this.#terms, new Map());
    const positions = new Positions();
    this.#groups = [...accounts.entries()].filter(([, account]) =>
      Number.isNaN(book.read(book.place(account.account), positions)),
    );
    this.#rows = this.#groups.map(([place]) => {
      const row = new Float32Array(setsFor(scenarios.length) * ROW_FIGURES);
      for (let from = 0; from < row.length; from += ROW_FIGURES) {
        row.fill(standing.excess[place] / 100, from, from + LANES);
        row.fill(standing.netLiquidation[place] / 100, from + LANES, from + ROW_FIGURES);
      }
      return row;
    });
  }

  /** The figures of all accounts under the next scenario, by place. */
  add(figures: { readonly excess: Float64Array; readonly netLiquidation: Float64Array }): void {
    const [set, lane] = laneOf(this.#numbers[this.#added++]);
    for (const [index, [place]] of this.#groups.entries()) {
      const row = this.#rows[index];
      row[set * ROW_FIGURES + lane] = figures.excess[place] / 100;
      row[set * ROW_FIGURES + LANES + lane] = figures.netLiquidation[place] / 100;
    }
  }

  /** After every scenario. An account of which one of them cannot say anything is in no sum of the sweep. */
  prepared(asOf: number): Preparation {
    for (const row of this.#rows) if (row.some((figure) => Number.isNaN(figure))) row.fill(Number.NaN);
    const rows = new Map(this.#groups.map(([, account], index) => [account.account, this.#rows[index]] as const));
    const scenarios = this.#scenarios.map(({ name }) => name);
    return { asOf, scenarios, numbers: this.#numbers, factors: this.#factors, terms: this.#terms, rows };
  }
}

/** From what moves the market down furthest to what moves it up furthest. */
function numbersOf(factors: readonly Float64Array[]): number[] {
  const totals = factors.map((ofInstruments) => ofInstruments.reduce((sum, factor) => sum + factor, 0));
  const numbers = factors.map(() => 0);
  const order = [...factors.keys()].sort((a, b) => totals[a] - totals[b]);
  for (const [number, scenario] of order.entries()) numbers[scenario] = number;
  return numbers;
}

/** Options, what can be exchanged, what is in another currency, and what margin does not value by units and price alone have none. */
function unitTerms({ subject, asOf }: Stress): readonly (UnitTerms | undefined)[] {
  const { books, margin } = subject;
  const { instruments } = books;
  const dollar = instruments.findText(BASE_CURRENCY);
  const values = new MaintenanceValues(books, margin.maintenance, asOf);
  return Array.from({ length: instruments.size }, (_, instrument) => {
    const type = instruments.type(instrument);
    if (type === "option" || type === "currency" || !values.isPlain(instrument)) return undefined;
    if (exchangeOf(books, instrument) !== undefined) return undefined;
    if (instruments.columns.currency[instrument] !== dollar) return undefined;
    return {
      worth: worthOf(values, instrument),
      long: termsOf(values, instrument, 1),
      short: termsOf(values, instrument, -1),
    };
  });
}
