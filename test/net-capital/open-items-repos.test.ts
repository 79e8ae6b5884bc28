/**
 * Repurchase agreements: what reduces a deficit and what does not, the three tests and how they combine, the addition to the
 * requirement; and fails and repos of random books against the formulas of the rule sheet, written out the slow way.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Calendar } from "../../src/books/calendar.ts";
import { formatDay } from "../../src/base/time.ts";
import type { FactOfKind } from "../../src/facts/kinds.ts";
import { AS_OF, Firm, inMonths, rulebook } from "./firm.ts";
import type { Change } from "./operations.ts";

type Repo = Partial<FactOfKind<"open-item-reported">>;

const NOTE = { type: "treasury", maturity: inMonths(30) } as const;
const calendar = new Calendar();

/** A firm with `capital` and agreements on securities that are worth so many dollars. */
class Financing extends Firm {
  #items = 0;

  constructor(capital: number, ...changes: readonly Change[]) {
    super(rulebook(...changes));
    this.capital(capital);
  }

  agree(
    type: "repo" | "reverse-repo",
    worth: number,
    contract: number,
    more: Repo = {},
    listing: Parameters<Firm["list"]>[1] = NOTE,
  ): string {
    const item = `item-${this.#items++}`;
    this.list(`of-${item}`, listing);
    this.mark(`of-${item}`, String(listing.type === "equity" ? worth / 1_000 : worth / 10_000));
    this.apply({
      kind: "open-item-reported",
      item,
      type,
      party: "BANK",
      instrument: `of-${item}`,
      quantity: listing.type === "equity" ? "1000" : "1000000",
      amount: String(contract),
      ...more,
    });
    return item;
  }

  reverses(): string {
    return this.line("charges/reverse-repos");
  }

  repos(): string {
    return this.line("charges-on-base/repos");
  }
}

test("(F)(2): a reverse repo's own margin and calls reduce its deficit; another's do not", () => {
  const firm = new Financing(9_000_000);
  firm.agree("reverse-repo", 900_000, 1_000_000, { margin: "30000" });
  assert.equal(firm.reverses(), "70000.00");
  firm.agree("reverse-repo", 1_000_000, 1_000_000, { margin: "50000" });
  assert.equal(firm.reverses(), "70000.00");
  const today = formatDay(AS_OF);
  const yesterday = formatDay(calendar.previousBusinessDay(AS_OF));
  const before = formatDay(calendar.addBusinessDays(AS_OF, -2));
  for (const [callsSince, expected] of [
    [today, "60000.00"],
    [yesterday, "60000.00"],
    [before, "70000.00"],
  ] as const) {
    const called = new Financing(9_000_000);
    called.agree("reverse-repo", 900_000, 1_000_000, { margin: "30000", calls: "10000", callsSince });
    assert.equal(called.reverses(), expected);
  }
});

test("(F)(2): what other agreements with the same party have to spare reduces it too, once", () => {
  const firm = new Financing(9_000_000);
  firm.agree("reverse-repo", 900_000, 1_000_000);
  firm.agree("reverse-repo", 1_030_000, 1_000_000);
  assert.equal(firm.reverses(), "70000.00");
  firm.agree("repo", 980_000, 1_000_000);
  assert.equal(firm.reverses(), "50000.00");
  firm.agree("reverse-repo", 990_000, 1_000_000, { party: "OTHER" });
  assert.equal(firm.reverses(), "60000.00");
  firm.agree("reverse-repo", 940_000, 1_000_000);
  assert.equal(firm.reverses(), "120000.00");
});

test("(F)(1)(iv): the Federal Reserve Bank of New York has no deficits, and nothing to spare", () => {
  const firm = new Financing(1_000_000);
  firm.agree("reverse-repo", 900_000, 1_000_000, { federalReserve: true });
  firm.agree("reverse-repo", 900_000, 1_000_000);
  firm.agree("reverse-repo", 1_050_000, 1_000_000, { federalReserve: true });
  firm.agree("repo", 2_000_000, 1_000_000, { federalReserve: true });
  assert.equal(firm.reverses(), "100000.00");
  assert.equal(firm.repos(), "0.00");
});

