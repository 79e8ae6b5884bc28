/** Appendix A, 15c3-1a, as the rulebook has it, and as numbers. */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate, rate } from "../../base/rate.ts";
import { closed, dollarsTerm, parseSignedDollars, rateTerm, textTerm } from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");

const range = (description: string) =>
  closed({ down: rateTerm("To the lowest point."), up: rateTerm("To the highest point.") }, description);

const ranges = closed({
  equity: range("Equities with a ready market."),
  narrowBased: range("Narrow-based indices."),
  nonHighCapitalization: range("Diversified indices of lower capitalization."),
  highCapitalization: range("Diversified indices of high capitalization."),
  majorCurrency: range("Major market currencies."),
  otherCurrency: range("Other currencies."),
});

const byIndexClass = (description: string) =>
  closed(
    {
      narrowBased: rateTerm("Narrow-based indices."),
      nonHighCapitalization: rateTerm("Diversified indices of lower capitalization."),
      highCapitalization: rateTerm("Diversified indices of high capitalization."),
    },
    description,
  );

export const optionsSchema = closed({
  paragraph,
  indexRate: rateTerm("Of the market value of an index that is an underlying."),
  strategies: closed({
    paragraph,
    uncoveredMinimum: dollarsTerm("For each uncovered short contract for 100 units."),
    uncoveredShare: rateTerm("Least share of the underlying's percentage."),
    long: rateTerm("Of the market value of a long option by itself."),
    hedgedMinimum: dollarsTerm("For each contract for 100 units that is hedged with the underlying."),
  }),
  unlisted: closed({
    paragraph,
    minimum: dollarsTerm("For each uncovered short contract for 100 units."),
    conversion: rateTerm("Of the underlying in a conversion."),
  }),
  theoretical: closed({
    paragraph,
    ranges,
    specialistRanges: ranges,
    basketOffset: rateTerm("Of a gain, between an index and a basket of its stocks."),
    classOffset: byIndexClass("Of a gain, between the classes of a product group."),
    productGroupOffset: rateTerm("Of a gain, between the product groups of a market group."),
    minimum: rateTerm("Of the multiplier, for each contract."),
    currencyMinimum: dollarsTerm("For each option on a currency."),
    basketCharge: byIndexClass("Of the market value of a basket that offsets."),
  }),
});

/** What the firm elects of Appendix A. */
export const optionsElections = {
  options: Type.Optional(
    Type.Enum(["strategy-based", "theoretical-pricing"], {
      description: "How listed options are charged, 15c3-1a(b)(2) or (b)(1); strategy-based where absent.",
    }),
  ),
  ownModelEstimate: Type.Optional(
    Type.Boolean({
      description:
        "Estimates theoretical values that no vendor stated by a model of the program. The rule asks for an approved one.",
    }),
  ),
};

/** The readings of Appendix A, in the section of readings. */
export const optionsReadings = {
  optionSpreadAdjustment: Type.Enum(["replaces", "adds"], {
    description: "Of a spread: whether 15c3-1a(b)(2)(ii)(C) stands in place of (A), or beside it.",
  }),
  shortPutWithShortStock: Type.Enum(["apart", "covered"], {
    description: "A short listed put with short stock: each by itself, or as a covered option.",
  }),
  conversionRate: Type.Enum(["stated", "half-class-rate"], {
    description: "Of a conversion of ordinary stock: the stated rate, or half that of its class.",
  }),
  pairedStock: Type.Enum(["own-rate", "not-counted"], {
    description: "What stock is taken to cost by itself where it is weighed which options to pair it with.",
  }),
};

type Document = Static<typeof optionsSchema>;

/** The kinds of underlying that a portfolio of theoretical values is of, 15c3-1a(b)(1)(ii). */
export type PortfolioType = keyof Document["theoretical"]["ranges"];
export type IndexPortfolio = keyof Document["theoretical"]["classOffset"];

/** How far down and up the underlying is taken. */
export interface Range {
  readonly down: Rate;
  readonly up: Rate;
}

export type Ranges = Readonly<Record<PortfolioType, Range>>;

export interface OptionsRules {
  readonly paragraph: string;
  readonly indexRate: Rate;
  readonly strategies: {
    readonly paragraph: string;
    readonly uncoveredMinimum: Cents;
    readonly uncoveredShare: Rate;
    readonly long: Rate;
    readonly hedgedMinimum: Cents;
  };
  readonly unlisted: { readonly paragraph: string; readonly minimum: Cents; readonly conversion: Rate };
  readonly theoretical: {
    readonly paragraph: string;
    /** How far the lowest and the highest point are from where the underlying stands. */
    readonly ranges: Ranges;
    /** The same for the account of a specialist that clears elsewhere, (b)(1)(iv). */
    readonly specialistRanges: Ranges;
    readonly basketOffset: Rate;
    readonly classOffset: Readonly<Record<IndexPortfolio, Rate>>;
    readonly productGroupOffset: Rate;
    readonly minimum: Rate;
    readonly currencyMinimum: Cents;
    readonly basketCharge: Readonly<Record<IndexPortfolio, Rate>>;
  };
}

export function optionsRulesOf({ paragraph, indexRate, strategies, unlisted, theoretical }: Document): OptionsRules {
  return {
    paragraph,
    indexRate: parseRate(indexRate),
    strategies: {
      paragraph: strategies.paragraph,
      uncoveredMinimum: parseSignedDollars(strategies.uncoveredMinimum),
      uncoveredShare: parseRate(strategies.uncoveredShare),
      long: parseRate(strategies.long),
      hedgedMinimum: parseSignedDollars(strategies.hedgedMinimum),
    },
    unlisted: {
      paragraph: unlisted.paragraph,
      minimum: parseSignedDollars(unlisted.minimum),
      conversion: parseRate(unlisted.conversion),
    },
    theoretical: {
      paragraph: theoretical.paragraph,
      ranges: rangesOf(theoretical.ranges),
      specialistRanges: rangesOf(theoretical.specialistRanges),
      basketOffset: parseRate(theoretical.basketOffset),
      classOffset: ratesOf(theoretical.classOffset),
      productGroupOffset: parseRate(theoretical.productGroupOffset),
      minimum: parseRate(theoretical.minimum),
      currencyMinimum: parseSignedDollars(theoretical.currencyMinimum),
      basketCharge: ratesOf(theoretical.basketCharge),
    },
  };
}

function rangesOf(texts: Document["theoretical"]["ranges"]): Ranges {
  const entries = Object.entries(texts).map(([type, { down, up }]) => [
    type,
    { down: parseRate(down), up: parseRate(up) },
  ]);
  return Object.fromEntries(entries) as Ranges;
}

function ratesOf<Name extends string>(texts: Readonly<Record<Name, string>>): Readonly<Record<Name, Rate>> {
  const entries = Object.entries<string>(texts).map(([name, text]) => [name, parseRate(text)]);
  return Object.fromEntries(entries) as Record<Name, Rate>;
}

/** A share of a share. */
export function shareOf(a: Rate, b: Rate): Rate {
  return rate(a.numerator * b.numerator, a.denominator * b.denominator);
}
