/** Portfolio margin, FINRA 4210(g), as the rulebook has it, and as numbers. */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import { closed, dollarsTerm, parseSignedDollars, portionTerm, rateTerm, textTerm } from "../../rulebook/terms.ts";

const paragraph = textTerm("The paragraph of law.");
const businessDays = (description: string) => Type.Integer({ minimum: 1, description });

const range = (description: string) =>
  closed({ down: portionTerm("To the lowest point."), up: rateTerm("To the highest point.") }, description);

/** What moves together, and how far it is taken. */
const RANGES = {
  highCapitalization: range("Broad-based indices of high capitalization, and funds on them."),
  nonHighCapitalization: range("Other broad-based indices, and funds on them."),
  narrowBased: range("Narrow-based indices, and funds on them."),
  equity: range("Stocks, and funds on no index that is listed."),
  majorCurrency: range("Major currencies."),
  otherCurrency: range("Other currencies."),
  moneyMarketFund: range("Money market funds."),
  fund: range("Other open-end funds."),
} as const;

export type RangeKind = keyof typeof RANGES;

const kinds = Type.Enum(Object.keys(RANGES) as RangeKind[], { description: "What it applies to." });

const scanSchema = closed({
  name: textTerm("A stable name."),
  paragraph,
  groups: Type.Optional(
    Type.Array(textTerm("A house group of accounts."), { minItems: 1, description: "Absent: every account." }),
  ),
  kinds: Type.Optional(Type.Array(kinds, { minItems: 1, description: "Others keep the range of the rule." })),
  range: Type.Optional(range("In place of the range of the rule.")),
  deviations: Type.Optional(
    Type.Integer({ minimum: 1, description: "Or so many standard deviations of a day, of the stated volatility." }),
  ),
  volatility: Type.Optional(rateTerm("What implied volatilities are taken at: 115% is 15% higher.")),
  concentratedAbove: Type.Optional(
    portionTerm("Only of a class with more than this share of the account's losses, each class by itself."),
  ),
});

export const portfolioSchema = closed({
  paragraph,
  values: Type.Enum(["stated", "stated-or-model", "model"], {
    description: "Whose theoretical values count: a vendor's, a vendor's where stated, or those of our model.",
  }),
  impliedFrom: Type.Enum(["close", "now"], {
    description: "From which prices volatilities are implied that nobody stated: of the last close, or of now.",
  }),
  trackingFund: Type.Enum(["product-group", "class"], {
    description: "A fund on an index: a class of the index's product group, or part of the index's class.",
  }),
  ranges: closed({ paragraph, ...RANGES }),
  majorCurrencies: Type.Array(textTerm("A currency."), { description: "Currencies with the narrower range." }),
  offsets: closed({
    paragraph,
    classes: closed({
      highCapitalization: portionTerm("Of a gain, between classes of one product group."),
      nonHighCapitalization: portionTerm("The same."),
      narrowBased: portionTerm("The same."),
      currencies: portionTerm("The same."),
    }),
    productGroups: Type.Array(closed({ group: textTerm("Its name."), offset: portionTerm("Between its classes.") }), {
      description: "Product groups with an offset of their own.",
    }),
    marketGroups: portionTerm("Of a gain, between the product groups of one market group."),
  }),
  minimum: closed({ paragraph, ofMultiplier: rateTerm("Dollars for each contract, as a share of its multiplier.") }),
  notMarginableShort: Type.Optional(
    closed(
      { paragraph, rate: portionTerm("Of what stock without loan value is worth, held short.") },
      "Absent: as in margin accounts.",
    ),
  ),
  minimumEquity: closed({
    paragraph,
    realTime: dollarsTerm("Watched in real time throughout."),
    endOfDay: dollarsTerm("Watched otherwise."),
    executedAway: dollarsTerm("Trades are executed away and reported at the end of the day."),
  }),
  unlistedDerivatives: closed({
    paragraph,
    minimumEquity: dollarsTerm("The least equity to hold them."),
  }),
  firmLimit: closed({
    paragraph,
    timesNetCapital: Type.Integer({ minimum: 1, description: "All requirements together, in net capital." }),
    after: businessDays("Above it for longer, no account is opened."),
  }),
  intraday: closed({ paragraph, below: dollarsTerm("Equity below which margin is held within the day too.") }),
  house: closed({
    scans: Type.Array(scanSchema, { description: "Other moves; the worst of all decides." }),
    expectedRanges: Type.Array(
      closed({
        paragraph,
        instrument: textTerm("The underlying."),
        groups: Type.Optional(Type.Array(textTerm("A house group of accounts."), { minItems: 1 })),
        down: portionTerm("The most it is expected to fall in a day."),
        up: rateTerm("The most it is expected to rise."),
      }),
      { description: "Where such a move of one class takes all equity, the account is charged for it." },
    ),
  }),
});
type Document = Static<typeof portfolioSchema>;

/** How far down and up something is taken. */
export interface Range {
  readonly down: Rate;
  readonly up: Rate;
}

