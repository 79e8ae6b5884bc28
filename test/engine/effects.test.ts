/** The outbox: numbered by fact, the same in every replay, delivered once, limited. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EffectNote } from "../../src/base/effect.ts";
import { SectionReader } from "../../src/base/state.ts";
import type { Instant } from "../../src/base/time.ts";
import { FactsRefused } from "../../src/engine/admission.ts";
import { EFFECTS_KEPT_MAX, effectStatus, Outbox } from "../../src/engine/effects.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { replay } from "../../src/engine/recovery.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import type { MemoryJournal } from "../../src/journal/memory.ts";
import { newFirm, trade } from "./firm.ts";

const NOTE: EffectNote = { kind: "tier-entered", severity: "warning", to: ["FINOP"], title: "Fell", text: "It fell." };

function outbox() {
  const cursor = { seq: 0, at: 0 as Instant };
  return { cursor, box: new Outbox(cursor) };
}

test("effects are numbered by their fact, and found by fact, time, kind and status", () => {
  const { cursor, box } = outbox();
  const ids: string[] = [];
  for (const seq of [7, 7, 9]) {
    cursor.seq = seq;
    cursor.at = (seq * 1000) as Instant;
    ids.push(box.emit(NOTE));
  }
  ids.push(box.emit({ ...NOTE, kind: "notice-due" }));
  assert.deepEqual(ids, ["7.1", "7.2", "9.1", "9.2"]);
  const found = (query: Parameters<typeof box.list>[0]): string[] => box.list(query).map(({ id }) => id);
  assert.deepEqual(found({ afterSeq: 7 }), ["9.1", "9.2"]);
  assert.deepEqual(found({ since: 9000 as Instant }), ["9.1", "9.2"]);
  assert.deepEqual(found({ kind: "notice-due" }), ["9.2"]);
  assert.deepEqual(found({ status: "delivered" }), []);
  assert.deepEqual(found({ afterNumber: 2 }), ["9.1", "9.2"]);
});

test("a delivery is the newest of its channel; one channel that delivered is enough", () => {
  const { cursor, box } = outbox();
  cursor.seq = 1;
  const effect = box.emit(NOTE);
  const tell = (channel: string, outcome: "delivered" | "failed"): string => {
    cursor.seq++;
    const fact = { kind: "effect-delivered", at: "2026-03-02T15:00:00Z", effect, channel, outcome } as const;
    box.checkDelivered(fact);
    box.delivered(fact);
    return effectStatus(box.list()[0]);
  };
  assert.equal(effectStatus(box.list()[0]), "pending");
  assert.equal(tell("mail", "failed"), "failed");
  assert.equal(tell("pager", "delivered"), "delivered");
  assert.equal(tell("pager", "failed"), "failed");
  assert.equal(tell("mail", "delivered"), "delivered");
  assert.deepEqual(
    box.list()[0].deliveries.map(({ channel, outcome, seq }) => `${channel} ${outcome} ${seq}`),
    ["pager failed 4", "mail delivered 5"],
  );
});

test("beyond the limit the oldest leave memory; what is said of them is still taken, what never was is refused", () => {
  const { cursor, box } = outbox();
  for (let seq = 1; seq <= EFFECTS_KEPT_MAX + 3; seq++) {
    cursor.seq = seq;
    box.emit(NOTE);
  }
  assert.deepEqual([box.count, box.forgotten, box.list().length], [EFFECTS_KEPT_MAX + 3, 3, EFFECTS_KEPT_MAX]);
  const check = (effect: string): void =>
    box.checkDelivered({
      kind: "effect-delivered",
      at: "2026-03-02T15:00:00Z",
      effect,
      channel: "mail",
      outcome: "delivered",
    });
  check("2.1");
  check("5.1");
  for (const never of ["5.2", `${EFFECTS_KEPT_MAX + 4}.1`, "nonsense"])
    assert.throws(() => check(never), /no such effect/);
  const copy = new Outbox(cursor);
  copy.restore(new SectionReader(box.sections()));
  assert.deepEqual(copy.sections(), box.sections());
});

test("a cascade of accounts displaces nothing of the firm, and a reader is told how many it missed", () => {
  const { cursor, box } = outbox();
  const margin: EffectNote = { ...NOTE, kind: "margin-call-issued" };
  const emit = (seq: number, note: EffectNote): void => {
    cursor.seq = seq;
    box.emit(note);
  };
  emit(1, NOTE);
  emit(1, margin);
  // One tick calls more accounts than are kept.
  for (let account = 0; account < EFFECTS_KEPT_MAX + 40; account++) emit(2, margin);
  emit(3, NOTE);
  assert.deepEqual(
    box.list({ kind: "tier-entered" }).map(({ id, number }) => [id, number]),
    [
      ["1.1", 1],
      ["3.1", EFFECTS_KEPT_MAX + 43],
    ],
  );
  assert.equal(box.forgotten, 41);
  assert.deepEqual(
    [box.missed(0), box.missed(2), box.missed(30), box.missed(42), box.missed(5000)],
    [41, 40, 12, 0, 0],
  );
  const numbers = box.list({ afterNumber: 30 }).map(({ number }) => number);
  assert.deepEqual([numbers[0], numbers.at(-1), numbers.length], [43, EFFECTS_KEPT_MAX + 43, EFFECTS_KEPT_MAX + 1]);
  const copy = new Outbox(cursor);
  copy.restore(new SectionReader(box.sections()));
  assert.equal(copy.missed(30), 12);
});

const at = "2026-03-02T14:00:00Z";
const price = (dollars: string, time = at): Fact => ({
  kind: "mark",
  at: time,
  instrument: "AAPL",
  price: dollars,
  basis: "official",
});

async function fallenFirm(): Promise<{ engine: Engine; journal: MemoryJournal }> {
  const firm = await newFirm();
  await firm.engine.submit([trade({ account: "desk", quantity: "25000" })]);
  await firm.engine.submit([price("18", at)]);
  return firm;
}

function effects(state: FirmState): unknown {
  return state.outbox.list().map((effect) => ({ ...effect }));
}

test("a fall through the tiers is told through the engine, and a replay tells the same", async () => {
  const { engine, journal } = await fallenFirm();
  const { seq } = engine;
  const caused = engine.state.outbox.list({ afterSeq: seq - 1 });
  assert.ok(caused.length > 3);
  assert.deepEqual(
    caused.map(({ id }) => id),
    caused.map((_, index) => `${seq}.${index + 1}`),
  );
  const replayed = new FirmState();
  replay(replayed, {
    durableSeq: journal.durableSeq,
    read: (from) => journal.read(from),
    chainHashAt: () => undefined,
  });
  assert.deepEqual(effects(replayed), effects(engine.state));
  assert.equal(replayed.hash(), engine.state.hash());
});

test("restored in the middle, it tells the rest as if it had never stopped", async () => {
  const { engine, journal } = await fallenFirm();
  const restored = new FirmState();
  restored.restore(
    new SectionReader(engine.state.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }))),
  );
  await engine.submit([price("200", "2026-03-02T14:05:00Z")]);
  await engine.submit([{ kind: "time-passed", at: "2026-03-03T14:30:00Z" }]);
  await engine.submit([price("20", "2026-03-03T15:00:00Z")]);
  replay(restored, {
    durableSeq: journal.durableSeq,
    read: (from) => journal.read(from),
    chainHashAt: () => undefined,
  });
  assert.deepEqual(effects(restored), effects(engine.state));
  assert.equal(restored.hash(), engine.state.hash());
  assert.ok(engine.state.outbox.list({ kind: "notice-overdue" }).length > 0, "time alone moves the clocks");
});

test("a day that turns out a holiday moves the clocks that count business days, live and restored", async () => {
  const { engine, journal } = await fallenFirm();
  const restored = new FirmState();
  const closed = { session: "closed", settlement: false, reason: "a storm" } as const;
  await engine.submit([{ kind: "calendar-day-set", at, day: "2026-03-03", ...closed }]);
  restored.restore(new SectionReader(engine.state.sections()));
  // The day of the opening counts: without the storm the sixteenth business day would be Monday 23 March.
  for (const day of ["2026-03-23", "2026-03-24"]) {
    await engine.submit([{ kind: "time-passed", at: `${day}T04:00:00Z` }]);
    const lasting = engine.state.outbox.list({ kind: "condition-lasting" });
    assert.equal(lasting.length > 0, day === "2026-03-24", day);
  }
  replay(restored, {
    durableSeq: journal.durableSeq,
    read: (from) => journal.read(from),
    chainHashAt: () => undefined,
  });
  assert.equal(restored.hash(), engine.state.hash());
});

test("a halt is released by two officers, a notice is sent, an effect is delivered: each a fact, each checked", async () => {
  const { engine } = await fallenFirm();
  const { tiers, notices } = engine.state.watch;
  const halt = tiers.restrictions.inForce().find(({ action }) => action.kind === "halt-capital-commitments");
  const [notice] = notices.notices.list();
  assert.ok(halt !== undefined);
  const refused = (fact: Fact, said: RegExp): Promise<void> =>
    assert.rejects(engine.submit([fact]), (error) => error instanceof FactsRefused && said.test(error.message));
  const release: Fact = {
    kind: "restriction-released",
    at,
    restriction: halt.id,
    by: "Ada",
    secondApproval: "Bob",
    reason: "capital came in",
  };
  await refused({ ...release, restriction: "1.9" }, /no such restriction/);
  await refused({ ...release, secondApproval: "Ada" }, /another officer/);
  await engine.submit([release]);
  await refused(release, /has ended already/);
  const sent: Fact = { kind: "notice-sent", at, notice: notice.id, by: "Ada", channel: "mail" };
  await refused({ ...sent, notice: "1.9" }, /no such notice/);
  await engine.submit([sent]);
  await refused(sent, /was sent before/);
  const delivered: Fact = { kind: "effect-delivered", at, effect: notice.id, channel: "mail", outcome: "delivered" };
  await refused({ ...delivered, effect: "1.9" }, /no such effect/);
  await engine.submit([delivered]);
  const told = engine.state.outbox.list({ status: "delivered" });
  assert.deepEqual(
    told.map(({ id }) => id),
    [notice.id],
  );
  assert.equal(engine.state.refusals.count, 0);
});
