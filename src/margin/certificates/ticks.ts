/**
 * What a tick does. Three things depend on the price of an instrument: the watched accounts that hold it, the overdue ones,
 * and the thresholds that it passes. A quiet tick, with none of them, compares two numbers.
 *
 * Thresholds that were passed are dealt with one by one as long as they are few: the position *borrows* from its account's
 * floor, or the account is certified anew. A gap passes very many: see gaps.ts. The accounts that it leaves overdue are
 * certified by the ticks that follow.
 */
import { CERTIFIED, OVERDUE, WATCHED } from "./accounts.ts";
import { COST } from "./backlog.ts";
import type { Conditions } from "./conditions.ts";
import { Gaps } from "./gaps.ts";
import { keyOf, nearestKey } from "./keys.ts";
import type { Parts } from "./parts.ts";
import { NEVER_FALLING, NEVER_RISING, NONE, UNSET } from "./slots.ts";
import type { ThresholdHeap } from "./threshold-heap.ts";
import { FALLING, RISING, type Side } from "./threshold-index.ts";

/** Accounts woken so often within so many ticks are watched. */
const WAKES_MOST = 3;
const WAKES_WITHIN = 1000;
/** A tick deals with so many thresholds one by one, and one more for so many entries of its instrument. */
const WAKES_ALONE = 4;
const ENTRIES_PER_WAKE = 256;
/** So many accounts are read ahead together. */
const TOGETHER = 32;
/** To look through the positions of an account takes as long as to look at so many entries. */
const ENTRIES_PER_ACCOUNT = 2;
/** Entries swept in one step. */
const SWEEP_STEP = 16;

export class Ticks {
  readonly #parts: Parts;
  readonly #conditions: Conditions;
  readonly #gaps: Gaps;
  /** Accounts to be measured. */
  #list = new Uint32Array(64);
  /** Kept so that reading ahead is not optimised away. */
  touched = 0;

  constructor(parts: Parts, conditions: Conditions) {
    this.#parts = parts;
    this.#conditions = conditions;
    this.#gaps = new Gaps(parts, conditions);
  }

  get byteLength(): number {
    return this.#gaps.byteLength + this.#list.byteLength;
  }

  /** The price of one instrument, and of no other, has moved: for those who are watched. */
  follow(instrument: number): void {
    const { watch } = this.#parts;
    watch.tick(instrument);
    if (watch.doubtful.length > 0) for (const account of watch.doubtful) this.#conditions.standWatched(account);
    if (watch.due.length > 0) for (const account of watch.due) this.#conditions.look(account);
  }

  /** The price of an instrument has moved: for those who are not. */
  pass(instrument: number, price: number): void {
    const { backlog, index } = this.#parts;
    if (backlog.overdue.size > 0) this.#measureOverdue(instrument);
    const { tops } = index;
    if (tops[instrument * 2] > price) this.#passSide(instrument, FALLING, price);
    else if (tops[instrument * 2 + 1] > -price) this.#passSide(instrument, RISING, price);
  }

  // ——— thresholds that were passed ———

