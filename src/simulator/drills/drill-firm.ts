/** What the firms of the drills have in common: their accounts, and how cash and securities come into the books. */
import { formatDecimal } from "../../base/decimal.ts";
import type { FactOfKind, UnstampedFact } from "../../facts/kinds.ts";

type AccountTerms = Omit<FactOfKind<"account-opened">, "kind" | "at" | "account">;

const ACCOUNTS: Readonly<Record<string, AccountTerms>> = {
  bank: { type: "bank", title: "Operating account at the bank" },
  depository: { type: "depository-free", title: "Depository" },
  nscc: { type: "clearing", title: "NSCC" },
  "paid-in-capital": { type: "general-ledger", ledgerClass: "ownership-equity", title: "Paid-in capital" },
  "commission-revenue": { type: "general-ledger", ledgerClass: "revenue", title: "Commissions" },
  "fees-payable": { type: "general-ledger", ledgerClass: "liability", title: "Regulatory fees payable" },
  "subordinated-loan": { type: "general-ledger", ledgerClass: "subordinated-satisfactory", title: "Subordinated loan" },
  "fixed-assets": {
    type: "general-ledger",
    ledgerClass: "non-allowable-asset",
    capitalLine: "Fixed assets",
    title: "Furniture, equipment and software",
  },
};

/** The accounts that every drill has, and its own. */
export function drillAccounts(own: Readonly<Record<string, AccountTerms>>): UnstampedFact[] {
  return Object.entries({ ...ACCOUNTS, ...own }).map(([account, terms]) => ({
    kind: "account-opened",
    account,
    ...terms,
  }));
}

function dollars(amount: number): string {
  return formatDecimal(Math.round(amount * 100), 2);
}

/** Cash from one account to another: from the bank to capital, from a customer who borrows to the bank. */
export function payIn(from: string, to: string, amount: number): UnstampedFact[] {
  return [{ kind: "cash-moved", from, to, currency: "USD", amount: dollars(amount), reason: "adjustment" }];
}

/** A position that stands in an account when the drill begins; what it cost or brought has gone through the bank. */
export function moveIn(account: string, instrument: string, quantity: number, cost: number): UnstampedFact[] {
  const [from, to] = quantity > 0 ? ["depository", account] : [account, "depository"];
  const moved: UnstampedFact = {
    kind: "securities-moved",
    from,
    to,
    instrument,
    quantity: String(Math.abs(quantity)),
    reason: "opening",
    cost: dollars(cost),
  };
  if (cost === 0) return [moved];
  return [moved, ...(quantity > 0 ? payIn(account, "bank", cost) : payIn("bank", account, cost))];
}
