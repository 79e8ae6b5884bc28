/** Calls: when they are made, due, raised, met, extended, overdue; what follows; what is said of each once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSections } from "../../src/base/state.ts";
import { formatDay, formatInstant, parseDay, parseInstant } from "../../src/base/time.ts";
import { Calendar } from "../../src/books/calendar.ts";
import { callClocks } from "../../src/margin/ladder/clocks.ts";
import type { CallLayer } from "../../src/margin/ladder/rules.ts";
import type { ProposedLiquidation } from "../../src/margin/liquidation/propose.ts";
import { Desk, kinds } from "./ladder-desk.ts";
import type { Cents } from "../../src/base/money.ts";

/** M02: 1,000 at 45, then at 38, debit 30,000. */
const AT_45 = { equity: 15_000, maintenance: 11_250, value: 45_000 };
const AT_38 = { equity: 8000, maintenance: 9500, value: 38_000 };

test("a fall into a deficiency is a call once it has lasted, for what is missing, due on the third business day", () => {
  const desk = new Desk();
  desk.figured("2026-11-20T15:00:00Z", 7, AT_45);
  assert.equal(desk.ladder.standing(7).rung, "healthy");
  assert.deepEqual(desk.figured("2026-11-20T15:01:00Z", 7, AT_38), []);
  assert.equal(desk.ladder.standing(7).byFigure, "call", "the rung is never late");
  assert.deepEqual(kinds(desk.fact("2026-11-20T15:02:00Z")), ["margin-standing"]);
  const [said] = desk.fact("2026-11-20T15:06:00Z");
  assert.equal(said.kind, "margin-call-issued");
  assert.equal(said.title, "Maintenance call of 1,500.00 on account account-7, due 2026-11-25");
  assert.deepEqual(said.to, ["margin-desk", "customer"]);
  const [call] = desk.ladder.openCalls();
  assert.deepEqual([call.id, call.amount, formatDay(call.due)], [said.id, 150_000, "2026-11-25"]);
  assert.deepEqual(desk.fact("2026-11-20T15:07:00Z"), [], "one call for an episode");
});

test("a deposit met in part, a deeper fall and a full cure are three things", () => {
  const desk = called();
  const partly = desk.figured("2026-11-20T16:00:00Z", 7, { ...AT_38, equity: 9000 }, "deposit", 1000);
  assert.deepEqual(kinds(partly), ["margin-call-reduced"]);
  assert.equal(desk.ladder.openCalls()[0].credited, 100_000);
  assert.match(partly[0].text, /^1,000.00 came in. 500.00 would meet it now; it is due by the end of 2026-11-25.$/);
  const deeper = desk.figured(
    "2026-11-20T16:10:00Z",
    7,
    { equity: 6000, maintenance: 9000, value: 36_000 },
    "positions",
  );
  assert.deepEqual(kinds(deeper), ["margin-call-deepened"]);
  assert.match(deeper[0].text, /500.00 was asked for before. 3,000.00 would meet it now/);
  const [call] = desk.ladder.openCalls();
  assert.deepEqual([call.amount, call.told, call.deficiency], [150_000, 300_000, 300_000], "what was called stays");
  const met = desk.figured(
    "2026-11-20T16:20:00Z",
    7,
    { equity: 9500, maintenance: 9000, value: 36_000 },
    "deposit",
    3500,
  );
  assert.deepEqual(kinds(met), ["margin-call-ended"]);
  assert.match(met[0].title, /^Met by a deposit: /);
  assert.deepEqual(desk.ladder.openCalls(), []);
  assert.equal(desk.ladder.standing(7).rung, "warning");
});

test("what deepens without passing a boundary is told at the rulebook's times of day, once, on business days", () => {
  const desk = called();
  const deep = (equity: number) => desk.figures.set(7, { ...AT_38, equity });
  deep(7000);
  // 11:59 and 12:00 in New York.
  assert.deepEqual(desk.fact("2026-11-20T16:59:59Z"), []);
  const [told, ...others] = desk.fact("2026-11-20T17:00:00Z");
  assert.equal(told.title, "Deeper, 2,500.00 now: Maintenance call of 1,500.00 on account account-7, due 2026-11-25");
  assert.match(told.text, /1,500.00 was asked for before. 2,500.00 would meet it now/);
  assert.deepEqual([told.to, others], [["margin-desk", "customer"], []]);
  deep(6760);
  assert.deepEqual(desk.fact("2026-11-20T19:00:00Z"), [], "not above a tenth more");
  deep(6749);
  assert.deepEqual(kinds(desk.fact("2026-11-20T21:20:00Z")), ["margin-call-deepened"]);
  deep(5000);
  assert.deepEqual(desk.fact("2026-11-21T18:00:00Z"), [], "a Saturday");
  assert.deepEqual(kinds(desk.fact("2026-11-23T15:00:00Z")), ["margin-call-deepened"]);
});

