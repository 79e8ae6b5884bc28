/**
 * What the customers do in the day, as columns in time order: executions at the prices that stand at that moment, deposits
 * and withdrawals. The busier the leader's tape, the more of them; the further it has fallen, the more of them sell. Nobody
 * sells what he does not have, or spends cash that he does not have; margin accounts may borrow up to half. In stocks it
 * makes a market in, the firm now and then takes the other side, within its limit for one position.
 */
import { Table } from "../base/table.ts";
import { CASH, type CustomerBook, MARGIN, roundLot, stocksOf, worth } from "./customer-book.ts";
import { SESSION_OPEN_MS } from "./day-path.ts";
import type { DemoFirm } from "./demo-firm.ts";
import { EVENT } from "./market-events.ts";
import type { MarketDay } from "./market-day.ts";
import { Random, WeightedChoice } from "./random.ts";
import { FLOW } from "./sizing.ts";

/** Stands for the firm's market making in the column of accounts. */
export const HOUSE = 0xffff_ffff;
export const SIDES = ["buy", "sell", "sell-short"] as const;
export const BUY = 0;
const SELL = 1;
const SELL_SHORT = 2;

const MINUTE_MS = 60_000;
const MICROS_PER_MS = 1000;
const MILLION = 1_000_000;
/** Customers who cannot do what was drawn for them give way to others, this many times at most. */
const TRIES = 6;
const INITIAL_MARGIN = 0.5;

const TRADE = {
  /** Microseconds since 1970 UTC. */
  at: "f64",
  account: "u32",
  instrument: "u32",
  /** Index in SIDES. */
  side: "u8",
  shares: "f64",
  /** Units of 10^-8. */
  price: "f64",
  /** Cents. */
  commission: "f64",
  fees: "f64",
  /** 1 where the firm is the other side. */
  principal: "u8",
} as const;

const MOVEMENT = {
  at: "f64",
  account: "u32",
  /** Cents; a withdrawal is negative. */
  amount: "f64",
} as const;

type Trades = Table<typeof TRADE>;
type Movements = Table<typeof MOVEMENT>;

export interface OrderFlow {
  readonly trades: Trades;
  readonly movements: Movements;
}

export function orderFlow(firm: DemoFirm, seed: number): OrderFlow {
  return new FlowMaker(firm, seed).make();
}

/** Makes the flow once: carries what customers and the firm have left as the day goes on. */
class FlowMaker {
  readonly #market: MarketDay;
  readonly #customers: CustomerBook;
  readonly #random: Random;
  readonly #trades: Trades = new Table("trades", TRADE, { capacity: 65_536 });
  readonly #movements: Movements = new Table("movements", MOVEMENT);
  /** By instrument: the last price of the day, 0 before the first. */
  readonly #price: Float64Array;
  /** By account: cash and long securities at the last close, cents. */
  readonly #cash: Float64Array;
  readonly #long: Float64Array;
  readonly #shares: Int32Array;
  /** By position: its account. */
  readonly #holder: Uint32Array;
  /** By instrument: shares that market making holds; only those it deals in. */
  readonly #house: Map<number, number>;
  readonly #positionMost: number;
  readonly #popular: WeightedChoice;
  readonly #stocks: readonly number[];
  #event = 0;

