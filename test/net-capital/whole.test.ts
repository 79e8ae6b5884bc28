/**
 * Running = from scratch over random facts of every kind that touches capital, in one firm: the figure after every fact, and
 * every line of it. `PLIMSOLL_FACTS=1000000` is the long form of it.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLine } from "../../src/base/line.ts";
import { WholeWalk } from "./whole-walk.ts";

const FACTS = Number(process.env["PLIMSOLL_FACTS"] ?? 1500);
/** The figure is read after every fact; every line of it is audited after every so many. */
const AUDIT_EVERY = Number(process.env["PLIMSOLL_AUDIT_EVERY"] ?? 1);
/** Steps before another firm starts from another seed. */
const STEPS = 2000;

/** What must have been charged at least once on the way. */
const CODES = [
  "haircuts/options",
  "net-worth",
  "commodity-charges",
  "charges",
  "charges-on-base",
  "charges/under-margined",
  "haircuts/undue-concentration",
  "requirement/market-making",
];

test("the running figure is the one from scratch after every fact", () => {
  const seen = new Map(CODES.map((code) => [code, 0]));
  let figures = 0;
  let audits = 0;
  for (let facts = 0, seed = 1; facts < FACTS; seed++) {
    const walk = new WholeWalk(seed);
    for (let step = 0; step < STEPS && facts < FACTS; step++, facts++) {
      walk.step();
      const { unknown } = walk.firm.monitor.figures;
      if (facts % AUDIT_EVERY !== 0 && facts !== FACTS - 1) continue;
      audits++;
      assert.deepEqual(walk.audit(), [], `seed ${seed}, step ${step}`);
      assert.equal(unknown, walk.firm.monitor.answer(0).kind === "unknown");
      const answer = walk.firm.monitor.answer(0);
      if (answer.kind === "unknown") continue;
      figures++;
      for (const code of CODES)
        if ((findLine(answer.computation, code)?.amount ?? 0) !== 0) seen.set(code, (seen.get(code) ?? 0) + 1);
    }
  }
  assert.ok(figures > audits / 2, `${figures} figures`);
  for (const [code, times] of seen) assert.ok(times > 0, `${code} was never charged`);
});
