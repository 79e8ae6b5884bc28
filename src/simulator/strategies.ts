/**
 * Customers of the demo firm who trade options: accounts with the usual strategies on two of the busiest stocks, and two
 * portfolio margin accounts. Their series are marked by a model through the day: no prints of options are in the shipped data.
 * Not on the day of the tape, where every stock has prints by the ten thousand, and an option would have to have them too.
 */
import { formatDecimal } from "../base/decimal.ts";
import { formatDollars, toCents } from "../base/money.ts";
import { type Day, formatDay, weekday } from "../base/time.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { europeanValue } from "../pricing/black-scholes.ts";
import { stocksOf, worth } from "./customer-book.ts";
import type { Unstamped } from "./demo-firm.ts";
import { EVENT } from "./market-events.ts";
import type { MarketDay } from "./market-day.ts";
import { personName } from "./people.ts";
import { Random } from "./random.ts";

/** Where listed options are cleared. */
const CLEARING = "occ";
const UNDERLYINGS = 2;
const ACCOUNTS = 16;
const MARK_EVERY = 15 * 60_000_000;
/** Of an underlying in the day. */
const EVENTS_MOST = 1000;
/** Strikes as shares of the last close. */
const STRIKES = [0.9, 0.95, 1, 1.05, 1.1] as const;
const CONTRACT = 100;
/** Of what is annual; and how much of a fall it rises by. */
const VOLATILITY = 0.28;
const RISE_OF_FALL = 2.5;
/** The first Friday after so many days. */
const EXPIRES_AFTER = 25;

/** Of those who write options the house watches one in so many. */
const WATCHED_EVERY = 4;
/** What the tape of past days is taken to say of the underlyings, so that the rules of the house have something to go by. */
const STATISTICS = { beta: "1.3", volatility: "45%", averageDailyVolume: "50000000" } as const;

type Right = "call" | "put";
/** Of dollars, by days: what portfolio margin values options with. */
const RATES = { 30: "0.05%", 90: "0.1%" } as const;

/** Contracts of the right at a strike, or round lots of the stock; what is sold is negative. */
type Leg = readonly [what: Right | "stock", strike: number, size: number];

interface Strategy {
  readonly legs: readonly Leg[];
  /** Cash beyond premiums, as a share of what a contract is on; a debit is negative. */
  readonly cash: number;
}

const STRATEGIES: readonly Strategy[] = [
  {
    legs: [
      ["stock", 0, 1],
      ["call", 3, -1],
    ],
    cash: -0.48,
  },
  {
    legs: [
      ["stock", 0, 1],
      ["put", 1, 1],
      ["call", 3, -1],
    ],
    cash: -0.5,
  },
  { legs: [["put", 1, -1]], cash: 0.24 },
  {
    legs: [
      ["put", 2, -1],
      ["put", 0, 1],
    ],
    cash: 0.13,
  },
  {
    legs: [
      ["put", 0, 1],
      ["put", 1, -1],
      ["call", 3, -1],
      ["call", 4, 1],
    ],
    cash: 0.08,
  },
  {
    legs: [
      ["put", 2, -1],
      ["call", 2, -1],
    ],
    cash: 0.3,
  },
  {
    legs: [
      ["put", 2, 1],
      ["call", 2, 1],
    ],
    cash: 0.1,
  },
  {
    legs: [
      ["call", 1, 1],
      ["call", 2, -2],
      ["call", 3, 1],
    ],
    cash: 0.03,
  },
];
/** Margined by what a scan of prices would cost: more is borrowed. */
const PORTFOLIOS: readonly Strategy[] = [
  {
    legs: [
      ["stock", 0, 1],
      ["put", 0, 1],
    ],
    cash: -0.74,
  },
  {
    legs: [
      ["stock", 0, 1],
      ["call", 3, -2],
    ],
    cash: -0.55,
  },
];

interface Series {
  readonly id: string;
  readonly underlying: number;
  readonly right: Right;
  readonly strike: number;
}

