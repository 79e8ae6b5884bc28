/** Expected failures say what, where and why, in a sentence and in parts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assert as must, AssertionError, assertNever } from "../../src/base/assert.ts";
import { ERRORS, Trouble } from "../../src/base/errors.ts";

test("the message is one sentence of field, value, what was expected and where it came from", () => {
  const trouble = new Trouble("bad-value", "not a day", { field: "tradeDay", value: "soon", expected: "a day" });
  assert.equal(trouble.message, 'tradeDay = "soon": not a day; expected a day');
  const placed = trouble.at({ file: "trades.csv", row: 12 }).at({ line: 13, column: "Trade date" });
  assert.equal(
    placed.message,
    'tradeDay = "soon": not a day; expected a day (trades.csv, row 12, line 13, column Trade date)',
  );
  assert.equal(placed.summary, "not a day");
  assert.equal(new Trouble("missing-field", "missing", { field: "at" }).message, "at: missing");
  assert.equal(new Trouble("disk-full", "no room").message, "no room");
  assert.equal(new Trouble("bad-document", "x", { origin: { path: "/limits/0" } }).message, "x (/limits/0)");
});

test("values are shown in few words, whatever they are", () => {
  const shown = (value: unknown): string => new Trouble("bad-value", "bad", { field: "f", value }).message;
  const cases: [unknown, string][] = [
    [1n, "1"],
    [undefined, "undefined"],
    [null, "null"],
    [Number.NaN, "NaN"],
    [true, "true"],
    ['"', '"\\""'],
    [[1], "[...]"],
    [{ a: 1 }, "{...}"],
  ];
  for (const [value, text] of cases) assert.equal(shown(value), `f = ${text}: bad`);
  assert.equal(shown("x".repeat(1000)), `f = "${"x".repeat(77)}...": bad`);
});

test("JSON has the parts", () => {
  const trouble = new Trouble("bad-value", "bad", { field: "f", value: 7, expected: "8", origin: { row: 1 } });
  assert.deepEqual(JSON.parse(JSON.stringify(trouble)), {
    code: "bad-value",
    message: "f = 7: bad; expected 8 (row 1)",
    field: "f",
    value: 7,
    expected: "8",
    origin: { row: 1 },
  });
  assert.ok(!("value" in JSON.parse(JSON.stringify(new Trouble("missing-field", "missing", { field: "f" })))));
});

test("every code of the catalogue says its cause and its cure in full sentences", () => {
  for (const [code, { cause, cure }] of Object.entries(ERRORS)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/);
    assert.match(cause, /^[A-Z].*\.$/, code);
    assert.match(cure, /^[A-Z].*\.$/, code);
  }
});

test("an assertion that fails says what must be true", () => {
  must(true, "this holds");
  assert.throws(
    () => must(false, "every asset sums to zero"),
    (error) => error instanceof AssertionError && error.message === "every asset sums to zero",
  );
  assert.throws(() => assertNever("odd" as never), AssertionError);
});
