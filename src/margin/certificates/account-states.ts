/**
 * The rung of every account, exact after every tick, at a cost that does not grow with the holders of what ticked. How, is told
 * in docs/concepts/account-states.md; in short: each account has a certificate (certificates.ts), each instrument its
 * thresholds in order (threshold-index.ts), and a tick touches only accounts whose threshold it passes (ticks.ts).
 *
 * Tell it what happened: prices as they tick; cash, units and groups, and `settle` once a fact is wholly in. The observer is
 * told of every change of a rung. Books, market and rules must already be as they were told: groups are measured from them.
 *
 * All of this is derived. It has no place in a snapshot or in the state hash: after a restore, tell a new one cash, units,
 * groups, currencies and prices, and call `rebuild`.
 */
import { CERTIFIED, OVERDUE, WATCHED } from "./accounts.ts";
import { Conditions, type RungObserver } from "./conditions.ts";
import { sizeOf } from "./holders.ts";
import { makeParts, type Parts, type StateStatistics } from "./parts.ts";
import { WATCHED as WATCHED_MARK } from "./prices.ts";
import { NONE } from "./slots.ts";
import { Ticks } from "./ticks.ts";
import type { GroupValues, UnitValues } from "./unit-values.ts";

export type { RungObserver } from "./conditions.ts";
export { RUNG_UNKNOWN } from "./measure.ts";

const NO_GROUPS: GroupValues = {
  measure: (_group, excess) => void excess.fill(0),
  slopes: () => ({
    instruments: new Int32Array(0),
    slope: new Float64Array(0),
    low: new Float64Array(0),
    high: new Float64Array(0),
  }),
  rounding: () => 0,
};

export class AccountStates {
  readonly #parts: Parts;
  readonly #conditions: Conditions;
  readonly #ticks: Ticks;
  /** Accounts that facts have touched since they were last settled. */
  readonly #touched: number[] = [];
  /** Whether one of them has a position without a threshold. */
  #isUnarmed = false;

  constructor(values: UnitValues, observer: RungObserver, groupValues: GroupValues = NO_GROUPS) {
    this.#parts = makeParts(values, groupValues);
    this.#conditions = new Conditions(this.#parts, observer);
    this.#ticks = new Ticks(this.#parts, this.#conditions);
  }

  // ——— what is asked ———

  /** The rung of an account: how many boundaries it is past; or `RUNG_UNKNOWN`. */
  rung(account: number): number {
    return this.#parts.accounts.rung(account);
  }

  /** The accounts on a rung, in no order: a view, valid until the next change. Its length is their number. */
  accountsOn(rung: number): Uint32Array {
    return this.#parts.rungs.accounts(rung);
  }

  /** The cash that was told of an account, in cents. */
  cash(account: number): number {
    const { accounts } = this.#parts;
    return account < accounts.size ? accounts.cash(account) : 0;
  }

  /** The units that were told of an account's position, outside its groups. */
  units(account: number, instrument: number): number {
    const { accounts, slots } = this.#parts;
    const slot = account < accounts.size ? slots.find(account, instrument) : NONE;
    return slot === NONE ? 0 : slots.units(slot);
  }

  get statistics(): Readonly<StateStatistics> {
    return this.#parts.statistics;
  }

  /** How many accounts are watched. */
  get watched(): number {
    return this.#parts.watch.size;
  }

  /** Whether a gap, or what moved since, has left something to be worked off. */
  get hasBacklog(): boolean {
    return this.#parts.backlog.isPending;
  }

  /** Bytes of everything: accounts, positions and their thresholds, the thresholds in order, rungs, and what is watched. */
  get byteLength(): number {
    const { accounts, slots, charges, groups, prices, standing, index, rungs, watch, backlog } = this.#parts;
    const parts = [accounts, slots, charges, groups, prices, standing, index, rungs, watch, backlog, this.#ticks];
    return parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The bytes among them that say what the books also say: cash and where positions are, instruments and units. */
  get booksByteLength(): number {
    const { accounts, slots } = this.#parts;
    return accounts.byteLength / 2 + (slots.byteLength * 3) / 4;
  }

  // ——— prices ———

  /** The price of an instrument is another, in its own currency; NaN: it is not known any more. */
  priceChanged(instrument: number, price: number): void {
    const { prices, statistics, index, backlog } = this.#parts;
    statistics.ticks++;
    const marks = prices.marks[instrument];
    if ((marks === 0 || marks === WATCHED_MARK) && !Number.isNaN(price)) {
      prices.dollars[instrument] = price;
      if (marks === WATCHED_MARK) this.#ticks.follow(instrument);
      // The quiet tick.
      if (index.tops[instrument * 2] <= price && index.tops[instrument * 2 + 1] <= -price && !backlog.isPending) return;
    }
    this.#priceChanged(instrument, price);
  }

  /** Any other tick. All series have their new prices before anybody is measured. */
  #priceChanged(instrument: number, price: number): void {
    const { prices, backlog } = this.#parts;
    this.#growInstruments(instrument);
    if (prices.isPlain(instrument, price)) this.#ticks.pass(instrument, price);
    else {
      const series = prices.series(instrument);
      const wasUnknown = series.map((each) => prices.isUnknown(each));
      prices.setPrice(instrument, price);
      for (const [index, each] of series.entries()) this.#repriced(each, wasUnknown[index]);
    }
    if (backlog.isPending) this.#ticks.workOff(instrument);
  }

  /** The instrument is priced in a currency: another instrument, which is priced in dollars. */
  currencyChanged(instrument: number, currency: number): void {
    const { prices } = this.#parts;
    this.#growInstruments(Math.max(instrument, currency));
    const wasUnknown = prices.isUnknown(instrument);
    prices.setCurrency(instrument, currency);
    this.#repriced(instrument, wasUnknown);
  }

  #repriced(instrument: number, wasUnknown: boolean): void {
    const { prices } = this.#parts;
    const isUnknown = prices.isUnknown(instrument);
    if (isUnknown && wasUnknown) return;
    this.#ticks.measureWatched(instrument);
    if (isUnknown || wasUnknown) this.#ticks.measureHolders(instrument);
    if (!isUnknown) this.#ticks.pass(instrument, prices.dollars[instrument]);
  }

