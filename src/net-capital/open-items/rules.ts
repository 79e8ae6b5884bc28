/** The section `openItems` of the net-capital rulebook: its shape, and the same as numbers. */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import type { Problem } from "../../rulebook/problems.ts";
import {
  type Age,
  ageTerm,
  closed,
  dollarsTerm,
  parseAge,
  parseSignedDollars,
  portionTerm,
  rateTerm,
  textTerm,
} from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");
const charged = ageTerm("From which age the item is charged.");
const calls = ageTerm("From which age calls no longer reduce it.");
const businessDays = (description: string) => Type.Integer({ minimum: 0, description });
const aged = closed({ paragraph, charged });
const named = closed({ paragraph });
const byClass = {
  treasuries: rateTerm("Of the contract price, where the securities are treasuries."),
  agencies: rateTerm("The same for agency and mortgage-related securities."),
  others: rateTerm("The same for all others."),
};

export const openItemsSchema = closed({
  failsToDeliver: closed({
    paragraph,
    charged,
    municipals: ageTerm("The same for municipal securities."),
    extensionMost: businessDays("Business days by which the examining authority may extend, all extensions together."),
    brokersBroker: closed({ paragraph, rate: portionTerm("Of the contract value, in place of the haircut.") }),
  }),
  failsToReceive: aged,
  matchedFails: closed({ paragraph, rate: portionTerm("Of the contract value.") }),
  shortDifferences: closed({
    paragraph,
    extensionMost: businessDays("Business days by which the examining authority may extend."),
    steps: Type.Array(closed({ age: ageTerm("From which age."), rate: portionTerm("Of market value.") }), {
      minItems: 1,
      description: "Rising with age.",
    }),
  }),
  longDifferences: named,
  moneyDifferences: closed({
    paragraph,
    suspense: ageTerm("In suspense accounts, and where it is not said."),
    clearing: ageTerm("Against a clearing organization."),
    bank: ageTerm("Against a bank."),
  }),
  dividends: aged,
  commissions: aged,
  goodFaithDeposits: aged,
  municipalGoodFaithDeposits: aged,
  municipalSyndicates: aged,
  municipalJointAccounts: aged,
  fundRedemptions: aged,
  freeShipments: closed({ paragraph, free: dollarsTerm("Of a shipment, while it is young."), charged }),
  insuranceClaims: closed({
    paragraph,
    withoutOpinion: ageTerm("Since discovery, without an opinion of outside counsel."),
    withOpinion: ageTerm("Since discovery, with one, until the carrier acknowledges."),
    acknowledged: ageTerm("Since the carrier acknowledged."),
  }),
  unsecuredReceivables: named,
  accountDeficits: closed({
    paragraph,
    calls,
    extensions: businessDays("Extensions under Regulation T that a deficit in a cash account may have had."),
  }),
  omnibusDeficits: closed({ paragraph, calls }),
  underMargined: closed({ paragraph, calls }),
  swapShortfalls: closed({ paragraph, calls }),
  swapMarginExceptions: named,
  marketMakerAccounts: closed({
    paragraph,
    longs: portionTerm("Equity that longs need."),
    shorts: portionTerm("Equity that shorts need."),
    exempted: portionTerm("Equity that exempted securities need, long or short."),
  }),
  guarantees: named,
  stockLoaned: named,
  stockBorrowed: named,
  letterOfCreditBorrows: closed({ paragraph, rate: portionTerm("Of market value.") }),
  reverseRepos: closed({ paragraph, calls }),
  repos: closed({
    paragraph,
    calls,
    ...byClass,
    partyShare: portionTerm("Of net capital before haircuts: deficits with one party."),
    allShare: rateTerm("Of net capital before haircuts: all deficits."),
  }),
  reverseRepoAddition: closed({ paragraph, rate: portionTerm("Of the excess of market value."), ...byClass }),
  collateralizedDebt: named,
  exemptedCollateralDebt: closed({ paragraph, rate: portionTerm("Of the debt.") }),
  underwritings: closed({
    paragraph,
    charged,
    municipals: ageTerm("The same for municipal securities, since their receipt by the syndicate manager."),
  }),
});

