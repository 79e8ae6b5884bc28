/**
 * The firm's own side of the demo: what it holds, borrows, lends and owes, sized so that net capital at the close before
 * the day is the wanted multiple of the requirement. The figures here only set sizes; the net capital computation of the
 * running program decides what is true. All amounts are cents.
 */
import { type CustomerBook, CASH, MARGIN, roundLot, worth } from "./customer-book.ts";
import type { HouseAccountName } from "./house-accounts.ts";
import type { DemoInstrument, MarketDay } from "./market-day.ts";
import { Random } from "./random.ts";
import { BALANCE_SHEET, INVENTORY, RULE_SHARES } from "./sizing.ts";

/** A position of the firm; `cost` is what was paid, or received for a short. */
export interface HousePosition {
  readonly account: HouseAccountName;
  readonly instrument: number;
  /** Shares, or dollars of par. */
  readonly quantity: number;
  readonly cost: number;
}

interface StockLoan {
  readonly instrument: number;
  readonly quantity: number;
  readonly cash: number;
}

export interface HouseBook {
  /** Two percent of what customers owe and of what is borrowed for them, in cents. */
  readonly requirement: number;
  /** Market value of what customers are short, all of it borrowed. */
  readonly customersShort: number;
  /** The largest position that market making takes on, in cents. */
  readonly positionMost: number;
  readonly positions: readonly HousePosition[];
  readonly borrowed: readonly StockLoan[];
  readonly lent: readonly StockLoan[];
  /** Balances of general-ledger accounts; a debit is negative. */
  readonly generalLedger: ReadonlyMap<HouseAccountName, number>;
  readonly bankLoans: ReadonlyMap<HouseAccountName, number>;
  readonly reserveDeposit: number;
}

const DEBT_UNITS = 100;
const PAR_LOT = 100_000;
const PRICE_LEAST = 5e8;
/** Market making chooses its stocks among this many of the busiest. */
const BUSIEST = 700;
const DAYS_PER_YEAR = 365;

/** Shares of the Treasury desk by place in order of maturity: half in bills, little at the long end. */
const TREASURY_WEIGHTS = [0.14, 0.14, 0.13, 0.11, 0.12, 0.1, 0.1, 0.05, 0.04, 0.04, 0.01, 0.02] as const;

/** 15c3-1(c)(2)(vi)(A) for one side: upper bounds of remaining life in years, and the rate below them. */
const GOVERNMENT_HAIRCUTS = [
  [0.25, 0],
  [0.5, 0.005],
  [0.75, 0.0075],
  [1, 0.01],
  [2, 0.015],
  [3, 0.02],
  [5, 0.03],
  [10, 0.04],
  [15, 0.045],
  [20, 0.05],
  [25, 0.055],
  [Number.POSITIVE_INFINITY, 0.06],
] as const;

/** What a position of an instrument is worth: bonds are priced per 100 of par. */
function marketValue({ treasury, previousClose }: DemoInstrument, quantity: number): number {
  return treasury === undefined
    ? worth(quantity, previousClose)
    : Math.round(worth(quantity, previousClose) / DEBT_UNITS);
}

export function houseBook(market: MarketDay, customers: CustomerBook, seed: number): HouseBook {
  const random = new Random(seed, "house");
  const { requirement, debits, customersShort } = requirementOf(market, customers);
  const longTarget = requirement * INVENTORY.longPerRequirement;
  const positionMost = Math.round(
    RULE_SHARES.concentration *
      INVENTORY.largestOfConcentration *
      (requirement * BALANCE_SHEET.netCapitalPerRequirement + longTarget * RULE_SHARES.equityHaircut),
  );
  const positions = [
    ...marketMaking(market, requirement, positionMost, random),
    ...hedges(market, requirement, positionMost, random),
    ...treasuryDesk(market, requirement, random),
  ];
  const borrowed = borrowsFor(market, customers, positions);
  const lent = loansOf(market, customers, debits * BALANCE_SHEET.stockLoanOfDebits);
  const book = {
    requirement,
    customersShort,
    positionMost,
    positions,
    borrowed,
    lent,
    reserveDeposit: Math.round(requirement * BALANCE_SHEET.reserveDeposit),
  };
  return { ...book, ...balance(market, customers, book) };
}

function requirementOf(
  { instruments }: MarketDay,
  customers: CustomerBook,
): { requirement: number; debits: number; customersShort: number } {
  let debits = 0;
  for (let account = 0; account < customers.accounts; account++) {
    const isCustomer = customers.type[account] === CASH || customers.type[account] === MARGIN;
    if (isCustomer && customers.cash[account] < 0) debits -= customers.cash[account];
  }
  let customersShort = 0;
  for (let position = 0; position < customers.positions; position++) {
    if (customers.shares[position] < 0)
      customersShort += marketValue(instruments[customers.instrument[position]], -customers.shares[position]);
  }
  const share = Math.round((debits + customersShort) * RULE_SHARES.requirementOfDebitItems);
  return { debits, customersShort, requirement: Math.max(RULE_SHARES.requirementLeastDollars * 100, share) };
}

