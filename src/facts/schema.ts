/**
 * The JSON Schema of facts, from their definitions: for OpenAPI, editors, and programs that want to check before they
 * send. It accepts whatever `parseFact` accepts; days that do not exist and the like only the parser finds.
 */
import { assertNever } from "../base/assert.ts";
import { ENVELOPE, type Field, type Sign } from "./define.ts";
import { FACTS } from "./kinds.ts";
import { COUNT_MAX, NAME_LENGTH_MAX, SCALES, TEXT_BYTES_MAX } from "./values.ts";

type Schema = Readonly<Record<string, unknown>>;

const INSTANT = String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$`;
const DAY = String.raw`^\d{4}-\d{2}-\d{2}$`;
const RATE = String.raw`^\s*(\d{1,6}(\.\d{1,6})? ?%|(\d{1,6} +)?\d{1,6}/\d{1,6} ?(%|of 1%))\s*$`;

const SIGN_PATTERNS: Readonly<Record<Sign, string>> = {
  any: "[+-]?",
  "not-negative": String.raw`(\+|-(?=[0.]+$))?`,
  positive: String.raw`(?=.*[1-9])\+?`,
};
const SIGN_RANGES: Readonly<Record<Sign, Schema>> = {
  any: {},
  "not-negative": { minimum: 0 },
  positive: { exclusiveMinimum: 0 },
};

function decimalSchema(scale: number, sign: Sign): Schema {
  const pattern = String.raw`^${SIGN_PATTERNS[sign]}\d+(\.\d{1,${scale}}0*)?$`;
  return { type: ["string", "number"], pattern, ...SIGN_RANGES[sign] };
}

function valueSchema({ type, sign, choices }: Field): Schema {
  switch (type) {
    case "name":
      return { type: "string", minLength: 1, maxLength: NAME_LENGTH_MAX };
    case "text":
      return { type: "string", minLength: 1, maxLength: TEXT_BYTES_MAX };
    case "rate":
      return { type: "string", pattern: RATE };
    case "instant":
      return { type: "string", pattern: INSTANT };
    case "day":
      return { type: "string", pattern: DAY };
    case "count":
      return { type: "integer", minimum: sign === "positive" ? 1 : 0, maximum: COUNT_MAX };
    case "flag":
      return { type: "boolean" };
    case "choice":
      return { type: "string", enum: choices };
    case "amount":
    case "quantity":
    case "price":
      return decimalSchema(SCALES[type], sign);
    default:
      return assertNever(type);
  }
}

function kindSchema({ kind, doc, fields }: (typeof FACTS)[number]): Schema {
  const all = Object.entries<Field>({ ...ENVELOPE, ...fields });
  return {
    title: kind,
    description: doc,
    type: "object",
    properties: {
      kind: { const: kind },
      ...Object.fromEntries(all.map(([name, field]) => [name, { description: field.doc, ...valueSchema(field) }])),
    },
    required: ["kind", ...all.filter(([, field]) => !field.optional).map(([name]) => name)],
    additionalProperties: false,
  };
}

/** The JSON Schema, draft 2020-12, of any fact that can be handed in. */
export function factJsonSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Fact",
    description: "Something that the firm learned.",
    oneOf: FACTS.filter(({ kind }) => kind !== "name-given").map(kindSchema),
  };
}
