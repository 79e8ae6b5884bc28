/** Books under stress, from a book document: the shipped rules, and the shipped scenarios. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { FirmState } from "../../src/engine/firm-state.ts";
import { applyHypothetical } from "../../src/engine/hypothetical.ts";
import { type MarginRules, readMarginRules } from "../../src/margin/rules.ts";
import { readBookDocument, rulebookFor } from "../../src/net-capital/book-document.ts";
import { documentToFacts } from "../../src/net-capital/book-document-import.ts";
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
  const rulebook = rulebookFor(document, shipped("net-capital"));
  const { version, effective } = parse(rulebook) as { version: string; effective: string };
  const state = new FirmState();
  applyHypothetical(state, [
    ...documentToFacts(document),
    {
      kind: "rulebook-activated",
      at: `${document.asOf}T12:00:00Z`,
      rulebook: "net-capital",
      version,
      effective,
      document: rulebook,
      approvedBy: "file",
      secondApproval: "test",
    },
  ]);
  return { state, stress: new Stress({ books: state.books, margin: MARGIN, rules }) };
}
