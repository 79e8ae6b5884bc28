/** A section of a form, or a computation, as a table: lines, boxes, an inner and an outer column of amounts. */
import type { Cell, Content, Style } from "pdfmake";
import { ABOVE, BARE, boxCell, headings, INK, NONE, printable, QUIET } from "./pdf-style.ts";
import type { PrintedRow, PrintedSection } from "./printed.ts";

/** The columns of a section; a report that is no form leaves out those of line and box. */
const COLUMNS = [
  { heading: "Line", alignment: "left", width: 24, ofForm: true },
  { heading: "", alignment: "left", width: "*", ofForm: false },
  { heading: "Paragraph", alignment: "left", width: 92, ofForm: false },
  { heading: "Box", alignment: "center", width: 28, ofForm: true },
  { heading: "", alignment: "right", width: 74, ofForm: false },
  { heading: "US dollars", alignment: "right", width: 80, ofForm: false },
] as const;

export function section({ title, rows }: PrintedSection): Content {
  const isForm = rows.some(({ box }) => box !== "");
  const columns = COLUMNS.filter(({ ofForm }) => isForm || !ofForm);
  const used = (cells: readonly Cell[]): Cell[] => cells.filter((_, index) => isForm || !COLUMNS[index].ofForm);
  const heading: Cell = { text: printable(title), bold: true, fontSize: 10, colSpan: columns.length, border: NONE };
  return {
    margin: [0, 4, 0, 12],
    table: {
      headerRows: 2,
      keepWithHeaderRows: 2,
      dontBreakRows: true,
      widths: columns.map(({ width }) => width),
      body: [
        columns.map((_, index) => (index === 0 ? heading : {})),
        headings(columns.map(({ heading: text, alignment }) => [text, alignment])),
        ...rows.map((line, index) => used(row(line, index > 0 && rows[index - 1].inner !== ""))),
      ],
    },
    layout: BARE,
  };
}

/** `afterInner`: the row above stands in the inner column, so that a total closes both. */
function row(line: PrintedRow, afterInner: boolean): Cell[] {
  const { number, label, indent, paragraph, box, inner, outer, total, final } = line;
  const bold = total || final;
  return [
    { text: number, color: QUIET, border: NONE },
    { text: printable(label), bold, margin: [indent * 10, 0, 0, 0], border: NONE },
    { text: printable(paragraph), fontSize: 6.8, color: QUIET, margin: [0, 1, 0, 0], border: NONE },
    boxCell(box),
    { text: inner, alignment: "right", border: total && afterInner ? ABOVE : NONE, ...amountStyle(line) },
    {
      ...(final ? { stack: [{ text: outer, alignment: "right" }, doubleRule()] } : { text: outer, alignment: "right" }),
      bold,
      border: total ? ABOVE : NONE,
      ...amountStyle(line),
    },
  ];
}

/** Words and zeros step back behind what the page says. */
function amountStyle({ inner, outer, total, isWords }: PrintedRow): Style {
  if (isWords) return { italics: true, color: QUIET };
  return !total && `${inner}${outer}` === "0.00" ? { color: QUIET } : {};
}

/** Two lines under the figure that a page comes to, as wide as its cell. */
function doubleRule(): Content {
  const line = (y: number): object => ({ type: "line", x1: 0, y1: y, x2: 88, y2: y, lineWidth: 0.6, lineColor: INK });
  return { canvas: [line(1), line(2.8)], alignment: "left", margin: [-4, 0, -4, 0] };
}
