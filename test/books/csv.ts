/** Rows of a small comma-separated file of test/data, as objects by column. No quoting: these files have none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export function readTestCsv<C extends string>(file: string, ..._columns: readonly C[]): Record<C, string>[] {
  const [head = "", ...lines] = readFileSync(join(import.meta.dirname, "../data", file), "utf8")
    .trimEnd()
    .split("\n");
  const columns = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""])) as Record<C, string>;
  });
}
