/**
 * What the schema of the section `house` cannot say: conditions that must compile, names that must be distinct, tiers that must
 * rise, and a rule that asks for one thing.
 */
import { parseRate, type Rate } from "../../base/rate.ts";
import { parseDay } from "../../base/time.ts";
import type { Problem } from "../../rulebook/problems.ts";
import { houseCode } from "./rules.ts";
import type { HouseSection } from "./rules-document.ts";
import { HOUSE_LANGUAGE } from "./variables.ts";

type Path = readonly (string | number)[];

const KINDS = ["rates", "concentration", "blockSize", "liquidity", "betaWeighted", "lossCapacity"] as const;

/** The line beside those of the house rules: what the rules require without them. */
const RULE_LINE = "rule";

interface AnyRule {
  readonly name: string;
  readonly when?: string;
  readonly from?: string;
  readonly until?: string;
}

/** Everything of this kind that is wrong with a section that fits the schema. */
export function judgeHouse(house: HouseSection): Problem[] {
  const rules = KINDS.flatMap((kind) =>
    house[kind].map((rule: AnyRule, index) => ({ rule, path: ["house", kind, index] as Path })),
  );
  const codes = rules.map(({ rule }) => houseCode(rule.name));
  return [
    ...rules.flatMap(({ rule, path }, index) => judgeRule(rule, path, codes.indexOf(codes[index]) !== index)),
    ...house.rates.flatMap((rule, index) => judgeRate(rule, ["house", "rates", index])),
    ...house.concentration.flatMap(({ tiers }, index) =>
      judgeTiers(tiers, ["house", "concentration", index, "tiers"], "above"),
    ),
    ...house.blockSize.flatMap(({ tiers }, index) => judgeBlocks(tiers, ["house", "blockSize", index, "tiers"])),
    ...house.liquidity.flatMap(({ tiers }, index) =>
      judgeTiers(tiers, ["house", "liquidity", index, "tiers"], "longerThan"),
    ),
    ...house.lossCapacity.flatMap(({ range, volatility }, index): Problem[] => {
      const path = ["house", "lossCapacity", index];
      return [...judgeOne({ range, volatility }, path), ...judgeMultiple(volatility, path)];
    }),
  ];
}

function judgeRule({ name, when, from, until }: AnyRule, path: Path, isTwice: boolean): Problem[] {
  const problems: Problem[] = [];
  if (isTwice) problems.push(bad([...path, "name"], "stands there twice", name, "another one"));
  if (houseCode(name) === "")
    problems.push(bad([...path, "name"], "has no letter or digit", name, "a name for people"));
  if (houseCode(name) === RULE_LINE)
    problems.push(bad([...path, "name"], "is how what the rules require is called", name, "another one"));
  if (when !== undefined) {
    const compiled = HOUSE_LANGUAGE.compile(when);
    if ("summary" in compiled) problems.push({ code: "bad-value", path: [...path, "when"], ...compiled });
  }
  if (from !== undefined && until !== undefined && parseDay(until) < parseDay(from))
    problems.push(bad([...path, "until"], "is before its first day", until, `a day from ${from} on`));
  return problems;
}

function judgeRate(rule: HouseSection["rates"][number], path: Path): Problem[] {
  const { atLeast, add, perUnit, volatility, below, side, options } = rule;
  const problems = [...judgeOne({ atLeast, add, perUnit, volatility }, path), ...judgeMultiple(volatility, path)];
  if (below !== undefined && side !== "long") {
    const why = "is for long positions only: what a short costs must not fall as its price rises";
    problems.push(bad([...path, "below"], why, below, "side: long, or perUnit for shorts"));
  }
  if (options === true && atLeast === undefined && volatility === undefined)
    problems.push(bad([...path, "options"], "needs a rate to move by", options, "atLeast or volatility beside it"));
  return problems;
}

function judgeMultiple(sigma: { readonly multiple: string } | undefined, path: Path): Problem[] {
  if (sigma === undefined || (/^\d+(\.\d+)?$/.test(sigma.multiple) && Number(sigma.multiple) > 0)) return [];
  const expected = 'a number above zero in quotes, such as "3" or "2.5"';
  return [bad([...path, "volatility", "multiple"], "is not a number of standard deviations", sigma.multiple, expected)];
}

/** Exactly one of these fields must be given. */
function judgeOne(fields: Readonly<Record<string, unknown>>, path: Path): Problem[] {
  const names = Object.keys(fields);
  const given = names.filter((name) => fields[name] !== undefined);
  if (given.length === 1) return [];
  return [
    {
      code: given.length === 0 ? "missing-field" : "bad-value",
      path,
      summary: given.length === 0 ? "asks for nothing" : `asks for ${given.join(" and ")}`,
      expected: `one of ${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`,
    },
  ];
}

interface RaisedTier {
  readonly atLeast?: string;
  readonly add?: string;
  readonly above?: string;
  readonly longerThan?: number;
}

function judgeTiers(tiers: readonly RaisedTier[], path: Path, field: "above" | "longerThan"): Problem[] {
  const bound = (tier: RaisedTier): string | number | undefined => tier[field];
  const height = (tier: RaisedTier): number => {
    const value = bound(tier);
    return typeof value === "number" ? value : ratioOf(parseRate(value));
  };
  return tiers.flatMap((tier, index) => {
    const problems = judgeOne({ atLeast: tier.atLeast, add: tier.add }, [...path, index]);
    if (index > 0 && height(tiers[index - 1]) >= height(tier)) {
      const before = String(bound(tiers[index - 1]));
      problems.push(bad([...path, index, field], "does not rise", bound(tier), `more than ${before}`));
    }
    return problems;
  });
}

function judgeBlocks(tiers: HouseSection["blockSize"][number]["tiers"], path: Path): Problem[] {
  return tiers.flatMap((tier, index) => {
    const problems = judgeOne({ atLeast: tier.atLeast, add: tier.add }, [...path, index]);
    if (tier.outstanding === undefined && tier.weeklyVolume === undefined) {
      const expected = "outstanding, weeklyVolume or both";
      problems.push({ code: "missing-field", path: [...path, index], summary: "begins nowhere", expected });
    }
    for (const field of ["outstanding", "weeklyVolume"] as const) {
      const before = index === 0 ? undefined : tiers[index - 1][field];
      const own = tier[field];
      if (own !== undefined && before !== undefined && ratioOf(parseRate(before)) >= ratioOf(parseRate(own)))
        problems.push(bad([...path, index, field], "does not rise", own, `more than ${before}`));
    }
    return problems;
  });
}

function ratioOf({ numerator, denominator }: Rate): number {
  return numerator / denominator;
}

function bad(path: Path, summary: string, value: unknown, expected: string): Problem {
  return { code: "bad-value", path, summary, value, expected };
}
