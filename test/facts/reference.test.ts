/** The generated pages are the ones that are committed; `node --test --test-update-snapshots` writes them anew. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { FACTS } from "../../src/facts/kinds.ts";
import { errorsReference, factsReference } from "../../src/facts/reference.ts";

const REFERENCE = join(import.meta.dirname, "../../docs/reference");
const asItIs = { serializers: [String] };

test("docs/reference/facts.md says what the definitions say", (context) => {
  context.assert.fileSnapshot(factsReference(), join(REFERENCE, "facts.md"), asItIs);
});

test("docs/reference/errors.md says what the catalogue of errors says", (context) => {
  context.assert.fileSnapshot(errorsReference(), join(REFERENCE, "errors.md"), asItIs);
});

test("the page of facts has every kind and every field of it", () => {
  const sections = new Map(
    factsReference()
      .split("\n## ")
      .slice(1)
      .map((section) => [section.split("\n")[0], section]),
  );
  for (const { kind, doc, fields } of FACTS) {
    const section = sections.get(kind) ?? "";
    assert.ok(section.includes(doc), kind);
    for (const field of Object.keys(fields)) assert.ok(section.includes(`| \`${field}\` |`), `${kind}.${field}`);
  }
});
