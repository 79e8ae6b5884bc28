/**
 * The facts that come by the hundred thousand each second, applied straight from their binary records: fields are read by
 * their index, nothing is decoded, nothing is allocated.
 */
import { NO_NAME } from "../base/names.ts";
import type { Day, Instant } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import type { Postings } from "../books/postings.ts";
import { NO_DAY } from "../books/settlement.ts";
import type { TradeTerms } from "../books/trade-postings.ts";
import { AMOUNT_SCALE } from "../facts/define.ts";
import { MARK_BASES } from "../facts/choices.ts";
import { ABSENT, AT_WORD, layoutOf, SOURCE_WORD } from "../facts/layout.ts";
import type { Records } from "../facts/records.ts";

const QUOTE = layoutOf("quote").offset;
const MARKET_TRADE = layoutOf("market-trade").offset;
const MARK = layoutOf("mark").offset;
const EXECUTED = layoutOf("trade-executed").offset;
const CASH = layoutOf("cash-moved").offset;

/** What applied market facts are to those who value positions, and to those who read the tape. */
export interface MarketObserver {
  priceChanged(instrument: number): void;
  /** A regular trade of others: 10^-8, 10^-6. */
  traded(instrument: number, price: number, quantity: number): void;
  /** A session's close, as somebody stated it. */
  closeStated(instrument: number, price: number): void;
}

