/**
 * Day trading as it was, 4210(f)(8)(B): day trades counted, pattern day traders, their buying power, special calls. An
 * account may be held to it until the intraday margin standard is the only one.
 *
 * A day trade is a purchase and a sale, or a short sale and its cover, of one security on one day; what was held overnight
 * and is closed before anything new is opened is none. However many trades open and however many close, one change from
 * opening to closing is one day trade.
 *
 * By the row of a margin account's principal. Deterministic: told the same again, it is the same to the bit.
 */
import { multiplyDivide } from "../../base/divide.ts";
import { type Cents, excessOver, lesser, subtract, sum, toCents, ZERO } from "../../base/money.ts";
import { portion } from "../../base/rate.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import type { Day } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { addBusinessDays, isBusinessDay } from "../../books/deadlines.ts";
import { NO_DAY } from "../../books/settlement.ts";
import { addSpan } from "../../rulebook/terms.ts";
import type { AccountFigures } from "../reg-t/figures.ts";
import type { DayTradingRules } from "./rules.ts";

/** A special maintenance margin call for day trading beyond buying power. */
export interface DayTradeCall {
  readonly account: number;
  readonly day: Day;
  readonly due: Day;
  readonly amount: Cents;
  readonly remaining: Cents;
}

interface CountedDay {
  readonly day: Day;
  trades: number;
  dayTrades: number;
}

/** What was opened today in one security and is still open, on one side. */
interface OpenSide {
  units: number;
  cost: number;
  /** Something was opened since the last day trade that was counted. */
  isFresh: boolean;
}

interface Trader {
  /** Within the window, the newest last. */
  days: CountedDay[];
  isPattern: boolean;
  /** At the last close, in cents; null where unknown. */
  equity: number | null;
  excess: number | null;
  /** Cost of what was opened today and is open, and the most of it when a day trade was made. */
  open: number;
  peak: number;
  /** By instrument and side. */
  sides: Map<number, OpenSide>;
  /** The day's trades, for one of them may be taken back; and what it was before them. */
  today: DayTraderTrade[];
  before: { readonly trades: number; readonly dayTrades: number; readonly isPattern: boolean };
  calls: readonly DayTradeCall[];
  /** Deposits that must stay. */
  deposits: readonly { readonly day: Day; readonly amount: Cents }[];
  /** The last day on a cash-available basis, or 0. */
  restrictedUntil: number;
}

type StoredTrader = Omit<Trader, "sides"> & { readonly sides: readonly (readonly [number, OpenSide])[] };

export interface DayTraderStanding {
  /** In the window, today included. */
  readonly dayTrades: number;
  readonly trades: number;
  readonly isPattern: boolean;
  /** What may be day traded today, in cents; undefined where the last close is unknown. */
  readonly buyingPower: Cents | undefined;
  /** Whether day trading is allowed: equity at the last close is the minimum, where it is a pattern day trader. */
  readonly mayDayTrade: boolean;
  readonly calls: readonly DayTradeCall[];
  /** Deposits that may not be withdrawn yet. */
  readonly held: Cents;
  readonly restrictedUntil: Day | undefined;
}

/** A trade of a margin account. */
export interface DayTraderTrade {
  readonly account: number;
  readonly instrument: number;
  /** Units bought, negative where sold. */
  readonly units: number;
  /** What it cost or brought, not negative. */
  readonly money: Cents;
  readonly day: Day;
  /** Net units that the account held before. */
  readonly held: number;
}

export class DayTrades implements Stateful {
  readonly #traders = new Map<number, Trader>();
  /** The window that was asked for last: of which day, by which calendar, and its first day. */
  readonly #window = { day: NO_DAY, within: 0, revision: -1, first: NO_DAY };

