/**
 * A gap passes very many thresholds of an instrument at once. They are *charged* together: each is set to the price, and its
 * account's floor or ceiling bears what the position lost or gained. Only accounts that cannot bear it are measured.
 *
 * What that takes is mostly waiting for memory. So what a position lost is bounded by what the heap's entry says of its units
 * (holders.ts), and its slot is neither read nor written (charges.ts); accounts are taken in the order in which they lie in
 * memory; and what is needed of some of them is read ahead together.
 */
import { CERTIFIED } from "./accounts.ts";
import { COST } from "./backlog.ts";
import type { Conditions } from "./conditions.ts";
import { accountOf, holderOf, NO_SIZE, unitsOf } from "./holders.ts";
import { priceOf } from "./keys.ts";
import { Losses } from "./losses.ts";
import type { Parts } from "./parts.ts";
import { NONE } from "./slots.ts";
import type { ThresholdHeap } from "./threshold-heap.ts";
import { FALLING, type Side, sideOf } from "./threshold-index.ts";
import { singleBelow, unitValue } from "./thresholds.ts";

/** Accounts are put in order as far as into so many stretches of memory. */
const STRETCHES = 2048;
/** A gap that passes less than one entry in so many is small: slots are read and written, and nothing is charged too much. */
const SMALL = 8;
/** So many accounts are read ahead together. */
const CHARGED_TOGETHER = 128;
const REVIEWED_TOGETHER = 32;

export class Gaps {
  readonly #parts: Parts;
  readonly #conditions: Conditions;
  readonly #losses: Losses;
  /** Kept so that reading ahead is not optimised away. */
  touched = 0;
  /** Holders of the thresholds that were passed, as the heap has them, and in the order of memory. */
  #passed = new Uint32Array(1024);
  #ordered = new Uint32Array(1024);
  /** Their keys, likewise. */
  #keys = new Float32Array(1024);
  #orderedKeys = new Float32Array(1024);
  /** By stretch of memory: where its accounts begin in `#ordered`. */
  readonly #starts = new Uint32Array(STRETCHES + 1);
  /** The gap: what it was in, and on which side; thresholds with keys greater than `#limit` were passed, and are set to `#to`. */
  #instrument = 0;
  #side: Side = FALLING;
  #limit = 0;
  #to = 0;

  constructor(parts: Parts, conditions: Conditions) {
    this.#parts = parts;
    this.#conditions = conditions;
    this.#losses = new Losses(parts.values);
  }

  get byteLength(): number {
    return this.#passed.byteLength * 4 + this.#starts.byteLength + this.#losses.byteLength;
  }

