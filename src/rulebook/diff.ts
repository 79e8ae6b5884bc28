/**
 * Two documents of one rulebook held against each other, in words: "Equities, (c)(2)(vi)(J): greater side 15% → 20%". Works
 * from the schema, so that it knows every rulebook: which field of a list's entries names them, what each field means, and
 * that "24 months" and "2 years" are the same.
 */
import type { TSchema } from "typebox";
import { TERMS } from "./terms.ts";

export interface RulebookChange {
  readonly kind: "changed" | "added" | "removed";
  /** "haircuts.equities.greaterSide", "tiers[yellow].below" */
  readonly path: string;
  /** Of the nearest section that names one. */
  readonly paragraph?: string;
  /** As text; absent where there was, or is, nothing. */
  readonly before?: string;
  readonly after?: string;
  /** What the schema says of the field. */
  readonly meaning?: string;
  /** All of it in one sentence. */
  readonly text: string;
}

/** What stands in the heads of both documents, and every change below. */
export interface RulebookDiff {
  readonly rulebook: string;
  readonly before: { readonly version: string; readonly effective: string };
  readonly after: { readonly version: string; readonly effective: string };
  readonly changes: readonly RulebookChange[];
}

interface Header {
  readonly rulebook: string;
  readonly version: string;
  readonly effective: string;
}

interface SchemaShape {
  readonly description?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, SchemaShape>>;
  readonly items?: SchemaShape;
}

type Fields = Readonly<Record<string, unknown>>;

/** Where a value stands. */
interface Place {
  readonly path: string;
  /** "Governments", "categories category-1" */
  readonly words: readonly string[];
  readonly paragraph: string | undefined;
}

/** Every change from `before` to `after`, which both fit the schema, in the order of the schema. */
export function diffRulebooks<T extends Header>(schema: TSchema, before: T, after: T): RulebookDiff {
  const head = ({ version, effective }: Header) => ({ version, effective });
  const changes = fieldChanges(schema, before as Fields, after as Fields, {
    path: "",
    words: [],
    paragraph: undefined,
  });
  return {
    rulebook: after.rulebook,
    before: head(before),
    after: head(after),
    changes: changes.filter(({ path }) => path !== "version" && path !== "effective"),
  };
}

function changesOf(schema: SchemaShape, before: unknown, after: unknown, place: Place): RulebookChange[] {
  if (isSame(schema, before, after)) return [];
  if (isFields(before) && isFields(after)) return fieldChanges(schema, before, after, place);
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(schema.items ?? {}, before, after, place);
  return [change(schema, before, after, place)];
}

/** Of two groups of fields. */
function fieldChanges(schema: SchemaShape, before: Fields, after: Fields, place: Place): RulebookChange[] {
  const properties = schema.properties ?? {};
  const keys = new Set([...Object.keys(properties), ...Object.keys(before), ...Object.keys(after)]);
  const paragraph = [after, before].map((fields) => fields["paragraph"]).find((text) => typeof text === "string");
  const inside = { ...place, paragraph: paragraph ?? place.paragraph };
  return [...keys].flatMap((key) => {
    const path = place.path === "" ? key : `${place.path}.${key}`;
    return changesOf(properties[key] ?? {}, before[key], after[key], {
      ...inside,
      path,
      words: [...place.words, inWords(key)],
    });
  });
}

/** Of two lists: entries are matched by what names them, plain values by themselves. */
function listChanges(
  items: SchemaShape,
  before: readonly unknown[],
  after: readonly unknown[],
  place: Place,
): RulebookChange[] {
  const naming = namingField(items, before, after);
  // "24 months" and "2 years" name the same bucket.
  const keyOf = (entry: unknown): string => {
    if (naming === undefined) return inline(entry);
    const name = (entry as Fields)[naming];
    return JSON.stringify(meaningOf(items.properties?.[naming], name) ?? null);
  };
  const entryChanges = (from: unknown, to: unknown): RulebookChange[] => {
    const at = entryPlace(place, naming, from ?? to);
    if (from !== undefined && to !== undefined) return changesOf(items, from, to, at);
    return [change(items, withoutName(from, naming), withoutName(to, naming), at)];
  };
  const wasBefore = new Map(before.map((entry) => [keyOf(entry), entry]));
  const isAfter = new Set(after.map(keyOf));
  const gone = before.filter((entry) => !isAfter.has(keyOf(entry)));
  const changes = [
    ...gone.flatMap((entry) => entryChanges(entry, undefined)),
    ...after.flatMap((entry) => entryChanges(wasBefore.get(keyOf(entry)), entry)),
  ];
  if (changes.length > 0 || before.map(keyOf).join() === after.map(keyOf).join()) return changes;
  // The same entries, in another order.
  return [change(items, before, after, place)];
}

