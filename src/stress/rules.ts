/** Stress scenarios as numbers. Factors are float64 model values; a moved price is rounded once to 10^-8. */
import { parse } from "yaml";
import type { Origin } from "../base/errors.ts";
import { Trouble } from "../base/errors.ts";
import { parseRate, type Rate } from "../base/rate.ts";
import { loadRulebook } from "../rulebook/load.ts";
import {
  judgeStress,
  type MoveDocument,
  type ScenarioDocument,
  type StressDocument,
  stressSchema,
} from "./rules-document.ts";

export interface Move {
  readonly of: MoveDocument["of"];
  /** A share: -0.1 is a fall by a tenth. Of own volatility, how many deviations. */
  readonly change: number;
  readonly sector: string | undefined;
  readonly instruments: readonly string[];
  /** Of the index: the day whose real moves are taken where they are known. */
  readonly day: string | undefined;
  readonly count: number;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly moves: readonly Move[];
  /** What volatilities are multiplied by. */
  readonly volatility: number;
  /** Days beyond which no name is scaled for its liquidity; undefined: none is scaled. */
  readonly horizonDays: number | undefined;
}

export interface StressRules {
  readonly version: string;
  readonly types: ReadonlySet<string>;
  readonly defaultBeta: number;
  /** A year. */
  readonly defaultVolatility: number;
  /** Of average daily volume. */
  readonly participation: number;
  readonly lossShare: Rate;
  readonly tier: string | undefined;
  readonly scenarios: readonly Scenario[];
}

/** Reads a document of scenarios; throws the first thing that is wrong with it, with its line and column. */
export function readStressRules(text: string, origin: Origin = {}): StressRules {
  const document: StressDocument = loadRulebook(text, stressSchema, origin, judgeStress);
  const { market, firmBreaks } = document;
  return {
    version: document.version,
    types: new Set<string>(market.types),
    defaultBeta: Number(market.defaultBeta),
    defaultVolatility: fraction(market.defaultVolatility),
    participation: fraction(market.participation),
    lossShare: parseRate(firmBreaks.lossShare),
    tier: firmBreaks.tier,
    scenarios: document.scenarios.map(({ name, title, moves, volatility, horizon }) => ({
      name,
      title,
      moves: moves.map(moveOf),
      volatility: volatility === undefined ? 1 : 1 + shareOf(volatility),
      horizonDays: horizon?.daysMost,
    })),
  };
}

/** Scenarios that somebody wrote for himself, beside the rest of a document. Throws what is wrong with them. */
export function scenariosOf(text: string, scenarios: readonly ScenarioDocument[]): readonly Scenario[] {
  const document = { ...(parse(text) as object), scenarios };
  return readStressRules(JSON.stringify(document), { file: "scenarios" }).scenarios;
}

/** The scenario of this name. */
export function scenarioNamed(rules: StressRules, name: string): Scenario {
  const found = rules.scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new Trouble("not-found", "no such scenario", {
    field: "scenario",
    value: name,
    expected: rules.scenarios.map((scenario) => scenario.name).join(", "),
  });
}

/** A scenario of one move, which nobody wrote down: a step of a search. */
export function searchScenario(move: Partial<Move> & Pick<Move, "of" | "change">): Scenario {
  return {
    name: "search",
    title: "Search",
    moves: [{ sector: undefined, instruments: [], day: undefined, count: 0, ...move }],
    volatility: 1,
    horizonDays: undefined,
  };
}

function moveOf({ of, change, deviations, sector, instruments = [], day, count = 0 }: MoveDocument): Move {
  return {
    of,
    change: of === "own-volatility" ? Number(deviations) : shareOf(change ?? "+0%"),
    sector,
    instruments,
    day,
    count,
  };
}

function shareOf(text: string): number {
  return Number(text.replace("%", "")) / 100;
}

function fraction(text: string): number {
  const { numerator, denominator } = parseRate(text);
  return numerator / denominator;
}
