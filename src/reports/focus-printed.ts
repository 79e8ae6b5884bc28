/** The FOCUS pages as they are printed, with the appendix that leads from each box to the positions behind it. */
import { assertNever } from "../base/assert.ts";
import type { Line } from "../base/line.ts";
import { displayDollars, negate } from "../base/money.ts";
import type { BoxLine } from "../net-capital/focus/boxes.ts";
import type { FocusLine, FocusReport } from "../net-capital/focus/focus.ts";
import type { PrintedReport, PrintedRow, PrintedSources, ReportHeader, SourceRow } from "./printed.ts";

/** Positions named under a line of the appendix, the largest first. */
const POSITIONS_NAMED = 5;
/** The figures that the page is about. */
const FINAL: ReadonlySet<string> = new Set(["3750", "3770", "3910"]);

export function printedFocus(header: ReportHeader, { title, sections }: FocusReport): PrintedReport {
  const lines = sections.flatMap((section) => section.lines);
  return {
    header,
    title,
    subtitle: "Computation of net capital, 17 CFR 240.15c3-1",
    sections: sections.map((section) => ({ title: section.title, rows: section.lines.map(printedLine) })),
    notes: [...lines.flatMap(noteOn), numbersNote(lines)],
    sources: lines.flatMap(sourcesOf),
    signed: true,
  };
}

function printedLine(line: FocusLine): PrintedRow {
  const shown = shownValue(line);
  const { inner, total, box = "" } = line;
  return {
    number: line.line,
    label: line.label,
    indent: line.inner ? 1 : 0,
    paragraph: line.paragraph,
    box,
    inner: inner ? shown : "",
    outer: inner ? "" : shown,
    total,
    final: FINAL.has(box),
    isWords: line.value.kind === "not-stated",
  };
}

function shownValue({ value, deducts }: FocusLine): string {
  switch (value.kind) {
    case "amount":
      return displayDollars(deducts && value.amount > 0 ? negate(value.amount) : value.amount);
    case "percent":
      return `${value.percent} %`;
    case "count":
      return `${value.count} items`;
    case "not-stated":
      return "not stated";
    default:
      return assertNever(value);
  }
}

function noteOn({ line, box, value }: FocusLine): string[] {
  return value.kind === "not-stated" ? [`Line ${line}, box ${box}: not stated; it needs ${value.needs}.`] : [];
}

/** Which numbers of boxes were seen on a copy of the form. */
function numbersNote(lines: readonly FocusLine[]): string {
  const seen = lines.filter(({ source }) => source === "confirmed").map(({ line }) => line);
  const rest = "numbers of boxes are known by heart, not from a copy of the form: compare them before filing.";
  return seen.length === 0
    ? `The ${rest}`
    : `Lines ${seen.join(", ")} were seen on a copy of the form; the other ${rest}`;
}

function sourcesOf(line: FocusLine): PrintedSources[] {
  const used = line.lines.filter(({ line: { amount } }) => amount !== 0);
  if (used.length === 0) return [];
  return [
    {
      title: line.line === "" ? line.label : `Line ${line.line}. ${line.label}`,
      box: line.box ?? "",
      amount: shownValue({ ...line, deducts: false }),
      rows: used.flatMap(sourceRows),
    },
  ];
}

function sourceRows({ line, sign }: BoxLine): SourceRow[] {
  const own = sourceRow(line, 0, sign);
  const leaves = line.children
    .flatMap(leavesOf)
    .filter(({ amount }) => amount !== 0)
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || (a.code < b.code ? -1 : 1));
  const named = leaves.slice(0, POSITIONS_NAMED).map((leaf) => sourceRow(leaf, 1, 1));
  const more = leaves.length - named.length;
  if (more === 0) return [own, ...named];
  return [own, ...named, { label: `and ${more} more`, indent: 1, code: "", paragraph: "", amount: "" }];
}

function leavesOf(line: Line): readonly Line[] {
  return line.children.length === 0 ? [line] : line.children.flatMap(leavesOf);
}

function sourceRow({ label, code, paragraph, amount, inputs }: Line, indent: number, sign: 1 | -1): SourceRow {
  const { quantity, price } = inputs;
  const held = typeof quantity === "string" && typeof price === "string" ? `, ${grouped(quantity)} at ${price}` : "";
  return {
    label: `${label}${held}`,
    indent,
    code,
    paragraph,
    amount: displayDollars(sign === 1 ? amount : negate(amount)),
  };
}

/** "1234567.5" as "1,234,567.5". */
function grouped(quantity: string): string {
  const [whole, ...fraction] = quantity.split(".");
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, ","), ...fraction].join(".");
}
