/**
 * The double-entry ledger for cash and securities: one row for each account and asset that ever met. A positive balance
 * is a claim of that account, a negative one is a debit or says that it is at that place. Every asset sums to zero at all
 * times, on trade date and on settlement date, because nothing here can take from one account without giving to another.
 */
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import { PairIndex, type PairKeys } from "../base/pair-index.ts";
import type { Section, SectionReader, Stateful } from "../base/state.ts";
import { Table } from "../base/table.ts";
import type { Settlement } from "./settlement.ts";

/** Is told of every change of a trade-date balance, after it. Must not post. */
export interface BalanceObserver {
  balanceChanged(account: number, asset: number, before: number, after: number): void;
}

/** Trade date: what has been agreed. Settlement: what has also settled. */
export type Basis = "trade-date" | "settlement";

/** An asset whose balances do not sum to zero: the sign of a fault in the program or of damaged memory. */
export interface Imbalance {
  readonly asset: number;
  readonly basis: Basis;
  /** What the balances sum to, in units of the asset. */
  readonly difference: number;
}

/** The most that pending amounts of one row may add up to, signs aside. */
const HALF_RANGE = 2 ** 52;
/** While all that is pending in all rows is below this, no row needs to be looked up: the usual case. */
const QUARTER_RANGE = 2 ** 51;
/** Balances are split at this many units when they are summed, so that both sums stay exact. */
const LIMB = 2 ** 26;

/** 36 bytes; the index and the account's list add some 7. */
const ROW = {
  account: "u32",
  asset: "u32",
  quantity: "f64",
  cost: "f64",
  opened: "i32",
  lots: "i32",
  nextInAccount: "u32",
} as const;

const ACCOUNT = { first: "u32", cash: "u32" } as const;

/**
 * The house's currency: the first instrument that was listed, which can only be a currency. Its rows are found by account
 * alone, without the index, because most postings are of it.
 */
const HOUSE_CURRENCY = 0;

/** Marks the single lot of a position, which stands in the row itself. */
export const SINGLE_LOT = -1;

export class Ledger implements Stateful {
  readonly settlement: Settlement;
  /**
   * `quantity` is the trade-date balance in units of the asset. Of a position with tax lots, `cost` is the basis of all
   * lots in cents (negative where short), `opened` the acquisition day of the oldest, and `lots` refers to the list of
   * lots; see lots.ts. `nextInAccount` is the account's next row + 1.
   */
  readonly rows: Table<typeof ROW>;
  observer: BalanceObserver | undefined = undefined;
  /** By account: its newest row + 1, and its row of the house's currency + 1. */
  readonly #accounts: Table<typeof ACCOUNT>;
  readonly #index: PairIndex;
  #keys: PairKeys;

  /** The capacities are starting sizes, for those who know how much is coming; everything grows. */
  constructor(settlement: Settlement, { rows = 1024, accounts = 1024 }: { rows?: number; accounts?: number } = {}) {
    this.settlement = settlement;
    this.rows = new Table("ledger.rows", ROW, { capacity: rows });
    this.#accounts = new Table("ledger.accounts", ACCOUNT, { capacity: accounts });
    this.#keys = { first: this.rows.columns.account, second: this.rows.columns.asset };
    this.#index = new PairIndex("ledger.index", () => this.#currentKeys(), rows);
  }

  #currentKeys(): PairKeys {
    const { account, asset } = this.rows.columns;
    if (this.#keys.first !== account) this.#keys = { first: account, second: asset };
    return this.#keys;
  }

  /** Rows in use. */
  get size(): number {
    return this.rows.size;
  }

  /** The row of an account's balance of an asset, or -1 where they never met. */
  row(account: number, asset: number): number {
    if (asset !== HOUSE_CURRENCY) return this.#index.find(account, asset);
    return account < this.#accounts.size ? this.#accounts.columns.cash[account] - 1 : -1;
  }

  /** The row, made now with a balance of zero where there is none. */
  rowFor(account: number, asset: number): number {
    const found = this.row(account, asset);
    if (found !== -1) return found;
    const row = this.rows.add();
    while (this.#accounts.size <= account) this.#addAccount();
    const { columns } = this.rows;
    const { first, cash } = this.#accounts.columns;
    columns.account[row] = account;
    columns.asset[row] = asset;
    columns.quantity[row] = 0;
    columns.cost[row] = 0;
    columns.opened[row] = 0;
    columns.lots[row] = SINGLE_LOT;
    columns.nextInAccount[row] = first[account];
    first[account] = row + 1;
    if (asset === HOUSE_CURRENCY) cash[account] = row + 1;
    else this.#index.insert(row);
    return row;
  }

  #addAccount(): void {
    const account = this.#accounts.add();
    this.#accounts.columns.first[account] = 0;
    this.#accounts.columns.cash[account] = 0;
  }

  /** Makes room for `rows` more rows and their account, so that `rowFor` cannot fail. Throws `table-full`. */
  reserve(rows: number, account: number): void {
    this.rows.reserve(this.rows.size + rows);
    this.#accounts.reserve(account + 1);
  }

  /** The first row of an account, or -1; with `nextRow`, all of them, newest first. */
  firstRow(account: number): number {
    return account < this.#accounts.size ? this.#accounts.columns.first[account] - 1 : -1;
  }

  nextRow(row: number): number {
    return this.rows.columns.nextInAccount[row] - 1;
  }