/** Where the text leaves a gap: the readings of open items and of undue concentration. */
export const openItemReadings = {
  cnsFails: Type.Enum(["fails", "not-fails"], {
    description:
      "What is owed to a clearing agency that nets continuously is a failed-to-deliver contract, (c)(2)(ix).",
  }),
  freeShipments: Type.Enum(["excess", "whole"], {
    description: "What is deducted at once of a free shipment above its limit, (c)(2)(iv)(B).",
  }),
  repoTests: Type.Enum(["single-plus-greater", "greater-of-sums"], {
    description:
      "How the tests of (c)(2)(iv)(F)(3)(i) combine: (A) plus the greater of (B) and (C), or the greater of (A) with (B), and (C).",
  }),
  repoBase: Type.Enum(["before-repos", "after-single"], {
    description:
      "Of which net capital (B) and (C) take their shares: before any charge on repos, or after that of (A).",
  }),
  concentrationFloor: Type.Enum(["greatest-threshold", "trigger"], {
    description: "What (M)(3) is: a threshold above which is charged, or a trigger from which all above (M)(1) is.",
  }),
  municipalConcentration: Type.Enum(["above-share", "above-trigger"], {
    description: "What of an issue over its trigger is charged, (M)(4): all above the share, or above the trigger too.",
  }),
  concentrationSides: Type.Enum(["larger-side", "net"], {
    description: "What counts of an issue that is held long and short, (M).",
  }),
} as const;
export type OpenItemsSection = Static<typeof openItemsSchema>;

/** Charged from an age on. */
export interface AgedRules {
  readonly paragraph: string;
  readonly charged: Age;
}

/** Reduced by calls, while they are younger than this. */
export interface CalledRules {
  readonly paragraph: string;
  readonly calls: Age;
}

/** Shares of the contract price by what secures a repo. */
export type RepoRates = Readonly<Record<keyof typeof byClass, Rate>>;

/** What the schema cannot say: the steps of short differences rise, with age and with rate. */
export function judgeOpenItems({ shortDifferences: { steps } }: OpenItemsSection): readonly Problem[] {
  return steps.flatMap(({ age, rate }, index): Problem[] => {
    if (index === 0) return [];
    const [before, now] = [parseAge(steps[index - 1].age), parseAge(age)];
    const path = ["openItems", "shortDifferences", "steps", index];
    const rises = now.unit === before.unit && now.from > before.from;
    return [
      ...(rises
        ? []
        : [
            {
              code: "bad-value" as const,
              path: [...path, "age"],
              summary: "does not follow the step before it",
              value: age,
              expected: `more than ${steps[index - 1].age}, in the same days`,
            },
          ]),
      ...(isMore(parseRate(rate), parseRate(steps[index - 1].rate))
        ? []
        : [
            {
              code: "bad-value" as const,
              path: [...path, "rate"],
              summary: "is no more than the step before it",
              value: rate,
              expected: `more than ${steps[index - 1].rate}`,
            },
          ]),
    ];
  });
}

function isMore(a: Rate, b: Rate): boolean {
  return a.numerator * b.denominator > b.numerator * a.denominator;
}

/** The section as numbers. */
export type OpenItemRules = ReturnType<typeof openItemRulesOf>;

export function openItemRulesOf(section: OpenItemsSection) {
  return {
    ...settlementRules(section),
    ...receivableRules(section),
    ...accountRules(section),
    ...financingRules(section),
    underwritings: {
      ...agedOf(section.underwritings),
      municipals: parseAge(section.underwritings.municipals),
    },
  };
}

function agedOf({ paragraph: cited, charged: age }: OpenItemsSection["failsToReceive"]): AgedRules {
  return { paragraph: cited, charged: parseAge(age) };
}

function calledOf({ paragraph: cited, calls: age }: OpenItemsSection["underMargined"]): CalledRules {
  return { paragraph: cited, calls: parseAge(age) };
}

function ratedOf({ paragraph: cited, rate }: OpenItemsSection["matchedFails"]) {
  return { paragraph: cited, rate: parseRate(rate) };
}

