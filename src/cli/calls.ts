/** `plimsoll calls`: the margin calls that stand, or the daily record of FINRA Rule 4220. */
import { Command } from "commander";
import { Trouble } from "../base/errors.ts";
import { displayDollars, formatDollars } from "../base/money.ts";
import { type Day, formatDay, type Instant, parseDay } from "../base/time.ts";
import { endOfDay } from "../books/deadlines.ts";
import { newYorkDay } from "../books/new-york-time.ts";
import { NO_DAY } from "../books/settlement.ts";
import { readFirm, readFirmWhole } from "../engine/directory.ts";
import type { FirmState } from "../engine/firm-state.ts";
import type { CallRecord } from "../margin/ladder/record.ts";
import { endInWords, layerInWords } from "../margin/ladder/words.ts";
import { EngineMargin } from "../server/engine-margin.ts";
import { counted, directoryOption, print, printRows, untilOption, untilOptions } from "./common.ts";
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
  if (record === true || day !== undefined) return printRecord(dir, { at, day, json: json === true });
  const { state } = readFirm(dir, untilOption(at));
  requireRules(state);
  const margin = new EngineMargin(state);
  const { calls, total } = margin.calls();
  margin.close();
  if (json) return print({ total, calls });
  const unnamed = total - calls.length;
  printRows([...calls.map(callInWords), ...(unnamed > 0 ? [`and ${unnamed} more`] : []), counted(total, "open call")]);
}

function requireRules({ margin }: FirmState): void {
  if (margin.rules === undefined)
    throw margin.rulesTrouble ?? new Trouble("missing-rule", "no margin rulebook is in force");
}

/** The firm as the record of a day needs it: at the end of that day, with every call that ended, and the day. */
function firmOn(dir: string, at: string | undefined, text: string | undefined): { state: FirmState; day: Day } {
  const until = untilOption(at);
  const { state } = readFirm(dir, until);
  const last = newYorkDay(state.at);
  const day = text === undefined ? state.businessDay : parseDay(text, "--day");
  if (day === NO_DAY) throw new Trouble("missing-input", "no business day was opened");
  if (day > last)
    throw new Trouble("bad-value", "is after the last fact", {
      field: "--day",
      value: formatDay(day),
      expected: `at the latest ${formatDay(last)}`,
    });
  if (day === last && state.margin.ladder.calls.forgotten === 0) return { state, day };
  return { state: readFirmWhole(dir, day === last ? until : { at: (endOfDay(day) - 1) as Instant }), day };
}

function printRecord(
  dir: string,
  { at, day: text, json }: { at: string | undefined; day: string | undefined; json: boolean },
): void {
  const { state, day } = firmOn(dir, at, text);
  requireRules(state);
  const { margin } = state;
  const records = margin.ladder.dailyRecord(day);
  const name = ({ account }: CallRecord): string => margin.nameOf(account);
  if (json)
    return print({
      day: formatDay(day),
      calls: records.map((record) => ({
        ...record,
        account: name(record),
        amount: formatDollars(record.amount),
        told: formatDollars(record.told),
        credited: formatDollars(record.credited),
        issued: formatDay(record.issued),
        due: formatDay(record.due),
        ended: record.ended === undefined ? null : { ...record.ended, day: formatDay(record.ended.day) },
      })),
    });
  printRows([
    `Calls of ${formatDay(day)}, FINRA Rule 4220`,
    ...records.map((record) => {
      const { call, layer, amount, told, issued, due, extensions, credited, ended } = record;
      const again = told === amount ? "" : `, last told ${displayDollars(told)}`;
      const extended = extensions === 0 ? "" : `, extended ${counted(extensions, "time")}`;
      const how = ended === undefined ? "stands" : `${endInWords(ended.how)} on ${formatDay(ended.day)}`;
      return `${call.padEnd(12)} ${name(record).padEnd(16)} ${layerInWords(layer)} ${displayDollars(amount)}${again}, made ${formatDay(issued)}, due ${formatDay(due)}${extended}; ${displayDollars(credited)} came in; ${how}`;
    }),
    counted(records.length, "call"),
  ]);
}
