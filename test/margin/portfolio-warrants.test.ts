/** What 4210(g) says of warrants, and of stock without loan value that is held short. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLine } from "../../src/base/line.ts";
import { portfolioMargin, type PortfolioMargin } from "../../src/margin/portfolio/portfolio.ts";
import { PortfolioBooks } from "./portfolio-books.ts";
import type { Listed } from "./small-books.ts";

const TERMS = { strike: "50", maturity: "2027-11-19", price: "6" } as const;

function booksOf(...stocks: readonly Listed[]): PortfolioBooks {
  const books = new PortfolioBooks();
  books.rate("4%");
  books.cash("1000000");
  for (const stock of stocks) books.list(stock);
  return books;
}

const STOCK: Listed = { instrument: "XYZ", type: "equity", listing: "XNYS", price: "50" };
const INDEX: Listed = { instrument: "IDX", type: "index", indexClass: "high-capitalization", price: "50" };

function warrants(more: Partial<Listed>, units: number): PortfolioMargin {
  const books = booksOf(STOCK, INDEX);
  const listed: Listed = { instrument: "WAR", type: "warrant", listing: "XNYS", underlying: "XYZ", ...TERMS, ...more };
  books.hold(books.list(listed), units);
  return portfolioMargin(books.ask);
}

function options(more: Partial<Listed>, units: number): PortfolioMargin {
  const books = booksOf(STOCK, INDEX);
  books.hold(books.option("OPT", { underlying: "XYZ", right: "call", ...TERMS, ...more }), units);
  return portfolioMargin(books.ask);
}

test("a warrant is scanned as the option that it is, in the class of what it is on", () => {
  for (const more of [{}, { underlying: "IDX", right: "put" }, { underlying: "XYZ", right: "put" }] as const)
    for (const side of [1, -1]) {
      const [one, other] = [warrants(more, side * 10_000), options(more, side * 100)];
      assert.deepEqual(one.troubles, []);
      assert.ok(one.requirement > 3_750_00, "more than the least of the options");
      assert.equal(one.requirement, other.requirement);
      assert.equal(one.equity, other.equity);
    }
});

test("no least is asked of a warrant, (g)(7)(B)", () => {
  const far = { underlying: "XYZ", right: "call", strike: "100", maturity: "2026-12-18" } as const;
  const requirement = (listed: Listed, units: number): number => {
    const books = booksOf(STOCK);
    books.volatility("XYZ", "30%");
    books.hold(books.list(listed), units);
    return books.margin().requirement;
  };
  assert.equal(requirement({ instrument: "OPT", type: "option", listing: "XCBO", ...far }, -100), 3_750_00);
  assert.equal(requirement({ instrument: "WAR", type: "warrant", listing: "XNYS", ...far }, -10_000), 0);
});

test("stock and a warrant on it net in full", () => {
  const books = booksOf(STOCK);
  books.hold(books.list({ instrument: "WAR", type: "warrant", listing: "XNYS", underlying: "XYZ", ...TERMS }), -1000);
  const alone = portfolioMargin(books.ask).requirement;
  books.hold(books.books.instruments.findText("XYZ"), 600);
  assert.ok(portfolioMargin(books.ask).requirement < alone);
});

test("one that is not for one, or does not say its terms, needs a vendor's values", () => {
  const said = (more: Partial<Listed>): string | undefined => warrants(more, 100).troubles[0]?.message;
  const bare = booksOf(STOCK);
  bare.hold(bare.list({ instrument: "WAR", type: "warrant", listing: "XNYS", underlying: "XYZ", price: "6" }), 100);
  assert.match(portfolioMargin(bare.ask).troubles[0]?.message ?? "", /vendor's values/);
  assert.match(said({ conversionUnits: "0.5" }) ?? "", /vendor's values at ten points/);
  assert.match(said({ underlying: "IDX" }) ?? "", /vendor's values/, "neither call nor put");
  assert.equal(said({ conversionUnits: "1" }), undefined);
});

test("a warrant on a currency is not eligible: it stands by the rules for margin accounts", () => {
  const books = booksOf();
  books.list({ instrument: "EUR", type: "currency", price: "1.25" });
  const terms = { type: "warrant", listing: "XNYS", underlying: "EUR", right: "call", strike: "1.25" } as const;
  const row = books.list({ instrument: "CW", ...terms, maturity: "2027-11-19", price: "0.10" });
  books.hold(row, -10_000);
  const margin = portfolioMargin(books.ask);
  assert.deepEqual(margin.troubles, []);
  assert.equal(margin.requirement, 500_00, "4% of 12,500");
});

test("stock without loan value requires half of its value short, all of it long, (g)(7)(E)", () => {
  const requirement = (price: string, ...units: readonly number[]): number => {
    const books = booksOf();
    const row = books.list({ instrument: "R", type: "equity", listing: "XNYS", notMarginable: true, price });
    for (const each of units) books.hold(row, each);
    return books.margin().requirement;
  };
  assert.equal(requirement("40", -100), 2000_00);
  assert.equal(requirement("40", 100), 4000_00);
  assert.equal(requirement("8", -100), 500_00, "(c)(3): five dollars a share");
  const books = booksOf();
  const terms = { type: "equity", listing: "XNYS", price: "40" } as const;
  books.hold(books.list({ instrument: "R", ...terms, notMarginable: true }), -100);
  const line = findLine(books.margin().line, "margin/client/maintenance/R/without-loan-value");
  assert.deepEqual([line?.amount, line?.paragraph], [800_00, "4210(g)(7)(E)"]);
});
