/** The real moves of names on days that scenarios relive, from the files in data/market-days; data/README.md says whose they are. */
import papaparse from "papaparse";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const DIRECTORY = join(import.meta.dirname, "../../data/market-days");
/** This day has a file of every stock of the market, under a licence of its own. */
const WHOLE_MARKET_DAY = "2015-08-24";

type Moves = ReadonlyMap<string, number>;

function rowsOf(text: string): readonly string[][] {
  return papaparse.parse(text.trimEnd(), { delimiter: ",", newline: "\n", header: false }).data.slice(1);
}

let days: ReadonlyMap<string, Moves> | undefined;

function readDays(): ReadonlyMap<string, Moves> {
  const found = new Map<string, Map<string, number>>();
  const at = (day: string): Map<string, number> => {
    const moves = found.get(day) ?? new Map<string, number>();
    found.set(day, moves);
    return moves;
  };
  for (const [day = "", symbol = "", move] of rowsOf(readFileSync(join(DIRECTORY, "daily-moves.csv"), "utf8")))
    at(day).set(symbol, Number(move));
  const whole = gunzipSync(readFileSync(join(DIRECTORY, WHOLE_MARKET_DAY, "cross-section.csv.gz"))).toString("utf8");
  for (const [symbol = "", before, , , , close] of rowsOf(whole))
    if (Number(before) > 0 && close !== "") at(WHOLE_MARKET_DAY).set(symbol, Number(close) / Number(before) - 1);
  return found;
}

/** By symbol, what its close was over the close before, less one; nothing for a day of which no name is known. */
export function movesOfDay(day: string): Moves {
  days ??= readDays();
  return days.get(day) ?? new Map<string, number>();
}
