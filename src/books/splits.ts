/**
 * Splits of what is listed, from their announcement to the day on which they take effect. What accounts hold is moved by facts
 * of its own; here is what past prices and volumes are to be counted in.
 */
import { jsonSection, type Section, type SectionReader, type Stateful } from "../base/state.ts";
import type { FactOfKind } from "../facts/kinds.ts";

export type CorporateAction = FactOfKind<"corporate-action-announced" | "corporate-action-effective">;

/** `newUnits` come for `oldUnits`. */
export interface Split {
  readonly instrument: string;
  readonly newUnits: number;
  readonly oldUnits: number;
}

export class Splits implements Stateful {
  /** By the identifier of the action. */
  readonly #announced = new Map<string, Split>();

  /** Takes note of the fact; gives the split that takes effect by it, where one does. The newest announcement says all. */
  apply(fact: CorporateAction): Split | undefined {
    const { action } = fact;
    const before = this.#announced.get(action);
    this.#announced.delete(action);
    if (fact.kind === "corporate-action-effective") return before;
    const { type, instrument, newUnits, oldUnits } = fact;
    const isSplit = type === "split" || type === "reverse-split";
    if (isSplit && newUnits !== undefined && oldUnits !== undefined)
      this.#announced.set(action, { instrument, newUnits, oldUnits });
    return undefined;
  }

  sections(): Section[] {
    return [jsonSection("books.splits", [...this.#announced])];
  }

  restore(sections: SectionReader): void {
    this.#announced.clear();
    for (const [action, split] of sections.json("books.splits") as [string, Split][])
      this.#announced.set(action, split);
  }
}
