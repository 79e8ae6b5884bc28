/** Facts to binary records and back. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { AssertionError } from "../../src/base/assert.ts";
import { Trouble } from "../../src/base/errors.ts";
import { Names, NO_NAME } from "../../src/base/names.ts";
import { parseInstant } from "../../src/base/time.ts";
import { decodeFact, FactEncoder, Vocabulary } from "../../src/facts/codec.ts";
import { amount, choice, defineFact, type FactDefinition, name, optional, text } from "../../src/facts/define.ts";
import { encodeMarketTrade, encodeQuote } from "../../src/facts/encode-market.ts";
import { type Fact, FACTS } from "../../src/facts/kinds.ts";
import { layoutOf } from "../../src/facts/layout.ts";
import {
  recordKind,
  recordLength,
  type Records,
  recordsOf,
  recordVersion,
  RecordWriter,
} from "../../src/facts/records.ts";
import { exampleFact, factArbitrary } from "./arbitrary.ts";

const AT = "2026-11-20T14:30:00.123456Z";
const QUOTE: Fact = { kind: "quote", at: AT, instrument: "AAPL", bid: "189.9", ask: "190.1" };
const CASH: Fact = {
  kind: "cash-moved",
  at: AT,
  from: "bank",
  to: "A",
  currency: "USD",
  amount: "10",
  reason: "deposit",
};

/** Every record as a fact, giving names as a reader of the journal does. */
function decodeAll(records: Records, names: Names, vocabulary?: Vocabulary): Fact[] {
  const facts: Fact[] = [];
  for (let offset = 0; offset < records.u8.length; offset += recordLength(records, offset)) {
    const fact = decodeFact(records, offset, names, vocabulary);
    if (fact.kind === "name-given") names.intern(fact.name);
    facts.push(fact);
  }
  return facts;
}

function encodeAll(facts: readonly Fact[], vocabulary?: Vocabulary): Uint8Array {
  const writer = new RecordWriter(8);
  const encoder = new FactEncoder(new Names(), vocabulary);
  for (const fact of facts) encoder.encode(fact, writer);
  return writer.bytes;
}

function roundTrip(facts: readonly Fact[]): Fact[] {
  return decodeAll(recordsOf(encodeAll(facts)), new Names()).filter(({ kind }) => kind !== "name-given");
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Trouble) return error.code;
    throw error;
  }
  return "none";
}

test("any facts come back from their records as they were", () => {
  fc.assert(
    fc.property(fc.array(factArbitrary(), { minLength: 1, maxLength: 8 }), (facts) =>
      assert.deepEqual(roundTrip(facts), facts),
    ),
    { seed: 30_001, numRuns: 400 },
  );
});

test("the same facts give the same bytes, whatever was in the buffer before", () => {
  fc.assert(
    fc.property(fc.array(factArbitrary(), { minLength: 1, maxLength: 4 }), (facts) => {
      const dirty = new RecordWriter(4096);
      dirty.u8.fill(0xa5);
      const encoder = new FactEncoder(new Names());
      for (const fact of facts) encoder.encode(fact, dirty);
      assert.deepEqual(Buffer.from(dirty.bytes).toString("hex"), Buffer.from(encodeAll(facts)).toString("hex"));
    }),
    { seed: 30_002, numRuns: 200 },
  );
});

test("a name is given once, just before the fact that first uses it, and in the order of its fields", () => {
  const facts = decodeAll(recordsOf(encodeAll([CASH, CASH, { ...CASH, to: "B" }])), new Names());
  const shown = facts.map((fact) => (fact.kind === "name-given" ? fact.name : fact.kind));
  assert.deepEqual(shown, ["bank", "A", "USD", "cash-moved", "cash-moved", "B", "cash-moved"]);
});

test("a name that two fields of a fact share is given once", () => {
  const facts = decodeAll(recordsOf(encodeAll([{ ...CASH, to: "bank" }])), new Names());
  assert.deepEqual(
    facts.map(({ kind }) => kind),
    ["name-given", "name-given", "cash-moved"],
  );
});

test("a fact that is refused leaves no bytes and no names", () => {
  const names = new Names();
  const writer = new RecordWriter();
  const encoder = new FactEncoder(names);
  const refused: [Record<string, unknown>, string][] = [
    [{ amount: "1.00001" }, "not-exact"],
    [{ amount: "ten" }, "bad-value"],
    [{ amount: "0" }, "bad-value"],
    [{ amount: undefined }, "missing-field"],
    [{ to: "" }, "bad-value"],
    [{ reason: "because" }, "bad-value"],
    [{ kind: "gift" }, "unknown-kind"],
  ];
  for (const [change, code] of refused) {
    assert.equal(
      codeOf(() => encoder.encode({ ...CASH, ...change }, writer)),
      code,
    );
    assert.equal(writer.byteLength, 0);
    assert.equal(names.size, 0);
  }
  assert.throws(() => encoder.encode({ kind: "name-given", at: AT, name: "A" }, writer), AssertionError);
});

