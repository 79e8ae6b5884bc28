import assert from "node:assert/strict";
import { test } from "node:test";
import { SectionReader } from "../../src/base/state.ts";
import type { Instant } from "../../src/base/time.ts";
import { CapitalHistory } from "../../src/engine/history.ts";

const SECOND = 1_000_000;
const reading = (netCapitalCents: number, tierIndex = -1) => ({
  unknown: false,
  netCapitalCents,
  requirementCents: 100,
  tierIndex,
});
const unknown = { unknown: true, netCapitalCents: Number.NaN, requirementCents: Number.NaN, tierIndex: -1 };

function points(history: CapitalHistory): [at: number, netCapital: number, tier: number][] {
  const { at, netCapital, tier } = history.points.columns;
  return Array.from({ length: history.points.size }, (_, row) => [at[row] / SECOND, netCapital[row], tier[row]]);
}

test("a figure is kept every five seconds of the facts' time, and at every change of tier", () => {
  const history = new CapitalHistory();
  const steps: [second: number, netCapital: number, tier: number][] = [
    [1, 300, -1],
    [2, 290, -1],
    [6, 280, -1],
    [7, 119, 0],
    [8, 118, 0],
    [11.9, 117, 0],
    [12, 116, 0],
    [13, 125, -1],
  ];
  for (const [second, netCapital, tier] of steps)
    history.observe(reading(netCapital, tier), second, (second * SECOND) as Instant);
  assert.deepEqual(points(history), [
    [1, 300, -1],
    [6, 280, -1],
    [7, 119, 0],
    [12, 116, 0],
    [13, 125, -1],
  ]);
  assert.equal(history.crossings.size, 3);
});

test("nothing is kept before the first figure; losing it and having it again are both crossings", () => {
  const history = new CapitalHistory();
  for (let second = 0; second < 20; second++) history.observe(unknown, second, (second * SECOND) as Instant);
  assert.equal(history.points.size + history.crossings.size, 0);
  history.observe(reading(300), 21, (21 * SECOND) as Instant);
  history.observe(unknown, 22, (22 * SECOND) as Instant);
  history.observe(reading(300), 23, (23 * SECOND) as Instant);
  assert.deepEqual(Array.from(history.crossings.columns.tier.subarray(0, 3)), [-1, -2, -1]);
});

test("restored at any step, it goes on as if it had never stopped", () => {
  const live = new CapitalHistory();
  let restored = new CapitalHistory();
  for (let step = 0; step < 200; step++) {
    const at = (step * 1.7 * SECOND) as Instant;
    const figure = step % 37 === 0 ? unknown : reading(300 - step, step % 13 === 0 ? 1 : -1);
    live.observe(figure, step, at);
    restored.observe(figure, step, at);
    const copy = new CapitalHistory();
    copy.restore(new SectionReader(restored.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }))));
    restored = copy;
  }
  assert.deepEqual(points(restored), points(live));
});
