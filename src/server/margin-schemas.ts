/**
 * The JSON forms of margin and stress, as schemas: each mirrors the interface of the same name in `live-margin.ts`, where the
 * meaning of each field is told.
 */
import { Type } from "typebox";
import { scenarioSchema } from "../stress/rules-document.ts";
import { CALLS_MAX, SCENARIOS_ASKED_MAX, STANDINGS_MAX, STRESS_NAMED } from "./limits.ts";
import { MARGIN_REGIMES, MARGIN_RUNGS, STRESS_KINDS } from "./live-margin.ts";
import { Amount, amount, nullable, object, position } from "./schemas.ts";

const Rung = Type.Enum([...MARGIN_RUNGS]);
const Regime = Type.Enum([...MARGIN_REGIMES]);
const Paragraph = Type.String({ description: "The paragraph of law, or of the house's own procedures." });
const Day = Type.String({ format: "date" });
const Count = Type.Integer({ minimum: 0 });
const Decimal = Type.String({ pattern: "^-?[0-9]+(\\.[0-9]+)?$" });
const Troubles = Type.Array(Type.Ref("Trouble#"));

export const Overview = object({
  ...position,
  rulebook: nullable(Type.String({ description: "Version in force; null where there are no rules." })),
  rungs: object(Object.fromEntries(MARGIN_RUNGS.map((rung) => [rung, Count]))),
  calls: object({ open: Count, amount: Amount, outstanding: Amount, overdue: Count }),
  restricted: Count,
  liquidations: Count,
  unsecured: Amount,
  capitalCharges: Amount,
  firmLimit: nullable(
    object({
      ...position,
      requirement: Amount,
      limit: Amount,
      unknown: Count,
      over: nullable(object({ ...position, stopsFrom: Day })),
      stopped: Type.Boolean({ description: "No portfolio margin account is to be opened." }),
    }),
  ),
  troubles: Troubles,
});

const Standing = object({
  account: Type.String(),
  title: nullable(Type.String()),
  group: nullable(Type.String({ description: "The owner group." })),
  regime: Type.Enum(["cash", "margin", "portfolio"]),
  rung: Rung,
  equity: nullable(Amount),
  requirement: nullable(Amount),
  excess: nullable(Amount),
  restricted: Type.Boolean(),
});

export const Standings = object({
  ...position,
  accounts: Type.Array(Standing, { maxItems: STANDINGS_MAX }),
  total: Type.Integer({ minimum: 0, description: "How many stand where the query looked." }),
});

const call = {
  id: Type.String({ description: "What a margin-call-extended fact names." }),
  account: Type.String(),
  layer: Type.String(),
  title: Type.String(),
  paragraph: Paragraph,
  amount: amount("What was called, as it was issued."),
  told: amount("What its customer was last told would meet it."),
  credited: amount("What came in since."),
  outstanding: amount("What would meet it now."),
  issued: object(position),
  covered: nullable(object(position)),
  due: Day,
  dueBy: Type.String({ format: "date-time" }),
  latest: Day,
  overdue: Type.Boolean(),
  extensions: Type.Array(object({ until: Day, by: Type.String(), reason: Type.String() })),
  announced: Type.Array(object({ amount: Amount, expected: Day })),
};
const Call = object(call);

export const Calls = object({
  ...position,
  calls: Type.Array(Call, { maxItems: CALLS_MAX }),
  total: Type.Integer({ minimum: 0, description: "How many stand." }),
});

const Equities = object({ equity: Amount, requirement: Amount });

const Liquidation = object({
  ...position,
  id: Type.String({ description: "What a liquidation-decided fact names." }),
  account: Type.String(),
  status: Type.Enum(["proposed", "approved", "rejected", "ended"]),
  ended: nullable(object({ ...position, how: Type.String() })),
  orders: Type.Array(
    object({
      side: Type.Enum(["buy", "sell"]),
      account: Type.String(),
      instrument: Type.String(),
      quantity: Decimal,
      price: Decimal,
      value: Amount,
      cost: Amount,
    }),
  ),
  policy: Type.String(),
  exact: Type.Boolean({ description: "Every set of orders was looked at." }),
  cures: Type.Boolean(),
  cost: Amount,
  before: Equities,
  after: Equities,
  decided: nullable(
    object({
      ...position,
      decision: Type.Enum(["approved", "rejected"]),
      by: Type.String(),
      reason: Type.String(),
    }),
  ),
});

