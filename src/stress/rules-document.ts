/**
 * The shape of a document of stress scenarios: `rulebooks/stress.yaml`, and files of the same form that somebody writes for
 * himself. Reading it into numbers is `rules.ts`.
 */
import { type Static, Type } from "typebox";
import { INSTRUMENT_TYPES } from "../facts/kinds.ts";
import type { Judge } from "../rulebook/load.ts";
import type { Problem } from "../rulebook/problems.ts";
import { closed, HEADER, portionTerm, rateTerm, textTerm } from "../rulebook/terms.ts";

/** The name of this rulebook. */
export const STRESS = "stress";

/** A signed percentage: "-10%", "+2.5%". */
const change = (description: string) =>
  Type.String({
    pattern: String.raw`^[+-]\d{1,4}(\.\d{1,6})?%$`,
    description: `${description} Signed, such as "-10%".`,
  });
const decimal = (description: string) => Type.String({ pattern: String.raw`^-?\d{1,3}(\.\d{1,6})?$`, description });
const count = (description: string) => Type.Integer({ minimum: 1, maximum: 100, description });
const of = <K extends string>(what: K) => Type.Literal(what);

const moveSchema = Type.Object(
  {
    of: Type.Union(
      [
        of("all"),
        of("index"),
        of("sector"),
        of("instruments"),
        of("own-volatility"),
        of("index-products"),
        of("single-names"),
        of("largest-longs"),
        of("largest-shorts"),
      ],
      {
        description:
          "What moves: everything alike; everything by its beta; a sector; instruments by name; each by so many of its own daily deviations; funds and indexes; all but those; what customers hold most of, long or short.",
      },
    ),
    change: Type.Optional(change("By how much; of the index where everything moves by its beta.")),
    deviations: Type.Optional(
      decimal("For own-volatility: how many daily standard deviations, below zero for a fall."),
    ),
    sector: Type.Optional(textTerm("For a sector: its name.")),
    instruments: Type.Optional(
      Type.Array(textTerm("An instrument."), { minItems: 1, description: "For instruments." }),
    ),
    day: Type.Optional(
      Type.String({
        pattern: String.raw`^\d{4}-\d{2}-\d{2}$`,
        description: "For the index: a day whose real moves names have, where they are known; the rest by beta.",
      }),
    ),
    count: Type.Optional(count("For the largest: how many.")),
  },
  { additionalProperties: false, description: "One move; a later one works upon what those before it made." },
);

export const scenarioSchema = closed({
  name: textTerm("A short name that stays."),
  title: textTerm("What it is."),
  moves: Type.Array(moveSchema, { minItems: 1, description: "In order." }),
  volatility: Type.Optional(change("Relative change of every volatility that options are valued with.")),
  horizon: Type.Optional(
    closed(
      { daysMost: count("No name is scaled for longer.") },
      "Moves grow with the root of the days that selling takes.",
    ),
  ),
});

export const stressSchema = closed({
  ...HEADER,
  market: closed({
    types: Type.Array(Type.Enum([...INSTRUMENT_TYPES]), {
      minItems: 1,
      description: "Types that move with the market.",
    }),
    defaultBeta: decimal("The beta of what has none stated."),
    defaultVolatility: rateTerm("The volatility a year of what has none stated."),
    participation: portionTerm("Of average daily volume, what can be sold in a day."),
  }),
  firmBreaks: closed({
    lossShare: rateTerm("Of net capital: a loss beyond this breaks the firm."),
    tier: Type.Optional(
      textTerm("Or this tier of the net-capital rulebook; absent: net capital below the requirement."),
    ),
  }),
  scenarios: Type.Array(scenarioSchema, {
    minItems: 1,
    maxItems: 400,
    description: "In the order in which they print.",
  }),
});
export type StressDocument = Static<typeof stressSchema>;
export type ScenarioDocument = Static<typeof scenarioSchema>;
export type MoveDocument = Static<typeof moveSchema>;

/** What each move needs besides `of`; another field is a mistake. */
const FIELDS: Readonly<Record<MoveDocument["of"], readonly (keyof MoveDocument)[]>> = {
  all: ["change"],
  index: ["change"],
  sector: ["change", "sector"],
  instruments: ["change", "instruments"],
  "own-volatility": ["deviations"],
  "index-products": ["change"],
  "single-names": ["change"],
  "largest-longs": ["change", "count"],
  "largest-shorts": ["change", "count"],
};

/** What the schema cannot say. */
export const judgeStress: Judge<StressDocument> = (document) => {
  const problems: Problem[] = [];
  const names = new Set<string>();
  if (document.rulebook !== STRESS)
    problems.push({
      code: "bad-value",
      path: ["rulebook"],
      summary: "is another rulebook",
      value: document.rulebook,
      expected: STRESS,
    });
  for (const [index, { name, moves }] of document.scenarios.entries()) {
    if (names.has(name))
      problems.push({
        code: "bad-value",
        path: ["scenarios", index, "name"],
        summary: "is the name of another scenario",
        value: name,
        expected: "a name of its own",
      });
    names.add(name);
    for (const [place, move] of moves.entries())
      problems.push(...moveProblems(move, ["scenarios", index, "moves", place]));
  }
  return problems;
};

function moveProblems(move: MoveDocument, path: readonly (string | number)[]): Problem[] {
  const allowed = FIELDS[move.of];
  const missing = allowed
    .filter((field) => move[field] === undefined)
    .map((field): Problem => ({
      code: "missing-field",
      path: [...path],
      summary: `a move of ${move.of} needs its ${field}`,
      value: move.of,
      expected: field,
    }));
  const strange = (Object.keys(move) as (keyof MoveDocument)[])
    .filter((field) => field !== "of" && !allowed.includes(field) && !(field === "day" && move.of === "index"))
    .map((field): Problem => ({
      code: "unknown-field",
      path: [...path, field],
      summary: `a move of ${move.of} has none`,
      value: field,
      expected: allowed.join(", "),
    }));
  return [...missing, ...strange];
}
