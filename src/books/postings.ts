/**
 * What each fact posts in the ledger, one function for one kind. Everything that can be wrong with a fact is found before
 * anything is changed, so that a fact is posted wholly or not at all; `check` says what is wrong and changes nothing.
 *
 * One sign rule holds everywhere: the giver's balance falls, the taker's rises. So a claim is positive and a place is
 * negative: securities that arrive go place − → whoever is now owed them +, cash that leaves the bank goes … − → bank +.
 */
import { assertNever } from "../base/assert.ts";
import { parseDecimal } from "../base/decimal.ts";
import { Trouble } from "../base/errors.ts";
import { type Day, formatDay, parseDay, parseInstant } from "../base/time.ts";
import { CASH_REASONS } from "../facts/choices.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import type { Fact, FactKind, FactOfKind } from "../facts/kinds.ts";
import { Entry } from "./entry.ts";
import { newYorkDay } from "./new-york-time.ts";
import type { PostingBooks } from "./posting-books.ts";
import { type Role, Roles, ROLES, whole } from "./posting-roles.ts";
import { SecuritiesPostings, type SecuritiesMove } from "./securities-postings.ts";
import { NO_DAY } from "./settlement.ts";
import { overflow, TradePostings, type TradeTerms } from "./trade-postings.ts";

/** The kinds of fact that post, open a business day, or need the balances to be checked. */
const POSTED_KINDS = [
  "trade-executed",
  "trade-busted",
  "cash-moved",
  "securities-moved",
  "general-ledger-balance",
  "stock-borrowed",
  "stock-borrow-returned",
  "stock-loaned",
  "stock-loan-returned",
  "settlement-reported",
  "business-day-opened",
] as const satisfies readonly FactKind[];

type PostedKind = (typeof POSTED_KINDS)[number];
export type PostedFact = FactOfKind<PostedKind>;

type StockLoanFact = FactOfKind<"stock-borrowed" | "stock-borrow-returned" | "stock-loaned" | "stock-loan-returned">;

const SIDES = ["buy", "sell", "sell-short"] as const;

export function isPosted(fact: Fact): fact is PostedFact {
  return (POSTED_KINDS as readonly FactKind[]).includes(fact.kind);
}

/** Told of transactions of accounts: before the balances change, and once they have. */
export interface TransactionObserver {
  /** Of two accounts: securities, and a currency; -1 where no cash moves. */
  before(first: number, second: number, currency: number): void;
  /** `busted`: the terms of an execution that is taken back. */
  traded(terms: TradeTerms, busted: boolean): void;
  /** So much of a currency, in its smallest unit. */
  cashMoved(from: number, to: number, currency: number, amount: number, reason: CashReason): void;
  securitiesMoved(move: SecuritiesMove, reason: FactOfKind<"securities-moved">["reason"]): void;
}

type CashReason = FactOfKind<"cash-moved">["reason"];

export class Postings {
  transactions: TransactionObserver | undefined = undefined;
  readonly #books: PostingBooks;
  readonly #roles: Roles;
  readonly #entry: Entry;
  readonly #trades: TradePostings;
  readonly #securities: SecuritiesPostings;

  constructor(books: PostingBooks) {
    this.#books = books;
    this.#roles = new Roles(books.names, books.accounts, books.instruments);
    this.#entry = new Entry(books.ledger);
    this.#trades = new TradePostings(books, this.#roles);
    this.#securities = new SecuritiesPostings(books, this.#roles);
  }

  // ——— hot kinds, by numbers ———

  tradeExecuted(terms: TradeTerms): void {
    this.#trades.prepare(terms, "trade-executed");
    this.#postTrade(terms, false);
  }

  /**
   * Takes back an execution by its full terms. Cash and securities are exactly reversed, on the settlement day of the trade,
   * or at once where that has passed. In the lots, a busted buy removes its own lot where that is still whole, else lots of
   * that day, else the oldest; a busted sale covers its own short lot, or else opens a lot at what the sale brought: the
   * profit that the sale realised stays, and the basis of the lots it relieved does not come back. Realised and
   * unrealised profit together are right in every case.
   */
  tradeBusted(terms: TradeTerms): void {
    this.#trades.prepare(terms, "trade-busted");
    this.#postTrade(terms, true);
  }

  /** Posts the trade that was prepared. */
  #postTrade(terms: TradeTerms, busted: boolean): void {
    this.transactions?.before(terms.account, terms.contra, this.#books.instruments.columns.currency[terms.instrument]);
    this.#trades.post(terms);
    this.transactions?.traded(terms, busted);
  }

  /** Moves cash, in the currency's smallest unit, for a reason: its position in the list of reasons. */
  cashMoved(from: number, to: number, currency: number, amount: number, reason: number): void {
    this.#prepareCash(from, to, currency, amount);
    this.transactions?.before(from, to, currency);
    this.#entry.post();
    this.#books.capitalMoves.moved(reason, this.#books.settlement.openedDay, currency, amount);
    this.transactions?.cashMoved(from, to, currency, amount, CASH_REASONS[reason]);
  }

