/**
 * The portfolio margin of one account as a running group: what its positions leave over, from scans that all accounts
 * share, without lines. The figure is the one that `portfolioMargin` explains.
 *
 * It is told nothing: `compute` reads the prices of now. Make it anew when a position changes; make the scans forget when a
 * close comes or something is stated.
 */
import type { Holding, MarginAccount } from "../account.ts";
import type { GroupSlopes } from "../group.ts";
import type { PortfolioAccount } from "./account.ts";
import { PortfolioHouse } from "./house.ts";
import type { Placement } from "./placement.ts";
import type { PortfolioScans } from "./scans.ts";
import { PortfolioSlopes } from "./slopes.ts";

export class RunningPortfolio {
  /** Its positions that are not eligible: other parts margin them. */
  readonly others: readonly Holding[];
  /** What the eligible positions require, the house included, and what they are worth; cents. */
  requirement = 0;
  value = 0;
  readonly #account: PortfolioAccount;
  readonly #house: PortfolioHouse;
  readonly #isKnown: boolean;
  readonly #slots: Int32Array;
  readonly #scans: PortfolioScans;
  readonly #slopes: PortfolioSlopes;

  constructor(
    scans: PortfolioScans,
    account: MarginAccount,
    holdings: readonly Holding[],
    slopes: PortfolioSlopes = new PortfolioSlopes(),
  ) {
    const { scanned, others, troubles } = scans.sort(holdings);
    this.others = others;
    this.#account = scanned;
    this.#isKnown = troubles.length === 0;
    this.#scans = scans;
    this.#slots = scanned.slotsIn(scans.rule);
    this.#house = new PortfolioHouse(scans, account, scanned, this.#slots);
    this.#slopes = slopes;
  }

  /**
   * Value less requirement in cents; NaN where something is unknown. `rest` is the equity beside these positions, which the
   * points of no return of the house count from.
   */
  compute(rest: number): number {
    if (!this.#isKnown || !this.#account.compute(this.#scans.rule, this.#slots)) return Number.NaN;
    this.value = this.#account.value;
    this.requirement = this.#account.requirement;
    if (!this.#house.isEmpty) {
      if (!this.#house.compute(rest + this.value)) return Number.NaN;
      this.requirement = this.#house.requirement;
    }
    return this.value - this.requirement;
  }

  /**
   * Whether `slopes` bounds it, after a `compute` that knew it: not where the house asks for more once a class is
   * concentrated, or a point of no return is near, because that comes in one step; nor where a volatility moves with the
   * prices of now, or is another option's; nor with a currency beside the dollar.
   */
  get isBounded(): boolean {
    if (this.#house.concentrated.length + this.#house.expected.length > 0) return false;
    const { positions } = this.#account;
    const { rule } = this.#scans;
    return positions.every(({ row, placement }, index) => {
      if (rule.view.books.instruments.type(row) === "currency" || rule.foreignCurrency(this.#slots[index]) !== -1)
        return false;
      if (placement.form !== "option" || rule.isStated(this.#slots[index])) return true;
      const found = rule.volatilityOf(this.#slots[index]);
      return found !== undefined && found.isHeld && found.from !== "neighbour";
    });
  }

  /** Options whose own prices do not say their volatility: it is that of another on the same underlying. */
  get borrowing(): readonly Placement[] {
    const { rule } = this.#scans;
    return this.#account.positions
      .filter(({ placement }, index) => {
        if (placement.form !== "option" || rule.isStated(this.#slots[index])) return false;
        const found = rule.volatilityOf(this.#slots[index]);
        return found === undefined || found.from === "neighbour";
      })
      .map(({ placement }) => placement);
  }

  /** How fast it can change, for prices near those of now; after a `compute` that knew it. Allocates. */
  slopes(): GroupSlopes {
    const { whole } = this.#house;
    const tables = [this.#scans.rule, ...whole.map(({ table }) => table)];
    return this.#slopes.of(this.#account, tables, [this.#slots, ...whole.map(({ slots }) => slots)]);
  }
}
