/**
 * The certificates against the slow and obvious way, after every step of what markets and customers do: random walks, gaps, a
 * crash, a squeeze; fills, new positions, closes, transfers; unknown prices, exchange rates, other rules, groups.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { AccountStates, RUNG_UNKNOWN } from "../../src/margin/certificates/account-states.ts";
import { DOLLAR, NaiveStates, Stocks, StraddleValues } from "./naive-states.ts";

/** Small numbers from a seed (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

interface MarketSize {
  readonly accounts?: number;
  readonly instruments?: number;
  /** Of the instruments, the last: priced in the currency, which is the one before them. */
  readonly foreign?: number;
  readonly groups?: boolean;
  readonly values?: Stocks;
}

/** Both ways side by side; the rungs that the observer was told of must be the rungs that are. */
class Pair {
  readonly values: Stocks;
  readonly states: AccountStates;
  readonly naive: NaiveStates;
  readonly straddles: StraddleValues;
  readonly told = new Map<number, number>();
  readonly accounts: number;
  readonly roll: (sides: number) => number;
  readonly prices: number[];
  readonly currency: number;
  moves = 0;

  constructor(seed: number, size: MarketSize = {}) {
    const { accounts = 40, instruments = 6, foreign = 0, groups = false, values = new Stocks() } = size;
    this.accounts = accounts;
    this.values = values;
    this.roll = dice(seed);
    this.prices = Array.from({ length: instruments }, () => 30_000 + this.roll(900_000));
    this.straddles = new StraddleValues((instrument) => this.prices[instrument]);
    this.naive = new NaiveStates(values, this.straddles);
    this.states = new AccountStates(
      values,
      {
        rungChanged: (account, from, to) => {
          assert.equal(this.told.get(account) ?? 0, from, `account ${account} leaves the rung that it was on`);
          assert.notEqual(from, to);
          this.told.set(account, to);
          this.moves++;
        },
      },
      this.straddles,
    );
    this.currency = foreign > 0 ? instruments - foreign - 1 : instruments;
    if (foreign > 0) this.prices[this.currency] = 11_000;
    for (let instrument = this.currency + 1; instrument < instruments; instrument++) {
      this.states.currencyChanged(instrument, this.currency);
      this.naive.currencyChanged(instrument, this.currency);
    }
    for (const [instrument, price] of this.prices.entries()) this.price(instrument, price);
    for (let account = 0; account < accounts; account++) {
      this.open(account);
      if (groups && account % 3 === 0) this.group(account);
    }
    this.check("at the start");
  }

  /** An account with some positions, short ones too, and cash that leaves it somewhere on the ladder, mostly above. */
  open(account: number): void {
    let gross = 0;
    for (const [instrument, price] of this.prices.entries()) {
      if (this.roll(3) === 0) continue;
      const units = (this.roll(8) === 0 ? -1 : 1) * (1 + this.roll(400));
      this.units(account, instrument, units);
      gross += (units * price * (instrument > this.currency ? this.prices[this.currency] / DOLLAR : 1)) / 100;
    }
    this.cash(account, -Math.round(gross * (this.roll(85) / 100)) + this.roll(5_000));
    this.states.settle();
  }

  group(account: number): void {
    const of = this.roll(Math.min(this.prices.length, this.currency));
    const spreadOf = this.roll(Math.min(this.prices.length, this.currency));
    if (spreadOf === of) return;
    const strike = this.prices[of];
    this.straddles.groups.push({ of, strike, count: this.roll(30), spreadOf, spreads: this.roll(30) });
    this.naive.groupChanged(account, this.straddles.groups.length - 1);
    this.states.groupChanged(account, this.straddles.groups.length - 1);
    this.states.settle();
  }

  ungroup(account: number, group: number): void {
    this.naive.groupRemoved(account, group);
    this.states.groupRemoved(account, group);
    this.states.settle();
  }

  price(instrument: number, price: number): void {
    this.prices[instrument] = price;
    this.naive.priceChanged(instrument, price);
    this.states.priceChanged(instrument, price);
  }

  cash(account: number, change: number): void {
    this.naive.cashChanged(account, change);
    this.states.cashChanged(account, change);
  }

