/**
 * What the market last said of each instrument, and the price that positions are valued at.
 *
 * The valuation price is the last good mark: the last regular trade, or the last price that somebody stated, whichever
 * came later, held inside the current quote (at its bid where it lies below, at its offer where it lies above); the
 * middle of the quote where nothing ever traded. A stated price stands as it is until the next quote or trade. Quotes
 * that are crossed or lack a side, quotes made during a halt, and irregular trades are counted and change nothing: the
 * price then stands as it stood, and `goodAt` says how old it is.
 *
 * The consolidated quote is the one without a venue; a venue's own quote is kept beside it and does not move the price.
 * Everything here is by instrument row; nothing is allocated per quote or trade.
 */
import { NO_NAME } from "../base/names.ts";
import { PairIndex } from "../base/pair-index.ts";
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Instant } from "../base/time.ts";
import type { FactOfKind } from "../facts/kinds.ts";

export type MarketPhase = FactOfKind<"market-phase">["phase"];
export type MarkBasis = FactOfKind<"mark">["basis"];

/** In the column `phase`: the session as far as it was stated. */
export const SESSION_PHASES = { unknown: 0, preOpen: 1, open: 2, closed: 3 } as const;
const { unknown, preOpen, open, closed } = SESSION_PHASES;

/** Prices are units of 10^-8, quantities units of 10^-6, times instants. NaN is unknown, never zero. */
const LATEST = {
  bid: "f64",
  ask: "f64",
  /** NaN where the source does not say. */
  bidSize: "f64",
  askSize: "f64",
  quoteAt: "f64",
  tradePrice: "f64",
  tradeQuantity: "f64",
  tradeAt: "f64",
} as const;

const SCHEMA = {
  /** The valuation price. */
  price: "f64",
  /** When the last quote, trade or mark came that was good: how old the valuation price is. */
  goodAt: "f64",
  /** The last regular trade or stated price, before it is held inside the quote. */
  reference: "f64",
  /** The last good consolidated quote and the last regular trade of any venue. */
  ...LATEST,
  /** Of the session: its first regular trade, the highest and lowest, and its close, as the last trade or as stated. */
  open: "f64",
  high: "f64",
  low: "f64",
  close: "f64",
  previousClose: "f64",
  /** 1 where the quote came after the last stated price, and so holds the price inside. */
  quoteHolds: "u8",
  /** SESSION_PHASES. */
  phase: "u8",
  halted: "u8",
  /** How many quotes and trades were not used. */
  unusedQuotes: "u32",
  unusedTrades: "u32",
} as const;

const VENUE_SCHEMA = { instrument: "u32", venue: "u32", ...LATEST } as const;

const LATEST_KEYS = Object.keys(LATEST) as (keyof typeof LATEST)[];
/** What a row starts without: all its columns of prices, sizes and times. */
const UNKNOWN_KEYS = (Object.keys(SCHEMA) as (keyof typeof SCHEMA)[]).filter((key) => SCHEMA[key] === "f64");

