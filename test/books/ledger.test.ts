/** The ledger itself: transfers, their limits, conservation on both bases, an account's rows, snapshots, pending amounts. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import type { Day } from "../../src/base/time.ts";
import { Entry } from "../../src/books/entry.ts";
import { Ledger } from "../../src/books/ledger.ts";
import { PendingAmounts } from "../../src/books/pending.ts";
import { NO_DAY, Settlement } from "../../src/books/settlement.ts";

const MAX = Number.MAX_SAFE_INTEGER;
const ledger = () => new Ledger(new Settlement());
const hash = (of: Ledger) => hashSections([...of.sections(), ...of.settlement.sections()]);

describe("transfers", () => {
  test("move both bases", () => {
    const books = ledger();
    books.transfer(7, 1, 2, 500);
    assert.deepEqual(
      [1, 2, 3].map((account) => books.balance(account, 7)),
      [-500, 500, 0],
    );
    assert.deepEqual(
      [1, 2, 3].map((account) => books.settledBalance(account, 7)),
      [-500, 500, 0],
    );
    assert.equal(books.row(3, 7), -1);
  });

  test("reach the last exact whole number and not beyond, on either side", () => {
    const books = ledger();
    books.transfer(0, 1, 2, MAX);
    assert.equal(books.balance(2, 0), MAX);
    const before = hash(books);
    assert.throws(() => books.transfer(0, 3, 2, 1), { code: "overflow" });
    assert.throws(() => books.transfer(0, 1, 3, 1), { code: "overflow" });
    assert.throws(() => books.transfer(0, 4, 5, MAX + 1), { code: "not-exact" });
    assert.throws(() => books.transfer(0, 4, 5, 0.5), { code: "not-exact" });
    assert.throws(() => books.transfer(0, 4, 5, -1), { code: "not-exact" });
    assert.throws(() => books.transfer(0, 4, 5, Number.NaN), { code: "not-exact" });
    assert.throws(() => books.transfer(0, 4, 4, 1), { code: "not-allowed" });
    books.transfer(0, 4, 5, 0);
    assert.equal(hash(books), before, "nothing of it left a trace");
    books.transfer(0, 2, 1, MAX);
    assert.deepEqual(books.verifyConservation(), []);
  });

  test("tell the observer, who sees the balance after each posting", () => {
    const books = ledger();
    const seen: number[][] = [];
    books.observer = {
      balanceChanged: (...change) => void seen.push([...change, books.balance(change[0], change[1])]),
    };
    books.transfer(9, 1, 2, 5);
    books.transfer(9, 2, 3, 2);
    assert.deepEqual(seen, [
      [1, 9, 0, -5, -5],
      [2, 9, 0, 5, 5],
      [2, 9, 5, 3, 3],
      [3, 9, 0, 2, 2],
    ]);
  });
});

test("an account's rows are found from the account", () => {
  const books = ledger();
  for (const asset of [3, 1, 2]) books.rowFor(5, asset);
  books.rowFor(4, 1);
  const assets: number[] = [];
  for (let row = books.firstRow(5); row !== -1; row = books.nextRow(row)) assets.push(books.rows.columns.asset[row]);
  assert.deepEqual(assets, [2, 1, 3]);
  assert.deepEqual([books.firstRow(0), books.firstRow(99)], [-1, -1]);
});

describe("entries", () => {
  test("are posted whole or not at all", () => {
    const books = ledger();
    books.transfer(0, 1, 2, MAX - 10);
    const entry = new Entry(books);
    entry.move(5, 3, 4, 100);
    entry.move(0, 1, 2, 6);
    assert.equal(entry.overflowingAccount(), -1);
    entry.move(0, 6, 2, 5, 9 as Day);
    const before = hash(books);
    assert.equal(entry.overflowingAccount(), 2, "the moves before count");
    entry.reserve();
    assert.equal(hash(books), before);
  });

  test("pending amounts cannot carry a settled balance out of range in whatever order they settle", () => {
    const books = ledger();
    const entry = new Entry(books);
    const move = (units: number, day: number): number => {
      entry.clear();
      entry.move(0, 1, 2, units, day as Day);
      const overflowing = entry.overflowingAccount();
      if (overflowing === -1) entry.post();
      return overflowing;
    };
    assert.equal(move(2 ** 51, 1), -1);
    assert.equal(move(-(2 ** 51), 2), -1);
    assert.equal(books.balance(2, 0), 0);
    assert.equal(move(1, 1), 1, "two halves of the range are pending");
    books.settlement.settleDue(1 as Day);
    assert.equal(books.settledBalance(2, 0), 2 ** 51);
    assert.equal(move(1, 1), -1);
    books.settlement.settleDue(2 as Day);
    assert.equal(books.settledBalance(2, 0), 1);
  });
});

test("a transfer leaves room for what is pending", () => {
  const books = ledger();
  books.transfer(0, 1, 2, MAX - 100);
  const entry = new Entry(books);
  entry.move(0, 1, 2, 50, 9 as Day);
  assert.equal(entry.overflowingAccount(), -1);
  entry.post();
  assert.throws(
    () => books.transfer(0, 3, 2, 10),
    { code: "overflow" },
    "with 50 pending, settling could pass the range",
  );
  books.settlement.settleDue(9 as Day);
  books.transfer(0, 3, 2, 10);
  assert.equal(books.settledBalance(2, 0), MAX - 40);
});

test("verification finds a balance that was changed behind the ledger's back, on the bases that it touches", () => {
  const books = ledger();
  books.transfer(0, 1, 2, 2 ** 52);
  books.transfer(1, 1, 2, 7);
  books.settlement.expect(books.row(1, 1), books.row(2, 1), 3, 20 as Day);
  assert.deepEqual(books.verifyConservation(), []);
  books.rows.columns.quantity[books.row(2, 0)] -= 1;
  assert.deepEqual(books.verifyConservation(), [
    { asset: 0, basis: "trade-date", difference: -1 },
    { asset: 0, basis: "settlement", difference: -1 },
  ]);
  books.rows.columns.quantity[books.row(2, 0)] += 1;
  books.settlement.expect(books.row(1, 1), books.row(1, 0), 4, 20 as Day);
  assert.deepEqual(books.verifyConservation(), [
    { asset: 0, basis: "settlement", difference: -4 },
    { asset: 1, basis: "settlement", difference: 4 },
  ]);
});

test("restored from its sections it is equal, and stays equal", () => {
  const books = ledger();
  const run = (of: Ledger, from: number) => {
    const entry = new Entry(of);
    for (let step = from; step < from + 3000; step++) {
      entry.clear();
      entry.move(step % 7, step % 501, 1000 + (step % 3), step, (step >> 7) as Day);
      entry.move(step % 5, step % 401, 500 + (step % 3), step);
      assert.equal(entry.overflowingAccount(), -1);
      entry.post();
      if (step % 100 === 0) of.settlement.settleDue((step >> 8) as Day);
    }
  };
  run(books, 1);
  const copy = ledger();
  run(copy, 40_000);
  const reader = new SectionReader(
    [...books.sections(), ...books.settlement.sections()].map(({ name, bytes }) => ({ name, bytes: bytes.slice() })),
  );
  copy.restore(reader);
  copy.settlement.restore(reader);
  assert.equal(hash(copy), hash(books));
  run(books, 5000);
  run(copy, 5000);
  assert.equal(hash(copy), hash(books));
  assert.deepEqual(copy.verifyConservation(), []);
  for (let row = 0; row < books.size; row++) assert.equal(copy.settledOf(row), books.settledOf(row));
});

test("settling counts its legs and reuses them", () => {
  const settlement = new Settlement();
  assert.equal(settlement.openedDay, NO_DAY);
  const round = (day: number) => {
    for (let leg = 0; leg < 1000; leg++) settlement.expect(leg % 10, 10 + (leg % 3), 5, (day + (leg % 4)) as Day);
    assert.equal(settlement.settleDue((day - 1) as Day), 0);
    assert.equal(settlement.settleDue((day + 3) as Day), 1000);
    for (let row = 0; row < 13; row++) assert.equal(settlement.pending(row), 0);
  };
  round(10);
  const bytes = settlement.byteLength;
  for (let day = 20; day < 200; day += 10) round(day);
  assert.equal(settlement.byteLength, bytes);
  assert.equal(settlement.openedDay, 193);
});

test("the total of what is pending comes back to zero even from where it is only roughly kept", () => {
  const pending = new PendingAmounts();
  const large = 2 ** 52 - 1;
  for (let row = 0; row < 9; row++) pending.add(row, large - row);
  for (let row = 8; row >= 0; row--) pending.remove(row, large - row);
  assert.equal(pending.total, 0);
  pending.add(3, -7);
  assert.equal(pending.total, 7);
});

test("pending amounts agree with a map, through growth and removal", () => {
  const step = fc.record({
    row: fc.nat(400).map((n) => n * 4096),
    units: fc.integer({ min: -1000, max: 1000 }),
    remove: fc.boolean(),
  });
  const run = (steps: { row: number; units: number; remove: boolean }[]) => {
    const pending = new PendingAmounts();
    const model = new Map<number, number[]>();
    for (const { row, units, remove } of steps) {
      const amounts = model.get(row) ?? [];
      if (remove && amounts.length > 0) pending.remove(row, amounts.shift() ?? 0);
      else if (units !== 0) {
        pending.add(row, units);
        amounts.push(units);
      }
      if (amounts.length > 0) model.set(row, amounts);
      else model.delete(row);
    }
    assert.equal(pending.size, model.size);
    for (let row = 0; row <= 400 * 4096; row += 4096) {
      const amounts = model.get(row) ?? [];
      assert.equal(
        pending.net(row),
        amounts.reduce((sum, units) => sum + units, 0),
      );
      assert.equal(
        pending.gross(row),
        amounts.reduce((sum, units) => sum + Math.abs(units), 0),
      );
    }
  };
  fc.assert(fc.property(fc.array(step, { minLength: 500, maxLength: 3000, size: "max" }), run), {
    seed: 50,
    numRuns: 20,
  });
});
