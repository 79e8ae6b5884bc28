/** Securities loaned and borrowed, 15c3-1(c)(2)(iv)(B), (E), (G); debt secured by exempted securities, (xiii). */
import { excessOver } from "../../base/money.ts";
import { formatRate, portion } from "../../base/rate.ts";
import { fixedAmount, uncharged } from "./amounts.ts";
import type { ChargeContext, ItemCharge } from "./charge.ts";
import { dollarsOf, type OpenItem, securityOf } from "./item.ts";

/** (iv)(B): the borrower has securities worth more than the collateral that he gave. */
export function stockLoaned({ books, rules }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph } = rules.openItems.stockLoaned;
  const collateral = dollarsOf(item, "amount");
  return {
    security: securityOf(books, item),
    group: "stock-loaned",
    paragraph,
    amountAt: (value) => excessOver(value, collateral),
    inputsAt: () => ({ collateral }),
  };
}

/** (iv)(E): the lender has cash worth more than the securities that he gave, an unsecured receivable. */
export function stockBorrowed({ books, rules }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph } = rules.openItems.stockBorrowed;
  const cash = dollarsOf(item, "amount");
  return {
    security: securityOf(books, item),
    group: "stock-borrowed",
    paragraph,
    amountAt: (value) => excessOver(cash, value),
    inputsAt: () => ({ cash }),
  };
}

/** (iv)(G). */
export function letterOfCreditBorrow({ books, rules }: ChargeContext, item: OpenItem): ItemCharge {
  const { paragraph, rate } = rules.openItems.letterOfCreditBorrows;
  const inputs = { rate: formatRate(rate) };
  return {
    security: securityOf(books, item),
    group: "letter-of-credit-borrows",
    paragraph,
    amountAt: (value) => portion(value, rate),
    inputsAt: () => inputs,
  };
}

/**
 * (xiii): a share of the debt is deducted, at the firm's option, in place of the debt in aggregate indebtedness. Two charges: what
 * is deducted, and what leaves indebtedness.
 */
export function exemptedCollateralDebt({ rules }: ChargeContext, item: OpenItem): readonly ItemCharge[] {
  const { paragraph, rate } = rules.openItems.exemptedCollateralDebt;
  const debt = dollarsOf(item, "amount");
  if (rules.firm.method === "alternative")
    return [uncharged("exempted-collateral-debt", paragraph, { debt, rule: "under aggregate indebtedness only" })];
  const inputs = { debt, rate: formatRate(rate) };
  return [
    fixedAmount("exempted-collateral-debt", paragraph, portion(debt, rate), inputs),
    fixedAmount("exempted-collateral-debt-excluded", paragraph, debt, inputs),
  ];
}
