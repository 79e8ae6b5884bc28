import assert from "node:assert/strict";
import { test } from "node:test";
import { formatInstant, type Instant, parseInstant } from "../../src/base/time.ts";
import type { Fact } from "../../src/facts/kinds.ts";
import { demoDay } from "../../src/simulator/demo-day.ts";
import { BATCH_FACTS_MAX, Pacer } from "../../src/simulator/pacer.ts";
import { smallFirm } from "./small.ts";

const day = demoDay({ firm: smallFirm, seed: 7 });

test("as fast as it is read: every fact once, in batches of limited size", async () => {
  let next = 0;
  for await (const { facts, untilSimTime } of new Pacer({ day, speed: "max" })) {
    assert.ok(facts.length > 0 && facts.length <= BATCH_FACTS_MAX);
    assert.equal(facts[0]?.at, day.fact(next).at);
    next += facts.length;
    assert.equal(untilSimTime, day.at(next - 1));
    assert.equal(untilSimTime, parseInstant(facts.at(-1)?.at));
  }
  assert.equal(next, day.size);
});

test("at a speed, no fact comes before its time and the day keeps up with the clock", async () => {
  const from = day.indexAfter(parseInstant("2015-08-24T15:00:00Z"));
  const stop = new AbortController();
  const speed = 600;
  const start = performance.now();
  const startSim = day.at(from);
  let last = startSim;
  for await (const { untilSimTime } of new Pacer({ day, speed, from, signal: stop.signal })) {
    const passed = (performance.now() - start) * 1000 * speed;
    assert.ok(untilSimTime - startSim <= passed, "handed out early");
    last = untilSimTime;
    if (performance.now() - start > 250) stop.abort();
  }
  assert.ok(last - startSim > 100_000 * speed, "the day stood still");
});

test("a demo stopped in the middle resumes after the last instant of its journal", async () => {
  const stop = new AbortController();
  const journal: Fact[] = [];
  const first = new Pacer({ day, speed: "max", signal: stop.signal });
  for await (const { facts } of first) {
    journal.push(...facts);
    if (journal.length > 20_000) stop.abort();
  }
  assert.equal(first.finished, false);
  assert.equal(first.position, journal.length);
  const resumed = new Pacer({ day, speed: "max", from: day.indexAfter(parseInstant(journal.at(-1)?.at)) });
  for await (const { facts } of resumed) {
    assert.equal(facts[0]?.at, day.fact(journal.length).at);
    break;
  }
});

test("nothing comes while it is paused, and the pause is not made up for", async () => {
  const stop = new AbortController();
  const from = day.indexAfter(parseInstant("2015-08-24T15:00:00Z"));
  const pacer = new Pacer({ day, speed: 100, from, signal: stop.signal });
  pacer.pause();
  setTimeout(() => {
    assert.equal(pacer.position, from);
    pacer.resume();
  }, 150);
  for await (const { untilSimTime } of pacer) {
    assert.equal(pacer.paused, false);
    assert.ok(untilSimTime - day.at(from) < 120_000 * 100, "the pause was made up for");
    stop.abort();
  }
});

test("the speed can change on the way; an abort ends a wait at once", async () => {
  const stop = new AbortController();
  const pacer = new Pacer({
    day,
    speed: 0.001,
    from: day.indexAfter(parseInstant("2015-08-24T20:30:30Z")),
    signal: stop.signal,
  });
  setTimeout(() => (pacer.speed = "max"), 40);
  for await (const { facts } of pacer) assert.ok(facts.length > 0);
  assert.equal(pacer.finished, true);
  const slow = new Pacer({ day, speed: 0.001, signal: stop.signal });
  setTimeout(() => stop.abort(), 40);
  const start = performance.now();
  for await (const batch of slow) assert.equal(batch.facts.length, 1);
  assert.ok(performance.now() - start < 5000);
  assert.throws(() => new Pacer({ day, speed: 0 }), { code: "bad-value", message: /speed = 0/ });
});

test("a night passes at once, and the time before and after it does not", async () => {
  const second = 1_000_000;
  const times = [0, 0.2, 40_000, 40_000.2].map((at) => parseInstant("2015-08-24T13:30:00Z") + at * second);
  const night = {
    size: times.length,
    at: (index: number) => times[index] as Instant,
    fact: (index: number): Fact => ({ kind: "time-passed", at: formatInstant(times[index] as Instant) }),
  };
  const start = performance.now();
  let seen = 0;
  for await (const { facts } of new Pacer({ day: night, speed: 2, longestWait: 60 })) seen += facts.length;
  const passed = performance.now() - start;
  assert.equal(seen, times.length);
  assert.ok(passed >= 195 && passed < 5000, `${passed} ms`);
});
