/** The list of events: the firm's one by one, those of accounts together, and neither crowds the other out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EffectKind, EffectNote } from "../../src/base/effect.ts";
import { type Instant, parseInstant } from "../../src/base/time.ts";
import { Outbox } from "../../src/engine/effects.ts";
import { Events } from "../../src/server/events.ts";
import { joined } from "../../web/src/event-list.ts";

function feed() {
  const cursor = { seq: 0, at: 0 as Instant };
  const box = new Outbox(cursor);
  const emit = (time: string, kind: EffectKind, account?: string): void => {
    cursor.seq++;
    cursor.at = parseInstant(`2026-11-20T${time}:00Z`);
    const note: EffectNote = {
      kind,
      severity: "critical",
      to: ["desk"],
      title: `${kind} ${account ?? ""}`,
      text: "So.",
    };
    box.emit(account === undefined ? note : { ...note, line: `margin/${account}` });
  };
  return { emit, events: new Events(box) };
}

test("calls of a quarter of an hour are one event; one alone is told as it is", () => {
  const { emit, events } = feed();
  emit("15:00", "margin-call-issued", "alice");
  assert.deepEqual(
    events.newest(10).map(({ title, account }) => [title, account]),
    [["margin-call-issued alice", "alice"]],
  );
  for (const account of ["bob", "carol", "dan", "eve", "fay", "gil"]) emit("15:14", "margin-call-issued", account);
  emit("15:15", "margin-call-issued", "alice");
  emit("15:15", "tier-entered");
  assert.deepEqual(
    events.newest(10).map(({ title, detail }) => [title, detail]),
    [
      ["tier-entered ", "So. Told: desk."],
      ["margin-call-issued alice", "So. Told: desk."],
      ["7 margin calls made", "gil, fay, eve, dan, carol and 2 more."],
    ],
  );
});

test("neither the firm's events nor those of accounts take the whole list", () => {
  const { emit, events } = feed();
  emit("09:00", "tier-entered");
  for (let minute = 0; minute < 200; minute++) {
    const time = `${10 + Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;
    emit(time, "margin-call-issued", `a${minute}`);
    emit(time, "margin-call-ended", `a${minute}`);
  }
  const kinds = events.newest(10).map(({ title }) => title);
  assert.equal(kinds.length, 10);
  assert.equal(kinds.at(-1), "tier-entered ", "the firm's is still there");
  for (let minute = 0; minute < 20; minute++) emit("14:00", "tier-left");
  const half = events.newest(10).filter(({ group }) => group === undefined);
  assert.equal(half.length, 5);
});

test("a page puts what is new before what it has, in place of what it replaces, and keeps the firm's", () => {
  const { emit, events } = feed();
  emit("15:00", "margin-call-issued", "alice");
  emit("15:01", "tier-entered");
  const before = joined(events.newest(50), []);
  emit("15:02", "margin-call-issued", "bob");
  const after = joined(events.newest(50), before);
  assert.deepEqual(
    after.map(({ title }) => title),
    ["2 margin calls made", "tier-entered "],
  );
  assert.equal(joined(events.newest(50), after), after, "nothing new");
  const many = Array.from({ length: 300 }, (_, index) => ({
    ...after[0],
    id: 1000 - index,
    group: `group ${index}`,
  }));
  const long = joined(many, after);
  assert.equal(long.length, 100);
  assert.equal(long.at(-1)?.title, "tier-entered ");
});
