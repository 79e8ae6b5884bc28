/**
 * The shape of the net-capital rulebook: what `rulebooks/net-capital.yaml` must hold, with the words that a message uses
 * where it does not. Reading it into numbers is `rules.ts`.
 */
import { type Static, Type } from "typebox";
import { closed, dayTerm, dollarsTerm, HEADER, portionTerm, rateTerm, spanTerm, textTerm } from "../rulebook/terms.ts";
import { capitalSchema } from "./capital/rules.ts";
import { commoditiesSchema, commodityElections, swapsSchema } from "./commodities/rules.ts";
import { hedgeElections, hedgeReadings, hedgesSchema } from "./hedges/rules.ts";
import { houseRulesSchema } from "./house-rules/rules.ts";
import { openItemReadings, openItemsSchema } from "./open-items/rules.ts";
import { optionsElections, optionsReadings, optionsSchema } from "./options/rules.ts";
import { noticeSchema, tierSchema, watchSchema } from "./watch/rules.ts";

/** The name of this rulebook in facts and documents. */
export const NET_CAPITAL = "net-capital";

const paragraph = textTerm("The paragraph of law.");

const bucket = closed({
  under: Type.Optional(spanTerm("Remaining life, exclusive; absent in the last bucket only.")),
  rate: portionTerm("The deduction."),
});
const ladder = Type.Array(bucket, { minItems: 1, description: "Buckets of remaining life, rising." });

/** What the firm is and elected: a section of the rulebook, so that it is versioned and approved as the rest is. */
export const firmSchema = closed(
  {
    name: Type.Optional(textTerm("The firm.")),
    method: Type.Enum(["aggregate-indebtedness", "alternative"], {
      description: "15c3-1(a)(1)(i), or (ii) by written notice.",
    }),
    activity: textTerm("Which of the activities sets its dollar minimum."),
    minimumDollar: Type.Optional(
      dollarsTerm("A dollar minimum above that of its activity, where one was imposed or agreed."),
    ),
    commencedBusiness: Type.Optional(dayTerm("The day on which it commenced business; absent: more than a year ago.")),
    governmentNetting: Type.Enum(["(A)(1)", "(A)(2)"], { description: "How governments net." }),
    commitmentAddBack: Type.Boolean({ description: "Takes the add-back of (c)(2)(viii)(B)." }),
    ...optionsElections,
    ...hedgeElections,
    ...commodityElections,
    futuresCommissionMerchant: Type.Optional(
      Type.Boolean({ description: "Registered as one, (a)(1)(iii); absent: it is not." }),
    ),
    reserveComputedDaily: Type.Optional(
      Type.Boolean({ description: "Must compute the reserve of 15c3-3 daily, (a)(1)(ii)(A); absent: weekly." }),
    ),
    municipalBrokersBroker: Type.Optional(
      Type.Boolean({ description: "Elects (a)(8) for its aged fails, in place of (c)(2)(ix); absent: it does not." }),
    ),
    deficitsFromBooks: Type.Optional(
      Type.Boolean({
        description:
          "The books hold every security of every customer, so a debit without any is a deficit; absent: no.",
      }),
    ),
  },
  "The firm.",
);
export type FirmSection = Static<typeof firmSchema>;

const minimumSchema = closed({
  paragraph,
  aggregateIndebtedness: closed({
    paragraph,
    share: rateTerm("Net capital for each dollar of aggregate indebtedness."),
    firstYearShare: rateTerm("The same in the first year of business."),
    firstYear: spanTerm("How long that is."),
  }),
  alternative: closed({
    paragraph,
    shareOfDebitItems: rateTerm("Net capital for each dollar of aggregate debit items."),
    reduction: rateTerm("By which debit items are reduced in the reserve formula."),
    reductionDaily: rateTerm("The same where the formula must be computed daily."),
    dollars: dollarsTerm("The least under the alternative."),
  }),
  activities: Type.Array(
    closed({
      activity: textTerm("A name for it."),
      dollars: dollarsTerm("Its minimum."),
      paragraph,
      carries: Type.Optional(Type.Boolean({ description: "Carries or clears accounts; absent: it does not." })),
      withoutRatio: Type.Optional(Type.Boolean({ description: "No ratio requirement; absent: there is one." })),
      riskMargin: Type.Optional(rateTerm("Of the risk margin amount, on top of the ratio requirement.")),
      tentative: Type.Optional(dollarsTerm("The least net capital before haircuts.")),
      tentativeNotice: Type.Optional(dollarsTerm("Net capital before haircuts below which notice is due.")),
    }),
    { minItems: 1 },
  ),
});

