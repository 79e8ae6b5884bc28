/**
 * Conflation of a fast feed: of each instrument and venue only the latest quote and the latest trade go on, at most once
 * per cadence. What is merged away is counted, never silently lost: a session's high and low, and the volume, are then
 * those of what went on. An irregular trade never displaces a regular one.
 *
 * Driven by `tick`, it reads no clock; what goes on keeps the order in which its latest version came.
 */
import { assert } from "../../base/assert.ts";
import type { Instant } from "../../base/time.ts";
import type { UnstampedFact } from "../../facts/kinds.ts";

/** What a feed says, before it is stamped with the time. */
export type Tick = Extract<UnstampedFact, { readonly kind: "quote" | "market-trade" }>;

export interface ConflatorOptions {
  /** Least milliseconds from one emission to the next. */
  readonly cadenceMs: number;
  /** Takes what goes on; never called with nothing. */
  readonly emit: (ticks: readonly Tick[]) => void;
}

export class Conflator {
  readonly #cadenceMicros: number;
  readonly #emit: ConflatorOptions["emit"];
  /** The latest by kind, instrument and venue, in the order in which they came. */
  readonly #pending = new Map<string, Tick>();
  #due = Number.NEGATIVE_INFINITY;
  #offered = 0;
  #emitted = 0;
  #merged = 0;

  constructor({ cadenceMs, emit }: ConflatorOptions) {
    assert(cadenceMs > 0, "a conflator's cadence is above zero");
    this.#cadenceMicros = cadenceMs * 1000;
    this.#emit = emit;
  }

  /** How many came in, went on, and were merged into a later one. offered = emitted + merged + pending. */
  get counts(): {
    readonly offered: number;
    readonly emitted: number;
    readonly merged: number;
    readonly pending: number;
  } {
    return { offered: this.#offered, emitted: this.#emitted, merged: this.#merged, pending: this.#pending.size };
  }

  offer(tick: Tick): void {
    this.#offered++;
    const key = `${tick.kind}\n${tick.instrument}\n${tick.venue ?? ""}`;
    const pending = this.#pending.get(key);
    if (pending !== undefined) {
      this.#merged++;
      if (isIrregular(tick) && !isIrregular(pending)) return;
      this.#pending.delete(key);
    }
    this.#pending.set(key, tick);
  }

  /** Time is now `now`: what is pending goes on if the cadence has passed since the last emission. */
  tick(now: Instant): void {
    if (now < this.#due || this.#pending.size === 0) return;
    this.#due = now + this.#cadenceMicros;
    this.flush();
  }

  /** What is pending goes on at once: at the end of a session, or of the feed. */
  flush(): void {
    if (this.#pending.size === 0) return;
    const ticks = [...this.#pending.values()];
    this.#pending.clear();
    this.#emitted += ticks.length;
    this.#emit(ticks);
  }
}

function isIrregular(tick: Tick): boolean {
  return tick.kind === "market-trade" && tick.irregular === true;
}
