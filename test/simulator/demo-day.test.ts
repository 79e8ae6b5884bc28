import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { parseInstant } from "../../src/base/time.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { parseFact } from "../../src/facts/parse.ts";
import { CASH } from "../../src/simulator/customer-book.ts";
import { type DemoDay, demoDay } from "../../src/simulator/demo-day.ts";
import { demoFirm } from "../../src/simulator/demo-firm.ts";
import { BUY, HOUSE, orderFlow } from "../../src/simulator/order-flow.ts";
import { FLOW } from "../../src/simulator/sizing.ts";
import { smallFirm } from "./small.ts";

const day = demoDay({ firm: smallFirm, seed: 7 });
const all: readonly Fact[] = [...day.facts()];

/** A hash of the facts from a number on: of all, or of every so many. */
function hash(facts: DemoDay, from = 0, step = 1): string {
  const digest = createHash("sha256");
  for (let index = from; index < facts.size; index += step) digest.update(JSON.stringify(facts.fact(index)));
  return digest.digest("hex");
}

test("the same seed gives the same day, another seed another", () => {
  assert.equal(hash(demoDay({ firm: smallFirm, seed: 7 }), 0, 11), hash(day, 0, 11));
  assert.notEqual(hash(demoDay({ firm: smallFirm, seed: 8 }), 0, 11), hash(day, 0, 11));
});

test("facts are valid, rise in time, and their instants find them again", () => {
  let previous = "";
  let index = 0;
  for (const fact of all) {
    if (index % 7 === 0) parseFact(fact);
    assert.ok(fact.at > previous);
    previous = fact.at;
    if (index % 1001 === 0) {
      const at = parseInstant(fact.at);
      assert.equal(day.at(index), at);
      assert.equal(day.indexAfter(at), index + 1);
    }
    index++;
  }
  assert.equal(index, day.size);
});

test("a day that is resumed after an instant is the tail of the whole", () => {
  for (const instant of ["2015-08-24T00:00:00.000000Z", "2015-08-24T13:42:11.500000Z", "2015-08-25T00:00:00.000000Z"]) {
    const from = day.indexAfter(parseInstant(instant));
    const tail = [...day.facts(from)];
    assert.equal(tail.length, all.filter(({ at }) => at > instant).length);
    for (let index = 0; index < tail.length; index += 100) assert.deepEqual(tail[index], all[from + index]);
  }
});

test("the firm's day opens, the market opens and closes, and the clock passes every minute", () => {
  const timetable = all.filter(({ kind }) => kind.startsWith("business-day") || kind === "market-phase");
  assert.deepEqual(
    timetable.map((fact) => [fact.at.slice(11, 19), fact.kind === "market-phase" ? fact.phase : fact.kind]),
    [
      ["13:15:00", "business-day-opened"],
      ["13:18:00", "pre-open"],
      ["13:30:00", "open"],
      ["20:00:06", "closed"],
      ["20:15:00", "business-day-closed"],
    ],
  );
  const minutes = all.filter(({ kind }) => kind === "time-passed");
  assert.equal(minutes.length, 7 * 60);
});

test("customers trade at the price that stands, inside the day's range, and only what they have", () => {
  const { customers, market, accountName } = smallFirm;
  const cash = new Map<string, number>();
  const held = new Map<string, number>();
  for (let account = 0; account < customers.accounts; account++) {
    cash.set(accountName(account), customers.cash[account]);
    for (let position = customers.first[account]; position < customers.first[account + 1]; position++) {
      held.set(
        `${accountName(account)} ${market.instruments[customers.instrument[position]].id}`,
        customers.shares[position],
      );
    }
  }
  const cashAccounts = new Set(
    Array.from(customers.type, (type, account) => (type === CASH ? accountName(account) : "")),
  );
  const prices = new Map<string, string>();
  const change = (account: string, cents: number): void => {
    const left = (cash.get(account) ?? 0) + cents;
    cash.set(account, left);
    if (cashAccounts.has(account)) assert.ok(left >= 0, `${account} has spent ${-left} cents too much`);
  };
  let trades = 0;
  for (const fact of all) {
    if (fact.kind === "market-trade" || fact.kind === "mark") prices.set(fact.instrument, fact.price);
    if (fact.kind === "cash-moved" && fact.reason === "deposit") change(fact.to, Number(fact.amount) * 100);
    if (fact.kind === "cash-moved" && fact.reason === "withdrawal")
      change(fact.from, Math.round(Number(fact.amount) * -100));
    if (fact.kind !== "trade-executed") continue;
    assert.equal(fact.price, prices.get(fact.instrument), fact.execution);
    if (fact.account === "market-making") continue;
    trades++;
    const key = `${fact.account} ${fact.instrument}`;
    const shares = Number(fact.quantity) * (fact.side === "buy" ? 1 : -1);
    const before = held.get(key) ?? 0;
    held.set(key, before + shares);
    if (fact.side === "sell")
      assert.ok(before + shares >= 0, `${key} sold ${-before - shares} shares that it did not have`);
    const charges = Math.round((Number(fact.commission ?? 0) + Number(fact.fees ?? 0)) * 100);
    change(fact.account, -Math.round(shares * Number(fact.price) * 100) - charges);
  }
  assert.ok(trades > customers.accounts * FLOW.tradesPerAccount * 0.9, `${trades} trades`);
});

test("the firm's side of a trade mirrors the customer's", () => {
  const trades = all.filter((fact) => fact.kind === "trade-executed");
  let mirrored = 0;
  for (const [index, fact] of trades.entries()) {
    if (fact.account !== "market-making") continue;
    const customer = trades
      .slice(Math.max(0, index - 3), index)
      .find(({ capacity, instrument }) => capacity === "principal" && instrument === fact.instrument);
    assert.ok(customer !== undefined);
    assert.deepEqual(
      [fact.quantity, fact.price, fact.side === "buy"],
      [customer.quantity, customer.price, customer.side !== "buy"],
    );
    mirrored++;
  }
  assert.ok(mirrored > 30, `${mirrored} trades`);
});

test("more customers sell when the market is down most", () => {
  const firm = demoFirm({ market: smallFirm.market, accounts: 4000, positions: 20_000 });
  const { columns, size } = orderFlow(firm, 1).trades;
  const sellers = (from: string, to: string) => {
    const [start, end] = [parseInstant(from), parseInstant(to)];
    const rows = Array.from({ length: size }, (_, row) => row).filter(
      (row) => columns.account[row] !== HOUSE && columns.at[row] >= start && columns.at[row] < end,
    );
    return rows.filter((row) => columns.side[row] !== BUY).length / rows.length;
  };
  assert.ok(
    sellers("2015-08-24T13:36:00Z", "2015-08-24T13:48:00Z") >
      sellers("2015-08-24T16:00:00Z", "2015-08-24T17:30:00Z") + 0.03,
  );
});
