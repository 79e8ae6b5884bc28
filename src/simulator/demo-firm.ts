/**
 * The demo firm at the close before the day, and the facts that set it up: security master, accounts, prices, balances.
 * Every balance comes as a transfer from somewhere, so every asset sums to zero however the firm is sized.
 */
import { formatDecimal } from "../base/decimal.ts";
import { formatDollars, toCents } from "../base/money.ts";
import { type Day, formatDay } from "../base/time.ts";
import { newYorkInstant } from "../books/new-york-time.ts";
import { PRICE_SCALE } from "../facts/define.ts";
import type { Fact, FactOfKind } from "../facts/kinds.ts";
import { CASH, CUSTOMER_TYPES, type CustomerBook, customerBook, MARGIN, NON_CUSTOMER, PAB } from "./customer-book.ts";
import { HOUSE_ACCOUNTS, LENDERS } from "./house-accounts.ts";
import { type HouseBook, houseBook, type HousePosition } from "./house-book.ts";
import { InstantText } from "./instant-text.ts";
import type { DemoInstrument, MarketDay } from "./market-day.ts";
import { INTRODUCING_FIRMS, personName } from "./people.ts";
import { Random } from "./random.ts";
import type { StrategyBook } from "./strategies.ts";

/** The books are opened in the evening before the day. */
const OPENING_MINUTE = 18 * 60;
const FIRST_ACCOUNT = 100_001;
/** Of the numbers of margin accounts, one in so many is in the house group of new customers. */
const NEW_EVERY = 40;

/** A rulebook to put in force with the opening, as its fact says it. */
export type RulebookGiven = Omit<FactOfKind<"rulebook-activated">, "kind" | "at">;

export interface DemoFirmOptions {
  readonly market: MarketDay;
  readonly accounts?: number;
  /** Positions of customers. The firm's own come on top. */
  readonly positions?: number;
  readonly seed?: number;
  readonly rulebooks?: readonly RulebookGiven[];
  /** Customers who trade options; none where absent. */
  readonly strategies?: StrategyBook;
}

export interface DemoFirm {
  readonly market: MarketDay;
  readonly customers: CustomerBook;
  readonly house: HouseBook;
  readonly strategies: StrategyBook;
  /** The account of a customer by its number. */
  readonly accountName: (account: number) => string;
  /** The facts that open the books, in order of time, no two at the same instant. Can be run again and again. */
  openingFacts(): Generator<Fact>;
}

const NO_STRATEGIES: StrategyBook = { opening: [], marks: [] };

/** Positions where none are asked for: an account of the bar day can hold thousands of stocks, one of the tape day four. */
export const POSITIONS_DEFAULT = { "2015-08-24": 200_000, "2013-10-08": 50_000 } as const;

export function demoFirm(options: DemoFirmOptions): DemoFirm {
  const { market, accounts = 20_000, positions = POSITIONS_DEFAULT[market.date], seed = 1 } = options;
  const { rulebooks = [], strategies = NO_STRATEGIES } = options;
  const customers = customerBook(market, { accounts, positions, seed });
  const house = houseBook(market, customers, seed);
  const firm = { market, customers, house, strategies, accountName: customerAccountName };
  return { ...firm, openingFacts: () => openingFacts(firm, seed, rulebooks) };
}

function customerAccountName(account: number): string {
  return `C${FIRST_ACCOUNT + account}`;
}

/** A body without its time, to be stamped in order. */
export type Unstamped = Fact extends infer F ? (F extends Fact ? Omit<F, "at"> : never) : never;

type FirmBooks = Omit<DemoFirm, "openingFacts">;

function* openingFacts(firm: FirmBooks, seed: number, rulebooks: readonly RulebookGiven[]): Generator<Fact> {
  const text = new InstantText();
  let at: number = newYorkInstant(firm.market.previousDay, OPENING_MINUTE);
  for (const body of openingBodies(firm, seed, rulebooks)) {
    yield { ...body, at: text.of(at) };
    at++;
  }
}

