/**
 * A firm of the exactness walk: the account states and the slow sums side by side. Whatever happens is told to both, and every
 * account is compared after it: the rung that the states give, the rung that they last told of, and the rung that is.
 *
 * A firm follows from its seed alone, so that a difference is found again by playing that one firm.
 */
import assert from "node:assert/strict";
import { AccountStates, type RungObserver } from "../../../src/margin/certificates/account-states.ts";
import type { GroupValues, UnitValues } from "../../../src/margin/certificates/unit-values.ts";
import { Dice } from "./dice.ts";
import { type GroupKind, Groups } from "./groups.ts";
import { RATE_MOST, Rules } from "./rules.ts";
import type { Seen } from "./seen.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { Sums, UNKNOWN } from "./sums.ts";

/** Makes the states that are held to account: a canary makes others. */
export type MakeStates = (values: UnitValues, observer: RungObserver, groups: GroupValues) => AccountStates;

export const makeStates: MakeStates = (values, observer, groups) => new AccountStates(values, observer, groups);

/** Every sum is computed from nothing after so many ticks. */
const RECOMPUTED_EVERY = 500;
const KINDS: readonly GroupKind[] = [
  "straddle",
  "straddle",
  "straddle",
  "basket",
  "basket",
  "barrier",
  "barrier",
  "unbounded",
];

export class Firm {
  readonly seed: number;
  readonly dice: Dice;
  readonly shape: Shape;
  readonly rules: Rules;
  readonly groups: Groups;
  readonly sums: Sums;
  readonly states: AccountStates;
  /** How many accounts have been opened. */
  accounts = 0;
  ticks = 0;
  episode = "the opening";
  /** By account: the rung that was told of last. */
  readonly #told: Int8Array;
  /** By instrument: where its price comes back to. */
  readonly #centre: Float64Array;
  readonly #seen: Seen;
  readonly #excess: Float64Array;
  #nextRecomputed = RECOMPUTED_EVERY;
  /** What ticks, while it does. */
  #ticking = -1;

