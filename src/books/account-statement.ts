/**
 * What one account has: its cash, its positions with their tax lots, and its profit. Realised profit is what closed lots
 * brought over their cost; unrealised is market value less cost, and cannot be said without a price.
 */
import { formatDecimal } from "../base/decimal.ts";
import { type Cents, formatDollars, subtract } from "../base/money.ts";
import { formatDay } from "../base/time.ts";
import type { AccountType } from "./accounts.ts";
import type { PostingBooks } from "./posting-books.ts";

export interface StatedLot {
  /** Signed: a short lot's is negative. */
  readonly quantity: string;
  readonly cost: string;
  /** Acquisition day. */
  readonly opened: string;
}

export interface StatedPosition {
  readonly instrument: string;
  /** On trade date, signed. */
  readonly quantity: string;
  readonly settledQuantity: string;
  readonly cost: string;
  /** Null where there is no price. */
  readonly value: string | null;
  readonly unrealised: string | null;
  /** In order of acquisition; they sum to the position. */
  readonly lots: readonly StatedLot[];
}

/** As plain JSON, amounts and quantities as decimal strings. */
export interface AccountStatement {
  readonly account: string;
  readonly type: AccountType;
  readonly title: string;
  readonly cash: readonly { readonly currency: string; readonly balance: string; readonly settled: string }[];
  readonly positions: readonly StatedPosition[];
  readonly realised: string;
}

/** The statement of the account in row `account`, in the order in which it first had each asset. */
export function accountStatement(books: PostingBooks, account: number): AccountStatement {
  const { accounts, instruments, ledger, lots, names } = books;
  const { asset, quantity } = ledger.rows.columns;
  const rows: number[] = [];
  for (let row = ledger.firstRow(account); row !== -1; row = ledger.nextRow(row)) {
    if (quantity[row] !== 0 || ledger.settledOf(row) !== 0) rows.unshift(row);
  }
  const isCash = (row: number): boolean => instruments.type(asset[row]) === "currency";
  const { account: name, type, title } = accounts.attributes(account);
  return {
    account: name,
    type,
    title,
    cash: rows.filter(isCash).map((row) => {
      const scale = instruments.columns.scale[asset[row]];
      return {
        currency: names.text(instruments.nameId(asset[row])),
        balance: formatDecimal(quantity[row], scale, scale),
        settled: formatDecimal(ledger.settledOf(row), scale, scale),
      };
    }),
    positions: rows.filter((row) => !isCash(row)).map((row) => statedPosition(books, row)),
    realised: formatDollars(lots.realised(account)),
  };
}

function statedPosition(
  { accounts, instruments, ledger, lots, market, names }: PostingBooks,
  row: number,
): StatedPosition {
  const { account, asset, quantity, cost } = ledger.rows.columns;
  const scale = instruments.columns.scale[asset[row]];
  const price = market.price(asset[row]);
  const value = Number.isNaN(price) ? undefined : instruments.value(asset[row], quantity[row], price);
  const inLots = accounts.traits(account[row]).carriesLots;
  return {
    instrument: names.text(instruments.nameId(asset[row])),
    quantity: formatDecimal(quantity[row], scale),
    settledQuantity: formatDecimal(ledger.settledOf(row), scale),
    cost: formatDollars(cost[row] as Cents),
    value: value === undefined ? null : formatDollars(value),
    unrealised: value === undefined || !inLots ? null : formatDollars(subtract(value, cost[row] as Cents)),
    lots: (inLots ? lots.list(row) : []).map((lot) => ({
      quantity: formatDecimal(lot.quantity, scale),
      cost: formatDollars(lot.cost),
      opened: formatDay(lot.opened),
    })),
  };
}
