/** Regulation T (12 CFR 220) as the rulebook has it, and as numbers: sections `regT` and `cashAccounts`. */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, rate, type Rate } from "../../base/rate.ts";
import type { Problem } from "../../rulebook/problems.ts";
import {
  closed,
  deadlineTerm,
  dollarsTerm,
  parseDeadline,
  parseSignedDollars,
  parseSpan,
  portionTerm,
  rateTerm,
  type Span,
  spanTerm,
  textTerm,
} from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");
const paymentPeriod = closed({
  paragraph,
  afterSettlement: deadlineTerm("Business days beyond the standard settlement cycle of the trade's day."),
});

export const regTSchema = closed(
  {
    marginEquity: closed({ paragraph, rate: portionTerm("Of market value of a margin equity security held long.") }),
    goodFaith: closed({ paragraph }, "Exempted and non-equity securities: what 4210 asks to maintain."),
    shortEquity: closed({ paragraph, rate: rateTerm("Of market value, the proceeds of the sale included.") }),
    hedgedShort: closed({
      paragraph,
      rate: rateTerm("Of market value, where the account holds what can be exchanged for the security."),
      within: spanTerm("How soon it can be, without restriction other than paying money."),
    }),
    shortGoodFaith: closed({ paragraph, rate: rateTerm("Of market value, beside good-faith margin.") }),
    notMarginable: closed({ paragraph, rate: portionTerm("Of market value of an equity that is no margin security.") }),
    options: closed({ paragraph }, "Options: what the exchange's rules ask."),
    againstTheBox: closed({ paragraph }, "A short sale of what is held long is a sale of it."),
    paymentPeriod,
    deficiency: closed({
      paragraph,
      disregardedParagraph: paragraph,
      disregarded: dollarsTerm("A day's deficiency up to this needs no action."),
    }),
    specialMemorandum: closed({ paragraph }),
    withdrawals: closed({ paragraph, equityParagraph: paragraph }),
    charges: closed({ paragraph }, "Interest and service charges, which take nothing from the SMA."),
  },
  "Regulation T: the margin account.",
);
type RegTSection = Static<typeof regTSchema>;

export const cashAccountsSchema = closed(
  {
    purchase: closed({ paragraph }, "What a purchase needs."),
    payment: paymentPeriod,
    disregarded: closed({ paragraph, dollars: dollarsTerm("A sum due up to this may be disregarded.") }),
    freeze: closed({
      paragraph,
      exceptionParagraph: paragraph,
      lasts: spanTerm("Calendar time from the day of the sale in which purchases need funds in the account."),
    }),
    sameDayChain: closed({ paragraph }, "Buying with proceeds that have not settled, and selling on the same day."),
    freeRiding: closed({ paragraph }, "The same ban by FINRA."),
    goodFaithViolations: closed(
      {
        paragraph,
        most: Type.Integer({ minimum: 1, description: "So many of them restrict the account." }),
        within: spanTerm("Within how long."),
        lasts: spanTerm("Calendar time from the last of them in which purchases need settled funds."),
      },
      "Selling what was bought with proceeds that had not settled, before they settle.",
    ),
  },
  "Regulation T: the cash account.",
);
type CashAccountsSection = Static<typeof cashAccountsSchema>;

/** A payment period ends so many business days after a trade of the day would settle regular way. */
export interface PaymentPeriod {
  readonly paragraph: string;
  readonly businessDaysAfterSettlement: number;
}

interface RateRule {
  readonly paragraph: string;
  readonly rate: Rate;
}

interface Cited {
  readonly paragraph: string;
}

export interface RegTRules {
  readonly marginEquity: RateRule;
  readonly goodFaith: Cited;
  /** Rates of short positions here are beyond the market value that margin equity deducts: 150% is 50%. */
  readonly shortEquity: RateRule;
  readonly hedgedShort: RateRule & { readonly within: Span };
  readonly shortGoodFaith: RateRule;
  readonly notMarginable: RateRule;
  readonly options: Cited;
  readonly againstTheBox: Cited;
  readonly paymentPeriod: PaymentPeriod;
  readonly deficiency: Cited & { readonly disregardedParagraph: string; readonly disregarded: Cents };
  readonly specialMemorandum: Cited;
  readonly withdrawals: Cited & { readonly equityParagraph: string };
  readonly charges: Cited;
}

