import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { CapitalItems } from "../../src/books/capital-items.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import { AT, Master } from "./master.ts";

function item(name: string, amount: string, label = name): FactOfKind<"capital-item-reported"> {
  return {
    kind: "capital-item-reported",
    at: AT,
    item: name,
    treatment: "charge",
    label,
    paragraph: "15c3-1(c)(2)(iv)",
    amount,
  };
}

function commitment(name: string, quantity: string, instrument = "ipo"): FactOfKind<"commitment-reported"> {
  return {
    kind: "commitment-reported",
    at: AT,
    commitment: name,
    instrument,
    side: "long",
    quantity,
    contractPrice: "18.5",
  };
}

const master = new Master({ instrument: "ipo", type: "equity" });

test("the newest report of an item is the one that counts, in the place of the first", () => {
  const items = new CapitalItems(master.instruments);
  for (const fact of [item("fails", "100.25"), item("suspense", "7"), item("fails", "80", "aged fails")]) {
    items.check(fact);
    items.report(fact);
  }
  assert.deepEqual(
    [...items.items()],
    [
      { item: "fails", treatment: "charge", label: "aged fails", paragraph: "15c3-1(c)(2)(iv)", amount: 80_00 },
      { item: "suspense", treatment: "charge", label: "suspense", paragraph: "15c3-1(c)(2)(iv)", amount: 7_00 },
    ],
  );
  items.report(item("fails", "0"));
  assert.deepEqual(
    [...items.items()].map(({ item: name }) => name),
    ["suspense"],
  );
  items.report(item("fails", "5"));
  assert.deepEqual(
    [...items.items()].map(({ item: name }) => name),
    ["suspense", "fails"],
  );
});

test("commitments are counted in units of their security", () => {
  const items = new CapitalItems(master.instruments);
  const row = master.instruments.findText("ipo");
  items.report(commitment("deal-1", "1000"));
  items.report(commitment("deal-2", "500"));
  items.report(commitment("deal-1", "750"));
  assert.deepEqual(
    [...items.commitments()],
    [
      { commitment: "deal-1", instrument: row, side: "long", quantity: 750, contractPrice: 18.5e8 },
      { commitment: "deal-2", instrument: row, side: "long", quantity: 500, contractPrice: 18.5e8 },
    ],
  );
  items.report(commitment("deal-1", "0"));
  assert.equal([...items.commitments()].length, 1);
});

test("what cannot be held exactly, or is not listed, is refused", () => {
  const items = new CapitalItems(master.instruments);
  assert.throws(() => items.check(item("x", "1.005")), { code: "not-exact", message: /amount = "1.005"/ });
  assert.throws(() => items.check(commitment("x", "0.5")), {
    code: "not-exact",
    message: /quantity = "0.5": finer than ipo is counted/,
  });
  assert.throws(() => items.check(commitment("x", "1", "ghost")), {
    code: "unknown-instrument",
    message: /instrument = "ghost"/,
  });
});

test("restored items are the items, in their order", () => {
  const items = new CapitalItems(master.instruments);
  for (const fact of [item("b", "1"), item("a", "2"), commitment("z", "3"), commitment("y", "4")]) items.report(fact);
  const restored = new CapitalItems(master.instruments);
  restored.report(item("stale", "9"));
  restored.restore(new SectionReader(items.sections()));
  assert.equal(hashSections(restored.sections()), hashSections(items.sections()));
  assert.deepEqual([...restored.items()], [...items.items()]);
  assert.deepEqual([...restored.commitments()], [...items.commitments()]);
});
