/** The definitions of facts keep what the binary form rests on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssertionError } from "../../src/base/assert.ts";
import { defineFact, ENVELOPE, type Field, name, optional, quantity } from "../../src/facts/define.ts";
import { Vocabulary } from "../../src/facts/codec.ts";
import { FACTS } from "../../src/facts/kinds.ts";
import { ABSENT, layOut, layoutOf } from "../../src/facts/layout.ts";

test("kinds and their numbers are given once, and fit their places", () => {
  assert.equal(new Set(FACTS.map(({ kind }) => kind)).size, FACTS.length);
  assert.equal(new Set(FACTS.map(({ number }) => number)).size, FACTS.length);
  for (const { kind, number } of FACTS) assert.ok(Number.isInteger(number) && number >= 1 && number <= 0xffff, kind);
  const twice = [defineFact(1, "a", "", {}), defineFact(1, "b", "", {})];
  assert.throws(() => new Vocabulary(twice), AssertionError);
  assert.throws(() => new Vocabulary([defineFact(1, "a", "", {}), defineFact(2, "a", "", {})]), AssertionError);
});

test("fields are only ever appended, and an appended field is optional", () => {
  for (const { kind, version, fields } of FACTS) {
    let since = 1;
    for (const [field, definition] of Object.entries<Field>(fields)) {
      assert.ok(definition.since >= since, `${kind}.${field} comes after what is older`);
      since = definition.since;
      if (since > 1) assert.ok(definition.optional, `${kind}.${field} is appended, so optional`);
    }
    assert.equal(version, since, `${kind} is at the version of its last field`);
  }
});

test("no field hides one that every fact carries", () => {
  for (const { kind, fields } of FACTS) {
    for (const field of ["kind", ...Object.keys(ENVELOPE)]) assert.ok(!(field in fields), `${kind}.${field}`);
  }
});

test("choices are unique words, and constraints of sign stand on numbers", () => {
  for (const { kind, fields } of FACTS) {
    for (const [field, { type, choices, sign, doc }] of Object.entries<Field>(fields)) {
      const where = `${kind}.${field}`;
      assert.equal(new Set(choices).size, choices.length, where);
      assert.equal(choices.length > 0, type === "choice", where);
      for (const word of choices) assert.match(word, /^[a-z0-9]+(-[a-z0-9]+)*$/, where);
      if (sign !== "any") assert.ok(["amount", "quantity", "price", "count"].includes(type), where);
      assert.match(doc, /^[A-Z].*[.]$/s, where);
    }
  }
});

test("every field stands at a multiple of its width, behind the one before, and none overlaps", () => {
  for (const definition of FACTS) {
    const { fields, version, byteLength, gaps } = layOut(definition);
    let end = 8;
    for (const { name: field, byteOffset, width } of fields) {
      assert.equal(byteOffset % width, 0, `${definition.kind}.${field}`);
      assert.ok(byteOffset - end >= 0 && byteOffset - end < 8, `${definition.kind}.${field}`);
      end = byteOffset + width;
    }
    assert.equal(byteLength(version) % 8, 0);
    assert.ok(byteLength(version) - end >= 0 && byteLength(version) - end < 8);
    const used = fields.reduce((sum, { width }) => sum + width, 8);
    assert.equal(
      used + gaps.length * 4,
      byteLength(version),
      `${definition.kind}: fields and gaps fill the fixed part`,
    );
  }
});

test("the offsets that the hot path relies on", () => {
  assert.deepEqual(layoutOf("quote").offset, {
    at: 8,
    sourceAt: 16,
    source: 24,
    instrument: 28,
    bid: 32,
    ask: 40,
    bidSize: 48,
    askSize: 56,
    venue: 64,
  });
  assert.equal(layoutOf("quote").byteLength(1), 72);
  assert.equal(layoutOf("time-passed").byteLength(1), 32);
  assert.equal(ABSENT, 2 ** 32 - 1);
});

test("an appended field changes no offset of an older one", () => {
  const fields = { what: name("What."), size: quantity("Size.") };
  const older = layOut(defineFact(9, "held", "Held.", fields));
  const newer = layOut(defineFact(9, "held", "Held.", { ...fields, where: optional(name("Where."), 2) }));
  assert.equal(newer.version, 2);
  assert.equal(newer.byteLength(1), older.byteLength(1));
  for (const { name: field, byteOffset } of older.fields) assert.equal(newer.offset[field], byteOffset);
});
