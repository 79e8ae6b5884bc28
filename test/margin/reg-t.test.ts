/** Regulation T as transactions come: the SMA against a slow model, what a day asks for, payment periods, withdrawals. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Line } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { formatDay, parseDay } from "../../src/base/time.ts";
import { holdingsOf, marginAccountOf } from "../../src/margin/account.ts";
import { groupRequirement } from "../../src/margin/computation.ts";
import { groupsOf } from "../../src/margin/group.ts";
import { paymentDue } from "../../src/margin/reg-t/calls.ts";
import { regTInitial } from "../../src/margin/reg-t/initial.ts";
import { cents, Desk, RULES } from "./transaction-desk.ts";

function initialLines(desk: Desk): readonly Line[] {
  const account = marginAccountOf(desk.books, desk.account("M"));
  assert.ok(account !== undefined);
  const context = { books: desk.books, rules: desk.rules, account, asOf: desk.state.day };
  const { lines, troubles } = regTInitial(
    groupsOf(desk.books, holdingsOf(desk.books, account)),
    context,
    groupRequirement,
  );
  assert.deepEqual(
    troubles.map(({ message }) => message),
    [],
  );
  return lines;
}

/** By what follows `margin/M/reg-t/` in its code, each line's paragraph and amount. */
function initial(desk: Desk): Record<string, string> {
  return Object.fromEntries(
    initialLines(desk).map(({ code, paragraph, amount }) => [code.slice(15), `${paragraph} ${formatDollars(amount)}`]),
  );
}

test("220.12: initial requirements by kind, beyond what equity deducts", () => {
  const desk = new Desk();
  desk.list("STOCK", "10");
  desk.list("LEVERED", "10", { type: "etf", leverage: "3" });
  desk.list("PINK", "10", { notMarginable: true });
  desk.list("MUNI", "100", { type: "municipal", maturity: "2030-01-01" });
  const debt = { type: "corporate", maturity: "2030-01-01" };
  desk.list("NOTE", "100", debt);
  desk.list("CONVERTING", "100", { ...debt, convertsInto: "ELSEWHERE", conversionUnits: "0.02" });
  desk.list("SHORTED", "10");
  const bonds = ["MUNI", "NOTE", "CONVERTING"];
  for (const name of ["STOCK", "LEVERED", "PINK", ...bonds])
    desk.trade("M", "buy", name, 100, bonds.includes(name) ? 100 : 10);
  desk.trade("M", "sell-short", "SHORTED", 100, 10);
  assert.deepEqual(initial(desk), {
    STOCK: "220.12(a) 500.00",
    LEVERED: "220.12(a) 750.00",
    PINK: "220.12(e) 1000.00",
    NOTE: "220.12(b) 20.00",
    CONVERTING: "220.12(a) 50.00",
    MUNI: "220.12(b) 7.00",
    SHORTED: "220.12(c)(1) 500.00",
  });
});

test("security futures are outside the Supplement: 17 CFR 242.403, long and short", () => {
  for (const [from, to] of [
    ["box", "M"],
    ["M", "box"],
  ]) {
    const desk = new Desk();
    desk.list("STOCK", "50");
    desk.list("FUTURE", "50", { type: "future", underlying: "STOCK", maturity: "2026-12-18", multiplier: "100" });
    desk.apply({ kind: "securities-moved", from, to, instrument: "FUTURE", quantity: "10", reason: "transfer" });
    assert.deepEqual(initial(desk), { FUTURE: "4210(c)(5) 10000.00" });
  }
});