export class Market implements Stateful {
  readonly #table = new Table("market", SCHEMA);
  readonly #venues = new Table("market.venues", VENUE_SCHEMA, { capacity: 256 });
  readonly #venueIndex = new PairIndex("market.venues", () => {
    const { instrument, venue } = this.#venues.columns;
    return { first: instrument, second: venue };
  });
  #closes = 0;
  /** Of the whole market: the phase that instruments start with, and whether it is halted. */
  readonly #whole = new Table("market.whole", { phase: "u8", halted: "u8" }, { capacity: 1 });

  constructor() {
    this.#whole.add();
  }

  /** Rows that the columns have: instruments that the market has spoken of, and those before them. */
  get size(): number {
    return this.#table.size;
  }

  /** By instrument row, below `size`. Read them through this property each time: growing replaces them. */
  get columns() {
    return this.#table.columns;
  }

  /** By venue row: see `venueRow`. */
  get venueColumns() {
    return this.#venues.columns;
  }

  /** Where `venueColumns` has what this venue, or this feed, last said of the instrument, or -1. */
  venueRow(row: number, venue: number): number {
    return this.#venueIndex.find(row, venue);
  }

  /** Another number whenever a close may be another. */
  get closesRevision(): number {
    return this.#closes;
  }

  /** The valuation price, NaN where it is unknown. */
  price(row: number): number {
    return row < this.size ? this.#table.columns.price[row] : Number.NaN;
  }

  isHalted(row: number): boolean {
    return this.#whole.columns.halted[0] === 1 || (row < this.size && this.#table.columns.halted[row] === 1);
  }

  /** `venue` is NO_NAME for the consolidated quote, sizes NaN where unknown. True when the valuation price changed. */
  quote(row: number, bid: number, ask: number, bidSize: number, askSize: number, venue: number, at: Instant): boolean {
    this.#reach(row);
    const columns = this.#table.columns;
    if (!(bid > 0 && ask >= bid) || bidSize === 0 || askSize === 0 || this.isHalted(row)) {
      columns.unusedQuotes[row]++;
      return false;
    }
    if (venue !== NO_NAME) {
      const index = this.#venue(row, venue);
      keepQuote(this.#venues.columns, index, bid, ask, bidSize, askSize, at);
      return false;
    }
    keepQuote(columns, row, bid, ask, bidSize, askSize, at);
    columns.quoteHolds[row] = 1;
    return this.#revalue(row, at);
  }

  /** A trade on the tape; `venue` is NO_NAME where it does not say. True when the valuation price changed. */
  trade(row: number, price: number, quantity: number, irregular: boolean, venue: number, at: Instant): boolean {
    this.#reach(row);
    const columns = this.#table.columns;
    if (irregular || !(price > 0 && quantity > 0)) {
      columns.unusedTrades[row]++;
      return false;
    }
    if (venue !== NO_NAME) {
      const index = this.#venue(row, venue);
      keepTrade(this.#venues.columns, index, price, quantity, at);
    }
    keepTrade(columns, row, price, quantity, at);
    if (columns.phase[row] === open) {
      if (Number.isNaN(columns.open[row])) columns.open[row] = columns.high[row] = columns.low[row] = price;
      else if (price > columns.high[row]) columns.high[row] = price;
      else if (price < columns.low[row]) columns.low[row] = price;
    }
    columns.reference[row] = price;
    return this.#revalue(row, at);
  }

  /** What one feed last quoted, kept beside the consolidated quote; `venueRow` finds it by the feed's name. Moves no price. */
  quoteOfSource(
    row: number,
    source: number,
    bid: number,
    ask: number,
    bidSize: number,
    askSize: number,
    at: Instant,
  ): void {
    const index = this.#venue(row, source);
    keepQuote(this.#venues.columns, index, bid, ask, bidSize, askSize, at);
  }

  /** What one feed last printed, likewise. */
  tradeOfSource(row: number, source: number, price: number, quantity: number, at: Instant): void {
    const index = this.#venue(row, source);
    keepTrade(this.#venues.columns, index, price, quantity, at);
  }

  /** A stated price, which may be zero. A close is the session's; before the open, that of the day before. */
  mark(row: number, price: number, basis: MarkBasis, at: Instant): boolean {
    this.#reach(row);
    const columns = this.#table.columns;
    if (basis === "close") {
      this.#closes++;
      if (columns.phase[row] === preOpen) columns.previousClose[row] = price;
      else columns.close[row] = price;
    }
    columns.reference[row] = price;
    columns.quoteHolds[row] = 0;
    return this.#revalue(row, at);
  }

  /** A phase of one instrument, or of the whole market where `row` is -1. Never changes a valuation price. */
  phase(row: number, phase: MarketPhase): void {
    if (row >= 0) this.#reach(row);
    const { halted } = row < 0 ? this.#whole.columns : this.#table.columns;
    const at = Math.max(row, 0);
    if (phase === "halted") halted[at] = 1;
    else if (phase === "resumed") halted[at] = 0;
    else this.#enterPhase(row, phase === "pre-open" ? preOpen : phase === "open" ? open : closed);
  }

  #enterPhase(row: number, next: number): void {
    this.#closes++;
    if (row >= 0) {
      this.#enter(row, next);
      return;
    }
    this.#whole.columns.phase[0] = next;
    for (let each = 0; each < this.size; each++) this.#enter(each, next);
  }

  #enter(row: number, next: number): void {
    const columns = this.#table.columns;
    const before = columns.phase[row];
    columns.phase[row] = next;
    if (next === closed) {
      const traded = !Number.isNaN(columns.open[row]);
      if (traded && Number.isNaN(columns.close[row])) columns.close[row] = columns.tradePrice[row];
    } else if (next === preOpen || before === closed || before === unknown) {
      this.#startDay(row);
    }
  }

  /** What was not traded keeps its previous close; what traded without a close being stated has none that is known. */
  #startDay(row: number): void {
    const columns = this.#table.columns;
    const traded = !Number.isNaN(columns.open[row]);
    if (traded || !Number.isNaN(columns.close[row])) columns.previousClose[row] = columns.close[row];
    columns.open[row] = columns.high[row] = columns.low[row] = columns.close[row] = Number.NaN;
  }

  /** Values the row anew after something good came at `at`; says whether its price changed. */
  #revalue(row: number, at: Instant): boolean {
    const columns = this.#table.columns;
    let price = columns.reference[row];
    if (columns.quoteHolds[row] === 1) {
      const bid = columns.bid[row];
      const ask = columns.ask[row];
      if (Number.isNaN(price)) price = bid + Math.floor((ask - bid) / 2);
      else if (price < bid) price = bid;
      else if (price > ask) price = ask;
    }
    columns.goodAt[row] = at;
    if (price === columns.price[row]) return false;
    columns.price[row] = price;
    return true;
  }

  #reach(row: number): void {
    while (this.size <= row) {
      const added = this.#table.add();
      const columns = this.#table.columns;
      for (const key of UNKNOWN_KEYS) columns[key][added] = Number.NaN;
      columns.phase[added] = this.#whole.columns.phase[0];
    }
  }

  #venue(row: number, venue: number): number {
    const found = this.#venueIndex.find(row, venue);
    if (found >= 0) return found;
    const added = this.#venues.add();
    const columns = this.#venues.columns;
    columns.instrument[added] = row;
    columns.venue[added] = venue;
    for (const key of LATEST_KEYS) columns[key][added] = Number.NaN;
    this.#venueIndex.insert(added);
    return added;
  }

  sections(): Section[] {
    return [
      ...this.#whole.sections(),
      ...this.#table.sections(),
      ...this.#venues.sections(),
      ...this.#venueIndex.sections(),
    ];
  }

  restore(sections: SectionReader): void {
    this.#whole.restore(sections);
    this.#table.restore(sections);
    this.#venues.restore(sections);
    this.#venueIndex.restore(sections);
  }
}

type Latest = Readonly<Record<keyof typeof LATEST, Float64Array>>;

/** One NaN for every unknown size, so that equal states have equal bytes. */
function orNaN(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

function keepQuote(
  columns: Latest,
  index: number,
  bid: number,
  ask: number,
  bidSize: number,
  askSize: number,
  at: Instant,
): void {
  columns.bid[index] = bid;
  columns.ask[index] = ask;
  columns.bidSize[index] = orNaN(bidSize);
  columns.askSize[index] = orNaN(askSize);
  columns.quoteAt[index] = at;
}

function keepTrade(columns: Latest, index: number, price: number, quantity: number, at: Instant): void {
  columns.tradePrice[index] = price;
  columns.tradeQuantity[index] = quantity;
  columns.tradeAt[index] = at;
}