  /** The price has gone to the key `limit`, beyond many thresholds. */
  charge(heap: ThresholdHeap, instrument: number, side: Side, limit: number): void {
    const { statistics, backlog, charges } = this.#parts;
    statistics.gaps++;
    this.#makeRoom(heap.size);
    this.#instrument = instrument;
    this.#side = side;
    this.#limit = limit;
    this.#to = singleBelow(limit);
    this.#losses.over(instrument, side === FALLING, heap.top, this.#to);
    const count = heap.lowerPassed(limit, this.#to, this.#passed, this.#keys);
    this.#order(count);
    const isSmall = count * SMALL < heap.size;
    const due = isSmall ? this.#chargeEach(count) : this.#chargeAll(count);
    if (!isSmall) charges.add(instrument * 2 + side, this.#to);
    this.#reviewAll(due);
    backlog.credit -= count * COST.charge;
    backlog.heaps.addOnce(instrument * 2 + side);
  }

  #makeRoom(entries: number): void {
    if (this.#passed.length >= entries) return;
    this.#passed = new Uint32Array(entries + (entries >>> 3));
    this.#ordered = new Uint32Array(this.#passed.length);
    this.#keys = new Float32Array(this.#passed.length);
    this.#orderedKeys = new Float32Array(this.#passed.length);
  }

  /** From `#passed` to `#ordered`. */
  #order(count: number): void {
    const passed = this.#passed;
    const keys = this.#keys;
    const ordered = this.#ordered;
    const orderedKeys = this.#orderedKeys;
    const starts = this.#starts;
    const perStretch = Math.ceil(this.#parts.accounts.size / STRETCHES);
    const shift = 32 - Math.clz32(perStretch - 1);
    starts.fill(0);
    for (let index = 0; index < count; index++) starts[(accountOf(passed[index]) >>> shift) + 1]++;
    for (let stretch = 1; stretch < STRETCHES; stretch++) starts[stretch] += starts[stretch - 1];
    for (let index = 0; index < count; index++) {
      const place = starts[accountOf(passed[index]) >>> shift]++;
      ordered[place] = passed[index];
      orderedKeys[place] = keys[index];
    }
  }

  /**
   * Charges them all, by what the heap says of them: keys as they were are in `#keys`. Returns how many accounts cannot bear it:
   * they are the first of `#ordered` then.
   */
  #chargeAll(count: number): number {
    const { accounts, values } = this.#parts;
    const ordered = this.#ordered;
    const keys = this.#orderedKeys;
    let due = 0;
    for (let index = 0; index < count; index++) {
      if (index % CHARGED_TOGETHER === 0)
        this.touched = accounts.touchFloors(ordered, index, Math.min(count, index + CHARGED_TOGETHER));
      const holder = ordered[index];
      const account = accountOf(holder);
      if (accounts.condition(account) !== CERTIFIED) continue;
      const units = unitsOf(holder, accounts.grown(account));
      if (Number.isNaN(units)) {
        if (!this.#chargeSlots(account)) ordered[due++] = holder;
        continue;
      }
      const rung = accounts.rung(account);
      const floor = accounts.floor(account);
      if (rung === values.boundaries) continue;
      const cents = Math.ceil(units * this.#losses.most(rung, keys[index]));
      accounts.addToFloor(account, -cents);
      if (floor < 0 || floor >= cents) continue;
      keys[due] = keys[index];
      ordered[due++] = holder;
    }
    return due;
  }

  /** The same, each by its slots. */
  #chargeEach(count: number): number {
    const { slots } = this.#parts;
    const ordered = this.#ordered;
    let due = 0;
    for (let index = 0; index < count; index++) {
      if (index % REVIEWED_TOGETHER === 0)
        this.touched = slots.touch(ordered, index, Math.min(count, index + REVIEWED_TOGETHER));
      const account = accountOf(ordered[index]);
      if (!this.#chargeSlots(account)) ordered[due++] = holderOf(account, NO_SIZE);
    }
    return due;
  }

  /** Measures the accounts that cannot bear what they were charged: the first of `#ordered`. */
  #reviewAll(due: number): void {
    const { slots } = this.#parts;
    for (let from = 0; from < due; from += REVIEWED_TOGETHER) {
      const end = Math.min(due, from + REVIEWED_TOGETHER);
      this.touched = slots.touch(this.#ordered, from, end);
      for (let index = from; index < end; index++) {
        const holder = this.#ordered[index];
        if (!this.#bearsExactly(holder, this.#orderedKeys[index])) this.#conditions.review(accountOf(holder));
      }
    }
  }

  /** Gives back what a holder was charged for more units than it has. Whether its account bears the rest. */
  #bearsExactly(holder: number, key: number): boolean {
    const { accounts, slots, values } = this.#parts;
    const account = accountOf(holder);
    const charged = unitsOf(holder, accounts.grown(account));
    if (Number.isNaN(charged)) return false;
    if (accounts.condition(account) !== CERTIFIED) return true;
    const rung = accounts.rung(account);
    const slot = slots.find(account, this.#instrument);
    const held = slot === NONE ? 0 : Math.abs(slots.units(slot));
    const loss = this.#losses.most(rung, key);
    accounts.addToFloor(account, Math.max(0, Math.ceil(charged * loss) - Math.ceil(held * loss)));
    return accounts.isProven(account, rung, values.boundaries);
  }

  /** Charges the thresholds that an account has in the instrument, by its slots. False where it has to be measured. */
  #chargeSlots(account: number): boolean {
    const { accounts, slots } = this.#parts;
    const half = accounts.half(account);
    const end = slots.end(account);
    let isBorne = true;
    for (let slot = slots.seek(this.#instrument, slots.first(account), end); slot < end;) {
      if (!this.#chargePlace(account, slot, slot)) isBorne = false;
      if (half > 0 && !this.#chargePlace(account, slot, slot + half)) isBorne = false;
      slot = slots.seek(this.#instrument, slot + 1, end);
    }
    return isBorne;
  }

  /** The threshold at one place. What the group of a leg loses is not known. */
  #chargePlace(account: number, slot: number, place: number): boolean {
    const { accounts, slots, values } = this.#parts;
    slots.updateSlot(account, slot);
    const key = slots.key(place);
    if (!(key > this.#limit) || sideOf(key) !== this.#side) return true;
    slots.setKey(place, this.#to);
    if (accounts.condition(account) !== CERTIFIED) return true;
    if (slots.isLeg(slot)) return false;
    const rung = accounts.rung(account);
    const held = slots.units(slot);
    const isLong = held > 0;
    const isAdverse = (this.#side === FALLING) === isLong;
    const boundary = isAdverse ? rung : rung - 1;
    const before = unitValue(values, boundary, this.#instrument, isLong, priceOf(key));
    const after = unitValue(values, boundary, this.#instrument, isLong, priceOf(this.#to));
    const cents = Math.ceil(Math.abs(held) * Math.abs(after - before));
    if (isAdverse) accounts.addToFloor(account, -cents);
    else accounts.addToCeiling(account, cents);
    return accounts.isProven(account, rung, values.boundaries);
  }
}
