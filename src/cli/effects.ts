/** `plimsoll effects`: what followed from the facts and should reach somebody, and what became of it. */
import { Command, Option } from "commander";
import { EFFECT_KINDS, type EffectKind } from "../base/effect.ts";
import { readFirm, readFirmWhole } from "../engine/directory.ts";
import { EngineWatch } from "../server/engine-watch.ts";
import type { EffectView } from "../server/live-watch.ts";
import { wholeNumber } from "./options.ts";
import { directoryOption, print, printRows, untilOption, untilOptions } from "./common.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly since?: string;
  readonly after?: number;
  readonly journal?: true;
  readonly kind?: EffectKind;
  readonly status?: EffectView["status"];
  readonly json?: true;
}

export function effectsCommand(): Command {
  return untilOptions(directoryOption(new Command("effects")))
    .description("alerts, restrictions and notices, by the fact that caused each, oldest first")
    .option("--since <seq|time>", "of facts after this one, or at this instant or later")
    .option("--after <number>", "only those with a higher number", wholeNumber)
    .option("--journal", "read the whole journal: also those that a running firm no longer has in memory")
    .addOption(new Option("--kind <kind>", "of one kind").choices(EFFECT_KINDS))
    .addOption(new Option("--status <status>", "by what became of them").choices(["pending", "delivered", "failed"]))
    .option("--json", "for scripts")
    .action(run);
}

function run({ dir, at, since, after, journal, kind, status, json }: Options): void {
  const until = untilOption(at);
  const watch = new EngineWatch(journal === true ? readFirmWhole(dir, until) : readFirm(dir, until).state);
  const found = watch.effects({
    count: Number.POSITIVE_INFINITY,
    ...(since !== undefined && { since }),
    ...(after !== undefined && { after }),
    ...(kind && { kind }),
    ...(status && { status }),
  });
  if (json) return print(found);
  const rows = found.effects.map(
    ({ number, at: when, id, severity, title }) =>
      `${String(number).padStart(6)}  ${when}  ${id.padEnd(12)}  ${severity.padEnd(8)}  ${title}`,
  );
  if (found.missed > 0)
    rows.push(`${found.missed} are not among them: they are no longer in memory; --journal reads them in the journal`);
  printRows(rows);
}
