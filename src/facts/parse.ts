/**
 * Facts out of JSON, from people and other programs. Everything is checked that can be checked without the books: known
 * kind and fields, each value, and what two fields say together. What comes out is canonical, exactly what the journal
 * will give back.
 */
import { type ErrorCode, type Origin, Trouble, type TroubleDetails } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { ENVELOPE, type Field } from "./define.ts";
import { type Fact, FACTS } from "./kinds.ts";
import { type JsonValue, valueFormatter, type ValueFormatter, valueReader, type ValueReader } from "./values.ts";

interface FieldCheck {
  readonly name: string;
  readonly optional: boolean;
  readonly read: ValueReader;
  /** Absent where the value is its own canonical form. */
  readonly format: ValueFormatter | undefined;
}

const REFORMATTED: ReadonlySet<Field["type"]> = new Set(["amount", "quantity", "price", "instant"]);

/** The journal's own fact is missing here: nobody hands it in. */
const CHECKS: ReadonlyMap<string, ReadonlyMap<string, FieldCheck>> = new Map(
  FACTS.filter(({ kind }) => kind !== "name-given").map(({ kind, fields }) => [
    kind,
    new Map(
      Object.entries<Field>({ ...ENVELOPE, ...fields }).map(([name, field]) => [
        name,
        {
          name,
          optional: field.optional,
          read: valueReader(name, field),
          format: REFORMATTED.has(field.type) ? valueFormatter(name, field) : undefined,
        },
      ]),
    ),
  ]),
);

/** The kinds of fact that can be handed in: all but the journal's own. */
export const KINDS: readonly string[] = [...CHECKS.keys()];

/** Unknown fields that are reported of one fact; what has more is something else altogether. */
const UNKNOWN_FIELDS_MAX = 10;

/** Pairs of fields that must name two different people. */
const TWO_OFFICERS: readonly (readonly [string, string])[] = [
  ["approvedBy", "secondApproval"],
  ["by", "secondApproval"],
];

class Collector {
  readonly troubles: Trouble[] = [];
  readonly #origin: Origin | undefined;

  constructor(origin: Origin | undefined) {
    this.#origin = origin;
  }

  report(code: ErrorCode, summary: string, details: TroubleDetails): void {
    this.add(new Trouble(code, summary, details));
  }

  add(trouble: Trouble): void {
    this.troubles.push(this.#origin === undefined ? trouble : trouble.at(this.#origin));
  }
}

/** `summary`, with the word that was probably meant. */
function withGuess(summary: string, word: unknown, words: Iterable<string>): string {
  const guess = typeof word === "string" ? nearest(word, words) : undefined;
  return guess === undefined ? summary : `${summary}; did you mean "${guess}"?`;
}

function checksOf(
  fields: Readonly<Record<string, unknown>>,
  found: Collector,
): ReadonlyMap<string, FieldCheck> | undefined {
  const { kind } = fields;
  const checks = typeof kind === "string" ? CHECKS.get(kind) : undefined;
  if (checks !== undefined) return checks;
  if (kind === undefined) found.report("missing-field", "missing", { field: "kind", expected: "a kind of fact" });
  else if (kind === "name-given")
    found.report("not-allowed", "a fact of the journal's own, written by it alone", { field: "kind", value: kind });
  else
    found.report("unknown-kind", withGuess("there is no such kind of fact", kind, KINDS), {
      field: "kind",
      value: kind,
    });
  return undefined;
}

/** The value in canonical form; undefined where it is absent or refused. */
function checkValue(check: FieldCheck, value: unknown, found: Collector): JsonValue | undefined {
  if (value === undefined) {
    if (!check.optional) found.report("missing-field", "missing", { field: check.name });
    return undefined;
  }
  try {
    const binary = check.read(value);
    return check.format === undefined ? (value as JsonValue) : check.format(binary);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    found.add(error);
    return undefined;
  }
}

function checkTogether(fact: Readonly<Record<string, unknown>>, found: Collector): void {
  for (const [first, second] of TWO_OFFICERS) {
    const value = fact[second];
    if (value !== undefined && value === fact[first]) {
      found.report("bad-value", `the same as ${first}`, { field: second, value, expected: "another person" });
    }
  }
}

/**
 * The fact that `json` says, or everything that is wrong with it: its kind first, then its fields in the order of the
 * reference, then fields that it should not have, then what does not go together. `origin` is where it came from.
 */
export function checkFact(json: unknown, origin?: Origin): Fact | Trouble[] {
  const found = new Collector(origin);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    found.report("bad-value", "not a fact", { field: "fact", value: json, expected: "an object with a kind" });
    return found.troubles;
  }
  const fields = json as Readonly<Record<string, unknown>>;
  const checks = checksOf(fields, found);
  if (checks === undefined) return found.troubles;
  const fact: Record<string, unknown> = { kind: fields["kind"] };
  for (const check of checks.values()) {
    const value = checkValue(check, fields[check.name], found);
    if (value !== undefined) fact[check.name] = value;
  }
  const strangers = Object.keys(fields).filter(
    (key) => key !== "kind" && !checks.has(key) && fields[key] !== undefined,
  );
  for (const key of strangers.slice(0, UNKNOWN_FIELDS_MAX)) {
    found.report("unknown-field", withGuess(`not a field of ${String(fields["kind"])}`, key, checks.keys()), {
      field: key,
      value: fields[key],
    });
  }
  checkTogether(fact, found);
  return found.troubles.length === 0 ? (fact as unknown as Fact) : found.troubles;
}

/** The fact that `json` says. Throws the first `Trouble` that `checkFact` finds. */
export function parseFact(json: unknown, origin?: Origin): Fact {
  const checked = checkFact(json, origin);
  if (Array.isArray(checked)) throw checked[0];
  return checked;
}