/** What it takes to open these customers' books, and the marks of the day. */
export interface StrategyBook {
  readonly opening: readonly Unstamped[];
  readonly marks: readonly (readonly [at: number, body: Unstamped])[];
}

/** The same seed gives the same book. */
export function strategyBook(market: MarketDay, seed: number): StrategyBook {
  return new BookMaker(market, new Random(seed, "strategies")).make();
}

class BookMaker {
  readonly #market: MarketDay;
  readonly #random: Random;
  readonly #expiry: Day;
  readonly #series: readonly Series[];
  readonly #underlyings: readonly number[];

  constructor(market: MarketDay, random: Random) {
    this.#market = market;
    this.#random = random;
    let expiry = market.day + EXPIRES_AFTER;
    while (weekday(expiry as Day) !== 5) expiry++;
    this.#expiry = expiry as Day;
    this.#underlyings = underlyingsOf(market);
    this.#series = this.#underlyings.flatMap((underlying) =>
      STRIKES.flatMap((share) => (["call", "put"] as const).map((right) => this.#seriesOf(underlying, share, right))),
    );
  }

  #seriesOf(underlying: number, share: number, right: Right): Series {
    const { id, previousClose } = this.#market.instruments[underlying];
    const step = 10 ** PRICE_SCALE * (previousClose > 50 * 10 ** PRICE_SCALE ? 1 : 0.5);
    const strike = Math.round((previousClose * share) / step) * step;
    const day = formatDay(this.#expiry).slice(2).replaceAll("-", "");
    const name = `${id}${day}${right === "call" ? "C" : "P"}${String(strike / 10 ** (PRICE_SCALE - 3)).padStart(8, "0")}`;
    return { id: name, underlying, right, strike };
  }

  make(): StrategyBook {
    return { opening: [...this.#opening()], marks: this.#marks() };
  }

  /** By the model, in whole cents, at a price of the underlying and an instant. */
  #price({ underlying, right, strike }: Series, spot: number, day: number): number {
    const one = 10 ** PRICE_SCALE;
    const fall = Math.max(0, 1 - spot / this.#market.instruments[underlying].previousClose);
    const volatility = VOLATILITY + RISE_OF_FALL * fall;
    const years = (this.#expiry - day) / 365;
    const terms = { right, strike: strike / one, years, volatility, rate: 0, dividendYield: 0 };
    const cents = Math.max(1, Math.round(europeanValue(spot / one, terms) * 100));
    return cents * 10 ** (PRICE_SCALE - 2);
  }

  *#opening(): Generator<Unstamped> {
    if (this.#underlyings.length === 0) return;
    const { instruments, previousDay } = this.#market;
    yield { kind: "account-opened", account: CLEARING, type: "clearing", title: "Options clearing" };
    for (const [days, rate] of Object.entries(RATES))
      yield { kind: "interest-rate-stated", currency: "USD", days: Number(days), rate };
    for (const underlying of this.#underlyings)
      yield {
        kind: "market-statistics-stated",
        instrument: instruments[underlying].id,
        asOf: formatDay(previousDay),
        ...STATISTICS,
      };
    for (const series of this.#series) {
      yield {
        kind: "instrument-listed",
        instrument: series.id,
        type: "option",
        currency: "USD",
        underlying: instruments[series.underlying].id,
        right: series.right,
        strike: formatDecimal(series.strike, PRICE_SCALE),
        style: "american",
        maturity: formatDay(this.#expiry),
        multiplier: String(CONTRACT),
        listing: "XCBO",
      };
      yield this.#mark(series, instruments[series.underlying].previousClose, previousDay);
    }
    for (let account = 0; account < ACCOUNTS; account++)
      yield* this.#account(`S${101 + account}`, STRATEGIES[account % STRATEGIES.length], "customer-margin", account);
    for (const [index, strategy] of PORTFOLIOS.entries())
      yield* this.#account(`P${101 + index}`, strategy, "customer-portfolio-margin", index);
  }

  #mark(series: Series, spot: number, day: number): Unstamped {
    const price = formatDecimal(this.#price(series, spot, day), PRICE_SCALE);
    return { kind: "mark", instrument: series.id, price, basis: "model" };
  }

  *#account(
    name: string,
    { legs, cash }: Strategy,
    type: "customer-margin" | "customer-portfolio-margin",
    number: number,
  ): Generator<Unstamped> {
    const { instruments, previousDay } = this.#market;
    const isPortfolio = type === "customer-portfolio-margin";
    const underlying = this.#underlyings[number % this.#underlyings.length];
    const { previousClose, id } = instruments[underlying];
    const lots = isPortfolio ? 60 : 2 + this.#random.below(12);
    const title = `${personName(this.#random)}, ${isPortfolio ? "portfolio margin" : "options"}`;
    yield { kind: "account-opened", account: name, type, title };
    yield {
      kind: "margin-terms-stated",
      account: name,
      uncoveredOptions: true,
      ...(!isPortfolio && number % WATCHED_EVERY === 0 && { houseGroup: "watched" }),
    };
    let balance = Math.round(worth(CONTRACT * lots, previousClose) * (cash + this.#random.between(0, 0.06)));
    for (const [what, strike, size] of legs) {
      const units = size * lots * (what === "stock" ? CONTRACT : 1);
      const series = what === "stock" ? undefined : this.#find(underlying, strike, what);
      const price = series === undefined ? previousClose : this.#price(series, previousClose, previousDay);
      const value = worth(Math.abs(units) * (series === undefined ? 1 : CONTRACT), price);
      if (series !== undefined) balance -= Math.sign(units) * value;
      const place = series === undefined ? "depository-free" : CLEARING;
      const [from, to] = units > 0 ? [place, name] : [name, place];
      yield {
        kind: "securities-moved",
        from,
        to,
        instrument: series?.id ?? id,
        quantity: String(Math.abs(units)),
        reason: "opening",
        cost: formatDollars(toCents(value)),
        acquired: formatDay(previousDay),
      };
    }
    const [payer, payee] = balance > 0 ? ["bank-operating", name] : [name, "bank-operating"];
    const amount = formatDollars(toCents(Math.abs(balance)));
    yield { kind: "cash-moved", from: payer, to: payee, currency: "USD", amount, reason: "transfer" };
  }

  #find(underlying: number, strike: number, right: Right): Series | undefined {
    const number = this.#underlyings.indexOf(underlying) * STRIKES.length + strike;
    return this.#series[number * 2 + (right === "call" ? 0 : 1)];
  }

  /** Every quarter of an hour of the session, from the last price of the underlying at that moment. */
  #marks(): [number, Unstamped][] {
    const { opens, closes, day, events, instruments } = this.#market;
    const spots = new Map(this.#underlyings.map((number) => [number, instruments[number].previousClose]));
    const marks: [number, Unstamped][] = [];
    let event = 0;
    for (let at: number = opens + MARK_EVERY; at <= closes; at += MARK_EVERY) {
      for (; event < events.size && events.at[event] <= at; event++) {
        const instrument = events.instrument[event];
        if (events.kind[event] !== EVENT.quote && spots.has(instrument)) spots.set(instrument, events.price[event]);
      }
      for (const series of this.#series) marks.push([at, this.#mark(series, spots.get(series.underlying) ?? 0, day)]);
    }
    return marks;
  }
}

/** The busiest stocks that do not have too many prints. */
function underlyingsOf(market: MarketDay): readonly number[] {
  const { events, instruments } = market;
  const counts = new Uint32Array(instruments.length);
  for (let event = 0; event < events.size; event++) counts[events.instrument[event]]++;
  return stocksOf(market)
    .filter((number) => counts[number] <= EVENTS_MOST && instruments[number].reference?.type !== "etf")
    .sort((a, b) => instruments[b].dollarVolume - instruments[a].dollarVolume)
    .slice(0, UNDERLYINGS);
}
