/** What the certificate index is told of the house: compiled rates to the cent, and slopes that hold inside their bands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Cents, ZERO } from "../../src/base/money.ts";
import { houseOf } from "../../src/margin/house/house.ts";
import { houseAddition } from "../../src/margin/house/requirement.ts";
import { houseSlopes } from "../../src/margin/house/slopes.ts";
import { HouseValues } from "../../src/margin/house/values.ts";
import { AS_OF, HouseFirm, houseRules } from "./house-firm.ts";

const RATES = [
  "name: Base\natLeast: 30%",
  "name: Low\nside: long\nbelow: $20\natLeast: 80%",
  "name: Very low\nside: long\nbelow: $3.00\natLeast: 100%",
  "name: Unit\nperUnit: $4.00",
  "name: Points\nadd: 7%",
  'name: Volatile\nwhen: has(statistics.volatility) && statistics.volatility > rate("50%")\nadd: 3 1/3%',
];

test("compiled rates are the explained requirement to the cent, near the real unit value, and never turn back", () => {
  const rules = houseRules({ rates: RATES });
  const firm = new HouseFirm();
  firm.stock("ACME", "1");
  firm.apply({ kind: "market-statistics-stated", instrument: "ACME", asOf: "2026-11-19", volatility: "55%" });
  const row = firm.row("ACME");
  const house = houseOf(firm.books, rules.house, AS_OF);
  const houseClass = house.classOf(firm.account("alice"));
  const values = new HouseValues(firm.books, house);
  const context = firm.context(rules, "alice");
  const worth = (units: number, price: number): number => {
    const ruled = price * (units < 0 ? 0.3 : 0.25) * 100;
    const required = values.requirementPerUnit(houseClass, row, units, price * 1e8, price * 100, ruled);
    return price * 100 + (units < 0 ? required : -required);
  };
  const cents = fc.integer({ min: 1, max: 6000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.boolean(), cents, cents, (size, isShort, first, second) => {
      const units = isShort ? -size : size;
      const [low, high] = [Math.min(first, second) / 100, Math.max(first, second) / 100];
      firm.mark("ACME", low.toFixed(2));
      const value = (size * Math.round(low * 100)) as Cents;
      const requirement = Math.round((value * (isShort ? 30 : 25)) / 100) as Cents;
      const part = {
        underlying: row,
        holdings: [{ instrument: row, units, account: context.account.account }],
        requirement,
      };
      const { rates } = houseAddition(context, [part]);
      const required = values.positionRequirement(
        houseClass,
        row,
        units,
        Math.round(low * 100) * 1e6,
        value,
        requirement,
      );
      assert.equal(required, requirement + rates);
      const real = units * worth(units, low);
      const exact = (isShort ? 0 - value : value) - required;
      assert.ok(Math.abs(real - exact) <= 2, `${real} and ${exact}`);
      assert.ok(worth(units, low) <= worth(units, high) + 1e-9, `${low} and ${high}`);
    }),
    { seed: 17, numRuns: 1500 },
  );
});

test("inside their bands the rules for whole accounts move no faster than their slopes", () => {
  const rules = houseRules({
    rates: RATES,
    concentration: [
      "name: Names\nof: long\ntiers:\n  - { above: 30%, add: 10% }\n  - { above: 60%, atLeast: 70% }",
      "name: Gross\nof: gross\ntiers:\n  - { above: 45%, atLeast: 50% }",
    ],
    lossCapacity: ["name: Loss\nrange: { down: 30%, up: 40% }"],
    betaWeighted: ["name: Beta\nmoreThan: 150%\nof: gross\nadd: 3%"],
    liquidity: ["name: Slow\nparticipation: 10%\ntiers:\n  - { longerThan: 2, add: 4% }"],
  });
  const position = fc.record({
    units: fc.integer({ min: -400, max: 400 }).filter((units) => units !== 0),
    price: fc.integer({ min: 150, max: 9000 }),
    moves: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  });
  let wide = 0;
  fc.assert(
    fc.property(fc.array(position, { minLength: 1, maxLength: 6 }), fc.nat(60_000), (positions, debit) => {
      const firm = new HouseFirm();
      for (const [index, { units, price }] of positions.entries()) {
        const instrument = `S${index}`;
        firm.stock(instrument, (price / 100).toFixed(2));
        firm.apply({
          kind: "market-statistics-stated",
          instrument,
          asOf: "2026-11-19",
          beta: String(0.5 + index / 4),
          volatility: index % 2 === 0 ? "45%" : "60%",
          averageDailyVolume: "800",
        });
        firm.hold("alice", instrument, units);
      }
      if (debit > 0) firm.cash("alice", -debit);
      const context = firm.context(rules, "alice");
      const addition = (): number => {
        const { all, rates } = houseAddition(context, firm.parts("alice"));
        return all - rates;
      };
      const slopes = houseSlopes(context, firm.parts("alice"));
      const before = addition();
      for (const end of [0, 1] as const) {
        let most = 2 * positions.length * 4;
        for (const [at, instrument] of slopes.instruments.entries()) {
          const [low, high] = [slopes.low[at], slopes.high[at]];
          const { price, moves } = positions[Number(firm.books.instruments.attributes(instrument).instrument.slice(1))];
          const [least, greatest] = [Math.ceil(low * 100), Math.floor(high * 100)];
          if (greatest - least > price / 50) wide++;
          // Half of the moves go to an end of the band.
          const part = moves[end] < 0.25 ? 0 : moves[end] > 0.75 ? 1 : (moves[end] - 0.25) * 2;
          const to = least > greatest ? price : Math.round(least + part * (greatest - least));
          most += (slopes.slope[at] * Math.abs(to - price)) / 100;
          firm.mark(`S${firm.books.instruments.attributes(instrument).instrument.slice(1)}`, (to / 100).toFixed(2));
        }
        const after = addition();
        assert.ok(Math.abs(after - before) <= most, `${before} to ${after}, at most ${most}`);
        for (const [index, { price }] of positions.entries()) firm.mark(`S${index}`, (price / 100).toFixed(2));
      }
    }),
    { seed: 1933, numRuns: 400 },
  );
  assert.ok(wide > 500, `bands are wide enough to be of use: ${wide}`);
});

test("a part that is not plain has an empty band until its own slopes are given", () => {
  const rules = houseRules({ concentration: ["name: Names\nof: gross\ntiers:\n  - { above: 30%, add: 10% }"] });
  const firm = new HouseFirm();
  firm.stock("ACME", "50");
  firm.hold("alice", "ACME", 100);
  firm.apply({
    kind: "instrument-listed",
    instrument: "CALL",
    type: "option",
    currency: "USD",
    underlying: "ACME",
    right: "call",
    strike: "55",
    maturity: "2027-01-15",
  });
  firm.mark("CALL", "2");
  firm.hold("alice", "CALL", -1);
  const { low, high } = houseSlopes(firm.context(rules, "alice"), firm.parts("alice"));
  assert.ok(low.every((from, at) => from > high[at]));
  assert.equal(houseAddition(firm.context(rules, "alice"), []).all, ZERO);
});

test("a band ends where a rate of the house begins", () => {
  const rules = houseRules({
    rates: ["name: Low\nside: long\nbelow: $20\natLeast: 80%"],
    concentration: ["name: Names\nof: long\ntiers:\n  - { above: 60%, atLeast: 70% }"],
  });
  const firm = new HouseFirm();
  firm.stock("ACME", "20.40");
  firm.hold("alice", "ACME", 100);
  const { low, high } = houseSlopes(firm.context(rules, "alice"), firm.parts("alice"));
  assert.equal(low[0], 20);
  assert.ok(high[0] > 30);
  firm.mark("ACME", "19.99");
  const below = houseSlopes(firm.context(rules, "alice"), firm.parts("alice"));
  assert.ok(below.high[0] < 20);
});
