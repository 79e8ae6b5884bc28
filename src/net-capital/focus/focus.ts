/**
 * The net-capital pages of the FOCUS report of a computation: every line of the form with its box, its amount, how it
 * follows, and the lines of the computation behind it, so that each box resolves to positions and facts.
 *
 * The page adds up exactly as the form says, and what it adds up to is what the computation says: that is asserted.
 */
import { assert, assertNever, AssertionError } from "../../base/assert.ts";
import { findLine, type Line } from "../../base/line.ts";
import { add, type Cents, excessOver, greater, negate, subtract, sum, ZERO } from "../../base/money.ts";
import { parseRate, portionUp } from "../../base/rate.ts";
import type { NetCapitalFigure } from "../computation.ts";
import { percentOf } from "../ratio.ts";
import { type BoxLine, linesByBox, requirementByBox, SECTION_CODES } from "./boxes.ts";
import { DEBIT_ITEMS } from "./common-lines.ts";
import { type BoxSource, type FocusPart, type Form, type FormLine, type Given, hasBox, inWords } from "./form.ts";
import { PART_II } from "./part-ii.ts";
import { PART_IIA } from "./part-iia.ts";

export const FORMS: Readonly<Record<FocusPart, Form>> = { II: PART_II, IIA: PART_IIA };
export const FOCUS_PARTS = Object.keys(FORMS) as readonly FocusPart[];

export type GivenValues = Readonly<Partial<Record<Given, string>>>;

export type FocusValue =
  | { readonly kind: "amount"; readonly amount: Cents }
  /** "7.44" */
  | { readonly kind: "percent"; readonly percent: string }
  | { readonly kind: "count"; readonly count: number }
  /** The form asks for it, and it is not known; never a zero. */
  | { readonly kind: "not-stated"; readonly needs: string };

export interface FocusLine {
  readonly line: string;
  readonly box: string | undefined;
  readonly label: string;
  readonly paragraph: string;
  readonly value: FocusValue;
  /** In words: "3500 + 3520 + 3525". */
  readonly follows: string;
  readonly source: BoxSource;
  readonly inner: boolean;
  readonly deducts: boolean;
  readonly total: boolean;
  /** The lines of the computation that it is made of; empty where it is made of other boxes. */
  readonly lines: readonly BoxLine[];
}

export interface FocusSection {
  readonly title: string;
  readonly lines: readonly FocusLine[];
}

export interface FocusReport {
  readonly part: FocusPart;
  readonly title: string;
  readonly sections: readonly FocusSection[];
}

/** `given`: what the form takes from beside the computation, where that is known. */
export function focusReport(figure: NetCapitalFigure, part: FocusPart, given: GivenValues = {}): FocusReport {
  const form = FORMS[part];
  const method = figure.ratio.kind;
  const page = new Page(figure, part, given);
  const sections = form.sections
    .filter((section) => section.method === undefined || section.method === method)
    .map(({ title, lines }) => ({ title, lines: lines.map((line) => page.fill(line)) }));
  const ofMethod: readonly (readonly [box: string, amount: Cents])[] =
    method === "indebtedness-to-net-capital"
      ? [
          ["3770", figure.excess],
          ["3840", figure.aggregateIndebtedness],
        ]
      : [
          ["3910", figure.excess],
          [DEBIT_ITEMS, figure.aggregateDebitItems],
        ];
  for (const [box, amount] of [
    ["3640", figure.tentative],
    ["3750", figure.netCapital],
    ["3760", figure.requirement],
    ...ofMethod,
  ] as const)
    assert(page.amount(box) === amount, `box ${box} is what the computation says`);
  return { part, title: form.title, sections };
}

/** The lines of the computation whose children the boxes share out. */
function sectionsOf(line: Line): Line[] {
  return SECTION_CODES.has(line.code) ? [line] : line.children.flatMap(sectionsOf);
}

/** The form filled in: any line can be asked for, whatever it follows from. */
class Page {
  readonly #lines: ReadonlyMap<string, readonly BoxLine[]>;
  readonly #definitions: ReadonlyMap<string, FormLine>;
  readonly #given: GivenValues;

