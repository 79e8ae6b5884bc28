/**
 * The strategies of a pairing, in the order in which they are explained: with stock, boxes, spreads, straddles, then short
 * and long options by themselves. What is left of the stock is not among them.
 */
import type { Column } from "./columns.ts";
import { isLong } from "./columns.ts";
import type { Strategy, StrategyKind } from "./legs.ts";
import type { Paired } from "./pairing.ts";

const ORDER: readonly StrategyKind[] = [
  "conversion",
  "reversal",
  "collar",
  "covered-call",
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
    if (count === 0 || list[index].cut >= 0 || list[index].kind === "stock-both") continue;
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
  for (let leg = 0; leg < legs.length; leg++) {
    if (left[leg] === 0) continue;
    found.push({ kind: isLong(legs[leg]) ? "long" : "uncovered", legs: [leg], contracts: [left[leg]], stock: 0 });
  }
  return found.sort(
    (a, b) =>
      ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.legs[0] - b.legs[0] || (a.legs[1] ?? 0) - (b.legs[1] ?? 0),
  );
}

function counted({ kind, legs, stock }: Column, count: number): Strategy {
  return { kind, legs, contracts: legs.map(() => count), stock: stock * count };
}

function spreadOf(spread: readonly { readonly leg: number; readonly contracts: number }[]): Strategy {
  const inOrder = [...spread].sort((a, b) => a.leg - b.leg);
  const contracts = inOrder.map((one) => one.contracts);
  return { kind: "spread", legs: inOrder.map(({ leg }) => leg), contracts, stock: 0 };
}
