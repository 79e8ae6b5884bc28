/** Portfolio margin against the worked examples of the rule, and what it says where something is unknown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLine, type Line } from "../../src/base/line.ts";
import { formatDay, formatInstant, parseDay } from "../../src/base/time.ts";
import { parseRate } from "../../src/base/rate.ts";
import { callClocks } from "../../src/margin/ladder/clocks.ts";
import { firmLimit, portfolioMargin } from "../../src/margin/portfolio/portfolio.ts";
import type { Cents } from "../../src/base/money.ts";
import { PortfolioBooks, SHIPPED } from "./portfolio-books.ts";

/** Gains and losses of a line by point, in dollars. */
function points(root: Line, code: string): number[] {
  const found = findLine(root, code);
  assert.ok(found, code);
  return Object.entries(found.inputs)
    .filter(([name, value]) => /^([+-].*%|point .*)$/.test(name) && typeof value === "number")
    .map(([, value]) => Number(value) / 100);
}

function near(found: readonly number[], expected: readonly number[], within: number): void {
  assert.equal(found.length, expected.length);
  for (const [index, value] of expected.entries())
    assert.ok(Math.abs(found[index] - value) <= within, `${index}: ${found[index]} against ${value}`);
}

function sums(line: Line): void {
  if (line.children.length === 0) return;
  assert.equal(
    line.children.reduce((all, child) => all + child.amount, 0),
    line.amount,
    line.code,
  );
  for (const child of line.children) sums(child);
}

/** M33: long 500 at 80, long five 75 puts, 45 days, volatility 32%. */
function m33(): PortfolioBooks {
  const books = new PortfolioBooks();
  books.rate("4%");
  const stock = books.stock("XYZ", "80");
  const put = books.option("XYZ-75P", {
    underlying: "XYZ",
    right: "put",
    strike: "75",
    maturity: formatDay((books.asOf + 45) as never),
    style: "european",
  });
  books.volatility("XYZ", "32%");
  books.hold(stock, 500);
  books.hold(put, 5);
  return books;
}

test("M33: one class nets in full at ten points", () => {
  const margin = m33().margin();
  const root = "margin/client/portfolio";
  near(
    points(margin.line, `${root}/XYZ/XYZ/XYZ/XYZ-75P`),
    [3062.72, 2186.14, 1439.12, 829.69, 354.36, -252.72, -425.39, -538.61, -610, -653.39],
    0.05,
  );
  near(
    points(margin.line, `${root}/XYZ`),
    [-2937.28, -2613.86, -2160.88, -1570.31, -845.64, 947.28, 1974.61, 3061.39, 4190.0, 5346.61],
    0.05,
  );
  near([margin.requirement / 100], [2937.28], 0.05);
  // The put at its theoretical price of 1.420129.
  near([margin.equity / 100], [40_710.06], 0.01);
  sums(margin.line);
});

test("M34: gains offset losses at 90%, point by point, within the product group", () => {
  const books = new PortfolioBooks();
  books.rate("4%");
  const index = books.list({
    instrument: "IDX",
    type: "index",
    indexClass: "high-capitalization",
    dividendYield: "1.3%",
    productGroup: "BROAD",
    price: "5800",
  });
  assert.ok(index >= 0);
  const fund = books.list({ instrument: "FUND", type: "etf", underlying: "IDX", listing: "ARCX", price: "240" });
  const put = books.option("IDX-5600P", {
    underlying: "IDX",
    right: "put",
    strike: "5600",
    maturity: formatDay((books.asOf + 30) as never),
  });
  books.volatility("IDX", "16%");
  books.hold(put, -2);
  books.hold(fund, -1500);
  const margin = books.margin();
  near(
    points(margin.line, "margin/client/portfolio/BROAD"),
    [-22353.66, -12988.36, -5898.94, -1416.79, 448.84, -2223.17, -5155.29, -8600.67, -12395.78, -16415.65],
    0.05,
  );
  near([margin.requirement / 100], [22_353.66], 0.05);
  sums(margin.line);
  // One class with the index: 100%.
  books.rules = { ...books.rules, trackingFund: "class" };
  near([books.margin().requirement / 100], [48_273.66 - 28_800], 0.05);
});

