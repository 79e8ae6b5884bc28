/**
 * The accounts that are margined as a whole, and on which underlyings they hold options: whom it concerns that a value was
 * stated, or that a session closed and with it what volatilities are implied from.
 */
import type { MarginAccount, MarginBooks } from "../account.ts";

const NOBODY: ReadonlySet<number> = new Set();

export class WholeAccounts {
  readonly #books: MarginBooks;
  /** By principal: the underlyings of its options. */
  readonly #underlyings = new Map<number, ReadonlySet<number>>();
  readonly #byUnderlying = new Map<number, Set<number>>();

  constructor(books: MarginBooks) {
    this.#books = books;
  }

  /** The account is margined as a whole, or its positions are others. */
  add({ account, members }: MarginAccount): void {
    this.remove(account);
    const { instruments, ledger } = this.#books;
    const underlyings = new Set<number>();
    for (const member of members)
      for (let row = ledger.firstRow(member); row !== -1; row = ledger.nextRow(row)) {
        const { asset, quantity } = ledger.rows.columns;
        if (quantity[row] !== 0 && instruments.type(asset[row]) === "option")
          underlyings.add(instruments.columns.underlying[asset[row]]);
      }
    this.#underlyings.set(account, underlyings);
    for (const underlying of underlyings) {
      const holders = this.#byUnderlying.get(underlying);
      if (holders === undefined) this.#byUnderlying.set(underlying, new Set([account]));
      else holders.add(account);
    }
  }

  remove(principal: number): void {
    for (const underlying of this.#underlyings.get(principal) ?? [])
      this.#byUnderlying.get(underlying)?.delete(principal);
    this.#underlyings.delete(principal);
  }

  /** Their principals. */
  all(): Iterable<number> {
    return this.#underlyings.keys();
  }

  /** Those with options on what an instrument is, or is an option on. */
  withOptionsOn(instrument: number): Iterable<number> {
    const { instruments } = this.#books;
    const isOption = instruments.type(instrument) === "option";
    return this.#byUnderlying.get(isOption ? instruments.columns.underlying[instrument] : instrument) ?? NOBODY;
  }
}
