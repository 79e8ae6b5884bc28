/** Reports by name and format: what the command line writes and the API answers. */
import type { NetCapitalFigure } from "../net-capital/computation.ts";
import { focusReport, type GivenValues } from "../net-capital/focus/focus.ts";
import type { FocusPart } from "../net-capital/focus/form.ts";
import { computationCsv, computationJsonReport, printedComputation } from "./computation.ts";
import { focusCsv, focusJson } from "./focus-data.ts";
import { printedFocus } from "./focus-printed.ts";
import type { PrintedReport, ReportHeader } from "./printed.ts";

export const REPORT_FORMATS = ["json", "csv", "pdf"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export type ReportWanted =
  | { readonly report: "focus"; readonly part: FocusPart; readonly format: ReportFormat }
  | { readonly report: "net-capital"; readonly format: ReportFormat };

/** The report as text, or as what is to be printed. */
export type Composed =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "printed"; readonly report: PrintedReport };

export function compose(
  wanted: ReportWanted,
  header: ReportHeader,
  figure: NetCapitalFigure,
  given: GivenValues,
): Composed {
  const text = (of: string): Composed => ({ kind: "text", text: of });
  const json = (of: object): Composed => text(`${JSON.stringify(of, undefined, 2)}\n`);
  if (wanted.report === "net-capital") {
    if (wanted.format === "json") return json(computationJsonReport(header, figure.computation));
    if (wanted.format === "csv") return text(computationCsv(figure.computation));
    return { kind: "printed", report: printedComputation(header, figure.computation) };
  }
  const focus = focusReport(figure, wanted.part, given);
  if (wanted.format === "json") return json(focusJson(header, focus));
  if (wanted.format === "csv") return text(focusCsv(focus));
  return { kind: "printed", report: printedFocus(header, focus) };
}
