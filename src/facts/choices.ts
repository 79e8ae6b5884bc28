/** The long lists of words that fields choose from. Words are only ever appended: a record holds their position. */
export const INSTRUMENT_TYPES = [
  "currency",
  "equity",
  "etf",
  "preferred",
  "convertible",
  "warrant",
  "mutual-fund",
  "money-market-fund",
  "option",
  "index",
  "future",
  "treasury",
  "agency",
  "municipal",
  "corporate",
  "commercial-paper",
  "certificate-of-deposit",
  "commodity",
  "stock-basket",
  "credit-default-swap",
] as const;

/** Claims: whom we hold it for, or owe it to. Places: where we have it, or who owes it to us. */
export const ACCOUNT_TYPES = [
  // claims of others on us
  "customer-cash",
  "customer-margin",
  "customer-portfolio-margin",
  "pab",
  "non-customer",
  "stock-borrowed",
  "fail-to-deliver",
  "bank-loan",
  "reverse-repo",
  // the firm's own
  "firm-inventory",
  "error",
  "general-ledger",
  // places
  "depository-free",
  "depository-segregated",
  "vault",
  "custodian",
  "bank",
  "reserve-bank",
  "pledged",
  "stock-loaned",
  "fail-to-receive",
  "clearing",
  "transit",
  "repo",
  "suspense",
] as const;

/** What a general-ledger account is to net worth and to net capital. */
export const LEDGER_CLASSES = [
  "ownership-equity",
  "revenue",
  "expense",
  "subordinated-satisfactory",
  "subordinated-other",
  "allowable-asset",
  "non-allowable-asset",
  "liability",
  "liability-excluded",
] as const;

/** Why cash moved. */
export const CASH_REASONS = [
  "deposit",
  "withdrawal",
  "fee",
  "commission",
  "interest",
  "dividend",
  "transfer",
  "revenue",
  "expense",
  "tax",
  "loan",
  "loan-repayment",
  "capital-contributed",
  "capital-withdrawn",
  "settlement",
  "adjustment",
] as const;

export const LOT_METHODS = ["fifo", "lifo", "hifo", "average", "specific"] as const;

/** At what scope a limit or a kill switch stands. */
export const SCOPES = [
  "session",
  "strategy",
  "user",
  "account",
  "group",
  "desk",
  "instrument",
  "venue",
  "firm",
] as const;

/** What a stated price rests on. */
export const MARK_BASES = ["close", "official", "manual", "model"] as const;

/** An open item of operations: what it is decides from which day it ages, and what is charged for it. */
export const OPEN_ITEM_TYPES = [
  // settlement
  "fail-to-deliver",
  "fail-to-receive",
  "fail-matched",
  // differences and reconciliation
  "short-difference",
  "long-difference",
  "money-difference",
  "unconfirmed-transfer",
  // receivables
  "dividends-receivable",
  "commissions-receivable",
  "good-faith-deposit",
  "municipal-good-faith-deposit",
  "municipal-syndicate-receivable",
  "municipal-joint-account-receivable",
  "fund-redemption-receivable",
  "free-shipment",
  "insurance-claim",
  "unsecured-receivable",
  // accounts
  "account-deficit",
  "omnibus-deficit",
  "under-margined-account",
  "swap-shortfall",
  "market-maker-account",
  "guarantee",
  // financing
  "stock-loaned",
  "stock-borrowed",
  "letter-of-credit-borrow",
  "repo",
  "reverse-repo",
  "collateralized-debt",
  "exempted-collateral-debt",
  // positions with a clock
  "underwriting-position",
  // a margin exception of 18a-3 is no shortfall of a cleared account
  "swap-margin-exception",
] as const;
