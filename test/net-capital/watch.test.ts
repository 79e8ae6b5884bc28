/** What follows from the figure: tiers with hysteresis, what they forbid, conditions and their notices with clocks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rate, type Rate } from "../../src/base/rate.ts";
import { toCents } from "../../src/base/money.ts";
import { formatInstant, type Instant, parseDay, parseInstant } from "../../src/base/time.ts";
import { Calendar } from "../../src/books/calendar.ts";
import { dueAt } from "../../src/books/deadlines.ts";
import { formatNewYork, newYorkInstant } from "../../src/books/new-york-time.ts";
import { isBelow, NO_TIER, tierIndex } from "../../src/net-capital/tiers.ts";
import { tierInForce } from "../../src/net-capital/watch/ladder.ts";
import { Notices } from "../../src/net-capital/watch/notices.ts";
import { Restrictions } from "../../src/net-capital/watch/restrictions.ts";
import { parseDeadline } from "../../src/rulebook/terms.ts";
import { ALTERNATIVE, rulebook } from "./firm.ts";
import { type Given, type Said, Watched } from "./watched.ts";

/** A Friday; the Monday after is a business day, the Thursday after is Thanksgiving. */
const FRIDAY = "2026-11-20";
const at = (time: string, day = FRIDAY): string => formatInstant(newYorkInstant(parseDay(day), minutesOf(time)));

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function kinds(said: readonly Said[]): string[] {
  return said.map(({ kind, subject }) => `${kind} ${subject ?? ""}`.trim());
}

// ——— deadlines ———

test("deadlines: hours run through weekends, a same day ends at New York's midnight, business days skip holidays", () => {
  const due = (from: string, deadline: string): string =>
    formatNewYork(dueAt(parseInstant(from), parseDeadline(deadline), new Calendar()));
  const table: [from: string, deadline: string, due: string][] = [
    [at("10:31"), "same day", "2026-11-21 00:00:00 EST"],
    [at("23:59"), "same day", "2026-11-21 00:00:00 EST"],
    ["2026-11-21T04:59:59.999999Z", "same day", "2026-11-21 00:00:00 EST"],
    ["2026-11-21T05:00:00Z", "same-day", "2026-11-22 00:00:00 EST"],
    [at("10:31"), "24 hours", "2026-11-21 10:31:00 EST"],
    [at("10:31"), "48 hours", "2026-11-22 10:31:00 EST"],
    [at("10:31"), "1 business day", "2026-11-24 00:00:00 EST"],
    [at("10:31", "2026-11-21"), "2 business days", "2026-11-25 00:00:00 EST"],
    [at("10:31", "2026-11-24"), "2 business days", "2026-11-28 00:00:00 EST"],
    // The clocks go back on 1 November 2026 at 2:00, and forward on 14 March 2027.
    [at("10:00", "2026-10-31"), "24 hours", "2026-11-01 09:00:00 EST"],
    [at("10:00", "2026-10-31"), "same day", "2026-11-01 00:00:00 EDT"],
    [at("10:00", "2026-11-01"), "same day", "2026-11-02 00:00:00 EST"],
    [at("10:00", "2027-03-13"), "same day", "2027-03-14 00:00:00 EST"],
    [at("10:00", "2027-03-14"), "same day", "2027-03-15 00:00:00 EDT"],
    // The calendar ends with 2027: from there every weekday counts, so that nothing is due later than it should be.
    [at("10:00", "2027-12-31"), "1 business day", "2028-01-04 00:00:00 EST"],
  ];
  for (const [from, deadline, expected] of table) assert.equal(due(from, deadline), expected, `${from} ${deadline}`);
  for (const bad of ["soon", "24", "2 days", "0 hours", "1.5 hours"])
    assert.throws(() => parseDeadline(bad), /not a length of time/, bad);
});

// ——— tiers ———

test("a tier begins below its share and holds until net capital is at the share that releases it", () => {
  const watched = new Watched();
  assert.deepEqual(kinds(watched.fact(at("10:00"), {})), ["figure-known"]);
  const steps: [netCapital: number, inForce: string | undefined][] = [
    [1_200_000, undefined],
    [1_199_999.99, "yellow"],
    [1_249_999.99, "yellow"],
    [1_199_000, "yellow"],
    [1_250_000, undefined],
    [1_099_999, "orange"],
    [1_149_999.99, "orange"],
    [1_150_000, "yellow"],
    [1_040_000, "red"],
    [1_260_000, undefined],
  ];
  for (const [netCapital, inForce] of steps) {
    watched.fact(at("10:01"), { netCapital });
    assert.equal(watched.watch.tiers.inForce?.name, inForce, `${netCapital}`);
  }
});

