/**
 * Margin accounts: one or more accounts of the ledger that are margined together. A short account, for example, names the
 * account that it is margined with; every other account stands by itself.
 */
import { multiplyDivide } from "../base/divide.ts";
import { Trouble } from "../base/errors.ts";
import { add, type Cents, toCents, ZERO } from "../base/money.ts";
import type { Accounts, AccountType } from "../books/accounts.ts";
import type { Books } from "../books/books.ts";
import type { Report, Reports } from "../books/reports.ts";
import { PRICE_SCALE } from "../facts/define.ts";

/** What margin reads of the books. */
export type MarginBooks = Pick<
  Books,
  "accounts" | "calendar" | "instruments" | "ledger" | "market" | "names" | "reports" | "settlement"
>;

/** By what rules an account is margined: Regulation T alone, Regulation T and FINRA 4210, or 4210(g). */
export type Regime = "cash" | "margin" | "portfolio";

/** The terms on which an account is margined, as last stated of its principal; what was not stated is not granted. */
export interface MarginTerms {
  /** An exempt account, 4210(a)(13). */
  readonly exempt: boolean;
  /** Approved to write uncovered options. */
  readonly uncoveredOptions: boolean;
  readonly monitoring: Report<"margin-terms-stated">["monitoring"];
  readonly dayTrading: Report<"margin-terms-stated">["dayTrading"];
  readonly houseGroup: string | undefined;
  readonly liquidateLast: string | undefined;
}

export interface MarginAccount {
  /** The principal's row in the ledger's accounts. */
  readonly account: number;
  /** Every account that is part of it, the principal first. */
  readonly members: readonly number[];
  readonly regime: Regime;
  readonly terms: MarginTerms;
}

/** One position of a member account. */
export interface Holding {
  readonly instrument: number;
  /** Units of the instrument on trade date, negative where short. */
  readonly units: number;
  /** The member that holds it. */
  readonly account: number;
}

const REGIMES: Readonly<Partial<Record<AccountType, Regime>>> = {
  "customer-cash": "cash",
  "customer-margin": "margin",
  pab: "margin",
  "non-customer": "margin",
  "customer-portfolio-margin": "portfolio",
};

const NO_TERMS: MarginTerms = Object.freeze({
  exempt: false,
  uncoveredOptions: false,
  monitoring: undefined,
  dayTrading: undefined,
  houseGroup: undefined,
  liquidateLast: undefined,
});

type Terms = ReadonlyMap<string, Report<"margin-terms-stated">>;

/** What accounts and terms say together, worked out where it is asked for, until either says something else. */
interface Directory {
  readonly accounts: Accounts;
  readonly accountsRevision: number;
  readonly termsRevision: number;
  /** What was stated of accounts, by name. */
  readonly terms: Terms;
  /** Open accounts that name another, by the principal that they are margined with; undefined where nobody asked. */
  linked: ReadonlyMap<number, readonly number[]> | undefined;
  /** By row of the ledger's accounts; undefined where nobody asked, null where it is nobody's margin account. */
  readonly known: (MarginAccount | null | undefined)[];
  all: readonly MarginAccount[] | undefined;
}

const directories = new WeakMap<Reports, Directory>();

function directoryOf({ accounts, reports }: MarginBooks): Directory {
  const termsRevision = reports.revision("margin-terms-stated");
  const before = directories.get(reports);
  const isSame = before !== undefined && before.accounts === accounts && before.termsRevision === termsRevision;
  if (isSame && before.accountsRevision === accounts.revision) return before;
  const directory: Directory = {
    accounts,
    accountsRevision: accounts.revision,
    termsRevision,
    terms: isSame
      ? before.terms
      : new Map(reports.list("margin-terms-stated").map((report) => [report.account, report])),
    linked: undefined,
    known: [],
    all: undefined,
  };
  directories.set(reports, directory);
  return directory;
}

/** By what rules an account of the ledger is margined by itself; undefined for one that is nobody's margin account. */
export function regimeOf({ accounts }: Pick<MarginBooks, "accounts">, row: number): Regime | undefined {
  return REGIMES[accounts.type(row)];
}

/**
 * The row of the account that `row` is margined with; its own where it stands by itself. One that names what is not a
 * margin account, a cash account included, or that comes back to itself, stands by itself.
 */
export function principalOf(books: MarginBooks, row: number): number {
  const { accounts, names } = books;
  const { terms } = directoryOf(books);
  let at = row;
  for (let steps = 0; steps <= terms.size; steps++) {
    const next = terms.get(names.text(accounts.nameId(at)))?.marginedWith;
    if (next === undefined) return at;
    const found = accounts.findText(next);
    const regime = found < 0 ? undefined : regimeOf(books, found);
    if (regime === undefined || regime === "cash") return at;
    at = found;
  }
  return row;
}

/** Every margin account, in the order in which its principal was opened. Closed accounts are none. */
export function marginAccounts(books: MarginBooks): readonly MarginAccount[] {
  const directory = directoryOf(books);
  if (directory.all !== undefined) return directory.all;
  const { accounts } = books;
  const principals = new Set<number>();
  for (let row = 0; row < accounts.size; row++)
    if (regimeOf(books, row) !== undefined && accounts.columns.closed[row] === 0)
      principals.add(marginAccountOf(books, row)?.account ?? row);
  directory.all = [...principals].sort((a, b) => a - b).flatMap((principal) => marginAccountOf(books, principal) ?? []);
  return directory.all;
}