test("220.12(c)(2) and 220.4(b)(2): a short sale against what converts into it, and against the box", () => {
  const desk = new Desk();
  desk.list("STOCK", "50");
  desk.list("BOND", "1000", {
    type: "convertible",
    principal: "1000",
    convertsInto: "STOCK",
    conversionUnits: "20",
    convertibleFrom: "2027-02-18",
  });
  desk.trade("M", "buy", "BOND", 4, 1000);
  desk.trade("M", "sell-short", "STOCK", 100, 50);
  assert.deepEqual(initial(desk), {
    BOND: "220.12(a) 2000.00",
    "STOCK/hedged": "220.12(c)(2) 0.00",
    STOCK: "220.12(c)(1) 500.00",
  });
  const later = new Desk();
  later.list("STOCK", "50");
  later.list("BOND", "1000", {
    type: "convertible",
    principal: "1000",
    convertsInto: "STOCK",
    conversionUnits: "20",
    convertibleFrom: "2027-02-19",
  });
  later.trade("M", "buy", "BOND", 4, 1000);
  later.trade("M", "sell-short", "STOCK", 100, 50);
  assert.equal(initial(later)["STOCK"], "220.12(c)(1) 2500.00");
});

test("220.12(c)(2): a short sale against warrants, for which only money is to be paid", () => {
  const requires = (terms: object): string => {
    const desk = new Desk();
    desk.list("STOCK", "50");
    desk.list("WARRANT", "12", { type: "warrant", underlying: "STOCK", strike: "40", ...terms });
    desk.trade("M", "buy", "WARRANT", 60, 12);
    desk.trade("M", "sell-short", "STOCK", 100, 50);
    const { WARRANT, ...stock } = initial(desk);
    assert.equal(WARRANT, "220.12(a) 360.00");
    // What the short sale entered is what it requires: its own group is not plain.
    assert.equal(-360 - Number(stock["STOCK"].split(" ")[1]), Number(desk.sma()));
    return stock["STOCK"];
  };
  assert.equal(requires({}), "220.12(c)(1) 1000.00");
  assert.equal(requires({ conversionUnits: "0.5" }), "220.12(c)(1) 1750.00");
  assert.equal(requires({ convertibleFrom: "2027-02-18" }), "220.12(c)(1) 1000.00");
  assert.equal(requires({ convertibleFrom: "2027-02-19" }), "220.12(c)(1) 2500.00");
});

test("220.12(c)(2): what short calls may have to deliver is not there for a short sale", () => {
  const requires = (calls: number): string => {
    const desk = new Desk();
    desk.list("STOCK", "50");
    desk.list("WARRANT", "12", { type: "warrant", underlying: "STOCK", strike: "40" });
    const terms = { type: "option", listing: "XCBO", right: "call", strike: "55", maturity: "2026-12-18" };
    desk.list("CALL", "1", { ...terms, underlying: "STOCK" });
    desk.trade("M", "buy", "WARRANT", 150, 12);
    desk.trade("M", "sell-short", "STOCK", 100, 50);
    if (calls > 0) desk.trade("M", "sell-short", "CALL", calls, 1);
    return initial(desk)["STOCK"] ?? "all of it hedged";
  };
  assert.equal(requires(0), "all of it hedged");
  assert.equal(requires(1), "220.12(c)(1) 1250.00");
  assert.equal(requires(2), "220.12(c)(1) 2500.00");
});

test("220.4(b)(2): what is held long and short to the unit is one line of its own", () => {
  const desk = new Desk();
  desk.apply({ kind: "account-opened", account: "M-SHORT", type: "customer-margin" });
  desk.apply({ kind: "margin-terms-stated", account: "M-SHORT", marginedWith: "M" });
  desk.list("STOCK", "50");
  desk.trade("M", "buy", "STOCK", 100, 50);
  desk.trade("M-SHORT", "sell-short", "STOCK", 100, 50);
  assert.deepEqual(
    initialLines(desk).map(({ label, paragraph, amount }) => [label, paragraph, amount]),
    [["Long and short: STOCK", "220.4(b)(2)", 0]],
  );
});

test("220.2: the payment period is T+3 under T+1, T+4 under T+2, T+5 under T+3", () => {
  const { calendar } = new Desk().books;
  const due = (day: string) => formatDay(paymentDue(calendar, parseDay(day), RULES.regT.paymentPeriod));
  assert.equal(due("2026-12-23"), "2026-12-29");
  assert.equal(due("2024-05-28"), "2024-05-31");
  assert.equal(due("2024-05-20"), "2024-05-24");
  assert.equal(due("2017-08-21"), "2017-08-28");
});

