import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertNever } from "../../src/base/assert.ts";
import { NO_NAME } from "../../src/base/names.ts";
import { hashSections, SectionReader } from "../../src/base/state.ts";
import type { Instant } from "../../src/base/time.ts";
import { type MarkBasis, Market, type MarketPhase, SESSION_PHASES } from "../../src/books/market.ts";

const at = (micros: number) => micros as Instant;
const dollars = (price: number) => price / 1e8;

/** Speaks of row 1 in dollars, one microsecond after another. */
class Tape {
  readonly market = new Market();
  now = 0;

  quote(bid: number, ask: number, { bidSize = 100, askSize = 100, venue = NO_NAME } = {}): boolean {
    return this.market.quote(1, bid * 1e8, ask * 1e8, bidSize, askSize, venue, at(++this.now));
  }

  trade(price: number, { quantity = 100, irregular = false, venue = NO_NAME } = {}): boolean {
    return this.market.trade(1, price * 1e8, quantity, irregular, venue, at(++this.now));
  }

  mark(price: number, basis: MarkBasis = "manual"): boolean {
    return this.market.mark(1, price * 1e8, basis, at(++this.now));
  }

  phase(phase: MarketPhase, row = -1): void {
    this.market.phase(row, phase);
  }

  get price(): number {
    return dollars(this.market.price(1));
  }

  day(): { open: number; high: number; low: number; close: number; previousClose: number } {
    const { open, high, low, close, previousClose } = this.market.columns;
    const of = (column: Float64Array) => dollars(column[1] ?? Number.NaN);
    return { open: of(open), high: of(high), low: of(low), close: of(close), previousClose: of(previousClose) };
  }
}

test("the price is unknown until something good is known", () => {
  const tape = new Tape();
  assert.ok(Number.isNaN(tape.market.price(1)));
  assert.equal(tape.quote(0, 10), false);
  assert.ok(Number.isNaN(tape.market.price(1)), "unknown is not zero");
  assert.equal(tape.market.size, 2);
  assert.ok(Number.isNaN(tape.market.price(7)), "beyond the rows that the market spoke of");
});

test("the middle of a good quote stands where nothing traded; then the last trade, held inside the quote", () => {
  const tape = new Tape();
  assert.equal(tape.quote(10, 10.5), true);
  assert.equal(tape.price, 10.25);
  assert.equal(tape.quote(10.1, 10.4), false, "the same middle is no change");
  assert.equal(tape.trade(10.3), true);
  assert.equal(tape.price, 10.3);
  assert.equal(tape.quote(10.35, 10.5), true);
  assert.equal(tape.price, 10.35, "held at the bid");
  assert.equal(tape.quote(10, 10.2), true);
  assert.equal(tape.price, 10.2, "held at the offer");
  assert.equal(tape.quote(10.1, 10.6), true);
  assert.equal(tape.price, 10.3, "and free again: the last trade is not forgotten");
  assert.equal(tape.quote(10.4, 10.4), true, "a locked quote is good");
  assert.equal(tape.price, 10.4);
  assert.equal(tape.trade(9), false, "a trade outside the quote is held by it too");
  assert.equal(tape.price, 10.4);
});

test("crossed and one-sided quotes and irregular trades are counted and change nothing", () => {
  const tape = new Tape();
  tape.quote(10, 11);
  tape.trade(10.5);
  for (const [bid, ask] of [
    [12, 11],
    [0, 11],
    [10, 0],
    [Number.NaN, 11],
    [10, Number.NaN],
  ] as const) {
    assert.equal(tape.quote(bid, ask), false);
  }
  assert.equal(tape.quote(13, 14, { bidSize: 0 }), false, "a side of no size is not there");
  assert.equal(tape.quote(13, 14, { askSize: 0 }), false);
  assert.equal(tape.trade(20, { irregular: true }), false);
  assert.equal(tape.trade(0), false);
  assert.equal(tape.trade(20, { quantity: 0 }), false);
  assert.equal(tape.price, 10.5);
  assert.equal(tape.market.columns.unusedQuotes[1], 7);
  assert.equal(tape.market.columns.unusedTrades[1], 3);
  assert.equal(tape.market.columns.goodAt[1], 2, "how old the price is, is not hidden by what was not used");
  assert.deepEqual([tape.market.columns.bid[1], tape.market.columns.ask[1]], [10e8, 11e8]);
});

