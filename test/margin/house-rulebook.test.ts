/** The section `house` of the margin rulebook: what is shipped and documented is sound; what an officer gets wrong is said in words. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { asksNothing } from "../../src/margin/house/rules.ts";
import { readMarginRules } from "../../src/margin/rules.ts";
import { HouseFirm, houseRules, houseText, saidOf } from "./house-firm.ts";

const ROOT = join(import.meta.dirname, "../..");

test("the shipped rulebook asks nothing beyond the rules", () => {
  const rules = readMarginRules(readFileSync(join(ROOT, "rulebooks/margin.yaml"), "utf8"));
  assert.ok(asksNothing(rules.house));
});

test("the section in the documentation is sound", () => {
  const page = readFileSync(join(ROOT, "docs/rules/margin-house.md"), "utf8");
  const [, section = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  assert.deepEqual(saidOf(section), []);
});

test("what an officer may get wrong, and how it is said", () => {
  const tier = (tiers: string) => ({ concentration: [`name: Names\nof: long\ntiers: ${tiers}`] });
  const table: [rules: Parameters<typeof houseText>[0], said: string][] = [
    [
      { rates: ["name: Base\natLeast: 30"] },
      'house.yaml:6:7: house.rates[0].atLeast = 30: a bare 30 does not say per cent of what; did you mean "30%"; expected a percentage with its sign, such as "15%", "2.5%", "1/2%" or "6 2/3%"',
    ],
    [
      { rates: ['name: Volatile\nwhen: statistics.volatilty > rate("40%")\nadd: 5%'] },
      'house.yaml:6:24: house.rates[0].when: statistics has no "volatilty"; expected statistics.volatility, if that is what was meant',
    ],
    [
      { rates: ["name: Low\nwhen: instrument.price < 5\natLeast: 100%"] },
      'house.yaml:6:24: house.rates[0].when: instrument has no "price"; expected one of name, type, issuer, sector, country, listing, restricted, inDefault, issued, maturity, daysToMaturity, leverage, underlying, right, strike, daysSinceIssue',
    ],
    [
      { rates: ["name: Volatile\nwhen: statistics.volatility > 40\nadd: 5%"] },
      'house.yaml:6:13: house.rates[0].when: a rate and a number do not go together with >; expected a rate on both sides, written rate("15%")',
    ],
    [
      { rates: ["name: Both\natLeast: 30%\nadd: 5%"] },
      "house.yaml:5:7: house.rates[0]: asks for atLeast and add; expected one of atLeast, add, perUnit and volatility",
    ],
    [
      { rates: ["name: Nothing\nside: long"] },
      "house.yaml:5:7: house.rates[0]: asks for nothing; expected one of atLeast, add, perUnit and volatility",
    ],
    [
      { rates: ["name: Low\nbelow: $5\natLeast: 100%"] },
      'house.yaml:6:7: house.rates[0].below = "$5": is for long positions only: what a short costs must not fall as its price rises; expected side: long, or perUnit for shorts',
    ],
    [
      { rates: ["name: A B\nadd: 5%"], lossCapacity: ["name: a-b\nrange: { down: 10%, up: 10% }"] },
      'house.yaml:14:7: house.lossCapacity[0].name = "a-b": stands there twice; expected another one',
    ],
    [
      tier("[{ above: 30%, add: 5% }, { above: 30%, add: 9% }]"),
      'house.yaml:8:42: house.concentration[0].tiers[1].above = "30%": does not rise; expected more than 30%',
    ],
    [
      { rates: ['name: Event\nfrom: "2026-12-04"\nuntil: "2026-12-01"\nadd: 5%'] },
      'house.yaml:7:7: house.rates[0].until = "2026-12-01": is before its first day; expected a day from 2026-12-04 on',
    ],
    [
      { rates: ["name: Sigma\nvolatility: { multiple: three, days: 2 }"] },
      'house.yaml:6:21: house.rates[0].volatility.multiple = "three": is not a number of standard deviations; expected a number above zero in quotes, such as "3" or "2.5"',
    ],
    [
      { blockSize: ["name: Block\ntiers: [{ atLeast: 30% }]"] },
      "house.yaml:8:15: house.blockSize[0].tiers[0]: begins nowhere; expected outstanding, weeklyVolume or both",
    ],
    [
      { rates: ["name: Rule\nadd: 5%"] },
      'house.yaml:5:7: house.rates[0].name = "Rule": is how what the rules require is called; expected another one',
    ],
  ];
  for (const [rules, said] of table) assert.deepEqual(saidOf(houseText(rules)), [said]);
});

test("a section that is left out is named with what it must hold", () => {
  assert.match(
    saidOf("house:\n  paragraph: P\n").join("\n"),
    /house\.statistics: is missing; expected a section with volatilityReturns/,
  );
});

test("one rule that cannot be decided is said once, however many holdings turn on it", () => {
  const firm = new HouseFirm();
  firm.stock("ACME", "10");
  firm.hold("alice", "ACME", 10);
  firm.apply({ kind: "account-opened", account: "second", type: "customer-margin" });
  firm.apply({ kind: "margin-terms-stated", account: "second", marginedWith: "alice" });
  firm.hold("second", "ACME", 10);
  const rules = houseRules({ rates: ['name: Volatile\nwhen: statistics.volatility > rate("40%")\nadd: 5%'] });
  assert.equal(firm.troubles(rules).length, 1);
});
