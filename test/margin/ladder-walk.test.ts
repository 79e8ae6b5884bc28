/**
 * The ladder against a slow and obvious one that shares no code with it: random figures, deposits, days and clocks; what is
 * called, due, overdue and ended of each account is compared after every fact. And the boundaries: nested, and held.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Cents } from "../../src/base/money.ts";
import { hashSections } from "../../src/base/state.ts";
import { type Day, type Instant, parseInstant } from "../../src/base/time.ts";
import { addBusinessDays, endOfDay } from "../../src/books/deadlines.ts";
import { formatNewYork, newYorkDay } from "../../src/books/new-york-time.ts";
import { bandOf, boundariesOf, excessOverBoundary, Rungs } from "../../src/margin/ladder/boundaries.ts";
import { Desk, type Given } from "./ladder-desk.ts";

const MINUTE = 60_000_000;

type Event =
  | { readonly kind: "figures"; readonly account: number; readonly equity: number; readonly unreliable: boolean }
  | { readonly kind: "deposit"; readonly account: number; readonly amount: number }
  | { readonly kind: "time" }
  | { readonly kind: "again" };

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("figures" as const),
      account: fc.nat(2),
      equity: fc.integer({ min: -2000, max: 14_000 }),
      unreliable: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("deposit" as const),
      account: fc.nat(2),
      amount: fc.integer({ min: 1, max: 6000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("time" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("again" as const) }) },
);
const pause = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(24 * 60, 3 * 24 * 60, 10 * 24 * 60));

/** What is known of one account's maintenance deficiency, kept the obvious way. */
interface Slow {
  since: number;
  called: number;
  told: number;
  due: number;
  overdue: boolean;
  coveredSince: number;
  held: number;
}

/**
 * Maintenance 10,000 on 40,000. Issued after 5 minutes, due on the third business day, a recovery lasts 30 minutes, told again
 * above 10%; held against prices at 10:00, 12:00, 14:00 and 16:15 in New York.
 */
