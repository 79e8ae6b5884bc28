/**
 * The section `ladder` of the margin rulebook: where the rungs lie that figures decide, and for each layer of margin its
 * call: when it is made, due and lapses, what it restricts, when positions are to be closed, what net capital is charged.
 */
import { type Static, Type } from "typebox";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import {
  closed,
  type Deadline,
  deadlineTerm,
  dollarsTerm,
  durationTerm,
  parseDeadline,
  parseDuration,
  parseSignedDollars,
  parseSpan,
  parseTimeOfDay,
  portionTerm,
  rateTerm,
  type Span,
  spanTerm,
  textTerm,
  timeOfDayTerm,
} from "../../rulebook/terms.ts";

/**
 * What can call for margin, each with its own clock and its own record. Price moves make maintenance, house and portfolio
 * deficiencies; transactions alone make those of Regulation T, of payment and of the day.
 */
export const CALL_LAYERS = [
  "reg-t",
  "cash-payment",
  "maintenance",
  "house",
  "portfolio",
  "portfolio-minimum",
  "day-trade",
  "intraday",
  "stress",
] as const;
export type CallLayer = (typeof CALL_LAYERS)[number];

const paragraph = textTerm("The paragraph of law, or of the house's own procedures.");
const meaning = textTerm("What it means, in words that a customer can read.");
const roles = (description: string) => Type.Array(textTerm("A role."), { description });
const businessDays = (description: string) => deadlineTerm(`${description} In business days.`);

const rung = {
  paragraph,
  meaning,
  tells: roles("Who is told when an account falls to it."),
  alertAfter: Type.Optional(
    durationTerm(
      "It is told once the account has stood there so long; absent: at once. The rung itself is never late.",
    ),
  ),
};

const chargeSchema = closed({
  paragraph,
  after: businessDays("So many business days after the deficiency the charge begins; not before."),
  begins: Type.Enum(["next-day", "close"], {
    description: "As the business day after them begins, or at the close of the last of them.",
  }),
  freshCalls: Type.Optional(
    Type.Boolean({
      description: "What was called is left out while its call is no older; what was not called is charged at once.",
    }),
  ),
  until: Type.Optional(businessDays("It ends with this business day after the deficiency; absent: when it is met.")),
});

export const layerSchema = closed({
  layer: Type.Enum([...CALL_LAYERS], { description: "Which layer of margin." }),
  paragraph,
  meaning,
  called: Type.Boolean({ description: "Whether its customer is called; if not, the layer only restricts." }),
  ignoreUpTo: Type.Optional(dollarsTerm("A deficiency up to this needs no call.")),
  issueAfter: Type.Optional(durationTerm("The call is made once the deficiency has lasted so long; absent: at once.")),
  due: businessDays("When it is due."),
  countedFrom: Type.Enum(["deficiency", "settlement"], {
    description: "The day of the deficiency, or the day on which a trade of that day settles.",
  }),
  latest: businessDays("The longest that extensions can make it, counted as the due day is."),
  lapses: Type.Optional(businessDays("Unmet, it is over after the close of this business day.")),
  market: Type.Enum(["satisfies", "does-not-satisfy"], {
    description: "Whether a recovery of prices ends the call.",
  }),
  endsAfter: Type.Optional(
    durationTerm("A recovery ends it once it has lasted so long: one that flickers is one call; absent: at once."),
  ),
  raisedBy: rateTerm(
    "The customer is told again once what would meet the call is above what was last said by this share.",
  ),
  raisedByAtLeast: Type.Optional(dollarsTerm("And by at least this; absent: however little.")),
  restricts: Type.Enum(["at-once", "when-overdue", "never"], {
    description: "When only closing orders are taken.",
  }),
  liquidatesAfter: Type.Optional(
    deadlineTerm("How long after it fell due a liquidation is proposed; absent: never for this layer alone."),
  ),
  charge: Type.Optional(chargeSchema),
  freeze: Type.Optional(
    closed({
      paragraph,
      after: businessDays("From which business day."),
      lasts: spanTerm("How long, in calendar days."),
    }),
  ),
});

