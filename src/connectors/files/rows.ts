/** What the readers of files give: a fact to be checked, and where it stands. */
import type { FactKind } from "../../facts/kinds.ts";

export interface Row {
  readonly json: unknown;
  /** Row of data, the first is 1. */
  readonly row: number;
  /** Line of the file on which it starts; absent for an element of a JSON array. */
  readonly line?: number;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** The column of the file that holds a field of a fact. */
  readonly columnOf: (field: string) => string | undefined;
}

export interface ImportOptions {
  /** The kind of the rows that name none. */
  readonly kind?: FactKind;
  /** The time at which the firm learned what rows without `at` say, ISO 8601. */
  readonly at?: string;
  /** Of CSV: the column of the file → the field of the fact, where their names differ. */
  readonly columns?: Readonly<Record<string, string>>;
}