function repoRatesOf({
  treasuries,
  agencies,
  others,
}: OpenItemsSection["repos"] | OpenItemsSection["reverseRepoAddition"]): RepoRates {
  return { treasuries: parseRate(treasuries), agencies: parseRate(agencies), others: parseRate(others) };
}

/** Fails, and differences between the books and what is there. */
function settlementRules(section: OpenItemsSection) {
  const { failsToDeliver, shortDifferences, moneyDifferences } = section;
  return {
    failsToDeliver: {
      ...agedOf(failsToDeliver),
      municipals: parseAge(failsToDeliver.municipals),
      extensionMost: failsToDeliver.extensionMost,
      brokersBroker: ratedOf(failsToDeliver.brokersBroker),
    },
    failsToReceive: agedOf(section.failsToReceive),
    matchedFails: ratedOf(section.matchedFails),
    shortDifferences: {
      paragraph: shortDifferences.paragraph,
      extensionMost: shortDifferences.extensionMost,
      steps: shortDifferences.steps.map(({ age, rate }) => ({ age: parseAge(age), rate: parseRate(rate) })),
    },
    longDifferences: section.longDifferences,
    moneyDifferences: {
      paragraph: moneyDifferences.paragraph,
      suspense: parseAge(moneyDifferences.suspense),
      clearing: parseAge(moneyDifferences.clearing),
      bank: parseAge(moneyDifferences.bank),
    },
  };
}

function receivableRules(section: OpenItemsSection) {
  const { freeShipments, insuranceClaims } = section;
  const free: Cents = parseSignedDollars(freeShipments.free);
  return {
    dividends: agedOf(section.dividends),
    commissions: agedOf(section.commissions),
    goodFaithDeposits: agedOf(section.goodFaithDeposits),
    municipalGoodFaithDeposits: agedOf(section.municipalGoodFaithDeposits),
    municipalSyndicates: agedOf(section.municipalSyndicates),
    municipalJointAccounts: agedOf(section.municipalJointAccounts),
    fundRedemptions: agedOf(section.fundRedemptions),
    freeShipments: { ...agedOf(freeShipments), free },
    insuranceClaims: {
      paragraph: insuranceClaims.paragraph,
      withoutOpinion: parseAge(insuranceClaims.withoutOpinion),
      withOpinion: parseAge(insuranceClaims.withOpinion),
      acknowledged: parseAge(insuranceClaims.acknowledged),
    },
    unsecuredReceivables: section.unsecuredReceivables,
  };
}

function accountRules(section: OpenItemsSection) {
  const { accountDeficits, marketMakerAccounts } = section;
  return {
    accountDeficits: { ...calledOf(accountDeficits), extensions: accountDeficits.extensions },
    omnibusDeficits: calledOf(section.omnibusDeficits),
    underMargined: calledOf(section.underMargined),
    swapShortfalls: calledOf(section.swapShortfalls),
    swapMarginExceptions: section.swapMarginExceptions,
    marketMakerAccounts: {
      paragraph: marketMakerAccounts.paragraph,
      longs: parseRate(marketMakerAccounts.longs),
      shorts: parseRate(marketMakerAccounts.shorts),
      exempted: parseRate(marketMakerAccounts.exempted),
    },
    guarantees: section.guarantees,
  };
}

function financingRules(section: OpenItemsSection) {
  const { repos, reverseRepoAddition } = section;
  return {
    stockLoaned: section.stockLoaned,
    stockBorrowed: section.stockBorrowed,
    letterOfCreditBorrows: ratedOf(section.letterOfCreditBorrows),
    reverseRepos: calledOf(section.reverseRepos),
    repos: {
      ...calledOf(repos),
      rates: repoRatesOf(repos),
      partyShare: parseRate(repos.partyShare),
      allShare: parseRate(repos.allShare),
    },
    reverseRepoAddition: { ...ratedOf(reverseRepoAddition), rates: repoRatesOf(reverseRepoAddition) },
    collateralizedDebt: section.collateralizedDebt,
    exemptedCollateralDebt: ratedOf(section.exemptedCollateralDebt),
  };
}
