/**
 * The customers of the demo firm as columns: accounts with their cash, and positions, in order of account. Popular stocks
 * are held more often: the chance of a stock goes with the square root of the dollars that really changed hands in it.
 * All amounts are cents.
 */
import { Trouble } from "../base/errors.ts";
import { type Day, weekday } from "../base/time.ts";
import type { MarketDay } from "./market-day.ts";
import { Random, WeightedChoice } from "./random.ts";
import { ACCOUNT_MIX, BALANCE_SHEET, CUSTOMER_SIZES } from "./sizing.ts";

export const CUSTOMER_TYPES = ["customer-cash", "customer-margin", "pab", "non-customer"] as const;
export const CASH = 0;
export const MARGIN = 1;
export const PAB = 2;
export const NON_CUSTOMER = 3;

/** The most of all stocks that one account may hold, so that drawing stocks without repeats stays quick. */
const STOCKS_SHARE_MOST = 0.75;
const PRICE_UNITS_PER_CENT = 1_000_000;

export interface CustomerBook {
  readonly accounts: number;
  readonly positions: number;
  /** By account: index in CUSTOMER_TYPES, number of its owner, cash (a debit is negative), first position. */
  readonly type: Uint8Array;
  readonly owner: Uint32Array;
  readonly cash: Float64Array;
  /** One longer than there are accounts: positions of account a are those from `first[a]` to before `first[a + 1]`. */
  readonly first: Uint32Array;
  /** By position: number in the day's instruments, shares (a short is negative), cost, day of acquisition. */
  readonly instrument: Uint32Array;
  readonly shares: Int32Array;
  readonly cost: Float64Array;
  readonly acquired: Int32Array;
  /** By position: 1 where the shares must be kept in possession, 0 where the firm may use them or they are short. */
  readonly locked: Uint8Array;
}

export interface CustomerBookOptions {
  readonly accounts: number;
  readonly positions: number;
  readonly seed: number;
}

/** What a number of shares is worth, in cents. */
export function worth(shares: number, price: number): number {
  return Math.round((shares * price) / PRICE_UNITS_PER_CENT);
}

/** Stocks that traded on the day: the only ones anyone holds. */
export function stocksOf({ instruments }: MarketDay): number[] {
  return instruments.flatMap(({ dollarVolume }, number) => (dollarVolume > 0 ? [number] : []));
}

/** Throws `bad-value` where there are too few accounts, or more positions than accounts can hold stocks. */
export function customerBook(market: MarketDay, { accounts, positions, seed }: CustomerBookOptions): CustomerBook {
  const stocks = stocksOf(market);
  const positionsMost = Math.floor(accounts * stocks.length * STOCKS_SHARE_MOST);
  if (accounts < 1 || positions > positionsMost) {
    throw new Trouble("bad-value", "more positions than the accounts can hold", {
      field: "positions",
      value: positions,
      expected: `at most ${positionsMost} of ${accounts} accounts`,
    });
  }
  const book = {
    accounts,
    positions,
    type: new Uint8Array(accounts),
    owner: new Uint32Array(accounts),
    cash: new Float64Array(accounts),
    first: new Uint32Array(accounts + 1),
    instrument: new Uint32Array(positions),
    shares: new Int32Array(positions),
    cost: new Float64Array(positions),
    acquired: new Int32Array(positions),
    locked: new Uint8Array(positions),
  };
  fillAccounts(book, new Random(seed, "accounts"));
  spreadPositions(book, Math.floor(stocks.length * STOCKS_SHARE_MOST), new Random(seed, "spread"));
  fillPositions(book, market, stocks, new Random(seed, "positions"));
  fillCash(book, market, new Random(seed, "cash"));
  return book;
}

function fillAccounts({ accounts, type, owner }: CustomerBook, random: Random): void {
  for (let account = 0; account < accounts; account++) {
    const draw = random.fraction();
    const { margin, pab, nonCustomer, sharedOwner } = ACCOUNT_MIX;
    type[account] =
      draw < margin ? MARGIN : draw < margin + pab ? PAB : draw < margin + pab + nonCustomer ? NON_CUSTOMER : CASH;
    const previous = account - 1;
    const shares = account > 0 && random.chance(sharedOwner) && type[account] + type[previous] === CASH + MARGIN;
    owner[account] = shares ? owner[previous] : account;
  }
}