export const ladderSchema = closed(
  {
    paragraph,
    notify: Type.Array(textTerm("A role."), { minItems: 1, description: "Who within the firm hears of calls." }),
    customer: textTerm("The role that stands for the customer in a notice."),
    shortsBy: Type.Enum(["requirement", "market-value"], {
      description: "What shorts count by where excess is compared with a share of market value.",
    }),
    lookedAt: Type.Optional(
      Type.Array(timeOfDayTerm("New York's."), {
        description:
          "At these times of business days calls that stand are held against prices, beside when a day opens and when a fact touches the account; absent: only then.",
      }),
    ),
    warning: closed({
      ...rung,
      excessUnder: rateTerm("It begins when excess falls below this share of market value."),
      releasedAt: rateTerm("Once begun, it holds until excess is at or above this share."),
    }),
    call: closed({
      ...rung,
      releasedAt: rateTerm("Once equity is below the requirement, it holds until excess is at or above this share."),
    }),
    deficit: closed({
      ...rung,
      releasedAt: Type.Optional(
        portionTerm(
          "Once equity is below zero, it holds until equity is at or above this share of what the rule requires; absent: until zero.",
        ),
      ),
      restricts: Type.Boolean({ description: "Only closing orders while it stands." }),
      liquidates: Type.Boolean({ description: "A liquidation is proposed at once." }),
    }),
    severeStress: Type.Optional(
      closed(
        {
          scenarios: Type.Array(textTerm("A scenario of the stress rules."), {
            minItems: 1,
            description: "An account that one of these would leave owing more than it is worth is stated so.",
          }),
          leastDeficit: dollarsTerm("It begins beyond this deficit, and ends where no such scenario leaves any."),
        },
        "Stress scenarios that restrict accounts, by the layer `stress`.",
      ),
    ),
    layers: Type.Array(layerSchema, { minItems: 1, description: "Each layer once." }),
    practice: closed({
      paragraph,
      meaning,
      layers: Type.Array(Type.Enum([...CALL_LAYERS]), { description: "Calls of these layers count." }),
      calls: Type.Integer({ minimum: 1, description: "So many calls met by closing positions restrict the account." }),
      within: spanTerm("Counted over this length of time."),
      restrictedFor: spanTerm("How long the restriction lasts."),
    }),
  },
  "The ladder from healthy to deficit, and the calls.",
);
export type LadderSection = Static<typeof ladderSchema>;
type LayerSection = Static<typeof layerSchema>;

export interface RungRules {
  readonly paragraph: string;
  readonly meaning: string;
  readonly tells: readonly string[];
  /** Microseconds. */
  readonly alertAfter: number;
}

export interface ChargeRules {
  readonly paragraph: string;
  /** Business days after the day of the deficiency. */
  readonly after: number;
  readonly begins: "next-day" | "close";
  readonly freshCalls: boolean;
  /** The last business day after the deficiency that is charged; undefined: until it is met. */
  readonly until: number | undefined;
}

export interface LayerRules {
  readonly layer: CallLayer;
  readonly paragraph: string;
  readonly meaning: string;
  readonly called: boolean;
  readonly ignoreUpTo: Cents;
  /** Microseconds. */
  readonly issueAfter: number;
  /** Business days. */
  readonly due: number;
  readonly countedFrom: "deficiency" | "settlement";
  readonly latest: number;
  readonly lapses: number | undefined;
  readonly market: "satisfies" | "does-not-satisfy";
  /** Microseconds. */
  readonly endsAfter: number;
  readonly raisedBy: Rate;
  readonly raisedByAtLeast: Cents;
  readonly restricts: "at-once" | "when-overdue" | "never";
  readonly liquidatesAfter: Deadline | undefined;
  readonly charge: ChargeRules | undefined;
  readonly freeze: { readonly paragraph: string; readonly after: number; readonly lasts: Span } | undefined;
}

