/**
 * Very many random ticks through the certificates, held against running sums by account after every tick: each account that
 * depends on what ticked is compared, and all accounts every so often. Between ticks there are fills, new positions, closes,
 * money in and out (which puts accounts close to a boundary, where it matters), gaps, prices that become unknown, exchange
 * rates, groups that come and go, other rules.
 *
 * PLIMSOLL_TICKS sets how many ticks: a million by default, a thousand million at night. PLIMSOLL_SEED sets the seed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccountStates, RUNG_UNKNOWN } from "../../src/margin/certificates/account-states.ts";
import type { GroupValues, UnitValues } from "../../src/margin/certificates/unit-values.ts";

const TICKS = Number(process.env["PLIMSOLL_TICKS"] ?? 1_000_000);
const SEED = Number(process.env["PLIMSOLL_SEED"] ?? 1);
const ACCOUNTS = 48;
const POSITIONS_MOST = 5;
const INSTRUMENTS = 16;
/** The currency, and what is priced in it: all after it. */
const CURRENCY = 13;
const BOUNDARIES = 3;
/** Prices are in cents. */
const ONE = 100;
const GROUPS = 6;
const ALL_COMPARED_EVERY = 5000;

/** Percent that a long requires, by instrument; a short requires five more. Below $5 it is 100, and $2.50 a unit short. */
const percent = new Float64Array(INSTRUMENTS).fill(25);

const VALUES: UnitValues = {
  boundaries: BOUNDARIES,
  one: ONE,
  rounding: 3,
  long(boundary, instrument, price) {
    if (boundary === 2) return price;
    const rate = price < 5 * ONE ? 100 : percent[instrument];
    return Math.max(0, price * (1 - rate / 100 - (boundary === 0 ? 0.05 : 0)));
  },
  short(boundary, instrument, price) {
    if (boundary === 2) return price;
    const rate = price < 5 * ONE ? 100 : percent[instrument] + 5;
    return price + Math.max(price < 5 * ONE ? 250 : 500, (price * rate) / 100) + (boundary === 0 ? price * 0.05 : 0);
  },
  contribution(boundary, instrument, units, price, rate) {
    const value = rate === ONE ? units * price : Math.round((units * price * rate) / ONE);
    if (boundary === 2) return value;
    const dollars = price * (rate / ONE);
    const isLow = dollars < 5 * ONE;
    const cushion = boundary === 0 ? Math.round(Math.abs(value) / 20) : 0;
    if (units > 0)
      return Math.max(0, value - Math.round((value * (isLow ? 100 : percent[instrument])) / 100) - cushion);
    const share = Math.round((-value * (isLow ? 100 : percent[instrument] + 5)) / 100);
    return value - Math.max(-units * (isLow ? 250 : 500), share) - cushion;
  },
};

/** Sums by account that every tick of what it holds keeps. */
class Sums implements GroupValues {
  readonly prices = new Float64Array(INSTRUMENTS);
  readonly excess = new Float64Array(ACCOUNTS * BOUNDARIES);
  readonly #units = new Float64Array(ACCOUNTS * INSTRUMENTS);
  readonly #parts = new Float64Array(ACCOUNTS * INSTRUMENTS * BOUNDARIES);
  /** How many things an account holds that have no price. */
  readonly #unknowns = new Int32Array(ACCOUNTS);
  readonly #isUnknown = new Uint8Array(ACCOUNTS * INSTRUMENTS);
  /** Groups: whose (−1: nobody's), on which two instruments, how many straddles at which strike. */
  readonly owner = new Int32Array(GROUPS).fill(-1);
  readonly of = new Int32Array(GROUPS * 2);
  readonly strike = new Float64Array(GROUPS);
  readonly count = new Float64Array(GROUPS);
  readonly #isGroupUnknown = new Uint8Array(GROUPS);
  readonly #groupParts = new Float64Array(GROUPS * BOUNDARIES);
  readonly #measured = new Float64Array(BOUNDARIES);

