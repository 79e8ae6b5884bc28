/** What the firm takes beyond the rule: each kind of addition, what is not known, and the running figure against the one from scratch. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { findLine } from "../../src/base/line.ts";
import { formatDollars } from "../../src/base/money.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { AS_OF, Firm, inMonths, rulebook } from "./firm.ts";

interface Rule {
  readonly name: string;
  readonly when: string;
  readonly add: string;
}

/** The shipped rulebook with these house rules. */
function withRules(...rules: readonly Rule[]): string {
  const section = rules.map(
    ({ name, when, add }) =>
      `  - name: ${name}\n    when: |-\n      ${when}\n    add: { ${add} }\n    paragraph: Policy 7\n    meaning: A test.`,
  );
  return rulebook(["houseRules: []", `houseRules:\n${section.join("\n")}`]);
}

function charge(firm: Firm, code: string): string | undefined {
  const found = findLine(firm.figure().computation, `haircuts/house-rules${code}`);
  return found === undefined ? undefined : formatDollars(found.amount);
}

const STOCK = { type: "equity", listing: "XNYS" } as const;

test("the shipped rulebook has no house rules, and no line for them", () => {
  const firm = new Firm();
  firm.capital(1_000_000);
  firm.hold(STOCK, 100_000);
  assert.equal(charge(firm, ""), undefined);
});

test("a rate, an amount for each position, and at least a rate", () => {
  const firm = new Firm(
    withRules(
      { name: "Energy", when: 'instrument.sector == "Energy"', add: "rate: 5%" },
      {
        name: "Large shorts",
        when: 'position.side == "short" && position.value > dollars("$50,000")',
        add: 'dollars: "$1,000"',
      },
      { name: "Leveraged funds", when: 'instrument.type == "etf" && instrument.leverage > 2', add: "atLeast: 45%" },
    ),
  );
  firm.capital(1_000_000);
  firm.hold({ ...STOCK, sector: "Energy" }, 100_000);
  firm.hold({ ...STOCK, sector: "Energy" }, -60_000);
  firm.hold({ ...STOCK, sector: "Retail" }, -50_000);
  firm.hold({ type: "etf", listing: "XNYS", sector: "Funds", leverage: "3" }, 10_000);
  firm.hold({ type: "etf", listing: "XNYS", sector: "Funds", leverage: "2" }, 10_000);
  assert.equal(charge(firm, "/energy"), "8000.00", "5% of 100,000 and of 60,000");
  assert.equal(charge(firm, "/large-shorts"), "1000.00", "exactly 50,000 is not more than it");
  assert.equal(charge(firm, "/leveraged-funds"), "3000.00", "45% less the 15% of its bucket");
  assert.equal(charge(firm, ""), "12000.00");
  const { inputs, children } = findLine(firm.figure().computation, "haircuts/house-rules/energy") ?? assert.fail();
  assert.deepEqual(inputs, { meaning: "A test.", addition: "5% of market value", positions: "2" });
  assert.deepEqual(
    children.map(({ amount }) => formatDollars(amount)),
    ["5000.00", "3000.00"],
  );
});

test("of several rules that raise a haircut the one that raises it most counts; a haircut that is higher stays", () => {
  const firm = new Firm(
    withRules(
      { name: "Forty", when: "true", add: "atLeast: 40%" },
      { name: "Fifty", when: "true", add: "atLeast: 50%" },
      { name: "Fifty again", when: "true", add: "atLeast: 50%" },
      { name: "On top", when: "true", add: "rate: 1%" },
    ),
  );
  firm.capital(10_000_000);
  firm.hold(STOCK, 100_000);
  firm.hold({ type: "equity", readyMarket: false }, 1_000);
  assert.deepEqual(
    ["/forty", "/fifty", "/fifty-again", "/on-top"].map((code) => charge(firm, code)),
    ["0.00", "35000.00", "0.00", "1010.00"],
  );
});

