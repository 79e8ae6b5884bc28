/**
 * Reads a document of rules: YAML (or JSON, which is YAML), checked against a schema. Either the typed document comes
 * back, or everything that is wrong with it, each with its place in the file.
 */
import { Ajv, type ValidateFunction } from "ajv";
import type { Static, TSchema } from "typebox";
import { type Document, LineCounter, parseDocument } from "yaml";
import { type Origin, Trouble } from "../base/errors.ts";
import { placeProblem, type Problem, problemOf } from "./problems.ts";
import { TERMS } from "./terms.ts";

/** What a schema cannot say: bounds that must rise, names that must exist. Given the document only when it fits the schema. */
export type Judge<T> = (document: T) => readonly Problem[];

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
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
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines });
  if (parsed.errors.length > 0) {
    return {
      kind: "refused",
      troubles: parsed.errors.map((error) => notYaml(error.message, lines.linePos(error.pos[0]), origin)),
    };
  }
  const value: unknown = parsed.toJS();
  const problems = problemsOf(value, schema, judge);
  if (problems.length === 0) return { kind: "document", document: value as Static<S> };
  return { kind: "refused", troubles: inFileOrder(problems, parsed, lines, origin) };
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

function problemsOf<S extends TSchema>(
  value: unknown,
  schema: S,
  judge: Judge<Static<S>> | undefined,
): readonly Problem[] {
  const validate = validatorOf(schema);
  if (validate(value)) return judge?.(value as Static<S>) ?? [];
  return (validate.errors ?? []).flatMap((error) => problemOf(error) ?? []);
}

function inFileOrder(problems: readonly Problem[], document: Document, lines: LineCounter, origin: Origin): Trouble[] {
  const troubles = problems.map((problem) => placeProblem(problem, document, lines, origin));
  const place = ({ details }: Trouble): number =>
    (details.origin?.row ?? 0) * 1e6 + Number(details.origin?.column ?? 0);
  return troubles.sort((a, b) => place(a) - place(b));
}

function notYaml(message: string, { line, col }: { line: number; col: number }, origin: Origin): Trouble {
  const [first = message] = message.split("\n");
  return new Trouble("bad-document", first.replace(/ at line \d+, column \d+:?$/, ""), {
    origin: { ...origin, row: line, column: col },
  });
}
