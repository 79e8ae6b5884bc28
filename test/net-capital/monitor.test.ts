/**
 * Running figures against figures from scratch, line by line, after every step of random walks through everything that can
 * change them. Canaries break one delta on purpose, and the auditor must notice.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findLine } from "../../src/base/line.ts";
import { auditNetCapital } from "../../src/net-capital/audit.ts";
import { NetCapitalMonitor } from "../../src/net-capital/monitor.ts";
import { AS_OF } from "./firm.ts";
import { Walk } from "./walk.ts";

/** Lines that the walks must have been through. */
const CODES = [
  "haircuts/governments",
  "haircuts/canadian-governments",
  "haircuts/municipal-notes",
  "haircuts/municipals",
  "haircuts/funds",
  "haircuts/short-paper",
  "haircuts/corporate-debt",
  "haircuts/preferred",
  "haircuts/equities",
  "haircuts/limited-market",
  "haircuts/currencies",
  "haircuts/undue-concentration",
  "haircuts/commitments",
  "non-allowable/securities",
  "subordinated",
];

test("running figures are those from scratch after every step, line by line", () => {
  const seen = { figures: 0, unknown: 0, ...Object.fromEntries(CODES.map((code) => [code, 0])) } as Record<
    string,
    number
  >;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
      const walk = new Walk(seed);
      for (let step = 0; step < 300; step++) {
        walk.step();
        const differences = walk.audit();
        assert.deepEqual(differences, [], `seed ${seed}, step ${step}`);
        const answer = walk.firm.monitor.answer(0);
        seen[answer.kind === "figure" ? "figures" : "unknown"]++;
        if (answer.kind === "figure")
          for (const code of CODES) if (findLine(answer.waterfall, code)?.amount !== 0) seen[code]++;
      }
    }),
    { numRuns: 10, seed: 15031, endOnFailure: true },
  );
  for (const [what, times] of Object.entries(seen)) assert.ok(times > 50, `${what} was seen ${times} times`);
});

test("a monitor rebuilt from the books says what the running one says", () => {
  const walk = new Walk(7);
  for (let step = 0; step < 200; step++) walk.step();
  const rebuilt = new NetCapitalMonitor(walk.firm.books);
  assert.deepEqual(auditNetCapital(walk.firm.books, rebuilt), []);
});

/** Walks until the auditor notices; -1 where it never does. */
function noticedAt(Monitor: typeof NetCapitalMonitor): number {
  const walk = new Walk(11, Monitor);
  for (let step = 0; step < 300; step++) {
    walk.step();
    if (walk.audit().length > 0) return step;
  }
  return -1;
}

test("canary: a monitor that misses a tick is noticed", () => {
  class MissesTicks extends NetCapitalMonitor {
    #ticks = 0;
    override priceChanged(instrument: number): void {
      if (++this.#ticks % 20 !== 0) super.priceChanged(instrument);
    }
  }
  assert.notEqual(noticedAt(MissesTicks), -1);
});

test("canary: a monitor that is a cent off in one posting is noticed", () => {
  class Careless extends NetCapitalMonitor {
    #postings = 0;
    override balanceChanged(account: number, asset: number, before: number, after: number): void {
      super.balanceChanged(account, asset, before, ++this.#postings === 60 ? after + 1 : after);
    }
  }
  assert.notEqual(noticedAt(Careless), -1);
});

test("canary: a monitor that lets the day pass is noticed", () => {
  class Sleeps extends NetCapitalMonitor {
    override rulesOrDayChanged(day: number): void {
      if (day <= AS_OF) super.rulesOrDayChanged(day as typeof AS_OF);
    }
  }
  assert.notEqual(noticedAt(Sleeps), -1);
});
