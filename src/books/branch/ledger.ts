/**
 * The ledger of a branch: it looks like the trunk's, and costs what is looked at. A row of the trunk is brought over, with
 * its balance and its lots, when it is first asked for; from then on the two are apart. The trunk is only ever read, so
 * whatever happens to the branch, the trunk is what it was; it must not change while the branch is in use.
 *
 * Looking up a row may bring it over and so replace the columns: read them after the look-up.
 */
import { assert } from "../../base/assert.ts";
import { PairIndex } from "../../base/pair-index.ts";
import { Ledger, SINGLE_LOT } from "../ledger.ts";
import type { Settlement } from "../settlement.ts";

const NONE = -1;

export class BranchLedger extends Ledger {
  readonly #trunk: Ledger;
  readonly #index: PairIndex;
  /** By row here: the row of the trunk that it came from, or -1. */
  readonly #trunkRows: number[] = [];
  /** First rows of the accounts that were listed whole. */
  readonly #firsts = new Map<number, number>();
  /** Is told of a row that was brought over, with its number here and in the trunk. */
  broughtOver: ((row: number, trunkRow: number) => void) | undefined = undefined;

  constructor(trunk: Ledger, settlement: Settlement) {
    super(settlement, { rows: 256, accounts: 1 });
    this.#trunk = trunk;
    this.#index = new PairIndex("branch.ledger", () => this.#keys(), 256);
  }

  #keys(): { readonly first: Uint32Array; readonly second: Uint32Array } {
    const { account, asset } = this.rows.columns;
    return { first: account, second: asset };
  }

  /** The row of the trunk that a row here came from, or -1. */
  trunkRow(row: number): number {
    return this.#trunkRows[row];
  }

  override row(account: number, asset: number): number {
    const known = this.#index.find(account, asset);
    if (known !== NONE) return known;
    const trunkRow = this.#trunk.row(account, asset);
    return trunkRow === NONE ? NONE : this.#bring(trunkRow);
  }

  override rowFor(account: number, asset: number): number {
    const found = this.row(account, asset);
    if (found !== NONE) return found;
    const row = this.#add(account, asset, NONE);
    const first = this.#firsts.get(account);
    if (first === undefined) return row;
    this.rows.columns.nextInAccount[row] = first + 1;
    this.#firsts.set(account, row);
    return row;
  }

  override reserve(rows: number, _account: number): void {
    this.rows.reserve(this.rows.size + rows);
  }

  override firstRow(account: number): number {
    return this.#firsts.get(account) ?? this.#listAccount(account);
  }

  #add(account: number, asset: number, trunkRow: number): number {
    const row = this.rows.add();
    const { columns } = this.rows;
    columns.account[row] = account;
    columns.asset[row] = asset;
    columns.quantity[row] = 0;
    columns.cost[row] = 0;
    columns.opened[row] = 0;
    columns.lots[row] = SINGLE_LOT;
    columns.nextInAccount[row] = 0;
    this.#trunkRows.push(trunkRow);
    assert(this.#trunkRows.length === this.rows.size, "every row of a branch says where it came from");
    this.#index.insert(row);
    return row;
  }

  #bring(trunkRow: number): number {
    const trunk = this.#trunk.rows.columns;
    const row = this.#add(trunk.account[trunkRow], trunk.asset[trunkRow], trunkRow);
    const { columns } = this.rows;
    columns.quantity[row] = trunk.quantity[trunkRow];
    columns.cost[row] = trunk.cost[trunkRow];
    columns.opened[row] = trunk.opened[trunkRow];
    if (trunk.lots[trunkRow] !== SINGLE_LOT) this.broughtOver?.(row, trunkRow);
    return row;
  }

  /** Brings over all rows of an account and links them in the order of the trunk, behind those that are new here. */
  #listAccount(account: number): number {
    const rows: number[] = [];
    for (let row = this.rows.size - 1; row >= 0; row--) {
      if (this.#trunkRows[row] === NONE && this.rows.columns.account[row] === account) rows.push(row);
    }
    for (let row = this.#trunk.firstRow(account); row !== NONE; row = this.#trunk.nextRow(row)) {
      rows.push(this.row(account, this.#trunk.rows.columns.asset[row]));
    }
    for (const [index, row] of rows.entries()) {
      this.rows.columns.nextInAccount[row] = index + 1 < rows.length ? rows[index + 1] + 1 : 0;
    }
    const first = rows[0] ?? NONE;
    this.#firsts.set(account, first);
    return first;
  }
}