  constructor(figure: NetCapitalFigure, part: FocusPart, given: GivenValues) {
    this.#given = given;
    const method = figure.ratio.kind;
    const lines = linesByBox(sectionsOf(figure.computation), part);
    const requirement = findLine(figure.computation, "requirement");
    assert(requirement !== undefined, "a computation has its requirement");
    for (const [box, own] of requirementByBox(requirement, method)) lines.set(box, own);
    this.#lines = lines;
    const used = FORMS[part].sections.filter((section) => section.method === undefined || section.method === method);
    this.#definitions = new Map(used.flatMap(({ lines: own }) => own.map((line) => [line.id, line] as const)));
    const homeless = [...lines.keys()].filter((box) => !this.#definitions.has(box));
    assert(homeless.length === 0, `Part ${part} has a line for ${homeless.join(", ")}`);
  }

  fill(form: FormLine): FocusLine {
    const { id, line, label, paragraph, follows, source, inner, deducts, total } = form;
    return {
      line,
      box: hasBox(id) ? id : undefined,
      label,
      paragraph,
      value: this.#value(form),
      follows: inWords(follows),
      source,
      inner,
      deducts,
      total,
      lines: this.#lines.get(id) ?? [],
    };
  }

  #value({ id, follows }: FormLine): FocusValue {
    switch (follows.by) {
      case "not-stated":
        return { kind: "not-stated", needs: follows.needs };
      case "count":
        return this.#count(follows.of);
      case "given":
        return percentOrNot(this.#given[follows.name], follows.needs);
      case "percent":
        return percentOrNot(percentOf(this.amount(follows.of), this.amount(follows.to)), `${follows.to} above zero`);
      case "lines":
      case "sum":
      case "greater":
      case "above":
        return { kind: "amount", amount: this.amount(id) };
      default:
        return assertNever(follows);
    }
  }

  /** How many items: what operations report as one sum does not say of how many. */
  #count(box: string): FocusValue {
    const lines = (this.#lines.get(box) ?? []).filter(({ line }) => line.amount !== 0).map(({ line }) => line);
    const isSum = ({ code, inputs }: Line): boolean =>
      inputs["item"] !== undefined && code === `charges/${inputs["item"]}`;
    if (lines.some(isSum)) return { kind: "not-stated", needs: "the number of items behind a reported sum" };
    return { kind: "count", count: lines.reduce((count, line) => count + itemsOf(line), 0) };
  }

  /** The amount of a line of the form. */
  amount(id: string): Cents {
    const form = this.#definitions.get(id);
    assert(form !== undefined, `the form has a line ${id}`);
    const { follows } = form;
    const lines = (this.#lines.get(id) ?? []).map(({ line, sign }) => (sign === 1 ? line.amount : negate(line.amount)));
    const of = (ids: readonly string[]): Cents => sum(ids.map((other) => this.amount(other)));
    switch (follows.by) {
      case "lines":
        return follows.greatest === true ? lines.reduce(greater, ZERO) : sum(lines);
      case "sum": {
        const [plus, less] = [of(follows.plus), of(follows.less ?? [])];
        return follows.floor === true ? excessOver(plus, less) : subtract(plus, less);
      }
      case "greater":
        return add(follows.of.map((other) => this.amount(other)).reduce(greater), of(follows.plus));
      case "above": {
        const shares = follows.shares.map(([share, other]) => portionUp(this.amount(other), parseRate(share)));
        return subtract(this.amount(follows.from), shares.reduce(greater));
      }
      case "count":
      case "given":
      case "percent":
      case "not-stated":
        throw new AssertionError(`line ${id} is no amount`);
      default:
        return assertNever(follows);
    }
  }
}

function percentOrNot(percent: string | undefined, needs: string): FocusValue {
  return percent === undefined ? { kind: "not-stated", needs } : { kind: "percent", percent };
}

/** A line over items has them as its children; any other is an item. */
function itemsOf({ children }: Line): number {
  return children.length === 0 ? 1 : children.filter(({ amount }) => amount !== 0).length;
}
