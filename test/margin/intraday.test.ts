/** Intraday margin levels, deficits, their clocks and freezes, 4210(d)(2); day trading as it was, 4210(f)(8)(B). */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDollars } from "../../src/base/money.ts";
import { formatDay, parseDay } from "../../src/base/time.ts";
import { standardOn } from "../../src/margin/intraday/rules.ts";
import { cents, Desk, RULES } from "./transaction-desk.ts";

/** 200 at 100 against a debit of 10,000: a level of +5,000. */
function desk(day = "2026-11-20", rules = RULES): Desk {
  const made = new Desk(day, rules);
  made.list("X", "100");
  made.apply({ kind: "securities-moved", from: "box", to: "M", instrument: "X", quantity: "200", reason: "opening" });
  made.apply({ kind: "cash-moved", from: "M", to: "bank", currency: "USD", amount: "10000", reason: "adjustment" });
  made.state.begin();
  return made;
}

const standing = (of: Desk) => of.state.levels.of(of.account("M"), of.state.day);
const today = (of: Desk): string => formatDollars(standing(of).today);

test("which standard holds, by day and by the account's terms", () => {
  const on = (day: string, stated?: "intraday" | "pattern-day-trader") =>
    standardOn(RULES.intraday, parseDay(day), stated);
  assert.equal(on("2026-06-03", "intraday"), "pattern-day-trader");
  assert.equal(on("2026-06-04"), "intraday");
  assert.equal(on("2026-06-04", "pattern-day-trader"), "pattern-day-trader");
  assert.equal(on("2027-10-19", "pattern-day-trader"), "pattern-day-trader");
  assert.equal(on("2027-10-20", "pattern-day-trader"), "intraday");
});

test("prices alone make no deficit; under the running minimum they do once a transaction lowered the level", () => {
  const made = desk();
  made.mark("X", "60");
  made.state.priceMoved(made.account("M"));
  assert.equal(today(made), "0.00");
  made.mark("X", "100");
  made.trade("M", "buy", "X", 10, 100);
  made.mark("X", "60");
  made.state.priceMoved(made.account("M"));
  assert.equal(today(made), "0.00");
  const { intraday } = RULES;
  const strict = desk("2026-11-20", {
    ...RULES,
    intraday: { ...intraday, deficit: { ...intraday.deficit, policy: "running-minimum" } },
  });
  strict.mark("X", "60");
  strict.state.priceMoved(strict.account("M"));
  assert.equal(today(strict), "0.00");
  strict.mark("X", "100");
  strict.trade("M", "buy", "X", 10, 100);
  strict.mark("X", "60");
  strict.state.priceMoved(strict.account("M"));
  assert.equal(today(strict), "1550.00", "equity 1,600, maintenance 3,150");
});

test("a deficit is made where the level is below zero already, but not by what raises it", () => {
  const made = desk();
  made.mark("X", "60");
  made.trade("M", "sell", "X", 10, 60);
  assert.equal(today(made), "0.00");
  made.cash("M", -1);
  assert.equal(today(made), "851.00");
});

