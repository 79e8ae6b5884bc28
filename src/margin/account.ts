/**
 * Margin accounts: one or more accounts of the ledger that are margined together. A short account, for example, names the
 * account that it is margined with; every other account stands by itself.
 */
import { multiplyDivide } from "../base/divide.ts";
import { Trouble } from "../base/errors.ts";
import { add, type Cents, toCents, ZERO } from "../base/money.ts";
import type { AccountType } from "../books/accounts.ts";
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

const known = new WeakMap<Reports, { readonly revision: number; readonly terms: Terms }>();

/** What was stated of accounts, by name. */
function termsOf({ reports }: MarginBooks): Terms {
  const revision = reports.revision("margin-terms-stated");
  const before = known.get(reports);
  if (before !== undefined && before.revision === revision) return before.terms;
  const terms = new Map(reports.list("margin-terms-stated").map((report) => [report.account, report]));
  known.set(reports, { revision, terms });
  return terms;
}

/** By what rules an account of the ledger is margined by itself; undefined for one that is nobody's margin account. */
export function regimeOf({ accounts }: Pick<MarginBooks, "accounts">, row: number): Regime | undefined {
  return REGIMES[accounts.type(row)];
}

/**
 * The row of the account that `row` is margined with; its own where it stands by itself. One that names what is not a
 * margin account, or that comes back to itself, stands by itself.
 */
export function principalOf(books: MarginBooks, row: number): number {
  const { accounts, names } = books;
  const terms = termsOf(books);
  let at = row;
  for (let steps = 0; steps <= terms.size; steps++) {
    const next = terms.get(names.text(accounts.nameId(at)))?.marginedWith;
    if (next === undefined) return at;
    const found = accounts.findText(next);
    if (found < 0 || regimeOf(books, found) === undefined) return at;
    at = found;
  }
  return row;
}

/** Every margin account, in the order in which its principal was opened. Closed accounts are none. */
export function marginAccounts(books: MarginBooks): readonly MarginAccount[] {
  const { accounts } = books;
  const members = new Map<number, number[]>();
  for (let row = 0; row < accounts.size; row++) {
    if (regimeOf(books, row) === undefined || accounts.columns.closed[row] === 1) continue;
    const principal = principalOf(books, row);
    const list = members.get(principal);
    if (list === undefined) members.set(principal, [row]);
    else list.push(row);
  }
  return [...members].sort(([a], [b]) => a - b).flatMap(([principal, rows]) => accountOf(books, principal, rows) ?? []);
}

/** The margin account that the account `row` is part of; undefined where it is part of none. */
export function marginAccountOf(books: MarginBooks, row: number): MarginAccount | undefined {
  const { accounts } = books;
  if (regimeOf(books, row) === undefined) return undefined;
  const principal = principalOf(books, row);
  const rows = [principal];
  for (const name of termsOf(books).keys()) {
    const member = accounts.findText(name);
    if (member !== principal && member >= 0 && accounts.columns.closed[member] === 0)
      if (regimeOf(books, member) !== undefined && principalOf(books, member) === principal) rows.push(member);
  }
  return accountOf(books, principal, rows);
}

function accountOf(books: MarginBooks, account: number, members: readonly number[]): MarginAccount | undefined {
  const regime = regimeOf(books, account);
  if (regime === undefined) return undefined;
  const others = members.filter((row) => row !== account).sort((a, b) => a - b);
  return { account, members: [account, ...others], regime, terms: marginTerms(books, account) };
}

function marginTerms(books: MarginBooks, account: number): MarginTerms {
  const stated = termsOf(books).get(books.names.text(books.accounts.nameId(account)));
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
