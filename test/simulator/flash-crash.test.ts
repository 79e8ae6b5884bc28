/** The flash crash, played against a real engine: what a risk officer would want to see happen, by the second. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { verifyState } from "../../src/engine/verify.ts";
import { flashCrash } from "../../src/simulator/drills/flash-crash.ts";
import { playDrill, shippedRulebook } from "./drill-play.ts";

const play = () => playDrill(flashCrash(shippedRulebook("net-capital", "alternative")));

let played: Awaited<ReturnType<typeof play>>;
before(async () => {
  played = await play();
});

test("every tier is entered once, in order, within three minutes, and left again", () => {
  const effects = played.engine.state.outbox.list();
  const entered = effects.filter(({ kind }) => kind === "tier-entered");
  assert.deepEqual(
    entered.map(({ subject }) => subject),
    ["yellow", "orange", "red"],
  );
  const [first, , last] = entered;
  assert.ok(first !== undefined && last !== undefined && last.at - first.at < 180_000_000);
  const left = effects.filter(({ kind }) => kind === "tier-left").map(({ subject }) => subject);
  assert.deepEqual(left, ["red", "orange", "yellow"]);
});

test("the right people are told: the graver the tier, the more of them", () => {
  const effects = played.engine.state.outbox.list({ kind: "tier-entered" });
  const [yellow, orange, red] = effects.map(({ to }) => to);
  assert.deepEqual(yellow, ["FINOP", "chief compliance officer"]);
  assert.deepEqual(orange, ["FINOP", "chief compliance officer", "desk heads"]);
  assert.deepEqual(red, ["FINOP", "chief compliance officer", "desk heads", "chief executive officer"]);
});

test("red halts what commits capital until two officers release it, after the fall", () => {
  const all = played.engine.state.watch.tiers.restrictions.list();
  const halt = all.find(({ action }) => action.kind === "halt-capital-commitments");
  assert.equal(halt?.tier, "red");
  assert.equal(halt?.ended?.how, "released");
  assert.deepEqual(played.engine.state.watch.tiers.restrictions.inForce(), []);
});

test("a notice under 17a-11 is drafted, and its clock runs", () => {
  const notices = played.engine.state.outbox.list({ kind: "notice-due" });
  const early = notices.find(({ paragraph }) => paragraph === "17a-11(b)(3)");
  assert.ok(early?.due !== undefined);
  assert.equal(early.due - early.at, 24 * 3_600_000_000);
  assert.match(early.text, /net capital/i);
});

test("the what-if of the hedges tells which of them helps, before it is done", () => {
  const asked = played.run.log.find(({ what }) => what === "what-if");
  assert.ok(asked?.what === "what-if");
  const after = new Map(asked.hedges.map(({ name, after }) => [name, after]));
  const stock = after.get("sell the stock");
  const fund = after.get("sell the fund short");
  assert.ok(stock?.answer === "figure" && fund?.answer === "figure");
  assert.equal(stock.tier, null);
  assert.equal(fund.tier, "red", "a hedge that the rule does not recognise makes it worse");
  const puts = after.get("buy puts");
  assert.ok(puts?.answer === "figure" && puts.tier === null);
});

test("the firm never falls below its minimum, and nothing in its books is wrong", () => {
  const { low } = played.run;
  assert.ok(low !== undefined && low.netCapitalCents > low.requirementCents);
  assert.ok(low.netCapitalCents < low.requirementCents * 1.05);
  assert.deepEqual(
    verifyState(played.engine.state).filter(({ ok }) => !ok),
    [],
  );
});

test("played again it is the same to the bit", async () => {
  const again = await play();
  assert.equal(again.engine.state.hash(), played.engine.state.hash());
});
