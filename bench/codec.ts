/**
 * What it costs to write and read a fact: the binary form by typed-array views and by definition, beside JSON text, in
 * the same run on the same facts. Ends by checking that every way gives the same facts. Encoding by definition
 * also reads and checks every decimal, day and instant, which JSON text leaves to its reader. Not measured: `parseFact`,
 * and the journal.
 */
import assert from "node:assert/strict";
import { Names } from "../src/base/names.ts";
import { type Instant, parseInstant } from "../src/base/time.ts";
import { decodeFact, FactEncoder } from "../src/facts/codec.ts";
import { encodeMarketTrade, encodeQuote } from "../src/facts/encode-market.ts";
import type { Fact, FactOfKind } from "../src/facts/kinds.ts";
import { layoutOf } from "../src/facts/layout.ts";
import { recordLength, type Records, RecordWriter } from "../src/facts/records.ts";
import type { BenchResult } from "./result.ts";

const FACTS_PER_RUN = 20_000;
const WARM_UP_RUNS = 4;
const RUNS = 8;
const AT = "2026-11-20T14:30:00.123456Z";
const AT_MICROS = parseInstant(AT);

/** Nanoseconds per fact of the fastest of some runs, after a few to warm up. */
function fastest(run: () => void): number {
  let best = Infinity;
  for (let index = 0; index < WARM_UP_RUNS + RUNS; index++) {
    const start = process.hrtime.bigint();
    run();
    const nanos = Number(process.hrtime.bigint() - start) / FACTS_PER_RUN;
    if (index >= WARM_UP_RUNS) best = Math.min(best, nanos);
  }
  return best;
}

function quote(index: number): FactOfKind<"quote"> {
  const instrument = `I${index % 1000}`;
  const bid = `${100 + (index % 50)}.25`;
  return {
    kind: "quote",
    at: AT,
    source: "tape",
    instrument,
    bid,
    ask: `${101 + (index % 50)}`,
    bidSize: "300",
    askSize: `${1 + (index % 9)}00`,
  };
}

function marketTrade(index: number): FactOfKind<"market-trade"> {
  return {
    kind: "market-trade",
    at: AT,
    source: "tape",
    instrument: `I${index % 1000}`,
    price: `${100 + (index % 50)}.25`,
    quantity: "100",
  };
}

function tradeExecuted(index: number): FactOfKind<"trade-executed"> {
  return {
    kind: "trade-executed",
    at: AT,
    account: `A${index % 500}`,
    instrument: `I${index % 1000}`,
    contra: "clearing",
    side: index % 2 === 0 ? "buy" : "sell",
    quantity: "100",
    price: "190.25",
    tradeDay: "2026-11-20",
    commission: "1.5",
    fees: "0.0229",
    execution: `X${index}`,
  };
}

function cashMoved(index: number): FactOfKind<"cash-moved"> {
  return {
    kind: "cash-moved",
    at: AT,
    from: "bank",
    to: `A${index % 500}`,
    currency: "USD",
    amount: `${index}.5`,
    reason: "deposit",
  };
}

function decodeAll(records: Records, byteLength: number, names: Names): Fact[] {
  const facts: Fact[] = [];
  for (let offset = 0; offset < byteLength; offset += recordLength(records, offset))
    facts.push(decodeFact(records, offset, names));
  return facts;
}

function compare(name: string, value: number, json: number, bytes: number, aim?: string): BenchResult {
  return {
    name,
    unit: "ns/fact",
    value,
    ...(aim !== undefined && { aim }),
    detail: { bytesPerFact: bytes },
    against: { name: "JSON text", value: json, ratio: json / value },
  };
}

