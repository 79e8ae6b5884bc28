/**
 * What an open item of each type must say for its charge to be worked out, and what the field holds for that type. An item
 * that leaves one out is refused when it is reported, so that no figure is ever missing for it later.
 */
import { Trouble } from "../base/errors.ts";
import { parseDollars } from "../base/money.ts";
import type { FactOfKind, OPEN_ITEM_TYPES } from "../facts/kinds.ts";
import { ACCOUNT_TRAITS, type Accounts } from "./accounts.ts";

type OpenItem = FactOfKind<"open-item-reported">;
export type OpenItemType = (typeof OPEN_ITEM_TYPES)[number];
type Field = Exclude<keyof OpenItem, "kind" | "at" | "item" | "type" | "closed">;

interface OpenItemTerms {
  /** The paragraph that needs the fields. */
  readonly paragraph: string;
  readonly needs: Readonly<Partial<Record<Field, string>>>;
  /** Whose the account must be, where the item names one. */
  readonly accountOf?: "the firm" | "another holder";
}

const SECURITY = { instrument: "the security", quantity: "how much of it" } as const;

const TERMS: Readonly<Record<OpenItemType, OpenItemTerms>> = {
  "fail-to-deliver": {
    paragraph: "15c3-1(c)(2)(ix)",
    needs: { ...SECURITY, amount: "its contract value", since: "its settlement date" },
  },
  "fail-to-receive": {
    paragraph: "15c3-1(c)(2)(iv)(E)",
    needs: { ...SECURITY, amount: "its contract value", since: "its settlement date" },
  },
  "fail-matched": {
    paragraph: "15c3-1(a)(1)(ii)(D)",
    needs: { amount: "the contract value that is left out of Items 11 and 12" },
  },
  "short-difference": {
    paragraph: "15c3-1(c)(2)(v)(A)",
    needs: { ...SECURITY, since: "the day on which it was discovered" },
  },
  "long-difference": { paragraph: "15c3-1(c)(2)(v)(B)", needs: SECURITY },
  "money-difference": {
    paragraph: "15c3-1(c)(2)(iv)(E)",
    needs: { amount: "the debit", since: "the day on which it arose" },
  },
  "unconfirmed-transfer": {
    paragraph: "15c3-1(c)(2)(v)(A)",
    needs: { ...SECURITY, since: "the day on which it could be neither counted nor confirmed" },
  },
  "dividends-receivable": {
    paragraph: "15c3-1(c)(2)(iv)(C)",
    needs: { amount: "what is receivable", since: "the payable date" },
  },
  "commissions-receivable": {
    paragraph: "15c3-1(c)(2)(iv)(C)",
    needs: { amount: "what is receivable", since: "the day on which it arose" },
  },
  "good-faith-deposit": {
    paragraph: "15c3-1(c)(2)(iv)(C)",
    needs: { amount: "the deposit", since: "the settlement with the issuer" },
  },
  "municipal-good-faith-deposit": {
    paragraph: "15c3-1(c)(2)(iv)(C)",
    needs: { amount: "the deposit", since: "the settlement with the issuer" },
  },
  "municipal-syndicate-receivable": {
    paragraph: "15c3-1(c)(2)(iv)(C)",
    needs: { amount: "what is receivable", since: "the settlement with the issuer" },
  },
  "municipal-joint-account-receivable": {
    paragraph: "15c3-1(c)(2)(iv)(C)",
    needs: { amount: "what is receivable", since: "the day on which all bonds were delivered to the members" },
  },
  "fund-redemption-receivable": {
    paragraph: "15c3-1(c)(2)(iv)(B)",
    needs: { amount: "what is receivable", since: "the day of the redemption" },
  },
  "free-shipment": {
    paragraph: "15c3-1(c)(2)(iv)(B)",
    needs: { amount: "what is receivable for the shipment", since: "the day of the shipment" },
  },
  "insurance-claim": {
    paragraph: "15c3-1(c)(2)(iv)(D)",
    needs: { amount: "the claim", since: "the day of discovery, or of the carrier's acknowledgement" },
  },
  "unsecured-receivable": { paragraph: "15c3-1(c)(2)(iv)(E)", needs: { amount: "what is receivable" } },
  "account-deficit": {
    paragraph: "15c3-1(c)(2)(iv)(B)",
    needs: { account: "the account", amount: "the deficit" },
    accountOf: "another holder",
  },
  "omnibus-deficit": { paragraph: "15c3-1(c)(2)(iv)(B)", needs: { amount: "the deficit" } },
  "under-margined-account": {
    paragraph: "15c3-1(c)(2)(xii)(A)",
    needs: { account: "the account", amount: "the cash that brings it to its maintenance margin" },
    accountOf: "another holder",
  },
  "swap-shortfall": {
    paragraph: "15c3-1(c)(2)(xii)(B)",
    needs: { amount: "the cash that brings the account to its margin" },
  },
  "market-maker-account": {
    paragraph: "15c3-1(c)(2)(xi)",
    needs: { longValue: "its longs at market", shortValue: "its shorts at market", margin: "its equity" },
  },
  guarantee: {
    paragraph: "15c3-1(c)(2)(x)",
    needs: { amount: "what the account must have, a deficit included" },
  },
  "stock-loaned": { paragraph: "15c3-1(c)(2)(iv)(B)", needs: { ...SECURITY, amount: "the collateral received" } },
  "stock-borrowed": { paragraph: "15c3-1(c)(2)(iv)(E)", needs: { ...SECURITY, amount: "the cash given" } },
  "letter-of-credit-borrow": { paragraph: "15c3-1(c)(2)(iv)(G)", needs: SECURITY },
  repo: {
    paragraph: "15c3-1(c)(2)(iv)(F)(3)",
    needs: { ...SECURITY, amount: "its contract price with accrued interest", party: "with whom" },
  },
  "reverse-repo": {
    paragraph: "15c3-1(c)(2)(iv)(F)(2)",
    needs: { ...SECURITY, amount: "its contract price with accrued interest", party: "with whom" },
  },
  "collateralized-debt": {
    paragraph: "15c3-1(c)(1)(i)",
    needs: { account: "the firm's account that secures it", amount: "the debt" },
    accountOf: "the firm",
  },
  "exempted-collateral-debt": { paragraph: "15c3-1(c)(2)(xiii)", needs: { amount: "the debt" } },
  "underwriting-position": {
    paragraph: "15c3-1(c)(2)(vi)(M)",
    needs: { instrument: "the security", since: "its settlement, or its receipt by the syndicate manager" },
  },
  "swap-margin-exception": { paragraph: "15c3-1(c)(2)(xv)", needs: { amount: "the initial margin" } },
};