  units(account: number, instrument: number, change: number): void {
    this.naive.unitsChanged(account, instrument, change);
    this.states.unitsChanged(account, instrument, change);
  }

  /** By so many basis points; a rate by a tenth of that. */
  move(instrument: number, basisPoints: number): void {
    const by = instrument === this.currency ? basisPoints / 10 : basisPoints;
    this.price(instrument, Math.max(1, Math.round(this.prices[instrument] * (1 + by / 10_000))));
  }

  someAccount(): number {
    return this.roll(this.accounts);
  }

  someInstrument(): number {
    return this.roll(this.prices.length);
  }

  /** A trade at the market: units against cash. */
  trade(): void {
    const account = this.someAccount();
    const instrument = this.someInstrument();
    if (Number.isNaN(this.prices[instrument])) return;
    const held = this.naive.units(account, instrument);
    const units = this.roll(4) === 0 ? -held : (this.roll(2) === 0 ? -1 : 1) * (1 + this.roll(150));
    this.units(account, instrument, units);
    this.cash(account, Math.round((-units * this.prices[instrument]) / 100));
    this.states.settle();
  }

  /** A position moves from one account to another. */
  transfer(): void {
    const [from, to, instrument] = [this.someAccount(), this.someAccount(), this.someInstrument()];
    const units = this.naive.units(from, instrument);
    this.units(from, instrument, -units);
    this.units(to, instrument, units);
    this.states.settle();
  }

  /** The rules of one instrument change. */
  rule(): void {
    const instrument = this.someInstrument();
    this.values.house.set(instrument, 20 + this.roll(80));
    this.states.valuesChanged(instrument);
  }

  check(when: string): void {
    let onRungs = 0;
    for (let account = 0; account < this.accounts; account++) {
      const rung = this.naive.rung(account);
      assert.equal(this.states.rung(account), rung, `account ${account} ${when}`);
      assert.equal(this.told.get(account) ?? 0, rung, `what was told of account ${account} ${when}`);
    }
    for (let rung = RUNG_UNKNOWN; rung <= this.values.boundaries; rung++) {
      for (const account of this.states.accountsOn(rung)) assert.equal(this.states.rung(account), rung);
      onRungs += this.states.accountsOn(rung).length;
    }
    assert.equal(onRungs, this.accounts);
  }
}

test("a random walk, with trades, transfers, deposits and withdrawals in between", () => {
  for (const seed of [1, 2, 3]) {
    const pair = new Pair(seed);
    for (let step = 0; step < 2500; step++) {
      const what = pair.roll(100);
      if (what < 85) pair.move(pair.someInstrument(), pair.roll(101) - 50);
      else if (what < 94) pair.trade();
      else if (what < 97) pair.transfer();
      else {
        pair.cash(pair.someAccount(), pair.roll(400_001) - 200_000);
        pair.states.settle();
      }
      pair.check(`after step ${step} of walk ${seed}`);
    }
    assert.ok(pair.moves > 20);
  }
});

test("gaps up and down, through the low prices where the rules change", () => {
  for (const seed of [11, 12]) {
    const pair = new Pair(seed, { accounts: 300 });
    for (let step = 0; step < 200; step++) {
      const size = pair.roll(5) === 0 ? 4000 : 600;
      pair.move(pair.someInstrument(), pair.roll(2 * size + 1) - size);
      pair.check(`after gap ${step} of ${seed}`);
    }
    assert.ok(pair.states.statistics.gaps > 0 && pair.states.statistics.overdue > 0);
  }
});

test("one name falls 25 percent, in three minutes and in one tick, between ticks of the others", () => {
  for (const ticks of [200, 1]) {
    const pair = new Pair(21, { accounts: 250 });
    const from = pair.prices[0];
    for (let tick = 1; tick <= ticks; tick++) {
      pair.price(0, Math.round(from * (1 - (0.25 * tick) / ticks)));
      pair.check(`after ${tick} of ${ticks}`);
      pair.move(1 + pair.roll(5), pair.roll(11) - 5);
      pair.check(`in between, after ${tick} of ${ticks}`);
    }
    for (let tick = 0; tick < 100; tick++) {
      pair.move(pair.someInstrument(), pair.roll(41) - 20);
      pair.check(`${tick} ticks after the fall`);
    }
  }
});

