/** The prices of a branch: those of the trunk, but for what is stated here. */
import { AssertionError } from "../../base/assert.ts";
import type { Market } from "../market.ts";

export class BranchMarket implements Pick<Market, "price" | "phase"> {
  readonly #trunk: Pick<Market, "price">;
  readonly #stated = new Map<number, number>();

  constructor(trunk: Pick<Market, "price">) {
    this.#trunk = trunk;
  }

  /** The valuation price, NaN where it is unknown. */
  price(row: number): number {
    const stated = this.#stated.size === 0 ? undefined : this.#stated.get(row);
    return stated ?? this.#trunk.price(row);
  }

  /** A stated price: it is the valuation price from now on. True where that changed. */
  mark(row: number, price: number): boolean {
    if (price === this.price(row)) return false;
    this.#stated.set(row, price);
    return true;
  }

  phase(): never {
    throw new AssertionError("a branch has no phases of the market");
  }
}
