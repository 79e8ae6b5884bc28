/** `plimsoll report`: the FOCUS pages, or the whole computation, of a firm at any moment or of a book document. */
import { Command, Option } from "commander";
import { writeFileSync } from "node:fs";
import { sum } from "../base/money.ts";
import { readFirm } from "../engine/directory.ts";
import type { FirmState } from "../engine/firm-state.ts";
import { debtEquityNow } from "../net-capital/capital/position.ts";
import { FOCUS_PARTS, type GivenValues } from "../net-capital/focus/focus.ts";
import type { FocusPart } from "../net-capital/focus/form.ts";
import { percentOf } from "../net-capital/ratio.ts";
import type { PrintedReport, ReportHeader } from "../reports/printed.ts";
import { compose, REPORT_FORMATS, type ReportFormat, type ReportWanted } from "../reports/render.ts";
import { directoryOption, SHIPPED_RULEBOOK, unknownFigure, untilOption, untilOptions } from "./common.ts";
import { firmOfDocument } from "./document.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly book?: string;
  readonly rulebook: string;
  readonly firm?: string;
  readonly format: ReportFormat;
  readonly out?: string;
}

export function reportCommand(): Command {
  const focus = sourceOptions(new Command("focus"))
    .description("the net-capital pages of FOCUS Report Form X-17A-5, with box numbers and what each box is made of")
    .addOption(new Option("--form <part>", "which part of the form").choices(FOCUS_PARTS).default("II"))
    .action((options: Options & { readonly form: FocusPart }) =>
      run({ report: "focus", part: options.form, format: options.format }, options),
    );
  const computation = sourceOptions(new Command("net-capital"))
    .description("every line of the computation")
    .action((options: Options) => run({ report: "net-capital", format: options.format }, options));
  return new Command("report")
    .description("write a report as JSON, CSV or PDF")
    .addCommand(focus.exitOverride())
    .addCommand(computation.exitOverride());
}

function sourceOptions(command: Command): Command {
  return untilOptions(directoryOption(command))
    .option("--book <file>", "of this book document, instead of the firm in a directory")
    .option("--rulebook <file>", "the rules for a book document", SHIPPED_RULEBOOK)
    .option("--firm <name>", "the firm's name; the one that its rulebook says where absent")
    .addOption(new Option("--format <format>", "the format").choices(REPORT_FORMATS).default("pdf"))
    .option("--out <file>", "to this file; to the terminal where absent");
}

async function run(wanted: ReportWanted, { dir, at, book, rulebook, firm, out }: Options): Promise<void> {
  const state = book === undefined ? readFirm(dir, untilOption(at)).state : firmOfDocument(book, rulebook);
  const answer = state.netCapital.answer();
  if (answer.kind === "unknown") throw unknownFigure(answer.troubles);
  const header = { ...reportHeader(state, firm), stateHash: state.hash() };
  const composed = compose(wanted, header, answer, givenFor(state));
  const content = composed.kind === "text" ? composed.text : await pdf(composed.report);
  if (out === undefined) process.stdout.write(content);
  else writeFileSync(out, content);
}

/** What lays out pages is loaded by those who want pages. */
async function pdf(report: PrintedReport): Promise<Uint8Array> {
  const { pdfOf } = await import("../reports/pdf.ts");
  return pdfOf(report);
}

/** What the FOCUS report takes from beside the computation. */
export function givenFor({ books, netCapital }: FirmState): GivenValues {
  const debtEquity = debtEquityNow(books, netCapital);
  if (debtEquity === undefined) return {};
  const { debt, subordinatedEquity, ownersEquity } = debtEquity;
  const percent = percentOf(debt, sum([debt, subordinatedEquity, ownersEquity]));
  return percent === undefined ? {} : { "debt-equity percent": percent };
}

/** What every page says at its top. The hash of the state is left to those who can wait for it. */
export function reportHeader(state: FirmState, firm: string | undefined): ReportHeader {
  const { rules } = state.netCapital;
  return {
    firm: firm ?? rules?.firm.name ?? "The firm",
    seq: state.seq,
    at: state.at,
    businessDay: state.businessDay,
    rulebook: `net-capital, version ${rules?.version ?? "unknown"}`,
    stateHash: undefined,
  };
}
