/**
 * Accounts that do not have what they should: deficits, (c)(2)(iv)(B), margin, (xii) and (xv), equity of market makers and of
 * guaranteed accounts, (x) and (xi). Calls that are young enough count as if they were met.
 */
import { excessOver, subtract, sum, ZERO } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import { fixedAmount, shortfall, uncharged } from "./amounts.ts";
import type { ChargeContext, ItemCharge } from "./charge.ts";
import { accountOf, dollarsOf, dollarsOrNone, type OpenItem } from "./item.ts";

/**
 * (iv)(B): an account whose securities, if it has any, do not cover its debit. Not a cash account for which no more extensions
 * were granted than the rule lets pass; where their number is not reported, it is charged.
 */
export function accountDeficit(context: ChargeContext, item: OpenItem): ItemCharge {
  const { books, rules } = context;
  const { accountDeficits } = rules.openItems;
  const type = books.accounts.type(accountOf(books, item));
  const { extensions } = item;
  const more = {
    account: `${item.account}, ${type}`,
    ...(extensions !== undefined && { extensions: String(extensions) }),
  };
  if (isExtended(context, item))
    return uncharged("account-deficits", accountDeficits.paragraph, { needed: dollarsOf(item, "amount"), ...more });
  return shortfall("account-deficits", accountDeficits, context, item, more);
}

/** A cash account within the extensions that the rule lets pass. */
function isExtended({ books, rules }: ChargeContext, item: OpenItem): boolean {
  const isCash = books.accounts.type(accountOf(books, item)) === "customer-cash";
  return isCash && item.extensions !== undefined && item.extensions <= rules.openItems.accountDeficits.extensions;
}

/** Whether anything of the deficit is charged, so that the securities in the account are too. */
export function hasDeficit(context: ChargeContext, item: OpenItem): boolean {
  return accountDeficit(context, item).amountAt(ZERO) > 0;
}

/** (xv): what a counterparty need not post is deducted in place of it. */
export function swapMarginException({ rules }: ChargeContext, item: OpenItem): ItemCharge {
  const initialMargin = dollarsOf(item, "amount");
  const collateral = dollarsOrNone(item, "margin");
  const { paragraph } = rules.openItems.swapMarginExceptions;
  return fixedAmount("swap-margin-exceptions", paragraph, excessOver(initialMargin, collateral), {
    initialMargin,
    collateral,
  });
}

/** (xi), (a)(6)(iii): equity that the market maker's account must have, less what it has. An amount reported is a deficit. */
export function marketMakerAccount({ rules }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph, longs, shorts, exempted } = rules.openItems.marketMakerAccounts;
  const long = dollarsOf(item, "longValue");
  const short = dollarsOf(item, "shortValue");
  const exemptedValue = dollarsOrNone(item, "exemptedValue");
  const equity = subtract(dollarsOf(item, "margin"), dollarsOrNone(item, "amount"));
  const needed = sum([portion(long, longs), portion(short, shorts), portion(exemptedValue, exempted)]);
  return fixedAmount("market-maker-accounts", paragraph, excessOver(needed, equity), {
    long,
    short,
    ...(exemptedValue > 0 && { exempted: exemptedValue }),
    rates: `${formatRate(longs)} of longs, ${formatRate(shorts)} of shorts, ${formatRate(exempted)} of exempted`,
    needed,
    equity,
  });
}

/** (x)(A): what a specialist's account that the firm carries or guarantees must have, less what it would liquidate to. */
export function guarantee({ rules }: ChargeContext, item: OpenItem): ItemCharge {
  const needed = dollarsOf(item, "amount");
  const equity = dollarsOrNone(item, "margin");
  return fixedAmount("guarantees", rules.openItems.guarantees.paragraph, excessOver(needed, equity), {
    needed,
    equity,
  });
}
