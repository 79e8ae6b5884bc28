/** The scheduled audit: another process computes net capital from scratch and holds the running engine's figures against it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseInstant } from "../../src/base/time.ts";
import type { OpenFirm } from "../../src/engine/open.ts";
import { openFirm } from "../../src/engine/open.ts";
import { rulebookFact, SETUP, trade } from "./firm.ts";

const directory = mkdtempSync(join(tmpdir(), "plimsoll-audit-"));
const NOW = "2026-03-02T15:00:00.000Z";
let firm: OpenFirm;

before(async () => {
  firm = await openFirm(directory, { auditAt: () => parseInstant(NOW) });
  await firm.engine.submit([rulebookFact()]);
  await firm.engine.submit(SETUP);
  await firm.engine.submit([trade({ account: "desk", quantity: "1000" })]);
});
after(async () => {
  await firm.close();
  rmSync(directory, { recursive: true });
});

function alerts(): { title: string; text: string }[] {
  return firm.engine.state.outbox.list({ kind: "audit-difference" });
}

test("an audit that finds nothing is recorded as a fact and alerts nobody", async () => {
  const { seq } = firm.engine;
  assert.deepEqual(await firm.snapshots.audit(), { asOfSeq: seq, differences: [] });
  assert.equal(firm.engine.seq, seq + 1);
  assert.deepEqual(alerts(), []);
});

test("a running figure that is one cent off is an alert, with the lines that differ first", async () => {
  const { books, netCapital } = firm.engine.state;
  const dollar = books.instruments.findText("USD");
  // A posting that never was: what a fault in the monitor would look like.
  netCapital.balanceChanged(books.accounts.findText("capital"), dollar, 0, 1);
  const { seq } = firm.engine;
  const meta = await firm.snapshots.take();
  assert.equal(meta.seq, seq, "the snapshot is of the books, which are right");
  assert.equal(alerts().length, 1);
  const [{ title, text }] = alerts();
  assert.match(title, /^The running net capital differs from the one from scratch in \d lines$/);
  assert.match(text, new RegExp(`^As of fact ${seq}\\. equity: running 5000000\\.01, from scratch 5000000\\.00; `));
  netCapital.rebuild();
  assert.deepEqual((await firm.snapshots.audit()).differences, []);
});
