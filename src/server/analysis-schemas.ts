/** The JSON forms of what-ifs and comparisons as schemas; each mirrors the interface of the same name. */
import { Type } from "typebox";
import { questionSchema } from "../engine/what-if/question.ts";
import { Amount, nullable, object, position } from "./schemas.ts";

const Trouble = Type.Ref("Trouble#");
const Percent = Type.String({ pattern: "^-?[0-9]+(\\.[0-9]+)?$" });

export const Question = questionSchema;

const Figure = Type.Union([
  object({
    answer: Type.Literal("figure"),
    netCapital: Amount,
    requirement: Amount,
    excess: Amount,
    percentOfMinimum: nullable(Percent),
    tier: nullable(Type.String()),
    notices: Type.Array(Type.String({ description: "Code of a test of early warning that is met." })),
  }),
  object({ answer: Type.Literal("unknown"), troubles: Type.Array(Trouble, { minItems: 1 }) }),
]);

export const WhatIf = object({
  ...position,
  before: Figure,
  after: Figure,
  difference: nullable(object({ netCapital: Amount, requirement: Amount, excess: Amount })),
  lines: nullable(Type.Ref("LineDifference#")),
  facts: Type.Array(Type.Ref("Fact#"), {
    description: "The facts as they were applied, with what the question left open.",
  }),
  largest: Type.Optional(
    object({
      size: nullable(Type.String({ description: "Units of the instrument, or multiples of the basket." })),
      atLimit: Type.Boolean({ description: "No bound was found." }),
      netCapital: Type.Optional(Amount),
      excess: Type.Optional(Amount),
      nextExcess: Type.Optional(nullable(Amount)),
      tried: Type.Integer({ minimum: 1 }),
    }),
  ),
});

const compared = { label: Type.String(), ours: Amount, theirs: Amount, difference: Amount };

const TheirLine = Type.Object(
  {
    code: Type.Optional(Type.String({ description: "A code of a line, or the number of a FOCUS box." })),
    label: Type.Optional(Type.String()),
    amount: Type.Unsafe<string | number>({ type: ["string", "number"] }),
    children: Type.Optional(Type.Array(Type.Object({}))),
  },
  { description: "A line of the other computation; children are lines too." },
);

const TheirPosition = Type.Object(
  {
    instrument: Type.String(),
    quantity: Type.Unsafe<string | number>({ type: ["string", "number"] }),
    price: Type.Optional(Type.Unsafe<string | number>({ type: ["string", "number"] })),
    value: Type.Optional(Type.Unsafe<string | number>({ type: ["string", "number"] })),
    haircut: Type.Optional(Type.String({ description: 'The rate of its haircut: "15%".' })),
    bucket: Type.Optional(Type.String({ description: "The code of its bucket or family." })),
  },
  { description: "A position that the other computation was made from." },
);

/** Described for the reader: the comparison reads it itself, with better messages. */
export const ComparisonRequest = Type.Object({
  lines: Type.Optional(Type.Array(TheirLine)),
  computation: Type.Optional(
    Type.Object({}, { description: "A tree of lines, as `plimsoll net-capital --json` prints it." }),
  ),
  positions: Type.Optional(Type.Array(TheirPosition)),
  csv: Type.Optional(Type.String({ description: "In place of all else: the text of a CSV file." })),
});

export const Comparison = object({
  ...position,
  agrees: Type.Boolean({ description: "Nothing differs beyond rounding." }),
  totals: Type.Array(
    object({
      code: Type.String(),
      ...compared,
      unexplained: Amount,
      breaks: Type.Array(
        object({
          line: Type.String(),
          label: Type.String(),
          reason: Type.Enum([
            "only-ours",
            "only-theirs",
            "other-quantity",
            "other-price",
            "other-bucket",
            "other-rate",
            "other-base",
            "rounding",
            "other-amount",
            "not-detailed",
          ]),
          instrument: Type.Optional(Type.String()),
          ours: Type.Optional(Type.String()),
          theirs: Type.Optional(Type.String()),
          amount: Amount,
        }),
      ),
      lines: Type.Array(object({ code: Type.String(), ...compared })),
    }),
  ),
  unmatched: Type.Array(object({ code: Type.Optional(Type.String()), label: Type.String(), amount: Amount })),
});
