/**
 * Our computation as a tree that adds up: each node says with which sign it enters the one above. A line that is not the sum
 * of those below it (a rate of a greater side, the greatest of several) has none here; what is below it explains it otherwise.
 */
import { findLine, type Line } from "../../base/line.ts";
import { type Cents, negate, sum } from "../../base/money.ts";
import type { NetCapitalFigure } from "../computation.ts";
import { FOCUS_PARTS, focusReport, FORMS, type FocusLine } from "../focus/focus.ts";
import { DEBIT_ITEMS } from "../focus/common-lines.ts";
import type { FocusPart, FormLine } from "../focus/form.ts";

export interface Node {
  /** The code of a line, or the number of a box. */
  readonly code: string;
  readonly label: string;
  readonly amount: Cents;
  /** How it enters the node above. */
  readonly sign: 1 | -1;
  /** They add up to the amount, with their signs; or there are none. */
  readonly children: readonly Node[];
  /** The lines of the computation that it is made of, with everything below them. */
  readonly lines: readonly { readonly line: Line; readonly sign: 1 | -1 }[];
}

export interface Structure {
  /** The totals that are compared, each by itself. */
  readonly nodes: readonly Node[];
  /** Every code or box that there is, also of what adds up to no total. */
  readonly known: ReadonlySet<string>;
}

/** Lines that their parent deducts. */
const DEDUCTED: ReadonlySet<string> = new Set([
  "equity-not-allowable",
  "non-allowable",
  "charges",
  "commodity-charges",
  "charges-on-base",
  "haircuts",
  "aggregate-indebtedness/excluded",
]);

/** Whether the line above takes it off. */
export function isDeducted(code: string): boolean {
  return DEDUCTED.has(code);
}

/** A share of what is below, whatever it adds up to. */
const NO_SUM: ReadonlySet<string> = new Set(["requirement/ratio"]);

/** The minimums of which the requirement takes the greatest. */
const MINIMUMS: ReadonlySet<string> = new Set([
  "requirement/ratio",
  "requirement/dollars",
  "requirement/market-making",
  "requirement/others",
]);

/** Stands below a line to show what it is of, and is no part of its amount. */
const SHOWN_ONLY: ReadonlySet<string> = new Set(["haircuts/equities/all"]);

/** The totals that are compared, each by itself. */
const TOTALS = ["net-capital", "requirement", "aggregate-indebtedness", "aggregate-debit-items"] as const;
const TOTAL_BOXES = ["3750", "3760", "3840", DEBIT_ITEMS] as const;

/** The computation by its own lines. */
export function ownStructure({ computation }: NetCapitalFigure): Structure {
  const nodes = TOTALS.flatMap((code) => {
    const line = findLine(computation, code);
    return line === undefined ? [] : [nodeOf(line, 1)];
  });
  return { nodes, known: new Set(codesOf(computation)) };
}

function codesOf({ code, children }: Line): string[] {
  return [code, ...children.flatMap(codesOf)];
}

function nodeOf(line: Line, sign: 1 | -1): Node {
  const { code, label, amount } = line;
  const parts = partsOf(line).filter((child) => !SHOWN_ONLY.has(child.code));
  const children = parts.map((child) => nodeOf(child, isDeducted(child.code) ? -1 : 1));
  const isSum = !NO_SUM.has(code) && addsUp(amount, children);
  return { code, label, amount, sign, children: isSum ? children : [], lines: [{ line, sign: 1 }] };
}

/** What the amount is of: of the requirement, the greatest of its minimums and what is added to it. */
function partsOf({ code, children }: Line): readonly Line[] {
  if (code !== "requirement") return children;
  const minimums = children.filter((child) => MINIMUMS.has(child.code));
  const [greatest] = minimums.toSorted((a, b) => b.amount - a.amount);
  return children.filter((child) => child === greatest || !minimums.includes(child));
}

function addsUp(amount: Cents, children: readonly Node[]): boolean {
  return children.length > 0 && sum(children.map(signed)) === amount;
}

function signed({ amount, sign }: Node): Cents {
  return sign === 1 ? amount : negate(amount);
}

/** The part of the FOCUS report that has all these boxes, or undefined where they are no boxes. */
export function focusPartOf(codes: readonly string[]): FocusPart | undefined {
  const boxes = codes.filter((code) => /^\d+$/.test(code));
  if (boxes.length === 0) return undefined;
  const has = (part: FocusPart): number => {
    const ids = new Set(FORMS[part].sections.flatMap(({ lines }) => lines.map(({ id }) => id)));
    return boxes.filter((box) => ids.has(box)).length;
  };
  return FOCUS_PARTS.reduce((best, part) => (has(part) > has(best) ? part : best));
}

/** The computation by the boxes of the FOCUS report, and below them by its own lines. */
export function focusStructure(figure: NetCapitalFigure, part: FocusPart): Structure {
  const definitions = new Map(
    FORMS[part].sections.flatMap(({ lines }) => lines.map((line) => [line.id, line] as const)),
  );
  const filled = new Map<string, FocusLine>();
  for (const section of focusReport(figure, part).sections)
    for (const line of section.lines) filled.set(line.box ?? line.label, line);
  const nodeAt = (id: string, sign: 1 | -1): Node | undefined => {
    const form = definitions.get(id);
    const line = form === undefined ? undefined : filled.get(/^\d+$/.test(id) ? id : form.label);
    if (form === undefined || line?.value.kind !== "amount") return undefined;
    const { amount } = line.value;
    const children = [
      ...boxesBelow(form).flatMap(([box, own]) => nodeAt(box, own) ?? []),
      ...line.lines.map(({ line: below, sign: own }) => nodeOf(below, own)),
    ];
    return {
      code: id,
      label: line.label,
      amount,
      sign,
      children: addsUp(amount, children) ? children : [],
      lines: line.lines,
    };
  };
  return {
    nodes: TOTAL_BOXES.flatMap((box) => nodeAt(box, 1) ?? []),
    known: new Set([...definitions.keys(), ...codesOf(figure.computation)]),
  };
}

function boxesBelow({ follows }: FormLine): [box: string, sign: 1 | -1][] {
  if (follows.by !== "sum") return [];
  return [
    ...follows.plus.map((box): [string, 1] => [box, 1]),
    ...(follows.less ?? []).map((box): [string, -1] => [box, -1]),
  ];
}