class SlowLadder {
  readonly #desk: Desk;
  readonly #calls = new Map<number, Slow>();
  #last = 0;
  readonly said: string[] = [];

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  fact(
    at: Instant,
    changed: number,
    cause: "market" | "deposit" | "none",
    short: (account: number) => number,
    reliable: (account: number) => boolean,
  ): void {
    const accounts = [0, 1, 2];
    for (const account of accounts) this.#clocks(account, at);
    if (this.#isLookedAt(at))
      for (const account of accounts)
        if (this.#calls.has(account) && (account !== changed || cause === "none"))
          this.#changed(account, at, "market", short(account));
    this.#last = at;
    if (cause !== "none") this.#changed(changed, at, cause, short(changed));
    for (const account of accounts) {
      const call = this.#calls.get(account);
      if (call === undefined) continue;
      this.#clocks(account, at);
      const stands = this.#calls.get(account);
      if (stands === undefined || stands.called > 0 || stands.coveredSince !== Infinity) continue;
      if (at < stands.since + 5 * MINUTE || at < stands.held) continue;
      if (!reliable(account)) stands.held = at + MINUTE;
      else {
        stands.called = stands.told = short(account);
        stands.held = 0;
        this.said.push(`${account} called ${stands.called}`);
        this.#clocks(account, at);
      }
    }
  }

  #isLookedAt(at: number): boolean {
    if (this.#last === 0) return true;
    for (let minute = Math.floor(this.#last / MINUTE) + 1; minute * MINUTE <= at; minute++) {
      const instant = (minute * MINUTE) as Instant;
      if (!["10:00", "12:00", "14:00", "16:15"].includes(formatNewYork(instant).slice(11, 16))) continue;
      if (this.#desk.calendar.isSettlementDay(newYorkDay(instant))) return true;
    }
    return false;
  }

  #clocks(account: number, at: Instant): void {
    const call = this.#calls.get(account);
    if (call === undefined) return;
    if (call.called > 0 && !call.overdue && call.coveredSince === Infinity && at >= call.due) {
      call.overdue = true;
      this.said.push(`${account} overdue`);
    }
    if (at >= call.coveredSince + 30 * MINUTE) {
      this.#calls.delete(account);
      this.said.push(`${account} market`);
    }
  }

  #changed(account: number, at: Instant, cause: "market" | "deposit", short: number): void {
    const call = this.#calls.get(account);
    if (call === undefined) {
      if (short <= 0) return;
      let day = newYorkDay(at);
      while (!this.#desk.calendar.isSettlementDay(day)) day = (day + 1) as Day;
      const due = endOfDay(addBusinessDays(day, 3, this.#desk.calendar));
      this.#calls.set(account, { since: at, called: 0, told: 0, due, overdue: false, coveredSince: Infinity, held: 0 });
    } else if (short > 0) {
      call.coveredSince = Infinity;
      if (call.called > 0 && (cause === "deposit" || short > call.told * 1.1)) {
        call.told = short;
        this.said.push(`${account} ${cause === "deposit" ? "met in part" : "told again"} ${short}`);
      }
    } else if (call.called === 0) this.#calls.delete(account);
    else if (cause === "deposit") {
      this.#calls.delete(account);
      this.said.push(`${account} deposit`);
    } else if (call.coveredSince === Infinity) call.coveredSince = at;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  "Satisfied by the market": "market",
  "Met by a deposit": "deposit",
  Overdue: "overdue",
};

/** What the ladder said of calls, in the words of the slow one. */
function inSlowWords(desk: Desk): string[] {
  return desk.effects.flatMap(({ kind, title, text }) => {
    const account = /account-(\d)/.exec(title)?.[1] ?? "";
    const dollars = (found: RegExpExecArray | null): number => Number((found?.[1] ?? "0").replaceAll(",", ""));
    const amount = dollars(/call of ([\d,.]+)/.exec(title));
    const now = dollars(/([\d,.]+) would meet it now/.exec(text));
    if (kind === "margin-call-issued") return [`${account} called ${amount}`];
    if (kind === "margin-call-deepened") return [`${account} told again ${now}`];
    if (kind === "margin-call-reduced") return [`${account} met in part ${now}`];
    if (kind !== "margin-call-ended" && kind !== "margin-call-overdue") return [];
    return [`${account} ${WORDS[title.split(/[:,]/)[0]]}`];
  });
}

/** What is said at one fact comes in the order of clocks; the slow one goes by account. */
function byAccount(said: readonly string[]): string[] {
  return [...said].sort((a, b) => Number(a[0]) - Number(b[0]));
}

function givenOf(equity: number, unreliable: boolean): Given {
  return { equity, maintenance: 10_000, value: 40_000, ...(unreliable && { unreliable: "stale" }) };
}

function walk(events: readonly (readonly [Event, number])[], restarts: boolean): { desk: Desk; slow: SlowLadder } {
  const desk = new Desk({});
  const slow = new SlowLadder(desk);
  let at = parseInstant("2026-09-01T14:00:00Z");
  const equity = (account: number): number => {
    const given = desk.figures.get(account);
    return given === undefined || given === "unknown" ? 20_000 : given.equity;
  };
  const isUnreliable = (account: number): boolean => {
    const given = desk.figures.get(account);
    return given !== undefined && given !== "unknown" && given.unreliable !== undefined;
  };
  for (const [happened, minutes] of events) {
    at = (at + minutes * MINUTE) as Instant;
    if (restarts) desk.restart();
    const short = (account: number): number => 10_000 - equity(account);
    const reliable = (account: number): boolean => !isUnreliable(account);
    if (happened.kind === "figures") {
      const crossed = 10_000 - equity(happened.account) > 0 !== 10_000 - happened.equity > 0;
      desk.figured(at, happened.account, givenOf(happened.equity, happened.unreliable));
      // Prices that pass no boundary wake nobody.
      slow.fact(
        at,
        happened.account,
        crossed || bandMoved(desk, happened.account) ? "market" : "none",
        short,
        reliable,
      );
    } else if (happened.kind === "deposit") {
      const given = givenOf(equity(happened.account) + happened.amount, isUnreliable(happened.account));
      desk.figured(at, happened.account, given, "deposit", happened.amount);
      slow.fact(at, happened.account, "deposit", short, reliable);
    } else if (happened.kind === "time") {
      desk.fact(at);
      slow.fact(at, 0, "none", short, reliable);
    } else {
      // The same figures told once more change nothing.
      const before = desk.effects.length;
      desk.fact(at, (ladder) => ladder.bandChanged(0, ladder.bandFromScratch(0)));
      slow.fact(at, 0, "market", short, reliable);
      const twice = desk.effects.length;
      desk.ladder.settle();
      assert.equal(desk.effects.length, twice, `settled twice says nothing more (${twice - before} before)`);
    }
    assert.deepEqual(byAccount(inSlowWords(desk)), byAccount(slow.said));
  }
  return { desk, slow };
}

/** In the walk the band is told with every change of figures, as after a posting. */
function bandMoved(desk: Desk, account: number): boolean {
  return desk.ladder.standing(account).band >= 0;
}

test("random walks: what is called, told again, overdue and ended is what the obvious ladder says, restored or not", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, pause), { minLength: 5, maxLength: 40 }), (events) => {
      const live = walk(events, false);
      const restored = walk(events, true);
      assert.equal(hashSections(restored.desk.ladder.sections()), hashSections(live.desk.ladder.sections()));
      assert.deepEqual(restored.desk.effects, live.desk.effects);
    }),
    { numRuns: 150, seed: 4210 },
  );
});

test("no two calls of one account, layer and episode; each has one end", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, pause), { minLength: 10, maxLength: 60 }), (events) => {
      const { desk } = walk(events, false);
      const open = new Map<string, number>();
      for (const { kind, title } of desk.effects) {
        const account = /account-(\d)/.exec(title)?.[1] ?? "";
        const change = kind === "margin-call-issued" ? 1 : kind === "margin-call-ended" ? -1 : 0;
        open.set(account, (open.get(account) ?? 0) + change);
        assert.ok([0, 1].includes(open.get(account) ?? 0), title);
      }
    }),
    { numRuns: 60, seed: 7 },
  );
});

