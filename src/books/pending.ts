/**
 * What is pending in the few ledger rows that have unsettled trades: a sparse map from a row to two amounts, on typed
 * arrays with open addressing. An entry lives exactly as long as something of its row is unsettled.
 *
 * `net` is what will still settle; `gross` adds the same amounts without their signs, and so bounds what `net` can pass
 * through in whatever order the days come.
 */

const EMPTY = 0;

function hash(key: number): number {
  let h = Math.imul(key, 0x9e3779b1);
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

export class PendingAmounts {
  /** A slot holds its row plus one; zero marks it free. */
  #keys = new Uint32Array(1024);
  /** Net at twice the slot, gross behind it, so that both are one visit to memory; zero where the slot is free. */
  #amounts = new Float64Array(2048);
  #count = 0;
  #total = 0;

  /** What of the row's balance has not settled; zero for most rows. */
  net(row: number): number {
    return this.#count === 0 ? 0 : this.#amounts[this.#slot(row + 1) * 2];
  }

  gross(row: number): number {
    return this.#count === 0 ? 0 : this.#amounts[this.#slot(row + 1) * 2 + 1];
  }

  /** The gross amounts of all rows together, whatever their assets; only roughly where it passes 2^53. */
  get total(): number {
    return this.#total;
  }

  /** `units` (signed) of the row became pending. */
  add(row: number, units: number): void {
    if ((this.#count + 1) * 2 > this.#keys.length) this.#grow();
    const slot = this.#slot(row + 1);
    if (this.#keys[slot] === EMPTY) {
      this.#keys[slot] = row + 1;
      this.#count++;
    }
    this.#amounts[slot * 2] += units;
    this.#amounts[slot * 2 + 1] += Math.abs(units);
    this.#total += Math.abs(units);
  }

  /** `units` (signed), added earlier, settled. */
  remove(row: number, units: number): void {
    const slot = this.#slot(row + 1);
    this.#amounts[slot * 2] -= units;
    this.#amounts[slot * 2 + 1] -= Math.abs(units);
    this.#total -= Math.abs(units);
    if (this.#amounts[slot * 2 + 1] === 0) this.#free(slot);
    if (this.#count === 0) this.#total = 0;
  }

  clear(): void {
    this.#keys.fill(EMPTY);
    this.#amounts.fill(0);
    this.#count = 0;
    this.#total = 0;
  }

  /** Rows that have something pending. */
  get size(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#keys.byteLength + this.#amounts.byteLength;
  }

  /** The slot of the key, or the free slot where it would go; a free slot's amounts are zero. */
  #slot(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = hash(key) & mask;
    while (this.#keys[slot] !== EMPTY && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  /** Frees a slot and moves those behind it that would no longer be found. */
  #free(slot: number): void {
    const mask = this.#keys.length - 1;
    let hole = slot;
    for (let next = (hole + 1) & mask; this.#keys[next] !== EMPTY; next = (next + 1) & mask) {
      const home = hash(this.#keys[next]) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      this.#keys[hole] = this.#keys[next];
      this.#amounts[hole * 2] = this.#amounts[next * 2];
      this.#amounts[hole * 2 + 1] = this.#amounts[next * 2 + 1];
      hole = next;
    }
    this.#keys[hole] = EMPTY;
    this.#amounts[hole * 2] = 0;
    this.#amounts[hole * 2 + 1] = 0;
    this.#count--;
  }

  #grow(): void {
    const keys = this.#keys;
    const amounts = this.#amounts;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#amounts = new Float64Array(amounts.length * 2);
    for (let old = 0; old < keys.length; old++) {
      if (keys[old] === EMPTY) continue;
      const slot = this.#slot(keys[old]);
      this.#keys[slot] = keys[old];
      this.#amounts[slot * 2] = amounts[old * 2];
      this.#amounts[slot * 2 + 1] = amounts[old * 2 + 1];
    }
  }
}
