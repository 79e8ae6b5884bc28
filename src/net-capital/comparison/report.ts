/** A comparison as plain JSON, and as text for a terminal. */
import { type Cents, displayDollars, formatDollars, sum } from "../../base/money.ts";
import { type Break, type BreakReason, UNEXPLAINED } from "./breaks.ts";
import type { ComparedTotal, Comparison } from "./compare.ts";

/** A reason in words for people. */
const WORDS: Readonly<Record<BreakReason, string>> = {
  "only-ours": "only here",
  "only-theirs": "only there",
  "other-quantity": "another quantity",
  "other-price": "another price",
  "other-bucket": "another bucket",
  "other-rate": "another rate",
  "other-base": "another tenth of net capital before haircuts",
  rounding: "rounding",
  "other-amount": "another amount; nothing below it was given that would say why",
  "not-detailed": "their total has more than the lines that they give",
};

interface BreakJson {
  readonly line: string;
  readonly label: string;
  readonly reason: BreakReason;
  readonly instrument?: string;
  readonly ours?: string;
  readonly theirs?: string;
  readonly amount: string;
}

export interface ComparisonJson {
  /** Whether nothing differs beyond rounding. */
  readonly agrees: boolean;
  readonly totals: readonly {
    readonly code: string;
    readonly label: string;
    readonly ours: string;
    readonly theirs: string;
    readonly difference: string;
    readonly unexplained: string;
    readonly breaks: readonly BreakJson[];
    readonly lines: readonly {
      readonly code: string;
      readonly label: string;
      readonly ours: string;
      readonly theirs: string;
      readonly difference: string;
    }[];
  }[];
  readonly unmatched: readonly { readonly code?: string; readonly label: string; readonly amount: string }[];
}

export function agrees({ totals, unmatched }: Comparison): boolean {
  return unmatched.length === 0 && totals.every(({ breaks }) => breaks.every(({ reason }) => reason === "rounding"));
}

export function comparisonToJson(comparison: Comparison): ComparisonJson {
  return {
    agrees: agrees(comparison),
    totals: comparison.totals.map(({ code, label, ours, theirs, difference, unexplained, breaks, lines }) => ({
      code,
      label,
      ours: formatDollars(ours),
      theirs: formatDollars(theirs),
      difference: formatDollars(difference),
      unexplained: formatDollars(unexplained),
      breaks: breaks.map(breakToJson),
      lines: lines.map((line) => ({
        code: line.code,
        label: line.label,
        ours: formatDollars(line.ours),
        theirs: formatDollars(line.theirs),
        difference: formatDollars(line.difference),
      })),
    })),
    unmatched: comparison.unmatched.map(({ code, label, amount }) => ({
      ...(code !== undefined && { code }),
      label,
      amount: formatDollars(amount),
    })),
  };
}

function breakToJson({ code, label, reason, instrument, ours, theirs, amount }: Break): BreakJson {
  return {
    line: code,
    label,
    reason,
    ...(instrument !== undefined && { instrument }),
    ...(ours !== undefined && { ours }),
    ...(theirs !== undefined && { theirs }),
    amount: formatDollars(amount),
  };
}

export function comparisonInWords(comparison: Comparison): string {
  const parts = comparison.totals.map(totalInWords);
  if (comparison.unmatched.length > 0) {
    const lines = comparison.unmatched.map(({ label, amount }) => `  ${label}  ${displayDollars(amount)}`);
    parts.push(["Lines of theirs that are nowhere here, and in no difference:", ...lines].join("\n"));
  }
  return parts.join("\n\n");
}

function totalInWords({ label, ours, theirs, difference, breaks, unexplained, lines }: ComparedTotal): string {
  const rows = lines.map(({ depth, label: name, ...line }) => [
    `${"  ".repeat(depth)}${name}`,
    displayDollars(line.ours),
    displayDollars(line.theirs),
    displayDollars(line.difference),
  ]);
  const title = `${label}: ${displayDollars(ours)} here, ${displayDollars(theirs)} there, ${displayDollars(difference)} apart`;
  const parts = [title, table([["", "ours", "theirs", "difference"], ...rows], new Set([1, 2, 3]))];
  if (breaks.length > 0) parts.push(`Why\n${table(breaks.map(breakRow), new Set([0]))}`);
  if (breaks.length > 1) parts.push(sumInWords(breaks, unexplained));
  return parts.join("\n\n");
}

function sumInWords(breaks: readonly Break[], unexplained: Cents): string {
  const whole = displayDollars(sum(breaks.map(({ amount }) => amount)));
  return unexplained === 0
    ? `Together ${whole}: all of it explained.`
    : `Together ${whole}, of which ${displayDollars(unexplained)} is not explained further.`;
}

function breakRow({ code, instrument, reason, ours, theirs, amount }: Break): string[] {
  const what = instrument === undefined ? code : `${instrument}, ${code}`;
  const sides =
    ours === undefined && theirs === undefined ? "" : `: ${ours ?? "nothing"} here, ${theirs ?? "nothing"} there`;
  return [displayDollars(amount), what, `${WORDS[reason]}${sides}${UNEXPLAINED.has(reason) ? " (?)" : ""}`];
}

/** Columns of `right` are amounts. */
function table(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string {
  const widths = rows[0].map((_, column) => rows.reduce((width, row) => Math.max(width, row[column].length), 0));
  const cellOf = (cell: string, column: number): string =>
    right.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
  return rows.map((row) => row.map(cellOf).join("  ").trimEnd()).join("\n");
}
