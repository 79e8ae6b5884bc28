import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import { type Day, parseDay } from "../../src/base/time.ts";
import { Symbols } from "../../src/books/symbols.ts";
import { readTestCsv } from "./csv.ts";
import { Master } from "./master.ts";

/** Asks the master who trades under a symbol, by names. */
function holder({ names, instruments }: Master, symbol: string, day: string): string | undefined {
  const row = instruments.bySymbol(names.find(symbol) ?? -1, parseDay(day));
  return row < 0 ? undefined : instruments.attributes(row).instrument;
}

test("META was a fund's symbol before it was Facebook's", () => {
  const master = new Master(
    { instrument: "facebook", type: "equity" },
    { instrument: "roundhill-metaverse", type: "etf" },
  );
  master.changeSymbol("facebook", "FB", "2012-05-18");
  master.changeSymbol("facebook", "META", "2022-06-09");
  master.changeSymbol("roundhill-metaverse", "META", "2021-06-30");
  master.changeSymbol("roundhill-metaverse", "METV", "2022-01-31");
  assert.equal(holder(master, "FB", "2012-05-17"), undefined);
  assert.equal(holder(master, "FB", "2012-05-18"), "facebook");
  assert.equal(holder(master, "FB", "2022-06-08"), "facebook");
  assert.equal(holder(master, "FB", "2022-06-09"), undefined);
  assert.equal(holder(master, "META", "2022-01-28"), "roundhill-metaverse");
  assert.equal(holder(master, "META", "2022-03-01"), undefined);
  assert.equal(holder(master, "META", "2022-06-09"), "facebook");
  assert.equal(holder(master, "METV", "2026-11-20"), "roundhill-metaverse");
});

test("a symbol that comes with a listing counts from that day in New York", () => {
  const master = new Master();
  const row = master.list({ instrument: "apple", type: "equity", symbol: "AAPL", at: "2026-11-21T03:00:00Z" });
  assert.equal(holder(master, "AAPL", "2026-11-19"), undefined);
  assert.equal(holder(master, "AAPL", "2026-11-20"), "apple");
  assert.equal(master.instruments.symbolOf(row, parseDay("2026-11-20")), master.names.find("AAPL"));
  assert.equal(master.instruments.symbolOf(row, parseDay("2026-11-19")), -1);
});

test("a new listing takes over the symbol of one that is gone", () => {
  const master = new Master({ instrument: "old", type: "equity", symbol: "TWX", at: "2026-01-05T15:00:00Z" });
  const row = master.instruments.findText("old");
  master.list({ instrument: "new", type: "equity", symbol: "TWX", at: "2026-06-01T15:00:00Z" });
  assert.equal(holder(master, "TWX", "2026-05-31"), "old");
  assert.equal(holder(master, "TWX", "2026-06-01"), "new");
  assert.equal(master.instruments.symbolOf(row, parseDay("2026-06-01")), -1, "the old one has no symbol any more");
});

test("two instruments can exchange their symbols on one day", () => {
  const master = new Master({ instrument: "a", type: "equity" }, { instrument: "b", type: "equity" });
  master.changeSymbol("a", "AAA", "2026-01-02");
  master.changeSymbol("b", "BBB", "2026-01-02");
  master.changeSymbol("a", "BBB", "2026-03-02");
  master.changeSymbol("b", "AAA", "2026-03-02");
  assert.equal(holder(master, "AAA", "2026-03-01"), "a");
  assert.equal(holder(master, "AAA", "2026-03-02"), "b");
  assert.equal(holder(master, "BBB", "2026-03-02"), "a");
});

interface Stretch {
  readonly file: string;
  readonly symbol: string;
  readonly from: Day;
  readonly to: Day;
}

/** The stretches of days of each security of the file; its first row says on which day it began to trade. */
function stretches(): Stretch[] {
  const day = (text: string) => parseDay(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`);
  const found: Stretch[] = [];
  let before: { file: string; valid_to: string } | undefined;
  for (const row of readTestCsv("symbol_history.csv", "file", "valid_to", "symbol")) {
    if (before?.file === row.file) {
      const first = found.at(-1)?.file !== row.file;
      const from = (day(before.valid_to) + (first ? 0 : 1)) as Day;
      found.push({ file: row.file, symbol: row.symbol, from, to: day(row.valid_to) });
    }
    before = row;
  }
  return found;
}

test("the symbols of real names resolve on every day on which they were used", () => {
  const all = stretches();
  assert.ok(all.length >= 35);
  const ids = new Map<string, number>();
  const id = (text: string) => ids.get(text) ?? ids.set(text, ids.size).size - 1;
  const symbols = new Symbols();
  for (const { file, symbol, from } of all.toSorted((a, b) => a.from - b.from))
    symbols.set(id(file), id(`$${symbol}`), from);
  for (const { file, symbol, from, to } of all) {
    for (const day of [from, Math.floor((from + to) / 2), to] as Day[]) {
      // Where two securities bore a symbol at once (a successor's file overlaps), the one that took it last has it.
      const claims = all.filter((other) => other.symbol === symbol && other.from <= day);
      const last = claims.toSorted((a, b) => a.from - b.from).at(-1);
      if (last?.file !== file) continue;
      assert.equal(symbols.instrumentOf(id(`$${symbol}`), day), id(file), `${symbol} on ${day}`);
      assert.equal(symbols.symbolOf(id(file), day), id(`$${symbol}`));
    }
  }
});

test("histories answer as a plain list of changes does, in any order of learning, and after a restore", () => {
  const change = fc.record({
    instrument: fc.integer({ min: 0, max: 3 }),
    symbol: fc.integer({ min: 10, max: 13 }),
    from: fc.integer({ min: 100, max: 110 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const symbols = new Symbols();
      const plain: { instrument: number; symbol: number; from: number; order: number }[] = [];
      const newest = (key: "instrument" | "symbol", value: number, day: number) =>
        plain
          .filter((entry) => entry[key] === value && entry.from <= day)
          .toSorted((a, b) => a.from - b.from || a.order - b.order)
          .at(-1);
      const slow = (symbol: number, day: number) => {
        const last = newest("symbol", symbol, day);
        return last !== undefined && newest("instrument", last.instrument, day) === last ? last.instrument : -1;
      };
      for (const [order, { instrument, symbol, from }] of changes.entries()) {
        symbols.set(instrument, symbol, from as Day);
        if (slow(symbol, from) !== instrument) plain.push({ instrument, symbol, from, order });
      }
      const restored = new Symbols();
      restored.restore(new SectionReader(symbols.sections()));
      assert.equal(hashSections(restored.sections()), hashSections(symbols.sections()));
      for (let day = 99 as Day; day <= 111; day++) {
        for (let symbol = 10; symbol <= 13; symbol++) {
          const instrument = symbols.instrumentOf(symbol, day);
          assert.equal(instrument, slow(symbol, day));
          assert.equal(restored.instrumentOf(symbol, day), instrument);
          if (instrument >= 0) assert.equal(symbols.symbolOf(instrument, day), symbol);
        }
      }
    }),
    { seed: 3, numRuns: 300 },
  );
});
