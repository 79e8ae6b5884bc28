/** What each fact posts, as short stories: after each event, every balance that is not zero. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDay } from "../../src/base/time.ts";
import { NO_DAY } from "../../src/books/settlement.ts";
import type { TradeTerms } from "../../src/books/trade-postings.ts";
import { House, type Unstamped } from "./house.ts";
import { bought, cash, opened, settled, shares, sold, trade } from "./story.ts";

describe("trades", () => {
  test("a buy stands on trade date, settles contractually, and is closed by what the depository reports", () => {
    const house = new House();
    house.post(opened("2026-11-16"));
    house.post(bought({ commission: "5", fees: "1" }));
    house.expect(`
      alice               XYZ  100     (settled 0)
      clearing            XYZ  -100    (settled 0)
      alice               USD  -19006  (settled 0)
      clearing            USD  19000   (settled 0)
      commission-revenue  USD  5       (settled 0)
      fees-payable        USD  1       (settled 0)`);
    house.post(opened("2026-11-17"));
    house.expect(`
      alice               XYZ  100
      clearing            XYZ  -100
      alice               USD  -19006
      clearing            USD  19000
      commission-revenue  USD  5
      fees-payable        USD  1`);
    house.post(settled("received", "100", "19000"));
    house.expect(`
      alice               XYZ  100
      depository          XYZ  -100
      alice               USD  -19006
      bank                USD  19000
      commission-revenue  USD  5
      fees-payable        USD  1`);
    assert.deepEqual(house.lots("alice", "XYZ"), [{ quantity: 100, cost: 19_006_00, opened: parseDay("2026-11-16") }]);
  });

  test("a sale mirrors the buy and realises proceeds less charges less cost", () => {
    const house = new House();
    house.post(opened("2026-11-16"));
    house.post(bought({ commission: "5", settleDay: "2026-11-16" }));
    house.post(sold({ price: "200", quantity: "40", commission: "2", fees: "0.16" }));
    house.expect(`
      alice               XYZ  60            (settled 100)
      clearing            XYZ  -60           (settled -100)
      alice               USD  -11007.16     (settled -19005)
      clearing            USD  11000         (settled 19000)
      commission-revenue  USD  7             (settled 5)
      fees-payable        USD  0.16          (settled 0)`);
    assert.equal(house.realised("alice"), 8000_00 - 2_16 - 7602_00);
    assert.deepEqual(house.lots("alice", "XYZ"), [{ quantity: 60, cost: 11403_00, opened: parseDay("2026-11-16") }]);
  });

  test("a short sale is covered by a borrow, delivered, bought back and returned", () => {
    const house = new House();
    house.post(opened("2026-11-16"));
    house.post(sold({ account: "bob", side: "sell-short" }));
    house.post(opened("2026-11-17"));
    house.post({
      kind: "stock-borrowed",
      lender: "lender",
      place: "depository",
      cashPlace: "bank",
      instrument: "XYZ",
      quantity: "100",
      currency: "USD",
      cash: "19380",
    });
    house.expect(`
      bob         XYZ  -100
      clearing    XYZ  100
      lender      XYZ  100
      depository  XYZ  -100
      bob         USD  19000
      clearing    USD  -19000
      lender      USD  -19380
      bank        USD  19380`);
    house.post(settled("delivered", "100", "19000"));
    house.expect(`
      bob     XYZ  -100
      lender  XYZ  100
      bob     USD  19000
      lender  USD  -19380
      bank    USD  380`);
    assert.deepEqual(house.lots("bob", "XYZ"), [{ quantity: -100, cost: -19000_00, opened: parseDay("2026-11-16") }]);
    house.post(bought({ account: "bob", price: "180", tradeDay: "2026-11-17" }));
    assert.equal(house.realised("bob"), 1000_00);
    house.post(opened("2026-11-18"));
    house.post(settled("received", "100", "18000"));
    house.post({
      kind: "stock-borrow-returned",
      lender: "lender",
      place: "depository",
      cashPlace: "bank",
      instrument: "XYZ",
      quantity: "100",
      currency: "USD",
      cash: "19380",
    });
    house.expect(`
      bob   USD  1000
      bank  USD  -1000`);
  });

  test("a partial delivery leaves the rest with the clearing account: a fail", () => {
    const house = new House();
    house.post(opened("2026-11-16"));
    house.post(bought());
    house.post(opened("2026-11-17"));
    house.post(settled("received", "60", "11400"));
    house.expect(`
      alice       XYZ  100
      depository  XYZ  -60
      clearing    XYZ  -40
      alice       USD  -19000
      clearing    USD  7600
      bank        USD  11400`);
    house.post(shares("fail-to-receive", "clearing", "40"));
    house.post(cash("clearing", "fail-to-receive", "7600", "settlement"));
    house.expect(`
      alice            XYZ  100
      depository       XYZ  -60
      fail-to-receive  XYZ  -40
      alice            USD  -19000
      fail-to-receive  USD  7600
      bank             USD  11400`);
    house.post({
      kind: "settlement-reported",
      contra: "fail-to-receive",
      place: "depository",
      cashPlace: "bank",
      direction: "received",
      instrument: "XYZ",
      quantity: "40",
      currency: "USD",
      amount: "7600",
    });
    house.expect(`
      alice       XYZ  100
      depository  XYZ  -100
      alice       USD  -19000
      bank        USD  19000`);
  });

  test("accrued interest is paid by the buyer and is no part of the lot", () => {
    const house = new House();
    house.post(
      bought({ account: "inventory", instrument: "NOTE", quantity: "100000", price: "99.5", accrued: "11.05" }),
    );
    house.expect(`
      inventory  NOTE  100000     (settled 0)
      clearing   NOTE  -100000    (settled 0)
      inventory  USD   -99511.05  (settled 0)
      clearing   USD   99511.05   (settled 0)`);
    assert.equal(house.lots("inventory", "NOTE")[0]?.cost, 99_500_00);
  });

  test("a principal that is no whole cent is rounded once, half to even", () => {
    const house = new House();
    house.post(bought({ instrument: "FRAC", quantity: "0.5", price: "0.01" }));
    house.post(bought({ account: "bob", instrument: "FRAC", quantity: "1.5", price: "0.01" }));
    house.expect(`
      alice     FRAC  0.5   (settled 0)
      bob       FRAC  1.5   (settled 0)
      clearing  FRAC  -2    (settled 0)
      bob       USD   -0.02 (settled 0)
      clearing  USD   0.02  (settled 0)`);
  });

  test("a trade that is reported after its settlement day settles at once", () => {
    const house = new House();
    house.post(opened("2026-11-18"));
    house.post(bought());
    house.expect(`
      alice     XYZ  100
      clearing  XYZ  -100
      alice     USD  -19000
      clearing  USD  19000`);
  });

  test("an explicit settlement day is kept until it is opened", () => {
    const house = new House();
    house.post(bought({ settleDay: "2026-11-20" }));
    house.post(opened("2026-11-19"));
    assert.ok(house.balances().includes("alice XYZ 100 (settled 0)"));
    house.post(opened("2026-11-20"));
    assert.ok(house.balances().includes("alice XYZ 100"));
  });
});

describe("busts", () => {
  test("a busted buy takes everything back, before and after it settled", () => {
    for (const day of ["2026-11-16", "2026-11-17"]) {
      const house = new House();
      house.post(opened("2026-11-16"));
      house.post(bought({ commission: "5", fees: "1" }));
      house.post(opened(day));
      house.post(trade("trade-busted", { commission: "5", fees: "1" }));
      house.expect("");
      assert.deepEqual(house.lots("alice", "XYZ"), []);
      assert.equal(house.realised("alice"), 0);
    }
  });

  test("of several buys of one day the very lot that is busted goes", () => {
    const house = new House();
    house.post(bought({ price: "100" }));
    house.post(bought({ price: "110" }));
    house.post(bought({ price: "120" }));
    house.post(trade("trade-busted", { price: "110" }));
    assert.deepEqual(
      house.lots("alice", "XYZ").map(({ cost }) => cost),
      [10000_00, 12000_00],
    );
    assert.equal(house.realised("alice"), 0);
  });

  test("a busted short sale takes its short lot back", () => {
    const house = new House();
    house.post(sold({ side: "sell-short" }));
    house.post(trade("trade-busted", { side: "sell-short" }));
    house.expect("");
    assert.equal(house.realised("alice"), 0);
  });

  test("a busted sale of a long position opens a lot at what the sale brought; the profit of the sale stays", () => {
    const house = new House();
    house.post(bought({ price: "100" }));
    house.post(sold({ price: "150", tradeDay: "2026-11-17" }));
    house.post(trade("trade-busted", { side: "sell", price: "150", tradeDay: "2026-11-17" }));
    assert.deepEqual(house.lots("alice", "XYZ"), [{ quantity: 100, cost: 15000_00, opened: parseDay("2026-11-17") }]);
    assert.equal(house.realised("alice"), 5000_00);
  });

  test("busting more than is held goes short", () => {
    const house = new House();
    house.post(trade("trade-busted", { price: "100" }));
    assert.deepEqual(house.lots("alice", "XYZ"), [{ quantity: -100, cost: -10000_00, opened: parseDay("2026-11-16") }]);
  });
});

describe("cash", () => {
  test("a deposit, a fee and a dividend", () => {
    const house = new House();
    house.post(cash("bank", "alice", "20000", "deposit"));
    house.post(cash("alice", "commission-revenue", "12.5", "fee"));
    house.post(cash("clearing", "alice", "85", "dividend"));
    house.expect(`
      bank                USD  -20000
      alice               USD  20072.5
      commission-revenue  USD  12.5
      clearing            USD  -85`);
  });

  test("a bank loan secured by customers' margin securities", () => {
    const house = new House();
    house.mark("XYZ", 190);
    house.post(shares("depository", "bob", "500", { reason: "receive" }));
    house.post(cash("bank", "loan", "50000", "loan"));
    house.post(shares("pledged", "depository", "500", { reason: "pledge" }));
    house.expect(`
      bob      XYZ  500
      pledged  XYZ  -500
      loan     USD  50000
      bank     USD  -50000`);
  });

  test("the general ledger states a balance and the difference is posted", () => {
    const house = new House();
    const states = (side: "debit" | "credit", amount: string, account = "furniture"): Unstamped => ({
      kind: "general-ledger-balance",
      account,
      currency: "USD",
      side,
      amount,
      contra: "capital",
    });
    house.post(states("debit", "1000"));
    house.expect("furniture USD -1000\n capital USD 1000");
    house.post(states("debit", "400"));
    house.expect("furniture USD -400\n capital USD 400");
    house.post(states("debit", "400"));
    house.post(states("credit", "75"));
    house.expect("furniture USD 75\n capital USD -75");
    house.post(states("credit", "0"));
    house.expect("");
    house.post(states("debit", "10", "bank"));
    house.expect("bank USD -10\n capital USD 10");
  });
});

describe("securities", () => {
  test("a transfer takes the relieved lots along, each with its cost and day", () => {
    const house = new House();
    house.post(bought({ price: "100", tradeDay: "2026-11-13" }));
    house.post(bought({ price: "120" }));
    house.post(shares("alice", "erin", "150"));
    assert.deepEqual(house.lots("erin", "XYZ"), [
      { quantity: 100, cost: 10000_00, opened: parseDay("2026-11-13") },
      { quantity: 50, cost: 6000_00, opened: parseDay("2026-11-16") },
    ]);
    assert.deepEqual(house.lots("alice", "XYZ"), [{ quantity: 50, cost: 6000_00, opened: parseDay("2026-11-16") }]);
    assert.deepEqual([house.realised("alice"), house.realised("erin")], [0, 0]);
  });

  test("what comes in from a place has the stated cost and day, or the market value and the business day", () => {
    const house = new House();
    house.post(opened("2026-11-17"));
    house.post(shares("depository", "alice", "10", { cost: "1234.56", acquired: "2019-05-01" }));
    house.refuse(shares("depository", "alice", "10"), "missing-input", "cost");
    house.mark("XYZ", 190.25);
    house.post(shares("depository", "alice", "10"));
    assert.deepEqual(house.lots("alice", "XYZ"), [
      { quantity: 10, cost: 1234_56, opened: parseDay("2019-05-01") },
      { quantity: 10, cost: 1902_50, opened: parseDay("2026-11-17") },
    ]);
    house.post(shares("depository", "segregated", "20"));
    house.post(shares("alice", "depository", "20", { reason: "deliver" }));
    assert.deepEqual(house.lots("alice", "XYZ"), []);
    assert.equal(house.realised("alice"), 0);
  });

  test("delivering more than is held goes short at the market", () => {
    const house = new House();
    house.mark("XYZ", 50);
    house.post(shares("depository", "alice", "10", { cost: "100" }));
    house.post(shares("alice", "bob", "15"));
    assert.deepEqual(
      house.lots("alice", "XYZ").map(({ quantity, cost }) => [quantity, cost]),
      [[-5, -250_00]],
    );
    assert.deepEqual(
      house.lots("bob", "XYZ").map(({ quantity, cost }) => [quantity, cost]),
      [
        [10, 100_00],
        [5, 250_00],
      ],
    );
  });

  test("a stated cost is the receiver's, and shared by what the giver did not hold", () => {
    const house = new House();
    house.post(shares("depository", "alice", "10", { cost: "100" }));
    house.post(shares("alice", "bob", "15", { cost: "300" }));
    const plain = (account: string) => house.lots(account, "XYZ").map(({ quantity, cost }) => [quantity, cost]);
    assert.deepEqual(plain("alice"), [[-5, -100_00]]);
    assert.deepEqual(plain("bob"), [[15, 300_00]]);
    assert.deepEqual([house.realised("alice"), house.realised("bob")], [0, 0]);
  });

  test("what arrives covers a short position at the cost it brings", () => {
    const house = new House();
    house.post(sold({ account: "bob", side: "sell-short", quantity: "10", price: "30" }));
    house.post(shares("depository", "bob", "10", { cost: "100" }));
    assert.equal(house.realised("bob"), 200_00);
    assert.deepEqual(house.lots("bob", "XYZ"), []);
  });

  test("stock loaned and returned", () => {
    const house = new House();
    const loan = {
      borrower: "borrower",
      place: "depository",
      cashPlace: "bank",
      instrument: "XYZ",
      quantity: "10",
      currency: "USD",
      cash: "2000",
    };
    house.post({ kind: "stock-loaned", ...loan });
    house.expect(`
      borrower    XYZ  -10
      depository  XYZ  10
      bank        USD  -2000
      borrower    USD  2000`);
    house.post({ kind: "stock-loan-returned", ...loan });
    house.expect("");
  });
});

test("the hot kinds post the same by numbers as by their JSON form", () => {
  const [named, numbered] = [new House(), new House()];
  const terms: TradeTerms = {
    account: numbered.account("alice"),
    instrument: numbered.instrument("XYZ"),
    contra: numbered.account("clearing"),
    side: 0,
    quantity: 100,
    price: 190e8,
    tradeDay: parseDay("2026-11-16"),
    settleDay: NO_DAY,
    commission: 5_00,
    fees: 1_00,
    accrued: 0,
    lot: NO_DAY,
  };
  const charges = { commission: "5", fees: "1" };
  const same = () => assert.equal(numbered.hash(), named.hash());
  named.post(bought(charges));
  numbered.postings.tradeExecuted(terms);
  same();
  named.post(sold({ quantity: "10", lot: "2026-11-16" }));
  numbered.postings.tradeExecuted({
    ...terms,
    side: 1,
    quantity: 10,
    commission: 0,
    fees: 0,
    lot: parseDay("2026-11-16"),
  });
  same();
  named.post(trade("trade-busted", charges));
  numbered.postings.tradeBusted(terms);
  same();
  named.post(cash("bank", "alice", "12.34"));
  numbered.postings.cashMoved(numbered.account("bank"), terms.account, numbered.instrument("USD"), 12_34, 0);
  same();
  named.post(opened("2026-11-17"));
  assert.equal(numbered.postings.businessDayOpened(parseDay("2026-11-17")), 10);
  same();
  const before = numbered.hash();
  const refused = (change: Partial<TradeTerms>, code: string) =>
    assert.throws(() => numbered.postings.tradeExecuted({ ...terms, ...change }), { code });
  refused({ account: -1 }, "unknown-account");
  refused({ instrument: -1 }, "unknown-instrument");
  refused({ quantity: Number.NaN }, "not-exact");
  refused({ commission: Number.NaN }, "not-exact");
  refused({ side: 3 }, "bad-value");
  assert.throws(() => numbered.postings.cashMoved(-1, terms.account, numbered.instrument("USD"), 1, 0), {
    code: "unknown-account",
  });
  assert.throws(() => numbered.postings.cashMoved(terms.account, terms.contra, -1, 1, 0), {
    code: "unknown-instrument",
  });
  assert.equal(numbered.hash(), before);
});
