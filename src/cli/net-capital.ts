/** `plimsoll net-capital FILE`: the computation of a book document, line by line. */
import { Command } from "commander";
import { join } from "node:path";
import { parse } from "yaml";
import { lineToJson, renderLines } from "../base/line.ts";
import { FirmState } from "../engine/firm-state.ts";
import { applyHypothetical } from "../engine/hypothetical.ts";
import { readBookDocument, rulebookWithFirm } from "../net-capital/book-document.ts";
import { documentToFacts } from "../net-capital/book-document-import.ts";
import { netCapitalJson, print, unknownFigure } from "./common.ts";
import { readText } from "./config.ts";

const RULEBOOK = join(import.meta.dirname, "../../rulebooks/net-capital.yaml");

interface Options {
  readonly rulebook: string;
  readonly depth: number;
  readonly json?: true;
}

export function netCapitalCommand(): Command {
  return new Command("net-capital")
    .description(
      "compute net capital (15c3-1) of a book document; schemas/book-document.schema.json says what is in one",
    )
    .argument("<file>", "a book document, YAML or JSON")
    .option("--rulebook <file>", "the rules; those that ship with the program where absent", RULEBOOK)
    .option("--depth <levels>", "how many levels of lines", Number, 5)
    .option("--json", "for scripts")
    .action(run);
}

function run(file: string, { rulebook, depth, json }: Options): void {
  const document = readBookDocument(readText(file), { file });
  const rules = rulebookWithFirm(readText(rulebook), document);
  const { version, effective } = parse(rules) as { version: string; effective: string };
  const state = new FirmState();
  applyHypothetical(state, documentToFacts(document));
  applyHypothetical(state, [
    {
      kind: "rulebook-activated",
      at: `${document.asOf}T12:00:00Z`,
      rulebook: "net-capital",
      version,
      effective,
      document: rules,
      approvedBy: "file",
      secondApproval: "command line",
    },
  ]);
  const answer = state.netCapital.answer(Number.POSITIVE_INFINITY);
  if (json) {
    if (answer.kind === "unknown") process.exitCode = 1;
    return print(
      answer.kind === "unknown"
        ? netCapitalJson(answer)
        : { ...netCapitalJson(answer), computation: lineToJson(answer.computation) },
    );
  }
  if (answer.kind === "unknown") throw unknownFigure(answer.troubles);
  process.stdout.write(`${renderLines(answer.computation, depth)}\n`);
}
