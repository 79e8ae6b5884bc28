/**
 * A drill: a firm, and a script of facts by the second, to see what the house does when it matters. What a person of the
 * drill does in answer to the program (an officer who releases a restriction, a customer who sends what is called) cannot be
 * written beforehand, because it names what the program made; the script says who does it and when, and the fact is made then.
 */
import { assert } from "../../base/assert.ts";
import { type Day, formatInstant, type Instant } from "../../base/time.ts";
import { newYorkInstant } from "../../books/new-york-time.ts";
import type { FirmState } from "../../engine/firm-state.ts";
import type { Fact, FactOfKind, UnstampedFact } from "../../facts/kinds.ts";

/** A moment at which a person of the drill answers the program, or asks it something. */
export type Cue = { readonly at: Instant } & (
  | { readonly do: "act"; readonly by: string; readonly act: Act }
  | { readonly do: "what-if"; readonly question: HedgeQuestion }
);

/** What a person does about the firm as it stands, each thing in words and as a fact; nothing where there is nothing to do. */
export type Act = (state: FirmState) => readonly { readonly words: string; readonly fact: UnstampedFact }[];

/** A rulebook that is in force when a drill begins. */
export type DrillRulebook = Omit<FactOfKind<"rulebook-activated">, "kind" | "at">;

/** Hedges that the desk considers, each a list of trades of one size; how much of it keeps the cushion is asked too. */
export interface HedgeQuestion {
  readonly title: string;
  /** The account that would trade. */
  readonly account: string;
  readonly hedges: readonly { readonly name: string; readonly trades: readonly HedgeTrade[] }[];
  /** The share of the minimum above which the desk wants to be after it. */
  readonly keep: string;
}

export interface HedgeTrade {
  readonly instrument: string;
  readonly side: "buy" | "sell" | "sell-short";
  readonly quantity: string;
}

export interface Drill {
  readonly name: string;
  readonly title: string;
  /** What it is about, in a few sentences. */
  readonly story: string;
  readonly firm: string;
  /** The instrument that it is about. */
  readonly instrument: string;
  /** The margin account whose audit trail is told at the end, where it is about margin. */
  readonly trail?: string;
  /** Market seconds for each second where nobody says otherwise. */
  readonly speed: number;
  /** From when to when its script runs. */
  readonly session: { readonly opens: Instant; readonly closes: Instant };
  /** The facts that open the books. */
  readonly opening: readonly Fact[];
  readonly script: TimedFacts;
  readonly cues: readonly Cue[];
}

/** A script as one numbered sequence of facts in order of time, no two at the same instant. */
export class TimedFacts {
  readonly #facts: readonly Fact[];
  readonly #at: Float64Array;

  constructor(bodies: readonly (readonly [at: Instant, body: UnstampedFact])[]) {
    const ordered = bodies.toSorted(([a], [b]) => a - b);
    let previous = Number.NEGATIVE_INFINITY;
    this.#at = Float64Array.from(ordered, ([at]) => (previous = Math.max(at, previous + 1)));
    this.#facts = ordered.map(([, body], index) => ({ ...body, at: formatInstant(this.at(index)) }));
  }

  get size(): number {
    return this.#facts.length;
  }

  at(index: number): Instant {
    return this.#at[index] as Instant;
  }

  fact(index: number): Fact {
    assert(index >= 0 && index < this.size, "a fact of the script has a number below its size");
    return this.#facts[index];
  }
}

/** The bodies stamped a microsecond apart from `start` on. */
export function stamped(start: Instant, bodies: readonly UnstampedFact[]): Fact[] {
  return bodies.map((body, index) => ({ ...body, at: formatInstant((start + index) as Instant) }));
}

const MICROS_PER_SECOND = 1_000_000;

/** The instant at which New York's clocks show `time`, such as "14:42:30", on a day. */
export function wallTime(day: Day, time: string): Instant {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return (newYorkInstant(day, hours * 60 + minutes) + seconds * MICROS_PER_SECOND) as Instant;
}
