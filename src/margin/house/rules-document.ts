/**
 * The shape of the section `house` of the margin rulebook: what the firm asks beyond the rules, 4210(d)(1)(B). Rules of
 * `rates` depend on the instrument and the side only; the others on the whole account.
 */
import { type Static, Type } from "typebox";
import { closed, dayTerm, dollarsTerm, portionTerm, rateTerm, textTerm } from "../../rulebook/terms.ts";

const common = {
  name: textTerm("Its name, once among the house rules."),
  paragraph: textTerm("The firm's policy, or a paragraph of law."),
  meaning: textTerm("What it is for."),
  groups: Type.Optional(Type.Array(textTerm("A house group."), { minItems: 1, description: "Only for these groups." })),
  accounts: Type.Optional(
    Type.Array(textTerm("An account."), { minItems: 1, description: "Only for these accounts." }),
  ),
  from: Type.Optional(dayTerm("The first day on which it holds.")),
  until: Type.Optional(dayTerm("The last day on which it holds.")),
};
const chosen = {
  instruments: Type.Optional(
    Type.Array(textTerm("An instrument."), { minItems: 1, description: "Only for these instruments." }),
  ),
  when: Type.Optional(textTerm("The condition: an expression over instrument, statistics and borrow.")),
};

const sigma = closed({
  multiple: textTerm("How many standard deviations, a decimal."),
  days: Type.Integer({ minimum: 1, maximum: 250, description: "Over how many sessions." }),
});

const raised = {
  atLeast: Type.Optional(rateTerm("The requirement is at least so much of market value.")),
  add: Type.Optional(rateTerm("So much of market value on top of the requirement.")),
};

const rateRule = closed({
  ...common,
  ...chosen,
  side: Type.Optional(Type.Enum(["long", "short"], { description: "Only for this side; absent: both." })),
  below: Type.Optional(dollarsTerm("Only while the price is below this; of long positions.")),
  ...raised,
  perUnit: Type.Optional(dollarsTerm("The requirement is at least so much for each unit or contract.")),
  volatility: Type.Optional(sigma),
  options: Type.Optional(
    Type.Boolean({
      description: "Of a name with options, also at least what these and the stock would lose by such a move.",
    }),
  ),
});

const of = Type.Enum(["long", "gross"], {
  description: "Of the long market value, or of long and short together.",
});

const tier = closed({ above: portionTerm("More than this share."), ...raised });

export const houseSchema = closed(
  {
    paragraph: textTerm("The paragraph of law that house requirements rest on."),
    statistics: closed(
      {
        market: Type.Optional(textTerm("The instrument that betas are to; absent: betas are stated.")),
        volatilityReturns: Type.Integer({ minimum: 2, maximum: 255, description: "Daily returns in a volatility." }),
        betaReturns: Type.Integer({ minimum: 2, maximum: 255, description: "Daily returns in a beta." }),
        volumeSessions: Type.Integer({ minimum: 1, maximum: 256, description: "Sessions in an average volume." }),
        sessionsPerYear: Type.Integer({ minimum: 200, maximum: 366, description: "By which a volatility is annual." }),
      },
      "The windows of what is computed from the tape.",
    ),
    rates: Type.Array(rateRule, { description: "Rates by instrument and side; may be empty." }),
    concentration: Type.Array(closed({ ...common, ...chosen, of, tiers: Type.Array(tier, { minItems: 1 }) }), {
      description: "What one name may be of an account; may be empty.",
    }),
    blockSize: Type.Array(
      closed({
        ...common,
        ...chosen,
        tiers: Type.Array(
          closed({
            outstanding: Type.Optional(rateTerm("From this share of the units outstanding.")),
            weeklyVolume: Type.Optional(rateTerm("From this share of a week's average volume.")),
            ...raised,
          }),
          { minItems: 1 },
        ),
      }),
      { description: "Blocks that are large beside the issue; may be empty." },
    ),
    liquidity: Type.Array(
      closed({
        ...common,
        ...chosen,
        participation: portionTerm("The share of a day's average volume that can be sold in a day."),
        tiers: Type.Array(
          closed({
            longerThan: Type.Integer({ minimum: 0, description: "More than so many sessions to liquidate." }),
            ...raised,
          }),
          { minItems: 1 },
        ),
      }),
      { description: "What takes long to liquidate; may be empty." },
    ),
    betaWeighted: Type.Array(
      closed({
        ...common,
        moreThan: rateTerm("Beta-weighted exposure over this share of equity."),
        of,
        add: rateTerm("So much of that market value on top."),
      }),
      { description: "Exposure to the market beside equity; may be empty." },
    ),
    lossCapacity: Type.Array(
      closed({
        ...common,
        ...chosen,
        range: Type.Optional(
          closed({ down: portionTerm("The largest fall expected in a day."), up: rateTerm("The largest rise.") }),
        ),
        volatility: Type.Optional(sigma),
      }),
      { description: "Names whose expected move would take all of an account's equity; may be empty." },
    ),
  },
  "What the firm asks beyond the rules.",
);
export type HouseSection = Static<typeof houseSchema>;
