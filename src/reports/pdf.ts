/**
 * A printed report as PDF, fit for a binder: US letter, the standard fonts that every reader has, nothing loaded from
 * anywhere. The same report gives the same bytes: its only date is that of the last fact behind it.
 */
import pdfmake, { type Content } from "pdfmake";
import { formatDay, formatInstant, type Instant } from "../base/time.ts";
import { appendix } from "./pdf-appendix.ts";
import { section } from "./pdf-section.ts";
import { FAINT, INK, MARGIN, MONO, printable, QUIET, SANS, WIDTH } from "./pdf-style.ts";
import type { PrintedReport, ReportHeader } from "./printed.ts";

const FONTS = {
  [SANS]: {
    normal: "Helvetica",
    bold: "Helvetica-Bold",
    italics: "Helvetica-Oblique",
    bolditalics: "Helvetica-BoldOblique",
  },
  [MONO]: { normal: "Courier", bold: "Courier-Bold" },
};
/** The names of the fonts look like paths to pdfmake; nothing else may be opened. */
const FONT_NAMES: ReadonlySet<string> = new Set(Object.values(FONTS).flatMap((styles) => Object.values(styles)));

pdfmake.setFonts(FONTS);
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => FONT_NAMES.has(path));

export async function pdfOf(report: PrintedReport): Promise<Uint8Array> {
  const { header, title, subtitle, sections, notes, sources, signed } = report;
  return pdfmake
    .createPdf({
      pageSize: "LETTER",
      pageMargins: [MARGIN, 76, MARGIN, 62],
      info: {
        title: printable(`${header.firm}: ${title}`),
        author: printable(header.firm),
        subject: printable(`${subtitle}, as of ${moment(header.at)}, fact ${header.seq}`),
        creationDate: new Date(header.at / 1000),
        producer: "Plimsoll",
        creator: "Plimsoll",
      },
      defaultStyle: { font: SANS, fontSize: 8.5, color: INK, lineHeight: 1.08 },
      styles: {},
      header: () => pageHeader(header, title, subtitle),
      footer: (page, pages) => pageFooter(header, page, pages),
      content: [
        ...sections.map(section),
        ...(notes.length > 0 ? [notesBlock(notes)] : []),
        ...(signed ? [signatures()] : []),
        ...(sources.length > 0 ? appendix(sources) : []),
      ],
    })
    .getBuffer();
}

/** "2026-11-20 14:30:00 UTC"; fractions of a second where there are any. */
function moment(at: Instant): string {
  return formatInstant(at)
    .replace("T", " ")
    .replace(/(\.0+)?Z$/, " UTC");
}

function rule(width: number, color = INK): Content {
  return { canvas: [{ type: "line", x1: 0, y1: 0, x2: WIDTH, y2: 0, lineWidth: width, lineColor: color }] };
}

function pageHeader({ firm, seq, at, businessDay }: ReportHeader, title: string, subtitle: string): Content {
  return {
    margin: [MARGIN, 34, MARGIN, 0],
    stack: [
      {
        columns: [
          {
            width: "*",
            stack: [
              { text: printable(firm), fontSize: 13, bold: true },
              { text: `${title}. ${subtitle}`, fontSize: 8, color: QUIET, margin: [0, 2, 0, 0] },
            ],
          },
          {
            width: "auto",
            alignment: "right",
            stack: [
              { text: formatDay(businessDay), fontSize: 13, bold: true },
              { text: `${moment(at)}, fact ${seq}`, fontSize: 8, color: QUIET, margin: [0, 2, 0, 0] },
            ],
          },
        ],
        columnGap: 16,
      },
      { ...rule(1.2), margin: [0, 6, 0, 0] },
    ],
  };
}

function pageFooter({ rulebook, stateHash }: ReportHeader, page: number, pages: number): Content {
  return {
    margin: [MARGIN, 14, MARGIN, 0],
    stack: [
      rule(0.5, FAINT),
      {
        columns: [
          {
            width: "*",
            stack: [
              { text: printable(`Rulebook ${rulebook}`) },
              ...(stateHash === undefined
                ? []
                : [{ text: [{ text: "State " }, { text: stateHash, font: MONO, fontSize: 6.4 }] }]),
            ],
          },
          { width: "auto", text: `Page ${page} of ${pages}`, alignment: "right" },
        ],
        fontSize: 6.8,
        color: QUIET,
        margin: [0, 5, 0, 0],
      },
    ],
  };
}

function notesBlock(notes: readonly string[]): Content {
  return {
    unbreakable: true,
    margin: [0, 0, 0, 14],
    stack: [
      { text: "Notes", bold: true, margin: [0, 0, 0, 3] },
      ...notes.map((text): Content => ({ text: printable(text), fontSize: 7.4, color: QUIET, margin: [0, 0, 0, 2] })),
    ],
  };
}

function signatures(): Content {
  const signature = (role: string): Content => ({
    width: "*",
    stack: [
      { text: role, fontSize: 7.4, color: QUIET, margin: [0, 0, 0, 24] },
      { canvas: [{ type: "line", x1: 0, y1: 0, x2: 236, y2: 0, lineWidth: 0.6, lineColor: INK }] },
      { text: "Name, signature, date", fontSize: 6.8, color: QUIET, margin: [0, 3, 0, 10] },
    ],
  });
  return {
    unbreakable: true,
    margin: [0, 6, 0, 0],
    columns: [signature("Prepared by"), signature("Principal financial officer")],
    columnGap: 40,
  };
}
