/**
 * Every book document for net capital under docs/examples that says what it should come to, through the function behind
 * `plimsoll net-capital FILE --json`: the worked examples of the rule sheet, and what real firms printed.
 *
 * Beside FILE.yaml stands FILE.expected.json: `lines` by code, in dollars; `answer`, fields of the JSON, as far as they are
 * given; `printedTo`, the unit that a filing prints in ("1.00", "1000.00"): lines are rounded to it, half away from zero.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { type Cents, formatDollars, parseDollars } from "../../src/base/money.ts";
import { documentFirm, documentJson } from "../../src/cli/document.ts";

const ROOT = join(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "docs/examples");
const RULEBOOK = join(ROOT, "rulebooks/net-capital.yaml");
const SUFFIX = ".expected.json";

interface Expected {
  readonly lines: Readonly<Record<string, string>>;
  readonly answer?: unknown;
  readonly printedTo?: string;
}

interface LineJson {
  readonly code: string;
  readonly amount: string;
  readonly children?: readonly LineJson[];
}

/** "1,234.5" is "1234.50". */
function normalised(amount: string): string {
  return formatDollars(parseDollars(amount.replaceAll(",", "")));
}

/** As a filing would print it. */
function printed(amount: string, unit: string | undefined): string {
  if (unit === undefined) return normalised(amount);
  const [cents, step] = [parseDollars(amount), parseDollars(unit)];
  return formatDollars((Math.sign(cents) * Math.round(Math.abs(cents) / step) * step) as Cents);
}

/** The amount of every line by its code. */
function amounts(line: LineJson, byCode = new Map<string, string>()): Map<string, string> {
  byCode.set(line.code, line.amount);
  for (const child of line.children ?? []) amounts(child, byCode);
  return byCode;
}

/** What `actual` has of the fields that `wanted` names. */
function only(actual: unknown, wanted: unknown): unknown {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return actual;
  if (typeof actual !== "object" || actual === null) return actual;
  const fields = new Map(Object.entries(actual));
  return Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, only(fields.get(name), value)]));
}

const files = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(SUFFIX) && !file.startsWith("margin/"))
  .sort((a, b) => (a < b ? -1 : 1));

for (const file of files) {
  test(`docs/examples/${file.slice(0, -SUFFIX.length)}`, () => {
    const path = join(EXAMPLES, file);
    const { lines, answer = {}, printedTo } = JSON.parse(readFileSync(path, "utf8")) as Expected;
    const firm = documentFirm(`${path.slice(0, -SUFFIX.length)}.yaml`, RULEBOOK);
    const json = documentJson(firm) as { readonly computation?: LineJson };
    const computed = json.computation === undefined ? new Map<string, string>() : amounts(json.computation);
    const codes = Object.keys(lines);
    assert.deepEqual(
      Object.fromEntries(
        codes.map((code) => [
          code,
          computed.has(code)
            ? printed(computed.get(code) ?? "", printedTo)
            : `no such line: ${JSON.stringify(json).slice(0, 300)}`,
        ]),
      ),
      Object.fromEntries(codes.map((code) => [code, normalised(lines[code])])),
      relative(ROOT, path),
    );
    assert.deepEqual(only(json, answer), answer);
  });
}

test("the published computations are all there, and are compared", () => {
  const filings = files.filter((file) => file.startsWith("filings/"));
  assert.equal(filings.length, 14);
  const compared: Record<string, number> = {};
  for (const file of filings) {
    const { lines } = JSON.parse(readFileSync(join(EXAMPLES, file), "utf8")) as Expected;
    for (const code of Object.keys(lines)) {
      const kind = code.startsWith("non-allowable/") ? "non-allowable/…" : code;
      compared[kind] = (compared[kind] ?? 0) + 1;
    }
  }
  const { equity, "net-capital": netCapital, requirement, excess } = compared;
  assert.deepEqual(
    { equity, netCapital, requirement, excess, assets: compared["non-allowable/…"] },
    {
      equity: 14,
      netCapital: 12,
      requirement: 9,
      excess: 9,
      assets: 38,
    },
  );
});