/** One set of moves beside the rule's own. */
export interface HouseScan {
  readonly name: string;
  readonly paragraph: string;
  /** House groups of accounts; undefined: all. */
  readonly groups: readonly string[] | undefined;
  readonly kinds: readonly RangeKind[] | undefined;
  readonly range: Range | undefined;
  readonly deviations: number | undefined;
  /** What implied volatilities are multiplied by. */
  readonly volatility: number;
  readonly concentratedAbove: Rate | undefined;
  /** Its range is what it says whatever the leverage of a fund; a fund that moves the other way still does. */
  readonly isUnleveraged: boolean;
}

/** The firm's expected price range (EPR) of one underlying. */
export interface ExpectedRange extends Range {
  readonly paragraph: string;
  readonly instrument: string;
  readonly groups: readonly string[] | undefined;
}

export interface PortfolioRules {
  readonly paragraph: string;
  readonly values: Document["values"];
  readonly impliedFrom: Document["impliedFrom"];
  readonly trackingFund: Document["trackingFund"];
  readonly rangesParagraph: string;
  readonly ranges: Readonly<Record<RangeKind, Range>>;
  readonly majorCurrencies: ReadonlySet<string>;
  readonly offsets: {
    readonly paragraph: string;
    readonly classes: Readonly<Record<keyof Document["offsets"]["classes"], Rate>>;
    readonly productGroups: ReadonlyMap<string, Rate>;
    readonly marketGroups: Rate;
  };
  /** Cents for each contract and unit of its multiplier: 37.5. */
  readonly minimum: { readonly paragraph: string; readonly perUnit: number };
  readonly notMarginableShort: { readonly paragraph: string; readonly rate: Rate } | undefined;
  readonly minimumEquity: {
    readonly paragraph: string;
    readonly realTime: Cents;
    readonly endOfDay: Cents;
    readonly executedAway: Cents;
  };
  readonly unlistedDerivatives: { readonly paragraph: string; readonly minimumEquity: Cents };
  readonly firmLimit: { readonly paragraph: string; readonly timesNetCapital: number; readonly after: number };
  readonly intraday: { readonly paragraph: string; readonly below: Cents };
  readonly house: { readonly scans: readonly HouseScan[]; readonly expectedRanges: readonly ExpectedRange[] };
}

export function portfolioRulesOf(document: Document): PortfolioRules {
  const { ranges, offsets, minimum, notMarginableShort, minimumEquity, unlistedDerivatives, house } = document;
  const { paragraph: rangesParagraph, ...byKind } = ranges;
  const least = parseRate(minimum.ofMultiplier);
  return {
    ...document,
    rangesParagraph,
    ranges: mapRates(byKind, rangeOf),
    majorCurrencies: new Set(document.majorCurrencies),
    offsets: {
      paragraph: offsets.paragraph,
      classes: mapRates(offsets.classes, (text) => parseRate(text)),
      productGroups: new Map(offsets.productGroups.map(({ group, offset }) => [group, parseRate(offset)])),
      marketGroups: parseRate(offsets.marketGroups),
    },
    minimum: {
      paragraph: minimum.paragraph,
      perUnit: (least.numerator * 100) / least.denominator,
    },
    notMarginableShort: notMarginableShort && {
      paragraph: notMarginableShort.paragraph,
      rate: parseRate(notMarginableShort.rate),
    },
    minimumEquity: {
      paragraph: minimumEquity.paragraph,
      realTime: parseSignedDollars(minimumEquity.realTime),
      endOfDay: parseSignedDollars(minimumEquity.endOfDay),
      executedAway: parseSignedDollars(minimumEquity.executedAway),
    },
    unlistedDerivatives: {
      ...unlistedDerivatives,
      minimumEquity: parseSignedDollars(unlistedDerivatives.minimumEquity),
    },
    intraday: { ...document.intraday, below: parseSignedDollars(document.intraday.below) },
    house: {
      scans: house.scans.map(houseScanOf),
      expectedRanges: house.expectedRanges.map((stated) => ({
        paragraph: stated.paragraph,
        instrument: stated.instrument,
        groups: stated.groups,
        ...rangeOf(stated),
      })),
    },
  };
}

function houseScanOf(scan: Document["house"]["scans"][number]): HouseScan {
  const { volatility = "100%", concentratedAbove, range: own } = scan;
  const { numerator, denominator } = parseRate(volatility);
  return {
    name: scan.name,
    paragraph: scan.paragraph,
    groups: scan.groups,
    kinds: scan.kinds,
    range: own === undefined ? undefined : rangeOf(own),
    deviations: scan.deviations,
    volatility: numerator / denominator,
    concentratedAbove: concentratedAbove === undefined ? undefined : parseRate(concentratedAbove),
    isUnleveraged: scan.deviations !== undefined,
  };
}

function rangeOf({ down, up }: { readonly down: string; readonly up: string }): Range {
  return { down: parseRate(down), up: parseRate(up) };
}

function mapRates<Name extends string, From, To>(
  all: Readonly<Record<Name, From>>,
  read: (from: From) => To,
): Readonly<Record<Name, To>> {
  const entries = Object.entries<From>(all).map(([name, from]) => [name, read(from)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}