  /** Opens a business day: everything due on it or before is settled. Returns how many legs settled. */
  businessDayOpened(day: Day): number {
    this.#checkDay(day);
    return this.#books.settlement.settleDue(day);
  }

  // ——— any kind, by its JSON form ———

  /** What keeps the fact from being posted, or undefined. Changes nothing. */
  check(fact: PostedFact | FactOfKind<"account-closed">): Trouble | undefined {
    try {
      if (fact.kind === "account-closed") this.#checkEmpty(this.#roles.accountNamed(fact.account, "account"));
      else this.#prepare(fact);
    } catch (error) {
      if (error instanceof Trouble) return error;
      throw error;
    }
    return undefined;
  }

  /** Posts the fact. Throws the `Trouble` that `check` returns; then nothing has changed. */
  post(fact: PostedFact): void {
    const commit = this.#prepare(fact);
    commit();
  }

  /** Checks the fact, and returns what posts it. */
  #prepare(fact: PostedFact): () => void {
    switch (fact.kind) {
      case "trade-executed":
      case "trade-busted": {
        const terms = this.#tradeTerms(fact);
        this.#trades.prepare(terms, fact.kind);
        return () => this.#postTrade(terms, fact.kind === "trade-busted");
      }
      case "securities-moved": {
        const move = this.#securitiesMove(fact);
        this.#securities.prepare(move);
        return () => {
          this.transactions?.before(move.from, move.to, -1);
          this.#securities.post(move);
          this.transactions?.securitiesMoved(move, fact.reason);
        };
      }
      case "business-day-opened": {
        const day = parseDay(fact.day);
        this.#checkDay(day);
        return () => void this.#books.settlement.settleDue(day);
      }
      case "cash-moved": {
        const from = this.#account(fact.from, "from");
        const to = this.#account(fact.to, "to");
        const currency = this.#currency(fact.currency);
        const amount = this.#amount(fact.amount, currency, "amount");
        this.#prepareCash(from, to, currency, amount);
        return () => this.cashMoved(from, to, currency, amount, CASH_REASONS.indexOf(fact.reason));
      }
      case "general-ledger-balance":
        this.#prepareStatedBalance(fact);
        break;
      case "stock-borrowed":
      case "stock-borrow-returned":
      case "stock-loaned":
      case "stock-loan-returned":
        this.#prepareStockLoan(fact);
        break;
      case "settlement-reported":
        this.#prepareSettlement(fact);
        break;
      default:
        assertNever(fact);
    }
    return () => this.#entry.post();
  }

  #prepareCash(from: number, to: number, currency: number, amount: number): void {
    this.#roles.account(from, ROLES.any, "from");
    this.#roles.account(to, ROLES.any, "to");
    this.#roles.different(from, to, "to");
    this.#roles.currency(currency);
    whole(amount, "amount", 1);
    this.#entry.clear();
    this.#entry.move(currency, from, to, amount);
    this.#ready();
  }

  /** The difference between what the general ledger states and what stands here goes from the contra account. */
  #prepareStatedBalance(fact: FactOfKind<"general-ledger-balance">): void {
    const account = this.#fit(fact.account, ROLES.stated, "account");
    const contra = this.#fit(fact.contra, ROLES.any, "contra");
    this.#roles.different(account, contra, "contra");
    const currency = this.#currency(fact.currency);
    const amount = this.#amount(fact.amount, currency, "amount");
    whole(amount, "amount", 0);
    const stated = fact.side === "credit" ? amount : -amount;
    const difference = stated - this.#books.ledger.balance(account, currency);
    whole(difference, "amount");
    this.#entry.clear();
    this.#entry.move(currency, contra, account, difference);
    this.#ready();
  }

  /**
   * Borrowed: the place − → the lender + (we owe them back), and the lender − → the bank + (the cash that left). Loaned:
   * the borrower − (they have them) → the place + (which they left), and the bank − → the borrower +. Returns mirror.
   */
  #prepareStockLoan(fact: StockLoanFact): void {
    const counterparty =
      "lender" in fact
        ? this.#fit(fact.lender, ROLES.lender, "lender")
        : this.#fit(fact.borrower, ROLES.borrower, "borrower");
    const place = this.#fit(fact.place, ROLES.securitiesPlace, "place");
    const cashPlace = this.#fit(fact.cashPlace, ROLES.cashPlace, "cashPlace");
    const instrument = this.#security(fact.instrument);
    const currency = this.#currency(fact.currency);
    const quantity = this.#quantity(fact.quantity, instrument);
    const cash = this.#amount(fact.cash, currency, "cash");
    whole(quantity, "quantity", 1);
    whole(cash, "cash", 0);
    const arrives = fact.kind === "stock-borrowed" || fact.kind === "stock-loan-returned";
    this.#entry.clear();
    this.#entry.move(instrument, arrives ? place : counterparty, arrives ? counterparty : place, quantity);
    this.#entry.move(currency, arrives ? counterparty : cashPlace, arrives ? cashPlace : counterparty, cash);
    this.#ready();
  }

  /** Received against payment: the place − → the contra +, and the contra − → the bank +. Delivered mirrors. */
  #prepareSettlement(fact: FactOfKind<"settlement-reported">): void {
    const contra = this.#fit(fact.contra, ROLES.contra, "contra");
    const place = this.#fit(fact.place, ROLES.securitiesPlace, "place");
    const cashPlace = this.#fit(fact.cashPlace, ROLES.cashPlace, "cashPlace");
    this.#roles.different(contra, place, "place");
    this.#roles.different(contra, cashPlace, "cashPlace");
    const instrument = this.#security(fact.instrument);
    const currency = this.#currency(fact.currency);
    const quantity = this.#quantity(fact.quantity, instrument);
    const amount = this.#amount(fact.amount, currency, "amount");
    whole(quantity, "quantity", 0);
    whole(amount, "amount", quantity === 0 ? 1 : 0);
    const sign = fact.direction === "received" ? 1 : -1;
    this.#entry.clear();
    this.#entry.move(instrument, place, contra, sign * quantity);
    this.#entry.move(currency, contra, cashPlace, sign * amount);
    this.#ready();
  }

  /** The last checks of an entry without lots. */
  #ready(): void {
    const overflowing = this.#entry.overflowingAccount();
    if (overflowing !== -1) throw overflow(this.#roles, overflowing);
    this.#entry.reserve();
  }

  #checkDay(day: Day): void {
    const { openedDay } = this.#books.settlement;
    if (day >= openedDay) return;
    throw new Trouble("not-allowed", `the business day ${formatDay(openedDay)} has been opened already`, {
      field: "day",
      value: formatDay(day),
    });
  }

  /** An account that closes has no balance left, on either basis. */
  #checkEmpty(account: number): void {
    const { ledger, settlement } = this.#books;
    for (let row = ledger.firstRow(account); row !== -1; row = ledger.nextRow(row)) {
      if (ledger.rows.columns.quantity[row] === 0 && settlement.pendingGross(row) === 0) continue;
      const asset = this.#roles.instrumentName(ledger.rows.columns.asset[row]);
      throw new Trouble("not-allowed", `the account still has a balance or an unsettled trade of ${asset}`, {
        field: "account",
        value: this.#roles.accountName(account),
        expected: "balances of zero",
      });
    }
  }

  // ——— from names and decimals to rows and units ———

  #account(name: string, field: string): number {
    return this.#roles.accountNamed(name, field);
  }

  #fit(name: string, role: Role, field: string): number {
    const row = this.#roles.accountNamed(name, field);
    this.#roles.account(row, role, field);
    return row;
  }

  #security(name: string): number {
    const row = this.#roles.instrumentNamed(name, "instrument");
    this.#roles.security(row);
    return row;
  }

  #currency(name: string): number {
    const row = this.#roles.instrumentNamed(name, "currency");
    this.#roles.currency(row);
    return row;
  }

  #amount(text: string, currency: number, field: string): number {
    return parseDecimal(text, this.#books.instruments.columns.scale[currency], field);
  }

  #quantity(text: string, instrument: number): number {
    return parseDecimal(text, this.#books.instruments.columns.scale[instrument], "quantity");
  }

  #tradeTerms(fact: FactOfKind<"trade-executed" | "trade-busted">): TradeTerms {
    const instrument = this.#security(fact.instrument);
    const currency = this.#books.instruments.columns.currency[instrument];
    const charge = (text: string | undefined, field: string): number =>
      text === undefined ? 0 : this.#amount(text, currency, field);
    return {
      account: this.#account(fact.account, "account"),
      instrument,
      contra: this.#account(fact.contra, "contra"),
      side: SIDES.indexOf(fact.side),
      quantity: this.#quantity(fact.quantity, instrument),
      price: parseDecimal(fact.price, PRICE_SCALE, "price"),
      tradeDay: parseDay(fact.tradeDay, "tradeDay"),
      settleDay: fact.settleDay === undefined ? NO_DAY : parseDay(fact.settleDay, "settleDay"),
      commission: charge(fact.commission, "commission"),
      fees: charge(fact.fees, "fees"),
      accrued: charge(fact.accrued, "accrued"),
      lot: fact.kind === "trade-executed" && fact.lot !== undefined ? parseDay(fact.lot, "lot") : NO_DAY,
    };
  }

  #securitiesMove(fact: FactOfKind<"securities-moved">): SecuritiesMove {
    const instrument = this.#security(fact.instrument);
    const currency = this.#books.instruments.columns.currency[instrument];
    const { openedDay } = this.#books.settlement;
    return {
      from: this.#account(fact.from, "from"),
      to: this.#account(fact.to, "to"),
      instrument,
      quantity: this.#quantity(fact.quantity, instrument),
      cost: fact.cost === undefined ? Number.NaN : this.#amount(fact.cost, currency, "cost"),
      acquired: fact.acquired === undefined ? NO_DAY : parseDay(fact.acquired, "acquired"),
      day: openedDay === NO_DAY ? newYorkDay(parseInstant(fact.at)) : openedDay,
    };
  }
}
