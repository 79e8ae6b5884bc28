/** The three answers: a figure, "cannot say: this input is missing", "cannot say: no rule for this". Never a zero for unknown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLine, type Line } from "../../src/base/line.ts";
import { computeNetCapital } from "../../src/net-capital/computation.ts";
import { inputsFromBooks } from "../../src/net-capital/inputs.ts";
import { NetCapitalMonitor } from "../../src/net-capital/monitor.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { Firm, inDays, RULEBOOK, rulebook } from "./firm.ts";

const stock = { type: "equity", listing: "XNYS" } as const;

test("a position without a price is a missing input that names the instrument; a price makes it a figure", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.list("ACME", stock);
  firm.move("ACME", 100, "inventory");
  assert.deepEqual(firm.troubles(), ["missing-input: ACME: no price for ACME; expected a quote, a trade or a mark"]);
  assert.ok(firm.monitor.figures.unknown);
  assert.ok(Number.isNaN(firm.monitor.figures.netCapitalCents));
  assert.equal(firm.monitor.figures.tierIndex, -1);
  firm.mark("ACME", "50");
  assert.equal(firm.line("equity"), "1005000.00");
  assert.ok(!firm.monitor.figures.unknown);
});

test("what customers hold needs no price", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.list("ACME", stock);
  firm.move("ACME", 100, "customer");
  assert.equal(firm.line("net-capital"), "1000000.00");
});

test("foreign-priced securities have no rule yet, and several troubles are all named", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.apply({ kind: "instrument-listed", instrument: "EUR", type: "currency", currency: "EUR" });
  for (const instrument of ["ASML", "SAP"]) {
    firm.list(instrument, { type: "equity", listing: "XETR", currency: "EUR" });
    firm.mark(instrument, "1");
    firm.move(instrument, 10, "inventory");
  }
  assert.deepEqual(firm.troubles(), [
    "missing-rule: ASML: no rule yet for securities priced in EUR",
    "missing-rule: SAP: no rule yet for securities priced in EUR",
  ]);
  for (const instrument of ["ASML", "SAP"]) firm.move(instrument, -10, "inventory");
  assert.equal(firm.line("net-capital"), "1000000.00", "flat again");
});

test("a balance in a currency without a price, and a commitment in an unpriced security, are missing inputs", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.apply({ kind: "instrument-listed", instrument: "EUR", type: "currency", currency: "EUR" });
  firm.cash("bank", "customer", 1_000, "EUR");
  firm.list("NEW", stock);
  firm.apply({
    kind: "commitment-reported",
    commitment: "ipo",
    instrument: "NEW",
    side: "long",
    quantity: "100",
    contractPrice: "10",
  });
  assert.deepEqual(firm.troubles(), [
    "missing-input: EUR: no price for EUR; expected a quote, a trade or a mark",
    "missing-input: NEW: no price for NEW; expected a quote, a trade or a mark",
  ]);
  firm.mark("EUR", "1.10");
  firm.mark("NEW", "10");
  assert.equal(firm.line("aggregate-indebtedness/accounts/customer-margin"), "1100.00");
  firm.mark("EUR", "1.20");
  assert.equal(
    firm.line("aggregate-indebtedness/accounts/customer-margin"),
    "1200.00",
    "a tick of the currency reaches indebtedness",
  );
});

test("without a rulebook, or before the first business day, there is no figure", () => {
  const none = new NetCapitalMonitor(new Firm(RULEBOOK, NetCapitalMonitor, []).books);
  assert.deepEqual(messages(none), ["asOf: no business day has been opened; expected a business-day-opened fact"]);
  const firm = new Firm(rulebook(['effective: "2025-03-14"', 'effective: "2026-11-21"']));
  assert.deepEqual(messages(firm.monitor), ["no net-capital rulebook is in force"]);
  firm.apply({ kind: "business-day-opened", day: "2026-11-21" });
  assert.equal(firm.monitor.answer().kind, "figure", "the rulebook takes effect on its day");
});

function messages(monitor: NetCapitalMonitor): string[] {
  const answer = monitor.answer();
  return answer.kind === "unknown" ? answer.troubles.map(({ message }) => message.replace(/^rulebook: /, "")) : [];
}

test("a document that was activated but cannot be read any more is said, with its place", () => {
  const firm = new Firm();
  firm.activate(
    RULEBOOK.replace('version: "2025-03-14"', 'version: "broken"')
      .replace('effective: "2025-03-14"', 'effective: "2026-11-20"')
      .replace("below: 120%", "below: 120"),
  );
  const [message = ""] = firm.troubles();
  assert.match(
    message,
    /tiers\[0\]\.below = 120: a bare 120 does not say per cent of what.*net-capital broken, row \d+/,
  );
});

test("another rulebook changes the figure at once, and names its version", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.hold(stock, 100_000, "10");
  assert.equal(firm.line("haircuts/equities"), "15000.00");
  firm.activate(
    RULEBOOK.replace('version: "2025-03-14"', 'version: "stress"')
      .replace('effective: "2025-03-14"', 'effective: "2026-11-20"')
      .replace("greaterSide: 15%", "greaterSide: 20%"),
  );
  assert.equal(firm.line("haircuts/equities"), "20000.00");
  assert.equal(firm.figure().waterfall.inputs["rules"], "version stress");
});

test("a maturity that passes with the day moves the position to the next bucket, and past it to nothing", () => {
  const firm = new Firm();
  firm.capital(10_000_000);
  firm.hold({ type: "treasury", maturity: inDays(200) }, 1_000_000);
  assert.equal(firm.line("haircuts/governments"), "7500.00");
  firm.apply({ kind: "business-day-opened", day: inDays(100) });
  assert.equal(firm.line("haircuts/governments"), "5000.00");
  firm.apply({ kind: "business-day-opened", day: inDays(200) });
  assert.equal(firm.line("haircuts/governments"), "0.00");
  assert.equal(firm.line("non-allowable/securities"), "0.00", "due today");
  firm.apply({ kind: "business-day-opened", day: inDays(201) });
  assert.equal(firm.line("non-allowable/securities"), "1000000.00", "not paid when due");
});

test("buckets end where the rule says, at calendar months and exact days", () => {
  const rateAt = (maturity: string): string => {
    const firm = new Firm();
    firm.capital(100_000_000);
    firm.hold({ type: "treasury", maturity }, 1_000_000);
    return firm.line("haircuts/governments");
  };
  assert.equal(rateAt("2027-02-19"), "0.00", "one day less than three months");
  assert.equal(rateAt("2027-02-20"), "5000.00", "three months are not under three months");
  assert.equal(rateAt("2027-11-19"), "10000.00");
  assert.equal(rateAt("2027-11-20"), "15000.00", "one year");
  assert.equal(rateAt("2051-11-19"), "55000.00");
  assert.equal(rateAt("2051-11-20"), "60000.00", "25 years");
});

test("long and short of one security in two accounts of the firm are flat", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  const held = firm.hold(stock, 50_000, "10");
  firm.move(held, -5_000, "error");
  assert.equal(firm.line("haircuts/equities"), "0.00");
});

test("the ladder of tiers: each holds below its share, not at it, and any number may be set", () => {
  const tierOf = (netCapital: number, document = RULEBOOK): string | undefined => {
    const firm = new Firm(document);
    firm.capital(netCapital);
    return firm.figure().tier?.name;
  };
  assert.equal(tierOf(300_000), undefined);
  assert.equal(tierOf(299_999.99), "yellow");
  assert.equal(tierOf(275_000), "yellow");
  assert.equal(tierOf(274_999.99), "orange");
  assert.equal(tierOf(262_499.99), "red");
  const five = rulebook([
    "tiers:\n",
    "tiers:\n  - { name: purple, below: 300%, paragraph: firm policy, meaning: Ask the treasurer., notify: [treasurer], actions: [notify] }\n  - { name: black, below: 100%, paragraph: 15c3-1(a), meaning: Stop., notify: [everyone], actions: [notify] }\n",
  ]);
  assert.equal(tierOf(700_000, five), "purple");
  assert.equal(tierOf(249_999.99, five), "black");
});

test("the requirement is rounded up, so that a firm that has it keeps the ratio", () => {
  const firm = new Firm();
  firm.capital(10_000_000);
  firm.ledger("payables", "liability", 15_000_000.01);
  assert.equal(firm.line("requirement"), "1000000.01");
});

test("indebtedness: every credit that is not the firm's own, less what is excluded; debits of liabilities are receivables", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.open("loan", { type: "bank-loan" });
  firm.open("second customer", { type: "customer-margin" });
  firm.cash("bank", "customer", 500);
  firm.cash("second customer", "bank", 200);
  firm.cash("bank", "loan", 1_000);
  firm.cash("bank", "clearing", 30);
  firm.ledger("accrued", "liability", 40);
  firm.ledger("deferred taxes", "liability-excluded", 7);
  firm.ledger("overpaid", "liability", -9);
  firm.item("aggregate-indebtedness", 100);
  firm.item("indebtedness-excluded", 600);
  assert.equal(firm.line("aggregate-indebtedness/owed"), "1670.00");
  assert.equal(firm.line("aggregate-indebtedness"), "1070.00");
  assert.equal(firm.line("non-allowable/ledger/overpaid"), "9.00");
  assert.equal(firm.figure().aggregateDebitItems, 200_00);
});

test("an account that changes its class takes its balance with it; accounts of one line net", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.ledger("furniture", "non-allowable-asset", -500);
  firm.open("furniture", { type: "general-ledger", ledgerClass: "non-allowable-asset", capitalLine: "Fixed assets" });
  firm.open("depreciation", {
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Fixed assets",
  });
  firm.cash("bank", "depreciation", 120);
  assert.equal(firm.line("non-allowable/ledger/Fixed assets"), "380.00");
  firm.open("furniture", { type: "general-ledger", ledgerClass: "allowable-asset" });
  assert.equal(firm.line("non-allowable"), "0.00");
});

test("positions stand under their bucket, the largest first, as many as asked for", () => {
  const firm = new Firm();
  firm.capital(10_000_000);
  for (const dollars of [1_000, 3_000, 2_000]) firm.hold(stock, dollars, "10");
  const rules = readNetCapitalRules(RULEBOOK);
  const held = (named: number): number[] | undefined => {
    const answer = computeNetCapital(inputsFromBooks(firm.books, rules), rules, named);
    return answer.kind === "figure"
      ? findLine(answer.waterfall, "haircuts/equities/all")?.children.map(({ amount }) => amount)
      : undefined;
  };
  assert.deepEqual(held(2), [300_000, 200_000]);
  assert.deepEqual(held(Infinity), [300_000, 200_000, 100_000]);
});

test("positions worth more than can be held exactly give no figure, and an exact one again when they are not", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  const [first, second] = [firm.hold(stock, 50_000, "10"), firm.hold(stock, 30_000, "10")];
  firm.move(first, 1_000_000_000, "inventory");
  firm.move(second, -1_000_000_000, "inventory");
  const before = firm.figure().netCapital;
  firm.mark(first, "80000.01");
  assert.ok(!firm.monitor.figures.unknown);
  firm.mark(second, "80000.03");
  assert.match(firm.troubles()[0] ?? "", /^overflow: positions: the firm's positions are worth more/);
  firm.mark(first, "10");
  firm.mark(second, "10");
  assert.equal(firm.figure().netCapital, before);
});

test("codes are unique in the tree", () => {
  const firm = new Firm();
  firm.capital(10_000_000);
  for (const type of ["equity", "etf"] as const) firm.hold({ type, listing: "XNYS" }, 2_000_000, "10");
  const codes: string[] = [];
  const walk = (line: Line): void => {
    codes.push(line.code);
    for (const child of line.children) walk(child);
  };
  walk(firm.figure().computation);
  assert.equal(new Set(codes).size, codes.length);
});
