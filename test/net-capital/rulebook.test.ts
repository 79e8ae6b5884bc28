/** The net-capital rulebook: what is shipped is sound, and what an officer may get wrong in it is found before it is in force. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRate } from "../../src/base/rate.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { RULEBOOK, rulebook } from "./firm.ts";

test("every rate and bucket of the shipped rulebook, as a list that can be held against the rule", () => {
  const { schedule } = readNetCapitalRules(RULEBOOK);
  const rates = (family: keyof typeof schedule.families): string =>
    schedule.buckets
      .slice(schedule.families[family].from, schedule.families[family].to)
      .map(({ rate }) => formatRate(rate))
      .join(" ");
  assert.equal(rates("governments"), "0% 1/2% 3/4% 1% 1 1/2% 2% 3% 4% 4 1/2% 5% 5 1/2% 6%");
  assert.equal(rates("canadian-governments"), rates("governments"));
  assert.equal(rates("municipal-notes"), "0% 1/8% 1/4% 3/8% 1/2% 3/4% 1%");
  assert.equal(rates("municipals"), "1% 2% 3% 4% 5% 5 1/2% 6% 6 1/2% 7%");
  assert.equal(rates("funds"), "2% 7% 9%");
  assert.equal(rates("short-paper"), "0% 1/8% 1/4% 3/8% 1/2% 1 1/2% 2% 3% 4% 4 1/2% 5% 5 1/2% 6%");
  assert.equal(rates("corporate-debt"), "2% 3% 5% 6% 7% 7 1/2% 8% 8 1/2% 9%");
  assert.deepEqual(
    ["preferred", "equities", "limited-market", "non-marketable", "currencies"].map((family) =>
      rates(family as "preferred"),
    ),
    ["10%", "15%", "40%", "100%", "6% 20%"],
  );
});

test("tiers come in order from the mildest to the gravest, whatever their order in the file", () => {
  const turned = rulebook(["below: 120%\n    releasedAbove: 125%", "below: 101%"]);
  assert.deepEqual(
    readNetCapitalRules(turned).tiers.map(({ name }) => name),
    ["orange", "red", "yellow"],
  );
});

test("what an officer may get wrong", () => {
  const table: [from: string, to: string, said: RegExp][] = [
    ["rulebook: net-capital", "rulebook: margin", /rulebook = "margin": is another rulebook; expected net-capital/],
    [
      "activity: carrying\n",
      "activity: clearing\n",
      /firm\.activity = "clearing": is not among the activities; expected one of carrying, /,
    ],
    [
      "  activity: carrying\n",
      "  activity: carrying\n  minimumDollar: $100,000\n",
      /firm\.minimumDollar = "\$100,000": is below the minimum of the activity; expected at least \$250,000/,
    ],
    ["name: orange", "name: yellow", /tiers\[1\]\.name = "yellow": stands there twice/],
    ["below: 110%", "below: 120%", /tiers\[1\]\.below = "120%": stands there twice/],
    [
      "under: 6 months",
      "under: 2 months",
      /categories\[0\]\.buckets\[1\]\.under = "2 months": overlaps the bucket before it; expected more than 3 months/,
    ],
    [
      "under: 2 years, rate: 1 1/2%",
      "under: 12 months, rate: 1 1/2%",
      /categories\[1\]\.buckets\[0\]\.under = "12 months": overlaps/,
    ],
    [
      "- { under: 15 years, rate: 7 1/2% }",
      "- { rate: 7 1/2% }",
      /corporateDebt\.buckets\[5\]\.under: is missing; expected a length of time in every bucket but the last/,
    ],
    [
      "- { rate: 9% }",
      "- { under: 40 years, rate: 9% }",
      /corporateDebt\.buckets\[8\]\.under = "40 years": leaves longer lives without a rate/,
    ],
    [
      "greaterSide: 15%",
      "greaterSide: 0.15",
      /equities\.greaterSide = 0\.15: a bare 0\.15 does not say per cent of what/,
    ],
    [
      "commitmentAddBack: false",
      "commitmentAddBack: no",
      /firm\.commitmentAddBack = "no": did you mean false; expected true or false/,
    ],
  ];
  for (const [from, to, said] of table) {
    assert.throws(() => readNetCapitalRules(rulebook([from, to]), { file: "nc.yaml" }), { message: said }, to);
    assert.throws(
      () => readNetCapitalRules(rulebook([from, to]), { file: "nc.yaml" }),
      { message: /\(nc\.yaml, row \d+, column \d+\)$/ },
      to,
    );
  }
});

test("a dollar minimum that was imposed counts above that of the activity", () => {
  const { minimum } = readNetCapitalRules(
    rulebook(["  activity: carrying\n", "  activity: carrying\n  minimumDollar: $400,000\n"]),
  );
  assert.equal(minimum.dollars, 400_000_00);
  assert.match(minimum.dollarsParagraph, /as stated for the firm/);
});