  constructor(seed: number, seen: Seen, make: MakeStates = makeStates) {
    this.seed = seed;
    this.dice = new Dice(seed);
    this.shape = shapeOf(this.dice);
    this.rules = new Rules(this.shape);
    this.groups = new Groups(this.shape, (instrument) => this.sums.dollars(instrument));
    this.sums = new Sums(this.shape, this.rules, this.groups);
    this.#seen = seen;
    this.#told = new Int8Array(this.shape.accounts);
    this.#excess = new Float64Array(this.rules.boundaries);
    this.#centre = Float64Array.from({ length: this.shape.instruments }, (_, instrument) =>
      this.#somePrice(instrument),
    );
    this.states = make(
      this.rules,
      { rungChanged: (account, from, to) => this.#rungChanged(account, from, to) },
      this.groups,
    );
    for (let instrument = 0; instrument < this.shape.instruments; instrument++) {
      if (instrument >= this.shape.dollars + this.shape.currencies) {
        const currency = this.shape.dollars + this.dice.roll(this.shape.currencies);
        this.sums.currency[instrument] = currency;
        this.states.currencyChanged(instrument, currency);
      }
      this.price(instrument, this.#centre[instrument]);
    }
    const first = Math.ceil((this.shape.accounts * 3) / 4);
    while (this.accounts < first) this.open();
    for (let group = 0; group < this.shape.groups; group++) this.regroup();
  }

  // ——— comparing ———

  #rungChanged(account: number, from: number, to: number): void {
    if (from !== this.#told[account] || from === to || to !== this.sums.rungs[account])
      this.#fail(account, `told to leave rung ${from} for ${to}`);
    this.#told[account] = to;
    this.#seen.moved(this, this.#ticking, from, to);
  }

  /** Every account is where it is told to be. */
  compare(): void {
    const { rungs } = this.sums;
    const told = this.#told;
    for (let account = 0; account < this.accounts; account++)
      if (this.states.rung(account) !== rungs[account] || told[account] !== rungs[account])
        this.#fail(account, `on rung ${this.states.rung(account)}, told of as ${told[account]}`);
  }

  /** The same from nothing: the sums too, the lists by rung, and what is known of the books. */
  compareFromNothing(): void {
    const { sums, states } = this;
    const { boundaries } = this.rules;
    const onRungs = Array.from({ length: boundaries + 2 }, () => 0);
    for (let account = 0; account < this.accounts; account++) {
      const rung = sums.recompute(account, this.#excess);
      if (states.rung(account) !== rung) this.#fail(account, `on rung ${states.rung(account)}, from nothing ${rung}`);
      assert.equal(sums.rungs[account], rung, "the sums of the walk are wrong");
      if (rung !== UNKNOWN)
        for (let boundary = 0; boundary < boundaries; boundary++)
          assert.equal(sums.excess[account * boundaries + boundary], this.#excess[boundary]);
      onRungs[rung - UNKNOWN]++;
    }
    for (const [list, count] of onRungs.entries()) {
      const accounts = states.accountsOn(list + UNKNOWN);
      if (accounts.length !== count) this.#fail(-1, `${accounts.length} and not ${count} on rung ${list + UNKNOWN}`);
      for (const account of accounts)
        if (states.rung(account) !== list + UNKNOWN) this.#fail(account, `listed on rung ${list + UNKNOWN}`);
    }
  }

  #fail(account: number, what: string): never {
    const { boundaries } = this.rules;
    const of = account === -1 ? "" : `account ${account}, `;
    const excess = this.sums.excess.subarray(account * boundaries, (account + 1) * boundaries);
    assert.fail(
      `firm ${this.seed}, tick ${this.ticks}, ${this.episode}: ${of}${what}; it is on ${this.sums.rungs[account]}` +
        ` with excess ${excess.join(", ")}. Again: PLIMSOLL_SEED=${this.seed} PLIMSOLL_TICKS=1`,
    );
  }

  // ——— prices ———

  /** A tick: both are told, and every account is compared. */
  price(instrument: number, price: number): void {
    const { states, sums } = this;
    sums.prices[instrument] = price;
    sums.tick(instrument);
    if (this.#isCurrency(instrument))
      for (let each = instrument + 1; each < this.shape.instruments; each++)
        if (sums.currency[each] === instrument) sums.tick(each);
    this.#seen.before(states);
    this.#ticking = instrument;
    states.priceChanged(instrument, price);
    this.#ticking = -1;
    this.ticks++;
    this.compare();
    this.#seen.after(this);
    if (this.ticks < this.#nextRecomputed) return;
    this.#nextRecomputed = this.ticks + RECOMPUTED_EVERY;
    this.compareFromNothing();
  }

  #isCurrency(instrument: number): boolean {
    const { dollars, currencies } = this.shape;
    return instrument >= dollars && instrument < dollars + currencies;
  }

  #somePrice(instrument: number): number {
    const { one, isSmall } = this.shape;
    if (this.#isCurrency(instrument)) return Math.round((one * this.dice.between(50, 150)) / 100);
    const cents = isSmall ? this.dice.between(300, 1500) : this.dice.between(300, 30_000);
    return Math.round((cents * one) / 100);
  }

  /** An instrument: a third of the time one of those that everybody holds, where there are any. */
  someInstrument(): number {
    const { hot, instruments } = this.shape;
    return hot > 0 && this.dice.once(3) ? this.dice.roll(hot) : this.dice.roll(instruments);
  }

  /** A small step, back towards where the price came from in the long run; `trend` percent of a step one way. */
  walk(instrument = this.someInstrument(), trend = 0): void {
    const price = this.sums.prices[instrument];
    const { step, one, isSmall } = this.shape;
    if (Number.isNaN(price)) return;
    const size = this.#isCurrency(instrument) ? Math.max(one / 200, (price * step) / 20_000) : (price * step) / 10_000;
    const chance = (this.dice.roll(2001) - 1000) / 1000 + trend / 100;
    const pull = trend === 0 ? (this.#centre[instrument] - price) / 4000 : 0;
    this.move(instrument, price + pull + Math.max(isSmall ? one / 1000 : one / 100, size) * chance);
  }

  walks(ticks: number, trend = 0): void {
    for (let tick = 0; tick < ticks; tick++) this.walk(this.someInstrument(), trend);
  }

  /** To a price, as near as there is one. */
  move(instrument: number, price: number): void {
    const most = this.#isCurrency(instrument) ? RATE_MOST * this.shape.one : 5000 * this.shape.one;
    this.price(instrument, Math.min(most, Math.max(1, Math.round(price))));
  }

  /** By so many percent. */
  gap(instrument: number, percent: number): void {
    const price = this.sums.prices[instrument];
    if (!Number.isNaN(price)) this.move(instrument, price * (1 + percent / 100));
  }

  /** By as much as takes some holder of an instrument to the boundary ahead of it, or nearly, or a little beyond. */
  gapToBoundary(instrument: number): void {
    const { sums, rules, dice } = this;
    if (sums.holders[instrument] === 0 || sums.isUnknown(instrument)) return;
    const account = sums.holder(instrument, dice.roll(1024));
    const rung = sums.rungs[account];
    if (rung === UNKNOWN || rung === rules.boundaries) return;
    const held = sums.units(account, instrument);
    const price = sums.dollars(instrument);
    const value = held > 0 ? rules.long(rung, instrument, price) : rules.short(rung, instrument, price);
    const percent = (-100 * sums.excess[account * rules.boundaries + rung]) / (held * value);
    if (Math.abs(percent) < 90) this.gap(instrument, percent * (1 + (dice.roll(401) - 200) / 10_000));
  }

  /** From now on it walks about the price that it has. */
  settleAt(instrument: number): void {
    const price = this.sums.prices[instrument];
    if (!Number.isNaN(price)) this.#centre[instrument] = Math.max(this.shape.one / 2, price);
  }

  /** A price that is known, and not far from where such prices begin: at once, if it must be. */
  restore(instrument: number): void {
    const price = this.sums.prices[instrument];
    const { one } = this.shape;
    const most = this.#isCurrency(instrument) ? 2 * one : 600 * one;
    if (price >= one / 3 && price <= most) return;
    this.#centre[instrument] = this.#somePrice(instrument);
    this.price(instrument, this.#centre[instrument]);
  }

  // ——— facts ———

  someAccount(): number {
    return this.dice.roll(this.accounts);
  }

  someUnits(): number {
    const units = this.shape.isSmall ? this.dice.between(1, 3) : this.dice.between(1, 300);
    return this.dice.roll(100) < this.shape.shorts ? -units : units;
  }

  open(): void {
    const account = this.accounts++;
    const { groups, hot, positionsMost } = this.shape;
    this.states.cashChanged(account, 0);
    const positions = this.dice.between(groups > 0 ? 0 : 1, positionsMost);
    for (let instrument = 0; instrument < hot; instrument++) this.#trade(account, instrument, this.someUnits());
    for (let each = 0; each < positions; each++) this.#trade(account, this.someInstrument(), this.someUnits());
    this.settle();
    this.nearBoundary(account);
  }

  /** A fact is wholly in. */
  settle(): void {
    this.states.settle();
    this.compare();
  }

  /** Units against cash at the price that stands; none where the account has as many positions as it may. */
  trade(account: number, instrument: number, units: number): void {
    const isNew = this.sums.units(account, instrument) === 0;
    this.#trade(account, instrument, units);
    this.#seen.beforeFact(this.states);
    this.settle();
    this.#seen.afterFact(this.states, isNew ? "new position" : "fill");
  }

  #trade(account: number, instrument: number, units: number): void {
    const { sums, states } = this;
    if (sums.units(account, instrument) === 0 && sums.positions(account) >= this.shape.positionsMost) return;
    const cash = sums.isUnknown(instrument)
      ? 0
      : Math.round((-units * sums.dollars(instrument) * 100) / this.rules.one);
    sums.addUnits(account, instrument, units);
    sums.addCash(account, cash);
    states.unitsChanged(account, instrument, units);
    states.cashChanged(account, cash);
  }

  /** A part of a position, or all of it, goes to another account. */
  transfer(): void {
    const { sums, states, dice } = this;
    const instrument = this.someInstrument();
    if (sums.holders[instrument] === 0) return;
    const from = sums.holder(instrument, dice.roll(1024));
    const to = this.someAccount();
    const held = sums.units(from, instrument);
    const units = dice.once(2) ? held : Math.trunc(held / 2);
    for (const [account, change] of [
      [from, -units],
      [to, units],
    ] as const) {
      sums.addUnits(account, instrument, change);
      states.unitsChanged(account, instrument, change);
    }
    this.settle();
  }

  money(account: number, cents: number): void {
    this.sums.addCash(account, cents);
    this.states.cashChanged(account, cents);
    this.#seen.beforeFact(this.states);
    this.settle();
    this.#seen.afterFact(this.states, "money");
  }

  /** Money in or out that leaves the account some cents, or some share of what it holds, from a boundary. */
  nearBoundary(account: number): void {
    const { dice, sums, rules } = this;
    const boundary = dice.roll(rules.boundaries);
    const reach = dice.once(6) ? 4 : Math.ceil(sums.gross(account) * 2 ** -dice.between(0, 11)) + 1;
    const away = dice.once(10) ? 0 : dice.roll(2 * reach) - reach;
    this.money(account, away - sums.excess[account * rules.boundaries + boundary]);
  }

  /** A group comes, or goes. */
  regroup(): void {
    const { sums, states, dice, groups } = this;
    if (this.shape.groups === 0) return;
    const number = dice.roll(this.shape.groups);
    const group = groups.groups[number];
    if (group !== undefined) {
      sums.removeGroup(number);
      groups.groups[number] = undefined;
      states.groupRemoved(group.account, number);
      this.settle();
      return;
    }
    const kind = dice.oneOf(KINDS);
    const count = kind === "barrier" ? 1 : kind === "straddle" ? 2 : Math.max(1, dice.between(-1, 3));
    const legs = [...new Set(Array.from({ length: count }, () => this.someInstrument()))];
    if (legs.length < count || legs.some((leg) => sums.isUnknown(leg))) return;
    const strikes = legs.map((leg) => Math.round(sums.dollars(leg) * (0.9 + dice.roll(21) / 100)));
    const account = this.someAccount();
    groups.groups[number] = { kind, account, legs, strikes, count: this.shape.isSmall ? 1 : dice.between(1, 200) };
    sums.addGroup(number);
    states.groupChanged(account, number);
    this.settle();
    if (!dice.once(3)) this.nearBoundary(account);
  }

  // ——— rules ———

  #requireAnother(instrument: number): void {
    this.rules.percent[instrument] = 25 + 5 * this.dice.roll(13);
  }

  /** What one instrument requires is another. */
  changeRule(): void {
    const instrument = this.someInstrument();
    this.#requireAnother(instrument);
    this.sums.tick(instrument);
    this.states.valuesChanged(instrument);
    this.compare();
  }

  /** A rulebook: what everything requires is another, and all is built anew. */
  changeRulebook(): void {
    for (let instrument = 0; instrument < this.shape.instruments; instrument++) {
      this.#requireAnother(instrument);
      this.sums.tick(instrument);
    }
    this.states.rebuild();
    this.compare();
  }
}
