/** The JSON Schema of facts: it takes what the parser takes, and finds what can be said without a calendar. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { Names } from "../../src/base/names.ts";
import { decodeFact, FactEncoder } from "../../src/facts/codec.ts";
import { type Fact, FACTS } from "../../src/facts/kinds.ts";
import { checkFact, parseFact } from "../../src/facts/parse.ts";
import { recordLength, RecordWriter } from "../../src/facts/records.ts";
import { factJsonSchema } from "../../src/facts/schema.ts";
import { exampleFact, factArbitrary } from "./arbitrary.ts";

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(factJsonSchema());

function valid(json: unknown): boolean {
  return validate(json);
}

function throughTheJournal(fact: Fact): unknown {
  const names = new Names();
  const writer = new RecordWriter();
  new FactEncoder(names).encode(fact, writer);
  let last = 0;
  for (let offset = 0; offset < writer.byteLength; offset += recordLength(writer, offset)) last = offset;
  return JSON.parse(JSON.stringify(decodeFact(writer, last, names)));
}

test("any fact is valid, from JSON to binary and back to the same JSON", () => {
  fc.assert(
    fc.property(factArbitrary(), (fact) => {
      const json = JSON.parse(JSON.stringify(fact)) as unknown;
      assert.ok(valid(json), JSON.stringify(validate.errors));
      assert.deepEqual(throughTheJournal(parseFact(json)), json);
    }),
    { seed: 30_201, numRuns: 500 },
  );
});

test("every kind has a schema, with its required fields and no others allowed", () => {
  for (const definition of FACTS) {
    if (definition.kind === "name-given") continue;
    for (const which of ["all", "required"] as const) {
      const fact = exampleFact(definition, which);
      assert.ok(valid(fact), definition.kind);
      assert.ok(!valid({ ...fact, stranger: 1 }), definition.kind);
      if (which === "required") {
        for (const key of Object.keys(fact))
          assert.ok(!valid({ ...fact, [key]: undefined }), `${definition.kind} without ${key}`);
      }
    }
  }
  assert.ok(!valid({ kind: "name-given", at: "2026-11-20T14:30:00Z", name: "A" }));
});

test("loose forms that the parser takes are valid too", () => {
  const quote = { kind: "quote", at: "2026-11-20T09:30:00-05:00", instrument: "A", ask: "1" };
  for (const bid of ["+01.500000000000", "-0.00", 1.5, 0, "7"]) {
    assert.ok(!Array.isArray(checkFact({ ...quote, bid })), String(bid));
    assert.ok(valid({ ...quote, bid }), String(bid));
  }
});

test("what the schema refuses the parser refuses", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.maxSafeInteger(),
    fc.constantFrom(-1, 0, 0.5, 1, 7, "-1", "0", "1.123456789", "2026-11-20", " ", "5%"),
  );
  const changed = fc.tuple(factArbitrary(), fc.nat(30), value).map(([fact, at, other]) => {
    const keys = Object.keys(fact);
    return { ...fact, [keys[at % keys.length]]: other };
  });
  let refused = 0;
  fc.assert(
    fc.property(changed, (json) => {
      if (valid(json)) return;
      refused++;
      assert.ok(Array.isArray(checkFact(json)), JSON.stringify(json));
    }),
    { seed: 30_202, numRuns: 1000 },
  );
  assert.ok(refused > 300, "most changes are noticed");
});
