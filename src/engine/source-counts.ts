/** How many facts each source has told: what a feed is asked to go on from after a restart. */
import { type Names, NO_NAME } from "../base/names.ts";
import { bytesOf, type Section, type SectionReader, type Stateful } from "../base/state.ts";

export class SourceCounts implements Stateful {
  /** By the number of the source's name. */
  #counts = new Float64Array(16);

  count(source: number): void {
    if (source === NO_NAME) return;
    if (source >= this.#counts.length) {
      const grown = new Float64Array(Math.max(source + 1, this.#counts.length * 2));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    this.#counts[source]++;
  }

  /** Facts that the source with this name has told. */
  of(source: string, names: Names): number {
    const id = names.find(source);
    return id === undefined || id >= this.#counts.length ? 0 : this.#counts[id];
  }

  sections(): Section[] {
    return [{ name: "engine.sources", bytes: bytesOf(this.#counts) }];
  }

  restore(sections: SectionReader): void {
    const bytes = sections.bytes("engine.sources");
    this.#counts = new Float64Array(bytes.byteLength / 8);
    bytesOf(this.#counts).set(bytes);
  }
}
