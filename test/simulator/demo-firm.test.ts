import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseDecimal } from "../../src/base/decimal.ts";
import { parseInstant } from "../../src/base/time.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { FactEncoder } from "../../src/facts/codec.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { parseFact } from "../../src/facts/parse.ts";
import { RecordWriter } from "../../src/facts/records.ts";
import { demoDay } from "../../src/simulator/demo-day.ts";
import { demoFirm } from "../../src/simulator/demo-firm.ts";
import { HOUSE_ACCOUNTS } from "../../src/simulator/house-accounts.ts";
import { marketDay } from "../../src/simulator/market-day.ts";
import { crashDay, smallFirm } from "./small.ts";

/** Balances by account and asset, in cents and shares: the giver's falls, the taker's rises. */
class Balances {
  readonly #balances = new Map<string, Map<string, number>>();

  of(account: string, asset: string): number {
    return this.#balances.get(account)?.get(asset) ?? 0;
  }

  entries(): [account: string, asset: string, balance: number][] {
    return [...this.#balances].flatMap(([account, assets]) =>
      [...assets].map(([asset, balance]): [string, string, number] => [account, asset, balance]),
    );
  }

  #move(asset: string, from: string, to: string, units: number): void {
    for (const [account, change] of [
      [from, -units],
      [to, units],
    ] as const) {
      const assets = this.#balances.get(account) ?? new Map<string, number>();
      this.#balances.set(account, assets);
      assets.set(asset, (assets.get(asset) ?? 0) + change);
    }
  }

  post(fact: Fact): void {
    const cents = (text: string) => parseDecimal(text, 2);
    if (fact.kind === "cash-moved") this.#move(fact.currency, fact.from, fact.to, cents(fact.amount));
    if (fact.kind === "securities-moved") this.#move(fact.instrument, fact.from, fact.to, Number(fact.quantity));
    if (fact.kind === "general-ledger-balance") {
      const stated = cents(fact.amount) * (fact.side === "debit" ? -1 : 1);
      this.#move(fact.currency, fact.contra, fact.account, stated - this.of(fact.account, fact.currency));
    }
    if (fact.kind === "stock-borrowed") {
      this.#move(fact.instrument, fact.place, fact.lender, Number(fact.quantity));
      this.#move(fact.currency, fact.lender, fact.cashPlace, cents(fact.cash));
    }
    if (fact.kind === "stock-loaned") {
      this.#move(fact.instrument, fact.borrower, fact.place, Number(fact.quantity));
      this.#move(fact.currency, fact.cashPlace, fact.borrower, cents(fact.cash));
    }
  }
}

test("the whole firm: twenty thousand accounts, two hundred thousand positions, no two facts at one instant", () => {
  const firm = demoFirm({ market: crashDay });
  const kinds = new Map<string, number>();
  let [previous, positions] = ["", 0];
  for (const fact of firm.openingFacts()) {
    assert.ok(fact.at > previous);
    previous = fact.at;
    kinds.set(fact.kind, (kinds.get(fact.kind) ?? 0) + 1);
    if (fact.kind === "securities-moved" && (fact.to.startsWith("C1") || fact.from.startsWith("C1"))) positions++;
  }
  assert.equal(positions, 200_000);
  assert.equal(kinds.get("account-opened"), 20_000 + Object.keys(HOUSE_ACCOUNTS).length);
  assert.equal(kinds.get("instrument-listed"), 1 + crashDay.instruments.length);
  assert.ok(previous < "2015-08-24");
});

test("every opening fact is a valid fact, and the same seed gives the same facts", () => {
  const again = demoFirm({ market: crashDay, accounts: 400, positions: 4000, seed: 7 }).openingFacts();
  for (const fact of smallFirm.openingFacts()) {
    parseFact(fact);
    assert.deepEqual(again.next().value, fact);
  }
  assert.equal(again.next().done, true);
  const other = demoFirm({ market: crashDay, accounts: 400, positions: 4000, seed: 8 });
  assert.notDeepEqual(other.customers.cash, smallFirm.customers.cash);
});

