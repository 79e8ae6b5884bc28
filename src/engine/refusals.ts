/**
 * Facts that the journal holds and the books could not take: kept with their sequence number and reason, because a fact is
 * never lost and never half applied. Admission sees to it that there are none; a producer that goes around it can make some.
 */
import type { ErrorCode, Trouble } from "../base/errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";

export interface Refusal {
  readonly seq: number;
  readonly kind: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** As many are kept in full; beyond them only the count grows. */
const KEPT_MAX = 1000;

export class Refusals implements Stateful {
  #count = 0;
  #kept: Refusal[] = [];

  get count(): number {
    return this.#count;
  }

  /** The first thousand. */
  get kept(): readonly Refusal[] {
    return this.#kept;
  }

  add(seq: number, kind: string, { code, message }: Trouble): void {
    this.#count++;
    if (this.#kept.length < KEPT_MAX) this.#kept.push({ seq, kind, code, message });
  }

  sections(): Section[] {
    return [jsonSection("refusals", { count: this.#count, kept: this.#kept })];
  }

  restore(sections: SectionReader): void {
    const { count, kept } = sections.json("refusals") as { count: number; kept: Refusal[] };
    this.#count = count;
    this.#kept = kept;
  }
}
