/**
 * What a page of FOCUS Report Form X-17A-5 is made of, as data: lines with their boxes, and how each follows from the
 * computation or from other boxes. The forms themselves are `part-ii.ts` and `part-iia.ts`.
 */
import { assertNever } from "../../base/assert.ts";
import type { RatioKind } from "../ratio.ts";

export type FocusPart = "II" | "IIA";
export type Method = RatioKind;
/** What the form takes from beside the computation. */
export type Given = "debt-equity percent";

/** How the amount of a line follows. Boxes are named by their numbers; a line without a box by a name in words. */
export type Follows =
  /** The lines of the computation that `boxes.ts` puts here: their sum, or the greatest of them. */
  | { readonly by: "lines"; readonly greatest?: true }
  | { readonly by: "sum"; readonly plus: readonly string[]; readonly less?: readonly string[]; readonly floor?: true }
  | { readonly by: "greater"; readonly of: readonly string[]; readonly plus: readonly string[] }
  /** `from` less the greatest of the shares, each rounded up to the cent. */
  | { readonly by: "above"; readonly from: string; readonly shares: readonly (readonly [share: string, of: string])[] }
  | { readonly by: "percent"; readonly of: string; readonly to: string }
  /** How many items of the computation stand behind a box. */
  | { readonly by: "count"; readonly of: string }
  /** Worked out elsewhere: a percentage that who makes the report gives. */
  | { readonly by: "given"; readonly name: Given; readonly needs: string }
  /** What the form asks for and no fact says. */
  | { readonly by: "not-stated"; readonly needs: string };

/** Where the number of a box is known from: seen on a copy of the form, or known by heart; "no box" where it has none. */
export type BoxSource = "confirmed" | "from memory" | "no box";

export interface FormLine {
  /** Its box, or a name of ours where the form gives none. */
  readonly id: string;
  /** "6A1"; empty for a line of ours. */
  readonly line: string;
  readonly label: string;
  readonly paragraph: string;
  readonly follows: Follows;
  readonly source: BoxSource;
  /** In the inner column of the form: what the next total adds up. */
  readonly inner: boolean;
  /** The form prints it in brackets. */
  readonly deducts: boolean;
  readonly total: boolean;
}

export interface FormSection {
  readonly title: string;
  /** The method of the firm that it is for; both where absent. */
  readonly method?: Method;
  readonly lines: readonly FormLine[];
}

export interface Form {
  readonly part: FocusPart;
  readonly title: string;
  readonly sections: readonly FormSection[];
}

export const LINES: Follows = { by: "lines" };

/** "sum of these less those" without the words. */
export function sumOf(plus: readonly string[], less: readonly string[] = []): Follows {
  return { by: "sum", plus, less };
}

type Marks = Partial<Pick<FormLine, "source" | "inner" | "deducts" | "total">>;

/** A line of a form; its box is from memory unless it is marked otherwise. */
export function formLine(
  line: string,
  id: string,
  label: string,
  paragraph: string,
  follows: Follows,
  marks: Marks = {},
): FormLine {
  const source = hasBox(id) ? "from memory" : "no box";
  return { line, id, label, paragraph, follows, source, inner: false, deducts: false, total: false, ...marks };
}

/** Whether the form gives this line a number. */
export function hasBox(id: string): boolean {
  return /^\d+$/.test(id);
}

/** How a line follows, in words. */
export function inWords(follows: Follows): string {
  switch (follows.by) {
    case "lines":
      return follows.greatest === true ? "the greatest of its lines" : "its lines";
    case "sum":
      return (
        [follows.plus.join(" + "), ...(follows.less ?? [])].join(" − ") + (follows.floor ? ", not below zero" : "")
      );
    case "greater":
      return [`the greater of ${follows.of.join(" and ")}`, ...follows.plus].join(" + ");
    case "above":
      return `${follows.from} − the greatest of ${follows.shares.map(([share, of]) => `${share} of ${of}`).join(", ")}`;
    case "percent":
      return `${follows.of} ÷ ${follows.to}`;
    case "count":
      return `items behind ${follows.of}`;
    case "given":
      return follows.name;
    case "not-stated":
      return `needs ${follows.needs}`;
    default:
      return assertNever(follows);
  }
}