test("a convertible is raised from the rate of the bucket where it stands now", () => {
  const firm = new Firm(withRules({ name: "Raise", when: 'position.haircut < rate("20%")', add: "atLeast: 20%" }));
  firm.capital(1_000_000);
  const convertible = firm.hold(
    { type: "convertible", minimalCreditRisk: true, readyMarket: true, maturity: inMonths(30), principal: "1000" },
    9_000,
    "900",
  );
  assert.equal(charge(firm, "/raise"), "1350.00", "below its principal: 20% less the 5% of (F)(1)");
  firm.mark(convertible, "1100");
  assert.equal(charge(firm, "/raise"), "550.00", "above it: 20% less the 15% of (J)");
});

test("what is not stated is unknown: no figure, unless the condition is decided without it or asks for it", () => {
  const unstated = new Firm(withRules({ name: "Energy", when: 'instrument.sector == "Energy"', add: "rate: 5%" }));
  unstated.hold(STOCK, 1_000);
  assert.deepEqual(unstated.troubles(), [
    'missing-input: equity-0: house rule "Energy" cannot be decided without instrument.sector; expected an instrument-listed fact that says it, or has(instrument.sector) in the condition',
  ]);
  unstated.list("equity-0", { ...STOCK, sector: "Retail" });
  assert.equal(charge(unstated, "/energy"), "0.00", "said since");

  const decided = new Firm(
    withRules({
      name: "Energy",
      when: 'instrument.sector == "Energy" && position.value > dollars("$5,000")',
      add: "rate: 5%",
    }),
  );
  decided.capital(1_000_000);
  const stock = decided.hold(STOCK, 1_000);
  assert.equal(charge(decided, "/energy"), "0.00", "too small, whatever its sector");
  decided.mark(stock, "600");
  assert.equal(decided.troubles().length, 1, "large enough that the sector matters");
  decided.move(stock, -10, "inventory");
  assert.equal(charge(decided, "/energy"), "0.00", "sold");

  const asks = new Firm(withRules({ name: "Unsorted", when: "!has(instrument.sector)", add: "rate: 5%" }));
  asks.capital(1_000_000);
  asks.hold(STOCK, 1_000);
  assert.equal(charge(asks, "/unsorted"), "50.00");
});

test("a rule without a price has no figure where it needs one; what other paragraphs charge cannot be raised", () => {
  const firm = new Firm(withRules({ name: "Every", when: 'instrument.type == "future"', add: "atLeast: 5%" }));
  firm.capital(1_000_000);
  firm.list("corn", { type: "commodity" });
  firm.list("F", { type: "future", multiplier: "50", maturity: inMonths(3), underlying: "corn" });
  firm.move("F", 2, "inventory");
  assert.ok(firm.troubles().some((said) => said.includes("no price for F")));
  firm.mark("F", "400");
  assert.ok(
    firm.troubles().some((said) => said.includes('house rule "Every" cannot raise what other paragraphs charge')),
  );
});

test("a rule may speak of the firm and of days, and counts from the business day", () => {
  const firm = new Firm(
    withRules({
      name: "Long bonds",
      when: 'firm.method == "aggregate-indebtedness" && instrument.daysToMaturity > 3650 && instrument.maturity > day("2030-01-01")',
      add: "rate: 1/2%",
    }),
  );
  firm.capital(1_000_000);
  const bond = { type: "treasury", coupon: "4%" } as const;
  firm.hold({ ...bond, maturity: inMonths(119) }, 100_000);
  firm.hold({ ...bond, maturity: inMonths(121) }, 100_000);
  assert.equal(charge(firm, "/long-bonds"), "500.00");
  assert.ok(AS_OF > 0);
});

test("balances of currency are no positions to the house", () => {
  const firm = new Firm(withRules({ name: "All", when: "true", add: 'dollars: "$1"' }));
  firm.capital(1_000_000);
  firm.list("EUR", { type: "currency", currency: "EUR" });
  firm.mark("EUR", "1.1");
  firm.cash("bank", "capital", 1000, "EUR");
  assert.equal(charge(firm, "/all"), "0.00");
});

