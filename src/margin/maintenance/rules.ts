/** FINRA 4210(b), (c) and (e) as the rulebook has them, and as numbers. */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import {
  closed,
  dollarsTerm,
  parseSignedDollars,
  parseSpan,
  portionTerm,
  rateTerm,
  type Span,
  spanTerm,
  textTerm,
} from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");
const ofValue = (description: string) => closed({ paragraph, rate: portionTerm("Of market value.") }, description);

export const maintenanceSchema = closed({
  minimumEquity: closed({ paragraph, dollars: dollarsTerm("The least equity to trade on margin with.") }),
  longSecurity: ofValue("A margin security held long."),
  shortLowPriced: closed({
    paragraph,
    below: dollarsTerm("The price below which a stock is low-priced."),
    perShare: dollarsTerm("Least for each share."),
    rate: rateTerm("Of market value."),
  }),
  shortStock: closed({ paragraph, perShare: dollarsTerm("Least for each share."), rate: rateTerm("Of market value.") }),
  shortBond: closed({
    paragraph,
    ofPrincipal: portionTerm("Least, of principal."),
    rate: rateTerm("Of market value."),
  }),
  securityFuture: ofValue("A security future that nothing hedges."),
  notMarginable: ofValue("A security that has no loan value, held long."),
  longWarrant: Type.Optional(
    closed({
      paragraph,
      rate: rateTerm("Of an index or currency warrant held long. Absent: as what has no loan value."),
      after: spanTerm("A listed one that expires later has a loan value."),
      longLived: portionTerm("Of such a one."),
    }),
  ),
  leveragedFund: closed({
    paragraph,
    longAtMost: rateTerm("The most for a long position; a short one has no such limit."),
  }),
  offsets: closed({
    sameSecurity: ofValue("The same security long and short: of the long side."),
    convertible: closed({
      paragraph,
      rate: portionTerm("Of the long side, which converts into the security sold short."),
      within: spanTerm("How soon it must convert."),
    }),
  }),
  governments: closed({
    paragraph,
    buckets: Type.Array(
      closed({
        under: Type.Optional(spanTerm("Remaining life, exclusive; absent in the last bucket only.")),
        rate: portionTerm("Of market value."),
      }),
      { minItems: 1, description: "Buckets of remaining life, rising." },
    ),
    zeroCoupon: closed({
      paragraph,
      from: spanTerm("Remaining life from which a zero coupon has a least requirement."),
      ofPrincipal: portionTerm("Least, of principal."),
    }),
  }),
  exempted: ofValue("Other exempted securities."),
  investmentGrade: ofValue("Investment grade debt."),
  otherDebt: closed({
    paragraph,
    rate: portionTerm("Of market value."),
    ofPrincipal: portionTerm("Least, of principal."),
  }),
  moneyMarketFund: ofValue("Money market mutual funds."),
  exemptedFund: ofValue("Mutual funds of exempted securities only."),
  exemptAccounts: closed({
    goodFaith: ofValue("Exempted and other good-faith securities."),
    foreignSovereign: ofValue("Highly rated foreign sovereign debt."),
    investmentGrade: ofValue("Other investment grade debt."),
  }),
  restricted: closed({
    paragraph,
    base: portionTerm("Least, of market value."),
    weekDays: Type.Integer({ minimum: 1, description: "Days of trading in a week of volume." }),
    ladder: Type.Array(
      closed({
        ofOutstanding: Type.Optional(
          portionTerm("Up to so much of what is outstanding; absent in the last step only."),
        ),
        ofWeeklyVolume: Type.Optional(rateTerm("And up to so much of weekly volume; absent in the last step only.")),
        rate: portionTerm("Of market value."),
      }),
      { minItems: 1, description: "Steps of size, rising; the worse of both measures counts." },
    ),
  }),
});
export type MaintenanceDocument = Static<typeof maintenanceSchema>;

/** A rate of market value, and its paragraph. */
export interface ValueRule {
  readonly paragraph: string;
  readonly rate: Rate;
}

