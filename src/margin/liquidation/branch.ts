/**
 * The margin of an account with other holdings and other cash than it has: the same computation over a branch of its ledger,
 * so that nothing is approximated. The books themselves are only read, and must stand still while the branch is used.
 */
import type { Cents } from "../../base/money.ts";
import { BranchLedger } from "../../books/branch/ledger.ts";
import { BASE_CURRENCY, cashOf, type Holding, holdingsOf, type MarginAccount, type MarginBooks } from "../account.ts";
import type { Margin } from "./case.ts";

export class MarginBranch {
  readonly #account: MarginAccount;
  readonly #books: MarginBooks;
  readonly #ledger: BranchLedger;
  readonly #dollars: number;
  readonly #compute: (books: MarginBooks) => Margin | undefined;

  /** `compute` gives the margin of the account in the books it is given; undefined where that cannot be said. */
  constructor(books: MarginBooks, account: MarginAccount, compute: (books: MarginBooks) => Margin | undefined) {
    this.#account = account;
    this.#ledger = new BranchLedger(books.ledger, books.settlement);
    this.#books = { ...books, ledger: this.#ledger };
    this.#dollars = books.instruments.findText(BASE_CURRENCY);
    this.#compute = compute;
  }

  /** With these holdings, none else, and so much cash, other currencies at market included. */
  marginAfter(holdings: readonly Holding[], cash: Cents): Margin | undefined {
    for (const { account, instrument } of holdingsOf(this.#books, this.#account)) this.#set(account, instrument, 0);
    for (const { account, instrument, units } of holdings) this.#set(account, instrument, units);
    const { account } = this.#account;
    const change = cash - cashOf(this.#books, this.#account);
    this.#set(account, this.#dollars, this.#ledger.balance(account, this.#dollars) + change);
    return this.#compute(this.#books);
  }

  #set(account: number, asset: number, units: number): void {
    const row = this.#ledger.rowFor(account, asset);
    this.#ledger.post(row, units - this.#ledger.rows.columns.quantity[row]);
  }
}
