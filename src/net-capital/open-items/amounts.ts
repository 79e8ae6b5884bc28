/** Charges that no price moves: an amount, charged or not as its age and its calls say. */
import { type Cents, excessOver, ZERO } from "../../base/money.ts";
import { parseDay } from "../../base/time.ts";
import { formatAge } from "./ages.ts";
import type { ChargeContext, Group, Inputs, ItemCharge } from "./charge.ts";
import { dollarsOf, dollarsOrNone, type OpenItem, required, sinceOf } from "./item.ts";
import type { AgedRules, CalledRules } from "./rules.ts";

/** The same amount at every price. */
export function fixedAmount(group: Group, paragraph: string, amount: Cents, inputs: Inputs): ItemCharge {
  return { security: undefined, group, paragraph, amountAt: () => amount, inputsAt: () => inputs };
}

/** An item on which nothing is charged now, and which needs no price therefore. */
export function uncharged(group: Group, paragraph: string, inputs: Inputs): ItemCharge {
  return fixedAmount(group, paragraph, ZERO, inputs);
}

/** The whole amount from an age on, and nothing before. */
export function agedAmount(
  group: Group,
  { paragraph, charged }: AgedRules,
  { ages }: ChargeContext,
  item: OpenItem,
  more: Inputs = {},
): ItemCharge {
  const since = sinceOf(item);
  const outstanding = dollarsOf(item, "amount");
  return fixedAmount(group, paragraph, ages.isReached(since, charged) ? outstanding : ZERO, {
    outstanding,
    ...more,
    age: ages.words(since, charged.unit),
    charged: formatAge(charged),
  });
}

/** Calls against an item that still reduce it, and how a line says so. */
export function freshCalls(
  item: OpenItem,
  { calls: stale }: CalledRules,
  { ages }: ChargeContext,
): { readonly calls: Cents; readonly inputs: Inputs } {
  const calls = dollarsOrNone(item, "calls");
  if (calls === 0) return { calls, inputs: {} };
  const since = parseDay(required(item, "callsSince"), "callsSince");
  const isStale = ages.isReached(since, stale);
  const age = `${ages.words(since, stale.unit)}${isStale ? ", too old to count" : ""}`;
  return { calls: isStale ? ZERO : calls, inputs: { calls, callsAge: age } };
}

/** What is missing, less what is held against it and less fresh calls. */
export function shortfall(
  group: Group,
  rules: CalledRules,
  context: ChargeContext,
  item: OpenItem,
  more: Inputs = {},
): ItemCharge {
  const needed = dollarsOf(item, "amount");
  const held = dollarsOrNone(item, "margin");
  const { calls, inputs } = freshCalls(item, rules, context);
  return fixedAmount(group, rules.paragraph, excessOver(excessOver(needed, held), calls), {
    needed,
    ...(held > 0 && { held }),
    ...inputs,
    ...more,
  });
}