test("M35: so much for each contract, longs at most what they are worth; unrelated stocks do not offset", () => {
  const book = (right: "call" | "put", price: string, units: number, strike: string) => {
    const books = new PortfolioBooks();
    books.rate("4%");
    books.stock("XYZ", "50");
    const option = books.option("O", { underlying: "XYZ", right, strike, maturity: "2026-12-18", price });
    books.hold(option, units);
    return books.margin();
  };
  assert.equal(book("call", "0.20", 10, "60").requirement, 200_00);
  assert.equal(book("put", "0.30", 10, "42").requirement, 300_00);
  // Ten short puts far away lose less than 375.
  const short = book("put", "0.01", -10, "20");
  assert.equal(short.requirement, 375_00);
  sums(short.line);
  const books = new PortfolioBooks();
  books.hold(books.stock("A", "50"), 1000);
  books.hold(books.stock("B", "60"), -800);
  const margin = books.margin();
  assert.equal(margin.requirement, 14_700_00);
  assert.equal(margin.equity, 2_000_00);
  sums(margin.line);
});

test("M40: the days of a deficiency, (g)(10), and of what lacks to the least equity, (g)(9)", () => {
  const { calendar } = new PortfolioBooks().books;
  const clocksOf = (layer: "portfolio" | "portfolio-minimum") => {
    const rules = SHIPPED.ladder.layers[layer];
    assert.ok(rules !== undefined);
    return callClocks(rules, parseDay("2026-12-18"), calendar);
  };
  const { due, latest, chargedFrom } = clocksOf("portfolio");
  assert.deepEqual([due, latest].map(formatDay), ["2026-12-23", "2026-12-23"]);
  assert.equal(chargedFrom && formatInstant(chargedFrom), "2026-12-21T21:00:00.000Z");
  assert.equal(formatDay(clocksOf("portfolio-minimum").due), "2026-12-23");
});

test("(g)(12): all requirements against ten times net capital", () => {
  const of = (all: number) => firmLimit([all as Cents, 1 as Cents], 100 as Cents, SHIPPED.portfolio);
  assert.equal(of(999).isOver, false);
  assert.deepEqual(of(1000), { total: 1001, limit: 1000, isOver: true });
});

test("M39: a point of no return inside the expected range raises the requirement to that range", () => {
  const at = (range: string) => {
    const books = new PortfolioBooks();
    books.hold(books.stock("XYZ", "50"), 2000);
    books.cash("-60000");
    const expected = {
      paragraph: "firm policy",
      instrument: "XYZ",
      groups: undefined,
      down: parseRate(range),
      up: parseRate(range),
    };
    books.rules = { ...books.rules, house: { scans: [], expectedRanges: [expected] } };
    return books.margin();
  };
  const outside = at("35%");
  assert.equal(outside.requirement, 15_000_00);
  assert.equal(outside.house, 15_000_00);
  assert.equal(outside.houseLine?.inputs["point of no return, XYZ"], "-40%");
  const inside = at("45%");
  assert.equal(inside.requirement, 15_000_00);
  assert.equal(inside.house, 45_000_00);
  assert.equal(inside.excess, -5_000_00);
  assert.equal(inside.houseLine?.inputs["point of no return, XYZ"], "-40%");
  // On its edge it is inside.
  assert.equal(at("40%").house, 40_000_00);
});

test("what is missing is named, and nothing is taken as zero", () => {
  const books = new PortfolioBooks();
  const option = books.option("O", {
    underlying: (books.stock("XYZ", "50"), "XYZ"),
    right: "call",
    strike: "60",
    maturity: "2026-12-18",
    price: "0.20",
  });
  books.hold(option, 10);
  const { troubles } = portfolioMargin(books.ask);
  assert.deepEqual(
    troubles.map(({ code }) => code),
    ["missing-input"],
  );
  assert.equal(troubles[0].details.field, "interest-rate-stated");
});