  /** The balance on trade date, in units of the asset: cents for dollars. */
  balance(account: number, asset: number): number {
    const row = this.row(account, asset);
    return row === -1 ? 0 : this.rows.columns.quantity[row];
  }

  /** The balance without what has not settled. */
  settledBalance(account: number, asset: number): number {
    const row = this.row(account, asset);
    return row === -1 ? 0 : this.settledOf(row);
  }

  settledOf(row: number): number {
    return this.rows.columns.quantity[row] - this.settlement.pending(row);
  }

  /** The balance of a row on a basis. */
  balanceOf(row: number, basis: Basis): number {
    return basis === "settlement" ? this.settledOf(row) : this.rows.columns.quantity[row];
  }

  /**
   * Whether the row (-1 for a new one) can stand at `after` with `pending` units more (not negative) to settle, so that
   * every balance on the way is exact in whatever order the days come.
   */
  fits(row: number, after: number, pending: number): boolean {
    const { settlement } = this;
    if (after <= HALF_RANGE && after >= -HALF_RANGE && settlement.pendingTotal + pending <= QUARTER_RANGE) return true;
    const gross = (row === -1 ? 0 : settlement.pendingGross(row)) + pending;
    return (pending === 0 || gross <= HALF_RANGE) && Math.abs(after) + gross <= Number.MAX_SAFE_INTEGER;
  }

  /**
   * Moves `units` (whole, not negative) of an asset on both bases. Throws `not-exact`, `not-allowed` for one account with
   * itself, or `overflow`; then nothing has changed.
   */
  transfer(asset: number, from: number, to: number, units: number): void {
    if (!Number.isSafeInteger(units) || units < 0) throw notWhole(units);
    if (from === to) throw sameAccount(from);
    if (units === 0) return;
    let fromRow = this.row(from, asset);
    let toRow = this.row(to, asset);
    const { quantity } = this.rows.columns;
    if (!this.fits(fromRow, (fromRow === -1 ? 0 : quantity[fromRow]) - units, 0)) throw overflow(from, asset, -units);
    if (!this.fits(toRow, (toRow === -1 ? 0 : quantity[toRow]) + units, 0)) throw overflow(to, asset, units);
    if (fromRow === -1 || toRow === -1) {
      this.reserve(2, Math.max(from, to));
      fromRow = this.rowFor(from, asset);
      toRow = this.rowFor(to, asset);
    }
    this.post(fromRow, -units);
    this.post(toRow, units);
  }

  /** Adds to the trade-date balance of a row what was checked before, and tells the observer. */
  post(row: number, units: number): void {
    const { quantity } = this.rows.columns;
    const before = quantity[row];
    const after = before + units;
    assert(
      after <= Number.MAX_SAFE_INTEGER && after >= -Number.MAX_SAFE_INTEGER,
      "a posting was checked before it was made",
    );
    quantity[row] = after;
    if (this.observer === undefined) return;
    this.observer.balanceChanged(this.rows.columns.account[row], this.rows.columns.asset[row], before, after);
  }

  /** Sums every asset on both bases and returns those that are not zero; none, if the program is right. */
  verifyConservation(): Imbalance[] {
    const { asset, quantity } = this.rows.columns;
    let assets = 0;
    for (let row = 0; row < this.size; row++) if (asset[row] >= assets) assets = asset[row] + 1;
    const trade = new SplitSums(assets);
    const settled = new SplitSums(assets);
    for (let row = 0; row < this.size; row++) {
      trade.add(asset[row], quantity[row]);
      settled.add(asset[row], this.settledOf(row));
    }
    const found: Imbalance[] = [];
    for (let number = 0; number < assets; number++) {
      if (trade.of(number) !== 0) found.push({ asset: number, basis: "trade-date", difference: trade.of(number) });
      if (settled.of(number) !== 0) found.push({ asset: number, basis: "settlement", difference: settled.of(number) });
    }
    return found;
  }

  sections(): Section[] {
    return [...this.rows.sections(), ...this.#accounts.sections(), ...this.#index.sections()];
  }

  restore(sections: SectionReader): void {
    this.rows.restore(sections);
    this.#accounts.restore(sections);
    this.#index.restore(sections);
  }

  /** Bytes of memory held by rows, accounts and index, used or not; settlement and lots count their own. */
  get byteLength(): number {
    return this.rows.byteLength + this.#accounts.byteLength + this.#index.byteLength;
  }
}

/** Sums of balances by asset, exact for a hundred million balances of any size: high and low parts are summed apart. */
class SplitSums {
  readonly #high: Float64Array;
  readonly #low: Float64Array;

  constructor(assets: number) {
    this.#high = new Float64Array(assets);
    this.#low = new Float64Array(assets);
  }

  add(asset: number, units: number): void {
    const low = units % LIMB;
    this.#low[asset] += low;
    this.#high[asset] += (units - low) / LIMB;
  }

  of(asset: number): number {
    return this.#high[asset] * LIMB + this.#low[asset];
  }
}

function notWhole(units: number): Trouble {
  return new Trouble("not-exact", "cannot be transferred", {
    field: "units",
    value: units,
    expected: "a whole number of units below 2^53, not negative",
  });
}

function sameAccount(account: number): Trouble {
  return new Trouble("not-allowed", "an account cannot transfer to itself", { field: "account", value: account });
}

function overflow(account: number, asset: number, units: number): Trouble {
  return new Trouble("overflow", `the balance of asset ${asset} in account ${account} would pass 2^53 units`, {
    field: "units",
    value: units,
  });
}
