/**
 * The rulebook's section on the structure of capital: subordination agreements (Appendix D), debt and equity (d),
 * withdrawals (e) and FINRA 4110(c), markets made (a)(4), futures commission merchants (a)(1)(iii).
 */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import {
  closed,
  dollarsTerm,
  parseSignedDollars,
  parseSpan,
  rateTerm,
  type Span,
  spanTerm,
  textTerm,
} from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");

/** What an act must leave the firm with. */
const limits = {
  paragraph,
  indebtedness: rateTerm("Aggregate indebtedness at most this share of net capital."),
  debitItems: rateTerm("Under the alternative: net capital at least this share of debit items."),
  segregatedFunds: rateTerm("Of a futures commission merchant: at least this share of funds to be segregated."),
  dollars: rateTerm("Net capital at least this share of the minimum dollar amount."),
} as const;
const limitsSchema = closed(limits);

const noticeSchema = closed({
  paragraph,
  share: rateTerm("Of excess net capital."),
  within: textTerm("How soon notice is due."),
});

export const capitalSchema = closed(
  {
    subordination: closed({
      paragraph,
      leastTerm: spanTerm("The least term of an agreement, (b)(1)."),
      temporaryTerm: spanTerm("The longest term of a temporary one, (c)(5)(i)."),
      temporaryMost: Type.Integer({ minimum: 1, description: "How many temporary ones are allowed." }),
      temporaryWithin: spanTerm("Within how long."),
      lookAhead: spanTerm("How far ahead payments count, (b)(7) and (c)(2)."),
      scheduledPayment: limitsSchema,
      prepayment: closed({ ...limits, notBefore: spanTerm("No prepayment within this time of the start.") }),
      demandNoteReduction: closed({ ...limits, most: rateTerm("Of the original principal.") }),
      temporary: limitsSchema,
      temporaryNoticeFree: spanTerm("No notice under 17a-11 for so long before."),
      revolvingPrepayment: closed({
        ...limits,
        lossMost: rateTerm("The loss before tax of the last three months, of excess net capital."),
      }),
      notice: limitsSchema,
    }),
    debtEquity: closed({
      paragraph,
      most: rateTerm("Subordinated debt that is not equity, of debt and equity together."),
      cure: spanTerm("How long it may be more."),
      equityTerm: spanTerm("The least initial term of an agreement that counts as equity."),
      equityRemaining: spanTerm("What must be left of it."),
    }),
    withdrawals: closed({
      paragraph,
      window: spanTerm("Over which withdrawals are netted."),
      free: dollarsTerm("Net withdrawals up to this need no notice."),
      noticeBefore: noticeSchema,
      noticeAfter: noticeSchema,
      forbidden: closed({ ...limits, haircuts: rateTerm("Net capital at least this share of haircuts.") }),
      paymentsWithin: spanTerm("Subordinated payments that count with a withdrawal."),
      approval: closed({
        paragraph,
        share: rateTerm("Net withdrawals of a firm that carries or clears, of excess net capital."),
        window: spanTerm("Over which."),
      }),
      contributed: closed({ paragraph, within: spanTerm("How long capital stays once contributed.") }),
    }),
    marketMakers: closed({
      paragraph,
      price: dollarsTerm("The price up to which the lower amount holds."),
      above: dollarsTerm("For each security above that price."),
      upTo: dollarsTerm("For each other security."),
      most: dollarsTerm("In all."),
      average: spanTerm("Over which the number of securities is averaged."),
    }),
    futuresCommissionMerchants: closed({
      paragraph,
      segregatedFunds: rateTerm("Of funds to be segregated, less the value of options bought by customers."),
      riskMarginParagraph: paragraph,
      riskMargin: rateTerm("Of the risk margin of customers' and non-customers' futures."),
      dollars: dollarsTerm("And no less than this."),
    }),
  },
  "The structure of capital.",
);
type CapitalSection = Static<typeof capitalSchema>;

export interface ActLimits {
  readonly paragraph: string;
  readonly indebtedness: Rate;
  readonly debitItems: Rate;
  readonly segregatedFunds: Rate;
  readonly dollars: Rate;
}

interface WithdrawalNotice {
  readonly paragraph: string;
  /** Of excess net capital. */
  readonly share: Rate;
  readonly within: string;
}

export interface SubordinationRules {
  readonly paragraph: string;
  readonly leastTerm: Span;
  readonly temporaryTerm: Span;
  readonly temporaryMost: number;
  readonly temporaryWithin: Span;
  readonly lookAhead: Span;
  readonly scheduledPayment: ActLimits;
  readonly prepayment: ActLimits & { readonly notBefore: Span };
  readonly demandNoteReduction: ActLimits & { readonly most: Rate };
  readonly temporary: ActLimits;
  readonly temporaryNoticeFree: Span;
  readonly revolvingPrepayment: ActLimits & { readonly lossMost: Rate };
  readonly notice: ActLimits;
}

export interface DebtEquityRules {
  readonly paragraph: string;
  readonly most: Rate;
  readonly cure: Span;
  readonly equityTerm: Span;
  readonly equityRemaining: Span;
}

