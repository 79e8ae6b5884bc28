/**
 * What a trade posts on its trade date, and what an execution that never was takes back. A buy of 100 at 190 with
 * commission 5 and fees 1, of an account against a clearing account:
 *
 *   security  clearing −100 → account +100
 *   cash      account −19,000 → clearing +19,000      principal, half to even, and accrued interest
 *             account −5 → commission-revenue +5
 *             account −1 → fees-payable +1
 *
 * A sale mirrors the first two. Nobody pays for a future: its principal is nothing. All of it settles on the settlement
 * day. Commission and fees are part of the lot's cost, or lessen the proceeds; accrued interest is not.
 */
import { Trouble } from "../base/errors.ts";
import { type Day, formatDay } from "../base/time.ts";
import { INSTRUMENT_TYPES, LOT_METHODS } from "../facts/kinds.ts";
import { Entry } from "./entry.ts";
import { RELIEF, type Relief } from "./lots.ts";
import type { PostingBooks } from "./posting-books.ts";
import { type Role, type Roles, ROLES, whole } from "./posting-roles.ts";
import { NO_DAY } from "./settlement.ts";

/** A trade's terms in row numbers and whole units. One object can be filled again and again. */
export interface TradeTerms {
  account: number;
  instrument: number;
  contra: number;
  /** Index in the choices of `side`: 0 buy, 1 sell, 2 sell short. */
  side: number;
  /** Units of the instrument, positive. */
  quantity: number;
  /** Units of 10^-8. */
  price: number;
  tradeDay: Day;
  /** `NO_DAY` where the calendar's regular way applies. */
  settleDay: Day;
  /** Units of the instrument's currency; 0 where there is none. So are fees and accrued interest. */
  commission: number;
  fees: number;
  accrued: number;
  /** Acquisition day of the lot to relieve, or `NO_DAY`. */
  lot: Day;
}

/** The general-ledger accounts that take what an account is charged. They are opened like any other. */
const COMMISSION_ACCOUNT = "commission-revenue";
const FEES_ACCOUNT = "fees-payable";

/** The entry's first move: the security, which the account takes. */
const SECURITY = 0;
const SPECIFIC = LOT_METHODS.indexOf("specific");
const FUTURE = INSTRUMENT_TYPES.indexOf("future");

export class TradePostings {
  readonly #books: PostingBooks;
  readonly #roles: Roles;
  readonly #entry: Entry;
  /** Rows of the accounts for charges, which are never moved. */
  readonly #chargeRows = new Map<string, number>();
  /** Of the trade that was prepared last: signed units and cents of the lots, and which lots leave. */
  #units = 0;
  #cost = 0;
  #relief: Relief = RELIEF.fifo;

  constructor(books: PostingBooks, roles: Roles) {
    this.#books = books;
    this.#roles = roles;
    this.#entry = new Entry(books.ledger);
  }

