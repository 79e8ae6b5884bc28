/** What is used of papaparse, which brings no types. */
declare module "papaparse" {
  interface CsvError {
    readonly message: string;
    /** Index of the row, the header counted. */
    readonly row?: number;
  }
  interface Csv {
    readonly data: string[][];
    readonly errors: CsvError[];
  }
  const papaparse: {
    parse(text: string, options: { readonly delimiter: string; readonly newline: string; readonly header: false }): Csv;
  };
  export default papaparse;
}