test("a stated price stands as it is until the next quote or trade", () => {
  const tape = new Tape();
  tape.quote(10, 11);
  assert.equal(tape.mark(50), true);
  assert.equal(tape.price, 50);
  assert.equal(tape.trade(49), true, "the quote before the mark holds nothing");
  assert.equal(tape.price, 49);
  tape.mark(50, "official");
  tape.quote(51, 52);
  assert.equal(tape.price, 51);
  assert.equal(tape.mark(0), true);
  assert.equal(tape.price, 0, "worthless is a price");
});

test("a venue's quote is kept beside the consolidated one and does not move the price; its trades do", () => {
  const tape = new Tape();
  tape.quote(10, 11);
  assert.equal(tape.quote(20, 21, { venue: 7 }), false);
  assert.equal(tape.quote(30, 31, { venue: 8 }), false);
  assert.equal(tape.price, 10.5);
  assert.equal(tape.trade(10.75, { venue: 7 }), true);
  const { bid, tradePrice, tradeAt } = tape.market.venueColumns;
  const seven = tape.market.venueRow(1, 7);
  assert.deepEqual([bid[seven], tradePrice[seven], tradeAt[seven]], [20e8, 10.75e8, 4]);
  assert.equal(bid[tape.market.venueRow(1, 8)], 30e8);
  assert.ok(Number.isNaN(tradePrice[tape.market.venueRow(1, 8)] ?? 0));
  assert.equal(tape.market.venueRow(1, 9), -1);
  assert.equal(tape.market.venueRow(2, 7), -1);
});

test("quotes of a halt are not used; trades are", () => {
  const tape = new Tape();
  tape.quote(10, 11);
  tape.phase("halted", 1);
  assert.equal(tape.market.isHalted(1), true);
  assert.equal(tape.market.isHalted(0), false);
  assert.equal(tape.quote(5, 6), false);
  assert.equal(tape.price, 10.5);
  assert.equal(tape.trade(10.2), true);
  tape.phase("resumed", 1);
  assert.equal(tape.quote(9, 10), true);
  assert.equal(tape.price, 10);
  tape.phase("halted");
  assert.equal(tape.market.isHalted(0), true);
  assert.equal(tape.market.isHalted(999), true, "a halt of the market is a halt of everything");
  tape.phase("resumed");
  assert.equal(tape.market.isHalted(1), false);
});

test("a session's open, high, low and close, and the close before", () => {
  const tape = new Tape();
  tape.trade(8);
  assert.deepEqual(tape.day(), { open: NaN, high: NaN, low: NaN, close: NaN, previousClose: NaN });
  tape.phase("pre-open");
  tape.trade(9);
  tape.phase("open");
  for (const price of [10, 12, 9.5, 11]) tape.trade(price);
  tape.trade(99, { irregular: true });
  assert.deepEqual(tape.day(), { open: 10, high: 12, low: 9.5, close: NaN, previousClose: NaN });
  tape.phase("closed");
  tape.trade(13);
  assert.deepEqual(tape.day(), { open: 10, high: 12, low: 9.5, close: 11, previousClose: NaN });
  assert.equal(tape.price, 13, "trades after the close move the price");
  tape.mark(11.05, "close");
  assert.equal(tape.day().close, 11.05, "a stated close is the close");
  tape.phase("pre-open");
  tape.phase("pre-open");
  assert.deepEqual(tape.day(), { open: NaN, high: NaN, low: NaN, close: NaN, previousClose: 11.05 });
  tape.mark(11.1, "close");
  assert.equal(tape.day().previousClose, 11.1, "a late close is of the day before");
  tape.phase("open");
  tape.phase("closed");
  tape.phase("open");
  assert.equal(tape.day().previousClose, 11.1, "a day without a trade keeps the close before");
  tape.trade(12);
  tape.phase("pre-open");
  assert.ok(Number.isNaN(tape.day().previousClose), "what traded without ever closing has no close that is known");
});

