/** From the number of a name to the row of what bears it, on one dense array: names are numbered from zero, densely. */
const NONE = -1;

export class RowsByName {
  #rows = new Int32Array(1024).fill(NONE);

  /** The row, or -1. */
  find(nameId: number): number {
    return nameId < this.#rows.length ? this.#rows[nameId] : NONE;
  }

  set(nameId: number, row: number): void {
    if (nameId >= this.#rows.length) {
      const grown = new Int32Array(Math.max(nameId + 1, this.#rows.length * 2)).fill(NONE);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[nameId] = row;
  }

  /** The name bears nothing any more. */
  unset(nameId: number): void {
    this.#rows[nameId] = NONE;
  }

  /** Starts again from a column of names: row r bears the name `names[r]`. */
  rebuild(names: Uint32Array, size: number): void {
    this.#rows.fill(NONE);
    for (let row = 0; row < size; row++) this.set(names[row], row);
  }
}
