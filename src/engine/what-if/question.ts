/**
 * A what-if as people and programs put it: a small document in YAML or JSON, checked field by field. What it means in facts
 * is said in `hypotheses.ts`. The schema is published as `schemas/what-if.schema.json`.
 */
import { type Static, Type } from "typebox";
import { type Origin, Trouble } from "../../base/errors.ts";
import { CASH_REASONS } from "../../facts/choices.ts";
import { fits, loadRulebook } from "../../rulebook/load.ts";

/** As many trades, moves, facts of one kind are taken. */
const ENTRIES_MAX = 1_000;

const name = (description: string) => Type.String({ minLength: 1, description });
const day = (description: string) => Type.String({ format: "day", description });

/** A decimal as a text, or as a number of at most fifteen digits. */
const decimal = (description: string, pattern = String.raw`^[+-]?\d+(\.\d+)?$`) =>
  Type.Unsafe<string | number>({ type: ["string", "number"], pattern, description });

const positive = (description: string) => decimal(description, String.raw`^\d+(\.\d+)?$`);

const change = (description: string) =>
  Type.String({ pattern: String.raw`^[+-]\d+(\.\d+)? ?%$`, description, examples: ["-10%", "+2.5%"] });

function closed<P extends Record<string, Type.TSchema>>(properties: P, description: string) {
  return Type.Object(properties, { additionalProperties: false, description });
}

function list<S extends Type.TSchema>(items: S, description: string) {
  return Type.Optional(Type.Array(items, { maxItems: ENTRIES_MAX, description }));
}

const Trade = closed(
  {
    side: Type.Enum(["buy", "sell", "sell-short"], { description: "What the account does." }),
    instrument: name("What is traded: a stock, a bond, an option, a future."),
    quantity: Type.Optional(positive("How much; absent only where the largest size is asked for.")),
    price: Type.Optional(positive("At what price; its valuation price, after the moves asked for, where absent.")),
    account: Type.Optional(name("Whose trade it is; the firm's only inventory account where absent.")),
    contra: Type.Optional(name("Against whom; the only clearing account where absent.")),
    commission: Type.Optional(positive("What the account is charged.")),
    fees: Type.Optional(positive("Fees that the account is charged.")),
    accrued: Type.Optional(positive("Accrued interest.")),
    settleDay: Type.Optional(day("When it settles; regular way where absent.")),
  },
  "One trade; several are a basket.",
);

const moved = {
  instrument: Type.Optional(name("One instrument.")),
  instruments: Type.Optional(Type.Array(name("An instrument."), { minItems: 1, description: "Several." })),
};

const PriceMove = closed(
  {
    ...moved,
    all: Type.Optional(
      Type.Literal(true, { description: "Every instrument that has a price, but for currencies and options." }),
    ),
    price: Type.Optional(positive("The price that it would have.")),
    change: Type.Optional(change("By how much its price would change.")),
    betas: Type.Optional(
      Type.Record(Type.String(), decimal("Times the change."), {
        description: "By instrument: moves so many times the change; those that are not named move once.",
      }),
    ),
  },
  "A move of prices: of one instrument, of several, or of all; to a price, or by a percentage.",
);

const VolatilityMove = closed(
  {
    ...moved,
    all: Type.Optional(Type.Literal(true, { description: "Every volatility that was stated." })),
    volatility: Type.Optional(Type.String({ format: "rate", description: "The volatility that it would have." })),
    change: Type.Optional(change("By how much of itself the stated volatility would change.")),
  },
  "A move of volatilities.",
);

const CashMove = closed(
  {
    from: name("The account that gives."),
    to: name("The account that takes."),
    amount: positive("How much."),
    currency: Type.Optional(name("Dollars where absent.")),
    reason: Type.Optional(Type.Enum([...CASH_REASONS], { description: "Why; an adjustment where absent." })),
  },
  "A movement of cash.",
);

const Largest = closed(
  {
    trades: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, description: "Which trades, from 0; all where absent." }),
    ),
    keep: closed(
      {
        excess: Type.Optional(decimal("At least so many dollars above the minimum.")),
        tier: Type.Optional(name("Not in this tier, nor in a graver one.")),
      },
      "The cushion; where both are given, both.",
    ),
    step: Type.Optional(
      positive("Sizes are whole multiples of it: 1 unit of one trade, or a hundredth of a basket, where absent."),
    ),
  },
  "The largest size of a trade, or multiple of a basket, that keeps a cushion.",
);

/** The schema of the question, as the API describes it. */
export const questionSchema = closed(
  {
    day: Type.Optional(day("A business day, not before the one that is open.")),
    rulebook: Type.Optional(name("A net-capital rulebook, the whole document: taken as if it were in force.")),
    prices: list(PriceMove, "In this order, each upon those before it."),
    volatilities: list(VolatilityMove, "Likewise."),
    cash: list(CashMove, "Movements of cash."),
    facts: list(Type.Record(Type.String(), Type.Unknown()), "Any other facts, as they would be recorded."),
    trades: list(Trade, "A trade, or a basket of them."),
    largest: Type.Optional(Largest),
    lines: Type.Optional(
      Type.Enum(["changed", "all", "none"], {
        description: "Which lines the answer shows; the changed ones where absent.",
      }),
    ),
  },
  "What if: facts that did not happen, applied to a copy of the books in the order of these fields.",
);

export type Question = Static<typeof questionSchema>;
export type HypotheticalTrade = Static<typeof Trade>;
export type PriceMove = Static<typeof PriceMove>;
export type VolatilityMove = Static<typeof VolatilityMove>;
export type LargestQuestion = Static<typeof Largest>;

/** The published JSON Schema. */
export function whatIfJsonSchema(): object {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title: "What-if", ...questionSchema };
}

/** Reads a question in YAML or JSON; throws the first thing that is wrong with it, with its line and column. */
export function readQuestion(text: string, origin: Origin = {}): Question {
  return loadRulebook(text, questionSchema, origin);
}

/** Checks a question that came as JSON. Throws the first thing that is wrong with it. */
export function questionOf(json: unknown): Question {
  if (fits(json, questionSchema)) return json;
  try {
    return loadRulebook(JSON.stringify(json ?? null), questionSchema);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    // Nobody saw a file: its place in one says nothing.
    const { origin: _, ...details } = error.details;
    throw new Trouble(error.code, error.summary, details);
  }
}
