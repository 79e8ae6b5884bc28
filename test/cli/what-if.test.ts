/** `what-if` and `compare` from outside: as a newcomer types them, on the documented examples. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inDirectory, run } from "./command.ts";

const ROOT = join(import.meta.dirname, "../..");
const BOOK = join(ROOT, "docs/examples/worked-example.yaml");
const QUESTION = join(ROOT, "docs/examples/what-if/hedge.yaml");
const OTHER = join(ROOT, "docs/examples/parallel-run/other-system.csv");

/** The lines of the output that a page shows, without the first, which names files. */
function shown(page: string, title: string): string {
  const text = readFileSync(join(ROOT, "docs/guides", page), "utf8");
  const block = text.split("```text\n").find((part) => part.includes(title)) ?? "";
  return block.slice(0, block.indexOf("```")).split("\n").slice(1).join("\n").trim();
}

function withoutFirst(output: string): string {
  return output.split("\n").slice(1).join("\n").trim();
}

test("what-if answers the documented question as the page shows it", async () => {
  const { code, stdout, stderr } = await run("what-if", QUESTION, "--book", BOOK, "--depth", "3");
  assert.equal(code, 0, stderr);
  assert.equal(withoutFirst(stdout), shown("what-if.md", "Early warning"));
});

test("a question is typed in words, and adds to the file", async () => {
  const typed = ["--trade", "sell 5000 STOCK-LARGE @ 62", "--move", "all -5%", "--move", "STOCK-LARGE -5%"];
  const [file, words] = await Promise.all([
    run("what-if", QUESTION, "--book", BOOK, "--json"),
    run("what-if", "--book", BOOK, "--json", ...typed),
  ]);
  assert.equal(words.code, 0, words.stderr);
  assert.deepEqual(JSON.parse(words.stdout), JSON.parse(file.stdout));
});

test("the largest size, and what is not understood", async () => {
  const largest = ["--largest", "buy STOCK-LONG", "--keep-excess", "3,000,000", "--lines", "none"];
  const [found, bad, none] = await Promise.all([
    run("what-if", "--book", BOOK, ...largest),
    run("what-if", "--book", BOOK, "--trade", "purchase 5 STOCK-LONG"),
    run("what-if", "--book", BOOK, "--trade", "buy 5 STOCK-LONGER"),
  ]);
  assert.match(found.stdout, /The largest size: buy 35277 STOCK-LONG; it leaves 3,000,007\.00 above the minimum/);
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /--trade = "purchase 5 STOCK-LONG": not understood; expected "buy 1000 ACME"/);
  assert.match(none.stderr, /trades\[0\]\.instrument = "STOCK-LONGER": not in the security master/);
});

test("compare says why as the page shows it, and its exit code says that something differs", async () => {
  const { code, stdout } = await run("compare", OTHER, "--book", BOOK);
  assert.equal(code, 1);
  assert.equal(withoutFirst(stdout), shown("parallel-run.md", "Together"));
});

test("compare agrees with what net-capital --json prints of the same document", async () => {
  await inDirectory(async (directory) => {
    const file = join(directory, "same.json");
    writeFileSync(file, (await run("net-capital", BOOK, "--json")).stdout);
    const { code, stdout, stderr } = await run("compare", file, "--book", BOOK, "--json");
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).agrees, true);
  });
});
