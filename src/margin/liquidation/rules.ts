/** The section `liquidation` of the margin rulebook: what a proposal aims at, in which order it closes, what closing costs. */
import { type Static, Type } from "typebox";
import { parseRate, type Rate } from "../../base/rate.ts";
import { closed, durationTerm, parseDuration, portionTerm, rateTerm, textTerm } from "../../rulebook/terms.ts";

/**
 * What a set of closing orders is the smallest by:
 *   - `least-cost`: expected cost, so that the most requirement is released for each dollar of it;
 *   - `least-value`: market value closed;
 *   - `highest-beta`: market value closed, each dollar weighed by one over its beta;
 *   - `most-liquid`: market value closed, each dollar weighed by the days of volume that the position is;
 *   - `least-tax`: expected cost and the tax on gains that are realised, by lots.
 */
export const POLICIES = ["least-cost", "least-value", "highest-beta", "most-liquid", "least-tax"] as const;
export type Policy = (typeof POLICIES)[number];

export const liquidationSchema = closed(
  {
    paragraph: textTerm("The paragraph of law, or of the house's own procedures."),
    meaning: textTerm("What it means."),
    policy: Type.Enum([...POLICIES], { description: "What the set of closing orders is the smallest by." }),
    cushion: rateTerm("So much above the requirement equity is to be afterwards."),
    lots: Type.Enum(["whole-units", "round-lots"], {
      description: "In what stock is closed; a remainder goes as a whole.",
    }),
    costs: closed(
      {
        spread: portionTerm("Of market value: half a spread and fees, where volume and volatility are known."),
        impact: rateTerm("Of the day's volatility, times the square root of the share of a day's volume."),
        withoutStatistics: portionTerm("Of market value, where volume or volatility is not known."),
        tax: portionTerm("Of a gain that is realised, for the policy least-tax."),
      },
      "What closing is expected to cost. A model: nobody promises these prices.",
    ),
    reviewEvery: durationTerm("How often a proposal is held against the market."),
    movedBy: portionTerm("A proposal lapses once a price in it has moved by this, and is made anew."),
    afterRejection: durationTerm("How long after a rejection the next is proposed."),
  },
  "Proposals to close positions.",
);
export type LiquidationSection = Static<typeof liquidationSchema>;

export interface LiquidationRules {
  readonly paragraph: string;
  readonly meaning: string;
  readonly policy: Policy;
  readonly cushion: Rate;
  readonly lots: LiquidationSection["lots"];
  readonly costs: {
    readonly spread: Rate;
    readonly impact: Rate;
    readonly withoutStatistics: Rate;
    readonly tax: Rate;
  };
  /** Microseconds. */
  readonly reviewEvery: number;
  readonly movedBy: Rate;
  /** Microseconds. */
  readonly afterRejection: number;
}

export function liquidationRulesOf(section: LiquidationSection): LiquidationRules {
  const { spread, impact, withoutStatistics, tax } = section.costs;
  return {
    paragraph: section.paragraph,
    meaning: section.meaning,
    policy: section.policy,
    cushion: parseRate(section.cushion),
    lots: section.lots,
    costs: {
      spread: parseRate(spread),
      impact: parseRate(impact),
      withoutStatistics: parseRate(withoutStatistics),
      tax: parseRate(tax),
    },
    reviewEvery: parseDuration(section.reviewEvery),
    movedBy: parseRate(section.movedBy),
    afterRejection: parseDuration(section.afterRejection),
  };
}
