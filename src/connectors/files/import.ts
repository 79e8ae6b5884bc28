/**
 * Facts from files, all or nothing: one problem anywhere and no fact is handed on. Every problem says in which file, row,
 * line and column it is. Nothing is submitted here, so reading a file is its own dry run.
 */
import { isUtf8 } from "node:buffer";
import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { assert } from "../../base/assert.ts";
import { type Origin, Trouble } from "../../base/errors.ts";
import { parseInstant } from "../../base/time.ts";
import type { Fact } from "../../facts/kinds.ts";
import { checkFact } from "../../facts/parse.ts";
import { readCsv } from "./csv.ts";
import { readJson } from "./json.ts";
import { Problems } from "./problems.ts";
import type { ImportOptions, Row, Rows } from "./rows.ts";

export type { ImportOptions } from "./rows.ts";

/** The largest file that is read: it is held in memory as a whole. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

export type FileFormat = "csv" | "json";

/** What a file holds. */
export interface Imported {
  /** Every fact of the file, in its order; none where there is any problem. */
  readonly facts: readonly Fact[];
  /** What is wrong, the first hundred: first with the form of the file, then with its facts in their order. */
  readonly problems: readonly Trouble[];
  /** How many more problems there are. */
  readonly moreProblems: number;
  /** Where `facts[index]`, or a field of it, stands in the file. */
  readonly originOf: (index: number, field?: string) => Origin;
}

function rowOrigin(file: string, { row, line }: Row, column: string | undefined): Origin {
  return { file, row, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
}

/** The row with the kind and the time that the options give to rows without. */
function stamped(json: unknown, { kind, at }: ImportOptions): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  return { ...(kind !== undefined && { kind }), ...(at !== undefined && { at }), ...json };
}

function checkRows(file: string, found: Rows, options: ImportOptions, problems: Problems): Imported {
  const { rows, columnOf } = found;
  const facts: Fact[] = [];
  for (const row of rows) {
    const checked = checkFact(stamped(row.json, options));
    if (!Array.isArray(checked)) facts.push(checked);
    else {
      for (const trouble of checked) {
        const { field } = trouble.details;
        problems.add(trouble.at(rowOrigin(file, row, field === undefined ? undefined : columnOf(field))));
      }
    }
  }
  return {
    facts: problems.any ? [] : facts,
    problems: problems.kept,
    moreProblems: problems.more,
    originOf: (index, field) => {
      assert(index >= 0 && index < rows.length, "the file has a fact of this index");
      return rowOrigin(file, rows[index], field === undefined ? undefined : columnOf(field));
    },
  };
}

function unreadable(file: string, summary: string): Imported {
  return {
    facts: [],
    problems: [new Trouble("bad-document", summary, { origin: { file } })],
    moreProblems: 0,
    originOf: () => ({ file }),
  };
}

/** Reads facts from the text of a file; `file` names it in problems. Throws `bad-value` where the option `at` is no instant. */
export function importText(text: string, file: string, format: FileFormat, options: ImportOptions = {}): Imported {
  if (options.at !== undefined) parseInstant(options.at, "at");
  const problems = new Problems();
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const rows = format === "csv" ? readCsv(plain, file, options, problems) : readJson(plain, file, problems);
  return checkRows(file, rows, options, problems);
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  ".csv": "csv",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
};

/** The text of a file, or why it cannot be had. */
async function readTextFile(path: string): Promise<{ text: string } | { problem: string }> {
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX) return { problem: `the file has ${size} bytes; at most ${FILE_BYTES_MAX} are read` };
    bytes = await readFile(path);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return { problem: `the file cannot be read: ${error.message}` };
  }
  if (!isUtf8(bytes)) return { problem: "the file is not UTF-8 text" };
  return { text: bytes.toString("utf8") };
}

/** Reads facts from a file, whose name ends in .csv, .json, .jsonl or .ndjson. That it cannot be read is a problem too. */
export async function importFile(path: string, options: ImportOptions = {}): Promise<Imported> {
  const format = FORMATS[extname(path).toLowerCase()];
  if (format === undefined) {
    return unreadable(path, "a file of an unknown format; its name ends in .csv, .json, .jsonl or .ndjson");
  }
  const read = await readTextFile(path);
  return "text" in read ? importText(read.text, path, format, options) : unreadable(path, read.problem);
}
