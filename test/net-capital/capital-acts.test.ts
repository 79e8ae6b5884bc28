/** What 15c3-1(d), (e), FINRA 4110(c) and Appendix D allow of withdrawals, repayments and temporary loans. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Cents } from "../../src/base/money.ts";
import type { Day } from "../../src/base/time.ts";
import {
  type ActAnswer,
  noticeTests,
  subordinationTests,
  withdrawalTests,
} from "../../src/net-capital/capital/acts.ts";
import { DebtEquityClock } from "../../src/net-capital/capital/debt-equity-clock.ts";
import { type CapitalPosition, debtEquityNow } from "../../src/net-capital/capital/position.ts";
import { capitalStanding } from "../../src/net-capital/capital/standing.ts";
import { act, agree, borrower, conditions, dollars, failed, positionOf } from "./borrower.ts";
import { ALTERNATIVE, AS_OF, Firm, inDays, inMonths, rulebook } from "./firm.ts";

test("withdrawals of the last 30 and 35 days are netted, by the facts that moved them", () => {
  const firm = new Firm();
  firm.capital(5_250_000);
  const move = (reason: "capital-withdrawn" | "capital-contributed", amount: number): void => {
    const [from, to] = reason === "capital-withdrawn" ? ["capital", "bank"] : ["bank", "capital"];
    firm.apply({ kind: "cash-moved", from, to, currency: "USD", amount: String(amount), reason });
  };
  move("capital-withdrawn", 400_000);
  firm.apply({ kind: "business-day-opened", day: inDays(4) });
  move("capital-withdrawn", 300_000);
  move("capital-contributed", 100_000);
  // Excess is 4,400,000: a tenth of it 440,000, a fifth 880,000, thirty percent 1,320,000.
  const at = (days: number): CapitalPosition => {
    firm.apply({ kind: "business-day-opened", day: inDays(days) });
    return positionOf(firm);
  };
  assert.equal(positionOf(firm).now.excess, dollars(4_400_000));
  let position = at(29);
  assert.deepEqual([position.netWithdrawn, position.netWithdrawnForApproval], [dollars(600_000), dollars(600_000)]);
  assert.deepEqual(conditions(withdrawalTests(position, dollars(280_000))), ["finra-approval"]);
  assert.deepEqual(conditions(withdrawalTests(position, dollars(280_001))), ["sec-notice", "finra-approval"]);
  assert.equal(withdrawalTests(position, dollars(280_001)).conditions[0].paragraph, "15c3-1(e)(1)(ii)");
  assert.equal(withdrawalTests(position, dollars(720_001)).conditions[0].paragraph, "15c3-1(e)(1)(i)");
  position = at(30);
  assert.deepEqual([position.netWithdrawn, position.netWithdrawnForApproval], [dollars(200_000), dollars(600_000)]);
  position = at(35);
  assert.deepEqual([position.netWithdrawn, position.netWithdrawnForApproval], [dollars(0), dollars(200_000)]);
  assert.equal(capitalStanding(position).withdrawableFreely, dollars(240_000));
  // What was contributed stays for a year, unless it is permitted.
  assert.equal(position.contributed, dollars(100_000));
  assert.deepEqual(conditions(withdrawalTests(position, dollars(4_550_000))), ["sec-notice", "finra-approval"]);
  assert.deepEqual(conditions(withdrawalTests(position, dollars(4_550_001))).at(-1), "finra-permission");
  assert.equal(at(369).contributed, dollars(0));
});

test("no withdrawal below any of the tests of (e)(2), subordinated payments within 180 days included", () => {
  const ratio = new Firm();
  ratio.capital(1_000_000);
  ratio.ledger("payables", "liability", 6_000_000);
  assert.equal(capitalStanding(positionOf(ratio)).withdrawable, dollars(400_000));
  assert.deepEqual(failed(withdrawalTests(positionOf(ratio), dollars(400_001))), ["aggregate-indebtedness"]);

  const haircuts = new Firm(rulebook(ALTERNATIVE));
  haircuts.capital(2_500_000);
  haircuts.hold({ type: "treasury", maturity: inMonths(400) }, 24_000_000);
  // 25 percent of a haircut of 1,440,000 is 360,000, which 1,060,000 less 700,000 leaves.
  assert.equal(capitalStanding(positionOf(haircuts)).withdrawable, dollars(700_000));
  assert.deepEqual(failed(withdrawalTests(positionOf(haircuts), dollars(700_001))), ["haircuts"]);
  haircuts.cash("capital", "bank", 2_000_000);
  assert.equal(capitalStanding(positionOf(haircuts)).withdrawable, dollars(0));

  const debt = borrower();
  assert.equal(capitalStanding(positionOf(debt)).boundBy[0].test, "debt-equity");
  // 1,000,000 is at most 70 percent of 1,000,000 and what is left of the other.
  assert.equal(capitalStanding(positionOf(debt)).withdrawable, 571_428_57);
  debt.apply({ kind: "subordination-payment-scheduled", agreement: "loan", due: inDays(180), amount: "1000000" });
  assert.equal(capitalStanding(positionOf(debt)).withdrawable, dollars(700_000));
  debt.apply({ kind: "subordination-payment-scheduled", agreement: "loan", due: inDays(180), amount: "0" });
  debt.apply({ kind: "subordination-payment-scheduled", agreement: "loan", due: inDays(181), amount: "1000000" });
  assert.equal(capitalStanding(positionOf(debt)).withdrawable, 571_428_57);
});

test("the largest withdrawal is allowed, and one cent more is not", () => {
  fc.assert(
    fc.property(
      fc.record({
        capital: fc.integer({ min: 100_000, max: 5_000_000 }),
        payables: fc.integer({ min: 1, max: 30_000_000 }),
        stock: fc.integer({ min: 1, max: 6_000_000 }),
        loan: fc.integer({ min: 1, max: 3_000_000 }),
      }),
      ({ capital, payables, stock, loan }) => {
        const firm = new Firm();
        firm.capital(capital);
        firm.ledger("payables", "liability", payables);
        firm.ledger("loan", "subordinated-satisfactory", loan);
        firm.hold({ type: "equity", listing: "XNYS" }, stock, "1");
        const position = positionOf(firm);
        const { withdrawable, withdrawableFreely } = capitalStanding(position);
        assert.equal(withdrawalTests(position, (withdrawable + 1) as Cents).answer, "refused");
        if (withdrawable > 0) assert.equal(withdrawalTests(position, withdrawable).answer, "allowed");
        if (withdrawableFreely > 0) assert.deepEqual(conditions(withdrawalTests(position, withdrawableFreely)), []);
        if (withdrawableFreely < withdrawable)
          assert.notDeepEqual(conditions(withdrawalTests(position, (withdrawableFreely + 1) as Cents)), []);
        // Paid out in truth, it leaves what was foretold.
        if (withdrawable > 0) firm.cash("capital", "bank", withdrawable / 100);
        assert.equal(firm.figure().netCapital, position.after(withdrawable).netCapital);
      },
    ),
    { numRuns: 60, seed: 1503 },
  );
});

test("prepayment: not in the first year, with what falls due before, and only with approval", () => {
  const firm = borrower({ effective: inMonths(-12) }, rulebook(ALTERNATIVE));
  firm.item("aggregate-debit-item", 20_000_000);
  agree(firm, { agreement: "other", principal: "400000", ledgerAccount: "other", maturity: inMonths(6) });
  firm.ledger("other", "subordinated-satisfactory", 400_000);
  const answer = (amount: number): ActAnswer => subordinationTests(positionOf(firm), act("prepayment", amount, "loan"));
  // 2,400,000 less 400,000 due within six months must leave 1,000,000.
  assert.deepEqual([answer(1_000_000).answer, failed(answer(1_000_001))], ["allowed", ["debit-items"]]);
  assert.deepEqual(conditions(answer(1_000_000)), ["approval"]);
  agree(firm, { agreement: "other", principal: "400000", ledgerAccount: "other", maturity: inDays(182) });
  agree(firm, { effective: inMonths(-12), maturity: inMonths(3) });
  assert.deepEqual(failed(answer(1_400_000)), [], "the other falls due after this one would have");
  agree(firm, { effective: inDays(-364) });
  assert.deepEqual(failed(answer(1)), ["first-year"]);
});

test("a scheduled payment counts what falls due before it; a revolving one needs its loss said", () => {
  const firm = borrower({ maturity: inDays(20) });
  firm.ledger("payables", "liability", 12_000_000);
  firm.ledger("other", "subordinated-satisfactory", 100_000);
  agree(firm, { agreement: "other", principal: "100000", ledgerAccount: "other", maturity: inDays(21) });
  const payment = (): string[] =>
    failed(subordinationTests(positionOf(firm), act("scheduled-payment", 1_000_000, "loan")));
  // 12,000,000 on 1,100,000; and on 1,000,000 exactly 1,200 percent.
  assert.deepEqual(payment(), []);
  agree(firm, { agreement: "other", principal: "100000", ledgerAccount: "other", maturity: inDays(20) });
  assert.deepEqual(payment(), []);
  firm.ledger("payables", "liability", 1);
  assert.deepEqual(payment(), ["aggregate-indebtedness"]);
  assert.deepEqual(failed({ tests: noticeTests(positionOf(firm)) }), ["aggregate-indebtedness"]);

  const revolving = (loss?: number): ActAnswer =>
    subordinationTests(positionOf(borrower()), act("revolving-prepayment", 1_000_000, undefined, loss));
  assert.deepEqual([revolving().answer, revolving().missing], ["unknown", ["loss"]]);
  assert.equal(revolving(262_500).answer, "allowed");
  assert.deepEqual(failed(revolving(262_500.01)), ["loss"]);
});

test("a temporary agreement asks for the limits just before it, and for debt within its share", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.ledger("payables", "liability", 10_000_000);
  const answer = (): string[] => failed(subordinationTests(positionOf(firm), act("temporary-subordination", 500_000)));
  assert.deepEqual(answer(), []);
  firm.ledger("payables", "liability", 1);
  assert.deepEqual(answer(), ["aggregate-indebtedness"]);
  firm.ledger("payables", "liability", 2_100_000);
  assert.deepEqual(answer(), ["aggregate-indebtedness", "notice"]);
  const indebted = borrower();
  indebted.cash("capital", "bank", 600_000);
  assert.deepEqual(failed(subordinationTests(positionOf(indebted), act("temporary-subordination", 1))), [
    "debt-equity",
  ]);
});

test("the ninety days of (d) begin with the first business day over, and anew after one that is not", () => {
  const clock = new DebtEquityClock();
  const day = (days: number): Day => (AS_OF + days) as Day;
  clock.judge(day(0), false);
  clock.judge(day(3), true);
  assert.equal(clock.isDue(day(3)), false);
  clock.judge(day(4), true);
  assert.equal(clock.overSince, day(3));
  clock.judge(day(5), false);
  assert.equal(clock.overSince, undefined);
  clock.judge(day(6), true);
  const firm = borrower();
  firm.cash("capital", "bank", 600_000);
  const now = debtEquityNow(firm.books, firm.monitor);
  assert.deepEqual(now, positionOf(firm).debtEquity);
  const { debtEquity } = capitalStanding(positionOf(firm), clock.overSince);
  assert.deepEqual([debtEquity.percent, debtEquity.since, debtEquity.until], ["71.43", day(6), day(96)]);
});