test("every asset sums to zero, no place holds less than nothing, and the bank has cash", () => {
  const balances = new Balances();
  for (const fact of smallFirm.openingFacts()) balances.post(fact);
  const sums = new Map<string, number>();
  for (const [account, asset, balance] of balances.entries()) {
    sums.set(asset, (sums.get(asset) ?? 0) + balance);
    const isPlace =
      account.startsWith("depository-") || account.startsWith("pledged-") || account === "borrower-summit";
    if (isPlace && asset !== "USD")
      assert.ok(balance <= 0, `${account} has given out ${balance} ${asset} that it never had`);
  }
  for (const [asset, sum] of sums) assert.equal(sum, 0, asset);
  assert.ok(balances.of("bank-operating", "USD") <= -smallFirm.house.requirement);
  assert.equal(balances.of("nscc", "USD"), 0);
});

test("more positions than the accounts can hold are refused", () => {
  assert.throws(() => demoFirm({ market: crashDay, accounts: 1, positions: 100_000 }), {
    code: "bad-value",
    message: /positions = 100000/,
  });
});

/** The firm's state, and how facts come to it. */
function running(): { readonly state: FirmState; readonly apply: (fact: Fact) => void } {
  const state = new FirmState();
  const encoder = new FactEncoder(state.books.names);
  const writer = new RecordWriter();
  const apply = (fact: Fact): void => {
    writer.reset();
    encoder.encode(fact, writer);
    state.applyBytes(writer.bytes);
  };
  return { state, apply };
}

test("the books take every fact of the tape day up to ten", () => {
  const firm = demoFirm({ market: marketDay("2013-10-08"), accounts: 300, positions: 700 });
  const { state, apply } = running();
  for (const fact of firm.openingFacts()) apply(fact);
  const day = demoDay({ firm });
  const tenOClock = day.indexAfter(parseInstant("2013-10-08T14:00:00Z"));
  for (let index = 0; index < tenOClock; index++) apply(day.fact(index));
  assert.deepEqual(state.refusals.kept, []);
  assert.deepEqual(state.books.ledger.verifyConservation(), []);
});

test("net capital starts clear of every warning, and the crash open takes it through the first tier but not under", () => {
  const firm = demoFirm({ market: crashDay, accounts: 800, positions: 6000, rulebooks: [demoRulebook()] });
  const { state, apply } = running();
  for (const fact of firm.openingFacts()) apply(fact);
  const ratio = () => {
    const { unknown, netCapitalCents, requirementCents } = state.netCapital.figures;
    assert.equal(unknown, false);
    return netCapitalCents / requirementCents;
  };
  assert.ok(Math.abs(ratio() - 2.75) < 0.01, `${ratio()} at the close before`);
  let lowest = ratio();
  const day = demoDay({ firm });
  const tenOClock = day.indexAfter(parseInstant("2015-08-24T14:00:00Z"));
  for (let index = 0; index < tenOClock; index++) {
    const fact = day.fact(index);
    apply(fact);
    if (index % 50 === 0) lowest = Math.min(lowest, ratio());
  }
  assert.deepEqual(state.refusals.kept, []);
  assert.deepEqual(state.books.ledger.verifyConservation(), []);
  assert.ok(lowest > 1 && lowest < 1.2, `${lowest} at the worst`);
  assert.ok(ratio() > 1.4, `${ratio()} at ten o'clock`);
});

function demoRulebook() {
  const shipped = readFileSync(join(import.meta.dirname, "../../rulebooks/net-capital.yaml"), "utf8");
  const document = shipped
    .replace("method: aggregate-indebtedness", "method: alternative")
    .replace(/^version: .*$/m, 'version: "demo"')
    .replace(/^effective: .*$/m, 'effective: "2010-01-01"');
  return {
    rulebook: "net-capital",
    version: "demo",
    effective: "2010-01-01",
    document,
    approvedBy: "first officer",
    secondApproval: "second officer",
  };
}