/** How many positions each account has: few have many, and all add up exactly. */
function spreadPositions({ accounts, positions, first }: CustomerBook, mostEach: number, random: Random): void {
  const counts = new Uint32Array(accounts);
  const mean = positions / accounts;
  let total = 0;
  for (let account = 0; account < accounts; account++) {
    const wanted = Math.floor(mean * 4 * random.fraction() * random.fraction());
    counts[account] = Math.min(wanted, mostEach, positions - total);
    total += counts[account];
  }
  while (total < positions) {
    const account = random.below(accounts);
    if (counts[account] === mostEach) continue;
    counts[account]++;
    total++;
  }
  for (let account = 0; account < accounts; account++) first[account + 1] = first[account] + counts[account];
}

function fillPositions(
  book: CustomerBook,
  { instruments, previousDay }: MarketDay,
  stocks: readonly number[],
  random: Random,
): void {
  const popular = new WeightedChoice(stocks.map((number) => Math.sqrt(instruments[number].dollarVolume)));
  const { positionDollars, marginFactor, costShare, heldDaysMost } = CUSTOMER_SIZES;
  for (let account = 0; account < book.accounts; account++) {
    const scale = (0.2 / (1 - 0.97 * random.fraction())) * (book.type[account] === MARGIN ? marginFactor : 1);
    const shorts = book.type[account] === MARGIN && random.chance(ACCOUNT_MIX.shortSellers);
    const held = new Set<number>();
    for (let position = book.first[account]; position < book.first[account + 1]; position++) {
      let stock = stocks[popular.draw(random)];
      while (held.has(stock)) stock = stocks[popular.draw(random)];
      held.add(stock);
      const price = instruments[stock].previousClose;
      const dollars = positionDollars * scale * (0.2 + random.fraction() + random.fraction());
      const shares = roundLot((dollars * 100 * PRICE_UNITS_PER_CENT) / price);
      const short = shorts && random.chance(0.3);
      book.instrument[position] = stock;
      book.shares[position] = short ? -shares : shares;
      book.cost[position] = Math.max(
        1,
        Math.round(worth(shares, price) * random.between(costShare.least, costShare.most)),
      );
      book.acquired[position] = weekdayBefore(previousDay, 3 + random.below(heldDaysMost));
    }
  }
}

/** People hold round numbers: to ten shares above a hundred, to a hundred above two thousand; one at least. */
export function roundLot(shares: number): number {
  const step = shares > 2000 ? 100 : shares > 100 ? 10 : 1;
  return Math.max(1, Math.floor(shares / step) * step);
}

function weekdayBefore(day: Day, days: number): Day {
  let found = day - days;
  while (weekday(found as Day) === 0 || weekday(found as Day) === 6) found--;
  return found as Day;
}

/** Cash by type of account; then which shares the firm must keep in possession: those beyond 140 % of the debit. */
function fillCash(book: CustomerBook, { instruments }: MarketDay, random: Random): void {
  const sizes = CUSTOMER_SIZES;
  const between = ({ least, most }: { readonly least: number; readonly most: number }) => random.between(least, most);
  for (let account = 0; account < book.accounts; account++) {
    let long = 0;
    let short = 0;
    for (let position = book.first[account]; position < book.first[account + 1]; position++) {
      const value = worth(book.shares[position], instruments[book.instrument[position]].previousClose);
      if (value > 0) long += value;
      else short -= value;
    }
    const borrows = book.type[account] === MARGIN && short === 0 && random.chance(sizes.borrowers);
    const stretched = borrows && random.chance(sizes.stretchedBorrowers);
    const share =
      book.type[account] !== MARGIN
        ? between(sizes.cashShare)
        : stretched
          ? -between(sizes.stretchedDebitShare)
          : borrows
            ? -between(sizes.debitShare)
            : between(sizes.marginCashShare);
    book.cash[account] = Math.round(long * share + short * (1 + sizes.shortMarginShare));
    lockPositions(book, account, instruments);
  }
}

function lockPositions(book: CustomerBook, account: number, instruments: MarketDay["instruments"]): void {
  let lienable = Math.max(0, -book.cash[account]) * BALANCE_SHEET.lienableOfDebit;
  for (let position = book.first[account]; position < book.first[account + 1]; position++) {
    const value = worth(book.shares[position], instruments[book.instrument[position]].previousClose);
    if (value <= 0) continue;
    if (value <= lienable) lienable -= value;
    else book.locked[position] = 1;
  }
}