function* openingBodies(firm: FirmBooks, seed: number, rulebooks: readonly RulebookGiven[]): Generator<Unstamped> {
  const day = formatDay(firm.market.previousDay);
  yield { kind: "business-day-opened", day };
  yield { kind: "instrument-listed", instrument: "USD", type: "currency", currency: "USD", description: "U.S. dollar" };
  for (const instrument of firm.market.instruments) yield listed(instrument);
  for (const [account, terms] of Object.entries(HOUSE_ACCOUNTS)) yield { kind: "account-opened", account, ...terms };
  yield* customerAccounts(firm, new Random(seed, "people"));
  for (const instrument of firm.market.instruments) {
    const basis = instrument.treasury === undefined ? "close" : "model";
    yield {
      kind: "mark",
      instrument: instrument.id,
      price: formatDecimal(instrument.previousClose, PRICE_SCALE),
      basis,
    };
  }
  yield* houseCash(firm.house);
  yield* stockLoans(firm);
  yield borrowedForCustomers(firm.house);
  yield* customerBalances(firm);
  for (const position of firm.house.positions) yield* housePosition(firm, position);
  yield* firm.strategies.opening;
  for (const rulebook of rulebooks) yield { kind: "rulebook-activated", ...rulebook };
  yield { kind: "business-day-closed", day };
}

function listed({ id, reference, treasury }: DemoInstrument): Unstamped {
  const common = { kind: "instrument-listed", instrument: id, currency: "USD" } as const;
  if (treasury !== undefined) {
    const { description, issued, maturity, coupon } = treasury;
    return {
      ...common,
      type: "treasury",
      description,
      issuer: "US-TREASURY",
      issued: formatDay(issued),
      maturity: formatDay(maturity),
      ...(coupon !== undefined && { coupon }),
    };
  }
  const { type = "equity", name, sector, listing, cusip, leverage } = reference ?? {};
  return {
    ...common,
    type,
    symbol: id,
    // Every stock of the day traded on an exchange; which one is not always known.
    listing: listing || "US",
    ...(name && { description: name }),
    ...(sector && { sector }),
    ...(cusip && { cusip }),
    ...(leverage && { leverage }),
  };
}

function* customerAccounts({ customers, accountName }: FirmBooks, random: Random): Generator<Unstamped> {
  const names = new Map<number, string>();
  for (let account = 0; account < customers.accounts; account++) {
    const type = customers.type[account];
    const owner = customers.owner[account];
    const name = names.get(owner) ?? personName(random);
    names.set(owner, name);
    const opened = { kind: "account-opened", account: accountName(account), type: CUSTOMER_TYPES[type] } as const;
    if (type === PAB) {
      const introducingFirm = INTRODUCING_FIRMS[account % INTRODUCING_FIRMS.length] ?? INTRODUCING_FIRMS[0];
      yield { ...opened, title: `${introducingFirm}, proprietary`, introducingFirm };
    } else {
      const title =
        type === CASH
          ? `${name}, cash`
          : type === MARGIN
            ? `${name}, margin`
            : type === NON_CUSTOMER
              ? `${name}, officer`
              : name;
      yield { ...opened, title, ownerGroup: `H${FIRST_ACCOUNT + owner}` };
      if (type === MARGIN && account % NEW_EVERY === 0)
        yield { kind: "margin-terms-stated", account: accountName(account), houseGroup: "new" };
    }
  }
}

const dollars = (cents: number): string => formatDollars(toCents(cents));

