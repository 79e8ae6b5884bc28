/**
 * The book for `margin-states.ts`: rules, accounts, positions, groups; and the baseline, which visits the holders of what
 * ticked. See there.
 */
import type { GroupValues, UnitValues } from "../src/margin/certificates/unit-values.ts";
import { random } from "./random.ts";

export const ACCOUNTS = Number(process.env["PLIMSOLL_BENCH_ACCOUNTS"] ?? 1_000_000);
export const POSITIONS_PER_ACCOUNT = 10;
export const POSITIONS = ACCOUNTS * POSITIONS_PER_ACCOUNT;
export const INSTRUMENTS = 10_000;
export const TICKING = 1000;
/** Every so many accounts has a group. */
export const GROUP_EVERY = 20;
const BOUNDARIES = 3;
/** A price of one dollar. */
export const ONE = 1e8;
export const CENT = 1e6;

// ——— rules ———

/** Requirements of instruments, as shares of their value. */
const rates = new Float64Array(INSTRUMENTS);

function longValue(boundary: number, instrument: number, price: number): number {
  const value = price / CENT;
  if (boundary === 2) return value;
  return Math.max(0, value * (1 - rates[instrument] - (boundary === 0 ? 0.05 : 0)));
}

function shortValue(boundary: number, instrument: number, price: number): number {
  const value = price / CENT;
  if (boundary === 2) return value;
  const requirement = Math.max(value * Math.max(0.3, rates[instrument]), price < 5 * ONE ? 250 : 500);
  return value + requirement + (boundary === 0 ? value * 0.05 : 0);
}

export const VALUES: UnitValues = {
  boundaries: BOUNDARIES,
  one: ONE,
  rounding: 2,
  long: longValue,
  short: shortValue,
  contribution: (boundary, instrument, units, price) =>
    Math.round(units * (units > 0 ? longValue(boundary, instrument, price) : shortValue(boundary, instrument, price))),
};

/** Groups: `count` short straddles at `strike`, by group. */
const groupOf = new Int32Array(Math.ceil(ACCOUNTS / GROUP_EVERY));
const groupStrike = new Float64Array(groupOf.length);
const groupCount = new Float64Array(groupOf.length);
const FACTORS = [1.25, 1.2, 1] as const;

function groupExcess(group: number, boundary: number, price: number): number {
  const strike = groupStrike[group];
  const away = Math.max(Math.abs(price - strike), 0.2 * price);
  return -Math.round(((groupCount[group] * away) / CENT) * FACTORS[boundary]);
}

export class Straddles implements GroupValues {
  readonly #prices: Float64Array;

  constructor(prices: Float64Array) {
    this.#prices = prices;
  }

  measure(group: number, excess: Float64Array): void {
    const price = this.#prices[groupOf[group]];
    for (let boundary = 0; boundary < BOUNDARIES; boundary++) excess[boundary] = groupExcess(group, boundary, price);
  }

  slopes(group: number) {
    const price = this.#prices[groupOf[group]] / ONE;
    return {
      instruments: Int32Array.of(groupOf[group]),
      slope: Float64Array.of(groupCount[group] * 125),
      low: Float64Array.of(price * 0.7),
      high: Float64Array.of(price * 1.3),
    };
  }

  rounding(): number {
    return 2;
  }
}

// ——— the book ———

