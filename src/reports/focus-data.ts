/** The FOCUS pages as JSON and as CSV: every line with its box, its value, how it follows, and what it comes from. */
import { assertNever } from "../base/assert.ts";
import { formatDollars, negate } from "../base/money.ts";
import { formatDay, formatInstant } from "../base/time.ts";
import type { BoxLine } from "../net-capital/focus/boxes.ts";
import type { FocusLine, FocusReport } from "../net-capital/focus/focus.ts";
import { csvOf } from "./csv.ts";
import type { ReportHeader } from "./printed.ts";

/** The header as JSON. */
export function headerJson({ firm, seq, at, businessDay, rulebook, stateHash }: ReportHeader): object {
  return {
    firm,
    seq,
    at: formatInstant(at),
    businessDay: formatDay(businessDay),
    rulebook,
    stateHash: stateHash ?? null,
  };
}

export function focusJson(header: ReportHeader, { part, title, sections }: FocusReport): object {
  return {
    report: "focus",
    form: part,
    title,
    ...headerJson(header),
    sections: sections.map((section) => ({ title: section.title, lines: section.lines.map(lineJson) })),
  };
}

function lineJson(line: FocusLine): object {
  const { value } = line;
  return {
    line: line.line,
    box: line.box ?? null,
    label: line.label,
    paragraph: line.paragraph,
    kind: value.kind,
    value: valueText(line) ?? null,
    ...(value.kind === "not-stated" && { needs: value.needs }),
    follows: line.follows,
    source: line.source,
    lines: line.lines.map((from) => ({
      code: from.line.code,
      label: from.line.label,
      paragraph: from.line.paragraph,
      amount: amountText(from),
    })),
  };
}

/** "1234.50", "7.44", "3"; nothing where it is not stated. */
function valueText({ value }: FocusLine): string | undefined {
  switch (value.kind) {
    case "amount":
      return formatDollars(value.amount);
    case "percent":
      return value.percent;
    case "count":
      return String(value.count);
    case "not-stated":
      return undefined;
    default:
      return assertNever(value);
  }
}

/** What a line puts into its box. */
function amountText({ line: { amount }, sign }: BoxLine): string {
  return formatDollars(sign === 1 ? amount : negate(amount));
}

const COLUMNS = ["section", "line", "box", "label", "kind", "value", "paragraph", "follows", "source", "lines"];

export function focusCsv({ sections }: FocusReport): string {
  const rows = sections.flatMap(({ title, lines }) =>
    lines.map((line) => [
      title,
      line.line,
      line.box ?? "",
      line.label,
      line.value.kind,
      valueText(line) ?? "",
      line.paragraph,
      line.follows,
      line.source,
      line.lines.map((from) => `${from.line.code} ${amountText(from)}`).join("; "),
    ]),
  );
  return csvOf(COLUMNS, rows);
}
