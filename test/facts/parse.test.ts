/** What is taken from outside as a fact, and how the rest is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Trouble } from "../../src/base/errors.ts";
import { nearest } from "../../src/base/nearest.ts";
import { checkFact, KINDS, parseFact } from "../../src/facts/parse.ts";
import { COUNT_MAX, NAME_LENGTH_MAX, TEXT_BYTES_MAX } from "../../src/facts/values.ts";
import { factArbitrary } from "./arbitrary.ts";

const AT = "2026-11-20T14:30:00.000Z";
const QUOTE = { kind: "quote", at: AT, instrument: "AAPL", bid: "189.9", ask: "190.1" };
const TRADE = {
  kind: "trade-executed",
  at: AT,
  account: "A",
  instrument: "AAPL",
  contra: "clearing",
  side: "buy",
  quantity: "100",
  price: "190",
  tradeDay: "2026-11-20",
  execution: "X1",
};
const LISTED = { kind: "instrument-listed", at: AT, instrument: "B1", type: "corporate", currency: "USD" };
const ACTIVATED = {
  kind: "rulebook-activated",
  at: AT,
  rulebook: "net-capital",
  version: "1",
  effective: "2026-11-20",
  document: "rules",
  approvedBy: "ann",
  secondApproval: "ben",
};

/** What is wrong, a problem to a line: code, field, and the sentence. */
function problems(json: unknown): string[] {
  const checked = checkFact(json);
  return Array.isArray(checked)
    ? checked.map(({ code, details, summary }) => `${code} ${details.field}: ${summary}`)
    : [];
}

test("a fact comes out canonical: decimals and instants at their shortest, numbers as strings", () => {
  const loose = {
    ...QUOTE,
    at: "2026-11-20T09:30:00.000000-05:00",
    bid: "+0189.90",
    ask: 190.1,
    bidSize: "-0.0",
    askSize: 300,
  };
  assert.deepEqual(parseFact(loose), { ...QUOTE, bidSize: "0", askSize: "300" });
});

test("any fact that the definitions allow is taken as it is", () => {
  fc.assert(
    fc.property(factArbitrary(), (fact) => assert.deepEqual(parseFact(JSON.parse(JSON.stringify(fact))), fact)),
    { seed: 30_101, numRuns: 600 },
  );
});

