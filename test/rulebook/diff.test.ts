/** What one rulebook changes in another, in words, from any schema. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Type } from "typebox";
import { diffDocuments, readDocument } from "../../src/engine/rulebooks.ts";
import { diffRulebooks, renderDiff } from "../../src/rulebook/diff.ts";
import { closed, dollarsTerm, HEADER, rateTerm, spanTerm, textTerm } from "../../src/rulebook/terms.ts";
import { RULEBOOK, rulebook } from "../net-capital/firm.ts";

const NEXT = [
  ['version: "2025-03-14"', 'version: "2027"'],
  ['effective: "2025-03-14"', 'effective: "2027-01-04"'],
] as const;

/** What is said about the shipped rulebook with these stretches replaced. */
function said(...changes: readonly (readonly [from: string, to: string])[]): string[] {
  const read = (text: string) => readDocument(text, {});
  return diffDocuments(read(RULEBOOK), read(rulebook(...NEXT, ...changes))).changes.map(({ text }) => text);
}

test("a rate, with its section and paragraph", () => {
  assert.deepEqual(said(["greaterSide: 15%", "greaterSide: 20%"]), ["Equities, (c)(2)(vi)(J): greater side 15% → 20%"]);
});

test("a term that is written in another way means the same", () => {
  assert.deepEqual(
    said(["greaterSide: 15%", "greaterSide: 15.0%"], ["under: 2 years, rate: 3%", "under: 24 months, rate: 3%"]),
    [],
  );
  assert.deepEqual(said(["equityFloor: $10,000", 'equityFloor: "$10000.00"']), []);
});

test("buckets that come, go and change", () => {
  assert.deepEqual(
    said(
      ["- { under: 5 years, rate: 6% }", "- { under: 4 years, rate: 5.5% }\n      - { under: 5 years, rate: 6.5% }"],
      ["      - { under: 15 years, rate: 7 1/2% }\n", ""],
      ["- { rate: 9% }", "- { rate: 10% }"],
    ),
    [
      "Corporate debt, (c)(2)(vi)(F)(1): under 15 years removed; it had rate 7 1/2%",
      "Corporate debt, (c)(2)(vi)(F)(1): under 4 years added: rate 5.5%",
      "Corporate debt, under 5 years, (c)(2)(vi)(F)(1): rate 6% → 6.5%",
      "Corporate debt, longer, (c)(2)(vi)(F)(1): rate 9% → 10%",
    ],
  );
});

test("elections of the firm, tiers, notices, lists of plain values, house rules", () => {
  const [orange = ""] = /^ {2}- name: orange\n(?: {4}.*\n)+/m.exec(RULEBOOK) ?? [];
  const changes = said(
    ["commitmentAddBack: false", 'commitmentAddBack: true\n  minimumDollar: "$400,000"'],
    ["below: 120%", "below: 125%"],
    ["major: [EUR, GBP, CAD, JPY, CHF]", "major: [EUR, CAD, JPY, CHF, AUD]"],
    [orange, ""],
    [
      "houseRules: []",
      'houseRules:\n  - name: Energy\n    when: instrument.sector == "Energy"\n    add: { rate: 5% }\n    paragraph: Policy 7\n    meaning: M',
    ],
  );
  assert.equal(changes.length, 7, changes.join("\n"));
  assert.deepEqual(changes.slice(0, 2), [
    "Firm: minimum dollar added: $400,000",
    "Firm: commitment add back false → true",
  ]);
  assert.match(changes[2] ?? "", /^Tiers?.* orange removed; it had below 110%/);
  assert.equal(changes[3], "Tier yellow, 17a-11(b)(3): below 120% → 125%");
  assert.deepEqual(changes.slice(4, 6), [
    "Currencies, 15c3-1b(a)(3)(ix): major GBP removed",
    "Currencies, 15c3-1b(a)(3)(ix): major AUD added",
  ]);
  assert.equal(
    changes[6],
    'House rule Energy added: when instrument.sector == "Energy", add rate 5%, paragraph Policy 7, meaning M',
  );
});

const schema = closed({
  ...HEADER,
  margin: closed({
    paragraph: textTerm("Where it stands."),
    initial: rateTerm("What is paid at first."),
    perShare: Type.Optional(dollarsTerm("The least a share.")),
    terms: Type.Array(spanTerm("A term."), { description: "In their order." }),
    open: Type.Boolean(),
  }),
});

interface Margin {
  readonly initial?: string;
  readonly perShare?: string;
  readonly terms?: readonly string[];
  readonly paragraph?: string;
}

const document = (version: string, margin: Margin = {}) => ({
  rulebook: "margin",
  version,
  effective: "2027-01-01",
  title: "T",
  reference: "R",
  margin: { paragraph: "4210(f)", initial: "50%", terms: ["1 day", "5 days"], open: true, ...margin },
});

test("any rulebook by its schema: the path, the paragraph, the meaning, before and after", () => {
  const { changes, ...head } = diffRulebooks(
    schema,
    document("1"),
    document("2", { initial: "60%", perShare: "$2.50" }),
  );
  assert.deepEqual(head, {
    rulebook: "margin",
    before: { version: "1", effective: "2027-01-01" },
    after: { version: "2", effective: "2027-01-01" },
  });
  assert.deepEqual(changes, [
    {
      kind: "changed",
      path: "margin.initial",
      paragraph: "4210(f)",
      before: "50%",
      after: "60%",
      meaning: "What is paid at first.",
      text: "Margin, 4210(f): initial 50% → 60%",
    },
    {
      kind: "added",
      path: "margin.perShare",
      paragraph: "4210(f)",
      after: "$2.50",
      meaning: "The least a share.",
      text: "Margin, 4210(f): per share added: $2.50",
    },
  ]);
});

test("another order of the same values is a change; another paragraph is one too", () => {
  const turned = diffRulebooks(
    schema,
    document("1"),
    document("2", { terms: ["5 days", "1 day"], paragraph: "4210(g)" }),
  );
  assert.deepEqual(
    turned.changes.map(({ text }) => text),
    ["Margin, 4210(g): paragraph 4210(f) → 4210(g)", "Margin, 4210(g): terms 1 day, 5 days → 5 days, 1 day"],
  );
});

test("as lines for a terminal", () => {
  assert.equal(
    renderDiff(diffRulebooks(schema, document("1"), document("2", { initial: "60%" }))),
    [
      "margin: version 1 (from 2027-01-01) → version 2 (from 2027-01-01)",
      "- Margin, 4210(f): initial 50% → 60%",
      "    What is paid at first.",
    ].join("\n"),
  );
  assert.match(renderDiff(diffRulebooks(schema, document("1"), document("2"))), /Nothing changes\.$/);
});

test("documents of different rulebooks are not compared", () => {
  const read = readDocument(RULEBOOK, {});
  assert.throws(() => diffDocuments(read, { ...read, rulebook: "margin" }), { code: "not-allowed" });
});
