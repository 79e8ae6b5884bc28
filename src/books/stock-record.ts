/**
 * The stock record of one security, SEC Rule 17a-3(a)(5): every long (who is owed the shares) and every short (where they
 * are, or who owes them), by settlement date as the rule has it, or by trade date on request. Longs equal shorts; a
 * difference means that the books themselves are damaged, and is shown with its market value.
 */
import { formatDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { formatDollars } from "../base/money.ts";
import type { AccountType } from "./accounts.ts";
import type { Basis } from "./ledger.ts";
import type { PostingBooks } from "./posting-books.ts";

interface StockRecordEntry {
  readonly account: string;
  readonly type: AccountType;
  readonly title: string;
  readonly side: "long" | "short";
  /** Signed: a short is negative. */
  readonly quantity: string;
}

/** As plain JSON, quantities as decimal strings. */
export interface StockRecord {
  readonly instrument: string;
  readonly basis: Basis;
  /** Every account and place with a balance, in the order in which they were opened. */
  readonly entries: readonly StockRecordEntry[];
  readonly long: string;
  /** Positive. */
  readonly short: string;
  /** Longs less shorts. */
  readonly difference: string;
  readonly balanced: boolean;
  /** Market value of the difference; null where there is no price. */
  readonly valueOfDifference: string | null;
}

/** The record of the security in row `instrument`. One pass over all balances: for reports, not for every event. */
export function stockRecord(books: PostingBooks, instrument: number, basis: Basis = "settlement"): StockRecord {
  const { ledger, accounts, names } = books;
  const { account, asset } = ledger.rows.columns;
  const rows: number[] = [];
  for (let row = 0; row < ledger.size; row++) {
    if (asset[row] === instrument && ledger.balanceOf(row, basis) !== 0) rows.push(row);
  }
  rows.sort((a, b) => account[a] - account[b]);
  const scale = books.instruments.columns.scale[instrument];
  let long = 0;
  let short = 0;
  const entries = rows.map((row): StockRecordEntry => {
    const quantity = ledger.balanceOf(row, basis);
    if (quantity > 0) long = exactly(long + quantity);
    else short = exactly(short - quantity);
    const { account: name, type, title } = accounts.attributes(account[row]);
    return {
      account: name,
      type,
      title,
      side: quantity > 0 ? "long" : "short",
      quantity: formatDecimal(quantity, scale),
    };
  });
  const difference = long - short;
  const price = books.market.price(instrument);
  return {
    instrument: names.text(books.instruments.nameId(instrument)),
    basis,
    entries,
    long: formatDecimal(long, scale),
    short: formatDecimal(short, scale),
    difference: formatDecimal(difference, scale),
    balanced: difference === 0,
    valueOfDifference:
      difference === 0
        ? "0.00"
        : Number.isNaN(price)
          ? null
          : formatDollars(books.instruments.value(instrument, difference, price)),
  };
}

function exactly(total: number): number {
  if (total <= Number.MAX_SAFE_INTEGER) return total;
  throw new Trouble("overflow", "one side of the stock record passes 2^53 units", { field: "quantity", value: total });
}
