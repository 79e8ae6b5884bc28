/** `plimsoll compare FILE`: our net capital held against another program's, line by line, with the reasons. */
import { Command } from "commander";
import { parseDollars } from "../base/money.ts";
import { formatInstant } from "../base/time.ts";
import { readFirm } from "../engine/directory.ts";
import { compareNetCapital } from "../net-capital/comparison/comparison.ts";
import { readComputation } from "../net-capital/comparison/read.ts";
import { agrees, comparisonInWords, comparisonToJson } from "../net-capital/comparison/report.ts";
import { directoryOption, print, SHIPPED_RULEBOOK, untilOption, untilOptions } from "./common.ts";
import { readText } from "./config.ts";
import { firmOfDocument } from "./document.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly book?: string;
  readonly rulebook: string;
  readonly rounding?: string;
  readonly json?: true;
}

export function compareCommand(): Command {
  return untilOptions(directoryOption(new Command("compare")))
    .description(
      "hold net capital against another computation of it, and say why they differ; docs/guides/parallel-run.md",
    )
    .argument("<file>", "the other computation, CSV or JSON")
    .option("--book <file>", "against this book document, instead of the firm in a directory")
    .option("--rulebook <file>", "the rules for a book document", SHIPPED_RULEBOOK)
    .option(
      "--rounding <dollars>",
      "a difference of a line that counts as rounding; 0.01 where they give cents, else 1.00",
    )
    .option("--json", "for scripts")
    .action(run);
}

/** The exit code is 0 only where nothing differs beyond rounding. */
function run(file: string, { dir, at, book, rulebook, rounding, json }: Options): void {
  const theirs = readComputation(readText(file), { file });
  const within = rounding === undefined ? undefined : parseDollars(rounding, "--rounding");
  const state = book === undefined ? readFirm(dir, untilOption(at)).state : firmOfDocument(book, rulebook);
  const comparison = compareNetCapital(state.netCapital, state.books.instruments, theirs, within);
  if (!agrees(comparison)) process.exitCode = 1;
  if (json) return print({ seq: state.seq, at: formatInstant(state.at), ...comparisonToJson(comparison) });
  const standing = book === undefined ? `after fact ${state.seq}, ${formatInstant(state.at)}` : book;
  process.stdout.write(`${standing} against ${file}\n\n${comparisonInWords(comparison)}\n`);
}