function entryPlace(place: Place, naming: string | undefined, entry: unknown): Place {
  const list = place.words.at(-1) ?? "";
  const name = inline(naming === undefined ? entry : ((entry as Fields)[naming] ?? ""));
  const ladder = name === "" ? "longer" : `under ${name}`;
  const words = naming === "under" ? ladder : `${naming === undefined ? list : singular(list)} ${name}`;
  return { ...place, path: `${place.path}[${name}]`, words: [...place.words.slice(0, -1), words] };
}

/** "categories" → "category" */
function singular(plural: string): string {
  return plural.replace(/ies$/, "y").replace(/s$/, "");
}

function withoutName(entry: unknown, naming: string | undefined): unknown {
  if (naming === undefined || !isFields(entry)) return entry;
  const { [naming]: _, ...rest } = entry;
  return rest;
}

/** The first field whose values differ from entry to entry, in both lists; undefined for plain values. */
function namingField(items: SchemaShape, before: readonly unknown[], after: readonly unknown[]): string | undefined {
  return Object.keys(items.properties ?? {}).find((field) =>
    [before, after].every((list) => {
      const values = list.map((entry) => (isFields(entry) ? inline(entry[field] ?? "") : undefined));
      return !values.includes(undefined) && new Set(values).size === list.length;
    }),
  );
}

function change(schema: SchemaShape, before: unknown, after: unknown, place: Place): RulebookChange {
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  const { path, paragraph } = place;
  return {
    kind,
    path,
    ...(paragraph !== undefined && { paragraph }),
    ...(before !== undefined && { before: inline(before) }),
    ...(after !== undefined && { after: inline(after) }),
    ...(schema.description !== undefined && { meaning: schema.description }),
    text: sentence(kind, before, after, place),
  };
}

function sentence(kind: RulebookChange["kind"], before: unknown, after: unknown, { words, paragraph }: Place): string {
  // The top of the document is only a shelf: what stands on it speaks for itself.
  const named = words.length > 2 ? words.slice(1) : words;
  const what = named.at(-1) ?? "";
  const where = [...named.slice(0, -1), ...(paragraph === undefined ? [] : [shortened(paragraph)])].join(", ");
  const said = {
    changed: `${what} ${inline(before)} → ${inline(after)}`,
    added: `${what} added${what.endsWith(inline(after)) ? "" : `: ${inline(after)}`}`,
    removed: `${what} removed${what.endsWith(inline(before)) ? "" : `; it ${isFields(before) ? "had" : "was"} ${inline(before)}`}`,
  }[kind];
  const text = where === "" ? said : `${where}: ${said}`;
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** "15c3-1(c)(2)(vi)(J)" as it is cited among people of the trade: "(c)(2)(vi)(J)". */
function shortened(paragraph: string): string {
  return paragraph.replace(/^\d+c\d+-\d+(?=\()/, "");
}

/** "lesserSideAllowance" → "lesser side allowance" */
function inWords(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A value on one line. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return value.map(inline).join(", ");
  if (!isFields(value)) return String(value);
  return Object.entries(value)
    .map(([key, field]) => `${inWords(key)} ${inline(field)}`)
    .join(", ");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two values mean the same: terms are compared as what they say, not as they are written. */
function isSame(schema: SchemaShape, before: unknown, after: unknown): boolean {
  return JSON.stringify(meaningOf(schema, before)) === JSON.stringify(meaningOf(schema, after));
}

function meaningOf(schema: SchemaShape | undefined, value: unknown): unknown {
  const format = schema?.format ?? "";
  return typeof value === "string" && format in TERMS ? TERMS[format].parse(value) : value;
}

/** The differences as lines for a terminal; what a field means stands below its change. */
export function renderDiff({ rulebook, before, after, changes }: RulebookDiff): string {
  const head = `${rulebook}: version ${before.version} (from ${before.effective}) → version ${after.version} (from ${after.effective})`;
  if (changes.length === 0) return `${head}\nNothing changes.`;
  return [
    head,
    ...changes.flatMap(({ text, meaning }) => [`- ${text}`, ...(meaning === undefined ? [] : [`    ${meaning}`])]),
  ].join("\n");
}
