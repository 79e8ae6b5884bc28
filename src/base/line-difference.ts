/**
 * Two trees of lines held against each other: what stood on each line before, what stands there after, and the difference.
 * A preview of other rules, a what-if and a comparison with another's computation all are one of these.
 */
import type { Line, LineInput } from "./line.ts";
import { type Cents, displayDollars, formatDollars, subtract, ZERO } from "./money.ts";

export interface LineDifference {
  readonly code: string;
  /** As the line is called after; of a line that is gone, as it was called before. */
  readonly label: string;
  readonly paragraph: string;
  /** Undefined: there was no such line. */
  readonly before: Cents | undefined;
  /** Undefined: there is no such line any more. */
  readonly after: Cents | undefined;
  /** After less before; a line that is not there enters nothing. */
  readonly difference: Cents;
  /** The inputs that say something else; undefined where one was not given. */
  readonly inputs: Readonly<Record<string, InputDifference>>;
  readonly children: readonly LineDifference[];
}

interface InputDifference {
  readonly before: LineInput | undefined;
  readonly after: LineInput | undefined;
}

/**
 * Every line of either tree, in the order of `after`; a line that is gone stands where it stood. Children are matched by
 * code: the first of a code with the first, and so on. The two roots are the same line, whatever they are called.
 */
export function differenceOfLines(before: Line, after: Line): LineDifference {
  return differenceOf(before, after, after);
}

function differenceOf(before: Line | undefined, after: Line | undefined, named: Line): LineDifference {
  return {
    code: named.code,
    label: named.label,
    paragraph: named.paragraph,
    before: before?.amount,
    after: after?.amount,
    difference: subtract(after?.amount ?? ZERO, before?.amount ?? ZERO),
    inputs: inputDifferences(before, after),
    children: childDifferences(before?.children ?? [], after?.children ?? []),
  };
}

/** Of a line that only one tree has, the inputs are no change: they come and go with it. */
function inputDifferences(before: Line | undefined, after: Line | undefined): Record<string, InputDifference> {
  if (before === undefined || after === undefined) return {};
  const keys = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
  const differences: Record<string, InputDifference> = {};
  for (const key of keys) {
    const pair = { before: before.inputs[key], after: after.inputs[key] };
    if (pair.before !== pair.after) differences[key] = pair;
  }
  return differences;
}

function childDifferences(before: readonly Line[], after: readonly Line[]): LineDifference[] {
  if (before.length === after.length && after.every(({ code }, index) => code === before[index].code))
    return after.map((line, index) => differenceOf(before[index], line, line));
  const keptBefore = new Map<string, number>();
  for (const [index, key] of keysOf(before).entries()) keptBefore.set(key, index);
  const keysAfter = keysOf(after);
  const kept = new Set(keysAfter.map((key) => keptBefore.get(key)));
  const differences: LineDifference[] = [];
  let next = 0;
  const goneUntil = (end: number): void => {
    for (; next < end; next++) {
      if (!kept.has(next)) differences.push(differenceOf(before[next], undefined, before[next]));
    }
  };
  for (const [index, line] of after.entries()) {
    const matched = keptBefore.get(keysAfter[index]);
    if (matched !== undefined) goneUntil(matched);
    differences.push(differenceOf(matched === undefined ? undefined : before[matched], line, line));
  }
  goneUntil(before.length);
  return differences;
}

/** For each line its code and how many of this code stand before it. */
function keysOf(lines: readonly Line[]): string[] {
  const met = new Map<string, number>();
  return lines.map(({ code }) => {
    const count = met.get(code) ?? 0;
    met.set(code, count + 1);
    return `${count} ${code}`;
  });
}

/** Whether the line itself, its inputs or anything below it is not what it was. */
export function isChanged({ before, after, inputs, children }: LineDifference): boolean {
  return before !== after || Object.keys(inputs).length > 0 || children.some(isChanged);
}

/** The tree without the lines that are what they were. The root stays. */
export function changedLines(root: LineDifference): LineDifference {
  return { ...root, children: root.children.filter(isChanged).map(changedLines) };
}

/** The tree as plain JSON: amounts as decimal strings of dollars, null where there is no such line. */
export interface LineDifferenceJson {
  readonly code: string;
  readonly label: string;
  readonly paragraph: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly difference: string;
  readonly inputs?: Readonly<Record<string, { readonly before: string | null; readonly after: string | null }>>;
  readonly children?: readonly LineDifferenceJson[];
}

export function lineDifferenceToJson(difference: LineDifference): LineDifferenceJson {
  const inputs = Object.entries(difference.inputs);
  return {
    code: difference.code,
    label: difference.label,
    paragraph: difference.paragraph,
    before: amountToJson(difference.before),
    after: amountToJson(difference.after),
    difference: formatDollars(difference.difference),
    ...(inputs.length > 0 && {
      inputs: Object.fromEntries(
        inputs.map(([key, { before, after }]) => [key, { before: amountToJson(before), after: amountToJson(after) }]),
      ),
    }),
    ...(difference.children.length > 0 && { children: difference.children.map(lineDifferenceToJson) }),
  };
}

function amountToJson(value: LineInput | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === "number" ? formatDollars(value) : value;
}

/** The tree as a table for a terminal: label, before, after, difference, and below a line which of its inputs changed. */
export function renderLineDifference(root: LineDifference): string {
  const rows: string[][] = [["", "before", "after", "difference"]];
  const walk = (node: LineDifference, depth: number): void => {
    const indent = "  ".repeat(depth);
    const amounts = [node.before, node.after].map((amount) => (amount === undefined ? "–" : displayDollars(amount)));
    rows.push([indent + node.label, ...amounts, displayDollars(node.difference)]);
    for (const [key, { before, after }] of Object.entries(node.inputs)) {
      rows.push([`${indent}    ${key}`, shown(before), shown(after), ""]);
    }
    for (const child of node.children) walk(child, depth + 1);
  };
  walk(root, 0);
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((width, row) => Math.max(width, row[column].length), 0));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function shown(value: LineInput | undefined): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? displayDollars(value) : value;
}