const DOLLARS = ["amount", "margin", "calls", "longValue", "shortValue", "exemptedValue"] as const;

/** Throws where the item does not say what the charge on its type is worked out from. One that is over need say nothing. */
export function checkOpenItem(item: OpenItem, accounts: Accounts): void {
  if (item.closed === true) return;
  const { paragraph, needs, accountOf } = TERMS[item.type];
  for (const [field, expected] of Object.entries(needs)) {
    if (item[field as Field] === undefined)
      throw new Trouble("missing-field", `is needed of an item of type ${item.type}, ${paragraph}`, {
        field,
        expected,
      });
  }
  if ((item.calls === undefined) !== (item.callsSince === undefined)) {
    const [field, other] = item.calls === undefined ? ["calls", "callsSince"] : ["callsSince", "calls"];
    throw new Trouble("missing-field", `is needed beside ${other}`, {
      field,
      expected: "the calls that are outstanding and the day on which they were made",
    });
  }
  if (accountOf !== undefined && item.account !== undefined) checkAccount(item.account, accounts, accountOf);
  for (const field of DOLLARS) if (item[field] !== undefined) parseDollars(item[field], field);
}

function checkAccount(account: string, accounts: Accounts, accountOf: "the firm" | "another holder"): void {
  const type = accounts.type(accounts.findText(account));
  const { firm, carriesLots } = ACCOUNT_TRAITS[type];
  if (carriesLots && firm === (accountOf === "the firm")) return;
  throw new Trouble("bad-value", `is an account of type ${type}`, {
    field: "account",
    value: account,
    expected: `an account in which ${accountOf} has positions`,
  });
}
