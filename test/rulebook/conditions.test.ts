/** Conditions: what they may say, what they decide, what is unknown to them, and what is said about a text that is none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseDollars } from "../../src/base/money.ts";
import { parseRate } from "../../src/base/rate.ts";
import { parseDay } from "../../src/base/time.ts";
import { Condition, ConditionLanguage, type Decision } from "../../src/rulebook/conditions/condition.ts";

const LANGUAGE = new ConditionLanguage({
  bond: {
    issuer: { type: "text", meaning: "Who owes it." },
    callable: { type: "flag", meaning: "Whether it can be called." },
    years: { type: "number", meaning: "Its life." },
    coupon: { type: "rate", meaning: "What it pays." },
    maturity: { type: "day", meaning: "When it ends." },
  },
  holding: { value: { type: "dollars", meaning: "What it is worth." } },
});

const bond = LANGUAGE.values("bond", {
  issuer: "Acme",
  callable: undefined,
  years: 7,
  coupon: parseRate("6 2/3%"),
  maturity: parseDay("2030-06-15"),
});
const holding = LANGUAGE.values("holding", { value: parseDollars("250000.00") });

function compiled(text: string) {
  const condition = LANGUAGE.compile(text);
  assert.ok(condition instanceof Condition, `${text}: ${"summary" in condition ? condition.summary : ""}`);
  return condition;
}

const decide = (text: string): Decision => compiled(text).decide({ bond, holding });

test("texts, flags, numbers, amounts, rates and days", () => {
  for (const text of [
    'bond.issuer == "Acme" && bond.issuer != "Other"',
    'bond.issuer in ["Other", "Acme"]',
    'bond.issuer.startsWith("Ac") && bond.issuer.endsWith("me") && bond.issuer.contains("cm")',
    "bond.years == 7 && bond.years > 6.5 && bond.years in [5, 7]",
    "bond.years * 2 - 1 == 13 && -bond.years < 0",
    'bond.coupon == rate("6 2/3%") && bond.coupon < rate("6.67%") && bond.coupon >= rate("6 2/3%")',
    'bond.maturity > day("2030-06-14") && bond.maturity <= day("2030-06-15")',
    'holding.value >= dollars("$250,000") && !(holding.value > dollars("$250,000"))',
    'rate("10%") * holding.value == dollars("$25,000") && holding.value * rate("1/3%") < dollars("$833.34")',
    'holding.value + dollars("$1") - dollars("$0.99") == dollars("$250,000.01")',
    "bond.years > 5 ? true : bond.callable",
  ]) {
    assert.equal(decide(text), true, text);
  }
});

test("what is not known is not guessed, unless the answer stands without it", () => {
  assert.deepEqual(decide("bond.callable"), { unknown: "bond.callable" });
  assert.deepEqual(decide("!bond.callable"), { unknown: "bond.callable" });
  assert.deepEqual(decide('bond.callable || bond.issuer == "Other"'), { unknown: "bond.callable" });
  assert.equal(decide('bond.callable || bond.issuer == "Acme"'), true);
  assert.equal(decide('bond.callable && bond.issuer == "Other"'), false);
  assert.equal(decide("has(bond.callable)"), false);
  assert.equal(decide("has(bond.callable) && bond.callable"), false);
  assert.equal(decide("has(bond.issuer)"), true);
});

test("a sum that cannot be held exactly is unknown too", () => {
  const sum = 'holding.value + dollars("$90,071,992,547,409") > dollars("$1")';
  assert.deepEqual(decide(sum), { unknown: "a sum below 2^53 cents" });
  assert.equal(decide(`${sum} || bond.years == 7`), true);
});

test("a condition says which groups it reads", () => {
  assert.deepEqual([...compiled("bond.years > 5").groups], ["bond"]);
  assert.deepEqual([...compiled('bond.years > 5 && holding.value > dollars("$1")').groups], ["bond", "holding"]);
  assert.deepEqual([...compiled("true").groups], []);
});

/** What is wrong, what is expected, and the stretch of the text that it points at. */
const WRONG: readonly [text: string, at: string, summary: string, expected: string][] = [
  ["bond.isuer == 'Acme'", "isuer", 'bond has no "isuer"', "bond.issuer, if that is what was meant"],
  ["bnd.issuer == 'Acme'", "bnd", "bnd is not known here", "bond"],
  ["bond.years > 5 && bond.zebra", "zebra", 'bond has no "zebra"', "one of issuer, callable, years, coupon, maturity"],
  ["bond.issuer == Acme", "Acme", "Acme is not known here", 'bond, holding, or quotes around a text: "Acme"'],
  ["bond == 1", "bond", "bond alone is no value", "one of its variables, such as bond.issuer"],
  ["bond.issuer == 5", "bond", "a text and a number do not go together with ==", "a text on both sides"],
  [
    "holding.value > 250000",
    "holding",
    "an amount and a number do not go together with >",
    'an amount on both sides, written dollars("$250,000")',
  ],
  [
    "bond.coupon > 0.05",
    "bond",
    "a rate and a number do not go together with >",
    'a rate on both sides, written rate("15%")',
  ],
  [
    'bond.maturity > "2030-01-01"',
    "bond",
    "a day and a text do not go together with >",
    'a day on both sides, written day("2027-01-01")',
  ],
  [
    "holding.value * 2 > holding.value",
    "holding",
    "an amount and a number do not go together with *",
    "amounts on both sides, or a rate times an amount",
  ],
  [
    "bond.issuer in 'Acme'",
    "bond",
    "a text and a text do not go together with in",
    'a list of its kind, such as ["Energy", "Utilities"]',
  ],
  ["bond.issuer", "bond", "is a text", "something that is true or false"],
  ["bond.years + 1", "bond", "is a number", "something that is true or false"],
  ["bond.issuer == 'Acme' &&", "", "ends too early", "the rest of the condition, or its closing bracket"],
  ["(bond.callable", "", "ends too early", "the rest of the condition, or its closing bracket"],
  ["bond.issuer == 'Acme", "'Acme", "a quote is not closed", "its counterpart"],
  ["bond.issuer = 'Acme'", "=", '"=" is not taken here', "=="],
  ["bond.callable and bond.years > 5", "and", '"and" is not taken here', "&&"],
  ["bond.callable or bond.years > 5", "or bond", '"or" is not taken here', "||"],
  ["not bond.callable", "not", '"not" is not taken here', "!"],
  ["bond.callable bond.years", "bond.years", 'cannot be read from "bond" on', "a comparison, &&, || or a bracket"],
  ["  ", "  ", "is empty", "a condition"],
  ["bond.issuer.matches('(a+)+$')", "matches", "there is no matches() here", "startsWith(), endsWith(), contains()"],
  ["bond.issuer.startWith('A')", "startWith", "there is no startWith() here", "startsWith()"],
  ["[1, 2].exists(x, x > 1)", "exists", "there is no exists() here", "startsWith(), endsWith(), contains()"],
  ["dyn(bond.years) == 'x'", "dyn", "there is no dyn() here", "dollars(), rate(), day(), has()"],
  [
    "timestamp('2026-01-01T00:00:00Z') == timestamp('x')",
    "timestamp",
    "there is no timestamp() here",
    "dollars(), rate(), day(), has()",
  ],
  ["bond['issuer'] == 'Acme'", "bond", '"[ ]" is not taken here', "comparisons, &&, ||, !, in, +, - and *"],
  ["bond.years / 2 > 3", "bond", '"/" is not taken here', "comparisons, &&, ||, !, in, +, - and *"],
  ["bond.issuer == null", "null", "null is not taken here", "a text, a number, true or false"],
  ["holding.value > dollars('250000')", "'250000'", "'250000' is not an amount of dollars", 'dollars("$250,000")'],
  [
    "holding.value > dollars(bond.issuer)",
    "bond.issuer",
    "dollars() takes a text that is written out",
    'dollars("$250,000")',
  ],
  ["has(5)", "has", "has() asks whether a variable is known", "has(group.name)"],
  ["bond.issuer in ['Acme', 5]", "5", "a list holds values of one kind", "a text"],
  [
    "bond.issuer in ['Acme', bond.issuer]",
    "bond.issuer]",
    "bond.issuer is not taken here",
    "a value that is written out",
  ],
  ["bond.callable ? 1 : 'a'", "bond", "the two answers of ? : are of different kinds", "values of one kind"],
  ["!bond.issuer", "!bond", "! does not go before a text", "something that is true or false"],
];

