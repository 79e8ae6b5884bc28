/** The tax lots of a branch: a position's lots come over with its ledger row, an account's profit when it changes. */
import type { Cents } from "../../base/money.ts";
import { Lots } from "../lots.ts";
import type { BranchLedger } from "./ledger.ts";

export class BranchLots extends Lots {
  readonly #trunk: Lots;
  /** By account, where it is no longer what it is in the trunk. */
  readonly #realised = new Map<number, number>();

  constructor(trunk: Lots, ledger: BranchLedger) {
    super(ledger);
    this.#trunk = trunk;
    ledger.broughtOver = (row, trunkRow) => this.take(row, trunk.list(trunkRow));
  }

  override realised(account: number): Cents {
    return (this.#realised.get(account) ?? this.#trunk.realised(account)) as Cents;
  }

  override reserve(_account: number, lots: number): void {
    super.reserve(0, lots);
  }

  protected override realise(account: number, profit: number): void {
    if (profit !== 0) this.#realised.set(account, this.realised(account) + profit);
  }
}
