/**
 * How state is written to a snapshot, read back, and hashed. Every store lists its sections (a name and bytes) in a fixed
 * order; a snapshot is those sections, and the state hash is the hash of them, so that live, replayed and restored state
 * can be compared.
 */
import { createHash } from "node:crypto";
import { Trouble } from "./errors.ts";

export interface Section {
  readonly name: string;
  /** A view, not a copy: valid until the store next changes. */
  readonly bytes: Uint8Array;
  /** True for what follows from other sections (an index): stored to restore fast, but no part of the state hash. */
  readonly derived?: true;
}

/** A store of state. `restore` is given exactly what `sections` gave, and leaves the store equal to the one that gave it. */
export interface Stateful {
  sections(): Section[];
  restore(sections: SectionReader): void;
}

export class SectionReader {
  readonly #sections: ReadonlyMap<string, Uint8Array>;

  constructor(sections: Iterable<Section>) {
    this.#sections = new Map(Array.from(sections, ({ name, bytes }) => [name, bytes]));
  }

  bytes(name: string): Uint8Array {
    const bytes = this.#sections.get(name);
    if (bytes === undefined) throw new Trouble("snapshot-unusable", `section ${name} is missing`);
    return bytes;
  }

  json(name: string): unknown {
    return JSON.parse(Buffer.from(this.bytes(name)).toString("utf8"));
  }
}

export function jsonSection(name: string, value: unknown): Section {
  return { name, bytes: Buffer.from(JSON.stringify(value), "utf8") };
}

export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** SHA-256, in hexadecimal, over the names, lengths and bytes of all sections in order, derived ones left out. */
export function hashSections(sections: Iterable<Section>): string {
  const hash = createHash("sha256");
  for (const { name, bytes, derived } of sections) {
    if (derived) continue;
    hash.update(`${name}:${bytes.byteLength}\n`);
    hash.update(bytes);
  }
  return hash.digest("hex");
}