test("an instrument keeps its own phase until the market's next, and a new one starts with the market's", () => {
  const tape = new Tape();
  tape.trade(10);
  tape.phase("open");
  tape.phase("pre-open", 1);
  assert.equal(tape.market.columns.phase[1], SESSION_PHASES.preOpen);
  tape.market.trade(2, 5e8, 100, false, NO_NAME, at(9));
  assert.equal(tape.market.columns.open[2], 5e8);
  tape.phase("closed");
  assert.equal(tape.market.columns.phase[1], SESSION_PHASES.closed);
  assert.equal(tape.market.columns.close[2], 5e8);
});

// ——— against the same policy over plain objects ———

type Event =
  | {
      readonly kind: "quote";
      readonly row: number;
      readonly bid: number;
      readonly ask: number;
      readonly size: number;
      readonly venue: number;
    }
  | {
      readonly kind: "trade";
      readonly row: number;
      readonly price: number;
      readonly irregular: boolean;
      readonly venue: number;
    }
  | { readonly kind: "mark"; readonly row: number; readonly price: number; readonly basis: MarkBasis }
  | { readonly kind: "phase"; readonly row: number; readonly phase: MarketPhase };

const row = fc.integer({ min: 0, max: 2 });
const cents = fc.integer({ min: 0, max: 9 });
const venue = fc.constantFrom(NO_NAME, NO_NAME, 0, 5);
const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("quote" as const),
        row,
        bid: cents,
        ask: cents,
        size: fc.constantFrom(0, 1, 1, 1),
        venue,
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("trade" as const), row, price: cents, irregular: fc.boolean(), venue }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("mark" as const),
        row,
        price: cents,
        basis: fc.constantFrom("close" as const, "manual" as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("phase" as const),
        row: fc.integer({ min: -1, max: 2 }),
        phase: fc.constantFrom<MarketPhase[]>("pre-open", "open", "closed", "halted", "resumed"),
      }),
    },
  ),
  { maxLength: 60 },
);

/** What is known of one instrument, worked out again from all that was ever said of it. */
function slowly(said: readonly Event[], subject: number) {
  let halted = false;
  let marketHalted = false;
  let phase = "unknown";
  let reference: number | undefined;
  let quote: { bid: number; ask: number } | undefined;
  let traded: number[] = [];
  let last = Number.NaN;
  let close: number | undefined;
  let previousClose: number | undefined;
  for (const event of said) {
    if (event.row !== subject && !(event.kind === "phase" && event.row === -1)) continue;
    if (event.kind === "quote") {
      const good = event.bid > 0 && event.ask >= event.bid && event.size > 0 && !halted && !marketHalted;
      if (good && event.venue === NO_NAME) quote = event;
    } else if (event.kind === "trade") {
      if (event.irregular || event.price === 0) continue;
      reference = last = event.price;
      if (phase === "open") traded.push(event.price);
    } else if (event.kind === "mark") {
      reference = event.price;
      quote = undefined;
      if (event.basis === "close" && phase === "pre-open") previousClose = event.price;
      else if (event.basis === "close") close = event.price;
    } else if (event.phase === "halted" || event.phase === "resumed") {
      if (event.row === -1) marketHalted = event.phase === "halted";
      else halted = event.phase === "halted";
    } else {
      const newDay =
        event.phase === "pre-open"
          ? phase !== "pre-open"
          : event.phase === "open" && (phase === "closed" || phase === "unknown");
      if (newDay) {
        if (traded.length > 0 || close !== undefined) previousClose = close;
        traded = [];
        close = undefined;
      }
      if (event.phase === "closed" && phase === "open" && traded.length > 0) close ??= last;
      phase = event.phase;
    }
  }
  const middle = quote && (quote.bid + quote.ask) / 2;
  const price =
    reference === undefined ? middle : quote ? Math.min(Math.max(reference, quote.bid), quote.ask) : reference;
  const {
    open = Number.NaN,
    high = Number.NaN,
    low = Number.NaN,
  } = traded.length === 0 ? {} : { open: traded[0], high: Math.max(...traded), low: Math.min(...traded) };
  const known = (value: number | undefined) => value ?? Number.NaN;
  return {
    price: known(price),
    open,
    high,
    low,
    close: known(close),
    previousClose: known(previousClose),
    halted: halted || marketHalted,
  };
}

