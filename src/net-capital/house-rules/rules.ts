/**
 * The section `houseRules` of the net-capital rulebook: what the firm takes beyond the rule, each a condition and what it
 * adds to the haircut of every position for which the condition holds.
 */
import { type Static, Type } from "typebox";
import { assert } from "../../base/assert.ts";
import type { Cents } from "../../base/money.ts";
import { parseRate, type Rate } from "../../base/rate.ts";
import { Condition } from "../../rulebook/conditions/condition.ts";
import type { Problem } from "../../rulebook/problems.ts";
import { closed, dollarsTerm, parseSignedDollars, portionTerm, textTerm } from "../../rulebook/terms.ts";
import { HOUSE_LANGUAGE, type HouseVariables } from "./variables.ts";

const houseRuleSchema = closed({
  name: textTerm("Its name, once in the rulebook."),
  when: textTerm("The condition: an expression over instrument, position and firm."),
  add: closed(
    {
      rate: Type.Optional(portionTerm("So much of market value, beside the haircut.")),
      dollars: Type.Optional(dollarsTerm("So many dollars for each position, beside the haircut.")),
      atLeast: Type.Optional(portionTerm("What the haircut lacks of this share of market value.")),
    },
    "What it adds: rate, dollars or atLeast.",
  ),
  paragraph: textTerm("The firm's policy, or a paragraph of law."),
  meaning: textTerm("What it is for."),
});

export const houseRulesSchema = Type.Array(houseRuleSchema, {
  description: "What the firm takes beyond the rule; an empty list where it takes nothing.",
});
type HouseRulesSection = Static<typeof houseRulesSchema>;

export type Addition =
  | { readonly kind: "rate" | "at-least"; readonly rate: Rate }
  | { readonly kind: "dollars"; readonly dollars: Cents };

export interface HouseRule {
  readonly name: string;
  /** Stable, for programs: "haircuts/house-rules/leveraged-funds". */
  readonly code: string;
  readonly when: Condition<HouseVariables>;
  readonly add: Addition;
  /** The addition as it is written: "5% of market value". */
  readonly addition: string;
  readonly paragraph: string;
  readonly meaning: string;
}

/** The rules of a section that was judged. */
export function houseRulesOf(section: HouseRulesSection): readonly HouseRule[] {
  return section.map(({ name, when, add, paragraph, meaning }) => {
    const compiled = HOUSE_LANGUAGE.compile(when);
    assert(compiled instanceof Condition, "a rulebook is judged before it is read");
    return { name, code: codeOf(name), when: compiled, ...additionOf(add), paragraph, meaning };
  });
}

function codeOf(name: string): string {
  return `haircuts/house-rules/${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
}

function additionOf({ rate, dollars, atLeast }: HouseRulesSection[number]["add"]): Pick<HouseRule, "add" | "addition"> {
  if (rate !== undefined) return { add: { kind: "rate", rate: parseRate(rate) }, addition: `${rate} of market value` };
  if (dollars !== undefined)
    return { add: { kind: "dollars", dollars: parseSignedDollars(dollars) }, addition: `${dollars} a position` };
  return { add: { kind: "at-least", rate: parseRate(atLeast) }, addition: `at least ${atLeast} of market value` };
}

/** What is wrong with the section beyond its schema. */
export function judgeHouseRules(section: HouseRulesSection): Problem[] {
  const codes = section.map(({ name }) => codeOf(name));
  return section.flatMap(({ name, when, add }, index): Problem[] => {
    const path = ["houseRules", index];
    const problems: Problem[] = [];
    if (codes.indexOf(codes[index]) !== index) {
      problems.push({
        code: "bad-value",
        path: [...path, "name"],
        summary: "stands there twice",
        value: name,
        expected: "another one",
      });
    }
    const compiled = HOUSE_LANGUAGE.compile(when);
    if ("summary" in compiled) problems.push({ code: "bad-value", path: [...path, "when"], ...compiled });
    const given = Object.keys(add);
    if (given.length !== 1) {
      problems.push({
        code: given.length === 0 ? "missing-field" : "bad-value",
        path: [...path, "add"],
        summary: given.length === 0 ? "says nothing" : `says ${given.join(" and ")}`,
        expected: "one of rate, dollars and atLeast",
      });
    }
    return problems;
  });
}