  constructor({ market, customers, house }: DemoFirm, seed: number) {
    this.#market = market;
    this.#customers = customers;
    this.#random = new Random(seed, "flow");
    this.#price = new Float64Array(market.instruments.length);
    this.#cash = customers.cash.slice();
    this.#shares = customers.shares.slice();
    this.#holder = new Uint32Array(customers.positions);
    this.#long = new Float64Array(customers.accounts);
    for (let account = 0; account < customers.accounts; account++) {
      this.#holder.fill(account, customers.first[account], customers.first[account + 1]);
      for (let position = customers.first[account]; position < customers.first[account + 1]; position++) {
        const { previousClose } = market.instruments[customers.instrument[position]];
        this.#long[account] += Math.max(0, worth(customers.shares[position], previousClose));
      }
    }
    const making = house.positions.filter(({ account }) => account === "market-making");
    this.#house = new Map(making.map(({ instrument, quantity }) => [instrument, quantity]));
    this.#positionMost = house.positionMost;
    this.#stocks = stocksOf(market);
    this.#popular = new WeightedChoice(
      this.#stocks.map((number) => Math.sqrt(market.instruments[number].dollarVolume)),
    );
  }

  make(): OrderFlow {
    const { accounts } = this.#customers;
    const moves = Math.round(accounts * FLOW.movementsPerAccount);
    const tradeTimes = this.#times(Math.round(accounts * FLOW.tradesPerAccount));
    const moveTimes = this.#times(moves);
    if (this.#customers.positions === 0) return { trades: this.#trades, movements: this.#movements };
    let move = 0;
    for (const at of tradeTimes) {
      for (; move < moves && moveTimes[move] <= at; move++) this.#movement(moveTimes[move]);
      this.#advance(at);
      this.#trade(at);
    }
    for (; move < moves; move++) this.#movement(moveTimes[move]);
    return { trades: this.#trades, movements: this.#movements };
  }

  /** Instants of the session in order, denser where the leader's tape is busier. */
  #times(count: number): Float64Array {
    const minutes = new WeightedChoice(this.#market.activity);
    const start = this.#market.midnight + SESSION_OPEN_MS * MICROS_PER_MS;
    return Float64Array.from({ length: count }, () => {
      const ms = minutes.draw(this.#random) * MINUTE_MS + this.#random.below(MINUTE_MS);
      return start + ms * MICROS_PER_MS;
    }).sort();
  }

  /** Takes in the market's events up to an instant. */
  #advance(at: number): void {
    const { events } = this.#market;
    for (; this.#event < events.size && events.at[this.#event] <= at; this.#event++) {
      if (events.kind[this.#event] !== EVENT.quote)
        this.#price[events.instrument[this.#event]] = events.price[this.#event];
    }
  }

  #sellShare(): number {
    const { leader, instruments } = this.#market;
    const close = instruments[leader].previousClose;
    const fall = this.#price[leader] === 0 ? 0 : 1 - this.#price[leader] / close;
    const { sellShare, sellShareOfFall, sellShareBounds } = FLOW;
    return Math.min(Math.max(sellShare + fall * sellShareOfFall, sellShareBounds.least), sellShareBounds.most);
  }

  #trade(at: number): void {
    const sells = this.#random.chance(this.#sellShare());
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const done = !sells
        ? this.#buy(at)
        : this.#random.chance(FLOW.shortSaleShare)
          ? this.#sellShort(at)
          : this.#sell(at);
      if (done) return;
    }
  }

  #sell(at: number): boolean {
    const position = this.#random.below(this.#customers.positions);
    const instrument = this.#customers.instrument[position];
    const held = this.#shares[position];
    const price = this.#price[instrument];
    if (held <= 0 || price === 0) return false;
    const shares = this.#random.chance(0.4) ? held : roundLot(held * this.#random.between(0.1, 0.6));
    this.#shares[position] -= shares;
    this.#execute(at, this.#holder[position], instrument, SELL, shares, price);
    return true;
  }

  #buy(at: number): boolean {
    const like = this.#random.below(this.#customers.positions);
    const account = this.#holder[like];
    const instrument = this.#stocks[this.#popular.draw(this.#random)];
    const price = this.#price[instrument];
    if (price === 0) return false;
    const shares = this.#sharesLike(like, price);
    const cost = worth(shares, price) + commissionOf(shares);
    const lent = this.#customers.type[account] === MARGIN ? this.#long[account] * INITIAL_MARGIN : 0;
    if (this.#cash[account] + lent < cost) return false;
    this.#long[account] += cost;
    this.#execute(at, account, instrument, BUY, shares, price);
    return true;
  }

  #sellShort(at: number): boolean {
    const like = this.#random.below(this.#customers.positions);
    const account = this.#holder[like];
    const instrument = this.#stocks[this.#popular.draw(this.#random)];
    const price = this.#price[instrument];
    const { type, first, instrument: held } = this.#customers;
    if (
      type[account] !== MARGIN ||
      price === 0 ||
      held.subarray(first[account], first[account + 1]).includes(instrument)
    )
      return false;
    const shares = this.#sharesLike(like, price);
    if (this.#cash[account] < worth(shares, price) * INITIAL_MARGIN) return false;
    this.#execute(at, account, instrument, SELL_SHORT, shares, price);
    return true;
  }

  /** Shares for about the dollars of a position that the account has. */
  #sharesLike(position: number, price: number): number {
    const { previousClose } = this.#market.instruments[this.#customers.instrument[position]];
    const cents = Math.abs(worth(this.#customers.shares[position], previousClose)) * this.#random.between(0.2, 1.1);
    return roundLot((cents * MILLION) / price);
  }

  #execute(at: number, account: number, instrument: number, side: number, shares: number, price: number): void {
    const principal = this.#takesOtherSide(instrument, side === BUY ? -shares : shares, price);
    const commission = commissionOf(shares);
    const fees =
      side === BUY ? 0 : Math.ceil((worth(shares, price) * FLOW.section31Millionths[this.#market.date]) / MILLION);
    const value = worth(shares, price);
    this.#cash[account] += (side === BUY ? -value : value) - commission - fees;
    this.#add(at, account, instrument, side, shares, price, commission, fees, principal);
    if (principal)
      this.#add(
        at + 1,
        HOUSE,
        instrument,
        side === BUY ? this.#houseSale(instrument, shares) : BUY,
        shares,
        price,
        0,
        0,
        true,
      );
  }

  /** Whether market making takes this many shares (negative: gives them), and keeps within its limit. */
  #takesOtherSide(instrument: number, shares: number, price: number): boolean {
    const held = this.#house.get(instrument);
    if (held === undefined || !this.#random.chance(FLOW.internalised)) return false;
    if (Math.abs(worth(held + shares, price)) > this.#positionMost) return false;
    this.#house.set(instrument, held + shares);
    return true;
  }

  /** A sale that leaves market making short is a short sale. */
  #houseSale(instrument: number, shares: number): number {
    return (this.#house.get(instrument) ?? 0) + shares > 0 ? SELL : SELL_SHORT;
  }

  #add(
    at: number,
    account: number,
    instrument: number,
    side: number,
    shares: number,
    price: number,
    commission: number,
    fees: number,
    principal: boolean,
  ): void {
    const row = this.#trades.add();
    const { columns } = this.#trades;
    columns.at[row] = at;
    columns.account[row] = account;
    columns.instrument[row] = instrument;
    columns.side[row] = side;
    columns.shares[row] = shares;
    columns.price[row] = price;
    columns.commission[row] = commission;
    columns.fees[row] = fees;
    columns.principal[row] = principal ? 1 : 0;
  }

  /** A deposit, or a withdrawal of part of the cash that an account has. */
  #movement(at: number): void {
    const account = this.#holder[this.#random.below(this.#customers.positions)];
    const { least, most } = FLOW.depositDollars;
    const part = this.#random.fraction();
    const wanted = Math.round((least + (most - least) * part * part) * 100);
    const withdraws = this.#random.chance(FLOW.withdrawalShare);
    const free = this.#customers.type[account] === CASH ? this.#cash[account] / 2 : 0;
    if (withdraws && free < wanted) return;
    const amount = withdraws ? -wanted : wanted;
    this.#cash[account] += amount;
    const row = this.#movements.add();
    this.#movements.columns.at[row] = at;
    this.#movements.columns.account[row] = account;
    this.#movements.columns.amount[row] = amount;
  }
}

function commissionOf(shares: number): number {
  return Math.max(Math.round(FLOW.commissionDollars * 100), Math.ceil(shares * FLOW.commissionCentsPerShare));
}