test("(F)(3)(i)(A): 5, 10 or 20 percent of the contract price is free, by what secures it", () => {
  const firm = new Financing(90_000_000);
  firm.agree("repo", 1_300_000, 1_000_000);
  firm.agree("repo", 1_300_000, 1_000_000, {}, { type: "agency", maturity: inMonths(30) });
  firm.agree("repo", 1_300_000, 1_000_000, {}, { type: "equity", listing: "XNYS" });
  firm.agree("repo", 1_300_000, 1_000_000, {}, { type: "treasury", maturity: inMonths(30), country: "GB" });
  const charged = ["item-0", "item-1", "item-2", "item-3"].map((item) => firm.line(`charges-on-base/repos/${item}`));
  assert.deepEqual(charged, ["250000.00", "200000.00", "100000.00", "100000.00"]);
  assert.equal(firm.repos(), "650000.00");
});

test("(F)(3)(ii): margin that reverse repos leave unused, and what other repos have to spare, reduce deficits before the tests", () => {
  const firm = new Financing(90_000_000);
  firm.agree("repo", 1_300_000, 1_000_000);
  firm.agree("reverse-repo", 960_000, 1_000_000, { margin: "90000" });
  assert.equal(firm.repos(), "200000.00", "250,000 less the 50,000 of margin that its own deficit leaves");
  firm.agree("repo", 970_000, 1_000_000);
  assert.equal(firm.repos(), "170000.00");
  firm.agree("reverse-repo", 1_040_000, 1_000_000);
  assert.equal(firm.repos(), "170000.00", "what a reverse repo is worth more is no margin");
});

test("(F)(3)(i)(B) and (C): by party and in all, and how they combine, are readings", () => {
  const book = (...changes: readonly Change[]): Financing => {
    const firm = new Financing(400_000, ...changes);
    for (const party of ["A", "B", "C", "D", "E"]) firm.agree("repo", 1_300_000, 1_000_000, { party });
    return firm;
  };
  const sums = ["repoTests: single-plus-greater", "repoTests: greater-of-sums"] as const;
  const after = ["repoBase: before-repos", "repoBase: after-single"] as const;
  // (A) 5 × 250,000; (B) nothing: 300,000 less 100,000 is below 250,000; (C) 1,500,000 less 1,200,000.
  assert.equal(book().repos(), "1550000.00");
  assert.equal(book().line("charges-on-base/repos/all"), "300000.00");
  assert.equal(book(sums).repos(), "1250000.00");
  // A base of 400,000 less 1,250,000 is none: (B) 5 × 50,000, (C) 1,500,000.
  assert.equal(book(after).repos(), "2750000.00");
  assert.equal(book(after, sums).repos(), "1500000.00");
});

test("(a)(9): a tenth of what is held above 105, 110 or 120 percent with one party is added to the requirement", () => {
  const firm = new Financing(9_000_000);
  firm.agree("reverse-repo", 1_150_000, 1_000_000);
  const code = "requirement/additions/reverse-repo-excess";
  assert.equal(firm.line(`${code}/BANK/treasuries`), "10000.00");
  firm.agree("reverse-repo", 1_050_000, 1_100_000);
  assert.equal(firm.line("requirement"), "250000.00", "the excess is of all with the party");
  firm.agree("reverse-repo", 1_150_000, 1_000_000, { party: "OTHER" }, { type: "agency", maturity: inMonths(30) });
  assert.equal(firm.line(code), "5000.00");
  firm.agree("reverse-repo", 1_300_000, 1_000_000, { party: "OTHER" }, { type: "equity", listing: "XNYS" });
  assert.equal(firm.line(code), "15000.00");
  assert.equal(firm.line("requirement"), "265000.00");
});

