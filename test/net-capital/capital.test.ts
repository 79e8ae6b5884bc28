/**
 * The structure of capital: which subordinated loans count, taxes, special minimums. What may be withdrawn or repaid is in
 * capital-acts.test.ts; W21, W23 to W26 and W30 stand as book documents in docs/examples.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Day, formatDay, parseDay } from "../../src/base/time.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { subordinationTests } from "../../src/net-capital/capital/acts.ts";
import { capitalStanding } from "../../src/net-capital/capital/standing.ts";
import { agreementsOf, dueBy, standingsOf } from "../../src/net-capital/capital/subordination.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { act, agree, type Agreed, borrower, conditions, dollars, failed, positionOf } from "./borrower.ts";
import { ALTERNATIVE, AS_OF, Firm, inDays, inMonths, rulebook, RULEBOOK } from "./firm.ts";

test("an agreement counts while it is satisfactory, long enough, begun and not matured", () => {
  const cases: readonly (readonly [Partial<Agreed>, string])[] = [
    [{}, "1000000.00"],
    [{ satisfactory: false }, "0.00"],
    [{ effective: inDays(1), maturity: inMonths(24) }, "0.00"],
    [{ effective: inMonths(-3), maturity: inDays(272) }, "0.00"],
    [{ effective: inMonths(-3), maturity: inMonths(9) }, "1000000.00"],
    [{ maturity: inDays(0) }, "1000000.00"],
    [{ maturity: inDays(-1) }, "0.00"],
    [{ maturity: inDays(-1), suspended: true }, "1000000.00"],
    [{ form: "temporary", effective: inDays(-10), maturity: inDays(35) }, "1000000.00"],
    [{ form: "temporary", effective: inDays(-10), maturity: inDays(36) }, "0.00"],
  ];
  for (const [agreed, counts] of cases)
    assert.equal(borrower(agreed).line("subordinated"), counts, JSON.stringify(agreed));
});

test("an instalment that fell due before today counts no more, and the rest does", () => {
  const firm = borrower();
  firm.apply({ kind: "subordination-payment-scheduled", agreement: "loan", due: inDays(-1), amount: "200000" });
  firm.apply({ kind: "subordination-payment-scheduled", agreement: "loan", due: inDays(30), amount: "300000" });
  assert.equal(firm.line("subordinated"), "800000.00");
  assert.equal(firm.line("subordinated/not-counted/loan"), "-200000.00");
  const standings = standingsOf(
    agreementsOf(firm.books.reports),
    readNetCapitalRules(RULEBOOK).capital.subordination,
    AS_OF,
  );
  assert.equal(dueBy(standings, (AS_OF + 29) as Day), dollars(0));
  assert.equal(dueBy(standings, (AS_OF + 30) as Day), dollars(300_000));
  assert.equal(dueBy(standings, parseDay(inMonths(24))), dollars(800_000));
});

test("no more than three temporary agreements count within twelve months, those that are over included", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  for (const [index, days] of [-300, -200, -100].entries())
    agree(firm, {
      agreement: `past ${index}`,
      form: "temporary",
      principal: "0",
      effective: inDays(days),
      maturity: inDays(days + 45),
    });
  firm.ledger("loan", "subordinated-satisfactory", 500_000);
  agree(firm, { form: "temporary", principal: "500000", effective: inDays(-1), maturity: inDays(40) });
  assert.equal(firm.line("subordinated"), "0.00");
  assert.deepEqual(failed(subordinationTests(positionOf(firm), act("temporary-subordination", 1))), ["number"]);
  // The first of the three began more than twelve months before, once it is said to have begun earlier.
  agree(firm, {
    agreement: "past 0",
    form: "temporary",
    principal: "0",
    effective: inDays(-366),
    maturity: inDays(-330),
  });
  assert.equal(firm.line("subordinated"), "500000.00");
});

test("books and agreements that contradict each other give no figure", () => {
  const firm = borrower({ principal: "900000" });
  assert.match(
    firm.troubles().join(),
    /the books and the agreement loan contradict each other; expected a credit of 900000.00/,
  );
  agree(firm, {});
  firm.figure();
  firm.cash("loan", "bank", 1);
  assert.equal(firm.troubles().length, 1);
  firm.cash("bank", "loan", 1);
  firm.figure();
  firm.open("loan", { type: "general-ledger", ledgerClass: "liability" });
  assert.match(firm.troubles().join(), /cannot count through this account/);
  firm.open("loan", { type: "general-ledger", ledgerClass: "subordinated-satisfactory" });
  agree(firm, { agreement: "another", ledgerAccount: "elsewhere", principal: "5" });
  assert.match(firm.troubles().join(), /elsewhere: another cannot count/);
  firm.ledger("elsewhere", "subordinated-satisfactory", 5);
  assert.equal(firm.line("subordinated"), "1000005.00");
  agree(firm, { agreement: "another", ledgerAccount: "elsewhere", principal: "0" });
  assert.equal(firm.line("subordinated"), "1000005.00", "an account that no agreement names counts by its class");
});

test("a secured demand note counts, less what its collateral lacks", () => {
  const note = { form: "secured-demand-note", collateral: "850000" } as const;
  const firm = borrower(note);
  assert.equal(firm.line("charges/secured-demand-note/loan"), "150000.00");
  assert.equal(firm.line("tentative-net-capital"), "1850000.00");
  // Reducing the note by its deficiency takes no capital; the largest reduction is 15 percent of the first principal.
  const position = positionOf(firm);
  assert.deepEqual(failed(subordinationTests(position, act("demand-note-reduction", 150_000, "loan"))), []);
  assert.deepEqual(failed(subordinationTests(position, act("demand-note-reduction", 150_001, "loan"))), [
    "share-of-principal",
  ]);
  agree(firm, { ...note, originalPrincipal: "2000000" });
  const larger = subordinationTests(positionOf(firm), act("demand-note-reduction", 300_000, "loan"));
  assert.deepEqual([larger.answer, conditions(larger)], ["allowed", ["approval"]]);
  assert.equal(subordinationTests(position, act("demand-note-reduction", 1, "no such")).answer, "unknown");
});

test("taxes that come back: no more than the liability, or than the tax that a benefit could reduce", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  const state = (rest: object): void => firm.apply({ kind: "deferred-tax-stated", item: "taxes", ...rest });
  state({ liability: "12000", deduction: "60000", taxRate: "25%", accruedIncome: "5000" });
  assert.equal(firm.line("net-worth"), "12000.00");
  state({ futureBenefit: "9000", accruedTax: "4000", actualTax: "700.50" });
  assert.equal(firm.line("net-worth"), "4700.50");
  state({ closed: true });
  assert.equal(firm.line("equity"), "1000000.00");
  assert.equal(firm.line("capital"), "1000000.00");
});

test("the minimum of a market maker is the average of the days before, once there are any", () => {
  const firm = new Firm();
  firm.capital(5_000_000);
  const make = (instrument: string, makes = true): void =>
    firm.apply({ kind: "market-making-changed", instrument, makes });
  for (const [name, price] of [
    ["A", "20"],
    ["B", "5"],
  ] as const) {
    firm.list(name, { type: "equity", listing: "XNYS" });
    firm.mark(name, price);
    make(name);
  }
  assert.equal(firm.line("requirement/market-making"), "3500.00");
  firm.mark("B", "5.01");
  assert.equal(firm.line("requirement/market-making"), "5000.00");
  firm.mark("B", "4");
  firm.list("C", { type: "equity", listing: "XNYS" });
  make("C");
  assert.equal(firm.line("requirement/market-making"), "6000.00", "without a price: the higher amount");
  firm.apply({ kind: "business-day-opened", day: inDays(3) });
  assert.equal(firm.line("requirement/market-making"), "6000.00", "the day that opens is not before itself");
  make("A", false);
  make("C", false);
  assert.equal(firm.line("requirement/market-making"), "1000.00");
  firm.apply({ kind: "business-day-opened", day: inDays(4) });
  assert.equal(firm.line("requirement/market-making"), "6000.00", "one day was counted");
  firm.apply({ kind: "business-day-opened", day: inDays(5) });
  assert.equal(firm.line("requirement/market-making"), "3500.00", "(6,000 + 1,000) / 2");
  firm.apply({ kind: "business-day-opened", day: inDays(33) });
  assert.equal(firm.line("requirement/market-making"), "2666.67", "the thirtieth day before still counts; rounded up");
  firm.apply({ kind: "business-day-opened", day: inDays(34) });
  assert.equal(firm.line("requirement/market-making"), "1000.00");
});

test("the risk margin amount is added to the ratio, and must be reported", () => {
  const firm = new Firm(rulebook(["activity: carrying\n", "activity: security-based-swap-dealer\n"]));
  firm.capital(50_000_000);
  assert.deepEqual(firm.troubles(), [
    "missing-input: risk-margin-amount: no risk margin amount is reported; expected a capital item with this treatment",
  ]);
  firm.item("risk-margin-amount", 500_000_000);
  assert.equal(firm.line("requirement/ratio"), "10000000.00");
  assert.equal(firm.line("requirement"), "20000000.00");
  firm.item("risk-margin-amount", 700_000_000.5);
  assert.equal(firm.line("requirement/risk-margin"), "24000000.01");
  assert.equal(firm.line("requirement"), "24000000.01");
});

test("an OTC derivatives dealer has no ratio requirement, but a least tentative net capital", () => {
  const firm = new Firm(rulebook(["activity: carrying\n", "activity: otc-derivatives-dealer\n"]));
  firm.capital(99_999_999);
  firm.ledger("payables", "liability", 900_000_000);
  assert.equal(firm.line("requirement"), "20000000.00");
  const codes = () => firm.figure().notices.map(({ code }) => code);
  assert.ok(codes().includes("tentative-minimum"));
  firm.capital(1);
  assert.ok(!codes().includes("tentative-minimum"));
});

test("a futures commission merchant: the greatest of four percent, eight percent and its dollars", () => {
  const firm = new Firm(
    rulebook(["  commitmentAddBack: false\n", "  commitmentAddBack: false\n  futuresCommissionMerchant: true\n"]),
  );
  firm.capital(50_000_000);
  assert.equal(firm.line("requirement"), "1000000.00");
  firm.item("segregated-funds", 40_000_000);
  assert.equal(firm.line("requirement"), "1600000.00");
  firm.item("futures-risk-margin", 30_000_000);
  assert.equal(firm.line("requirement"), "2400000.00");
  // A withdrawal must leave 7 percent of segregated funds.
  assert.equal(capitalStanding(positionOf(firm)).withdrawable, dollars(47_200_000));
});

test("2 and 5 percent of debit items: before or after they are reduced, by the reading", () => {
  const alternative = rulebook(ALTERNATIVE);
  const after = alternative.replace("debitItems: before-reduction", "debitItems: after-reduction");
  const daily = after.replace(
    "  commitmentAddBack: false\n",
    "  commitmentAddBack: false\n  reserveComputedDaily: true\n",
  );
  for (const [document, requirement, five] of [
    [alternative, "2000000.00", 5_000_000],
    [after, "1940000.00", 4_850_000],
    [daily, "1960000.00", 4_900_000],
  ] as const) {
    const firm = new Firm(document);
    firm.capital(five);
    firm.item("aggregate-debit-item", 100_000_000);
    assert.equal(firm.line("requirement"), requirement);
    assert.ok(!firm.figure().notices.some(({ code }) => code === "debit-items"), "5 percent exactly");
    firm.cash("capital", "bank", 1);
    assert.ok(firm.figure().notices.some(({ code }) => code === "debit-items"));
  }
});

const LEDGER_CLASSES = ["subordinated-satisfactory", "subordinated-other", "liability"] as const;

test("running is what comes from scratch, whatever is said of agreements, taxes and markets", () => {
  const name = fc.constantFrom("one", "two", "three");
  const days = fc.integer({ min: -500, max: 900 });
  const amount = fc.constantFrom("0", "100", "200000", "1000000");
  const step = fc.oneof(
    fc
      .record({
        name,
        amount,
        effective: days,
        term: fc.integer({ min: 1, max: 800 }),
        form: fc.constantFrom("loan", "secured-demand-note", "temporary"),
        flags: fc.integer({ min: 0, max: 7 }),
      })
      .map((said) => ({ ...said, what: "agree" }) as const),
    fc.record({ name, amount, due: days }).map((said) => ({ ...said, what: "schedule" }) as const),
    fc
      .record({ name, ledgerClass: fc.constantFrom(...LEDGER_CLASSES) })
      .map((said) => ({ ...said, what: "open" }) as const),
    fc
      .record({ name, amount: fc.constantFrom(-100, 100, 200_000, 1_000_000) })
      .map((said) => ({ ...said, what: "cash" }) as const),
    fc.record({ amount, name }).map((said) => ({ ...said, what: "tax" }) as const),
    fc
      .record({ instrument: fc.constantFrom("A", "B"), makes: fc.boolean() })
      .map((said) => ({ ...said, what: "market" }) as const),
    fc
      .record({ instrument: fc.constantFrom("A", "B"), price: fc.constantFrom("4", "5", "6") })
      .map((said) => ({ ...said, what: "mark" }) as const),
    fc.constant({ what: "day" } as const),
  );
  let figures = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 60 }), (steps) => {
      const firm = new Firm();
      firm.capital(3_000_000);
      for (const instrument of ["A", "B"]) firm.list(instrument, { type: "equity", listing: "XNYS" });
      let day = AS_OF;
      for (const said of steps) {
        switch (said.what) {
          case "agree":
            firm.apply({
              kind: "subordination-agreed",
              lender: "a bank",
              agreement: said.name,
              ...((said.flags & 1) !== 0 && { ledgerAccount: said.name }),
              form: said.form,
              principal: said.amount,
              collateral: "150000",
              effective: inDays(said.effective),
              maturity: inDays(said.effective + said.term),
              satisfactory: (said.flags & 2) !== 0,
              suspended: (said.flags & 4) !== 0,
            });
            break;
          case "schedule":
            firm.apply({
              kind: "subordination-payment-scheduled",
              agreement: said.name,
              due: inDays(said.due),
              amount: said.amount,
            });
            break;
          case "open":
            firm.open(said.name, { type: "general-ledger", ledgerClass: said.ledgerClass });
            break;
          case "cash":
            if (firm.books.accounts.findText(said.name) < 0) break;
            if (said.amount > 0) firm.cash("bank", said.name, said.amount);
            else firm.cash(said.name, "bank", -said.amount);
            break;
          case "tax":
            firm.apply({
              kind: "deferred-tax-stated",
              item: said.name,
              liability: said.amount,
              appreciation: "70000",
              closed: said.amount === "0",
            });
            break;
          case "market":
            firm.apply({ kind: "market-making-changed", instrument: said.instrument, makes: said.makes });
            break;
          case "mark":
            firm.mark(said.instrument, said.price);
            break;
          case "day":
            day = (day + 20) as Day;
            firm.apply({ kind: "business-day-opened", day: formatDay(day) });
        }
        assert.deepEqual(auditNetCapital(firm.books, firm.monitor), []);
        if (!firm.monitor.figures.unknown) figures++;
      }
    }),
    { numRuns: 25, seed: 15 },
  );
  assert.ok(figures > 200, `${figures} figures were compared`);
});