test("each value is refused with its field and a reason", () => {
  const cases: [change: Record<string, unknown>, base: Record<string, unknown>, problem: string][] = [
    [{ kind: "quot" }, QUOTE, 'unknown-kind kind: there is no such kind of fact; did you mean "quote"?'],
    [{ kind: undefined }, QUOTE, "missing-field kind: missing"],
    [{ kind: 7 }, QUOTE, "unknown-kind kind: there is no such kind of fact"],
    [{ kind: "toString" }, QUOTE, "unknown-kind kind: there is no such kind of fact"],
    [{ kind: "name-given" }, QUOTE, "not-allowed kind: a fact of the journal's own, written by it alone"],
    [{ at: undefined }, QUOTE, "missing-field at: missing"],
    [{ at: "2026-02-30T00:00:00Z" }, QUOTE, "bad-value at: not an instant"],
    [{ at: "2300-01-01T00:00:00Z" }, QUOTE, "bad-value at: not an instant"],
    [{ bidd: "1" }, QUOTE, 'unknown-field bidd: not a field of quote; did you mean "bid"?'],
    [{ Bid_Size: "1" }, QUOTE, 'unknown-field Bid_Size: not a field of quote; did you mean "bidSize"?'],
    [{ wholly: "1" }, QUOTE, "unknown-field wholly: not a field of quote"],
    [{ constructor: "1" }, QUOTE, "unknown-field constructor: not a field of quote"],
    [{ instrument: "" }, QUOTE, "bad-value instrument: empty"],
    [{ instrument: 7 }, QUOTE, "bad-value instrument: not text"],
    [{ instrument: null }, QUOTE, "bad-value instrument: not text"],
    [{ instrument: " A" }, QUOTE, "bad-value instrument: not a name"],
    [{ instrument: "A\u0000" }, QUOTE, "bad-value instrument: not a name"],
    [{ instrument: "A".repeat(NAME_LENGTH_MAX + 1) }, QUOTE, "bad-value instrument: not a name"],
    [{ instrument: "\uD83D" }, QUOTE, "bad-value instrument: half of a surrogate pair"],
    [{ bid: "1e5" }, QUOTE, "bad-value bid: not a decimal number"],
    [{ bid: "" }, QUOTE, "bad-value bid: not a decimal number"],
    [{ bid: "1." }, QUOTE, "bad-value bid: not a decimal number"],
    [{ bid: "1.123456789" }, QUOTE, "not-exact bid: too many decimals"],
    [{ bid: "90071992.54740992" }, QUOTE, "not-exact bid: too large to hold exactly"],
    [{ bid: "-1" }, QUOTE, "bad-value bid: out of range"],
    [{ bid: Number.NaN }, QUOTE, "bad-value bid: a number that JSON may not have kept exactly"],
    [{ bid: 1e-7 }, QUOTE, "bad-value bid: a number that JSON may not have kept exactly"],
    [{ bid: 1e21 }, QUOTE, "bad-value bid: a number that JSON may not have kept exactly"],
    [{ bid: 0.1 + 0.2 }, QUOTE, "bad-value bid: a number that JSON may not have kept exactly"],
    [{ bid: Number("9007199254740993") }, QUOTE, "bad-value bid: a number that JSON may not have kept exactly"],
    [{ bid: true }, QUOTE, "bad-value bid: not a decimal number"],
    [{ bidSize: "-0.000001" }, QUOTE, "bad-value bidSize: out of range"],
    [{ quantity: "0" }, TRADE, "bad-value quantity: out of range"],
    [{ price: "0.00" }, TRADE, "bad-value price: out of range"],
    [{ side: "byu" }, TRADE, 'bad-value side: not one of the choices; did you mean "buy"?'],
    [{ side: 0 }, TRADE, "bad-value side: not one of the choices"],
    [{ tradeDay: "2026-11-31" }, TRADE, "bad-value tradeDay: not a day"],
    [{ tradeDay: "1969-12-31" }, TRADE, "bad-value tradeDay: too early"],
    [{ execution: "" }, TRADE, "bad-value execution: empty"],
    [{ execution: "x".repeat(TEXT_BYTES_MAX + 1) }, TRADE, "bad-value execution: too long"],
    [{ execution: "é".repeat(TEXT_BYTES_MAX / 2 + 1) }, TRADE, "bad-value execution: too long"],
    [{ scale: 1.5 }, LISTED, "bad-value scale: not a count"],
    [{ scale: -1 }, LISTED, "bad-value scale: not a count"],
    [{ scale: "2" }, LISTED, "bad-value scale: not a count"],
    [{ scale: COUNT_MAX + 1 }, LISTED, "bad-value scale: not a count"],
    [{ coupon: "5" }, LISTED, "bad-value coupon: not a rate"],
    [{ coupon: 0.05 }, LISTED, "bad-value coupon: not a rate"],
    [{ inDefault: "true" }, LISTED, "bad-value inDefault: not a flag"],
    [{ secondApproval: "ann" }, ACTIVATED, "bad-value secondApproval: the same as approvedBy"],
  ];
  for (const [change, base, problem] of cases) assert.deepEqual(problems({ ...base, ...change }), [problem]);
});

test("a JSON number of up to fifteen digits is taken, wherever its point is", () => {
  const stated = { kind: "place-stated", at: AT, place: "bank", instrument: "USD", asOf: "2026-11-20" };
  const taken: [number, string][] = [
    [1_234_567_890, "1234567890"],
    [0.000001, "0.000001"],
    [-0.5, "-0.5"],
    [123_456_789.012_345, "123456789.012345"],
    [-0, "0"],
  ];
  for (const [quantity, text] of taken)
    assert.deepEqual(parseFact({ ...stated, quantity }), { ...stated, quantity: text });
  const long = 1_234_567_890.123_456;
  assert.deepEqual(problems({ ...stated, quantity: long }), [
    "bad-value quantity: a number that JSON may not have kept exactly",
  ]);
  assert.deepEqual(problems({ ...stated, quantity: String(long) }), []);
});

