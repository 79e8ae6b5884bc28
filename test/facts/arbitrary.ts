/** Facts at random, from their definitions: in canonical form, with every edge that a definition allows. */
import * as fc from "fast-check";
import { assertNever } from "../../src/base/assert.ts";
import { formatDecimal } from "../../src/base/decimal.ts";
import { formatRate, rate } from "../../src/base/rate.ts";
import { type Day, formatDay, formatInstant, type Instant } from "../../src/base/time.ts";
import { ENVELOPE, type FactDefinition, type Field, type Sign } from "../../src/facts/define.ts";
import { type Fact, FACTS } from "../../src/facts/kinds.ts";
import { COUNT_MAX, SCALES } from "../../src/facts/values.ts";

type FactJson = Readonly<Record<string, string | number | boolean>> & { readonly kind: string };

function unitsFrom(sign: Sign): number {
  return sign === "positive" ? 1 : sign === "not-negative" ? 0 : -Number.MAX_SAFE_INTEGER;
}

const nameArbitrary = fc.oneof(
  fc.constantFrom("AAPL", "A-1", "__proto__", "constructor", "Zürich", "株式会社", "a b", "💵"),
  fc
    .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 200 })
    .map((text) => text.trim())
    .filter((text) => text !== ""),
);

function valueArbitrary({ type, sign, choices }: Field): fc.Arbitrary<string | number | boolean> {
  switch (type) {
    case "name":
      return nameArbitrary;
    case "text":
      return fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
    case "rate":
      return fc
        .tuple(fc.nat(99_999), fc.integer({ min: 1, max: 9999 }))
        .map(([top, bottom]) => formatRate(rate(top, bottom * 100)));
    case "instant":
      return fc.integer({ min: -1e15, max: 9e15 }).map((at) => formatInstant(at as Instant));
    case "day":
      return fc.nat(2_932_896).map((day) => formatDay(day as Day));
    case "count":
      return fc.integer({ min: Math.max(0, unitsFrom(sign)), max: COUNT_MAX });
    case "flag":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...choices);
    case "amount":
    case "quantity":
    case "price": {
      const units = fc.integer({ min: unitsFrom(sign), max: Number.MAX_SAFE_INTEGER });
      return units.map((value) => formatDecimal(value, SCALES[type]));
    }
    default:
      return assertNever(type);
  }
}

function fieldsArbitrary(definition: FactDefinition): fc.Arbitrary<FactJson> {
  const fields = Object.entries<Field>({ ...ENVELOPE, ...definition.fields });
  const model = Object.fromEntries(fields.map(([name, field]) => [name, valueArbitrary(field)]));
  const requiredKeys = fields.filter(([, field]) => !field.optional).map(([name]) => name);
  return fc.record(model, { requiredKeys, noNullPrototype: true }).map((body) => ({ kind: definition.kind, ...body }));
}

function officersDiffer(fact: FactJson): boolean {
  return fact["secondApproval"] === undefined || ![fact["by"], fact["approvedBy"]].includes(fact["secondApproval"]);
}

/** Any fact of one of these kinds. */
export function factArbitrary(definitions: readonly FactDefinition[] = FACTS): fc.Arbitrary<Fact> {
  const kinds = definitions.filter(({ kind }) => kind !== "name-given").map(fieldsArbitrary);
  return fc.oneof(...kinds).filter(officersDiffer) as unknown as fc.Arbitrary<Fact>;
}

/** A value of each type that is the same for good, for golden records. */
const EXAMPLES = {
  amount: "1234.5678",
  quantity: "100.000001",
  price: "190.12345678",
  instant: "2026-11-20T14:30:00.123456Z",
  day: "2026-11-20",
  count: 7,
  rate: "6 2/3%",
  flag: true,
} as const;

function exampleValue(name: string, { type, choices }: Field): string | number | boolean {
  if (type === "name") return `the ${name}`;
  if (type === "text") return `text of ${name}, 100 €`;
  return type === "choice" ? choices[choices.length - 1] : EXAMPLES[type];
}

/** The same fact every time: with every field, or with the required ones only. */
export function exampleFact({ kind, fields }: FactDefinition, which: "all" | "required"): Fact {
  const kept = Object.entries<Field>({ ...ENVELOPE, ...fields }).filter(
    ([, field]) => which === "all" || !field.optional,
  );
  return {
    kind,
    ...Object.fromEntries(kept.map(([name, field]) => [name, exampleValue(name, field)])),
  } as unknown as Fact;
}