  // ——— facts ———

  /** The cash of an account changed by so many cents. */
  cashChanged(account: number, change: number): void {
    this.#touch(account);
    this.#parts.accounts.addCash(account, change);
    if (this.#parts.accounts.condition(account) === CERTIFIED) this.#parts.adjustments.shiftCash(account, change);
  }

  /** A position of an account, outside its groups, changed by so many units. */
  unitsChanged(account: number, instrument: number, change: number): void {
    const { accounts, slots, certificates, adjustments, watch } = this.#parts;
    this.#touch(account);
    this.#growInstruments(instrument);
    const known = slots.find(account, instrument);
    const slot = known === NONE ? slots.add(account, instrument) : known;
    slots.updateSlot(account, slot);
    const before = slots.units(slot);
    const after = before + change;
    const isSameSide = before * after > 0;
    const isGuarded = accounts.condition(account) === CERTIFIED && !Number.isNaN(slots.key(slot));
    if (isGuarded) adjustments.shift(account, slot, this.rung(account), isSameSide ? change : -before);
    if (!isSameSide) {
      certificates.unset(account, slot);
      this.#isUnarmed = true;
    }
    slots.setUnits(slot, after);
    if (isSameSide) accounts.addGrown(account, sizeOf(Math.abs(after)) - sizeOf(Math.abs(before)));
    if (accounts.condition(account) === WATCHED) watch.setUnits(account, instrument, after);
  }

  /** A group of an account is new, or is another than it was. */
  groupChanged(account: number, group: number): void {
    this.#regroup(account);
    this.#parts.groups.add(account, group);
  }

  /** A group of an account is no more. */
  groupRemoved(account: number, group: number): void {
    this.#regroup(account);
    this.#parts.groups.remove(account, group);
  }

  #regroup(account: number): void {
    this.#touch(account);
    const { accounts, watch, certificates } = this.#parts;
    if (accounts.condition(account) === WATCHED) watch.remove(account);
    certificates.dropLegs(account);
    accounts.setCondition(account, OVERDUE);
  }

  #touch(account: number): void {
    this.#addAccount(account);
    if (this.#touched.at(-1) !== account) this.#touched.push(account);
  }

  /** A fact is wholly in: accounts whose certificate does not cover what it did are certified anew. */
  settle(): void {
    for (const account of this.#touched)
      if (this.#parts.accounts.condition(account) === WATCHED) this.#conditions.measureWatched(account);
      else if (!this.#isBorne(account)) this.#conditions.certify(account);
    this.#touched.length = 0;
    this.#isUnarmed = false;
  }

  /** Whether a certificate still covers what the account has. */
  #isBorne(account: number): boolean {
    const { accounts, adjustments } = this.#parts;
    if (accounts.condition(account) !== CERTIFIED) return false;
    const rung = accounts.rung(account);
    return (!this.#isUnarmed || adjustments.arm(account, rung)) && adjustments.holds(account, rung);
  }

  // ——— rules ———

  /** The unit values of one instrument are others. */
  valuesChanged(instrument: number): void {
    this.#parts.standing.forget(instrument);
    this.#ticks.measureWatched(instrument);
    this.#ticks.measureHolders(instrument);
    this.#ticks.workOff(instrument);
  }

  /** Certifies every account anew: after a load, and when the rules are others. */
  rebuild(): void {
    const { watch, backlog, accounts, slots, charges, standing, index } = this.#parts;
    watch.clear();
    standing.forgetAll();
    backlog.clear();
    this.#touched.length = 0;
    this.#isUnarmed = false;
    charges.clear();
    index.build(() => {
      for (let account = 0; account < accounts.size; account++) {
        slots.forget(account);
        this.#conditions.certifyFirst(account);
      }
    });
  }

  /** Makes room for the positions of a new account in one go: for a load. */
  reserve(account: number, positions: number): void {
    this.#addAccount(account);
    this.#parts.slots.reserve(account, positions);
  }

  #addAccount(account: number): void {
    const { accounts, rungs } = this.#parts;
    if (account < accounts.size) return;
    accounts.add(account);
    rungs.add(account);
  }

  #growInstruments(instrument: number): void {
    const { prices, standing, index } = this.#parts;
    if (instrument < prices.capacity) return;
    prices.grow(instrument + 1);
    standing.grow();
    index.grow(prices.capacity);
  }
}
