/** Calls that convertibles and warrants cover, 4210(f)(2)(H): hand-worked figures, and every way to cover a few calls. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { findLine } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { holdingsOf, marginAccounts } from "../../src/margin/account.ts";
import type { AccountMargin } from "../../src/margin/answer.ts";
import { marginOf } from "../../src/margin/computation.ts";
import { groupsOf } from "../../src/margin/group.ts";
import { optionsGroup } from "../../src/margin/options/group-answer.ts";
import { KnownPairing } from "../../src/margin/options/known-pairing.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { type Listed, SmallBooks, TODAY } from "./small-books.ts";

const RULES = readMarginRules(readFileSync(join(import.meta.dirname, "../../rulebooks/margin.yaml"), "utf8"));
const CASH = 100_000;

const STOCK: Listed = { instrument: "XYZ", type: "equity", listing: "XNYS", price: "55" };
/** Of 1,000 of principal, 20 shares: at 275, 5,500 of value for 100 shares. */
const BOND: Listed = {
  instrument: "CVB",
  type: "convertible",
  principal: "1000",
  multiplier: "10",
  maturity: "2030-01-01",
  listing: "XNYS",
  convertsInto: "XYZ",
  conversionUnits: "20",
  price: "110",
};
const WARRANT: Listed = {
  instrument: "WAR",
  type: "warrant",
  underlying: "XYZ",
  strike: "50",
  maturity: "2028-01-21",
  listing: "XNYS",
  price: "8",
};
const CALL = { type: "option", listing: "XCBO", underlying: "XYZ", right: "call", maturity: "2026-12-18" } as const;
const C60: Listed = { ...CALL, instrument: "C60", strike: "60", price: "1" };

function margin(...holdings: readonly (readonly [Listed, number])[]): AccountMargin {
  const small = new SmallBooks();
  const owner = small.open("A", "customer-margin");
  small.add(owner, small.books.instruments.findText("USD"), CASH * 100);
  const rows = holdings.map(([listed]) => small.list(listed));
  for (const [index, [, units]] of holdings.entries()) if (units !== 0) small.add(owner, rows[index], units);
  const [account] = marginAccounts(small.books);
  const answer = marginOf(small.books, RULES, account, TODAY);
  assert.deepEqual(answer.troubles, []);
  return answer;
}

/** What the holdings take from the excess beside what they take without the call, in dollars. */
function costOfCall(call: Listed, ...others: readonly (readonly [Listed, number])[]): string {
  const [without, withCall] = [margin(...others, [call, 0]), margin(...others, [call, -1])];
  return formatDollars((without.excess - withCall.excess) as AccountMargin["excess"]);
}

test("a bond that converts into the stock covers a call: it counts at no more than the exercise price", () => {
  assert.equal(costOfCall(C60, [STOCK, 0]), "700.00");
  assert.equal(costOfCall(C60, [STOCK, 0], [BOND, 5]), "0.00");
  assert.equal(costOfCall(C60, [STOCK, 0], [BOND, 4]), "700.00", "eighty shares");
  assert.equal(costOfCall(C60, [STOCK, 0], [{ ...BOND, price: "122" }, 5]), "100.00");
  const { lines } = margin([STOCK, 0], [BOND, 12], [C60, -2]);
  const line = findLine(lines, "margin/A/options/XYZ/1");
  assert.match(line?.label ?? "", /^Covered call: C60 .* with CVB/);
  assert.equal(line?.amount, 2_750_00, "its own requirement, and none for the call");
  assert.equal(findLine(lines, "margin/A/maintenance/CVB")?.amount, 550_00, "what covers nothing");
});

test("what cannot be converted now, or no longer when the call can be exercised, covers nothing", () => {
  const uncovered = (more: Partial<Listed>): void =>
    assert.equal(costOfCall(C60, [STOCK, 0], [{ ...BOND, ...more }, 5]), "700.00", JSON.stringify(more));
  uncovered({ convertibleFrom: "2026-11-21" });
  uncovered({ maturity: "2026-12-18" });
  uncovered({ notMarginable: true });
  assert.equal(costOfCall(C60, [STOCK, 0], [{ ...BOND, convertibleFrom: "2026-11-20" }, 5]), "0.00");
  assert.equal(costOfCall({ ...C60, contractUnits: "120" }, [STOCK, 0], [BOND, 6]), "700.00", "an adjusted contract");
});

test("a warrant covers a call, counts for nothing, and is asked what its exercise price is above the call's", () => {
  const on = (strike: string, price: string): string =>
    costOfCall(C60, [STOCK, 0], [{ ...WARRANT, strike, price }, 100]);
  assert.equal(on("50", "5"), "500.00");
  assert.equal(on("62", "3"), "500.00");
  assert.equal(on("66", "3"), "700.00", "uncovered asks less");
  assert.equal(costOfCall(C60, [STOCK, 0], [{ ...WARRANT, price: "1", maturity: "2026-12-18" }, 100]), "700.00");
});

test("what offsets stock sold short covers no call, (f)(2)(I)(iii); what is left of it does", () => {
  const requirement = (price: string, ...more: readonly (readonly [Listed, number])[]): number | undefined =>
    margin([STOCK, -100], [BOND, 5], [{ ...C60, price }, -1], ...more).requirements.maintenance?.requirement;
  assert.equal(requirement("1"), 550_00 + 700_00, "the stock offset, the call uncovered");
  assert.equal(requirement("18"), 550_00 + 2_400_00);
  assert.equal(requirement("19"), 550_00 + 2_500_00);
  const { lines } = margin([STOCK, -100], [BOND, 10], [C60, -1]);
  assert.equal(findLine(lines, "margin/A/options/XYZ/1")?.amount, 1_375_00, "the other five bonds cover the call");
  assert.equal(findLine(lines, "margin/A/maintenance/CVB/offset")?.amount, 550_00);
});

