/**
 * How demands of the house raise the requirement of one name. Of those that ask for at least so much, the one that asks most
 * counts, the first of equals; what is asked on top comes on top of that, and is rounded once for all of it. A plain long
 * position is never required more than it is worth, and no requirement falls below the rule's.
 */
import { assertNever } from "../../base/assert.ts";
import { type Cents, subtract, toCents } from "../../base/money.ts";
import { portion, type Rate, rate } from "../../base/rate.ts";
import type { Demand } from "./house.ts";
import { NOTHING } from "./rules.ts";

/** What is raised. Cents without a sign. */
export interface Raised {
  /** What the rules require without the house. */
  readonly requirement: Cents;
  /** Of what rates are taken. */
  readonly value: Cents;
  /** What a requirement of at least a rate has beside it: the value of short options, which the rule's has inside. */
  readonly beside: Cents;
  /** The most that can be required; undefined: no such bound. */
  readonly most: Cents | undefined;
}

/** What one demand adds to the requirement. */
export interface Raising {
  readonly demand: Demand;
  readonly amount: Cents;
}

/** Of every demand that counts, what it adds: their sum is the requirement less the rule's. In the order of `demands`. */
export function raise(of: Raised, demands: readonly Demand[]): readonly Raising[] {
  if (demands.length === 0) return [];
  let required = raisedBy(of, demands, NOTHING);
  const raisings: Raising[] = [];
  if (required > of.requirement)
    raisings.push({ demand: greatestOf(of, demands), amount: subtract(required, of.requirement) });
  let onTop = NOTHING;
  for (const demand of demands) {
    if (demand.raise.kind !== "add") continue;
    onTop = sumOf(onTop, demand.raise.rate);
    const raised = raisedBy(of, demands, onTop);
    raisings.push({ demand, amount: subtract(raised, required) });
    required = raised;
  }
  return raisings;
}

/** The requirement with `onTop` of the value on top. */
function raisedBy(of: Raised, demands: readonly Demand[], onTop: Rate): Cents {
  let asked = of.requirement + portion(of.value, onTop);
  for (const demand of demands) asked = Math.max(asked, leastOf(of, demand, onTop));
  return toCents(Math.max(of.requirement, Math.min(of.most ?? asked, asked)));
}

/** Of the demands for at least so much, the first that asks most. */
function greatestOf(of: Raised, demands: readonly Demand[]): Demand {
  return demands.reduce((greatest, demand) =>
    leastOf(of, demand, NOTHING) > leastOf(of, greatest, NOTHING) ? demand : greatest,
  );
}

/** What a demand for at least so much comes to, with `onTop` of the value; nothing where it asks on top only. */
function leastOf(of: Raised, { raise: asked }: Demand, onTop: Rate): number {
  switch (asked.kind) {
    case "at-least":
      return of.beside + portion(of.value, sumOf(asked.rate, onTop));
    case "amount":
      return asked.cents + portion(of.value, onTop);
    case "add":
      return 0;
    default:
      return assertNever(asked);
  }
}

/** a + b. */
export function sumOf(a: Rate, b: Rate): Rate {
  if (a.numerator === 0) return b;
  if (b.numerator === 0) return a;
  return rate(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}
