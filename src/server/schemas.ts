/**
 * The JSON forms of the API as schemas: what the OpenAPI description says, and what tests hold every answer against. Each
 * mirrors the interface of the same name in `live-firm.ts`, where the meaning of each field is told.
 */
import { Type, type TObject, type TProperties } from "typebox";
import { ERRORS } from "../base/errors.ts";
import { factJsonSchema } from "../facts/schema.ts";
import {
  DEPTH_MAX,
  EVENTS_MAX,
  FACTS_PER_BATCH_MAX,
  HISTORY_POINTS_MAX,
  MOVERS_MAX,
  STREAM_HISTORY_POINTS,
} from "./limits.ts";

const DOLLARS = "^-?[0-9]+\\.[0-9]{2}$";
export const Amount = Type.String({ description: "Dollars.", pattern: DOLLARS });
/** An amount that says of what. */
export const amount = (description: string) =>
  Type.String({ description: `${description} Dollars.`, pattern: DOLLARS });
const Decimal = Type.String({ pattern: "^-?[0-9]+(\\.[0-9]+)?$" });
export const At = Type.String({ description: "ISO 8601, UTC.", format: "date-time" });
export const Code = Type.String({ description: "The code of a line: pass it to /net-capital/explain?line=." });
const Basis = Type.Enum(["settlement", "trade-date"], { description: "Which side of a pending trade counts." });
export const position = {
  seq: Type.Integer({ minimum: 0, description: "Sequence number of the last fact that the answer includes." }),
  at: At,
};

export function object<P extends TProperties>(properties: P): TObject<P> {
  return Type.Object(properties, { additionalProperties: false });
}

export function nullable<S extends Type.TSchema>(schema: S): Type.TUnion<[S, Type.TNull]> {
  return Type.Union([schema, Type.Null()]);
}

/** Schemas that are named in the OpenAPI description, by `$id`. */
export const SHARED = {
  // OpenAPI 3.1 says for the whole document which draft it is.
  Fact: { ...factJsonSchema(), $schema: undefined },
  Trouble: object({
    code: Type.Enum(Object.keys(ERRORS)),
    message: Type.String(),
    index: Type.Optional(Type.Integer({ minimum: 0, description: "Which fact of the batch, from 0." })),
    field: Type.Optional(Type.String()),
    value: Type.Optional(Type.Unknown()),
    expected: Type.Optional(Type.String()),
    origin: Type.Optional(Type.Object({})),
  }),
  Line: object({
    code: Type.String(),
    label: Type.String(),
    paragraph: Type.String({ description: 'The paragraph of law, for example "15c3-1(c)(2)(vi)(J)".' }),
    amount: Amount,
    inputs: Type.Optional(Type.Record(Type.String(), Type.String())),
    children: Type.Optional(Type.Array(Type.Ref("Line#"))),
    childrenCut: Type.Optional(
      Type.Integer({ minimum: 1, description: "So many children were left out because of ?depth." }),
    ),
  }),
  LineDifference: object({
    code: Type.String(),
    label: Type.String(),
    paragraph: Type.String(),
    before: nullable(Amount),
    after: nullable(Amount),
    difference: Amount,
    inputs: Type.Optional(
      Type.Record(Type.String(), object({ before: nullable(Type.String()), after: nullable(Type.String()) })),
    ),
    children: Type.Optional(Type.Array(Type.Ref("LineDifference#"))),
  }),
};

const Trouble = Type.Ref("Trouble#");
const Line = Type.Ref("Line#");

export const ErrorBody = object({
  code: Type.Enum(Object.keys(ERRORS)),
  message: Type.String(),
  cure: Type.String(),
  troubles: Type.Array(Trouble),
});

export const Status = object({
  ...position,
  firm: Type.String(),
  state: Type.Enum(["replaying", "live", "paused", "finished"]),
  speed: Type.Optional(Type.Number({ description: "Market seconds per second of a replay." })),
  drill: Type.Optional(Type.String({ description: "The drill that is running; GET /drill tells of it." })),
  durableSeq: Type.Integer({ minimum: 0 }),
  factsPerSecond: Type.Number({ minimum: 0 }),
  timeZone: Type.String(),
  session: Type.Optional(object({ opens: At, closes: At })),
  ready: Type.Boolean(),
  troubles: Type.Array(Trouble),
});

const Tier = object({
  code: Type.String(),
  label: Type.String(),
  amount: Amount,
  percent: Type.Optional(Decimal),
  paragraph: Type.String(),
});

const WaterfallStep = object({
  code: Code,
  label: Type.String(),
  effect: Type.Enum(["starts", "adds", "deducts", "subtotal", "total"]),
  amount: Amount,
  paragraph: Type.String(),
});

const Unknown = object({
  ...position,
  answer: Type.Literal("unknown"),
  troubles: Type.Array(Trouble, { minItems: 1 }),
});

