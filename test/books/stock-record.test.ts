/** The stock record (BK-1 of the books' fact sheet), the trial balance, and net worth. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stockRecord } from "../../src/books/stock-record.ts";
import { netWorth, trialBalance } from "../../src/books/trial-balance.ts";
import { House } from "./house.ts";

const AT = "2026-11-16T15:00:00Z";

function move(house: House, from: string, to: string, quantity: string): void {
  house.post({ kind: "securities-moved", at: AT, from, to, instrument: "XYZ", quantity, reason: "opening", cost: "0" });
}

function cash(house: House, from: string, to: string, amount: string, currency = "USD"): void {
  house.post({ kind: "cash-moved", at: AT, from, to, currency, amount, reason: "transfer" });
}

function buy(house: House, account: string, quantity: string, price: string): void {
  house.post({
    kind: "trade-executed",
    at: AT,
    account,
    instrument: "XYZ",
    contra: "clearing",
    side: "buy",
    quantity,
    price,
    tradeDay: "2026-11-16",
    execution: "e",
  });
}

/** BK-1 in balance: the depository has the hundred shares that the example's break leaves out. */
function bk1(): House {
  const house = new House();
  house.mark("XYZ", 25.4);
  move(house, "depository", "alice", "5950");
  move(house, "segregated", "alice", "3000");
  move(house, "borrower", "alice", "1050");
  move(house, "borrower", "inventory", "450");
  move(house, "fail-to-receive", "inventory", "50");
  move(house, "fail-to-receive", "fail-to-deliver", "250");
  move(house, "fail-to-receive", "lender", "100");
  move(house, "bob", "lender", "500");
  return house;
}

describe("stock record", () => {
  test("every long and every short, sided, with both totals", () => {
    const house = bk1();
    const record = stockRecord(house.books, house.instrument("XYZ"));
    assert.deepEqual(
      record.entries.map(({ account, type, side, quantity }) => [account, type, side, quantity]),
      [
        ["alice", "customer-cash", "long", "10000"],
        ["bob", "customer-margin", "short", "-500"],
        ["inventory", "firm-inventory", "long", "500"],
        ["fail-to-receive", "fail-to-receive", "short", "-400"],
        ["fail-to-deliver", "fail-to-deliver", "long", "250"],
        ["depository", "depository-free", "short", "-5950"],
        ["segregated", "depository-segregated", "short", "-3000"],
        ["lender", "stock-borrowed", "long", "600"],
        ["borrower", "stock-loaned", "short", "-1500"],
      ],
    );
    const { long, short, difference, balanced, valueOfDifference, basis } = record;
    assert.deepEqual(
      { long, short, difference, balanced, valueOfDifference, basis },
      {
        long: "11350",
        short: "11350",
        difference: "0",
        balanced: true,
        valueOfDifference: "0.00",
        basis: "settlement",
      },
    );
  });

  test("BK-1: a record that is 100 shares long shows the difference and its value", () => {
    const house = bk1();
    const row = house.books.ledger.row(house.account("depository"), house.instrument("XYZ"));
    house.books.ledger.rows.columns.quantity[row] += 100;
    const { long, short, difference, balanced, valueOfDifference } = stockRecord(house.books, house.instrument("XYZ"));
    assert.deepEqual(
      { long, short, difference, balanced, valueOfDifference },
      {
        long: "11350",
        short: "11250",
        difference: "100",
        balanced: false,
        valueOfDifference: "2540.00",
      },
    );
    assert.deepEqual(
      house.books.ledger.verifyConservation().map(({ basis, difference: units }) => [basis, units]),
      [
        ["trade-date", 100],
        ["settlement", 100],
      ],
    );
  });

  test("a difference in a security without a price has no value", () => {
    const house = new House();
    move(house, "depository", "alice", "10");
    house.books.ledger.rows.columns.quantity[house.books.ledger.row(house.account("alice"), house.instrument("XYZ"))] +=
      1;
    assert.equal(stockRecord(house.books, house.instrument("XYZ")).valueOfDifference, null);
  });

  test("pending trades are no part of it by settlement date, and are by trade date", () => {
    const house = new House();
    buy(house, "alice", "100", "10");
    assert.deepEqual(stockRecord(house.books, house.instrument("XYZ")).entries, []);
    const record = stockRecord(house.books, house.instrument("XYZ"), "trade-date");
    assert.deepEqual(
      record.entries.map(({ account, quantity }) => [account, quantity]),
      [
        ["alice", "100"],
        ["clearing", "-100"],
      ],
    );
  });
});

describe("trial balance", () => {
  test("debits equal credits, by account and by type, on each basis", () => {
    const house = new House();
    cash(house, "bank", "alice", "5000");
    cash(house, "bank", "bob", "100.5");
    cash(house, "bank", "capital", "20000");
    cash(house, "rent", "bank", "1200");
    buy(house, "alice", "10", "300");
    const settled = trialBalance(house.books, house.instrument("USD"), "settlement");
    assert.deepEqual(
      settled.entries.map(({ account, ledgerClass, debit, credit }) => [account, ledgerClass, debit, credit]),
      [
        ["alice", null, "0.00", "5000.00"],
        ["bob", null, "0.00", "100.50"],
        ["bank", null, "23900.50", "0.00"],
        ["capital", "ownership-equity", "0.00", "20000.00"],
        ["rent", "expense", "1200.00", "0.00"],
      ],
    );
    assert.deepEqual([settled.debits, settled.credits], ["25100.50", "25100.50"]);
    assert.deepEqual(
      settled.types.find(({ type }) => type === "general-ledger"),
      { type: "general-ledger", debit: "1200.00", credit: "20000.00" },
    );
    const traded = trialBalance(house.books, house.instrument("USD"));
    assert.deepEqual([traded.basis, traded.debits, traded.credits], ["trade-date", "25100.50", "25100.50"]);
    assert.equal(traded.entries.find(({ account }) => account === "clearing")?.credit, "3000.00");
  });
});

describe("net worth", () => {
  test("is equity, revenue and expense, the firm's own cash and its securities at the market", () => {
    const house = new House();
    cash(house, "bank", "capital", "1000000");
    cash(house, "alice", "commission-revenue", "500");
    cash(house, "rent", "bank", "200");
    cash(house, "furniture", "bank", "7000");
    cash(house, "bank", "alice", "900");
    buy(house, "inventory", "100", "50");
    house.mark("XYZ", 52);
    move(house, "error", "alice", "1");
    assert.deepEqual(netWorth(house.books, house.instrument("USD")), {
      kind: "known",
      cash: 1_000_300_00 - 5_000_00,
      securities: 5_200_00 - 52_00,
      netWorth: 1_000_500_00 - 52_00,
    });
  });

  test("is unknown while a price or an exchange rate is, and says which", () => {
    const house = new House();
    cash(house, "bank", "capital", "100");
    cash(house, "bank", "capital", "3", "EUR");
    buy(house, "inventory", "100", "50");
    assert.deepEqual(netWorth(house.books, house.instrument("USD")), {
      kind: "missing-input",
      missing: ["the price of XYZ", "the value of EUR in USD"],
    });
  });
});