test("(a)(19): the deficit is the largest negative level of a lowering transaction, in any order of one instant", () => {
  const trades = fc.array(
    fc.record({ units: fc.integer({ min: -120, max: 150 }).filter((units) => units !== 0), joined: fc.boolean() }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(trades, (list) => {
      const made = desk();
      // The slow way: groups of one instant, lowering ones first. At 100 a unit held long needs 25, short 30.
      const need = (units: number): number => Math.abs(units) * (units > 0 ? 25 : 30);
      let [held, worst] = [200, 0];
      const groups: number[][] = [];
      for (const { units, joined } of list) {
        if (joined && groups.length > 0) groups[groups.length - 1].push(units);
        else groups.push([units]);
      }
      for (const [index, group] of groups.entries()) {
        const at = `2026-11-20T15:00:${String(index).padStart(2, "0")}Z`;
        let level = 10_000 - need(held);
        const changes = group.map((units) => {
          const change = need(held) - need(held + units);
          made.trade("M", units > 0 ? "buy" : "sell", "X", Math.abs(units), 100, at);
          held += units;
          return change;
        });
        for (const change of changes) if (change < 0) worst = Math.min(worst, (level += change));
      }
      assert.equal(today(made), (0 - worst || 0).toFixed(2));
    }),
    { seed: 19, numRuns: 60 },
  );
});

test("cure: net deposits or any other rise from the end of its day; what satisfies one satisfies no other", () => {
  const made = desk();
  made.trade("M", "buy", "X", 240, 100);
  made.next();
  const [deficit] = standing(made).deficits;
  assert.equal(formatDollars(deficit.amount), "1000.00");
  made.cash("M", 999);
  made.next();
  assert.equal(standing(made).deficits.length, 1);
  made.mark("X", "100.01");
  made.next();
  assert.equal(standing(made).deficits.length, 0, "999 and 3.30 of the price");
  const two = desk();
  two.trade("M", "buy", "X", 240, 100);
  two.next();
  two.trade("M", "buy", "X", 40, 100);
  two.next();
  assert.deepEqual(
    standing(two).deficits.map(({ amount }) => amount),
    [cents(1000), cents(2000)],
  );
  two.cash("M", 2000);
  two.next();
  assert.deepEqual(
    standing(two).deficits.map(({ amount }) => amount),
    [cents(2000)],
  );
  two.cash("M", 1000);
  two.next();
  assert.deepEqual(standing(two).deficits, []);
});

test("M40: the fifth and fifteenth business day, and the freeze of 90 calendar days after the fifth", () => {
  const { intraday } = RULES;
  const made = desk("2026-12-18", { ...RULES, intraday: { ...intraday, freeze: { ...intraday.freeze, practice: 1 } } });
  made.trade("M", "buy", "X", 300, 100);
  made.next();
  const [{ promptUntil, expires }] = standing(made).deficits;
  assert.deepEqual([formatDay(promptUntil), formatDay(expires)], ["2026-12-28", "2027-01-12"]);
  made.next(3);
  assert.equal(formatDay(made.state.day), "2026-12-24");
  assert.equal(standing(made).frozenUntil, undefined);
  made.next(2);
  const { frozenUntil } = standing(made);
  assert.equal(frozenUntil && formatDay(frozenUntil), "2027-03-28");
  made.next(9);
  assert.equal(formatDay(made.state.day), "2027-01-12");
  assert.equal(standing(made).deficits.length, 1);
  made.next();
  assert.equal(standing(made).deficits.length, 0);
  assert.notEqual(standing(made).frozenUntil, undefined, "expiry is no safe harbour");
});

test("a freeze ends when the deficit behind it is satisfied, and needs a practice", () => {
  const { intraday } = RULES;
  const once = desk();
  once.trade("M", "buy", "X", 300, 100);
  once.next(7);
  assert.equal(standing(once).frozenUntil, undefined);
  const made = desk("2026-11-20", { ...RULES, intraday: { ...intraday, freeze: { ...intraday.freeze, practice: 1 } } });
  made.trade("M", "buy", "X", 300, 100);
  made.next(7);
  assert.notEqual(standing(made).frozenUntil, undefined);
  made.cash("M", 2500);
  made.next();
  assert.equal(standing(made).frozenUntil, undefined);
});

function pattern(): Desk {
  const made = desk("2026-05-18");
  made.next();
  return made;
}

const trader = (of: Desk) =>
  of.state.dayTrades.of(of.account("M"), of.state.day, of.rules.intraday.dayTrading, of.books.calendar);

test("(f)(8)(B): what a day trade is", () => {
  const made = pattern();
  made.trade("M", "sell", "X", 50, 100);
  assert.equal(trader(made).dayTrades, 0, "held overnight, sold before anything was bought");
  made.trade("M", "buy", "X", 50, 100);
  made.trade("M", "buy", "X", 50, 100);
  made.trade("M", "sell", "X", 30, 100);
  made.trade("M", "sell", "X", 70, 100);
  assert.equal(trader(made).dayTrades, 1, "many trades, one change from opening to closing");
  made.trade("M", "buy", "X", 10, 100);
  made.trade("M", "sell", "X", 10, 100);
  assert.equal(trader(made).dayTrades, 2);
});

test("(f)(8)(B): four in five business days, unless 6% or less; $25,000; four times the excess; the special call", () => {
  const made = pattern();
  for (let count = 1; count <= 4; count++) {
    assert.equal(trader(made).isPattern, false);
    made.trade("M", "buy", "X", 10, 100);
    made.trade("M", "sell", "X", 10, 100);
    if (count === 2) made.next();
  }
  assert.deepEqual([trader(made).isPattern, trader(made).mayDayTrade], [true, false]);
  assert.equal(formatDollars(trader(made).buyingPower ?? cents(-1)), "20000.00");
  made.next();
  made.trade("M", "buy", "X", 300, 100);
  made.trade("M", "sell", "X", 300, 100);
  made.next();
  assert.deepEqual(
    trader(made).calls.map(({ due, amount }) => [formatDay(due), amount]),
    [["2026-05-29", cents(2500)]],
  );
  made.cash("M", 1000);
  assert.equal(formatDollars(trader(made).held), "1000.00");
  made.next(6);
  const { restrictedUntil, buyingPower, held } = trader(made);
  assert.equal(restrictedUntil && formatDay(restrictedUntil), "2026-08-27");
  assert.equal(formatDollars(buyingPower ?? cents(-1)), "6000.00");
  assert.equal(held, 0);
  const few = pattern();
  for (let count = 0; count < 70; count++) few.trade("M", "buy", "X", 1, 100);
  few.next();
  for (let count = 0; count < 4; count++) {
    few.trade("M", "buy", "X", 1, 100);
    few.trade("M", "sell", "X", 1, 100);
  }
  assert.deepEqual([trader(few).dayTrades, trader(few).isPattern], [4, false]);
});

test("an execution of today that is taken back is no day trade, whatever came after it", () => {
  const trade = fc.record({
    name: fc.constantFrom("A", "B"),
    isSale: fc.boolean(),
    hundreds: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(trade, { minLength: 1, maxLength: 14 }), fc.nat(), (trades, pick) => {
      const removed = pick % trades.length;
      const played = (without: boolean): object => {
        const made = pattern();
        for (const name of ["A", "B"]) made.list(name, "100");
        const executed = trades.map(({ name, isSale, hundreds }, index) => {
          if (without && index === removed) return undefined;
          made.trade("M", isSale ? "sell" : "buy", name, hundreds * 100 + index, 100);
          return made.executed;
        });
        if (!without) made.bust(executed[removed]);
        const { dayTrading } = made.rules.intraday;
        const standing = made.state.dayTrades.of(made.account("M"), made.state.day, dayTrading, made.books.calendar);
        return { standing, asked: made.close()?.dayTrading };
      };
      assert.deepEqual(played(false), played(true));
    }),
    { seed: 9, numRuns: 60 },
  );
});
