import assert from "node:assert/strict";
import { test } from "node:test";
import { SectionReader } from "../../src/base/state.ts";
import type { Instant } from "../../src/base/time.ts";
import { CapitalHistory, type TierReading } from "../../src/engine/history.ts";

const SECOND = 1_000_000;
const EVERY = 5 * SECOND;
const ABOVE: TierReading = { byFigure: undefined, inForce: undefined };
const YELLOW: TierReading = { byFigure: "yellow", inForce: "yellow" };
const reading = (netCapitalCents: number) => ({ unknown: false, netCapitalCents, requirementCents: 100 });
const unknown = { unknown: true, netCapitalCents: Number.NaN, requirementCents: Number.NaN };

function points(history: CapitalHistory): [at: number, netCapital: number][] {
  const { at, netCapital } = history.points.columns;
  return Array.from({ length: history.points.size }, (_, row) => [at[row] / SECOND, netCapital[row]]);
}

function crossings(history: CapitalHistory): string[] {
  return Array.from({ length: history.crossingCount }, (_, row) => {
    const { seq, unknown: isUnknown, byFigure, inForce } = history.crossing(row);
    return `${seq}: ${isUnknown ? "unknown" : (byFigure ?? "above")}, ${inForce ?? "none"} in force`;
  });
}

test("a figure is kept at the cadence of the facts' time, and at every change of tier", () => {
  const history = new CapitalHistory();
  const steps: [second: number, netCapital: number, tiers: TierReading][] = [
    [1, 300, ABOVE],
    [2, 290, ABOVE],
    [6, 280, ABOVE],
    [7, 119, YELLOW],
    [8, 118, YELLOW],
    [11.9, 117, YELLOW],
    [12, 116, YELLOW],
    [13, 121, { byFigure: undefined, inForce: "yellow" }],
    [14, 125, ABOVE],
  ];
  for (const [second, netCapital, tiers] of steps)
    history.observe(reading(netCapital), tiers, EVERY, second, (second * SECOND) as Instant);
  assert.deepEqual(points(history), [
    [1, 300],
    [6, 280],
    [7, 119],
    [12, 116],
    [13, 121],
    [14, 125],
  ]);
  assert.deepEqual(crossings(history), [
    "1: above, none in force",
    "7: yellow, yellow in force",
    "13: above, yellow in force",
    "14: above, none in force",
  ]);
});

test("nothing is kept before the first figure; losing it and having it again are both crossings", () => {
  const history = new CapitalHistory();
  for (let second = 0; second < 20; second++)
    history.observe(unknown, ABOVE, EVERY, second, (second * SECOND) as Instant);
  assert.equal(history.points.size + history.crossingCount, 0);
  history.observe(reading(300), ABOVE, EVERY, 21, (21 * SECOND) as Instant);
  history.observe(unknown, ABOVE, EVERY, 22, (22 * SECOND) as Instant);
  history.observe(reading(300), ABOVE, EVERY, 23, (23 * SECOND) as Instant);
  assert.deepEqual(crossings(history), [
    "21: above, none in force",
    "22: unknown, none in force",
    "23: above, none in force",
  ]);
});

test("restored at any step, it goes on as if it had never stopped", () => {
  const live = new CapitalHistory();
  let restored = new CapitalHistory();
  for (let step = 0; step < 200; step++) {
    const at = (step * 1.7 * SECOND) as Instant;
    const figure = step % 37 === 0 ? unknown : reading(300 - step);
    const tiers = step % 13 === 0 ? YELLOW : step % 13 === 1 ? { byFigure: undefined, inForce: "yellow" } : ABOVE;
    live.observe(figure, tiers, EVERY, step, at);
    restored.observe(figure, tiers, EVERY, step, at);
    const copy = new CapitalHistory();
    copy.restore(new SectionReader(restored.sections().map(({ name, bytes }) => ({ name, bytes: bytes.slice() }))));
    restored = copy;
  }
  assert.deepEqual(points(restored), points(live));
  assert.deepEqual(crossings(restored), crossings(live));
});
