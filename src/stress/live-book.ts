/**
 * The firm's books as the sweep reads them while facts go on. An account is linear where it is on maintenance margin, holds one
 * side of each name, no options and nothing that converts, nothing in another currency, and every position of it requires by its
 * units and price alone; a cash account that owes nothing is never short of anything. Every other account is one group: the
 * exact run says its figures under every scenario (`preparation.ts`), and they stay until the next one says others.
 *
 * The excess of linear accounts is that over 4210(c) and (e); what the house asks beyond depends on whole accounts, and only the
 * exact run has it.
 */
import type { Books } from "../books/books.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { BASE_CURRENCY, type MarginAccount, marginAccountOf, marginAccounts } from "../margin/account.ts";
import type { SideTerms } from "./grid.ts";
import { INSTRUMENTS_MOST } from "./grid.ts";
import type { Positions, Standing, SweepSource } from "./sweep.ts";

const UNITS = 10 ** PRICE_SCALE;
const NONE = -1;

export type ReadBooks = Pick<
  Books,
  "accounts" | "calendar" | "instruments" | "ledger" | "market" | "names" | "reports" | "settlement"
>;

/** What a unit is worth for each dollar of price, and requires on each side; undefined where it is margined in groups. */
export interface UnitTerms {
  readonly worth: number;
  readonly long: SideTerms | undefined;
  readonly short: SideTerms | undefined;
}

export class LiveBook implements SweepSource {
  /** How many accounts can be numbered. */
  readonly room: number;
  readonly #books: ReadBooks;
  readonly #cursor: Standing;
  /** By number; undefined where it is no longer margined by itself. */
  readonly #accounts: (MarginAccount | undefined)[] = [];
  readonly #placeOfPrincipal = new Map<number, number>();
  /** By row of the ledger's accounts: the number of the margin account that it is part of, or -1. */
  #placeOf = new Int32Array(1024).fill(NONE);
  /** By instrument row: its number, or -1; and back. */
  #numberOf = new Int32Array(1024).fill(NONE);
  readonly #instruments: number[] = [];
  readonly #instrumentRoom: number;
  readonly #dollar: number;
  /** By instrument row. */
  #terms: readonly (UnitTerms | undefined)[] = [];
  /** By row of the principal: figures of an account that is one group. */
  #rows: ReadonlyMap<number, Float32Array> = new Map();
  /** Numbers of accounts that are groups at present. */
  readonly #groups = new Set<number>();
  /** Called with an instrument that is met first, once it has its number. */
  met: (instrument: number, number: number) => void = () => undefined;

  /** `cursor` is at the fact that was applied last. */
  constructor(books: ReadBooks, cursor: Standing) {
    this.#books = books;
    this.#cursor = cursor;
    this.#dollar = books.instruments.findText(BASE_CURRENCY);
    for (const account of marginAccounts(books)) this.#number(account);
    this.room = this.size + (this.size >>> 3) + 1024;
    const { size } = books.instruments;
    this.#instrumentRoom = Math.min(INSTRUMENTS_MOST, size + (size >>> 3) + 256);
  }

