/**
 * Reads a document of rules: YAML (or JSON, which is YAML), checked against a schema. Either the typed document comes
 * back, or everything that is wrong with it, each with its place in the file.
 */
import { Ajv, type ValidateFunction } from "ajv";
import type { Static, TSchema } from "typebox";
import { type Document, LineCounter, parseDocument } from "yaml";
import { type Origin, Trouble } from "../base/errors.ts";
import { placeProblem, type Problem, problemOf, withoutConsequences, type Written } from "./problems.ts";
import { TERMS } from "./terms.ts";
import { notYaml } from "./yaml-problems.ts";

/** What a schema cannot say: bounds that must rise, names that must exist. Given the document only when it fits the schema. */
export type Judge<T> = (document: T) => readonly Problem[];

// A schema checks a document or two in a process: optimizing its validator takes longer than it saves.
const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, code: { optimize: false } });
for (const [name, { parse }] of Object.entries(TERMS)) {
  ajv.addFormat(name, {
    type: "string",
    validate: (text: string) => {
      try {
        parse(text);
        return true;
      } catch (error) {
        if (error instanceof Trouble) return false;
        throw error;
      }
    },
  });
}
const validators = new WeakMap<TSchema, ValidateFunction>();

function validatorOf(schema: TSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const compiled = ajv.compile(schema);
  validators.set(schema, compiled);
  return compiled;
}

export type Checked<T> =
  | { readonly kind: "document"; readonly document: T }
  | { readonly kind: "refused"; readonly troubles: readonly Trouble[] };

/** The document, or all that is wrong with it in the order of the file. */
export function checkRulebook<S extends TSchema>(
  text: string,
  schema: S,
  origin: Origin = {},
  judge?: Judge<Static<S>>,
): Checked<Static<S>> {
  const written = readYaml(text);
  const unreadable = notYaml(written.parsed, written.lines, origin);
  if (unreadable.length > 0) return { kind: "refused", troubles: unreadable };
  const { value } = written;
  if (value instanceof Trouble) return { kind: "refused", troubles: [value.at(origin)] };
  const problems = problemsOf(value, schema, judge);
  if (problems.length === 0) return { kind: "document", document: value as Static<S> };
  return { kind: "refused", troubles: inFileOrder(problems, written, origin) };
}

/** A document that was parsed, and its plain values, which nobody changes. */
interface ReadYaml extends Written {
  readonly value: unknown;
}

/** The texts read last: a draft is checked, recorded, previewed and put in force, and parsed once. */
const lastRead = new Map<string, ReadYaml>();
const LAST_READ_MAX = 4;
const LAST_READ_LENGTH_MAX = 200_000;

function readYaml(text: string): ReadYaml {
  const known = lastRead.get(text);
  if (known !== undefined) return known;
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines });
  const read = { text, parsed, lines, value: parsed.errors.length > 0 ? undefined : valueOf(parsed) };
  if (text.length <= LAST_READ_LENGTH_MAX) {
    lastRead.set(text, read);
    for (const [oldest] of lastRead) if (lastRead.size > LAST_READ_MAX) lastRead.delete(oldest);
  }
  return read;
}

/** The document as plain values, or why there are none: references that would multiply it are not followed. */
function valueOf(parsed: Document): unknown {
  try {
    return parsed.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return new Trouble("bad-document", "refers to the same value too often");
    throw error;
  }
}

/** A document was read and is not what it should be: everything that is wrong with it, in the order of the file. */
export class DocumentRefused extends Error {
  override readonly name = "DocumentRefused";
  readonly troubles: readonly Trouble[];

  constructor(troubles: readonly Trouble[]) {
    const [first] = troubles;
    super(`${first?.message ?? "refused"}${troubles.length > 1 ? ` (and ${troubles.length - 1} more)` : ""}`);
    this.troubles = troubles;
  }
}

/** The typed document; throws the first trouble, which says how many more there are. */
export function loadRulebook<S extends TSchema>(
  text: string,
  schema: S,
  origin: Origin = {},
  judge?: Judge<Static<S>>,
): Static<S> {
  const checked = checkRulebook(text, schema, origin, judge);
  if (checked.kind === "document") return checked.document;
  const [first, ...others] = checked.troubles;
  if (others.length === 0) throw first;
  throw new Trouble(first.code, `${first.summary} (and ${others.length} more)`, first.details);
}

/** Whether plain values that came as JSON are what the schema asks for. Why not, `loadRulebook` says of their text. */
export function fits<S extends TSchema>(value: unknown, schema: S): value is Static<S> {
  return validatorOf(schema)(value);
}

function problemsOf<S extends TSchema>(
  value: unknown,
  schema: S,
  judge: Judge<Static<S>> | undefined,
): readonly Problem[] {
  const validate = validatorOf(schema);
  if (validate(value)) return judge?.(value as Static<S>) ?? [];
  return withoutConsequences((validate.errors ?? []).flatMap((error) => problemOf(error) ?? []));
}

function inFileOrder(problems: readonly Problem[], written: Written, origin: Origin): Trouble[] {
  const troubles = problems.map((problem) => placeProblem(problem, written, origin));
  const place = ({ details }: Trouble): number =>
    (details.origin?.row ?? 0) * 1e6 + Number(details.origin?.column ?? 0);
  return troubles.sort((a, b) => place(a) - place(b));
}
