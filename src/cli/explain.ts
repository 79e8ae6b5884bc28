/** `plimsoll explain net-capital`: the computation as lines, now or at any past moment, down to positions and paragraphs. */
import { Command } from "commander";
import { Trouble } from "../base/errors.ts";
import { findLine, lineToJson, renderLines } from "../base/line.ts";
import { formatInstant } from "../base/time.ts";
import { readFirm } from "../engine/directory.ts";
import { directoryOption, print, unknownFigure, untilOption, untilOptions } from "./common.ts";

export function explainCommand(): Command {
  return untilOptions(directoryOption(new Command("explain")))
    .description("explain a figure, line by line")
    .argument("<figure>", "net-capital")
    .option("--line <code>", "only the tree below this line, for example haircuts/equities", "excess")
    .option("--depth <levels>", "how many levels of lines", Number, 4)
    .option("--json", "for scripts")
    .action((figure: string, options: { dir: string; at?: string; line: string; depth: number; json?: true }) => {
      if (figure !== "net-capital")
        throw new Trouble("bad-value", "no such figure", { field: "figure", value: figure, expected: "net-capital" });
      const { state } = readFirm(options.dir, untilOption(options.at));
      const answer = state.netCapital.answer();
      if (answer.kind === "unknown") throw unknownFigure(answer.troubles);
      const found = findLine(answer.computation, options.line);
      if (found === undefined)
        throw new Trouble("not-found", "no such line", {
          field: "--line",
          value: options.line,
          expected: "a code of a line; --json shows them all",
        });
      if (options.json) return print({ seq: state.seq, at: formatInstant(state.at), line: lineToJson(found) });
      process.stdout.write(
        `after fact ${state.seq}, ${formatInstant(state.at)}\n\n${renderLines(found, options.depth)}\n`,
      );
    });
}
