/**
 * The shape of the net-capital rulebook: what `rulebooks/net-capital.yaml` must hold, with the words that a message uses
 * where it does not. Reading it into numbers is `rules.ts`.
 */
import { type Static, Type } from "typebox";
import { closed, dayTerm, dollarsTerm, HEADER, rateTerm, spanTerm, textTerm } from "../rulebook/terms.ts";

/** The name of this rulebook in facts and documents. */
export const NET_CAPITAL = "net-capital";

const paragraph = textTerm("The paragraph of law.");

const bucket = closed({
  under: Type.Optional(spanTerm("Remaining life, exclusive; absent in the last bucket only.")),
  rate: rateTerm("The deduction."),
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
    dollars: dollarsTerm("The least under the alternative."),
  }),
  activities: Type.Array(
    closed({ activity: textTerm("A name for it."), dollars: dollarsTerm("Its minimum."), paragraph }),
    { minItems: 1 },
  ),
});

const tierSchema = closed({
  name: textTerm("Its name."),
  below: rateTerm("Holds while net capital is below this share of the requirement."),
  paragraph,
  meaning: textTerm("What it does."),
});

const NOTICE_TESTS = [
  "indebtedness-over-net-capital",
  "net-capital-under-debit-items",
  "net-capital-under-requirement",
  "net-capital-under-dollar-minimum",
] as const;

const noticeSchema = closed({
  code: textTerm("A name for programs."),
  test: Type.Enum([...NOTICE_TESTS], { description: "What is compared." }),
  share: rateTerm("With what share."),
  paragraph,
  within: textTerm("How soon notice is due."),
});

const haircutsSchema = closed({
  governments: closed({
    paragraph,
    lesserSideAddOn: rateTerm("Of the lesser side's deductions."),
    categories: Type.Array(closed({ name: textTerm("Its name."), buckets: ladder }), { minItems: 1 }),
  }),
  municipalNotes: closed({ paragraph, atIssue: spanTerm("The longest life at issue."), buckets: ladder }),
  municipals: closed({ paragraph, buckets: ladder }),
  canadianGovernments: closed({ paragraph }),
  funds: closed({
    paragraph,
    moneyMarket: rateTerm("Rule 2a-7 funds."),
    government: rateTerm("Funds of (A) to (C) and (E) assets only."),
    governmentAndCorporate: rateTerm("Funds that hold (F) assets too."),
  }),
  shortPaper: closed({
    paragraph,
    atIssue: spanTerm("The longest life of commercial paper at issue."),
    buckets: ladder,
  }),
  corporateDebt: closed({ paragraph, buckets: ladder }),
  preferred: closed({ paragraph, rate: rateTerm("Of the greater side.") }),
  equities: closed({
    paragraph,
    greaterSide: rateTerm("Of the greater side."),
    lesserSide: rateTerm("Of the lesser side above its allowance."),
    lesserSideAllowance: rateTerm("Share of the greater side that the lesser side has free."),
  }),
  limitedMarket: closed({
    paragraph,
    readyMarketMakers: Type.Integer({ minimum: 1, description: "Independent market makers that make a ready market." }),
    rate: rateTerm("Of both sides."),
  }),
  nonMarketable: closed({ paragraph, rate: rateTerm("Of carrying value.") }),
  currencies: closed({
    paragraph,
    major: Type.Array(textTerm("A currency.")),
    majorRate: rateTerm("Of an uncovered balance in a major currency."),
    otherRate: rateTerm("Of an uncovered balance in any other."),
  }),
  concentration: closed({
    paragraph,
    share: rateTerm("Of net capital before haircuts."),
    equityRate: rateTerm("Further deduction of what (J) covers."),
    shareOfOwnRate: rateTerm("Further deduction of the rest, as a share of its own rate."),
    equityFloor: dollarsTerm("Least threshold of an equity."),
    equityFloorShares: Type.Integer({ minimum: 0, description: "Or the value of so many shares." }),
    debtFloor: dollarsTerm("Least threshold of debt."),
    municipalBondTrigger: dollarsTerm("Issues of municipal bonds up to this are not charged, (M)(4)."),
    municipalNoteTrigger: dollarsTerm("Issues of municipal notes up to this are not charged, (M)(4)."),
  }),
  commitments: closed({
    paragraph,
    unlistedEquityRate: rateTerm("Of (J) securities that are not listed."),
    addBackAbove: dollarsTerm("Net capital above which the add-back is open."),
    addBackMost: dollarsTerm("The most that is added back."),
  }),
});

export const netCapitalSchema = closed({
  ...HEADER,
  firm: firmSchema,
  minimum: minimumSchema,
  tiers: Type.Array(tierSchema, { minItems: 1, description: "The tiers above the minimum." }),
  notices: Type.Array(noticeSchema),
  haircuts: haircutsSchema,
});
export type NetCapitalDocument = Static<typeof netCapitalSchema>;
