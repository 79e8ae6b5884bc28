/**
 * The day of the demo as one numbered sequence: the market, the customers, the clock. Any fact can be made by its number,
 * so a demo that stopped resumes exactly where its journal ends, at no cost. No two facts have the same instant.
 */
import { assert } from "../base/assert.ts";
import { formatDecimal } from "../base/decimal.ts";
import { formatDollars, toCents } from "../base/money.ts";
import { formatDay, type Instant } from "../base/time.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import type { Fact } from "../facts/kinds.ts";
import type { DemoFirm, Unstamped } from "./demo-firm.ts";
import { InstantText } from "./instant-text.ts";
import type { DemoDate } from "./market-day.ts";
import { EVENT } from "./market-events.ts";
import { BUY, HOUSE, type OrderFlow, orderFlow, SIDES } from "./order-flow.ts";
import { FLOW } from "./sizing.ts";

const TIMETABLE = "demo-timetable";
const ORDERS = "order-management";
const CASHIER = "cashier";
/** Who tells the facts of the day besides the market's own sources: every fact of the day has a source. */
export const OTHER_SOURCES = [TIMETABLE, ORDERS, CASHIER] as const;

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY_STARTS = 9.25 * HOUR;
const PRE_OPEN = 9.3 * HOUR;
const EXPENSES = 16.1 * HOUR;
const DAY_ENDS = 16.25 * HOUR;
/** Regular-way settlement of days that the shipped calendar does not reach: three business days. */
const SETTLE_DAYS: Readonly<Partial<Record<DemoDate, string>>> = { "2013-10-08": "2013-10-11" };
/** After the closing prints. */
const CLOSING_DELAY = 6_000_000;

/** Which sequence a fact of the day comes from. */
const SOURCE = { timetable: 0, market: 1, trade: 2, movement: 3, clock: 4 } as const;

export interface DemoDayOptions {
  readonly firm: DemoFirm;
  readonly seed?: number;
}

export function demoDay({ firm, seed = 1 }: DemoDayOptions): DemoDay {
  return new DemoDay(firm, orderFlow(firm, seed));
}

export class DemoDay {
  readonly firm: DemoFirm;
  /** How many facts the day has. */
  readonly size: number;
  readonly #flow: OrderFlow;
  readonly #timetable: readonly (readonly [at: number, body: Unstamped])[];
  readonly #at: Float64Array;
  readonly #source: Uint8Array;
  readonly #row: Uint32Array;
  readonly #text = new InstantText();
  readonly #prices = new Map<number, string>();

  constructor(firm: DemoFirm, flow: OrderFlow) {
    this.firm = firm;
    this.#flow = flow;
    this.#timetable = timetable(firm);
    const { market } = firm;
    const minutes = (DAY_ENDS - DAY_STARTS) / MINUTE;
    const clock = Float64Array.from(
      { length: minutes },
      (_, minute) => market.midnight + DAY_STARTS + (minute + 1) * MINUTE,
    );
    const sequences = [
      Float64Array.from(this.#timetable, ([at]) => at),
      market.events.at,
      flow.trades.columns.at.subarray(0, flow.trades.size),
      flow.movements.columns.at.subarray(0, flow.movements.size),
      clock,
    ];
    this.size = sequences.reduce((total, { length }) => total + length, 0);
    this.#at = new Float64Array(this.size);
    this.#source = new Uint8Array(this.size);
    this.#row = new Uint32Array(this.size);
    this.#merge(sequences);
  }

  /** Interleaves the sequences by time; at the same instant in their order, each a microsecond after the one before. */
  #merge(sequences: readonly Float64Array[]): void {
    const next = new Uint32Array(sequences.length);
    let previous = 0;
    for (let index = 0; index < this.size; index++) {
      let earliest = 0;
      let at = Number.POSITIVE_INFINITY;
      for (let sequence = 0; sequence < sequences.length; sequence++) {
        const head = sequences[sequence][next[sequence]] ?? Number.POSITIVE_INFINITY;
        if (head < at) [earliest, at] = [sequence, head];
      }
      previous = Math.max(at, previous + 1);
      this.#at[index] = previous;
      this.#source[index] = earliest;
      this.#row[index] = next[earliest]++;
    }
  }

  /** The instant of a fact. */
  at(index: number): Instant {
    return this.#at[index] as Instant;
  }

