/**
 * The section `house` of the margin rulebook as numbers and compiled conditions: what the firm asks beyond the rules,
 * 4210(d)(1)(B).
 */
import { assert } from "../../base/assert.ts";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate, rate } from "../../base/rate.ts";
import { type Day, parseDay } from "../../base/time.ts";
import { CENTS_TO_PRICE } from "./prices.ts";
import { Condition } from "../../rulebook/conditions/condition.ts";
import { parseSignedDollars } from "../../rulebook/terms.ts";
import type { HouseSection } from "./rules-document.ts";
import { HOUSE_LANGUAGE, type HouseVariables } from "./variables.ts";

export type StatisticsRules = HouseSection["statistics"];

/** What every rule of the house says of itself, and for which accounts it holds when. */
export interface HouseRule {
  readonly name: string;
  /** Stable, for programs: "volatile-names". */
  readonly code: string;
  readonly paragraph: string;
  readonly meaning: string;
  /** House groups and accounts that it is for; both undefined: for all. */
  readonly groups: ReadonlySet<string> | undefined;
  readonly accounts: ReadonlySet<string> | undefined;
  readonly from: Day | undefined;
  readonly until: Day | undefined;
}

/** A rule for some instruments. */
export interface InstrumentRule extends HouseRule {
  /** Undefined: for any. */
  readonly instruments: ReadonlySet<string> | undefined;
  readonly when: Condition<HouseVariables> | undefined;
}

/** A move of so many standard deviations of the return of so many sessions. */
export interface Sigma {
  readonly multiple: number;
  readonly days: number;
}

/** What a rule asks: a requirement of at least so much, or so much on top of it. */
export type Raise =
  | { readonly kind: "at-least" | "add"; readonly rate: Rate }
  /** Cents a unit. */
  | { readonly kind: "per-unit"; readonly cents: Cents }
  | { readonly kind: "sigma"; readonly sigma: Sigma };

/** As it is written: "at least 40% of market value". */
export interface Asked {
  readonly raise: Raise;
  readonly words: string;
}

export interface RateRule extends InstrumentRule, Asked {
  readonly side: "long" | "short" | undefined;
  /** A price, 10^-8; undefined: at any. */
  readonly below: number | undefined;
  /** Whether its rate is a move by which a name with options may lose. */
  readonly options: boolean;
}

export interface ConcentrationRule extends InstrumentRule {
  readonly of: "long" | "gross";
  /** Rising. */
  readonly tiers: readonly (Asked & { readonly above: Rate })[];
}

export interface BlockSizeRule extends InstrumentRule {
  /** Rising. */
  readonly tiers: readonly (Asked & {
    readonly outstanding: Rate | undefined;
    readonly weeklyVolume: Rate | undefined;
  })[];
}

export interface LiquidityRule extends InstrumentRule {
  readonly participation: Rate;
  /** Rising. */
  readonly tiers: readonly (Asked & { readonly longerThan: number })[];
}

export interface BetaRule extends HouseRule {
  readonly moreThan: Rate;
  readonly of: "long" | "gross";
  readonly add: Rate;
  readonly words: string;
}

export interface LossRule extends InstrumentRule {
  readonly range: { readonly down: Rate; readonly up: Rate } | Sigma;
}

export interface HouseRules {
  readonly paragraph: string;
  readonly statistics: StatisticsRules;
  readonly rates: readonly RateRule[];
  readonly concentration: readonly ConcentrationRule[];
  readonly blockSize: readonly BlockSizeRule[];
  readonly liquidity: readonly LiquidityRule[];
  readonly betaWeighted: readonly BetaRule[];
  readonly lossCapacity: readonly LossRule[];
}

