/**
 * Facts to binary records and back, for every kind by its definition. The journal's names are numbered in the order in
 * which facts first use them: the encoder writes a `name-given` record just before the fact that brings a new name, and
 * who reads the journal gives each such name to its own `Names`.
 */
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { type Names, NO_NAME } from "../base/names.ts";
import type { FactDefinition } from "./define.ts";
import { type Fact, FACTS } from "./kinds.ts";
import {
  ABSENT,
  AT_WORD,
  KIND_WORD,
  layOut,
  type Layout,
  layoutOf,
  padded,
  SOURCE_AT_WORD,
  SOURCE_WORD,
} from "./layout.ts";
import type { Records, RecordWriter } from "./records.ts";
import { valueFormatter, type ValueFormatter, valueReader, type ValueReader } from "./values.ts";

/** How one field is written and read, worked out once. */
interface Step {
  readonly name: string;
  readonly optional: boolean;
  readonly since: number;
  /** Where its value is: in the number, in the journal's names, or in the text behind the fixed part. */
  readonly holds: "number" | "name" | "text";
  readonly wide: boolean;
  /** Index from the start of the record, in u32 or, where wide, in f64. */
  readonly index: number;
  readonly read: ValueReader;
  readonly format: ValueFormatter;
}

interface Plan {
  readonly layout: Layout;
  readonly steps: readonly Step[];
}

function planOf(definition: FactDefinition): Plan {
  const layout = layOut(definition);
  const steps = layout.fields.map(({ name, field, byteOffset, width }): Step => ({
    name,
    optional: field.optional,
    since: field.since,
    holds: field.type === "name" ? "name" : field.type === "text" || field.type === "rate" ? "text" : "number",
    wide: width === 8,
    index: byteOffset / width,
    read: valueReader(name, field),
    format: valueFormatter(name, field),
  }));
  return { layout, steps };
}

/** The kinds that a codec knows. */
export class Vocabulary {
  readonly #byKind = new Map<string, Plan>();
  readonly #byNumber: (Plan | undefined)[] = [];
  /** The most fields that any kind has, those of the envelope included. */
  readonly fieldsMax: number;

