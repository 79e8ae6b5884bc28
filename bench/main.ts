/**
 * Runs every benchmark, each in a process of its own and one after another, and prints a table, or JSON with `--json`.
 * Every benchmark checks its answers and fails where they are wrong; none asserts a time.
 *
 *     npm run bench                    all of them
 *     npm run bench -- journal ledger  some of them
 *     npm run bench -- --json          for scripts
 */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BenchResult } from "./result.ts";

const BENCHMARKS = [
  "codec",
  "ledger",
  "memory",
  "path",
  "recovery",
  "journal",
  "options",
  "tick",
  "what-if",
  "margin-options",
  "margin-requirement",
  "margin-states",
  "stress",
] as const;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });

function run(name: string): BenchResult[] {
  process.stderr.write(`${name} …\n`);
  const output = execFileSync(process.execPath, ["--max-semi-space-size=64", join(import.meta.dirname, `${name}.ts`)], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output) as BenchResult[];
}

function digits(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

function table(results: readonly BenchResult[]): string {
  const rows = results.map(({ name, value, unit, aim, against }) => [
    name,
    `${digits(value)} ${unit}`,
    aim ?? "",
    against === undefined ? "" : `${against.name}: ${digits(against.value)} (${digits(against.ratio)}×)`,
  ]);
  const all = [["what", "measured", "aim", "beside, in the same run"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const chosen = positionals.length > 0 ? positionals : BENCHMARKS;
const results = chosen.flatMap(run);
const machine = {
  cores: cpus().length,
  processor: cpus()[0]?.model ?? "unknown",
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
if (values.json === true) process.stdout.write(`${JSON.stringify({ machine, results }, undefined, 2)}\n`);
else
  process.stdout.write(
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}\n\n${table(results)}\n`,
  );
