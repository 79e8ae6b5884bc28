/**
 * What a balance of cash is to net capital, by the account that has it: the firm's own equity, a line of aggregate
 * indebtedness, of debit items, of subordinated loans, of non-allowable assets, or nothing.
 *
 * One reading decides most of it: every credit balance that is not the firm's own equity is money that the firm owes, and
 * so indebtedness, (c)(1), unless the ledger class says that it is excluded. Balances are taken account by account, on
 * trade date.
 */
import { assertNever } from "../base/assert.ts";
import { ACCOUNT_TRAITS, type AccountAttributes } from "../books/accounts.ts";

/** The currency that net capital is computed in. */
export const BASE_CURRENCY = "USD";

export type CashCategory =
  | "indebtedness"
  | "debit-items"
  | "subordinated"
  | "subordinated-other"
  | "non-allowable"
  /** Contract value of securities borrowed and of reverse repos: no line of the computation, 17a-11(b)(5) alone. */
  | "financing-receivable";

/** Nothing of every category. */
export function noCash(): Record<CashCategory, number> {
  return {
    indebtedness: 0,
    "debit-items": 0,
    subordinated: 0,
    "subordinated-other": 0,
    "non-allowable": 0,
    "financing-receivable": 0,
  };
}

/** A line that balances of cash add up to. */
export interface CashLine {
  readonly category: CashCategory;
  /** Stable, for programs: "aggregate-indebtedness/accounts/customer-margin". */
  readonly code: string;
  readonly label: string;
  readonly paragraph: string;
  /** Of indebtedness: payable against securities loaned or sold under repos, 17a-11(b)(5). */
  readonly financing?: true;
}

/** To which lines the balances of an account go. */
export interface CashRole {
  /** Its balance, of either sign, is ownership equity. */
  readonly own: boolean;
  /** Takes the balance while it is a credit. */
  readonly credit: CashLine | undefined;
  /** Takes the balance, as a positive amount, while it is a debit. */
  readonly debit: CashLine | undefined;
  /** Takes debits less credits. */
  readonly net: CashLine | undefined;
}

const NOTHING: CashRole = { own: false, credit: undefined, debit: undefined, net: undefined };
const OWN: CashRole = { ...NOTHING, own: true };

const CODES: Readonly<Record<CashCategory, { readonly code: string; readonly paragraph: string }>> = {
  indebtedness: { code: "aggregate-indebtedness", paragraph: "15c3-1(c)(1)" },
  "debit-items": { code: "aggregate-debit-items", paragraph: "15c3-1(a)(1)(ii)" },
  subordinated: { code: "subordinated", paragraph: "15c3-1(c)(2)(ii)" },
  "subordinated-other": { code: "subordinated-other", paragraph: "15c3-1(c)(1)(xi)" },
  "non-allowable": { code: "non-allowable", paragraph: "15c3-1(c)(2)(iv)" },
  "financing-receivable": { code: "financing-receivable", paragraph: "17a-11(b)(5)" },
};

/** A line over accounts of one type, or over accounts of the general ledger that share a label. */
function cashLine(category: CashCategory, from: "accounts" | "ledger", name: string, label: string): CashLine {
  const { code, paragraph } = CODES[category];
  return { category, code: `${code}/${from}/${name}`, label, paragraph };
}

/** The role of an account's cash. Depends on its type, class and line alone. */
export function cashRole(account: AccountAttributes): CashRole {
  const { type } = account;
  if (type === "firm-inventory" || type === "error") return OWN;
  if (type === "general-ledger") return ledgerRole(account);
  const credit = cashLine("indebtedness", "accounts", type, `Credits in accounts of type ${type}`);
  const debit = (category: CashCategory) => cashLine(category, "accounts", type, `Debits in accounts of type ${type}`);
  if (type === "stock-loaned" || type === "repo") return { ...NOTHING, credit: { ...credit, financing: true } };
  if (type === "stock-borrowed" || type === "reverse-repo")
    return { ...NOTHING, credit, debit: debit("financing-receivable") };
  return { ...NOTHING, credit, debit: ACCOUNT_TRAITS[type].customer ? debit("debit-items") : undefined };
}

/** By what the general ledger says of it. A debit where a liability is kept is an unsecured receivable, (c)(2)(iv)(E). */
function ledgerRole({ account, title, capitalLine, ledgerClass }: AccountAttributes): CashRole {
  const label = capitalLine ?? (title === "" ? account : title);
  const on = (category: CashCategory): CashLine => cashLine(category, "ledger", label, label);
  switch (ledgerClass) {
    case "ownership-equity":
    case "revenue":
    case "expense":
      return OWN;
    case "subordinated-satisfactory":
      return { ...NOTHING, credit: on("subordinated"), debit: on("non-allowable") };
    case "subordinated-other":
      return { ...NOTHING, credit: on("subordinated-other"), debit: on("non-allowable") };
    case "liability":
      return { ...NOTHING, credit: on("indebtedness"), debit: on("non-allowable") };
    case "liability-excluded":
      return { ...NOTHING, debit: on("non-allowable") };
    case "allowable-asset":
      return { ...NOTHING, credit: on("indebtedness") };
    case "non-allowable-asset":
      return { ...NOTHING, net: on("non-allowable") };
    case undefined:
      return NOTHING;
    default:
      return assertNever(ledgerClass);
  }
}