  constructor(definitions: readonly FactDefinition[]) {
    for (const definition of definitions) {
      const plan = planOf(definition);
      assert(!this.#byKind.has(definition.kind), `the kind ${definition.kind} is defined once`);
      assert(this.#byNumber[definition.number] === undefined, `the number ${definition.number} is given once`);
      this.#byKind.set(definition.kind, plan);
      this.#byNumber[definition.number] = plan;
    }
    this.fieldsMax = Math.max(...Array.from(this.#byKind.values(), ({ steps }) => steps.length));
  }

  /** @internal */
  ofKind(kind: string): Plan {
    const plan = this.#byKind.get(kind);
    if (plan === undefined)
      throw new Trouble("unknown-kind", "there is no such kind of fact", { field: "kind", value: kind });
    return plan;
  }

  /** @internal */
  ofNumber(number: number): Plan | undefined {
    return this.#byNumber[number];
  }
}

/** Stands for the number of a name until it is given. */
const NEW_NAME = -1;

const VOCABULARY = new Vocabulary(FACTS);
const NAME_GIVEN = layoutOf("name-given");
const NAME_WORD = NAME_GIVEN.offset.name / 4;

/** Writes the journal's own fact that the next number stands for `text`. */
function writeNameGiven(writer: RecordWriter, at: number, text: string): void {
  const textStart = NAME_GIVEN.byteLength(1);
  const bytes = Buffer.byteLength(text);
  const start = writer.add(textStart + padded(bytes), NAME_GIVEN.kindWord);
  const { u32, f64 } = writer;
  f64[start / 8 + AT_WORD] = at;
  f64[start / 8 + SOURCE_AT_WORD] = Number.NaN;
  u32[start / 4 + SOURCE_WORD] = NO_NAME;
  u32[start / 4 + NAME_WORD] = bytes;
  f64[writer.byteLength / 8 - 1] = 0;
  writer.u8.write(text, start + textStart, "utf8");
}

/** Encodes facts for one journal, whose names `names` are. */
export class FactEncoder {
  readonly #names: Names;
  readonly #vocabulary: Vocabulary;
  /** The binary value of each field of the fact at hand; NaN where absent. */
  readonly #values: Float64Array;
  #newNames = false;

  constructor(names: Names, vocabulary: Vocabulary = VOCABULARY) {
    this.#names = names;
    this.#vocabulary = vocabulary;
    this.#values = new Float64Array(vocabulary.fieldsMax);
  }

  /**
   * Appends the fact to `writer`, behind a `name-given` record for each name it is the first to use. Throws `Trouble` for
   * a value that its field does not allow, and has then written and interned nothing.
   * A `name-given` fact is not for encoding: the names of another journal have other numbers.
   */
  encode(fact: Fact, writer: RecordWriter): void {
    assert(fact.kind !== "name-given", "name-given is written by the encoder alone");
    const plan = this.#vocabulary.ofKind(fact.kind);
    const fields = fact as unknown as Readonly<Record<string, unknown>>;
    const textBytes = this.#readValues(fields, plan.steps);
    if (this.#newNames) this.#numberNames(fields, plan.steps, writer);
    this.#write(fields, plan, textBytes, writer);
  }

  /** Fills `#values` from the fact, notes whether it has new names, and returns the bytes of all its texts. */
  #readValues(fields: Readonly<Record<string, unknown>>, steps: readonly Step[]): number {
    let textBytes = 0;
    this.#newNames = false;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      const value = fields[step.name];
      if (value === undefined) {
        if (!step.optional) throw new Trouble("missing-field", "missing", { field: step.name });
        this.#values[index] = Number.NaN;
        continue;
      }
      const known = step.holds === "name" && typeof value === "string" ? this.#names.find(value) : undefined;
      const binary = known ?? step.read(value);
      if (step.holds === "text") textBytes += binary;
      if (step.holds === "name" && known === undefined) {
        this.#values[index] = NEW_NAME;
        this.#newNames = true;
      } else {
        this.#values[index] = binary;
      }
    }
    return textBytes;
  }

  /** Numbers the new names, each behind its record; the same name may stand in two fields. */
  #numberNames(fields: Readonly<Record<string, unknown>>, steps: readonly Step[], writer: RecordWriter): void {
    for (let index = 0; index < steps.length; index++) {
      if (this.#values[index] !== NEW_NAME || steps[index].holds !== "name") continue;
      const text = String(fields[steps[index].name]);
      if (this.#names.find(text) === undefined) writeNameGiven(writer, this.#values[0], text);
      this.#values[index] = this.#names.intern(text);
    }
  }

  #write(
    fields: Readonly<Record<string, unknown>>,
    { layout, steps }: Plan,
    textBytes: number,
    writer: RecordWriter,
  ): void {
    const fixed = layout.byteLength(layout.version);
    const start = writer.add(fixed + padded(textBytes), layout.kindWord);
    const { u32, f64, u8 } = writer;
    for (const gap of layout.gaps) u32[start / 4 + gap] = 0;
    if (textBytes > 0) f64[writer.byteLength / 8 - 1] = 0;
    let textAt = start + fixed;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      const value = this.#values[index];
      if (step.wide) f64[start / 8 + step.index] = value;
      else u32[start / 4 + step.index] = Number.isNaN(value) ? ABSENT : value;
      if (step.holds !== "text") continue;
      const text = fields[step.name];
      if (typeof text === "string") textAt += u8.write(text, textAt, "utf8");
    }
  }
}

/**
 * The fact that the record at `byteOffset` holds, in canonical form: decimals and instants at their shortest. What the
 * record's version did not have is absent. Throws `journal-version` for a kind or version that this program does not know.
 */
export function decodeFact(
  records: Records,
  byteOffset: number,
  names: Names,
  vocabulary: Vocabulary = VOCABULARY,
): Fact {
  const { u32, f64, u8 } = records;
  const start = byteOffset / 4;
  const number = u32[start + KIND_WORD] & 0xffff;
  const version = u32[start + KIND_WORD] >>> 16;
  const plan = vocabulary.ofNumber(number);
  if (plan === undefined) {
    throw new Trouble("journal-version", "a kind of fact that this program does not know", {
      field: "kind",
      value: number,
    });
  }
  const { layout, steps } = plan;
  if (version > layout.version) {
    throw new Trouble("journal-version", `a newer version of ${layout.kind}`, {
      field: "version",
      value: version,
      expected: `at most ${layout.version}`,
    });
  }
  const fact: Record<string, unknown> = { kind: layout.kind };
  let textAt = byteOffset + layout.byteLength(version);
  for (const step of steps) {
    if (step.since > version) break;
    const binary = step.wide ? f64[byteOffset / 8 + step.index] : u32[start + step.index];
    if (step.wide ? Number.isNaN(binary) : binary === ABSENT) continue;
    if (step.holds === "number") fact[step.name] = step.format(binary);
    else if (step.holds === "name") fact[step.name] = names.text(binary);
    else {
      fact[step.name] = u8.toString("utf8", textAt, textAt + binary);
      textAt += binary;
    }
  }
  assert(byteOffset + u32[start] === padded(textAt), "a record ends where its last text does");
  return fact as unknown as Fact;
}
