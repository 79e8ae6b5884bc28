/** What the margin of options asks the security master: the class of an index, who lists an option; and cash equivalents. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { formatDollars } from "../../src/base/money.ts";
import { marginAccounts } from "../../src/margin/account.ts";
import type { AccountMargin } from "../../src/margin/answer.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { subjectOf } from "../stress/subject.ts";
import { type Listed, SmallBooks, TODAY } from "./small-books.ts";

const RULES = readMarginRules(readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8"));
const OPTION = { type: "option", maturity: "2026-12-18", underlying: "ON" } as const;

/** An account with some cash, in dollars, and what it holds: each listed, and its units. */
function marginOfHoldings(
  type: "customer-margin" | "customer-cash",
  cash: number,
  holdings: readonly (readonly [Listed, number])[],
): AccountMargin {
  const small = new SmallBooks();
  const owner = small.open("A", type);
  small.add(owner, small.books.instruments.findText("USD"), cash * 100);
  for (const [listed, units] of holdings) {
    const row = small.list(listed);
    if (units !== 0) small.add(owner, row, units);
  }
  const [account] = marginAccounts(small.books);
  return marginOf(small.books, RULES, account, TODAY);
}

function excess({ excess: amount, troubles }: AccountMargin): string {
  assert.deepEqual(troubles, []);
  return formatDollars(amount);
}

for (const listing of ["XCBO", undefined]) {
  const form = listing === undefined ? "over the counter" : "on an exchange";
  const call = {
    ...OPTION,
    instrument: "C310",
    right: "call",
    strike: "310",
    price: "4",
    ...(listing !== undefined && { listing }),
  } as const;
  const on = (more: Partial<Listed>): AccountMargin =>
    marginOfHoldings("customer-margin", 10_000, [
      [{ instrument: "ON", type: "index", price: "300", ...more }, 0],
      [call, -1],
    ]);

  test(`an index without its class is not margined as a broad one: an option ${form}`, () => {
    const [trouble] = on({}).troubles;
    assert.equal(trouble.code, "missing-input");
    const { field, value, expected } = trouble.details;
    assert.deepEqual([field, value, expected], ["instrument", "ON", "an instrument-listed fact with its indexClass"]);
    assert.equal(on({ measures: "stocks" }).troubles[0].code, "missing-input");
    const narrow = excess(on({ indexClass: "narrow-based" }));
    const broad = excess(on({ indexClass: "non-high-capitalization" }));
    assert.deepEqual([narrow, broad], listing === undefined ? ["2000.00", "5000.00"] : ["4600.00", "6100.00"]);
  });
}

test("an index of volatility has a row of its own, whatever its class", () => {
  const margin = marginOfHoldings("customer-margin", 10_000, [
    [{ instrument: "ON", type: "index", price: "20", measures: "volatility" }, 0],
    [{ ...OPTION, instrument: "C", listing: "XCBO", right: "call", strike: "20", price: "1" }, -1],
  ]);
  assert.equal(excess(margin), "9500.00");
});

test("an uncovered put never requires more than its exercise price, interpretation (f)(2)(E)(i)/01", () => {
  const required = (price: string, strike: string, right: "put" | "call"): string =>
    excess(
      marginOfHoldings("customer-margin", 20_000, [
        [{ instrument: "ON", type: "equity", listing: "XNYS", price: "10" }, 0],
        [{ ...OPTION, instrument: "P", listing: "XCBO", right, strike, price }, -1],
      ]),
    );
  assert.equal(required("88", "100", "put"), "10200.00", "8,800 and a tenth of 10,000");
  assert.equal(required("92", "100", "put"), "10000.00");
  assert.equal(required("92", "5", "call"), "10600.00", "no such end for a call");
});

test("over the counter an option asks its share and what it is in the money, less what it is out of it", () => {
  const required = (strike: string, price: string, right: "put" | "call"): string =>
    excess(
      marginOfHoldings("customer-margin", 10_000, [
        [{ instrument: "ON", type: "equity", listing: "XNYS", price: "100" }, 0],
        [{ ...OPTION, instrument: "P", right, strike, price }, -1],
      ]),
    );
  assert.equal(required("100", "4", "call"), "7000.00", "30%");
  assert.equal(required("90", "13", "call"), "6000.00", "and 1,000 in the money");
  assert.equal(required("110", "1", "call"), "8000.00", "less 1,000 out of the money");
  assert.equal(required("140", "0.1", "call"), "9000.00", "10%");
  assert.equal(required("60", "0.1", "put"), "9400.00", "10% of the exercise price");
});