function costed(
  account: HouseAccountName,
  instrument: number,
  quantity: number,
  value: number,
  random: Random,
): HousePosition {
  const { least, most } = INVENTORY.costShare;
  return {
    account,
    instrument,
    quantity,
    cost: Math.max(1, Math.round(Math.abs(value) * random.between(least, most))),
  };
}

/** Stocks held long and short for customers to trade with, the busiest largest, none above the most. */
function marketMaking(
  { instruments }: MarketDay,
  requirement: number,
  positionMost: number,
  random: Random,
): HousePosition[] {
  const hedgeSymbols: readonly string[] = INVENTORY.hedges;
  const busiest = instruments
    .map((_, number) => number)
    .filter((number) => {
      const { id, reference, previousClose, dollarVolume } = instruments[number];
      return (
        reference?.type === "equity" && !hedgeSymbols.includes(id) && previousClose >= PRICE_LEAST && dollarVolume > 0
      );
    })
    .sort((a, b) => instruments[b].dollarVolume - instruments[a].dollarVolume || a - b)
    .slice(0, BUSIEST);
  const chosen = busiest.filter(() => random.chance(INVENTORY.stocks / busiest.length));
  const longs = chosen.filter(() => random.chance(INVENTORY.longStocksShare));
  const shorts = chosen.filter((number) => !longs.includes(number));
  const side = (numbers: readonly number[], target: number, sign: 1 | -1) =>
    capped(
      numbers.map((number) => Math.sqrt(instruments[number].dollarVolume)),
      target,
      positionMost,
    ).map((cents, index) => {
      const quantity = roundLot((cents * 1e6) / instruments[numbers[index]].previousClose);
      return costed(
        "market-making",
        numbers[index],
        sign * quantity,
        marketValue(instruments[numbers[index]], quantity),
        random,
      );
    });
  return [
    ...side(longs, requirement * INVENTORY.longPerRequirement, 1),
    ...side(shorts, requirement * INVENTORY.shortPerRequirement, -1),
  ];
}

/** `target` in proportion to the weights, none above `most`; what is cut off goes to the others while they have room. */
function capped(weights: readonly number[], target: number, most: number): number[] {
  let amounts = weights.map(() => 0);
  for (let round = 0; round < 8; round++) {
    const left = target - amounts.reduce((sum, amount) => sum + amount, 0);
    const room = weights.map((weight, index) => (amounts[index] < most ? weight : 0));
    const total = room.reduce((sum, weight) => sum + weight, 0);
    if (left <= 0 || total === 0) break;
    amounts = amounts.map((amount, index) => Math.min(most, amount + (left * room[index]) / total));
  }
  return amounts;
}

function hedges(
  { instruments }: MarketDay,
  requirement: number,
  positionMost: number,
  random: Random,
): HousePosition[] {
  const numbers = INVENTORY.hedges
    .map((symbol) => instruments.findIndex(({ id }) => id === symbol))
    .filter((number) => number >= 0);
  return numbers.map((number) => {
    const cents = Math.min(positionMost, (requirement * INVENTORY.hedgePerRequirement) / numbers.length);
    const quantity = roundLot((cents * 1e6) / instruments[number].previousClose);
    return costed("hedge-desk", number, -quantity, marketValue(instruments[number], quantity), random);
  });
}

function treasuryDesk({ instruments }: MarketDay, requirement: number, random: Random): HousePosition[] {
  const numbers = instruments.flatMap(({ treasury }, number) => (treasury === undefined ? [] : [number]));
  return numbers.map((number, place) => {
    const dollars = (requirement * INVENTORY.treasuriesPerRequirement * (TREASURY_WEIGHTS[place] ?? 0)) / 100;
    const par = Math.max(1, Math.round(dollars / PAR_LOT)) * PAR_LOT;
    const value = marketValue(instruments[number], par);
    return {
      ...costed("treasury-desk", number, par, value, random),
      cost: Math.round(value * random.between(0.998, 1.001)),
    };
  });
}

/** Everything that customers and the firm are short is borrowed, against cash of its value. */
function borrowsFor(
  { instruments }: MarketDay,
  customers: CustomerBook,
  positions: readonly HousePosition[],
): StockLoan[] {
  const short = new Map<number, number>();
  const add = (instrument: number, quantity: number): void => {
    if (quantity < 0) short.set(instrument, (short.get(instrument) ?? 0) - quantity);
  };
  for (let position = 0; position < customers.positions; position++)
    add(customers.instrument[position], customers.shares[position]);
  for (const { instrument, quantity } of positions) add(instrument, quantity);
  return [...short]
    .sort(([a], [b]) => a - b)
    .map(([instrument, quantity]) => ({ instrument, quantity, cash: marketValue(instruments[instrument], quantity) }));
}

