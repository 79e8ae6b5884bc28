/** Figures without lines are those of the explained computation, in every regime, and of a branch too. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { parseDay } from "../../src/base/time.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { type MarginAccount, marginAccounts, type MarginBooks } from "../../src/margin/account.ts";
import { marginFigures, marginOf } from "../../src/margin/computation.ts";
import { type MarginRules, readMarginRules } from "../../src/margin/rules.ts";
import { readBookDocument } from "../../src/net-capital/book-document.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
import { SmallBooks, TODAY } from "./small-books.ts";

const ROOT = join(import.meta.dirname, "../..");
const SHIPPED = readFileSync(join(ROOT, "rulebooks/margin.yaml"), "utf8");
const RULES = readMarginRules(SHIPPED);
const HOUSE = readMarginRules(
  SHIPPED.replace(
    "  concentration: []",
    `  concentration:
    - { name: Large names, paragraph: House 1, meaning: M, of: long, tiers: [{ above: 20%, atLeast: 40% }, { above: 50%, add: 25% }] }`,
  ),
);

assert.equal(HOUSE.house.concentration.length, 1);

function agree(books: MarginBooks, rules: MarginRules, account: MarginAccount, asOf = TODAY): void {
  const {
    lines: _lines,
    groups,
    requirements,
    name,
    minimumEquityDeposit: _least,
    severeStress: _stress,
    leastEquity: _equity,
    ...whole
  } = marginOf(books, rules, account, asOf);
  const { groups: plain, requirements: inForce, ...figures } = marginFigures(books, rules, account, asOf);
  assert.deepEqual(figures, whole, name);
  assert.equal(inForce.binding, requirements.binding, name);
  assert.deepEqual(
    plain,
    groups.map(({ requirement: _requirement, contribution: _contribution, ...group }) => group),
    name,
  );
  const { binding: _binding, ...regimes } = requirements;
  for (const regime of Object.values(regimes)) {
    const { line, ...expected } = regime;
    if (expected.isInForce) assert.deepEqual(inForce[regime.regime], expected, name);
    if (expected.troubles.length === 0) assert.equal(line.amount, expected.requirement, name);
  }
}

test("every example: figures are the explained ones, and each regime's lines sum to its requirement", () => {
  let compared = 0;
  for (const file of readdirSync(join(ROOT, "docs/examples/margin"))) {
    if (!file.endsWith(".yaml")) continue;
    const document = readBookDocument(readFileSync(join(ROOT, "docs/examples/margin", file), "utf8"));
    const state = new FirmState();
    applyHypothetical(state, documentToFacts(document));
    for (const account of marginAccounts(state.books)) {
      agree(state.books, RULES, account, parseDay(document.asOf));
      compared++;
    }
  }
  assert.ok(compared > 50);
});

test("random accounts, long and short, some without a price, under rules of the house", () => {
  const units = fc.integer({ min: -5000, max: 5000 });
  const price = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 90_000 }), weight: 20 }, fc.constant(undefined));
  const position = fc.record({ units, shorted: fc.integer({ min: 0, max: 900 }), price });
  fc.assert(
    fc.property(
      fc.array(position, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: -50_000_000, max: 50_000_000 }),
      fc.constantFrom("customer-cash", "customer-margin", "customer-portfolio-margin"),
      (positions, cash, type) => {
        const small = new SmallBooks();
        const account = small.open("client", type);
        const short = small.open("client-short", "customer-margin");
        small.say({ kind: "margin-terms-stated", account: "client-short", marginedWith: "client" });
        small.add(account, 0, cash);
        for (const [index, { units: held, shorted, price: cents }] of positions.entries()) {
          const listed = { instrument: `N${index}`, type: "equity", listing: "XNYS" } as const;
          const row = small.list(cents === undefined ? listed : { ...listed, price: (cents / 100).toFixed(2) });
          small.add(account, row, held);
          small.add(short, row, -shorted);
        }
        for (const each of marginAccounts(small.books))
          for (const rules of [RULES, HOUSE]) agree(small.books, rules, each);
      },
    ),
    { seed: 51, numRuns: 60 },
  );
});
