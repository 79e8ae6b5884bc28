/** The words of a PDF that pdfmake wrote with standard fonts: for tests, not for anything else. */
import { inflateSync } from "node:zlib";

const STREAM = /stream\r?\n([\s\S]*?)\r?\nendstream/g;

/** The text of each content stream on a line of its own. */
export function textOf(pdf: Uint8Array): string {
  const raw = Buffer.from(pdf).toString("latin1");
  return Array.from(raw.matchAll(STREAM), ([, stream = ""]) => runsOf(inflated(stream))).join("\n");
}

function inflated(stream: string): string {
  try {
    return inflateSync(Buffer.from(stream, "latin1")).toString("latin1");
  } catch {
    return "";
  }
}

/** Runs are arrays of hexadecimal strings with the space between them. */
function runsOf(content: string): string {
  return Array.from(content.matchAll(/\[(.*?)\] TJ/g), ([, run = ""]) =>
    Array.from(run.matchAll(/<([0-9a-f]*)>/g), ([, hex = ""]) => Buffer.from(hex, "hex").toString("latin1")).join(""),
  ).join("");
}

export function pagesOf(pdf: Uint8Array): number {
  return (
    Buffer.from(pdf)
      .toString("latin1")
      .match(/\/Type \/Page\b(?!s)/g)?.length ?? 0
  );
}
