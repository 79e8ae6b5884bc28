/**
 * The exact words that an officer reads about a rulebook that is wrong: the shipped one with one slip in it. Where the slip
 * is, the message must point: `at` is a stretch of the changed text, whose line and column are expected.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Day, parseDay } from "../../src/base/time.ts";
import { checkDocument, type RulebookHeader } from "../../src/engine/rulebooks.ts";
import { draftProblems, type KnownVersion } from "../../src/rulebook/header.ts";
import { placedMessage } from "../../src/rulebook/problems.ts";
import { RULEBOOK, rulebook } from "../net-capital/firm.ts";

interface Slip {
  /** What is replaced, and by what. */
  readonly from: string;
  readonly to: string;
  /** Where in the changed text the message points: its first occurrence there, or the last before what was taken out. */
  readonly at: string;
  readonly says: string;
}

function messages(text: string, judge?: (header: RulebookHeader) => ReturnType<typeof draftProblems>): string[] {
  const checked = checkDocument(text, { file: "draft.yaml" }, judge);
  return checked.kind === "document" ? [] : checked.troubles.map(placedMessage);
}

/** "draft.yaml:39:21" of the character at `offset`. */
function placeOf(text: string, offset: number): string {
  assert.notEqual(offset, -1);
  const before = text.slice(0, offset).split("\n");
  return `draft.yaml:${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

function check({ from, to, at, says }: Slip): void {
  const start = RULEBOOK.indexOf(from);
  const text = rulebook([from, to]);
  const offset = to === "" ? text.lastIndexOf(at, start) : text.indexOf(at, start);
  assert.deepEqual(messages(text), [`${placeOf(text, offset)}: ${says}`], to);
}

const RATE = 'expected a percentage with its sign, such as "15%", "2.5%", "1/2%" or "6 2/3%"';
const PORTION = 'expected a percentage from 0% to 100%, such as "15%", "2.5%", "1/2%" or "6 2/3%"';
const DOLLARS = 'expected dollars with their sign, such as "$250,000" or "$2.50"';

const greater = (value: string): Pick<Slip, "from" | "to" | "at"> => ({
  from: "greaterSide: 15%",
  to: `greaterSide: ${value}`,
  at: "greaterSide",
});

test("a percentage that is none", () => {
  const path = "haircuts.equities.greaterSide";
  check({
    ...greater("15"),
    says: `${path} = 15: a bare 15 does not say per cent of what; did you mean "15%"; ${PORTION}`,
  });
  check({
    ...greater("0.15"),
    says: `${path} = 0.15: a bare 0.15 does not say per cent of what; did you mean "15%", or "0.15%"; ${PORTION}`,
  });
  check({ ...greater("15 percent"), says: `${path} = "15 percent": did you mean "15%"; ${PORTION}` });
  check({ ...greater("150%"), says: `${path} = "150%": is more than the whole; ${PORTION}` });
  check({ ...greater("-15%"), says: `${path} = "-15%": is below zero; ${PORTION}` });
  check({ ...greater("fifteen"), says: `${path} = "fifteen": does not fit; ${PORTION}` });
  check({ ...greater(""), says: `${path} = null: is empty; ${PORTION}` });
  check({
    from: "share: 6 2/3%",
    to: "share: 6,67%",
    at: "share",
    says: `minimum.aggregateIndebtedness.share = "6,67%": does not fit; ${RATE}`,
  });
});

test("an amount, a day or a length of time that is none", () => {
  const debtFloor = (value: string): Pick<Slip, "from" | "to" | "at"> => ({
    from: "debtFloor: $25,000",
    to: `debtFloor: ${value}`,
    at: "debtFloor",
  });
  const path = "haircuts.concentration.debtFloor";
  check({
    ...debtFloor("25000"),
    says: `${path} = 25000: a bare 25000 does not say dollars; did you mean "$25000"; ${DOLLARS}`,
  });
  check({ ...debtFloor("$25,00"), says: `${path} = "$25,00": its commas do not part thousands; ${DOLLARS}` });
  check({ ...debtFloor('"-$25,000"'), says: `${path} = "-$25,000": is below zero; ${DOLLARS}` });
  check({
    from: 'effective: "2025-03-14"',
    to: 'effective: "2025-02-30"',
    at: "effective",
    says: 'effective = "2025-02-30": is no day of the calendar; expected a day such as "2026-10-01"',
  });
  check({
    from: 'effective: "2025-03-14"',
    to: "effective: 3/14/2025",
    at: "effective",
    says: 'effective = "3/14/2025": a day is written year-month-day; expected a day such as "2026-10-01"',
  });
  check({
    from: "firstYear: 12 months",
    to: "firstYear: 12",
    at: "firstYear:",
    says: 'minimum.aggregateIndebtedness.firstYear = 12: a bare 12 does not say whether days, months or years; expected a length of time such as "30 days", "18 months" or "5 years"',
  });
});

test("a value of another type, and a choice that is none", () => {
  check({
    from: "commitmentAddBack: false",
    to: "commitmentAddBack: no",
    at: "commitmentAddBack",
    says: 'firm.commitmentAddBack = "no": did you mean false; expected true or false: Takes the add-back of (c)(2)(viii)(B)',
  });
  check({
    from: "equityFloorShares: 500",
    to: "equityFloorShares: many",
    at: "equityFloorShares",
    says: 'haircuts.concentration.equityFloorShares = "many": is of the wrong kind; expected a whole number: Or the value of so many shares',
  });
  check({
    from: "readyMarketMakers: 3",
    to: "readyMarketMakers: 0",
    at: "readyMarketMakers",
    says: "haircuts.limitedMarket.readyMarketMakers = 0: is too small; expected at least 1",
  });
  check({
    from: "method: aggregate-indebtedness",
    to: "method: aggregate",
    at: "method",
    says: 'firm.method = "aggregate": is not one of the choices; expected "aggregate-indebtedness" or "alternative"',
  });
});

test("a field that is unknown, one that is missing, a section that is missing", () => {
  check({
    ...greater(""),
    to: "greaterSid: 15%",
    at: "greaterSid:",
    says: 'haircuts.equities.greaterSid: is not a field here; expected "greaterSide", if that is what was meant',
  });
  check({
    from: "    rate: 10%\n",
    to: "    rate: 10%\n    zebra: 1\n",
    at: "zebra",
    says: "haircuts.preferred.zebra: is not a field here; expected one of paragraph, rate",
  });
  check({
    from: "    greaterSide: 15%\n",
    to: "",
    at: "equities:",
    says: `haircuts.equities.greaterSide: is missing; ${PORTION}`,
  });
  check({
    from: "  preferred:\n    paragraph: 15c3-1(c)(2)(vi)(H)\n    rate: 10%\n",
    to: "",
    at: "haircuts:",
    says: "haircuts.preferred: is missing; expected a section with paragraph and rate",
  });
});

test("tiers: none, one twice, two at the same level", () => {
  const [tiers = ""] = /^tiers:\n(?: .*\n)+/m.exec(RULEBOOK) ?? [];
  check({
    from: tiers,
    to: "tiers: []\n",
    at: "tiers:",
    says: "tiers: has too few entries; expected at least 1: The tiers above the minimum",
  });
  check({
    from: tiers,
    to: "",
    at: "rulebook:",
    says: "tiers: is missing; expected a list: The tiers above the minimum",
  });
  check({
    from: "name: orange",
    to: "name: yellow",
    at: "name: yellow",
    says: 'tiers[1].name = "yellow": stands there twice; expected another one',
  });
});

test("ladders that overlap, do not rise, or leave lives without a rate", () => {
  const path = "haircuts.corporateDebt.buckets";
  check({
    from: "{ under: 2 years, rate: 3% }",
    to: "{ under: 6 months, rate: 3% }",
    at: "under: 6 months, rate: 3%",
    says: `${path}[1].under = "6 months": overlaps the bucket before it; expected more than 1 year`,
  });
  check({
    from: "{ under: 2 years, rate: 3% }",
    to: "{ under: 1 year, rate: 3% }",
    at: "under: 1 year, rate: 3%",
    says: `${path}[1].under = "1 year": overlaps the bucket before it; expected more than 1 year`,
  });
  check({
    from: "- { rate: 9% }",
    to: "- { under: 40 years, rate: 9% }",
    at: "under: 40 years",
    says: `${path}[8].under = "40 years": leaves longer lives without a rate; expected no "under" in the last bucket`,
  });
});

test("what is no YAML", () => {
  check({
    ...greater("15%\n    greaterSide: 20%"),
    at: "greaterSide: 20%",
    says: "this field stands here twice; expected each field once",
  });
  check({
    from: "\n    greaterSide: 15%",
    to: "\n\tgreaterSide: 15%",
    at: "\tgreaterSide",
    says: "a tab is used to indent; expected spaces",
  });
  check({
    from: "    paragraph: 15c3-1(c)(2)(vi)(H)",
    to: "    paragraph: rule: 15c3-1(c)(2)(vi)(H)",
    at: "rule:",
    says: "a second field begins on the line of the first, or is indented further; expected one field a line, each indented as the one above it, and quotes around a text that holds a colon and a space",
  });
  check({
    ...greater("*whole"),
    at: "*whole",
    says: "*whole refers to nothing; expected &whole at an earlier value, or quotes around a text that begins with a star",
  });
});

const KNOWN: readonly KnownVersion[] = [
  { version: "1", effective: parseDay("2025-01-01") },
  { version: "2", effective: parseDay("2026-01-01") },
  { version: "3", effective: parseDay("2027-01-01") },
];

/** What is said of a draft's header on a day of 2026, when version 2 is in force and version 3 waits. */
function ofHeader(version: string, effective: string, rest = ""): string[] {
  const text = rulebook(
    ['version: "2025-03-14"', `version: "${version}"`],
    ['effective: "2025-03-14"', `effective: "${effective}"${rest}`],
  );
  return messages(text, (header) => draftProblems(header, KNOWN, parseDay("2026-06-01"))).map((message) =>
    message.replace(/^draft\.yaml:\d+:1: /, ""),
  );
}

test("versions and days beside those of other versions", () => {
  assert.deepEqual(ofHeader("4", "2026-12-01"), []);
  assert.deepEqual(ofHeader("4", "2027-02-01"), []);
  assert.deepEqual(ofHeader("2", "2026-12-01"), [
    'version = "2": net-capital has had a version of this name; expected a version that was never used',
  ]);
  assert.deepEqual(ofHeader("4", "2027-01-01"), [
    'effective = "2027-01-01": version 3 of net-capital takes effect on the same day; expected another day, or "replaces: 3" in the document',
  ]);
  assert.deepEqual(ofHeader("4", "2027-01-01", '\nreplaces: "3"'), []);
  assert.deepEqual(ofHeader("4", "2025-06-01"), [
    'effective = "2025-06-01": version 2 has been in force since 2026-01-01, so that this one never would be; expected a day after 2026-01-01',
  ]);
  assert.deepEqual(ofHeader("4", "2026-12-01", '\nreplaces: "3"'), [
    'replaces = "3": takes effect on another day; expected the version that takes effect on the same day, or no such field',
  ]);
  assert.deepEqual(ofHeader("4", "2026-12-01", "\nreplaces: first"), [
    'replaces = "first": is no version that there was; expected the version that takes effect on the same day, or no such field',
  ]);
  assert.deepEqual(
    draftProblems({ rulebook: "r", version: "1", effective: "2026-01-01", title: "", reference: "" }, [], 0 as Day),
    [],
  );
});

test("a rulebook that this program does not know", () => {
  assert.deepEqual(messages(rulebook(["rulebook: net-capital", "rulebook: net-captial"])), [
    'draft.yaml:4:1: rulebook = "net-captial": is not known; expected one of net-capital, margin',
  ]);
});

test("everything that is wrong is said, in the order of the file", () => {
  const text = rulebook(["greaterSide: 15%", "greaterSide: 15"], ["share: 6 2/3%", "share: 7"]);
  assert.deepEqual(
    messages(text).map((message) => /: ([\w.]+) = /.exec(message)?.[1]),
    ["minimum.aggregateIndebtedness.share", "haircuts.equities.greaterSide"],
  );
});

test("a condition is pointed at where it goes wrong, however the text is written", () => {
  const houseRule = (when: string): string =>
    rulebook([
      "houseRules: []",
      `houseRules:\n  - name: A\n    when: ${when}\n    add: { rate: 5% }\n    paragraph: P\n    meaning: M`,
    ]);
  const says = 'houseRules[0].when: instrument has no "sectr"; expected instrument.sector, if that is what was meant';
  for (const when of [
    'instrument.type == "equity" && instrument.sectr == "Energy"',
    '\'instrument.type == "equity" && instrument.sectr == "Energy"\'',
    '"instrument.type == \\"equity\\" && instrument.sectr == \\"Energy\\""',
    '>-\n      instrument.type == "equity"\n      && instrument.sectr == "Energy"',
    '|-\n      10 > 5 && 20 > 3 &&\n        instrument.sectr == "Energy"',
  ]) {
    const text = houseRule(when);
    assert.deepEqual(messages(text), [`${placeOf(text, text.indexOf("sectr"))}: ${says}`], when);
  }
});