  accounts(): readonly number[] {
    return [...this.#traders.keys()].sort((a, b) => a - b);
  }

  of(account: number, day: Day, rules: DayTradingRules, calendar: Calendar): DayTraderStanding {
    const trader = this.#traders.get(account) ?? newTrader();
    const first = this.#firstOf(day, rules, calendar);
    const counted = trader.days.filter((record) => record.day >= first);
    const restricted = trader.restrictedUntil >= day;
    const hasEquity = trader.equity !== null && trader.equity >= rules.minimumEquity;
    const held = trader.deposits.filter((deposit) => day <= addBusinessDays(deposit.day, rules.depositsStay, calendar));
    return {
      dayTrades: counted.reduce((all, record) => all + record.dayTrades, 0),
      trades: counted.reduce((all, record) => all + record.trades, 0),
      isPattern: trader.isPattern,
      buyingPower: buyingPower(trader, restricted, rules),
      mayDayTrade: !trader.isPattern || hasEquity,
      calls: trader.calls,
      held: sum(held.map(({ amount }) => amount)),
      restrictedUntil: restricted ? (trader.restrictedUntil as Day) : undefined,
    };
  }

  tradeBooked(trade: DayTraderTrade, rules: DayTradingRules, calendar: Calendar): void {
    const trader = this.#trader(trade.account);
    if (trader.today.length === 0) {
      const { trades, dayTrades } = dayOf(trader, trade.day);
      trader.before = { trades, dayTrades, isPattern: trader.isPattern };
    }
    trader.today.push(trade);
    this.#count(trader, trade, rules, calendar);
  }

  /**
   * An execution was taken back, `trade` being what took it back: one of today counts no more, and all others of today are
   * counted anew without it. One of an earlier day stays counted.
   */
  tradeBusted(trade: DayTraderTrade, rules: DayTradingRules, calendar: Calendar): void {
    const trader = this.#trader(trade.account);
    const { instrument, units, money } = trade;
    const index = trader.today.findLastIndex(
      (one) => one.instrument === instrument && one.units === -units && one.money === money,
    );
    if (index === -1) return;
    const kept = trader.today.flatMap((one, at) => {
      if (at === index) return [];
      return at > index && one.instrument === instrument ? [{ ...one, held: one.held + units }] : [one];
    });
    const { isPattern, ...counts } = trader.before;
    Object.assign(dayOf(trader, trade.day), counts);
    trader.isPattern = isPattern;
    trader.today = [];
    trader.open = trader.peak = 0;
    trader.sides.clear();
    for (const one of kept) this.tradeBooked(one, rules, calendar);
  }

  #count(trader: Trader, trade: DayTraderTrade, rules: DayTradingRules, calendar: Calendar): void {
    const today = dayOf(trader, trade.day);
    today.trades++;
    const size = Math.abs(trade.units);
    const isClosing = trade.held !== 0 && trade.held > 0 !== trade.units > 0;
    const closes = isClosing ? Math.min(size, Math.abs(trade.held)) : 0;
    const closed = sideOf(trader, trade.instrument, trade.units < 0);
    if (closes > 0 && closed.units > 0) {
      trader.peak = Math.max(trader.peak, trader.open);
      if (closed.isFresh) today.dayTrades++;
      closed.isFresh = false;
      const units = Math.min(closes, closed.units);
      const cost = multiplyDivide(closed.cost, units, closed.units);
      closed.units -= units;
      closed.cost -= cost;
      trader.open -= cost;
    }
    const opens = size - closes;
    if (opens > 0) {
      const cost = multiplyDivide(trade.money, opens, size);
      const opened = sideOf(trader, trade.instrument, trade.units > 0);
      opened.units += opens;
      opened.cost += cost;
      opened.isFresh = true;
      trader.open += cost;
    }
    const first = this.#firstOf(trade.day, rules, calendar);
    if (trader.days[0].day < first) trader.days = trader.days.filter((record) => record.day >= first);
    if (trader.isPattern) return;
    let trades = 0;
    let dayTrades = 0;
    for (const record of trader.days) {
      trades += record.trades;
      dayTrades += record.dayTrades;
    }
    const isFew = dayTrades * rules.share.denominator <= trades * rules.share.numerator;
    if (dayTrades >= rules.dayTrades && !isFew) trader.isPattern = true;
  }

  /** A deposit meets special calls, the oldest first; of a pattern day trader it stays. */
  deposited(account: number, amount: Cents, day: Day): void {
    const trader = this.#traders.get(account);
    if (trader === undefined || !trader.isPattern || amount <= 0) return;
    let left = amount;
    trader.calls = trader.calls.flatMap((call) => {
      const met = lesser(left, call.remaining);
      left = subtract(left, met);
      return met === call.remaining ? [] : [{ ...call, remaining: subtract(call.remaining, met) }];
    });
    trader.deposits = [...trader.deposits, { day, amount }];
  }

