/**
 * The engine: one writer that admits facts, journals them, applies them, and says when they are durable. Everything else
 * about a running firm hangs on it.
 */
import { assert } from "../base/assert.ts";
import { Trouble } from "../base/errors.ts";
import type { Instant } from "../base/time.ts";
import type { Books } from "../books/books.ts";
import { FactEncoder } from "../facts/codec.ts";
import type { Fact } from "../facts/kinds.ts";
import { RecordWriter } from "../facts/records.ts";
import type { Journal } from "../journal/journal.ts";
import { admit } from "./admission.ts";
import type { FirmState } from "./firm-state.ts";

export interface Recorded {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export class Engine {
  readonly state: FirmState;
  readonly #journal: Journal;
  readonly #encoder: FactEncoder;
  readonly #writer = new RecordWriter();
  readonly #listeners = new Set<() => void>();
  #lastAppend: Promise<unknown> = Promise.resolve();
  #failure: Trouble | undefined;

  /** `state` stands at the journal's last fact: see `recover`. */
  constructor(journal: Journal, state: FirmState) {
    assert(state.seq === journal.lastSeq, "an engine starts where its journal ends");
    this.#journal = journal;
    this.state = state;
    this.#encoder = new FactEncoder(state.books.names);
  }

  get books(): Books {
    return this.state.books;
  }

  /** Sequence number of the last fact applied. */
  get seq(): number {
    return this.state.seq;
  }

  /** Sequence number of the last fact that is on disk. */
  get durableSeq(): number {
    return this.#journal.durableSeq;
  }

  get at(): Instant {
    return this.state.at;
  }

  /** Why no more facts are taken, where the journal failed. */
  get failure(): Trouble | undefined {
    return this.#failure;
  }

  /**
   * Records all facts or none, applies them in order, and resolves when they are durable. Throws `FactsRefused` with
   * every reason, or the journal's `Trouble`, after which the engine takes nothing more.
   */
  submit(facts: readonly Fact[]): Promise<Recorded> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    try {
      admit(this.state, facts);
    } catch (error) {
      return Promise.reject(error);
    }
    const namesBefore = this.books.names.size;
    this.#writer.reset();
    for (const fact of facts) this.#encoder.encode(fact, this.#writer);
    const seqBefore = this.seq;
    const recorded = this.submitRecords(this.#writer);
    if (this.seq === seqBefore) this.books.names.truncate(namesBefore);
    return recorded;
  }

  /**
   * The same for a producer that writes records itself, with this engine's names: a feed handler. What makes no sense to
   * the books is journaled and kept as a refusal. What the journal does not take (too much waits for the disk) is not applied.
   */
  submitRecords({ bytes, count }: RecordWriter): Promise<Recorded> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const firstSeq = this.seq + 1;
    const durable = this.#journal.append(bytes, count);
    this.#lastAppend = durable;
    if (this.#journal.lastSeq >= firstSeq) {
      this.state.applyBytes(bytes);
      for (const listener of this.#listeners) listener();
    }
    return durable.then(
      (lastSeq) => ({ firstSeq, lastSeq }),
      (error: unknown) => {
        if (error instanceof Trouble && error.code !== "table-full") this.#failure ??= error;
        throw error;
      },
    );
  }

  /** Resolves when every fact applied so far is durable; rejects where the journal fails. */
  async flushed(): Promise<void> {
    await this.#lastAppend;
  }

  /** A state of its own that equals this one: what a hypothetical fact is applied to. */
  branch(): FirmState {
    return this.state.branch();
  }

  /** Calls `listener` after facts were applied. Returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Makes everything durable and lets go of the journal. */
  close(): Promise<void> {
    return this.#journal.close();
  }
}
