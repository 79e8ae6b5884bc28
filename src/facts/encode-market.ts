/**
 * Market data straight into records, for producers of very many: a feed handler or the simulator. The numbers are binary
 * already (instants in microseconds, prices in 10^-8, quantities in 10^-6, names by their number), and nothing is checked.
 */
import type { Instant } from "../base/time.ts";
import { NO_NAME } from "../base/names.ts";
import { ABSENT, AT_WORD, layoutOf, SOURCE_AT_WORD, SOURCE_WORD } from "./layout.ts";
import type { RecordWriter } from "./records.ts";

const QUOTE = layoutOf("quote");
const QUOTE_BYTES = QUOTE.byteLength(1);
const QUOTE_INSTRUMENT = QUOTE.offset.instrument / 4;
const QUOTE_BID = QUOTE.offset.bid / 8;
const QUOTE_ASK = QUOTE.offset.ask / 8;
const QUOTE_BID_SIZE = QUOTE.offset.bidSize / 8;
const QUOTE_ASK_SIZE = QUOTE.offset.askSize / 8;
const QUOTE_VENUE = QUOTE.offset.venue / 4;

const TRADE = layoutOf("market-trade");
const TRADE_BYTES = TRADE.byteLength(1);
const TRADE_INSTRUMENT = TRADE.offset.instrument / 4;
const TRADE_PRICE = TRADE.offset.price / 8;
const TRADE_QUANTITY = TRADE.offset.quantity / 8;
const TRADE_VENUE = TRADE.offset.venue / 4;
const TRADE_IRREGULAR = TRADE.offset.irregular / 4;

/** The second word of version 1, which is what these functions write whatever comes after. */
const VERSION_1 = 0x1_0000;

/** Appends a consolidated quote. `source` may be `NO_NAME`; a size that is not known is NaN. */
export function encodeQuote(
  writer: RecordWriter,
  at: Instant,
  source: number,
  instrument: number,
  bid: number,
  ask: number,
  bidSize: number,
  askSize: number,
): void {
  const start = writer.add(QUOTE_BYTES, QUOTE.number + VERSION_1);
  const { u32, f64 } = writer;
  const word = start >>> 2;
  const wide = start >>> 3;
  f64[wide + AT_WORD] = at;
  f64[wide + SOURCE_AT_WORD] = Number.NaN;
  u32[word + SOURCE_WORD] = source;
  u32[word + QUOTE_INSTRUMENT] = instrument;
  f64[wide + QUOTE_BID] = bid;
  f64[wide + QUOTE_ASK] = ask;
  f64[wide + QUOTE_BID_SIZE] = bidSize;
  f64[wide + QUOTE_ASK_SIZE] = askSize;
  u32[word + QUOTE_VENUE] = NO_NAME;
  u32[word + QUOTE_VENUE + 1] = 0;
}

/** Appends a trade of the tape. `source` may be `NO_NAME`; `irregular` says that it is no guide to value. */
export function encodeMarketTrade(
  writer: RecordWriter,
  at: Instant,
  source: number,
  instrument: number,
  price: number,
  quantity: number,
  irregular: boolean,
): void {
  const start = writer.add(TRADE_BYTES, TRADE.number + VERSION_1);
  const { u32, f64 } = writer;
  const word = start >>> 2;
  const wide = start >>> 3;
  f64[wide + AT_WORD] = at;
  f64[wide + SOURCE_AT_WORD] = Number.NaN;
  u32[word + SOURCE_WORD] = source;
  u32[word + TRADE_INSTRUMENT] = instrument;
  f64[wide + TRADE_PRICE] = price;
  f64[wide + TRADE_QUANTITY] = quantity;
  u32[word + TRADE_VENUE] = NO_NAME;
  u32[word + TRADE_IRREGULAR] = irregular ? 1 : ABSENT;
}
