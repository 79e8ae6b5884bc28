/** `plimsoll rulebook`, from outside: what an officer types before a draft is shown to anybody. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openFirm } from "../../src/engine/open.ts";
import { RULEBOOK, rulebookFact, SETUP } from "../engine/firm.ts";
import { inDirectory, run } from "./command.ts";

/** Writes the shipped rulebook as another version, with one stretch replaced. */
function write(directory: string, version: string, effective: string, from: string, to: string): string {
  assert.ok(RULEBOOK.includes(from), from);
  const file = join(directory, `${version}.yaml`);
  const text = RULEBOOK.replace(/^version: .*$/m, `version: "${version}"`).replace(
    /^effective: .*$/m,
    `effective: "${effective}"`,
  );
  writeFileSync(file, text.replace(from, to));
  return file;
}

/** A firm on disk that holds 1,000 shares at $200, with a draft "2027" that nobody has approved. */
async function firm(directory: string, draft: string): Promise<string> {
  const dir = join(directory, "firm");
  const opened = await openFirm(dir);
  const { engine } = opened;
  const at = "2026-03-02T14:00:00Z";
  await engine.submit([rulebookFact()]);
  await engine.submit(SETUP);
  await engine.submit([
    {
      kind: "securities-moved",
      at,
      from: "nscc",
      to: "desk",
      instrument: "AAPL",
      quantity: "1000",
      reason: "opening",
      cost: "0",
    },
    { kind: "rulebook-drafted", at, rulebook: "net-capital", version: "2027", document: draft, by: "Ann" },
  ]);
  await opened.close();
  return dir;
}

test("check says everything with file, line and column, and follows versions from file to file", async () => {
  await inDirectory(async (directory) => {
    const good = write(directory, "2027", "2027-01-04", "greaterSide: 15%", "greaterSide: 20%");
    const bad = write(directory, "2028", "2027-01-04", "greaterSide: 15%", "greaterSide: 15");
    const fine = await run("rulebook", "check", good);
    assert.deepEqual([fine.code, fine.stderr], [0, ""]);
    assert.match(fine.stdout, /2027\.yaml: net-capital, version 2027, in force from 2027-01-04: nothing is wrong\n$/);
    const { code, stdout } = await run("rulebook", "check", good, bad);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /2028\.yaml:\d+:5: haircuts\.equities\.greaterSide = 15: a bare 15 does not say per cent of what; did you mean "15%"/,
    );
    const clash = write(directory, "2029", "2027-01-04", "greaterSide: 15%", "greaterSide: 25%");
    const both = await run("rulebook", "check", good, clash, "--json");
    const [first, second] = JSON.parse(both.stdout) as { troubles: { code: string; origin: { row: number } }[] }[];
    assert.deepEqual([both.code, first?.troubles.length, second?.troubles[0]?.code], [1, 0, "not-allowed"]);
  });
});

test("diff and preview take files, versions that the firm has had, and drafts", async () => {
  await inDirectory(async (directory) => {
    const file = write(directory, "2028", "2028-01-03", "greaterSide: 15%", "greaterSide: 30%");
    const draft = RULEBOOK.replace(/^version: .*$/m, 'version: "2027"')
      .replace(/^effective: .*$/m, "effective: 2027-01-04")
      .replace("greaterSide: 15%", "greaterSide: 20%");
    const dir = await firm(directory, draft);

    const words = await run("rulebook", "diff", "2025-03-14", "2027", "--dir", dir);
    assert.match(words.stdout, /\n- Equities, \(c\)\(2\)\(vi\)\(J\): greater side 15% → 20%\n/);
    assert.equal(words.code, 0, words.stderr);
    const { stdout } = await run("rulebook", "diff", "2027", file, "--dir", dir, "--json");
    const { changes } = JSON.parse(stdout) as { changes: { before: string; after: string }[] };
    assert.deepEqual(
      changes.map(({ before, after }) => [before, after]),
      [["20%", "30%"]],
    );
    const unknown = await run("rulebook", "diff", "1999", "2027", "--dir", dir);
    assert.match(
      unknown.stderr,
      /net-capital = "1999": is neither a file nor a version that the firm has had; expected 2025-03-14/,
    );

    const table = await run("rulebook", "preview", "2027", "--dir", dir);
    assert.equal(table.code, 0, table.stderr);
    assert.match(table.stdout, /Greater side +30,000\.00 +40,000\.00 +10,000\.00\n +rate +15% +20%/);
    const json = await run("rulebook", "preview", file, "--dir", dir, "--json");
    assert.equal(json.code, 0, json.stderr);
    const { difference } = JSON.parse(json.stdout) as { difference: { netCapital: string } };
    assert.equal(difference.netCapital, "-30000.00");
    const known = await run("rulebook", "check", file, "--dir", dir);
    assert.equal(known.code, 0, known.stdout);
  });
});