test("a hot consumer reads a quote by its offsets", () => {
  const records = recordsOf(encodeAll([QUOTE]));
  const { number, offset } = layoutOf("quote");
  const start = recordLength(records, 0);
  assert.equal(recordKind(records, start), number);
  assert.equal(recordVersion(records, start), 1);
  assert.equal(records.f64[(start + offset.at) / 8], parseInstant(AT));
  assert.equal(records.u32[(start + offset.source) / 4], NO_NAME);
  assert.equal(records.u32[(start + offset.instrument) / 4], 0);
  assert.equal(records.f64[(start + offset.bid) / 8], 18_990_000_000);
  assert.ok(Number.isNaN(records.f64[(start + offset.bidSize) / 8]));
});

test("the fast way of writing market data gives the bytes of the slow one", () => {
  const names = new Names();
  const slow = new RecordWriter();
  const encoder = new FactEncoder(names);
  encoder.encode({ ...QUOTE, source: "tape", bidSize: "300" }, slow);
  encoder.encode(
    { kind: "market-trade", at: AT, source: "tape", instrument: "AAPL", price: "190", quantity: "100" },
    slow,
  );
  encoder.encode(
    { kind: "market-trade", at: AT, instrument: "AAPL", price: "190", quantity: "1.5", irregular: true },
    slow,
  );
  const fast = new RecordWriter();
  fast.u8.fill(0xa5);
  const [tape, apple] = [names.intern("tape"), names.intern("AAPL")];
  encodeQuote(fast, parseInstant(AT), tape, apple, 189.9e8, 190.1e8, 300e6, Number.NaN);
  encodeMarketTrade(fast, parseInstant(AT), tape, apple, 190e8, 100e6, false);
  encodeMarketTrade(fast, parseInstant(AT), NO_NAME, apple, 190e8, 1.5e6, true);
  const [quote, trade] = [layoutOf("quote").byteLength(1), layoutOf("market-trade").byteLength(1)];
  assert.equal(
    Buffer.from(fast.bytes).toString("hex"),
    Buffer.from(slow.bytes.subarray(-quote - 2 * trade)).toString("hex"),
  );
  assert.equal(fast.count, 3);
});

test("a writer grows, counts, and starts again without losing its room", () => {
  const names = new Names();
  const writer = new RecordWriter(8);
  const encoder = new FactEncoder(names);
  for (let index = 0; index < 1000; index++) encoder.encode({ ...QUOTE, instrument: `I${index % 7}` }, writer);
  assert.equal(writer.count, 1007);
  const facts = decodeAll(recordsOf(writer.bytes), new Names()).filter(({ kind }) => kind === "quote");
  assert.deepEqual(facts[999], { ...QUOTE, instrument: `I${999 % 7}` });
  const room = writer.u8.length;
  writer.reset();
  assert.equal(writer.bytes.length, 0);
  encoder.encode(QUOTE, writer);
  assert.equal(writer.count, 2);
  assert.equal(writer.u8.length, room);
});

test("records are read in place, from an aligned start only", () => {
  const bytes = encodeAll([QUOTE]);
  const records = recordsOf(bytes);
  assert.equal(records.u8.buffer, bytes.buffer);
  assert.throws(() => recordsOf(bytes.subarray(4)), AssertionError);
  assert.throws(() => recordsOf(bytes.subarray(0, bytes.length - 4)), AssertionError);
});

// ——— versions ———

const OLD_FIELDS = { item: name("Its name."), note: optional(text("A note.")), value: amount("Its value.") };
const NEW_FIELDS = {
  ...OLD_FIELDS,
  worth: optional(amount("What it is worth."), 2),
  memo: optional(text("A memo."), 2),
  tone: optional(choice(["low", "high"], "Its tone."), 3),
};
const OLDER = new Vocabulary([FACTS[0], defineFact(9, "item-stated", "An item.", OLD_FIELDS)]);
const NEWER = new Vocabulary([FACTS[0], defineFact(9, "item-stated", "An item.", NEW_FIELDS)]);
const OLD_ITEM = { kind: "item-stated", at: AT, item: "chair", note: "four legs", value: "12.5" } as unknown as Fact;