export const NetCapital = Type.Union([
  object({
    ...position,
    answer: Type.Literal("figure"),
    netCapital: Amount,
    requirement: Amount,
    excess: Amount,
    percentOfMinimum: nullable(Decimal),
    tier: nullable(Type.String()),
    tiers: Type.Array(Tier),
    waterfall: Type.Array(WaterfallStep),
    lines: object({ netCapital: Code, requirement: Code, excess: Code }),
    computation: Type.Optional(Line),
  }),
  Unknown,
]);

export const Explanation = Type.Union([object({ ...position, answer: Type.Literal("figure"), line: Line }), Unknown]);

const Mover = object({
  instrument: Type.String(),
  symbol: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  side: Type.Enum(["long", "short"]),
  quantity: Decimal,
  marketValue: nullable(Amount),
  price: nullable(Decimal),
  priceChange: nullable(Decimal),
  priceChangePercent: nullable(Decimal),
  haircut: nullable(Amount),
  effect: Amount,
  line: Type.Optional(Code),
});

export const Movers = object({ ...position, movers: Type.Array(Mover) });

export const History = object({
  points: Type.Array(object({ ...position, netCapital: nullable(Amount), requirement: nullable(Amount) })),
});

export const Events = object({
  events: Type.Array(
    object({
      ...position,
      id: Type.Integer(),
      severity: Type.Enum(["good", "info", "warning", "critical"]),
      title: Type.String(),
      detail: Type.Optional(Type.String()),
      paragraph: Type.Optional(Type.String()),
      line: Type.Optional(Code),
      account: Type.Optional(Type.String({ description: "The account whose margin it is about." })),
      group: Type.Optional(
        Type.String({ description: "It stands in place of the earlier event with the same key: more of the same." }),
      ),
    }),
  ),
});

const account = { account: Type.String(), type: Type.String(), title: Type.Optional(Type.String()) };

export const StockRecord = object({
  ...position,
  instrument: Type.String(),
  basis: Basis,
  entries: Type.Array(object({ ...account, quantity: Decimal })),
  claims: Decimal,
  places: Decimal,
  difference: Decimal,
});

export const AccountStatement = object({
  ...position,
  ...account,
  cash: Type.Array(object({ currency: Type.String(), balance: Amount, settled: Amount })),
  positions: Type.Array(
    object({
      instrument: Type.String(),
      quantity: Decimal,
      settledQuantity: Decimal,
      cost: Amount,
      value: Type.Union([Amount, Type.Null()]),
      unrealised: Type.Union([Amount, Type.Null()]),
      lots: Type.Array(object({ quantity: Decimal, cost: Amount, opened: Type.String() })),
    }),
  ),
  realised: Amount,
});

export const AccountParams = Type.Object({ account: Type.String({ minLength: 1 }) });

export const TrialBalance = object({
  ...position,
  basis: Basis,
  currency: Type.String(),
  entries: Type.Array(object({ ...account, debit: Amount, credit: Amount })),
  debits: Amount,
  credits: Amount,
});

export const Recorded = object({ firstSeq: Type.Integer(), lastSeq: Type.Integer(), count: Type.Integer() });

export const Health = object({ alive: Type.Boolean(), ready: Type.Boolean(), troubles: Type.Array(Trouble) });

const Fact = Type.Ref("Fact#");
const FactList = Type.Array(Fact, { minItems: 1, maxItems: FACTS_PER_BATCH_MAX });
/** One fact, an array of them, or the array wrapped: `{ "facts": [...] }`. */
export const Facts = Type.Union([Fact, FactList, object({ facts: FactList })]);

const whole = (description: string, maximum: number, value: number, minimum = 0): Type.TOptional<Type.TInteger> =>
  Type.Optional(Type.Integer({ description, minimum, maximum, default: value }));

export const DepthQuery = object({
  depth: whole("Levels of the computation to include; 0 for none.", DEPTH_MAX, 0),
});
export const ExplainQuery = object({
  line: Type.Optional(Type.String({ description: "Code of a line; the whole computation where absent." })),
  depth: whole("Levels below the line to include.", DEPTH_MAX, DEPTH_MAX),
});
export const MoversQuery = object({ count: whole("How many positions.", MOVERS_MAX, 20) });
export const HistoryQuery = object({
  points: whole(
    "At most so many points, evenly thinned; the newest is always there.",
    HISTORY_POINTS_MAX,
    STREAM_HISTORY_POINTS,
    1,
  ),
});
export const EventsQuery = object({ count: whole("How many events, newest first.", EVENTS_MAX, 50) });
export const BasisQuery = object({
  basis: Type.Optional(Type.Enum(["settlement", "trade-date"], { default: "settlement" })),
});
export const InstrumentParams = object({ instrument: Type.String({ minLength: 1, maxLength: 200 }) });
