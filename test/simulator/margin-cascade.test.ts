/** The margin cascade, played against a real engine: each account's way down the ladder, and what was said of it. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { formatDay } from "../../src/base/time.ts";
import { addBusinessDays } from "../../src/books/deadlines.ts";
import { formatNewYork, newYorkDay } from "../../src/books/new-york-time.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { verifyState } from "../../src/engine/verify.ts";
import type { Step } from "../../src/margin/ladder/history.ts";
import { marginCascade } from "../../src/simulator/drills/margin-cascade.ts";
import { playDrill, shippedRulebook } from "./drill-play.ts";

const play = () =>
  playDrill(
    marginCascade({
      netCapital: shippedRulebook("net-capital", "alternative"),
      margin: shippedRulebook("margin"),
    }),
  );

let played: Awaited<ReturnType<typeof play>>;
before(async () => {
  played = await play();
});

function rowOf(account: string): number {
  return played.engine.state.books.accounts.findText(account);
}

function trail(account: string): readonly Step[] {
  return played.engine.state.margin.ladder.history(rowOf(account));
}

/** Of the trail what people would tell, not what prices did in between. */
function story(account: string): string[] {
  const quiet = new Set(["rung", "deficiency", "recovered", "covered", "short-again", "told-again"]);
  return trail(account)
    .filter(({ kind }) => !quiet.has(kind))
    .map(({ at, kind, words }) => `${formatNewYork(at).slice(8, 16)} ${kind}: ${words}`);
}

/** The rungs in the order in which each was first reached. */
function rungs(account: string): string[] {
  const reached = trail(account).flatMap(({ kind, words }) => (kind === "rung" ? [words.split(" to ")[1]] : []));
  return [...new Set(reached)].filter((rung) => rung !== "healthy");
}

function rung(account: string): string {
  return played.engine.state.margin.ladder.standing(rowOf(account)).rung;
}

function everyCall() {
  const { calls } = played.engine.state.margin.ladder;
  return [...calls.ended(), ...calls.standing().filter(({ id }) => id !== "")];
}

test("one goes the whole way: warned, called, restricted, proposed, approved, closed, cured", () => {
  assert.deepEqual(story("elder"), [
    "10 11:04 called: due by the end of 2026-07-15",
    "10 12:06 ended: satisfied by the market",
    "10 13:17 called: due by the end of 2026-07-15",
    "16 00:00 overdue: due by the end of 2026-07-15",
    "16 00:00 restricted: the Maintenance call 546.1 is not met",
    "16 10:00 liquidation-due: it was due on 2026-07-15",
    "16 10:00 proposed: sell 12883 KITE, by the policy least-cost",
    "16 10:20 approved: by chief risk officer: no answer in four business days",
    "16 10:20 restricted: a liquidation was approved",
    "16 10:21 ended: met by closing or hedging positions",
    "16 10:21 proposal-ended: what it was made for is over",
    "16 10:21 unrestricted: no longer: the Maintenance call 546.1 is not met",
    "16 10:21 unrestricted: no longer: a liquidation was approved",
  ]);
  assert.deepEqual(rungs("elder"), ["warning", "call", "restricted", "liquidating"]);
  assert.equal(rung("elder"), "healthy");
});

test("the orders that were approved are the trades that were made, and leave the cushion", () => {
  const { books, margin, outbox } = played.engine.state;
  const proposal = margin.ladder.liquidations.ended().find(({ account }) => account === rowOf("elder"));
  assert.ok(proposal !== undefined);
  const [order] = proposal.orders;
  const stock = books.instruments.findText("KITE");
  assert.equal(proposal.orders.length, 1);
  assert.equal(books.ledger.balance(rowOf("elder"), stock), proposal.held[0] + order.units);
  const effects = outbox.list({ kind: "closing-order" });
  assert.deepEqual(
    effects.filter(({ subject }) => subject === proposal.id).map(({ id }) => id),
    proposal.orderIds,
  );
  assert.ok(proposal.cures && proposal.after.equity >= proposal.after.requirement * 1.05);
});

test("money in time, too late, and with more time", () => {
  assert.deepEqual(story("alder"), [
    "10 13:53 called: due by the end of 2026-07-15",
    "13 10:30 ended: met by a deposit",
  ]);
  assert.deepEqual(story("beech").slice(2), [
    "10 13:51 called: due by the end of 2026-07-15",
    "14 11:00 announced: expected on 2026-07-15; it cures nothing until it is in",
    "16 00:00 overdue: due by the end of 2026-07-15",
    "16 00:00 restricted: the Maintenance call 594.1 is not met",
    "16 09:20 ended: met by a deposit",
    "16 09:20 unrestricted: no longer: the Maintenance call 594.1 is not met",
  ]);
  assert.deepEqual(story("cedar").slice(2), [
    "10 13:50 called: due by the end of 2026-07-15",
    "15 15:30 extended: from 2026-07-15 to 2026-07-17 by chief risk officer: a transfer of securities is under way",
    "16 14:00 ended: met by a deposit",
  ]);
});

test("the market meets a call, and the next fall is another call", () => {
  assert.deepEqual(story("dogwood"), [
    "10 14:07 called: due by the end of 2026-07-15",
    "13 12:01 ended: satisfied by the market",
    "14 09:50 called: due by the end of 2026-07-17",
  ]);
  assert.equal(rung("dogwood"), "call");
});