export interface MaintenanceRules {
  readonly minimumEquity: { readonly paragraph: string; readonly dollars: Cents };
  readonly longSecurity: ValueRule;
  /** `below` is cents a share. */
  readonly shortLowPriced: ValueRule & { readonly below: Cents; readonly perShare: Cents };
  readonly shortStock: ValueRule & { readonly perShare: Cents };
  readonly shortBond: ValueRule & { readonly ofPrincipal: Rate };
  readonly securityFuture: ValueRule;
  readonly notMarginable: ValueRule;
  readonly longWarrant: ValueRule & { readonly longLived: { readonly after: Span; readonly rate: Rate } | undefined };
  readonly leveragedFund: { readonly paragraph: string; readonly longAtMost: Rate };
  readonly offsets: {
    readonly sameSecurity: ValueRule;
    readonly convertible: ValueRule & { readonly within: Span };
  };
  readonly governments: {
    readonly paragraph: string;
    readonly buckets: readonly { readonly under: Span | undefined; readonly rate: Rate }[];
    readonly zeroCoupon: { readonly paragraph: string; readonly from: Span; readonly ofPrincipal: Rate };
  };
  readonly exempted: ValueRule;
  readonly investmentGrade: ValueRule;
  readonly otherDebt: ValueRule & { readonly ofPrincipal: Rate };
  readonly moneyMarketFund: ValueRule;
  readonly exemptedFund: ValueRule;
  readonly exemptAccounts: {
    readonly goodFaith: ValueRule;
    readonly foreignSovereign: ValueRule;
    readonly investmentGrade: ValueRule;
  };
  readonly restricted: {
    readonly paragraph: string;
    readonly base: Rate;
    readonly weekDays: number;
    readonly ladder: readonly {
      readonly ofOutstanding: Rate | undefined;
      readonly ofWeeklyVolume: Rate | undefined;
      readonly rate: Rate;
    }[];
  };
}

const valueRule = ({ paragraph, rate }: { readonly paragraph: string; readonly rate: string }): ValueRule => ({
  paragraph,
  rate: parseRate(rate),
});

export function maintenanceRulesOf(document: MaintenanceDocument): MaintenanceRules {
  const { minimumEquity, shortLowPriced, shortStock, shortBond, leveragedFund, governments, otherDebt } = document;
  const { zeroCoupon } = governments;
  return {
    minimumEquity: { paragraph: minimumEquity.paragraph, dollars: parseSignedDollars(minimumEquity.dollars) },
    longSecurity: valueRule(document.longSecurity),
    shortLowPriced: {
      ...valueRule(shortLowPriced),
      below: parseSignedDollars(shortLowPriced.below),
      perShare: parseSignedDollars(shortLowPriced.perShare),
    },
    shortStock: { ...valueRule(shortStock), perShare: parseSignedDollars(shortStock.perShare) },
    shortBond: { ...valueRule(shortBond), ofPrincipal: parseRate(shortBond.ofPrincipal) },
    securityFuture: valueRule(document.securityFuture),
    notMarginable: valueRule(document.notMarginable),
    longWarrant: longWarrantOf(document),
    leveragedFund: { paragraph: leveragedFund.paragraph, longAtMost: parseRate(leveragedFund.longAtMost) },
    offsets: {
      sameSecurity: valueRule(document.offsets.sameSecurity),
      convertible: {
        ...valueRule(document.offsets.convertible),
        within: parseSpan(document.offsets.convertible.within),
      },
    },
    governments: {
      paragraph: governments.paragraph,
      buckets: governments.buckets.map(({ under, rate }) => ({
        under: under === undefined ? undefined : parseSpan(under),
        rate: parseRate(rate),
      })),
      zeroCoupon: {
        paragraph: zeroCoupon.paragraph,
        from: parseSpan(zeroCoupon.from),
        ofPrincipal: parseRate(zeroCoupon.ofPrincipal),
      },
    },
    exempted: valueRule(document.exempted),
    investmentGrade: valueRule(document.investmentGrade),
    otherDebt: { ...valueRule(otherDebt), ofPrincipal: parseRate(otherDebt.ofPrincipal) },
    moneyMarketFund: valueRule(document.moneyMarketFund),
    exemptedFund: valueRule(document.exemptedFund),
    exemptAccounts: {
      goodFaith: valueRule(document.exemptAccounts.goodFaith),
      foreignSovereign: valueRule(document.exemptAccounts.foreignSovereign),
      investmentGrade: valueRule(document.exemptAccounts.investmentGrade),
    },
    restricted: restrictedOf(document.restricted),
  };
}

function longWarrantOf({ longWarrant, notMarginable }: MaintenanceDocument): MaintenanceRules["longWarrant"] {
  if (longWarrant === undefined) return { ...valueRule(notMarginable), longLived: undefined };
  return {
    ...valueRule(longWarrant),
    longLived: { after: parseSpan(longWarrant.after), rate: parseRate(longWarrant.longLived) },
  };
}

function restrictedOf(restricted: MaintenanceDocument["restricted"]): MaintenanceRules["restricted"] {
  const optionalRate = (text: string | undefined): Rate | undefined =>
    text === undefined ? undefined : parseRate(text);
  return {
    paragraph: restricted.paragraph,
    base: parseRate(restricted.base),
    weekDays: restricted.weekDays,
    ladder: restricted.ladder.map(({ ofOutstanding, ofWeeklyVolume, rate }) => ({
      ofOutstanding: optionalRate(ofOutstanding),
      ofWeeklyVolume: optionalRate(ofWeeklyVolume),
      rate: parseRate(rate),
    })),
  };
}
