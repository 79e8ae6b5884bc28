/** The house's margin rules: each kind, what is not known, and that the house never asks less than the rule. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { sum } from "../../src/base/money.ts";
import { HouseFirm, houseRules, inputsOf } from "./house-firm.ts";

function holder(units = 500, price = "320", debit = 100_000): HouseFirm {
  const firm = new HouseFirm();
  firm.stock("ACME", price, { sector: "Energy" });
  firm.hold("alice", "ACME", units);
  firm.cash("alice", -debit);
  return firm;
}

test("without house rules the requirement is the rule's", () => {
  assert.deepEqual(holder().figures(houseRules({})), { requirement: "40000.00" });
});

test("a base rate, points on top of it, by house group and by account", () => {
  const rules = houseRules({
    rates: [
      "name: Base\natLeast: 30%",
      'name: Energy\nwhen: has(instrument.sector) && instrument.sector == "Energy"\nadd: 5%',
      "name: Careful\ngroups: [careful]\natLeast: 40%",
      "name: Bob\naccounts: [bob]\natLeast: 50%",
    ],
  });
  const firm = holder();
  assert.deepEqual(firm.figures(rules), { requirement: "56000.00", base: "8000.00", energy: "8000.00" });
  firm.apply({ kind: "margin-terms-stated", account: "alice", houseGroup: "careful" });
  assert.deepEqual(firm.figures(rules), { requirement: "72000.00", energy: "8000.00", careful: "24000.00" });
  firm.hold("bob", "ACME", 10);
  assert.deepEqual(firm.figures(rules, "bob"), { requirement: "1760.00", energy: "160.00", bob: "800.00" });
});

test("a rule that asks less than the rule adds nothing, and a long position never requires more than it is worth", () => {
  const firm = holder();
  assert.deepEqual(firm.figures(houseRules({ rates: ["name: Low\natLeast: 10%"] })), { requirement: "40000.00" });
  const rules = houseRules({ rates: ["name: Squeeze\natLeast: 300%", "name: More\nadd: 50%"] });
  assert.deepEqual(firm.figures(rules), { requirement: "160000.00", squeeze: "120000.00", more: "0.00" });
  firm.hold("bob", "ACME", -10);
  firm.cash("bob", 3200);
  assert.deepEqual(firm.figures(rules, "bob"), { requirement: "11200.00", squeeze: "8640.00", more: "1600.00" });
});

test("a low price, an amount for each unit, hard to borrow", () => {
  const rules = houseRules({
    rates: [
      "name: Low price\nside: long\nbelow: $5\natLeast: 100%",
      "name: Three dollars\nside: short\nperUnit: $3.00",
      "name: Hard to borrow\nside: short\nwhen: has(borrow.hardToBorrow) && borrow.hardToBorrow\natLeast: 100%",
    ],
  });
  const firm = holder(100, "5", 0 + 100);
  assert.deepEqual(firm.figures(rules), { requirement: "125.00" });
  firm.mark("ACME", "4.99");
  assert.deepEqual(firm.figures(rules), { requirement: "499.00", "low-price": "374.25" });
  firm.hold("bob", "ACME", -100);
  assert.deepEqual(firm.figures(rules, "bob"), { requirement: "300.00", "three-dollars": "150.30" });
  firm.apply({ kind: "borrow-terms-stated", instrument: "ACME", hardToBorrow: true });
  assert.deepEqual(firm.figures(rules, "bob"), { requirement: "499.00", "hard-to-borrow": "349.30" });
});

test("an event holds from its first day to its last, for the names it is about", () => {
  const rule = (from: string, until: string) =>
    houseRules({ rates: [`name: Earnings\ninstruments: [ACME]\nfrom: "${from}"\nuntil: "${until}"\natLeast: 100%`] });
  const firm = holder();
  firm.stock("OTHER", "10");
  firm.hold("alice", "OTHER", 100);
  assert.equal(firm.figures(rule("2026-11-20", "2026-11-20"))["earnings"], "120000.00");
  assert.equal(firm.figures(rule("2026-11-21", "2026-11-30"))["earnings"], undefined);
  assert.equal(firm.figures(rule("2026-11-01", "2026-11-19"))["earnings"], undefined);
});

test("volatility in tiers, and in standard deviations over a horizon", () => {
  const firm = holder();
  const tiers = houseRules({
    rates: [
      'name: Volatile\nwhen: statistics.volatility > rate("40%")\nadd: 5%',
      'name: Very volatile\nwhen: statistics.volatility > rate("60%")\nadd: 5%',
    ],
  });
  assert.deepEqual(firm.troubles(tiers), [
    'missing-input: ACME: house rule "Volatile" cannot be decided without statistics.volatility; expected a market-statistics-stated fact or a longer tape that says it, or has(statistics.volatility) in its condition',
    'missing-input: ACME: house rule "Very volatile" cannot be decided without statistics.volatility; expected a market-statistics-stated fact or a longer tape that says it, or has(statistics.volatility) in its condition',
  ]);
  const state = (volatility: string) =>
    firm.apply({ kind: "market-statistics-stated", instrument: "ACME", asOf: "2026-11-19", volatility });
  state("40%");
  assert.deepEqual(firm.figures(tiers), { requirement: "40000.00" });
  state("60.1%");
  assert.deepEqual(firm.figures(tiers), { requirement: "56000.00", volatile: "8000.00", "very-volatile": "8000.00" });
  // 3 × 60.1% × √(10 ÷ 252) = 35.9166%
  const sigma = houseRules({ rates: ['name: Sigma\nvolatility: { multiple: "3", days: 10 }'] });
  assert.deepEqual(firm.figures(sigma), { requirement: "57466.56", sigma: "17466.56" });
});

test("concentration: more than a share of the account, the highest tier counts; a short counts in gross value only", () => {
  const firm = holder(300, "100", 0 + 1000);
  firm.stock("REST", "100");
  firm.hold("alice", "REST", 700);
  const rules = (of: string) =>
    houseRules({
      concentration: [
        `name: Concentration\nof: ${of}\ntiers:\n  - { above: 30%, add: 10% }\n  - { above: 70%, atLeast: 60% }`,
      ],
    });
  assert.deepEqual(firm.figures(rules("long")), { requirement: "32000.00", concentration: "7000.00" });
  firm.mark("ACME", "100.01");
  assert.deepEqual(firm.figures(rules("long")), { requirement: "35001.05", concentration: "10000.30" });
  firm.hold("alice", "ACME", -260);
  assert.equal(firm.figures(rules("long"))["concentration"], "24500.00", "70,000 of 74,000.40 is more than 70%");
  firm.hold("bob", "ACME", -100);
  firm.hold("bob", "REST", 100);
  assert.equal(firm.figures(rules("long"), "bob")["concentration"], "3500.00");
  assert.equal(firm.figures(rules("gross"), "bob")["concentration"], "2000.10");
});

test("a block beside the issue and a week's volume, and the days it takes to liquidate", () => {
  const firm = holder(10_000, "10", 0 + 1000);
  const rules = houseRules({
    blockSize: [
      "name: Block\ntiers:\n  - { outstanding: 10%, weeklyVolume: 100%, atLeast: 30% }\n  - { outstanding: 15%, weeklyVolume: 200%, atLeast: 45% }",
    ],
    liquidity: [
      "name: Illiquid\nparticipation: 20%\ntiers:\n  - { longerThan: 5, add: 5% }\n  - { longerThan: 20, add: 20% }",
    ],
  });
  assert.deepEqual(
    firm.answer(rules).troubles.map(({ summary }) => summary),
    [
      'house rule "Block" cannot be decided without statistics.outstanding',
      'house rule "Illiquid" cannot be decided without statistics.averageDailyVolume',
    ],
  );
  const state = (outstanding: string, averageDailyVolume: string) =>
    firm.apply({
      kind: "market-statistics-stated",
      instrument: "ACME",
      asOf: "2026-11-19",
      outstanding,
      averageDailyVolume,
    });
  state("100001", "10000");
  assert.deepEqual(firm.figures(rules), { requirement: "25000.00" }, "10,000 shares take exactly 5 days");
  state("100000", "9999");
  assert.deepEqual(firm.figures(rules), { requirement: "35000.00", block: "5000.00", illiquid: "5000.00" });
  state("100000", "1000");
  assert.deepEqual(firm.figures(rules), { requirement: "65000.00", block: "20000.00", illiquid: "20000.00" });
});

test("M37: beta-weighted exposure against equity", () => {
  const firm = holder();
  const rules = houseRules({ betaWeighted: ["name: Beta\nmoreThan: 200%\nof: long\nadd: 5%"] });
  assert.match(firm.troubles(rules)[0] ?? "", /cannot be decided without statistics\.beta/);
  firm.apply({ kind: "market-statistics-stated", instrument: "ACME", asOf: "2026-11-19", beta: "1.8" });
  assert.deepEqual(firm.figures(rules), { requirement: "48000.00", beta: "8000.00" });
  const { betaWeightedExposure, equity } = inputsOf(firm.answer(rules), "margin/alice/house/beta");
  assert.deepEqual([betaWeightedExposure, equity], [28_800_000, 6_000_000]);
  firm.cash("alice", 84_000);
  assert.deepEqual(firm.figures(rules), { requirement: "40000.00" }, "equity of 144,000 is half of the exposure");
});

test("M39: the point of no return inside the expected range", () => {
  const firm = new HouseFirm();
  firm.stock("ACME", "50");
  firm.hold("alice", "ACME", 2000);
  firm.cash("alice", -60_000);
  const rules = (range: number) =>
    houseRules({
      lossCapacity: [`name: Loss capacity\nrange: { down: ${range}%, up: ${range}% }`],
    });
  const tims = { long: 15, short: 15 };
  assert.deepEqual(firm.figures(rules(35), "alice", tims), { requirement: "15000.00" });
  assert.deepEqual(firm.figures(rules(45), "alice", tims), { requirement: "45000.00", "loss-capacity": "30000.00" });
  const inputs = inputsOf(firm.answer(rules(45)), "margin/alice/house/loss-capacity/ACME");
  assert.equal(inputs["pointOfNoReturn"], "-40.00%");
  assert.equal(inputs["asked"], "at least its loss in a move of 45% down or 45% up");
  firm.apply({ kind: "market-statistics-stated", instrument: "ACME", asOf: "2026-11-19", volatility: "80%" });
  const deviations = houseRules({ lossCapacity: ['name: Loss capacity\nvolatility: { multiple: "9", days: 1 }'] });
  const found = inputsOf(firm.answer(deviations), "margin/alice/house/loss-capacity/ACME");
  assert.equal(found["asked"], "at least its loss in a move of 45.36% down or 45.36% up");
  assert.equal(firm.figures(rules(40), "alice", tims)["loss-capacity"], "25000.00", "the edge is inside");
});

test("loss capacity of a short is on the way up, and a long put holds the loss", () => {
  const firm = new HouseFirm();
  firm.stock("ACME", "50");
  const rules = houseRules({ lossCapacity: ["name: Loss capacity\nrange: { down: 45%, up: 45% }"] });
  firm.hold("bob", "ACME", -1000);
  firm.cash("bob", 70_000);
  assert.deepEqual(firm.figures(rules, "bob"), { requirement: "22500.00", "loss-capacity": "7500.00" });
  firm.hold("alice", "ACME", 1000);
  firm.cash("alice", -30_000);
  assert.equal(firm.figures(rules)["loss-capacity"], "10000.00");
  firm.apply({
    kind: "instrument-listed",
    instrument: "PUT",
    type: "option",
    currency: "USD",
    underlying: "ACME",
    right: "put",
    strike: "45",
    maturity: "2027-01-15",
    style: "american",
  });
  firm.mark("PUT", "2");
  firm.hold("alice", "PUT", 10);
  assert.deepEqual(firm.figures(rules), { requirement: "12500.00" }, "it loses 7,000 at most");
});

test("the house never asks less than the rule, and its lines sum to what it adds", () => {
  const rules = houseRules({
    rates: [
      "name: Base\natLeast: 30%",
      'name: Sigma\nwhen: has(statistics.volatility)\nvolatility: { multiple: "2.5", days: 3 }',
      "name: Low\nside: long\nbelow: $20\natLeast: 80%",
      "name: Unit\nperUnit: $4.00",
      "name: Points\nadd: 7%",
    ],
    concentration: ["name: Names\nof: gross\ntiers:\n  - { above: 30%, add: 10% }\n  - { above: 60%, atLeast: 70% }"],
    lossCapacity: ["name: Loss\nrange: { down: 30%, up: 40% }"],
    betaWeighted: ["name: Beta\nmoreThan: 150%\nof: gross\nadd: 3%"],
  });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 100, max: 40_000 })), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.integer({ min: -100_000, max: 100_000 }),
      (positions, cash) => {
        const firm = new HouseFirm();
        for (const [index, [units, price]] of positions.entries()) {
          firm.stock(`S${index}`, (price / 100).toFixed(2));
          const stated = { instrument: `S${index}`, asOf: "2026-11-19", beta: "1.3", volatility: "55%" } as const;
          firm.apply({ kind: "market-statistics-stated", ...stated });
          if (units !== 0) firm.hold("alice", `S${index}`, units);
        }
        if (cash !== 0) firm.cash("alice", cash);
        const { requirement, lines, troubles } = firm.answer(rules);
        assert.equal(troubles.length, 0);
        const ruled = sum(firm.parts("alice").map((part) => part.requirement));
        assert.ok(requirement >= ruled);
        assert.equal(requirement - ruled, sum(lines.map(({ amount }) => amount)));
        for (const { amount } of lines) assert.ok(amount >= 0);
      },
    ),
    { seed: 4210, numRuns: 150 },
  );
});
