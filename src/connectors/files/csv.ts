/**
 * Facts in CSV (RFC 4180, commas, a header row): a column for each field, and a column `kind` where the file holds more
 * than one kind. An empty cell is an absent field. Nothing is guessed: an unknown column, a row with too few or too many
 * cells, or a stray quote is a problem.
 */
import papaparse from "papaparse";
import { Trouble } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { ENVELOPE, type FieldType } from "../../facts/define.ts";
import { FACTS } from "../../facts/kinds.ts";
import type { Problems } from "./problems.ts";
import type { ImportOptions, Row, Rows } from "./rows.ts";

/** The types of the fields of each kind. */
const TYPES: ReadonlyMap<string, ReadonlyMap<string, FieldType>> = new Map(
  FACTS.map(({ kind, fields }) => [
    kind,
    new Map(Object.entries({ ...ENVELOPE, ...fields }).map(([name, { type }]) => [name, type])),
  ]),
);

/** The fields that a column may hold: those of the one kind that is expected, or of all. */
function knownFields(kind: string | undefined): ReadonlySet<string> {
  const types = kind === undefined ? undefined : TYPES.get(kind);
  const names = types === undefined ? [...TYPES.values()].flatMap((each) => [...each.keys()]) : [...types.keys()];
  return new Set(["kind", ...names]);
}

/** The cell in JSON form. What is no count or flag stays as it is, for the parser to refuse. */
function cellValue(cell: string, type: FieldType | undefined): string | number | boolean {
  if (type === "count" && /^\d{1,15}$/.test(cell)) return Number(cell);
  if (type === "flag" && (cell === "true" || cell === "false")) return cell === "true";
  return cell;
}

/** The field of each column, in order; problems with the header are reported. */
function readHeader(
  header: readonly string[],
  error: string | undefined,
  file: string,
  options: ImportOptions,
  problems: Problems,
): string[] {
  if (error !== undefined || header.every((column) => column === "")) {
    problems.add(new Trouble("bad-document", error ?? "the file has no header row", { origin: { file, line: 1 } }));
    return [];
  }
  const renamed = new Map(Object.entries(options.columns ?? {}));
  const known = knownFields(
    header.includes("kind") || [...renamed.values()].includes("kind") ? undefined : options.kind,
  );
  const seen = new Set<string>();
  const fields = header.map((column) => {
    const field = renamed.get(column) ?? column;
    const origin = { file, line: 1, column };
    if (!known.has(field)) {
      const guess = problems.more === 0 ? nearest(field, known) : undefined;
      const hint = guess === undefined ? "" : `; did you mean "${guess}"?`;
      problems.add(new Trouble("unknown-field", `no field of a fact${hint}`, { field, origin }));
    } else if (seen.has(field)) {
      problems.add(new Trouble("bad-document", "two columns for one field", { field, origin }));
    }
    seen.add(field);
    return field;
  });
  for (const column of renamed.keys()) {
    if (!header.includes(column)) {
      problems.add(
        new Trouble("bad-document", "the file has no such column", {
          field: column,
          origin: { file, line: 1, column },
        }),
      );
    }
  }
  return fields;
}

function readRow(
  cells: readonly string[],
  fields: readonly string[],
  kind: string | undefined,
): Record<string, unknown> {
  const said = cells[fields.indexOf("kind")] ?? "";
  const types = TYPES.get(said === "" ? (kind ?? "") : said);
  const json: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index++) {
    const cell = cells[index];
    if (cell !== "") json[fields[index]] = cellValue(cell, types?.get(fields[index]));
  }
  return json;
}

function linesOf(cells: readonly string[]): number {
  let lines = 1;
  for (const cell of cells) lines += cell.split("\n").length - 1;
  return lines;
}

/** Reads the rows of a CSV file; what is wrong with its form goes to `problems`. */
export function readCsv(text: string, file: string, options: ImportOptions, problems: Problems): Rows {
  const { data, errors } = papaparse.parse(text.replaceAll("\r\n", "\n"), {
    delimiter: ",",
    newline: "\n",
    header: false,
  });
  const broken = new Map<number, string>();
  for (const { row = 0, message } of errors) if (!broken.has(row)) broken.set(row, message);
  const header = (data[0] ?? []).map((column) => column.trim());
  const fields = readHeader(header, broken.get(0), file, options, problems);
  const columnOf = (field: string): string | undefined => header[fields.indexOf(field)];
  const rows: Row[] = [];
  if (problems.any) return { rows, columnOf };
  let line = 1 + linesOf(data[0]);
  let row = 1;
  for (let index = 1; index < data.length; index++) {
    const cells = data[index];
    const origin = { file, row, line };
    line += linesOf(cells);
    const error = broken.get(index);
    if (error === undefined && cells.length === 1 && cells[0] === "") continue;
    if (error !== undefined) {
      problems.add(new Trouble("bad-document", error, { origin }));
    } else if (cells.length !== header.length) {
      const expected = `${header.length}, as in the header`;
      problems.add(new Trouble("bad-document", `the row has ${cells.length} cells`, { expected, origin }));
    } else {
      rows.push({ json: readRow(cells, fields, options.kind), row, line: origin.line });
    }
    row++;
  }
  return { rows, columnOf };
}
