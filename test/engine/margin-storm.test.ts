/**
 * A fall that calls very many accounts at once: no fact waits for all of them. The facts that follow go on, a restored state
 * does so too, and in the end everybody is called, looked at and proposed for.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SectionReader } from "../../src/base/state.ts";
import { formatInstant, type Instant, parseInstant } from "../../src/base/time.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { activation } from "../margin-rulebook.ts";

const ACCOUNTS = 90;
const MINUTE = 60_000_000;

class Storm {
  state = new FirmState();
  #at: number = parseInstant("2026-11-20T14:00:00Z");

  constructor() {
    this.apply({ kind: "instrument-listed", instrument: "USD", currency: "USD", type: "currency" });
    this.apply({ kind: "instrument-listed", instrument: "S", currency: "USD", type: "equity", listing: "XNYS" });
    for (const [account, type] of [
      ["market", "clearing"],
      ["bank", "bank"],
    ])
      this.apply({ kind: "account-opened", account, type });
    for (let index = 0; index < ACCOUNTS; index++) {
      const account = `A${index}`;
      this.apply({ kind: "account-opened", account, type: "customer-margin" });
      this.apply({
        kind: "cash-moved",
        from: "bank",
        to: account,
        currency: "USD",
        amount: "60000",
        reason: "deposit",
      });
      this.apply({
        kind: "trade-executed",
        execution: `X${index}`,
        account,
        contra: "market",
        instrument: "S",
        side: "buy",
        quantity: "2000",
        price: "50",
        tradeDay: "2026-11-20",
      });
    }
    this.apply(activation());
    this.apply({ kind: "business-day-opened", day: "2026-11-20" });
    this.price("50");
  }

  apply(fact: object): void {
    this.#at += 1000;
    applyHypothetical(this.state, [{ at: formatInstant(this.#at as Instant), ...fact } as Fact]);
  }

  price(price: string): void {
    this.apply({ kind: "mark", instrument: "S", price, basis: "manual" });
  }

  pass(micros: number): void {
    this.#at += micros;
  }

  to(time: string): void {
    this.#at = parseInstant(time);
  }

  get called(): number {
    return this.state.margin.ladder.openCalls().length;
  }

  /** The same state in another one, as a restart makes it. */
  restored(): FirmState {
    const copy = new FirmState();
    copy.restore(new SectionReader(this.state.sections()));
    return copy;
  }

  /** Says the price until nothing is due any more; gives the most that one fact did. */
  settleAt(price: string, count: () => number): number {
    const { ladder } = this.state.margin;
    let most = 0;
    do {
      const before = count();
      this.price(price);
      most = Math.max(most, Math.abs(count() - before));
    } while (ladder.isDue(this.#at));
    return most;
  }
}

test("ninety accounts fall under their requirement at once: they are called by the facts that follow, some at a time", () => {
  const storm = new Storm();
  storm.price("26");
  assert.equal(storm.called, 0);
  storm.pass(60 * MINUTE);
  const most = storm.settleAt("26", () => storm.called);
  assert.equal(storm.called, ACCOUNTS);
  assert.ok(most > 0 && most <= 20, `${most} calls by one fact`);
});

test("a state that was restored in the midst of it goes on as the one that was not", () => {
  const storm = new Storm();
  storm.price("26");
  storm.pass(60 * MINUTE);
  storm.price("26");
  assert.ok(storm.called > 0 && storm.called < ACCOUNTS);
  const copy = storm.restored();
  storm.settleAt("26", () => storm.called);
  const { state } = storm;
  storm.state = copy;
  storm.pass(-1000 * (state.seq - copy.seq));
  storm.settleAt("26", () => storm.called);
  assert.equal(copy.hash(), state.hash());
});

test("at the times of day all calls are held against prices; what touches an account first is seen at once", () => {
  const storm = new Storm();
  storm.price("26");
  storm.pass(60 * MINUTE);
  storm.settleAt("26", () => storm.called);
  storm.price("21");
  const { calls } = storm.state.margin.ladder;
  const deepened = () => calls.standing().filter(({ deficiency }) => deficiency > 500_000).length;
  assert.equal(deepened(), 0);
  storm.to("2026-11-20T17:00:01Z");
  storm.apply({ kind: "cash-moved", from: "bank", to: "A89", currency: "USD", amount: "1", reason: "deposit" });
  const last = storm.state.books.accounts.findText("A89");
  assert.equal(calls.find(last, "maintenance")?.deficiency, 850_000 - 100);
  assert.ok(deepened() < ACCOUNTS);
  const most = storm.settleAt("21", deepened);
  assert.equal(deepened(), ACCOUNTS);
  assert.ok(most <= 20, `${most} looked at by one fact`);
});

test("in deficit, positions of all are proposed to be closed, a few by each fact", () => {
  const storm = new Storm();
  storm.price("15");
  const proposed = () => storm.state.margin.ladder.liquidations.list().length;
  const most = storm.settleAt("15", proposed);
  assert.equal(proposed(), ACCOUNTS);
  assert.ok(most <= 10, `${most} proposals by one fact`);
});
