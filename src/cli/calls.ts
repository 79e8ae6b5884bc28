/** `plimsoll calls`: the margin calls that stand, or the daily record of FINRA Rule 4220. */
import { Command } from "commander";
import { displayDollars, formatDollars } from "../base/money.ts";
import { type Day, formatDay, parseDay } from "../base/time.ts";
import { readFirm } from "../engine/directory.ts";
import type { FirmState } from "../engine/firm-state.ts";
import type { CallRecord } from "../margin/ladder/record.ts";
import { endInWords, layerInWords } from "../margin/ladder/words.ts";
import { EngineMargin } from "../server/engine-margin.ts";
import { directoryOption, print, printRows, untilOption, untilOptions } from "./common.ts";
import { callInWords } from "./margin-firm.ts";

interface Options {
  readonly dir: string;
  readonly at?: string;
  readonly day?: string;
  readonly record?: true;
  readonly json?: true;
}

export function callsCommand(): Command {
  return untilOptions(directoryOption(new Command("calls")))
    .description("margin calls that stand, the soonest due first; or the daily record of FINRA Rule 4220")
    .option("--record", "the record of a day: each call that was made, stood or ended on it")
    .option("--day <day>", "of which day the record is; the last that was opened where absent")
    .option("--json", "for scripts")
    .action(run);
}

function run({ dir, at, day, record, json }: Options): void {
  const { state } = readFirm(dir, untilOption(at));
  if (record === true || day !== undefined)
    return printRecord(state, day === undefined ? state.businessDay : parseDay(day, "--day"), json === true);
  const margin = new EngineMargin(state);
  const { calls, total } = margin.calls();
  margin.close();
  if (json) return print({ total, calls });
  printRows([...calls.map(callInWords), `${total} open calls`]);
}

function printRecord({ margin }: FirmState, day: Day, json: boolean): void {
  const records = margin.ladder.dailyRecord(day);
  const name = ({ account }: CallRecord): string => margin.nameOf(account);
  if (json)
    return print({
      day: formatDay(day),
      calls: records.map((record) => ({
        ...record,
        account: name(record),
        amount: formatDollars(record.amount),
        credited: formatDollars(record.credited),
        issued: formatDay(record.issued),
        due: formatDay(record.due),
        ended: record.ended === undefined ? null : { ...record.ended, day: formatDay(record.ended.day) },
      })),
    });
  printRows([
    `Calls of ${formatDay(day)}, FINRA Rule 4220`,
    ...records.map((record) => {
      const { call, layer, amount, issued, due, extensions, credited, ended } = record;
      const extended = extensions === 0 ? "" : `, extended ${extensions} times`;
      const how = ended === undefined ? "stands" : `${endInWords(ended.how)} on ${formatDay(ended.day)}`;
      return `${call.padEnd(12)} ${name(record).padEnd(16)} ${layerInWords(layer)} ${displayDollars(amount)}, made ${formatDay(issued)}, due ${formatDay(due)}${extended}; ${displayDollars(credited)} came in; ${how}`;
    }),
    `${records.length} calls`,
  ]);
}
