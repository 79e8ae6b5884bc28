/**
 * Makes data/market-days/daily-moves.csv from a directory of source data: `node tools/prepare-stress-days.ts DIRECTORY`. For each
 * day that a stress scenario relives: close over the close before of every symbol that a source has, less one, to six decimals.
 * data/README.md says which file comes from where and under which licence. 24 August 2015 is not in it: its closes are in
 * 2015-08-24/cross-section.csv.gz, under a licence of its own.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type CsvRow, csvRows } from "../src/simulator/csv-rows.ts";

const TARGET = join(import.meta.dirname, "../data/market-days/daily-moves.csv");
/** The days of the shipped scenarios, and from which file their moves are. Later sources have more symbols. */
const DAYS: Readonly<Record<string, readonly string[]>> = {
  skfolio_sp500_prices: ["1997-10-27", "1998-08-31", "2000-04-14"],
  us_large_2007_2012: [
    "2008-09-29",
    "2008-10-09",
    "2008-10-13",
    "2008-10-15",
    "2008-10-28",
    "2008-11-19",
    "2008-11-20",
    "2008-12-01",
    "2010-05-06",
    "2011-08-08",
  ],
  us_large_2018_2024: [
    "2018-02-05",
    "2020-03-09",
    "2020-03-12",
    "2020-03-13",
    "2020-03-16",
    "2020-03-24",
    "2021-01-27",
    "2022-09-13",
  ],
};

const [, , directory] = process.argv;
if (directory === undefined) throw new Error("usage: node tools/prepare-stress-days.ts DIRECTORY");

function read(name: string): CsvRow[] {
  const path = join(directory ?? "", "market/daily", `${name}.csv.gz`);
  return csvRows(gunzipSync(readFileSync(path)).toString("utf8"), path);
}

/** Closes by symbol and day, in the order of the file: a row for each symbol and day, or a column for each symbol. */
function closesOf(rows: readonly CsvRow[]): Map<string, [day: string, close: number][]> {
  const closes = new Map<string, [string, number][]>();
  for (const row of rows) {
    const isLong = row["symbol"] !== undefined;
    const cells = isLong ? [[row["symbol"] ?? "", row["close"]] as const] : Object.entries(row);
    const day = row["date"] ?? row["Date"] ?? "";
    for (const [symbol, close] of cells) {
      if (symbol === "Date" || close === undefined || close === "") continue;
      const of = closes.get(symbol) ?? [];
      closes.set(symbol, of);
      of.push([day, Number(close)]);
    }
  }
  return closes;
}

const lines: string[] = [];
for (const [name, days] of Object.entries(DAYS)) {
  const closes = closesOf(read(name));
  for (const day of days) {
    for (const [symbol, series] of [...closes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const index = series.findIndex(([of]) => of === day);
      if (index > 0 && series[index - 1][1] > 0) {
        const move = series[index][1] / series[index - 1][1] - 1;
        lines.push(`${day},${symbol},${move.toFixed(6)}`);
      }
    }
  }
}
writeFileSync(TARGET, ["day,symbol,move", ...lines.sort(), ""].join("\n"));
console.log(`${lines.length} moves`);
