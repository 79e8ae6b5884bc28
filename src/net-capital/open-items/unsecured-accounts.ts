/**
 * Debits that nothing secures, straight from the books, 15c3-1(c)(2)(iv)(B): an account of a customer on margin, a non-customer
 * or a PAB account that owes dollars and has nothing else to its credit. No price matters, so a posting costs one look at its
 * account, and a tick nothing.
 *
 * Only where the firm says that its books show every customer's securities. Then:
 *   - an account for which an item is reported (a deficit, with its calls and its age) has that item in place of this;
 *   - the books cannot say since when an account is called, so that none is spared for calls;
 *   - cash accounts are left to items, because the rule lets pass what the books do not show, an extension;
 *   - shorts and debits in other currencies are left to items, because they move with prices.
 */
import type { Trouble } from "../../base/errors.ts";
import { type Cents, sum, toCents, ZERO } from "../../base/money.ts";
import type { AccountType } from "../../books/accounts.ts";
import { ACCOUNT_TYPES } from "../../facts/kinds.ts";
import { BASE_CURRENCY } from "../cash.ts";
import { chargeLine, type ChargeContext, type ChargedUnit, type GroupedLine, placeOf } from "./charge.ts";

/** The types of account of which the books can say it. */
const TYPES = [
  "customer-margin",
  "customer-portfolio-margin",
  "pab",
  "non-customer",
] as const satisfies readonly AccountType[];
/** By type in the order of the facts: 1 where it is one of them. */
const IS_OURS = Uint8Array.from(ACCOUNT_TYPES, (type) => (TYPES.some((one) => one === type) ? 1 : 0));
/** How many accounts a line names; the largest. */
const ACCOUNTS_NAMED = 20;

export class UnsecuredAccounts implements ChargedUnit {
  readonly instruments: readonly number[] = [];
  readonly #context: ChargeContext;
  readonly #dollar: number;
  /** Accounts that have an item. */
  #covered: ReadonlySet<number>;
  /** The accounts that count, with their debits. */
  readonly #debits: Map<number, Cents>;
  /** Accounts to be looked at again. */
  readonly #touched = new Set<number>();
  /** What all of them add up to, and what of it has been entered in sums. */
  #total = 0;
  #amount = 0;

  /** `debits` are those of books that these branch off, whose accounts are looked up only where they change. */
  constructor(context: ChargeContext, covered: ReadonlySet<number>, debits?: ReadonlyMap<number, Cents>) {
    const { accounts, instruments } = context.books;
    this.#context = context;
    this.#dollar = instruments.findText(BASE_CURRENCY);
    this.#covered = covered;
    this.#debits = new Map(debits);
    for (const debit of this.#debits.values()) this.#total += debit;
    if (debits === undefined) for (let account = 0; account < accounts.size; account++) this.#count(account);
  }

  get debits(): ReadonlyMap<number, Cents> {
    this.#recount();
    return this.#debits;
  }

  /** A balance of the account changed. Whether it may count here. */
  changed(account: number): boolean {
    if (!this.#isOurs(account)) return false;
    this.#touched.add(account);
    return true;
  }

  /** Other accounts have items now. */
  cover(covered: ReadonlySet<number>): void {
    for (const account of this.#covered) if (!covered.has(account)) this.#touched.add(account);
    for (const account of covered) this.#touched.add(account);
    this.#covered = covered;
  }

  #isOurs(account: number): boolean {
    return IS_OURS[this.#context.books.accounts.columns.type[account]] === 1;
  }

  #recount(): void {
    for (const account of this.#touched) this.#count(account);
    this.#touched.clear();
  }

  #count(account: number): void {
    const before = this.#debits.get(account) ?? 0;
    const after = this.#isOurs(account) && !this.#covered.has(account) ? this.#unsecuredDebit(account) : ZERO;
    if (after === before) return;
    this.#total += after - before;
    if (after === 0) this.#debits.delete(account);
    else this.#debits.set(account, after);
  }

  /** What the account owes, if there is nothing to its credit. */
  #unsecuredDebit(account: number): Cents {
    const { ledger } = this.#context.books;
    const dollars = ledger.balance(account, this.#dollar);
    if (dollars >= 0) return ZERO;
    for (let row = ledger.firstRow(account); row !== -1; row = ledger.nextRow(row))
      if (ledger.rows.columns.quantity[row] > 0) return ZERO;
    return toCents(-dollars);
  }

  revalue(): boolean {
    this.#recount();
    this.#amount = toCents(this.#total);
    return true;
  }

  addTo(sums: Float64Array, sign: 1 | -1): void {
    sums[placeOf("unsecured-accounts")] += sign * this.#amount;
  }

  lines(): readonly GroupedLine[] {
    const { paragraph } = this.#context.rules.openItems.accountDeficits;
    const { accounts } = this.#context.books;
    const byType = Map.groupBy(this.#debits, ([account]) => accounts.type(account));
    return TYPES.flatMap((type): GroupedLine[] => {
      const debits = byType.get(type);
      if (debits === undefined) return [];
      const inputs = { accounts: String(debits.length), calls: "none that the books show" };
      const largest = debits.sort(([a, x], [b, y]) => y - x || a - b).slice(0, ACCOUNTS_NAMED);
      const children = largest.map(([row, debit]) => {
        const { account } = accounts.attributes(row);
        return chargeLine("unsecured-accounts", `${type}/${account}`, account, paragraph, debit, {}).line;
      });
      const amount = sum(debits.map(([, debit]) => debit));
      return [chargeLine("unsecured-accounts", type, `Accounts of type ${type}`, paragraph, amount, inputs, children)];
    });
  }

  troubles(): readonly Trouble[] {
    return [];
  }
}
