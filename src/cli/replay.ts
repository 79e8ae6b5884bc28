/** `plimsoll replay`: derives the state again from the first fact, and says how fast that was and what came out. */
import { Command } from "commander";
import { formatInstant } from "../base/time.ts";
import { readJournal } from "../engine/directory.ts";
import { recover } from "../engine/recovery.ts";
import { directoryOption, netCapitalJson, print, printFigures, untilOption, untilOptions } from "./common.ts";

export function replayCommand(): Command {
  return untilOptions(directoryOption(new Command("replay")))
    .description("derive the state again from the first fact, and print its hash")
    .option("--json", "for scripts")
    .action((options: { dir: string; at?: string; json?: true }) => {
      const reader = readJournal(options.dir);
      const started = performance.now();
      const { state, replayed } = recover(reader, undefined, untilOption(options.at));
      const seconds = (performance.now() - started) / 1000;
      reader.close();
      const summary = {
        facts: replayed,
        seconds: Number(seconds.toFixed(3)),
        factsPerSecond: Math.round(replayed / seconds),
        seq: state.seq,
        at: formatInstant(state.at),
        netCapital: netCapitalJson(state.netCapital.answer()),
        refusals: state.refusals.count,
        stateHash: state.hash(),
      };
      if (options.json) return print(summary);
      process.stdout.write(
        `${replayed} facts in ${summary.seconds} s, ${summary.factsPerSecond} a second, up to ${summary.at}\n`,
      );
      printFigures(state);
      process.stdout.write(`state ${summary.stateHash}\n`);
    });
}
