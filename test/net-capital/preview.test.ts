/** A preview says what putting the draft in force would make of the figure, and changes nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLine, type Line } from "../../src/base/line.ts";
import type { LineDifference } from "../../src/base/line-difference.ts";
import { parseDay } from "../../src/base/time.ts";
import { previewNetCapital } from "../../src/net-capital/preview.ts";
import { ALTERNATIVE, AS_OF, Firm, inMonths, rulebook } from "./firm.ts";

const NEXT = [
  ['version: "2025-03-14"', 'version: "next"'],
  ['effective: "2025-03-14"', 'effective: "2026-01-01"'],
] as const;

function firm(): Firm {
  const built = new Firm();
  built.capital(2_000_000);
  built.hold({ type: "equity", listing: "XNYS", sector: "Energy" }, 1_000_000);
  built.hold({ type: "equity", listing: "XNYS", sector: "Retail" }, -300_000);
  built.hold({ type: "treasury", coupon: "4%", maturity: inMonths(30) }, 500_000);
  built.hold(
    { type: "corporate", minimalCreditRisk: true, coupon: "4%", maturity: inMonths(30), readyMarket: true },
    200_000,
  );
  built.cash("bank", "customer", 900_000);
  built.item("charge", 12_345.67);
  return built;
}

function preview(of: Firm, document: string) {
  const candidate = {
    rulebook: "net-capital",
    version: "next",
    effective: parseDay("2099-01-01"),
    document,
    approvedBy: "",
    secondApproval: "",
  };
  return previewNetCapital(of.books, of.monitor, candidate);
}

/** Every line of a tree as "code amount". */
function flat({ code, amount, children }: Line): string[] {
  return [`${code} ${amount}`, ...children.flatMap(flat)];
}

function flatAfter({ code, after, children }: LineDifference): string[] {
  return [...(after === undefined ? [] : [`${code} ${after}`]), ...children.flatMap(flatAfter)];
}

const DRAFTS: readonly (readonly (readonly [string, string])[])[] = [
  [["greaterSide: 15%", "greaterSide: 25%"]],
  [ALTERNATIVE],
  [["{ under: 3 years, rate: 5% }", "{ under: 3 years, rate: 12% }"]],
  [["below: 120%\n    releasedAbove: 125%", "below: 900%\n    releasedAbove: 950%"]],
  [["readyMarketMakers: 3", "readyMarketMakers: 5"]],
  [
    [
      "houseRules: []",
      'houseRules:\n  - name: Energy\n    when: has(instrument.sector) && instrument.sector == "Energy"\n    add: { rate: 5% }\n    paragraph: P\n    meaning: M',
    ],
  ],
];

test("the preview is what the figure becomes once the draft is in force, line by line", () => {
  for (const changes of DRAFTS) {
    const document = rulebook(...NEXT, ...changes);
    const live = firm();
    const before = live.figure();
    const { before: now, after, lines } = preview(live, document);
    if (after.kind === "unknown") assert.fail(after.troubles.map(({ message }) => message).join());
    assert.ok(lines !== undefined && now.kind === "figure");
    assert.deepEqual(flat(now.computation), flat(before.computation));
    assert.deepEqual(flat(live.figure().computation), flat(before.computation), "nothing has changed");
    live.activate(document);
    const then = live.figure();
    assert.deepEqual(flat(after.computation), flat(then.computation), changes[0]?.[1]);
    assert.deepEqual(flatAfter(lines), flat(then.computation));
    assert.equal(lines.difference, then.excess - before.excess);
    assert.equal(after.tierIndex, then.tierIndex);
    assert.deepEqual(
      after.notices.map(({ code }) => code),
      then.notices.map(({ code }) => code),
    );
  }
});

test("a figure that cannot be said now, or then, has no lines", () => {
  const live = firm();
  const stock = live.hold({ type: "equity", listing: "XNYS" }, 1000);
  live.list("unpriced", { type: "equity", listing: "XNYS" });
  live.move("unpriced", 1, "inventory");
  const { before, after, lines } = preview(live, rulebook(...NEXT));
  assert.deepEqual([before.kind, after.kind, lines], ["unknown", "unknown", undefined]);
  live.move("unpriced", -1, "inventory");
  const undecided = rulebook(...NEXT, [
    "houseRules: []",
    'houseRules:\n  - name: Issuers\n    when: instrument.issuer == "Acme"\n    add: { rate: 5% }\n    paragraph: P\n    meaning: M',
  ]);
  const then = preview(live, undecided);
  assert.deepEqual([then.before.kind, then.after.kind], ["figure", "unknown"]);
  assert.ok(stock !== "" && AS_OF > 0);
  assert.ok(findLine(live.figure().computation, "haircuts") !== undefined);
});
