/** Writes the published schemas anew: `node tools/schemas.ts`. A test says when they are out of date. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { whatIfJsonSchema } from "../src/engine/what-if/question.ts";
import { bookDocumentJsonSchema } from "../src/net-capital/book-document.ts";

const SCHEMAS: Readonly<Record<string, object>> = {
  "book-document": bookDocumentJsonSchema(),
  "what-if": whatIfJsonSchema(),
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  const path = join(import.meta.dirname, `../schemas/${name}.schema.json`);
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
}