/** The rules of a section that was judged. */
export function houseRulesOf(section: HouseSection): HouseRules {
  return {
    paragraph: section.paragraph,
    statistics: section.statistics,
    rates: section.rates.map((rule) => ({
      ...instrumentRuleOf(rule),
      ...askedOf(rule),
      side: rule.side,
      below: rule.below === undefined ? undefined : parseSignedDollars(rule.below) * CENTS_TO_PRICE,
      options: rule.options ?? false,
    })),
    concentration: section.concentration.map((rule) => ({
      ...instrumentRuleOf(rule),
      of: rule.of,
      tiers: rule.tiers.map((tier) => ({ ...askedOf(tier), above: parseRate(tier.above) })),
    })),
    blockSize: section.blockSize.map((rule) => ({
      ...instrumentRuleOf(rule),
      tiers: rule.tiers.map((tier) => ({
        ...askedOf(tier),
        outstanding: tier.outstanding === undefined ? undefined : parseRate(tier.outstanding),
        weeklyVolume: tier.weeklyVolume === undefined ? undefined : parseRate(tier.weeklyVolume),
      })),
    })),
    liquidity: section.liquidity.map((rule) => ({
      ...instrumentRuleOf(rule),
      participation: parseRate(rule.participation),
      tiers: rule.tiers.map((tier) => ({ ...askedOf(tier), longerThan: tier.longerThan })),
    })),
    betaWeighted: section.betaWeighted.map((rule) => ({
      ...ruleOf(rule),
      moreThan: parseRate(rule.moreThan),
      of: rule.of,
      add: parseRate(rule.add),
      words: `${rule.add} of ${rule.of} market value`,
    })),
    lossCapacity: section.lossCapacity.map((rule) => ({ ...instrumentRuleOf(rule), range: rangeOf(rule) })),
  };
}

type Common = Omit<HouseSection["betaWeighted"][number], "moreThan" | "of" | "add">;
type Chosen = Common & { readonly instruments?: readonly string[]; readonly when?: string };
type Raised = Pick<HouseSection["rates"][number], "atLeast" | "add" | "perUnit" | "volatility">;

function ruleOf({ name, paragraph, meaning, groups, accounts, from, until }: Common): HouseRule {
  const set = (names: readonly string[] | undefined) => (names === undefined ? undefined : new Set(names));
  return {
    name,
    code: houseCode(name),
    paragraph,
    meaning,
    groups: set(groups),
    accounts: set(accounts),
    from: from === undefined ? undefined : parseDay(from),
    until: until === undefined ? undefined : parseDay(until),
  };
}

/** What identifies a rule in lines: "Volatile names" is "volatile-names". */
export function houseCode(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

function instrumentRuleOf(rule: Chosen): InstrumentRule {
  return {
    ...ruleOf(rule),
    instruments: rule.instruments === undefined ? undefined : new Set(rule.instruments),
    when: rule.when === undefined ? undefined : conditionOf(rule.when),
  };
}

function conditionOf(text: string): Condition<HouseVariables> {
  const compiled = HOUSE_LANGUAGE.compile(text);
  assert(compiled instanceof Condition, "a rulebook is judged before it is read");
  return compiled;
}

function askedOf({ atLeast, add, perUnit, volatility }: Raised): Asked {
  if (atLeast !== undefined)
    return { raise: { kind: "at-least", rate: parseRate(atLeast) }, words: `at least ${atLeast} of market value` };
  if (add !== undefined)
    return { raise: { kind: "add", rate: parseRate(add) }, words: `${add} of market value on top` };
  if (perUnit !== undefined)
    return { raise: { kind: "per-unit", cents: parseSignedDollars(perUnit) }, words: `at least ${perUnit} a unit` };
  assert(volatility !== undefined, "a rulebook is judged before it is read");
  const { multiple, days } = volatility;
  return {
    raise: { kind: "sigma", sigma: sigmaOf(volatility) },
    words: `at least ${multiple} standard deviations of ${days} ${days === 1 ? "session" : "sessions"}`,
  };
}

function sigmaOf({ multiple, days }: { readonly multiple: string; readonly days: number }): Sigma {
  return { multiple: Number(multiple), days };
}

function rangeOf({ range, volatility }: HouseSection["lossCapacity"][number]): LossRule["range"] {
  if (range !== undefined) return { down: parseRate(range.down), up: parseRate(range.up) };
  assert(volatility !== undefined, "a rulebook is judged before it is read");
  return sigmaOf(volatility);
}

/** No addition at all. */
export const NOTHING: Rate = rate(0, 1);

/** Whether the firm asks nothing beyond the rules. */
export function asksNothing(rules: HouseRules): boolean {
  const { rates, concentration, blockSize, liquidity, betaWeighted, lossCapacity } = rules;
  return [rates, concentration, blockSize, liquidity, betaWeighted, lossCapacity].every(({ length }) => length === 0);
}