type Step =
  | { readonly do: "trade"; readonly units: number; readonly price: number }
  | {
      readonly do: "cash";
      readonly dollars: number;
      readonly reason: "deposit" | "withdrawal" | "dividend" | "interest";
    }
  | { readonly do: "mark"; readonly price: number }
  | { readonly do: "day" };

const price = fc.integer({ min: 10, max: 60 }).map((half) => half * 2);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("trade" as const),
        units: fc.integer({ min: -300, max: 300 }).filter((units) => units !== 0),
        price,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("cash" as const),
        dollars: fc.integer({ min: 1, max: 9000 }),
        reason: fc.constantFrom("deposit", "withdrawal", "dividend", "interest"),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("mark" as const), price }) },
    { weight: 3, arbitrary: fc.constant({ do: "day" as const }) },
  ),
  { minLength: 1, maxLength: 25 },
);

/** The slow and obvious way, in dollars: one stock, half of everything. */
function model(history: readonly Step[]): { sma: number; calls: number[] } {
  let [held, cash, mark, sma, disregarded, bought, isShort] = [0, 0, 60, 0, 0, 0, false];
  let calls: { amount: number; deficiency: number; remaining: number }[] = [];
  const credit = (amount: number): void => {
    sma += amount;
    for (const call of calls) {
      const met = Math.min(Math.max(amount, 0), call.remaining);
      call.remaining -= met;
      amount -= met;
    }
    calls = calls.filter(({ remaining }) => remaining > 0);
  };
  for (const step of history) {
    if (step.do === "mark") mark = step.price;
    else if (step.do === "cash") {
      const sign = step.reason === "deposit" || step.reason === "dividend" ? 1 : -1;
      cash += sign * step.dollars;
      if (step.reason !== "interest") credit(sign * step.dollars);
    } else if (step.do === "trade") {
      const after = held + step.units;
      // Half of what the position grows by is taken, half of what it shrinks by is given, at the price of the trade.
      credit((-(Math.abs(after) - Math.abs(held)) * step.price) / 2);
      if (step.units > 0 && after > 0) bought += step.units * step.price;
      if (step.units < 0 && after < 0) isShort = true;
      held = after;
      cash -= step.units * step.price;
    } else {
      const equity = cash + held * mark;
      sma = Math.max(sma, equity - Math.abs(held * mark) / 2);
      const owedOf = (call: (typeof calls)[number]) => Math.min(call.remaining, call.deficiency);
      const total = (of: (call: (typeof calls)[number]) => number) => calls.reduce((all, call) => all + of(call), 0);
      const deficiency = Math.max(0, -sma);
      const forEquity = calls.some((call) => call.remaining > owedOf(call));
      let excess = total((call) => call.remaining) - Math.max(deficiency, forEquity ? Math.max(0, 2000 - equity) : 0);
      for (const call of calls) {
        const met = Math.max(0, Math.min(excess, call.remaining));
        call.remaining -= met;
        excess -= met;
      }
      calls = calls.filter(({ remaining }) => remaining > 0);
      disregarded = Math.min(disregarded, Math.max(0, deficiency - total(owedOf)));
      let made = Math.max(0, deficiency - total(owedOf) - disregarded);
      if (made <= 1000) {
        disregarded += made;
        made = 0;
      }
      const lacking = Math.max(0, 2000 - equity);
      const owed = Math.max(0, Math.max(0, held * mark) - equity);
      const least = isShort ? lacking : Math.min(lacking, bought, owed);
      const amount = Math.max(made, Math.max(0, least - total((call) => call.remaining)));
      if (amount > 0) calls.push({ amount, deficiency: made, remaining: amount });
      bought = 0;
      isShort = false;
    }
  }
  return { sma, calls: calls.map(({ remaining }) => remaining) };
}

