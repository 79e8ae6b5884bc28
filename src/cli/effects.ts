/** `plimsoll effects`: what followed from the facts and should reach somebody, and what became of it. */
import { Command, Option } from "commander";
import { EFFECT_KINDS, type EffectKind } from "../base/effect.ts";
import { readFirm } from "../engine/directory.ts";
import { EngineWatch } from "../server/engine-watch.ts";
import type { EffectView } from "../server/live-watch.ts";
import { directoryOption, print, printRows, untilOption, untilOptions } from "./common.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly since?: string;
  readonly kind?: EffectKind;
  readonly status?: EffectView["status"];
  readonly json?: true;
}

export function effectsCommand(): Command {
  return untilOptions(directoryOption(new Command("effects")))
    .description("alerts, restrictions and notices, by the fact that caused each, oldest first")
    .option("--since <seq|time>", "of facts after this one, or at this instant or later")
    .addOption(new Option("--kind <kind>", "of one kind").choices(EFFECT_KINDS))
    .addOption(new Option("--status <status>", "by what became of them").choices(["pending", "delivered", "failed"]))
    .option("--json", "for scripts")
    .action(run);
}

function run({ dir, at, since, kind, status, json }: Options): void {
  const watch = new EngineWatch(readFirm(dir, untilOption(at)).state);
  const found = watch.effects({
    count: Number.POSITIVE_INFINITY,
    ...(since !== undefined && { since }),
    ...(kind && { kind }),
    ...(status && { status }),
  });
  if (json) return print(found);
  const rows = found.effects.map(
    ({ at: when, id, severity, title }) => `${when}  ${id.padEnd(12)}  ${severity.padEnd(8)}  ${title}`,
  );
  if (found.forgotten > 0) rows.push(`${found.forgotten} older ones are no longer kept; --at shows them`);
  printRows(rows);
}
