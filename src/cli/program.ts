/** The commands. Each is a file; this one says what there is and how errors look. */
import { Command, CommanderError } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Trouble } from "../base/errors.ts";
import { FactsRefused } from "../engine/admission.ts";
import { callsCommand } from "./calls.ts";
import { compareCommand } from "./compare.ts";
import { demoCommand } from "./demo.ts";
import { drillCommand } from "./drill.ts";
import { effectsCommand } from "./effects.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { historyCommand } from "./history.ts";
import { importCommand } from "./import.ts";
import { marginCommand } from "./margin.ts";
import { netCapitalCommand } from "./net-capital.ts";
import { noticesCommand } from "./notices.ts";
import { replayCommand } from "./replay.ts";
import { reportCommand } from "./report.ts";
import { rulebookCommand } from "./rulebook.ts";
import { runCommand } from "./run.ts";
import { stressCommand } from "./stress.ts";
import { verifyCommand } from "./verify.ts";
import { whatIfCommand } from "./what-if.ts";

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

const program = new Command("plimsoll")
  .description("A broker-dealer's books and regulatory figures, exact after every event.")
  .version(packageVersion())
  .showHelpAfterError("(plimsoll --help says what there is)")
  .exitOverride();

for (const command of [
  demoCommand(),
  drillCommand(),
  runCommand(),
  importCommand(),
  exportCommand(),
  replayCommand(),
  verifyCommand(),
  explainCommand(),
  effectsCommand(),
  noticesCommand(),
  historyCommand(),
  netCapitalCommand(),
  marginCommand(),
  callsCommand(),
  reportCommand(),
  rulebookCommand(),
  whatIfCommand(),
  stressCommand(),
  compareCommand(),
]) {
  program.addCommand(command.exitOverride());
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.exitCode = 1;
    if (error instanceof FactsRefused) {
      for (const { index, message } of error.troubles) process.stderr.write(`plimsoll: fact ${index}: ${message}\n`);
    } else if (error instanceof Trouble) process.stderr.write(`plimsoll: ${error.message}\n`);
    else throw error;
  }
}
