/** What an officer is told about a rulebook that is wrong: the field, the value, what was expected, and the place in the file. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Type } from "typebox";
import { parseDay } from "../../src/base/time.ts";
import { checkRulebook, loadRulebook } from "../../src/rulebook/load.ts";
import {
  addSpan,
  closed,
  dayTerm,
  dollarsTerm,
  parseSignedDollars,
  parseSpan,
  rateTerm,
  spanTerm,
  textTerm,
} from "../../src/rulebook/terms.ts";

const schema = closed({
  title: textTerm("Its name."),
  rate: rateTerm("A rate."),
  cap: dollarsTerm("A cap."),
  from: dayTerm("A day."),
  life: spanTerm("A life."),
  method: Type.Enum(["gross", "net"]),
  tiers: Type.Array(closed({ name: textTerm("Its name."), below: rateTerm("Its share.") }), { minItems: 1 }),
});

const GOOD = `
title: Test
rate: 6 2/3%
cap: $1,250,000.50
from: 2026-10-01
life: 18 months
method: net
tiers:
  - { name: yellow, below: 120% }
`;

/** What is said after `from` was replaced by `to`. */
function said(from: string, to: string): string[] {
  assert.ok(GOOD.includes(from), from);
  const checked = checkRulebook(GOOD.replace(from, to), schema, { file: "r.yaml" });
  return checked.kind === "document" ? [] : checked.troubles.map(({ code, message }) => `${code}: ${message}`);
}

test("a good document comes back typed", () => {
  const { rate, tiers } = loadRulebook(GOOD, schema);
  assert.deepEqual([rate, tiers[0].below], ["6 2/3%", "120%"]);
});

test("each mistake is said in words, with its place", () => {
  const table: [from: string, to: string, said: string][] = [
    [
      "rate: 6 2/3%",
      "rate: 15",
      'bad-value: rate = 15: a bare 15 does not say per cent of what; did you mean "15%"; expected a percentage with its sign, such as "15%", "2.5%", "1/2%" or "6 2/3%" (r.yaml, row 3, column 1)',
    ],
    [
      "rate: 6 2/3%",
      "rate: 15 percent",
      'bad-value: rate = "15 percent": did you mean "15%"; expected a percentage with its sign, such as "15%", "2.5%", "1/2%" or "6 2/3%" (r.yaml, row 3, column 1)',
    ],
    [
      "cap: $1,250,000.50",
      "cap: 250000",
      'bad-value: cap = 250000: a bare 250000 does not say dollars; did you mean "$250000"; expected dollars with their sign, such as "$250,000" or "$2.50" (r.yaml, row 4, column 1)',
    ],
    [
      "cap: $1,250,000.50",
      "cap: $25,00",
      'bad-value: cap = "$25,00": its commas do not part thousands; expected dollars with their sign, such as "$250,000" or "$2.50" (r.yaml, row 4, column 1)',
    ],
    [
      "2026-10-01",
      "2026-02-30",
      'bad-value: from = "2026-02-30": is no day of the calendar; expected a day such as "2026-10-01" (r.yaml, row 5, column 1)',
    ],
    [
      "18 months",
      "18",
      'bad-value: life = 18: a bare 18 does not say whether days, months or years; expected a length of time such as "30 days", "18 months" or "5 years" (r.yaml, row 6, column 1)',
    ],
    [
      "method: net",
      "method: Net",
      'bad-value: method = "Net": is not one of the choices; expected "gross" or "net" (r.yaml, row 7, column 1)',
    ],
    ["title: Test", "title:", "bad-value: title = null: is empty; expected a text: Its name (r.yaml, row 2, column 1)"],
    ["title: Test\n", "", "missing-field: title: is missing; expected a text: Its name (r.yaml, row 2, column 1)"],
    [
      "tiers:\n  - { name: yellow, below: 120% }",
      "tiers: []",
      "missing-field: tiers: has too few entries; expected at least 1 (r.yaml, row 8, column 1)",
    ],
    [
      "tiers:\n  - { name: yellow, below: 120% }",
      "",
      "missing-field: tiers: is missing; expected a list (r.yaml, row 2, column 1)",
    ],
    [
      ", below: 120%",
      "",
      'missing-field: tiers[0].below: is missing; expected a percentage with its sign, such as "15%", "2.5%", "1/2%" or "6 2/3%" (r.yaml, row 9, column 5)',
    ],
  ];
  for (const [from, to, expected] of table) assert.deepEqual(said(from, to), [expected], to);
});

test("a misspelt field is suggested, a foreign one is met with the list, and what follows from a slip is not said too", () => {
  assert.deepEqual(said("below: 120%", "bellow: 120%"), [
    'unknown-field: tiers[0].bellow: is not a field here; expected "below", if that is what was meant (r.yaml, row 9, column 21)',
  ]);
  assert.match(
    said("title: Test", "title: Test\nzebra: 1")[0] ?? "",
    /unknown-field: zebra: is not a field here; expected one of title, rate, cap/,
  );
});

test("what is not YAML, stands twice, or is no document at all is refused with its place", () => {
  assert.match(said("method: net", "method: [net")[0] ?? "", /^bad-document: .* \(r.yaml, row \d+, column \d+\)$/);
  assert.match(
    said("method: net", "method: net\nmethod: gross")[0] ?? "",
    /^bad-document: this field stands here twice; expected each field once \(r.yaml, row 8, column 1\)$/,
  );
  assert.match(checked(""), /the document = null/);
  assert.match(checked("- 1"), /the document/);
});

function checked(text: string): string {
  const answer = checkRulebook(text, schema);
  return answer.kind === "refused" ? answer.troubles.map(({ message }) => message).join() : "";
}

test("loading throws the first trouble and says how many more there are", () => {
  assert.throws(() => loadRulebook(GOOD.replace("6 2/3%", "6").replace("net", "Net"), schema), {
    code: "bad-value",
    message: /\(and 1 more\)/,
  });
});

test("a judge is asked only about a document that fits, and its problems are placed", () => {
  const judge = ({ tiers }: { readonly tiers: readonly { readonly name: string }[] }) => [
    { code: "bad-value" as const, path: ["tiers", 0, "name"], summary: "is not a colour", value: tiers[0].name },
  ];
  assert.throws(() => loadRulebook(GOOD, schema, { file: "r.yaml" }, judge), {
    message: 'tiers[0].name = "yellow": is not a colour (r.yaml, row 9, column 7)',
  });
  assert.throws(() => loadRulebook(GOOD.replace("120%", "120"), schema, {}, () => assert.fail("asked")), {
    code: "bad-value",
  });
});

test("terms are read exactly", () => {
  assert.equal(parseSignedDollars("$1,250,000.5"), 125_000_050);
  for (const text of ["250000", "$2,50", "$1.234", "-$5", "$"])
    assert.throws(() => parseSignedDollars(text), { code: "bad-value" }, text);
  assert.deepEqual(parseSpan("1 year"), { unit: "months", count: 12 });
  for (const text of ["3", "months", "1.5 years", "3 weeks"])
    assert.throws(() => parseSpan(text), { code: "bad-value" }, text);
  assert.equal(addSpan(parseDay("2026-11-30"), parseSpan("3 months")), parseDay("2027-02-28"));
  assert.equal(addSpan(parseDay("2026-11-30"), parseSpan("91 days")), parseDay("2027-03-01"));
});

test("the shipped rulebooks end their lines and have no tabs", () => {
  const text = readFileSync(join(import.meta.dirname, "../../rulebooks/net-capital.yaml"), "utf8");
  assert.ok(text.endsWith("\n") && !text.includes("\t"));
});
