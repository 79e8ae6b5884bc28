/**
 * The cash trial balance and the firm's net worth, from the ledger alone. Debits equal credits because every asset sums to
 * zero. A debit is a negative balance: what is at a place, or owed to us; a credit is a claim on us, a revenue or equity.
 */
import { formatDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { add, type Cents, toCents, ZERO } from "../base/money.ts";
import type { AccountType, LedgerClass } from "./accounts.ts";
import type { Basis } from "./ledger.ts";
import type { PostingBooks } from "./posting-books.ts";

interface TrialBalanceEntry {
  readonly account: string;
  readonly type: AccountType;
  readonly title: string;
  /** Of a general-ledger account; null of others. */
  readonly ledgerClass: LedgerClass | null;
  /** One of the two is zero. */
  readonly debit: string;
  readonly credit: string;
}

interface TypeTotal {
  readonly type: AccountType;
  readonly debit: string;
  readonly credit: string;
}

/** As plain JSON, amounts as decimal strings of the currency. */
export interface TrialBalance {
  readonly currency: string;
  readonly basis: Basis;
  /** Every account with a balance, in the order in which they were opened. */
  readonly entries: readonly TrialBalanceEntry[];
  /** The entries' sums by type of account, in the order of first appearance. */
  readonly types: readonly TypeTotal[];
  readonly debits: string;
  readonly credits: string;
}

/** The trial balance of the currency in row `currency`. */
export function trialBalance(books: PostingBooks, currency: number, basis: Basis = "trade-date"): TrialBalance {
  const { accounts, ledger, names } = books;
  const scale = books.instruments.columns.scale[currency];
  const sides = (debit: number, credit: number) => ({
    debit: formatDecimal(debit, scale, scale),
    credit: formatDecimal(credit, scale, scale),
  });
  const totals = new Map<AccountType, { debit: number; credit: number }>();
  const entries: TrialBalanceEntry[] = [];
  for (let account = 0; account < accounts.size; account++) {
    const row = ledger.row(account, currency);
    const balance = row === -1 ? 0 : ledger.balanceOf(row, basis);
    if (balance === 0) continue;
    const { account: name, type, title, ledgerClass } = accounts.attributes(account);
    const total = totals.get(type) ?? { debit: 0, credit: 0 };
    const [debit, credit] = balance < 0 ? [-balance, 0] : [0, balance];
    total.debit = exactly(total.debit + debit);
    total.credit = exactly(total.credit + credit);
    totals.set(type, total);
    entries.push({ account: name, type, title, ledgerClass: ledgerClass ?? null, ...sides(debit, credit) });
  }
  const all = [...totals.values()];
  const { debit: debits, credit: credits } = sides(
    all.reduce((sum, { debit }) => exactly(sum + debit), 0),
    all.reduce((sum, { credit }) => exactly(sum + credit), 0),
  );
  const types = Array.from(totals, ([type, { debit, credit }]): TypeTotal => ({ type, ...sides(debit, credit) }));
  return { currency: names.text(books.instruments.nameId(currency)), basis, entries, types, debits, credits };
}

function exactly(total: number): number {
  if (total <= Number.MAX_SAFE_INTEGER) return total;
  throw new Trouble("overflow", "one side of the trial balance passes 2^53 units", { field: "amount", value: total });
}

/** The firm's net worth, or what must be known before it can be said. */
export type NetWorth =
  | { readonly kind: "known"; readonly cash: Cents; readonly securities: Cents; readonly netWorth: Cents }
  | { readonly kind: "missing-input"; readonly missing: readonly string[] };

const EQUITY_CLASSES: ReadonlySet<LedgerClass | undefined> = new Set([
  "ownership-equity",
  "revenue",
  "expense",
] as const);

/**
 * Ownership equity on trade date: the balances of `currency` in the firm's inventory, error, equity, revenue and expense
 * accounts, plus the market value of the inventory's and error accounts' securities. A position without a price, and cash
 * of another currency, make it unknown.
 */
export function netWorth(books: PostingBooks, currency: number): NetWorth {
  const { accounts, instruments, ledger, market, names } = books;
  const inWhat = names.text(instruments.nameId(currency));
  const missing: string[] = [];
  let cash = ZERO;
  let securities = ZERO;
  for (let account = 0; account < accounts.size; account++) {
    const type = accounts.type(account);
    const inventory = type === "firm-inventory" || type === "error";
    if (!inventory && !(type === "general-ledger" && EQUITY_CLASSES.has(accounts.attributes(account).ledgerClass)))
      continue;
    for (let row = ledger.firstRow(account); row !== -1; row = ledger.nextRow(row)) {
      const asset = ledger.rows.columns.asset[row];
      const balance = ledger.rows.columns.quantity[row];
      if (balance === 0) continue;
      if (!inventory && instruments.type(asset) !== "currency") continue;
      const name = names.text(instruments.nameId(asset));
      if (asset === currency) cash = add(cash, toCents(balance));
      else if (instruments.columns.currency[asset] !== currency) missing.push(`the value of ${name} in ${inWhat}`);
      else if (Number.isNaN(market.price(asset))) missing.push(`the price of ${name}`);
      else securities = add(securities, instruments.value(asset, balance, market.price(asset)));
    }
  }
  if (missing.length > 0) return { kind: "missing-input", missing: [...new Set(missing)] };
  return { kind: "known", cash, securities, netWorth: add(cash, securities) };
}