test("of stock held long and short only the net covers an option", () => {
  const required = (long: number, short: number, calls: number): number => {
    const small = new SmallBooks();
    const owner = small.open("A", "customer-margin");
    const other = small.open("S", "customer-margin");
    small.say({ kind: "margin-terms-stated", account: "S", marginedWith: "A" });
    const [stock, call] = [STOCK, C60].map((listed) => small.list(listed));
    small.add(owner, stock, long);
    small.add(other, stock, -short);
    small.add(owner, call, -calls);
    const [account] = marginAccounts(small.books);
    return marginOf(small.books, RULES, account, TODAY).requirements.maintenance?.requirement ?? 0;
  };
  assert.equal(required(300, 0, 3), 4_125_00);
  assert.equal(required(300, 100, 2), 2_750_00 + 275_00, "two covered, a hundred against a hundred at 5%");
  assert.equal(required(300, 100, 3), 2_750_00 + 275_00 + 700_00, "the third is not covered");
});

test("what is known of a group at other prices changes no answer", () => {
  const known = new KnownPairing();
  const small = new SmallBooks();
  const owner = small.open("A", "customer-margin");
  const rows = [STOCK, BOND, WARRANT, C60].map((listed) => small.list(listed));
  for (const [index, units] of [0, 5, 100, -2].entries()) if (units !== 0) small.add(owner, rows[index], units);
  const [account] = marginAccounts(small.books);
  const [group] = groupsOf(small.books, holdingsOf(small.books, account));
  const context = { books: small.books, rules: RULES, account, asOf: TODAY };
  for (const [bond, warrant] of [
    [110, 8],
    [125, 8],
    [125, 2],
    [135, 2],
    [110, 1],
  ]) {
    small.price(rows[1], bond * 1e8);
    small.price(rows[2], warrant * 1e8);
    const answer = optionsGroup(group, context, { known });
    assert.deepEqual(answer, optionsGroup(group, context));
    assert.equal(answer.provenWithin, 0);
  }
});

interface Written {
  readonly strike: number;
  readonly isLate: boolean;
  readonly price: number;
}

/** What calls cost at the least, in cents, each by itself or with a lot of something. */
function least(calls: readonly Written[], spot: number, lots: readonly Lots[]): number {
  const [call, ...rest] = calls;
  if (call === undefined) return 0;
  const outOfTheMoney = Math.max(0, call.strike - spot);
  let best = call.price + Math.max(20 * spot - 100 * outOfTheMoney, 10 * spot) * 100 + least(rest, spot, lots);
  for (const [index, { left, cost }] of lots.entries()) {
    if (left === 0) continue;
    const after = lots.map((one, at) => (at === index ? { ...one, left: left - 1 } : one));
    best = Math.min(best, cost(call) + least(rest, spot, after));
  }
  return best;
}

interface Lots {
  readonly left: number;
  readonly cost: (call: Written) => number;
}

test("of all ways to cover calls with stock, convertibles and warrants, the cheapest", () => {
  const written = fc.record({
    strike: fc.constantFrom(45, 50, 55, 60),
    isLate: fc.boolean(),
    price: fc.integer({ min: 1, max: 15 }).map((dollars) => dollars * 100_00),
  });
  const inputs = fc.record({
    calls: fc.uniqueArray(written, {
      minLength: 1,
      maxLength: 4,
      selector: ({ strike, isLate }) => `${strike} ${isLate}`,
    }),
    spot: fc.integer({ min: 45, max: 65 }),
    stock: fc.integer({ min: 0, max: 2 }),
    bonds: fc.integer({ min: 0, max: 11 }),
    bond: fc.integer({ min: 90, max: 140 }),
    warrants: fc.integer({ min: 0, max: 2 }),
    warrant: fc.integer({ min: 1, max: 14 }),
    warrantStrike: fc.constantFrom(45, 52, 60),
  });
  fc.assert(
    fc.property(inputs, ({ calls, spot, stock, bonds, bond, warrants, warrant, warrantStrike }) => {
      const lots: Lots[] = [
        { left: stock, cost: ({ strike }) => Math.max(0, spot - strike) * 100_00 },
        { left: Math.floor(bonds / 5), cost: ({ strike }) => Math.max(0, bond * 50 - strike * 100) * 100 },
        {
          left: warrants,
          cost: ({ strike, isLate }) =>
            isLate ? Number.POSITIVE_INFINITY : (warrant + Math.max(0, warrantStrike - strike)) * 100_00,
        },
      ];
      const listed: [Listed, number][] = calls.map(({ strike, isLate, price }, index) => [
        {
          ...CALL,
          instrument: `C${index}`,
          strike: String(strike),
          price: String(price / 100_00),
          maturity: isLate ? "2028-02-18" : "2026-12-18",
        },
        -1,
      ]);
      const answer = margin(
        [{ ...STOCK, price: String(spot) }, stock * 100],
        [{ ...BOND, price: String(bond) }, bonds],
        [{ ...WARRANT, price: String(warrant), strike: String(warrantStrike) }, warrants * 100],
        ...listed,
      );
      const worth = stock * spot * 100 + bonds * bond * 10 + warrants * warrant * 100;
      assert.equal(answer.excess, CASH * 100 + worth * 75 - least(calls, spot, lots));
    }),
    { seed: 12, numRuns: 60 },
  );
});
