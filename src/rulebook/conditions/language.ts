/**
 * CEL as rulebooks use it: its types, the values that stand for ours, and the few functions there are. Every number is a
 * double, so that 2 and 2.0 are the same; amounts, rates and days are types of their own and compare with their like only.
 */
import { Environment } from "@marcbachmann/cel-js";
import { add, type Cents, subtract } from "../../base/money.ts";
import { parseRate, portion, type Rate } from "../../base/rate.ts";
import { type Day, parseDay } from "../../base/time.ts";
import { parseSignedDollars } from "../terms.ts";
import type { ConditionType } from "./variables.ts";

/** Steps of one condition, how deep they nest, and entries of a list in it: what bounds the cost of deciding it. */
const LIMITS = { maxAstNodes: 200, maxDepth: 30, maxListElements: 100, maxMapEntries: 10, maxCallArguments: 2 };

/** CEL tells values apart by their class. */
class DollarsValue {
  readonly cents: Cents;
  constructor(cents: Cents) {
    this.cents = cents;
  }
}

class RateValue {
  readonly rate: Rate;
  constructor(rate: Rate) {
    this.rate = rate;
  }
}

class DayValue {
  readonly day: Day;
  constructor(day: Day) {
    this.day = day;
  }
}

/** How a literal of each type of ours is written: `dollars("$250,000")`. */
export const LITERALS: Readonly<Record<string, (text: string) => object>> = {
  dollars: (text) => new DollarsValue(parseSignedDollars(text)),
  rate: (text) => new RateValue(parseRate(text)),
  day: (text) => new DayValue(parseDay(text)),
};

/** The name that CEL has for each type. */
export const CEL_TYPES: Readonly<Record<ConditionType, string>> = {
  text: "string",
  flag: "bool",
  number: "double",
  dollars: "dollars",
  rate: "rate",
  day: "day",
};

/** A value of ours as CEL holds it. */
export function celValue(type: ConditionType, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (type === "dollars") return new DollarsValue(value as Cents);
  if (type === "rate") return new RateValue(value as Rate);
  return type === "day" ? new DayValue(value as Day) : value;
}

/** CEL without any variable. */
export function bareEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS });
  environment.registerType("dollars", { ctor: DollarsValue, fields: {} });
  environment.registerType("rate", { ctor: RateValue, fields: {} });
  environment.registerType("day", { ctor: DayValue, fields: {} });
  for (const [name, read] of Object.entries(LITERALS)) {
    // A literal is read once: only those that stand in a compiled condition ever come here.
    const known = new Map<string, object>();
    environment.registerFunction(`${name}(string): ${name}`, (text: string) => {
      const value = known.get(text) ?? read(text);
      known.set(text, value);
      return value;
    });
  }
  registerOrder(environment, "dollars", (a: DollarsValue, b: DollarsValue) => a.cents - b.cents);
  registerOrder(environment, "day", (a: DayValue, b: DayValue) => a.day - b.day);
  registerOrder(environment, "rate", ({ rate: a }: RateValue, { rate: b }: RateValue) => {
    const difference = BigInt(a.numerator) * BigInt(b.denominator) - BigInt(b.numerator) * BigInt(a.denominator);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  });
  const plus = (a: DollarsValue, b: DollarsValue): DollarsValue => new DollarsValue(add(a.cents, b.cents));
  const minus = (a: DollarsValue, b: DollarsValue): DollarsValue => new DollarsValue(subtract(a.cents, b.cents));
  const share = ({ rate }: RateValue, { cents }: DollarsValue): DollarsValue => new DollarsValue(portion(cents, rate));
  environment.registerOperator("dollars + dollars: dollars", plus);
  environment.registerOperator("dollars - dollars: dollars", minus);
  environment.registerOperator("rate * dollars: dollars", share);
  environment.registerOperator("dollars * rate: dollars", (amount: DollarsValue, by: RateValue) => share(by, amount));
  return environment;
}

/** Everything that puts two values of a type in order; `difference` is below zero where the first is the lesser. */
function registerOrder<T>(environment: Environment, type: string, difference: (a: T, b: T) => number): void {
  environment.registerOperator(`${type} == ${type}`, (a: T, b: T) => difference(a, b) === 0);
  environment.registerOperator(`${type} < ${type}`, (a: T, b: T) => difference(a, b) < 0);
  environment.registerOperator(`${type} <= ${type}`, (a: T, b: T) => difference(a, b) <= 0);
  environment.registerOperator(`${type} > ${type}`, (a: T, b: T) => difference(a, b) > 0);
  environment.registerOperator(`${type} >= ${type}`, (a: T, b: T) => difference(a, b) >= 0);
}
