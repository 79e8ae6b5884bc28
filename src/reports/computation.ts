/** The whole tree of a computation as a report: every line in order, with its depth. */
import { type Line, lineToJson } from "../base/line.ts";
import { displayDollars, formatDollars } from "../base/money.ts";
import { csvOf } from "./csv.ts";
import { headerJson } from "./focus-data.ts";
import type { PrintedReport, PrintedRow, ReportHeader } from "./printed.ts";

interface Placed {
  readonly line: Line;
  readonly depth: number;
}

function inOrder(line: Line, depth = 0): readonly Placed[] {
  return [{ line, depth }, ...line.children.flatMap((child) => inOrder(child, depth + 1))];
}

export function computationJsonReport(header: ReportHeader, computation: Line): object {
  return { report: "net-capital", ...headerJson(header), computation: lineToJson(computation) };
}

export function computationCsv(computation: Line): string {
  const rows = inOrder(computation).map(({ line: { code, label, amount, paragraph, inputs }, depth }) => [
    depth,
    code,
    label,
    formatDollars(amount),
    paragraph,
    Object.entries(inputs)
      .map(([name, value]) => `${name}: ${typeof value === "number" ? formatDollars(value) : value}`)
      .join("; "),
  ]);
  return csvOf(["depth", "code", "label", "amount", "paragraph", "inputs"], rows);
}

/** Lines from this depth on stand in the inner column. */
const INNER_DEPTH = 3;

export function printedComputation(header: ReportHeader, computation: Line): PrintedReport {
  return {
    header,
    title: "Net capital",
    subtitle: "The whole computation, 17 CFR 240.15c3-1",
    sections: [{ title: computation.label, rows: inOrder(computation).map(printedRow) }],
    notes: [],
    sources: [],
    signed: true,
  };
}

function printedRow({ line: { label, paragraph, amount }, depth }: Placed): PrintedRow {
  const shown = displayDollars(amount);
  return {
    number: "",
    label,
    indent: depth,
    paragraph,
    box: "",
    inner: depth >= INNER_DEPTH ? shown : "",
    outer: depth >= INNER_DEPTH ? "" : shown,
    total: depth === 0,
    final: depth === 0,
    isWords: false,
  };
}
