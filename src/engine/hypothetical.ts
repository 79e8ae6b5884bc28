/**
 * Facts that no journal holds, applied to a state that is nobody's truth: a branch for a what-if, the books of a document.
 * They are admitted and applied exactly as real ones are.
 */
import { FactEncoder } from "../facts/codec.ts";
import type { Fact } from "../facts/kinds.ts";
import { RecordWriter } from "../facts/records.ts";
import { admit, FactsRefused } from "./admission.ts";
import type { FirmState } from "./firm-state.ts";

/** Applies the facts in order. Throws `FactsRefused` at the first that is impossible, with those before it applied. */
export function applyHypothetical(state: FirmState, facts: readonly Fact[]): void {
  const encoder = new FactEncoder(state.books.names);
  const writer = new RecordWriter();
  for (const [index, fact] of facts.entries()) {
    try {
      admit(state, [fact]);
    } catch (error) {
      if (!(error instanceof FactsRefused)) throw error;
      throw new FactsRefused(error.troubles.map((trouble) => ({ ...trouble, index })));
    }
    writer.reset();
    encoder.encode(fact, writer);
    state.applyBytes(writer.bytes);
  }
}