  /** Checks everything that can fail and works out what will be posted. Changes nothing; throws what is wrong. */
  prepare(terms: TradeTerms, kind: "trade-executed" | "trade-busted"): void {
    this.#checkTerms(terms);
    const { account, contra, instrument, quantity, commission, fees } = terms;
    const busted = kind === "trade-busted";
    const direction = busted ? -1 : 1;
    const sign = terms.side === 0 ? 1 : -1;
    const principal = this.#principal(instrument, quantity, terms.price);
    const gross = principal + terms.accrued;
    whole(gross, "accrued");
    const settleDay = this.#settleDay(terms);
    const currency = this.#books.instruments.columns.currency[instrument];
    this.#entry.clear();
    this.#entry.move(instrument, contra, account, direction * sign * quantity, settleDay);
    this.#entry.move(currency, account, contra, direction * sign * gross, settleDay);
    if (commission !== 0) {
      this.#entry.move(
        currency,
        account,
        this.#chargeAccount(COMMISSION_ACCOUNT, "commission"),
        direction * commission,
        settleDay,
      );
    }
    if (fees !== 0) {
      this.#entry.move(currency, account, this.#chargeAccount(FEES_ACCOUNT, "fees"), direction * fees, settleDay);
    }
    this.#units = direction * sign * quantity;
    this.#cost = direction * (sign * principal + commission + fees);
    this.#relief = busted ? RELIEF.undo : this.#reliefOf(terms);
    this.#checkBalances(account);
  }

  /** What is paid for it: nothing for a future, whose gains and losses are settled in cash day by day. */
  #principal(instrument: number, quantity: number, price: number): number {
    const { instruments } = this.#books;
    return instruments.columns.type[instrument] === FUTURE ? 0 : instruments.value(instrument, quantity, price);
  }

  /** Posts what was prepared last. */
  post({ tradeDay, lot, commission, fees }: TradeTerms): void {
    const { ledger, lots } = this.#books;
    if (commission !== 0) this.#remember(COMMISSION_ACCOUNT);
    if (fees !== 0) this.#remember(FEES_ACCOUNT);
    const row = this.#entry.takerRowFor(SECURITY);
    const held = ledger.rows.columns.quantity[row];
    lots.trade(
      row,
      held,
      this.#units,
      this.#cost,
      tradeDay,
      this.#relief,
      this.#relief === RELIEF.undo ? tradeDay : lot,
    );
    this.#entry.post();
  }

  #checkTerms({ account, contra, instrument, quantity, price, commission, fees, accrued, side }: TradeTerms): void {
    const roles = this.#roles;
    roles.account(account, ROLES.holder, "account");
    roles.account(contra, ROLES.contra, "contra");
    roles.security(instrument);
    if (side !== 0 && side !== 1 && side !== 2)
      throw new Trouble("bad-value", "not a side", { field: "side", value: side });
    whole(quantity, "quantity", 1);
    whole(price, "price");
    whole(commission, "commission");
    whole(fees, "fees");
    whole(accrued, "accrued");
  }

  #settleDay({ settleDay, tradeDay }: TradeTerms): Day {
    if (settleDay === NO_DAY) return this.#books.calendar.settlementDay(tradeDay);
    if (settleDay >= tradeDay) return settleDay;
    throw new Trouble("bad-value", "before the trade date", { field: "settleDay", value: formatDay(settleDay) });
  }

  #chargeAccount(name: string, field: string): number {
    const row = this.#chargeRows.get(name) ?? this.#roles.accountNamed(name, field);
    this.#roles.account(row, CHARGES, field);
    return row;
  }

  /** Remembers where an account for charges is. Only once a trade is posted: until then it may be there tentatively. */
  #remember(name: string): void {
    if (!this.#chargeRows.has(name)) this.#chargeRows.set(name, this.#roles.accountNamed(name, name));
  }

  /** The lot that the trade names goes before the account's method; specific identification that names none is FIFO. */
  #reliefOf({ account, instrument, quantity, lot }: TradeTerms): Relief {
    const method = this.#books.accounts.columns.lotMethod[account];
    if (lot === NO_DAY) return method === SPECIFIC ? RELIEF.fifo : (method as Relief);
    const at = { field: "lot", value: formatDay(lot) };
    if (method === RELIEF.average) throw new Trouble("not-allowed", "the account is kept at average cost", at);
    const { ledger, lots } = this.#books;
    const row = ledger.row(account, instrument);
    const held = row === -1 ? 0 : ledger.rows.columns.quantity[row];
    const closes = held !== 0 && held > 0 !== this.#units > 0;
    if (!closes || lots.unitsOf(row, lot) < quantity) {
      throw new Trouble("not-allowed", "not that much was acquired on this day and is still held", at);
    }
    return RELIEF.specific;
  }

  #checkBalances(account: number): void {
    const { lots } = this.#books;
    const overflowing = this.#entry.overflowingAccount();
    if (overflowing !== -1 || !lots.fits(account, this.#entry.takerRow(SECURITY), this.#units, this.#cost)) {
      throw overflow(this.#roles, overflowing === -1 ? account : overflowing);
    }
    this.#entry.reserve();
    lots.reserve(account, 1);
  }
}

const CHARGES: Role = ROLES.generalLedger;

export function overflow(roles: Roles, account: number): Trouble {
  return new Trouble("overflow", "a balance would pass 2^53 units", {
    field: "account",
    value: roles.accountName(account),
  });
}
