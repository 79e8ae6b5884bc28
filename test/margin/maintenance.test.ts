/**
 * Maintenance of positions by themselves, 4210(c) and (e): the compiled columns against the explained lines, both against a
 * slow obvious version, and the shape that the certificates rest on.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import { formatDollars } from "../../src/base/money.ts";
import { type MarginAccount, marginAccounts } from "../../src/margin/account.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { type GroupContext, groupsOf } from "../../src/margin/group.ts";
import { marketValues, plainGroup, positionMaintenance } from "../../src/margin/maintenance/plain-group.ts";
import { plainSlopes } from "../../src/margin/maintenance/slopes.ts";
import { MaintenanceValues } from "../../src/margin/maintenance/unit-values.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { type Listed, SmallBooks, TODAY } from "./small-books.ts";

const RULES = readMarginRules(readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8"));
const DOLLAR = 10 ** 8;

/** One of each kind, and what the slow version knows of it: rates in percent, leasts in dollars for each unit. */
interface Kind {
  readonly listed: Listed;
  readonly long: number;
  readonly short: number | "stock" | "none";
  /** Leverage of a fund. */
  readonly leverage?: number;
  /** Least for each unit of quantity, in dollars. */
  readonly least?: number;
  readonly shortLeast?: number;
  /** Dollars of one unit at a price of 1. */
  readonly multiplier?: number;
}

const stock = { type: "equity", listing: "XNYS" } as const;
const bond = { maturity: "2034-11-20", coupon: "5%" } as const;
const KINDS: readonly Kind[] = [
  { listed: { instrument: "STOCK", ...stock }, long: 25, short: "stock" },
  { listed: { instrument: "FRACTIONS", ...stock, scale: 6 }, long: 25, short: "stock" },
  { listed: { instrument: "UNLISTED", type: "equity" }, long: 100, short: "stock" },
  { listed: { instrument: "BARRED", ...stock, notMarginable: true }, long: 100, short: "stock" },
  { listed: { instrument: "PREFERRED", type: "preferred", listing: "XNYS" }, long: 25, short: "stock" },
  { listed: { instrument: "WARRANT", type: "warrant", listing: "XNYS" }, long: 25, short: "stock" },
  { listed: { instrument: "FUND", type: "etf", listing: "ARCX" }, long: 25, short: "stock" },
  ...["1.5", "2", "3", "4", "5", "-1", "-2", "-3", "0.5"].map((leverage): Kind => {
    const size = Math.max(1, Math.abs(Number(leverage)));
    return {
      listed: { instrument: `FUND ${leverage}`, type: "etf", listing: "ARCX", leverage },
      long: Math.min(100, 25 * size),
      short: "stock",
      leverage: size,
    };
  }),
  { listed: { instrument: "OPEN-END", type: "mutual-fund", fundClass: "other" }, long: 25, short: "none" },
  { listed: { instrument: "EXEMPTED FUND", type: "mutual-fund", fundClass: "government" }, long: 7, short: "none" },
  { listed: { instrument: "MONEY", type: "money-market-fund" }, long: 1, short: "none" },
  {
    listed: {
      instrument: "CONVERTIBLE",
      type: "convertible",
      principal: "1",
      multiplier: "0.01",
      listing: "X",
      ...bond,
    },
    long: 25,
    short: 30,
    shortLeast: 0.05,
    multiplier: 0.01,
  },
  ...["2027-05-20", "2028-11-19", "2031-11-19", "2036-11-19", "2046-11-19", "2056-11-20"].map(
    (maturity, index): Kind => ({
      listed: { instrument: `TREASURY ${maturity}`, type: "treasury", maturity, coupon: "4%" },
      long: index + 1,
      short: index + 1,
      multiplier: 0.01,
    }),
  ),
  {
    listed: { instrument: "ZERO", type: "treasury", maturity: "2056-11-20" },
    long: 6,
    short: 6,
    least: 0.03,
    shortLeast: 0.03,
    multiplier: 0.01,
  },
  {
    listed: { instrument: "ZERO OF FOUR", type: "agency", maturity: "2030-11-20" },
    long: 3,
    short: 3,
    multiplier: 0.01,
  },
  { listed: { instrument: "MUNICIPAL", type: "municipal", ...bond }, long: 7, short: 7, multiplier: 0.01 },
  {
    listed: { instrument: "GRADE", type: "corporate", grade: "investment-grade", ...bond },
    long: 10,
    short: 10,
    multiplier: 0.01,
  },
  {
    listed: { instrument: "HIGH YIELD", type: "corporate", readyMarket: true, ...bond },
    long: 20,
    short: 20,
    least: 0.07,
    shortLeast: 0.07,
    multiplier: 0.01,
  },
  { listed: { instrument: "OBSCURE", type: "corporate", ...bond }, long: 100, short: 100, multiplier: 0.01 },
];

