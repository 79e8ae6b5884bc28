/** What keeps a text from being read as YAML at all, in the words of somebody who edits it rather than of the standard. */
import { type Document, type LineCounter, visit, type YAMLParseError } from "yaml";
import { type Origin, Trouble } from "../base/errors.ts";

/** By the parser's code; where there is none, its own words. */
const IN_WORDS: Partial<Record<YAMLParseError["code"], readonly [summary: string, expected: string]>> = {
  TAB_AS_INDENT: ["a tab is used to indent", "spaces"],
  DUPLICATE_KEY: ["this field stands here twice", "each field once"],
  BLOCK_AS_IMPLICIT_KEY: [
    "a second field begins on the line of the first, or is indented further",
    "one field a line, each indented as the one above it, and quotes around a text that holds a colon and a space",
  ],
  MULTILINE_IMPLICIT_KEY: ["this is no field with a value", "a field, a colon, a space and its value"],
  MISSING_CHAR: ["a quote, bracket or brace is opened and never closed", "its counterpart"],
  BAD_INDENT: [
    "a bracket or brace is not closed before the next field, or a line is indented too little",
    "its counterpart",
  ],
  BAD_SCALAR_START: ["a text cannot begin with this character", "quotes around the text"],
  MULTIPLE_DOCS: ["a second document begins here", "one document in a file"],
};

/** Every reason, each with its place; none where the document can be read. */
export function notYaml(document: Document, lines: LineCounter, origin: Origin): Trouble[] {
  const place = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { ...origin, row: line, column: col };
  };
  // One slip makes the parser stumble again and again: all but the first of those are not worth saying.
  const first = document.errors.findIndex(({ code }) => code !== "DUPLICATE_KEY");
  const errors = first === -1 ? document.errors : document.errors.slice(0, first + 1);
  const troubles = errors.map((error) => saidOf(error, place(error.pos[0])));
  return troubles.length > 0 ? troubles : lostReferences(document, place);
}

function saidOf({ code, message }: YAMLParseError, origin: Origin): Trouble {
  const [first = message] = message.split("\n");
  const [summary, expected] = IN_WORDS[code] ?? [first.replace(/ at line \d+, column \d+:?$/, "")];
  return new Trouble("bad-document", summary, { ...(expected !== undefined && { expected }), origin });
}

/** A text that begins with a star is a reference; one to nothing was probably meant as a text. */
function lostReferences(document: Document, place: (offset: number) => Origin): Trouble[] {
  const troubles: Trouble[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined || !alias.range) return;
      troubles.push(
        new Trouble("bad-document", `*${alias.source} refers to nothing`, {
          expected: `&${alias.source} at an earlier value, or quotes around a text that begins with a star`,
          origin: place(alias.range[0]),
        }),
      );
    },
  });
  return troubles;
}
