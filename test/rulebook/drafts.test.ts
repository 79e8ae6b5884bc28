/** Drafts of rulebooks: written, written again, taken back, put in force, and restored the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { parseDay } from "../../src/base/time.ts";
import { documentHash, isSameOfficer } from "../../src/rulebook/drafts.ts";
import { RulebookStore } from "../../src/rulebook/store.ts";

const TODAY = parseDay("2026-06-01");

function document(version: string, effective: string, title = "T"): string {
  return `rulebook: limits\nversion: "${version}"\neffective: "${effective}"\ntitle: ${title}\nreference: R\n`;
}

function draft(store: RulebookStore, version: string, effective: string, by: string, title?: string): void {
  const proposed = { rulebook: "limits", version, document: document(version, effective, title), by, at: "T1" };
  store.checkDraft(proposed, TODAY);
  store.drafts.propose(proposed);
}

function activate(
  store: RulebookStore,
  version: string,
  effective: string,
  by: readonly [string, string],
  title?: string,
): void {
  store.activate({
    rulebook: "limits",
    version,
    effective: parseDay(effective),
    document: document(version, effective, title),
    approvedBy: by[0],
    secondApproval: by[1],
    at: "T2",
  });
}

const statuses = (store: RulebookStore): string[] =>
  store.drafts
    .history("limits")
    .map(({ version, by, status, closedBy }) => `${version} ${by} ${status} ${closedBy ?? ""}`.trim());

test("a draft is known by the hash of its text; written again, the first is superseded", () => {
  const store = new RulebookStore();
  draft(store, "2", "2026-07-01", "Ann");
  draft(store, "2", "2026-07-01", "Ben", "Other");
  assert.deepEqual(statuses(store), ["2 Ann superseded Ben", "2 Ben draft"]);
  const { hash } = store.drafts.checkOpen("limits", "2");
  assert.equal(hash, documentHash(document("2", "2026-07-01", "Other")));
  assert.notEqual(hash, store.drafts.history("limits")[0]?.hash);
});

test("put in force, a draft is approved; with another text, superseded; one of another version stays open", () => {
  const store = new RulebookStore();
  draft(store, "2", "2026-07-01", "Ann");
  draft(store, "3", "2026-08-01", "Ann");
  draft(store, "4", "2026-09-01", "Ann");
  activate(store, "2", "2026-07-01", ["Ann", "Ben"]);
  activate(store, "3", "2026-08-01", ["Cy", "Ben"], "Other");
  assert.deepEqual(statuses(store), ["2 Ann approved Ben", "3 Ann superseded Ben", "4 Ann draft"]);
  assert.throws(() => store.drafts.checkOpen("limits", "2"), {
    message: /version = "2": is approved; expected the version of an open draft/,
  });
});

test("what is taken back may be drafted anew; what was put in force may not", () => {
  const store = new RulebookStore();
  draft(store, "2", "2026-07-01", "Ann");
  store.drafts.withdraw("limits", "2", "Ben", "T3", "Too early");
  assert.equal(store.drafts.find("limits", "2")?.reason, "Too early");
  assert.throws(() => store.drafts.withdraw("limits", "2", "Ben", "T3"), { message: /is withdrawn/ });
  assert.throws(() => store.drafts.withdraw("limits", "9", "Ben", "T3"), { message: /was never drafted/ });
  draft(store, "2", "2026-07-01", "Ann");
  activate(store, "2", "2026-07-01", ["Ann", "Ben"]);
  assert.throws(() => draft(store, "2", "2026-07-01", "Ann"), { message: /has had a version of this name/ });
});

test("a draft that could never be in force, or that says otherwise than its fact, is refused with its line", () => {
  const store = new RulebookStore();
  activate(store, "1", "2026-05-01", ["Ann", "Ben"]);
  assert.throws(() => draft(store, "2", "2026-04-01", "Ann"), {
    message: /effective = "2026-04-01": version 1 has been in force since 2026-05-01.*\(limits, row 3, column 1\)$/,
  });
  assert.throws(() => draft(store, "2", "2026-05-01", "Ann"), { message: /takes effect on the same day/ });
  const proposed = { rulebook: "limits", version: "3", document: document("2", "2026-07-01"), by: "Ann", at: "T" };
  assert.throws(() => store.checkDraft(proposed, TODAY), {
    message: /version = "3": the document says otherwise; expected "2"/,
  });
});

test("one officer is not two by another spelling", () => {
  assert.ok(isSameOfficer("Ann  Lee", " ann lee"));
  assert.ok(!isSameOfficer("Ann Lee", "Ann Li"));
  assert.throws(() => activate(new RulebookStore(), "1", "2026-01-01", ["Ann", "ANN "]), {
    message: /another officer/,
  });
});

test("a restored store, and a copy, are the same; a copy goes its own way", () => {
  const store = new RulebookStore();
  draft(store, "2", "2026-07-01", "Ann");
  activate(store, "2", "2026-07-01", ["Ann", "Ben"]);
  draft(store, "3", "2026-08-01", "Ann");
  const restored = new RulebookStore();
  restored.restore(new SectionReader(store.sections()));
  const copy = store.copy();
  for (const other of [restored, copy]) assert.equal(hashSections(other.sections()), hashSections(store.sections()));
  copy.drafts.withdraw("limits", "3", "Ben", "T");
  assert.equal(store.drafts.find("limits", "3")?.status, "draft");
});
