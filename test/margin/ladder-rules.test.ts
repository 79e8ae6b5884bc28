/** What is wrong with the sections ladder and liquidation of a rulebook is said, with what was expected. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readMarginRules } from "../../src/margin/rules.ts";
import { RULEBOOK } from "./ladder-desk.ts";

const CASES = [
  ["releasedAt: 6%", "releasedAt: 4%", /releasedAt = "4%": is below 5%, where the warning begins.*expected 5% or more/],
  ["releasedAt: 0%", "releasedAt: 7%", /excessUnder = "5%": is below 7%, where the call is released/],
  ["    - layer: house\n", "    - layer: maintenance\n", /layer = "maintenance": stands there twice/],
  ["lapses: 15 business days", "lapses: 15 hours", /lapses = "15 hours": is not counted in business days/],
  [
    "latest: 3 business days\n      market: satisfies\n      endsAfter",
    "latest: 2 business days\n      market: satisfies\n      endsAfter",
    /latest = "2 business days": is before the due day/,
  ],
  ["layers: [reg-t, portfolio, intraday]", "layers: [reg-t, options]", /is not one of the choices/],
  ["ignoreUpTo: $1,000", "ignoreUpTo: $900", /is not what regT.deficiency.disregarded says; expected \$1,000/],
  ["policy: least-cost", "policy: fastest", /policy = "fastest": is not one of the choices/],
  ["movedBy: 3%", "movedBy: 3", /movedBy = 3/],
] as const;

for (const [from, to, expected] of CASES) {
  test(`refuses ${to.trim().replaceAll(/\s+/g, " ")}`, () => {
    assert.ok(RULEBOOK.includes(from), from);
    assert.throws(() => readMarginRules(RULEBOOK.replace(from, to)), expected);
  });
}