test("what is wrong with a text is said in words, and where", () => {
  for (const [text, at, summary, expected] of WRONG) {
    const problem = LANGUAGE.compile(text);
    assert.ok("summary" in problem, text);
    assert.deepEqual({ ...problem }, { summary, expected, offset: at === "" ? text.length : text.indexOf(at) }, text);
  }
});

test("what every object of the language underneath has is nothing here", () => {
  for (const text of [
    "bond.constructor == 'x'",
    "constructor.x == 1",
    "toString('x') == 'x'",
    "bond.__proto__ == 1",
    "bond.issuer.constructor('x')",
  ]) {
    const problem = LANGUAGE.compile(text);
    assert.ok("summary" in problem, text);
    assert.match(problem.summary, /^(bond has no|constructor is not known|there is no)/);
  }
});

test("whole numbers before a mistake do not shift its place", () => {
  const text = "bond.years > 10 && bond.years < 2000 && bond.yeers == 15 && 1 == 1";
  const problem = LANGUAGE.compile(text);
  assert.ok("summary" in problem);
  assert.equal(problem.offset, text.indexOf("yeers"));
});

test("a condition is bounded: in length, depth and lists", () => {
  const long = Array.from({ length: 150 }, () => "bond.callable").join(" || ");
  const deep = `${"(".repeat(60)}bond.callable${")".repeat(60)}`;
  const list = `bond.years in [${Array.from({ length: 150 }, (_, index) => index).join(", ")}]`;
  for (const text of [long, deep, list]) {
    const problem = LANGUAGE.compile(text);
    assert.ok("summary" in problem);
    assert.equal(problem.summary, "is too long or too deep");
  }
});

test("no text of a stranger does anything but compile or be refused", () => {
  const word = fc.constantFrom(
    ..."bond holding bond.issuer bond.years holding.value has( dollars( ) ( [ ] { } , : ? == != < > && || ! + - * / % in 'a' \"$5\" 1 2.5 0x1 null true b'x' \\ . .map(x, x) constructor toString( bond.__proto__ bond.constructor .toString() .matches( =".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const condition = LANGUAGE.compile(words.join(" "));
      if ("summary" in condition) {
        assert.notEqual(condition.summary, "");
        assert.ok(condition.offset >= 0 && condition.offset <= words.join(" ").length);
      } else assert.ok(["boolean", "object"].includes(typeof condition.decide({ bond, holding })));
    }),
    { seed: 90_210, numRuns: 1500 },
  );
});
