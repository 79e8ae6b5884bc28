/** Columns of text for a terminal. */

/** Each column as wide as its widest cell; `left` are the columns that begin at the left. The first row is the header. */
export function textTable(rows: readonly (readonly string[])[], left: ReadonlySet<number>): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (left.has(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
