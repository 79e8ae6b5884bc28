/** The parts of the computation, in the order in which their lines stand: from scratch, and kept by deltas. */
import type { Day } from "../base/time.ts";
import { capitalPart, RunningCapital } from "./capital/part.ts";
import { type Holdings, leftOf } from "./claims.ts";
import { commoditiesPart, RunningCommodities } from "./commodities/part.ts";
import { hedgesPart, RunningHedges } from "./hedges/part.ts";
import { houseRulesFromBooks } from "./house-rules/part.ts";
import { RunningHouseRules } from "./house-rules/running.ts";
import type { NetCapitalBooks } from "./inputs.ts";
import { type MarginCharges, marginChargesPart, RunningMarginCharges, type SaidCharges } from "./margin-charges.ts";
import { openItemsFromBooks, RunningOpenItems } from "./open-items/open-items.ts";
import { optionsFromBooks, RunningOptions } from "./options/part.ts";
import type { PartAnswer, RunningPart } from "./part.ts";
import type { NetCapitalRules } from "./rules.ts";
import type { RunningPositions } from "./running-positions.ts";

/** From scratch: `left` is what the firm holds, less what earlier parts claim; `charges` are those of margin. */
type Part = (
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  asOf: Day,
  left: Holdings,
  charges: SaidCharges,
) => PartAnswer;

// The house rules come first: they look at whole positions, before any part claims of them.
const PARTS: readonly Part[] = [
  houseRulesFromBooks,
  optionsFromBooks,
  (books, rules, asOf, _left, charges) => openItemsFromBooks(books, rules, asOf, charges),
  (books, _rules, _asOf, _left, charges) => marginChargesPart(books, charges),
  capitalPart,
  hedgesPart,
  commoditiesPart,
];

/** What every part says, from the books alone, and what all of them leave of the positions `held`. */
export function partsFromBooks(
  books: NetCapitalBooks,
  rules: NetCapitalRules,
  asOf: Day,
  held: Holdings,
  charges: SaidCharges,
): { readonly parts: readonly PartAnswer[]; readonly left: Holdings } {
  const parts: PartAnswer[] = [];
  let left = held;
  for (const part of PARTS) {
    const answer = part(books, rules, asOf, left, charges);
    parts.push(answer);
    left = leftOf(left, answer.claims);
  }
  return { parts, left };
}

/** Every part, to be told of what happens. They claim in this order. */
export function runningParts(
  books: NetCapitalBooks,
  positions: RunningPositions,
  charges: MarginCharges,
): readonly RunningPart[] {
  return [
    new RunningHouseRules(books, positions),
    new RunningOptions(books, positions),
    new RunningOpenItems(books, positions, charges),
    new RunningMarginCharges(books, charges),
    new RunningCapital(books),
    new RunningHedges(books, positions),
    new RunningCommodities(books, positions),
  ];
}