/** The margin account that the account `row` is part of; undefined where it is part of none. */
export function marginAccountOf(books: MarginBooks, row: number): MarginAccount | undefined {
  const directory = directoryOf(books);
  const known = directory.known[row];
  if (known !== undefined) return known ?? undefined;
  const principal = regimeOf(books, row) === undefined ? row : principalOf(books, row);
  const found = principal === row ? accountOf(books, directory, row) : marginAccountOf(books, principal);
  directory.known[row] = found ?? null;
  return found;
}

function accountOf(books: MarginBooks, directory: Directory, account: number): MarginAccount | undefined {
  const regime = regimeOf(books, account);
  if (regime === undefined) return undefined;
  directory.linked ??= linkedAccounts(books, directory);
  const members = [account, ...(directory.linked.get(account) ?? [])];
  return { account, members, regime, terms: marginTerms(books, directory, account) };
}

/** By principal, in the order of their rows. */
function linkedAccounts(books: MarginBooks, { terms }: Directory): ReadonlyMap<number, readonly number[]> {
  const { accounts } = books;
  const linked = new Map<number, number[]>();
  for (const { account, marginedWith } of terms.values()) {
    const row = marginedWith === undefined ? -1 : accounts.findText(account);
    if (row < 0 || accounts.columns.closed[row] === 1 || regimeOf(books, row) === undefined) continue;
    const principal = principalOf(books, row);
    if (principal === row) continue;
    const members = linked.get(principal);
    if (members === undefined) linked.set(principal, [row]);
    else members.push(row);
  }
  for (const members of linked.values()) members.sort((a, b) => a - b);
  return linked;
}

function marginTerms({ accounts, names }: MarginBooks, { terms }: Directory, account: number): MarginTerms {
  const stated = terms.get(names.text(accounts.nameId(account)));
  if (stated === undefined) return NO_TERMS;
  return {
    exempt: stated.exempt ?? false,
    uncoveredOptions: stated.uncoveredOptions ?? false,
    monitoring: stated.monitoring,
    dayTrading: stated.dayTrading,
    houseGroup: stated.houseGroup,
    liquidateLast: stated.liquidateLast,
  };
}

/** What the account holds on trade date, currencies left out: by member, then by instrument. */
export function holdingsOf({ instruments, ledger }: MarginBooks, account: MarginAccount): readonly Holding[] {
  const holdings: Holding[] = [];
  for (const member of account.members) {
    const held: Holding[] = [];
    const first = ledger.firstRow(member);
    const { asset, quantity } = ledger.rows.columns;
    for (let row = first; row !== -1; row = ledger.nextRow(row)) {
      if (quantity[row] === 0 || instruments.type(asset[row]) === "currency") continue;
      held.push({ instrument: asset[row], units: quantity[row], account: member });
    }
    holdings.push(...held.sort((a, b) => a.instrument - b.instrument));
  }
  return holdings;
}

/** The currency of every figure of margin. */
export const BASE_CURRENCY = "USD";

/**
 * The account's cash on trade date, a debit negative, in cents: other currencies at market, each rounded once. Throws
 * `missing-input` where a currency has no price.
 */
export function cashOf(books: MarginBooks, account: MarginAccount): Cents {
  const { instruments, ledger, market } = books;
  const balances = new Map<number, number>();
  for (const member of account.members) {
    const first = ledger.firstRow(member);
    const { asset, quantity } = ledger.rows.columns;
    for (let row = first; row !== -1; row = ledger.nextRow(row))
      if (instruments.type(asset[row]) === "currency")
        balances.set(asset[row], toCents((balances.get(asset[row]) ?? 0) + quantity[row]));
  }
  let cash = ZERO;
  for (const [currency, balance] of balances) {
    if (balance === 0) continue;
    const { instrument } = instruments.attributes(currency);
    if (instrument === BASE_CURRENCY) cash = add(cash, toCents(balance));
    else if (Number.isNaN(market.price(currency))) throw missingPrice(instrument);
    else cash = add(cash, instruments.value(currency, balance, market.price(currency)));
  }
  return cash;
}

/**
 * What `units` of an instrument are worth in cents at `price` (10^-8), a short negative: rounded once in its currency, once
 * more in dollars where that is another, at `currencyPrice` or else at market. Throws `missing-input` where a price is not
 * known.
 */
export function valueOf(
  books: MarginBooks,
  instrument: number,
  units: number,
  price: number,
  currencyPrice?: (currency: number) => number,
): Cents {
  const { instruments } = books;
  if (Number.isNaN(price)) throw missingPrice(instruments.attributes(instrument).instrument);
  return inDollars(books, instrument, instruments.value(instrument, units, price), currencyPrice);
}

/** An amount in the currency of an instrument, in dollars. Throws as `valueOf` does. */
export function inDollars(
  { instruments, market }: MarginBooks,
  instrument: number,
  amount: Cents,
  currencyPrice = (currency: number): number => market.price(currency),
): Cents {
  const currency = instruments.columns.currency[instrument];
  const name = instruments.attributes(currency).instrument;
  if (name === BASE_CURRENCY) return amount;
  const price = currencyPrice(currency);
  if (Number.isNaN(price)) throw missingPrice(name);
  return toCents(multiplyDivide(amount, price, 10 ** PRICE_SCALE));
}

export function missingPrice(instrument: string): Trouble {
  return new Trouble("missing-input", `no price for ${instrument}`, {
    field: "price",
    value: instrument,
    expected: "a mark, a trade or a quote of it",
  });
}