function run(desk: Desk, step: Step): void {
  if (step.do === "mark") desk.mark("X", step.price);
  else if (step.do === "day") desk.next();
  else if (step.do === "cash")
    desk.cash("M", step.reason === "deposit" || step.reason === "dividend" ? step.dollars : -step.dollars, step.reason);
  else desk.trade("M", step.units > 0 ? "buy" : "sell", "X", Math.abs(step.units), step.price);
}

test("SMA and calls are what the slow model says, after every step; replayed and restored they are the same", () => {
  fc.assert(
    fc.property(steps, fc.nat(), (history, cut) => {
      const desk = new Desk();
      desk.list("X", "60");
      for (const [index, step] of history.entries()) {
        run(desk, step);
        const { sma, calls } = model(history.slice(0, index + 1));
        assert.equal(desk.sma(), sma.toFixed(2));
        assert.deepEqual(
          desk.asked().map(([, , remaining]) => Number(remaining)),
          calls,
        );
      }
      assert.equal(desk.replay(cut % desk.facts.length), desk.hash());
    }),
    { seed: 4210, numRuns: 60 },
  );
});

test("220.5: a falling price never lowers the SMA and asks for nothing", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 60 }), (history, fall) => {
      const desk = new Desk();
      desk.list("X", "60");
      for (const step of history) run(desk, step);
      desk.next();
      const [sma, asked] = [
        Number(desk.sma()),
        desk.asked().reduce((all, [, , remaining]) => all + Number(remaining), 0),
      ];
      const held = desk.books.ledger.balance(desk.account("M"), desk.instrument("X"));
      desk.mark("X", held >= 0 ? 20 - (fall % 20) : 120 + fall);
      desk.next();
      assert.ok(Number(desk.sma()) >= sma);
      assert.ok(desk.asked().reduce((all, [, , remaining]) => all + Number(remaining), 0) <= asked);
    }),
    { seed: 220, numRuns: 40 },
  );
});

test("a transaction that cannot be valued leaves the SMA unknown until it is stated", () => {
  const desk = new Desk();
  desk.apply({ kind: "instrument-listed", instrument: "NEW", type: "equity", currency: "USD", listing: "XNYS" });
  desk.apply({
    kind: "securities-moved",
    from: "box",
    to: "M",
    instrument: "NEW",
    quantity: "10",
    cost: "100",
    reason: "receive",
  });
  assert.equal(desk.sma(), "unknown");
  assert.equal(desk.withdraw({ kind: "cash", amount: cents(1) }).troubles.length, 1);
  desk.mark("NEW", "10");
  desk.apply({ kind: "special-memorandum-stated", account: "M", amount: "12.34", reason: "from the old system" });
  assert.equal(desk.sma(), "12.34");
});

test("securities that come in count for their loan value, and so do they when they leave", () => {
  const desk = new Desk();
  desk.list("X", "60");
  const moved = { kind: "securities-moved", instrument: "X", quantity: "100" } as const;
  desk.apply({ ...moved, from: "box", to: "M", reason: "receive" });
  assert.equal(desk.sma(), "3000.00");
  desk.apply({ ...moved, quantity: "40", from: "M", to: "box", reason: "deliver" });
  assert.equal(desk.sma(), "1800.00");
  desk.apply({ ...moved, from: "box", to: "M", reason: "opening" });
  assert.equal(desk.sma(), "1800.00");
});

test("a deposit meets the day it was asked for, and none other", () => {
  const desk = new Desk();
  desk.list("X", "100");
  desk.trade("M", "buy", "X", 100, 100);
  desk.next();
  assert.deepEqual(desk.asked(), [["2026-11-20", "2026-11-25", "5000.00"]]);
  desk.cash("M", 5000);
  desk.trade("M", "buy", "X", 60, 100);
  desk.next();
  assert.deepEqual(desk.asked(), [["2026-11-23", "2026-11-27", "3000.00"]]);
});