export interface CashAccountRules {
  readonly purchase: Cited;
  readonly payment: PaymentPeriod;
  readonly disregarded: Cited & { readonly dollars: Cents };
  readonly freeze: Cited & { readonly exceptionParagraph: string; readonly lasts: Span };
  readonly sameDayChain: Cited;
  readonly freeRiding: Cited;
  readonly goodFaithViolations: Cited & { readonly most: number; readonly within: Span; readonly lasts: Span };
}

/** "2 business days" as a number; a judged section holds nothing else. */
export function businessDaysOf(text: string): number {
  const deadline = parseDeadline(text);
  return deadline.kind === "business-days" ? deadline.count : 0;
}

function periodOf(section: Static<typeof paymentPeriod>): PaymentPeriod {
  return { paragraph: section.paragraph, businessDaysAfterSettlement: businessDaysOf(section.afterSettlement) };
}

function rateOf(section: RateRule | { readonly paragraph: string; readonly rate: string }): RateRule {
  return {
    paragraph: section.paragraph,
    rate: typeof section.rate === "string" ? parseRate(section.rate) : section.rate,
  };
}

/** The rate beyond the whole of market value. */
function beyondValue(text: string): Rate {
  const { numerator, denominator } = parseRate(text);
  return rate(numerator - denominator, denominator);
}

/** The section as numbers. It has been judged. */
export function regTRulesOf(section: RegTSection): RegTRules {
  const { deficiency, shortEquity, hedgedShort, shortGoodFaith } = section;
  return {
    marginEquity: rateOf(section.marginEquity),
    goodFaith: section.goodFaith,
    shortEquity: { paragraph: shortEquity.paragraph, rate: beyondValue(shortEquity.rate) },
    hedgedShort: {
      paragraph: hedgedShort.paragraph,
      rate: beyondValue(hedgedShort.rate),
      within: parseSpan(hedgedShort.within),
    },
    shortGoodFaith: { paragraph: shortGoodFaith.paragraph, rate: beyondValue(shortGoodFaith.rate) },
    notMarginable: rateOf(section.notMarginable),
    options: section.options,
    againstTheBox: section.againstTheBox,
    paymentPeriod: periodOf(section.paymentPeriod),
    deficiency: { ...deficiency, disregarded: parseSignedDollars(deficiency.disregarded) },
    specialMemorandum: section.specialMemorandum,
    withdrawals: section.withdrawals,
    charges: section.charges,
  };
}

/** The section as numbers. It has been judged. */
export function cashAccountRulesOf(section: CashAccountsSection): CashAccountRules {
  const { freeze, goodFaithViolations, disregarded } = section;
  return {
    purchase: section.purchase,
    payment: periodOf(section.payment),
    disregarded: { paragraph: disregarded.paragraph, dollars: parseSignedDollars(disregarded.dollars) },
    freeze: { ...freeze, lasts: parseSpan(freeze.lasts) },
    sameDayChain: section.sameDayChain,
    freeRiding: section.freeRiding,
    goodFaithViolations: {
      ...goodFaithViolations,
      within: parseSpan(goodFaithViolations.within),
      lasts: parseSpan(goodFaithViolations.lasts),
    },
  };
}

/** What is wrong with a term that must count business days. */
export function judgeBusinessDays(text: string, path: readonly (string | number)[]): Problem[] {
  if (parseDeadline(text).kind === "business-days") return [];
  return [
    {
      code: "bad-value",
      path: [...path],
      summary: "does not count business days",
      value: text,
      expected: "such as 2 business days",
    },
  ];
}

/** What is wrong with both sections beyond their schema: short rates below the market value, periods in other units. */
export function judgeRegT(regT: RegTSection, cashAccounts: CashAccountsSection): Problem[] {
  const problems = [
    ...judgeBusinessDays(regT.paymentPeriod.afterSettlement, ["regT", "paymentPeriod", "afterSettlement"]),
    ...judgeBusinessDays(cashAccounts.payment.afterSettlement, ["cashAccounts", "payment", "afterSettlement"]),
  ];
  for (const field of ["shortEquity", "hedgedShort", "shortGoodFaith"] as const) {
    const { numerator, denominator } = parseRate(regT[field].rate);
    if (numerator >= denominator) continue;
    problems.push({
      code: "bad-value",
      path: ["regT", field, "rate"],
      summary: "is less than what the short position is worth",
      value: regT[field].rate,
      expected: "100% or more: the proceeds of the sale are part of it",
    });
  }
  return problems;
}