test("what would meet a call that falls due is what would meet it then, and what prices cover is not overdue", () => {
  const desk = called();
  desk.figures.set(7, { ...AT_38, equity: 7950 });
  const [overdue] = desk.fact("2026-11-26T05:00:00Z");
  assert.match(overdue.text, /1,550.00 would meet it now/);
  const covered = called();
  covered.figured("2026-11-26T04:50:00Z", 7, AT_45);
  assert.deepEqual(kinds(covered.fact("2026-11-26T05:00:00Z")), ["margin-standing"]);
  const again = covered.figured("2026-11-26T05:10:00Z", 7, AT_38);
  assert.deepEqual(kinds(again), ["margin-call-overdue", "margin-restriction-imposed"]);
});

test("a recovery ends a call only once it has lasted; what flickers is one call", () => {
  const desk = called();
  desk.figured("2026-11-20T16:00:00Z", 7, AT_45);
  assert.equal(desk.ladder.standing(7).rung, "call", "the call stands while prices merely cover it");
  desk.figured("2026-11-20T16:10:00Z", 7, AT_38);
  desk.figured("2026-11-20T16:20:00Z", 7, AT_45);
  assert.deepEqual(kinds(desk.fact("2026-11-20T16:49:59Z")), ["margin-standing"]);
  const [ended] = desk.fact("2026-11-20T16:50:00Z");
  assert.match(ended.title, /^Satisfied by the market: /);
  assert.equal(desk.effects.filter(({ kind }) => kind === "margin-call-issued").length, 1);
  assert.equal(desk.ladder.standing(7).rung, "healthy");
});

test("a call that is not met restricts, then asks for a liquidation on the next morning, which an officer decides", () => {
  const desk = called();
  desk.proposals.set(7, PROPOSED);
  desk.prices.set(3, 38e8);
  desk.units.set("7 3", 1000);
  const overdue = desk.fact("2026-11-26T05:00:00Z");
  assert.deepEqual(kinds(overdue), ["margin-call-overdue", "margin-restriction-imposed"]);
  assert.equal(desk.ladder.standing(7).rung, "restricted");
  assert.deepEqual(
    desk.ladder.restrictionOf(7)?.reasons.map(({ code }) => code),
    ["call-maintenance"],
  );
  // Thanksgiving: the proposal waits for a business day.
  assert.deepEqual(desk.fact("2026-11-26T15:00:00Z"), []);
  const [proposed] = desk.fact("2026-11-27T15:00:00Z");
  assert.equal(proposed.kind, "liquidation-proposed");
  assert.equal(desk.ladder.standing(7).rung, "liquidating");
  const decided = {
    kind: "liquidation-decided",
    proposal: proposed.id,
    decision: "approved",
    by: "ann",
    reason: "no reply",
  };
  const approved = desk.send("2026-11-27T15:00:30Z", decided);
  assert.deepEqual(kinds(approved), ["liquidation-approved", "closing-order"]);
  assert.throws(() => desk.send("2026-11-27T15:00:40Z", decided), /approved before, by ann/);
  assert.equal(desk.ladder.restrictionOf(7)?.reasons.length, 2);
  desk.units.set("7 3", 916);
  const cured = desk.figured(
    "2026-11-27T15:10:00Z",
    7,
    { equity: 8000, maintenance: 7000, value: 28_000 },
    "positions",
  );
  assert.deepEqual(kinds(cured), ["margin-call-ended", "liquidation-ended", "margin-restriction-ended"]);
  assert.match(cured[0].title, /^Met by closing or hedging positions/);
  assert.deepEqual(
    desk.ladder.history(7).map(({ kind }) => kind),
    ["deficiency", "rung", "called", "overdue", "restricted", "rung", "liquidation-due", "proposed", "rung"].concat([
      "approved",
      "restricted",
      "ended",
      "proposal-ended",
      "unrestricted",
      "unrestricted",
      "rung",
    ]),
  );
});

