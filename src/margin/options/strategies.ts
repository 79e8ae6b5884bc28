/**
 * The strategies of a pairing, in the order in which they are explained: with stock, boxes, spreads, straddles, then short
 * and long options by themselves. What is left of the stock is not among them.
 */
import { assert } from "../../base/assert.ts";
import { type Column, type Columns, isLong } from "./columns.ts";
import { bySide } from "./costs.ts";
import type { Strategy, StrategyKind } from "./legs.ts";
import type { Paired } from "./pairing.ts";

const ORDER: readonly StrategyKind[] = [
  "conversion",
  "reversal",
  "collar",
  "covered-call",
  "exchange-covered-call",
  "protected-option",
  "covered-put",
  "protective-put",
  "protective-call",
  "long-box",
  "spread",
  "straddle",
  "uncovered",
  "long",
];

/** Every contract is in exactly one of them. */
export function strategiesOf({ columns, counts }: Paired): readonly Strategy[] {
  const { legs, list, cuts } = columns;
  const left = legs.map(({ contracts }) => Math.abs(contracts));
  const found: Strategy[] = [];
  for (let index = 0; index < list.length; index++) {
    const count = counts[index];
    const { kind, cut } = list[index];
    if (count === 0 || cut >= 0 || kind === "stock-both" || kind === "straddle") continue;
    found.push(counted(list[index], count));
    for (const leg of list[index].legs) left[leg] -= count;
  }
  for (const { members } of cuts) {
    const inIt = members.filter((column) => counts[column] > 0);
    if (inIt.length === 0) continue;
    const spread = inIt.map((column) => ({ leg: list[column].legs[0], contracts: counts[column] }));
    found.push(spreadOf(spread));
    for (const { leg, contracts } of spread) left[leg] -= contracts;
  }
  found.push(...straddlesOf(columns, counts, left));
  for (let leg = 0; leg < legs.length; leg++) {
    if (left[leg] === 0 || legs[leg].covers !== undefined) continue;
    found.push({ kind: isLong(legs[leg]) ? "long" : "uncovered", legs: [leg], contracts: [left[leg]], stock: 0 });
  }
  return found.sort(
    (a, b) =>
      ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.legs[0] - b.legs[0] || (a.legs[1] ?? 0) - (b.legs[1] ?? 0),
  );
}

/**
 * Finds each lesser side of a straddle another: the greatest first, because what can serve it can serve all others. Takes both
 * from what is left.
 */
function straddlesOf({ list, legs }: Columns, counts: Float64Array, left: number[]): readonly Strategy[] {
  const lesser = list.flatMap(({ kind, legs: [leg] }, column) =>
    kind === "straddle" && counts[column] > 0 ? [{ leg, count: counts[column] }] : [],
  );
  for (const { leg, count } of lesser) left[leg] -= count;
  lesser.sort((a, b) => -bySide(legs[a.leg], legs[b.leg]) || a.leg - b.leg);
  const found: Strategy[] = [];
  for (const one of lesser) {
    let { count } = one;
    const { isCall, kind } = legs[one.leg];
    for (let other = 0; other < legs.length && count > 0; other++) {
      if (isLong(legs[other]) || legs[other].isCall === isCall || legs[other].kind !== kind) continue;
      if (left[other] === 0 || bySide(legs[one.leg], legs[other]) > 0) continue;
      const taken = Math.min(count, left[other]);
      left[other] -= taken;
      count -= taken;
      const pair = isCall ? [one.leg, other] : [other, one.leg];
      found.push({ kind: "straddle", legs: pair, contracts: [taken, taken], stock: 0 });
    }
    assert(count === 0, "each lesser side of a straddle has another");
  }
  return found;
}

function counted({ kind, legs, stock }: Column, count: number): Strategy {
  return { kind, legs, contracts: legs.map(() => count), stock: stock * count };
}

function spreadOf(spread: readonly { readonly leg: number; readonly contracts: number }[]): Strategy {
  const inOrder = [...spread].sort((a, b) => a.leg - b.leg);
  const contracts = inOrder.map((one) => one.contracts);
  return { kind: "spread", legs: inOrder.map(({ leg }) => leg), contracts, stock: 0 };
}