test("a gap leaves every account within some cents of a boundary, where only whole cents decide", () => {
  const values = new Stocks();
  const from = 1_234_567;
  for (const to of [1_111_111, 617_283, 123_457, 49_999, 1_604_939]) {
    const naive = new NaiveStates(values);
    const states = new AccountStates(values, { rungChanged: () => undefined });
    const prices = [from, 987_654, 34_567, 2_345_678];
    for (const [instrument, price] of prices.entries())
      for (const each of [states, naive]) each.priceChanged(instrument, price);
    const roll = dice(to);
    for (let account = 0; account < 400; account++) {
      const boundary = account % 3;
      let cash = (account % 11) - 5;
      for (const [instrument, price] of prices.entries()) {
        const units = (roll(6) === 0 ? -1 : 1) * (1 + roll(997));
        for (const each of [states, naive]) each.unitsChanged(account, instrument, units);
        cash -= values.contribution(boundary, instrument, units, instrument === 0 ? to : price, DOLLAR);
      }
      for (const each of [states, naive]) each.cashChanged(account, cash);
    }
    states.settle();
    for (const price of [to, from, to, to + 1, to - 1, to]) {
      for (const each of [states, naive]) each.priceChanged(0, price);
      for (let account = 0; account < 400; account++)
        assert.equal(states.rung(account), naive.rung(account), `account ${account} at ${price}, of a gap to ${to}`);
    }
    assert.ok(states.statistics.gaps > 0);
  }
});

test("everything falls 10 percent; then a name goes up, limit by limit, against those who are short", () => {
  const pair = new Pair(31, { accounts: 200, instruments: 8 });
  for (let step = 0; step < 150; step++) {
    for (let instrument = 0; instrument < 8; instrument++) pair.move(instrument, -7 + (pair.roll(3) - 1));
    pair.check(`after step ${step} of the fall`);
  }
  for (let limit = 0; limit < 20; limit++) {
    pair.move(2, 1000);
    pair.check(`after limit ${limit}`);
    pair.move(pair.someInstrument(), pair.roll(21) - 10);
    pair.check(`after limit ${limit}, another name`);
  }
  assert.ok(pair.moves > 200);
});

test("prices become unknown and known again; whoever holds one is on no rung meanwhile", () => {
  for (const seed of [41, 42]) {
    const pair = new Pair(seed, { accounts: 60 });
    let unknown = 0;
    for (let step = 0; step < 1500; step++) {
      const instrument = pair.someInstrument();
      if (Number.isNaN(pair.prices[instrument])) {
        if (pair.roll(8) === 0) pair.price(instrument, 30_000 + pair.roll(900_000));
      } else if (pair.roll(60) === 0) pair.price(instrument, Number.NaN);
      else if (pair.roll(10) === 0) pair.trade();
      else pair.move(instrument, pair.roll(401) - 200);
      pair.check(`after step ${step} of ${seed}`);
      unknown += pair.states.accountsOn(RUNG_UNKNOWN).length;
    }
    assert.ok(unknown > 0);
  }
});

test("several currencies: a rate moves everything that is priced in it", () => {
  for (const seed of [51, 52]) {
    const pair = new Pair(seed, { accounts: 60, instruments: 8, foreign: 4 });
    for (let step = 0; step < 1200; step++) {
      const what = pair.roll(100);
      if (what < 30) pair.move(pair.currency, pair.roll(401) - 200);
      else if (what < 90) pair.move(pair.someInstrument(), pair.roll(201) - 100);
      else if (what < 92) pair.price(pair.currency, Number.NaN);
      else pair.trade();
      if (Number.isNaN(pair.prices[pair.currency]) && pair.roll(5) === 0)
        pair.price(pair.currency, 9_000 + pair.roll(4000));
      pair.check(`after step ${step} of ${seed}`);
    }
    assert.ok(pair.moves > 100);
  }
});

