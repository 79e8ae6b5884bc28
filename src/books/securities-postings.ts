/**
 * What moving securities posts. The balances are one transfer; the work is in the tax lots, which leave an account at
 * what they cost and arrive in another with their cost and acquisition day, so that nobody profits from a move.
 *
 * A cost that the fact states is what the receiver's lot costs. Where it states none, the receiver takes over the lots that
 * leave; for securities that come from no lot (out of a place, or beyond what the giver held) it is their market value,
 * and a market value that is unknown refuses the fact.
 */
import { multiplyDivide } from "../base/divide.ts";
import { Trouble } from "../base/errors.ts";
import type { Day } from "../base/time.ts";
import { LOT_METHODS } from "../facts/kinds.ts";
import { Entry } from "./entry.ts";
import { RELIEF, type Relief } from "./lots.ts";
import type { PostingBooks } from "./posting-books.ts";
import { type Roles, ROLES, whole } from "./posting-roles.ts";
import { NO_DAY } from "./settlement.ts";
import { overflow } from "./trade-postings.ts";

/** A move's terms in row numbers and whole units. */
export interface SecuritiesMove {
  readonly from: number;
  readonly to: number;
  readonly instrument: number;
  /** Units of the instrument, positive. */
  readonly quantity: number;
  /** Units of its currency, not negative; NaN where the fact states none. */
  readonly cost: number;
  /** Acquisition day; `NO_DAY` where the fact states none. */
  readonly acquired: Day;
  /** The day on which it is posted. */
  readonly day: Day;
}

const SPECIFIC = LOT_METHODS.indexOf("specific");

export class SecuritiesPostings {
  readonly #books: PostingBooks;
  readonly #roles: Roles;
  readonly #entry: Entry;
  /** Of the move that was prepared last: units that leave lots, and the cost of the others. */
  #backed = 0;
  #bareCost = 0;

  constructor(books: PostingBooks, roles: Roles) {
    this.#books = books;
    this.#roles = roles;
    this.#entry = new Entry(books.ledger);
  }

  /** Checks everything that can fail and works out what will be posted. Changes nothing; throws what is wrong. */
  prepare(move: SecuritiesMove): void {
    const { from, to, instrument, quantity, cost } = move;
    this.#roles.account(from, ROLES.any, "from");
    this.#roles.account(to, ROLES.any, "to");
    this.#roles.different(from, to, "to");
    this.#roles.security(instrument);
    whole(quantity, "quantity", 1);
    if (!Number.isNaN(cost)) whole(cost, "cost", 0);
    this.#backed = this.#holds(from)
      ? Math.min(quantity, Math.max(0, this.#books.ledger.balance(from, instrument)))
      : 0;
    this.#bareCost = this.#costOf(move, quantity - this.#backed);
    this.#entry.clear();
    this.#entry.move(instrument, from, to, quantity);
    const overflowing = this.#overflowingAccount(move);
    if (overflowing !== -1) throw overflow(this.#roles, overflowing);
    this.#entry.reserve();
    const fromRow = this.#books.ledger.row(from, instrument);
    this.#books.lots.reserve(Math.max(from, to), 2 + (this.#backed === 0 ? 0 : this.#books.lots.count(fromRow)));
  }

  /** Posts what was prepared last. */
  post(move: SecuritiesMove): void {
    const { from, to, instrument, quantity } = move;
    const { ledger, lots } = this.#books;
    const day = move.acquired === NO_DAY ? move.day : move.acquired;
    const bare = quantity - this.#backed;
    if (this.#holds(from)) {
      const row = ledger.rowFor(from, instrument);
      const held = ledger.rows.columns.quantity[row];
      if (this.#backed > 0) lots.withdraw(row, held, this.#backed, this.#reliefOf(from));
      if (bare > 0) lots.trade(row, held - this.#backed, -bare, 0 - this.#bareCost, day, this.#reliefOf(from), NO_DAY);
    }
    if (this.#holds(to)) {
      const row = ledger.rowFor(to, instrument);
      const held = ledger.rows.columns.quantity[row];
      if (!Number.isNaN(move.cost)) lots.trade(row, held, quantity, move.cost, day, this.#reliefOf(to), NO_DAY);
      else this.#receive(move, row, held, day);
    }
    this.#entry.post();
  }

  /** Enters the pieces that left, each with its cost and day, and then what came from no lot. */
  #receive({ to, quantity, acquired }: SecuritiesMove, row: number, before: number, day: Day): void {
    const { lots } = this.#books;
    const relief = this.#reliefOf(to);
    const pieces = this.#backed === 0 ? 0 : lots.takenCount;
    let held = before;
    for (let piece = 0; piece < pieces; piece++) {
      const { quantity: units, cost, opened } = lots.taken;
      lots.trade(
        row,
        held,
        units[piece],
        cost[piece],
        acquired === NO_DAY ? (opened[piece] as Day) : acquired,
        relief,
        NO_DAY,
      );
      held += units[piece];
    }
    const bare = quantity - this.#backed;
    if (bare > 0) lots.trade(row, held, bare, this.#bareCost, day, relief, NO_DAY);
  }

  /** The cost of `bare` units that come from no lot. */
  #costOf({ from, to, instrument, quantity, cost }: SecuritiesMove, bare: number): number {
    if (bare === 0 || (!this.#holds(from) && !this.#holds(to))) return 0;
    if (!Number.isNaN(cost)) return multiplyDivide(cost, bare, quantity);
    const price = this.#books.market.price(instrument);
    if (Number.isNaN(price)) {
      throw new Trouble("missing-input", "no cost is stated and the market value is unknown", {
        field: "cost",
        expected: `the cost, or a price of ${this.#roles.instrumentName(instrument)}`,
      });
    }
    return this.#books.instruments.value(instrument, bare, price);
  }

  #overflowingAccount({ from, to, instrument, quantity, cost }: SecuritiesMove): number {
    const { ledger, lots } = this.#books;
    const overflowing = this.#entry.overflowingAccount();
    if (overflowing !== -1) return overflowing;
    const fromRow = ledger.row(from, instrument);
    if (this.#holds(from) && !lots.fits(from, fromRow, -quantity, this.#bareCost)) return from;
    const leaving = this.#backed === 0 ? 0 : Math.abs(ledger.rows.columns.cost[fromRow]);
    const arriving = Number.isNaN(cost) ? leaving + Math.abs(this.#bareCost) : cost;
    return this.#holds(to) && !lots.fits(to, ledger.row(to, instrument), quantity, arriving) ? to : -1;
  }

  #holds(account: number): boolean {
    return ((ROLES.holder.types >> this.#books.accounts.columns.type[account]) & 1) === 1;
  }

  #reliefOf(account: number): Relief {
    const method = this.#books.accounts.columns.lotMethod[account];
    return method === SPECIFIC ? RELIEF.fifo : (method as Relief);
  }
}