export interface LadderRules {
  readonly paragraph: string;
  readonly notify: readonly string[];
  readonly customer: string;
  readonly shortsBy: LadderSection["shortsBy"];
  /** Minutes after midnight in New York, ascending. */
  readonly lookedAt: readonly number[];
  readonly warning: RungRules & { readonly excessUnder: Rate; readonly releasedAt: Rate };
  readonly call: RungRules & { readonly releasedAt: Rate };
  readonly deficit: RungRules & {
    /** Of what the rule requires; zero: at zero equity. */
    readonly releasedAt: Rate;
    readonly restricts: boolean;
    readonly liquidates: boolean;
  };
  /** Scenarios under which no account may be left owing; undefined: none is severe. */
  readonly severeStress: { readonly scenarios: ReadonlySet<string>; readonly leastDeficit: Cents } | undefined;
  /** In the order of `CALL_LAYERS`; undefined where the rulebook does not know the layer. */
  readonly layers: Readonly<Record<CallLayer, LayerRules | undefined>>;
  readonly practice: {
    readonly paragraph: string;
    readonly meaning: string;
    readonly layers: ReadonlySet<CallLayer>;
    readonly calls: number;
    readonly within: Span;
    readonly restrictedFor: Span;
  };
}

export function ladderRulesOf(section: LadderSection): LadderRules {
  const { warning, call, deficit, severeStress, practice } = section;
  const layers = section.layers.map(layerOf);
  return {
    paragraph: section.paragraph,
    notify: section.notify,
    customer: section.customer,
    shortsBy: section.shortsBy,
    lookedAt: (section.lookedAt ?? []).map((text) => parseTimeOfDay(text)).sort((a, b) => a - b),
    warning: {
      ...rungOf(warning),
      excessUnder: parseRate(warning.excessUnder),
      releasedAt: parseRate(warning.releasedAt),
    },
    call: { ...rungOf(call), releasedAt: parseRate(call.releasedAt) },
    deficit: {
      ...rungOf(deficit),
      releasedAt: parseRate(deficit.releasedAt ?? "0%"),
      restricts: deficit.restricts,
      liquidates: deficit.liquidates,
    },
    severeStress: severeStress && {
      scenarios: new Set(severeStress.scenarios),
      leastDeficit: parseSignedDollars(severeStress.leastDeficit),
    },
    layers: Object.fromEntries(
      CALL_LAYERS.map((layer) => [layer, layers.find((rules) => rules.layer === layer)]),
    ) as LadderRules["layers"],
    practice: {
      ...practice,
      layers: new Set(practice.layers),
      within: parseSpan(practice.within),
      restrictedFor: parseSpan(practice.restrictedFor),
    },
  };
}

function rungOf({
  paragraph: cited,
  meaning: words,
  tells,
  alertAfter,
}: LadderSection["deficit"] | LadderSection["call"] | LadderSection["warning"]): RungRules {
  return { paragraph: cited, meaning: words, tells, alertAfter: micros(alertAfter) };
}

function layerOf(section: LayerSection): LayerRules {
  const { charge, freeze, liquidatesAfter } = section;
  return {
    layer: section.layer,
    paragraph: section.paragraph,
    meaning: section.meaning,
    called: section.called,
    ignoreUpTo: parseSignedDollars(section.ignoreUpTo ?? "$0"),
    issueAfter: micros(section.issueAfter),
    due: daysOf(section.due),
    countedFrom: section.countedFrom,
    latest: daysOf(section.latest),
    lapses: section.lapses === undefined ? undefined : daysOf(section.lapses),
    market: section.market,
    endsAfter: micros(section.endsAfter),
    raisedBy: parseRate(section.raisedBy),
    raisedByAtLeast: parseSignedDollars(section.raisedByAtLeast ?? "$0"),
    restricts: section.restricts,
    liquidatesAfter: liquidatesAfter === undefined ? undefined : parseDeadline(liquidatesAfter),
    charge: charge && {
      paragraph: charge.paragraph,
      after: daysOf(charge.after),
      begins: charge.begins,
      freshCalls: charge.freshCalls ?? false,
      until: charge.until === undefined ? undefined : daysOf(charge.until),
    },
    freeze: freeze && { paragraph: freeze.paragraph, after: daysOf(freeze.after), lasts: parseSpan(freeze.lasts) },
  };
}

function micros(duration: string | undefined): number {
  return duration === undefined ? 0 : parseDuration(duration);
}

/** Business days; what is not counted in them, the judge of the rulebook refuses. */
export function daysOf(text: string): number {
  const deadline = parseDeadline(text);
  return deadline.kind === "business-days" ? deadline.count : 0;
}