const figures = fc.record({
  equity: fc.integer({ min: -1e9, max: 1e9 }),
  regulatory: fc.integer({ min: 0, max: 5e8 }),
  house: fc.integer({ min: 0, max: 1e8 }),
  base: fc.integer({ min: 0, max: 1e9 }),
});

test("boundaries are nested: who is past one is past all before it", () => {
  const { ladder } = new Desk().rules;
  const boundaries = boundariesOf(ladder);
  assert.deepEqual(
    boundaries.map(({ code }) => code),
    ["warning-released", "warning", "call", "maintenance", "deficit-released", "deficit"],
  );
  fc.assert(
    fc.property(figures, ({ equity, regulatory, house, base }) => {
      const of = {
        equity: equity as Cents,
        regulatory: regulatory as Cents,
        requirement: (regulatory + house) as Cents,
        base: base as Cents,
      };
      const past = boundaries.map((boundary) => excessOverBoundary(boundary, of) < 0);
      assert.deepEqual(
        past,
        past.map((_, index) => index < bandOf(boundaries, of)),
      );
    }),
    { numRuns: 500, seed: 36 },
  );
});

test("a warning begins under 5 percent of market value and holds until 6 percent; shorts alone go by their requirement", () => {
  const rungs = new Rungs(new Desk().rules.ladder);
  const band = (excess: number): number =>
    bandOf(rungs.boundaries, {
      equity: (1_000_000 + excess) as Cents,
      requirement: 1_000_000 as Cents,
      regulatory: 1_000_000 as Cents,
      base: 4_000_000 as Cents,
    });
  assert.equal(rungs.after("healthy", band(200_000)), "healthy");
  assert.equal(rungs.after("healthy", band(199_999)), "warning");
  assert.equal(rungs.after("warning", band(239_999)), "warning");
  assert.equal(rungs.after("warning", band(240_000)), "healthy");
  assert.equal(rungs.after("warning", band(-1)), "call");
  assert.equal(rungs.after("call", band(0)), "warning");
  assert.equal(rungs.after("deficit", band(0)), "warning");
  assert.equal(rungs.after("healthy", band(-1_000_001)), "deficit");
});

test("a deficit begins under zero equity and holds until a tenth of the requirement is there", () => {
  const rungs = new Rungs(new Desk().rules.ladder);
  const band = (equity: number): number =>
    bandOf(rungs.boundaries, {
      equity: equity as Cents,
      requirement: 1_200_000 as Cents,
      regulatory: 1_000_000 as Cents,
      base: 4_000_000 as Cents,
    });
  assert.equal(rungs.after("call", band(0)), "call");
  assert.equal(rungs.after("call", band(-1)), "deficit");
  assert.equal(rungs.after("deficit", band(99_999)), "deficit");
  assert.equal(rungs.after("deficit", band(100_000)), "call");
  assert.equal(rungs.after("deficit", band(1_200_000)), "warning");
  // Where nothing is required any more, it is over at zero.
  const empty = { equity: 0, requirement: 0, regulatory: 0, base: 0 } as Parameters<typeof bandOf>[1];
  assert.equal(rungs.after("deficit", bandOf(rungs.boundaries, empty)), "healthy");
});