function firm() {
  const small = new SmallBooks();
  const rows = KINDS.map(({ listed }) => small.list(listed));
  const owner = small.open("A", "customer-margin");
  const [account] = marginAccounts(small.books);
  return { small, rows, owner, account };
}

function contextOf({ books }: SmallBooks, account: MarginAccount, price: (row: number) => number): GroupContext {
  return { books, rules: RULES, account, asOf: TODAY, price };
}

/** Written as a clerk would with a pocket calculator: dollars, not rounded but for the value. */
function slowly(kind: Kind, quantity: number, price: number): number {
  const { leverage = 1, multiplier = 1 } = kind;
  const size = Math.abs(quantity);
  const value = size * price * multiplier;
  if (quantity > 0) return Math.max((value * kind.long) / 100, size * (kind.least ?? 0));
  if (kind.short === "none") return Number.NaN;
  if (kind.short !== "stock") return Math.max((value * kind.short) / 100, size * (kind.shortLeast ?? 0));
  if (price < 5) return Math.max(size * 2.5, value * Math.max(1, 0.3 * leverage));
  return Math.max(size * 5, value * 0.3 * leverage);
}

const kind = fc.integer({ min: 0, max: KINDS.length - 1 });
const quantity = fc.integer({ min: -200_000, max: 200_000 }).filter((units) => units !== 0);
/** Around the prices where rules change, and everywhere. */
const price = fc.oneof(
  fc.integer({ min: 0, max: 2 * DOLLAR }),
  fc.integer({ min: 490_000_000, max: 510_000_000 }),
  fc.constantFrom(2.5, 4.99, 5, 12, 16.66, 16.67).map((dollars) => Math.round(dollars * DOLLAR)),
  fc.integer({ min: 0, max: 1000 * DOLLAR }),
);

test("compiled columns, explained lines and a pocket calculator agree", () => {
  const { small, rows, account } = firm();
  const values = new MaintenanceValues(small.books, RULES.maintenance, TODAY);
  fc.assert(
    fc.property(kind, quantity, price, (index, units, at) => {
      const row = rows[index];
      const scale = small.books.instruments.columns.scale[row];
      const compiled = values.positionRequirement(row, units, at);
      const slow = slowly(KINDS[index], units / 10 ** scale, at / DOLLAR) * 100;
      if (Number.isNaN(slow)) {
        assert.throws(
          () =>
            positionMaintenance(
              contextOf(small, account, () => at),
              row,
              units,
            ),
          { code: "missing-rule" },
        );
        return assert.ok(Number.isNaN(compiled));
      }
      const explained = positionMaintenance(
        contextOf(small, account, () => at),
        row,
        units,
      );
      assert.equal(compiled, explained);
      assert.ok(Math.abs(compiled - slow) <= 1.5 + 1e-6, `${formatDollars(explained)} is not ${slow / 100}`);
      const real = Math.abs(units) * values.requirementPerUnit(row, units, at);
      assert.ok(Math.abs(compiled - real) <= 1.5 + real * 1e-12);
      const contribution = values.contribution(row, units, at);
      const perUnit = values.valuePerUnit(row, at) - Math.sign(units) * values.requirementPerUnit(row, units, at);
      assert.ok(Math.abs(contribution - units * perUnit) <= 2 + Math.abs(units * perUnit) * 1e-12);
    }),
    { seed: 4210, numRuns: 4000 },
  );
});

test("a long position's contribution never falls with the price, a short one's never rises", () => {
  const { small, rows } = firm();
  const values = new MaintenanceValues(small.books, RULES.maintenance, TODAY);
  fc.assert(
    fc.property(kind, quantity, price, price, (index, units, a, b) => {
      const row = rows[index];
      if (Number.isNaN(values.positionRequirement(row, units, a))) return;
      assert.ok(values.isPlain(row));
      const [low, high] = a < b ? [a, b] : [b, a];
      const change = values.contribution(row, units, high) - values.contribution(row, units, low);
      assert.ok(units > 0 ? change >= 0 : change <= 0, `${KINDS[index].listed.instrument}: ${change}`);
      const perUnit = (at: number) =>
        values.valuePerUnit(row, at) - Math.sign(units) * values.requirementPerUnit(row, units, at);
      const moved = perUnit(high) - perUnit(low);
      assert.ok(moved >= -1e-9, `${KINDS[index].listed.instrument}: ${moved}`);
    }),
    { seed: 4211, numRuns: 4000 },
  );
});

