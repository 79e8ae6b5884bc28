/**
 * Balances of cash kept by deltas: the firm's own dollars, and what stands on each line of indebtedness, debit items,
 * subordinated loans and non-allowable assets. A posting to a customer's account costs two additions.
 */
import type { Accounts } from "../books/accounts.ts";
import { ACCOUNT_TYPES } from "../facts/kinds.ts";
import { type CashCategory, type CashLine, type CashRole, cashRole } from "./cash.ts";

/** In the column of roles: not found yet. A line: none. */
const UNRESOLVED = 0;
const NO_LINE = -1;
const GENERAL_LEDGER = ACCOUNT_TYPES.indexOf("general-ledger");

/** To which lines a balance goes, by their index, or that it is the firm's own. Few roles serve all accounts. */
interface Role {
  readonly own: boolean;
  readonly credit: number;
  readonly debit: number;
  readonly net: number;
}

export class RunningCash {
  readonly lines: CashLine[] = [];
  readonly #accounts: Accounts;
  readonly #lineOf = new Map<string, number>();
  /** By currency (0 is the first that was met), then by line: what stands on it, in the currency's smallest unit. */
  readonly #sums: Float64Array[] = [];
  #linesMax = 64;
  readonly #roles: Role[] = [];
  readonly #roleByLines = new Map<string, number>();
  /** By type of account, but for those of the general ledger: its role + 1. */
  readonly #roleOfType: (number | undefined)[] = [];
  /** By account: its role + 1. */
  #roleOf = new Int32Array(1024);

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  /** The same sums, to be changed apart. */
  copy(): RunningCash {
    const copy = new RunningCash(this.#accounts);
    copy.lines.push(...this.lines);
    for (const [code, index] of this.#lineOf) copy.#lineOf.set(code, index);
    for (const sums of this.#sums) copy.#sums.push(sums.slice());
    copy.#linesMax = this.#linesMax;
    return copy;
  }

  clear(): void {
    this.lines.length = 0;
    this.#lineOf.clear();
    this.#sums.length = 0;
    this.#roles.length = 0;
    this.#roleByLines.clear();
    this.#roleOfType.length = 0;
    this.#roleOf.fill(UNRESOLVED);
  }

  /** Whether the account's cash is the firm's own equity. */
  isOwn(account: number): boolean {
    return this.#role(account).own;
  }

  /** An account that is not the firm's own went from one balance to another, in this currency. */
  changed(account: number, currency: number, before: number, after: number): void {
    const { credit, debit, net } = this.#role(account);
    const sums = this.#sumsOf(currency);
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
    if (account < this.#roleOf.length) this.#roleOf[account] = UNRESOLVED;
  }

  #role(account: number): Role {
    if (account >= this.#roleOf.length) this.#growAccounts(account);
    return this.#roles[(this.#roleOf[account] || this.#resolve(account)) - 1];
  }

  /** All accounts of a type have one role, but for those of the general ledger. */
  #resolve(account: number): number {
    const type = this.#accounts.columns.type[account];
    const known = this.#roleOfType[type];
    if (known !== undefined) return (this.#roleOf[account] = known);
    const { own, credit, debit, net }: CashRole = cashRole(this.#accounts.attributes(account));
    const found = this.#roleNumber({
      own,
      credit: this.#line(credit),
      debit: this.#line(debit),
      net: this.#line(net),
    });
    if (type !== GENERAL_LEDGER) this.#roleOfType[type] = found;
    return (this.#roleOf[account] = found);
  }

  #roleNumber(role: Role): number {
    const key = `${role.own} ${role.credit} ${role.debit} ${role.net}`;
    const number = this.#roleByLines.get(key) ?? this.#roles.push(role);
    this.#roleByLines.set(key, number);
    return number;
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
    const grown = new Int32Array(Math.max(account + 1, this.#roleOf.length * 2));
    grown.set(this.#roleOf);
    this.#roleOf = grown;
  }
}
