/** The answer to a what-if for a terminal: the figures, the lines that changed, the largest size. */
import { changedLines, type LineDifference, renderLineDifference } from "../../base/line-difference.ts";
import { type Cents, displayDollars, subtract } from "../../base/money.ts";
import type { NetCapitalAnswer, NetCapitalFigure } from "../../net-capital/computation.ts";
import { describeTrade } from "./describe-trade.ts";
import type { LargestAnswer } from "./largest.ts";
import type { Question } from "./question.ts";
import type { WhatIfAnswer } from "./what-if.ts";

/** `depth`: so many levels of lines. */
export function whatIfInWords(answer: WhatIfAnswer, question: Question, depth: number): string {
  const { before, after, lines, largest } = answer;
  const parts = [figures(before, after)];
  if (lines !== undefined)
    parts.push(renderLineDifference(cutBelow(question.lines === "all" ? lines : changedLines(lines), depth)));
  if (largest !== undefined) parts.push(largestInWords(largest, question));
  return parts.join("\n\n");
}

function cutBelow(line: LineDifference, depth: number): LineDifference {
  return { ...line, children: depth === 0 ? [] : line.children.map((child) => cutBelow(child, depth - 1)) };
}

function figures(before: NetCapitalAnswer, after: NetCapitalAnswer): string {
  if (before.kind === "unknown" || after.kind === "unknown")
    return [`before: ${inWords(before)}`, `after:  ${inWords(after)}`].join("\n");
  const amounts = (label: string, of: (figure: NetCapitalFigure) => Cents): string[] => [
    label,
    displayDollars(of(before)),
    displayDollars(of(after)),
    displayDollars(subtract(of(after), of(before))),
  ];
  const words = (label: string, of: (figure: NetCapitalFigure) => string): string[] => [
    label,
    of(before),
    of(after),
    "",
  ];
  return table([
    ["", "before", "after", "difference"],
    amounts("Net capital", ({ netCapital }) => netCapital),
    amounts("Minimum", ({ requirement }) => requirement),
    amounts("Excess", ({ excess }) => excess),
    words("Tier", ({ tier }) => tier?.name ?? "none"),
    words("Early warning", ({ notices }) => notices.map(({ code }) => code).join(", ") || "none"),
  ]);
}

function inWords(answer: NetCapitalAnswer): string {
  return answer.kind === "figure"
    ? `net capital ${displayDollars(answer.netCapital)}`
    : `cannot say: ${answer.troubles.map(({ message }) => message).join("; ")}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((width, row) => Math.max(width, row[column].length), 0));
  return rows
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))))
    .map((cells) => cells.join("  ").trimEnd())
    .join("\n");
}

function largestInWords({ size, atLimit, figures: at, next, tried }: LargestAnswer, question: Question): string {
  const chosen = question.largest?.trades ?? question.trades?.map((_, index) => index) ?? [];
  const [first] = chosen;
  const trade = question.trades?.[first];
  const what = chosen.length === 1 && trade !== undefined ? describeTrade(trade) : "the basket";
  if (size === undefined || at === undefined) return `No size of ${what} keeps the cushion (${tried} sizes tried).`;
  const of =
    chosen.length === 1 && trade !== undefined ? describeTrade({ ...trade, quantity: size }) : `${size} times ${what}`;
  const leaves = `leaves ${displayDollars(at.excessCents as Cents)} above the minimum`;
  if (atLimit) return `No bound was found: ${of} still ${leaves} (${tried} sizes tried).`;
  const more =
    next === undefined || next.unknown ? "cannot be said" : `leaves ${displayDollars(next.excessCents as Cents)}`;
  return `The largest size: ${of}; it ${leaves}, one step more ${more} (${tried} sizes tried).`;
}
