import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instant } from "../../src/base/time.ts";
import { Conflator, type Tick } from "../../src/connectors/market-data/conflator.ts";

const milliseconds = (count: number) => (count * 1000) as Instant;
const quote = (instrument: string, bid: string, venue?: string): Tick => ({
  kind: "quote",
  instrument,
  bid,
  ask: "99",
  ...(venue !== undefined && { venue }),
});
const trade = (instrument: string, price: string, irregular = false): Tick => ({
  kind: "market-trade",
  instrument,
  price,
  quantity: "100",
  ...(irregular && { irregular }),
});

function collect(cadenceMs: number): { conflator: Conflator; batches: Tick[][] } {
  const batches: Tick[][] = [];
  return { conflator: new Conflator({ cadenceMs, emit: (ticks) => batches.push([...ticks]) }), batches };
}

test("the latest quote and the latest trade of each instrument and venue go on, in the order in which they came", () => {
  const { conflator, batches } = collect(100);
  for (const tick of [
    quote("A", "1"),
    trade("A", "1.5"),
    quote("B", "7"),
    quote("A", "2"),
    quote("A", "3", "X"),
    trade("A", "1.6"),
  ]) {
    conflator.offer(tick);
  }
  conflator.tick(milliseconds(0));
  assert.deepEqual(batches, [[quote("B", "7"), quote("A", "2"), quote("A", "3", "X"), trade("A", "1.6")]]);
  assert.deepEqual(conflator.counts, { offered: 6, emitted: 4, merged: 2, pending: 0 });
});

test("nothing goes on before the cadence has passed, and nothing empty ever", () => {
  const { conflator, batches } = collect(100);
  conflator.tick(milliseconds(0));
  assert.equal(batches.length, 0);
  conflator.offer(quote("A", "1"));
  conflator.tick(milliseconds(1));
  conflator.offer(quote("A", "2"));
  conflator.tick(milliseconds(100));
  assert.equal(batches.length, 1);
  conflator.tick(milliseconds(101));
  assert.deepEqual(batches, [[quote("A", "1")], [quote("A", "2")]]);
  conflator.offer(quote("A", "3"));
  conflator.flush();
  conflator.flush();
  assert.deepEqual(batches.at(-1), [quote("A", "3")]);
  assert.equal(batches.length, 3);
});

test("an irregular trade never displaces a regular one", () => {
  const { conflator, batches } = collect(1);
  conflator.offer(trade("A", "1"));
  conflator.offer(trade("A", "9", true));
  conflator.offer(trade("B", "9", true));
  conflator.offer(trade("B", "2"));
  conflator.tick(milliseconds(0));
  assert.deepEqual(batches, [[trade("A", "1"), trade("B", "2")]]);
  assert.deepEqual(conflator.counts, { offered: 4, emitted: 2, merged: 2, pending: 0 });
});

test("over random feeds: the last word is never lost, every tick is accounted for, the cadence holds", () => {
  const step = fc.oneof(
    fc.record({ wait: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ instrument: fc.constantFrom("A", "B", "C"), isQuote: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 50 }), (steps, cadenceMs) => {
      const last = new Map<string, string>();
      const received = new Map<string, string>();
      const emissions: number[] = [];
      let now = 0;
      let sent = 0;
      const conflator = new Conflator({
        cadenceMs,
        emit: (ticks) => {
          emissions.push(now);
          for (const tick of ticks) {
            received.set(`${tick.kind}${tick.instrument}`, tick.kind === "quote" ? tick.bid : tick.price);
          }
        },
      });
      for (const each of steps) {
        if ("wait" in each) {
          now += each.wait;
          conflator.tick(milliseconds(now));
        } else {
          const text = String(++sent);
          const tick = each.isQuote ? quote(each.instrument, text) : trade(each.instrument, text);
          last.set(`${tick.kind}${tick.instrument}`, text);
          conflator.offer(tick);
        }
        const { offered, emitted, merged, pending } = conflator.counts;
        assert.equal(offered, sent);
        assert.equal(offered, emitted + merged + pending);
      }
      now += cadenceMs;
      conflator.tick(milliseconds(now));
      assert.deepEqual(Object.fromEntries(received), Object.fromEntries(last));
      for (const [index, moment] of emissions.entries()) {
        if (index > 0) assert.ok(moment - (emissions[index - 1] ?? 0) >= cadenceMs);
      }
    }),
    { seed: 6, numRuns: 200 },
  );
});
