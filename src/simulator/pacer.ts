/**
 * Turns the day's time into real time: hands out the facts of the day in batches as they fall due, at so many seconds of
 * the day for each real second. The only place of the simulator with a clock and timers.
 *
 * A reader that is slower than the day is never flooded: a batch has a named limit, and what is still due comes in the
 * next one, at once. Facts of its own that the reader adds between two batches are stamped with `simTime`, which is the
 * time up to which the day has been handed out: then all facts together stay in order of time.
 */
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { Trouble } from "../base/errors.ts";
import type { Instant } from "../base/time.ts";
import type { Fact } from "../facts/kinds.ts";

/** The most facts of one batch. */
export const BATCH_FACTS_MAX = 4096;
/** How often the clock is looked at while nothing is due, in real milliseconds. */
const TICK_MS = 20;
const MICROS_PER_MS = 1000;
const MICROS_PER_SECOND = 1_000_000;

/** Facts by number, in order of time: the demo's day, or the script of a drill. */
export interface PacedFacts {
  readonly size: number;
  at(index: number): Instant;
  fact(index: number): Fact;
}

export type Speed = number | "max";

export interface PacedBatch {
  readonly facts: readonly Fact[];
  /** Everything of the day up to this instant has been handed out. */
  readonly untilSimTime: Instant;
}

export interface PacerOptions {
  readonly day: PacedFacts;
  /** Seconds of the day for each real second, or as fast as the reader reads. */
  readonly speed: Speed;
  /** Where nothing is due for longer than so many seconds of the day (a night), it passes at once. */
  readonly longestWait?: number;
  /** The number of the first fact to hand out: to resume after an instant, `day.indexAfter(instant)`. */
  readonly from?: number;
  /** Ends the iteration, without an error, at the latest after one tick. */
  readonly signal?: AbortSignal;
}

export class Pacer implements AsyncIterable<PacedBatch> {
  readonly #day: PacedFacts;
  readonly #longestWait: number;
  readonly #signal: AbortSignal | undefined;
  #speed: Speed;
  #paused = false;
  #next: number;
  /** A real and a simulated time that belong together; moved when the speed changes. */
  #anchorMs = Number.NaN;
  #anchorSim: number;

  constructor({ day, speed, longestWait = Number.POSITIVE_INFINITY, from = 0, signal }: PacerOptions) {
    this.#day = day;
    this.#longestWait = longestWait * MICROS_PER_SECOND;
    this.#speed = checked(speed);
    this.#next = from;
    this.#signal = signal;
    this.#anchorSim = day.size === 0 ? 0 : day.at(Math.min(from, day.size - 1)) - 1;
  }

  /** Up to when the day has been handed out: the time to stamp other facts with. */
  get simTime(): Instant {
    return (this.#next === 0 ? this.#anchorSim : this.#day.at(this.#next - 1)) as Instant;
  }

  /** The number of the next fact. */
  get position(): number {
    return this.#next;
  }

  get finished(): boolean {
    return this.#next >= this.#day.size;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get speed(): Speed {
    return this.#speed;
  }

  /** From now on at another speed. Throws `bad-value` for what is not a positive number or "max". */
  set speed(speed: Speed) {
    this.#speed = checked(speed);
    this.#anchorHere();
  }

  /** Hands out nothing more until `resume`; the day's time stands still. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#anchorHere();
  }

  #skipTo(index: number): void {
    this.#anchorMs = performance.now();
    this.#anchorSim = this.#day.at(index);
  }

  #anchorHere(): void {
    this.#anchorMs = performance.now();
    this.#anchorSim = this.simTime;
  }

  /** Batches until the day is over or the signal aborts. A second iteration goes on where the first one stopped. */
  async *[Symbol.asyncIterator](): AsyncGenerator<PacedBatch> {
    this.#anchorHere();
    while (!this.finished && !this.#aborted) {
      if (!this.#paused && this.#day.at(this.#next) - this.simTime > this.#longestWait) this.#skipTo(this.#next);
      const facts = this.#paused ? [] : this.#due();
      if (facts.length > 0) {
        yield { facts, untilSimTime: this.simTime };
        // A turn of the event loop, so that a reader that never waits does not starve the rest of the process.
        await turn();
      } else {
        await this.#wait();
      }
    }
  }

  get #aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  #due(): Fact[] {
    const now =
      this.#speed === "max"
        ? Number.POSITIVE_INFINITY
        : this.#anchorSim + (performance.now() - this.#anchorMs) * MICROS_PER_MS * this.#speed;
    const facts: Fact[] = [];
    while (!this.finished && facts.length < BATCH_FACTS_MAX && this.#day.at(this.#next) <= now) {
      facts.push(this.#day.fact(this.#next++));
    }
    return facts;
  }

  async #wait(): Promise<void> {
    try {
      await sleep(TICK_MS, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
    } catch (error) {
      if (!this.#aborted) throw error;
    }
  }
}

function checked(speed: Speed): Speed {
  if (speed === "max" || (speed > 0 && Number.isFinite(speed))) return speed;
  throw new Trouble("bad-value", "not a speed", {
    field: "speed",
    value: speed,
    expected: 'a number above zero, or "max"',
  });
}
