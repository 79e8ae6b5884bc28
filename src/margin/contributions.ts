/**
 * What of a requirement comes from each group of an account, read from its lines: the largest parts of the tree that hold the
 * positions of one group alone. What groups have in common, such as a gain that may not offset another's loss, is nobody's.
 */
import type { Line } from "../base/line.ts";
import { add, type Cents, ZERO } from "../base/money.ts";

/** Cents by group, as `groupOf` names them: it knows the lines of positions, and of no others. */
export function contributionsOf<G>(
  lines: readonly Line[],
  groupOf: (node: Line) => G | undefined,
): ReadonlyMap<G, Cents> {
  const found = new Map<G, Cents>();
  for (const node of lines) {
    const groups = groupsUnder(node, groupOf);
    const [group] = groups;
    if (groups.size === 1) found.set(group, add(found.get(group) ?? ZERO, node.amount));
    else
      for (const [own, amount] of contributionsOf(node.children, groupOf)) {
        found.set(own, add(found.get(own) ?? ZERO, amount));
      }
  }
  return found;
}

function groupsUnder<G>(node: Line, groupOf: (node: Line) => G | undefined): Set<G> {
  const own = groupOf(node);
  const found = new Set<G>(own === undefined ? [] : [own]);
  for (const child of node.children) for (const group of groupsUnder(child, groupOf)) found.add(group);
  return found;
}
