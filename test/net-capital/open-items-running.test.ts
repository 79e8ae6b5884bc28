/**
 * Open items kept by deltas against open items from scratch, line by line, after every step of random walks: items of every
 * type reported, changed and closed; prices, days, calendar, postings, listings, readings. Canaries break one delta.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Line } from "../../src/base/line.ts";
import { type Day, formatDay } from "../../src/base/time.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import { OPEN_ITEM_TYPES } from "../../src/facts/kinds.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { NetCapitalMonitor } from "../../src/net-capital/monitor.ts";
import { GROUPS } from "../../src/net-capital/open-items/charge.ts";
import { AS_OF, Firm, inMonths, RULEBOOK } from "./firm.ts";

type OpenItem = Omit<FactOfKind<"open-item-reported">, "kind" | "at">;
type Roll = (sides: number) => number;

/** Rolls of a seed: Lehmer's generator. */
function dice(seed: number): Roll {
  let state = (seed % 2_147_483_646) + 1;
  return (sides) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % sides;
  };
}

const LISTINGS: Parameters<Firm["list"]>[1][] = [
  { type: "equity", listing: "XNYS" },
  { type: "equity", marketMakers: 2 },
  { type: "equity" },
  { type: "treasury", maturity: inMonths(30) },
  { type: "agency", maturity: inMonths(50) },
  { type: "municipal", maturity: inMonths(96) },
  { type: "corporate", maturity: inMonths(84), minimalCreditRisk: true },
  { type: "convertible", maturity: inMonths(60), principal: "1", multiplier: "0.01", minimalCreditRisk: true },
  { type: "commodity" },
  { type: "index" },
];

/** Two have no class, and the last cannot be held. */
const CLASSED = LISTINGS.length - 2;

class ItemWalk {
  readonly firm: Firm;
  readonly roll: Roll;
  readonly #instruments: string[] = [];
  #day = AS_OF;
  #version = 0;

  constructor(seed: number, Monitor = NetCapitalMonitor) {
    this.firm = new Firm(RULEBOOK, Monitor);
    this.roll = dice(seed);
    this.firm.capital(9_000_000);
    for (const type of ["customer-cash", "pab", "non-customer"] as const) this.firm.open(type, { type });
    for (const [index, listing] of LISTINGS.entries()) {
      const instrument = `${listing.type}-${index}`;
      this.firm.list(instrument, listing);
      this.#instruments.push(instrument);
      if (this.roll(20) > 0) this.firm.mark(instrument, "100");
    }
  }

  pick<T>(from: readonly T[]): T {
    return from[this.roll(from.length)];
  }

  step(): void {
    const roll = this.roll(100);
    if (roll < 35) this.item();
    else if (roll < 60) this.price();
    else if (roll < 75) this.posting();
    else if (roll < 90) this.trade();
    else if (roll < 94) this.day();
    else if (roll < 96) this.calendar();
    else if (roll < 98) this.relist();
    else this.rules();
  }