const shares = (least: number) => fc.integer({ min: least, max: 200 }).map((percent): Rate => rate(percent, 100));
const ladders = fc
  .uniqueArray(fc.integer({ min: 90, max: 180 }), { minLength: 1, maxLength: 6 })
  .chain((belows) =>
    fc.tuple(fc.constant(belows.sort((a, b) => b - a)), fc.array(shares(0), { minLength: 6, maxLength: 6 })),
  )
  .map(([belows, released]) =>
    belows.map((below, index) => ({ name: `t${below}`, below: rate(below, 100), releasedAbove: released[index] })),
  );

test("the tier in force is what independent machines of each tier say, over random ladders and walks", () => {
  const walk = fc.array(fc.integer({ min: 8_000, max: 21_000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(ladders, walk, (drawn, figures) => {
      // As the rulebook is judged: no tier is released below where it begins, nor above a milder one.
      let most = Number.POSITIVE_INFINITY;
      const tiers = drawn.map((tier) => {
        const below = tier.below.numerator / tier.below.denominator;
        const wanted = tier.releasedAbove.numerator / tier.releasedAbove.denominator;
        const percent = Math.round(Math.min(most, Math.max(below, wanted)) * 100);
        most = percent / 100;
        return { ...tier, releasedAbove: rate(percent, 100), paragraph: "", meaning: "", notify: [], actions: [] };
      });
      const requirement = toCents(10_000);
      const holds = tiers.map(() => false);
      let inForce = NO_TIER;
      for (const figure of figures) {
        const netCapital = toCents(figure);
        inForce = tierInForce(inForce, tierIndex(netCapital, requirement, tiers), netCapital, requirement, tiers);
        for (const [index, tier] of tiers.entries())
          holds[index] = isBelow(netCapital, holds[index] ? tier.releasedAbove : tier.below, requirement);
        assert.equal(inForce, holds.lastIndexOf(true));
        assert.ok(holds.slice(0, inForce + 1).every(Boolean), "all milder ones are in force too");
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("a fall through several tiers enters each, tells each one's people, and imposes what each forbids", () => {
  const watched = new Watched();
  watched.fact(at("10:00"), {});
  const said = watched.fact(at("10:01"), { netCapital: 1_049_999 });
  assert.deepEqual(kinds(said), [
    "tier-entered yellow",
    "tier-entered orange",
    "restriction-imposed orange",
    "tier-entered red",
    "restriction-imposed red",
    "notice-due required-minimum",
  ]);
  assert.deepEqual(said[3].to, ["FINOP", "chief compliance officer", "desk heads", "chief executive officer"]);
  assert.equal(said[3].severity, "critical");
  assert.match(said[3].text, /^Net capital 1,049,999\.00, minimum 1,000,000\.00\. Nothing that commits capital/);
  assert.deepEqual(watched.fact(at("10:02"), { netCapital: 1_040_000 }), []);
});

// ——— restrictions ———

test("a block ends with its tier; a halt stands until two officers release it, and comes again with its tier", () => {
  const watched = new Watched();
  const inForce = (): string[] =>
    watched.watch.tiers.restrictions.inForce().map(({ tier, action }) => `${tier}: ${action.kind}`);
  const blocked = (percent: number): boolean =>
    watched.watch.tiers.restrictions.againstProprietary(rate(percent, 100), true).length > 0;
  const release = (id: string, by = "Ada", secondApproval = "Bob"): void => {
    const fact = {
      kind: "restriction-released",
      at: at("11:00"),
      restriction: id,
      by,
      secondApproval,
      reason: "hedged",
    } as const;
    watched.watch.tiers.checkRelease(fact);
    watched.watch.tiers.release(fact);
  };
  watched.fact(at("10:00"), {});
  watched.fact(at("10:01"), { netCapital: 1_090_000 });
  assert.deepEqual(inForce(), ["orange: block-proprietary"]);
  assert.deepEqual([blocked(15), blocked(15.5), blocked(40)], [false, true, true]);
  assert.equal(watched.watch.tiers.restrictions.againstProprietary(rate(40, 100), false).length, 0, "reducing is free");
  assert.equal(watched.watch.tiers.restrictions.againstProprietary(undefined, true).length, 1, "no single rate");

  watched.fact(at("10:02"), { netCapital: 1_040_000 });
  assert.deepEqual(inForce(), ["orange: block-proprietary", "red: halt-capital-commitments"]);
  assert.equal(blocked(0), true);
  watched.fact(at("10:03"), { netCapital: 1_500_000 });
  assert.deepEqual(inForce(), ["red: halt-capital-commitments"]);

  watched.fact(at("10:04"), { netCapital: 1_040_000 });
  const halts = watched.watch.tiers.restrictions.list().filter(({ tier }) => tier === "red");
  assert.equal(halts.length, 1, "one that stands is not imposed again");
  const [halt] = halts;
  assert.throws(() => release(halt.id, "Ada", "Ada"), /second approval must come from another officer/);
  assert.throws(() => release("1.1"), /no such restriction/);
  release(halt.id);
  assert.throws(() => release(halt.id), /has ended already: released/);
  const ended = watched.watch.tiers.restrictions.list().find(({ id }) => id === halt.id)?.ended;
  assert.ok(ended?.how === "released");
  assert.deepEqual([ended.by, ended.secondApproval, ended.reason, ended.tierHeld], ["Ada", "Bob", "hedged", true]);
  assert.equal(watched.effects.at(-1)?.kind, "restriction-ended");
  assert.match(watched.effects.at(-1)?.text ?? "", /released while its tier holds by Ada and Bob \(hedged\)/);

  watched.fact(at("11:01"), { netCapital: 1_045_000 });
  assert.deepEqual(inForce(), ["orange: block-proprietary"], "not again while the tier holds");
  watched.fact(at("11:02"), { netCapital: 1_100_000 });
  watched.fact(at("11:03"), { netCapital: 1_045_000 });
  assert.deepEqual(inForce(), ["orange: block-proprietary", "red: halt-capital-commitments"]);
});

test("of restrictions and notices that are over the oldest are forgotten, never one that stands", () => {
  const restrictions = new Restrictions();
  const notices = new Notices();
  const moment = { seq: 1, at: parseInstant(at("10:00")) };
  for (let number = 0; number < 1200; number++) {
    const id = `${number}.1`;
    const tier = { tier: "red", paragraph: "", action: { kind: "halt-capital-commitments" } as const };
    restrictions.impose({ ...moment, id, ...tier, ended: null });
    const letter = { code: "x", title: "", paragraph: "", to: [], text: "", due: moment.at };
    notices.open({ ...moment, id, ...letter, ended: null, sent: null, overdue: null });
    if (number % 2 === 1) continue;
    restrictions.end(id, { ...moment, how: "tier-left" });
    notices.change(id, { sent: { ...moment, by: "Ada", channel: "mail" } });
  }
  assert.equal(restrictions.inForce().length, 600);
  assert.equal(restrictions.list().length, 1100);
  assert.equal(notices.list().filter(({ sent }) => sent === null).length, 600);
  assert.equal(notices.list().length, 1100);
  assert.equal(notices.list()[0].id, "1.1");
});

test("other rules change at once what a tier in force forbids; a halt waits for its officers all the same", () => {
  const watched = new Watched();
  watched.fact(at("10:00"), { netCapital: 1_040_000 });
  watched.rules = new Watched({
    rulebook: rulebook(
      ["haircut above 15%\n  - name", "haircut above 9%\n  - name"],
      ["      - halt capital commitments until two officers release them\n\n", "\n"],
    ),
  }).rules;
  const said = watched.fact(at("10:05"), { netCapital: 1_040_000 });
  assert.deepEqual(kinds(said), ["restriction-ended 1.4", "restriction-imposed orange"]);
  assert.match(said[1].title, /above 9%/);
  assert.deepEqual(
    watched.watch.tiers.restrictions.inForce().map(({ tier }) => tier),
    ["red", "orange"],
  );
  watched.rules = new Watched({ rulebook: rulebook(["name: orange", "name: amber"]) }).rules;
  assert.deepEqual(kinds(watched.fact(at("10:06"), { netCapital: 1_040_000 })), [
    "restriction-ended 2.2",
    "tier-entered amber",
    "restriction-imposed amber",
  ]);
});

// ——— notices ———

test("W11: which notices are opened, by both methods, and when each is due", () => {
  const notices = (watched: Watched, figures: Given): string[] => {
    watched.fact(at("10:31"), figures);
    const drafted = watched.watch.notices.notices.list().map(({ code, due }) => `${code} ${formatNewYork(due)}`);
    const { conditions } = watched.watch.notices;
    return [
      ...drafted,
      ...conditions
        .standing()
        .flatMap(({ code, announced }) =>
          drafted.some((text) => text.startsWith(code)) ? [] : [`${code} ${announced}`],
        ),
    ];
  };
  const capital = { netCapital: 750_000, indebtedness: 9_000_000, debitItems: 20_000_000 };
  assert.deepEqual(notices(new Watched(), { ...capital, requirement: 600_000 }), [
    "finra-aggregate-indebtedness 2026-11-21 10:31:00 EST",
  ]);
  const deficient = notices(new Watched(), { ...capital, requirement: 1_125_000 });
  assert.deepEqual(deficient, [
    "net-capital-deficiency 2026-11-21 00:00:00 EST",
    "required-minimum 2026-11-21 10:31:00 EST",
    "finra-aggregate-indebtedness 2026-11-21 10:31:00 EST",
    "finra-suspend-business 1.8",
  ]);
  const alternative = new Watched({ rulebook: rulebook(ALTERNATIVE) });
  assert.deepEqual(notices(alternative, { ...capital, requirement: 400_000 }), [
    "debit-items 2026-11-21 10:31:00 EST",
    "finra-debit-items 2026-11-21 10:31:00 EST",
    "finra-reduce-debit-items 1.4",
  ]);
});

test("W26: leverage is in excess of 2,500 percent of tentative net capital one dollar above it, on either side", () => {
  const opened = (figures: Given): boolean => {
    const watched = new Watched();
    watched.fact(at("10:31"), figures);
    return watched.watch.notices.notices.list().some(({ code }) => code === "financing");
  };
  assert.equal(opened({ payable: 225_000_000 }), false);
  assert.equal(opened({ payable: 225_000_001 }), true);
  assert.equal(opened({ receivable: 225_000_000 }), false);
  assert.equal(opened({ receivable: 225_000_001 }), true);
  assert.equal(opened({ tentative: -1, payable: 0 }), false, "no financing exceeds nothing");
});

test("a draft says the requirement, net capital, the fact, the rulebook and when it is due", () => {
  const watched = new Watched({ rulebook: rulebook(["firm:\n", "firm:\n  name: Load Line Securities LLC\n"]) });
  watched.fact(at("10:00"), {});
  watched.fact(at("10:31"), { netCapital: 990_000 });
  const [notice] = watched.watch.notices.notices.list();
  assert.equal(
    notice.text,
    `NOTICE UNDER SEC RULE 17a-11(a)(1)

To: SEC principal office in Washington DC; SEC regional office; examining authority
From: Load Line Securities LLC

Load Line Securities LLC gives notice of the following, as of 2026-11-20 10:31:00 EST: net capital below the minimum.

Net capital:          $990,000.00
Required net capital: $1,000,000.00
Deficiency:           $10,000.00

The figures follow from fact 2 of the firm's journal under version 2025-03-14 of its net-capital rulebook.
This notice is due by 2026-11-21 00:00:00 EST.`,
  );
});

test("a notice is not opened again while its condition stands, and is once it has ended and is back", () => {
  const watched = new Watched();
  const codes = (): string[] => watched.watch.notices.notices.list().map(({ id, code }) => `${id} ${code}`);
  watched.fact(at("10:00"), {});
  watched.fact(at("10:01"), { netCapital: 1_190_000 });
  watched.fact(at("10:02"), { netCapital: 1_180_000 });
  assert.deepEqual(codes(), ["2.2 required-minimum"]);
  // It flickers: not met for less than ten minutes is not the end.
  watched.fact(at("10:03"), { netCapital: 1_210_000 });
  watched.fact(at("10:12"), { netCapital: 1_190_000 });
  watched.fact(at("10:14"), { netCapital: 1_210_000 });
  assert.deepEqual(codes(), ["2.2 required-minimum"]);
  assert.equal(watched.watch.notices.notices.list()[0].ended, null);
  assert.deepEqual(kinds(watched.fact(at("10:23"))), []);
  const said = watched.fact(at("10:24"));
  assert.deepEqual(kinds(said), ["condition-ended 2.2"]);
  assert.match(said[0].text, /Not met since 2026-11-20 10:14:00 EST\. The notice of it is still to be sent\./);
  assert.deepEqual(watched.watch.notices.notices.list()[0].ended, { seq: 6, at: parseInstant(at("10:14")) });
  watched.fact(at("10:25"), { netCapital: 1_190_000 });
  assert.deepEqual(codes(), ["2.2 required-minimum", "9.1 required-minimum"]);
});

test("a condition that ended in the silence between two facts ended, though the next fact meets it again", () => {
  const watched = new Watched();
  watched.fact(at("10:00"), { netCapital: 1_190_000 });
  watched.fact(at("10:01"), { netCapital: 1_210_000 });
  assert.deepEqual(kinds(watched.fact(at("11:30"), { netCapital: 1_190_000 })), [
    "condition-ended 1.3",
    "notice-due required-minimum",
  ]);
});

test("what is not sent by its time is overdue, whichever fact shows it; what is sent late says so", () => {
  const watched = new Watched();
  watched.fact(at("10:31"), { netCapital: 1_190_000 });
  const [{ id }] = watched.watch.notices.notices.list();
  assert.deepEqual(kinds(watched.fact("2026-11-21T15:30:59.999999Z")), []);
  assert.deepEqual(kinds(watched.fact("2026-11-21T15:31:00Z")), [`notice-overdue ${id}`]);
  assert.deepEqual(kinds(watched.fact(at("10:00", "2026-11-23"))), [], "once");
  const sent = { kind: "notice-sent", at: at("10:00", "2026-11-23"), notice: id, by: "Ada", channel: "mail" } as const;
  watched.watch.notices.notices.checkSent(sent);
  watched.watch.notices.sent(sent);
  assert.match(watched.effects.at(-1)?.title ?? "", /^Sent late: notice of net capital below 120% of the minimum/);
  assert.throws(() => watched.watch.notices.notices.checkSent(sent), /was sent before, by Ada/);
  assert.throws(() => watched.watch.notices.notices.checkSent({ ...sent, notice: "7.7" }), /no such notice/);
});

test("one that is sent in time is never overdue", () => {
  const watched = new Watched();
  watched.fact(at("10:31"), { netCapital: 1_190_000 });
  const [{ id }] = watched.watch.notices.notices.list();
  watched.watch.notices.sent({ kind: "notice-sent", at: at("12:00"), notice: id, by: "Ada", channel: "mail" });
  assert.equal(watched.effects.at(-1)?.severity, "good");
  assert.deepEqual(kinds(watched.fact(at("12:00", "2026-12-01"))), []);
});

// ——— lasting ———

test("4120: a condition binds from the sixteenth consecutive business day, holidays and weekends left out", () => {
  const watched = new Watched();
  // Fifteen business days from Friday 20 November: Thanksgiving is the 26th, so the fifteenth is Friday 11 December.
  watched.fact(at("15:00"), { netCapital: 370_000, requirement: 250_000 });
  const binds = (day: string, time: string): string[] =>
    watched
      .fact(at(time, day))
      .filter(({ kind }) => kind === "condition-lasting")
      .map(({ title, text }) => `${title} ${text}`);
  assert.deepEqual(binds("2026-12-11", "23:59"), []);
  assert.deepEqual(binds("2026-12-13", "23:59"), []);
  assert.deepEqual(binds("2026-12-14", "00:00"), [
    "Business must not expand. 16 consecutive business days, which is longer than 15.",
  ]);
  assert.deepEqual(binds("2026-12-20", "12:00"), [], "once");
});

test("4120: a condition that is back on the same or the next business day goes on counting; after a day without it begins anew", () => {
  const days = (last: string, back: string): number => {
    const watched = new Watched();
    watched.fact(at("10:00", "2026-11-16"), { netCapital: 370_000, requirement: 250_000 });
    watched.fact(at("10:00", last), { netCapital: 1_000_000, requirement: 250_000 });
    watched.fact(at("10:00", back), { netCapital: 370_000, requirement: 250_000 });
    const { conditions } = watched.watch.notices;
    const condition = conditions.get("finra-dollar-minimum");
    assert.ok(condition);
    return conditions.businessDays(condition, watched.cursor.at);
  };
  assert.equal(days("2026-11-16", "2026-11-17"), 2);
  assert.equal(days("2026-11-20", "2026-11-23"), 6, "over a weekend");
  assert.equal(days("2026-11-25", "2026-11-27"), 9, "over Thanksgiving");
  assert.equal(days("2026-11-17", "2026-11-19"), 1, "a whole business day without it");
  assert.equal(days("2026-11-17", "2026-11-21"), 0, "on a Saturday no business day has begun");
});

// ——— unknown ———

test("a figure that cannot be said for longer than the grace is notice of insolvency; tiers and conditions stand still", () => {
  const watched = new Watched();
  watched.fact(at("10:00"), { netCapital: 1_090_000 });
  watched.fact(at("10:01"), { netCapital: 1_210_000 });
  assert.deepEqual(kinds(watched.fact(at("10:02"), "unknown")), ["figure-unknown"]);
  assert.equal(watched.effects.at(-1)?.text, "Missing: no price for XYZ.");
  assert.equal(watched.watch.tiers.inForce?.name, "yellow");
  assert.deepEqual(kinds(watched.fact(at("10:31"), "unknown")), [], "what was not met for ten minutes has not ended");
  assert.equal(watched.watch.isDue(parseInstant(at("10:31"))), false);
  assert.equal(watched.watch.isDue(parseInstant(at("10:32"))), true);
  const said = watched.fact(at("10:32"), "unknown");
  assert.deepEqual(kinds(said), ["notice-due cannot-compute"]);
  assert.match(said[0].text, /Missing: no price for XYZ/);
  assert.equal(formatNewYork(said[0].due ?? (0 as Instant)), "2026-11-21 00:00:00 EST");
  assert.deepEqual(kinds(watched.fact(at("10:40"), { netCapital: 1_210_000 })), [
    "figure-known",
    "condition-ended 1.5",
  ]);
  assert.deepEqual(kinds(watched.fact(at("10:50"))), ["condition-ended 5.1"]);
});

test("what was never known is not a figure that was lost", () => {
  const watched = new Watched();
  watched.fact(at("10:00"), "unknown");
  assert.deepEqual(watched.fact(at("16:00"), "unknown"), []);
});

// ——— replay ———

const figures = fc.record({
  netCapital: fc.integer({ min: 900_000, max: 1_400_000 }),
  requirement: fc.constant(1_000_000),
  indebtedness: fc.integer({ min: 9_000_000, max: 16_000_000 }),
  payable: fc.integer({ min: 224_000_000, max: 226_000_000 }),
});
const facts = fc.array(
  fc.record({
    minutes: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 6000 })),
    figures: fc.oneof({ weight: 6, arbitrary: figures }, { weight: 1, arbitrary: fc.constant("unknown" as const) }),
    act: fc.constantFrom("none", "none", "send", "release"),
  }),
  { maxLength: 40 },
);

test("restored before every fact it says the same, and never wakes late or for nothing", () => {
  fc.assert(
    fc.property(facts, (steps) => {
      const [live, restarted] = [new Watched(), new Watched({ restarts: true })];
      let now = newYorkInstant(parseDay(FRIDAY), 600);
      for (const watched of [live, restarted]) watched.fact(formatInstant(now), {});
      for (const { minutes, figures: given, act } of steps) {
        now = (now + minutes * 60_000_000) as Instant;
        const wakes = live.watch.isDue(now);
        const said = live.fact(formatInstant(now));
        if (!wakes) assert.deepEqual(said, [], "nothing is said before a clock goes off");
        restarted.fact(formatInstant(now));
        for (const watched of [live, restarted]) {
          watched.fact(formatInstant(now), given);
          apply(watched, act, formatInstant(now));
        }
      }
      assert.deepEqual(restarted.effects, live.effects);
      assert.deepEqual(restarted.watch.sections(), live.watch.sections());
    }),
    { seed: 1, numRuns: 150 },
  );
});

function apply({ watch }: Watched, act: string, time: string): void {
  const notice = watch.notices.notices.list().find(({ sent }) => sent === null);
  const [restriction] = watch.tiers.restrictions.inForce();
  if (act === "send" && notice !== undefined)
    watch.notices.sent({ kind: "notice-sent", at: time, notice: notice.id, by: "Ada", channel: "mail" });
  if (act === "release" && restriction !== undefined) {
    const officers = { by: "Ada", secondApproval: "Bob", reason: "hedged" };
    watch.tiers.release({ kind: "restriction-released", at: time, restriction: restriction.id, ...officers });
  }
}
