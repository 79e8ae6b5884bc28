/**
 * What transactions make of accounts in a running firm, where figures come by short ways and only where they are needed, held
 * after every fact against a state that is told the same and works out everything from the books; and bands of portfolio
 * margin when something is stated, listed or closed while no price moves.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import type { TransactionObserver } from "../../src/books/postings.ts";
import type { FirmState } from "../../src/engine/firm-state.ts";
import { figuresFromBooks } from "../../src/margin/reg-t/account-figures.ts";
import { TransactionState } from "../../src/margin/reg-t/transaction-state.ts";
import { Transactions } from "../../src/margin/running/transactions.ts";
import { ALL, check, MarginWalk } from "./margin-walk.ts";

/** A state of its own that starts from the firm's, and is told all that the firm's is told from now on. */
function shadowOf(firm: FirmState): TransactionState {
  const { books, margin, postings } = firm;
  const rulesOn = () => margin.rules;
  const shadow = new TransactionState(books, {
    figuresOf: figuresFromBooks(books, rulesOn, () => margin.asOf),
    rulesOn,
  });
  const { transactions } = margin;
  const opened = transactions.dayOpened.bind(transactions);
  transactions.dayOpened = (day) => {
    const asked = opened(day);
    shadow.dayOpened(day);
    return asked;
  };
  const entered = new Transactions(books, shadow, firm);
  const observer: TransactionObserver = {
    before: (...accounts) => {
      margin.before(...accounts);
      entered.before(...accounts);
    },
    traded: (...trade) => {
      margin.traded(...trade);
      entered.traded(...trade);
    },
    cashMoved: (from, to, currency, amount, reason) => {
      margin.cashMoved(from, to, currency, amount, reason);
      entered.cashMoved({ from, to, currency, amount }, reason);
    },
    securitiesMoved: (...move) => {
      margin.securitiesMoved(...move);
      entered.securitiesMoved(...move);
    },
  };
  postings.transactions = observer;
  shadow.restore(new SectionReader(transactions.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }))));
  return shadow;
}

for (const [standard, seeds] of [
  ["intraday", [11, 12]],
  ["pattern-day-trader", [13, 14]],
] as const)
  test(`${standard}: what transactions make of accounts is what the books alone make of it`, () => {
    for (const seed of seeds) {
      const walk = new MarginWalk(seed);
      const executed: object[] = [];
      const apply = walk.apply.bind(walk);
      walk.apply = (fact) => {
        const { kind, price } = fact as { readonly kind: string; readonly price: string };
        if (kind !== "trade-executed") return apply(fact);
        // Not at the market's price: what a trade enters goes by its own.
        const trade = { ...fact, price: (Number(price) * (0.9 + 0.2 * walk.draw())).toFixed(2) };
        const isTaken = apply(trade);
        if (isTaken) executed.push(trade);
        return isTaken;
      };
      for (const account of ALL)
        if (account.startsWith("M") && !account.endsWith("short"))
          walk.apply({ kind: "margin-terms-stated", account, dayTrading: standard, uncoveredOptions: true });
      const shadow = shadowOf(walk.state);
      let taken = 0;
      for (let step = 0; step < 150; step++) {
        const busted = walk.draw() < 0.1 ? executed.pop() : undefined;
        if (step % 10 === 0) {
          const moved = { currency: "USD", amount: "100", reason: "transfer" };
          assert.ok(walk.apply({ kind: "cash-moved", from: "M0", to: "M0-short", ...moved }), "margined together");
        } else if (busted === undefined) walk.step();
        else if (walk.apply({ ...busted, kind: "trade-busted" })) taken++;
        const { transactions } = walk.state.margin;
        assert.equal(
          hashSections(transactions.sections()),
          hashSections(shadow.sections()),
          `seed ${seed}, step ${step}`,
        );
      }
      assert.ok(taken > 2, "executions were taken back");
    }
  });

test("a value, a rate, a listing or a close reaches the bands of portfolio margin without a price", () => {
  for (const seed of [21, 22]) sayAll(new MarginWalk(seed));
});

function sayAll(walk: MarginWalk): void {
  for (const account of ["P0", "P1"])
    for (const option of ["AAA-C", "AAA-P"]) for (let trade = 0; trade < 3; trade++) walk.trade(account, option);
  check(walk.state);
  const price = (instrument: string, times = 1): string => (times * (walk.prices.get(instrument) ?? 1)).toFixed(4);
  const said: readonly object[] = [
    { kind: "interest-rate-stated", currency: "USD", days: 30, rate: "4%" },
    { kind: "mark", instrument: "AAA", price: price("AAA"), basis: "close" },
    { kind: "mark", instrument: "AAA-C", price: price("AAA-C"), basis: "close" },
    { kind: "mark", instrument: "AAA-P", price: price("AAA-P"), basis: "close" },
    ...[3, 0.6, 5, 1].flatMap((times) =>
      ["AAA-C", "AAA-P"].map((instrument) => ({
        kind: "mark",
        instrument,
        price: price(instrument, times),
        basis: "close",
      })),
    ),
    { kind: "market-phase", phase: "closed" },
    { kind: "market-phase", phase: "pre-open" },
    { kind: "volatility-stated", instrument: "AAA", volatility: "95%" },
    { kind: "volatility-stated", instrument: "AAA-C", volatility: "20%" },
  ];
  for (const fact of said) {
    assert.ok(walk.apply(fact), JSON.stringify(fact));
    check(walk.state);
    for (let tick = 0; tick < 2; tick++) {
      walk.tick(0.1);
      check(walk.state);
    }
  }
}