/** Half of what the firm may use of each stock, the most valuable first, until the wanted value is lent. */
function loansOf({ instruments }: MarketDay, customers: CustomerBook, target: number): StockLoan[] {
  const free = new Map<number, number>();
  for (let position = 0; position < customers.positions; position++) {
    const shares = customers.shares[position];
    const instrument = customers.instrument[position];
    if (shares > 0 && customers.locked[position] === 0) free.set(instrument, (free.get(instrument) ?? 0) + shares);
  }
  const values = [...free].map(([instrument, shares]) => ({ instrument, quantity: Math.floor(shares / 2), value: 0 }));
  for (const entry of values) entry.value = marketValue(instruments[entry.instrument], entry.quantity);
  const lent: StockLoan[] = [];
  let total = 0;
  for (const { instrument, quantity, value } of values.sort(
    (a, b) => b.value - a.value || a.instrument - b.instrument,
  )) {
    if (total >= target) break;
    lent.push({ instrument, quantity, cash: Math.round(value * BALANCE_SHEET.stockLoanCollateral) });
    total += value;
  }
  return lent;
}

/** Deductions from the firm's positions, near enough for sizing. */
function haircuts({ instruments, previousDay }: MarketDay, positions: readonly HousePosition[]): number {
  let [long, short, governments] = [0, 0, 0];
  for (const { instrument, quantity } of positions) {
    const value = marketValue(instruments[instrument], quantity);
    const { treasury } = instruments[instrument];
    if (treasury !== undefined) {
      const years = (treasury.maturity - previousDay) / DAYS_PER_YEAR;
      governments += value * (GOVERNMENT_HAIRCUTS.find(([below]) => years < below)?.[1] ?? 0);
    } else if (value > 0) long += value;
    else short -= value;
  }
  const [greater, lesser] = long > short ? [long, short] : [short, long];
  const uncovered = Math.max(0, lesser - greater * RULE_SHARES.lesserSideAllowance);
  return Math.round((greater + uncovered) * RULE_SHARES.equityHaircut + governments);
}

/** Capital, loans and the deposit, from what is held. What the operating account lacks is borrowed without security. */
function balance(
  market: MarketDay,
  customers: CustomerBook,
  book: Omit<HouseBook, "generalLedger" | "bankLoans">,
): Pick<HouseBook, "generalLedger" | "bankLoans"> {
  const { requirement, positions, borrowed, lent, reserveDeposit } = book;
  const times = (multiple: number) => Math.round(requirement * multiple);
  const assets = new Map<HouseAccountName, number>([
    ["fixed-assets", -times(BALANCE_SHEET.fixedAssets)],
    ["prepaid-expenses", -times(BALANCE_SHEET.prepaidExpenses)],
    ["exchange-memberships", -times(BALANCE_SHEET.exchangeMemberships)],
    ["goodwill", -times(BALANCE_SHEET.goodwill)],
    ["employee-loans", -times(BALANCE_SHEET.employeeLoans)],
  ]);
  const nonAllowable = -sum(assets.values());
  const subordinated = times(BALANCE_SHEET.subordinatedLoan);
  const value = (only: (position: HousePosition) => boolean) =>
    sum(
      positions.filter(only).map(({ instrument, quantity }) => marketValue(market.instruments[instrument], quantity)),
    );
  const paid = sum(positions.map(({ quantity, cost }) => (quantity > 0 ? cost : -cost)));
  const unrealised = value(() => true) - paid;
  const equity =
    times(BALANCE_SHEET.netCapitalPerRequirement) -
    subordinated +
    nonAllowable +
    haircuts(market, positions) -
    unrealised;
  const retained = Math.round(equity * BALANCE_SHEET.retainedEarningsShare);
  const generalLedger = new Map<HouseAccountName, number>([
    ...assets,
    ["clearing-fund-deposit", -times(BALANCE_SHEET.clearingDeposit)],
    ["accrued-liabilities", times(BALANCE_SHEET.accruedLiabilities)],
    ["subordinated-loan", subordinated],
    ["retained-earnings", retained],
    ["paid-in-capital", equity - retained],
  ]);
  const bankLoans = new Map<HouseAccountName, number>([
    [
      "bank-loan-treasuries",
      Math.round(value(({ account }) => account === "treasury-desk") * BALANCE_SHEET.loanOnTreasuries),
    ],
    [
      "bank-loan-stocks",
      Math.round(
        value(({ account, quantity }) => account === "market-making" && quantity > 0) * BALANCE_SHEET.loanOnStocks,
      ),
    ],
  ]);
  const cash = (loans: readonly StockLoan[]) => sum(loans.map((loan) => loan.cash));
  const atBank =
    sum(customers.cash) +
    sum(generalLedger.values()) +
    sum(bankLoans.values()) +
    cash(lent) -
    cash(borrowed) -
    paid -
    reserveDeposit;
  const lacking = times(BALANCE_SHEET.operatingCashLeast) - atBank;
  if (lacking > 0) bankLoans.set("bank-loan-unsecured", lacking);
  return { generalLedger, bankLoans };
}

function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
