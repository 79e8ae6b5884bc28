/**
 * What an explanation says: that the equity it starts from less the requirement that binds is the excess, in every example;
 * that what is not known has no line, but a reason; what each group adds to equity; and what portfolio margin asks of an
 * account beside its requirement.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findLine } from "../../src/base/line.ts";
import { sum, ZERO } from "../../src/base/money.ts";
import { parseDay } from "../../src/base/time.ts";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { marginAccounts } from "../../src/margin/account.ts";
import { type AccountMargin, REGIME_NAMES } from "../../src/margin/answer.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { readBookDocument } from "../../src/net-capital/book-document.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
import { SmallBooks, TODAY } from "./small-books.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "docs/examples/margin");
const RULES = readMarginRules(readFileSync(join(ROOT, "rulebooks/margin.yaml"), "utf8"));

function example(file: string): readonly AccountMargin[] {
  const document = readBookDocument(readFileSync(join(EXAMPLES, file), "utf8"));
  const state = new FirmState();
  applyHypothetical(state, documentToFacts(document));
  return marginAccounts(state.books).map((account) => marginOf(state.books, RULES, account, parseDay(document.asOf)));
}

function only({ books }: SmallBooks): AccountMargin {
  const [account] = marginAccounts(books);
  return marginOf(books, RULES, account, TODAY);
}

test("every example: the equity line of what binds, less its requirement's line, is the excess", () => {
  let looked = 0;
  for (const file of readdirSync(EXAMPLES).filter((name) => name.endsWith(".yaml"))) {
    for (const { name, account, lines, requirements, troubles, excess } of example(file)) {
      const { binding } = requirements;
      if (troubles.length > 0 || binding === undefined) continue;
      const equity = account.regime === "portfolio" ? "portfolio/equity" : "equity";
      const from = findLine(lines, `margin/${name}/${equity}`)?.amount;
      const required = requirements[binding]?.line.amount;
      assert.ok(from !== undefined && required !== undefined, `${file}: ${name}`);
      assert.equal(from - required, excess, `${file}: ${name}`);
      assert.equal(lines.amount, excess);
      assert.equal(lines.children[0].amount, from, `${file}: what is compared stands first`);
      looked++;
    }
  }
  assert.ok(looked > 50);
});

test("a requirement that is not known has no line, and the explanation says why", () => {
  const [{ lines, requirements }] = example("m28-collar.yaml");
  assert.notEqual(requirements.portfolio?.troubles.length, 0);
  assert.equal(findLine(lines, "margin/A/portfolio"), undefined);
  assert.match(String(lines.inputs["portfolio"]), /^unknown: .*riskless rate/);
  assert.notEqual(findLine(lines, "margin/A/maintenance"), undefined);
});

test("what options take from equity, or add to it, stands by the name that they are on", () => {
  const small = new SmallBooks();
  const owner = small.open("A", "customer-margin");
  for (const [name, price] of [
    ["NEAR", "50"],
    ["FAR", "80"],
  ]) {
    const stock = small.list({ instrument: name, type: "equity", listing: "XNYS", price });
    if (name === "NEAR") small.add(owner, stock, 100);
  }
  const option = { type: "option", listing: "XCBO", right: "call" } as const;
  const written = { ...option, underlying: "NEAR", strike: "45", maturity: "2026-12-18", price: "6" };
  small.add(owner, small.list({ instrument: "NEAR C45", ...written }), -1);
  const kept = { ...option, underlying: "FAR", strike: "80", maturity: "2027-12-17", price: "12" };
  small.add(owner, small.list({ instrument: "FAR C80", ...kept }), 1);
  const { lines } = only(small);
  const adjustments = findLine(lines, "margin/A/equity/adjustments");
  assert.deepEqual(
    adjustments?.children.map(({ label, amount }) => [label, amount]),
    [
      ["NEAR", -500_00],
      ["FAR", 300_00],
    ],
  );
  assert.equal(adjustments.amount, -200_00);
});

test("every example: what groups contribute sums to each requirement", () => {
  let looked = 0;
  for (const file of readdirSync(EXAMPLES).filter((name) => name.endsWith(".yaml"))) {
    for (const { name, groups, requirements } of example(file)) {
      for (const regime of REGIME_NAMES) {
        const answer = requirements[regime];
        if (answer === undefined || answer.troubles.length > 0) continue;
        const parts = sum(groups.map(({ contribution }) => contribution[regime] ?? ZERO));
        assert.equal(parts, answer.requirement, `${file}: ${name}, ${regime}`);
        looked++;
      }
    }
  }
  assert.ok(looked > 200);
});

test("a hedge of another name contributes less than nothing, and its gain counts in part", () => {
  const small = new SmallBooks();
  const owner = small.open("A", "customer-portfolio-margin");
  const index = { type: "index", indexClass: "high-capitalization", price: "5000" } as const;
  small.list({ instrument: "IDX", ...index });
  const fund = small.list({ instrument: "FUND", type: "etf", listing: "ARCX", underlying: "IDX", price: "500" });
  const terms = { type: "future", underlying: "IDX", maturity: "2026-12-18", multiplier: "50" } as const;
  small.add(owner, fund, 500);
  small.add(owner, small.list({ instrument: "FUTURE", ...terms, price: "5010" }), -1);
  const { groups, requirements } = only(small);
  const byName = groups.map(({ underlying, contribution }) => [
    small.books.instruments.attributes(underlying).instrument,
    contribution.portfolio,
    contribution.house,
  ]);
  assert.deepEqual(byName, [
    ["FUND", 20_000_00, 20_000_00],
    ["FUTURE", -18_000_00, -18_000_00],
  ]);
  assert.equal(requirements.portfolio?.requirement, 2_000_00);
});

test("what a house rule adds for a name is the name's, and what it charges the account is nobody's", () => {
  const small = new SmallBooks();
  const owner = small.open("A", "customer-margin");
  for (const [name, units] of [
    ["LARGE", 900],
    ["SMALL", 100],
  ] as const)
    small.add(owner, small.list({ instrument: name, type: "equity", listing: "XNYS", price: "10" }), units);
  const text = readFileSync(join(ROOT, "rulebooks/margin.yaml"), "utf8")
    .replace(
      "  concentration: []",
      "  concentration: [{ name: Large, paragraph: P, meaning: M, of: long, tiers: [{ above: 50%, add: 10% }] }]",
    )
    .replace(
      "  betaWeighted: []",
      "  betaWeighted: [{ name: Market, paragraph: P, meaning: M, moreThan: 50%, of: long, add: 5% }]",
    );
  for (const instrument of ["LARGE", "SMALL"])
    small.say({ kind: "market-statistics-stated", instrument, asOf: "2026-11-19", beta: "1" });
  const [account] = marginAccounts(small.books);
  const { groups, requirements } = marginOf(small.books, readMarginRules(text), account, TODAY);
  assert.deepEqual(
    groups.map(({ contribution }) => contribution.house),
    [2_250_00 + 900_00, 250_00],
  );
  assert.equal(requirements.house?.requirement, 2_250_00 + 900_00 + 250_00 + 500_00);
});

test("4210(b)(4): $2,000 of equity, but of what was bought never more than is owed for it", () => {
  const lacking = (cash: number, holdings: Readonly<Record<string, number>>): number => {
    const small = new SmallBooks();
    const owner = small.open("A", "customer-margin");
    const rows: Readonly<Record<string, number>> = {
      stock: small.list({ instrument: "XYZ", type: "equity", listing: "XNYS", price: "100" }),
      put: small.list({
        instrument: "XYZ P80",
        type: "option",
        listing: "XCBO",
        underlying: "XYZ",
        right: "put",
        strike: "80",
        maturity: "2026-12-18",
        price: "1",
      }),
    };
    for (const [name, units] of Object.entries(holdings)) small.add(owner, rows[name], units);
    small.add(owner, small.books.instruments.findText("USD"), cash * 100);
    return only(small).minimumEquityDeposit / 100;
  };
  assert.equal(lacking(-1500, { stock: 15 }), 1500, "no more than the cost");
  assert.equal(lacking(-3000, { stock: 30 }), 2000);
  assert.equal(lacking(-500, { stock: 15 }), 500, "what is left of the cost");
  assert.equal(lacking(0, { stock: 15 }), 0, "paid in full");
  assert.equal(lacking(0, { put: 3 }), 0, "an option that is paid in full");
  assert.equal(lacking(1500, { stock: -5 }), 1000, "all of it for a short sale");
  assert.equal(lacking(1100, { put: -1 }), 1000, "and for an option that was written");
  assert.equal(lacking(0, {}), 0);
});

test("an account on portfolio margin is told its least equity, and whether it is eligible", () => {
  const held = (terms: Record<string, unknown> | undefined) => {
    const small = new SmallBooks();
    const owner = small.open("A", "customer-portfolio-margin");
    small.add(owner, small.list({ instrument: "XYZ", type: "equity", listing: "XNYS", price: "60" }), 1000);
    if (terms !== undefined) small.say({ kind: "margin-terms-stated", account: "A", ...terms });
    return findLine(only(small).lines, "margin/A/portfolio")?.inputs ?? {};
  };
  const unstated = held(undefined);
  assert.equal(unstated["least equity, 4210(g)(4)"], 150_000_00);
  assert.equal(unstated["lacking to the least equity"], 90_000_00);
  assert.match(
    String(unstated["eligibility"]),
    /no approval to write uncovered options was stated, 4210\(g\)\(4\)\(C\)/,
  );
  const approved = held({ uncoveredOptions: true, monitoring: "real-time" });
  assert.equal(approved["least equity, 4210(g)(4)"], 100_000_00);
  assert.equal(approved["lacking to the least equity"], 40_000_00);
  assert.ok(!("eligibility" in approved));
});