test("a proposal lapses when a price has moved past the limit, and is made anew; a rejection gives time", () => {
  const desk = called();
  desk.proposals.set(7, PROPOSED);
  desk.prices.set(3, 38e8);
  desk.fact("2026-11-26T05:00:00Z");
  const [first] = desk.fact("2026-11-27T15:00:00Z");
  desk.prices.set(3, 36.5e8);
  assert.deepEqual(kinds(desk.fact("2026-11-27T15:00:59Z")), []);
  desk.proposals.set(7, { ...PROPOSED, orders: [{ ...PROPOSED.orders[0], price: 36.5e8 }] });
  const again = desk.fact("2026-11-27T15:01:00Z");
  assert.deepEqual(kinds(again), ["liquidation-ended", "liquidation-proposed"]);
  assert.notEqual(again[1].id, first.id);
  const no = {
    kind: "liquidation-decided",
    proposal: again[1].id,
    decision: "rejected",
    by: "ann",
    reason: "wire is in",
  };
  assert.deepEqual(kinds(desk.send("2026-11-27T15:02:00Z", no)), ["liquidation-rejected"]);
  assert.equal(desk.ladder.standing(7).rung, "restricted");
  assert.deepEqual(kinds(desk.fact("2026-11-27T19:01:59Z")), []);
  assert.deepEqual(kinds(desk.fact("2026-11-27T19:02:00Z")), ["liquidation-proposed"]);
});

test("announced deposits are on record and cure nothing; an officer extends within the rule", () => {
  const desk = called();
  const { id } = desk.ladder.openCalls()[0];
  const announced = { kind: "margin-deposit-announced", account: "account-7", amount: "1500", expected: "2026-11-27" };
  assert.deepEqual(desk.send("2026-11-23T15:00:00Z", announced), []);
  assert.equal(desk.ladder.openCalls()[0].announced.length, 1);
  const extended = { kind: "margin-call-extended", call: id, until: "2026-12-01", by: "ann", reason: "wire under way" };
  assert.deepEqual(kinds(desk.send("2026-11-24T15:00:00Z", extended)), ["margin-call-extended"]);
  assert.deepEqual(kinds(desk.fact("2026-12-01T20:00:00Z")), []);
  assert.deepEqual(kinds(desk.fact("2026-12-02T05:00:00Z")), ["margin-call-overdue", "margin-restriction-imposed"]);
  const refused = (until: string): void =>
    assert.throws(
      () => desk.send("2026-12-02T15:00:00Z", { ...extended, until }),
      /a business day from 2026-12-02 on, at the latest 2026-12-14/,
    );
  for (const until of ["2026-12-15", "2026-12-05", "2026-12-01"]) refused(until);
  assert.deepEqual(kinds(desk.send("2026-12-02T15:01:00Z", { ...extended, until: "2026-12-14" })), [
    "margin-call-extended",
    "margin-restriction-ended",
  ]);
  assert.throws(() => desk.send("2026-12-02T15:02:00Z", { ...extended, call: "9.9" }), /no such open call/);
  assert.throws(() => desk.send("2026-12-02T15:02:00Z", { ...announced, account: "account-8" }), /no open call/);
});

test("layers stand apart: what meets one does not meet the other", () => {
  const desk = called();
  const regT = desk.stated("2026-11-20T17:00:00Z", 7, "reg-t", 5000);
  assert.match(regT[0].title, /^Regulation T call of 5,000.00 .* due 2026-11-25$/);
  desk.figured("2026-11-20T18:00:00Z", 7, { ...AT_38, equity: 9600 }, "deposit", 1600);
  assert.deepEqual(
    desk.ladder.openCalls().map(({ layer, credited }) => [layer, credited]),
    [["reg-t", 160_000]],
  );
  assert.deepEqual(kinds(desk.stated("2026-11-20T18:00:30Z", 7, "reg-t", 0, "deposit")), ["margin-call-ended"]);
  assert.deepEqual(desk.stated("2026-11-20T18:00:40Z", 8, "reg-t", 1000), [], "a thousand dollars need no call");
});

test("unreliable figures block new risk, and neither call nor liquidate", () => {
  const desk = new Desk();
  desk.figured("2026-11-20T15:00:00Z", 7, { ...AT_38, unreliable: "XYZ was last priced at 14:00" });
  assert.deepEqual(kinds(desk.fact("2026-11-20T15:10:00Z")), ["margin-standing"]);
  assert.deepEqual(
    desk.ladder.restrictionOf(7)?.reasons.map(({ code }) => code),
    ["unreliable"],
  );
  desk.figures.set(7, AT_38);
  assert.deepEqual(kinds(desk.fact("2026-11-20T15:11:00Z")), ["margin-call-issued"]);
  desk.figured("2026-11-20T15:12:00Z", 7, "unknown");
  assert.equal(desk.ladder.standing(7).rung, "unknown");
  assert.equal(desk.ladder.openCalls().length, 1, "a call does not end because a price is missing");
  assert.equal(desk.ladder.restrictionOf(7)?.reasons[0].code, "unknown");
});

