import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { formatInstant, type Instant, parseInstant } from "../../src/base/time.ts";
import { type DemoDate, marketDay } from "../../src/simulator/market-day.ts";
import { EVENT } from "../../src/simulator/market-events.ts";
import { MarketFiles } from "../../src/simulator/market-files.ts";
import { crashDay } from "./small.ts";

const DATA = join(import.meta.dirname, "../../data/market-days");

/** Events of one instrument: time of day in UTC, kind, price in dollars. */
function eventsOf(id: string): [at: string, kind: number, price: number][] {
  const { events, instruments } = crashDay;
  const number = instruments.findIndex((instrument) => instrument.id === id);
  const found: [string, number, number][] = [];
  for (let row = 0; row < events.size; row++) {
    if (events.instrument[row] !== number) continue;
    found.push([formatInstant(events.at[row] as Instant).slice(11, 19), events.kind[row], events.price[row] / 1e8]);
  }
  return found;
}

test("the whole market of 24 August 2015, in order of time", () => {
  const { events, instruments, opens, closes } = crashDay;
  assert.equal(instruments.filter(({ reference }) => reference !== undefined).length, 6106);
  assert.equal(instruments.filter(({ treasury }) => treasury !== undefined).length, 12);
  assert.ok(events.size > 300_000);
  for (let row = 1; row < events.size; row++) assert.ok(events.at[row] > events.at[row - 1]);
  assert.equal(opens, parseInstant("2015-08-24T13:30:00Z"));
  assert.ok(events.at[0] >= opens && events.at[events.size - 1] < closes);
});

test("every price lies in the stock's real range of the day, and all four real prices are printed", () => {
  const bars = new Map(new MarketFiles().dayBars("2015-08-24").map((bar) => [bar.symbol, bar]));
  const barSymbols = new Set(["AAPL", "AIG", "SPY", "VXX"]);
  const { events, instruments } = crashDay;
  const seen = new Map<number, { prices: number[]; shares: number }>();
  for (let row = 0; row < events.size; row++) {
    const number = events.instrument[row];
    const { id, treasury } = instruments[number];
    if (treasury !== undefined || barSymbols.has(id)) continue;
    const bar = bars.get(id);
    assert.ok(bar !== undefined && events.price[row] >= bar.low && events.price[row] <= bar.high, id);
    if (events.kind[row] !== EVENT.trade) continue;
    const entry = seen.get(number) ?? { prices: [], shares: 0 };
    entry.prices.push(events.price[row]);
    entry.shares += events.quantity[row];
    seen.set(number, entry);
  }
  for (const [number, { prices, shares }] of seen) {
    const bar = bars.get(instruments[number].id);
    assert.ok(bar !== undefined);
    const printed = [prices[0], prices.at(-1), Math.min(...prices), Math.max(...prices), shares];
    assert.deepEqual(printed, [bar.open, bar.close, bar.low, bar.high, bar.volume]);
  }
  assert.ok(seen.size > 5800);
});

test("SPY follows its own hour bars; General Electric has its low near SPY's, and an inverse fund its high", () => {
  const prints = (id: string) => eventsOf(id).filter(([, kind]) => kind === EVENT.trade);
  assert.equal(prints("SPY").length, 28);
  assert.deepEqual(prints("SPY").slice(0, 4), [
    ["13:30:00", 0, 187.49],
    ["13:40:00", 0, 182.95],
    ["13:50:00", 0, 191.11],
    ["13:59:59", 0, 189.8],
  ]);
  const low = prints("GE").find(([, , price]) => price === 19.37);
  assert.ok(low !== undefined && low[0] > "13:31" && low[0] < "13:49");
  const high = prints("SQQQ").toSorted((a, b) => b[2] - a[2])[0];
  assert.ok(high !== undefined && high[0] < "13:49");
});

test("the tape of 8 October 2013: every regular print and the quotes of each second", () => {
  const { events, instruments, leader } = marketDay("2013-10-08");
  const counts = new Map<string, number>();
  for (let row = 0; row < events.size; row++) {
    if (row > 0) assert.ok(events.at[row] > events.at[row - 1]);
    const key = `${instruments[events.instrument[row]].id} ${events.kind[row]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (events.kind[row] === EVENT.quote) assert.ok(events.price[row] > 0 && events.ask[row] > 0);
  }
  assert.equal(instruments[leader].id, "SPY");
  assert.equal(
    [...counts].filter(([key]) => key.endsWith(` ${EVENT.trade}`)).reduce((total, [, count]) => total + count, 0),
    641_255,
  );
  assert.ok((counts.get(`SPY ${EVENT.trade}`) ?? 0) > 400_000);
});

test("a day that is not shipped is refused with those that are", () => {
  assert.throws(() => marketDay("1987-10-19" as DemoDate), { code: "bad-value", message: /2015-08-24 or 2013-10-08/ });
});

test("damaged data are refused with file, row and column", () => {
  const directory = mkdtempSync(join(tmpdir(), "market-days-"));
  try {
    cpSync(DATA, directory, { recursive: true });
    const files = new MarketFiles(directory);
    const damage = (content: string) =>
      writeFileSync(join(directory, "2015-08-24/cross-section.csv.gz"), gzipSync(content));
    damage("symbol,previous_close,open,high,low,close,volume\nA,36.23,33.87,36.01,33.57,34.6.8,100\n");
    assert.throws(() => marketDay("2015-08-24", files), {
      code: "bad-value",
      message: /cross-section\.csv\.gz, row 2, column close/,
    });
    damage("symbol,previous_close,open,high,low,close,volume\nA,36.23,33.87,33.01,33.57,34.68,100\n");
    assert.throws(() => marketDay("2015-08-24", files), {
      code: "bad-document",
      message: /between low and high.*row 2/,
    });
    damage("symbol,previous_close\nA\n");
    assert.throws(() => marketDay("2015-08-24", files), { code: "bad-document", message: /columns/ });
    rmSync(join(directory, "treasury-curve.csv"));
    assert.throws(() => marketDay("2013-10-08", files), { code: "bad-document", message: /treasury-curve\.csv/ });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