  /** The number of the first fact after an instant; `size` where there is none. */
  indexAfter(instant: Instant): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at[middle] <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The fact with this number, from 0. The same number always gives the same fact. */
  fact(index: number): Fact {
    assert(index >= 0 && index < this.size, "a fact of the day has a number below its size");
    const at = this.#text.of(this.#at[index]);
    const row = this.#row[index];
    switch (this.#source[index]) {
      case SOURCE.market:
        return this.#marketFact(row, at);
      case SOURCE.trade:
        return this.#tradeFact(row, at);
      case SOURCE.movement:
        return this.#movementFact(row, at);
      case SOURCE.clock:
        return { kind: "time-passed", at, source: TIMETABLE };
      default:
        return { ...this.#timetable[row][1], at, source: TIMETABLE };
    }
  }

  /** The facts from a number on. */
  *facts(from = 0): Generator<Fact> {
    for (let index = from; index < this.size; index++) yield this.fact(index);
  }

  #price(units: number): string {
    let text = this.#prices.get(units);
    if (text === undefined) {
      text = formatDecimal(units, PRICE_SCALE);
      this.#prices.set(units, text);
    }
    return text;
  }

  #marketFact(row: number, at: string): Fact {
    const { events, instruments, source } = this.firm.market;
    const instrument = instruments[events.instrument[row]].id;
    const price = this.#price(events.price[row]);
    const kind = events.kind[row];
    if (kind === EVENT.trade)
      return {
        kind: "market-trade",
        at,
        source: source.prints,
        instrument,
        price,
        quantity: String(events.quantity[row]),
      };
    if (kind === EVENT.modelMark) return { kind: "mark", at, source: source.model, instrument, price, basis: "model" };
    return {
      kind: "quote",
      at,
      source: source.prints,
      instrument,
      bid: price,
      ask: this.#price(events.ask[row]),
      bidSize: String(events.quantity[row]),
      askSize: String(events.askQuantity[row]),
    };
  }

  #tradeFact(row: number, at: string): Fact {
    const { columns } = this.#flow.trades;
    const { market, accountName } = this.firm;
    const account = columns.account[row];
    const isHouse = account === HOUSE;
    const commission = columns.commission[row];
    const fees = columns.fees[row];
    const settleDay = SETTLE_DAYS[market.date];
    return {
      kind: "trade-executed",
      at,
      source: ORDERS,
      account: isHouse ? "market-making" : accountName(account),
      instrument: market.instruments[columns.instrument[row]].id,
      contra: "nscc",
      side: SIDES[columns.side[row]] ?? SIDES[BUY],
      quantity: String(columns.shares[row]),
      price: this.#price(columns.price[row]),
      tradeDay: market.date,
      ...(settleDay !== undefined && { settleDay }),
      ...(commission > 0 && { commission: dollars(commission) }),
      ...(fees > 0 && { fees: dollars(fees) }),
      capacity: columns.principal[row] === 1 ? "principal" : "agency",
      execution: `${market.date}-${row + 1}`,
    };
  }

  #movementFact(row: number, at: string): Fact {
    const { account, amount } = this.#flow.movements.columns;
    const customer = this.firm.accountName(account[row]);
    const deposit = amount[row] > 0;
    const [from, to] = deposit ? ["bank-operating", customer] : [customer, "bank-operating"];
    return {
      kind: "cash-moved",
      at,
      source: CASHIER,
      from,
      to,
      currency: "USD",
      amount: dollars(Math.abs(amount[row])),
      reason: deposit ? "deposit" : "withdrawal",
    };
  }
}

function dollars(cents: number): string {
  return formatDollars(toCents(cents));
}

/** What happens at fixed times, in order. */
function timetable({ market, house, strategies }: DemoFirm): (readonly [number, Unstamped])[] {
  const { midnight, opens, closes, day } = market;
  const text = formatDay(day);
  const expenses = dollars(Math.round(house.requirement * FLOW.expensesPerRequirement));
  return [
    [midnight + DAY_STARTS, { kind: "business-day-opened", day: text }],
    [midnight + PRE_OPEN, { kind: "market-phase", phase: "pre-open" }],
    [opens, { kind: "market-phase", phase: "open" }],
    ...strategies.marks,
    [closes + CLOSING_DELAY, { kind: "market-phase", phase: "closed" }],
    [
      midnight + EXPENSES,
      {
        kind: "cash-moved",
        from: "operating-expenses",
        to: "accrued-liabilities",
        currency: "USD",
        amount: expenses,
        reason: "expense",
      },
    ],
    [midnight + DAY_ENDS, { kind: "business-day-closed", day: text }],
  ];
}
