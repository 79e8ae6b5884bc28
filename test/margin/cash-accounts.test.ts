/** Cash accounts, 220.8: payment, free-riding, the freeze and its exception, good-faith violations, settled funds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDollars } from "../../src/base/money.ts";
import { type Day, formatDay, parseDay } from "../../src/base/time.ts";
import { Desk } from "./transaction-desk.ts";

function desk(): Desk {
  const made = new Desk();
  made.list("A", "100");
  made.list("B", "100");
  made.list("T", "100", { type: "treasury", maturity: "2030-01-01" });
  return made;
}

const violations = (of: Desk): string[] =>
  of
    .cashAccount()
    .violations.map(({ kind, amount, excused }) => `${kind} ${formatDollars(amount)}${excused ? " excused" : ""}`);
const frozenUntil = (of: Desk): string | undefined => {
  const { frozenUntil: until } = of.cashAccount();
  return until && formatDay(until);
};

test("a purchase with money in the account is paid; one without is due within the payment period", () => {
  const made = desk();
  made.cash("C", 4000);
  made.trade("C", "buy", "A", 30, 100);
  assert.deepEqual(made.cashAccount().purchases, []);
  assert.equal(formatDollars(made.cashAccount().settled), "1000.00");
  made.trade("C", "buy", "A", 30, 100);
  const [purchase] = made.cashAccount().purchases;
  assert.equal(formatDollars(purchase.unpaid), "2000.00");
  assert.equal(purchase.due === null ? "" : formatDay(purchase.due), "2026-11-25");
  made.next(3);
  assert.equal(formatDay(made.state.day), "2026-11-25");
  const overdue = (): number =>
    made.state.cash.overdue(made.account("C"), made.state.day, made.rules.cashAccounts).length;
  assert.equal(overdue(), 0);
  made.next();
  assert.equal(overdue(), 1);
  made.cash("C", 1000);
  assert.equal(overdue(), 0, "a sum of $1,000 or less may be disregarded, 220.8(b)(4)");
});

test("220.8(c): selling what was never paid for freezes the account for 90 calendar days from the sale", () => {
  const made = desk();
  made.trade("C", "buy", "A", 30, 100);
  made.trade("C", "sell", "A", 30, 101);
  assert.deepEqual(violations(made), ["free-riding 3000.00"]);
  assert.equal(frozenUntil(made), "2027-02-18");
  made.next(2);
  const { settled, available, purchases } = made.cashAccount();
  assert.deepEqual(
    [settled, available, ...purchases.map(({ unpaid }) => unpaid)].map(formatDollars),
    ["3030.00", "30.00", "3000.00"],
    "the proceeds are there, but what was sold unpaid takes its payment first",
  );
  made.trade("C", "buy", "B", 10, 100);
  assert.deepEqual(violations(made), ["free-riding 3000.00", "unfunded-purchase 970.00"]);
  const { frozenUntil: last } = made.cashAccount(parseDay("2027-02-18"));
  assert.notEqual(last, undefined);
  assert.equal(made.cashAccount(parseDay("2027-02-19")).frozenUntil, undefined);
});

test("220.8(c)(2): full payment within the period undoes it, unless the proceeds were withdrawn", () => {
  const made = desk();
  made.trade("C", "buy", "A", 30, 100);
  made.trade("C", "sell", "A", 30, 101);
  made.next(2);
  made.cash("C", 2999);
  assert.equal(frozenUntil(made), "2027-02-18");
  made.cash("C", 1);
  assert.deepEqual([frozenUntil(made), violations(made)], [undefined, ["free-riding 3000.00 excused"]]);
  assert.equal(formatDollars(made.cashAccount().settled), "3030.00");
  const late = desk();
  late.trade("C", "buy", "A", 30, 100);
  late.trade("C", "sell", "A", 30, 101);
  late.next(4);
  late.cash("C", 3000);
  assert.equal(frozenUntil(late), "2027-02-18");
  const withdrawn = desk();
  withdrawn.trade("C", "buy", "A", 30, 100);
  withdrawn.trade("C", "sell", "A", 30, 101);
  withdrawn.next();
  withdrawn.cash("C", -30);
  withdrawn.cash("C", 3000);
  assert.equal(frozenUntil(withdrawn), "2027-02-18");
});

test("the Board's letter of 2000-01-07: A paid, sold, B bought with its proceeds and sold, on one day", () => {
  const made = desk();
  made.cash("C", 10_000);
  made.trade("C", "buy", "A", 100, 100);
  made.trade("C", "sell", "A", 100, 100);
  assert.deepEqual(violations(made), [], "A was paid for");
  made.trade("C", "buy", "B", 100, 100);
  assert.deepEqual(violations(made), [], "proceeds may be bought with");
  made.trade("C", "sell", "B", 100, 100);
  assert.deepEqual(violations(made), ["same-day-chain 10000.00"]);
  assert.equal(frozenUntil(made), undefined, "A's proceeds pay for B within the payment period");
  made.next();
  assert.deepEqual(made.cashAccount().purchases, []);
  assert.equal(formatDollars(made.cashAccount().settled), "10000.00");
});

test("firm policy: three good-faith violations within 12 months leave settled funds only, for 90 days", () => {
  const made = desk();
  made.cash("C", 10_000);
  for (let count = 1; count <= 3; count++) {
    made.trade("C", "buy", "A", 100, 100);
    made.trade("C", "sell", "A", 100, 100);
    made.trade("C", "buy", "B", 100, 100);
    assert.equal(made.cashAccount().restrictedUntil, undefined);
    made.trade("C", "sell", "B", 100, 100);
    if (count < 3) made.next(2);
  }
  const until = made.cashAccount().restrictedUntil;
  assert.equal(until, (made.state.day + 90) as Day);
});

test("220.8(b)(4): what was not paid may be disregarded up to $1,000, and freezes nothing then; the debt is said once", () => {
  const ridden = (deposit: number) => {
    const made = desk();
    made.cash("C", deposit);
    made.trade("C", "buy", "A", 40, 100);
    made.trade("C", "sell", "A", 40, 100);
    const { settled, available, unsettled, purchases } = made.cashAccount();
    const unpaid = purchases.map((purchase) => formatDollars(purchase.unpaid));
    assert.deepEqual(
      [settled, available, unsettled].map(formatDollars),
      ["0.00", "0.00", "4000.00"],
      "what was paid has gone, what is unpaid is no debit beside it",
    );
    return [unpaid, violations(made)];
  };
  assert.deepEqual(ridden(3000), [["1000.00"], []]);
  assert.deepEqual(ridden(2999.99), [["1000.01"], ["free-riding 1000.01"]]);
});

test("exempted securities freeze nothing, and sums of $1,000 or less neither", () => {
  const made = desk();
  made.trade("C", "buy", "T", 5000, 100);
  made.trade("C", "sell", "T", 5000, 100);
  made.trade("C", "buy", "A", 10, 100);
  made.trade("C", "sell", "A", 10, 100);
  assert.deepEqual(violations(made), []);
});

test("delivered to another broker unpaid is as good as sold", () => {
  const made = desk();
  made.trade("C", "buy", "A", 30, 100);
  made.apply({ kind: "securities-moved", from: "C", to: "box", instrument: "A", quantity: "30", reason: "deliver" });
  assert.deepEqual(violations(made), ["free-riding 3000.00"]);
});

test("a purchase that is taken back was never unpaid, and what had paid for it is free again", () => {
  const made = desk();
  made.cash("C", 1000);
  made.trade("C", "buy", "A", 30, 100);
  assert.equal(formatDollars(made.cashAccount().purchases[0].unpaid), "2000.00");
  made.bust();
  assert.deepEqual(made.cashAccount().purchases, []);
  assert.deepEqual(violations(made), []);
  assert.equal(formatDollars(made.cashAccount().settled), "1000.00");
});

test("a sale that is taken back was no free ride: the freeze goes with it, and the purchase is still to be paid", () => {
  const made = desk();
  made.trade("C", "buy", "A", 30, 100);
  made.trade("C", "sell", "A", 30, 101);
  assert.equal(frozenUntil(made), "2027-02-18");
  made.bust();
  assert.deepEqual(violations(made), []);
  assert.equal(frozenUntil(made), undefined);
  const { unsettled, purchases } = made.cashAccount();
  assert.equal(unsettled, 0);
  assert.deepEqual(
    purchases.map(({ unpaid, units }) => [formatDollars(unpaid), units]),
    [["3000.00", 30]],
  );
  made.trade("C", "sell", "A", 30, 101);
  assert.deepEqual(violations(made), ["free-riding 3000.00"], "sold again, it is one again");
});

test("whatever was traded, taken back in turn it never was", () => {
  const trade = fc.record({
    name: fc.constantFrom("A", "B", "T"),
    isSale: fc.boolean(),
    hundreds: fc.integer({ min: 1, max: 40 }),
    price: fc.integer({ min: 90, max: 110 }),
  });
  const trades = fc.array(trade, { maxLength: 6 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9000 }), trades, trades, (deposit, first, then) => {
      const made = desk();
      if (deposit > 0) made.cash("C", deposit);
      const play = ({ name, isSale, hundreds, price }: typeof trade extends fc.Arbitrary<infer T> ? T : never) => {
        const held = made.books.ledger.balance(made.account("C"), made.instrument(name));
        const units = isSale ? Math.min(held, hundreds) : hundreds;
        if (units === 0) return [];
        made.trade("C", isSale ? "sell" : "buy", name, units, price);
        return [made.executed];
      };
      for (const one of first) play(one);
      made.next();
      const numbered = (): object => {
        const { purchases, ...standing } = made.cashAccount();
        return { ...standing, purchases: purchases.map((purchase) => ({ ...purchase, number: 0 })) };
      };
      const before = numbered();
      for (const executed of then.flatMap(play).reverse()) made.bust(executed);
      assert.deepEqual(numbered(), before);
    }),
    { seed: 8, numRuns: 150 },
  );
});

test("settled funds, proceeds to come and what is unpaid always sum to the ledger's cash", () => {
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        units: fc.integer({ min: -60, max: 60 }).filter((units) => units !== 0),
        name: fc.constantFrom("A", "B", "T"),
        price: fc.integer({ min: 50, max: 150 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ dollars: fc.integer({ min: -3000, max: 6000 }).filter((dollars) => dollars !== 0) }),
    },
    { weight: 2, arbitrary: fc.constant("day" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(), (history, cut) => {
      const made = desk();
      const row = made.account("C");
      for (const each of history) {
        if (each === "day") made.next();
        else if ("dollars" in each) made.cash("C", each.dollars);
        else {
          const held = made.books.ledger.balance(row, made.instrument(each.name));
          const units = Math.max(each.units, -held);
          if (units !== 0) made.trade("C", units > 0 ? "buy" : "sell", each.name, Math.abs(units), each.price);
        }
        const { settled, unsettled, purchases } = made.cashAccount();
        const unpaid = purchases.reduce((all, purchase) => all + purchase.unpaid, 0);
        assert.equal(settled + unsettled - unpaid, made.books.ledger.balance(row, 0));
      }
      assert.equal(made.replay(cut % made.facts.length), made.hash());
    }),
    { seed: 2208, numRuns: 60 },
  );
});
