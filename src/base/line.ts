/**
 * A computation as a tree of lines: each has a label, an amount, the paragraph of law it comes from, its inputs and its
 * children. The tree is what the API returns, the page opens, the report prints and the tests compare.
 */
import { type Cents, displayDollars, formatDollars, sum } from "./money.ts";

/** An input of a line: cents, or a plain fact about it (a rate, a maturity, a count) already in words. */
export type LineInput = Cents | string;

export interface Line {
  /** Stable, for programs: "haircuts/equities". Unique in its tree where set. */
  readonly code: string;
  readonly label: string;
  /** The paragraph that the amount comes from, for example "15c3-1(c)(2)(vi)(J)". */
  readonly paragraph: string;
  /** Cents; a deduction is a positive amount on a line that says that it deducts. */
  readonly amount: Cents;
  readonly inputs: Readonly<Record<string, LineInput>>;
  readonly children: readonly Line[];
}

export function line(
  code: string,
  label: string,
  paragraph: string,
  amount: Cents,
  inputs: Readonly<Record<string, LineInput>> = {},
  children: readonly Line[] = [],
): Line {
  return { code, label, paragraph, amount, inputs, children };
}

/** A line whose amount is the sum of its children. */
export function total(
  code: string,
  label: string,
  paragraph: string,
  children: readonly Line[],
  inputs: Readonly<Record<string, LineInput>> = {},
): Line {
  return { code, label, paragraph, amount: sum(children.map((child) => child.amount)), inputs, children };
}

/** The line with this code, searched depth first. */
export function findLine(root: Line, code: string): Line | undefined {
  if (root.code === code) return root;
  for (const child of root.children) {
    const found = findLine(child, code);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The tree as plain JSON: amounts as decimal strings of dollars. */
export interface LineJson {
  readonly code: string;
  readonly label: string;
  readonly paragraph: string;
  readonly amount: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly children?: readonly LineJson[];
}

export function lineToJson({ code, label, paragraph, amount, inputs, children }: Line): LineJson {
  const entries = Object.entries(inputs);
  return {
    code,
    label,
    paragraph,
    amount: formatDollars(amount),
    ...(entries.length > 0 && {
      inputs: Object.fromEntries(
        entries.map(([key, value]) => [key, typeof value === "number" ? formatDollars(value) : value]),
      ),
    }),
    ...(children.length > 0 && { children: children.map(lineToJson) }),
  };
}

/** The tree as a table for a terminal: label, amount, paragraph; children indented below their parent. */
export function renderLines(root: Line, depthMax = Number.POSITIVE_INFINITY): string {
  const rows: [label: string, amount: string, paragraph: string][] = [];
  const walk = (node: Line, depth: number): void => {
    rows.push(["  ".repeat(depth) + node.label, displayDollars(node.amount), node.paragraph]);
    if (depth < depthMax) for (const child of node.children) walk(child, depth + 1);
  };
  walk(root, 0);
  let labelWidth = 0;
  let amountWidth = 0;
  for (const [label, amount] of rows) {
    labelWidth = Math.max(labelWidth, label.length);
    amountWidth = Math.max(amountWidth, amount.length);
  }
  return rows
    .map(([label, amount, paragraph]) =>
      `${label.padEnd(labelWidth)}  ${amount.padStart(amountWidth)}  ${paragraph}`.trimEnd(),
    )
    .join("\n");
}
