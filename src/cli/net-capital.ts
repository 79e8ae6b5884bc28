/** `plimsoll net-capital FILE`: the computation of a book document, line by line. */
import { Command } from "commander";
import { renderLines } from "../base/line.ts";
import { answeredInWords } from "../net-capital/capital/proposals.ts";
import { print, SHIPPED_RULEBOOK, unknownFigure } from "./common.ts";
import { documentFirm, documentJson } from "./document.ts";

interface Options {
  readonly rulebook: string;
  readonly depth: number;
  readonly standing?: true;
  readonly json?: true;
}

export function netCapitalCommand(): Command {
  return new Command("net-capital")
    .description(
      "compute net capital (15c3-1) of a book document; schemas/book-document.schema.json says what is in one",
    )
    .argument("<file>", "a book document, YAML or JSON")
    .option("--rulebook <file>", "the rules; those that ship with the program where absent", SHIPPED_RULEBOOK)
    .option("--depth <levels>", "how many levels of lines", Number, 5)
    .option("--standing", "where capital stands too: withdrawals, subordinated loans, debt and equity")
    .option("--json", "for scripts")
    .action(run);
}

function run(file: string, { rulebook, depth, standing: isAsked, json }: Options): void {
  const firm = documentFirm(file, rulebook);
  const { answer, standing, proposals } = firm;
  if (json) {
    if (answer.kind === "unknown") process.exitCode = 1;
    return print(documentJson(firm));
  }
  if (answer.kind === "unknown") throw unknownFigure(answer.troubles);
  const texts = [renderLines(answer.computation, depth)];
  if (isAsked && standing !== undefined) texts.push(renderLines(standing.line, depth));
  process.stdout.write(`${[...texts, ...proposals.map(answeredInWords)].join("\n\n")}\n`);
}
