/** Documents of rules that were shipped stay readable, and mean what they meant: docs/decisions/0004. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatDollars } from "../../src/base/money.ts";
import { documentFirm } from "../../src/cli/document.ts";

const GOLDEN = join(import.meta.dirname, "golden");
const EXAMPLE = join(import.meta.dirname, "../../docs/examples/net-capital/w01-governments.yaml");

/** What an example came to when the document was shipped. */
const NET_CAPITAL: Readonly<Record<string, string>> = {
  "net-capital.2025-03-14.yaml": "4983750.00",
};

test("every rulebook that was shipped gives the figure that it gave", () => {
  const figures = readdirSync(GOLDEN).map((file) => {
    const { answer } = documentFirm(EXAMPLE, join(GOLDEN, file));
    return [file, answer.kind === "figure" ? formatDollars(answer.netCapital) : answer.kind];
  });
  assert.deepEqual(Object.fromEntries(figures), NET_CAPITAL);
});
