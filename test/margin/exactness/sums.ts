/**
 * The excess of every account the slow and obvious way: each tick visits all who hold what ticked, values their positions in
 * whole cents, and adds the change to their sums. `recompute` needs no sums at all: it starts from cash, units and prices.
 */
import type { Group, Groups } from "./groups.ts";
import { LOW, roughness, type Rules, SHORT, SHORT_LOW } from "./rules.ts";
import type { Shape } from "./shape.ts";

export const UNKNOWN = -1;

export class Sums {
  /** By instrument: its price in its own currency, NaN where unknown; and the currency, -1 for dollars. */
  readonly prices: Float64Array;
  readonly currency: Int32Array;
  readonly cash: Float64Array;
  /** By account and boundary: cents, of what is known. */
  readonly excess: Float64Array;
  /** By account: how many boundaries it is past; `UNKNOWN` where something that it holds has no price. */
  readonly rungs: Int8Array;
  /** By instrument: how many hold it. */
  readonly holders: Int32Array;
  readonly #rules: Rules;
  readonly #groups: Groups;
  readonly #accounts: number;
  readonly #boundaries: number;
  /** By instrument, one behind the other: who holds it, how many units, and what they add to each boundary. */
  readonly #holder: Int32Array;
  readonly #units: Float64Array;
  readonly #parts: Float64Array;
  /** By instrument and account: the place among the holders, -1 for none. */
  readonly #place: Int32Array;
  /** By account: positions, and among them and its groups those of unknown worth. */
  readonly #positions: Int32Array;
  readonly #unknowns: Int32Array;
  readonly #isUnknown: Uint8Array;
  /** By group: what it adds to each boundary; NaN where unknown. And by instrument: the groups that depend on it. */
  readonly #groupParts: Float64Array;
  readonly #groupsOn: number[][];
  readonly #measured: Float64Array;
  /** By boundary, of the instrument that is valued: percent of percent of a long and of a short, cents a share short. */
  readonly #long: Float64Array;
  readonly #short: Float64Array;
  readonly #share: Float64Array;
  /** By boundary: percent beside the requirement. */
  readonly #cushion: Float64Array;

  constructor(shape: Shape, rules: Rules, groups: Groups) {
    const { accounts, instruments } = shape;
    const { boundaries } = rules;
    this.#rules = rules;
    this.#groups = groups;
    this.#accounts = accounts;
    this.#boundaries = boundaries;
    this.prices = new Float64Array(instruments).fill(Number.NaN);
    this.currency = new Int32Array(instruments).fill(-1);
    this.cash = new Float64Array(accounts);
    this.excess = new Float64Array(accounts * boundaries);
    this.rungs = new Int8Array(accounts);
    this.holders = new Int32Array(instruments);
    this.#holder = new Int32Array(instruments * accounts);
    this.#units = new Float64Array(instruments * accounts);
    this.#parts = new Float64Array(instruments * accounts * boundaries);
    this.#place = new Int32Array(instruments * accounts).fill(-1);
    this.#positions = new Int32Array(accounts);
    this.#unknowns = new Int32Array(accounts);
    this.#isUnknown = new Uint8Array(instruments).fill(1);
    this.#groupParts = new Float64Array(shape.groups * boundaries);
    this.#groupsOn = Array.from({ length: instruments }, () => []);
    this.#measured = new Float64Array(boundaries);
    this.#long = new Float64Array(boundaries);
    this.#short = new Float64Array(boundaries);
    this.#share = new Float64Array(boundaries);
    this.#cushion = Float64Array.from(rules.ladder, ({ cushion }) => cushion);
  }

  // ——— what is asked ———