test("positions in another currency are required in dollars, and their leasts a share are dollars", () => {
  const small = new SmallBooks();
  const euro = small.list({ instrument: "EUR", type: "currency", price: "1.1" });
  const row = small.list({ instrument: "ADS", type: "equity", listing: "XETR", currency: "EUR", price: "4.60" });
  small.open("A", "customer-margin");
  const [account] = marginAccounts(small.books);
  const values = new MaintenanceValues(small.books, RULES.maintenance, TODAY);
  const at = small.books.market.price(row);
  // 4.60 euros are 5.06 dollars: $5 a share, not 100% of a low-priced stock.
  assert.equal(values.positionRequirement(row, -100, at), 500_00);
  assert.equal(positionMaintenance({ books: small.books, rules: RULES, account, asOf: TODAY }, row, -100), 500_00);
  assert.equal(values.positionRequirement(row, 100, at), 126_50);
  small.price(euro, Number.NaN);
  assert.ok(Number.isNaN(values.positionRequirement(row, 100, at)));
});

test("exempt accounts: good-faith securities are free, highly rated foreign sovereigns 0.5%, investment grade 3%", () => {
  const { small, rows, owner } = firm();
  small.say({ kind: "margin-terms-stated", account: "A", exempt: true });
  const bund = small.list({
    instrument: "BUND",
    type: "treasury",
    country: "DE",
    grade: "highly-rated",
    ...bond,
    price: "100",
  });
  const named = (name: string): number => rows[KINDS.findIndex(({ listed }) => listed.instrument === name)];
  for (const row of [bund, named("MUNICIPAL"), named("GRADE"), named("ZERO"), named("STOCK")]) {
    small.price(row, 100 * DOLLAR);
    small.add(owner, row, 100_000);
  }
  const [account] = marginAccounts(small.books);
  const { requirements } = marginOf(small.books, RULES, account, TODAY);
  const amounts = requirements.maintenance?.line.children.map(({ code, amount }) => [code.split("/").at(-1), amount]);
  assert.deepEqual(Object.fromEntries(amounts ?? []), {
    BUND: 500_00,
    MUNICIPAL: 0,
    GRADE: 3000_00,
    ZERO: 0,
    STOCK: 2_500_000_00,
  });
});

test("a restricted block scales with its size, and is unknown while its size is", () => {
  const small = new SmallBooks();
  const row = small.list({ instrument: "CTRL", ...stock, restricted: true, price: "10" });
  const values = new MaintenanceValues(small.books, RULES.maintenance, TODAY);
  assert.ok(Number.isNaN(values.positionRequirement(row, 100, 10 * DOLLAR)));
  small.say({
    kind: "market-statistics-stated",
    instrument: "CTRL",
    asOf: "2026-11-19",
    outstanding: "1000000",
    averageDailyVolume: "20000",
  });
  values.forget(row);
  assert.equal(values.isPlain(row), false);
  // A week's volume is 100,000 and a tenth of what is outstanding as much; then the worse of both counts.
  const share = (units: number) => values.positionRequirement(row, units, 10 * DOLLAR) / (units * 10_00);
  assert.deepEqual([100_000, 100_001, 150_001, 200_001, 250_001, 300_001].map(share), [0.4, 0.4, 0.45, 0.6, 0.75, 1]);
});

test("an instrument that is listed anew is margined anew", () => {
  const small = new SmallBooks();
  const row = small.list({ instrument: "XYZ", ...stock, price: "10" });
  small.open("A", "customer-margin");
  const [account] = marginAccounts(small.books);
  const context = { books: small.books, rules: RULES, account, asOf: TODAY };
  assert.equal(positionMaintenance(context, row, 100), 250_00);
  small.list({ instrument: "XYZ", ...stock, notMarginable: true });
  assert.equal(positionMaintenance(context, row, 100), 1000_00);
});