/** Encodes and decodes many facts of one kind by its definition, and as JSON. */
function byDefinition(facts: readonly Fact[]): BenchResult[] {
  const kind = facts[0]?.kind ?? "";
  const names = new Names();
  const encoder = new FactEncoder(names);
  const writer = new RecordWriter(2 ** 23);
  const encodeAll = (): void => {
    writer.reset();
    for (const fact of facts) encoder.encode(fact, writer);
  };
  encodeAll(); // gives the names; from now on no record is a name-given
  const encode = fastest(encodeAll);
  let decoded: Fact[] = [];
  const decode = fastest(() => {
    decoded = decodeAll(writer, writer.byteLength, names);
  });
  let texts: string[] = [];
  const stringify = fastest(() => {
    texts = facts.map((fact) => JSON.stringify(fact));
  });
  let parsed: unknown[] = [];
  const parse = fastest(() => {
    parsed = texts.map((text) => JSON.parse(text) as unknown);
  });
  assert.deepEqual(decoded, parsed);
  const bytes = writer.byteLength / FACTS_PER_RUN;
  return [
    compare(`encode ${kind} by definition`, encode, stringify, bytes),
    compare(`decode ${kind} to JSON form`, decode, parse, bytes),
  ];
}

/** Writes quotes and trades as a feed handler does, and reads quotes as the books do: numbers only, no objects. */
function byViews(): BenchResult[] {
  const names = new Names();
  const source = names.intern("tape");
  for (let index = 0; index < 1000; index++) names.intern(`I${index}`);
  const writer = new RecordWriter(2 ** 22);
  const trades = fastest(() => {
    writer.reset();
    for (let index = 0; index < FACTS_PER_RUN; index++) {
      encodeMarketTrade(
        writer,
        AT_MICROS,
        source,
        1 + (index % 1000),
        (10_025 + (index % 50) * 100) * 1e6,
        100e6,
        false,
      );
    }
  });
  assert.deepEqual(decodeFact(writer, 0, names), marketTrade(0));
  const tradeBytes = writer.byteLength / FACTS_PER_RUN;
  const quotes = fastest(() => {
    writer.reset();
    for (let index = 0; index < FACTS_PER_RUN; index++) {
      const bid = (10_025 + (index % 50) * 100) * 1e6;
      encodeQuote(
        writer,
        AT_MICROS,
        source,
        1 + (index % 1000),
        bid,
        (101 + (index % 50)) * 1e8,
        300e6,
        (1 + (index % 9)) * 100e6,
      );
    }
  });
  const expected = Array.from({ length: FACTS_PER_RUN }, (_, index) => quote(index));
  assert.deepEqual(decodeAll(writer, writer.byteLength, names), expected);
  const texts = expected.map((fact) => JSON.stringify(fact));
  const { reading, sum } = readByViews(writer);
  let parsedSum = 0;
  const parsing = fastest(() => {
    parsedSum = 0;
    for (const text of texts) parsedSum += Number((JSON.parse(text) as FactOfKind<"quote">).bid) * 1e8;
  });
  assert.equal(Math.round(sum), Math.round(parsedSum));
  const stringify = fastest(() => {
    for (let index = 0; index < FACTS_PER_RUN; index++) texts[index] = JSON.stringify(expected[index]);
  });
  return [
    compare("encode quote by views", quotes, stringify, writer.byteLength / FACTS_PER_RUN, "below 20 ns"),
    compare("encode market-trade by views", trades, stringify, tradeBytes, "below 20 ns"),
    compare("read quote by views", reading, parsing, writer.byteLength / FACTS_PER_RUN, "below 10 ns"),
  ];
}

function readByViews(writer: RecordWriter): { reading: number; sum: number } {
  const { offset } = layoutOf("quote");
  const bid = offset.bid / 8;
  const ask = offset.ask / 8;
  const instrument = offset.instrument / 4;
  const last = new Float64Array(1024);
  let sum = 0;
  let latest = 0 as Instant;
  const reading = fastest(() => {
    const { u32, f64, byteLength } = writer;
    sum = 0;
    for (let start = 0; start < byteLength; start += u32[start / 4]) {
      sum += f64[start / 8 + bid];
      last[u32[start / 4 + instrument]] = f64[start / 8 + ask];
      latest = f64[start / 8 + 1] as Instant;
    }
  });
  assert.equal(latest, AT_MICROS);
  assert.equal(last[1], 101e8);
  return { reading, sum };
}

export async function bench(): Promise<BenchResult[]> {
  const many = (make: (index: number) => Fact): Fact[] =>
    Array.from({ length: FACTS_PER_RUN }, (_, index) => make(index));
  return [...byViews(), ...[quote, marketTrade, tradeExecuted, cashMoved].flatMap((make) => byDefinition(many(make)))];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await bench())}\n`);
