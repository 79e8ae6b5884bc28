/**
 * The rulebook's section on hedges and on what is freed of a haircut: pairs of governments (A)(3), corporates against
 * governments and corporates (F)(2) to (4), primary dealers (A)(5), convertible and called securities (J)(1) and (2).
 */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import {
  closed,
  dollarsTerm,
  parseSignedDollars,
  parseSpan,
  portionTerm,
  type Span,
  spanTerm,
  textTerm,
} from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");

export const hedgesSchema = closed(
  {
    governments: closed({
      paragraph,
      bands: Type.Array(
        closed({
          from: spanTerm("Both maturities no sooner than this."),
          to: spanTerm("And no later than this."),
          apart: spanTerm("How far apart they may be."),
        }),
        { minItems: 1, description: "In which two securities of two categories may be a pair." },
      ),
    }),
    corporates: closed({
      paragraph,
      againstGovernmentsParagraph: paragraph,
      againstCorporatesParagraph: paragraph,
      bands: Type.Array(
        closed({
          under: Type.Optional(spanTerm("Both maturities before this; absent in the last band only.")),
          apart: spanTerm("How far apart they may be."),
          againstGovernments: portionTerm("Of the corporate that a government hedges."),
          againstCorporates: portionTerm("Of the pair, once."),
        }),
        { minItems: 1, description: "Rising." },
      ),
    }),
    deliverableParagraph: textTerm("Securities deliverable against government futures."),
    primaryDealers: closed({
      paragraph,
      least: dollarsTerm("The least net capital before haircuts."),
      share: portionTerm("Of the deduction on governments."),
    }),
    convertible: closed({ paragraph, within: spanTerm("How soon it can be converted or exchanged.") }),
    called: closed({ paragraph, within: spanTerm("How soon it is redeemed.") }),
  },
  "Hedges, and what carries no haircut.",
);
type HedgesSection = Static<typeof hedgesSchema>;

/** Elections of the firm: each is an option of the rule, and none is taken unless it says so. */
export const hedgeElections = {
  hedges: Type.Optional(
    Type.Array(Type.Enum(["(A)(3)", "(A)(4)", "(F)(2)", "(F)(5)"]), {
      description:
        "Hedges that it elects: pairs of governments, what is deliverable against futures, corporates, corporates against futures; absent: none.",
    }),
  ),
  primaryDealer: Type.Optional(
    Type.Boolean({ description: "A primary dealer that takes (A)(5); absent: it is not, or does not." }),
  ),
} as const;
export type HedgeElection = "(A)(3)" | "(A)(4)" | "(F)(2)" | "(F)(5)";

/** Readings of the text. */
export const hedgeReadings = {
  hedgeBounds: Type.Enum(["inclusive", "exclusive"], {
    description: "Whether a pair may lie on the bounds of (A)(3) and of the distances in (F)(2).",
  }),
  partialHedges: Type.Enum(["equal-values", "whole-positions"], {
    description:
      "Whether equal market values of two positions are a hedge, or only positions that are equal as a whole.",
  }),
  convertibleHedges: Type.Enum(["security-alone", "both-sides"], {
    description: "Whether (J)(1) frees the convertible alone, or what is short against it too.",
  }),
} as const;

interface GovernmentBand {
  readonly from: Span;
  readonly to: Span;
  readonly apart: Span;
}

interface CorporateBand {
  /** Undefined: without end. */
  readonly under: Span | undefined;
  readonly apart: Span;
  readonly againstGovernments: Rate;
  readonly againstCorporates: Rate;
}

export interface HedgeRules {
  readonly governments: { readonly paragraph: string; readonly bands: readonly GovernmentBand[] };
  readonly corporates: {
    readonly paragraph: string;
    readonly againstGovernmentsParagraph: string;
    readonly againstCorporatesParagraph: string;
    readonly bands: readonly CorporateBand[];
  };
  readonly deliverableParagraph: string;
  readonly primaryDealers: { readonly paragraph: string; readonly least: Cents; readonly share: Rate };
  readonly convertible: { readonly paragraph: string; readonly within: Span };
  readonly called: { readonly paragraph: string; readonly within: Span };
}

/** The section as numbers. */
export function hedgeRulesOf(section: HedgesSection): HedgeRules {
  const { governments, corporates, primaryDealers, convertible, called } = section;
  return {
    governments: {
      paragraph: governments.paragraph,
      bands: governments.bands.map(({ from, to, apart }) => ({
        from: parseSpan(from),
        to: parseSpan(to),
        apart: parseSpan(apart),
      })),
    },
    corporates: {
      ...corporates,
      bands: corporates.bands.map(({ under, apart, againstGovernments, againstCorporates }) => ({
        under: under === undefined ? undefined : parseSpan(under),
        apart: parseSpan(apart),
        againstGovernments: parseRate(againstGovernments),
        againstCorporates: parseRate(againstCorporates),
      })),
    },
    deliverableParagraph: section.deliverableParagraph,
    primaryDealers: {
      paragraph: primaryDealers.paragraph,
      least: parseSignedDollars(primaryDealers.least),
      share: parseRate(primaryDealers.share),
    },
    convertible: { paragraph: convertible.paragraph, within: parseSpan(convertible.within) },
    called: { paragraph: called.paragraph, within: parseSpan(called.within) },
  };
}