test("offsets: the same security long and short, and what converts, take what releases most", () => {
  const small = new SmallBooks();
  const def = small.list({ instrument: "DEF", ...stock, price: "50" });
  const conv = small.list({
    instrument: "CONV",
    type: "convertible",
    principal: "1000",
    maturity: "2034-11-20",
    listing: "XNYS",
    convertsInto: "DEF",
    conversionUnits: "20",
    price: "2000",
  });
  const owner = small.open("A", "customer-margin");
  const shorts = small.open("A-SHORT", "customer-margin");
  small.say({ kind: "margin-terms-stated", account: "A-SHORT", marginedWith: "A" });
  const [account, ...others] = marginAccounts(small.books);
  assert.deepEqual(account.members, [owner, shorts]);
  assert.equal(others.length, 0);
  const context = contextOf(small, account, (row) => small.books.market.price(row));
  const required = (holdings: readonly (readonly [row: number, units: number])[]) => {
    const [group] = groupsOf(
      small.books,
      holdings.map(([instrument, units]) => ({ instrument, units, account: units < 0 ? shorts : owner })),
    );
    const { lines, requirement, troubles } = plainGroup(group, context);
    assert.deepEqual(troubles, []);
    return { requirement, codes: lines.map(({ code }) => code.replace("margin/A/maintenance/", "")) };
  };
  assert.deepEqual(
    required([
      [def, 500],
      [def, -300],
    ]),
    { requirement: 750_00 + 2500_00, codes: ["DEF/offset", "DEF"] },
  );
  assert.deepEqual(
    required([
      [conv, 10],
      [def, -300],
    ]),
    {
      requirement: 2000_00 + 1500_00,
      codes: ["CONV/offset", "DEF"],
    },
  );
  // A share against stock releases 25: 12.50 + 15 − 2.50; against the bond, worth 100 for each share, 15 + 25 − 10 = 30.
  assert.deepEqual(
    required([
      [conv, 10],
      [def, 300],
      [def, -300],
    ]),
    {
      requirement: 2000_00 + 250_00 + 2500_00,
      codes: ["CONV/offset", "DEF/offset", "DEF"],
    },
  );
});

test("the slopes of a group with offsets bound how fast its excess falls", () => {
  const small = new SmallBooks();
  const euro = small.list({ instrument: "EUR", type: "currency", price: "1.1" });
  const def = small.list({ instrument: "DEF", type: "etf", listing: "XNYS", leverage: "2" });
  const conv = small.list({
    instrument: "CONV",
    type: "convertible",
    principal: "1000",
    maturity: "2034-11-20",
    listing: "XNYS",
    currency: "EUR",
    convertsInto: "DEF",
    conversionUnits: "7.5",
  });
  small.open("A", "customer-margin");
  const [account] = marginAccounts(small.books);
  const units = fc.integer({ min: 0, max: 3000 });
  const dollars = fc.integer({ min: 1 * DOLLAR, max: 60 * DOLLAR });
  const moved = fc.double({ min: -0.2, max: 0.2, noNaN: true });
  fc.assert(
    fc.property(units, units, units, dollars, dollars, moved, moved, moved, (long, short, bonds, at, par, a, b, c) => {
      const rows = [def, conv, euro];
      const start = [at, par * 10, 110_000_000];
      const holdings = [
        { instrument: def, units: long, account: 1 },
        { instrument: def, units: -short, account: 1 },
        { instrument: conv, units: bonds, account: 1 },
      ].filter((holding) => holding.units !== 0);
      const [group] = groupsOf(small.books, holdings);
      if (group === undefined) return;
      const excess = (prices: readonly number[]): number => {
        const context = contextOf(small, account, (row) => prices[rows.indexOf(row)] ?? Number.NaN);
        const { requirement } = plainGroup(group, context);
        const values = marketValues(group, context);
        return values.long - values.short - requirement;
      };
      const slopes = plainSlopes(
        group,
        contextOf(small, account, (row) => start[rows.indexOf(row)] ?? Number.NaN),
      );
      const end = start.map((price, index) => {
        const which = slopes.instruments.indexOf(rows[index]);
        if (which === -1) return price;
        const wanted = price * (1 + ([a, b, c][index] ?? 0));
        return Math.round(Math.min(Math.max(wanted, slopes.low[which] * DOLLAR + 1), slopes.high[which] * DOLLAR - 1));
      });
      let bound = 2 * holdings.length;
      for (const [which, row] of slopes.instruments.entries())
        bound += slopes.slope[which] * Math.abs((end[rows.indexOf(row)] - start[rows.indexOf(row)]) / DOLLAR);
      const change = Math.abs(excess(end) - excess(start));
      assert.ok(change <= bound + 1e-6, `${change} is more than ${bound}`);
    }),
    { seed: 4212, numRuns: 1500 },
  );
});

test("a cash account is paid in full, and is never short", () => {
  const small = new SmallBooks();
  const row = small.list({ instrument: "XYZ", ...stock, price: "10" });
  const owner = small.open("C", "customer-cash");
  small.add(owner, row, 100);
  small.add(owner, 0, -400_00);
  const margin = () => marginOf(small.books, RULES, marginAccounts(small.books)[0], TODAY);
  assert.deepEqual([margin().requirements.binding, margin().equity, margin().excess], ["cash", 600_00, -400_00]);
  small.add(owner, row, -200);
  assert.deepEqual(
    margin().troubles.map(({ code }) => code),
    ["missing-rule"],
  );
});

