/**
 * What portfolio margin accounts require together, against so many times the firm's net capital, 4210(g)(12). It is looked at
 * as a day opens and at the times of day at which calls are held against prices. Above the limit the desk is told; from the
 * fourth business day on no portfolio margin account is to be opened; back under it, all of that is over.
 */
import type { Cursor, Emit } from "../../base/effect.ts";
import { type Cents, displayDollars } from "../../base/money.ts";
import { jsonSection, type Section, type SectionReader, type Stateful } from "../../base/state.ts";
import { type Day, formatDay } from "../../base/time.ts";
import type { Calendar } from "../../books/calendar.ts";
import { addBusinessDays, businessDayFrom } from "../../books/deadlines.ts";
import { newYorkDay } from "../../books/new-york-time.ts";
import type { Moment } from "../ladder/call.ts";
import { firmLimit } from "../portfolio/portfolio.ts";
import type { MarginRules } from "../rules.ts";

/** As it was last looked at. */
export interface FirmLimitStanding extends Moment {
  /** What all accounts require that can be computed, and how many cannot. */
  readonly requirement: Cents;
  readonly unknown: number;
  readonly limit: Cents;
  /** Since when it is above the limit; null where it is not. */
  readonly over: Moment | null;
  /** From this day no account is to be opened; null where it is not above. */
  readonly stopsFrom: Day | null;
  readonly stopped: boolean;
}

/** What accounts require, to be held against net capital. */
interface Asked {
  readonly requirements: readonly Cents[];
  readonly unknown: number;
}

interface Given {
  readonly calendar: Calendar;
  readonly cursor: Cursor;
  readonly emit: Emit;
  readonly rules: () => MarginRules | undefined;
}

export class FirmLimit implements Stateful {
  readonly #given: Given;
  #asked: Asked | undefined;
  #standing: FirmLimitStanding | null = null;

  constructor(given: Given) {
    this.#given = given;
  }

  /** Held against net capital as soon as that is known at the fact that is being applied. */
  ask(asked: Asked): void {
    this.#asked = asked;
  }

  /** The fact is wholly in. `netCapital` gives cents, NaN while it is unknown: then what was found last stands. */
  settle(netCapital: () => number): void {
    const asked = this.#asked;
    this.#asked = undefined;
    const rules = this.#given.rules();
    if (asked === undefined || rules === undefined) return;
    const capital = netCapital();
    if (Number.isNaN(capital)) return;
    const { total, limit, isOver } = firmLimit(asked.requirements, capital as Cents, rules.portfolio);
    this.#look(rules, { requirement: total, limit, unknown: asked.unknown }, isOver);
  }

  #look(
    rules: MarginRules,
    found: Pick<FirmLimitStanding, "requirement" | "limit" | "unknown">,
    isOver: boolean,
  ): void {
    const { calendar, cursor } = this.#given;
    const { seq, at } = cursor;
    const before = this.#standing;
    const over = isOver ? (before?.over ?? { seq, at }) : null;
    const { after } = rules.portfolio.firmLimit;
    const stopsFrom = over && addBusinessDays(businessDayFrom(newYorkDay(over.at), calendar), after + 1, calendar);
    const stopped = stopsFrom !== null && newYorkDay(at) >= stopsFrom;
    const standing = { ...found, seq, at, over, stopsFrom, stopped };
    this.#standing = standing;
    if (before?.over == null && over !== null) this.#tell(rules, standing, "firm-limit-exceeded");
    if (before?.stopped !== true && stopped) this.#tell(rules, standing, "firm-limit-stops-openings");
    if (before?.over != null && over === null) this.#tell(rules, standing, "firm-limit-kept");
  }

  #tell(
    { ladder, portfolio }: MarginRules,
    { requirement, limit, stopsFrom }: FirmLimitStanding,
    kind: "firm-limit-exceeded" | "firm-limit-stops-openings" | "firm-limit-kept",
  ): void {
    const { paragraph, timesNetCapital } = portfolio.firmLimit;
    const figures = `They require ${displayDollars(requirement)}; ${timesNetCapital} times net capital is ${displayDollars(limit)}.`;
    const said = {
      "firm-limit-exceeded": {
        severity: "warning",
        title: "Portfolio margin accounts require more than the firm's limit",
        text: `${figures} If it lasts, no such account is to be opened from ${stopsFrom === null ? "" : formatDay(stopsFrom)} on.`,
      },
      "firm-limit-stops-openings": {
        severity: "critical",
        title: "No new portfolio margin accounts: the firm's limit is exceeded",
        text: `${figures} It has been above the limit for longer than the rule allows.`,
      },
      "firm-limit-kept": {
        severity: "good",
        title: "Portfolio margin accounts are within the firm's limit again",
        text: figures,
      },
    } as const;
    this.#given.emit({ kind, ...said[kind], to: ladder.notify, paragraph });
  }

  /** Null until it was first looked at. */
  get standing(): FirmLimitStanding | null {
    return this.#standing;
  }

  sections(): Section[] {
    return [jsonSection("margin.firm-limit", this.#standing)];
  }

  restore(sections: SectionReader): void {
    this.#standing = sections.json("margin.firm-limit") as FirmLimitStanding | null;
  }
}
