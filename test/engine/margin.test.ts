/**
 * Margin in a running firm: after every fact the band of every account is the one from the books alone, what the bands compare
 * is what the explanation says, and a state that was restored goes on as the one that was not.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SectionReader } from "../../src/base/state.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { RULEBOOK } from "../margin-rulebook.ts";
import { check, CONCENTRATION, MarginWalk, RATES, withHouse } from "./margin-walk.ts";

for (const [what, seeds, document] of [
  ["the rules alone", [1, 2], RULEBOOK],
  ["rates of the house", [3], withHouse(RATES)],
  ["rules of the house for whole accounts", [4], withHouse(RATES, CONCENTRATION)],
] as const)
  test(`bands are those of the books after every fact: ${what}`, () => {
    for (const seed of seeds) {
      const walk = new MarginWalk(seed, document);
      check(walk.state);
      for (let step = 0; step < 100; step++) {
        walk.step();
        check(walk.state);
      }
    }
  });

test("rules that ask more of an account that is called already show at once in what would meet its call", () => {
  const walk = new MarginWalk(7, withHouse(RATES));
  walk.drawDown(0.1);
  for (const name of ["AAA", "BBB", "CCC"]) walk.move(name, -30);
  const { margin } = walk.state;
  const called = () => margin.ladder.calls.standing().filter(({ layer }) => layer === "house");
  const before = new Map(called().map(({ account, deficiency }) => [account, deficiency]));
  assert.ok(before.size > 0);
  walk.changeRulebook(RATES.replaceAll("atLeast: 30%", "atLeast: 33%"));
  for (const { account, deficiency } of called()) {
    assert.equal(deficiency + (margin.marginOf(account)?.excess ?? 0), 0);
    assert.ok(deficiency > (before.get(account) ?? 0));
  }
});

test("a restored state stands and goes on as the one that was not", () => {
  const walk = new MarginWalk(5);
  for (let step = 0; step < 60; step++) walk.step();
  const copy = new FirmState();
  copy.restore(new SectionReader(walk.state.sections()));
  assert.equal(copy.hash(), walk.state.hash());
  check(copy);
});

test("where the calendar does not reach the days on which calls would be due, margin says so and does nothing by halves", () => {
  const walk = new MarginWalk(6);
  for (let step = 0; step < 30; step++) walk.step();
  assert.ok(walk.apply({ kind: "business-day-opened", day: "2028-12-20" }), "the day itself is taken");
  const { margin, refusals } = walk.state;
  assert.equal(refusals.count, 0);
  assert.equal(margin.rules, undefined);
  assert.match(String(margin.rulesTrouble?.message), /calendar does not cover/);
  for (let step = 0; step < 30; step++) walk.tick(0.02);
  const copy = new FirmState();
  copy.restore(new SectionReader(walk.state.sections()));
  assert.equal(copy.margin.rules, undefined);
  for (let day = Date.UTC(2029, 0, 1); day < Date.UTC(2029, 2, 1); day += 86_400_000) {
    const isWeekend = new Date(day).getUTCDay() % 6 === 0;
    walk.apply({
      kind: "calendar-day-set",
      day: new Date(day).toISOString().slice(0, 10),
      session: isWeekend ? "closed" : "full",
      settlement: !isWeekend,
      reason: "the exchange published it",
    });
  }
  assert.ok(margin.rules !== undefined, "once the calendar reaches them, margin goes on");
  // Their options are past their maturity by then.
  check(walk.state, Number.POSITIVE_INFINITY);
});
