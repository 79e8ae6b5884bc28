/**
 * Reads another's computation. CSV with a header: a row with an `amount` is a line, named by `code` (a code of ours, or the
 * number of a FOCUS box) or by `label`; a row with an `instrument` is a position, with `quantity`, and where they are known
 * `price`, `value`, `haircut` ("15%") and `bucket`. JSON: `{ lines, positions }`, where a line has the same fields and
 * `children`; or the tree that `plimsoll net-capital --json` prints.
 */
import papaparse from "papaparse";
import { parseDecimal } from "../../base/decimal.ts";
import { type Origin, Trouble } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { type Cents, parseDollars } from "../../base/money.ts";
import { parseRate } from "../../base/rate.ts";
import { QUANTITY_SCALE } from "../../facts/define.ts";
import { allLines, type TheirComputation, type TheirLine, type TheirPosition } from "./theirs.ts";

const COLUMNS = ["code", "label", "amount", "instrument", "quantity", "price", "value", "haircut", "bucket"] as const;
type Column = (typeof COLUMNS)[number];
type Row = Partial<Record<Column, string>>;

/** Throws the first thing that is wrong with it, with its place. */
export function readComputation(text: string, origin: Origin = {}): TheirComputation {
  const computation = /^\s*[[{]/.test(text) ? fromJson(parsed(text, origin)) : fromCsv(text, origin);
  if (computation.lines.length === 0)
    throw new Trouble("bad-document", "has no line of a computation", { expected: "rows with an amount", origin });
  const seen = new Set<string>();
  for (const { code } of allLines(computation.lines)) {
    if (code !== undefined && seen.has(code))
      throw new Trouble("bad-document", "the line comes twice", { field: "code", value: code, origin });
    if (code !== undefined) seen.add(code);
  }
  return computation;
}

/** The same from JSON that a program handed over. */
export function computationOf(json: unknown): TheirComputation {
  return readComputation(JSON.stringify(json ?? null));
}

// ——— CSV ———

function fromCsv(text: string, origin: Origin): TheirComputation {
  const { data } = papaparse.parse(text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n"), {
    delimiter: ",",
    newline: "\n",
    header: false,
  });
  const [header = [], ...rows] = data;
  const columns = header.map((name) => columnOf(name.trim().toLowerCase(), origin));
  const entries = rows
    .map((cells, index) => ({ row: rowOf(columns, cells), origin: { ...origin, row: index + 1 } }))
    .filter(({ row }) => Object.keys(row).length > 0);
  const positions = entries.filter(({ row }) => row.instrument !== undefined);
  const lines = entries.filter(({ row }) => row.instrument === undefined);
  return {
    lines: lines.map(({ row, origin: place }) => lineOf(row, [], place)),
    positions: positions.length === 0 ? undefined : positions.map(({ row, origin: place }) => positionOf(row, place)),
  };
}

function rowOf(columns: readonly Column[], cells: readonly string[]): Row {
  const filled = columns.map((column, at) => [column, (cells[at] ?? "").trim()] as const);
  return Object.fromEntries(filled.filter(([, cell]) => cell !== ""));
}

function columnOf(name: string, origin: Origin): Column {
  if (name === "box") return "code";
  if ((COLUMNS as readonly string[]).includes(name)) return name as Column;
  const guess = nearest(name, COLUMNS);
  throw new Trouble("unknown-field", "no column of a computation", {
    field: name,
    expected: guess === undefined ? COLUMNS.join(", ") : `"${guess}", if that is what was meant`,
    origin,
  });
}

// ——— JSON ———

type Json = Readonly<Record<string, unknown>>;

function parsed(text: string, origin: Origin): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Trouble("bad-document", error instanceof Error ? error.message : "is no JSON", { origin });
  }
}

function fromJson(json: unknown): TheirComputation {
  if (Array.isArray(json)) return { lines: linesIn(json, "lines"), positions: undefined };
  const fields = objectOf(json, "the document");
  const { computation, positions } = fields;
  const lines =
    computation === undefined
      ? linesIn(listOf(fields["lines"], "lines"), "lines")
      : [lineIn(computation, "computation")];
  return {
    lines,
    positions:
      positions === undefined
        ? undefined
        : listOf(positions, "positions").map((position, index) => {
            const place = `positions[${index}]`;
            return positionOf(textsOf(objectOf(position, place), place), { path: place });
          }),
  };
}

function linesIn(list: readonly unknown[], place: string): TheirLine[] {
  return list.map((line, index) => lineIn(line, `${place}[${index}]`));
}

function lineIn(json: unknown, place: string): TheirLine {
  const fields = objectOf(json, place);
  const children = fields["children"] === undefined ? [] : listOf(fields["children"], `${place}.children`);
  return lineOf(textsOf(fields, place), linesIn(children, `${place}.children`), { path: place });
}

function objectOf(json: unknown, place: string): Json {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Json;
  throw new Trouble("bad-value", "is no object", { field: place, value: json });
}

function listOf(json: unknown, place: string): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw new Trouble("bad-value", "is no list", { field: place, value: json });
}

/** The fields that we read, as texts; a number stands for its decimal. */
function textsOf(fields: Json, place: string): Row {
  const row: Row = {};
  for (const column of COLUMNS) {
    const value = fields[column] ?? (column === "code" ? fields["box"] : undefined);
    if (value === undefined || value === null) continue;
    if (typeof value !== "string" && typeof value !== "number")
      throw new Trouble("bad-value", "is neither text nor number", { field: `${place}.${column}`, value });
    row[column] = String(value);
  }
  return row;
}

// ——— both ———

function lineOf({ code, label, amount }: Row, children: readonly TheirLine[], origin: Origin): TheirLine {
  if (code === undefined && label === undefined)
    throw new Trouble("missing-field", "says neither which line it is nor what it is called", {
      field: "code",
      origin,
    });
  if (amount === undefined)
    throw new Trouble("missing-field", "has no amount", { field: "amount", value: code ?? label, origin });
  return { code, label: label ?? code ?? "", amount: dollars(amount, "amount", origin), children };
}

function positionOf({ instrument = "", quantity, price, value, haircut, bucket }: Row, origin: Origin): TheirPosition {
  if (quantity === undefined)
    throw new Trouble("missing-field", "has no quantity", { field: "quantity", value: instrument, origin });
  parseDecimal(plain(quantity), QUANTITY_SCALE, "quantity");
  return {
    instrument,
    quantity: plain(quantity),
    price: price === undefined ? undefined : plain(price),
    value: value === undefined ? undefined : dollars(value, "value", origin),
    haircut: haircut === undefined ? undefined : parseRate(haircut, "haircut"),
    bucket,
  };
}

/** "1,234.50", "$1,234.50" and "(1,234.50)" as people write them. */
function dollars(text: string, field: string, origin: Origin): Cents {
  try {
    return parseDollars(plain(text), field);
  } catch (error) {
    throw error instanceof Trouble ? error.at(origin) : error;
  }
}

function plain(text: string): string {
  const digits = text.replaceAll(/[$,\s]/g, "");
  return /^\(.*\)$/.test(digits) ? `-${digits.slice(1, -1)}` : digits;
}
