import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  betweenAnchors,
  dayPath,
  Guide,
  rangeOf,
  SESSION_CLOSE_MS,
  SESSION_OPEN_MS,
} from "../../src/simulator/day-path.ts";
import { MarketFiles } from "../../src/simulator/market-files.ts";

const guide = new Guide(new MarketFiles().hourBars("2015-08-24").filter(({ symbol }) => symbol === "SPY"));
const TEN = 36_000_000;
const cents = (dollars: number) => Math.round(dollars * 100) * 1_000_000;

/** A bar of 24 August 2015 with prices in dollars. */
function bar(symbol: string, previousClose: number, open: number, high: number, low: number, close: number) {
  return {
    symbol,
    previousClose: cents(previousClose),
    open: cents(open),
    high: cents(high),
    low: cents(low),
    close: cents(close),
    volume: 1002,
  };
}

test("an ordinary stock: open, low by ten, high after one, close at the bell, with all of the volume", () => {
  const path = dayPath(bar("ABC", 20, 18, 19.5, 17, 19), guide);
  assert.deepEqual(
    path.map(({ price }) => price / 1e8),
    [18, 17, 19.5, 19],
  );
  assert.equal(
    path.reduce((sum, { shares }) => sum + shares, 0),
    1002,
  );
  const [open, low, high, close] = path.map(({ ms }) => ms);
  assert.ok(open >= SESSION_OPEN_MS && open < SESSION_OPEN_MS + 90_000 && low > open && low < TEN);
  assert.ok(high > 46_800_000 && high < 50_400_000 && close > SESSION_CLOSE_MS - 5_001 && close < SESSION_CLOSE_MS);
});

test("a stock that gapped up against the market has its high early and its low late", () => {
  assert.deepEqual(
    dayPath(bar("INV", 20, 24, 26, 21, 23), guide).map(({ price }) => price / 1e8),
    [24, 26, 21, 23],
  );
});

test("an extreme that is the open is at the open, one that is the close is at the close", () => {
  const fell = dayPath(bar("FELL", 20, 19, 19, 16, 16), guide);
  assert.deepEqual(
    fell.map(({ price }) => price / 1e8),
    [19, 19, 16, 16],
  );
  assert.equal(fell[0]?.ms, fell[1]?.ms);
  assert.equal(fell[2]?.ms, fell[3]?.ms);
  const rose = dayPath(bar("ROSE", 20, 17, 19, 17, 19), guide);
  assert.deepEqual(
    rose.map(({ price }) => price / 1e8),
    [17, 17, 19, 19],
  );
});

test("no assumed price leaves the day's range, and prices are whole ticks", () => {
  const price = fc.integer({ min: 20, max: 500_00 });
  fc.assert(
    fc.property(
      fc.tuple(price, price, price, price),
      price,
      fc.string(),
      fc.integer({ min: 0, max: 1_000_000 }),
      (prices, previousClose, symbol, part) => {
        const [low = 0, open = 0, close = 0, high = 0] = prices.map((value) => value * 1_000_000).sort((a, b) => a - b);
        const path = dayPath(
          { symbol, previousClose: previousClose * 1_000_000, open, high, low, close, volume: 400 },
          guide,
        );
        const range = rangeOf(path);
        assert.deepEqual(range, { low, high });
        for (let next = 1; next < path.length; next++) {
          const [from, to] = [path[next - 1], path[next]];
          assert.ok(to.ms >= from.ms);
          if (to.ms === from.ms) continue;
          const between = betweenAnchors(
            from,
            to,
            from.ms + Math.floor(((to.ms - from.ms) * part) / 1_000_001),
            guide,
            range,
          );
          assert.ok(between >= low && between <= high);
          assert.equal(between % (between >= 1e8 ? 1_000_000 : 10_000), 0);
        }
      },
    ),
    { seed: 3, numRuns: 400 },
  );
});

test("between distant prices a stock moves as the guide did: it has most of its recovery by eleven", () => {
  const path = dayPath(bar("ABC", 20, 18, 19.5, 17, 19), guide);
  const [, low, high] = path;
  assert.ok(low !== undefined && high !== undefined);
  const eleven = betweenAnchors(low, high, 39_600_000, guide, rangeOf(path)) / 1e8;
  assert.ok(eleven > 18.7 && eleven < 19.2, `${eleven} at eleven`);
});