export interface WithdrawalRules {
  readonly paragraph: string;
  readonly window: Span;
  readonly free: Cents;
  readonly noticeBefore: WithdrawalNotice;
  readonly noticeAfter: WithdrawalNotice;
  readonly forbidden: ActLimits & { readonly haircuts: Rate };
  readonly paymentsWithin: Span;
  readonly approval: { readonly paragraph: string; readonly share: Rate; readonly window: Span };
  readonly contributed: { readonly paragraph: string; readonly within: Span };
}

export interface MarketMakerRules {
  readonly paragraph: string;
  readonly price: Cents;
  readonly above: Cents;
  readonly upTo: Cents;
  readonly most: Cents;
  readonly average: Span;
}

export interface FuturesMerchantRules {
  readonly paragraph: string;
  readonly segregatedFunds: Rate;
  readonly riskMarginParagraph: string;
  readonly riskMargin: Rate;
  readonly dollars: Cents;
}

export interface CapitalRules {
  readonly subordination: SubordinationRules;
  readonly debtEquity: DebtEquityRules;
  readonly withdrawals: WithdrawalRules;
  readonly marketMakers: MarketMakerRules;
  readonly futuresMerchants: FuturesMerchantRules;
}

/** The section as numbers. */
export function capitalRulesOf(section: CapitalSection): CapitalRules {
  const { debtEquity, marketMakers, futuresCommissionMerchants } = section;
  return {
    subordination: subordinationOf(section.subordination),
    debtEquity: {
      paragraph: debtEquity.paragraph,
      most: parseRate(debtEquity.most),
      cure: parseSpan(debtEquity.cure),
      equityTerm: parseSpan(debtEquity.equityTerm),
      equityRemaining: parseSpan(debtEquity.equityRemaining),
    },
    withdrawals: withdrawalsOf(section.withdrawals),
    marketMakers: {
      paragraph: marketMakers.paragraph,
      price: parseSignedDollars(marketMakers.price),
      above: parseSignedDollars(marketMakers.above),
      upTo: parseSignedDollars(marketMakers.upTo),
      most: parseSignedDollars(marketMakers.most),
      average: parseSpan(marketMakers.average),
    },
    futuresMerchants: {
      paragraph: futuresCommissionMerchants.paragraph,
      segregatedFunds: parseRate(futuresCommissionMerchants.segregatedFunds),
      riskMarginParagraph: futuresCommissionMerchants.riskMarginParagraph,
      riskMargin: parseRate(futuresCommissionMerchants.riskMargin),
      dollars: parseSignedDollars(futuresCommissionMerchants.dollars),
    },
  };
}

function subordinationOf(section: CapitalSection["subordination"]): SubordinationRules {
  return {
    paragraph: section.paragraph,
    leastTerm: parseSpan(section.leastTerm),
    temporaryTerm: parseSpan(section.temporaryTerm),
    temporaryMost: section.temporaryMost,
    temporaryWithin: parseSpan(section.temporaryWithin),
    lookAhead: parseSpan(section.lookAhead),
    scheduledPayment: limitsOf(section.scheduledPayment),
    prepayment: { ...limitsOf(section.prepayment), notBefore: parseSpan(section.prepayment.notBefore) },
    demandNoteReduction: {
      ...limitsOf(section.demandNoteReduction),
      most: parseRate(section.demandNoteReduction.most),
    },
    temporary: limitsOf(section.temporary),
    temporaryNoticeFree: parseSpan(section.temporaryNoticeFree),
    revolvingPrepayment: {
      ...limitsOf(section.revolvingPrepayment),
      lossMost: parseRate(section.revolvingPrepayment.lossMost),
    },
    notice: limitsOf(section.notice),
  };
}

function withdrawalsOf(section: CapitalSection["withdrawals"]): WithdrawalRules {
  const { noticeBefore, noticeAfter, forbidden, approval, contributed } = section;
  return {
    paragraph: section.paragraph,
    window: parseSpan(section.window),
    free: parseSignedDollars(section.free),
    noticeBefore: { ...noticeBefore, share: parseRate(noticeBefore.share) },
    noticeAfter: { ...noticeAfter, share: parseRate(noticeAfter.share) },
    forbidden: { ...limitsOf(forbidden), haircuts: parseRate(forbidden.haircuts) },
    paymentsWithin: parseSpan(section.paymentsWithin),
    approval: {
      paragraph: approval.paragraph,
      share: parseRate(approval.share),
      window: parseSpan(approval.window),
    },
    contributed: { paragraph: contributed.paragraph, within: parseSpan(contributed.within) },
  };
}

function limitsOf(section: Static<typeof limitsSchema>): ActLimits {
  return {
    paragraph: section.paragraph,
    indebtedness: parseRate(section.indebtedness),
    debitItems: parseRate(section.debitItems),
    segregatedFunds: parseRate(section.segregatedFunds),
    dollars: parseRate(section.dollars),
  };
}
