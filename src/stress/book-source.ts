/**
 * The books as the sweep reads them: which accounts are linear in prices, what a unit of each instrument requires, and what the
 * rest comes to. An account is linear where it is on maintenance margin, holds one side of each name, no options and nothing
 * that converts, and every position of it requires by its units and price alone. Every other account is one group: the exact
 * functions say its figures under every scenario, and somebody asks them again when it changed.
 *
 * The excess of linear accounts is that over 4210(c) and (e); what the house asks beyond depends on whole accounts, and only the
 * exact run has it.
 */
import { Trouble } from "../base/errors.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { cashOf, holdingsOf, type MarginAccount } from "../margin/account.ts";
import { groupsOf } from "../margin/group.ts";
import { MaintenanceValues } from "../margin/maintenance/unit-values.ts";
import type { MarginRules } from "../margin/rules.ts";
import type { AccountFigures, StressedAccount } from "./accounts.ts";
import { ROW_FIGURES, type SideTerms } from "./grid.ts";
import { LANES, NOW } from "./kernel.ts";
import type { Scenario } from "./rules.ts";
import type { Stress } from "./stress.ts";
import type { Positions, StressSweep, SweepSource } from "./sweep.ts";

const UNITS = 10 ** PRICE_SCALE;
const NO_TERMS: SideTerms = { below: 0, lowRate: 0, lowFloor: 0, rate: Number.NaN, floor: Number.NaN };
/** Prices, in dollars, at which terms that were found are held against margin's own figure. */
const PROBES = [0.01, 0.5, 1, 2.4, 2.6, 4.99, 5, 5.01, 9, 16.6, 16.7, 40, 99, 101, 320, 1500, 25_000];
const HIGHEST = 1e6;

export class BookSource implements SweepSource {
  /** Instruments that linear accounts hold, by their number in the sweep; and back, -1 for the others. */
  readonly instruments: readonly number[];
  readonly accounts: readonly MarginAccount[];
  seq = 0;
  readonly #stress: Stress;
  readonly #values: MaintenanceValues;
  readonly #numbers = new Map<number, number>();
  readonly #isLinear: readonly boolean[];
  readonly #rows = new Map<number, Float64Array>();