  /** Any type, with everything that some type needs and some of what is optional. */
  item(): void {
    const type = this.pick(OPEN_ITEM_TYPES);
    const calls = this.roll(3) === 0;
    const item: OpenItem = {
      item: `item-${this.roll(25)}`,
      type,
      party: this.pick(["A", "B", "C"]),
      account:
        type === "collateralized-debt" ? "inventory" : this.pick(["customer", "customer-cash", "pab", "non-customer"]),
      instrument: this.pick(this.#instruments.slice(0, this.roll(20) === 0 ? undefined : CLASSED)),
      quantity: String(1 + this.roll(20_000)),
      amount: String(this.roll(type === "collateralized-debt" ? 90_000 : 1_500_000)),
      since: formatDay((this.#day - this.roll(this.roll(2) === 0 ? 90 : 15)) as Day),
      longValue: String(this.roll(1_000_000)),
      shortValue: String(this.roll(1_000_000)),
      margin: String(this.roll(80_000)),
      ...(calls && { calls: String(this.roll(60_000)), callsSince: formatDay((this.#day - this.roll(10)) as Day) }),
      ...(this.roll(5) === 0 && { extension: this.roll(12) }),
      ...(this.roll(2) === 0 && { sold: true }),
      ...(this.roll(8) === 0 && { clearingAgency: true }),
      ...(this.roll(10) === 0 && { federalReserve: true }),
      ...(this.roll(2) === 0 && { extensions: this.roll(3) }),
      ...(this.roll(2) === 0 && { found: this.pick(["suspense", "bank", "clearing"]) }),
      ...(this.roll(2) === 0 && { claim: this.pick(["no-opinion", "opinion", "acknowledged"]) }),
      ...(this.roll(3) === 0 && { exemptedValue: "10000" }),
      ...(this.roll(4) === 0 && { closed: true }),
    };
    this.firm.apply({ kind: "open-item-reported", ...item });
  }

  price(): void {
    this.firm.mark(this.pick(this.#instruments), `${(8_000 + this.roll(4_000)) / 100}`);
  }

  posting(): void {
    const account = this.pick(["customer", "customer-cash", "pab", "non-customer"]);
    const [from, to] = this.roll(2) === 0 ? [account, "bank"] : ["bank", account];
    this.firm.cash(from, to, 1 + this.roll(50_000));
  }

  trade(): void {
    const account = this.pick(["customer", "pab", "non-customer", "inventory", "inventory"]);
    const instrument = this.pick(this.#instruments.slice(0, this.roll(40) === 0 ? -1 : CLASSED));
    if (account === "inventory" && instrument.startsWith("commodity")) return;
    const [from, to] = this.roll(account === "inventory" ? 4 : 2) === 0 ? [account, "clearing"] : ["clearing", account];
    this.firm.apply({
      kind: "securities-moved",
      from,
      to,
      instrument,
      quantity: String(1 + this.roll(9_000)),
      reason: "transfer",
      cost: "0",
    });
  }

  day(): void {
    this.#day = (this.#day + 1 + this.roll(4)) as Day;
    this.firm.apply({ kind: "business-day-opened", day: formatDay(this.#day) });
  }

  calendar(): void {
    const day = formatDay((this.#day - this.roll(30)) as Day);
    this.firm.apply({
      kind: "calendar-day-set",
      day,
      session: "closed",
      settlement: this.roll(2) === 0,
      reason: "storm",
    });
  }

  relist(): void {
    const index = this.roll(CLASSED);
    const listing = LISTINGS[index];
    this.firm.list(this.#instruments[index], {
      ...listing,
      ...(this.roll(3) === 0 && { restricted: true }),
      ...(listing.type === "agency" && { maturity: inMonths(3 + this.roll(90)) }),
    });
  }

  rules(): void {
    this.#version++;
    const choose = (line: string, ...words: string[]): [string, string] => {
      const [name] = line.split(":");
      return [line, `${name}: ${this.pick(words)}`];
    };
    const changes: [string, string][] = [
      ['version: "2025-03-14"', `version: "walk-${this.#version}"`],
      ['effective: "2025-03-14"', `effective: "${formatDay((AS_OF + this.#version) as Day)}"`],
      choose("method: aggregate-indebtedness", "aggregate-indebtedness", "alternative"),
      [
        "commitmentAddBack: false",
        `commitmentAddBack: false\n  deficitsFromBooks: ${this.roll(3) > 0}\n  municipalBrokersBroker: ${this.roll(2) > 0}`,
      ],
      choose("cnsFails: fails", "fails", "not-fails"),
      choose("freeShipments: excess", "excess", "whole"),
      choose("repoTests: single-plus-greater", "single-plus-greater", "greater-of-sums"),
      choose("repoBase: before-repos", "before-repos", "after-single"),
      choose("concentrationFloor: greatest-threshold", "greatest-threshold", "trigger"),
      choose("municipalConcentration: above-share", "above-share", "above-trigger"),
      choose("concentrationSides: larger-side", "larger-side", "net"),
    ];
    const text = changes.reduce((document, [from, to]) => {
      assert.ok(document.includes(from), from);
      return document.replace(from, to);
    }, RULEBOOK);
    this.firm.activate(text);
  }

  audit(): string[] {
    return auditNetCapital(this.firm.books, this.firm.monitor);
  }
}

/** What the walks must have charged, by the end of its code. */
const CODES = ["repos", ...Object.keys(GROUPS).map((group) => group.replace(/-excluded$/, ""))];

/** The last part of the code of every line that is not zero. */
function chargedCodes({ code, amount, children }: Line): ReadonlySet<string> {
  const below = children.flatMap((child) => [...chargedCodes(child)]);
  return new Set(amount === 0 ? below : [code.slice(code.lastIndexOf("/") + 1), ...below]);
}

test("open items: running figures are those from scratch after every step, line by line", () => {
  const seen = new Map<string, number>(CODES.map((code) => [code, 0]));
  let figures = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (seed) => {
      const walk = new ItemWalk(seed);
      for (let step = 0; step < 250; step++) {
        walk.step();
        assert.deepEqual(walk.audit(), [], `seed ${seed}, step ${step}`);
        const answer = walk.firm.monitor.answer(0);
        if (answer.kind === "unknown") continue;
        figures++;
        for (const code of chargedCodes(answer.computation)) {
          const times = seen.get(code);
          if (times !== undefined) seen.set(code, times + 1);
        }
      }
    }),
    { numRuns: 5, seed: 150, endOnFailure: true },
  );
  assert.ok(figures > 500, `${figures} figures`);
  for (const [code, times] of seen) assert.ok(times > 0, `${code} was charged ${times} times`);
});

test("a monitor rebuilt from the books says what the running one says of open items", () => {
  const walk = new ItemWalk(8);
  for (let step = 0; step < 300; step++) walk.step();
  assert.deepEqual(auditNetCapital(walk.firm.books, new NetCapitalMonitor(walk.firm.books)), []);
});

/** Walks until the auditor notices; -1 where it never does. */
function noticedAt(Monitor: typeof NetCapitalMonitor): number {
  const walk = new ItemWalk(5, Monitor);
  for (let step = 0; step < 400; step++) {
    walk.step();
    if (walk.audit().length > 0) return step;
  }
  return -1;
}

test("canary: a monitor that is not told of reports is noticed", () => {
  class Deaf extends NetCapitalMonitor {
    #reports = 0;
    override itemsChanged(): void {
      if (++this.#reports % 10 !== 0) super.itemsChanged();
    }
  }
  assert.notEqual(noticedAt(Deaf), -1);
});

test("canary: a monitor that is not told of a changed calendar is noticed", () => {
  class Unpunctual extends NetCapitalMonitor {
    override calendarChanged(): void {
      // The ages stay what they were.
    }
  }
  assert.notEqual(noticedAt(Unpunctual), -1);
});
