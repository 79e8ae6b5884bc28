/** Options on an index that funds protect, 4210(f)(2)(H)(v)f: hand-worked figures, and every way to protect a few calls. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { findLine } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { type Day, parseDay } from "../../src/base/time.ts";
import type { AccountType } from "../../src/books/accounts.ts";
import { holdingsOf, marginAccounts } from "../../src/margin/account.ts";
import type { AccountMargin } from "../../src/margin/answer.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { groupsOf } from "../../src/margin/group.ts";
import { optionsGroup } from "../../src/margin/options/group-answer.ts";
import { KnownPairing } from "../../src/margin/options/known-pairing.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { type Listed, SmallBooks, TODAY } from "./small-books.ts";

const RULES = readMarginRules(readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8"));
const CASH = 1_000_000;

/** At 400, a contract is on 40,000 of the index. */
const INDEX: Listed = { instrument: "NDX", type: "index", indexClass: "high-capitalization", price: "400" };
const FUND: Listed = { instrument: "FND", type: "etf", listing: "ARCX", underlying: "NDX", price: "40" };
const OPTION = { type: "option", listing: "XCBO", underlying: "NDX", maturity: "2026-12-18" } as const;
const C400: Listed = { ...OPTION, instrument: "C400", right: "call", strike: "400", price: "8" };
const C390: Listed = { ...C400, instrument: "C390", strike: "390", price: "15" };
const P400: Listed = { ...C400, instrument: "P400", right: "put" };

type Held = readonly (readonly [Listed, number])[];

function booksOf(held: Held, type: AccountType): SmallBooks {
  const small = new SmallBooks();
  const owner = small.open("A", type);
  small.add(owner, small.books.instruments.findText("USD"), CASH * 100);
  small.list(INDEX);
  const rows = held.map(([listed]) => small.list(listed));
  for (const [index, [, units]] of held.entries()) if (units !== 0) small.add(owner, rows[index], units);
  return small;
}

function marginIn(small: SmallBooks, asOf: Day = TODAY): AccountMargin {
  const [account] = marginAccounts(small.books);
  return marginOf(small.books, RULES, account, asOf);
}

function margin(...held: Held): AccountMargin {
  const answer = marginIn(booksOf(held, "customer-margin"));
  assert.deepEqual(answer.troubles, []);
  return answer;
}

/** What the option asks beside what is held with it, in dollars. */
function asked(option: Listed, ...with_: Held): string {
  const [without, all] = [margin(...with_, [option, 0]), margin(...with_, [option, -1])];
  return formatDollars((without.excess - all.excess) as AccountMargin["excess"]);
}

test("a fund on the index protects a call: it asks what it is in the money, and no more", () => {
  assert.equal(asked(C400), "6800.00");
  assert.equal(asked(C400, [FUND, 1000]), "0.00");
  assert.equal(asked(C390, [FUND, 1000]), "1000.00");
  assert.equal(asked(C390, [{ ...FUND, price: "40.10" }, 1000]), "1000.00", "a fund worth more");
});

test("what the protection lacks is asked where that is more; below 95% it protects nothing", () => {
  assert.equal(asked(C400, [FUND, 990]), "400.00");
  assert.equal(asked(C390, [FUND, 990]), "1000.00");
  assert.equal(asked(C400, [FUND, 950]), "2000.00");
  assert.equal(asked(C400, [FUND, 949]), "6800.00");
  assert.equal(asked(C400, [{ ...FUND, price: "38.01" }, 1000]), "1990.00");
});

test("95% is of all that a fund protects", () => {
  const requirement = (units: number, contracts: number): number | undefined =>
    margin([FUND, units], [C400, -contracts]).requirements.maintenance?.requirement;
  assert.equal(requirement(1900, 2), 19_000_00 + 4_000_00, "two, lacking 4,000");
  assert.equal(requirement(1899, 2), 18_990_00 + 6_800_00, "one whole, one uncovered");
  assert.equal(requirement(2900, 3), 29_000_00 + 4_000_00);
  assert.equal(requirement(2800, 3), 28_000_00 + 6_800_00);
});

test("when a position is taken the fund must be worth all of it", () => {
  const initial = (units: number): number | undefined =>
    findLine(margin([FUND, units], [C400, -1]).lines, "margin/A/reg-t/NDX/options")?.amount;
  assert.equal(initial(1000), 0);
  assert.equal(initial(999), 6_800_00);
});

test("a fund held short protects a put, and nothing else", () => {
  assert.equal(asked({ ...P400, strike: "410", price: "16" }, [FUND, -1000]), "1000.00");
  assert.equal(asked(P400, [FUND, -1000]), "0.00");
  assert.equal(asked(P400, [FUND, 1000]), "6800.00");
  assert.equal(asked(C400, [FUND, -1000]), "6800.00");
});

test("the line names the fund, and the fund stands beside it as it is", () => {
  const { lines } = margin([FUND, 1500], [C390, -1]);
  const line = findLine(lines, "margin/A/options/NDX/1");
  assert.equal(line?.label, "Protected call: C390 (call 390.00, 2026-12-18) with FND long");
  assert.equal(line?.paragraph, "4210(f)(2)(H)(v)f");
  assert.equal(findLine(lines, "margin/A/maintenance/FND")?.amount, 15_000_00);
});

