/** A journal in memory: for tests, what-if and the calculators. Durable means: there as long as the process is. */
import { assert } from "../base/assert.ts";
import { follow, Listeners } from "./follow.ts";
import type { Frame, Journal } from "./journal.ts";
import { countRecords, dropRecords } from "./records.ts";

function lastSeqOf({ firstSeq, count }: Frame): number {
  return firstSeq + count - 1;
}

function cut(frame: Frame, fromSeq: number): Frame {
  const dropped = fromSeq - frame.firstSeq;
  if (dropped <= 0) return frame;
  return { firstSeq: fromSeq, count: frame.count - dropped, bytes: dropRecords(frame.bytes, dropped) };
}

export class MemoryJournal implements Journal {
  readonly #frames: Frame[] = [];
  readonly #listeners = new Listeners();
  #lastSeq = 0;
  #closed = false;

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get durableSeq(): number {
    return this.#lastSeq;
  }

  append(records: Uint8Array, count: number): Promise<number> {
    assert(!this.#closed, "a closed journal takes no records");
    assert(count > 0 && countRecords(records) === count, "an append is one or more whole records, as many as it says");
    this.#frames.push({ firstSeq: this.#lastSeq + 1, count, bytes: new Uint8Array(records) });
    this.#lastSeq += count;
    this.#listeners.tell();
    return Promise.resolve(this.#lastSeq);
  }

  read(fromSeq: number): Iterable<Frame> {
    const start = this.#indexOf(fromSeq);
    return this.#frames.slice(start).map((frame) => cut(frame, fromSeq));
  }

  follow(fromSeq: number, signal: AbortSignal): AsyncIterable<Frame> {
    let seq = fromSeq;
    const next = (): Frame | undefined => {
      const frame = this.#frames.at(this.#indexOf(seq));
      if (frame === undefined || lastSeqOf(frame) < seq) return undefined;
      const rest = cut(frame, seq);
      seq = lastSeqOf(frame) + 1;
      return rest;
    };
    return follow({ next, subscribe: (listener) => this.#listeners.add(listener), close: () => undefined }, signal);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** The frame that holds `seq`, or the number of frames. */
  #indexOf(seq: number): number {
    let low = 0;
    let high = this.#frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lastSeqOf(this.#frames[middle]) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
