/** Books under stress, from a book document: the shipped rules, and the shipped scenarios. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { type MarginRules, readMarginRules } from "../../src/margin/rules.ts";
import { readBookDocument, rulebookFor } from "../../src/net-capital/book-document.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
import { readNetCapitalRules } from "../../src/net-capital/rules.ts";
import { marginJudge } from "../../src/stress/accounts.ts";
import { readStressRules, type StressRules } from "../../src/stress/rules.ts";
import { Stress } from "../../src/stress/stress.ts";

const ROOT = join(import.meta.dirname, "../..");

export function shipped(name: string): string {
  return readFileSync(join(ROOT, "rulebooks", `${name}.yaml`), "utf8");
}

export function example(name: string): string {
  return readFileSync(join(ROOT, "docs/examples/stress", `${name}.yaml`), "utf8");
}

export const MARGIN: MarginRules = readMarginRules(shipped("margin"));
export const SCENARIOS: StressRules = readStressRules(shipped("stress"));

export interface Subject {
  readonly state: FirmState;
  readonly stress: Stress;
}

/** The document's firm, ready for scenarios. */
export function subjectOf(text: string, rules: StressRules = SCENARIOS): Subject {
  const document = readBookDocument(text);
  const netCapital = rulebookFor(document, shipped("net-capital"));
  const state = new FirmState();
  applyHypothetical(state, documentToFacts(document));
  return { state, stress: stressOf(state, netCapital, rules) };
}

function stressOf({ books }: FirmState, netCapital: string, rules: StressRules): Stress {
  const judge = marginJudge(MARGIN, books.settlement.openedDay);
  return new Stress({ books, judge, netCapitalRules: readNetCapitalRules(netCapital), rules });
}
