/**
 * Makes data/market-days/gme-2022-04.csv from a directory of source data: `node tools/prepare-drill-prices.ts DIRECTORY`. The
 * price of GME at the beginning of each minute of the regular session, on five days, and at its end; to the cent. data/README.md
 * says where it comes from.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { csvRows } from "../src/simulator/csv-rows.ts";

const SOURCE = "market/minute/GME_2022-03-14_04-08_1min.csv.gz";
const TARGET = join(import.meta.dirname, "../data/market-days/gme-2022-04.csv");
/** The source has no bars of 6 April. */
const DAYS = new Set(["2022-04-01", "2022-04-04", "2022-04-05", "2022-04-07", "2022-04-08"]);
const SESSION = { from: "09:30", until: "16:00" } as const;

const [, , directory] = process.argv;
if (directory === undefined) throw new Error("usage: node tools/prepare-drill-prices.ts DIRECTORY");

const path = join(directory, SOURCE);
const bars = csvRows(gunzipSync(readFileSync(path)).toString("utf8"), path).flatMap((row) => {
  const stamp = row["ts"] ?? "";
  const [day, minute] = [stamp.slice(0, 10), stamp.slice(11, 16)];
  if (!DAYS.has(day) || minute < SESSION.from || minute >= SESSION.until) return [];
  return [{ day, minute, open: Number(row["open"]), close: Number(row["close"]) }];
});
const lines = bars.flatMap(({ day, minute, open, close }, index) => {
  const line = `${day},${minute},${open.toFixed(2)}`;
  return bars[index + 1]?.day === day ? [line] : [line, `${day},${SESSION.until},${close.toFixed(2)}`];
});
writeFileSync(TARGET, ["day,time,price", ...lines, ""].join("\n"));
console.log(`${lines.length} prices`);
