/**
 * What is wrong with a rulebook, in words that the officer who edits it understands: the field, what stands there, what
 * should, and the line and column of the file.
 */
import type { ErrorObject } from "ajv";
import { type Document, isMap, isScalar, type LineCounter } from "yaml";
import { type ErrorCode, type Origin, Trouble } from "../base/errors.ts";
import { TERMS } from "./terms.ts";

/** A problem before it is placed in the file. */
export interface Problem {
  readonly code: ErrorCode;
  /** Keys and indexes from the top of the document. */
  readonly path: readonly (string | number)[];
  readonly summary: string;
  readonly value?: unknown;
  readonly expected?: string;
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
      return {
        code: "unknown-field",
        path: [...path, field],
        summary: "is not a field here",
        expected: suggest(field, Object.keys(schema.properties ?? {})),
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
        expected: `at least ${String(params["limit"])}`,
      };
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
        summary: "does not fit",
        value: error.data,
        expected: describeSchema(schema) || (error.message ?? ""),
      };
  }
}

interface SchemaShape {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaShape>>;
}

function schemaOf(error: ErrorObject): SchemaShape {
  return (error.parentSchema ?? {}) as SchemaShape;
}

/** What a value of this schema is, for people. */
function describeSchema(schema: SchemaShape | undefined): string {
  if (schema === undefined) return "";
  if (schema.format !== undefined && schema.format in TERMS) return TERMS[schema.format].expected;
  if (schema.enum !== undefined) return schema.enum.map(quote).join(" or ");
  const what = { object: "a group of fields", array: "a list", boolean: "true or false", string: "a text" }[
    schema.type ?? ""
  ];
  const described = schema.description === undefined ? "" : schema.description.replace(/\.$/, "");
  return [what ?? schema.type ?? "", described].filter((part) => part !== "").join(": ");
}

/** Says what commonly goes wrong: a bare number where a percentage or dollars should say so. */
function wrongType(data: unknown, schema: SchemaShape): string {
  if (typeof data === "number" && schema.format === "rate")
    return `a bare ${data} does not say per cent of what; did you mean "${data}%"`;
  if (typeof data === "number" && schema.format === "dollars")
    return `a bare ${data} does not say dollars; did you mean "$${data}"`;
  if (data === null) return "is empty";
  return "is of the wrong kind";
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

/** 'did you mean "below"?', or the list of what may stand there. */
function suggest(field: string, known: readonly string[]): string {
  let best = "";
  let bestDistance = Math.max(2, Math.floor(field.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(field.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best === "" ? `one of ${known.join(", ")}` : `"${best}", if that is what was meant`;
}

/** How many letters must be put in, taken out or changed to make `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      current.push(Math.min(current[j - 1] + 1, previous[j] + 1, previous[j - 1] + change));
    }
    previous = current;
  }
  return previous[b.length];
}

/** The problem as a trouble, placed at the field, or at the nearest field above it that exists. */
export function placeProblem(problem: Problem, document: Document, lines: LineCounter, origin: Origin): Trouble {
  const offset = offsetOf(document, problem.path);
  const place = offset === undefined ? undefined : lines.linePos(offset);
  return new Trouble(problem.code, problem.summary, {
    field: problem.path.length === 0 ? "the document" : formatPath(problem.path),
    ...("value" in problem && { value: problem.value }),
    ...(problem.expected !== undefined && { expected: problem.expected }),
    origin: { ...origin, ...(place !== undefined && { row: place.line, column: place.col }) },
  });
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
