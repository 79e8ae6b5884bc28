/**
 * A table of columns: typed arrays that grow together. Rows are numbered from zero and are never moved, so a row number
 * is a lasting reference. Growing replaces the arrays: read them through the table's fields, never keep them.
 */
import { Trouble } from "./errors.ts";
import { bytesOf, type Section, type SectionReader } from "./state.ts";

const TYPES = {
  u8: Uint8Array,
  i32: Int32Array,
  u32: Uint32Array,
  f64: Float64Array,
  i64: BigInt64Array,
} as const;

export type ColumnType = keyof typeof TYPES;
type ArrayOf<T extends ColumnType> = InstanceType<(typeof TYPES)[T]>;
type Columns<S extends Readonly<Record<string, ColumnType>>> = { [K in keyof S]: ArrayOf<S[K]> };

export class Table<S extends Readonly<Record<string, ColumnType>>> {
  readonly name: string;
  readonly rowsMax: number;
  /** The columns. Replaced when the table grows. */
  columns: Columns<S>;
  /** Rows in use. */
  size = 0;
  #capacity: number;
  readonly #schema: S;

  constructor(
    name: string,
    schema: S,
    { capacity = 1024, rowsMax = 2 ** 30 }: { capacity?: number; rowsMax?: number } = {},
  ) {
    this.name = name;
    this.rowsMax = rowsMax;
    this.#schema = schema;
    this.#capacity = capacity;
    this.columns = this.#allocate(capacity);
  }

  /** Adds a row of zeros and returns its number. Throws `table-full` at the named limit. */
  add(): number {
    if (this.size === this.#capacity) this.reserve(this.size + 1);
    return this.size++;
  }

  /** Makes room for `rows` rows in all. */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    if (rows > this.rowsMax) {
      throw new Trouble("table-full", `the table ${this.name} is full`, {
        field: this.name,
        value: rows,
        expected: `at most ${this.rowsMax} rows`,
      });
    }
    const capacity = Math.min(this.rowsMax, Math.max(rows, this.#capacity * 2));
    const grown = this.#allocate(capacity);
    for (const key of Object.keys(this.#schema)) {
      const target = grown[key];
      const source = this.columns[key];
      if (target instanceof BigInt64Array && source instanceof BigInt64Array) target.set(source);
      else if (!(target instanceof BigInt64Array) && !(source instanceof BigInt64Array)) target.set(source);
    }
    this.columns = grown;
    this.#capacity = capacity;
  }

  /** Takes over the rows of an empty table's like. */
  take(other: Table<S>): void {
    this.reserve(other.size);
    for (const key of Object.keys(this.#schema)) {
      const target = this.columns[key];
      const source = other.columns[key];
      if (target instanceof BigInt64Array && source instanceof BigInt64Array)
        target.set(source.subarray(0, other.size));
      else if (!(target instanceof BigInt64Array) && !(source instanceof BigInt64Array))
        target.set(source.subarray(0, other.size));
    }
    this.size = other.size;
  }

  #allocate(capacity: number): Columns<S> {
    const entries = Object.entries(this.#schema).map(([key, type]) => [key, new TYPES[type](capacity)]);
    return Object.fromEntries(entries) as Columns<S>;
  }

  sections(): Section[] {
    return Object.keys(this.#schema).map((key) => ({
      name: `${this.name}.${key}`,
      bytes: bytesOf(this.columns[key].subarray(0, this.size)),
    }));
  }

  restore(sections: SectionReader): void {
    this.columns = this.#allocate(this.#capacity);
    for (const [key, type] of Object.entries(this.#schema)) {
      const bytes = sections.bytes(`${this.name}.${key}`);
      const rows = bytes.byteLength / TYPES[type].BYTES_PER_ELEMENT;
      this.reserve(rows);
      bytesOf(this.columns[key]).set(bytes);
      this.size = rows;
    }
  }

  /** Bytes of memory that the table holds, used or not. */
  get byteLength(): number {
    let total = 0;
    for (const key of Object.keys(this.#schema)) total += this.columns[key].byteLength;
    return total;
  }
}
