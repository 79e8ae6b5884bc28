/** CSV with a header row, as one record of texts for each row. */
import papaparse from "papaparse";
import { Trouble } from "../base/errors.ts";

export type CsvRow = Readonly<Record<string, string | undefined>>;

/** Throws `bad-document` where the text is not CSV, or a row is longer or shorter than the header; `file` is named. */
export function csvRows(text: string, file: string): CsvRow[] {
  const {
    data,
    errors: [problem],
  } = papaparse.parse(text.trimEnd().replaceAll("\r\n", "\n"), { delimiter: ",", newline: "\n", header: false });
  if (problem !== undefined) {
    throw new Trouble("bad-document", problem.message, { origin: { file, row: (problem.row ?? 0) + 1 } });
  }
  const [header = [], ...rows] = data;
  return rows.map((cells, index) => {
    if (cells.length !== header.length) {
      throw new Trouble("bad-document", "the row has not as many columns as the header", {
        field: "columns",
        value: cells.length,
        expected: String(header.length),
        origin: { file, row: index + 2 },
      });
    }
    return Object.fromEntries(header.map((column, position) => [column, cells[position]]));
  });
}
