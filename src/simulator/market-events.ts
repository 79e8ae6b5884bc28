/**
 * The market events of a day as columns: what happened, when, to which instrument. Rows stand in time order and no two
 * share an instant, so that an instant is as good a bookmark as a row number.
 */
import { assert } from "../base/assert.ts";
import { Table } from "../base/table.ts";
import type { Instant } from "../base/time.ts";

/** What an event is. A model mark lies between two real prices; a model price is never given out as a trade. */
export const EVENT = { trade: 0, quote: 1, modelMark: 2 } as const;

const MICROS_PER_MS = 1000;
/** Room for the row number below the milliseconds in a sort key: 27 bits of time and 22 of rows stay exact. */
const ROWS_MAX = 2 ** 22;

const SCHEMA = {
  /** Milliseconds from New York midnight. */
  ms: "i32",
  kind: "u8",
  instrument: "u32",
  /** Units of 10^-8; the bid of a quote. */
  price: "f64",
  /** Shares; the size at the bid. */
  quantity: "f64",
  /** Of a quote only. */
  ask: "f64",
  askQuantity: "f64",
} as const;

/** Events as they are found, in any order. */
export class EventList {
  readonly table = new Table("events", SCHEMA, { capacity: 65_536, rowsMax: ROWS_MAX });

  trade(ms: number, instrument: number, price: number, quantity: number): void {
    this.#add(ms, EVENT.trade, instrument, price, quantity, 0, 0);
  }

  quote(ms: number, instrument: number, bid: number, ask: number, bidSize: number, askSize: number): void {
    this.#add(ms, EVENT.quote, instrument, bid, bidSize, ask, askSize);
  }

  modelMark(ms: number, instrument: number, price: number): void {
    this.#add(ms, EVENT.modelMark, instrument, price, 0, 0, 0);
  }

  #add(
    ms: number,
    kind: number,
    instrument: number,
    price: number,
    quantity: number,
    ask: number,
    askQuantity: number,
  ): void {
    const row = this.table.add();
    const { columns } = this.table;
    columns.ms[row] = ms;
    columns.kind[row] = kind;
    columns.instrument[row] = instrument;
    columns.price[row] = price;
    columns.quantity[row] = quantity;
    columns.ask[row] = ask;
    columns.askQuantity[row] = askQuantity;
  }
}

export interface MarketEvents {
  readonly size: number;
  /** Strictly rising; microseconds since 1970 UTC. */
  readonly at: Float64Array;
  readonly kind: Uint8Array;
  readonly instrument: Uint32Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  readonly ask: Float64Array;
  readonly askQuantity: Float64Array;
}

/** The list in time order; events of one millisecond keep the order in which they were added, a microsecond apart. */
export function inTimeOrder({ table }: EventList, midnight: Instant): MarketEvents {
  const { columns, size } = table;
  const keys = Float64Array.from({ length: size }, (_, row) => columns.ms[row] * ROWS_MAX + row).sort();
  const events = {
    size,
    at: new Float64Array(size),
    kind: new Uint8Array(size),
    instrument: new Uint32Array(size),
    price: new Float64Array(size),
    quantity: new Float64Array(size),
    ask: new Float64Array(size),
    askQuantity: new Float64Array(size),
  };
  let previous = 0;
  for (let index = 0; index < size; index++) {
    const row = keys[index] % ROWS_MAX;
    assert(columns.ms[row] > 0, "an event happens after midnight");
    previous = Math.max(midnight + columns.ms[row] * MICROS_PER_MS, previous + 1);
    events.at[index] = previous;
    events.kind[index] = columns.kind[row];
    events.instrument[index] = columns.instrument[row];
    events.price[index] = columns.price[row];
    events.quantity[index] = columns.quantity[row];
    events.ask[index] = columns.ask[row];
    events.askQuantity[index] = columns.askQuantity[row];
  }
  return events;
}
