/**
 * From the books to a book document: read back, it makes books with the same balances, lots, prices and net capital. What
 * has been traded but not settled is written as traded; what was realised before is in the balances.
 */
import { formatDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { formatDollars } from "../base/money.ts";
import { formatDay } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import type { Report } from "../books/reports.ts";
import { NO_DAY } from "../books/settlement.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import { loadRulebook } from "../rulebook/load.ts";
import {
  type BookBalance,
  type BookDocument,
  type BookInstrument,
  type BookPosition,
  REPORT_PARTS,
} from "./book-document.ts";
import { OPENING_ACCOUNT } from "./book-document-import.ts";
import { type FirmSection, NET_CAPITAL, netCapitalSchema } from "./rules-document.ts";

/** The books as they stand. `seq` is the sequence number of the last fact behind them. */
export function documentFromBooks(books: Books, seq?: number): BookDocument {
  const { openedDay } = books.settlement;
  if (openedDay === NO_DAY) throw new Trouble("missing-input", "no business day has been opened", { field: "asOf" });
  const firm = firmInForce(books);
  const commitments = commitmentsOf(books);
  const items = [...books.capitalItems.items()].map((item) => ({ ...item, amount: formatDollars(item.amount) }));
  return {
    asOf: formatDay(openedDay),
    ...(seq !== undefined && { seq }),
    ...(firm !== undefined && { firm }),
    instruments: Array.from({ length: books.instruments.size }, (_, row) => instrumentOf(books, row)),
    accounts: accountsOf(books),
    ...balancesOf(books),
    ...(items.length > 0 && { capitalItems: items }),
    ...(commitments.length > 0 && { commitments }),
    ...reportsOf(books),
  };
}

function withoutKind({ kind: _kind, ...said }: Report): object {
  return said;
}

/** What stands reported, each kind in its part. */
function reportsOf({ reports }: Books): Partial<BookDocument> {
  const parts = REPORT_PARTS.map(([part, kind]) => [part, reports.list(kind).map(withoutKind)] as const);
  return Object.fromEntries(parts.filter(([, said]) => said.length > 0));
}

function firmInForce({ rulebooks, settlement }: Books): FirmSection | undefined {
  const active = rulebooks.inForce(NET_CAPITAL, settlement.openedDay);
  return active === undefined ? undefined : loadRulebook(active.document, netCapitalSchema, { file: NET_CAPITAL }).firm;
}

function instrumentOf({ instruments, market }: Books, row: number): BookInstrument {
  const { kind: _, ...listing } = instruments.listing(row);
  const price = market.price(row);
  return { ...listing, ...(!Number.isNaN(price) && { price: formatDecimal(price, PRICE_SCALE) }) };
}

function accountsOf({ accounts, ledger }: Books): BookDocument["accounts"] {
  const rows = Array.from({ length: accounts.size }, (_, row) => row);
  const isEmpty = (account: number): boolean => {
    for (let row = ledger.firstRow(account); row !== -1; row = ledger.nextRow(row))
      if (ledger.rows.columns.quantity[row] !== 0) return false;
    return true;
  };
  return rows.flatMap((row) => {
    const {
      account,
      type,
      title,
      ownerGroup,
      introducingFirm,
      ledgerClass,
      capitalLine,
      lotMethod,
      optionsSpecialist,
    } = accounts.attributes(row);
    if (accounts.columns.closed[row] === 1 || (account === OPENING_ACCOUNT && isEmpty(row))) return [];
    return [
      {
        account,
        type,
        ...(title !== "" && { title }),
        ...(ownerGroup !== undefined && { ownerGroup }),
        ...(introducingFirm !== undefined && { introducingFirm }),
        ...(ledgerClass !== undefined && { ledgerClass }),
        ...(capitalLine !== undefined && { capitalLine }),
        ...(accounts.traits(row).carriesLots && { lotMethod }),
        ...(optionsSpecialist && { optionsSpecialist }),
      },
    ];
  });
}

/** Cash by account, and securities by lot where an account has lots, in the order of the ledger. */
function balancesOf({ accounts, instruments, ledger, lots }: Books): Pick<BookDocument, "balances" | "positions"> {
  const balances: BookBalance[] = [];
  const positions: BookPosition[] = [];
  const { account, asset, quantity } = ledger.rows.columns;
  for (let row = 0; row < ledger.size; row++) {
    if (quantity[row] === 0) continue;
    const scale = instruments.columns.scale[asset[row]];
    const { instrument } = instruments.attributes(asset[row]);
    const holder = accounts.attributes(account[row]).account;
    if (instruments.type(asset[row]) === "currency") {
      balances.push({ account: holder, currency: instrument, balance: formatDecimal(quantity[row], scale, scale) });
    } else if (accounts.traits(account[row]).carriesLots) {
      positions.push(
        ...lots.list(row).map((lot) => ({
          account: holder,
          instrument,
          quantity: formatDecimal(lot.quantity, scale),
          cost: formatDecimal(Math.abs(lot.cost), 2, 2),
          acquired: formatDay(lot.opened),
        })),
      );
    } else positions.push({ account: holder, instrument, quantity: formatDecimal(quantity[row], scale) });
  }
  return { balances, positions };
}

function commitmentsOf({ capitalItems, instruments }: Books): NonNullable<BookDocument["commitments"]> {
  return [...capitalItems.commitments()].map(({ commitment, instrument, side, quantity, contractPrice }) => ({
    commitment,
    instrument: instruments.attributes(instrument).instrument,
    side,
    quantity: formatDecimal(quantity, instruments.columns.scale[instrument]),
    contractPrice: formatDecimal(contractPrice, PRICE_SCALE),
  }));
}
