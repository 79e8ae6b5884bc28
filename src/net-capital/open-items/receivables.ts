/** Receivables, 15c3-1(c)(2)(iv)(B) to (E): what is not paid in time, or has nothing behind it, is not allowable. */
import { assertNever } from "../../base/assert.ts";
import { type Cents, excessOver } from "../../base/money.ts";
import type { Age } from "../../rulebook/terms.ts";
import { agedAmount, fixedAmount } from "./amounts.ts";
import { formatAge } from "./ages.ts";
import type { ChargeContext, ItemCharge } from "./charge.ts";
import { dollarsOf, dollarsOrNone, type OpenItem, sinceOf } from "./item.ts";
import type { OpenItemRules } from "./rules.ts";

/** (iv)(B): what a shipment has above a free amount at once, and all of it when it is old. */
export function freeShipment({ rules, ages }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph, free, charged } = rules.openItems.freeShipments;
  const outstanding = dollarsOf(item, "amount");
  const since = sinceOf(item);
  const aboveFree =
    rules.readings.freeShipments === "whole" && outstanding > free ? outstanding : excessOver(outstanding, free);
  return fixedAmount("free-shipments", paragraph, ages.isReached(since, charged) ? outstanding : aboveFree, {
    outstanding,
    free,
    age: ages.words(since, charged.unit),
    charged: formatAge(charged),
  });
}

/** (iv)(D): how long a claim may stand depends on who has said that it is good. */
export function insuranceClaim(context: ChargeContext, item: OpenItem): ItemCharge {
  const { insuranceClaims } = context.rules.openItems;
  const { claim = "no-opinion" } = item;
  const rules = { paragraph: insuranceClaims.paragraph, charged: claimAge(claim, insuranceClaims) };
  return agedAmount("insurance-claims", rules, context, item, { claim: claim.replace("-", " ") });
}

function claimAge(claim: NonNullable<OpenItem["claim"]>, rules: OpenItemRules["insuranceClaims"]): Age {
  switch (claim) {
    case "no-opinion":
      return rules.withoutOpinion;
    case "opinion":
      return rules.withOpinion;
    case "acknowledged":
      return rules.acknowledged;
    default:
      return assertNever(claim);
  }
}

/** (iv)(E): net of what is reserved for it, or held against it. */
export function unsecuredReceivable({ rules }: ChargeContext, item: OpenItem): ItemCharge {
  const receivable: Cents = dollarsOf(item, "amount");
  const reserve = dollarsOrNone(item, "margin");
  return fixedAmount(
    "unsecured-receivables",
    rules.openItems.unsecuredReceivables.paragraph,
    excessOver(receivable, reserve),
    {
      receivable,
      ...(reserve > 0 && { reserve }),
    },
  );
}
