/** The firm's own accounts in the demo: places, lenders, banks, inventory and the general ledger. */
import type { FactOfKind } from "../facts/kinds.ts";

type AccountOpened = FactOfKind<"account-opened">;
type HouseAccount = Omit<AccountOpened, "kind" | "at" | "account">;

export const HOUSE_ACCOUNTS = {
  "bank-operating": { type: "bank", title: "Operating account at the bank" },
  "bank-reserve": { type: "reserve-bank", title: "Special reserve account for the exclusive benefit of customers" },
  "depository-free": { type: "depository-free", title: "Depository, free" },
  "depository-segregated": { type: "depository-segregated", title: "Depository, segregated" },
  "pledged-treasuries": { type: "pledged", title: "Treasuries pledged to the bank" },
  "pledged-stocks": { type: "pledged", title: "Stocks pledged to the bank" },
  nscc: { type: "clearing", title: "NSCC" },
  "lender-atlantic": { type: "stock-borrowed", title: "Stock borrowed from Atlantic Custody" },
  "lender-prairie": { type: "stock-borrowed", title: "Stock borrowed from Prairie Pension Fund" },
  "borrower-summit": { type: "stock-loaned", title: "Stock lent to Summit Securities" },
  "bank-loan-treasuries": { type: "bank-loan", title: "Bank loan against Treasuries" },
  "bank-loan-stocks": { type: "bank-loan", title: "Bank loan against the firm's stocks" },
  "bank-loan-unsecured": { type: "bank-loan", title: "Bank line, unsecured" },
  "market-making": { type: "firm-inventory", title: "Market making" },
  "treasury-desk": { type: "firm-inventory", title: "Treasury desk" },
  "hedge-desk": { type: "firm-inventory", title: "Hedges of market making" },
  errors: { type: "error", title: "Error account" },
  "paid-in-capital": { type: "general-ledger", ledgerClass: "ownership-equity", title: "Paid-in capital" },
  "retained-earnings": { type: "general-ledger", ledgerClass: "ownership-equity", title: "Retained earnings" },
  "commission-revenue": { type: "general-ledger", ledgerClass: "revenue", title: "Commissions" },
  "operating-expenses": { type: "general-ledger", ledgerClass: "expense", title: "Operating expenses" },
  "fees-payable": { type: "general-ledger", ledgerClass: "liability", title: "Regulatory fees payable" },
  "accrued-liabilities": { type: "general-ledger", ledgerClass: "liability", title: "Accrued liabilities" },
  "subordinated-loan": { type: "general-ledger", ledgerClass: "subordinated-satisfactory", title: "Subordinated loan" },
  "clearing-fund-deposit": {
    type: "general-ledger",
    ledgerClass: "allowable-asset",
    title: "Deposit in the clearing fund",
  },
  "fixed-assets": {
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Fixed assets",
    title: "Furniture, equipment and software",
  },
  "prepaid-expenses": {
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Prepaid expenses",
    title: "Prepaid expenses",
  },
  "exchange-memberships": {
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Exchange memberships",
    title: "Exchange memberships",
  },
  goodwill: {
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Goodwill and intangibles",
    title: "Goodwill and intangibles",
  },
  "employee-loans": {
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Unsecured loans to employees",
    title: "Loans to employees",
  },
} as const satisfies Readonly<Record<string, HouseAccount>>;

export type HouseAccountName = keyof typeof HOUSE_ACCOUNTS;

/** The two that lend stock to the firm, in turn by instrument. */
export const LENDERS = ["lender-atlantic", "lender-prairie"] as const satisfies readonly HouseAccountName[];
