/**
 * Every book document under docs/examples/margin that says what it should come to, through the function behind
 * `plimsoll margin FILE --json`: the worked examples of the margin rule sheet.
 *
 * Beside FILE.yaml stands FILE.expected.json: `lines` by code, in dollars; `answer`, fields of the JSON, as far as they are
 * given.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { marginDocument, marginJson } from "../../src/cli/margin-document.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "docs/examples/margin");
const RULEBOOK = join(ROOT, "rulebooks/margin.yaml");
const SUFFIX = ".expected.json";

interface Expected {
  readonly lines: Readonly<Record<string, string>>;
  readonly answer: unknown;
}

interface LineJson {
  readonly code: string;
  readonly amount: string;
  readonly children?: readonly LineJson[];
}

interface Answer {
  readonly accounts: Readonly<Record<string, { readonly lines?: LineJson }>>;
}

/** The amount of every line by its code; every code is there once. */
function amounts(line: LineJson, byCode: Map<string, string>): void {
  assert.ok(!byCode.has(line.code), `${line.code} is there twice`);
  byCode.set(line.code, line.amount);
  for (const child of line.children ?? []) amounts(child, byCode);
}

/** What `actual` has of the fields that `wanted` names. */
function only(actual: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(actual))
    return actual.map((item: unknown, index) => (index < wanted.length ? only(item, wanted[index]) : item));
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return actual;
  if (typeof actual !== "object" || actual === null) return actual;
  const fields = new Map(Object.entries(actual));
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, only(fields.get(name), value)]));
}

const files = readdirSync(EXAMPLES, { encoding: "utf8" })
  .filter((file) => file.endsWith(SUFFIX))
  .sort((a, b) => (a < b ? -1 : 1));

for (const file of files) {
  test(`docs/examples/margin/${file.slice(0, -SUFFIX.length)}`, () => {
    const path = join(EXAMPLES, file);
    const { lines, answer } = JSON.parse(readFileSync(path, "utf8")) as Expected;
    const json = marginJson(marginDocument(`${path.slice(0, -SUFFIX.length)}.yaml`, RULEBOOK));
    const computed = new Map<string, string>();
    for (const account of Object.values((json as Answer).accounts))
      if (account.lines !== undefined) amounts(account.lines, computed);
    const found = Object.keys(lines).map((code) => [code, computed.get(code) ?? "no such line"]);
    assert.deepEqual(
      Object.fromEntries(found),
      lines,
      `${relative(ROOT, path)}: ${JSON.stringify(json).slice(0, 600)}`,
    );
    assert.deepEqual(only(json, answer), answer);
  });
}

test("the worked examples of maintenance are all there", () => {
  for (const example of ["m01", "m02", "m03", "m04", "m05", "m06", "m07", "m08", "m09"])
    assert.ok(
      files.some((file) => file.startsWith(`${example}-`)),
      example,
    );
});
