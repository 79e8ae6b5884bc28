/** The house's own rules, as tests: floors, determinism above the journal, file length. Reads the source as text. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");
const SRC = join(ROOT, "src");

/** The floor of each folder of `src/`, as drawn in docs/architecture.md. A file imports only from lower floors or its own folder. */
const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  journal: 1,
  facts: 1,
  rulebook: 1,
  pricing: 1,
  books: 2,
  "net-capital": 3,
  margin: 3,
  stress: 5,
  engine: 5,
  simulator: 6,
  connectors: 6,
  reports: 6,
  server: 6,
  cli: 7,
};

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
}

function sourceFiles(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path, folder: relative(SRC, path).split("/")[0] ?? "", text: readFileSync(path, "utf8") };
    });
}

function relativeImports({ path, text }: { path: string; text: string }): string[] {
  return Array.from(text.matchAll(/(?:from|import\(|import|new URL\()\s*"(\.[^"]+)"/g), (match) =>
    resolve(dirname(path), match[1] ?? ""),
  );
}

/** Every import of `file` that leaves its folder for one that is not on a lower floor. */
function upwardImports(file: SourceFile): string[] {
  const floor = FLOORS[file.folder];
  return relativeImports(file)
    .map((target) => relative(SRC, target).split("/")[0] ?? "")
    .filter((folder) => folder !== file.folder && !((FLOORS[folder] ?? Infinity) < (floor ?? -1)));
}

test("no file imports upward or sideways", () => {
  for (const file of sourceFiles()) {
    if (file.folder === "index.ts") continue;
    assert.ok(file.folder in FLOORS, `${file.folder}/ has no floor: draw it in docs/architecture.md and name it here`);
    assert.deepEqual(upwardImports(file), [], relative(ROOT, file.path));
  }
});

test("the floor check notices an upward import", () => {
  const text = 'import { Engine } from "../engine/engine.ts";';
  assert.deepEqual(upwardImports({ path: join(SRC, "books/canary.ts"), folder: "books", text }), ["engine"]);
});

test("every relative import resolves", () => {
  for (const file of sourceFiles()) {
    for (const target of relativeImports(file)) assert.ok(existsSync(target), `${file.path} imports ${target}`);
  }
});

const BANNED = [
  [/\bMath\.random\b/, "Math.random: take a seeded generator"],
  [/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|process\.hrtime/, "the clock: time comes from facts"],
  [/\bset(?:Timeout|Interval|Immediate)\b/, "timers: timers fire from time-passed facts"],
  [/\btoLocale\w+\b|\bIntl\./, "locale: format by hand"],
  [/\.sort\(\)/, "sort() without a comparator"],
] as const;

test("nothing from the books to the engine's monitors reads a clock, chance, a timer or a locale", () => {
  const deterministic = new Set(["base", "facts", "rulebook", "pricing", "books", "net-capital", "margin"]);
  for (const file of sourceFiles().filter(({ folder }) => deterministic.has(folder))) {
    for (const [pattern, why] of BANNED) {
      assert.doesNotMatch(
        file.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""),
        pattern,
        `${relative(ROOT, file.path)}: ${why}`,
      );
    }
  }
});

test("every source file starts by saying what it is for", () => {
  for (const file of sourceFiles()) assert.match(file.text, /^(#!.*\n)?\/\*\*/, relative(ROOT, file.path));
});

test("every Markdown file has exactly one title, and its relative links resolve", () => {
  const folders = ["docs", "data", "."];
  for (const folder of folders) {
    const entries = existsSync(join(ROOT, folder))
      ? readdirSync(join(ROOT, folder), { recursive: folder !== ".", withFileTypes: true })
      : [];
    for (const entry of entries.filter((found) => found.isFile() && found.name.endsWith(".md"))) {
      const path = join(entry.parentPath, entry.name);
      const prose = readFileSync(path, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
      assert.equal(prose.match(/^# /gm)?.length, 1, `${relative(ROOT, path)}: titles`);
      for (const [, link = ""] of prose.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)/g)) {
        assert.ok(existsSync(resolve(dirname(path), link)), `${relative(ROOT, path)} links to ${link}`);
      }
    }
  }
});
