/** All stores together: one fixed order of sections, each name once, and a restored copy that is equal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { House } from "./house.ts";

const AT = "2026-11-16T15:00:00Z";

test("restored books are equal, whatever stood in them before", () => {
  const [house, other] = [new House(), new House()];
  for (const [each, account] of [
    [house, "alice"],
    [other, "bob"],
    [other, "carol"],
  ] as const) {
    each.mark("XYZ", 12.5);
    each.post({
      kind: "securities-moved",
      at: AT,
      from: "depository",
      to: account,
      instrument: "XYZ",
      quantity: "7",
      reason: "opening",
    });
  }
  other.mark("FRAC", 3);
  const sections = house.books
    .sections()
    .map(({ name, bytes, ...derived }) => ({ name, bytes: bytes.slice(), ...derived }));
  assert.equal(new Set(sections.map(({ name }) => name)).size, sections.length, "every section has a name of its own");
  assert.notEqual(other.hash(), house.hash());
  other.books.restore(new SectionReader(sections));
  assert.deepEqual(
    other.books.sections().map(({ name }) => name),
    sections.map(({ name }) => name),
  );
  assert.equal(other.hash(), hashSections(sections));
  assert.deepEqual(other.balances(), ["alice XYZ 7", "depository XYZ -7"]);
});
