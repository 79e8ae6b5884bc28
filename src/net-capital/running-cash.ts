/**
 * Balances of cash kept by deltas: the firm's own dollars, and what stands on each line of indebtedness, debit items,
 * subordinated loans and non-allowable assets. A posting to a customer's account costs two additions.
 */
import type { Accounts } from "../books/accounts.ts";
import { ACCOUNT_TYPES } from "../facts/kinds.ts";
import { type CashCategory, type CashLine, type CashRole, cashRole } from "./cash.ts";

/** Roles of accounts, and no line: in the columns by account. */
const UNRESOLVED = 0;
const OWN = 1;
const OTHER = 2;
const NO_LINE = -1;
const GENERAL_LEDGER = ACCOUNT_TYPES.indexOf("general-ledger");

export class RunningCash {
  readonly lines: CashLine[] = [];
  readonly #accounts: Accounts;
  readonly #lineOf = new Map<string, number>();
  /** By currency (0 is the first that was met), then by line: what stands on it, in the currency's smallest unit. */
  readonly #sums: Float64Array[] = [];
  #linesMax = 64;
  /** By type: an account whose role was found. */
  readonly #firstOfType: (number | undefined)[] = [];
  /** By account. */
  #kind = new Uint8Array(1024);
  #credit = new Int32Array(1024);
  #debit = new Int32Array(1024);
  #net = new Int32Array(1024);

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  clear(): void {
    this.lines.length = 0;
    this.#lineOf.clear();
    this.#sums.length = 0;
    this.#kind.fill(UNRESOLVED);
    this.#firstOfType.length = 0;
  }

  /** Whether the account's cash is the firm's own equity. */
  isOwn(account: number): boolean {
    return this.#resolved(account) === OWN;
  }

  /** An account that is not the firm's own went from one balance to another, in this currency. */
  changed(account: number, currency: number, before: number, after: number): void {
    this.#resolved(account);
    const sums = this.#sumsOf(currency);
    const credit = this.#credit[account];
    const debit = this.#debit[account];
    const net = this.#net[account];
    if (credit !== NO_LINE) sums[credit] += (after > 0 ? after : 0) - (before > 0 ? before : 0);
    if (debit !== NO_LINE) sums[debit] += (after < 0 ? -after : 0) - (before < 0 ? -before : 0);
    if (net !== NO_LINE) sums[net] += before - after;
  }

  /** What stands on a line in a currency. */
  sum(line: number, currency: number): number {
    return currency < this.#sums.length ? this.#sums[currency][line] : 0;
  }

  category(line: number): CashCategory {
    return this.lines[line].category;
  }

  /** The account says something else of itself: its role is found anew at its next balance. */
  forget(account: number): void {
    if (account < this.#kind.length) this.#kind[account] = UNRESOLVED;
  }

  #resolved(account: number): number {
    if (account >= this.#kind.length) this.#growAccounts(account);
    const kind = this.#kind[account];
    return kind === UNRESOLVED ? this.#resolve(account) : kind;
  }

  /** All accounts of a type have one role, but for those of the general ledger. */
  #resolve(account: number): number {
    const type = this.#accounts.columns.type[account];
    const known = this.#firstOfType[type];
    if (known !== undefined && this.#kind[known] !== UNRESOLVED) {
      this.#credit[account] = this.#credit[known];
      this.#debit[account] = this.#debit[known];
      this.#net[account] = this.#net[known];
      return (this.#kind[account] = this.#kind[known]);
    }
    if (type !== GENERAL_LEDGER) this.#firstOfType[type] = account;
    const role: CashRole = cashRole(this.#accounts.attributes(account));
    this.#credit[account] = this.#line(role.credit);
    this.#debit[account] = this.#line(role.debit);
    this.#net[account] = this.#line(role.net);
    return (this.#kind[account] = role.own ? OWN : OTHER);
  }

  #line(line: CashLine | undefined): number {
    if (line === undefined) return NO_LINE;
    const known = this.#lineOf.get(line.code);
    if (known !== undefined) return known;
    const index = this.lines.push(line) - 1;
    this.#lineOf.set(line.code, index);
    if (index >= this.#linesMax) this.#growLines();
    return index;
  }

  #sumsOf(currency: number): Float64Array {
    while (this.#sums.length <= currency) this.#sums.push(new Float64Array(this.#linesMax));
    return this.#sums[currency];
  }

  #growLines(): void {
    this.#linesMax *= 2;
    for (const [currency, sums] of this.#sums.entries()) {
      const grown = new Float64Array(this.#linesMax);
      grown.set(sums);
      this.#sums[currency] = grown;
    }
  }

  #growAccounts(account: number): void {
    const size = Math.max(account + 1, this.#kind.length * 2);
    const grow = (column: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(size);
      grown.set(column);
      return grown;
    };
    const kind = new Uint8Array(size);
    kind.set(this.#kind);
    this.#kind = kind;
    this.#credit = grow(this.#credit);
    this.#debit = grow(this.#debit);
    this.#net = grow(this.#net);
  }
}