test("under water in a severe scenario restricts at once and calls nobody", () => {
  const desk = new Desk();
  const said = desk.stated("2026-11-20T15:00:00Z", 7, "stress", 2500, "market");
  assert.deepEqual(kinds(said), ["margin-restriction-imposed"]);
  assert.equal(desk.ladder.standing(7).rung, "restricted");
  desk.stated("2026-11-20T16:00:00Z", 7, "stress", 0, "market");
  assert.deepEqual(kinds(desk.fact("2026-11-20T16:30:00Z")), ["margin-restriction-ended"]);
});

test("equity below zero restricts and is liquidated at once, without a call having to fall due", () => {
  const desk = new Desk();
  desk.proposals.set(7, PROPOSED);
  desk.prices.set(3, 38e8);
  const said = desk.figured("2026-11-20T15:00:00Z", 7, { equity: -1, maintenance: 5000, value: 20_000 });
  assert.deepEqual(kinds(said), ["liquidation-proposed", "margin-restriction-imposed", "margin-standing"]);
  assert.equal(desk.ladder.standing(7).rung, "deficit");
});

test("calls met by closing positions are counted, and too many restrict for ninety days", () => {
  const desk = new Desk();
  for (const [index, month] of ["02", "05", "08"].entries()) {
    desk.stated(`2026-${month}-03T15:00:00Z`, 7, "reg-t", 5000);
    desk.stated(`2026-${month}-04T15:00:00Z`, 7, "reg-t", 0, "positions");
    assert.equal(desk.ladder.liquidationsCounted(7), index + 1);
  }
  assert.deepEqual(
    desk.ladder.restrictionOf(7)?.reasons.map(({ code, until }) => [code, until === undefined ? "" : formatDay(until)]),
    [["practice", "2026-11-02"]],
  );
  assert.deepEqual(kinds(desk.day("2026-11-02T14:00:00Z", "2026-11-02")), []);
  assert.deepEqual(kinds(desk.day("2026-11-03T14:00:00Z", "2026-11-03")), ["margin-restriction-ended"]);
});

test("M40: due days over Christmas, capital marks and the freeze", () => {
  const { layers } = new Desk().rules.ladder;
  const calendar = new Calendar();
  const clocks = (layer: CallLayer, day: string) => {
    const rules = layers[layer];
    assert.ok(rules !== undefined);
    return callClocks(rules, parseDay(day), calendar);
  };
  assert.equal(formatDay(clocks("reg-t", "2026-12-23").due), "2026-12-29");
  assert.equal(formatDay(clocks("cash-payment", "2026-12-23").due), "2026-12-29");
  const portfolio = clocks("portfolio", "2026-12-18");
  assert.equal(formatDay(portfolio.due), "2026-12-23");
  assert.equal(portfolio.chargedFrom, calendar.sessionClose(parseDay("2026-12-21")));
  const intraday = clocks("intraday", "2026-12-18");
  assert.equal(formatDay(intraday.due), "2026-12-28");
  assert.equal(formatDay(intraday.lapses ?? parseDay("1970-01-01")), "2027-01-12");
  assert.equal(formatDay(intraday.freezeEnds ?? parseDay("1970-01-01")), "2027-03-28");
  assert.equal(formatInstant(intraday.chargedFrom ?? parseInstant("1970-01-01T00:00:00Z")), "2026-12-29T05:00:00.000Z");
  // Under T+2, until May 2024, the payment period was a day longer.
  assert.equal(formatDay(clocks("reg-t", "2024-05-20").due), "2024-05-24");
  assert.equal(formatDay(clocks("reg-t", "2024-05-28").due), "2024-05-31");
});

