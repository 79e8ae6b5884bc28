/** `plimsoll history`: net capital between two times as it was kept, or every crossing of a tier. */
import { Command, InvalidArgumentError } from "commander";
import { readFirm } from "../engine/directory.ts";
import { EngineWatch } from "../server/engine-watch.ts";
import type { CapitalPoint, CrossingView } from "../server/live-watch.ts";
import { directoryOption, print, printRows } from "./common.ts";

interface Options {
  readonly dir: string;
  readonly from?: string;
  readonly to?: string;
  readonly every: number;
  readonly crossings?: true;
  readonly json?: true;
}

export function historyCommand(): Command {
  return directoryOption(new Command("history"))
    .description("net capital over time, as CSV; explain net-capital --at TIME says why it was so")
    .option("--from <time>", "from this instant, such as 2015-08-24T13:30:00Z")
    .option("--to <time>", "up to this instant")
    .option("--every <seconds>", "at least so far apart; every figure that was kept where absent", seconds, 0)
    .option("--crossings", "only where a tier was crossed")
    .option("--csv", "a row for each, the default")
    .option("--json", "for scripts")
    .action(run);
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("a whole number of seconds");
}

function run({ dir, from, to, every, crossings, json }: Options): void {
  const watch = new EngineWatch(readFirm(dir).state);
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  if (crossings) {
    const found = watch.crossings(range);
    return json ? print({ crossings: found }) : printCsv([...POINT, "tier", "tierInForce"], found.map(crossingRow));
  }
  const points = watch.history(range, every, Number.POSITIVE_INFINITY).points;
  if (json) print({ points });
  else printCsv(POINT, points.map(pointRow));
}

const POINT = ["at", "seq", "netCapital", "requirement"];

function pointRow({ at, seq, netCapital, requirement }: CapitalPoint): string[] {
  return [at, String(seq), netCapital ?? "", requirement ?? ""];
}

function crossingRow(crossing: CrossingView): string[] {
  return [...pointRow(crossing), crossing.known ? (crossing.tier ?? "above") : "unknown", crossing.tierInForce ?? ""];
}

/** No field here holds a comma, a quote or a line end but the names of tiers, which are quoted. */
function printCsv(header: readonly string[], rows: readonly string[][]): void {
  const quoted = (field: string): string => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  printRows([header, ...rows].map((row) => row.map(quoted).join(",")));
}
