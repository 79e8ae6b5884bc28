/** Portfolio margin of small books: the shipped rules, with or without changes, and one account to ask about. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDecimal } from "../../src/base/decimal.ts";
import type { Day } from "../../src/base/time.ts";
import { type MarginAccount, marginAccounts } from "../../src/margin/account.ts";
import { portfolioMargin, type PortfolioAsk, type PortfolioMargin } from "../../src/margin/portfolio/portfolio.ts";
import type { PortfolioRules } from "../../src/margin/portfolio/rules.ts";
import { type MarginRules, readMarginRules } from "../../src/margin/rules.ts";
import { type Listed, SmallBooks, TODAY } from "./small-books.ts";

export const SHIPPED: MarginRules = readMarginRules(
  readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8"),
);

export class PortfolioBooks extends SmallBooks {
  readonly client = this.open("client", "customer-portfolio-margin");
  rules: PortfolioRules = SHIPPED.portfolio;
  asOf: Day = TODAY;

  /** A listed option for 100 units; unlisted where `listing` is undefined. */
  option(instrument: string, terms: Omit<Listed, "instrument" | "type">): number {
    return this.list({ instrument, type: "option", listing: "XCBO", ...terms });
  }

  stock(instrument: string, price: string): number {
    return this.list({ instrument, type: "equity", listing: "XNYS", price });
  }

  cash(dollars: string): void {
    this.add(this.client, 0, parseDecimal(dollars, 2));
  }

  hold(row: number, units: number): void {
    this.add(this.client, row, units);
  }

  /** The riskless rate at every term. */
  rate(rate: string): void {
    this.say({ kind: "interest-rate-stated", currency: "USD", days: 365, rate });
  }

  volatility(instrument: string, volatility: string): void {
    this.say({ kind: "volatility-stated", instrument, volatility });
  }

  get account(): MarginAccount {
    const found = marginAccounts(this.books).find(({ account }) => account === this.client);
    if (found === undefined) throw new Error("the client has a margin account");
    return found;
  }

  get ask(): PortfolioAsk {
    const { books, account, asOf } = this;
    return { books, account, asOf, rules: { ...SHIPPED, portfolio: this.rules } };
  }

  margin(): PortfolioMargin {
    const margin = portfolioMargin(this.ask);
    if (margin.troubles.length > 0) throw margin.troubles[0];
    return margin;
  }
}