test("which funds protect", () => {
  const protects = (more: Partial<Listed>): boolean => asked(C400, [{ ...FUND, ...more }, 1000]) === "0.00";
  assert.ok(protects({}));
  assert.ok(!protects({ leverage: "2" }));
  assert.ok(!protects({ leverage: "-1" }));
  assert.ok(!protects({ notMarginable: true }));
  assert.ok(!protects({ underlying: "USD" }));
  assert.ok(!protects({ whenIssued: true }));
  const second: Listed = { ...FUND, instrument: "FN2" };
  assert.equal(asked(C400, [FUND, 500], [second, 500]), "6800.00", "each by itself");
  assert.equal(asked(C400, [FUND, 500], [second, 1000]), "0.00");
});

test("a fund with options of its own does not protect: more is asked, not less", () => {
  const call: Listed = { ...C400, instrument: "CF", underlying: "FND", strike: "40", price: "1" };
  assert.equal(asked(C400, [FUND, 1000], [call, -1]), "6800.00");
});

test("not in a cash account, and not before the rule was in force", () => {
  const held: Held = [
    [FUND, 1000],
    [C400, -1],
  ];
  assert.equal(marginIn(booksOf(held, "customer-cash")).troubles[0]?.code, "missing-rule");
  const before = marginIn(booksOf(held, "customer-margin"), parseDay("2024-03-18"));
  assert.equal(before.requirements.maintenance?.requirement, 10_000_00 + 6_800_00);
});

test("a rulebook that says nothing of protected options has none", () => {
  const small = booksOf(
    [
      [FUND, 1000],
      [C400, -1],
    ],
    "customer-margin",
  );
  const [account] = marginAccounts(small.books);
  const rules = { ...RULES, options: { ...RULES.options, protected: undefined } };
  const { requirements } = marginOf(small.books, rules, account, TODAY);
  assert.equal(requirements.maintenance?.requirement, 10_000_00 + 6_800_00);
});

test("what is known of a group at other prices changes no answer", () => {
  const small = booksOf(
    [
      [FUND, 1950],
      [C400, -1],
      [C390, -1],
      [{ ...OPTION, instrument: "C410", right: "call", strike: "410", price: "4" }, 1],
    ],
    "customer-margin",
  );
  const [account] = marginAccounts(small.books);
  const [group] = groupsOf(small.books, holdingsOf(small.books, account));
  const context = { books: small.books, rules: RULES, account, asOf: TODAY };
  const known = new KnownPairing();
  const [index, fund] = ["NDX", "FND"].map((name) => small.books.instruments.findText(name));
  for (const [spot, price] of [
    [400, 40],
    [400, 41.1],
    [410, 41.1],
    [430, 43],
    [380, 38.5],
  ]) {
    small.price(index, spot * 1e8);
    small.price(fund, Math.round(price * 1e8));
    const answer = optionsGroup(group, context, { known });
    assert.deepEqual(answer, optionsGroup(group, context));
    assert.equal(answer.provenWithin, 0);
  }
});

/** The paragraph itself, in cents: every set of calls that the fund could protect together, all others uncovered. */
function leastAsked(inTheMoney: readonly number[], uncovered: readonly number[], worth: number, aim: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let mask = 0; mask < 1 << inTheMoney.length; mask++) {
    const inIt = (index: number): boolean => ((mask >> index) & 1) === 1;
    const covered = inTheMoney.filter((_, index) => inIt(index));
    if (worth < 0.95 * aim * covered.length) continue;
    const alone = uncovered.reduce((sum, cost, index) => sum + (inIt(index) ? 0 : cost), 0);
    const inside = covered.reduce((sum, each) => sum + each, 0);
    least = Math.min(least, alone + Math.max(inside, aim * covered.length - worth));
  }
  return least;
}

test("a few calls ask what the paragraph does, never less; exactly that where none is in the money", () => {
  const strikes = fc.array(fc.integer({ min: 370, max: 440 }), { minLength: 1, maxLength: 4 });
  const run = (all: readonly number[], units: number): void => {
    const calls = all.map((strike, at): readonly [Listed, number] => {
      const price = String(Math.max(0, 400 - strike) + 5);
      return [{ ...C400, instrument: `C${at}`, strike: String(strike), price }, -1];
    });
    const inTheMoney = all.map((strike) => Math.max(0, 400 - strike) * 100_00);
    const uncovered = all.map(
      (strike, at) => inTheMoney[at] + 500_00 + Math.max(6_000_00 - Math.max(0, strike - 400) * 100_00, 4_000_00),
    );
    const requirement = margin([FUND, units], ...calls).requirements.maintenance?.requirement ?? 0;
    const own = requirement - units * 10_00;
    const least = leastAsked(inTheMoney, uncovered, units * 40_00, 40_000_00);
    assert.ok(own >= least, `${own} against ${least}`);
    if (inTheMoney.every((each) => each === 0)) assert.equal(own, least);
  };
  fc.assert(fc.property(strikes, fc.integer({ min: 1, max: 4500 }), run), { seed: 8, numRuns: 150 });
  const above = fc.array(fc.integer({ min: 400, max: 440 }), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(above, fc.integer({ min: 900, max: 4500 }), run), { seed: 9, numRuns: 150 });
});
