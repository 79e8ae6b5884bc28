/**
 * What the house asks of a portfolio margin account beyond 4210(g): other moves and volatilities, taken through the same
 * groups and offsets; a larger move of a class that the account's losses are concentrated in; and, where the move that takes
 * all equity (the point of no return, PNR) lies inside the expected range (EPR) of a class, all that the class would lose in
 * that range.
 *
 * Of each market group the most that any of them asks is required. Arranged once for an account; computing allocates nothing.
 */
import { POINTS, POINTS_EACH_WAY } from "../../books/stated-values.ts";
import type { MarginAccount } from "../account.ts";
import { largestLoss, type PortfolioAccount } from "./account.ts";
import { moveAt, type ScanTable } from "./scan.ts";
import type { ExpectedScan, PortfolioScans } from "./scans.ts";

interface Followed {
  readonly table: ScanTable;
  readonly slots: Int32Array;
}

interface Expected extends Followed {
  readonly expected: ExpectedScan;
  /** The number of its class in the account. */
  readonly index: number;
}

export class PortfolioHouse {
  readonly account: PortfolioAccount;
  /** Scans of every class, and scans of concentrated classes. */
  readonly whole: readonly Followed[];
  readonly concentrated: readonly Followed[];
  readonly expected: readonly Expected[];
  /** What each market group requires, in cents, and the table that asks most; undefined where it is the rule's. */
  readonly requirements: Float64Array;
  readonly asking: (ScanTable | undefined)[];
  requirement = 0;
  readonly #losses: Float64Array;
  readonly #profit = new Float64Array(POINTS);
  readonly #rule: ScanTable;
  readonly #ruleSlots: Int32Array;

  constructor(scans: PortfolioScans, terms: MarginAccount, account: PortfolioAccount, ruleSlots: Int32Array) {
    this.account = account;
    this.#rule = scans.rule;
    this.#ruleSlots = ruleSlots;
    const follow = (table: ScanTable): Followed => ({ table, slots: account.slotsIn(table) });
    const applying = scans.house.filter(({ scan }) => scans.applies(scan?.groups, terms));
    this.whole = applying.filter(({ scan }) => scan?.concentratedAbove === undefined).map(follow);
    this.concentrated = applying.filter(({ scan }) => scan?.concentratedAbove !== undefined).map(follow);
    this.expected = scans.expected
      .filter(({ stated }) => scans.applies(stated.groups, terms))
      .flatMap((expected) => {
        const index = classIndex(account, expected.classRow);
        return index === -1 ? [] : [{ expected, index, ...follow(expected.table) }];
      });
    this.requirements = new Float64Array(account.markets);
    this.asking = Array.from({ length: account.markets });
    this.#losses = new Float64Array(account.classes);
  }

  /** Whether anything is asked of the account at all. */
  get isEmpty(): boolean {
    return this.whole.length + this.concentrated.length + this.expected.length === 0;
  }

  /** Computes what is required of an account with so much equity, in cents; false where something is unknown. */
  compute(equity: number): boolean {
    const { account } = this;
    if (!account.compute(this.#rule, this.#ruleSlots)) return false;
    this.requirements.set(account.requirements);
    this.#losses.set(account.losses);
    this.asking.fill(undefined);
    for (let index = 0; index < this.whole.length; index++) {
      const { table, slots } = this.whole[index];
      if (!account.compute(table, slots)) return false;
      for (let market = 0; market < account.markets; market++) this.#raise(market, account.requirements[market], table);
    }
    for (let index = 0; index < this.concentrated.length; index++)
      if (!this.#concentrate(this.concentrated[index])) return false;
    for (let index = 0; index < this.expected.length; index++)
      if (!this.#expect(this.expected[index], equity)) return false;
    this.requirement = 0;
    for (let market = 0; market < account.markets; market++) this.requirement += this.requirements[market];
    return true;
  }

  #concentrate({ table, slots }: Followed): boolean {
    const above = table.scan?.concentratedAbove;
    if (above === undefined) return true;
    let all = 0;
    for (let index = 0; index < this.#losses.length; index++) all += this.#losses[index];
    for (let index = 0; index < this.#losses.length; index++) {
      if (this.#losses[index] * above.denominator <= all * above.numerator) continue;
      if (!this.account.profitOf(index, table, slots, this.#profit)) return false;
      this.#raise(this.account.marketOf[index], largestLoss(this.#profit), table);
    }
    return true;
  }

  #expect({ table, slots, index }: Expected, equity: number): boolean {
    if (!this.account.profitOf(index, table, slots, this.#profit)) return false;
    const loss = largestLoss(this.#profit);
    if (loss >= equity) this.#raise(this.account.marketOf[index], loss, table);
    return true;
  }

  #raise(market: number, required: number, table: ScanTable): void {
    if (required <= this.requirements[market]) return;
    this.requirements[market] = required;
    this.asking[market] = table;
  }

  /**
   * The points of no return of a class with an expected range: the nearest moves, down and up, that take all equity, as
   * shares of the price (-0.4: down 40%), on straight lines between the points and on beyond the last; undefined where none
   * does. Of plain stock they are exact.
   */
  pointsOfNoReturn(
    { table, slots, index }: Expected,
    equity: number,
  ): { readonly down?: number; readonly up?: number } {
    const { account } = this;
    if (!account.profitOf(index, table, slots, this.#profit)) return {};
    const { placement } = account.positions[account.firstOf[index]];
    const range = table.rangeOf(placement);
    if (!("down" in range)) return {};
    const at = (step: number): readonly [move: number, left: number] => {
      if (step === 0) return [0, equity];
      const point = step < 0 ? step + POINTS_EACH_WAY : step + POINTS_EACH_WAY - 1;
      return [moveAt(point, range, table.leverageOf(placement)), equity + this.#profit[point]];
    };
    const found = { down: crossing(at, -1), up: crossing(at, 1) };
    return { ...(found.down !== undefined && { down: found.down }), ...(found.up !== undefined && { up: found.up }) };
  }
}

/** Where what is left reaches nothing, going one way from where the underlying stands. */
function crossing(at: (step: number) => readonly [number, number], side: 1 | -1): number | undefined {
  for (let step = 1; step <= POINTS_EACH_WAY; step++) {
    const [fromMove, from] = at(side * (step - 1));
    const [toMove, to] = at(side * step);
    if (from <= 0) return fromMove;
    if (to > 0 && (step < POINTS_EACH_WAY || to >= from)) continue;
    return fromMove + ((toMove - fromMove) * from) / (from - to);
  }
  return undefined;
}

/** The number of the class of an instrument's row in the account, or -1. */
function classIndex(account: PortfolioAccount, classRow: number): number {
  for (let index = 0; index < account.classes; index++)
    if (account.positions[account.firstOf[index]].placement.classRow === classRow) return index;
  return -1;
}