/** Draws instruments with weight rank^-0.855. */
export function popularity(): (roll: number) => number {
  const cumulative = new Float64Array(INSTRUMENTS);
  let sum = 0;
  for (let rank = 0; rank < INSTRUMENTS; rank++) cumulative[rank] = sum += (rank + 1) ** -0.855;
  return (roll) => {
    const target = roll * sum;
    let low = 0;
    let high = INSTRUMENTS - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle] < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Everybody's positions and cash, before anything is built from them. */
export interface Book {
  /** What both ways value at; the certificates are told of it. */
  readonly prices: Float64Array;
  readonly instruments: Uint32Array;
  readonly units: Float64Array;
  readonly cash: Float64Array;
}

export function drawBook(): Book {
  const chance = random(7);
  const pick = popularity();
  const prices = Float64Array.from({ length: INSTRUMENTS }, () => Math.round((5 + chance() * 295) * 100) * CENT);
  for (let instrument = 0; instrument < INSTRUMENTS; instrument++)
    rates[instrument] = [0.25, 0.25, 0.3, 0.5, 1][Math.floor(chance() ** 2 * 5)] ?? 0.25;
  const instruments = new Uint32Array(POSITIONS);
  const units = new Float64Array(POSITIONS);
  const cash = new Float64Array(ACCOUNTS);
  const used = new Set<number>();
  for (let account = 0, position = 0; account < ACCOUNTS; account++) {
    used.clear();
    let gross = 0;
    let net = 0;
    while (used.size < POSITIONS_PER_ACCOUNT) {
      const instrument = pick(chance());
      if (used.has(instrument)) continue;
      used.add(instrument);
      const held = (1 + Math.floor(chance() * 400)) * (chance() < 0.08 ? -1 : 1);
      instruments[position] = instrument;
      units[position++] = held;
      gross += Math.abs(held) * (prices[instrument] / CENT);
      net += VALUES.contribution(1, instrument, held, prices[instrument], ONE);
    }
    if (account % GROUP_EVERY === 0) {
      const group = account / GROUP_EVERY;
      groupOf[group] = Math.floor(chance() * TICKING);
      groupStrike[group] = prices[groupOf[group]];
      groupCount[group] = 100 * (1 + Math.floor(chance() * 3));
      net += groupExcess(group, 1, prices[groupOf[group]]);
    }
    const [a, b, c] = [chance(), chance(), chance()];
    const middle = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    cash[account] = Math.round((chance() < 0.002 ? -0.4 : 0.75 * middle) * gross - net);
  }
  return { prices, instruments, units, cash };
}

// ——— visiting holders ———

export class Visitors {
  readonly from = new Uint32Array(INSTRUMENTS + 1);
  readonly #holder = new Uint32Array(POSITIONS);
  readonly #held = new Float64Array(POSITIONS);
  readonly #groupsFrom = new Uint32Array(INSTRUMENTS + 1);
  readonly #group = new Uint32Array(groupOf.length);
  readonly #excess = new Float64Array(ACCOUNTS * BOUNDARIES);
  readonly #rung = new Uint8Array(ACCOUNTS);
  readonly #prices: Float64Array;
  readonly #long = new Float64Array(BOUNDARIES * 2);
  readonly #short = new Float64Array(BOUNDARIES * 2);
  moves = 0;

  constructor({ prices, instruments, units, cash }: Book) {
    this.#prices = prices.slice();
    for (const instrument of instruments) this.from[instrument + 1]++;
    for (const of of groupOf) this.#groupsFrom[of + 1]++;
    for (let instrument = 0; instrument < INSTRUMENTS; instrument++) {
      this.from[instrument + 1] += this.from[instrument];
      this.#groupsFrom[instrument + 1] += this.#groupsFrom[instrument];
    }
    const next = this.from.slice();
    const nextGroup = this.#groupsFrom.slice();
    for (let position = 0; position < POSITIONS; position++) {
      const instrument = instruments[position];
      const at = next[instrument]++;
      this.#holder[at] = Math.floor(position / POSITIONS_PER_ACCOUNT);
      this.#held[at] = units[position];
      for (let boundary = 0; boundary < BOUNDARIES; boundary++)
        this.#excess[this.#holder[at] * BOUNDARIES + boundary] += VALUES.contribution(
          boundary,
          instrument,
          units[position],
          prices[instrument],
          ONE,
        );
    }
    for (let account = 0; account < ACCOUNTS; account++) {
      const group = account / GROUP_EVERY;
      if (Number.isInteger(group)) this.#group[nextGroup[groupOf[group]]++] = group;
      for (let boundary = 0; boundary < BOUNDARIES; boundary++) {
        const at = account * BOUNDARIES + boundary;
        this.#excess[at] += cash[account];
        if (Number.isInteger(group)) this.#excess[at] += groupExcess(group, boundary, prices[groupOf[group]]);
      }
      this.#rung[account] = this.#find(account);
    }
  }

  holders(instrument: number): number {
    return this.from[instrument + 1] - this.from[instrument];
  }

  rung(account: number): number {
    return this.#rung[account];
  }

  #find(account: number): number {
    const at = account * BOUNDARIES;
    return Number(this.#excess[at] < 0) + Number(this.#excess[at + 1] < 0) + Number(this.#excess[at + 2] < 0);
  }

  tick(instrument: number, price: number): void {
    const before = this.#prices[instrument];
    if (price === before) return;
    this.#prices[instrument] = price;
    for (let boundary = 0; boundary < BOUNDARIES; boundary++) {
      this.#long[boundary] = longValue(boundary, instrument, price);
      this.#long[boundary + BOUNDARIES] = longValue(boundary, instrument, before);
      this.#short[boundary] = shortValue(boundary, instrument, price);
      this.#short[boundary + BOUNDARIES] = shortValue(boundary, instrument, before);
    }
    this.#visit(this.from[instrument], this.from[instrument + 1]);
    const end = this.#groupsFrom[instrument + 1];
    for (let at = this.#groupsFrom[instrument]; at < end; at++) {
      const group = this.#group[at];
      const account = group * GROUP_EVERY;
      for (let boundary = 0; boundary < BOUNDARIES; boundary++)
        this.#excess[account * BOUNDARIES + boundary] +=
          groupExcess(group, boundary, price) - groupExcess(group, boundary, before);
      this.#rung[account] = this.#find(account);
    }
  }

  #visit(from: number, end: number): void {
    const holder = this.#holder;
    const held = this.#held;
    const excess = this.#excess;
    const rungs = this.#rung;
    const [long0, long1, long2, wasLong0, wasLong1, wasLong2] = this.#long;
    const [short0, short1, short2, wasShort0, wasShort1, wasShort2] = this.#short;
    for (let at = from; at < end; at++) {
      const units = held[at];
      const account = holder[at];
      const first = account * BOUNDARIES;
      let rung = 0;
      if (units > 0) {
        rung += (excess[first] += Math.round(units * long0) - Math.round(units * wasLong0)) < 0 ? 1 : 0;
        rung += (excess[first + 1] += Math.round(units * long1) - Math.round(units * wasLong1)) < 0 ? 1 : 0;
        rung += (excess[first + 2] += Math.round(units * long2) - Math.round(units * wasLong2)) < 0 ? 1 : 0;
      } else {
        rung += (excess[first] += Math.round(units * short0) - Math.round(units * wasShort0)) < 0 ? 1 : 0;
        rung += (excess[first + 1] += Math.round(units * short1) - Math.round(units * wasShort1)) < 0 ? 1 : 0;
        rung += (excess[first + 2] += Math.round(units * short2) - Math.round(units * wasShort2)) < 0 ? 1 : 0;
      }
      if (rung !== rungs[account]) {
        rungs[account] = rung;
        this.moves++;
      }
    }
  }

  /** The same visit without rounding, back and forth: to be timed, and to leave nothing behind. */
  unrounded(instrument: number, change: number): void {
    const end = this.from[instrument + 1];
    for (let at = this.from[instrument]; at < end; at++) {
      const units = this.#held[at];
      const first = this.#holder[at] * BOUNDARIES;
      this.#excess[first] += units * change;
      this.#excess[first + 1] += units * change;
      this.#excess[first + 2] += units * change;
    }
  }
}
