/** `plimsoll notices`: notices to regulators, when each is due, and their drafts. */
import { Command, Option } from "commander";
import { Trouble } from "../base/errors.ts";
import { readFirm } from "../engine/directory.ts";
import { EngineWatch } from "../server/engine-watch.ts";
import type { NoticeView } from "../server/live-watch.ts";
import { directoryOption, print, printRows, untilOption, untilOptions } from "./common.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly status?: NoticeView["status"];
  readonly draft?: string;
  readonly json?: true;
}

export function noticesCommand(): Command {
  return untilOptions(directoryOption(new Command("notices")))
    .description("notices under 17a-11 and FINRA 4120, when each is due, and the conditions that stand")
    .addOption(new Option("--status <status>", "only these").choices(["open", "sent", "overdue"]))
    .option("--draft <id>", "print the draft of one")
    .option("--json", "for scripts")
    .action(run);
}

function run({ dir, at, status, draft, json }: Options): void {
  const watch = new EngineWatch(readFirm(dir, untilOption(at)).state);
  const notices = watch.notices(status);
  if (draft !== undefined) {
    const found = notices.find(({ id }) => id === draft);
    if (found === undefined) throw new Trouble("not-found", "no such notice", { field: "--draft", value: draft });
    return printRows([found.text]);
  }
  const conditions = watch.conditions();
  if (json) return print({ notices, conditions });
  printRows([
    ...notices.map(
      ({ id, due, status: stands, paragraph, title }) =>
        `${id.padEnd(12)}  ${stands.padEnd(7)}  due ${due}  ${title}, ${paragraph}`,
    ),
    ...conditions.map(({ title, paragraph, businessDays, at: since, lasting }) => {
      const limit = lasting === null ? "" : ` of ${lasting.longerThan}`;
      return `stands since ${since}, business day ${businessDays}${limit}: ${title}, ${paragraph}`;
    }),
  ]);
}