test("a vendor's values are used as they were stated, and its base is what equity counts", () => {
  const books = new PortfolioBooks();
  books.stock("XYZ", "50");
  const call = books.option("C", {
    underlying: "XYZ",
    right: "call",
    strike: "50",
    maturity: "2026-12-18",
    price: "2",
  });
  const points = {
    down5: "0.1",
    down4: "0.3",
    down3: "0.6",
    down2: "1",
    down1: "1.4",
    up1: "2.6",
    up2: "3.4",
    up3: "4.4",
    up4: "5.5",
    up5: "7",
  };
  books.say({ kind: "theoretical-values-stated", instrument: "C", base: "1.95", ...points });
  books.hold(call, -3);
  books.cash("100000");
  const margin = books.margin();
  // Three contracts at +15%: (7 - 1.95) × 300.
  assert.equal(margin.requirement, 1_515_00);
  assert.equal(margin.equity, 100_000_00 - 585_00);
  assert.equal(margin.equityAdjustment, 15_00);
  // Our model knows no rate, and must not be asked.
  books.rules = { ...books.rules, values: "model" };
  assert.equal(portfolioMargin(books.ask).troubles[0].details.field, "interest-rate-stated");
});

test("bonds and what is not eligible stand by the maintenance rules; leverage scales the range", () => {
  const books = new PortfolioBooks();
  const bond = books.list({ instrument: "T", type: "treasury", maturity: "2027-05-15", price: "100" });
  const restricted = books.list({ instrument: "R", type: "equity", listing: "XNYS", notMarginable: true, price: "10" });
  const double = books.list({ instrument: "D", type: "etf", listing: "ARCX", leverage: "-2", price: "20" });
  books.hold(bond, 100_000);
  books.hold(restricted, 100);
  books.hold(double, 500);
  const margin = books.margin();
  assert.equal(margin.requirement, 1_000_00 + 1_000_00 + 3_000_00);
  assert.equal(margin.equity, 111_000_00);
  assert.deepEqual(
    [margin.minimumEquity, margin.minimumEquityShortfall, margin.unlistedShortfall],
    [150_000_00, 39_000_00, 0],
  );
  assert.equal(margin.heldWithinDay, true);
  sums(margin.line);
  const euro = books.list({ instrument: "EUR", type: "currency", price: "1.10" });
  books.hold(euro, 1_000_000);
  // 10,000 euros, 6%.
  assert.equal(books.margin().requirement, margin.requirement + 660_00);
});

test("unlisted derivatives ask for five million dollars of equity", () => {
  const books = new PortfolioBooks();
  books.rate("4%");
  books.stock("XYZ", "50");
  books.volatility("XYZ", "30%");
  const terms = { type: "option", underlying: "XYZ", right: "put", strike: "50", maturity: "2026-12-18" } as const;
  books.hold(books.list({ instrument: "OTC", ...terms }), 1);
  books.cash("4000000");
  const margin = books.margin();
  assert.equal(margin.unlistedShortfall, 500_000_000 - margin.equity);
});

test("the house's scans hold for their groups, and name what they miss", () => {
  const books = new PortfolioBooks();
  books.hold(books.stock("XYZ", "100"), 100);
  assert.equal(books.margin().houseLine, undefined);
  books.say({ kind: "margin-terms-stated", account: "client", houseGroup: "stressed" });
  assert.equal(portfolioMargin(books.ask).troubles[0].details.field, "market-statistics-stated");
  books.say({ kind: "market-statistics-stated", instrument: "XYZ", asOf: "2026-11-19", volatility: "60%" });
  // Five days' deviations of 60% a year are 18.9%; all of the account's losses in one class are taken at 30%.
  const margin = books.margin();
  assert.equal(margin.requirement, 1_500_00);
  assert.equal(margin.house, 3_000_00);
  const [five] = SHIPPED.portfolio.house.scans;
  books.rules = { ...books.rules, house: { scans: [five], expectedRanges: [] } };
  assert.equal(books.margin().house, Math.round((10_000_00 * 5 * 0.6) / Math.sqrt(252)));
});