const haircutsSchema = closed({
  governments: closed({
    paragraph,
    lesserSideAddOn: portionTerm("Of the lesser side's deductions."),
    categories: Type.Array(closed({ name: textTerm("Its name."), buckets: ladder }), { minItems: 1 }),
  }),
  municipalNotes: closed({ paragraph, atIssue: spanTerm("The longest life at issue."), buckets: ladder }),
  municipals: closed({ paragraph, buckets: ladder }),
  canadianGovernments: closed({ paragraph }),
  funds: closed({
    paragraph,
    moneyMarket: portionTerm("Rule 2a-7 funds."),
    government: portionTerm("Funds of (A) to (C) and (E) assets only."),
    governmentAndCorporate: portionTerm("Funds that hold (F) assets too."),
  }),
  shortPaper: closed({
    paragraph,
    atIssue: spanTerm("The longest life of commercial paper at issue."),
    buckets: ladder,
  }),
  corporateDebt: closed({ paragraph, buckets: ladder }),
  preferred: closed({ paragraph, rate: portionTerm("Of the greater side.") }),
  equities: closed({
    paragraph,
    greaterSide: portionTerm("Of the greater side."),
    lesserSide: portionTerm("Of the lesser side above its allowance."),
    lesserSideAllowance: portionTerm("Share of the greater side that the lesser side has free."),
  }),
  limitedMarket: closed({
    paragraph,
    readyMarketMakers: Type.Integer({ minimum: 1, description: "Independent market makers that make a ready market." }),
    rate: portionTerm("Of both sides."),
  }),
  nonMarketable: closed({ paragraph, rate: portionTerm("Of carrying value.") }),
  currencies: closed({
    paragraph,
    major: Type.Array(textTerm("A currency.")),
    majorRate: portionTerm("Of an uncovered balance in a major currency."),
    otherRate: portionTerm("Of an uncovered balance in any other."),
  }),
  concentration: closed({
    paragraph,
    share: portionTerm("Of net capital before haircuts."),
    equityRate: portionTerm("Further deduction of what (J) covers."),
    shareOfOwnRate: portionTerm("Further deduction of the rest, as a share of its own rate."),
    equityFloor: dollarsTerm("Least threshold of an equity."),
    equityFloorShares: Type.Integer({ minimum: 0, description: "Or the value of so many shares." }),
    debtFloor: dollarsTerm("Least threshold of debt."),
    municipalBondTrigger: dollarsTerm("Issues of municipal bonds up to this are not charged, (M)(4)."),
    municipalNoteTrigger: dollarsTerm("Issues of municipal notes up to this are not charged, (M)(4)."),
  }),
  commitments: closed({
    paragraph,
    unlistedEquityRate: portionTerm("Of (J) securities that are not listed."),
    addBackAbove: dollarsTerm("Net capital above which the add-back is open."),
    addBackMost: dollarsTerm("The most that is added back."),
  }),
});

/** Where the text leaves a gap: which reading is taken. */
const readingsSchema = closed({
  debitItems: Type.Enum(["before-reduction", "after-reduction"], {
    description: "Of which debit items 2 and 5 percent are taken, (a)(1)(ii)(A).",
  }),
  ...hedgeReadings,
  ...openItemReadings,
  ...optionsReadings,
});

export const netCapitalSchema = closed({
  ...HEADER,
  firm: firmSchema,
  minimum: minimumSchema,
  tiers: Type.Array(tierSchema, { minItems: 1, description: "The tiers above the minimum." }),
  notices: Type.Array(noticeSchema),
  watch: watchSchema,
  haircuts: haircutsSchema,
  capital: capitalSchema,
  hedges: hedgesSchema,
  commodities: commoditiesSchema,
  swaps: swapsSchema,
  openItems: openItemsSchema,
  options: optionsSchema,
  houseRules: houseRulesSchema,
  readings: readingsSchema,
});
export type NetCapitalDocument = Static<typeof netCapitalSchema>;
