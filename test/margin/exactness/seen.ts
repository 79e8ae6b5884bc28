/** What a walk has come past: which paths of the states were taken, and how often; so that none is left out unnoticed. */
import type { AccountStates } from "../../../src/margin/certificates/account-states.ts";
import type { Firm } from "./firm.ts";

export class Seen {
  /** How often each thing was come past. */
  readonly counts = new Map<string, number>();
  ticks = 0;
  #watched = 0;
  #hadBacklog = false;
  #gaps = 0;
  #overdue = 0;
  #certifications = 0;

  add(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  count(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** A tick is about to be told. */
  before(states: AccountStates): void {
    this.#watched = states.watched;
    this.#hadBacklog = states.hasBacklog;
    this.#gaps = states.statistics.gaps;
    this.#overdue = states.statistics.overdue;
  }

  /** It was told, and compared. */
  after({ states }: Firm): void {
    this.ticks++;
    const { watched, hasBacklog } = states;
    if (watched > this.#watched) this.add("watched");
    else if (watched < this.#watched) this.add("let go");
    if (hasBacklog === this.#hadBacklog) return;
    const { gaps, overdue } = states.statistics;
    if (!hasBacklog) this.add("backlog worked off");
    else if (gaps === this.#gaps && overdue === this.#overdue) this.add("sweep");
  }

  beforeFact(states: AccountStates): void {
    this.#certifications = states.statistics.certifications;
    this.#watched = states.watched;
  }

  afterFact(states: AccountStates, what: string): void {
    const isBorne = states.statistics.certifications === this.#certifications;
    if (states.watched > this.#watched) this.add(`${what} makes it watched`);
    else this.add(`${what} ${isBorne ? "borne" : "certified anew"}`);
  }

  /** A rung was told; by a tick of an instrument, or by none (-1). */
  moved({ episode, shape, sums, rules }: Firm, ticking: number, from: number, to: number): void {
    if (ticking === -1) return;
    this.add(`moves: ${episode}`);
    const between = from > 0 && from < rules.boundaries;
    if (between) this.add(to > from ? "down from between two boundaries" : "up from between two boundaries");
    if (ticking >= shape.dollars)
      this.add(ticking < shape.dollars + shape.currencies ? "moves: by a rate" : "moves: foreign");
    if (sums.groupsOn(ticking) > 0) this.add("moves: with legs");
  }

  /** A firm has been played to its end. */
  ended({ states: { statistics } }: Firm): void {
    this.add("firms");
    this.add("wakes", statistics.wakes);
    this.add("borrows", statistics.borrows);
    this.add("certifications", statistics.certifications);
    this.add("gaps", statistics.gaps);
    this.add("overdue", statistics.overdue);
  }
}