/** The sheet's formulas in whole dollars times a hundred, with nothing shared with the code under test. */
const dollars = (most: number) => fc.integer({ min: 1, max: most }).map((units) => units * 10_000);

test("random agreements against the formulas of the sheet", () => {
  const agreement = fc.record({
    isRepo: fc.boolean(),
    party: fc.constantFrom("A", "B", "C"),
    worth: dollars(300),
    contract: dollars(300),
    margin: dollars(20),
  });
  fc.assert(
    fc.property(fc.array(agreement, { minLength: 1, maxLength: 12 }), dollars(400), (agreements, capital) => {
      const firm = new Financing(capital);
      for (const { isRepo, worth, contract, ...more } of agreements) {
        const margin = String(more.margin);
        firm.agree(isRepo ? "repo" : "reverse-repo", worth, contract, {
          ...more,
          ...(isRepo ? { margin: "0" } : { margin }),
        });
      }
      const { reverse, single, byParty, all } = slowly(agreements, capital);
      assert.equal(firm.figure().tentative, (capital - reverse - single - Math.max(byParty, all)) * 100);
    }),
    { numRuns: 120, seed: 87 },
  );
});

interface Slow {
  readonly isRepo: boolean;
  readonly party: string;
  readonly worth: number;
  readonly contract: number;
  readonly margin: number;
}

function slowly(agreements: readonly Slow[], capital: number) {
  const above = (amount: number): number => Math.max(0, amount);
  let reverse = 0;
  let single = 0;
  const deficits: { party: string; left: number; single: number }[] = [];
  for (const party of new Set(agreements.map((one) => one.party))) {
    const reverses = agreements.filter((one) => one.party === party && !one.isRepo);
    const repos = agreements.filter((one) => one.party === party && one.isRepo);
    const short = reverses.reduce((sum, one) => sum + above(one.contract - one.worth - one.margin), 0);
    const excess = reverses.reduce((sum, one) => sum + above(one.worth - one.contract), 0);
    const surplus = repos.reduce((sum, one) => sum + above(one.contract - one.worth), 0);
    const unused = reverses.reduce((sum, one) => sum + above(one.margin - above(one.contract - one.worth)), 0);
    reverse += above(short - excess - surplus);
    let relief = unused + Math.min(surplus, above(excess + surplus - short));
    let left = 0;
    let singles = 0;
    for (const one of repos) {
      const deficit = above(one.worth - one.contract);
      const used = Math.min(deficit, relief);
      relief -= used;
      left += deficit - used;
      singles += above(deficit - used - 0.05 * one.contract);
    }
    single += singles;
    deficits.push({ party, left, single: singles });
  }
  const base = above(capital - reverse);
  const byParty = deficits.reduce((sum, { left, single: taken }) => sum + above(left - 0.25 * base - taken), 0);
  const all = above(deficits.reduce((sum, { left }) => sum + left, 0) - 3 * base);
  return { reverse, single, byParty, all };
}

test("random fails against the formula of the sheet", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 0, max: 9 }),
      (contract, worth, age) => {
        const firm = new Financing(1_000_000);
        firm.list("STOCK", { type: "equity", listing: "XNYS" });
        firm.mark("STOCK", String(worth));
        firm.apply({
          kind: "open-item-reported",
          item: "fail",
          type: "fail-to-deliver",
          instrument: "STOCK",
          quantity: "1",
          amount: String(contract),
          since: formatDay(calendar.addBusinessDays(AS_OF, -age)),
        });
        const haircut = 0.15 * worth;
        const aged = contract >= worth ? haircut + (contract - worth) : Math.max(0, haircut - (worth - contract));
        const expected = age >= 5 ? aged : 0;
        assert.equal(firm.line("charges/fails-to-deliver/fail"), expected.toFixed(2));
      },
    ),
    { numRuns: 150, seed: 9 },
  );
});