test("M40: a portfolio margin deficiency restricts from the fourth day, an intraday one lapses after the fifteenth", () => {
  const desk = new Desk();
  desk.stated("2026-12-18T15:00:00Z", 7, "intraday", 500);
  desk.stated("2026-12-18T15:00:00Z", 8, "portfolio-minimum", 500);
  assert.deepEqual(desk.fact("2026-12-24T04:59:59Z"), []);
  assert.deepEqual(kinds(desk.fact("2026-12-24T05:00:00Z")), ["margin-call-overdue", "margin-restriction-imposed"]);
  const charges = (at: string) => desk.ladder.capitalCharges(parseInstant(at)).map(({ amount }) => amount);
  assert.deepEqual(charges("2026-12-29T04:59:59Z"), [0]);
  assert.deepEqual(charges("2026-12-29T05:00:00Z"), [50_000]);
  assert.deepEqual(charges("2027-01-13T05:00:00Z"), [0]);
  desk.fact("2027-01-13T04:59:59Z");
  const lapsed = desk.fact("2027-01-13T05:00:00Z");
  assert.match(lapsed[0].title, /^Lapsed unmet: Intraday/);
});

test("net capital: what was called is spared for five business days, what was not is charged at once", () => {
  const desk = called();
  const charge = (at: string) => desk.ladder.capitalCharges(parseInstant(at))[0];
  assert.deepEqual([charge("2026-11-20T17:00:00Z").amount, charge("2026-11-20T17:00:00Z").calls], [0, 150_000]);
  desk.figures.set(7, { ...AT_38, equity: 7900 });
  assert.equal(charge("2026-11-23T17:00:00Z").amount, 10_000, "beyond the call");
  assert.equal(charge("2026-11-30T22:00:00Z").amount, 10_000, "the fifth business day: Thanksgiving is none");
  assert.equal(charge("2026-12-01T15:00:00Z").amount, 160_000, "the sixth");
  assert.equal(charge("2026-12-01T15:00:00Z").paragraph, "15c3-1(c)(2)(xii)(A)");
});

test("the daily record shows each call with its amount, its days and how it was met", () => {
  const desk = called();
  desk.figured("2026-11-24T16:00:00Z", 7, AT_45, "deposit", 1500);
  const on = (day: string) =>
    desk.ladder.dailyRecord(parseDay(day)).map(({ amount, credited, ended }) => [amount, credited, ended?.how]);
  assert.deepEqual(on("2026-11-19"), []);
  assert.deepEqual(on("2026-11-23"), [[150_000, 150_000, undefined]]);
  assert.deepEqual(on("2026-11-24"), [[150_000, 150_000, "deposit"]]);
  assert.deepEqual(on("2026-11-25"), []);
});

test("many that fall together are told together", () => {
  const desk = new Desk();
  desk.fact("2026-11-20T15:00:00Z", (ladder) => {
    for (let account = 0; account < 50; account++) {
      desk.figures.set(account, { equity: 10_400, maintenance: 10_000, value: 40_000 });
      ladder.bandChanged(account, ladder.bandFromScratch(account));
    }
  });
  const said = desk.fact("2026-11-20T15:01:00Z");
  assert.deepEqual(
    said.map(({ title }) => title),
    ["50 accounts fell to warning"],
  );
});

test("restored in the middle it stands the same and goes on the same", () => {
  const walk = (restarts: boolean): [string, string[]] => {
    const desk = called();
    desk.proposals.set(7, PROPOSED);
    desk.prices.set(3, 38e8);
    const steps = [
      () => desk.stated("2026-11-20T17:00:00Z", 9, "reg-t", 5000),
      () => desk.figured("2026-11-20T17:30:00Z", 8, AT_38),
      () => desk.fact("2026-11-20T17:40:00Z"),
      () => desk.fact("2026-11-26T05:00:00Z"),
      () => desk.fact("2026-11-27T15:00:00Z"),
      () => desk.figured("2026-11-27T15:30:00Z", 7, AT_45),
      () => desk.fact("2026-11-27T16:30:00Z"),
    ];
    for (const step of steps) {
      if (restarts) desk.restart();
      step();
    }
    return [hashSections(desk.ladder.sections()), desk.effects.map(({ id, kind }) => `${id} ${kind}`)];
  };
  assert.deepEqual(walk(true), walk(false));
});

function called(): Desk {
  const desk = new Desk();
  desk.figured("2026-11-20T15:00:00Z", 7, AT_38);
  desk.fact("2026-11-20T15:05:00Z");
  assert.equal(desk.ladder.openCalls().length, 1);
  return desk;
}

const margin = (equity: number, requirement: number) => ({
  equity: equity as Cents,
  requirement: requirement as Cents,
});
const PROPOSED: ProposedLiquidation = {
  orders: [{ instrument: 3, account: 7, units: -84, price: 38e8, value: 319_200 as Cents, cost: 0 as Cents }],
  policy: "least-cost",
  before: margin(800_000, 950_000),
  after: margin(800_000, 700_000),
  cost: 0 as Cents,
  exact: true,
  cures: true,
};