  /** The end of a day: the special call for what was day traded beyond buying power, and calls that were missed. */
  close(
    account: number,
    day: Day,
    figures: AccountFigures | undefined,
    rules: DayTradingRules,
    calendar: Calendar,
  ): DayTradeCall | undefined {
    const trader = this.#trader(account);
    const power = buyingPower(trader, trader.restrictedUntil >= day, rules);
    const beyond = power === undefined ? ZERO : excessOver(toCents(trader.peak), power);
    const amount = trader.isPattern ? portion(beyond, rules.call) : ZERO;
    for (const { due } of trader.calls)
      if (due <= day) trader.restrictedUntil = Math.max(trader.restrictedUntil, addSpan(due, rules.restricted));
    trader.calls = trader.calls.filter(({ due }) => due > day);
    trader.deposits = trader.deposits.filter(
      (deposit) => day <= addBusinessDays(deposit.day, rules.depositsStay, calendar),
    );
    trader.equity = figures?.equity ?? null;
    trader.excess = figures === undefined ? null : subtract(figures.equity, figures.maintenance);
    trader.open = trader.peak = 0;
    trader.sides.clear();
    trader.today = [];
    if (amount === 0) return undefined;
    const call = { account, day, due: addBusinessDays(day, rules.due, calendar), amount, remaining: amount };
    trader.calls = [...trader.calls, call];
    return call;
  }

  /** The first day of the window of so many business days that ends with `day`. */
  #firstOf(day: Day, { within }: DayTradingRules, calendar: Calendar): Day {
    const window = this.#window;
    if (window.day === day && window.within === within && window.revision === calendar.revision) return window.first;
    let first = (day + 1) as Day;
    for (let left = within; ; first = (first - 1) as Day)
      if (isBusinessDay((first - 1) as Day, calendar) && left-- === 0) break;
    window.day = day;
    window.within = within;
    window.revision = calendar.revision;
    window.first = first;
    return first;
  }

  #trader(account: number): Trader {
    const known = this.#traders.get(account);
    if (known !== undefined) return known;
    const trader = newTrader();
    this.#traders.set(account, trader);
    return trader;
  }

  sections(): Section[] {
    const traders = this.accounts().map((account) => {
      const trader = this.#trader(account);
      return [account, { ...trader, sides: [...trader.sides] } satisfies StoredTrader];
    });
    return [jsonSection("margin.dayTraders", traders)];
  }

  restore(sections: SectionReader): void {
    this.#traders.clear();
    // Each field stays where it stood: what is saved again is the same to the byte.
    for (const [account, trader] of sections.json("margin.dayTraders") as [number, StoredTrader][])
      this.#traders.set(account, { ...trader, sides: new Map(trader.sides) });
  }
}

function newTrader(): Trader {
  return {
    days: [],
    isPattern: false,
    equity: null,
    excess: null,
    open: 0,
    peak: 0,
    sides: new Map(),
    today: [],
    before: { trades: 0, dayTrades: 0, isPattern: false },
    calls: [],
    deposits: [],
    restrictedUntil: 0,
  };
}

function dayOf(trader: Trader, day: Day): CountedDay {
  const last = trader.days.at(-1);
  if (last?.day === day) return last;
  const added = { day, trades: 0, dayTrades: 0 };
  trader.days.push(added);
  return added;
}

function sideOf(trader: Trader, instrument: number, isLong: boolean): OpenSide {
  const key = instrument * 2 + (isLong ? 0 : 1);
  const known = trader.sides.get(key);
  if (known !== undefined) return known;
  const side = { units: 0, cost: 0, isFresh: false };
  trader.sides.set(key, side);
  return side;
}

/** Four times maintenance excess at the last close; on a cash-available basis, that excess itself. */
function buyingPower({ excess }: Trader, isRestricted: boolean, rules: DayTradingRules): Cents | undefined {
  if (excess === null) return undefined;
  const base = excessOver(toCents(excess), ZERO);
  return isRestricted ? base : portion(base, rules.buyingPower);
}
