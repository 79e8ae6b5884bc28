/** What has not settled in a branch: what the trunk still expects of the rows that were brought over, and what is new. */
import type { Day } from "../../base/time.ts";
import { Settlement } from "../settlement.ts";

export class BranchSettlement extends Settlement {
  readonly #trunk: Settlement;
  /** From a row of the branch's ledger to the trunk's, or -1. */
  readonly #trunkRow: (row: number) => number;

  constructor(trunk: Settlement, trunkRow: (row: number) => number) {
    super();
    this.#trunk = trunk;
    this.#trunkRow = trunkRow;
  }

  override get openedDay(): Day {
    return Math.max(super.openedDay, this.#trunk.openedDay) as Day;
  }

  override pending(row: number): number {
    return super.pending(row) + this.#expected(row).net;
  }

  override pendingGross(row: number): number {
    return super.pendingGross(row) + this.#expected(row).gross;
  }

  override get pendingTotal(): number {
    return super.pendingTotal + this.#trunk.pendingTotal;
  }

  /** What of the trunk's row will settle after the branch's day. */
  #expected(row: number): { readonly net: number; readonly gross: number } {
    const trunkRow = this.#trunkRow(row);
    if (trunkRow === -1) return { net: 0, gross: 0 };
    const day = this.openedDay;
    if (day > this.#trunk.openedDay) return this.#trunk.pendingAfter(trunkRow, day);
    return { net: this.#trunk.pending(trunkRow), gross: this.#trunk.pendingGross(trunkRow) };
  }
}
