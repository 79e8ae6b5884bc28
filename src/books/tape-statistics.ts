/**
 * What the tape of past days says of a security: its closes and volumes by session, and from them volatility, beta and
 * average volume. A session's close is the one that was stated, else its last regular trade.
 *
 * Windows are whole: a volatility of 30 returns rests on the last 31 sessions, each with a close of its own. One that is
 * missing makes the figure unknown (NaN), never smaller. A session in which nothing at all was traded or stated is none.
 *
 * It must be told of regular trades, stated closes, days and splits, in order; it reads nothing else, so that a replay
 * gives the same bytes. Logarithms and square roots are model values in float64.
 */
import { assert } from "../base/assert.ts";
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Day } from "../base/time.ts";
import { QUANTITY_SCALE } from "../facts/define.ts";
import type { InstrumentType } from "./instrument-types.ts";
import type { Instruments } from "./instruments.ts";
import { NO_DAY } from "./settlement.ts";

/** Sessions that are kept of each security: a year of them. */
export const SESSIONS_KEPT = 256;
/** Of whose past the house rules can speak; options, futures and debt are judged by their own terms. */
const KEPT_TYPES: ReadonlySet<InstrumentType> = new Set([
  "equity",
  "etf",
  "preferred",
  "warrant",
  "convertible",
  "index",
]);

const UNITS = 10 ** QUANTITY_SCALE;
const UNSEEN = -1;
const NOT_KEPT = -2;

const TODAY = {
  /** The instrument's row. */
  instrument: "u32",
  /** Of the session so far, 10^-8: its last regular trade and its close as stated; NaN where there is none. */
  last: "f64",
  stated: "f64",
  /** Traded so far, 10^-6. */
  volume: "f64",
  /** 1 once it ever traded on the tape: a session without a trade is then one of no volume. */
  trades: "u8",
} as const;

export class TapeStatistics implements Stateful {
  readonly #instruments: Pick<Instruments, "type">;
  readonly #today = new Table("tape.today", TODAY, { capacity: 256 });
  /** SESSIONS_KEPT rows for each row of `today`, in a ring: closes in 10^-8, volumes in whole units; NaN unknown. */
  readonly #sessions = new Table("tape.sessions", { close: "f64", volume: "f64" });
  /** How many sessions have ended; the day that is open, or `NO_DAY`. */
  readonly #clock = new Table("tape.clock", { ended: "f64", day: "i32" }, { capacity: 1 });
  /** By instrument row: its row of `today`. */
  #slots = new Int32Array(0);

  constructor(instruments: Pick<Instruments, "type">) {
    this.#instruments = instruments;
    this.#clock.columns.day[this.#clock.add()] = NO_DAY;
  }

  /** How many sessions have ended. */
  get sessionsEnded(): number {
    return this.#clock.columns.ended[0];
  }

  /** A regular trade: `price` in 10^-8, `quantity` in 10^-6. */
  traded(instrument: number, price: number, quantity: number): void {
    const slot = this.#slotFor(instrument);
    if (slot < 0) return;
    const { last, volume, trades } = this.#today.columns;
    last[slot] = price;
    volume[slot] += quantity;
    trades[slot] = 1;
  }

  /** The session's close, as stated. */
  closeStated(instrument: number, price: number): void {
    const slot = this.#slotFor(instrument);
    if (slot >= 0) this.#today.columns.stated[slot] = price;
  }