test("what is no object is refused", () => {
  for (const json of [null, undefined, 7, "quote", [QUOTE], true]) {
    assert.deepEqual(problems(json), ["bad-value fact: not a fact"]);
  }
});

test("all problems are told at once: fields in the order of the reference, then strangers, then what does not go together", () => {
  const json = {
    secondApproval: "ann",
    zip: 1,
    approvedBy: "ann",
    kind: "rulebook-activated",
    effective: "soon",
    version: "1",
  };
  assert.deepEqual(problems(json), [
    "missing-field at: missing",
    "missing-field rulebook: missing",
    "bad-value effective: not a day",
    "missing-field document: missing",
    "unknown-field zip: not a field of rulebook-activated",
    "bad-value secondApproval: the same as approvedBy",
  ]);
});

test("a refusal names field, value, what was expected, and where it came from", () => {
  const origin = { file: "quotes.csv", row: 3 };
  assert.throws(
    () => parseFact({ ...QUOTE, bid: "-1", ask: "x" }, origin),
    (error) => {
      assert.ok(error instanceof Trouble);
      assert.deepEqual(error.details, { field: "bid", value: "-1", expected: "a number zero or above", origin });
      assert.equal(error.message, 'bid = "-1": out of range; expected a number zero or above (quotes.csv, row 3)');
      return true;
    },
  );
});

test("crossed quotes and free deliveries happen", () => {
  assert.deepEqual(problems({ ...QUOTE, bid: "2", ask: "1" }), []);
  const delivery = {
    kind: "settlement-reported",
    at: AT,
    contra: "c",
    place: "p",
    cashPlace: "b",
    direction: "received",
    instrument: "I",
    quantity: "1",
    currency: "USD",
    amount: "0",
  };
  assert.deepEqual(problems(delivery), []);
});

test("a stranger's document is never read as anything but a fact or problems", () => {
  const junk = fc.object({
    key: fc.constantFrom("kind", "at", "bid", "instrument", "__proto__", "source"),
    maxDepth: 2,
  });
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...KINDS), junk);
  const near = fc.tuple(factArbitrary(), fc.string(), value).map(([fact, key, other]) => ({ ...fact, [key]: other }));
  const swapped = fc.tuple(factArbitrary(), fc.nat(30), value).map(([fact, at, other]) => {
    const keys = Object.keys(fact);
    return { ...fact, [keys[at % keys.length]]: other };
  });
  fc.assert(
    fc.property(fc.oneof(junk, near, swapped), (json) => {
      const checked = checkFact(json);
      if (!Array.isArray(checked)) assert.deepEqual(checkFact(checked), checked);
      else
        assert.ok(
          checked.length > 0 && checked.every((trouble) => trouble instanceof Trouble && trouble.message.length < 2000),
        );
    }),
    { seed: 30_102, numRuns: 1500 },
  );
});

test("a document of very many unknown fields is refused quickly, by the first ten", () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`stranger${index}`, index]));
  assert.equal(problems({ ...QUOTE, ...many }).length, 10);
});

test("a document too deep to print is refused like any other", () => {
  const deep = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`) as unknown;
  const [problem] = checkFact({ ...QUOTE, bid: deep }) as Trouble[];
  assert.equal(problem.message, 'bid = [...]: not a decimal number; expected a decimal string such as "12.34"');
  assert.ok(JSON.stringify(problem).length < 300);
});

test("a suggestion is close, or is not made", () => {
  const words = ["quantity", "price", "tradeDay", "quote"];
  const typed = ["quantitiy", "Price", "trade_day", "qoute", "prcie", "settle", "", "x"];
  const meant = ["quantity", "price", "tradeDay", "quote", "price", undefined, undefined, undefined];
  assert.deepEqual(
    typed.map((word) => nearest(word, words)),
    meant,
  );
});