const BAD: readonly [change: Rule, said: RegExp][] = [
  [
    { name: "a", when: 'instrument.sectr == "Energy"', add: "rate: 5%" },
    /houseRules\[0\]\.when: instrument has no "sectr"; expected instrument\.sector, if that is what was meant \(nc\.yaml, row \d+, column 18\)$/,
  ],
  [
    { name: "a", when: "position.value > 2000000", add: "rate: 5%" },
    /when: an amount and a number do not go together with >; expected an amount on both sides, written dollars\("\$250,000"\)/,
  ],
  [
    { name: "a", when: "true", add: "" },
    /houseRules\[0\]\.add: says nothing; expected one of rate, dollars and atLeast/,
  ],
  [{ name: "a", when: "true", add: 'rate: 5%, dollars: "$5"' }, /add: says rate and dollars; expected one of/],
  [
    { name: "a", when: "true", add: "rate: 105%" },
    /rate = "105%": is more than the whole; expected a percentage from 0% to 100%/,
  ],
  [{ name: "a", when: "true", add: "rate: 5" }, /rate = 5: a bare 5 does not say per cent of what; did you mean "5%"/],
];

test("what an officer may get wrong in a house rule is said with its place", () => {
  for (const [rule, said] of BAD) {
    assert.throws(() => readNetCapitalRules(withRules(rule), { file: "nc.yaml" }), { message: said }, rule.when);
  }
  const twice = { name: "Same name", when: "true", add: "rate: 5%" };
  assert.throws(() => readNetCapitalRules(withRules(twice, { ...twice, name: "same  NAME" })), {
    message: /houseRules\[1\]\.name = "same {2}NAME": stands there twice/,
  });
});

test("the examples of the guide can be read", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guides/rulebooks.md"), "utf8");
  const examples = [...guide.matchAll(/^houseRules:\n(?: .*\n)+/gm)].map(([section]) => section);
  assert.equal(examples.length, 2);
  for (const section of examples) readNetCapitalRules(rulebook(["houseRules: []\n", section]), { file: "guide" });
});

const rules: readonly Rule[] = [
  { name: "Sector", when: 'has(instrument.sector) && instrument.sector in ["Energy", "Metals"]', add: "rate: 2 1/2%" },
  { name: "Large", when: 'position.value >= dollars("$20,000") || position.quantity > 300', add: 'dollars: "$250.50"' },
  { name: "Shorts", when: 'position.side == "short" && instrument.type != "treasury"', add: "atLeast: 33 1/3%" },
  { name: "Funds", when: "instrument.leverage != 1 && position.price < 50", add: "atLeast: 30%" },
];

const SECURITIES = [
  { ...STOCK, sector: "Energy" },
  { ...STOCK, sector: "Retail" },
  STOCK,
  { type: "etf", listing: "XNYS", leverage: "-2" },
  { type: "equity", marketMakers: 1, sector: "Metals" },
  { type: "treasury", maturity: inMonths(30), coupon: "4%" },
] as const;

const step = fc.oneof(
  fc.record({
    kind: fc.constant("move" as const),
    of: fc.nat(SECURITIES.length - 1),
    units: fc.integer({ min: -300, max: 300 }).filter((units) => units !== 0),
  }),
  fc.record({
    kind: fc.constant("mark" as const),
    of: fc.nat(SECURITIES.length - 1),
    cents: fc.integer({ min: 1, max: 20_000 }),
  }),
  fc.record({
    kind: fc.constant("relist" as const),
    of: fc.nat(1),
    sector: fc.constantFrom("Energy", "Retail", undefined),
  }),
);

test("running and from scratch are the same after every step", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const firm = new Firm(withRules(...rules));
      firm.capital(5_000_000);
      for (const [index, listing] of SECURITIES.entries()) {
        firm.list(`S${index}`, listing);
        firm.mark(`S${index}`, "90");
      }
      for (const taken of steps) {
        if (taken.kind === "move")
          firm.move(`S${taken.of}`, taken.units, taken.units % 2 === 0 ? "inventory" : "error");
        else if (taken.kind === "mark") firm.mark(`S${taken.of}`, (taken.cents / 100).toFixed(2));
        else firm.list(`S${taken.of}`, { ...STOCK, ...(taken.sector !== undefined && { sector: taken.sector }) });
        firm.figure();
      }
      firm.monitor.rebuild();
      firm.figure();
    }),
    { seed: 160_777, numRuns: 40 },
  );
});
