/**
 * The worked examples of the rule sheet, from positions and balances to the cent: W1 governments and W2, W4 municipals,
 * W5 paper, W6 corporates, W9 equities, W10 concentration, W11 minimum, W16 commitments, W19 the whole waterfall, W22
 * mixed classes.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLine } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { ALTERNATIVE, Firm, inDays, inMonths, rulebook } from "./firm.ts";

const treasury = (months: number) => ({ type: "treasury", maturity: inMonths(months) }) as const;
const municipal = (months: number) => ({ type: "municipal", maturity: inMonths(months) }) as const;
const corporate = (months: number) =>
  ({ type: "corporate", maturity: inMonths(months), minimalCreditRisk: true }) as const;
const stock = { type: "equity", listing: "XNYS" } as const;

test("W1: governments, by (A)(1) and by (A)(2)", () => {
  for (const [netting, expected] of [
    ["(A)(1)", "16250.00"],
    ["(A)(2)", "27500.00"],
  ] as const) {
    const firm = new Firm(rulebook(["governmentNetting: (A)(1)", `governmentNetting: ${netting}`]));
    firm.capital(5_000_000);
    firm.hold(treasury(2), 2_000_000);
    firm.hold(treasury(30), 1_000_000);
    firm.hold(treasury(18), -500_000);
    assert.equal(firm.line("haircuts/governments"), expected);
    assert.equal(firm.line("haircuts/governments/category-1"), "0.00");
    assert.equal(firm.line("haircuts/governments/category-2"), expected);
  }
});

test("W2: governments in every category", () => {
  const firm = new Firm();
  firm.capital(50_000_000);
  const book = [
    [4, 5_000_000],
    [7, -2_000_000],
    [10, 1_000_000],
    [40, 3_000_000],
    [84, -2_500_000],
    [150, 800_000],
    [204, -600_000],
    [330, 400_000],
  ] as const;
  for (const [months, value] of book) firm.hold(treasury(months), value);
  assert.equal(firm.line("haircuts/governments/category-1"), "27500.00");
  assert.equal(firm.line("haircuts/governments/category-3"), "55000.00");
  assert.equal(firm.line("haircuts/governments/category-4"), "45000.00");
  assert.equal(firm.line("haircuts/governments"), "127500.00");
});

test("(C): Canadian governments by the same rates, apart from those of the United States", () => {
  const firm = new Firm();
  firm.capital(50_000_000);
  firm.hold(treasury(30), 1_000_000);
  firm.hold({ ...treasury(30), country: "CA" }, -1_000_000);
  assert.equal(firm.line("haircuts/governments"), "20000.00");
  assert.equal(firm.line("haircuts/canadian-governments"), "20000.00");
});

test("W4: municipal notes and bonds, the greater side of each bucket", () => {
  const firm = new Firm();
  firm.capital(500_000_000);
  const note = (days: number) => ({ type: "municipal", issued: inDays(-10), maturity: inDays(days) }) as const;
  firm.hold(note(60), 2_000_000);
  firm.hold(note(200), 1_500_000);
  firm.hold(note(200), -400_000);
  firm.hold(note(400), 1_000_000);
  assert.equal(firm.line("haircuts/municipal-notes"), "15625.00");
  const book = [
    [6, 500_000],
    [48, 1_000_000],
    [48, -1_600_000],
    [144, 2_000_000],
    [264, 300_000],
  ] as const;
  for (const [months, value] of book) firm.hold(municipal(months), value);
  assert.equal(firm.line("haircuts/municipals"), "210000.00");
});

test("a municipal issued for more than 731 days is a bond, however soon it is due", () => {
  for (const [life, code] of [
    [731, "haircuts/municipal-notes"],
    [732, "haircuts/municipals"],
  ] as const) {
    const firm = new Firm();
    firm.capital(500_000_000);
    firm.hold({ type: "municipal", issued: inDays(100 - life), maturity: inDays(100) }, 1_000_000);
    assert.equal(firm.line(code), life === 731 ? "2500.00" : "10000.00");
  }
});

test("W5: commercial paper and certificates of deposit", () => {
  const firm = new Firm();
  firm.capital(500_000_000);
  const paper = (days: number) =>
    ({ type: "commercial-paper", maturity: inDays(days), minimalCreditRisk: true }) as const;
  const deposit = (days: number) => ({ type: "certificate-of-deposit", maturity: inDays(days) }) as const;
  firm.hold(paper(45), 3_000_000);
  firm.hold(paper(120), 2_000_000);
  firm.hold(deposit(300), 1_000_000);
  assert.equal(firm.line("haircuts/short-paper"), "13750.00");
  firm.hold(deposit(500), 1_000_000);
  assert.equal(firm.line("haircuts/short-paper"), "28750.00");
});

test("W6: corporate debt of minimal credit risk", () => {
  const firm = new Firm();
  firm.capital(500_000_000);
  for (const [months, value] of [
    [84, 2_000_000],
    [96, -500_000],
    [18, 300_000],
    [336, 400_000],
  ] as const)
    firm.hold(corporate(months), value);
  assert.equal(firm.line("haircuts/corporate-debt"), "185000.00");
});

test("W9: equities, 25 percent of the greater side free, over the whole portfolio", () => {
  for (const [short, expected] of [
    [400_000, "172500.00"],
    [300_000, "157500.00"],
    [250_000, "150000.00"],
  ] as const) {
    for (const sign of [1, -1]) {
      const firm = new Firm();
      firm.capital(50_000_000);
      firm.hold(stock, sign * 600_000);
      firm.hold(stock, sign * 400_000);
      firm.hold(stock, -sign * short);
      assert.equal(firm.line("haircuts/equities"), expected);
    }
  }
});

test("W10: undue concentration", () => {
  const charge = (tentative: number, listing: Parameters<Firm["hold"]>[0], value: number, price: string): string => {
    const firm = new Firm();
    firm.capital(tentative);
    firm.hold(listing, value, price);
    assert.equal(firm.line("tentative-net-capital"), `${tentative}.00`);
    return firm.line("haircuts/undue-concentration");
  };
  assert.equal(charge(2_000_000, stock, 500_000, "50"), "45000.00");
  assert.equal(charge(60_000, stock, 30_000, "48"), "900.00");
  assert.equal(charge(150_000, corporate(84), 100_000, "100"), "2625.00");
  assert.equal(charge(2_000_000, stock, 200_000, "50"), "0.00", "exactly a tenth is free");
  assert.equal(
    charge(2_000_000, { type: "equity", marketMakers: 2 }, 500_000, "50"),
    "60000.00",
    "(K): half of 40 percent",
  );
  assert.equal(charge(2_000_000, treasury(30), 500_000, "100"), "0.00", "exempted securities");
  assert.equal(charge(2_000_000, { type: "money-market-fund" }, 500_000, "1"), "0.00", "redeemable shares");
  assert.equal(charge(2_000_000, municipal(144), 500_000, "100"), "0.00", "(M)(4): not until over $500,000");
  assert.equal(
    charge(2_000_000, municipal(144), 600_000, "100"),
    "12000.00",
    "(M)(4): then over the tenth, at half of 6 percent",
  );
});

test("W11: the minimum and early warning, by both methods and in the first year", () => {
  const notices = (firm: Firm): string[] => firm.figure().notices.map(({ code }) => code);
  const firmOf = (...changes: readonly (readonly [string, string])[]): Firm => {
    const firm = new Firm(rulebook(...changes));
    firm.capital(750_000);
    firm.ledger("payables", "liability", 9_000_000);
    firm.item("aggregate-debit-item", 20_000_000);
    return firm;
  };
  const established = firmOf();
  assert.equal(established.line("requirement"), "600000.00");
  assert.equal(established.line("excess"), "150000.00");
  assert.equal(established.figure().ratio.percent, "1200.00");
  assert.deepEqual(notices(established), ["finra-aggregate-indebtedness"]);

  const first = firmOf(["  activity: carrying", "  activity: carrying\n  commencedBusiness: 2025-11-21"]);
  assert.equal(first.line("requirement"), "1125000.00");
  assert.equal(first.line("excess"), "-375000.00");
  assert.equal(first.figure().tier?.name, "red");
  const aYear = firmOf(["  activity: carrying", "  activity: carrying\n  commencedBusiness: 2025-11-20"]);
  assert.equal(aYear.line("requirement"), "600000.00", "twelve months are over");

  const alternative = firmOf(ALTERNATIVE);
  assert.equal(alternative.line("requirement"), "400000.00");
  assert.equal(alternative.line("excess"), "350000.00");
  assert.deepEqual(notices(alternative), ["debit-items", "finra-debit-items", "finra-reduce-debit-items"]);
});

test("early warning starts past its limit, not at it", () => {
  const firm = new Firm();
  firm.capital(750_000);
  firm.ledger("payables", "liability", 9_000_000.01);
  assert.ok(firm.figure().notices.some(({ code }) => code === "aggregate-indebtedness"));
});

test("W16: an open commitment, listed or not, with and without the add-back", () => {
  const commitment = (listing: Parameters<Firm["list"]>[1], addBack: boolean): string => {
    const firm = new Firm(rulebook(["commitmentAddBack: false", `commitmentAddBack: ${addBack}`]));
    firm.capital(10_000_000);
    firm.list("NEW", listing);
    firm.mark("NEW", "20");
    firm.apply({
      kind: "commitment-reported",
      commitment: "ipo",
      instrument: "NEW",
      side: "long",
      quantity: "100000",
      contractPrice: "19.5",
    });
    return firm.line("haircuts/commitments");
  };
  const unlisted = { type: "equity", marketMakers: 3 } as const;
  assert.equal(commitment(unlisted, false), "550000.00");
  assert.equal(commitment(unlisted, true), "400000.00");
  assert.equal(commitment(stock, false), "250000.00");
});

test("a commitment's loss raises the deduction, its profit never makes it negative", () => {
  for (const [contractPrice, expected] of [
    ["21", "400000.00"],
    ["10", "0.00"],
  ] as const) {
    const firm = new Firm();
    firm.capital(10_000_000);
    firm.list("NEW", stock);
    firm.mark("NEW", "20");
    firm.apply({
      kind: "commitment-reported",
      commitment: "ipo",
      instrument: "NEW",
      side: "long",
      quantity: "100000",
      contractPrice,
    });
    assert.equal(firm.line("haircuts/commitments"), expected);
  }
});

test("W22: convertibles, preferred stock and a limited market", () => {
  const convertible = {
    type: "convertible",
    principal: "1",
    multiplier: "0.01",
    maturity: inMonths(96),
    minimalCreditRisk: true,
    listing: "XNYS",
  } as const;
  const above = new Firm();
  above.capital(500_000_000);
  above.list("CV", convertible);
  above.mark("CV", "105");
  above.move("CV", 1_000_000, "inventory");
  assert.equal(above.line("haircuts/equities"), "157500.00");
  above.mark("CV", "95");
  assert.equal(above.line("haircuts/equities"), "0.00");
  assert.equal(above.line("haircuts/corporate-debt"), "66500.00");
  above.mark("CV", "100");
  assert.equal(above.line("haircuts/equities"), "150000.00", "worth its principal exactly");

  const firm = new Firm();
  firm.capital(500_000_000);
  firm.hold({ type: "preferred", cumulative: true, minimalCreditRisk: true }, 400_000);
  firm.hold({ type: "equity", marketMakers: 2 }, 100_000);
  firm.hold({ type: "equity", marketMakers: 1 }, -30_000);
  assert.equal(firm.line("haircuts/preferred"), "40000.00");
  assert.equal(firm.line("haircuts/limited-market"), "52000.00");
});

test("(D): funds by what they hold; any other is an equity", () => {
  const firm = new Firm();
  firm.capital(500_000_000);
  firm.hold({ type: "money-market-fund" }, 500_000, "1");
  firm.hold({ type: "mutual-fund", fundClass: "government" }, 100_000);
  firm.hold({ type: "mutual-fund", fundClass: "government-and-corporate" }, 100_000);
  firm.hold({ type: "mutual-fund", fundClass: "other" }, 100_000);
  assert.equal(firm.line("haircuts/funds"), "26000.00");
  assert.equal(firm.line("haircuts/equities"), "15000.00");
});

test("foreign currency: 6 percent of major ones, 20 of others, long or short", () => {
  const firm = new Firm();
  firm.capital(10_000_000);
  for (const [currency, price, amount] of [
    ["EUR", "1.08", 100_000],
    ["MXN", "0.05", 1_000_000],
  ] as const) {
    firm.apply({ kind: "instrument-listed", instrument: currency, type: "currency", currency });
    firm.mark(currency, price);
    firm.cash("bank", "inventory", amount, currency);
  }
  assert.equal(firm.line("haircuts/currencies"), "16480.00");
  assert.equal(firm.line("equity"), "10158000.00");
});

test("(vii): what is restricted, past its maturity or without a ready market is deducted in full, before the haircuts", () => {
  const firm = new Firm();
  firm.capital(10_000_000);
  firm.hold({ ...stock, restricted: true }, 100_000);
  firm.hold({ type: "equity" }, -20_000);
  firm.hold({ type: "treasury", maturity: inDays(-1) }, 3_000);
  firm.hold({ type: "corporate", maturity: inMonths(60) }, 400);
  assert.equal(firm.line("non-allowable/securities"), "123400.00");
  assert.equal(firm.line("tentative-net-capital"), "9876600.00");
  assert.equal(firm.line("haircuts"), "0.00");
});

/** W19 as a book: municipals and corporates in several issues, so that none is over a tenth of tentative net capital. */
function worked19(): Firm {
  const firm = new Firm(rulebook(ALTERNATIVE));
  firm.capital(5_000_000);
  firm.ledger("satisfactory loan", "subordinated-satisfactory", 1_000_000);
  firm.ledger("other loan", "subordinated-other", 200_000);
  const nonAllowable = {
    fixtures: 150_000,
    prepaid: 60_000,
    goodwill: 300_000,
    membership: 100_000,
    "staff loans": 40_000,
    "commissions over 30 days": 25_000,
    affiliate: 75_000,
  };
  for (const [line, amount] of Object.entries(nonAllowable)) firm.ledger(line, "non-allowable-asset", -amount);
  for (const amount of [23_500, 20_000, 15_000, 50_000, 12_000, 4_500]) firm.item("charge", amount);
  firm.hold(treasury(2), 2_000_000);
  firm.hold(treasury(30), 1_000_000);
  firm.hold(treasury(18), -500_000);
  const issues = (listing: Parameters<Firm["hold"]>[0], count: number, value: number) => {
    for (let issue = 0; issue < count; issue++) firm.hold(listing, value);
  };
  issues(municipal(6), 1, 500_000);
  issues(municipal(48), 2, 500_000);
  issues(municipal(48), 4, -400_000);
  issues(municipal(144), 4, 500_000);
  issues(municipal(264), 1, 300_000);
  issues(corporate(84), 4, 500_000);
  issues(corporate(96), 1, -500_000);
  issues(corporate(18), 1, 300_000);
  issues(corporate(336), 1, 400_000);
  firm.hold(stock, 700_000, "70");
  firm.hold(stock, 300_000);
  firm.hold(stock, -400_000);
  firm.hold({ type: "money-market-fund" }, 500_000, "1");
  firm.list("OFFERING", stock);
  firm.mark("OFFERING", "30");
  firm.apply({
    kind: "commitment-reported",
    commitment: "offering",
    instrument: "OFFERING",
    side: "long",
    quantity: "10000",
    contractPrice: "29.5",
  });
  firm.cash("customer", "bank", 60_000_000);
  return firm;
}

test("W19: the whole waterfall", () => {
  const firm = worked19();
  const { waterfall, ratio, netCapital, aggregateDebitItems, tier } = firm.figure();
  const amount = (code: string): string | undefined => {
    const line = findLine(waterfall, code);
    return line === undefined ? undefined : formatDollars(line.amount);
  };
  const expected = {
    capital: "6000000.00",
    "non-allowable": "750000.00",
    charges: "125000.00",
    "tentative-net-capital": "5125000.00",
    "haircuts/governments": "16250.00",
    "haircuts/municipals": "210000.00",
    "haircuts/corporate-debt": "185000.00",
    "haircuts/equities": "172500.00",
    "haircuts/funds": "10000.00",
    "haircuts/undue-concentration": "28125.00",
    "haircuts/commitments": "40000.00",
    haircuts: "661875.00",
    "net-capital": "4463125.00",
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((code) => [code, amount(code)])), expected);
  assert.equal(firm.line("requirement"), "1200000.00");
  assert.equal(firm.line("excess"), "3263125.00");
  assert.equal(ratio.percent, "7.44");
  assert.equal(netCapital - aggregateDebitItems * 0.05, 1_463_125_00, "above 5 percent of debits");
  assert.equal(tier, undefined);
});
