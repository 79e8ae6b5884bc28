/**
 * What is wrong with a rulebook, in words that the officer who edits it understands: the field, what stands there, what
 * should, and the line and column of the file.
 */
import type { ErrorObject } from "ajv";
import { type Document, isMap, isScalar, type LineCounter } from "yaml";
import { type ErrorCode, type Origin, Trouble } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { TERMS } from "./terms.ts";

/** A problem before it is placed in the file. */
export interface Problem {
  readonly code: ErrorCode;
  /** Keys and indexes from the top of the document. */
  readonly path: readonly (string | number)[];
  readonly summary: string;
  readonly value?: unknown;
  readonly expected?: string;
  /** Where in the text that stands there; its start where absent. */
  readonly offset?: number;
  /** Of a field that is not one: which was probably meant. */
  readonly meant?: string;
}

/** "tiers[1].below" */
function formatPath(path: readonly (string | number)[]): string {
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`)).join("");
}

/** One problem for one violation of the schema, or undefined where another violation says it better. */
export function problemOf(error: ErrorObject): Problem | undefined {
  const path = pathOf(error.instancePath);
  const schema = schemaOf(error);
  const params = error.params as Readonly<Record<string, unknown>>;
  const limit = String(params["limit"]);
  switch (error.keyword) {
    case "required": {
      const field = String(params["missingProperty"]);
      const expected = describeSchema(schema.properties?.[field]);
      return {
        code: "missing-field",
        path: [...path, field],
        summary: "is missing",
        ...(expected !== "" && { expected }),
      };
    }
    case "additionalProperties": {
      const field = String(params["additionalProperty"]);
      const known = Object.keys(schema.properties ?? {});
      const meant = nearest(field, known);
      return {
        code: "unknown-field",
        path: [...path, field],
        summary: "is not a field here",
        ...(meant === undefined
          ? { expected: `one of ${known.join(", ")}` }
          : { meant, expected: `"${meant}", if that is what was meant` }),
      };
    }
    case "enum":
      return {
        code: "bad-value",
        path,
        summary: "is not one of the choices",
        value: error.data,
        expected: (schema.enum ?? []).map(quote).join(" or "),
      };
    case "const":
      return {
        code: "bad-value",
        path,
        summary: "is something else",
        value: error.data,
        expected: quote(params["allowedValue"]),
      };
    case "minItems":
      return {
        code: "missing-field",
        path,
        summary: "has too few entries",
        expected: described(`at least ${limit}`, schema.description),
      };
    case "minLength":
      return { code: "bad-value", path, summary: "is empty", expected: describeSchema(schema) };
    case "minimum":
      return { code: "bad-value", path, summary: "is too small", value: error.data, expected: `at least ${limit}` };
    case "maximum":
      return { code: "bad-value", path, summary: "is too large", value: error.data, expected: `at most ${limit}` };
    case "type":
      return {
        code: "bad-value",
        path,
        summary: wrongType(error.data, schema),
        value: error.data,
        expected: describeSchema(schema),
      };
    case "anyOf":
      return undefined;
    default:
      return {
        code: "bad-value",
        path,
        summary: slipOf(error.data, schema) ?? "does not fit",
        value: error.data,
        expected: describeSchema(schema) || (error.message ?? ""),
      };
  }
}

/** A misspelt field is one mistake, not two: the field that is missing because of it is not said as well. */
export function withoutConsequences(problems: readonly Problem[]): readonly Problem[] {
  const meant = new Set(
    problems.flatMap((problem) =>
      problem.meant === undefined ? [] : [formatPath([...problem.path.slice(0, -1), problem.meant])],
    ),
  );
  return problems.filter(({ code, path }) => code !== "missing-field" || !meant.has(formatPath(path)));
}

interface SchemaShape {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaShape>>;
  readonly required?: readonly string[];
}

function schemaOf(error: ErrorObject): SchemaShape {
  return (error.parentSchema ?? {}) as SchemaShape;
}

/** What a value of this schema is, for people. */
function describeSchema(schema: SchemaShape | undefined): string {
  if (schema === undefined) return "";
  if (schema.format !== undefined && schema.format in TERMS) return TERMS[schema.format].expected;
  if (schema.enum !== undefined) return schema.enum.map(quote).join(" or ");
  if (schema.type === "object") return described(`a section with ${fieldsOf(schema)}`, schema.description);
  const what = { array: "a list", boolean: "true or false", string: "a text", integer: "a whole number" }[
    schema.type ?? ""
  ];
  return described(what ?? schema.type ?? "", schema.description);
}

/** "a list: Its name" */
function described(what: string, description: string | undefined): string {
  return [what, description?.replace(/\.$/, "") ?? ""].filter((part) => part !== "").join(": ");
}

/** The fields that an object cannot be without, else those that it may have: "method, activity and 2 more". */
function fieldsOf({ properties = {}, required = [] }: SchemaShape): string {
  const names = required.length > 0 ? required : Object.keys(properties);
  const shown = names.slice(0, FIELDS_NAMED);
  if (names.length > FIELDS_NAMED) return `${shown.join(", ")} and ${names.length - FIELDS_NAMED} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}`;
}

const FIELDS_NAMED = 4;

/** Says what commonly goes wrong: a bare number where a percentage or dollars should say so. */
function wrongType(data: unknown, schema: SchemaShape): string {
  if (data === null) return "is empty";
  return slipOf(data, schema) ?? "is of the wrong kind";
}

const YES_OR_NO = new Map([
  ["yes", true],
  ["on", true],
  ["no", false],
  ["off", false],
]);

function slipOf(data: unknown, { type, format }: SchemaShape): string | undefined {
  const meant = type === "boolean" && typeof data === "string" ? YES_OR_NO.get(data.toLowerCase()) : undefined;
  if (meant !== undefined) return `did you mean ${meant}`;
  if (format === undefined || !(format in TERMS)) return undefined;
  return typeof data === "string" || typeof data === "number" ? TERMS[format].slip(data) : undefined;
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}

function pathOf(pointer: string): (string | number)[] {
  const keys = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

/** A document as it was written: what is needed to find the line and column of a problem. */
export interface Written {
  readonly text: string;
  readonly parsed: Document;
  readonly lines: LineCounter;
}

/** The problem as a trouble, placed at the field, or at the nearest field above it that exists. */
export function placeProblem(problem: Problem, { text, parsed, lines }: Written, origin: Origin): Trouble {
  const offset =
    problem.offset === undefined
      ? offsetOf(parsed, problem.path)
      : (offsetInText(parsed.getIn(problem.path, true), text, problem.offset) ?? offsetOf(parsed, problem.path));
  const place = offset === undefined ? undefined : lines.linePos(offset);
  return new Trouble(problem.code, problem.summary, {
    field: problem.path.length === 0 ? "the document" : formatPath(problem.path),
    ...("value" in problem && { value: problem.value }),
    ...(problem.expected !== undefined && { expected: problem.expected }),
    origin: { ...origin, ...(place !== undefined && { row: place.line, column: place.col }) },
  });
}

/** "rules.yaml:39:21: tiers[0].below = 120: ...", as compilers write it and editors find it. */
export function placedMessage({ code, summary, details: { origin, ...rest } }: Trouble): string {
  const place = [origin?.file, origin?.row, origin?.column].filter((part) => part !== undefined).join(":");
  const { message } = new Trouble(code, summary, rest);
  return place === "" ? message : `${place}: ${message}`;
}

/**
 * Where in the file the character `offset` of a text stands, whether it is written plain, quoted or over several lines:
 * the two are read side by side, and what YAML adds (quotes, backslashes, indentation) is passed over.
 */
function offsetInText(node: unknown, text: string, offset: number): number | undefined {
  if (!isScalar(node) || typeof node.value !== "string" || !node.range) return undefined;
  const [start, end] = node.range;
  const { value } = node;
  const isBlock = text[start] === "|" || text[start] === ">";
  let at = isBlock ? text.indexOf("\n", start) : start;
  const pass = (isPassed: (character: string) => boolean): void => {
    while (at < end && isPassed(text[at])) at++;
  };
  if (isBlock) pass(isSpace);
  for (let index = 0; index < Math.min(offset, value.length); index++) {
    if (!isSpace(value[index])) {
      pass((character) => character !== value[index]);
      at++;
    } else if (!isSpace(value[index + 1] ?? "")) pass(isSpace);
  }
  if (offset < value.length && !isSpace(value[offset])) pass((character) => character !== value[offset]);
  return at;
}

function isSpace(character: string): boolean {
  return /\s/.test(character);
}

function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const parent = depth === 0 ? undefined : document.getIn(path.slice(0, depth - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[depth - 1]));
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node)) return node.range[0];
  }
  return undefined;
}

function isNode(value: unknown): value is { readonly range: readonly [number, number, number] } {
  return typeof value === "object" && value !== null && "range" in value && Array.isArray(value.range);
}