test("an option without a listing is over the counter: other percentages, no loan value, no part of a listed spread", () => {
  const stock = { instrument: "ON", type: "equity", listing: "XNYS", price: "100" } as const;
  const put = { ...OPTION, right: "put", strike: "100", price: "2" } as const;
  const short = (listing: Partial<Listed>): string =>
    excess(
      marginOfHoldings("customer-margin", 10_000, [
        [stock, 0],
        [{ ...put, instrument: "P", ...listing }, -1],
      ]),
    );
  assert.deepEqual(
    [short({ listing: "XCBO" }), short({}), short({ overTheCounter: true })],
    ["7800.00", "7000.00", "7000.00"],
    "(E)(iii): what it is in the money in place of its value",
  );
  const spread = (listing: Partial<Listed>): string =>
    excess(
      marginOfHoldings("customer-margin", 10_000, [
        [stock, 0],
        [{ ...put, instrument: "P", listing: "XCBO" }, -1],
        [{ ...put, instrument: "Q", strike: "95", ...listing }, 1],
      ]),
    );
  assert.deepEqual([spread({ listing: "XCBO" }), spread({})], ["9500.00", "7800.00"]);
  const long = (listing: Partial<Listed>): string =>
    excess(
      marginOfHoldings("customer-margin", 10_000, [
        [stock, 0],
        [{ ...put, instrument: "P", maturity: "2027-12-17", ...listing }, 1],
      ]),
    );
  assert.deepEqual([long({ listing: "XCBO" }), long({})], ["10050.00", "10000.00"]);
  assert.throws(() => short({ listing: "XCBO", overTheCounter: true }), { code: "bad-value" });
});

test("220.2: cash equivalents secure what options of a cash account risk, and no more than that", () => {
  const stock = { instrument: "ON", type: "equity", listing: "XNYS", price: "95" } as const;
  const put = { ...OPTION, instrument: "P", listing: "XCBO", right: "put", strike: "90", price: "1.5" } as const;
  const secured = (cash: number, ...held: readonly (readonly [Listed, number])[]): string =>
    excess(marginOfHoldings("customer-cash", cash, [[stock, 0], [put, -1], ...held]));
  const fund = { instrument: "F", type: "money-market-fund", price: "1" } as const;
  assert.equal(secured(150), "-8850.00");
  assert.equal(secured(150, [fund, 9000]), "150.00");
  assert.equal(secured(150, [fund, 8000]), "-850.00");
  assert.equal(secured(-500, [fund, 20_000]), "-500.00", "what is owed for them is owed");
  const bond = { instrument: "T", type: "treasury", maturity: "2027-05-15", price: "100" } as const;
  assert.equal(secured(150, [fund, 4000], [bond, 5000]), "150.00");
  assert.equal(
    secured(150, [{ instrument: "M", type: "mutual-fund", fundClass: "other", price: "1" }, 9000]),
    "-8850.00",
  );
  const certificate = {
    instrument: "D",
    type: "certificate-of-deposit",
    maturity: "2027-02-15",
    price: "100",
  } as const;
  assert.equal(secured(150, [certificate, 9000]), "150.00");
  assert.equal(secured(150, [{ ...certificate, restricted: true }, 9000]), "-8850.00");
});

test("220.2: cash equivalents secure European spreads, and no stock", () => {
  const index = { instrument: "ON", type: "index", indexClass: "high-capitalization", price: "300" } as const;
  const fund = { instrument: "F", type: "money-market-fund", price: "1" } as const;
  const call = { ...OPTION, right: "call", listing: "XCBO", style: "european" } as const;
  const margin = marginOfHoldings("customer-cash", 100, [
    [index, 0],
    [{ ...call, instrument: "C310", strike: "310", price: "4" }, -1],
    [{ ...call, instrument: "C320", strike: "320", price: "2" }, 1],
    [fund, 3000],
    [{ instrument: "S", type: "equity", listing: "XNYS", price: "50" }, 100],
  ]);
  assert.equal(excess(margin), "100.00");
  assert.equal(formatDollars(margin.requirements.cash?.requirement ?? margin.excess), "8000.00");
});

test("220.2: under stress the account as a whole stands as its explanation says", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/examples/margin/cash-equivalents.yaml"), "utf8");
  const { stress } = subjectOf(text);
  const { standing, accounts } = stress.table;
  const place = accounts.findIndex(({ regime }) => regime === "cash");
  assert.equal(standing.excess[place], -150_00);
});
