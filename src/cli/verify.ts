/** `plimsoll verify`: every invariant of a journal and of the state that follows from it. */
import { Command } from "commander";
import { verifyFirm } from "../engine/verify.ts";
import { directoryOption, print } from "./common.ts";

export function verifyCommand(): Command {
  return directoryOption(new Command("verify"))
    .description("check a journal and everything that follows from it; writes nothing")
    .option("--json", "for scripts")
    .action((options: { dir: string; json?: true }) => {
      const report = verifyFirm(options.dir);
      if (!report.ok) process.exitCode = 1;
      if (options.json) return print(report);
      for (const { ok, name, detail } of report.checks)
        process.stdout.write(`${ok ? "ok    " : "FAILED"}  ${name}: ${detail}\n`);
      process.stdout.write(`fact ${report.lastSeq}, state ${report.stateHash}\n`);
    });
}
