/**
 * Open items, each from its report to its line: what it costs on the day before and on the day of its age, by its class, with
 * its extensions and calls; what is refused because it leaves something out; what is unknown and says so.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLine } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { Branch } from "../../src/engine/what-if/branch.ts";
import { OPEN_ITEM_TYPES } from "../../src/facts/kinds.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { ALTERNATIVE, inDays, inMonths, rulebook } from "./firm.ts";
import { businessDaysAgo, type Change, type OpenItem, Operations, stock, treasury } from "./operations.ts";

test("what ages is charged from its day on, and not on the day before", () => {
  const firm = new Operations(ALTERNATIVE);
  const business = [
    ["good-faith-deposit", "non-allowable/good-faith-deposits", 12],
    ["fund-redemption-receivable", "non-allowable/fund-redemptions", 17],
    ["money-difference", "charges/money-differences", 8],
    ["free-shipment", "non-allowable/free-shipments", 8],
    ["insurance-claim", "non-allowable/insurance-claims", 8],
  ] as const;
  for (const [type, code, from] of business) {
    assert.equal(firm.cost(code, { type, amount: "4000", since: businessDaysAgo(from - 1) }), "0.00", type);
    assert.equal(firm.cost(code, { type, amount: "4000", since: businessDaysAgo(from) }), "4000.00", type);
  }
  const calendarDays = [
    ["dividends-receivable", "non-allowable/dividends-receivable", 31],
    ["commissions-receivable", "non-allowable/commissions-receivable", 31],
    ["municipal-good-faith-deposit", "non-allowable/municipal-good-faith-deposits", 61],
    ["municipal-syndicate-receivable", "non-allowable/municipal-syndicate-receivables", 61],
    ["municipal-joint-account-receivable", "non-allowable/municipal-joint-account-receivables", 61],
  ] as const;
  for (const [type, code, from] of calendarDays) {
    assert.equal(firm.cost(code, { type, amount: "4000", since: inDays(1 - from) }), "0.00", type);
    assert.equal(firm.cost(code, { type, amount: "4000", since: inDays(-from) }), "4000.00", type);
  }
});

test("an age is said in words, and counts business days over holidays and storms", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "90");
  const item = { type: "fail-to-deliver", instrument: "STOCK", quantity: "1000", amount: "100000" } as const;
  // Veterans Day, the 11th, has a session and no settlement.
  const code = `charges/fails-to-deliver/${firm.report({ ...item, since: "2026-11-10" })}`;
  assert.deepEqual(firm.inputs(code), {
    security: "STOCK",
    quantity: "1000",
    price: "90",
    marketValue: 90_000_00,
    contract: 100_000_00,
    age: "7 business days since 2026-11-10",
    charged: "5 business days or longer",
    rate: "15%",
    rateOf: "15c3-1(c)(2)(vi)(J)",
  });
  firm.apply({ kind: "calendar-day-set", day: "2026-11-19", session: "closed", settlement: false, reason: "storm" });
  assert.equal(firm.inputs(code).age, "6 business days since 2026-11-10");
  const next = firm.report({ ...item, since: "2026-11-19" });
  assert.equal(firm.inputs(`charges/fails-to-deliver/${next}`).age, "1 business day since 2026-11-19");
  const later = firm.report({ ...item, since: "2026-11-23" });
  assert.equal(firm.inputs(`charges/fails-to-deliver/${later}`).age, "0 business days since 2026-11-23");
});

test("(ix): a fail takes the rate of its own security, whatever its class", () => {
  const firm = new Operations();
  const since = businessDaysAgo(5);
  const charge = (instrument: string, quantity: string, amount: string): string =>
    firm.cost("charges/fails-to-deliver", { type: "fail-to-deliver", instrument, quantity, amount, since });
  firm.security("LIMITED", { type: "equity", marketMakers: 2 }, "10");
  firm.security("PRIVATE", { type: "equity" }, "10");
  firm.security("TREASURY", treasury, "100");
  firm.security("LISTED", stock, "10");
  assert.equal(charge("LISTED", "1000", "10000"), "1500.00");
  assert.equal(charge("LIMITED", "1000", "10000"), "4000.00");
  assert.equal(charge("PRIVATE", "1000", "10000"), "10000.00");
  assert.equal(charge("PRIVATE", "1000", "12000"), "12000.00");
  assert.equal(charge("TREASURY", "10000", "10000"), "200.00");
  const convertible = {
    type: "convertible",
    maturity: inMonths(96),
    minimalCreditRisk: true,
    listing: "XNYS",
  } as const;
  firm.security("CONVERTIBLE", { ...convertible, principal: "1", multiplier: "0.01" }, "95");
  assert.equal(charge("CONVERTIBLE", "10000", "9500"), "665.00");
  firm.mark("CONVERTIBLE", "100");
  assert.equal(firm.line("charges/fails-to-deliver/item-5"), "1000.00", "at its principal a convertible is a stock");
});

test("(ix): the authority extends by ten business days and no more", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "10");
  const item = { type: "fail-to-deliver", instrument: "STOCK", quantity: "1000", amount: "10000" } as const;
  const code = "charges/fails-to-deliver";
  assert.equal(firm.cost(code, { ...item, since: businessDaysAgo(9), extension: 5 }), "0.00");
  assert.equal(firm.cost(code, { ...item, since: businessDaysAgo(10), extension: 5 }), "1500.00");
  assert.equal(firm.cost(code, { ...item, since: businessDaysAgo(14), extension: 60 }), "0.00");
  assert.equal(firm.cost(code, { ...item, since: businessDaysAgo(15), extension: 60 }), "1500.00");
  const short = { type: "short-difference", instrument: "STOCK", quantity: "1000" } as const;
  assert.equal(firm.cost("charges/short-differences", { ...short, since: businessDaysAgo(16), extension: 10 }), "0.00");
  assert.equal(
    firm.cost("charges/short-differences", { ...short, since: businessDaysAgo(24), extension: 10 }),
    "5000.00",
  );
});

test("(ix): whether what is owed to a clearing agency is a fail is a reading", () => {
  const item = { type: "fail-to-deliver", instrument: "STOCK", quantity: "1000", amount: "10000" } as const;
  for (const [reading, expected] of [
    ["fails", "1500.00"],
    ["not-fails", "0.00"],
  ] as const) {
    const firm = new Operations(["cnsFails: fails", `cnsFails: ${reading}`]);
    firm.security("STOCK", stock, "10");
    const code = "charges/fails-to-deliver";
    assert.equal(firm.cost(code, { ...item, since: businessDaysAgo(5), clearingAgency: true }), expected);
    assert.equal(firm.cost(code, { ...item, since: businessDaysAgo(5) }), "1500.00");
  }
});

test("(v): unconfirmed transfers age as short differences; long differences count only where they were sold", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "40");
  const held = { instrument: "STOCK", quantity: "1000" } as const;
  const since = businessDaysAgo(14);
  assert.equal(
    firm.cost("charges/unconfirmed-transfers", { type: "unconfirmed-transfer", ...held, since }),
    "20000.00",
  );
  assert.equal(firm.cost("charges/long-differences", { type: "long-difference", ...held }), "0.00");
  const sold = { type: "long-difference", ...held, sold: true, margin: "15000" } as const;
  assert.equal(firm.cost("charges/long-differences", sold), "25000.00");
});

test("money differences age by where they stand, insurance claims by how far they have come", () => {
  const firm = new Operations();
  const debit = { type: "money-difference", amount: "700" } as const;
  assert.equal(firm.cost("charges/money-differences", { ...debit, found: "bank", since: inDays(-30) }), "0.00");
  assert.equal(firm.cost("charges/money-differences", { ...debit, found: "bank", since: inDays(-31) }), "700.00");
  assert.equal(
    firm.cost("charges/money-differences", { ...debit, found: "clearing", since: businessDaysAgo(8) }),
    "700.00",
  );
  const claim = { type: "insurance-claim", amount: "900" } as const;
  for (const said of ["opinion", "acknowledged"] as const) {
    const code = "non-allowable/insurance-claims";
    assert.equal(firm.cost(code, { ...claim, claim: said, since: businessDaysAgo(20) }), "0.00");
    assert.equal(firm.cost(code, { ...claim, claim: said, since: businessDaysAgo(21) }), "900.00");
  }
});

test("free shipments: what is above 5,000 at once, or all of it, by the reading; receivables net of reserves", () => {
  const shipment = { type: "free-shipment", amount: "8000", since: businessDaysAgo(7) } as const;
  const code = "non-allowable/free-shipments";
  assert.equal(new Operations().cost(code, shipment), "3000.00");
  assert.equal(new Operations(["freeShipments: excess", "freeShipments: whole"]).cost(code, shipment), "8000.00");
  const firm = new Operations();
  assert.equal(firm.cost(code, { ...shipment, since: businessDaysAgo(8) }), "8000.00");
  const receivable = { type: "unsecured-receivable", amount: "8000" } as const;
  assert.equal(firm.cost("non-allowable/unsecured-receivables", receivable), "8000.00");
  assert.equal(firm.cost("non-allowable/unsecured-receivables", { ...receivable, margin: "3000" }), "5000.00");
});

test("deficits: calls count for five business days", () => {
  const firm = new Operations();
  const called = (type: OpenItem["type"], age: number): OpenItem => ({
    type,
    account: "customer",
    amount: "10000",
    calls: "6000",
    callsSince: businessDaysAgo(age),
  });
  for (const [type, code] of [
    ["account-deficit", "non-allowable/account-deficits"],
    ["omnibus-deficit", "non-allowable/omnibus-deficits"],
    ["under-margined-account", "charges/under-margined-accounts"],
  ] as const) {
    assert.equal(firm.cost(code, called(type, 5)), "4000.00", type);
    assert.equal(firm.cost(code, called(type, 6)), "10000.00", type);
  }
  assert.equal(firm.cost("charges/swap-shortfalls", called("swap-shortfall", 1)), "4000.00");
  assert.equal(firm.cost("charges/swap-shortfalls", called("swap-shortfall", 2)), "10000.00");
});

test("deficits: a cash account is let pass with one extension at most, if it is said how many it had", () => {
  const firm = new Operations();
  const deficit = { type: "account-deficit", account: "cash-customer", amount: "10000" } as const;
  const code = "non-allowable/account-deficits";
  assert.equal(firm.cost(code, deficit), "10000.00");
  assert.equal(firm.cost(code, { ...deficit, extensions: 1 }), "0.00");
  assert.equal(firm.cost(code, { ...deficit, extensions: 2 }), "10000.00");
  assert.equal(firm.cost(code, { ...deficit, account: "customer", extensions: 1 }), "10000.00");
});

test("deficits: what is in the account is charged its haircuts, as it moves and as it is bought and sold", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "10");
  firm.move("STOCK", 500, "customer");
  const item = firm.report({ type: "account-deficit", account: "customer", amount: "10000" });
  const code = `non-allowable/deficit-account-securities/${item}`;
  assert.equal(firm.line(code), "750.00");
  firm.mark("STOCK", "20");
  assert.equal(firm.line(code), "1500.00");
  firm.security("OTHER", stock, "5");
  firm.move("OTHER", 1_000, "customer");
  assert.equal(firm.line(code), "2250.00");
  firm.mark("OTHER", "6");
  assert.equal(firm.line(code), "2400.00");
  firm.report({ type: "account-deficit", account: "customer", amount: "10000", margin: "10000" }, item);
  assert.equal(findLine(firm.figure().computation, code), undefined, "without a deficit there is no such account");
});

const FROM_BOOKS = ["commitmentAddBack: false", "commitmentAddBack: false\n  deficitsFromBooks: true"] as const;

test("deficits straight from the books: only where the firm says that its books show them", () => {
  for (const [changes, expected] of [
    [[], "0.00"],
    [[FROM_BOOKS], "700.00"],
  ] as const) {
    const firm = new Operations(...changes);
    firm.cash("customer", "bank", 700);
    assert.equal(firm.line("non-allowable"), expected);
  }
});

test("deficits straight from the books: a debit with nothing to its credit, of whom they can say it", () => {
  const firm = new Operations(FROM_BOOKS);
  const code = "non-allowable/unsecured-accounts";
  firm.security("STOCK", stock, "10");
  firm.cash("customer", "bank", 700);
  firm.cash("broker", "bank", 300);
  firm.cash("director", "bank", 50);
  firm.cash("cash-customer", "bank", 9_000);
  assert.equal(firm.line(code), "1050.00");
  assert.equal(firm.line(`${code}/pab/broker`), "300.00");
  firm.move("STOCK", 1, "customer");
  assert.equal(
    firm.line(code),
    "350.00",
    "with securities to its credit it is partly secured: an item says by how much",
  );
  firm.move("STOCK", -1, "customer");
  assert.equal(firm.line(code), "1050.00");
  firm.cash("bank", "broker", 300);
  assert.equal(firm.line(code), "750.00");
  firm.apply({ kind: "instrument-listed", instrument: "EUR", type: "currency", currency: "EUR" });
  firm.mark("EUR", "1.1");
  firm.cash("bank", "director", 10, "EUR");
  assert.equal(firm.line(code), "700.00");
});

test("deficits straight from the books: an item of the account stands in their place", () => {
  const firm = new Operations(FROM_BOOKS);
  firm.cash("customer", "bank", 700);
  assert.equal(firm.line("non-allowable"), "700.00");
  const item = { type: "account-deficit", account: "customer", amount: "700", calls: "600" } as const;
  const name = firm.report({ ...item, callsSince: businessDaysAgo(2) });
  assert.equal(firm.line("non-allowable"), "100.00");
  firm.report({ ...item, callsSince: businessDaysAgo(2), closed: true }, name);
  assert.equal(firm.line("non-allowable"), "700.00");
});

test("(xi), (x), (xv): equity of market makers and guaranteed accounts, margin that need not be posted", () => {
  const firm = new Operations();
  const maker = { type: "market-maker-account", longValue: "40000", shortValue: "10000", margin: "20000" } as const;
  const code = "charges/market-maker-accounts";
  assert.equal(firm.cost(code, maker), "0.00");
  assert.equal(firm.cost(code, { ...maker, exemptedValue: "200000" }), "3000.00");
  assert.equal(firm.cost(code, { ...maker, margin: "0", amount: "500" }), "13500.00", "a deficit is below no equity");
  assert.equal(firm.cost("charges/guarantees", { type: "guarantee", amount: "9000", margin: "2000" }), "7000.00");
  const exception = { type: "swap-margin-exception", amount: "9000", margin: "4000" } as const;
  assert.equal(firm.cost("charges/swap-margin-exceptions", exception), "5000.00");
});

test("stock loans and borrows: each side has the other's property, and a letter of credit is not cash", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "10");
  const held = { instrument: "STOCK", quantity: "1000" } as const;
  assert.equal(firm.cost("non-allowable/stock-loaned", { type: "stock-loaned", ...held, amount: "9900" }), "100.00");
  assert.equal(firm.cost("non-allowable/stock-loaned", { type: "stock-loaned", ...held, amount: "10200" }), "0.00");
  const borrowed = { type: "stock-borrowed", ...held, amount: "10200" } as const;
  assert.equal(firm.cost("non-allowable/stock-borrowed", borrowed), "200.00");
  assert.equal(firm.cost("charges/letter-of-credit-borrows", { type: "letter-of-credit-borrow", ...held }), "100.00");
  firm.mark("STOCK", "10.5");
  assert.equal(firm.line("non-allowable/stock-loaned"), "900.00");
  assert.equal(firm.line("non-allowable/stock-borrowed"), "0.00");
});

test("(xiii): 4 percent of a debt in place of the debt, under aggregate indebtedness alone", () => {
  const debt = { type: "exempted-collateral-debt", amount: "100000" } as const;
  for (const [changes, charge, indebtedness] of [
    [[], "4000.00", 50_000_00],
    [[ALTERNATIVE], "0.00", 150_000_00],
  ] as const) {
    const firm = new Operations(...changes);
    firm.ledger("loans", "liability", 150_000);
    assert.equal(firm.cost("charges/exempted-collateral-debt", debt), charge);
    assert.equal(firm.figure().aggregateIndebtedness, indebtedness);
  }
});

test("an item whose security has no price or no class leaves no figure, and is named; a young one needs neither", () => {
  const firm = new Operations();
  firm.list("STOCK", stock);
  const item = { type: "fail-to-deliver", instrument: "STOCK", quantity: "10", amount: "100" } as const;
  firm.report({ ...item, since: businessDaysAgo(4) }, "young");
  assert.equal(firm.line("charges/fails-to-deliver/young"), "0.00");
  firm.report({ ...item, since: businessDaysAgo(5) }, "old");
  assert.deepEqual(firm.troubles(), [
    "missing-input: STOCK: open item old: no price for STOCK; expected a quote, a trade or a mark",
  ]);
  firm.mark("STOCK", "10");
  assert.equal(firm.line("charges/fails-to-deliver/old"), "15.00");
  firm.list("GOLD", { type: "commodity" });
  firm.mark("GOLD", "10");
  firm.report({ ...item, instrument: "GOLD", since: businessDaysAgo(5) }, "gold");
  assert.deepEqual(firm.troubles(), ["missing-rule: GOLD: open item gold: no rule yet for open items in a commodity"]);
  firm.report({ ...item, instrument: "GOLD", since: businessDaysAgo(5), closed: true }, "gold");
  firm.report({ ...item, since: "2012-01-03" }, "ancient");
  assert.match(
    firm.troubles().join(),
    /^missing-input: .*open item ancient: the NYSE calendar does not cover this day/,
  );
});

test("what a type needs is asked for when the item is reported, field by field", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "10");
  const whole: OpenItem = {
    type: "fail-to-deliver",
    account: "customer",
    party: "A",
    instrument: "STOCK",
    quantity: "10",
    amount: "100",
    margin: "1",
    longValue: "1",
    shortValue: "1",
    since: businessDaysAgo(3),
  };
  let needed = 0;
  for (const type of OPEN_ITEM_TYPES) {
    const account = type === "collateralized-debt" ? "inventory" : "customer";
    for (const field of Object.keys(whole) as (keyof OpenItem)[]) {
      if (field === "type") continue;
      const { [field]: _, ...partial } = { ...whole, account, type };
      try {
        firm.report(partial, "probe");
      } catch (error) {
        needed++;
        assert.ok(error instanceof Error);
        assert.match(
          error.message,
          new RegExp(`^${field}: is needed of an item of type ${type}, 15c3-1\\(.*; expected `),
        );
      }
    }
    firm.report({ ...whole, account, type, closed: true }, "probe");
    firm.figure();
  }
  assert.equal(needed, 70);
  assert.throws(() => firm.report({ ...whole, type: "collateralized-debt" }), {
    message:
      'account = "customer": is an account of type customer-margin; expected an account in which the firm has positions',
  });
  assert.throws(() => firm.report({ ...whole, calls: "5" }), /^Trouble: callsSince: is needed beside calls/);
  assert.throws(() => firm.report({ ...whole, amount: "1.005" }), /amount/);
});

test("a price that no item is valued by costs a look-up and leaves the figures as they are", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "10");
  firm.security("OTHER", stock, "10");
  firm.report({ type: "short-difference", instrument: "STOCK", quantity: "10", since: businessDaysAgo(7) });
  firm.figure();
  firm.mark("OTHER", "11");
  assert.ok(!firm.monitor.isStale);
  firm.mark("STOCK", "11");
  assert.ok(firm.monitor.isStale);
});

test("a rulebook that says ages and steps wrongly is refused in words that an officer understands", () => {
  const said = (...changes: readonly Change[]): string => {
    try {
      readNetCapitalRules(rulebook(...changes));
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
    return "";
  };
  assert.match(
    said(["charged: 5 business days or longer", "charged: 5 business days"]),
    /^openItems\.failsToDeliver\.charged = "5 business days": 5 business days does not say whether it is enough; expected an age such as "5 business days or longer" or "longer than 30 days"/,
  );
  assert.match(
    said(["{ age: 14 business days or longer, rate: 50% }", "{ age: 6 business days or longer, rate: 20% }"]),
    /steps\[1\]\.age = "6 business days or longer": does not follow the step before it \(and 1 more\); expected more than 7 business days or longer/,
  );
  assert.match(
    said(["{ age: 14 business days or longer, rate: 50% }", "{ age: 14 business days or longer, rate: 25% }"]),
    /steps\[1\]\.rate = "25%": is no more than the step before it; expected more than 25%/,
  );
  assert.match(said(["cnsFails: fails", "cnsFails: sometimes"]), /cnsFails/);
});

test("(c)(1)(i): a debt that its collateral covers leaves aggregate indebtedness, as far as prices let it", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "10");
  firm.move("STOCK", 1_000, "inventory");
  firm.open("loan", { type: "bank-loan" });
  firm.cash("bank", "loan", 8_000);
  const item = firm.report({ type: "collateralized-debt", account: "inventory", amount: "8000" });
  const code = `aggregate-indebtedness/excluded/collateralized-debt/${item}`;
  assert.equal(firm.line(code), "8000.00", "equity of 2,000 covers a haircut of 1,500");
  firm.mark("STOCK", "9");
  assert.equal(firm.line(code), "7650.00", "1,000 of 1,350");
  assert.equal(firm.figure().aggregateIndebtedness, 350_00);
  firm.mark("STOCK", "5");
  assert.equal(firm.line(code), "4250.00", "3,000 short, and 750: so much of the debt is not secured");
  firm.move("STOCK", -1_000, "inventory");
  assert.equal(firm.line(code), "0.00");
});

test("what is worth more than can be held exactly is unknown, and stops nothing", () => {
  const firm = new Operations();
  firm.security("STOCK", stock, "90000000");
  const huge = { instrument: "STOCK", quantity: "900000" } as const;
  firm.report({ type: "short-difference", ...huge, since: businessDaysAgo(7) }, "huge");
  assert.deepEqual(firm.troubles(), ["overflow: STOCK: open item huge: worth more than can be held exactly"]);
  firm.report({ type: "short-difference", ...huge, since: businessDaysAgo(7), closed: true }, "huge");
  for (let count = 0; count < 10; count++)
    firm.report({ type: "repo", instrument: "STOCK", quantity: "100000", amount: "1", party: "BANK" });
  assert.deepEqual(firm.troubles(), ["overflow: agreements with BANK: worth more than can be held exactly"]);
  firm.mark("STOCK", "0.00001");
  firm.figure();
});

test("a branch takes over what the books show, and leaves it as it was", () => {
  const firm = new Operations(FROM_BOOKS);
  firm.cash("customer", "bank", 700);
  firm.cash("broker", "bank", 300);
  const code = "non-allowable/unsecured-accounts";
  const branch = new Branch({ books: firm.books, netCapital: firm.monitor });
  const shown = (): string => {
    const answer = branch.netCapital.answer();
    assert.ok(answer.kind === "figure");
    const line = findLine(answer.computation, code);
    return line === undefined ? "none" : formatDollars(line.amount);
  };
  assert.equal(shown(), "1000.00");
  const paid = { kind: "cash-moved", at: "2026-11-20T16:00:00Z", currency: "USD", reason: "adjustment" } as const;
  branch.apply([{ ...paid, from: "bank", to: "customer", amount: "700" }]);
  assert.equal(shown(), "300.00");
  branch.apply([{ ...paid, from: "director", to: "bank", amount: "50" }]);
  assert.equal(shown(), "350.00");
  branch.apply([{ kind: "business-day-opened", at: paid.at, day: "2026-11-23" }]);
  assert.equal(shown(), "350.00");
  assert.equal(firm.line(code), "1000.00");
});