  rung(account: number): number {
    if (this.#unknowns[account] > 0) return RUNG_UNKNOWN;
    const at = account * BOUNDARIES;
    let rung = 0;
    while (rung < BOUNDARIES && this.excess[at + rung] < 0) rung++;
    return rung;
  }

  units(account: number, instrument: number): number {
    return this.#units[account * INSTRUMENTS + instrument];
  }

  positions(account: number): number {
    let count = 0;
    for (let instrument = 0; instrument < INSTRUMENTS; instrument++) if (this.units(account, instrument) !== 0) count++;
    return count;
  }

  addCash(account: number, cents: number): void {
    for (let boundary = 0; boundary < BOUNDARIES; boundary++) this.excess[account * BOUNDARIES + boundary] += cents;
  }

  addUnits(account: number, instrument: number, units: number): void {
    this.#units[account * INSTRUMENTS + instrument] += units;
    this.#value(account, instrument);
  }

  /** Values everything that depends on an instrument. */
  tick(instrument: number): void {
    for (let account = 0; account < ACCOUNTS; account++)
      if (this.#units[account * INSTRUMENTS + instrument] !== 0) this.#value(account, instrument);
    for (let group = 0; group < GROUPS; group++) if (this.#groupDependsOn(group, instrument)) this.valueGroup(group, 1);
  }

  /** Visits every account that depends on an instrument. */
  holders(instrument: number, visit: (account: number) => void): void {
    for (let account = 0; account < ACCOUNTS; account++)
      if (this.#units[account * INSTRUMENTS + instrument] !== 0) visit(account);
    for (let group = 0; group < GROUPS; group++) if (this.#groupDependsOn(group, instrument)) visit(this.owner[group]);
  }

  #groupDependsOn(group: number, instrument: number): boolean {
    if (this.owner[group] === -1) return false;
    return this.of[group * 2] === instrument || this.of[group * 2 + 1] === instrument;
  }

  #value(account: number, instrument: number): void {
    const at = account * INSTRUMENTS + instrument;
    const units = this.#units[at];
    const price = this.prices[instrument];
    const rate = instrument > CURRENCY ? this.prices[CURRENCY] : ONE;
    const isUnknown = units !== 0 && Number.isNaN(price + rate) ? 1 : 0;
    this.#unknowns[account] += isUnknown - this.#isUnknown[at];
    this.#isUnknown[at] = isUnknown;
    for (let boundary = 0; boundary < BOUNDARIES; boundary++) {
      const part = units === 0 || isUnknown === 1 ? 0 : VALUES.contribution(boundary, instrument, units, price, rate);
      this.excess[account * BOUNDARIES + boundary] += part - this.#parts[at * BOUNDARIES + boundary];
      this.#parts[at * BOUNDARIES + boundary] = part;
    }
  }

  /** Counts a group in (1) or out (0). */
  valueGroup(group: number, counted: 0 | 1): void {
    this.measure(group, this.#measured);
    const account = this.owner[group];
    const isUnknown = counted === 1 && Number.isNaN(this.#measured[0]) ? 1 : 0;
    this.#unknowns[account] += isUnknown - this.#isGroupUnknown[group];
    this.#isGroupUnknown[group] = isUnknown;
    for (let boundary = 0; boundary < BOUNDARIES; boundary++) {
      const part = counted === 0 || isUnknown === 1 ? 0 : this.#measured[boundary];
      this.excess[account * BOUNDARIES + boundary] += part - this.#groupParts[group * BOUNDARIES + boundary];
      this.#groupParts[group * BOUNDARIES + boundary] = part;
    }
  }

  measure(group: number, excess: Float64Array): void {
    const one = this.prices[this.of[group * 2]];
    const other = this.prices[this.of[group * 2 + 1]];
    const away = Math.max(Math.abs(one - this.strike[group]), one / 5) + Math.abs(other - this.strike[group]) / 4;
    for (let boundary = 0; boundary < BOUNDARIES; boundary++)
      excess[boundary] = -Math.round(this.count[group] * away * (1.2 - boundary / 10));
  }

  slopes(group: number) {
    const [one, other] = [this.of[group * 2], this.of[group * 2 + 1]];
    const [price, otherPrice] = [this.prices[one] / ONE, this.prices[other] / ONE];
    return {
      instruments: Int32Array.of(one, other),
      slope: Float64Array.of(this.count[group] * 1.2 * ONE, this.count[group] * 0.3 * ONE),
      low: Float64Array.of(price * 0.8, otherPrice * 0.9),
      high: Float64Array.of(price * 1.2, otherPrice * 1.1),
    };
  }

  rounding(): number {
    return 1;
  }
}

class Walk {
  readonly sums = new Sums();
  readonly states: AccountStates;
  moves = 0;
  ticks = 0;
  #state = SEED;
  readonly #from: Float64Array;
  readonly #compare: (account: number) => void;

  constructor() {
    this.states = new AccountStates(VALUES, { rungChanged: () => void this.moves++ }, this.sums);
    this.#from = Float64Array.from({ length: INSTRUMENTS }, () => 300 + this.roll(30_000));
    this.#from[CURRENCY] = 110;
    this.#compare = (account) => {
      if (this.states.rung(account) !== this.sums.rung(account)) this.fail(account);
    };
    for (let instrument = CURRENCY + 1; instrument < INSTRUMENTS; instrument++)
      this.states.currencyChanged(instrument, CURRENCY);
    for (let instrument = 0; instrument < INSTRUMENTS; instrument++) this.price(instrument, this.#from[instrument]);
    for (let account = 0; account < ACCOUNTS; account++) {
      for (let each = 0; each < 5; each++)
        this.trade(account, this.roll(INSTRUMENTS), (1 + this.roll(300)) * (this.roll(6) === 0 ? -1 : 1));
      this.nearBoundary(account);
    }
  }

  /** A number below `sides`: xorshift. */
  roll(sides: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % sides;
  }

  fail(account: number): never {
    assert.equal(
      this.states.rung(account),
      this.sums.rung(account),
      `account ${account} after tick ${this.ticks} of seed ${SEED}: ${this.sums.excess.subarray(account * BOUNDARIES, (account + 1) * BOUNDARIES).join(", ")}`,
    );
    throw new Error("the difference has gone");
  }

  price(instrument: number, price: number): void {
    this.sums.prices[instrument] = price;
    this.states.priceChanged(instrument, price);
    this.ticks++;
    const last = instrument === CURRENCY ? INSTRUMENTS - 1 : instrument;
    for (let each = instrument; each <= last; each++) this.sums.tick(each);
    for (let each = instrument; each <= last; each++) this.sums.holders(each, this.#compare);
  }

  /** Most steps are of some basis points; one of a thousand is a gap. Prices come back to where they began. */
  tick(): void {
    const instrument = this.roll(INSTRUMENTS);
    const price = this.sums.prices[instrument];
    const from = this.#from[instrument];
    if (Number.isNaN(price)) {
      if (this.roll(20) === 0) this.price(instrument, from);
      return;
    }
    const chance = this.roll(10_000);
    if (chance === 0) this.price(instrument, Number.NaN);
    else if (chance < 6) this.price(instrument, Math.max(1, Math.round(price * (0.5 + this.roll(1000) / 1000))));
    else {
      const step = Math.max(1, price / (instrument === CURRENCY ? 100 : 500));
      const pull = (from - price) / 2000;
      this.price(instrument, Math.max(1, Math.round(price + pull + ((this.roll(2001) - 1000) / 1000) * step)));
    }
  }

  trade(account: number, instrument: number, units: number): void {
    if (this.sums.units(account, instrument) === 0 && this.sums.positions(account) === POSITIONS_MOST) return;
    const price = this.sums.prices[instrument] * (instrument > CURRENCY ? this.sums.prices[CURRENCY] / ONE : 1);
    const cash = Number.isNaN(price) ? 0 : Math.round(-units * price);
    this.sums.addUnits(account, instrument, units);
    this.sums.addCash(account, cash);
    this.states.unitsChanged(account, instrument, units);
    this.states.cashChanged(account, cash);
    this.states.settle();
    this.#compare(account);
  }

  /** Money in or out that leaves the account some cents or some dollars from a boundary. */
  nearBoundary(account: number): void {
    const boundary = this.roll(BOUNDARIES);
    const reach = this.roll(8) === 0 ? 20 : 500_000;
    const cash = -this.sums.excess[account * BOUNDARIES + boundary] + this.roll(2 * reach) - reach;
    this.sums.addCash(account, cash);
    this.states.cashChanged(account, cash);
    this.states.settle();
    this.#compare(account);
  }

  regroup(): void {
    const group = this.roll(GROUPS);
    const { owner, of, strike, count, prices } = this.sums;
    if (owner[group] !== -1) {
      const account = owner[group];
      this.sums.valueGroup(group, 0);
      owner[group] = -1;
      this.states.groupRemoved(account, group);
      this.states.settle();
      this.#compare(account);
      return;
    }
    const [one, other] = [this.roll(CURRENCY), this.roll(CURRENCY)];
    if (one === other || Number.isNaN(prices[one] + prices[other])) return;
    owner[group] = this.roll(ACCOUNTS);
    of[group * 2] = one;
    of[group * 2 + 1] = other;
    strike[group] = prices[one];
    count[group] = 100 * (1 + this.roll(4));
    this.sums.valueGroup(group, 1);
    this.states.groupChanged(owner[group], group);
    this.states.settle();
    this.#compare(owner[group]);
  }

  rule(): void {
    const instrument = this.roll(INSTRUMENTS);
    percent[instrument] = 25 + 5 * this.roll(8);
    this.states.valuesChanged(instrument);
    this.sums.tick(instrument);
    this.sums.holders(instrument, this.#compare);
  }

  /** What happens between two ticks, if anything. */
  between(): void {
    const chance = this.roll(20_000);
    if (chance >= 200) return;
    const account = this.roll(ACCOUNTS);
    const instrument = this.roll(INSTRUMENTS);
    if (chance < 70) this.trade(account, instrument, (1 + this.roll(100)) * (this.roll(2) === 0 ? -1 : 1));
    else if (chance < 120) this.trade(account, instrument, -this.sums.units(account, instrument));
    else if (chance < 190) this.nearBoundary(account);
    else if (chance < 198) this.regroup();
    else if (chance < 199) this.rule();
    else if (this.roll(50) === 0) this.states.rebuild();
  }

  compareAll(): void {
    const onRungs = Array.from({ length: BOUNDARIES + 2 }, () => 0);
    for (let account = 0; account < ACCOUNTS; account++) {
      this.#compare(account);
      onRungs[this.sums.rung(account) - RUNG_UNKNOWN]++;
    }
    for (const [list, count] of onRungs.entries())
      assert.equal(
        this.states.accountsOn(list + RUNG_UNKNOWN).length,
        count,
        `accounts on rung ${list + RUNG_UNKNOWN}`,
      );
  }
}

test(`${TICKS.toLocaleString("en-US")} random ticks: every account is on its rung after each of them`, () => {
  const walk = new Walk();
  for (let next = 0; walk.ticks < TICKS;) {
    walk.tick();
    walk.between();
    if (walk.ticks < next) continue;
    walk.compareAll();
    next += ALL_COMPARED_EVERY;
  }
  assert.ok(walk.moves > TICKS / 1000, "accounts moved between rungs");
});