function* houseCash({ generalLedger, bankLoans, reserveDeposit }: HouseBook): Generator<Unstamped> {
  for (const [account, balance] of generalLedger) {
    const side = balance < 0 ? "debit" : "credit";
    yield {
      kind: "general-ledger-balance",
      account,
      currency: "USD",
      side,
      amount: dollars(Math.abs(balance)),
      contra: "bank-operating",
    };
  }
  for (const [account, amount] of bankLoans) {
    yield {
      kind: "cash-moved",
      from: "bank-operating",
      to: account,
      currency: "USD",
      amount: dollars(amount),
      reason: "loan",
    };
  }
  yield {
    kind: "cash-moved",
    from: "bank-reserve",
    to: "bank-operating",
    currency: "USD",
    amount: dollars(reserveDeposit),
    reason: "transfer",
  };
}

function* stockLoans({ market, house }: FirmBooks): Generator<Unstamped> {
  for (const { instrument, quantity, cash } of house.borrowed) {
    const lender = LENDERS[instrument % LENDERS.length] ?? LENDERS[0];
    yield {
      kind: "stock-borrowed",
      lender,
      place: "depository-free",
      cashPlace: "bank-operating",
      instrument: market.instruments[instrument].id,
      quantity: String(quantity),
      currency: "USD",
      cash: dollars(cash),
    };
  }
  for (const { instrument, quantity, cash } of house.lent) {
    yield {
      kind: "stock-loaned",
      borrower: "borrower-summit",
      place: "depository-free",
      cashPlace: "bank-operating",
      instrument: market.instruments[instrument].id,
      quantity: String(quantity),
      currency: "USD",
      cash: dollars(cash),
    };
  }
}

/** What was borrowed for customers' short sales is a debit item of Exhibit A that no balance of cash shows by itself. */
function borrowedForCustomers({ customersShort }: HouseBook): Unstamped {
  return {
    kind: "capital-item-reported",
    item: "borrowed-for-customers",
    treatment: "aggregate-debit-item",
    label: "Securities borrowed for short sales by customers",
    paragraph: "15c3-3a, Item 11",
    amount: dollars(customersShort),
  };
}

function* customerBalances({ market, customers, accountName }: FirmBooks): Generator<Unstamped> {
  for (let account = 0; account < customers.accounts; account++) {
    const name = accountName(account);
    const cash = customers.cash[account];
    if (cash > 0)
      yield {
        kind: "cash-moved",
        from: "bank-operating",
        to: name,
        currency: "USD",
        amount: dollars(cash),
        reason: "transfer",
      };
    if (cash < 0)
      yield {
        kind: "cash-moved",
        from: name,
        to: "bank-operating",
        currency: "USD",
        amount: dollars(-cash),
        reason: "transfer",
      };
    for (let position = customers.first[account]; position < customers.first[account + 1]; position++) {
      const shares = customers.shares[position];
      const place = customers.locked[position] === 1 ? "depository-segregated" : "depository-free";
      const [from, to] = shares > 0 ? [place, name] : [name, place];
      yield {
        kind: "securities-moved",
        from,
        to,
        instrument: market.instruments[customers.instrument[position]].id,
        quantity: String(Math.abs(shares)),
        reason: "opening",
        cost: dollars(customers.cost[position]),
        acquired: formatDay(customers.acquired[position] as Day),
      };
    }
  }
}

/** What the firm is long is pledged for its loans; what it is short left the depository. It paid, or was paid, at cost. */
function* housePosition(
  { market }: FirmBooks,
  { account, instrument, quantity, cost }: HousePosition,
): Generator<Unstamped> {
  const place =
    quantity < 0 ? "depository-free" : account === "treasury-desk" ? "pledged-treasuries" : "pledged-stocks";
  const [from, to] = quantity > 0 ? [place, account] : [account, place];
  yield {
    kind: "securities-moved",
    from,
    to,
    instrument: market.instruments[instrument].id,
    quantity: String(Math.abs(quantity)),
    reason: "opening",
    cost: dollars(cost),
    acquired: formatDay(market.previousDay),
  };
  const [payer, payee] = quantity > 0 ? [account, "bank-operating"] : ["bank-operating", account];
  yield { kind: "cash-moved", from: payer, to: payee, currency: "USD", amount: dollars(cost), reason: "settlement" };
}