export class HotFacts {
  readonly #books: Books;
  readonly #postings: Postings;
  readonly #observer: MarketObserver;
  readonly #terms: TradeTerms = {
    account: -1,
    instrument: -1,
    contra: -1,
    side: 0,
    quantity: 0,
    price: 0,
    tradeDay: NO_DAY,
    settleDay: NO_DAY,
    commission: 0,
    fees: 0,
    accrued: 0,
    lot: NO_DAY,
  };

  constructor(books: Books, postings: Postings, observer: MarketObserver) {
    this.#books = books;
    this.#postings = postings;
    this.#observer = observer;
  }

  quote({ u32, f64 }: Records, byteOffset: number): void {
    const word = byteOffset >>> 2;
    const wide = byteOffset >>> 3;
    const { instruments, market } = this.#books;
    const row = instruments.find(u32[word + QUOTE.instrument / 4]);
    if (row < 0) throw instruments.unknown(u32[word + QUOTE.instrument / 4]);
    const changed = market.quote(
      row,
      f64[wide + QUOTE.bid / 8],
      f64[wide + QUOTE.ask / 8],
      f64[wide + QUOTE.bidSize / 8],
      f64[wide + QUOTE.askSize / 8],
      u32[word + QUOTE.venue / 4],
      f64[wide + AT_WORD] as Instant,
    );
    const source = u32[word + SOURCE_WORD];
    if (source !== NO_NAME) {
      market.quoteOfSource(
        row,
        source,
        f64[wide + QUOTE.bid / 8],
        f64[wide + QUOTE.ask / 8],
        f64[wide + QUOTE.bidSize / 8],
        f64[wide + QUOTE.askSize / 8],
        f64[wide + AT_WORD] as Instant,
      );
    }
    if (changed) this.#observer.priceChanged(row);
  }

  marketTrade({ u32, f64 }: Records, byteOffset: number): void {
    const word = byteOffset >>> 2;
    const wide = byteOffset >>> 3;
    const { instruments, market } = this.#books;
    const row = instruments.find(u32[word + MARKET_TRADE.instrument / 4]);
    if (row < 0) throw instruments.unknown(u32[word + MARKET_TRADE.instrument / 4]);
    const irregular = u32[word + MARKET_TRADE.irregular / 4] === 1;
    if (!irregular)
      this.#observer.traded(row, f64[wide + MARKET_TRADE.price / 8], f64[wide + MARKET_TRADE.quantity / 8]);
    const changed = market.trade(
      row,
      f64[wide + MARKET_TRADE.price / 8],
      f64[wide + MARKET_TRADE.quantity / 8],
      irregular,
      u32[word + MARKET_TRADE.venue / 4],
      f64[wide + AT_WORD] as Instant,
    );
    const source = u32[word + SOURCE_WORD];
    if (source !== NO_NAME) {
      market.tradeOfSource(
        row,
        source,
        f64[wide + MARKET_TRADE.price / 8],
        f64[wide + MARKET_TRADE.quantity / 8],
        f64[wide + AT_WORD] as Instant,
      );
    }
    if (changed) this.#observer.priceChanged(row);
  }

  mark({ u32, f64 }: Records, byteOffset: number): void {
    const { instruments, market } = this.#books;
    const row = instruments.find(u32[(byteOffset + MARK.instrument) >>> 2]);
    if (row < 0) throw instruments.unknown(u32[(byteOffset + MARK.instrument) >>> 2]);
    const price = f64[(byteOffset + MARK.price) >>> 3];
    const basis = MARK_BASES[u32[(byteOffset + MARK.basis) >>> 2]];
    if (basis === "close") this.#observer.closeStated(row, price);
    if (market.mark(row, price, basis, f64[(byteOffset >>> 3) + AT_WORD] as Instant)) this.#observer.priceChanged(row);
  }

  /** Whether the record names a lot, and so is not for `tradeExecuted`: the name of a lot is text. */
  namesLot({ u32 }: Records, byteOffset: number): boolean {
    return u32[(byteOffset + EXECUTED.lot) >>> 2] !== ABSENT;
  }

  tradeExecuted({ u32, f64 }: Records, byteOffset: number): void {
    const { accounts, instruments } = this.#books;
    const terms = this.#terms;
    terms.account = accounts.find(u32[(byteOffset + EXECUTED.account) >>> 2]);
    terms.contra = accounts.find(u32[(byteOffset + EXECUTED.contra) >>> 2]);
    terms.instrument = instruments.find(u32[(byteOffset + EXECUTED.instrument) >>> 2]);
    if (terms.instrument < 0) throw instruments.unknown(u32[(byteOffset + EXECUTED.instrument) >>> 2]);
    terms.side = u32[(byteOffset + EXECUTED.side) >>> 2];
    terms.quantity = instruments.toUnits(terms.instrument, f64[(byteOffset + EXECUTED.quantity) >>> 3]);
    terms.price = f64[(byteOffset + EXECUTED.price) >>> 3];
    terms.tradeDay = u32[(byteOffset + EXECUTED.tradeDay) >>> 2] as Day;
    const settleDay = u32[(byteOffset + EXECUTED.settleDay) >>> 2];
    terms.settleDay = settleDay === ABSENT ? NO_DAY : (settleDay as Day);
    const { scale, currency } = instruments.columns;
    const wirePerUnit = 10 ** (AMOUNT_SCALE - scale[currency[terms.instrument]]);
    terms.commission = charge(f64[(byteOffset + EXECUTED.commission) >>> 3], wirePerUnit);
    terms.fees = charge(f64[(byteOffset + EXECUTED.fees) >>> 3], wirePerUnit);
    terms.accrued = charge(f64[(byteOffset + EXECUTED.accrued) >>> 3], wirePerUnit);
    this.#postings.tradeExecuted(terms);
  }

  cashMoved({ u32, f64 }: Records, byteOffset: number): void {
    const { accounts, instruments } = this.#books;
    const currency = instruments.find(u32[(byteOffset + CASH.currency) >>> 2]);
    if (currency < 0) throw instruments.unknown(u32[(byteOffset + CASH.currency) >>> 2]);
    const wirePerUnit = 10 ** (AMOUNT_SCALE - instruments.columns.scale[currency]);
    this.#postings.cashMoved(
      accounts.find(u32[(byteOffset + CASH.from) >>> 2]),
      accounts.find(u32[(byteOffset + CASH.to) >>> 2]),
      currency,
      f64[(byteOffset + CASH.amount) >>> 3] / wirePerUnit,
      u32[(byteOffset + CASH.reason) >>> 2],
    );
  }
}

/** An optional amount in units of the currency; what is not whole there stays so, and the posting refuses it. */
function charge(wire: number, wirePerUnit: number): number {
  return Number.isNaN(wire) ? 0 : wire / wirePerUnit;
}
