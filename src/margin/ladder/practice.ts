/**
 * Customers who meet calls by closing positions, again and again: not to be made a practice of, 4210(f)(7) and (g)(10). So
 * many within so long restrict the account for a while.
 */
import { addMonths, type Day } from "../../base/time.ts";
import { addSpan, type Span } from "../../rulebook/terms.ts";
import type { LadderRules } from "./rules.ts";

export class Practice {
  /** By account: the days of calls met by closing positions, oldest first. */
  readonly #days = new Map<number, Day[]>();
  /** By account: the last day of its restriction. */
  readonly #until = new Map<number, Day>();

  /** A call was met by closing positions. */
  count(account: number, day: Day, { within, calls, restrictedFor }: LadderRules["practice"]): void {
    const from = lessSpan(day, within);
    const days = [...(this.#days.get(account) ?? []).filter((earlier) => earlier > from), day];
    this.#days.set(account, days);
    if (days.length >= calls) this.#until.set(account, addSpan(day, restrictedFor));
  }

  /** How many within the length of time of the rules, up to `day`. */
  counted(account: number, day: Day, { within }: LadderRules["practice"]): number {
    const from = lessSpan(day, within);
    return (this.#days.get(account) ?? []).filter((earlier) => earlier > from).length;
  }

  /** The last day on which the account is restricted; undefined where it is not on `day`. */
  restrictedUntil(account: number, day: Day): Day | undefined {
    const until = this.#until.get(account);
    return until === undefined || day > until ? undefined : until;
  }

  /** A day began: accounts whose restriction is over. */
  release(day: Day): number[] {
    const over = [...this.#until].filter(([, until]) => day > until).map(([account]) => account);
    for (const account of over) this.#until.delete(account);
    return over;
  }

  toJSON(): object {
    const byAccount = ([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number => a - b;
    return { days: [...this.#days].sort(byAccount), until: [...this.#until].sort(byAccount) };
  }

  restore({ days, until }: { days: [number, Day[]][]; until: [number, Day][] }): void {
    this.#days.clear();
    this.#until.clear();
    for (const [account, list] of days) this.#days.set(account, list);
    for (const [account, day] of until) this.#until.set(account, day);
  }
}

/** The day from which something counts that must not be longer ago than `span`, exclusive. */
function lessSpan(day: Day, { unit, count }: Span): Day {
  return unit === "days" ? ((day - count) as Day) : addMonths(day, -count);
}
