/** The statement of one account: lots that sum to positions, realised and unrealised profit, null for what is unknown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { accountStatement } from "../../src/books/account-statement.ts";
import { House } from "./house.ts";
import { bought, opened, sold } from "./story.ts";

test("two buys and a sale: FIFO relieves the first lot; the rest is worth its market value", () => {
  const house = new House();
  for (const fact of [
    opened("2026-11-16"),
    bought({ quantity: "100", price: "30" }),
    bought({ quantity: "100", price: "52", tradeDay: "2026-11-17", execution: "e2" }),
    sold({ quantity: "150", price: "48", tradeDay: "2026-11-18", execution: "e3" }),
  ]) {
    house.post({ ...fact, at: "2026-11-16T15:00:00Z" });
  }
  const row = house.books.accounts.find(house.books.names.find("alice") ?? -1);
  const before = accountStatement(house.books, row);
  assert.deepEqual([before.positions[0]?.value, before.positions[0]?.unrealised], [null, null]);

  house.mark("XYZ", 60);
  const { positions, realised, cash } = accountStatement(house.books, row);
  // Sold 150 at 48 = 7,200 of cost 3,000 + 2,600: 1,600 gained. Left: 50 of cost 2,600, worth 3,000.
  assert.equal(realised, "1600.00");
  assert.deepEqual(positions, [
    {
      instrument: "XYZ",
      quantity: "50",
      settledQuantity: "0",
      cost: "2600.00",
      value: "3000.00",
      unrealised: "400.00",
      lots: [{ quantity: "50", cost: "2600.00", opened: "2026-11-17" }],
    },
  ]);
  assert.deepEqual(cash, [{ currency: "USD", balance: "-1000.00", settled: "0.00" }]);
});