test("a journal of an older version reads with what it did not know left out", () => {
  const bytes = encodeAll([OLD_ITEM, OLD_ITEM], OLDER);
  const facts = decodeAll(recordsOf(bytes), new Names(), NEWER);
  assert.deepEqual(facts.slice(1), [OLD_ITEM, OLD_ITEM]);
  const written = recordsOf(encodeAll([OLD_ITEM], NEWER));
  assert.equal(recordVersion(written, recordLength(written, 0)), 3, "and what is written now is of the newest version");
});

test("old and new records stand in one journal", () => {
  const newItem = { ...OLD_ITEM, worth: "13", memo: "scratched", tone: "high" } as unknown as Fact;
  const names = new Names();
  const writer = new RecordWriter();
  new FactEncoder(names, OLDER).encode(OLD_ITEM, writer);
  new FactEncoder(names, NEWER).encode(newItem, writer);
  assert.deepEqual(decodeAll(recordsOf(writer.bytes), new Names(), NEWER).slice(1), [OLD_ITEM, newItem]);
});

test("a newer version, kind or choice than this program knows is refused, never guessed", () => {
  const newer = encodeAll([OLD_ITEM], NEWER);
  assert.equal(
    codeOf(() => decodeAll(recordsOf(newer), new Names(), OLDER)),
    "journal-version",
  );
  assert.equal(
    codeOf(() => decodeAll(recordsOf(encodeAll([QUOTE])), new Names(), OLDER)),
    "journal-version",
  );
  const tones = (words: readonly string[]): FactDefinition =>
    defineFact(9, "tone-set", "A tone.", { tone: choice(words, "Its tone.") });
  const toned = encodeAll(
    [{ kind: "tone-set", at: AT, tone: "high" } as unknown as Fact],
    new Vocabulary([tones(["low", "high"])]),
  );
  assert.equal(
    codeOf(() => decodeAll(recordsOf(toned), new Names(), new Vocabulary([tones(["low"])]))),
    "journal-version",
  );
});

// ——— golden records: bytes that some journal may hold ———

interface Golden {
  readonly kind: string;
  readonly version: number;
  readonly fact: Fact;
  /** The records that its encoding gives, names first, in hexadecimal. */
  readonly records: readonly string[];
}

const GOLDEN_FILE = join(import.meta.dirname, "golden/records.json");

function goldenOf(definition: FactDefinition, which: "all" | "required"): Golden {
  const fact = exampleFact(definition, which);
  const bytes = encodeAll([fact]);
  const records = recordsOf(bytes);
  const hex: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += recordLength(records, offset)) {
    hex.push(Buffer.from(bytes.subarray(offset, offset + recordLength(records, offset))).toString("hex"));
  }
  return { kind: definition.kind, version: definition.version, fact, records: hex };
}

function readGolden(): Golden[] {
  const golden = JSON.parse(readFileSync(GOLDEN_FILE, "utf8")) as Golden[];
  if (!process.execArgv.includes("--test-update-snapshots")) return golden;
  // Golden records are never changed: only those of a new kind or version are added.
  for (const definition of FACTS) {
    const known = golden.some(({ kind, version }) => kind === definition.kind && version === definition.version);
    if (definition.kind !== "name-given" && !known)
      golden.push(goldenOf(definition, "all"), goldenOf(definition, "required"));
  }
  writeFileSync(GOLDEN_FILE, `${JSON.stringify(golden, undefined, 1)}\n`);
  return golden;
}

const golden = readGolden();

test("every kind and version has golden records (node --test --test-update-snapshots adds what is missing)", () => {
  for (const { kind, version } of FACTS) {
    if (kind === "name-given") continue;
    for (let each = 1; each <= version; each++) {
      assert.ok(
        golden.some((one) => one.kind === kind && one.version === each),
        `${kind}, version ${each}`,
      );
    }
  }
});

test("golden records of any version decode as they did when they were written", () => {
  for (const { fact, records, kind, version } of golden) {
    const bytes = new Uint8Array(Buffer.from(records.join(""), "hex"));
    assert.deepEqual(decodeAll(recordsOf(bytes), new Names()).at(-1), fact, `${kind}, version ${version}`);
  }
});

test("golden records of the newest version are what is written today", () => {
  const versions = new Map<string, number>(FACTS.map(({ kind, version }) => [kind, version]));
  for (const { fact, records, kind, version } of golden) {
    if (versions.get(kind) !== version) continue;
    assert.equal(Buffer.from(encodeAll([fact])).toString("hex"), records.join(""), kind);
  }
});
