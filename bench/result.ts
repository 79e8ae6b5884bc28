/** What a benchmark reports: one figure, what was aimed at, and what it stands beside. */
export interface BenchResult {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly aim?: string;
  /** A baseline measured in the same run; `ratio` is `value` over its value. */
  readonly against?: { readonly name: string; readonly value: number; readonly ratio: number };
  readonly detail?: Readonly<Record<string, number | string>>;
}