  constructor(stress: Stress, rules: MarginRules) {
    this.#stress = stress;
    const { books } = stress.subject;
    this.#values = new MaintenanceValues(books, rules.maintenance, stress.asOf);
    this.accounts = stress.standing.map(({ account }) => account);
    this.#isLinear = stress.standing.map((standing) => this.#judge(standing));
    for (const [index, account] of this.accounts.entries())
      if (this.#isLinear[index])
        for (const { instrument } of holdingsOf(books, account))
          if (!this.#numbers.has(instrument)) this.#numbers.set(instrument, this.#numbers.size);
    this.instruments = [...this.#numbers.keys()];
  }

  /** How large a grid it needs, with room for a quarter more positions. */
  get size() {
    const { books } = this.#stress.subject;
    let positions = 0;
    for (const account of this.accounts) positions += Math.ceil(holdingsOf(books, account).length * 1.25) + 2;
    const groups = this.#isLinear.filter((isLinear) => !isLinear).length;
    return { accounts: this.accounts.length, positions, instruments: Math.max(1, this.instruments.length), groups };
  }

  /** Gives a sweep its terms and scenarios, and works out the groups. */
  prepare(sweep: StressSweep, scenarios: readonly Scenario[]): void {
    for (const [number, instrument] of this.instruments.entries()) {
      const worth = this.#values.valuePerUnit(instrument, UNITS) / 100;
      sweep.setTerms(number, worth, this.#terms(instrument, 1), this.#terms(instrument, -1));
    }
    const factors = scenarios.map((scenario) => this.#stress.factors(scenario));
    sweep.setScenarios(factors.map((all) => Float64Array.from(this.instruments, (row) => all[row])));
    this.#workOut(scenarios);
  }

  price(number: number): number {
    return this.#stress.subject.books.market.price(this.instruments[number]) / UNITS;
  }

  read(account: number, positions: Positions): number {
    if (!this.#isLinear[account]) return this.#rows.has(account) ? 0 : Number.NaN;
    const { books } = this.#stress.subject;
    for (const { instrument, units } of holdingsOf(books, this.accounts[account]))
      positions.add(this.#numbers.get(instrument) ?? -1, units);
    return cashOf(books, this.accounts[account]) / 100;
  }

  groups(account: number): Float64Array | undefined {
    return this.#rows.get(account);
  }

  #judge({ account, troubles }: AccountFigures): boolean {
    const { books } = this.#stress.subject;
    if (account.regime !== "margin" || account.terms.exempt || troubles.length > 0) return false;
    const groups = groupsOf(books, holdingsOf(books, account));
    return groups.every(
      ({ holdings }) => holdings.length === 1 && this.#isPlain(holdings[0].instrument, holdings[0].units),
    );
  }

  #isPlain(instrument: number, units: number): boolean {
    return (
      this.#stress.subject.books.instruments.type(instrument) !== "option" &&
      this.#values.isPlain(instrument) &&
      this.#terms(instrument, Math.sign(units)) !== NO_TERMS
    );
  }

  /** What a unit requires, as two pairs of rate and floor, found by asking and held against further answers. */
  #terms(instrument: number, side: number): SideTerms {
    const required = (price: number): number => this.#values.requirementPerUnit(instrument, side, price * UNITS) / 100;
    const worth = this.#values.valuePerUnit(instrument, UNITS) / 100;
    const rate = required(HIGHEST) / (HIGHEST * worth);
    const lowFloor = required(0);
    const below = lowPrice(required, rate, worth);
    const floor = below === 0 ? lowFloor : required(below);
    const lowRate = below === 0 ? rate : Math.max(0, required(below * 0.999_999) / (below * 0.999_999 * worth));
    const terms = { below, lowRate, lowFloor, rate, floor: floor > rate * below * worth ? floor : lowFloor };
    const isRight = PROBES.every((price) => {
      const value = price * worth;
      const [least, share] = price < below ? [terms.lowFloor, terms.lowRate] : [terms.floor, terms.rate];
      const figure = Math.max(least, share * value);
      return Math.abs(figure - required(price)) <= 1e-9 * Math.max(1, figure);
    });
    return isRight ? terms : NO_TERMS;
  }

  #workOut(scenarios: readonly Scenario[]): void {
    this.#rows.clear();
    const nonlinear = this.accounts.map((_, index) => index).filter((index) => !this.#isLinear[index]);
    for (const index of nonlinear) {
      const standing = this.#stress.standing[index];
      if (standing.troubles.length === 0) this.#rows.set(index, rowOf(standing, this.#stress, scenarios));
    }
  }
}

/** An account's figures under every scenario and none, by the exact functions; NaN where they cannot say. */
function rowOf(standing: AccountFigures, stress: Stress, scenarios: readonly Scenario[]): Float64Array {
  const row = new Float64Array(ROW_FIGURES);
  const enter = (lane: number, figures: Pick<StressedAccount, "excess" | "netLiquidation"> | undefined): void => {
    row[lane] = figures === undefined ? Number.NaN : figures.excess / 100;
    row[LANES + lane] = figures === undefined ? Number.NaN : figures.netLiquidation / 100;
  };
  for (let lane = 0; lane < LANES; lane++) enter(lane, standing);
  for (const [lane, scenario] of scenarios.entries()) {
    if (lane >= NOW) throw new Trouble("table-full", "too many scenarios for one sweep", { field: "scenarios" });
    enter(lane, stress.account(scenario, standing).accounts[0]);
  }
  if (row.some((figure) => Number.isNaN(figure))) row.fill(Number.NaN);
  return row;
}

/** The price below which other terms hold, to a hundred-millionth: where a unit requires less than from there on; 0 for none. */
function lowPrice(required: (price: number) => number, rate: number, worth: number): number {
  const [floor, low] = [plateau(required, rate, worth), required(0)];
  if (!(floor > low)) return 0;
  let [under, over] = [0, floor / (rate * worth)];
  while (over - under > 1e-8) {
    const middle = (under + over) / 2;
    if (required(middle) < floor) under = middle;
    else over = middle;
  }
  return Math.round(over * 1e6) / 1e6;
}

/** The least that a unit requires just where the rate begins to count: where rate × value meets a floor from above. */
function plateau(required: (price: number) => number, rate: number, worth: number): number {
  let [low, high] = [0, HIGHEST];
  while (high - low > 1e-7) {
    const middle = (low + high) / 2;
    if (required(middle) > rate * middle * worth * (1 + 1e-12)) low = middle;
    else high = middle;
  }
  return required(high) > 1e-6 ? Math.round(required(high) * 1e6) / 1e6 : 0;
}
