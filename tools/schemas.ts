/** Writes the published schemas anew: `node tools/schemas.ts`. A test says when they are out of date. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bookDocumentJsonSchema } from "../src/net-capital/book-document.ts";

const SCHEMA = join(import.meta.dirname, "../schemas/book-document.schema.json");
writeFileSync(SCHEMA, `${JSON.stringify(bookDocumentJsonSchema(), null, 2)}\n`);
