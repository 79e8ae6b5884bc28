/** The appendix: under each box the lines of the computation that it is made of, and the largest positions below them. */
import type { Cell, Content } from "pdfmake";
import { BAND, BARE, boxCell, headings, INK, MONO, NONE, printable, QUIET } from "./pdf-style.ts";
import type { PrintedSources, SourceRow } from "./printed.ts";

export function appendix(sources: readonly PrintedSources[]): Content[] {
  return [
    { text: "Appendix: what each box is made of", bold: true, fontSize: 11, pageBreak: "before", margin: [0, 0, 0, 2] },
    {
      text: "Each line is a line of the computation, by its code; below it stand the largest positions that it comes from, at market value or at what they add. Every line opens further: plimsoll explain net-capital --line CODE.",
      fontSize: 7.4,
      color: QUIET,
      margin: [0, 0, 0, 8],
    },
    {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        widths: [28, "*", 120, 84, 76],
        body: [
          headings([
            ["Box", "center"],
            ["Line of the computation", "left"],
            ["Code", "left"],
            ["Paragraph", "left"],
            ["US dollars", "right"],
          ]),
          ...sources.flatMap(({ title, box, amount, rows }) => [
            sourceHeading(title, box, amount),
            ...rows.map(sourceRow),
          ]),
        ],
      },
      layout: BARE,
    },
  ];
}

function sourceHeading(title: string, box: string, amount: string): Cell[] {
  const heading: Cell = { bold: true, fillColor: BAND, border: NONE };
  return [
    { ...boxCell(box), bold: true, fillColor: BAND },
    { ...heading, text: printable(title), colSpan: 3 },
    {},
    {},
    { ...heading, text: amount, alignment: "right" },
  ];
}

function sourceRow({ label, indent, code, paragraph, amount }: SourceRow): Cell[] {
  const size = indent === 0 ? 8 : 7.2;
  const color = indent === 0 ? INK : QUIET;
  return [
    { text: "", border: NONE },
    { text: printable(label), fontSize: size, color, margin: [indent * 10, 0, 0, 0], border: NONE },
    { text: printable(code), font: MONO, fontSize: 6.2, color: QUIET, margin: [0, 1, 0, 0], border: NONE },
    { text: printable(paragraph), fontSize: 6.8, color: QUIET, margin: [0, 1, 0, 0], border: NONE },
    { text: amount, fontSize: size, color, alignment: "right", border: NONE },
  ];
}