test("the rules of an instrument change, and then all of them", () => {
  const pair = new Pair(61, { accounts: 100 });
  for (let step = 0; step < 1000; step++) {
    if (pair.roll(20) === 0) pair.rule();
    else pair.move(pair.someInstrument(), pair.roll(201) - 100);
    if (step % 250 === 249) {
      for (let instrument = 0; instrument < 6; instrument++) pair.values.house.set(instrument, 20 + pair.roll(60));
      pair.states.rebuild();
    }
    pair.check(`after step ${step}`);
  }
});

test("groups that are no sum of positions, which come, change and go", () => {
  for (const seed of [71, 72]) {
    const pair = new Pair(seed, { accounts: 60, groups: true });
    for (let step = 0; step < 1500; step++) {
      const what = pair.roll(100);
      if (what < 85) pair.move(pair.someInstrument(), what < 3 ? pair.roll(6001) - 3000 : pair.roll(101) - 50);
      else if (what < 94) pair.trade();
      else if (what < 97) pair.group(pair.someAccount());
      else pair.ungroup(pair.someAccount(), pair.roll(pair.straddles.groups.length));
      pair.check(`after step ${step} of ${seed}`);
    }
    assert.ok(pair.moves > 100);
  }
});

test("all of it at once", () => {
  for (const seed of [81, 82, 83]) {
    const pair = new Pair(seed, { accounts: 80, instruments: 9, foreign: 3, groups: true });
    for (let step = 0; step < 1200; step++) {
      const what = pair.roll(200);
      if (what < 150) pair.move(pair.someInstrument(), what < 6 ? pair.roll(6001) - 3000 : pair.roll(101) - 50);
      else if (what < 176) pair.trade();
      else if (what < 182) pair.transfer();
      else if (what < 186) pair.group(pair.someAccount());
      else if (what < 190) pair.ungroup(pair.someAccount(), pair.roll(Math.max(1, pair.straddles.groups.length)));
      else if (what < 194) pair.rule();
      else if (what < 196) pair.price(pair.someInstrument(), Number.NaN);
      else if (what < 197) pair.states.rebuild();
      for (const [instrument, price] of pair.prices.entries())
        if (Number.isNaN(price) && pair.roll(20) === 0) pair.price(instrument, 10_000 + pair.roll(300_000));
      pair.check(`after step ${step} of ${seed}`);
    }
  }
});

test("canary: a unit value that hides a part of a fall is found out", () => {
  class Liar extends Stocks {
    override long(boundary: number, instrument: number, price: number): number {
      return super.long(boundary, instrument, price * 0.5 + 100_000);
    }
  }
  assert.throws(() => {
    const pair = new Pair(1, { values: new Liar() });
    for (let step = 0; step < 4000; step++) {
      pair.move(pair.someInstrument(), pair.roll(101) - 50);
      pair.check(`after step ${step}`);
    }
  }, /account \d+ /);
});

/** Accounts with nothing but cash and a group. */
function groupsOnly(share: number): number {
  let price = 1_000_000;
  const straddles = new StraddleValues(() => price);
  const truth = straddles.slopes.bind(straddles);
  straddles.slopes = (group) => {
    const slopes = truth(group);
    return { ...slopes, slope: slopes.slope.map((slope) => slope * share) };
  };
  const values = new Stocks();
  const states = new AccountStates(values, { rungChanged: () => undefined }, straddles);
  const naive = new NaiveStates(values, straddles);
  states.priceChanged(0, price);
  states.priceChanged(1, price);
  for (let account = 0; account < 50; account++) {
    straddles.groups.push({ of: 0, strike: price, count: 100, spreadOf: 1, spreads: 0 });
    for (const each of [states, naive]) {
      each.cashChanged(account, 240_000 + account * 40_000);
      each.groupChanged(account, account);
    }
  }
  states.settle();
  let wrong = 0;
  for (let step = 0; step < 1000; step++) {
    price += step < 500 ? 1200 : -1200;
    states.priceChanged(0, price);
    for (let account = 0; account < 50; account++) if (states.rung(account) !== naive.rung(account)) wrong++;
  }
  return wrong;
}

test("canary: a group that hides how fast it falls is found out", () => {
  assert.equal(groupsOnly(1), 0);
  assert.ok(groupsOnly(0.2) > 0);
});
