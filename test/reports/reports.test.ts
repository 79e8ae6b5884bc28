/** Reports of worked example W19 in each format: what they say, that they add up, and that the same facts give the same bytes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Papa from "papaparse";
import { parseDollars } from "../../src/base/money.ts";
import { firmOfDocument } from "../../src/cli/document.ts";
import { givenFor, reportHeader } from "../../src/cli/report.ts";
import { csvOf } from "../../src/reports/csv.ts";
import { pdfApart } from "../../src/reports/pdf-apart.ts";
import { pdfOf } from "../../src/reports/pdf.ts";
import type { PrintedReport } from "../../src/reports/printed.ts";
import { compose, type ReportWanted } from "../../src/reports/render.ts";
import { pagesOf, textOf } from "./pdf-text.ts";

const ROOT = join(import.meta.dirname, "../..");
const state = firmOfDocument(join(ROOT, "docs/examples/worked-example.yaml"), join(ROOT, "rulebooks/net-capital.yaml"));
const answer = state.netCapital.answer();
assert.ok(answer.kind === "figure");
const header = { ...reportHeader(state, undefined), stateHash: state.hash() };

function composed(wanted: ReportWanted) {
  assert.ok(answer.kind === "figure");
  return compose(wanted, header, answer, givenFor(state));
}

function text(wanted: ReportWanted): string {
  const report = composed(wanted);
  assert.ok(report.kind === "text");
  return report.text;
}

function printed(wanted: ReportWanted): PrintedReport {
  const report = composed(wanted);
  assert.ok(report.kind === "printed");
  return report.report;
}

/** Read back by a parser that is not ours. */
function rowsOf(csv: string): Record<string, string>[] {
  const { data, errors } = Papa.parse(csv.trimEnd(), { delimiter: ",", newline: "\r\n", header: false });
  assert.deepEqual(errors, []);
  const [names = [], ...rows] = data;
  return rows.map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] ?? ""])));
}

interface JsonLine {
  readonly box: string | null;
  readonly kind: string;
  readonly value: string | null;
  readonly follows: string;
  readonly source: string;
  readonly lines: readonly { readonly code: string; readonly amount: string }[];
}

interface FocusJson {
  readonly firm: string;
  readonly seq: number;
  readonly at: string;
  readonly stateHash: string;
  readonly sections: readonly { readonly lines: readonly JsonLine[] }[];
}

test("JSON: the header, and every box that comes from lines is what they add up to", () => {
  const focus = JSON.parse(text({ report: "focus", part: "II", format: "json" })) as FocusJson;
  assert.equal(focus.firm, "Worked Example Securities");
  assert.equal(focus.seq, state.seq);
  assert.equal(focus.at, "2026-11-20T12:00:00.000Z");
  assert.equal(focus.stateHash, state.hash());
  const lines = focus.sections.flatMap((section) => section.lines);
  const fromLines = lines.filter(({ follows }) => follows === "its lines");
  assert.ok(fromLines.length > 25);
  for (const { box, value, lines: own } of fromLines) {
    const sum = own.reduce((total, { amount }) => total + parseDollars(amount), 0);
    assert.equal(sum, parseDollars(value ?? ""), `box ${box}`);
  }
  assert.equal(lines.find(({ box }) => box === "3750")?.value, "4463125.00");
  assert.equal(lines.find(({ box }) => box === "3860")?.value, "16.67");
  assert.equal(lines.find(({ box }) => box === "3854")?.value, null);
});

test("CSV: RFC 4180, one row for each line, the same values as JSON", () => {
  const csv = text({ report: "focus", part: "IIA", format: "csv" });
  assert.ok(csv.endsWith("\r\n"));
  const data = rowsOf(csv);
  const focus = JSON.parse(text({ report: "focus", part: "IIA", format: "json" })) as FocusJson;
  const lines = focus.sections.flatMap((section) => section.lines);
  assert.deepEqual(
    data.map(({ box, value, source }) => [box, value, source]),
    lines.map(({ box, value, source }) => [box ?? "", value ?? "", source]),
  );
});

test("a cell with a comma, quotes or a line end is quoted, and nothing else is", () => {
  assert.equal(
    csvOf(
      ["a", "b"],
      [
        ['say "no"', "1,5"],
        ["two\nlines", 3],
      ],
    ),
    'a,b\r\n"say ""no""","1,5"\r\n"two\nlines",3\r\n',
  );
});

test("the whole computation as CSV has every line of the tree once", () => {
  const data = rowsOf(text({ report: "net-capital", format: "csv" }));
  const codes = data.map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
  assert.deepEqual(
    data.filter(({ depth }) => depth === "1").map(({ code, amount }) => [code, amount]),
    [
      ["net-capital", "4463125.00"],
      ["requirement", "1200000.00"],
    ],
  );
  const json = JSON.parse(text({ report: "net-capital", format: "json" })) as {
    readonly computation: { readonly code: string };
  };
  assert.equal(json.computation.code, "excess");
});

test("PDF: the page says whose, as of when, by which rules; every box; the sources; and it counts its pages", async () => {
  const report = printed({ report: "focus", part: "II", format: "pdf" });
  const pdf = await pdfOf(report);
  const words = textOf(pdf);
  const pages = pagesOf(pdf);
  assert.ok(pages >= 3);
  for (const said of [
    "Worked Example Securities",
    "2026-11-20 12:00:00 UTC, fact ",
    header.stateHash,
    "version 2025-03-14",
    "4,463,125.00",
    "(875,000.00)",
    "Page 1 of ",
    `Page ${pages} of ${pages}`,
    "Principal financial officer",
    "haircuts/equities",
    "STOCK-LARGE",
    "not stated",
  ])
    assert.ok(words.includes(said), said);
  const boxes = report.sections.flatMap(({ rows }) => rows.flatMap(({ box }) => (box === "" ? [] : [box])));
  for (const box of boxes) assert.ok(words.includes(box), `box ${box} is on the page`);
});

test("PDF: the same facts give the same bytes, whatever the time, and on whichever thread", async (context) => {
  const report = printed({ report: "focus", part: "II", format: "pdf" });
  const pdf = await pdfOf(report);
  context.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2031, 0, 1) });
  const later = await pdfOf(printed({ report: "focus", part: "II", format: "pdf" }));
  context.mock.timers.reset();
  assert.ok(Buffer.from(pdf).equals(later));
  assert.ok(Buffer.from(pdf).equals(await pdfApart(report)));
  const dates = Buffer.from(pdf)
    .toString("latin1")
    .match(/D:\d{14}Z/g);
  assert.deepEqual(dates, ["D:20261120120000Z"], "the only date is that of the last fact");
});

test("PDF: the whole computation; letters that the fonts lack become question marks", async () => {
  const report = printed({ report: "net-capital", format: "pdf" });
  const pdf = await pdfOf({
    ...report,
    header: { ...report.header, firm: "Société 證券 & Co.", stateHash: undefined },
  });
  const words = textOf(pdf);
  assert.match(words, /Soci\u00e9t\u00e9 \?\? & Co\./);
  assert.match(words, /Aggregate debit items/);
  assert.doesNotMatch(words, /State /);
});