test("4210(b)(4): the day asks for $2,000 of equity, but of purchases for no more than is owed for them", () => {
  const asked = (deposit: number, trades: (desk: Desk) => void): string[] => {
    const desk = new Desk();
    desk.list("X", "100");
    desk.list("P", "1", {
      type: "option",
      listing: "XCBO",
      underlying: "X",
      right: "put",
      strike: "80",
      maturity: "2026-12-18",
    });
    if (deposit > 0) desk.cash("M", deposit);
    trades(desk);
    desk.next();
    return desk.asked().map(([, , remaining]) => remaining);
  };
  const buys = (units: number) => (desk: Desk) => desk.trade("M", "buy", "X", units, 100);
  assert.deepEqual(asked(0, buys(15)), ["1500.00"], "the cost");
  assert.deepEqual(asked(0, buys(30)), ["2000.00"]);
  assert.deepEqual(asked(1500, buys(15)), [], "paid in full");
  assert.deepEqual(asked(1000, buys(15)), ["500.00"], "what is left of the cost");
  assert.deepEqual(asked(1500, buys(16)), ["100.00"]);
  assert.deepEqual(asked(1500, buys(30)), ["500.00"]);
  assert.deepEqual(
    asked(1500, (desk) => desk.trade("M", "buy", "P", 15, 1)),
    [],
    "an option is worth what was paid for it",
  );
  assert.deepEqual(
    asked(1500, (desk) => desk.trade("M", "sell-short", "X", 5, 100)),
    ["500.00"],
    "all of it for a short sale",
  );
  assert.deepEqual(
    asked(1500, (desk) => desk.trade("M", "sell-short", "P", 1, 1)),
    ["500.00"],
    "and for an option that was written",
  );
});

test("4210(b)(4): what is short is secured by its own proceeds, so that these pay for no purchase", () => {
  const desk = new Desk();
  desk.list("X", "100");
  desk.list("Y", "100");
  desk.cash("M", 1900);
  desk.trade("M", "sell-short", "Y", 10, 100);
  desk.next();
  assert.deepEqual(
    desk.asked().map(([, , remaining]) => remaining),
    ["100.00"],
  );
  desk.cash("M", 100);
  desk.mark("Y", "110");
  desk.trade("M", "buy", "X", 20, 100);
  desk.next();
  assert.deepEqual(
    desk.asked().map(([, , remaining]) => remaining),
    ["100.00"],
    "1,900 of equity, and 100 of the purchase not paid for",
  );
});

test("220.4(d): a day's deficiency of $1,000 or less is let be, day by day", () => {
  const desk = new Desk();
  desk.list("X", "10");
  desk.cash("M", 4000);
  desk.trade("M", "buy", "X", 1000, 10);
  desk.next();
  assert.deepEqual([desk.sma(), desk.asked()], ["-1000.00", []]);
  desk.trade("M", "buy", "X", 201, 10);
  desk.next();
  assert.deepEqual(
    desk.asked().map(([, , remaining]) => remaining),
    ["1005.00"],
  );
});

test("220.4(e) and 4210(b): withdrawals by the SMA, and by what must be left", () => {
  const desk = new Desk();
  desk.list("X", "100");
  desk.cash("M", 10_000);
  desk.trade("M", "buy", "X", 150, 100);
  const reasons = (dollars: number) =>
    desk.withdraw({ kind: "cash", amount: cents(dollars) }).objections.map(({ paragraph }) => paragraph);
  assert.equal(desk.sma(), "2500.00");
  assert.deepEqual(reasons(2500), []);
  assert.deepEqual(reasons(2500.01), ["220.4(e)"]);
  desk.mark("X", "60");
  assert.deepEqual(reasons(1750), []);
  assert.deepEqual(reasons(1750.01), ["4210(b)"]);
  assert.deepEqual(reasons(2500.01), ["220.4(e)", "4210(b)"]);
  const units = (count: number) =>
    desk.withdraw({ kind: "securities", instrument: desk.instrument("X"), units: count }).allowed;
  assert.deepEqual([units(33), units(34)], [true, false]);
  const own = new Desk();
  own.cash("M", 1500);
  assert.equal(own.withdraw({ kind: "cash", amount: cents(1500) }).allowed, true);
});
