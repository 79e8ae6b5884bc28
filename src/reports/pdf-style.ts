/** How printed pages look: fonts, colours, the bare table that cells draw their own rules in. */
import type { Border, Cell, TableLayout } from "pdfmake";

export const SANS = "Helvetica";
export const MONO = "Courier";
export const INK = "#1b2733";
export const QUIET = "#66727f";
export const FAINT = "#c9d1d9";
export const BAND = "#f1f4f7";
export const MARGIN = 48;
export const WIDTH = 612 - 2 * MARGIN;

export const NONE: Border = [false, false, false, false];
export const ABOVE: Border = [false, true, false, false];
export const BELOW: Border = [false, false, false, true];

/** Text in the characters that the standard fonts have; any other is a question mark rather than a wrong letter. */
export function printable(text: string): string {
  return text.replaceAll(
    /[^\u0020-\u007e\u00a0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac]/g,
    (found) => (found === "−" ? "–" : "?"),
  );
}

/** No lines but those that cells ask for. */
export const BARE: TableLayout = {
  defaultBorder: false,
  hLineWidth: () => 0.6,
  vLineWidth: () => 0,
  hLineColor: () => INK,
  paddingLeft: (column) => (column === 0 ? 0 : 4),
  paddingRight: () => 4,
  paddingTop: () => 2.4,
  paddingBottom: () => 1.6,
};

export function headings(texts: readonly (readonly [text: string, alignment: "left" | "right" | "center"])[]): Cell[] {
  return texts.map(([text, alignment]) => ({
    text,
    alignment,
    fontSize: 6.8,
    color: QUIET,
    border: BELOW,
    borderColor: [FAINT, FAINT, FAINT, FAINT],
    margin: [0, 0, 0, 1.5],
  }));
}

export function boxCell(box: string): Cell {
  if (box === "") return { text: "", border: NONE };
  return {
    text: box,
    font: MONO,
    fontSize: 7.6,
    alignment: "center",
    fillColor: BAND,
    margin: [0, 0.6, 0, 0],
    border: NONE,
  };
}