export const Liquidations = object({ ...position, liquidations: Type.Array(Liquidation, { maxItems: CALLS_MAX }) });

const RegimeAnswer = object({
  regime: Regime,
  equity: nullable(Amount),
  requirement: nullable(Amount),
  excess: nullable(Amount),
  inForce: Type.Boolean({ description: "Whether an account of this kind is held to it at all times." }),
  binds: Type.Boolean(),
  troubles: Troubles,
});

const Group = object({
  underlying: Type.String(),
  holdings: Type.Array(object({ instrument: Type.String(), quantity: Decimal })),
  value: nullable(Amount),
  requirements: Type.Partial(object(Object.fromEntries(MARGIN_REGIMES.map((regime) => [regime, Amount])))),
});

export const Account = object({
  ...position,
  standing: Standing,
  members: Type.Array(Type.String()),
  netLiquidation: nullable(Amount),
  marketValue: nullable(Amount),
  regimes: Type.Array(RegimeAnswer),
  groups: Type.Array(Group),
  explanation: nullable(Type.Ref("Line#")),
  calls: Type.Array(object({ ...call, cures: Type.Array(Type.String()) })),
  cures: Type.Array(Type.String()),
  liquidation: nullable(Liquidation),
  restrictions: Type.Array(object({ ...position, code: Type.String(), words: Type.String(), paragraph: Paragraph })),
  severeStress: nullable(object({ scenario: Type.String(), deficit: Amount, asOfSeq: Count })),
  trail: Type.Array(
    object({
      ...position,
      kind: Type.String(),
      layer: nullable(Type.String()),
      amount: nullable(Amount),
      paragraph: nullable(Paragraph),
      by: nullable(Type.String({ description: "Who decided." })),
      words: Type.String(),
    }),
  ),
  troubles: Troubles,
});

const Capital = nullable(
  object({ netCapital: Amount, percentOfMinimum: nullable(Decimal), tier: nullable(Type.String()) }),
);

export const StressRun = object({
  ...position,
  took: Type.Number({ description: "Milliseconds." }),
  accounts: Count,
  capital: Capital,
  rows: Type.Array(
    object({
      scenario: Type.String(),
      title: Type.String(),
      kind: Type.Enum([...STRESS_KINDS]),
      price: nullable(Decimal),
      volatility: nullable(Decimal),
      underWater: Count,
      unsecured: Amount,
      called: Count,
      calls: Amount,
      capital: Capital,
      capitalCallsUnmet: Capital,
      uncovered: Amount,
      unknown: Count,
      names: Type.Array(object({ name: Type.String(), unsecured: Amount }), { maxItems: STRESS_NAMED }),
      clients: Type.Array(
        object({
          name: Type.String(),
          unsecured: Amount,
          call: Amount,
          loss: nullable(Amount),
          lossElsewhere: nullable(Amount),
        }),
        { maxItems: STRESS_NAMED },
      ),
    }),
  ),
});

const SweptRow = object({
  scenario: Type.String(),
  underWater: Count,
  unsecured: Amount,
  called: Count,
  calls: Amount,
  calledHeld: Count,
  callsHeld: Amount,
});

export const Stress = object({
  exact: nullable(StressRun),
  reverse: nullable(object({ ...position, sentences: Type.Array(Type.String()) })),
  swept: nullable(
    object({
      ...position,
      took: Type.Number({ description: "Milliseconds of the sweep alone." }),
      accounts: Count,
      groups: Count,
      groupsAsOf: Count,
      unknown: Count,
      rows: Type.Array(SweptRow),
    }),
  ),
});

export const StressQuestion = object({
  scenarios: Type.Array(scenarioSchema, { minItems: 1, maxItems: SCENARIOS_ASKED_MAX }),
});

export const StandingsQuery = object({
  rung: Type.Optional(Rung),
  count: Type.Optional(
    Type.Integer({
      description: "At most so many, the least excess first; where it cannot be said, last.",
      minimum: 1,
      maximum: STANDINGS_MAX,
      default: 50,
    }),
  ),
});
export const AccountParams = object({ account: Type.String({ minLength: 1, maxLength: 200 }) });