  /** The price in dollars × one; NaN where it, or the rate, is unknown. */
  dollars(instrument: number): number {
    return this.prices[instrument] * (this.#rate(instrument) / this.#rules.one);
  }

  units(account: number, instrument: number): number {
    const place = this.#place[instrument * this.#accounts + account];
    return place === -1 ? 0 : this.#units[instrument * this.#accounts + place];
  }

  positions(account: number): number {
    return this.#positions[account];
  }

  isUnknown(instrument: number): boolean {
    return this.#isUnknown[instrument] === 1;
  }

  /** Some holder of an instrument: which one, `number` says. */
  holder(instrument: number, number: number): number {
    return this.#holder[instrument * this.#accounts + (number % this.holders[instrument])];
  }

  /** Cents, of what is known: positions long and short together, and what groups lose. */
  gross(account: number): number {
    let gross = 0;
    for (const [number, group] of this.#groups.groups.entries())
      if (group?.account === account) gross += Math.abs(this.#groupParts[number * this.#boundaries]) || 0;
    for (let instrument = 0; instrument < this.prices.length; instrument++)
      if (!this.isUnknown(instrument))
        gross += (Math.abs(this.units(account, instrument)) * this.dollars(instrument) * 100) / this.#rules.one;
    return Math.round(gross);
  }

  // ——— what happens ———

  addCash(account: number, cents: number): void {
    this.cash[account] += cents;
    const first = account * this.#boundaries;
    for (let boundary = 0; boundary < this.#boundaries; boundary++) this.excess[first + boundary] += cents;
    this.#stand(account);
  }

  addUnits(account: number, instrument: number, change: number): void {
    if (change === 0) return;
    const first = instrument * this.#accounts;
    let place = this.#place[first + account];
    if (place === -1) {
      place = this.holders[instrument]++;
      this.#place[first + account] = place;
      this.#holder[first + place] = account;
      this.#units[first + place] = 0;
      this.#parts.fill(0, (first + place) * this.#boundaries, (first + place + 1) * this.#boundaries);
      this.#positions[account]++;
      this.#unknowns[account] += this.#isUnknown[instrument];
    }
    this.#units[first + place] += change;
    this.#value(instrument, place, place + 1);
    if (this.#units[first + place] === 0) this.#leave(instrument, place);
    this.#stand(account);
  }

  #leave(instrument: number, place: number): void {
    const first = instrument * this.#accounts;
    const account = this.#holder[first + place];
    this.#positions[account]--;
    this.#unknowns[account] -= this.#isUnknown[instrument];
    this.#place[first + account] = -1;
    const last = --this.holders[instrument];
    if (place === last) return;
    const moved = this.#holder[first + last];
    this.#holder[first + place] = moved;
    this.#place[first + moved] = place;
    this.#units[first + place] = this.#units[first + last];
    const boundaries = this.#boundaries;
    this.#parts.copyWithin((first + place) * boundaries, (first + last) * boundaries, (first + last + 1) * boundaries);
  }

  /** A price, its currency's rate, or what it requires is another: values whatever depends on it. */
  tick(instrument: number): void {
    const first = instrument * this.#accounts;
    const isUnknown = Number.isNaN(this.dollars(instrument)) ? 1 : 0;
    const change = isUnknown - this.#isUnknown[instrument];
    const size = this.holders[instrument];
    if (change !== 0) {
      this.#isUnknown[instrument] = isUnknown;
      for (let place = 0; place < size; place++) this.#unknowns[this.#holder[first + place]] += change;
    }
    this.#value(instrument, 0, size);
    for (const group of this.#groupsOn[instrument]) this.#valueGroup(group);
  }

  addGroup(number: number): void {
    const group = this.#group(number);
    this.#groupParts.fill(0, number * this.#boundaries, (number + 1) * this.#boundaries);
    for (const leg of group.legs) this.#groupsOn[leg].push(number);
    this.#valueGroup(number);
  }

  /** To be told before the group is no more. */
  removeGroup(number: number): void {
    const { account, legs } = this.#group(number);
    for (const leg of legs) this.#groupsOn[leg] = this.#groupsOn[leg].filter((each) => each !== number);
    const first = number * this.#boundaries;
    if (Number.isNaN(this.#groupParts[first])) this.#unknowns[account]--;
    else
      for (let boundary = 0; boundary < this.#boundaries; boundary++)
        this.excess[account * this.#boundaries + boundary] -= this.#groupParts[first + boundary];
    this.#stand(account);
  }

  /** How many groups depend on an instrument. */
  groupsOn(instrument: number): number {
    return this.#groupsOn[instrument].length;
  }

  // ——— valuing ———

  /** Values the holders of an instrument from one place to another, and brings their sums up to date. */
  #value(instrument: number, from: number, to: number): void {
    const { one, percent, ladder, rough } = this.#rules;
    const scale = one / 100;
    const price = this.prices[instrument];
    const rate = this.#rate(instrument);
    const isLow = this.dollars(instrument) < LOW * one;
    const isUnknown = this.#isUnknown[instrument] === 1;
    const first = instrument * this.#accounts;
    const [boundaries, units, parts, excess] = [this.#boundaries, this.#units, this.#parts, this.excess];
    const [long, short, share, cushion] = [this.#long, this.#short, this.#share, this.#cushion];
    for (const [boundary, { requires }] of ladder.entries()) {
      long[boundary] = (isLow ? 100 : percent[instrument]) * requires;
      short[boundary] = (isLow ? 100 : percent[instrument] + 5) * requires;
      share[boundary] = ((isLow ? SHORT_LOW : SHORT) * requires) / 100;
    }
    for (let place = from; place < to; place++) {
      const held = isUnknown ? 0 : units[first + place];
      const account = this.#holder[first + place];
      const local = held === 0 ? 0 : Math.round((held * price) / scale);
      const value = rate === one || held === 0 ? local : Math.round((local * rate) / one);
      const size = Math.abs(value);
      const off = rough === 0 || held === 0 ? 0 : roughness(rough, held, price);
      const at = (first + place) * boundaries;
      const sums = account * boundaries;
      for (let boundary = 0; boundary < boundaries; boundary++) {
        const beside = cushion[boundary] === 0 ? 0 : Math.round((size * cushion[boundary]) / 100);
        const required = Math.round((size * (held > 0 ? long[boundary] : short[boundary])) / 10_000);
        let part = value - beside;
        if (held > 0) part = Math.max(0, part - required);
        else part -= Math.max(-held * share[boundary], required);
        part += off;
        excess[sums + boundary] += part - parts[at + boundary];
        parts[at + boundary] = part;
      }
      this.#stand(account);
    }
  }

  #valueGroup(number: number): void {
    const { account } = this.#group(number);
    const measured = this.#measured;
    this.#groups.measure(number, measured);
    const first = number * this.#boundaries;
    this.#unknowns[account] += Number(Number.isNaN(measured[0])) - Number(Number.isNaN(this.#groupParts[first]));
    for (let boundary = 0; boundary < this.#boundaries; boundary++) {
      const before = this.#groupParts[first + boundary];
      const change = (Number.isNaN(measured[boundary]) ? 0 : measured[boundary]) - (Number.isNaN(before) ? 0 : before);
      this.excess[account * this.#boundaries + boundary] += change;
      this.#groupParts[first + boundary] = measured[boundary];
    }
    this.#stand(account);
  }

  #stand(account: number): void {
    this.rungs[account] =
      this.#unknowns[account] > 0 ? UNKNOWN : this.#rungFrom(this.excess, account * this.#boundaries);
  }

  #rungFrom(excess: Float64Array, first: number): number {
    let rung = 0;
    while (rung < this.#boundaries && excess[first + rung] < 0) rung++;
    return rung;
  }

  #rate(instrument: number): number {
    const currency = this.currency[instrument];
    return currency === -1 ? this.#rules.one : this.prices[currency];
  }

  #group(number: number): Group {
    const found = this.#groups.groups[number];
    if (found === undefined) throw new Error(`there is no group ${number}`);
    return found;
  }

  // ——— from nothing ———

  /** The rung of an account from its cash, units, groups and prices alone; fills the excess, NaN where it is unknown. */
  recompute(account: number, excess: Float64Array): number {
    excess.fill(this.cash[account]);
    for (let instrument = 0; instrument < this.prices.length; instrument++) {
      const units = this.units(account, instrument);
      if (units === 0) continue;
      const [price, rate] = [this.prices[instrument], this.#rate(instrument)];
      for (let boundary = 0; boundary < excess.length; boundary++)
        excess[boundary] += this.#rules.contribution(boundary, instrument, units, price, rate);
    }
    const measured = this.#measured;
    for (const [number, group] of this.#groups.groups.entries()) {
      if (group?.account !== account) continue;
      this.#groups.measure(number, measured);
      for (let boundary = 0; boundary < excess.length; boundary++) excess[boundary] += measured[boundary];
    }
    return Number.isNaN(excess[0]) ? UNKNOWN : this.#rungFrom(excess, 0);
  }
}
