/** From what is reported to what is charged: each item by its type, and repos by party. */
import { AssertionError, assertNever } from "../../base/assert.ts";
import { Trouble } from "../../base/errors.ts";
import { CollateralizedDebtUnit, DeficitSecuritiesUnit } from "./account-securities.ts";
import { accountDeficit, guarantee, hasDeficit, marketMakerAccount, swapMarginException } from "./accounts.ts";
import { agedAmount, shortfall } from "./amounts.ts";
import type { ChargeContext, ChargedUnit, ItemCharge } from "./charge.ts";
import {
  failToDeliver,
  failToReceive,
  longDifference,
  matchedFails,
  moneyDifference,
  shortDifference,
} from "./fails.ts";
import { type OpenItem, sinceOf } from "./item.ts";
import { ItemUnit, UnreadableUnit } from "./item-unit.ts";
import { exemptedCollateralDebt, letterOfCreditBorrow, stockBorrowed, stockLoaned } from "./lending.ts";
import { freeShipment, insuranceClaim, unsecuredReceivable } from "./receivables.ts";
import { RepoParty } from "./repos.ts";

/** Whether an item is charged with others of its party. */
export function isRepo({ type }: OpenItem): boolean {
  return type === "repo" || type === "reverse-repo";
}

/** What an item is charged that is not a repo. */
export function unitsOf(context: ChargeContext, item: OpenItem): readonly ChargedUnit[] {
  return readable([item], () => {
    if (item.type === "underwriting-position") {
      // It is charged with the firm's positions; here only its age is read, so that one that cannot be is said.
      context.ages.count(sinceOf(item), "business days");
      return [];
    }
    if (item.type === "collateralized-debt") return [new CollateralizedDebtUnit(context, item)];
    if (item.type === "exempted-collateral-debt")
      return exemptedCollateralDebt(context, item).map((charge) => new ItemUnit(context.books, item, charge));
    const charged = new ItemUnit(context.books, item, chargeOf(context, item));
    return item.type === "account-deficit" && hasDeficit(context, item)
      ? [charged, new DeficitSecuritiesUnit(context, item)]
      : [charged];
  });
}

/** What all repos with one party are charged. */
export function partyUnits(context: ChargeContext, party: string, items: readonly OpenItem[]): readonly ChargedUnit[] {
  return readable(items, () => [new RepoParty(context, party, items)]);
}

/** Where an item cannot be read, nothing is known of it, nor of those with it. */
function readable(items: readonly OpenItem[], read: () => readonly ChargedUnit[]): readonly ChargedUnit[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    return [new UnreadableUnit(items[0], error)];
  }
}

function chargeOf(context: ChargeContext, item: OpenItem): ItemCharge {
  const { openItems } = context.rules;
  const { type } = item;
  switch (type) {
    case "fail-to-deliver":
      return failToDeliver(context, item);
    case "fail-to-receive":
      return failToReceive(context, item);
    case "fail-matched":
      return matchedFails(context, item);
    case "short-difference":
      return shortDifference(context, item, "short-differences");
    case "unconfirmed-transfer":
      return shortDifference(context, item, "unconfirmed-transfers");
    case "long-difference":
      return longDifference(context, item);
    case "money-difference":
      return moneyDifference(context, item);
    case "dividends-receivable":
      return agedAmount("dividends-receivable", openItems.dividends, context, item);
    case "commissions-receivable":
      return agedAmount("commissions-receivable", openItems.commissions, context, item);
    case "good-faith-deposit":
      return agedAmount("good-faith-deposits", openItems.goodFaithDeposits, context, item);
    case "municipal-good-faith-deposit":
      return agedAmount("municipal-good-faith-deposits", openItems.municipalGoodFaithDeposits, context, item);
    case "municipal-syndicate-receivable":
      return agedAmount("municipal-syndicate-receivables", openItems.municipalSyndicates, context, item);
    case "municipal-joint-account-receivable":
      return agedAmount("municipal-joint-account-receivables", openItems.municipalJointAccounts, context, item);
    case "fund-redemption-receivable":
      return agedAmount("fund-redemptions", openItems.fundRedemptions, context, item);
    case "free-shipment":
      return freeShipment(context, item);
    case "insurance-claim":
      return insuranceClaim(context, item);
    case "unsecured-receivable":
      return unsecuredReceivable(context, item);
    case "account-deficit":
      return accountDeficit(context, item);
    case "omnibus-deficit":
      return shortfall("omnibus-deficits", openItems.omnibusDeficits, context, item);
    case "under-margined-account":
      return shortfall("under-margined-accounts", openItems.underMargined, context, item);
    case "swap-shortfall":
      return shortfall("swap-shortfalls", openItems.swapShortfalls, context, item);
    case "swap-margin-exception":
      return swapMarginException(context, item);
    case "market-maker-account":
      return marketMakerAccount(context, item);
    case "guarantee":
      return guarantee(context, item);
    case "stock-loaned":
      return stockLoaned(context, item);
    case "stock-borrowed":
      return stockBorrowed(context, item);
    case "letter-of-credit-borrow":
      return letterOfCreditBorrow(context, item);
    case "exempted-collateral-debt":
    case "repo":
    case "reverse-repo":
    case "collateralized-debt":
    case "underwriting-position":
      throw new AssertionError(`an item of type ${type} is not charged by itself`);
    default:
      return assertNever(type);
  }
}
