/** Identifiers as small numbers: every name that a fact uses is given the next number the first time it is met. */
import { Trouble } from "./errors.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "./state.ts";

/** Marks an absent name. */
export const NO_NAME = 0xffff_ffff;

export class Names implements Stateful {
  readonly #texts: string[] = [];
  readonly #ids = new Map<string, number>();

  get size(): number {
    return this.#texts.length;
  }

  /** The number of a name, or undefined where it has never been met. */
  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  /** The number of a name, given now if it is new. Only the journal's order of facts may decide when this is called. */
  intern(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#texts.push(text);
    this.#ids.set(text, id);
    return id;
  }

  /** Forgets every name from number `size` on: undoes what a refused batch interned. */
  truncate(size: number): void {
    for (const text of this.#texts.splice(size)) this.#ids.delete(text);
  }

  /** The text of a name; "" for `NO_NAME`. */
  text(id: number): string {
    if (id === NO_NAME) return "";
    const text = this.#texts[id];
    if (text === undefined) throw new Trouble("bad-value", "no such name", { field: "name", value: id });
    return text;
  }

  sections(): Section[] {
    return [jsonSection("names", this.#texts)];
  }

  restore(sections: SectionReader): void {
    this.#texts.length = 0;
    this.#ids.clear();
    for (const text of sections.json("names") as string[]) this.intern(text);
  }
}