  /** A business day opened; the one before has then ended, whether or not anybody said so. */
  dayOpened(day: Day): void {
    if (this.#clock.columns.day[0] !== NO_DAY) this.#endSession();
    this.#clock.columns.day[0] = day;
  }

  /** What is traded from here until the next day opens counts to that one. */
  dayClosed(day: Day): void {
    if (this.#clock.columns.day[0] === day) this.#endSession();
  }

  /** `numerator` new units came for `denominator` old ones: past closes and volumes are counted in new ones. */
  split(instrument: number, numerator: number, denominator: number): void {
    assert(numerator > 0 && denominator > 0, "a split gives units for units");
    const slot = instrument < this.#slots.length ? this.#slots[instrument] : UNSEEN;
    if (slot < 0) return;
    const { close, volume } = this.#sessions.columns;
    for (let row = slot * SESSIONS_KEPT; row < (slot + 1) * SESSIONS_KEPT; row++) {
      close[row] = (close[row] * denominator) / numerator;
      volume[row] = (volume[row] * numerator) / denominator;
    }
  }

  #endSession(): void {
    const today = this.#today.columns;
    let isSession = false;
    for (let slot = 0; slot < this.#today.size && !isSession; slot++)
      isSession = today.volume[slot] > 0 || !Number.isNaN(today.stated[slot]);
    this.#clock.columns.day[0] = NO_DAY;
    if (!isSession) return;
    const { close, volume } = this.#sessions.columns;
    const place = this.sessionsEnded % SESSIONS_KEPT;
    for (let slot = 0; slot < this.#today.size; slot++) {
      const row = slot * SESSIONS_KEPT + place;
      close[row] = Number.isNaN(today.stated[slot]) ? today.last[slot] : today.stated[slot];
      volume[row] = today.trades[slot] === 1 ? today.volume[slot] / UNITS : Number.NaN;
      today.last[slot] = today.stated[slot] = Number.NaN;
      today.volume[slot] = 0;
    }
    this.#clock.columns.ended[0]++;
  }

  /** The close of the session that ended `back` sessions before the newest, 10^-8; NaN where it is not known. */
  close(instrument: number, back: number): number {
    const row = this.#row(instrument, back);
    return row < 0 ? Number.NaN : this.#sessions.columns.close[row];
  }

  /** Whole units traded in it, likewise. */
  volume(instrument: number, back: number): number {
    const row = this.#row(instrument, back);
    return row < 0 ? Number.NaN : this.#sessions.columns.volume[row];
  }

  /** The logarithm of one session's close over that of the session before, likewise. */
  logReturn(instrument: number, back: number): number {
    return Math.log(this.close(instrument, back) / this.close(instrument, back + 1));
  }

  /** Standard deviation of the last `returns` log returns, for one session; NaN where any of them is not known. */
  dailyVolatility(instrument: number, returns: number): number {
    const mean = this.#meanReturn(instrument, returns);
    let squares = 0;
    for (let back = 0; back < returns; back++) squares += (this.logReturn(instrument, back) - mean) ** 2;
    return Math.sqrt(squares / (returns - 1));
  }

  /** Covariance with the market's returns over their variance, of the last `returns` sessions; NaN likewise. */
  beta(instrument: number, market: number, returns: number): number {
    const mean = this.#meanReturn(instrument, returns);
    const marketMean = this.#meanReturn(market, returns);
    let products = 0;
    let squares = 0;
    for (let back = 0; back < returns; back++) {
      const move = this.logReturn(market, back) - marketMean;
      products += move * (this.logReturn(instrument, back) - mean);
      squares += move * move;
    }
    return squares === 0 ? Number.NaN : products / squares;
  }

  /** Whole units a session, over the last `sessions` of them; NaN likewise. */
  averageDailyVolume(instrument: number, sessions: number): number {
    let sum = 0;
    for (let back = 0; back < sessions; back++) sum += this.volume(instrument, back);
    return sum / sessions;
  }

  #meanReturn(instrument: number, returns: number): number {
    let sum = 0;
    for (let back = 0; back < returns; back++) sum += this.logReturn(instrument, back);
    return sum / returns;
  }

  #row(instrument: number, back: number): number {
    const slot = instrument >= 0 && instrument < this.#slots.length ? this.#slots[instrument] : UNSEEN;
    const ordinal = this.sessionsEnded - 1 - back;
    return slot < 0 || ordinal < 0 || back >= SESSIONS_KEPT ? -1 : slot * SESSIONS_KEPT + (ordinal % SESSIONS_KEPT);
  }

  #slotFor(instrument: number): number {
    if (instrument >= this.#slots.length) this.#growSlots(instrument + 1);
    const known = this.#slots[instrument];
    if (known !== UNSEEN) return known;
    if (!KEPT_TYPES.has(this.#instruments.type(instrument))) return (this.#slots[instrument] = NOT_KEPT);
    const slot = this.#today.add();
    const today = this.#today.columns;
    today.instrument[slot] = instrument;
    today.last[slot] = today.stated[slot] = Number.NaN;
    today.volume[slot] = today.trades[slot] = 0;
    this.#sessions.reserve((slot + 1) * SESSIONS_KEPT);
    for (let row = slot * SESSIONS_KEPT; row < (slot + 1) * SESSIONS_KEPT; row++) {
      this.#sessions.add();
      this.#sessions.columns.close[row] = this.#sessions.columns.volume[row] = Number.NaN;
    }
    return (this.#slots[instrument] = slot);
  }

  #growSlots(least: number): void {
    const grown = new Int32Array(Math.max(least, this.#slots.length * 2, 1024)).fill(UNSEEN);
    grown.set(this.#slots);
    this.#slots = grown;
  }

  sections(): Section[] {
    return [...this.#clock.sections(), ...this.#today.sections(), ...this.#sessions.sections()];
  }

  restore(sections: SectionReader): void {
    this.#clock.restore(sections);
    this.#today.restore(sections);
    this.#sessions.restore(sections);
    this.#slots.fill(UNSEEN);
    for (let slot = 0; slot < this.#today.size; slot++) {
      const instrument = this.#today.columns.instrument[slot];
      if (instrument >= this.#slots.length) this.#growSlots(instrument + 1);
      this.#slots[instrument] = slot;
    }
  }
}
