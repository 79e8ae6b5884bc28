/** The reference pages that are made from the program's own tables, as Markdown: every kind of fact, and every error. */
import { ERRORS } from "../base/errors.ts";
import { AMOUNT_SCALE, ENVELOPE, type Field, type FieldType, PRICE_SCALE, QUANTITY_SCALE } from "./define.ts";
import { FACTS } from "./kinds.ts";
import { COUNT_MAX, NAME_LENGTH_MAX, NUMBER_DIGITS_MAX, TEXT_BYTES_MAX } from "./values.ts";

const TYPE_DOCS: Readonly<Record<FieldType, string>> = {
  name: `An identifier of 1 to ${NAME_LENGTH_MAX} characters, without control characters or spaces at its ends. Kept in memory for good: for what there are few of, or what comes again.`,
  text: `Any text of 1 to ${TEXT_BYTES_MAX} bytes of UTF-8.`,
  amount: `Money, a decimal string of at most ${AMOUNT_SCALE} decimals: \`"1234.50"\`.`,
  quantity: `Securities, a decimal string of at most ${QUANTITY_SCALE} decimals: \`"100"\`.`,
  price: `Per unit, or per 100 of par for debt: a decimal string of at most ${PRICE_SCALE} decimals, never negative: \`"190.25"\`.`,
  instant: 'ISO 8601 with an offset, to the microsecond: `"2026-11-20T14:30:00.123456Z"`.',
  day: '`"2026-11-20"`, from 1970 on.',
  count: `A whole number from 0 to ${COUNT_MAX}.`,
  rate: 'A percentage: `"15%"`, `"2.5%"`, `"1/2%"`, `"6 2/3%"`.',
  flag: "`true` or `false`.",
  choice: "One of the words that are listed.",
};

/** Text that may stand in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function meaning({ doc, type, sign, choices, since }: Field): string {
  const parts = [doc];
  if (sign === "positive") parts.push("Above zero.");
  if (sign === "not-negative" && type !== "price") parts.push("Not negative.");
  if (choices.length > 0) parts.push(`One of ${choices.map((word) => `\`${word}\``).join(", ")}.`);
  if (since > 1) parts.push(`Since version ${since}.`);
  return parts.join(" ");
}

function fieldTable(fields: Readonly<Record<string, Field>>): string {
  const rows = Object.entries(fields).map(([name, field]) => [
    `\`${name}\``,
    field.type,
    field.optional ? "" : "yes",
    meaning(field),
  ]);
  return table(["Field", "Type", "Required", "Meaning"], rows);
}

/** `docs/reference/facts.md`. */
export function factsReference(): string {
  const kinds = FACTS.map(({ kind, number, version, doc, fields }) => {
    const body = Object.keys(fields).length === 0 ? "No fields of its own." : fieldTable(fields);
    return `## ${kind}\n\n${doc}\n\n${body}\n\nKind ${number}, version ${version}.`;
  });
  return `# Facts

This page is generated from \`src/facts/kinds.ts\`.

A fact is something that the firm learned. In JSON it is an object with its \`kind\`, the fields that every fact carries,
and the fields of its kind. A field that is not listed is refused, and so is \`null\`: an optional field that is not known is
left out. Decimals are strings, kept exactly; a JSON number is taken in their place if it has at most
${NUMBER_DIGITS_MAX} digits and no exponent, because a longer one may not be what was written.

## Types

${table(
  ["Type", "What it holds"],
  Object.entries(TYPE_DOCS).map(([type, doc]) => [type, doc]),
)}

## Every fact

${fieldTable(ENVELOPE)}

${kinds.join("\n\n")}
`;
}

/** `docs/reference/errors.md`. */
export function errorsReference(): string {
  const rows = Object.entries(ERRORS).map(([code, { cause, cure }]) => [`\`${code}\``, cause, cure]);
  return `# Errors

This page is generated from \`src/base/errors.ts\`.

Every error that you can meet has a code that does not change. Its message names the field, the value, what was expected,
and where it came from.

${table(["Code", "Cause", "Cure"], rows)}
`;
}
