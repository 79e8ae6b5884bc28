/**
 * What a gap leaves to be done. A tick does no more than a few visits' worth for each holder of its instrument, as visiting
 * holders would; what is beyond that is worked off in the ticks that follow, on credit that they earn in the same coin:
 * *overdue* accounts are certified again; thresholds that lie at the price are moved on; void entries are swept out.
 */

/** What each job costs, in visits to a holder: to charge a threshold in a gap is one too. */
export const COST = { certificate: 250, threshold: 60, entry: 12, charge: 3 } as const;

/** Credit does not pile up beyond this. */
const CREDIT_MOST = 100_000;

/** First in, first out. */
class Queue {
  #items: number[] = [];
  #next = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  get first(): number {
    return this.#items[this.#next];
  }

  /** Writes all items to an array that has room for them. */
  copyTo(items: Uint32Array): void {
    for (let index = this.#next; index < this.#items.length; index++) items[index - this.#next] = this.#items[index];
  }

  add(item: number): void {
    this.#items.push(item);
  }

  /** Adds what is not in it; for few. */
  addOnce(item: number): void {
    if (this.#items.lastIndexOf(item) < this.#next) this.add(item);
  }

  drop(): void {
    this.#next++;
    if (this.#next < this.#items.length && this.#next < 4096) return;
    this.#items = this.#items.slice(this.#next);
    this.#next = 0;
  }

  clear(): void {
    this.#items.length = 0;
    this.#next = 0;
  }
}

export class Backlog {
  /** Accounts that have been measured, but not yet certified. */
  readonly overdue = new Queue();
  /** Heaps with thresholds at the price. */
  readonly heaps = new Queue();
  /** Heaps to be swept. */
  readonly sweeps = new Queue();
  /** How far the first of `sweeps` has been swept; Infinity at its start. */
  sweptTo = Number.POSITIVE_INFINITY;
  /** Visits that may be spent. */
  credit = 0;

  get isPending(): boolean {
    return this.overdue.size > 0 || this.heaps.size > 0 || this.sweeps.size > 0;
  }

  get byteLength(): number {
    return (this.overdue.size + this.heaps.size + this.sweeps.size) * 40;
  }

  earn(visits: number): void {
    this.credit = Math.min(CREDIT_MOST, this.credit + visits);
  }

  clear(): void {
    this.overdue.clear();
    this.heaps.clear();
    this.sweeps.clear();
    this.sweptTo = Number.POSITIVE_INFINITY;
    this.credit = 0;
  }
}