function tell(market: Market, event: Event, now: number): boolean | undefined {
  switch (event.kind) {
    case "quote":
      return market.quote(event.row, event.bid * 100, event.ask * 100, event.size, event.size, event.venue, at(now));
    case "trade":
      return market.trade(event.row, event.price * 100, 1, event.irregular, event.venue, at(now));
    case "mark":
      return market.mark(event.row, event.price * 100, event.basis, at(now));
    case "phase":
      market.phase(event.row, event.phase);
      return undefined;
    default:
      return assertNever(event);
  }
}

test("over random sequences the market agrees with the policy worked out from the beginning", () => {
  fc.assert(
    fc.property(events, (sequence) => {
      const market = new Market();
      for (let subject = 0; subject < 3; subject++) market.quote(subject, 0, 0, 0, 0, NO_NAME, at(0));
      for (const [index, event] of sequence.entries()) {
        const before = [0, 1, 2].map((subject) => market.price(subject));
        const changed = tell(market, event, index);
        for (let subject = 0; subject < 3; subject++) {
          const { open, high, low, close, previousClose } = market.columns;
          const of = (column: Float64Array) => (column[subject] ?? 0) / 100;
          const found = {
            price: market.price(subject) / 100,
            open: of(open),
            high: of(high),
            low: of(low),
            close: of(close),
            previousClose: of(previousClose),
            halted: market.isHalted(subject),
          };
          assert.deepEqual(found, slowly(sequence.slice(0, index + 1), subject));
          const moved = !Object.is(before[subject], market.price(subject));
          assert.equal(moved, changed === true && event.row === subject, "changes of price are told, and only they");
        }
      }
      const restored = new Market();
      restored.restore(new SectionReader(market.sections()));
      assert.equal(hashSections(restored.sections()), hashSections(market.sections()));
      for (const [index, event] of sequence.entries()) {
        assert.equal(tell(restored, event, index), tell(market, event, index));
      }
      assert.equal(hashSections(restored.sections()), hashSections(market.sections()));
    }),
    { seed: 31, numRuns: 150 },
  );
});

test("a market that was used before is restored as a new one is", () => {
  const [original, used, fresh] = [new Market(), new Market(), new Market()];
  original.quote(0, 10, 11, 1, 1, NO_NAME, at(1));
  original.quote(0, 10, 11, 1, 1, 4, at(1));
  for (let subject = 0; subject < 4; subject++) {
    used.quote(subject, 12, 11, 1, 1, NO_NAME, at(2));
    used.quote(subject, 10, 12, 1, 1, NO_NAME, at(2));
    used.quote(subject, 10, 12, 1, 1, 4, at(2));
    used.phase(subject, "halted");
  }
  for (const market of [used, fresh]) {
    market.restore(new SectionReader(original.sections()));
    market.trade(3, 5, 1, false, 4, at(3));
  }
  assert.equal(hashSections(used.sections()), hashSections(fresh.sections()));
});

test("unknown sizes leave the same bytes whatever NaN they came as", () => {
  const bits = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer);
  const [odd = 0] = bits;
  const [one, other] = [new Market(), new Market()];
  one.quote(0, 10, 11, odd, odd, NO_NAME, at(1));
  other.quote(0, 10, 11, Number.NaN, Number.NaN, NO_NAME, at(1));
  assert.equal(hashSections(one.sections()), hashSections(other.sections()));
});