test("a portfolio margin account is held to 4210(g), and shows maintenance beside it", () => {
  const small = new SmallBooks();
  const row = small.list({ instrument: "XYZ", ...stock, price: "100" });
  const owner = small.open("P", "customer-portfolio-margin");
  small.add(owner, row, 1000);
  small.add(owner, 0, -50_000_00);
  const { requirements, excess, equity } = marginOf(small.books, RULES, marginAccounts(small.books)[0], TODAY);
  assert.equal(requirements.maintenance?.requirement, 25_000_00);
  assert.equal(requirements.portfolio?.requirement, 15_000_00);
  assert.equal(requirements.maintenance?.isInForce, false);
  assert.deepEqual([requirements.binding, equity, excess], ["portfolio", 50_000_00, 35_000_00]);
});

test("debt is margined net of what is long and short of the same issue, (e)(2)", () => {
  const small = new SmallBooks();
  const bill = small.list({ instrument: "NOTE", type: "treasury", maturity: "2034-11-20", coupon: "4%", price: "100" });
  const owner = small.open("A", "customer-margin");
  const shorts = small.open("A-SHORT", "customer-margin");
  small.say({ kind: "margin-terms-stated", account: "A-SHORT", marginedWith: "A" });
  small.add(owner, bill, 100_000);
  small.add(shorts, bill, -40_000);
  const [account] = marginAccounts(small.books);
  assert.equal(marginOf(small.books, RULES, account, TODAY).requirements.maintenance?.requirement, 2400_00);
});

test("the profit of a when-issued position counts for its own requirement only, (f)(3)", () => {
  const small = new SmallBooks();
  const row = small.list({ instrument: "WI", ...stock, whenIssued: true, price: "80" });
  const owner = small.open("A", "customer-margin");
  small.add(owner, row, 100);
  small.add(owner, 0, -5000_00);
  const { ledger } = small.books;
  ledger.rows.columns.cost[ledger.row(owner, row)] = 5000_00;
  const [account] = marginAccounts(small.books);
  const margin = marginOf(small.books, RULES, account, TODAY);
  // Worth 8,000, it requires 2,000; of the profit of 3,000 a thousand is not counted.
  assert.deepEqual([margin.netLiquidation, margin.equity, margin.excess], [3000_00, 2000_00, 0]);
});

test("what is not known is not zero", () => {
  const small = new SmallBooks();
  const priced = small.list({ instrument: "PRICED", ...stock, price: "10" });
  const unpriced = small.list({ instrument: "UNPRICED", ...stock });
  const swap = small.list({
    instrument: "CDS",
    type: "credit-default-swap",
    maturity: "2030-11-20",
    spread: 100,
    price: "1",
  });
  const owner = small.open("A", "customer-margin");
  small.add(owner, priced, 100);
  small.add(owner, unpriced, 100);
  const codes = () => {
    const [account] = marginAccounts(small.books);
    const { troubles, requirements } = marginOf(small.books, RULES, account, TODAY);
    assert.equal(requirements.binding, undefined);
    return troubles.map(({ code }) => code);
  };
  assert.deepEqual(codes(), ["missing-input"]);
  small.price(unpriced, 10 * DOLLAR);
  small.add(owner, swap, 100);
  assert.deepEqual(codes(), ["missing-rule"]);
});

test("an account margined with itself, or with what is no margin account, stands by itself", () => {
  const small = new SmallBooks();
  for (const name of ["A", "B", "C"]) small.open(name, "customer-margin");
  small.open("BANK", "bank");
  small.say({ kind: "margin-terms-stated", account: "A", marginedWith: "B" });
  small.say({ kind: "margin-terms-stated", account: "B", marginedWith: "A" });
  small.say({ kind: "margin-terms-stated", account: "C", marginedWith: "BANK" });
  assert.deepEqual(
    marginAccounts(small.books).map(({ members }) => members.length),
    [1, 1, 1],
  );
});

test("a rulebook whose ladders have gaps is refused", () => {
  const text = readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8");
  const broken = [
    text.replace("{ under: 3 years, rate: 2% }", "{ under: 6 months, rate: 2% }"),
    text.replace("- { rate: 6% }", "- { under: 30 years, rate: 6% }"),
    text.replace("ofWeeklyVolume: 300%, rate: 45%", "ofWeeklyVolume: 200%, rate: 45%"),
  ];
  for (const document of broken) {
    assert.notEqual(document, text);
    assert.throws(() => readMarginRules(document), Trouble);
  }
});