  get standing(): Standing {
    return { seq: this.#cursor.seq, at: this.#cursor.at };
  }

  get size(): number {
    return this.#accounts.length;
  }

  /** How many accounts are groups, as they were last read. */
  get groupsRead(): number {
    return this.#groups.size;
  }

  /** A grid that has room for the book, and for it to grow by an eighth and more. Room that is not used costs nothing. */
  gridSize(sets: number) {
    const { size } = this.#books.ledger;
    const groups = this.#rows.size;
    return {
      accounts: this.room,
      positions: size + (size >>> 1) + 2 * this.room + 8192,
      instruments: this.#instrumentRoom,
      groups: groups + (groups >>> 2) + 1024,
      sets,
    };
  }

  /** Other terms, and figures of groups by the row of the principal; the accounts that have some must be read anew. */
  prepare(terms: readonly (UnitTerms | undefined)[], rows: ReadonlyMap<number, Float32Array>): void {
    this.#terms = terms;
    this.#rows = rows;
  }

  /** The instruments met so far, by number. */
  get instruments(): readonly number[] {
    return this.#instruments;
  }

  terms(instrument: number): UnitTerms | undefined {
    return this.#terms[instrument];
  }

  // ——— what changed ———

  /** The number of the account that a row is part of; -1 where there is none. */
  place(row: number): number {
    return row < this.#placeOf.length ? this.#placeOf[row] : NONE;
  }

  /** The number of an instrument; -1 where no linear account held any yet. */
  number(instrument: number): number {
    return instrument < this.#numberOf.length ? this.#numberOf[instrument] : NONE;
  }

  /**
   * An account was opened, or is margined on other terms: the numbers of accounts that are others by it. Undefined where there
   * is no room for one more.
   */
  accountChanged(row: number): readonly number[] | undefined {
    const before = this.place(row);
    const after = marginAccountOf(this.#books, row);
    const touched = new Set<number>();
    for (const principal of new Set([this.#accounts[before]?.account ?? row, row, after?.account ?? row])) {
      const account = marginAccountOf(this.#books, principal);
      const own = account?.account === principal ? account : undefined;
      const known = this.#placeOfPrincipal.get(principal) ?? NONE;
      if (own === undefined) {
        if (known !== NONE) this.#accounts[known] = undefined;
      } else if (known !== NONE) {
        this.#accounts[known] = own;
        this.#member(own, known);
      } else if (this.size === this.room) return undefined;
      else this.#number(own);
      if (known !== NONE) touched.add(known);
      if (own !== undefined) touched.add(this.place(own.account));
    }
    return [...touched];
  }

  #number(account: MarginAccount): void {
    const number = this.#accounts.push(account) - 1;
    this.#placeOfPrincipal.set(account.account, number);
    this.#member(account, number);
  }

  #member({ members }: MarginAccount, number: number): void {
    for (const member of members) {
      this.#placeOf = withRoom(this.#placeOf, member);
      this.#placeOf[member] = number;
    }
  }

  // ——— what the sweep reads ———

  price(number: number): number {
    return number < this.#instruments.length ? this.#books.market.price(this.#instruments[number]) / UNITS : Number.NaN;
  }

  read(number: number, positions: Positions): number {
    const account = this.#accounts[number];
    this.#groups.delete(number);
    if (account === undefined) return 0;
    if (this.#isLinear(account, positions)) return this.#cash / 100;
    positions.count = 0;
    this.#groups.add(number);
    return this.#rows.has(account.account) ? 0 : Number.NaN;
  }

  groups(number: number): Float32Array | undefined {
    const account = this.#accounts[number];
    return account !== undefined && this.#groups.has(number) ? this.#rows.get(account.account) : undefined;
  }

  /** Dollars of the account that was read last, in cents. */
  #cash = 0;

  /** Reads an account that is linear; false where it is not, with some of it read. */
  #isLinear({ regime, terms, members }: MarginAccount, positions: Positions): boolean {
    const { ledger, instruments } = this.#books;
    const { asset, quantity } = ledger.rows.columns;
    this.#cash = 0;
    if (regime === "cash") return this.#owesNothing(members);
    if (regime !== "margin" || terms.exempt) return false;
    const names = members.length > 1 ? new Set<number>() : undefined;
    for (const member of members)
      for (let row = ledger.firstRow(member); row !== NONE; row = ledger.nextRow(row)) {
        const units = quantity[row];
        if (units === 0) continue;
        const instrument = asset[row];
        if (instrument === this.#dollar) this.#cash += units;
        else {
          const unit = this.#terms[instrument];
          const isNew = names?.has(instrument) !== true;
          if (!isNew || (units > 0 ? unit?.long : unit?.short) === undefined) return false;
          if (instruments.type(instrument) === "currency") return false;
          names?.add(instrument);
          const number = this.#numbered(instrument);
          if (number === NONE) return false;
          positions.add(number, units);
        }
      }
    return true;
  }

  /** Neither a debit nor anything short. */
  #owesNothing(members: readonly number[]): boolean {
    const { ledger } = this.#books;
    for (const member of members)
      for (let row = ledger.firstRow(member); row !== NONE; row = ledger.nextRow(row))
        if (ledger.rows.columns.quantity[row] < 0) return false;
    return true;
  }

  #numbered(instrument: number): number {
    const known = this.number(instrument);
    if (known !== NONE || this.#instruments.length === this.#instrumentRoom) return known;
    this.#numberOf = withRoom(this.#numberOf, instrument);
    const number = this.#instruments.push(instrument) - 1;
    this.#numberOf[instrument] = number;
    this.met(instrument, number);
    return number;
  }
}

function withRoom(column: Int32Array<ArrayBuffer>, index: number): Int32Array<ArrayBuffer> {
  if (index < column.length) return column;
  const grown = new Int32Array(Math.max(index + 1, column.length * 2)).fill(NONE);
  grown.set(column);
  return grown;
}
