/**
 * The knobs of the demo firm and its day, all of them. Sizes of the firm's own business are multiples of its net capital
 * requirement, so that the story is the same for two hundred accounts and for a million.
 */

/** Who the accounts are. The rest are customers' cash accounts. */
export const ACCOUNT_MIX = {
  margin: 0.45,
  pab: 0.001,
  nonCustomer: 0.002,
  /** Of margin accounts, how many also sell short. */
  shortSellers: 0.05,
  /** Of accounts, how many belong to the owner of the one before. */
  sharedOwner: 0.15,
} as const;

/** How much they hold. */
export const CUSTOMER_SIZES = {
  /** Dollars of an ordinary position before an account's own scale, which runs from a fifth to some six times. */
  positionDollars: 26_000,
  /** A margin account's positions are larger by this factor. */
  marginFactor: 2.2,
  /** Cash of a cash account, as a share of its securities. */
  cashShare: { least: 0.04, most: 0.46 },
  /** Of margin accounts, how many owe money; what they owe, as a share of their long securities. */
  borrowers: 0.7,
  debitShare: { least: 0.05, most: 0.46 },
  /** Of borrowers, how many are close to their limit, and what those owe. */
  stretchedBorrowers: 0.04,
  stretchedDebitShare: { least: 0.5, most: 0.73 },
  /** Cash of margin accounts that owe nothing, and what a short seller leaves as margin beyond the proceeds. */
  marginCashShare: { least: 0.02, most: 0.3 },
  shortMarginShare: 0.5,
  /** Shares cost this much of the last close, and were bought within this many days. */
  costShare: { least: 0.55, most: 1.25 },
  heldDaysMost: 1800,
} as const;

/** Shares of 15c3-1 that the sizing itself needs. The firm's rulebook decides what really holds. */
export const RULE_SHARES = {
  requirementOfDebitItems: 0.02,
  requirementLeastDollars: 250_000,
  equityHaircut: 0.15,
  lesserSideAllowance: 0.25,
  concentration: 0.1,
} as const;

/** The firm's own positions, as multiples of the requirement. */
export const INVENTORY = {
  stocks: 300,
  longStocksShare: 0.72,
  longPerRequirement: 28,
  shortPerRequirement: 5.5,
  hedgePerRequirement: 1.2,
  treasuriesPerRequirement: 23,
  /** The largest position, as a share of the threshold of undue concentration. */
  largestOfConcentration: 0.6,
  /** Positions cost this much of the last close. */
  costShare: { least: 0.985, most: 1.012 },
  /** Funds that hedge the market-making book, sold short. */
  hedges: ["SPY", "QQQ"],
} as const;

/** The rest of the balance sheet. */
export const BALANCE_SHEET = {
  /** Net capital at the close before the day, as a multiple of the requirement. */
  netCapitalPerRequirement: 2.75,
  /** As multiples of the requirement. */
  subordinatedLoan: 1.1,
  fixedAssets: 0.25,
  prepaidExpenses: 0.08,
  exchangeMemberships: 0.06,
  goodwill: 0.3,
  employeeLoans: 0.05,
  accruedLiabilities: 0.35,
  clearingDeposit: 0.5,
  reserveDeposit: 1.2,
  operatingCashLeast: 1,
  retainedEarningsShare: 0.45,
  /** Loans against pledged inventory, as a share of its market value. */
  loanOnTreasuries: 0.98,
  loanOnStocks: 0.6,
  /** Collateral taken for stock lent, and of how much of customers' debits lent stock pays for. */
  stockLoanCollateral: 1.02,
  stockLoanOfDebits: 0.12,
  /** Customers' margin securities that the firm may use, as a share of their debit: 15c3-3(a)(5). */
  lienableOfDebit: 1.4,
} as const;

/** The customers' day. */
export const FLOW = {
  /** By account; a firm of twenty thousand has some sixty thousand executions, its own included. */
  tradesPerAccount: 2.85,
  /** Sellers' share of the flow at an unchanged market, and how it rises when the leader falls by 100 %. */
  sellShare: 0.5,
  sellShareOfFall: 1.8,
  sellShareBounds: { least: 0.3, most: 0.7 },
  shortSaleShare: 0.02,
  /** How often the firm takes the other side of a trade in a stock it makes a market in. */
  internalised: 0.3,
  movementsPerAccount: 0.03,
  withdrawalShare: 0.3,
  depositDollars: { least: 500, most: 60_000 },
  /** Dollars; and cents per share where that is more. */
  commissionDollars: 7.95,
  commissionCentsPerShare: 0.5,
  /** Section 31 fee on sales, in millionths of the principal, by day. */
  section31Millionths: { "2015-08-24": 18.4, "2013-10-08": 17.4 },
  /** What the firm spends in the day, as a multiple of the requirement. */
  expensesPerRequirement: 0.015,
} as const;
