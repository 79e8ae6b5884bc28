/** The parts of the computation, in the order in which their lines stand: from scratch, and kept by deltas. */
import type { Day } from "../base/time.ts";
import type { NetCapitalBooks } from "./inputs.ts";
import type { PartAnswer, RunningPart } from "./part.ts";
import type { NetCapitalRules } from "./rules.ts";

/** What every part says, from the books alone. */
export function partsFromBooks(_books: NetCapitalBooks, _rules: NetCapitalRules, _asOf: Day): readonly PartAnswer[] {
  return [];
}

/** Every part, to be told of what happens. */
export function runningParts(_books: NetCapitalBooks): readonly RunningPart[] {
  return [];
}