  #passSide(instrument: number, side: Side, price: number): void {
    const { index } = this.#parts;
    const heap = index.heap(instrument, side);
    if (heap === undefined) return;
    const limit = keyOf(price, side);
    const alone = WAKES_ALONE + Math.floor(heap.size / ENTRIES_PER_WAKE);
    if (heap.passesMore(limit, alone)) this.#gaps.charge(heap, instrument, side, limit);
    else while (heap.top > limit) this.#wake(heap, instrument, price);
    index.setTop(instrument, side);
  }

  /** Deals with the top of a heap. */
  #wake(heap: ThresholdHeap, instrument: number, price: number): void {
    const { accounts, slots, adjustments, statistics } = this.#parts;
    const key = heap.top;
    const account = heap.topAccount;
    const place = slots.findKey(account, instrument, key);
    if (place === NONE) {
      heap.pop();
      heap.voids--;
      return;
    }
    if (accounts.condition(account) !== CERTIFIED) {
      const never = key < 0 ? NEVER_RISING : NEVER_FALLING;
      slots.setKey(place, never);
      heap.lowerTop(never, slots.holder(account, slots.slotOf(account, place), never));
      return;
    }
    statistics.wakes++;
    const isOften = this.#countWake(account);
    const next = isOften ? UNSET : adjustments.borrow(account, place, accounts.rung(account), price);
    if (Number.isNaN(next)) {
      slots.setKey(place, UNSET);
      heap.pop();
      if (isOften) this.#conditions.watch(account);
      else this.#conditions.certify(account);
    } else {
      statistics.borrows++;
      heap.lowerTop(next, slots.holder(account, slots.slotOf(account, place), next));
    }
  }

  /** Whether the account has been woken too often lately. */
  #countWake(account: number): boolean {
    const { accounts, statistics } = this.#parts;
    const now = statistics.ticks % 2 ** 32;
    const isLately = now - accounts.wokenAt(account) < WAKES_WITHIN;
    const wakes = isLately ? Math.min(WAKES_MOST, accounts.wakes(account)) + 1 : 1;
    accounts.setWoken(account, now, wakes);
    return wakes > WAKES_MOST;
  }

  // ——— overdue accounts ———

  /** Looks for them among the holders of the instrument, or for the instrument among what they hold: whatever is less. */
  #measureOverdue(instrument: number): void {
    const { accounts, slots } = this.#parts;
    const count = this.#collectOverdue(instrument);
    const list = this.#list;
    for (let from = 0; from < count; from += TOGETHER) {
      const end = Math.min(count, from + TOGETHER);
      this.touched = slots.touch(list, from, end);
      for (let index = from; index < end; index++) {
        const account = list[index];
        if (accounts.condition(account) === OVERDUE && slots.dependsOn(account, instrument))
          this.#conditions.review(account);
      }
    }
  }

  /** Writes to `#list` who may be overdue and hold the instrument; returns how many. */
  #collectOverdue(instrument: number): number {
    const { accounts, index, backlog } = this.#parts;
    const { overdue } = backlog;
    const entries = index.entries(instrument);
    const isShort = overdue.size * ENTRIES_PER_ACCOUNT < entries;
    const most = isShort ? overdue.size : entries;
    if (this.#list.length < most) this.#list = new Uint32Array(most + (most >>> 3));
    if (isShort) {
      overdue.copyTo(this.#list);
      return overdue.size;
    }
    let count = 0;
    for (const side of [FALLING, RISING] as const) {
      const heap = index.heap(instrument, side);
      if (heap === undefined) continue;
      for (let entry = 0; entry < heap.size; entry++) {
        const account = heap.account(entry);
        if (accounts.condition(account) === OVERDUE) this.#list[count++] = account;
      }
    }
    return count;
  }

  /** Does of the backlog what a tick of this instrument can pay for. */
  workOff(instrument: number): void {
    const { backlog, index } = this.#parts;
    backlog.earn(index.entries(instrument) + WAKES_ALONE);
    while (backlog.credit > 0 && backlog.isPending) {
      if (backlog.overdue.size > 0) this.#certifyOverdue();
      else if (backlog.heaps.size > 0) this.#moveOn();
      else this.#sweep();
    }
  }

  #certifyOverdue(): void {
    const { backlog } = this.#parts;
    const account = backlog.overdue.first;
    backlog.overdue.drop();
    if (this.#parts.accounts.condition(account) !== OVERDUE) return;
    backlog.credit -= COST.certificate;
    this.#conditions.certify(account);
  }

  /** Moves on one threshold that lies at the price. */
  #moveOn(): void {
    const { backlog, index, prices } = this.#parts;
    const at = backlog.heaps.first;
    const instrument = at >>> 1;
    const side: Side = at % 2 === 0 ? FALLING : RISING;
    const heap = index.heap(instrument, side);
    const price = prices.dollars[instrument];
    if (heap === undefined || !(heap.top > nearestKey(price, side))) {
      backlog.heaps.drop();
      return;
    }
    backlog.credit -= COST.threshold;
    this.#wake(heap, instrument, price);
    index.setTop(instrument, side);
  }

  #sweep(): void {
    const { backlog, index } = this.#parts;
    backlog.credit -= COST.entry * SWEEP_STEP;
    backlog.sweptTo = index.sweep(backlog.sweeps.first, backlog.sweptTo, SWEEP_STEP);
    if (backlog.sweptTo !== NONE) return;
    backlog.sweeps.drop();
    backlog.sweptTo = Number.POSITIVE_INFINITY;
  }

  // ——— everybody ———

  /** Every watched account that depends on an instrument is measured. */
  measureWatched(instrument: number): void {
    const { watch } = this.#parts;
    for (const account of watch.accounts(instrument)) this.#conditions.look(account);
  }

  /** Every other account that depends on it is measured, and is certified later. */
  measureHolders(instrument: number): void {
    const { accounts, slots, index } = this.#parts;
    for (const side of [FALLING, RISING] as const) {
      const heap = index.heap(instrument, side);
      if (heap === undefined) continue;
      for (let entry = heap.size - 1; entry >= 0; entry--) {
        const account = heap.account(entry);
        if (accounts.condition(account) !== WATCHED && slots.dependsOn(account, instrument))
          this.#conditions.review(account);
      }
    }
  }
}
