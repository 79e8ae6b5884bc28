/** `plimsoll export book`: the books at any moment as a book document. */
import { Command } from "commander";
import { writeFileSync } from "node:fs";
import { Trouble } from "../base/errors.ts";
import { readFirm } from "../engine/directory.ts";
import { documentFromBooks } from "../net-capital/book-document-export.ts";
import { formatBookDocument } from "../net-capital/book-document.ts";
import { directoryOption, untilOption, untilOptions } from "./common.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly out?: string;
  readonly json?: true;
}

export function exportCommand(): Command {
  return untilOptions(directoryOption(new Command("export")))
    .description("write the books as a book document, which net-capital and other calculators read")
    .argument("<what>", "book")
    .option("--out <file>", "to this file; to the terminal where absent")
    .option("--json", "as JSON instead of YAML")
    .action((what: string, { dir, at, out, json }: Options) => {
      if (what !== "book")
        throw new Trouble("bad-value", "nothing to export", { field: "what", value: what, expected: "book" });
      const { state } = readFirm(dir, untilOption(at));
      const document = documentFromBooks(state.books, state.seq);
      const text = json ? `${JSON.stringify(document, undefined, 2)}\n` : formatBookDocument(document);
      if (out === undefined) process.stdout.write(text);
      else writeFileSync(out, text);
    });
}