test("customers close positions: one before the firm does, one who was short on the bounce", () => {
  assert.deepEqual(story("fir").slice(-5), [
    "16 10:00 proposed: sell 5120 KITE, by the policy least-cost",
    "16 10:25 rejected: by chief risk officer: the customer is selling by himself",
    "16 10:25 proposal-ended: it was rejected",
    "16 10:40 ended: met by closing or hedging positions",
    "16 10:40 unrestricted: no longer: the Maintenance call 546.2 is not met",
  ]);
  assert.deepEqual(story("hazel"), [
    "13 11:36 called: due by the end of 2026-07-16",
    "13 15:05 ended: met by closing or hedging positions",
  ]);
});

test("one ends owing more than it has: the proposal that was rejected would have spared the firm most of it", () => {
  const { books, margin } = played.engine.state;
  const proposals = margin.ladder.liquidations.ended().filter(({ account }) => account === rowOf("gorse"));
  assert.deepEqual(
    proposals.map(({ decided, ended }) => [decided?.decision, ended?.how]),
    [
      ["rejected", "rejected"],
      [undefined, "cured"],
      [undefined, "moved"],
      ["approved", "done"],
    ],
  );
  assert.deepEqual(rungs("gorse"), ["warning", "call", "deficit", "restricted"]);
  assert.equal(rung("gorse"), "deficit");
  assert.equal(books.ledger.balance(rowOf("gorse"), books.instruments.findText("KITE")), 0);
  const left = margin.marginOf(rowOf("gorse"));
  assert.ok(left !== undefined && left.equity < 0, "what is left is the firm's unsecured exposure");
  const [first] = proposals;
  assert.ok(left.equity < first.before.equity, "it grew while the officer waited");
});

test("one call for an episode of an account, under one identifier, told once", () => {
  const { outbox, margin } = played.engine.state;
  const ids = everyCall().map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const told = outbox.list({ kind: "margin-call-issued" }).map(({ id }) => id);
  assert.deepEqual(told.toSorted(), ids.toSorted());
  for (const row of margin.rungs?.principals() ?? []) {
    const open = new Map<string, string[]>();
    for (const { kind, layer = "", subject } of margin.ladder.history(row)) {
      if (kind === "deficiency") {
        assert.ok(!open.has(layer), "an episode begins when the last one is over");
        open.set(layer, []);
      } else if (kind === "called") open.get(layer)?.push(subject ?? "");
      else if (kind === "ended" || kind === "recovered") {
        assert.equal(open.get(layer)?.length, kind === "ended" ? 1 : 0);
        open.delete(layer);
      }
    }
  }
});

test("calls are due on the third business day after their deficiency began, over the weekend", () => {
  const { calendar } = played.engine.state.books;
  const due = new Set<string>();
  for (const { day, since, due: until, extensions } of everyCall()) {
    assert.equal(day, newYorkDay(since.at));
    if (extensions.length > 0) continue;
    assert.equal(until, addBusinessDays(day, 3, calendar));
    due.add(`${formatDay(day)} to ${formatDay(until)}`);
  }
  assert.deepEqual([...due].toSorted(), [
    "2026-07-10 to 2026-07-15",
    "2026-07-13 to 2026-07-16",
    "2026-07-14 to 2026-07-17",
    "2026-07-15 to 2026-07-20",
    "2026-07-16 to 2026-07-21",
  ]);
});

test("those are restricted whose call was overdue or who owe more than they have, and nobody else", () => {
  const { books, margin } = played.engine.state;
  const ever = [...(margin.rungs?.principals() ?? [])]
    .filter((row) => margin.ladder.history(row).some(({ kind }) => kind === "restricted"))
    .map((row) => books.names.text(books.accounts.nameId(row)));
  assert.deepEqual(ever, ["beech", "elder", "fir", "gorse"]);
  assert.deepEqual(margin.ladder.restricted(), [rowOf("gorse")]);
  assert.deepEqual(
    margin.ladder.restrictionOf(rowOf("gorse"))?.reasons.map(({ code }) => code),
    ["call-portfolio", "deficit"],
  );
});

test("the careful have no history at all", () => {
  for (let number = 1; number <= 14; number++) {
    const account = `c${String(number).padStart(2, "0")}`;
    assert.ok(rowOf(account) >= 0);
    assert.deepEqual(trail(account), []);
  }
  assert.deepEqual(rungs("larch"), ["warning"]);
});

test("replayed from the journal it stands the same and says the same, and nothing is wrong", () => {
  const { journal, engine } = played;
  const replayed = new FirmState();
  for (const { bytes } of journal.read(1)) replayed.applyBytes(bytes);
  assert.deepEqual(replayed.outbox.list(), engine.state.outbox.list());
  assert.equal(replayed.hash(), engine.state.hash());
  assert.deepEqual(
    verifyState(engine.state).filter(({ ok }) => !ok),
    [],
  );
});

test("played again it is the same to the bit", async () => {
  const again = await play();
  assert.equal(again.engine.state.hash(), played.engine.state.hash());
  assert.deepEqual(again.run.log, played.run.log);
});

test("equity that hovers around zero is one deficit: the restriction does not come and go with the tick", () => {
  const steps = trail("gorse").filter(({ kind, words }) => kind.endsWith("restricted") && words.includes("below zero"));
  assert.deepEqual(
    steps.map(({ kind, at }) => `${formatNewYork(at).slice(8, 16)} ${kind}`),
    ["15 10:07 restricted", "15 15:01 unrestricted", "16 09:31 restricted"],
  );
});

test("each step of a trail names its fact and its paragraph, and what an officer decided names the officer", () => {
  for (const account of ["elder", "gorse", "cedar", "fir"])
    for (const { kind, seq, paragraph, by, words } of trail(account)) {
      assert.ok(seq > 0);
      if (kind !== "rung") assert.ok(paragraph !== undefined && paragraph !== "", `${kind}: ${words}`);
      if (["approved", "rejected", "extended"].includes(kind)) assert.equal(by, "chief risk officer", kind);
    }
});
