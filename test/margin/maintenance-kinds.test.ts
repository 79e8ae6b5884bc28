/** What 4210 asks of kinds that have a rule of their own: warrants on indices, debt without loan value. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { holdingsOf, marginAccounts } from "../../src/margin/account.ts";
import { type GroupContext, groupsOf } from "../../src/margin/group.ts";
import { plainGroup, positionMaintenance } from "../../src/margin/maintenance/plain-group.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { SmallBooks, TODAY } from "./small-books.ts";

const SHIPPED = readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8");

function firm(text = SHIPPED) {
  const small = new SmallBooks();
  small.open("A", "customer-margin");
  const [account] = marginAccounts(small.books);
  const context: GroupContext = { books: small.books, rules: readMarginRules(text), account, asOf: TODAY };
  return { small, account, context };
}

function warrantOf(maturity: string, listing: string | undefined, text?: string): number {
  const { small, context } = firm(text);
  small.list({ instrument: "IDX", type: "index", indexClass: "high-capitalization", price: "5000" });
  const terms = { type: "warrant", underlying: "IDX", price: "3", maturity } as const;
  const row = small.list({ instrument: "WARRANT", ...terms, ...(listing !== undefined && { listing }) });
  return positionMaintenance(context, row, 100);
}

test("a long index warrant is paid in full; a listed one that expires in more than nine months, at 75%, (f)(2)(D)", () => {
  assert.equal(warrantOf("2027-08-20", "XNYS"), 300_00);
  assert.equal(warrantOf("2027-08-21", "XNYS"), 225_00);
  assert.equal(warrantOf("2027-08-21", undefined), 300_00);
});

test("a rulebook that says nothing of long warrants has them paid in full", () => {
  const without = SHIPPED.replace(/^ {2}longWarrant: .*\n/m, "");
  assert.notEqual(without, SHIPPED);
  assert.equal(warrantOf("2027-08-21", "XNYS", without), 300_00);
});

test("a margin account that names a cash account stands by itself: 220.8 holds for what is in the cash account alone", () => {
  const { small } = firm();
  const cash = small.open("C", "customer-cash");
  small.say({ kind: "margin-terms-stated", account: "A", marginedWith: "C" });
  assert.deepEqual(
    marginAccounts(small.books).map(({ account, regime }) => [account === cash, regime]),
    [
      [false, "margin"],
      [true, "cash"],
    ],
  );
});

test("a warrant on a stock offsets it held short, whatever is to be paid for it, (e)(1); one on an index is by itself", () => {
  const { small, account, context } = firm();
  const def = small.list({ instrument: "DEF", type: "equity", listing: "XNYS", price: "50" });
  small.list({ instrument: "IDX", type: "index", indexClass: "high-capitalization", price: "5000" });
  const terms = { type: "warrant", listing: "XNYS", strike: "40", maturity: "2027-01-15", price: "12" } as const;
  const warrant = small.list({ instrument: "WARRANT", underlying: "DEF", ...terms });
  const other = small.list({ instrument: "OTHER", underlying: "IDX", ...terms });
  small.add(account.account, warrant, 100);
  small.add(account.account, def, -100);
  small.add(account.account, other, 100);
  const groups = groupsOf(small.books, holdingsOf(small.books, account));
  const required = groups.map((group) => [group.underlying, plainGroup(group, context).requirement]);
  assert.deepEqual(required, [
    [def, 120_00],
    [other, 1200_00],
  ]);
});

test("debt without loan value says so on either side", () => {
  const { small, account, context } = firm();
  const bond = { type: "corporate", maturity: "2034-11-20", coupon: "5%", price: "100" } as const;
  const row = small.list({ instrument: "OBSCURE", ...bond });
  for (const units of [1000, -1000]) {
    const holdings = [{ instrument: row, units, account: account.account }];
    const [line] = plainGroup({ underlying: row, holdings }, context).lines;
    assert.equal(line.label, "Debt without loan value: OBSCURE");
    assert.equal(line.amount, 1000_00);
  }
});

interface Short {
  readonly right?: "call" | "put";
  readonly strike?: string;
  readonly on?: string;
  readonly conversionUnits?: string;
}

/** What 1,000 warrants held short require beside their value, in dollars; the index at 50.00, the currency at 1.25. */
function shortWarrants({ on = "BROAD", ...terms }: Short): number {
  const { small, context } = firm();
  const index = { type: "index", price: "50" } as const;
  small.list({ instrument: "BROAD", ...index, indexClass: "high-capitalization" });
  small.list({ instrument: "NARROW", ...index, indexClass: "narrow-based" });
  small.list({ instrument: "CUR", type: "currency", price: "1.25" });
  const listed = { type: "warrant", underlying: on, price: "3", maturity: "2028-01-21", listing: "XNYS" } as const;
  const row = small.list({ instrument: "WARRANT", ...listed, ...terms });
  return positionMaintenance(context, row, -1000) / 100;
}

test("index and currency warrants held short, (f)(2)(E)(i): the table's shares of what they are on", () => {
  const call = (strike: string, more: Short = {}): number => shortWarrants({ right: "call", strike, ...more });
  assert.equal(call("50"), 7500, "15% of 50,000");
  assert.equal(call("45"), 7500, "in the money: its value stands beside this");
  assert.equal(call("52"), 5500, "less 2,000 out of the money");
  assert.equal(call("60"), 5000, "10%");
  assert.equal(call("50", { on: "NARROW" }), 10_000, "20%");
  assert.equal(call("1.25", { on: "CUR" }), 50, "4% of 1,250");
  assert.equal(call("1.30", { on: "CUR" }), 9.38, "three quarters of a per cent");
  assert.equal(call("50", { conversionUnits: "0.1" }), 750, "a tenth of the index each");
});

test("a put warrant's least is of the greater of the index and its exercise price; one that says nothing is at the money", () => {
  const put = (strike: string): number => shortWarrants({ right: "put", strike });
  assert.equal(put("50"), 7500);
  assert.equal(put("48"), 5500);
  assert.equal(put("40"), 5000, "of the index");
  assert.equal(put("80"), 8000, "of the exercise price");
  assert.equal(shortWarrants({}), 7500);
});

test("short warrants on what has no row in the table, or in another currency, have no rule", () => {
  const { small, context } = firm();
  small.list({ instrument: "EUR", type: "currency", price: "1.1" });
  small.list({ instrument: "IDX", type: "index", indexClass: "high-capitalization", currency: "EUR", price: "50" });
  small.list({ instrument: "UNKNOWN", type: "index", price: "50" });
  const row = (instrument: string, underlying: string): number =>
    small.list({ instrument, type: "warrant", underlying, price: "3", listing: "XNYS" });
  assert.throws(() => positionMaintenance(context, row("A", "IDX"), -10), { code: "missing-rule" });
  assert.throws(() => positionMaintenance(context, row("B", "UNKNOWN"), -10), { code: "missing-input" });
});

test("a currency warrant has no loan value, however long it lives", () => {
  const { small, context } = firm();
  small.list({ instrument: "CUR", type: "currency", price: "1.25" });
  const listed = { type: "warrant", underlying: "CUR", price: "3", maturity: "2029-01-19", listing: "XNYS" } as const;
  assert.equal(positionMaintenance(context, small.list({ instrument: "WARRANT", ...listed }), 100), 300_00);
});
