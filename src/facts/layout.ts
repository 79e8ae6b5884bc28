/**
 * Where each field of a fact stands in its binary record. A record is little endian and a multiple of eight bytes long:
 *
 *     0 u32 length · 4 u16 kind · 6 u16 version · 8 f64 at · 16 f64 sourceAt · 24 u32 source · 28 body …
 *
 * Fields stand in declared order, each aligned to its width (u32 or f64). `text` and `rate` keep their byte length there;
 * their bytes follow the fixed part in the same order. An absent f64 is NaN, an absent u32 is `ABSENT`. A record of an
 * older version has only the fields that were there then, at the same offsets.
 */
import { assert } from "../base/assert.ts";
import { ENVELOPE, type FactDefinition, type Field, type FieldType } from "./define.ts";
import { FACTS, type FactKind } from "./kinds.ts";

/** An absent u32: a name, a day, a count, a flag, a choice, the length of a text. */
export const ABSENT = 0xffff_ffff;

/** Index of the word that holds kind (low half) and version (high half), in u32 from the start of a record. */
export const KIND_WORD = 1;
/** Index of `at`, in f64 from the start of a record. */
export const AT_WORD = 1;
/** Index of `sourceAt`, in f64 from the start of a record. */
export const SOURCE_AT_WORD = 2;
/** Index of `source`, in u32 from the start of a record. */
export const SOURCE_WORD = 6;

const FIRST_FIELD = 8;

const WIDTHS: Readonly<Record<FieldType, 4 | 8>> = {
  name: 4,
  text: 4,
  amount: 8,
  quantity: 8,
  price: 8,
  instant: 8,
  day: 4,
  count: 4,
  rate: 4,
  flag: 4,
  choice: 4,
};

interface PlacedField {
  readonly name: string;
  readonly field: Field;
  /** Bytes from the start of the record. */
  readonly byteOffset: number;
  readonly width: 4 | 8;
}

export interface Layout<K extends string = string, F extends string = string> {
  readonly kind: K;
  readonly number: number;
  /** The newest version. */
  readonly version: number;
  /** Byte offset of each field from the start of the record. A u32 index is offset / 4, an f64 index offset / 8. */
  readonly offset: Readonly<Record<F, number>>;
  /** The envelope's fields, then the body's, in order. */
  readonly fields: readonly PlacedField[];
  /** The second word of a record of the newest version: kind and version. */
  readonly kindWord: number;
  /** Words of the newest version's fixed part that no field uses; they are zero. */
  readonly gaps: readonly number[];
  /** Bytes of the fixed part, a multiple of eight: the length of a record without text, and where its text starts. */
  readonly byteLength: (version: number) => number;
}

type DefinitionOf<K extends FactKind> = Extract<(typeof FACTS)[number], { kind: K }>;
type FieldName<K extends FactKind> = (keyof DefinitionOf<K>["fields"] & string) | keyof typeof ENVELOPE;
/** The layout of one kind, with an offset for each of its fields: `LayoutOf<"quote">["offset"]["bid"]`. */
export type LayoutOf<K extends FactKind> = Layout<K, FieldName<K>>;

/** `bytes` up to the next multiple of eight. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function place(fields: Readonly<Record<string, Field>>): { placed: PlacedField[]; gaps: number[] } {
  const placed: PlacedField[] = [];
  const gaps: number[] = [];
  let end = FIRST_FIELD;
  for (const [name, field] of Object.entries(fields)) {
    const width = WIDTHS[field.type];
    if (end % width !== 0) {
      gaps.push(end / 4);
      end += 4;
    }
    placed.push({ name, field, byteOffset: end, width });
    end += width;
  }
  if (end % 8 !== 0) gaps.push(end / 4);
  return { placed, gaps };
}

/** The layout that follows from a definition. */
export function layOut({ kind, number, version, fields }: FactDefinition): Layout {
  assert(number > 0 && number <= 0xffff && version > 0 && version <= 0xffff, `${kind}: number and version fit 16 bits`);
  const { placed, gaps } = place({ ...ENVELOPE, ...fields });
  const byteLengths = Array.from({ length: version + 1 }, (_, known) => {
    const last = placed.findLast(({ field }) => field.since <= known);
    return last === undefined ? 0 : padded(last.byteOffset + last.width);
  });
  return {
    kind,
    number,
    version,
    offset: Object.fromEntries(placed.map(({ name, byteOffset }) => [name, byteOffset])),
    fields: placed,
    kindWord: number + version * 0x1_0000,
    gaps,
    byteLength: (of) => byteLengths[of],
  };
}

const LAYOUTS: ReadonlyMap<string, Layout> = new Map(FACTS.map((definition) => [definition.kind, layOut(definition)]));

/** The layout of a kind of fact. */
export function layoutOf<K extends FactKind>(kind: K): LayoutOf<K> {
  const layout = LAYOUTS.get(kind);
  assert(layout !== undefined, `there is a layout for ${kind}`);
  return layout as LayoutOf<K>;
}
