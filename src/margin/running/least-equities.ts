/**
 * States to the ladder what portfolio margin accounts lack to their least equity, 4210(g)(4) and (9): of one that a fact
 * touches, and of all as a day opens and at the times of day at which calls are held against prices. No boundary of the bands
 * finds it in between: a constant is not nested between requirements. What all of them require goes to the firm's limit.
 */
import { type Cents, ZERO } from "../../base/money.ts";
import type { Day } from "../../base/time.ts";
import { marginAccountOf, type MarginBooks } from "../account.ts";
import type { Cause } from "../ladder/call.ts";
import type { MarginLadder } from "../ladder/ladder.ts";
import { portfolioFigures, type PortfolioFigures, portfolioScans } from "../portfolio/portfolio.ts";
import type { PortfolioScans } from "../portfolio/scans.ts";
import type { MarginRules } from "../rules.ts";
import type { FirmLimit } from "./firm-limit.ts";
import type { RunningRungs } from "./rungs.ts";

interface Given {
  readonly books: MarginBooks;
  readonly ladder: MarginLadder;
  readonly limit: FirmLimit;
  readonly rules: () => MarginRules | undefined;
  readonly asOf: () => Day;
  readonly rungs: () => RunningRungs | undefined;
}

export class LeastEquities {
  readonly #given: Given;
  /** Shared by all accounts, while they are good. */
  #scans: { readonly rules: MarginRules; readonly asOf: Day; readonly scans: PortfolioScans } | undefined;

  constructor(given: Given) {
    this.#given = given;
  }

  stateAll(): void {
    const rungs = this.#given.rungs();
    if (rungs === undefined) return;
    const requirements: Cents[] = [];
    let unknown = 0;
    for (const row of rungs.principals()) {
      if (rungs.account(row)?.regime !== "portfolio") continue;
      const figures = this.#figures(row);
      if (figures === undefined) unknown++;
      else requirements.push(figures.requirement);
      this.#state(row, figures, "market");
    }
    this.#given.limit.ask({ requirements, unknown });
  }

  /** What is not known stands as it was. */
  state(row: number, cause: Cause): void {
    this.#state(row, this.#figures(row), cause);
  }

  #state(row: number, figures: PortfolioFigures | undefined, cause: Cause): void {
    const { ladder } = this.#given;
    if (figures === undefined) return;
    const lacking = figures.leastEquity?.lacking ?? ZERO;
    if (lacking > 0 || ladder.calls.find(row, "portfolio-minimum") !== undefined)
      ladder.stated(row, "portfolio-minimum", lacking, cause);
  }

  #figures(row: number): PortfolioFigures | undefined {
    const { books } = this.#given;
    const rules = this.#given.rules();
    const account = marginAccountOf(books, row);
    if (rules === undefined || account?.regime !== "portfolio") return undefined;
    const ask = { books, rules, account, asOf: this.#given.asOf() };
    if (this.#scans?.scans.view.isCurrent !== true || this.#scans.rules !== rules || this.#scans.asOf !== ask.asOf)
      this.#scans = { rules, asOf: ask.asOf, scans: portfolioScans(ask) };
    const figures = portfolioFigures(ask, this.#scans.scans);
    return figures.troubles.length > 0 ? undefined : figures;
  }
}
