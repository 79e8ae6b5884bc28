/** Every reason to refuse a posting: found before anything changes, by `check` and by `post` alike. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import { House, type Unstamped } from "./house.ts";
import { bought, cash, opened, settled, shares, sold, trade } from "./story.ts";

describe("refusals leave no trace", () => {
  const house = new House();
  house.mark("XYZ", 1);
  house.post(cash("bank", "alice", "90071992547409.91"));
  house.post(bought({ account: "bob", quantity: "10" }));
  house.post(bought({ account: "dave", quantity: "10" }));
  house.books.accounts.close(house.books.names.find("rent") ?? -1);
  house.post(opened("2026-11-16"));

  const cases: readonly [what: string, fact: Unstamped, code: string, field: string][] = [
    ["an unknown account", cash("bank", "nobody", "1"), "unknown-account", "to"],
    ["an unknown instrument", bought({ instrument: "ABC" }), "unknown-instrument", "instrument"],
    ["a closed account", cash("bank", "rent", "1"), "not-allowed", "to"],
    ["an account to itself", cash("bank", "bank", "1"), "not-allowed", "to"],
    ["a place that trades", bought({ account: "depository" }), "not-allowed", "account"],
    ["a customer as contra", bought({ contra: "bob" }), "not-allowed", "contra"],
    ["a trade of an index", bought({ instrument: "SPX" }), "not-allowed", "instrument"],
    ["a trade of cash", bought({ instrument: "USD" }), "not-allowed", "instrument"],
    [
      "cash that is a security",
      { ...cash("bank", "alice", "1"), currency: "XYZ" } as Unstamped,
      "not-allowed",
      "currency",
    ],
    ["a fraction of a share", bought({ quantity: "0.5" }), "not-exact", "quantity"],
    ["a fraction of a cent", cash("bank", "alice", "0.001"), "not-exact", "amount"],
    ["nothing", bought({ quantity: "0" }), "bad-value", "quantity"],
    ["less than nothing", cash("bank", "alice", "-1"), "bad-value", "amount"],
    ["settlement before the trade", bought({ settleDay: "2026-11-15" }), "bad-value", "settleDay"],
    ["a cash balance past 2^53", cash("bank", "alice", "0.01"), "overflow", "account"],
    ["a principal past 2^53", bought({ quantity: "9007199254740991" }), "overflow", "XYZ"],
    ["a position too large for lots", bought({ quantity: "4503599627370497", price: "0" }), "overflow", "account"],
    ["a lot where nothing is relieved", bought({ account: "bob", lot: "2026-11-16" }), "not-allowed", "lot"],
    ["more than the lot has", sold({ account: "bob", quantity: "11", lot: "2026-11-16" }), "not-allowed", "lot"],
    ["a lot of another day", sold({ account: "bob", quantity: "1", lot: "2026-11-15" }), "not-allowed", "lot"],
    [
      "a lot of an account at average cost",
      sold({ account: "dave", quantity: "1", lot: "2026-11-16" }),
      "not-allowed",
      "lot",
    ],
    ["an earlier business day", opened("2026-11-13"), "not-allowed", "day"],
    ["a day outside the calendar", bought({ tradeDay: "2040-01-03" }), "missing-input", "day"],
    ["a settlement of nothing", settled("received", "0", "0"), "bad-value", "amount"],
    ["a negative cost", shares("depository", "alice", "1", { cost: "-1" }), "bad-value", "cost"],
    [
      "a bank as the place of securities",
      { ...settled("received", "1", "1"), place: "bank" } as Unstamped,
      "not-allowed",
      "place",
    ],
    [
      "a stated balance of a customer",
      { kind: "general-ledger-balance", account: "alice", currency: "USD", side: "debit", amount: "1", contra: "bank" },
      "not-allowed",
      "account",
    ],
    [
      "a borrow from a customer",
      {
        kind: "stock-borrowed",
        lender: "alice",
        place: "depository",
        cashPlace: "bank",
        instrument: "XYZ",
        quantity: "1",
        currency: "USD",
        cash: "1",
      },
      "not-allowed",
      "lender",
    ],
  ];
  for (const [what, fact, code, field] of cases) test(what, () => house.refuse(fact, code, field));

  test("positions, costs and profits past what is held exactly", () => {
    const full = new House();
    const half = "4503599627370496";
    const zero = { cost: "0" };
    full.post(shares("depository", "alice", half, zero));
    full.refuse(shares("suspense", "alice", "1", zero), "overflow", "account");
    full.refuse(bought({ quantity: "1", price: "0" }), "overflow", "account");
    full.post(shares("bob", "segregated", half, zero));
    full.refuse(shares("bob", "suspense", "1", zero), "overflow", "account");
    const fortune = { cost: "90071992547409.91" };
    full.post(shares("suspense", "carol", "1", fortune));
    full.refuse(shares("suspense", "carol", "1", { cost: "0.01" }), "overflow", "account");
    full.refuse(shares("carol", "erin", "2", fortune), "overflow", "account");
    full.post(shares("carol", "erin", "1"));
    full.refuse(sold({ account: "erin", quantity: "1", price: "1" }), "overflow", "account");
    full.post(sold({ account: "erin", quantity: "1", price: "0" }));
    assert.equal(full.realised("erin"), -Number.MAX_SAFE_INTEGER);
    full.refuse(bought({ account: "erin", quantity: "1", price: "1" }), "overflow", "account");
  });

  test("commission where no account takes it", () => {
    const bare = new House();
    const named = bare.books.names.find("commission-revenue") ?? -1;
    bare.books.accounts.close(named);
    bare.refuse(bought({ commission: "1" }), "not-allowed", "commission");
    bare.refuse(trade("trade-busted", { commission: "1" }), "not-allowed", "commission");
    bare.post(bought());
  });

  test("an account closes only when it is empty on both bases", () => {
    const busy = new House();
    const closing: FactOfKind<"account-closed"> = {
      kind: "account-closed",
      at: "2026-11-16T15:00:00Z",
      account: "alice",
    };
    assert.equal(busy.postings.check(closing), undefined);
    busy.post(bought());
    assert.equal(busy.postings.check(closing)?.code, "not-allowed");
    busy.post(trade("trade-busted", {}));
    busy.expect("");
    assert.equal(busy.postings.check(closing)?.code, "not-allowed", "two legs are still to settle");
    busy.post(opened("2026-11-17"));
    assert.equal(busy.postings.check(closing), undefined);
  });
});
