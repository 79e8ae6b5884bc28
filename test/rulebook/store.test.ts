/** Which rulebook is in force on a day, what cannot be activated, and that a restored store says the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { parseDay } from "../../src/base/time.ts";
import { type ActivatedRulebook, RulebookStore } from "../../src/rulebook/store.ts";

function book(
  version: string,
  effective: string,
  { rulebook = "limits", replaces = "", second = "Ben" } = {},
): ActivatedRulebook {
  const document = [
    `rulebook: ${rulebook}`,
    `version: "${version}"`,
    `effective: "${effective}"`,
    "title: T",
    "reference: R",
    ...(replaces === "" ? [] : [`replaces: "${replaces}"`]),
  ].join("\n");
  return { rulebook, version, effective: parseDay(effective), document, approvedBy: "Ann", secondApproval: second };
}

const inForce = (store: RulebookStore, day: string): string | undefined =>
  store.inForce("limits", parseDay(day))?.version;

test("in force is the latest that has taken effect, whatever the order of activation", () => {
  const store = new RulebookStore();
  store.activate(book("2", "2026-06-01"));
  store.activate(book("1", "2026-01-01"));
  store.activate(book("x", "2026-03-01", { rulebook: "other" }));
  assert.equal(inForce(store, "2025-12-31"), undefined);
  assert.equal(inForce(store, "2026-01-01"), "1");
  assert.equal(inForce(store, "2026-05-31"), "1");
  assert.equal(inForce(store, "2026-06-01"), "2");
});

test("two versions for one day are refused, unless the later says that it replaces the other", () => {
  const store = new RulebookStore();
  store.activate(book("1", "2026-01-01"));
  assert.throws(() => store.check(book("2", "2026-01-01")), {
    code: "not-allowed",
    message: /version 1 of limits takes effect on the same day.*replaces: 1/,
  });
  assert.throws(() => store.check(book("2", "2026-01-01", { replaces: "0" })), { code: "not-allowed" });
  store.activate(book("2", "2026-01-01", { replaces: "1" }));
  assert.equal(inForce(store, "2026-01-01"), "2");
  assert.throws(
    () => store.check(book("3", "2026-01-01", { replaces: "1" })),
    { code: "not-allowed" },
    "it is version 2 that stands there now",
  );
});

test("a version is never used twice, the officers are two, and the document agrees with the fact", () => {
  const store = new RulebookStore();
  store.activate(book("1", "2026-01-01"));
  assert.throws(() => store.check(book("1", "2026-02-01")), {
    code: "not-allowed",
    message: /has had a version of this name/,
  });
  assert.throws(() => store.check(book("2", "2026-02-01", { second: "Ann" })), { message: /another officer/ });
  assert.throws(() => store.check({ ...book("2", "2026-02-01"), version: "3" }), {
    message: 'version = "3": the document says otherwise; expected "2"',
  });
  assert.throws(() => store.check({ ...book("2", "2026-02-01"), effective: parseDay("2026-02-02") }), {
    message: /effective = "2026-02-02": the document says otherwise/,
  });
  assert.throws(() => store.check({ ...book("2", "2026-02-01"), document: "nothing" }), { code: "bad-value" });
  assert.equal(store.history("limits").length, 1, "checking changes nothing");
});

test("a restored store has the same hash and says the same", () => {
  const store = new RulebookStore();
  store.activate(book("1", "2026-01-01"));
  store.activate(book("2", "2026-06-01"));
  const restored = new RulebookStore();
  restored.restore(new SectionReader(store.sections()));
  assert.equal(hashSections(restored.sections()), hashSections(store.sections()));
  assert.equal(inForce(restored, "2026-07-01"), "2");
});
